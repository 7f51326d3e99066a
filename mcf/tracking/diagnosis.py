"""Why an order came to nothing, to a part, or doesn't move: what Amazon says, and what's likely.

Amazon gives no reason for an invalid order, so what can be checked from here is told as likely and
never as known. Pure: facts -> sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import pandas as pd

from mcf.addresses import validate
from mcf.amazon.labels import feature
from mcf.amazon.models.base import Address
from mcf.amazon.statuses import (
    FulfillmentOrderStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
)
from mcf.orders import replacement
from mcf.orders.validation import parts_of_address
from mcf.tracking.facts import OrderFacts
from mcf.tracking.lifecycle import HOLD_LASTS, is_hold, is_stuck


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of an order: its facts, address, lines, shipments, and the stock.

    `wishes` are the features that it requires, `offered` those that Amazon offers here, None when
    it wasn't asked. `cancel_asked` is when its cancellation was asked for from here, in UTC, and
    `rescued_as` the number under which a rescue sent it again.
    """

    order: OrderFacts
    address: Address | None
    items: pd.DataFrame
    shipments: pd.DataFrame
    stock: pd.DataFrame
    wishes: tuple[str, ...] = ()
    offered: frozenset[str] | None = None
    cancel_asked: datetime | None = None
    rescued_as: str | None = None

    @property
    def status(self) -> FulfillmentOrderStatus:
        """Where the order is."""
        return FulfillmentOrderStatus.of(self.order.status)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is certain, and what is likely to be the reason, the most likely first."""

    says: str
    likely: tuple[str, ...] = ()


def diagnose(case: Case, now: datetime) -> Diagnosis | None:
    """Why the order is as it is; None for one that does well. `now` is Amazon's."""
    status = case.status
    if is_stuck(case.order.row, now):
        says = "It should have left by now, and nothing is being picked. Amazon gives no reason."
        return Diagnosis(says, tuple(_of_the_stock(case)))
    if status is FulfillmentOrderStatus.INVALID:
        return _invalid(case)
    if status is FulfillmentOrderStatus.UNFULFILLABLE:
        return Diagnosis("Amazon found no unit that it could ship.", tuple(_of_the_stock(case)))
    if status is FulfillmentOrderStatus.PARTIAL:
        return _partial(case)
    return _cancelled(case) if status is FulfillmentOrderStatus.CANCELLED else None


def _invalid(case: Case) -> Diagnosis:
    likely = (
        *_of_the_address(case),
        *_of_the_lines(case),
        *_of_the_features(case),
        *_of_the_place(case),
        *_of_the_shelf(case),
    )
    says = "Amazon took it, then found it invalid, and gives no reason for that."
    nothing = (
        "Nothing is found wrong from here: the address, the SKUs and the stock look right now. Ask "
        "the buyer about the address, or Seller Support about the order."
    )
    return Diagnosis(says, likely or (nothing,))


def _partial(case: Case) -> Diagnosis:
    left = replacement.missing(case.items)
    if not left:
        return Diagnosis("A part of it was not shipped; Amazon doesn't tell which yet.")
    goods = ", ".join(f"{units:,} x {sku}" for sku, units in left.items())
    rest = pd.DataFrame({"seller_sku": list(left), "quantity": list(left.values())})
    return Diagnosis(f"Not shipped: {goods}.", tuple(_of_the_stock(replace(case, items=rest))))


def _cancelled(case: Case) -> Diagnosis:
    if case.rescued_as is not None:
        return Diagnosis(f"You rescued it: it was cancelled and sent again as {case.rescued_as}.")
    if case.cancel_asked is not None:
        on = pd.Timestamp(case.cancel_asked).tz_convert(str(case.order.row.get("zone") or "UTC"))
        return Diagnosis(f"You cancelled it here, on {on:%a %d %b}.")
    states = {ShipmentStatus.of(status) for status in case.shipments["status"]}
    if ShipmentStatus.CANCELLED_BY_SELLER in states:
        return Diagnosis("It was cancelled at your request.")
    if _held_too_long(case.order):
        days = HOLD_LASTS.days
        likely = f"Likely it was on hold for too long: Amazon cancels it after {days} days."
        return Diagnosis("Amazon doesn't tell who cancelled it.", (likely,))
    if ShipmentStatus.CANCELLED_BY_FULFILLER in states:
        likely = "Likely Amazon cancelled it: it gave up a shipment of it."
        return Diagnosis("Amazon doesn't tell who cancelled it.", (likely, *_of_the_stock(case)))
    return Diagnosis("If you didn't cancel it, Amazon did; it doesn't tell who or why.")


def _held_too_long(order: OrderFacts) -> bool:
    came, ended = order.received_date, order.status_updated_date
    if not is_hold(order.fulfillment_action) or came is None or ended is None:
        return False
    return ended - came >= HOLD_LASTS


