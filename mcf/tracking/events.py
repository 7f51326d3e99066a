"""What happened to an order: the differences between two readings, and one's own steps. Pure.

Amazon tells how an order stands, not how it came there, and its estimates move without a trace. So
every reading is compared with what was known, and what changed is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from mcf.amazon.statuses import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    PackageStatus,
    ReturnCondition,
    ReturnStatus,
    ShipmentStatus,
    Status,
)


class EventKind(StrEnum):
    """What happened. Those of `OWN` were done from here."""

    STATUS = "status"
    RELEASED = "released"
    SHIPS = "ship estimate"
    ARRIVES = "arrival estimate"
    SHIPMENT = "shipment"
    PARCEL_STATUS = "parcel status"
    PARCEL_ARRIVES = "parcel estimate"
    RETURN = "return"
    CANCEL_ASKED = "cancel asked"
    RELEASE_ASKED = "release asked"
    CHANGE_ASKED = "change asked"
    RETURN_ASKED = "return asked"
    SENT_AGAIN = "sent again"


OWN = frozenset(
    {
        EventKind.CANCEL_ASKED,
        EventKind.RELEASE_ASKED,
        EventKind.CHANGE_ASKED,
        EventKind.RETURN_ASKED,
        EventKind.SENT_AGAIN,
    }
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A change of an order or a parcel, or a step of one's own; times are Amazon's, in UTC.

    `at` is when it happened as far as Amazon tells, else when it was noticed. `before` and `after`
    are Amazon's words or ISO times; None where nothing was known. `told` is a sentence of ours.
    """

    order_id: str
    kind: EventKind
    at: datetime
    noticed_at: datetime
    before: str | None = None
    after: str | None = None
    package_number: int | None = None
    told: str | None = None
    by: str | None = None
    """Who did it: the id of a person when it's noted, their e-mail when it's read."""

    @property
    def id(self) -> str:
        """The same for the same change, so that two who notice it note it once."""
        # An estimate may come back to what it was, so its day counts as well.
        when = self.at.date() if self.kind in _BY_THE_DAY else self.at
        apart = (self.told,) if self.kind in _TOLD_APART else ()
        parts = (self.order_id, self.kind, self.package_number, self.before, self.after, when)
        return hashlib.sha256("\n".join(map(str, (*parts, *apart))).encode()).hexdigest()[:32]

    @property
    def is_own(self) -> bool:
        """Whether it was done from here."""
        return self.kind in OWN


_ESTIMATES = frozenset({EventKind.SHIPS, EventKind.ARRIVES, EventKind.PARCEL_ARRIVES})
_BY_THE_DAY = _ESTIMATES | {EventKind.RELEASED}
_TOLD_APART = frozenset({EventKind.SHIPMENT, EventKind.RETURN})
"""Of which several of one order may happen in the same moment."""


def of_order(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], now: datetime
) -> Iterator[Happening]:
    """What changed of an order's head (`records.order_row`); nothing for one that is new here."""
    if before is None:
        return
    order_id = after["seller_fulfillment_order_id"]
    if _is_released(before, after):
        actions = before["fulfillment_action"], after["fulfillment_action"]
        yield Happening(order_id, EventKind.RELEASED, now, now, *actions)
    if not _is_same(FulfillmentOrderStatus, before["status"], after["status"]):
        at = after["status_updated_date"] or now
        yield Happening(order_id, EventKind.STATUS, at, now, before["status"], after["status"])


def _is_released(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an order was on hold and isn't any more; a listing doesn't tell."""
    was, becomes = (FulfillmentAction.of(row.get("fulfillment_action")) for row in (before, after))
    return was is FulfillmentAction.HOLD and becomes is FulfillmentAction.SHIP


REFUSED = ", refused: "
"""Stands in the sentence of a step of one's own that Amazon refused."""


def released_at(happenings: Iterable[Happening]) -> dict[str, datetime]:
    """When the hold of each order ended: as it was seen, else as it was asked for from here."""
    asked: dict[str, datetime] = {}
    seen: dict[str, datetime] = {}
    for it in happenings:
        if it.kind is EventKind.RELEASED:
            seen[it.order_id] = max(it.at, seen.get(it.order_id, it.at))
        elif it.kind is EventKind.RELEASE_ASKED and REFUSED not in (it.told or ""):
            asked[it.order_id] = max(it.at, asked.get(it.order_id, it.at))
    return asked | seen


def cancelled_at(happenings: Iterable[Happening]) -> datetime | None:
    """When an order's cancellation was asked for from here last; None when it wasn't."""
    asked = (
        it.at
        for it in happenings
        if it.kind is EventKind.CANCEL_ASKED and REFUSED not in (it.told or "")
    )
    return max(asked, default=None)


def _is_same(kind: type[Status], before: str | None, after: str | None) -> bool:
    """Whether two words are the same one, however each is spelled."""
    return kind.word(before) == kind.word(after)


def of_estimates(
    order_id: str,
    before: tuple[datetime | None, datetime | None],
    after: tuple[datetime | None, datetime | None],
    now: datetime,
) -> Iterator[Happening]:
    """How the estimates of an order's shipping and arrival moved."""
    for kind, was, became in zip((EventKind.SHIPS, EventKind.ARRIVES), before, after, strict=True):
        if was is not None and became is not None and was != became:
            yield Happening(order_id, kind, now, now, was.isoformat(), became.isoformat())


def of_shipments(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], now: datetime
) -> Iterator[Happening]:
    """What changed of an order's shipments, by id; new ones are told once the order was read."""
    for key, row in after.items():
        was = before.get(key)
        status = was["status"] if was else None
        if not _is_same(ShipmentStatus, status, row["status"]):
            order_id = row["seller_fulfillment_order_id"]
            yield Happening(order_id, EventKind.SHIPMENT, now, now, status, row["status"], told=key)


