"""The SKUs that need a look, by why."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mcf.inventory import groups
from mcf.inventory.groups import Group, GroupFigure
from mcf.inventory.planning import Health

TODAY = date(2026, 3, 2)
QUANTITIES = (
    "fulfillable_quantity",
    "unfulfillable_quantity",
    "warehouse_damaged_quantity",
    "carrier_damaged_quantity",
)
NOWHERE = pd.DataFrame({"seller_sku": ["S"], "place": ["x"], "units": [0], "days": [0]}).iloc[:0]


def plan(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = dict.fromkeys(QUANTITIES, 0) | {
        "seller_sku": "S",
        "gap_units": np.nan,
        "gap_days": np.nan,
        "reorder_quantity": np.nan,
        "reorder_date": pd.NaT,
        "health": Health.FINE.value,
        "unit_cost": np.nan,
        "price": np.nan,
        "currency": "USD",
    }
    frame = pd.DataFrame([usual | row for row in rows])
    return frame.assign(reorder_date=pd.to_datetime(frame["reorder_date"], utc=True))


def found(*rows: dict[str, Any], standing: pd.DataFrame = NOWHERE) -> dict[Group, GroupFigure]:
    return groups.of_the_stock(plan(*rows), standing, TODAY, "USD")


def test_what_is_to_be_ordered_today_is_counted_with_what_it_costs() -> None:
    due = {"reorder_date": "2026-03-02", "reorder_quantity": 24.0}
    figure = found(
        due | {"seller_sku": "A", "unit_cost": 2.5},
        due | {"seller_sku": "B"},
        {"seller_sku": "C", "reorder_date": "2026-03-03", "reorder_quantity": 99.0},
    )[Group.REORDER]

    assert list(figure.rows) == [True, True, False]
    assert (figure.skus, figure.units, figure.cost, figure.unpriced) == (2, 48, 60.0, 1)


def test_a_cost_that_is_not_known_is_none_and_not_nothing() -> None:
    every = found({"fulfillable_quantity": 10})[Group.ALL]
    assert (every.units, every.cost, every.unpriced) == (10, None, 1)


@pytest.mark.parametrize(
    ("units", "skus", "lost"), [(18.4, 1, 18), (0.9, 0, 0), (0.0, 0, 0), (np.nan, 0, 0)]
)
def test_sales_lost_before_what_is_on_its_way_arrives(units: float, skus: int, lost: int) -> None:
    figure = found({"gap_units": units, "gap_days": 4.0})[Group.GAP]
    assert (figure.skus, figure.units) == (skus, lost)


def test_lost_sales_are_worth_what_buyers_would_pay_and_not_what_units_cost() -> None:
    short = {"gap_units": 10.0, "gap_days": 5.0, "unit_cost": 2.0}
    figure = found(
        short | {"price": 9.0},
        short | {"price": 7.0, "currency": "EUR"},
        short,
        {"price": 99.0},
    )[Group.GAP]
    assert (figure.cost, figure.others, figure.unpriced) == (90.0, {"EUR": 70.0}, 1)
    assert (figure.units, figure.a_day) == (30, 6.0)

    unpriced = found(short)[Group.GAP]
    assert (unpriced.cost, unpriced.unpriced) == (None, 1)


def test_what_stands_too_long_and_what_amazon_broke_is_one_group() -> None:
    standing = pd.DataFrame(
        {
            "seller_sku": ["A", "A", "B"],
            "place": ["fc_processing_quantity", "researching_quantity", "fc_processing_quantity"],
            "units": [3, 4, 5],
            "days": [10, 30, 9],
        }
    )
    figure = found(
        {"seller_sku": "A"},
        {"seller_sku": "B"},
        {"seller_sku": "C", "carrier_damaged_quantity": 2},
        standing=standing,
    )[Group.STUCK]

    assert list(figure.rows) == [True, False, True]
    assert figure.units == 9


def test_excess_counts_what_can_ship_of_it() -> None:
    figure = found(
        {"fulfillable_quantity": 90, "health": Health.EXCESS.value, "unit_cost": 2.0},
        {"fulfillable_quantity": 10},
    )
    assert (figure[Group.EXCESS].units, figure[Group.EXCESS].cost) == (90, 180.0)
    assert (figure[Group.ALL].skus, figure[Group.ALL].units) == (2, 100)


def test_a_shop_without_stock_has_empty_groups() -> None:
    empty = plan({}).iloc[:0]
    figures = groups.of_the_stock(empty, NOWHERE, TODAY)
    assert {(one.skus, one.units, one.cost) for one in figures.values()} == {(0, 0, None)}


def test_what_costs_another_currency_stands_beside_and_is_never_added() -> None:
    every = found(
        {"fulfillable_quantity": 10, "unit_cost": 2.0},
        {"fulfillable_quantity": 5, "unit_cost": 3.0, "currency": "EUR"},
        {"fulfillable_quantity": 1, "currency": "EUR"},
    )[Group.ALL]
    assert (every.cost, every.others, every.unpriced) == (20.0, {"EUR": 15.0}, 1)

    elsewhere = found({"fulfillable_quantity": 5, "unit_cost": 3.0, "currency": "EUR"})[Group.ALL]
    assert (elsewhere.cost, elsewhere.others, elsewhere.unpriced) == (None, {"EUR": 15.0}, 0)
