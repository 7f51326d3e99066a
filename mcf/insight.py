"""What the numbers mean to a seller: frames -> frames, pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from mcf.status import FulfillmentAction, FulfillmentOrderStatus, PackageStatus

LOW_STOCK = 10
"""Units that can ship now, at or below which a SKU counts as low, until velocity is known."""

HOLD_LASTS = timedelta(days=14)
"""Amazon cancels an order that is on hold for longer."""

RECENT = timedelta(days=14)

_NAMED = 6


class StockState(StrEnum):
    """How a SKU stands, by the units that can ship now."""

    OUT = "Out of stock"
    LOW = "Low"
    FINE = "In stock"


class Urgency(StrEnum):
    """How soon something needs a hand, the most urgent first."""

    NOW = "now"
    TODAY = "today"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs a hand: what, why, and where it's dealt with.

    `subject` is an order number or a SKU; it's empty when it's about many. `kind` and `subject`
    stay the same from day to day, so that a concern can be put off.
    """

    urgency: Urgency
    title: str
    reason: str
    page: str
    subject: str
    kind: str = ""

    @property
    def key(self) -> str:
        """What the concern is about, whatever its numbers; empty if it can't be put off."""
        return f"{self.kind}:{self.subject}" if self.kind else ""


def with_stock_state(inventory: pd.DataFrame, low: int = LOW_STOCK) -> pd.DataFrame:
    """The inventory with a categorical column `stock_state`, ordered from out of stock upwards."""
    available = inventory["fulfillable_quantity"].to_numpy()
    kinds = pd.CategoricalDtype([s.value for s in StockState], ordered=True)
    codes = (available > 0).astype(np.int8) + (available > max(low, 0))
    return inventory.assign(stock_state=pd.Categorical.from_codes(codes, dtype=kinds))


def where_the_units_are(inventory: pd.DataFrame) -> pd.Series[int]:
    """Units by place over all SKUs: available, reserved, inbound, researching, unsellable."""
    names = {
        "fulfillable_quantity": "Available",
        "reserved_quantity": "Reserved",
        "inbound_quantity": "Inbound",
        "researching_quantity": "Researching",
        "unfulfillable_quantity": "Unsellable",
    }
    totals = inventory[list(names)].sum().rename(names)
    return totals.astype("int64")


_OF_AN_ORDER = [
    "seller_fulfillment_order_id", "displayable_order_id", "status", "status_updated_date",
    "received_date", "estimated_ship_date", "fulfillment_action",
]  # fmt: skip
_OF_A_PARCEL = [
    "seller_fulfillment_order_id", "status", "tracking_number", "package_number", "contents",
]  # fmt: skip
"""What is told of an order and of a parcel: the other columns of a thousand of them take longer."""


def order_concerns(orders: pd.DataFrame, now: datetime) -> list[Concern]:
    """Orders that need a hand: refused, stuck, or on a hold that runs out; `now` is Amazon's."""
    status = orders["status"]
    refused = where(status, lambda it: FulfillmentOrderStatus.of(it).is_trouble)
    refused &= _not_before(orders["status_updated_date"], now - RECENT)
    held = where(orders["fulfillment_action"], is_hold)
    held &= where(status, _can_be_released)
    stuck = where(status, is_waiting)
    stuck &= orders["estimated_ship_date"] < now
    found = orders.loc[refused | held | stuck, _OF_AN_ORDER].to_dict("records")
    return _sorted(filter(None, (_order_concern(row, now) for row in found)))


def _not_before(moments: pd.Series[Any], since: datetime) -> pd.Series[bool]:
    """Which moments aren't known to be before one; those that aren't told may be of today."""
    return moments.isna() | (moments >= since)


def parcel_concerns(packages: pd.DataFrame, now: datetime) -> list[Concern]:
    """Parcels that are late, stuck, lost or coming back, if they shipped lately."""
    stuck = where(packages["status"], lambda it: PackageStatus.of(it).is_trouble)
    shipped = packages["ship_date"]
    recent = _not_before(shipped, now - 3 * RECENT)
    found = packages.loc[stuck & recent, _OF_A_PARCEL].to_dict("records")
    return _sorted(map(_parcel_concern, found))


