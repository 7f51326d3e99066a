"""How old units are: Amazon's FBA Inventory report, and what of it is kept."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from mcf.errors import InvalidInput
from mcf.inventory import ages
from mcf.inventory.ages import StockAge
from mcf.inventory.history import number_of
from mcf.store.database import Store

TODAY = date(2026, 11, 30)
DAY = number_of(TODAY)
NEW = (
    "snapshot-date", "sku", "available", "inv-age-0-to-90-days", "inv-age-91-to-180-days",
    "inv-age-181-to-270-days", "inv-age-271-to-365-days", "inv-age-366-to-455-days",
    "inv-age-456-plus-days", "currency", "marketplace", "estimated-storage-cost-next-month",
    "quantity-to-be-charged-ais-181-210-days", "estimated-ais-181-210-days",
    "estimated-ais-366-455-days", "estimated-ais-456-plus-days",
)  # fmt: skip
LINE = ("2026-11-30", "A", "90", "20", "30", "12", "3", "2", "1", "USD", "US", "12.10",
        "12", "4.20", "1.00", "0.50")  # fmt: skip


def report(*lines: tuple[str, ...], names: tuple[str, ...] = NEW, sign: str = "\t") -> bytes:
    return "\n".join(sign.join(line) for line in (names, *lines)).encode()


def changed(**cells: str) -> tuple[str, ...]:
    """The line with other cells, by the names of columns with bars below for those within."""
    named = {name.replace("_", "-"): cell for name, cell in cells.items()}
    return tuple(named.get(name, cell) for name, cell in zip(NEW, LINE, strict=True))


def one(data: bytes) -> StockAge:
    ((age,), _) = ages.read(data, today=TODAY)
    return age


@pytest.mark.parametrize("sign", ["\t", ",", ";"])
def test_ages_and_fees_are_read(sign: str) -> None:
    # 2 + 1 older than a year; 4.20 + 1.00 + 0.50
    expected = StockAge("A", DAY, 30, 12, 3, 3, Decimal("5.70"), Decimal("12.10"), "USD")
    assert one(report(LINE, sign=sign)) == expected


def test_a_report_of_before_2025_has_one_column_for_more_than_a_year() -> None:
    names = ("snapshot-date", "sku", "inv-age-181-to-270-days", "inv-age-365-plus-days",
             "estimated-ais-365-plus-days")  # fmt: skip
    age = one(report(("2026-11-29T00:00:00+00:00", "A", "4", "7", "6.90"), names=names))
    assert (age.units_91, age.units_181, age.units_271, age.units_366) == (None, 4, None, 7)
    assert (age.day, age.surcharge, age.storage_fee) == (DAY - 1, Decimal("6.90"), None)


def test_both_ways_in_one_report_are_not_counted_twice() -> None:
    names = (*NEW, "inv-age-365-plus-days", "estimated-ais-365-plus-days")
    age = one(report((*LINE, "3", "1.50"), names=names))
    assert (age.units_366, age.surcharge) == (3, Decimal("5.70"))


def test_empty_cells_are_not_told_and_never_nothing() -> None:
    cells = dict.fromkeys(("inv_age_181_to_270_days", "inv_age_456_plus_days"), "")
    fees = {name: "" for name in NEW if name.startswith("estimated")}
    age = one(report(changed(**cells, **{k.replace("-", "_"): v for k, v in fees.items()})))
    assert (age.units_181, age.units_366, age.surcharge, age.storage_fee) == (None,) * 4
    assert age.units_271 == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (report(LINE, names=("Date", *NEW[1:])), "lacks the columns snapshot-date"),
        (report(("1",), names=("sku",)), "snapshot-date, inv-age-181-to-270-days"),
        (report(changed(sku="")), "sku is empty"),
        (report(changed(inv_age_271_to_365_days="-3")), "isn't|is not a whole number"),
        (report(changed(inv_age_271_to_365_days="3.5")), "is not a whole number"),
        (report(changed(estimated_storage_cost_next_month="much")), "isn't an amount"),
        (report(changed(snapshot_date="11/30/2026")), "isn't a day like 2026-11-30"),
        (report(changed(snapshot_date="2026-12-01")), "lies ahead"),
        (report(LINE, LINE), "same SKU as line 2"),
        (report(("2026-11-30", "A")), "has 2 cells"),
        (report(), "no line of this marketplace"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        ages.read(data, today=TODAY)
    told = " ".join(f"{where} {what}" for where, what in refused.value.problems.items())
    assert any(word in told for word in words.split("|"))


def test_lines_of_other_countries_are_passed_over() -> None:
    told, ignored = ages.read(
        report(LINE, changed(marketplace="ca")), today=TODAY, elsewhere={"CA"}
    )
    assert ([age.seller_sku for age in told], ignored) == (["A"], 1)


def test_a_report_takes_the_place_of_the_last_one(store: Store) -> None:
    names = pd.Series(["A", "B", "C"], dtype="str")
    assert ages.frame(store, names)[list(ages.AGES)].isna().all(axis=None)
    first, _ = ages.read(report(LINE, changed(sku="B")), today=TODAY)
    ages.keep(store, first)
    second, _ = ages.read(report(changed(inv_age_181_to_270_days="0")), today=TODAY)

    done = ages.keep(store, second, 2)

    assert (done.skus, done.day, done.ignored) == (1, TODAY, 2)
    told = ages.frame(store, names)
    assert told["units_181"].tolist() == pytest.approx([0, math.nan, math.nan], nan_ok=True)
    assert told["storage_fee"].tolist()[0] == pytest.approx(12.1)
    assert told["ages_currency"].tolist() == ["USD", "", ""]
    assert told["ages_day"].tolist()[0] == DAY


def test_an_older_report_is_refused(store: Store) -> None:
    ages.keep(store, ages.read(report(LINE), today=TODAY)[0])
    before = str(TODAY - timedelta(days=9))
    older, _ = ages.read(report(changed(snapshot_date=before)), today=TODAY)
    with pytest.raises(InvalidInput, match="older than the report of 30 Nov 2026"):
        ages.keep(store, older)


def test_what_is_sold_is_taken_from_the_oldest() -> None:
    row = dict(zip(ages.AGES, (30.0, 12.0, 3.0, 3.0), strict=True))
    assert ages.older(row) == 18
    assert ages.reaching(row, 20.0) == 28  # 48 - 20
    assert ages.reaching(row, 60.0) == 0
    assert math.isnan(ages.reaching(row | {"units_271": math.nan}, 20.0))
