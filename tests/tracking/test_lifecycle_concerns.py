"""What needs a hand, with numbers worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.concerns import Concern, Urgency
from mcf.store import frames
from mcf.store.frames import StockState
from mcf.tracking import lifecycle, timeline
from mcf.tracking.timeline import StepState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def inventory(*rows: dict[str, Any]) -> pd.DataFrame:
    """A stock frame; what isn't given is 0 or null."""
    counts = {name: 0 for name, dtype in frames.INVENTORY.items() if dtype == frames.NUMBER}
    blank = dict.fromkeys(frames.INVENTORY) | counts
    full = [blank | row for row in rows]
    data = {name: [row[name] for row in full] for name in frames.INVENTORY}
    return frames.with_stock_state(frames.build(frames.INVENTORY, data))


def orders(**values: Any) -> pd.DataFrame:
    """One order, received and changed a day ago."""
    row: dict[str, Any] = dict.fromkeys(frames.ORDERS) | {
        "seller_fulfillment_order_id": "1",
        "displayable_order_id": "#1",
        "status": "Received",
        "received_date": NOW - DAY,
        "status_updated_date": NOW - DAY,
        "units": 1,
        "parcels": 0,
        "parcels_delivered": 0,
        "detailed": True,
    }
    return frames.build(frames.ORDERS, {name: [v] for name, v in (row | values).items()})


def parcels(*rows: dict[str, Any]) -> pd.DataFrame:
    """Parcels that shipped a day ago."""
    blank: dict[str, Any] = dict.fromkeys(frames.PACKAGES) | {
        "seller_fulfillment_order_id": "1",
        "package_number": 7,
        "tracking_number": "1Z",
        "units": 1,
        "contents": "1 x A",
        "ship_date": NOW - DAY,
        "tracked": True,
    }
    full = [blank | row for row in rows]
    data = {name: [row[name] for row in full] for name in frames.PACKAGES}
    return frames.build(frames.PACKAGES, data)


def the_concern(of: pd.DataFrame) -> Concern:
    (concern,) = lifecycle.order_concerns(of, NOW)
    return concern


@pytest.mark.parametrize(
    ("available", "state"),
    [
        (-1, StockState.OUT),
        (0, StockState.OUT),
        (1, StockState.LOW),
        (10, StockState.LOW),
        (11, StockState.FINE),
    ],
)
def test_stock_is_out_low_or_fine_by_what_can_ship(available: int, state: StockState) -> None:
    frame = inventory({"seller_sku": "A", "fulfillable_quantity": available})
    assert frame["stock_state"].tolist() == [state.value]


def test_stock_states_are_ordered_and_the_limit_can_be_chosen() -> None:
    frame = inventory({"seller_sku": "A", "fulfillable_quantity": 20}, {"seller_sku": "B"})
    states = frames.with_stock_state(frame, low=20)["stock_state"]
    assert states.tolist() == ["Low", "Out of stock"]
    assert states.min() == "Out of stock"


def test_no_stock_has_the_same_categories() -> None:
    assert list(inventory()["stock_state"].cat.categories) == ["Out of stock", "Low", "In stock"]


@pytest.mark.parametrize("status", ["New", "Received", "Planning", "Processing", "Complete"])
def test_an_order_on_its_way_is_no_concern(status: str) -> None:
    assert lifecycle.order_concerns(orders(status=status), NOW) == []


def test_no_orders_are_no_concern() -> None:
    assert lifecycle.order_concerns(orders().iloc[:0], NOW) == []


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("Invalid", "Invalid: order #1"),
        ("Unfulfillable", "Not fulfillable: order #1"),
        ("CompletePartialled", "Shipped in part: order #1"),
    ],
)
def test_an_order_that_does_not_ship_whole_needs_a_hand_now(status: str, title: str) -> None:
    concern = the_concern(orders(status=status))
    assert (concern.urgency, concern.title) == (Urgency.NOW, title)
    assert (concern.page, concern.subject) == ("tracking", "1")


def test_an_order_without_a_name_of_its_own_goes_by_its_number() -> None:
    assert the_concern(orders(status="Invalid", displayable_order_id="")).title.endswith("order 1")


@pytest.mark.parametrize(("ago", "count"), [(14 * DAY, 1), (14 * DAY + SECOND, 0)])
def test_old_trouble_is_forgotten_after_two_weeks(ago: timedelta, count: int) -> None:
    old = orders(status="Invalid", status_updated_date=NOW - ago)
    assert len(lifecycle.order_concerns(old, NOW)) == count


@pytest.mark.parametrize(
    ("late", "since"),
    [
        (SECOND, "hours"),
        (DAY - SECOND, "hours"),
        (DAY, "a day"),
        (2 * DAY, "2 days"),
    ],
)
def test_an_order_in_planning_past_its_ship_date_is_stuck(late: timedelta, since: str) -> None:
    concern = the_concern(orders(status="Planning", estimated_ship_date=NOW - late))
    assert (concern.urgency, concern.title) == (Urgency.NOW, "Stuck in planning: order #1")
    assert concern.reason.startswith(f"It should have shipped {since} ago.")