def stock_concerns(inventory: pd.DataFrame) -> list[Concern]:
    """SKUs that are out of stock, one by one, and those that are low, as one.

    The inventory has `stock_state`. A SKU that is low while more is inbound needs no hand.
    """
    told = ["seller_sku", "product_name", "inbound_quantity"]
    out = inventory.loc[inventory["stock_state"] == StockState.OUT, told].to_dict("records")
    low = inventory[inventory["stock_state"] == StockState.LOW]
    bare = low[low["inbound_quantity"] == 0]
    return _sorted([*map(_out_of_stock, out), *_low_stock(bare)])


def where(column: pd.Series[Any], test: Callable[[Any], bool]) -> pd.Series[bool]:
    """Which rows of a category pass the test, which is asked once per value, and once for None."""
    passed = np.array([bool(test(value)) for value in (*column.cat.categories, None)])
    return pd.Series(passed[column.cat.codes], index=column.index)


def _sorted(concerns: Iterable[Concern]) -> list[Concern]:
    order = {urgency: place for place, urgency in enumerate(Urgency)}
    return sorted(concerns, key=lambda c: (order[c.urgency], c.title))


def is_hold(action: object) -> bool:
    """Whether Amazon waits with an order of this action until its seller releases it."""
    return FulfillmentAction.of(action) is FulfillmentAction.HOLD


def is_stuck(order: Mapping[str, Any], now: datetime) -> bool:
    """Whether an order should have left by now and nothing of it is being picked.

    One that's on hold waits for its seller.
    """
    late = order["estimated_ship_date"]
    if is_hold(order["fulfillment_action"]) or pd.isna(late):
        return False
    return is_waiting(order["status"]) and bool(late < now)


def is_waiting(status: object) -> bool:
    """Whether nothing of an order of this status is being picked yet, and it may still ship."""
    return FulfillmentOrderStatus.of(status) in (
        FulfillmentOrderStatus.NEW,
        FulfillmentOrderStatus.RECEIVED,
        FulfillmentOrderStatus.PLANNING,
        FulfillmentOrderStatus.ACCEPTED,
    )


def _can_be_released(status: object) -> bool:
    known = FulfillmentOrderStatus.of(status)
    return not known.is_final and known is not FulfillmentOrderStatus.PROCESSING


def _order_concern(row: dict[Any, Any], now: datetime) -> Concern | None:
    status = FulfillmentOrderStatus.of(row["status"])
    if status.is_trouble and not now - row["status_updated_date"] > RECENT:
        return _about(row, Urgency.NOW, f"{status.label}: order {_name(row)}", _reason(status))
    if is_hold(row["fulfillment_action"]):
        return _hold_concern(row, now) if _can_be_released(status) else None
    if is_stuck(row, now):
        days = max((now - row["estimated_ship_date"]).days, 0)
        since = f"{days} days" if days > 1 else "a day" if days else "hours"
        where_it_is = "in planning" if status is FulfillmentOrderStatus.PLANNING else "at the start"
        return _about(
            row,
            Urgency.NOW,
            f"Stuck {where_it_is}: order {_name(row)}",
            f"It should have shipped {since} ago. Cancelling it and sending it again under a new "
            "number sometimes ships the same day.",
        )
    return None


def _reason(status: FulfillmentOrderStatus) -> str:
    if status is FulfillmentOrderStatus.PARTIAL:
        return f"{status.meaning} Its page tells which, and sends the rest again."
    return f"{status.meaning} Its page tells what is likely the reason, and sends it again."


def _hold_concern(row: dict[Any, Any], now: datetime) -> Concern:
    if pd.isna(row["received_date"]):
        name = f"On hold: order {_name(row)}"
        reason = "Amazon cancels it 14 days after it came, but doesn't tell when that was."
        return _about(row, Urgency.TODAY, name, reason)
    left = row["received_date"] + HOLD_LASTS - now
    when = f"in {left.days} days" if left.days > 1 else "within two days"
    urgency = Urgency.TODAY if left.days <= 1 else Urgency.SOON
    return _about(
        row,
        urgency,
        f"On hold: order {_name(row)}",
        f"Amazon cancels it {when} unless you ship it.",
    )


