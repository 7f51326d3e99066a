"""Numbers and dates are read where they can mean one thing, and asked for where they can't."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mcf.files import written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("12,50", "12.50"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1234.5", "1234.5"),
        ("1234,567", "1234.567"),
        ("1.2340", "1.2340"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234", "1234"),
        ("1'234.50", "1234.50"),
        (" 7 ", "7"),
    ],
)
def test_an_amount_is_read_with_point_or_comma(text: str, value: str) -> None:
    assert written.amount(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "whole", "parts"), [("1,234", "1234", "1.234"), ("12.345", "12345", "12.345")]
)
def test_an_amount_that_can_mean_two_is_asked_for(text: str, whole: str, parts: str) -> None:
    with pytest.raises(ValueError, match=f"can mean {whole} or {parts}: write it like {whole}.00"):
        written.amount(text)


def test_where_points_stand_before_decimals_three_of_them_are_no_doubt() -> None:
    assert written.amount("1.234", point=True) == Decimal("1.234")
    with pytest.raises(ValueError, match=r"can mean 1234 or 1\.234"):
        written.amount("1,234", point=True)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1e3", "nan", "inf", "1_000", "$5", "5 USD", "1,23,456", "1.2.3", "1,234,50",
     "1.234.50", "٣", "²", "1 2", ".5", "5.", "9" * 40],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like 1234\.50"):
        written.amount(text)


@pytest.mark.parametrize(("text", "value"), [("12", 12), (" 0 ", 0), ("12.0", 12), ("12,00", 12)])
def test_a_whole_number_is_read(text: str, value: int) -> None:
    assert written.whole(text) == value


@pytest.mark.parametrize(
    "text", ["", "1.5", "1.000", "1,000", "1,234", "-1", "1e3", "nan", "1_0", "٣", "9" * 10]
)
def test_what_is_no_whole_number_or_may_be_a_thousand_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it in digits only"):
        written.whole(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-28", datetime(2026, 11, 28, 12, tzinfo=UTC)),
        ("2026/11/28", datetime(2026, 11, 28, 12, tzinfo=UTC)),
        ("2026.3.1", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-11-28 09:50:26 +0200", datetime(2026, 11, 28, 7, 50, 26, tzinfo=UTC)),
        ("2026-11-28T09:50:26+02:00", datetime(2026, 11, 28, 7, 50, 26, tzinfo=UTC)),
        ("2026-11-28T09:50:26.123Z", datetime(2026, 11, 28, 9, 50, 26, tzinfo=UTC)),
        ("2026-11-28 09:50 UTC", datetime(2026, 11, 28, 9, 50, tzinfo=UTC)),
        ("2026-11-28 9:50 -05", datetime(2026, 11, 28, 14, 50, tzinfo=UTC)),
    ],
)
def test_a_date_with_the_year_first_is_an_instant(text: str, at: datetime) -> None:
    assert written.moment(text) == at


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("11/28/2026", "is no date"),
        ("2026-02-30", "is no date"),
        ("2026-11-28T25:00Z", "is no date"),
        ("2026-11-28 09:50", "has a time but no zone"),
        ("0001-01-01T00:00+14:00", "is no date"),
        ("46354", "is no date"),
        ("soon", "is no date"),
    ],
)
def test_what_is_no_date_is_told(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        written.moment(text)
