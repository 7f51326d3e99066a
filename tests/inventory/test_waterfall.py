"""Where units went: by Amazon's ledger where it tells, by the counts elsewhere, else unknown."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.inventory import ledger, waterfall
from mcf.inventory.history import EPOCH, History, midnight
from mcf.inventory.ledger import Ledger, LedgerDay
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.store.tables import DAY_QUANTITIES, LEDGER_MOVEMENTS
from tests.conftest import START
from tests.examples import many

US = "ATVPDKIKX0DER"
FIRST = 20_000
NAN = float("nan")


def day(at: int, *, told: bool = False, recorded: bool = True, **units: int) -> dict[str, Any]:
    """A day of `History.sku`: counts by their names without `_quantity`, ledger's moves as told."""
    line: dict[str, Any] = {name: units.pop(name.removesuffix("_quantity"), 0)
                            for name in DAY_QUANTITIES}  # fmt: skip
    moves = {name: units.pop(name, 0) for name in LEDGER_MOVEMENTS}
    sums = {name: units.pop(name, 0 if told else NAN)
            for name in ("receipts", "customer_shipments")}  # fmt: skip
    assert not units
    return {"day": midnight(FIRST + at), "recorded": recorded, **line, **moves, **sums}


def steps(*days: dict[str, Any], own: dict[int, int] | None = None) -> dict[str, int]:
    """The steps between the first and the last of the days; `own` are units by day."""
    fall = fallen(list(days), own)
    return dict(zip(fall.steps["step"], fall.steps["units"].tolist(), strict=True))


def fallen(days: list[dict[str, Any]], own: dict[int, int] | None) -> waterfall.Waterfall:
    mine = (
        None if own is None else {midnight(FIRST + at): float(units) for at, units in own.items()}
    )
    return waterfall.between(pd.DataFrame(days), 0, len(days) - 1, mine)


def test_the_ledger_tells_why_units_came_and_went() -> None:
    """100 + 454 - 60 + 2 + 1 - 3 - 4 - 5 - 440 + 6 - 7 of Amazon's own unknown ones = 44."""
    told = day(
        1, told=True, fulfillable=44, receipts=454, customer_shipments=60, returned=2, found=1,
        lost=-3, damaged=-4, removed=-5, moved=-440, other=6, unknown=-7,
    )  # fmt: skip

    assert steps(day(0, fulfillable=100), told, own={1: 25}) == {
        "Available before": 100,
        "Received": 454,
        "Returned": 2,
        "Found": 1,
        "Sold on Amazon": -35,
        "Sent by MCF": -25,
        "Lost": -3,
        "Damaged": -4,
        "Removed": -5,
        "Moved": -440,
        "Corrected": 6,
        "Unknown": -7,
        "Available after": 44,
    }


def test_what_nothing_tells_is_unknown() -> None:
    """Without the ledger: 48 left the lorry, 40 of them are in transfer, an order of 3 left."""
    before = day(0, fulfillable=100, inbound_receiving=48, unfulfillable=1)
    after = day(1, fulfillable=90, pending_transshipment=40, unfulfillable=3)

    assert steps(before, after, own={1: 3}) == {
        "Available before": 100,
        "Received": 48,
        "Sent by MCF": -3,
        "Moved": -40,
        "Unknown": -15,
        "Available after": 90,
    }


def test_own_orders_are_not_told_apart_while_they_are_not_known() -> None:
    told = day(1, told=True, fulfillable=7, customer_shipments=3)
    assert steps(day(0, fulfillable=10), told) == {
        "Available before": 10,
        "Sold on Amazon or by MCF": -3,
        "Available after": 7,
    }


def test_more_own_orders_than_the_ledger_shipped_are_no_sale() -> None:
    told = day(1, told=True, fulfillable=7, customer_shipments=3)
    assert steps(day(0, fulfillable=10), told, own={1: 5}) == {
        "Available before": 10,
        "Sent by MCF": -5,
        "Unknown": 2,
        "Available after": 7,
    }


@pytest.mark.parametrize(
    ("place", "step"),
    [
        ("pending_customer_order", "Reserved for orders"),
        ("fc_processing", "Being measured"),
        ("pending_transshipment", "Moved"),
        ("researching", "Lost"),
    ],
)
def test_units_that_went_to_another_place_were_not_sold(place: str, step: str) -> None:
    assert steps(day(0, fulfillable=9), day(1, fulfillable=5, **{place: 4})) == {
        "Available before": 9,
        step: -4,
        "Available after": 5,
    }


def test_units_that_became_unsellable_may_have_come_back_from_customers() -> None:
    assert steps(day(0, fulfillable=9), day(1, fulfillable=5, unfulfillable=4))["Unknown"] == -4


