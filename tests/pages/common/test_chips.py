"""Filters in one line: one of them is chosen."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.parts.common import chips

    asked = st.query_params.get("show") or chips.ALL
    counts = {chips.ALL: 1200, "Late": 0, "Lost": 2, "Stuck": 3}
    chips.draw(
        "Show", "chips", counts, asked, asks="show", default=chips.ALL, urgent=["Lost", "Late"]
    )


def labels(at: AppTest) -> list[str]:
    return [option.content for option in at.pills(key="chips").proto.options]


def test_filters_with_nothing_are_left_out_and_urgent_ones_are_red() -> None:
    assert labels(AppTest.from_function(page).run()) == [
        "**1,200** All", ":red[**2**] Lost", "**3** Stuck",
    ]  # fmt: skip


def test_the_choice_is_in_the_address_and_all_is_not() -> None:
    at = AppTest.from_function(page).run()
    at.pills(key="chips").set_value("Lost").run()
    assert at.query_params["show"] == "Lost"
    at.pills(key="chips").set_value(None).run()
    assert "show" not in at.query_params
    assert at.pills(key="chips").value == "All"


def test_the_chosen_filter_stays_when_nothing_of_it_is_left() -> None:
    at = AppTest.from_function(page)
    at.query_params["show"] = "Late"
    assert "**0** Late" in labels(at.run())
    assert at.pills(key="chips").value == "Late"
