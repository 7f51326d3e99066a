"""Where orders are on their way, and which of them are in trouble. Frames -> columns, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from mcf.insight import is_hold, is_waiting, where
from mcf.status import FulfillmentOrderStatus, PackageStatus

SILENT_FOR = timedelta(days=3)
"""After that long without a word of the carrier's, where a parcel is counts as not known."""


class Stage(StrEnum):
    """How far an order is; one that comes to nothing is at none of them."""

    RECEIVED = "Received"
    PLANNING = "Planning"
    PROCESSING = "Processing"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"


class Trouble(StrEnum):
    """What keeps an order from going well; it may be in several."""

    STUCK = "Stuck"
    LATE = "Late"
    DELAYED = "Delayed"
    UNDELIVERABLE = "Undeliverable"
    RETURNED = "Coming back"
    PARTLY = "Partly filled"
    INVALID = "Invalid"
    UNKNOWN = "Unknown"

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Trouble.STUCK: "It should have left by now, and nothing of it is being picked.",
    Trouble.LATE: "It should have arrived by now: by what was promised when it was sent, or, where "
    "that isn't known, by Amazon's estimate.",
    Trouble.DELAYED: "The carrier says so, or Amazon's estimate lies behind the promise.",
    Trouble.UNDELIVERABLE: "A parcel was lost, destroyed or can't be delivered.",
    Trouble.RETURNED: "A parcel is on its way back, or came back.",
    Trouble.PARTLY: "Some units shipped; the rest was cancelled or not found.",
    Trouble.INVALID: "Amazon found the address or the stock wrong; nothing ships.",
    Trouble.UNKNOWN: "Amazon uses a word that isn't known here, or the carrier hasn't said a word "
    f"for {SILENT_FOR.days} days.",
}

_AT = {
    FulfillmentOrderStatus.NEW: Stage.RECEIVED,
    FulfillmentOrderStatus.RECEIVED: Stage.RECEIVED,
    FulfillmentOrderStatus.ACCEPTED: Stage.RECEIVED,
    FulfillmentOrderStatus.PLANNING: Stage.PLANNING,
    FulfillmentOrderStatus.PROCESSING: Stage.PROCESSING,
    FulfillmentOrderStatus.COMPLETE: Stage.SHIPPED,
    FulfillmentOrderStatus.PARTIAL: Stage.SHIPPED,
}

_DELAYED = frozenset(
    {
        PackageStatus.DELAYED,
        PackageStatus.DELIVERY_ATTEMPTED,
        PackageStatus.CUSTOMER_ACTION,
        PackageStatus.PICKUP_ATTEMPTED,
        PackageStatus.EXPIRED,
    }
)
_OF_PARCELS: dict[Trouble, frozenset[PackageStatus]] = {
    Trouble.DELAYED: _DELAYED,
    Trouble.UNDELIVERABLE: frozenset({PackageStatus.UNDELIVERABLE}),
    Trouble.RETURNED: frozenset({PackageStatus.RETURNING, PackageStatus.RETURNED}),
    Trouble.UNKNOWN: frozenset({PackageStatus.UNRECOGNISED}),
}
_OF_ORDERS: dict[Trouble, frozenset[FulfillmentOrderStatus]] = {
    Trouble.PARTLY: frozenset({FulfillmentOrderStatus.PARTIAL}),
    Trouble.INVALID: frozenset(
        {FulfillmentOrderStatus.INVALID, FulfillmentOrderStatus.UNFULFILLABLE}
    ),
    Trouble.UNKNOWN: frozenset({FulfillmentOrderStatus.UNRECOGNISED}),
}


