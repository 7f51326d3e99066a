"""Stock of past days: what is recorded, and what left of each SKU in any number of days."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mcf.amazon import inventory_pages
from mcf.amazon.client import MCFClient
from mcf.inventory import ledger
from mcf.inventory.history import LONGEST_GAP, History, date_of, day_of
from mcf.inventory.ledger import Ledger, LedgerDay
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import Unavailable
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState
from mcf.sync.reader import Sync
from tests.conftest import START
from tests.databases import US, keys_for

FIRST = 20_503
"""The first day of a week, as weeks are counted."""

WINDOWS = (1, 7, 30, 60)


@pytest.fixture
def history(store: Store) -> History:
    """The past of an empty store."""
    return History(store)


def stock(sku: str, **quantities: int) -> dict[str, Any]:
    return {
        "seller_sku": sku,
        **dict.fromkeys(inventory_pages.QUANTITIES, 0),
        "raw": {},
    } | quantities


def have(store: Store, **fulfillable: int) -> None:
    """The stock from now on: so many of each SKU, and no others."""
    rows = [stock(sku, fulfillable_quantity=units) for sku, units in fulfillable.items()]
    store.replace(tables.inventory, rows)


def days(store: Store) -> list[tuple[int, str, int]]:
    """What is stored: day, SKU, units that can ship."""
    names = {row.sku_id: row.seller_sku for row in store.read(tables.skus.select())}
    rows = store.read(tables.inventory_days.select())
    mine = {row.sku_id for row in store.read(tables.skus.select().where(*store.mine(tables.skus)))}
    return sorted(
        (row.day, names[row.sku_id], row.fulfillable_quantity) for row in rows if row.sku_id in mine
    )


def test_a_day_begins_at_midnight_utc() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert day_of(midnight) == day_of(midnight - timedelta(seconds=1)) + 1
    assert date_of(day_of(midnight)) == midnight.date()


def test_a_day_is_recorded_once_while_nothing_changes(store: Store, history: History) -> None:
    have(store, A=5)
    assert history.record(FIRST)
    before = store.revision(tables.inventory_days)
    assert not history.record(FIRST)
    assert store.revision(tables.inventory_days) == before
    assert history.record(FIRST + 1)


def test_of_a_day_the_last_reading_is_kept(store: Store, history: History) -> None:
    have(store, A=5, B=1)
    history.record(FIRST)
    have(store, A=3, B=1)
    history.record(FIRST)
    assert days(store) == [(FIRST, "A", 3), (FIRST, "B", 1)]


def test_a_sku_that_is_gone_has_no_more_days(store: Store, history: History) -> None:
    have(store, A=5, B=1)
    history.record(FIRST)
    have(store, B=1)
    history.record(FIRST + 1)
    assert days(store) == [(FIRST, "A", 5), (FIRST, "B", 1), (FIRST + 1, "B", 1)]


def test_what_left_is_the_drop_since_the_day_before(store: Store, history: History) -> None:
    have(store, A=10, B=2, C=0)
    history.record(FIRST)
    have(store, A=7, B=9, C=0)
    history.record(FIRST + 1)
    assert demand_of(history.demand(FIRST + 2, [7])) == {"A": (3, 1), "B": (0, 1), "C": (0, 0)}


def test_units_that_only_moved_did_not_leave(store: Store, history: History) -> None:
    store.save(tables.inventory, [stock("A", fulfillable_quantity=10)])
    history.record(FIRST)
    moved = stock("A", fulfillable_quantity=4, pending_transshipment_quantity=6)
    store.save(tables.inventory, [moved])
    history.record(FIRST + 1)
    assert demand_of(history.demand(FIRST + 2, [7])) == {"A": (0, 1)}


@pytest.mark.parametrize(("gap", "known"), [(LONGEST_GAP, True), (LONGEST_GAP + 1, False)])
def test_what_left_over_a_gap_is_known_while_it_is_short(
    store: Store, history: History, gap: int, known: bool
) -> None:
    have(store, A=10)
    history.record(FIRST)
    have(store, A=4)
    history.record(FIRST + gap)
    told = demand_of(history.demand(FIRST + gap + 1, [30]))
    assert told == ({"A": (6, gap)} if known else {})


def test_the_days_are_told_of_which_it_is_known_what_left(store: Store, history: History) -> None:
    have(store, A=10, B=1)
    for day in (0, 1, 3, 3 + LONGEST_GAP + 1, 3 + LONGEST_GAP + 2):
        history.record(FIRST + day)
    have(store, A=10)
    report = Ledger((a_ledger_day(FIRST + 30),), 0)
    ledger.keep(store, report)

    told = history.told_days(FIRST, FIRST + 60)

    after_the_gap = 3 + LONGEST_GAP + 2
    assert sorted(told) == [FIRST + day for day in (1, 2, 3, after_the_gap, 30)]
    assert history.told_days(FIRST + 3, FIRST + 30) == {FIRST + 3, FIRST + after_the_gap}


def a_ledger_day(day: int, sku: str = "A") -> LedgerDay:
    counts = ("sellable", "unsellable", "in_transit", "receipts", "customer_shipments",
              "customer_returns", "found", "lost", "damaged", "disposed")  # fmt: skip
    return LedgerDay(day=date_of(day), seller_sku=sku, **dict.fromkeys(counts, 0))


def test_a_recorded_day_stays_one_when_the_ledger_tells_of_it(
    store: Store, history: History
) -> None:
    for day, units in enumerate((10, 8, 7)):
        have(store, A=units)
        history.record(FIRST + day)
        ledger.keep(store, Ledger((a_ledger_day(FIRST + day),), 0))
        history._recorded = None
        history.record(FIRST + day)
    ledger.keep(store, Ledger((a_ledger_day(FIRST + 5),), 0))

    totals = history.totals(FIRST, FIRST + 9)

    assert totals["recorded"].tolist() == [True, True, True, False]
    assert totals["fulfillable_quantity"].tolist() == [10, 8, 7, 0]


def test_units_stand_where_they_are_whoever_else_uses_the_store(
    store: Store, history: History, tmp_path: Path
) -> None:
    place = "researching_quantity"
    store.save(tables.inventory, [stock("A", researching_quantity=3)])
    for day in (0, 1, 3):
        history.record(FIRST + day)
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store(url, account="other", marketplace_id=US, mode="demo", keys=keys_for(url)) as other:
        other.save(tables.inventory, [stock("A", researching_quantity=1)])
        for day in range(4):
            History(other).record(FIRST + day)

    stood = history.standing(FIRST + 4, [place])

    assert stood.to_dict("records") == [{"seller_sku": "A", "place": place, "units": 3, "days": 4}]


def test_a_new_day_tells_that_the_past_may_have_changed(store: Store, history: History) -> None:
    have(store, A=5)
    history.record(FIRST)
    known = history.revision()
    have(store, A=4)
    history.record(FIRST)
    assert history.revision() == known

    history.record(FIRST + 1)

    assert history.revision() != known


def test_today_is_not_counted(store: Store, history: History) -> None:
    have(store, A=10)
    history.record(FIRST)
    have(store, A=4)
    history.record(FIRST + 1)
    assert demand_of(history.demand(FIRST + 1, [7])) == {}


def demand_of(frame: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    return {
        sku: tuple(row) for sku, row in zip(frame.index, frame.to_numpy().tolist(), strict=True)
    }


def naive(store: Store, today: int, windows: Sequence[int]) -> dict[str, tuple[Any, ...]]:
    """The demand as it's defined, of each stored day by itself."""
    query = tables.skus.select().where(*store.mine(tables.skus))
    names = {row.sku_id: row.seller_sku for row in store.read(query)}
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 2 * len(windows))
    for row in store.read(tables.inventory_days.select()):
        counted = _counted(row)
        if (
            row.sku_id not in names
            or counted is None
            or not today - max(windows) <= row.day < today
        ):
            continue
        told = sums[names[row.sku_id]]
        for n, window in enumerate(windows):
            if row.day >= today - window:
                told[2 * n] += counted[0]
                told[2 * n + 1] += counted[1]
    return {sku: tuple(told) for sku, told in sums.items()}


