"""Views of a page that are saved by name: what its address asks for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import streamlit as st

from mcf.amazon import labels
from mcf.errors import MCFError
from mcf.inventory.preferences import Choices, View
from pages.parts.common import labels as say
from pages.parts.common import places, session


def draw(choices: Choices, place: str, example: str) -> None:
    """A popover with the saved views of a page: open one, save this one, forget one."""
    page = places.ADDRESSES[place]
    with st.popover("Views", icon=":material/bookmark:"):
        for view in choices.views(page):
            with st.container(horizontal=True, vertical_alignment="center"):
                # A link to the page that is shown leaves its address as it is.
                if st.button(
                    say.plain(view.name),
                    key=f"view_{view.name}",
                    type="tertiary",
                    icon=":material/bookmark:",
                ):
                    st.switch_page(place, query_params=parse_qs(view.query))
                st.button(
                    "Forget",
                    key=f"forget_{view.name}",
                    type="tertiary",
                    icon=":material/delete:",
                    on_click=choices.drop_view,
                    args=(page, view.name),
                )
        # In a form, so that Enter saves.
        with st.form("new_view", border=False):
            st.text_input("Name", key="view_name", placeholder=example, max_chars=80)
            st.form_submit_button(
                "Save this view", key="save_view", icon=":material/bookmark_add:",
                on_click=_save, args=(choices, page),
                help="Search, filters, sorting and picture, under this name.",
            )  # fmt: skip


def _save(choices: Choices, page: str) -> None:
    query = urlencode(session.address(), doseq=True)
    try:
        choices.save_view(View(page, str(session.state()["view_name"]), query))
    except MCFError as error:
        session.tell("error", labels.error_text(error))
    else:
        session.tell("success", "The view is saved. It's under Views.")
