"""Where the units of a SKU went between two of its days: what Amazon's ledger tells of the days in
between, what the counts tell of the others, and how much of it nothing tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

RESERVED = {
    "pending_customer_order_quantity": "Reserved for orders",
    "fc_processing_quantity": "Being measured",
}
"""Units on a shelf that can't ship, and what they're called."""
_TRANSFER = "pending_transshipment_quantity"
_COMING = ["inbound_shipped_quantity", "inbound_receiving_quantity"]


@dataclass(frozen=True)
class Waterfall:
    """`steps` has columns `step`, `units`: the first is what there was, the last what there is.

    Those in between add up to the difference; none is 0. Of the `days` in between the ledger tells
    `told`. `apart` says whether reserved units are told apart; else both ends hold them.
    """

    steps: pd.DataFrame
    days: int
    told: int
    apart: bool


def between(
    days: pd.DataFrame, here: int, there: int, own: Mapping[datetime, float] | None
) -> Waterfall:
    """Between the ends of two of the days of `History.sku`, by their places.

    `own` are the units that left in MCF orders, by day (midnight, UTC); None where not known.
    """
    first, last = days.iloc[here], days.iloc[there]
    apart = bool(first["recorded"] and last["recorded"])
    start, end = (_shelf(day, apart) for day in (first, last))
    after = days.iloc[here + 1 : there + 1]
    told = after[after["receipts"].notna()]
    counted = _counted(days.iloc[here : there + 1])
    moves = [
        ("Received", _sum(told["receipts"]) + counted["received"]),
        ("Returned", _sum(told["returned"])),
        ("Found", _sum(told["found"])),
        *_sold(first["day"], last["day"], told, own),
        ("Lost", _sum(told["lost"]) - counted["missing"]),
        ("Damaged", _sum(told["damaged"])),
        ("Removed", _sum(told["removed"])),
        ("Moved", _sum(told["moved"]) - counted["moving"]),
        *((word, int(first[at] - last[at])) for at, word in RESERVED.items() if apart),
        ("Corrected", _sum(told["other"])),
    ]
    unknown = end - start - sum(units for _, units in moves)
    steps = [move for move in [*moves, ("Unknown", unknown)] if move[1]]
    word = "Available" if apart else "Sellable"
    ends = (f"{word} before", start), (f"{word} after", end)
    frame = pd.DataFrame([ends[0], *steps, ends[1]], columns=["step", "units"])
    return Waterfall(frame, (last["day"] - first["day"]).days, len(told), apart)


def _shelf(day: pd.Series, apart: bool) -> int:
    """What could ship at the day's end, with what was reserved where it isn't told apart."""
    reserved = 0 if apart or not day["recorded"] else int(day[list(RESERVED)].sum())
    return int(day["fulfillable_quantity"]) + reserved


def _sold(
    since: datetime, until: datetime, told: pd.DataFrame, own: Mapping[datetime, float] | None
) -> list[tuple[str, int]]:
    """What was sold on Amazon, of the days that the ledger tells, and in MCF orders of all days."""
    shipped = _sum(told["customer_shipments"])
    if own is None:
        return [("Sold on Amazon or by MCF", -shipped)]
    ours = round(sum(own.get(day, 0) for day in told["day"]))
    sent = round(sum(units for day, units in own.items() if since < day <= until))
    return [("Sold on Amazon", -max(0, shipped - ours)), ("Sent by MCF", -sent)]


def _counted(days: pd.DataFrame) -> dict[str, int]:
    """What the counts tell of days after recorded ones that the ledger doesn't tell.

    `received`: units that were on their way and no longer are; a shipment that left on the same day
    hides as many. `missing` came to be looked for, `moving` came into transfer. What is no longer
    looked for was found or written off, and what became unsellable came from the shelf or from
    customers: neither is known.
    """
    recorded = days["recorded"]
    mine = days["receipts"].isna() & recorded & recorded.shift(fill_value=False)
    coming = days[_COMING].sum(axis=1).diff()[mine]
    return {
        "received": _sum((-coming).clip(lower=0)),
        "missing": _sum(days["researching_quantity"].diff()[mine].clip(lower=0)),
        "moving": _sum(days[_TRANSFER].diff()[mine]),
    }


def _sum(units: pd.Series) -> int:
    return round(float(units.sum()))
