"""The address of the dashboard that alerts carry."""

from __future__ import annotations

import pytest

from mcf import public_url
from pages.parts.common import places


@pytest.mark.parametrize(
    "url",
    [
        "https://desk.example.com",
        "https://desk.example.com/",
        "https://example.com/shop/desk/",
        "http://192.168.1.20:8501",
        "http://[fe80::1]:8501",
        "HTTPS://desk",
        "https://bücher.example",
    ],
)
def test_an_address_of_a_dashboard_is_taken(url: str) -> None:
    assert public_url.problem(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("desk.example.com", "not an address"),
        ("htps://desk.example.com", "neither https"),
        ("javascript://desk.example.com", "neither https"),
        ("https:/desk.example.com", "not an address"),
        ("https://", "not an address"),
        ("https://desk.example.com:0", "not an address"),
        ("https://desk.example.com:99999", "not an address"),
        ("https://desk.example.com:x", "not an address"),
        ("https://desk example.com", "not an address"),
        ("https://desk.example.com/a\r\nBcc: x", "not an address"),
        ("https://desk.example.com/<b>", "not an address"),
        ("https://owner@desk.example.com", "login"),
        ("https://desk.example.com/#top", "? or #"),
        ("https://desk.example.com/tracking?order=1", "? or #"),
        ("https://desk.example.com/tracking/", "one page"),
    ],
)
def test_what_no_link_can_begin_with_is_refused_without_a_part_of_it(url: str, why: str) -> None:
    problem = public_url.problem(url)

    assert problem is not None
    assert why in problem
    assert "owner" not in problem


def test_an_order_of_any_number_is_a_link_to_its_page_and_nothing_more() -> None:
    base = public_url.tidy("https://example.com/desk//")

    assert public_url.of_order(base, "A-1") == "https://example.com/desk/tracking?order=A-1"
    assert public_url.of_order(base, "") == "https://example.com/desk/"
    odd = public_url.of_order(base, "Ä &#1/\r\nBcc: <@all>\ud83d")
    assert odd.partition("=")[2] == "%C3%84%20%26%231%2F%0D%0ABcc%3A%20%3C%40all%3E%3F"


def test_links_lead_where_the_pages_are() -> None:
    assert set(public_url.PAGES) == set(places.ADDRESSES.values())
    tracking = places.ADDRESSES[places.TRACKING]
    assert f"/{tracking}?{places.QUERY_OF['tracking']}=" in public_url.of_order("https://x", "1")
