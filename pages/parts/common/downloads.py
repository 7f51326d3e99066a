"""Buttons that save all rows that are found, those on other pages of the table too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.files import export
from mcf.files.headings import Headings, Words
from mcf.service import MCFService
from pages.parts.common import rights, session

_KINDS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def draw(
    service: MCFService, rows: Callable[[], pd.DataFrame], name: str, headings: Headings | None
) -> None:
    """One button per kind of file; rows and file are made when the button is pressed.

    That a file is made is in the audit.

    Without `headings`, the columns keep the names by which the file can be imported again.
    """
    words = None if headings is None else Words(headings, session.zone())
    with st.container(horizontal=True):
        for kind, (label, mime) in _KINDS.items():
            st.download_button(
                label,
                data=rights.as_now(service, partial(_file, service, name, rows, kind, words)),
                file_name=f"{name}_{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{kind}",
                mime=mime,
                icon=":material/download:",
                key=f"download_{name}_{kind}",
                **rights.look(service, Permission.EXPORT, on_click="ignore"),
            )


def _file(
    service: MCFService,
    name: str,
    rows: Callable[[], pd.DataFrame],
    kind: str,
    words: Words | None,
) -> bytes:
    service.exported(name)
    return export.to_bytes(rows(), kind, words)
