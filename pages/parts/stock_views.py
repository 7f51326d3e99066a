"""Which columns the table of the stock has, and views of it saved by name."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import streamlit as st

from mcf import words
from mcf.errors import MCFError
from mcf.review import Choices, View
from pages.parts import places, say, session
from pages.parts.stock_table import COLUMNS, USUAL

_PAGE = "inventory"
_COLUMNS = "inventory columns"


def chosen(choices: Choices) -> list[str]:
    """The columns to show, as chosen last."""
    kept = next((view.query for view in choices.views(_COLUMNS)), "")
    return [name for name in kept.split(",") if name in COLUMNS] or list(USUAL)


def columns(choices: Choices) -> list[str]:
    """The columns to show; a popover changes them."""
    now = chosen(choices)
    with st.popover("Columns", icon=":material/view_column:"):
        st.multiselect(
            "Columns of the table, in this order",
            list(COLUMNS),
            default=now,
            format_func=lambda name: str(COLUMNS[name]["label"]),
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


def saved(choices: Choices) -> None:
    """A popover with the saved views: open one, save this one, forget one."""
    with st.popover("Views", icon=":material/bookmark:"):
        for view in choices.views(_PAGE):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.page_link(
                    places.INVENTORY,
                    label=say.plain(view.name),
                    icon=":material/bookmark:",
                    query_params=parse_qs(view.query),
                )
                st.button(
                    "Forget",
                    key=f"forget_{view.name}",
                    type="tertiary",
                    icon=":material/delete:",
                    on_click=choices.drop_view,
                    args=(_PAGE, view.name),
                )
        st.text_input("Name", key="view_name", placeholder="Morning check", max_chars=80)
        st.button(
            "Save this view", key="save_view", icon=":material/bookmark_add:",
            on_click=_save, args=(choices,),
            help="Search, filters, sorting and picture, under this name.",
        )  # fmt: skip


def _save(choices: Choices) -> None:
    query = urlencode(session.address(), doseq=True)
    try:
        choices.save_view(View(_PAGE, str(session.state()["view_name"]), query))
    except MCFError as error:
        session.tell("error", words.told(error))
    else:
        session.tell("success", "The view is saved. It's under Views.")
