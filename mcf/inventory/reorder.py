"""When to order and how many: what is left when an order arrives, safety stock, the quantity. Pure.

All of it is reckoned from the one demand: a level and a `Course` (see `demand`). What can't be sold
for want of stock is lost: nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from mcf.inventory.demand import Numbers
from mcf.inventory.outlook import Outlook

ARRIVES_IN = {
    "fc_processing_quantity": 2,
    "pending_transshipment_quantity": 3,
    "inbound_receiving_quantity": 5,
    "inbound_shipped_quantity": 14,
    "inbound_working_quantity": 21,
}
"""Days until units of a place can ship. Assumed: Amazon doesn't tell. What has been there for so
long already is late: it's taken to need as long again."""
_NEVER = 1e6
"""Days that are too far to be told."""
Coming: TypeAlias = dict[int, Numbers]
"""Units of each SKU by the days (from 1, which is today) from which on they can ship, in order."""


def coming(
    stock: pd.DataFrame, standing: pd.DataFrame, ordered: pd.DataFrame | None = None
) -> Coming:
    """What is on its way, a number for each line of `stock`; what isn't told isn't counted on.

    `standing` tells since when units have been in a place: columns `seller_sku`, `place`, `units`
    that have been there for all of `days`. `ordered` is what suppliers will bring: `seller_sku`,
    `units`, `day`.
    """
    names = pd.Index(stock["seller_sku"])
    arrivals: Coming = {}
    for place, wait in ARRIVES_IN.items():
        units = stock[place].to_numpy(dtype=float, na_value=0.0)
        late = standing[(standing["place"] == place) & (standing["days"] >= wait)]
        lines = names.get_indexer(pd.Index(late["seller_sku"]))
        behind = np.zeros(len(names))
        behind[lines[lines >= 0]] = late["units"].to_numpy(float)[lines >= 0]
        behind = np.minimum(behind, units)
        for day, some in ((wait, units - behind), (2 * wait, behind)):
            if some.any():
                arrivals[day] = arrivals.get(day, 0.0) + some
    if ordered is not None:
        for number, lines in ordered.groupby("day"):
            at, some = names.get_indexer(pd.Index(lines["seller_sku"])), np.zeros(len(names))
            np.add.at(some, at[at >= 0], lines["units"].to_numpy(float)[at >= 0])
            day = int(str(number))
            if some.any():
                arrivals[day] = arrivals.get(day, 0.0) + some
    return dict(sorted(arrivals.items()))


def left(units: Numbers, sold: Numbers) -> Numbers:
    """What is left for sale; below 0 is what is missing of the units to be kept, never sales."""
    return np.where(units > 0, np.maximum(0.0, units - sold), units)


def left_at(days: Numbers, units: Numbers, ahead: Outlook, arrivals: Coming) -> Numbers:
    """What is left of `units` and of what arrives at the end of so many whole days, of each SKU."""
    since = np.zeros(len(units))
    for day, more in arrivals.items():
        before = np.full(len(units), day - 1.0)
        now = left(units, ahead.between(since, before)) + more
        units, since = np.where(day <= days, now, units), np.where(day <= days, before, since)
    return left(units, ahead.between(since, days))


@dataclass(frozen=True)
class Gap:
    """That a SKU runs out before something on its way arrives.

    `begins` is in how many days, `days` for how many in all, `units` are the sales that are lost;
    NaN and 0 where it doesn't.
    """

    begins: Numbers
    days: Numbers
    units: Numbers


def gap(units: Numbers, ahead: Outlook, arrivals: Coming) -> Gap:
    """The days without stock up to the last arrival, of each SKU."""
    begins, days, lost = np.full(len(units), np.nan), np.zeros(len(units)), np.zeros(len(units))
    since = np.zeros(len(units))
    for day, more in arrivals.items():
        waits, before = more > 0, np.full(len(units), day - 1.0)
        out = np.maximum(since, ahead.when(since, units))
        short = waits & (before - out >= 1) & ahead.sells
        begins = np.where(short & np.isnan(begins), out, begins)
        days = days + np.where(short, before - out, 0.0)
        expected = ahead.between(since, before)
        lost = lost + np.where(short, np.maximum(0.0, expected - np.maximum(units, 0.0)), 0.0)
        units = np.where(waits, left(units, expected) + more, units)
        since = np.where(waits, before, since)
    return Gap(begins, days, lost)


