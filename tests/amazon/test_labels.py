"""Text from outside, as it's given to Markdown, to pictures and to links."""

from __future__ import annotations

from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.files.harmless import secure_host
from pages.parts.common import charts
from pages.parts.common.labels import for_plotly, plain
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


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.swiship.com/track?id=1", "www.swiship.com"),
        ("https://carrier.example:8443/x", "carrier.example"),
        ("https://CARRIER.example", "carrier.example"),
    ],
)
def test_a_secure_address_is_told_with_its_host(address: str, host: str) -> None:
    assert secure_host(address) == host


@pytest.mark.parametrize(
    "address",
    [
        None, float("nan"), "", "http://carrier.example", "javascript:alert(1)",
        "//carrier.example",
        "https://", "https://user@evil.example", "https://carrier.example@evil.example",
        "https://carrier.example\\@evil.example", "https://a b.example", "https://evil.example\n",
        " https://evil.example", "data:text/html,x", "https://localhost/x", "https://127.0.0.1/x",
        "https://[::1]/x", "https://evil.example:port", "https://[", "https://ex\u0430mple.com",
    ],
)  # fmt: skip
def test_any_other_address_is_no_link(address: object) -> None:
    assert secure_host(address) is None


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
        stock_charts.areas(stock, value=True),
        stock_charts.history({evil: days}),
    ]

    assert not [figure for figure in drawings if "<a" in figure.to_json().replace("\\u003c", "<")]
