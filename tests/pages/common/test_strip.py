"""Figures that are filters."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.parts.common import strip

    chosen = strip.draw("Which", "which", {"A": ["1 *SKU*", "2 $"], "B": []}, "B")
    with strip.row("tools"):
        st.caption(f"chosen {chosen}")


def test_one_figure_is_chosen_and_its_words_are_no_markdown() -> None:
    at = AppTest.from_function(page).run()

    control = at.segmented_control(key="which")
    assert control.proto.options[0].content == "**A**\n1 \\*SKU\\*\n2 \\$"
    assert at.caption[0].value == "chosen B"
    control.set_value("A").run()
    assert at.caption[0].value == "chosen A"
    assert at.query_params["which"] == "A"
    at.segmented_control(key="which").set_value("B").run()
    assert "which" not in at.query_params


@pytest.mark.parametrize(("asked", "chosen"), [("A", "A"), ("B", "B"), ("no such", "B")])
def test_the_address_says_which_is_chosen(asked: str, chosen: str) -> None:
    at = AppTest.from_function(page)
    at.query_params["which"] = asked
    assert at.run().caption[0].value == f"chosen {chosen}"
