"""What stock, orders and lost sales are worth, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mcf.inventory import money
from mcf.inventory.money import Total
from mcf.inventory.planning import Health

NAN = float("nan")


def plan(**columns: Any) -> pd.DataFrame:
    usual: dict[str, Any] = {
        "seller_sku": ["S"],
        "fulfillable_quantity": [10],
        "kept_units": [0.0],
        "health": [Health.FINE.value],
        "velocity": [2.5],
        "reorder_quantity": [NAN],
    }
    return pd.DataFrame(usual | columns)


def rules(**columns: Any) -> pd.DataFrame:
    usual: dict[str, Any] = {"unit_cost": [4.0], "price": [9.5], "currency": [None], "tags": [None]}
    index = pd.Index(["S"], name="seller_sku")
    frame = pd.DataFrame(usual | columns, index=index)
    return frame.astype({"currency": "str", "tags": "str", "unit_cost": float, "price": float})


def line(rule: pd.DataFrame | None = None, **columns: Any) -> dict[Any, Any]:
    known = rules() if rule is None else rule
    return dict(money.valued(plan(**columns), known, "USD").iloc[0])


def test_stock_and_reorder_at_what_they_cost() -> None:
    found = line(reorder_quantity=[25.0])
    assert (found["stock_value"], found["reorder_cost"], found["excess_value"]) == (40, 100, 0)
    assert (found["unit_cost"], found["price"], found["currency"], found["tags"]) == (
        4.0, 9.5, "USD", ""
    )  # fmt: skip


def test_all_of_a_sku_in_excess_is_excess() -> None:
    assert line(health=[Health.EXCESS.value])["excess_value"] == 40


def test_without_a_cost_nothing_is_told_but_of_nothing() -> None:
    unknown = rules(unit_cost=[NAN], price=[NAN])
    found = line(unknown, reorder_quantity=[25.0], health=[Health.EXCESS.value])
    assert np.isnan([found[name] for name in ("stock_value", "reorder_cost", "excess_value")]).all()
    assert line(unknown, fulfillable_quantity=[0])["stock_value"] == 0
    assert np.isnan(line()["reorder_cost"])


@pytest.mark.parametrize(
    ("there", "kept", "speed", "units", "sales"),
    [
        (10, 0.0, 2.5, 0, 0),
        (0, 0.0, 2.5, 2.5, 23.75),
        (3, 3.0, 2.5, 2.5, 23.75),
        (0, 0.0, 0.0, 0, 0),
        (0, 0.0, NAN, NAN, NAN),
        (1, 0.0, NAN, 0, 0),
    ],
)
def test_sales_are_lost_while_nothing_is_for_sale(
    there: int, kept: float, speed: float, units: float, sales: float
) -> None:
    found = line(fulfillable_quantity=[there], kept_units=[kept], velocity=[speed])
    assert (found["lost_units_a_day"], found["lost_sales_a_day"]) == pytest.approx(
        (units, sales), nan_ok=True
    )


def test_a_currency_of_its_own_stays_with_its_amounts() -> None:
    assert line(rules(currency=["EUR"]))["currency"] == "EUR"


def test_currencies_are_never_added() -> None:
    units = np.array([1.0, 2.0, 3.0, 4.0, 0.0, NAN])
    each = np.array([10.0, 10.0, NAN, 1.0, NAN, 5.0])
    currency = np.array(["USD", "EUR", "USD", "GBP", "USD", "USD"], dtype=object)

    found = money.total(units, each, currency, "USD")

    assert found == Total(10.0, {"EUR": 20.0, "GBP": 4.0}, 1)
    assert money.named(found, "USD") == "10.00 USD + 20.00 EUR + 4.00 GBP"
    assert money.named(found, "USD", decimals=0) == "10 USD + 20 EUR + 4 GBP"


def test_a_sum_of_which_nothing_is_known_is_none() -> None:
    nothing = money.total(np.array([5.0]), np.array([NAN]), None, "USD")
    assert nothing == Total(None, {}, 1)
    assert money.named(nothing, "USD") == ""
    elsewhere = money.total(np.array([5.0]), np.array([1.0]), np.array(["EUR"], object), "USD")
    assert elsewhere == Total(None, {"EUR": 5.0}, 0)


def test_lost_sales_in_all() -> None:
    frame = pd.DataFrame(
        {
            "lost_units_a_day": [2.0, 1.0, 0.0, NAN, 4.0],
            "price": [3.0, NAN, NAN, 1.0, 5.0],
            "currency": ["USD", "USD", "USD", "USD", "EUR"],
        }
    )
    assert money.lost_sales(frame, "USD") == (7.0, Total(6.0, {"EUR": 20.0}, 1), 1)
