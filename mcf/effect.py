"""What an order does to the stock, before it's placed: frames -> frames, pure.

What Amazon counts as fulfillable isn't always on a shelf: it accepts orders on units that are on
the way between its warehouses, and those may wait past their ship date.
https://github.com/amzn/selling-partner-api-models/issues/5260
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from mcf import planning
from mcf.frames import NUMBER, TEXT, UTC_TIME

EFFECT = {
    "seller_sku": TEXT,
    "wanted": NUMBER,
    "available": NUMBER,
    "placed": NUMBER,
    "reserve": NUMBER,
    "free": NUMBER,
    "in_transfer": NUMBER,
    "processing": NUMBER,
    "left": NUMBER,
    "meter": "category",
    "cover_before": "float64",
    "cover_after": "float64",
    "stock_out_before": UTC_TIME,
    "stock_out_after": UTC_TIME,
}


class Meter(StrEnum):
    """Whether the units can leave now, as far as the stock tells."""

    NOW = "on the shelf"
    RESERVE = "only with the reserve"
    TRANSFER = "only in transfer"
    SHORT = "not enough"


def effect(
    plan: pd.DataFrame,
    wanted: Mapping[str, int],
    placed: Mapping[str, int],
    reserve: Mapping[str, int],
    today: date,
) -> pd.DataFrame:
    """What the order leaves of each SKU: columns EFFECT, a line per SKU in `wanted`, in its order.

    `plan` is `planning.plan`'s; `placed` are units of orders that the stock doesn't show yet,
    `reserve` units to be kept for Amazon. Units; cover in days, NaN where the velocity isn't known;
    dates are days (midnight, UTC), NaT where not known or years away. A SKU that isn't in the plan
    has nothing.
    """
    names = list(wanted)
    rows = plan.set_index("seller_sku").reindex(names)

    def units(column: str) -> planning.Numbers:
        return rows[column].to_numpy(dtype=float, na_value=0.0)

    asked = np.array([wanted[sku] for sku in names], dtype=float)
    there = units("fulfillable_quantity")
    gone = np.array([placed.get(sku, 0) for sku in names], dtype=float)
    kept = np.array([reserve.get(sku, 0) for sku in names], dtype=float)
    moving, worked = units("pending_transshipment_quantity"), units("fc_processing_quantity")
    now = np.maximum(0.0, there - gone)
    free = np.maximum(0.0, now - kept)
    a_day = rows["velocity"].to_numpy(dtype=float, na_value=np.nan)
    before = planning.days_of_cover(free, a_day)
    after = planning.days_of_cover(np.maximum(0.0, free - asked), a_day)
    meter = np.select(
        [asked <= free, asked <= now, asked <= now + moving + worked],
        [Meter.NOW.value, Meter.RESERVE.value, Meter.TRANSFER.value],
        Meter.SHORT.value,
    )
    found = pd.DataFrame(
        {
            "seller_sku": names,
            "wanted": asked,
            "available": there,
            "placed": gone,
            "reserve": kept,
            "free": free,
            "in_transfer": moving,
            "processing": worked,
            "left": now - asked,
            "meter": pd.Categorical(meter, [each.value for each in Meter]),
            "cover_before": before,
            "cover_after": after,
            "stock_out_before": planning.day_after(today, before),
            "stock_out_after": planning.day_after(today, after),
        }
    )
    return found.astype({k: v for k, v in EFFECT.items() if k != "meter"})
