"""The sheet for a recipient has what they need, and no text from outside becomes markup."""

from __future__ import annotations

from html import unescape

import pytest

from mcf.tracking.return_slip import ReturnedGoods, ReturnSlip, html

EVIL = "<script>alert('x')</script>\"&"


def test_whatever_comes_from_outside_is_text_on_the_sheet() -> None:
    goods = ReturnedGoods(2, EVIL, EVIL, EVIL)
    slip = ReturnSlip(EVIL, [EVIL, EVIL], f"https://returns.example/{EVIL}", [goods])

    sheet = html(EVIL, [slip])

    assert "<script" not in sheet
    assert "alert('x')" not in sheet
    assert unescape(sheet).count(EVIL) == 10


def test_the_sheet_has_the_number_the_address_and_what_the_label_lacks() -> None:
    goods = ReturnedGoods(2, "MUG", "Mug, blue", "Defective")
    slips = [
        ReturnSlip("D1", ["Returns", "Phoenix"], "https://returns.example/D1", [goods]),
        ReturnSlip("", [], None, [goods]),
    ]

    sheet = html("#1001", slips)

    assert sheet.count("<section>") == 2
    assert '<p class="number">D1</p>' in sheet
    assert "Returns<br>Phoenix" in sheet
    assert '<a href="https://returns.example/D1">' in sheet
    assert "doesn't include pre-paid shipping" in sheet
    assert "not told by Amazon" in sheet


@pytest.mark.parametrize("page", ["javascript:alert(1)", "http://returns.example", "data:x"])
def test_an_address_that_is_not_secure_is_no_link_on_the_sheet(page: str) -> None:
    assert "<a " not in html("1", [ReturnSlip("D1", [], page, [])])
