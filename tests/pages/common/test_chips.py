"""Filters as buttons: one of them is chosen."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.parts.common import chips

    def choose(name: str) -> None:
        st.session_state["chosen"] = name

    for name in ("Late", "Lost"):
        is_chosen = st.session_state.get("chosen") == name
        chips.draw(name, f"show_{name}", choose, (name,), is_chosen=is_chosen)


def test_no_chip_is_marked_before_one_is_chosen() -> None:
    at = AppTest.from_function(page).run()

    assert [button.label for button in at.button] == ["Late", "Lost"]


def test_the_chosen_chip_is_marked_by_its_colour() -> None:
    at = AppTest.from_function(page).run()

    at.button(key="show_Lost").click().run()

    assert [button.label for button in at.button] == ["Late", ":primary[Lost]"]