def stages(orders: pd.DataFrame) -> pd.Series[Any]:
    """The `Stage` of each order, a category; empty for one that comes to nothing."""
    told = [_AT.get(FulfillmentOrderStatus.of(word)) for word in orders["status"].cat.categories]
    places = {stage: place for place, stage in enumerate(Stage)}
    codes = np.array([*(places[stage] if stage else -1 for stage in told), -1], dtype=int)
    at = codes[orders["status"].cat.codes.to_numpy()]
    at = np.where((at == places[Stage.SHIPPED]) & is_delivered(orders), places[Stage.DELIVERED], at)
    kinds = pd.CategoricalDtype([stage.value for stage in Stage], ordered=True)
    return pd.Series(pd.Categorical.from_codes(at, dtype=kinds), index=orders.index)


def is_delivered(orders: pd.DataFrame) -> pd.Series[bool]:
    """Which orders have shipped and arrived, all parcels of them."""
    shipped = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).has_shipped)
    whole = orders["parcels_delivered"] == orders["parcels"]
    return shipped & whole & (orders["parcels"] > 0)


def due(orders: pd.DataFrame) -> pd.Series[Any]:
    """When each order is to arrive at the latest: as promised, else as Amazon estimates now."""
    return orders["promised_arrival_date"].fillna(orders["estimated_arrival_date"])


def troubles(orders: pd.DataFrame, packages: pd.DataFrame) -> Mapping[Trouble, pd.Series[bool]]:
    """The orders in each trouble that doesn't depend on the time, by trouble."""
    found = {trouble: pd.Series(False, index=orders.index) for trouble in Trouble}
    for trouble, statuses in _OF_ORDERS.items():
        found[trouble] |= where(orders["status"], _among(FulfillmentOrderStatus, statuses))
    for trouble, parcels in _OF_PARCELS.items():
        hit = packages[where(packages["status"], _among(PackageStatus, parcels))]
        mine = orders["seller_fulfillment_order_id"].isin(hit["seller_fulfillment_order_id"])
        found[trouble] |= mine
    # Only against a promise: an estimate is no later than itself.
    moved = orders["estimated_arrival_date"] > orders["promised_arrival_date"]
    found[Trouble.DELAYED] |= moved & is_open(orders)
    return found


def is_open(orders: pd.DataFrame) -> pd.Series[bool]:
    """Which orders haven't arrived and still can."""
    dead = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).comes_to_nothing)
    gone = frozenset({PackageStatus.UNDELIVERABLE, PackageStatus.RETURNED})
    lost = where(orders["parcel_status"], _among(PackageStatus, gone))
    return ~(dead | lost | is_delivered(orders))


def timely(orders: pd.DataFrame, now: datetime) -> Mapping[Trouble, pd.Series[bool]]:
    """The orders in each trouble that comes with the time; `now` is Amazon's."""
    shipped = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).has_shipped)
    # One that's on hold waits for its seller.
    held = where(orders["fulfillment_action"], is_hold) & ~shipped
    waiting = where(orders["status"], is_waiting) & ~held
    quiet = where(orders["parcel_status"], _among(PackageStatus, {PackageStatus.UNKNOWN}))
    in_locker = where(
        orders["parcel_status"], _among(PackageStatus, {PackageStatus.AVAILABLE_FOR_PICKUP})
    )
    waits_there = in_locker & (orders["parcels"] == 1)
    heard = orders["last_event_at"].fillna(orders["status_updated_date"])
    return {
        Trouble.STUCK: waiting & (orders["estimated_ship_date"] < now),
        Trouble.LATE: is_open(orders) & ~held & ~waits_there & (due(orders) < now),
        Trouble.UNKNOWN: shipped & quiet & (heard < now - SILENT_FOR),
    }


def _among(kind: Any, members: frozenset[Any] | set[Any]) -> Callable[[Any], bool]:
    return lambda word: kind.of(word) in members if word else False


def masked(name: str | None) -> str | None:
    """A name as far as one needs it to know an order again, like "Ada E."."""
    parts = (name or "").split()
    if len(parts) < 2:
        return name
    return f"{parts[0]} {parts[-1][0]}."
