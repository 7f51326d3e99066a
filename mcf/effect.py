"""What an order does to the stock, before it's placed: frames -> frames, pure.

What Amazon counts as fulfillable isn't always on a shelf: it accepts orders on units that are on
the way between its warehouses, and those may wait past their ship date.
https://github.com/amzn/selling-partner-api-models/issues/5260
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


_STOCK = ("fulfillable_quantity", "pending_transshipment_quantity", "fc_processing_quantity")
"""Units that can ship, that are in transfer, and that are being processed."""


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
    rows = plan.set_index("seller_sku").reindex(list(wanted))
    asked, gone, kept = (_units_of(wanted, units) for units in (wanted, placed, reserve))
    there, moving, worked = (rows[name].to_numpy(dtype=float, na_value=0.0) for name in _STOCK)
    now = np.maximum(0.0, there - gone)
    free = np.maximum(0.0, now - kept)
    a_day = rows["velocity"].to_numpy(dtype=float, na_value=np.nan)
    before = planning.days_of_cover(free, a_day)
    after = planning.days_of_cover(np.maximum(0.0, free - asked), a_day)
    found = pd.DataFrame(
        {
            "seller_sku": rows.index,
            "wanted": asked,
            "available": there,
            "placed": gone,
            "reserve": kept,
            "free": free,
            "in_transfer": moving,
            "processing": worked,
            "left": now - asked,
            "meter": _meter(asked, free, now, now + moving + worked),
            "cover_before": before,
            "cover_after": after,
            "stock_out_before": planning.day_after(today, before),
            "stock_out_after": planning.day_after(today, after),
        }
    )
    return found.astype({k: v for k, v in EFFECT.items() if k != "meter"})


def _units_of(skus: Iterable[str], units: Mapping[str, int]) -> planning.Numbers:
    return np.array([units.get(sku, 0) for sku in skus], dtype=float)


def _meter(
    asked: planning.Numbers,
    free: planning.Numbers,
    now: planning.Numbers,
    some_day: planning.Numbers,
) -> pd.Categorical:
    told = np.select(
        [asked <= free, asked <= now, asked <= some_day],
        [Meter.NOW.value, Meter.RESERVE.value, Meter.TRANSFER.value],
        Meter.SHORT.value,
    )
    return pd.Categorical(told, [each.value for each in Meter])
