"""What the recorded past of a shop tells of its sales, from the store."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from mcf.inventory import demand, ledger, sales
from mcf.inventory.history import History, date_of, day_of
from mcf.inventory.ledger import Ledger, LedgerDay
from mcf.inventory.review import StockReview
from mcf.store import tables
from mcf.store.database import Store
from tests.conftest import START
from tests.inventory.test_review import review_of

TODAY = day_of(START)
QUIET = dict.fromkeys(
    ("unsellable", "in_transit", "receipts", "customer_returns", "found", "lost", "damaged",
     "disposed"), 0
)  # fmt: skip
SPIKE = TODAY - 30


def shipped(sku: str, day: int, units: int) -> LedgerDay:
    return LedgerDay(day=date_of(day), seller_sku=sku, sellable=50, customer_shipments=units,
                     **QUIET)  # fmt: skip


@pytest.fixture
def shop(store: Store) -> StockReview:
    """A hundred days in which A sold 3 a day and once 200, and B one each second day."""
    days = [
        entry
        for day in range(TODAY - 100, TODAY)
        for entry in (
            shipped("A", day, 200 if day == SPIKE else 3),
            shipped("B", day, day % 2),
        )
    ]
    ledger.keep(store, Ledger(tuple(days), 0))
    empty = dict.fromkeys(c.name for c in tables.inventory.c if c.name.endswith("_quantity"))
    row = dict.fromkeys(empty, 0) | {"fulfillable_quantity": 60, "raw": {}}
    store.save(tables.inventory, [{"seller_sku": sku, **row} for sku in "AB"])
    return review_of(store)


def velocity(review: StockReview, sku: str = "A") -> float:
    return float(review.plan().set_index("seller_sku").loc[sku, "velocity"])


def test_levels_from_the_store_are_those_of_its_days(store: Store, shop: StockReview) -> None:
    seen = sales.see(History(store), TODAY)
    sold, there = History(store).sold(TODAY - 91 - TODAY % 7, TODAY)
    by_days = demand.levels(
        demand.by_weeks(sold, there, date_of(TODAY)), seen.learned.common, date_of(TODAY)
    )
    counted = [("A", SPIKE)]
    found = sales.levels(seen, TODAY, counted)
    assert found["level"].tolist() == pytest.approx(by_days.level.tolist())
    assert found["level_days"].tolist() == by_days.days.tolist()
    assert shop.plan()["velocity_days"].tolist()[1] == by_days.days[1]


def test_a_one_off_day_is_told_and_left_out(shop: StockReview) -> None:
    days = shop.one_offs()
    assert days[["seller_sku", "day", "units", "counted"]].to_numpy().tolist() == [
        ["A", SPIKE, 200, False]
    ]
    assert days["usual"].tolist() == pytest.approx([3], abs=0.1)
    assert velocity(shop) == pytest.approx(3, abs=0.1)


def test_a_seller_decides_that_it_counts(shop: StockReview) -> None:
    before = velocity(shop)
    shop.choices.count("A", SPIKE, START + timedelta(days=400))

    assert velocity(shop) > 4
    assert shop.one_offs()["counted"].tolist() == [True]
    assert shop.choices.hidden(START) == {}

    shop.choices.leave_out("A", SPIKE)
    assert velocity(shop) == before


def test_the_page_of_a_sku_tells_the_same_as_the_table(shop: StockReview) -> None:
    """Velocity, run-out, projection and one-off days of one SKU: one forecast."""
    one = shop.sku("A")
    assert one is not None
    assert one.expected is not None
    assert one.projection is not None
    assert one.expected.a_day[:30].mean() == pytest.approx(one.row["velocity"])
    empty = one.projection[one.projection["middle"] <= 1e-9]["day"].iloc[0]
    assert empty - one.row["stock_out_date"] in (pd.Timedelta(0), pd.Timedelta(days=1))
    until = int(one.row["lead_time_days"])
    point = one.expected.a_day[:until].sum() + one.row["safety_units"]
    assert point == pytest.approx(one.row["order_point"])
    assert one.one_offs["day"].tolist() == [SPIKE]


def test_a_shop_without_a_past_tells_nothing(store: Store) -> None:
    seen = sales.see(History(store), TODAY)
    assert sales.levels(seen, TODAY, []).empty
    assert seen.one_offs.empty


def test_a_day_that_ends_with_reserved_units_only_is_none_in_stock(store: Store) -> None:
    """Recorded: 5 left while nothing could be sold. The ledger counts those 5 as its balance."""
    history = History(store)
    for day, can_ship, reserved in ((0, 0, 5), (1, 0, 5), (2, 0, 0)):
        row = dict.fromkeys(
            [c.name for c in tables.inventory.c if c.name.endswith("_quantity")], 0
        ) | {"fulfillable_quantity": can_ship, "pending_customer_order_quantity": reserved}
        store.save(tables.inventory, [{"seller_sku": "A", **row, "raw": {}}])
        history.record(TODAY - 3 + day)
    before = history.sku("A", 0)["in_stock"].tolist()
    days = [shipped("A", TODAY - 2, 0), shipped("A", TODAY - 1, 5)]
    ledger.keep(store, Ledger(tuple(days), 0))
    assert history.sku("A", 0)["in_stock"].tolist() == before == [False] * 3
    assert history.demand(TODAY, (7,))["days_7"].tolist() == [0]


def test_the_columns_of_one_off_days_are_as_declared(store: Store, shop: StockReview) -> None:
    some, none = shop.one_offs(), sales.see(History(store), TODAY - 99).one_offs
    assert [*none.columns, "counted"] == some.columns.tolist() == [*sales.ONE_OFFS, "counted"]
    assert none.dtypes.to_dict() == some[list(sales.ONE_OFFS)].dtypes.to_dict()
