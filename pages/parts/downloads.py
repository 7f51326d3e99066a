"""Buttons that save exactly the table that is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from mcf import export

_KINDS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def buttons(frame: pd.DataFrame, name: str) -> None:
    """One button per kind of file; the file is made when the button is pressed."""
    with st.container(horizontal=True):
        for kind, (label, mime) in _KINDS.items():
            st.download_button(
                label,
                data=lambda kind=kind: export.to_bytes(frame, kind),
                file_name=f"{name}_{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{kind}",
                mime=mime,
                icon=":material/download:",
                key=f"download_{name}_{kind}",
                on_click="ignore",
            )
