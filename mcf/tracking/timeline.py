"""An order's timeline from intent to door: one's own steps, Amazon's and the carrier's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import pandas as pd

from mcf.amazon.labels import carrier
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.tracking import events as order_events
from mcf.tracking.events import EventKind, Happening
from mcf.tracking.standing import Standing


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
    there = (packages["status"] == PackageStatus.DELIVERED) | packages["delivered_at"].notna()
    delivered = len(packages) > 0 and bool(there.all())
    reached = len(_WAY) - 1 if delivered and status.has_shipped else _REACHED[status]
    times = {
        2: order["status_updated_date"] if reached == 2 else None,
        3: _last(packages["ship_date"]),
        4: _last(packages["delivered_at"]) if delivered else None,
    }
    steps = [Step(_WAY[0], _step_state(0, reached), order["received_date"])]
    for number, label in enumerate(_WAY[1:], start=1):
        steps.append(Step(label, _step_state(number, reached), times.get(number)))
    if order.get("standing") in _NOT_DELIVERED:
        steps[-1] = Step(str(order["standing"]), StepState.FAILED, order["last_event_at"])
    return steps


_NOT_DELIVERED = tuple(
    word.label for word in (Standing.LOST, Standing.RETURNING, Standing.RETURNED)
)
"""What becomes of an order in place of its delivery."""


def _step_state(number: int, reached: int) -> StepState:
    if number == reached < len(_WAY) - 1:
        return StepState.NOW
    return StepState.DONE if number <= reached else StepState.AHEAD


def _last(moments: pd.Series[Any]) -> datetime | None:
    known = moments.dropna()
    return known.max() if len(known) else None


class Who(StrEnum):
    """Whose step it was."""

    YOU = "You"
    AMAZON = "Amazon"
    CARRIER = "Carrier"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A step, when it was (UTC), and in words, in which `{0}`, `{1}` stand for the `days`."""

    at: datetime
    who: Who
    words: str
    order_id: str
    days: tuple[datetime, ...] = ()


def story(
    order: Mapping[str, Any],
    packages: pd.DataFrame,
    events: pd.DataFrame,
    happened: Sequence[Happening] = (),
    sent_at: datetime | None = None,
    sent_by: str = "",
) -> list[TimelineEntry]:
    """All that is known to have happened, oldest first.

    `order` is a row of `frames.ORDERS`, `packages` and `events` have its columns. What has no time
    isn't told here. `sent_by` is the e-mail of who sent it, empty where nobody signs in.
    """
    order_id = str(order["seller_fulfillment_order_id"])
    entries = [
        *_intent(order, order_id, sent_at, sent_by),
        *_heads(order, order_id, happened),
        *_parcels(packages, order_id),
        *_events(packages, events, order_id),
        *(
            _happened(happening)
            for happening in happened
            if happening.kind is not EventKind.PARCEL_STATUS
        ),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _intent(
    order: Mapping[str, Any], order_id: str, sent_at: datetime | None, sent_by: str
) -> Iterator[TimelineEntry]:
    if sent_at is None:
        return
    by = order["promised_arrival_date"]
    promised = "" if pd.isna(by) else " Promised: at the door by {0}."
    days = () if pd.isna(by) else (by,)
    # This machine's clock isn't Amazon's: what was sent came before Amazon's receiving it.
    received = order["received_date"]
    at = sent_at if pd.isna(received) else received
    from_here = f"Sent to Amazon from here{f' by {sent_by}' if sent_by else ''}."
    yield TimelineEntry(at, Who.YOU, f"{from_here}{promised}", order_id, days)


def _heads(
    order: Mapping[str, Any], order_id: str, happened: Iterable[Happening]
) -> Iterator[TimelineEntry]:
    if not pd.isna(order["received_date"]):
        yield TimelineEntry(order["received_date"], Who.AMAZON, "Amazon received it.", order_id)
    seen = {each.after for each in happened if each.kind is EventKind.STATUS}
    at = order["status_updated_date"]
    if order["status"] not in seen and not pd.isna(at) and at != order["received_date"]:
        label = FulfillmentOrderStatus.label_of(order["status"])
        yield TimelineEntry(at, Who.AMAZON, f"{label}.", order_id)


def _parcels(packages: pd.DataFrame, order_id: str) -> Iterator[TimelineEntry]:
    for row in packages.to_dict("records"):
        if not pd.isna(row["ship_date"]):
            code = row["carrier_code"]
            by = f" with {carrier(str(code))}" if isinstance(code, str) else ""
            told = f"{_name(row['package_number'], packages)} left the warehouse{by}."
            yield TimelineEntry(row["ship_date"], Who.AMAZON, told, order_id)


def _events(packages: pd.DataFrame, events: pd.DataFrame, order_id: str) -> Iterator[TimelineEntry]:
    for row in events.to_dict("records"):
        if not pd.isna(row["event_date"]):
            place = f", {row['place']}" if row["place"] else ""
            name = _name(row["package_number"], packages)
            yield TimelineEntry(
                row["event_date"], Who.CARRIER, f"{name}: {row['event']}{place}.", order_id
            )


def _name(number: Any, packages: pd.DataFrame) -> str:
    """What a parcel is called: by its number where there are several."""
    return "The parcel" if len(packages) < 2 else f"Parcel {number}"


def _happened(it: Happening) -> TimelineEntry:
    who = Who.YOU if it.is_own else Who.AMAZON
    move = order_events.move_of(it)
    if move is not None:
        return TimelineEntry(it.at, who, move.words, it.order_id, move.days)
    words = order_events.in_words(it)
    if it.by:
        words = words.replace("You ", f"{it.by} ", 1) if "You " in words else f"{words}, by {it.by}"
    return TimelineEntry(it.at, who, words if words.endswith(".") else f"{words}.", it.order_id)


@dataclass(frozen=True, slots=True)
class Moves:
    """How the estimate of an arrival moved: what was first said, what is said now, how often."""

    first: datetime
    last: datetime
    times: int


def moves(happened: Iterable[Happening], package_number: int | None = None) -> Moves | None:
    """How an estimate moved: that of a parcel, or the order's; None when it wasn't seen to move."""
    kind = EventKind.ARRIVES if package_number is None else EventKind.PARCEL_ARRIVES
    estimates = [
        move
        for it in happened
        if it.kind is kind
        and it.package_number == package_number
        and (move := order_events.move_of(it))
    ]
    if not estimates:
        return None
    return Moves(estimates[0].days[0], estimates[-1].days[1], len(estimates))


_LIKELY = {
    FulfillmentOrderStatus.NEW: "Very likely: Amazon hasn't begun to plan it.",
    FulfillmentOrderStatus.RECEIVED: "Very likely: Amazon hasn't begun to plan it.",
    FulfillmentOrderStatus.PLANNING: "Likely: nothing is being picked yet. That can begin any "
    "minute.",
    FulfillmentOrderStatus.ACCEPTED: "Not known: this version of Amazon's interface doesn't tell "
    "whether picking has begun. It can be tried.",
}


def chances(status: FulfillmentOrderStatus) -> str | None:
    """How likely a cancellation still succeeds, in a sentence; None when it's too late."""
    return _LIKELY.get(status)
