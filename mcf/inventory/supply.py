"""Days of supply as Amazon's low-inventory-level fee counts them, and what an order does to them.

The United States' rule: a SKU pays when what was there on average lasted for fewer than 28 days of
what was sold, both by the last 30 and by the last 90 days, unless fewer than 20 were sold in a
week. Since January 2026 each SKU counts by itself. Amazon tells the measure only in Seller Central,
so it's reckoned here; whether it counts MCF orders among the sales isn't said: here they count.

https://sellercentral.amazon.com/help/hub/reference/GV43F6S76Y9DHYRH
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mcf.inventory.demand import Numbers

LEAST = 28
"""Days of supply below which the fee is due."""
SPANS = (30, 90)
SLOW = 20
"""Units in the last week below which a SKU doesn't pay it."""
MOST = 2000
"""SKUs of which it's told: the stock of each of their days is read."""
MARKETPLACES = ("ATVPDKIKX0DER",)
"""Where the rule is known here: elsewhere Amazon has others, or none."""
COLUMNS = ("supply_30", "supply_90", "supply_room")
_KNOWN = 0.7
"""The part of the days that must be known."""


def candidates(demand: pd.DataFrame) -> list[str]:
    """The SKUs that sell enough to pay the fee, those first that sell most; MOST of them."""
    sold = demand["units_7"].nlargest(MOST)
    return [str(sku) for sku in sold.index[sold >= SLOW]]


def supply(demand: pd.DataFrame, on_hand: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Indexed by `seller_sku` as `demand` is: COLUMNS.

    `demand` has `units_30` and `units_90`, `on_hand` for each of SPANS what `History.on_hand`
    tells. `supply_N` are days, infinite where nothing was sold and NaN where it isn't known;
    `supply_room` are the units that MCF orders can take today before the fee is due, below 0 when
    it is already, NaN where that isn't known.
    """
    rooms, columns = [], {}
    for span in SPANS:
        known = on_hand[span].reindex(demand.index)
        days = known["days"].to_numpy(float)
        # Of the days since the first that is known, so that both are of the same time.
        there = known["mean"].to_numpy(float) * days
        sold = demand[f"units_{span}"].to_numpy(float)
        enough = days >= _KNOWN * span
        columns[f"supply_{span}"] = np.where(enough, days_of(there, sold), np.nan)
        rooms.append(np.where(enough, room(there, sold), np.nan))
    return pd.DataFrame({**columns, "supply_room": _either(*rooms)}, index=demand.index)


def days_of(unit_days: Numbers, sold: Numbers, order: float = 0.0) -> Numbers:
    """For how many days what was there lasted, also after an order of so many units today.

    `unit_days` are the units that were there, summed over the days in which `sold` were sold.
    """
    asked = sold + order
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(asked > 0, np.maximum(0.0, unit_days - order) / asked, np.inf)


def room(unit_days: Numbers, sold: Numbers) -> Numbers:
    """The largest order that leaves LEAST days, in whole units: `days_of` turned round."""
    return np.asarray(np.floor(np.round((unit_days - LEAST * sold) / (LEAST + 1), 9)))


def _either(short: Numbers, long: Numbers) -> Numbers:
    """One of both is enough; what isn't known can't say that neither is."""
    best = np.fmax(short, long)
    unknown = np.isnan(short) | np.isnan(long)
    return np.where(unknown & ~(best >= 0), np.nan, best)
