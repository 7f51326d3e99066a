"""What a visitor's session remembers, where a browser is a moment behind."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _two_drawings() -> None:
    import streamlit as st

    from pages.parts.common import session

    session.note_drawn(())
    if "told" not in st.session_state:
        st.session_state["told"] = True
        session.ask("open", "MUG 1")
        session.ask("sent", None)
        # What a part that draws itself comes with, from a browser that hasn't been told.
        st.query_params.from_dict({"stock": "Low", "sent": "MCF-1"})
        session.redraw()


def test_what_was_asked_for_survives_a_part_that_comes_with_an_older_address() -> None:
    at = AppTest.from_function(_two_drawings).run()

    assert not at.exception
    assert dict(at.query_params) == {"stock": "Low", "open": "MUG 1"}
