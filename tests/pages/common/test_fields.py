"""Options of a list, which Streamlit tells apart by their texts."""

from __future__ import annotations

from pages.parts.common.fields import distinct


def test_options_that_read_alike_are_numbered_and_each_is_found() -> None:
    numbered = distinct({1: "Ada", 2: "Ada", 3: "Ada (2)", 4: "Ben"})

    assert numbered == {"Ada": 1, "Ada (2)": 2, "Ada (2) (2)": 3, "Ben": 4}


def test_options_that_differ_stay_as_they_are() -> None:
    assert distinct({"a": "Ada", "b": "Ben"}) == {"Ada": "a", "Ben": "b"}