def _counted(row: Any) -> tuple[int, int] | None:
    """Units that left while in stock, and days in stock; None when it isn't known."""
    if row.customer_shipments is not None:
        recorded = row.left_units is not None
        shelf = row.days_in_stock if recorded else row.fulfillable_quantity + row.customer_shipments
        return row.customer_shipments * (shelf > 0), int(shelf > 0)
    if row.left_units is None:
        return None
    return (row.left_units if row.days_in_stock else 0), row.days_in_stock


def live(store: Store, days: Iterable[int], seed: int) -> None:
    """A shop in which SKUs come, sell, run out, go and come back, on these days."""
    chance = random.Random(seed)  # noqa: S311
    for day in days:
        there = [sku for sku in "ABCDEF" if chance.random() < 0.8]
        have(store, **{sku: chance.choice([0, 0, 3, 8, 20]) for sku in there})
        History(store).record(day)


def told(day: int, sku: str, shipped: int) -> LedgerDay:
    counts = dict.fromkeys(
        ("unsellable", "in_transit", "receipts", "customer_returns", "found", "lost", "damaged",
         "disposed"), 0
    )  # fmt: skip
    return LedgerDay(
        day=date_of(day), seller_sku=sku, sellable=day % 3, customer_shipments=shipped, **counts
    )