def of_returns(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], now: datetime
) -> Iterator[Happening]:
    """What changed of the units of an order that come back, by id."""
    for key, row in after.items():
        was = before.get(key)
        status = was["status"] if was else None
        if not _is_same(ReturnStatus, status, row["status"]):
            order_id, at = row["seller_fulfillment_order_id"], row["status_changed_date"] or now
            yield Happening(
                order_id, EventKind.RETURN, at, now, status, row["status"], told=_return(key, row)
            )


def _return(key: str, row: Mapping[str, Any]) -> str:
    told = f"Return {key}: {ReturnStatus.label_of(row['status']).lower()}"
    condition = row["received_condition"]
    return f"{told}, {ReturnCondition.label_of(condition).lower()}" if condition else told


def of_parcel(
    order_id: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], now: datetime
) -> Iterator[Happening]:
    """What changed of a parcel (`records.tracking_row`); nothing at the first reading."""
    if before is None:
        return
    number = after["package_number"]
    if not _is_same(PackageStatus, before["status"], after["status"]):
        at = after["last_event_at"] or now
        yield Happening(
            order_id,
            EventKind.PARCEL_STATUS,
            at,
            now,
            before["status"],
            after["status"],
            number,
            after["last_event"],
        )
    was, became = before["estimated_arrival_date"], after["estimated_arrival_date"]
    if was is not None and became is not None and was != became:
        yield Happening(
            order_id,
            EventKind.PARCEL_ARRIVES,
            now,
            now,
            was.isoformat(),
            became.isoformat(),
            number,
        )


def in_words(it: Happening) -> str:
    """What happened, as a sentence without its time; estimates are told as ISO dates of UTC."""
    if it.told and it.kind in OWN:
        return it.told
    tell = _WORDS.get(it.kind)
    return tell(it) if tell else it.told or it.kind.value.capitalize()


def _status(it: Happening) -> str:
    label = FulfillmentOrderStatus.label_of(it.after)
    return f"{label}, after {FulfillmentOrderStatus.label_of(it.before)}"


def _shipment(it: Happening) -> str:
    label = ShipmentStatus.label_of(it.after)
    if it.before is None:
        return f"Shipment {it.told} begun: {label.lower()}"
    return f"Shipment {it.told}: {label.lower()}"


def _parcel_status(it: Happening) -> str:
    return f"Parcel {it.package_number}: {PackageStatus.label_of(it.after)}"


_WORDS = {
    EventKind.STATUS: _status,
    EventKind.RELEASED: lambda _: "It isn't on hold any more",
    EventKind.SHIPMENT: _shipment,
    EventKind.PARCEL_STATUS: _parcel_status,
}


@dataclass(frozen=True, slots=True)
class Move:
    """How an estimate moved, in a short and in a whole sentence.

    In both `{0}` stands for the day that was estimated before, `{1}` for that which is now.
    """

    short: str
    words: str
    days: tuple[datetime, datetime]


_MOVED = {
    EventKind.SHIPS: ("Leaves", "The estimate of its shipping"),
    EventKind.ARRIVES: ("Arrives", "The estimate of its arrival"),
    EventKind.PARCEL_ARRIVES: ("Arrives", "The estimated arrival"),
}


def move_of(it: Happening) -> Move | None:
    """How an estimate moved; None when it's something else that happened."""
    if it.kind not in _MOVED or it.before is None or it.after is None:
        return None
    verb, estimate = _MOVED[it.kind]
    if it.package_number is not None:
        verb = f"Parcel {it.package_number} {verb.lower()}"
        estimate = f"{estimate} of parcel {it.package_number}"
    was, becomes = moment(it.before), moment(it.after)
    later = "later" if becomes > was else "earlier"
    return Move(
        f"{verb} {{1}} instead of {{0}}",
        f"{estimate} moved {later}: {{1}} instead of {{0}}.",
        (was, becomes),
    )


def moment(text: str) -> datetime:
    """An ISO time as a happening holds it; one without a zone is in UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def is_trouble(it: Happening) -> bool:
    """Whether an order came to nothing or into trouble, or a parcel did."""
    if it.kind is EventKind.STATUS:
        status = FulfillmentOrderStatus.of(it.after)
        return status.is_trouble or status.comes_to_nothing
    return it.kind is EventKind.PARCEL_STATUS and PackageStatus.of(it.after).is_trouble


_GOOD = frozenset({FulfillmentOrderStatus.COMPLETE.value, PackageStatus.DELIVERED.value})


def by_urgency(happenings: Iterable[Happening]) -> list[Happening]:
    """Troubles before good news before the rest; within each they stay in their order."""
    return sorted(happenings, key=_rank)


def _rank(it: Happening) -> int:
    if is_trouble(it):
        return 0
    return 1 if it.after in _GOOD else 2


def change_of(it: Happening) -> str | None:
    """What an order or a parcel became, in a word or two; None when it's something else."""
    if it.kind is EventKind.STATUS:
        return FulfillmentOrderStatus.label_of(it.after).lower()
    if it.kind is EventKind.PARCEL_STATUS:
        return f"parcel {PackageStatus.label_of(it.after).lower()}"
    return None
