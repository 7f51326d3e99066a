"""Which columns the table of the stock has."""

from __future__ import annotations

import streamlit as st

from mcf.inventory.preferences import Choices, View
from pages.parts.common import session
from pages.parts.inventory.table import COLUMNS, USUAL

_COLUMNS = "inventory columns"


def chosen(choices: Choices) -> list[str]:
    """The columns to show, as chosen last."""
    kept = next((view.query for view in choices.views(_COLUMNS)), "")
    return [name for name in kept.split(",") if name in COLUMNS] or list(USUAL)


def draw(choices: Choices) -> list[str]:
    """The columns to show; a popover changes them."""
    now = chosen(choices)
    with st.popover("Columns", icon=":material/view_column:"):
        st.multiselect(
            "Columns of the table, in this order",
            list(COLUMNS),
            default=now,
            format_func=lambda name: str(COLUMNS[name].get("label")),
            key="columns",
            on_change=_keep_columns,
            args=(choices,),
        )
        st.button("As usual", key="usual_columns", on_click=_usual_columns, args=(choices,))
    return now


def _keep_columns(choices: Choices) -> None:
    chosen = [name for name in session.state()["columns"] if name != "seller_sku"]
    choices.save_view(View(_COLUMNS, "chosen", ",".join(["seller_sku", *chosen])))


def _usual_columns(choices: Choices) -> None:
    choices.drop_view(_COLUMNS, "chosen")
    session.state()["columns"] = list(USUAL)