def test_a_day_that_only_the_ledger_tells_holds_reserved_units_on_both_ends() -> None:
    """10 and 4 reserved are 14 sellable ones; 5 were sold, so 9 are left."""
    before = day(0, fulfillable=10, pending_customer_order=4)
    after = day(1, told=True, recorded=False, fulfillable=9, customer_shipments=5)

    assert steps(before, after, own={}) == {
        "Sellable before": 14,
        "Sold on Amazon": -5,
        "Sellable after": 9,
    }


def test_a_gap_between_days_is_no_day_that_is_told() -> None:
    fall = fallen([day(0, fulfillable=9), day(5, told=True, fulfillable=9)], None)
    assert (fall.days, fall.told, fall.apart) == (5, 1, True)


def test_a_quiet_day_has_no_steps() -> None:
    assert list(steps(day(0, fulfillable=7), day(1, fulfillable=7)).values()) == [7, 7]


counts = st.integers(0, 500)
any_day = st.builds(
    lambda told, recorded, units, moves: day(
        0, told=told, recorded=recorded or not told,
        **dict(zip((n.removesuffix("_quantity") for n in DAY_QUANTITIES), units, strict=True)),
        **(dict(zip(LEDGER_MOVEMENTS, moves, strict=True)) if told else {}),
        **({"receipts": units[0], "customer_shipments": units[1]} if told else {}),
    ),
    st.booleans(), st.booleans(), st.tuples(*[counts] * len(DAY_QUANTITIES)),
    st.tuples(*[st.integers(-500, 500)] * len(LEDGER_MOVEMENTS)),
)  # fmt: skip


@settings(max_examples=many(60), deadline=None)
@given(st.lists(any_day, min_size=2, max_size=5), st.none() | st.just({1: 4, 2: 9}))
def test_a_waterfall_always_adds_up(days: list[dict[str, Any]], own: dict[int, int] | None) -> None:
    for at, line in enumerate(days):
        line["day"] = midnight(FIRST + at)

    units = fallen(days, own).steps["units"].tolist()

    assert sum(units[:-1]) == units[-1]
    assert 0 not in units[1:-1]


COLUMNS = {
    "Received": "Receipts",
    "Returned": "Customer Returns",
    "Found": "Found",
    "Sold on Amazon or by MCF": "Customer Shipments",
    "Lost": "Lost",
    "Damaged": "Damaged",
    "Moved": "Warehouse Transfer In/Out",
}


def test_of_days_that_the_ledger_tells_nothing_is_unknown(
    service: MCFService, simulator: Simulator
) -> None:
    """Every SKU, against the report's own columns added up here; each of them has something."""
    report = simulator.ledger(US, 90)
    service.stock.import_ledger(report.encode())
    lines = list(csv.DictReader(io.StringIO(report)))
    review = service.stock.review

    falls = {}
    for sku in {line["MSKU"] for line in lines}:
        days = review.history.sku(sku, 0)
        steps = review.waterfall(days, sku, 0, len(days) - 1).steps.iloc[1:-1]
        falls[sku] = dict(zip(steps["step"], steps["units"].tolist(), strict=True))

    assert falls == {sku: _added_up(lines, sku) for sku in falls}
    assert {step for fall in falls.values() for step in fall} == set(COLUMNS)


def _added_up(lines: list[dict[str, str]], sku: str) -> dict[str, int]:
    """What moved after the first day of sellable units, by step."""
    good = [x for x in lines if x["MSKU"] == sku and x["Disposition"] == "SELLABLE"]
    later = good[1:]
    sums = {step: sum(int(x[column]) for x in later) for step, column in COLUMNS.items()}
    return {step: units for step, units in sums.items() if units}


def test_a_ledger_that_was_read_before_its_moves_were_kept_is_read_again(
    service: MCFService,
) -> None:
    """As after an update of this program: days are known, why units moved isn't."""
    entry = LedgerDay(
        day=START.date(), seller_sku="A", sellable=5, unsellable=0, in_transit=0, receipts=0,
        customer_shipments=0, customer_returns=0, found=0, lost=0, damaged=0, disposed=0,
    )  # fmt: skip
    store = service._store
    ledger.keep(store, Ledger((entry,), 0))

    moved = [
        ledger.keep(store, Ledger((changed,), 0)).changed
        for changed in (_with(entry, found=3), _with(entry, found=3), entry, entry)
    ]

    assert moved == [1, 0, 1, 0]
    (found,) = History(store).sku("A", (START.date() - EPOCH).days)["found"]
    assert found == 0


def _with(entry: LedgerDay, **changes: int) -> LedgerDay:
    return LedgerDay(**{name: getattr(entry, name) for name in LedgerDay.__slots__} | changes)
