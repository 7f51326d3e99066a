"""What tables of several pages share: their columns' types, and which rows are chosen at first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pandas as pd
import streamlit as st

from pages.parts.common import session

if TYPE_CHECKING:
    from streamlit.elements.arrow import DataframeStateInput
    from streamlit.elements.lib.column_types import ColumnConfig

Row: TypeAlias = Mapping[Any, Any]
"""A row of a frame by its columns."""
Columns: TypeAlias = "dict[str, ColumnConfig]"
"""How each column of a table is shown, by its name."""


def rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, in its order."""
    return [*frame.to_dict("records")]


def column(frame: pd.DataFrame, cells: Sequence[object]) -> pd.Series:
    """A column for the frame, a cell per row; lists are cells too, which show as chips."""
    values: Any = cells
    return pd.Series(values, index=frame.index)


def selection(ids: Sequence[str], chosen: Collection[str]) -> DataframeStateInput:
    """The rows of those `ids` that are chosen, as a table takes them at first."""
    return {"selection": {"rows": [place for place, name in enumerate(ids) if name in chosen]}}


def opening(label: str, asks: str, names: Sequence[str]) -> ColumnConfig:
    """A column of names that open what is in their row: `names`, in the page's address as `asks`.

    Its cells are buttons: who walks over the table by keyboard opens nothing on the way.
    """
    key = f"open_row_{asks}"
    button = st.column_config.ButtonColumn(
        label,
        type="tertiary",
        pinned=True,
        alignment="left",
        key=key,
        on_click=session.open_row,
        args=(key, asks, names),
    )
    # A dictionary as any other column's; it only has what was clicked, too.
    return cast("ColumnConfig", button)
