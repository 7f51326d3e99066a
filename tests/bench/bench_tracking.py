"""How long the list of orders takes to be drawn again with few and with many orders.

Run it on an idle machine: `python -m tests.bench.bench_tracking [--orders N]`
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd

from mcf.store import frames
from mcf.store.snapshots import Snapshot
from mcf.tracking import lifecycle, standing
from pages.parts.common.paging import Matches
from pages.parts.tracking import order_list
from tests.bench.printing import Row, best, heading, say

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
FEW = 500
_WORDS = ["Complete", "Planning", "Processing", "Cancelled", "Invalid"]
_PARCELS = ["DELIVERED", "IN_TRANSIT", "DELAYED", "RETURNED"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=50_000)
    options = parser.parse_args()
    many, few = _shop(options.orders), _shop(FEW)
    heading(f"{options.orders:,} orders against {FEW:,}")
    rule = lifecycle.claim_rule("US")
    parts = {
        "a redraw: filters with their counts": _filters,
        "a search that was made before": partial(_search, words="shop-4"),
        "what the table shows of a page": _page,
        "the deadlines, once a minute": lambda it: lifecycle.deadlines(it.frame, NOW, rule),
    }
    for what, run in parts.items():
        run(many), run(few)
        times = [best(partial(run, each), 5) for each in (many, few)]
        say(Row(what, f"{FEW:,} orders", *times, 20.0, "s").line)


def _filters(orders: Snapshot) -> list[int]:
    found = Matches(orders)
    members = lifecycle.all_troubles(orders.frame, orders.beside, NOW)
    return [len(found.only(rows)) for rows in order_list.groups(orders, members).values()]


def _search(orders: Snapshot, words: str) -> int:
    return len(Matches(orders).having(words, ("seller_fulfillment_order_id", "recipient")))


def _page(orders: Snapshot) -> pd.DataFrame:
    members = orders.once(
        "troubles", lambda frame: lifecycle.all_troubles(frame, orders.beside, NOW)
    )
    page = Matches(orders).window(order_list.ORDERS["Newest first"], 0, FEW)
    return order_list.file_rows(page, members, NOW)


def _shop(count: int) -> Snapshot:
    """Orders of two years, each with a parcel."""
    dice = np.random.default_rng(7)
    ids = [f"SHOP-{n}" for n in range(count)]
    received = [NOW - timedelta(hours=int(hours)) for hours in dice.integers(0, 17_520, count)]
    heads = [
        dict.fromkeys((*frames.ORDERS, "detailed_at"))
        | {
            "seller_fulfillment_order_id": order_id,
            "displayable_order_id": order_id,
            "status": status,
            "recipient": "Ada Example",
            "received_date": at,
            "status_updated_date": at,
        }
        for order_id, status, at in zip(
            ids, dice.choice(_WORDS, count, p=[0.9, 0.02, 0.03, 0.03, 0.02]), received, strict=True
        )
    ]
    boxes = [
        dict.fromkeys(frames.PACKAGES)
        | {
            "seller_fulfillment_order_id": order_id,
            "package_number": number,
            "units": 1,
            "carrier_code": "UPS",
            "tracking_number": f"1Z{number}",
            "estimated_arrival_date": at + timedelta(days=4),
        }
        for number, (order_id, at) in enumerate(zip(ids, received, strict=True))
    ]
    told = [
        dict.fromkeys(frames.TOLD)
        | {"package_number": number, "status": status, "raw": {}, "last_event_at": at}
        for number, (status, at) in enumerate(
            zip(dice.choice(_PARCELS, count, p=[0.94, 0.04, 0.01, 0.01]), received, strict=True)
        )
    ]
    parcels = frames.packages(boxes, told)
    orders = standing.counted(frames.orders(heads, frames.items([]), parcels), parcels, {})
    return Snapshot(orders, standing.parcels(parcels, orders))


if __name__ == "__main__":
    main()
