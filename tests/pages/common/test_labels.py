"""Text from outside, as it's given to Markdown and to pictures."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.common import charts
from pages.parts.common.labels import for_plotly, is_missing, plain
from pages.parts.inventory import charts as stock_charts

NOTHING = ":red[]"


def shown(text: str) -> str:
    """What a browser shows of escaped text: nothing where an empty word is, no backslashes."""
    return text.replace(NOTHING, "").replace("\\", "")


@given(st.text(st.characters(exclude_characters="\\")))
def test_what_is_shown_is_what_was_written_on_one_line(text: str) -> None:
    assert shown(plain(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("http://evil.example", rf"http\:{NOTHING}//evil\.example"),
        ("WWW.evil.example", rf"WWW{NOTHING}\.evil\.example"),
        ("x@evil.example", rf"x{NOTHING}\@evil\.example"),
        (":material/bolt:", rf"\:{NOTHING}material/bolt\:"),
        ("A--B -> C", rf"A\-{NOTHING}\-B \-{NOTHING}\> C"),
        ("Note: a.b", r"Note\: a\.b"),
        ("a &lt; b", r"a \&lt; b"),
    ],
)
def test_what_markdown_would_join_is_parted(text: str, parted: str) -> None:
    assert plain(text) == parted


@pytest.mark.parametrize(
    "text",
    ["<a href='http://evil.example'>x</a>", "<b>", "a<br>b", "&lt;b&gt;", "<extra>y</extra>"],
)
def test_no_tag_reaches_a_picture(text: str) -> None:
    assert "<" not in for_plotly(text)
    assert unescape(for_plotly(text)) == text


def test_the_pictures_of_the_stock_hold_no_tag() -> None:
    evil = "<a href='http://evil.example'>x</a>"
    stock = pd.DataFrame(
        {
            "seller_sku": [evil],
            "product_name": [evil],
            **{place: [1] for place in charts.PLACES},
            "health": ["Healthy"],
            "days_of_cover": [3.0],
            "lead_time_days": [7],
            "unit_cost": [1.0],
        }
    )
    days = pd.DataFrame({"day": pd.to_datetime(["2026-03-01"]), "fulfillable_quantity": [1]})

    drawings = [
        charts.where_units_are(stock),
        stock_charts.cover(stock),
        stock_charts.areas(stock_charts.areas_of(stock, stock["unit_cost"]), "Cost"),
        stock_charts.history({evil: days}),
    ]

    assert not [figure for figure in drawings if "<a" in figure.to_json().replace("\\u003c", "<")]


@pytest.mark.parametrize("cell", [None, float("nan"), pd.NaT])
def test_a_cell_without_anything_is_missing(cell: None) -> None:
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["", "x", 0, 0.0, timedelta()])
def test_a_cell_with_a_zero_or_an_empty_text_is_not_missing(cell: str | float | timedelta) -> None:
    assert not is_missing(cell)