@pytest.fixture(params=range(2))
def lived(request: pytest.FixtureRequest, store: Store) -> int:
    """The day after seventy days of which a fifth wasn't recorded."""
    chance = random.Random(request.param)  # noqa: S311
    live(store, [day for day in range(FIRST, FIRST + 70) if chance.random() < 0.8], request.param)
    return FIRST + 70


def test_the_demand_of_any_window_is_that_of_its_days(
    store: Store, history: History, lived: int
) -> None:
    days_on = [lived - back for back in (0, 1, 6, 7)]

    assert [demand_of(history.demand(day, WINDOWS)) for day in days_on] == [
        naive(store, day, WINDOWS) for day in days_on
    ]


def test_a_ledger_of_past_days_changes_the_demand_of_their_weeks(
    store: Store, history: History, lived: int
) -> None:
    before = history.demand(lived, WINDOWS)
    news = tuple(told(day, sku, day % 5) for day in range(lived - 50, lived - 20) for sku in "ABZ")
    ledger.keep(store, Ledger(news, 0))
    after = demand_of(history.demand(lived, WINDOWS))
    assert after == naive(store, lived, WINDOWS)
    assert after != demand_of(before)


def test_a_ledger_that_ends_before_the_first_recorded_day_counts(
    store: Store, history: History
) -> None:
    live(store, range(FIRST, FIRST + 20), 1)
    news = tuple(told(day, "A", 2) for day in range(FIRST - 40, FIRST - 10))
    ledger.keep(store, Ledger(news, 0))
    today = FIRST + 20
    assert demand_of(history.demand(today, WINDOWS)) == naive(store, today, WINDOWS)


def test_a_day_that_is_recorded_late_is_counted_in_its_week(
    store: Store, history: History, lived: int
) -> None:
    have(store, A=500, NEW=1)
    history.record(lived - 30)
    live(store, [lived], 7)
    assert demand_of(history.demand(lived, WINDOWS)) == naive(store, lived, WINDOWS)


def test_the_demand_does_not_need_the_sums_of_weeks(
    store: Store, history: History, lived: int
) -> None:
    before = demand_of(history.demand(lived, WINDOWS))
    with store.writing(tables.inventory_days) as connection:
        connection.execute(tables.inventory_weeks.delete())
    assert demand_of(history.demand(lived, WINDOWS)) == before


def test_another_accounts_days_and_weeks_are_its_own(
    store: Store, history: History, tmp_path: Path
) -> None:
    today = FIRST + 30
    live(store, range(FIRST, today), 1)
    mine = demand_of(history.demand(today, WINDOWS))
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store(url, account="other", marketplace_id=US, mode="demo", keys=keys_for(url)) as other:
        live(other, range(FIRST, today), 2)
        yours = demand_of(History(other).demand(today, WINDOWS))
        assert yours == naive(other, today, WINDOWS)
    assert yours != mine
    assert demand_of(history.demand(today, WINDOWS)) == mine == naive(store, today, WINDOWS)


def test_a_whole_read_of_the_stock_is_recorded(
    client: MCFClient, store: Store, simulator: Simulator
) -> None:
    assert Sync(client, store).inventory().state is RunState.WHOLE
    today = day_of(START)
    assert days(store) == [
        (today, sku, each.fulfillable) for sku, each in sorted(simulator.world.stocks[US].items())
    ]


def test_a_read_that_failed_is_not_recorded(
    client: MCFClient, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(Unavailable(operations=["getInventorySummaries"]))
    assert Sync(client, store).inventory().state is RunState.FAILED
    assert days(store) == []


def test_what_was_there_to_be_sold_on_average(store: Store, history: History) -> None:
    """Units on their way between warehouses and being processed are there; others aren't."""
    for day, units in ((100, 10), (101, 20), (104, 6)):
        rows = [
            stock("A", fulfillable_quantity=units, pending_transshipment_quantity=2,
                  fc_processing_quantity=1, inbound_shipped_quantity=9, researching_quantity=4),
            *([stock("B", fulfillable_quantity=5)] if day > 100 else []),
        ]  # fmt: skip
        store.replace(tables.inventory, rows)
        history.record(day)

    found = history.on_hand(["A", "B", "nobody's"], 90, 104)

    assert found.to_dict("index") == {"A": {"mean": 18, "days": 4}, "B": {"mean": 5, "days": 3}}
    assert history.on_hand([], 90, 104).empty