def _of_the_address(case: Case) -> Iterator[str]:
    if case.address is None:
        return
    place = _place(case.address)
    labels = parts_of_address(place.get("country_code", ""))
    for name, problem in validate.problems(place).items():
        named = f"{labels.get(name, 'country')} " if problem.startswith("is ") else ""
        yield f"Likely the address: {named}{problem}."


def _place(address: Address) -> dict[str, str]:
    parts = {name: getattr(address, name) for name in type(address).model_fields}
    return {name: part for name, part in parts.items() if isinstance(part, str)}


def _of_the_place(case: Case) -> Iterator[str]:
    if case.address is None:
        return
    place = validate.normalised(_place(case.address))
    speed = ShippingSpeedCategory.of(case.order.shipping_speed_category)
    if validate.is_po_box(place):
        fast = f", least of all as {speed.label}" * (speed is not ShippingSpeedCategory.STANDARD)
        yield (
            "Possibly the address: it's a post office box or a locker, to which not every carrier "
            f"delivers{fast}."
        )
    far = validate.is_far(place)
    if far is not None and speed is not ShippingSpeedCategory.STANDARD:
        yield f"Possibly the speed: {speed.label} to {far} is often refused."


def _of_the_lines(case: Case) -> Iterator[str]:
    stocked = set(case.stock["seller_sku"])
    for sku in dict.fromkeys(case.items["seller_sku"]):
        if sku not in stocked:
            yield f"Likely {sku}: it isn't in your stock at Amazon any more, or never was."


def _of_the_features(case: Case) -> Iterator[str]:
    for name in case.wishes if case.offered is not None else ():
        if name not in (case.offered or ()):
            yield f"Likely “{feature(name).label}”: it's required, and isn't offered here."


def _of_the_stock(case: Case) -> Iterator[str]:
    yield from _of_the_lines(case)
    yield from _of_the_shelf(case)


def _of_the_shelf(case: Case) -> Iterator[str]:
    for short in _shortages(case):
        wanted, there = f"{short.wanted:,} of {short.sku} wanted", f"{short.there:,} can ship now"
        if short.moving:
            yield (
                f"Likely the stock: {wanted}, {there}, {short.moving:,} are on the way between "
                "warehouses or being processed."
            )
        else:
            yield f"Likely the stock: {wanted}, {there}."


def is_in_transfer(case: Case) -> bool:
    """Whether fewer units can ship than it wants, while some are on the way between warehouses.

    Units that Amazon has already put aside for the order aren't among those that can ship.
    """
    return any(short.moving for short in _shortages(case))


def can_be_rescued(case: Case, now: datetime) -> bool:
    """Whether an order waits that is late, or whose stock is in transfer, and can be cancelled.

    One that's on hold waits for its seller.
    """
    if case.order.is_on_hold or not case.status.is_cancellable:
        return False
    return is_stuck(case.order.row, now) or is_in_transfer(case)


_MOVING = ("pending_transshipment_quantity", "fc_processing_quantity")


class _Shortage(NamedTuple):
    sku: str
    wanted: int
    there: int
    moving: int


def _shortages(case: Case) -> Iterator[_Shortage]:
    """The SKUs of which fewer units can ship than the order wants."""
    wanted = case.items.groupby("seller_sku", sort=False)["quantity"].sum()
    mine = case.stock[case.stock["seller_sku"].isin(wanted.index)]
    mine = mine[mine["fulfillable_quantity"].notna()].fillna(dict.fromkeys(_MOVING, 0))
    for row in mine.to_dict("records"):
        units, there = int(wanted[row["seller_sku"]]), int(row["fulfillable_quantity"])
        moving = int(sum(row[name] for name in _MOVING))
        if there < units:
            yield _Shortage(row["seller_sku"], units, there, moving)


class Remedy(StrEnum):
    """What a seller can do from here about an order that went wrong or waits."""

    SEND_AGAIN = "send again"
    SEND_THE_REST = "send the rest"
    SEND_LOST = "send what doesn't arrive"
    SEND_ANOTHER = "send another beside it"
    CANCEL = "cancel"
    WAIT = "wait"


def remedy(order: OrderFacts, items: pd.DataFrame, now: datetime) -> Remedy | None:
    """What can be done about an order that wasn't sent again yet; None when nothing needs to be."""
    status = FulfillmentOrderStatus.of(order.status)
    if status.comes_to_nothing:
        return Remedy.SEND_AGAIN
    if status is FulfillmentOrderStatus.PARTIAL:
        return Remedy.SEND_THE_REST if replacement.missing(items) else None
    if is_stuck(order.row, now):
        return Remedy.CANCEL if status.is_cancellable else Remedy.WAIT
    return None
