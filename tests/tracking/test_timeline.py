"""An order's story tells every step once, in its order, and who took it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.store import frames
from mcf.tracking import timeline
from mcf.tracking.events import EventKind, Happening
from mcf.tracking.timeline import StepState, TimelineEntry, Who, chances, moves, story
from tests.tracking.test_lifecycle import DAY, NOON, ORDER, orders, parcels

HOUR = timedelta(hours=1)


def event(at: datetime | None, text: str, number: int = 7, place: str = "") -> pd.DataFrame:
    row = {"package_number": number, "event_date": at, "event_code": "X", "event": text}
    return frames.build(frames.EVENTS, {k: [v] for k, v in (row | {"place": place}).items()})


def told(
    *happened: Happening, boxes: pd.DataFrame | None = None, events: pd.DataFrame | None = None,
    sent_at: datetime | None = None, **values: Any,
) -> list[TimelineEntry]:  # fmt: skip
    row = orders(**values).iloc[0].to_dict()
    boxes = parcels() if boxes is None else boxes
    events = event(NOON, "").iloc[:0] if events is None else events
    return story(row, boxes, events, happened, sent_at)


def status(before: str, after: str, at: datetime = NOON) -> Happening:
    return Happening(ORDER, EventKind.STATUS, at, at, before, after)


def test_an_order_sent_from_here_begins_with_ones_own_step_and_what_was_promised() -> None:
    first = told(sent_at=NOON - 10 * DAY, promised_arrival_date=NOON)[0]

    assert (first.who, first.days) == (Who.YOU, (NOON,))
    assert first.words == "Sent to Amazon from here. Promised: at the door by {0}."


def test_an_order_from_elsewhere_begins_with_amazons_receiving_it() -> None:
    assert [each.words for each in told()] == ["Amazon received it.", "Shipped."]


def test_a_status_that_was_seen_to_change_is_told_once() -> None:
    found = told(status("Processing", "Complete", NOON - 8 * DAY))

    assert [each.words for each in found] == ["Amazon received it.", "Shipped, after Processing."]


def test_steps_come_in_the_order_in_which_they_happened() -> None:
    late = status("Planning", "Processing", NOON)
    early = status("Received", "Planning", NOON - DAY)

    found = told(late, early, status="Processing", received_date=NOON - 2 * DAY)

    assert [each.at for each in found] == sorted(each.at for each in found)
    assert found[-1].words == "Processing, after Planning."


def test_an_estimate_that_moved_tells_both_days() -> None:
    before, after = (NOON + DAY).isoformat(), (NOON + 3 * DAY).isoformat()
    moved = Happening(ORDER, EventKind.PARCEL_ARRIVES, NOON, NOON, before, after, 7)

    (entry,) = (each for each in told(moved) if each.days)

    assert entry.days == (NOON + DAY, NOON + 3 * DAY)
    assert "moved later: {1} instead of {0}." in entry.words


def test_of_several_parcels_each_is_named() -> None:
    boxes = pd.concat([parcels("IN_TRANSIT"), parcels("IN_TRANSIT").assign(package_number=8)])
    found = told(boxes=boxes, events=event(NOON, "Delivered", 8, "Springfield, IL, US"))

    assert found[-1].words == "Parcel 8: Delivered, Springfield, IL, US."
    assert found[-1].who is Who.CARRIER


def test_an_event_without_a_time_is_not_put_anywhere_in_the_story() -> None:
    assert len(told(events=event(None, "Delivered"))) == len(told())


def test_ones_own_step_is_told_in_its_own_words() -> None:
    asked = Happening(
        ORDER, EventKind.CANCEL_ASKED, NOON, NOON, told="You asked Amazon to cancel it."
    )

    assert (told(asked)[-1].who, told(asked)[-1].words) == (Who.YOU, asked.told)


def test_how_an_estimate_moved_is_told_from_the_first_to_the_last() -> None:
    days = [(NOON + n * DAY).isoformat() for n in range(4)]
    happened = [
        Happening(ORDER, EventKind.PARCEL_ARRIVES, NOON + n * HOUR, NOON, days[n], days[n + 1], 7)
        for n in range(3)
    ]

    found = moves(happened, 7)

    assert found is not None
    assert (found.first, found.last, found.times) == (NOON, NOON + 3 * DAY, 3)
    assert moves(happened, 8) is None
    assert moves(happened) is None


@pytest.mark.parametrize("order_status", [s for s in FulfillmentOrderStatus if s.is_final])
def test_nothing_that_has_come_to_its_end_can_be_cancelled(
    order_status: FulfillmentOrderStatus,
) -> None:
    assert chances(order_status) is None


def test_how_likely_a_cancellation_is_falls_with_every_stage() -> None:
    assert (chances(FulfillmentOrderStatus.RECEIVED) or "").startswith("Very likely")
    assert (chances(FulfillmentOrderStatus.PLANNING) or "").startswith("Likely")
    assert (chances(FulfillmentOrderStatus.ACCEPTED) or "").startswith("Not known")
    assert chances(FulfillmentOrderStatus.PROCESSING) is None


def way(status: str, *boxes: dict[str, Any]) -> list[tuple[str, StepState, datetime | None]]:
    dates = {"received_date": NOON - DAY, "status_updated_date": NOON - DAY}
    order = orders(status=status, **dates).to_dict("records")[0]
    rows = [_BOX | box for box in boxes]
    there = {name: [row.get(name) for row in rows] for name in frames.PACKAGES}
    return [
        (s.label, s.state, s.at)
        for s in timeline.timeline(order, frames.build(frames.PACKAGES, there))
    ]


_BOX = {"seller_fulfillment_order_id": ORDER, "package_number": 7, "units": 1,
        "ship_date": NOON - DAY, "tracked": True}  # fmt: skip


DONE, AT, AHEAD = StepState.DONE, StepState.NOW, StepState.AHEAD


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("New", [AT, AHEAD, AHEAD, AHEAD, AHEAD]),
        ("Received", [AT, AHEAD, AHEAD, AHEAD, AHEAD]),
        ("Planning", [DONE, AT, AHEAD, AHEAD, AHEAD]),
        ("Processing", [DONE, DONE, AT, AHEAD, AHEAD]),
        ("Complete", [DONE, DONE, DONE, AT, AHEAD]),
        ("CompletePartialled", [DONE, DONE, DONE, AT, AHEAD]),
    ],
)
def test_an_order_stands_at_the_step_its_status_says(status: str, states: list[StepState]) -> None:
    assert [state for _, state, _ in way(status)] == states


def test_a_step_has_a_time_only_where_amazon_tells_it() -> None:
    assert [at for _, _, at in way("Processing")] == [NOON - DAY, None, NOON - DAY, None, None]
    assert [at for _, _, at in way("Planning")] == [NOON - DAY, None, None, None, None]


def test_an_order_is_delivered_when_its_last_parcel_is() -> None:
    first = {"status": "DELIVERED", "delivered_at": NOON - 2 * HOUR, "ship_date": NOON - DAY}
    last = {"status": "DELIVERED", "delivered_at": NOON - HOUR, "ship_date": NOON - 2 * DAY}
    found = way("Complete", first, last)
    assert found[3:] == [("Shipped", DONE, NOON - DAY), ("Delivered", DONE, NOON - HOUR)]


def test_an_order_with_a_parcel_on_its_way_is_not_delivered() -> None:
    arrived = {"status": "DELIVERED", "delivered_at": NOON - HOUR}
    found = way("Complete", arrived, {"status": "IN_TRANSIT"})
    assert found[3:] == [("Shipped", AT, NOON - DAY), ("Delivered", AHEAD, None)]


@pytest.mark.parametrize(
    ("status", "label"), [("Cancelled", "Cancelled"), ("Unfulfillable", "Not fulfillable")]
)
def test_an_order_that_ends_early_ends_there(status: str, label: str) -> None:
    assert way(status) == [
        ("Received", DONE, NOON - DAY),
        (label, StepState.FAILED, NOON - DAY),
    ]