def _about(row: dict[Any, Any], urgency: Urgency, title: str, reason: str) -> Concern:
    return Concern(urgency, title, reason, "tracking", row["seller_fulfillment_order_id"])


def _name(row: dict[Any, Any]) -> str:
    return str(row["displayable_order_id"] or row["seller_fulfillment_order_id"])


def _parcel_concern(row: dict[Any, Any]) -> Concern:
    status = PackageStatus.of(row["status"])
    return Concern(
        Urgency.NOW if status.colour == "red" else Urgency.TODAY,
        f"{status.label}: parcel {_told(row['tracking_number']) or row['package_number']}",
        f"{status.meaning} {row['contents']}",
        "tracking",
        row["seller_fulfillment_order_id"],
    )


def _told(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _out_of_stock(row: dict[Any, Any]) -> Concern:
    inbound, name = row["inbound_quantity"], _told(row["product_name"])
    coming = f"{inbound} units are inbound." if inbound else "Nothing is inbound."
    return Concern(
        Urgency.SOON if inbound else Urgency.TODAY,
        f"Out of stock: {row['seller_sku']}",
        f"{name}. {coming}" if name else coming,
        "inventory",
        row["seller_sku"],
    )


def _low_stock(low: pd.DataFrame) -> Iterator[Concern]:
    if len(low):
        what = "A SKU is" if len(low) == 1 else f"{len(low)} SKUs are"
        least = low.nsmallest(_NAMED, "fulfillable_quantity")
        named = [f"{r.seller_sku} ({r.fulfillable_quantity})" for r in least.itertuples()]
        more = [f"and {len(low) - _NAMED} more"] if len(low) > _NAMED else []
        yield Concern(
            Urgency.SOON,
            f"{what} low, with nothing inbound",
            ", ".join([*named, *more]),
            "inventory",
            "",
        )


class StepState(StrEnum):
    """Whether a step of an order's way has happened."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an order's way; `at` is None when Amazon doesn't tell when it was or will be."""

    label: str
    state: StepState
    at: datetime | None = None


_WAY = ("Received", "Planned", "Being picked", "Shipped", "Delivered")
_REACHED = {
    FulfillmentOrderStatus.NEW: 0,
    FulfillmentOrderStatus.RECEIVED: 0,
    FulfillmentOrderStatus.ACCEPTED: 0,
    FulfillmentOrderStatus.PLANNING: 1,
    FulfillmentOrderStatus.PROCESSING: 2,
    FulfillmentOrderStatus.COMPLETE: 3,
    FulfillmentOrderStatus.PARTIAL: 3,
}


def timeline(order: Mapping[str, Any], packages: pd.DataFrame) -> list[Step]:
    """The way of an order from Amazon's receiving it to the last parcel's delivery.

    Amazon tells when it received an order, when it last changed, when parcels shipped and were
    delivered; steps between have no time.
    """
    status = FulfillmentOrderStatus.of(order["status"])
    if status not in _REACHED:
        received = Step(_WAY[0], StepState.DONE, order["received_date"])
        return [received, Step(status.label, StepState.FAILED, order["status_updated_date"])]
    delivered = len(packages) > 0 and bool((packages["status"] == PackageStatus.DELIVERED).all())
    reached = len(_WAY) - 1 if delivered and status.has_shipped else _REACHED[status]
    times = {
        2: order["status_updated_date"] if reached == 2 else None,
        3: _last(packages["ship_date"]),
        4: _last(packages["delivered_at"]) if delivered else None,
    }
    steps = [Step(_WAY[0], _step_state(0, reached), order["received_date"])]
    for number, label in enumerate(_WAY[1:], start=1):
        steps.append(Step(label, _step_state(number, reached), times.get(number)))
    return steps


def _step_state(number: int, reached: int) -> StepState:
    if number == reached < len(_WAY) - 1:
        return StepState.NOW
    return StepState.DONE if number <= reached else StepState.AHEAD


def _last(moments: pd.Series[Any]) -> datetime | None:
    known = moments.dropna()
    return known.max() if len(known) else None
