"""What an order does to the stock, told before it's placed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mcf.inventory.planning import EFFECT, Meter, effect

TODAY = date(2026, 3, 1)


def plan(**changed: Any) -> pd.DataFrame:
    row = {
        "seller_sku": "A-1",
        "fulfillable_quantity": 10,
        "pending_transshipment_quantity": 4,
        "fc_processing_quantity": 1,
        "velocity": 2.0,
        **changed,
    }
    return pd.DataFrame([row])


def told(wanted: int, *, placed: int = 0, reserve: int = 0, **changed: Any) -> pd.Series[Any]:
    sums = {"A-1": wanted}, {"A-1": placed}, {"A-1": reserve}
    return effect(plan(**changed), *sums, TODAY).iloc[0]


@pytest.mark.parametrize(
    ("wanted", "placed", "reserve", "meter"),
    [
        (10, 0, 0, Meter.NOW),
        (11, 0, 0, Meter.TRANSFER),
        (15, 0, 0, Meter.TRANSFER),
        (16, 0, 0, Meter.SHORT),
        (8, 0, 3, Meter.RESERVE),
        (7, 0, 3, Meter.NOW),
        (8, 3, 0, Meter.TRANSFER),
        (7, 3, 0, Meter.NOW),
    ],
)
def test_the_meter_tells_whether_units_can_leave_now(
    wanted: int, placed: int, reserve: int, meter: Meter
) -> None:
    assert told(wanted, placed=placed, reserve=reserve)["meter"] == meter.value


def test_cover_and_stock_out_are_told_before_and_after() -> None:
    row = told(4)

    assert (row["cover_before"], row["cover_after"]) == (5.0, 3.0)
    assert row["stock_out_before"] == datetime(2026, 3, 6, tzinfo=UTC)
    assert row["stock_out_after"] == datetime(2026, 3, 4, tzinfo=UTC)
    assert row["left"] == 6


def test_without_a_velocity_nothing_is_said_of_days() -> None:
    row = told(4, velocity=np.nan)

    assert np.isnan(row["cover_before"])
    assert pd.isna(row["stock_out_after"])


def test_what_is_left_of_units_that_are_not_told_is_not_known() -> None:
    row = told(4, fulfillable_quantity=pd.NA)

    assert row["meter"] == Meter.UNKNOWN.value
    assert row[["available", "free", "left", "cover_after"]].isna().all()
    assert row["in_transfer"] == 4


def test_a_sku_that_is_not_in_the_stock_has_nothing() -> None:
    row = effect(plan(), {"B-1": 1}, {}, {}, TODAY).iloc[0]

    assert row["meter"] == Meter.SHORT.value
    assert row["free"] == 0


def test_columns_are_as_declared_whatever_is_asked() -> None:
    found = effect(plan(), {}, {}, {}, TODAY)

    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == EFFECT