def test_an_order_in_planning_before_its_ship_date_is_not_stuck() -> None:
    on_time = orders(status="Planning", estimated_ship_date=NOW)
    assert lifecycle.order_concerns(on_time, NOW) == []


@pytest.mark.parametrize(
    ("age", "urgency", "when"),
    [
        (11 * DAY, Urgency.SOON, "in 3 days"),
        (12 * DAY, Urgency.SOON, "in 2 days"),
        (12 * DAY + SECOND, Urgency.TODAY, "within two days"),
        (13 * DAY + 23 * HOUR, Urgency.TODAY, "within two days"),
        (15 * DAY, Urgency.TODAY, "within two days"),
    ],
)
def test_a_hold_that_runs_out_needs_a_hand(age: timedelta, urgency: Urgency, when: str) -> None:
    concern = the_concern(orders(fulfillment_action="Hold", received_date=NOW - age))
    assert (concern.urgency, concern.title) == (urgency, "On hold: order #1")
    assert concern.reason == f"Amazon cancels it {when} unless you ship it."


@pytest.mark.parametrize("status", ["Processing", "Complete", "Cancelled"])
def test_an_order_that_was_held_and_went_on_is_no_concern(status: str) -> None:
    assert lifecycle.order_concerns(orders(status=status, fulfillment_action="Hold"), NOW) == []


@pytest.mark.parametrize(
    ("status", "urgency", "title"),
    [
        ("UNDELIVERABLE", Urgency.NOW, "Undeliverable: parcel 1Z"),
        ("RETURNED", Urgency.NOW, "Came back: parcel 1Z"),
        ("DELAYED", Urgency.TODAY, "Delayed: parcel 1Z"),
    ],
)
def test_a_parcel_in_trouble_needs_a_hand(status: str, urgency: Urgency, title: str) -> None:
    (concern,) = lifecycle.parcel_concerns(parcels({"status": status}), NOW)
    assert (concern.urgency, concern.title) == (urgency, title)
    assert concern.reason.endswith("1 x A")
    assert (concern.page, concern.subject) == ("tracking", "1")


def test_a_parcel_without_a_tracking_number_goes_by_its_package_number() -> None:
    nameless = parcels({"status": "DELAYED", "tracking_number": None})
    (concern,) = lifecycle.parcel_concerns(nameless, NOW)
    assert concern.title == "Delayed: parcel 7"


@pytest.mark.parametrize("status", ["IN_TRANSIT", "DELIVERED", "UNKNOWN", "UNDISPLAYED"])
def test_a_parcel_on_its_way_or_there_is_no_concern(status: str) -> None:
    assert lifecycle.parcel_concerns(parcels({"status": status}), NOW) == []


@pytest.mark.parametrize(
    ("shipped", "count"), [(NOW - 42 * DAY, 1), (NOW - 42 * DAY - SECOND, 0), (None, 1)]
)
def test_parcels_that_shipped_six_weeks_ago_are_forgotten(
    shipped: datetime | None, count: int
) -> None:
    old = parcels({"status": "UNDELIVERABLE", "ship_date": shipped})
    assert len(lifecycle.parcel_concerns(old, NOW)) == count


def test_the_most_urgent_comes_first_then_by_title() -> None:
    found = lifecycle.parcel_concerns(
        parcels(
            {"status": "DELAYED", "tracking_number": "A"},
            {"status": "UNDELIVERABLE", "tracking_number": "C"},
            {"status": "UNDELIVERABLE", "tracking_number": "B"},
        ),
        NOW,
    )
    assert [concern.title[-1] for concern in found] == ["B", "C", "A"]


def way(status: str, *boxes: dict[str, Any]) -> list[tuple[str, StepState, datetime | None]]:
    order = orders(status=status).to_dict("records")[0]
    return [(s.label, s.state, s.at) for s in timeline.timeline(order, parcels(*boxes))]


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
    assert [at for _, _, at in way("Processing")] == [NOW - DAY, None, NOW - DAY, None, None]
    assert [at for _, _, at in way("Planning")] == [NOW - DAY, None, None, None, None]


def test_an_order_is_delivered_when_its_last_parcel_is() -> None:
    first = {"status": "DELIVERED", "delivered_at": NOW - 2 * HOUR, "ship_date": NOW - DAY}
    last = {"status": "DELIVERED", "delivered_at": NOW - HOUR, "ship_date": NOW - 2 * DAY}
    found = way("Complete", first, last)
    assert found[3:] == [("Shipped", DONE, NOW - DAY), ("Delivered", DONE, NOW - HOUR)]


def test_an_order_with_a_parcel_on_its_way_is_not_delivered() -> None:
    arrived = {"status": "DELIVERED", "delivered_at": NOW - HOUR}
    found = way("Complete", arrived, {"status": "IN_TRANSIT"})
    assert found[3:] == [("Shipped", AT, NOW - DAY), ("Delivered", AHEAD, None)]


@pytest.mark.parametrize(
    ("status", "label"), [("Cancelled", "Cancelled"), ("Unfulfillable", "Not fulfillable")]
)
def test_an_order_that_ends_early_ends_there(status: str, label: str) -> None:
    assert way(status) == [
        ("Received", DONE, NOW - DAY),
        (label, StepState.FAILED, NOW - DAY),
    ]
