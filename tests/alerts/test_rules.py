"""What is worth an alert, worked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.access_settings import CredentialDates
from mcf.alerts import rules
from mcf.alerts.rules import EVER, LONGEST_KEY, Alert, Message
from mcf.concerns import Urgency
from mcf.store import frames
from mcf.tracking import standing
from mcf.tracking.events import EventKind, Happening

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def orders(**values: Any) -> pd.DataFrame:
    """One order, received and changed a day ago, whose times lie ahead."""
    row: dict[str, Any] = dict.fromkeys(frames.ORDERS) | {
        "seller_fulfillment_order_id": "A-1",
        "displayable_order_id": "#1",
        "status": "Received",
        "recipient": "Ada Example",
        "city": "Springfield",
        "received_date": NOW - DAY,
        "status_updated_date": NOW - DAY,
        "estimated_ship_date": NOW + DAY,
        "estimated_arrival_date": NOW + 3 * DAY,
        "units": 1,
        "parcels": 0,
        "parcels_delivered": 0,
        "detailed": True,
    }
    frame = frames.build(frames.ORDERS, {name: [v] for name, v in (row | values).items()})
    statuses = [frame["parcel_status"].iloc[0]] * frame["parcels"].iloc[0]
    boxes = parcels(*({"status": status} for status in statuses))
    return standing.counted(frame, boxes, {})


def found(since: datetime = EVER, **values: Any) -> list[Alert]:
    frame = orders(**values)
    return [*rules.of_orders(frame, since, NOW), *rules.of_overdue(frame, since, NOW)]


def keys(since: datetime = EVER, **values: Any) -> list[str]:
    return [alert.key for alert in found(since, **values)]


def the_alert(**values: Any) -> Alert:
    (alert,) = found(**values)
    return alert


def parcels(*rows: dict[str, Any]) -> pd.DataFrame:
    blank: dict[str, Any] = dict.fromkeys(frames.PACKAGES) | {
        "seller_fulfillment_order_id": "A-1",
        "package_number": 7,
        "units": 1,
        "contents": "1 x A",
        "tracked": True,
        "last_event_at": NOW - HOUR,
    }
    full = [blank | row for row in rows]
    data = {name: [row[name] for row in full] for name in frames.PACKAGES}
    return frames.build(frames.PACKAGES, data)


def test_an_order_that_does_well_is_worth_no_alert() -> None:
    assert keys() == []


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("Invalid", "Order A-1 is invalid"),
        ("INVALID", "Order A-1 is invalid"),
        ("Unfulfillable", "Order A-1 is not fulfillable"),
        ("CompletePartialled", "Order A-1 shipped in part"),
        ("Cancelled", "Order A-1 was cancelled, and not from here"),
    ],
)
def test_an_order_that_ended_badly_is_told(status: str, told: str) -> None:
    alert = the_alert(status=status)

    assert (alert.title, alert.kind, alert.urgency) == (told, "ended", Urgency.NOW)
    assert alert.at == NOW - DAY


def test_a_cancellation_is_told_once_it_is_sure_that_nobody_here_asked_for_it() -> None:
    assert keys(status="Cancelled", status_updated_date=NOW - MINUTE) == []
    assert keys(status="Cancelled", status_updated_date=NOW - 3 * MINUTE) == ["ended:A-1:Cancelled"]


def test_an_end_before_alerts_began_is_no_news_but_one_of_unknown_time_is() -> None:
    assert keys(NOW, status="Invalid") == []
    assert keys(NOW, status="Invalid", status_updated_date=None) == ["ended:A-1:Invalid"]


@pytest.mark.parametrize("status", ["Processing", "Complete", "CompletePartialled"])
def test_an_order_past_its_promise_is_late_shipped_or_not(status: str) -> None:
    promised = {"promised_arrival_date": NOW - DAY}

    assert keys(NOW - HOUR, status=status, **promised) == ["late:A-1"]
    assert keys(NOW - HOUR, status=status, promised_arrival_date=NOW - MINUTE) == []


def test_a_promise_counts_before_an_estimate_that_moved() -> None:
    late = {"status": "Processing", "estimated_arrival_date": NOW - DAY}

    assert keys(**late, promised_arrival_date=NOW + HOUR) == []
    assert "Amazon expected it by Sun 01 Mar, 1 day ago" in the_alert(**late).reason
    assert (
        "was promised by Sun 01 Mar"
        in the_alert(status="Processing", promised_arrival_date=NOW - DAY).reason
    )


@pytest.mark.parametrize(
    "well",
    [
        {"delivered_at": NOW - DAY, "parcels": 1, "parcels_delivered": 1},
        {"status": "Cancelled", "status_updated_date": NOW},
        {"fulfillment_action": "Hold", "status": "Received"},
        {"parcel_status": "RETURNED", "parcels": 1},
        {"parcel_status": "AVAILABLE_FOR_PICKUP", "parcels": 1},
        {"promised_arrival_date": None, "estimated_arrival_date": None},
    ],
)
def test_what_is_delivered_over_or_waits_for_its_seller_is_not_late(well: dict[str, Any]) -> None:
    late = {"status": "Complete", "promised_arrival_date": NOW - DAY}

    assert keys(**(late | well)) == []


def test_an_order_that_should_have_left_and_is_not_being_picked_is_stuck() -> None:
    assert keys(status="Planning", estimated_ship_date=NOW - HOUR) == ["stuck:A-1"]
    assert keys(status="Processing", estimated_ship_date=NOW - HOUR) == []


@pytest.mark.parametrize(
    ("age", "told"),
    [(11 * DAY, []), (12 * DAY, ["hold:A-1"]), (15 * DAY, ["hold:A-1"])],
)
def test_a_hold_that_amazon_ends_within_two_days_is_told(age: timedelta, told: list[str]) -> None:
    assert keys(fulfillment_action="Hold", received_date=NOW - age) == told


@pytest.mark.parametrize("ended", [{"status": "Processing"}, {"status": "Complete"}])
def test_a_hold_that_is_over_is_not_told(ended: dict[str, Any]) -> None:
    assert keys(fulfillment_action="Hold", received_date=NOW - 13 * DAY, **ended) == []


TROUBLES = [
    "DELAYED",
    "DELIVERY_ATTEMPTED",
    "CUSTOMER_ACTION",
    "UNDELIVERABLE",
    "EXPIRED",
    "RETURNING",
    "RETURNED",
]


@pytest.mark.parametrize("status", TROUBLES)
def test_a_parcel_in_trouble_is_the_same_event_however_it_was_noticed(status: str) -> None:
    (seen,) = rules.of_parcels(parcels({"status": status}), EVER)
    change = Happening("A-1", EventKind.PARCEL_STATUS, NOW - HOUR, NOW, "IN_TRANSIT", status, 7)
    (became,) = rules.of_happenings([change], NOW - DAY)

    assert seen == became
    assert seen.key == f"parcel:7:{status}"
    assert seen.title.startswith("Parcel 7 of order A-1 ")


def test_a_parcel_on_its_way_and_other_happenings_are_worth_no_alert() -> None:
    well = Happening("A-1", EventKind.PARCEL_STATUS, NOW, NOW, "PROCESSING", "IN_TRANSIT", 7)
    moved = Happening("A-1", EventKind.PARCEL_ARRIVES, NOW, NOW, "a", "DELAYED", 7)

    assert list(rules.of_happenings([well, moved], EVER)) == []
    assert rules.of_parcels(parcels({"status": "IN_TRANSIT"}, {"status": None}), EVER) == []


def test_a_parcel_whose_last_event_is_older_than_the_beginning_is_no_news() -> None:
    change = Happening("A-1", EventKind.PARCEL_STATUS, NOW - HOUR, NOW, "RETURNING", "RETURNED", 7)

    assert rules.of_parcels(parcels({"status": "RETURNED"}), NOW) == []
    assert list(rules.of_happenings([change], NOW)) == []


def unit(**values: Any) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": "A-1",
        "seller_return_item_id": "R-1",
        "status": "Processed",
        "status_changed_date": NOW - HOUR,
    } | values


def returned(**values: Any) -> Iterator[Alert]:
    return rules.of_returns([unit(**values)], NOW - DAY)


def test_a_return_that_was_processed_is_told() -> None:
    (alert,) = returned()

    assert (alert.key, alert.at) == ("return:A-1:R-1", NOW - HOUR)
    assert [*returned(status="New")] == []
    assert [*returned(status_changed_date=NOW - 2 * DAY)] == []


def test_a_key_always_fits_into_the_store() -> None:
    first, second = (
        next(returned(seller_fulfillment_order_id="A" * 64, seller_return_item_id=item * 80))
        for item in "RS"
    )

    assert len(first.key) <= LONGEST_KEY
    assert first.key != second.key
    assert first.kind == "return"


def alert(number: int = 1, urgency: Urgency = Urgency.NOW, title: str = "") -> Alert:
    name = f"A-{number}"
    return Alert(f"late:{name}", name, urgency, title or f"Order {name} is late", "Look at it.")


def test_the_same_event_found_twice_is_one_and_the_most_urgent_comes_first() -> None:
    soon, now = alert(1, Urgency.SOON), alert(2)

    assert rules.the_most_urgent_first([soon, now, soon]) == [now, soon]


def test_a_subject_is_one_line_whatever_the_order_is_called() -> None:
    odd = alert(title="Order 1\r\nBcc: \x00all\u2028" + "x" * 300)
    subject = Message((odd,), "US").subject

    assert subject.startswith("MCF Desk US: Order 1 Bcc: all x")
    assert subject.isprintable()
    assert len(subject) == 150


def test_many_alerts_are_counted_in_the_subject() -> None:
    many = (alert(1), alert(2, Urgency.TODAY), alert(3))

    assert Message(many, "US").subject == "MCF Desk US: 3 alerts, 2 of them urgent"
    assert Message(many[1:2] * 2, "US").subject == "MCF Desk US: 2 alerts"


def test_a_text_that_grows_too_long_counts_the_rest() -> None:
    text = Message(tuple(alert(n) for n in range(100)), "US").text(500)

    assert len(text) <= 500
    lines = text.splitlines()
    assert lines[1] == "- Order A-0 is late. Look at it."
    assert lines[-1] == f"... and {100 - (len(lines) - 2)} more"


def test_a_text_that_fits_has_a_line_for_each_alert() -> None:
    assert len(Message((alert(1), alert(2)), "US").text(1000).splitlines()) == 3


def test_nobody_who_ordered_is_named() -> None:
    told = str(found(status="Invalid"))

    assert "Ada" not in told
    assert "Springfield" not in told


@pytest.mark.parametrize(
    ("days", "key", "urgency"),
    [
        (29, "credential:secret:2026-08-30:30", Urgency.SOON),
        (7, "credential:secret:2026-08-30:7", Urgency.NOW),
        (1, "credential:secret:2026-08-30:1", Urgency.NOW),
        (-2, "credential:secret:2026-08-30:0", Urgency.NOW),
    ],
)
def test_a_credential_that_ends_is_told_once_for_each_of_its_days(
    days: int, key: str, urgency: Urgency
) -> None:
    dates = CredentialDates(secret_made=date(2026, 3, 3))
    today = date(2026, 8, 30) - timedelta(days=days)

    (alert,) = rules.of_credentials(dates, today)

    assert (alert.key, alert.urgency, alert.order_id) == (key, urgency, "")
    assert alert.kind == "credential"
    assert rules.of_credentials(dates, date(2026, 7, 1)) == []
