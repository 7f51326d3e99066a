"""How long the scorecard takes, and its parts, of many orders.

Run it on an idle machine: `python -m tests.bench.bench_scorecard [--orders N] [--parcels N]`
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from mcf.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES
from mcf.store import frames
from mcf.tracking import promises
from tests.bench.printing import Row, best, heading, say

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ZONE = MARKETPLACES[DEFAULT_MARKETPLACE].zone
_MOMENT = np.datetime64("2026-03-04T15:00", "us")
_HOUR = np.timedelta64(3_600_000_000, "us")
_NEVER = np.datetime64("NaT", "us")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=50_000)
    parser.add_argument("--parcels", type=int, default=60_000)
    options = parser.parse_args()
    dice = np.random.default_rng(7)
    orders = _orders(options.orders, dice)
    parcels = _parcels(options.orders, options.parcels, dice)
    dead = parcels.iloc[:200][["seller_fulfillment_order_id", "amazon_shipment_id"]]
    heading(f"{options.orders:,} orders, {options.parcels:,} parcels")
    judged = promises.outcomes(orders, parcels, NOW, ZONE, dead)
    took = promises.transit_days(parcels, orders, dead)
    parts = {
        "what came of each order": lambda: promises.outcomes(orders, parcels, NOW, ZONE, dead),
        "shares by state": lambda: promises.share(judged, "region"),
        "days in transit": lambda: promises.transit_days(parcels, orders, dead),
        "their spread by speed": lambda: promises.spread(took, "speed"),
        "fees by month": lambda: promises.fees(orders, ZONE),
        "what was lost by carrier": lambda: promises.lost(parcels, NOW, by_carrier=True),
        "all of the scorecard": lambda: promises.scorecard(orders, parcels, NOW, ZONE, None, dead),
    }
    for what, run in parts.items():
        say(Row(what, "a second", best(run, 3), 1.0, 0.7, "s").line)


def _orders(count: int, dice: np.random.Generator) -> pd.DataFrame:
    """Orders of two years, half of them with a promise and a fee."""
    received = _MOMENT - dice.integers(0, 2 * 365 * 24, count) * _HOUR
    promised_at = np.where(dice.random(count) < 0.5, received + 120 * _HOUR, _NEVER)
    known = ~np.isnat(promised_at)
    return _frame(
        frames.ORDERS,
        count,
        seller_fulfillment_order_id=[f"SHOP-{n}" for n in range(count)],
        status=dice.choice(["Complete", "Planning", "Cancelled"], count, p=[0.9, 0.05, 0.05]),
        speed_label=dice.choice(["Standard", "Expedited", "Priority"], count),
        fulfillment_action=["Ship"] * count,
        received_date=received,
        state_or_region=dice.choice(["IL", "Illinois", "wy", "OR", "Ohio", "CA"], count),
        country_code=["US"] * count,
        units=dice.integers(1, 5, count),
        promised_ship_date=promised_at - 96 * _HOUR,
        promised_arrival_date=promised_at,
        fee=np.where(known, 7.9, np.nan),
        fee_currency=np.where(known, "USD", None).tolist(),
    )


def _parcels(orders: int, count: int, dice: np.random.Generator) -> pd.DataFrame:
    """One parcel of each order, and more of some."""
    shipped = _MOMENT - dice.integers(0, 2 * 365 * 24, count) * _HOUR
    status = dice.choice(["DELIVERED", "IN_TRANSIT", "UNDELIVERABLE"], count, p=[0.9, 0.08, 0.02])
    arrived = np.where(status == "DELIVERED", shipped + dice.integers(20, 200, count) * _HOUR, None)
    return _frame(
        frames.PACKAGES,
        count,
        seller_fulfillment_order_id=[f"SHOP-{n % orders}" for n in range(count)],
        amazon_shipment_id=[f"S{n}" for n in range(count)],
        package_number=np.arange(count),
        status=status,
        carrier_code=dice.choice(["UPS", "USPS", "AMZN_US", "FEDEX"], count),
        ship_date=shipped,
        delivered_at=arrived.astype("datetime64[us]"),
        tracked=np.ones(count, dtype=bool),
    )


def _frame(columns: frames.Columns, count: int, **told: Any) -> pd.DataFrame:
    blank = {frames.NUMBER: [0] * count, "bool": [False] * count}
    data = {name: blank.get(dtype, [None] * count) for name, dtype in columns.items()}
    listed = {
        name: values.tolist()
        if isinstance(values, np.ndarray) and values.dtype.kind in "UO"
        else values
        for name, values in told.items()
    }
    return frames.build(columns, data | listed)


if __name__ == "__main__":
    main()