@dataclass(frozen=True)
class Reorder:
    """When to order at the latest, and the numbers that make up the quantity; NaN without sales.

    In `until` days; `quantity` is `need` (what is sold in `days` from now) - `lost` (of it, what
    can't be sold before the order arrives) + `safety` + units to be kept - available - `coming` -
    `elsewhere` (units that lie in other places, to be sent in then), at least the minimum and in
    full cases; 0 where those elsewhere are enough.
    """

    until: Numbers
    quantity: Numbers
    days: Numbers
    need: Numbers
    lost: Numbers
    coming: Numbers
    elsewhere: Numbers


def lost(days: Numbers, units: Numbers, ahead: Outlook, arrivals: Coming) -> Numbers:
    """Of what is sold in so many days what can't be, for want of stock; of each SKU."""
    there = np.maximum(0.0, units) + _arriving(arrivals, np.zeros(len(units)), days)
    still = np.maximum(0.0, left_at(days, units, ahead, arrivals))
    return np.maximum(0.0, ahead.until(days) - there + still)


def reorder(
    units: Numbers, ahead: Outlook, arrivals: Coming, rule: Mapping[str, Numbers], safety: Numbers
) -> Reorder:
    """The last order that leaves the safety stock when it arrives, of each SKU.

    `units` can ship, less those to be kept. A day on which less is left doesn't count if an order
    can't arrive before it, nor if what is on its way makes up for it while the order would last.
    """
    since, lasts = rule["lead_time_days"], rule["order_days"]
    now = left_at(since, units, ahead, arrivals)
    arrives, wanted = np.full(len(units), np.nan), np.full(len(units), np.nan)
    for day in (*arrivals, np.inf):
        at = np.maximum(since, np.minimum(_NEVER, _whole(ahead.when(since, now - safety))))
        later = _arriving(arrivals, at, at + lasts)
        missing = ahead.between(at, at + lasts) + safety - later
        missing = missing - left(now, ahead.between(since, at))
        due = np.isnan(arrives) & (at < day) & (day > rule["lead_time_days"]) & (missing > 1e-6)
        due &= ahead.between(at, at + lasts) > 1e-6
        arrives, wanted = np.where(due, at, arrives), np.where(due, missing, wanted)
        if day != np.inf:
            ahead_of = day > rule["lead_time_days"]
            before = np.where(ahead_of, day - 1.0, since)
            then = left(now, ahead.between(since, before)) + arrivals[int(day)]
            now, since = np.where(ahead_of, then, now), before
    return _made_up(arrives, wanted, units, ahead, arrivals, rule, safety)


def _made_up(
    arrives: Numbers,
    wanted: Numbers,
    units: Numbers,
    ahead: Outlook,
    arrivals: Coming,
    rule: Mapping[str, Numbers],
    safety: Numbers,
) -> Reorder:
    """The reorder that arrives in so many days and brings the units wanted."""
    sold = ahead.sells
    arrives, wanted = np.where(sold, arrives, np.nan), np.where(sold, wanted, np.nan)
    days = arrives + rule["order_days"]
    need, there = ahead.until(days), _arriving(arrivals, np.zeros(len(units)), days)
    missed = np.maximum(0.0, need + safety - units - there - wanted)
    elsewhere = np.minimum(rule["elsewhere_units"], np.ceil(np.round(wanted, 6)))
    wanted = wanted - elsewhere
    case = np.maximum(1.0, rule["case_pack"])
    least = np.where(wanted > 1e-6, np.maximum(wanted, rule["minimum_units"]), wanted)
    quantity = np.maximum(0.0, np.ceil(np.round(least / case, 6)) * case)
    until = arrives - rule["lead_time_days"]
    return Reorder(until, quantity, days, need, missed, there, elsewhere)


def _arriving(arrivals: Coming, after: Numbers, until: Numbers) -> Numbers:
    """Units that arrive after the first of these days up to the last."""
    total = np.zeros(len(after))
    for day, units in arrivals.items():
        total = total + np.where((day > after) & (day <= until), units, 0.0)
    return total


def _whole(days: Numbers) -> Numbers:
    """Whole days; what a division left a hair below a day is that day."""
    return np.floor(np.round(days, 6))
