"""What needs a hand of the orders, and in which words, with numbers worked by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from mcf.concerns import Concern, Urgency
from mcf.tracking import lifecycle, trouble
from mcf.tracking.lifecycle import Trouble
from mcf.tracking.standing import Arrival, DueBy, Standing
from mcf.tracking.trouble import Stand
from tests.tracking.test_lifecycle import DAY, NOON, ORDER, orders, parcels

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WAITING: dict[str, Any] = {
    "displayable_order_id": "#1", "parcels": 0, "parcel_status": None, "received_date": NOON - DAY,
    "status_updated_date": NOON - DAY,
}  # fmt: skip
HELD = WAITING | {"status": "Received", "fulfillment_action": "Hold"}


def concerns(*boxes: str, **values: Any) -> list[Concern]:
    frame = orders(**values)
    return trouble.concerns(frame, lifecycle.all_troubles(frame, parcels(*boxes), NOON), NOON)


def the_concern(*boxes: str, **values: Any) -> Concern:
    (concern,) = concerns(*boxes, **values)
    return concern


def stand(*boxes: str, released: datetime | None = None, **values: Any) -> Stand:
    frame = orders(released, **values)
    return trouble.stand(frame, lifecycle.all_troubles(frame, parcels(*boxes), NOON), NOON)


@pytest.mark.parametrize("status", ["New", "Received", "Planning", "Processing", "Complete"])
def test_an_order_on_its_way_is_no_concern(status: str) -> None:
    assert concerns(**WAITING | {"status": status}) == []


def test_no_orders_are_no_concern() -> None:
    frame = orders().iloc[:0]

    assert trouble.concerns(frame, lifecycle.all_troubles(frame, parcels(), NOON), NOON) == []


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("Invalid", "Invalid: order #1"),
        ("Unfulfillable", "Not fulfillable: order #1"),
        ("CompletePartialled", "Shipped in part: order #1"),
    ],
)
def test_an_order_that_does_not_ship_whole_needs_a_hand_now(status: str, title: str) -> None:
    concern = the_concern(**WAITING | {"status": status})

    assert (concern.urgency, concern.title) == (Urgency.NOW, title)
    assert (concern.page, concern.subject) == ("tracking", ORDER)


def test_an_order_that_came_to_nothing_and_was_sent_again_needs_no_hand() -> None:
    frame = orders(**WAITING | {"status": "Invalid"})
    members = lifecycle.all_troubles(frame, parcels(), NOON)
    assert trouble.concerns(frame, members, NOON, {ORDER: "NEW-1"}) == []


def test_what_is_left_of_an_order_that_was_sent_again_names_the_new_one() -> None:
    frame = orders(**WAITING | {"status": "CompletePartialled"})
    members = lifecycle.all_troubles(frame, parcels(), NOON)
    (concern,) = trouble.concerns(frame, members, NOON, {ORDER: "NEW-1"})
    assert concern.urgency is Urgency.SOON
    assert concern.reason.startswith("Sent again as order NEW-1. ")
    assert "sends the rest again" not in concern.reason


def test_an_order_without_a_name_of_its_own_goes_by_its_number() -> None:
    nameless = WAITING | {"status": "Invalid", "displayable_order_id": ""}

    assert the_concern(**nameless).title.endswith(f"order {ORDER}")


@pytest.mark.parametrize(("ago", "count"), [(14 * DAY, 1), (14 * DAY + SECOND, 0)])
def test_old_trouble_is_forgotten_after_two_weeks(ago: timedelta, count: int) -> None:
    old = WAITING | {"status": "Invalid", "status_updated_date": NOON - ago}

    assert len(concerns(**old)) == count


@pytest.mark.parametrize(
    ("late", "since"), [(HOUR, "Mon 02 Mar, today"), (DAY, "1 day ago"), (2 * DAY, "2 days ago")]
)
def test_an_order_in_planning_past_its_ship_date_is_stuck(late: timedelta, since: str) -> None:
    concern = the_concern(**WAITING | {"status": "Planning", "estimated_ship_date": NOON - late})

    assert (concern.urgency, concern.title) == (Urgency.NOW, "Stuck: order #1")
    assert since in concern.reason


def test_an_order_without_a_ship_date_is_stuck_by_when_it_came() -> None:
    concern = the_concern(
        **WAITING
        | {"status": "Accepted", "estimated_ship_date": None, "received_date": NOON - 5 * DAY}
    )

    assert (concern.urgency, concern.title) == (Urgency.NOW, "Stuck: order #1")
    assert concern.reason.startswith("It came on Wed 25 Feb, 5 days ago, and nothing of it is")


def test_an_order_in_planning_before_its_ship_date_is_not_stuck() -> None:
    assert concerns(**WAITING | {"status": "Planning", "estimated_ship_date": NOON}) == []


@pytest.mark.parametrize(
    ("age", "urgency", "when"),
    [
        (11 * DAY, Urgency.SOON, "in 3 days"),
        (12 * DAY, Urgency.SOON, "in 2 days"),
        (12 * DAY + SECOND, Urgency.TODAY, "in 47 hours"),
        (13 * DAY + 23 * HOUR, Urgency.TODAY, "in 1 hour"),
        (15 * DAY, Urgency.TODAY, "any minute"),
    ],
)
def test_a_hold_that_runs_out_needs_a_hand(age: timedelta, urgency: Urgency, when: str) -> None:
    concern = the_concern(**HELD | {"received_date": NOON - age})

    assert (concern.urgency, concern.title) == (urgency, "On hold: order #1")
    assert concern.reason == f"Amazon cancels it {when} unless you ship it."


def test_a_hold_of_which_amazon_does_not_tell_when_it_came_says_so() -> None:
    assert "doesn't tell when" in the_concern(**HELD | {"received_date": None}).reason


@pytest.mark.parametrize("status", ["Processing", "Complete", "Cancelled"])
def test_an_order_that_was_held_and_went_on_is_no_concern(status: str) -> None:
    assert concerns(**HELD | {"status": status}) == []


@pytest.mark.parametrize(
    ("status", "urgency", "title", "said"),
    [
        ("UNDELIVERABLE", Urgency.NOW, "Undeliverable", "Its parcel is lost, destroyed or can't"),
        ("RETURNED", Urgency.NOW, "Came back", "Its parcel came back."),
        ("RETURNING", Urgency.TODAY, "Coming back", "Its parcel is coming back."),
        ("DELAYED", Urgency.TODAY, "Delayed", "Delayed: Later than first promised."),
        ("UNDISPLAYED", Urgency.SOON, "Unknown", "isn't known here: Undisplayed."),
    ],
)
def test_a_parcel_in_trouble_needs_a_hand(
    status: str, urgency: Urgency, title: str, said: str
) -> None:
    concern = the_concern(status, parcel_status=status, displayable_order_id="#1")

    assert (concern.urgency, concern.title) == (urgency, f"{title}: order #1")
    assert said in concern.reason
    assert (concern.page, concern.subject) == ("tracking", ORDER)


def test_of_several_parcels_those_in_trouble_are_counted() -> None:
    lost = {"parcel_status": "UNDELIVERABLE", "parcels": 2}
    back = {"parcel_status": "RETURNED", "parcels": 3, "parcels_delivered": 0}

    assert "1 of its 2 parcels is lost" in the_concern("UNDELIVERABLE", **lost).reason
    assert "1 of its 3 parcels is coming back or came" in the_concern("RETURNED", **back).reason


def test_the_last_news_stand_with_what_is_lost() -> None:
    news = {"last_event": "Lost by carrier", "last_event_at": NOON - DAY}

    reason = the_concern("UNDELIVERABLE", parcel_status="UNDELIVERABLE", **news).reason

    assert "(last news, Sun 01 Mar: Lost by carrier)" in reason


@pytest.mark.parametrize("status", ["IN_TRANSIT", "DELIVERED"])
def test_a_parcel_on_its_way_or_there_is_no_concern(status: str) -> None:
    assert concerns(status, parcel_status=status) == []


@pytest.mark.parametrize(
    ("shipped", "count"), [(NOON - 42 * DAY, 1), (NOON - 42 * DAY - SECOND, 0), (None, 1)]
)
def test_parcels_that_shipped_six_weeks_ago_are_forgotten(
    shipped: datetime | None, count: int
) -> None:
    assert len(concerns("RETURNED", parcel_status="RETURNED", shipped_at=shipped)) == count


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (
            {"promised_arrival_date": NOON - 3 * DAY},
            "It was promised by Fri 27 Feb, 3 days ago, and isn't delivered.",
        ),
        (
            {"estimated_arrival_date": NOON - DAY},
            "Amazon expected it by Sun 01 Mar, 1 day ago, and it isn't delivered.",
        ),
    ],
)
def test_a_late_order_says_by_what_it_is_late(dates: dict[str, Any], said: str) -> None:
    concern = the_concern(**dates)

    assert concern.title == f"Late: order {ORDER}"
    assert concern.reason.startswith(said)


def test_a_delay_says_by_how_many_days() -> None:
    concern = the_concern(promised_arrival_date=NOON + DAY, estimated_arrival_date=NOON + 3 * DAY)

    assert "It arrives about Thu 05 Mar, 2 days after the promise, Tue 03 Mar." in concern.reason


def test_a_carrier_that_is_silent_is_named_with_the_day_of_its_last_word() -> None:
    concern = the_concern("UNKNOWN", parcel_status="UNKNOWN", last_event_at=NOON - 4 * DAY)

    assert concern.reason.startswith("The carrier hasn't said a word since Thu 26 Feb.")


def test_an_order_has_one_concern_by_its_gravest_trouble() -> None:
    found = concerns("DELAYED", parcel_status="DELAYED", promised_arrival_date=NOON - 3 * DAY)

    assert [concern.title for concern in found] == [f"Late: order {ORDER}"]


def test_where_an_order_stands_is_told_with_its_dates() -> None:
    found = stand(promised_arrival_date=NOON - DAY, estimated_arrival_date=NOON + DAY)

    assert (found.word, found.trouble) == (Standing.SHIPPED, Trouble.LATE)
    assert (found.arrives_by, found.due_by) == (Arrival.AMAZON, DueBy.PROMISE)
    assert (str(found.arrives_day), str(found.due_day)) == ("2026-03-03", "2026-03-01")
    assert (found.days_late, found.held_until, found.ships_by) == (2, None, None)


def test_one_on_hold_tells_when_amazon_cancels_it_and_no_other_date() -> None:
    found = stand(**HELD | {
        "estimated_ship_date": NOON - DAY / 2, "estimated_arrival_date": NOON + DAY,
        "promised_arrival_date": NOON + DAY,
    })  # fmt: skip

    assert (found.word, found.troubles) == (Standing.ON_HOLD, ())
    assert found.held_until == NOON + 13 * DAY
    assert (found.ships_by, found.arrives, found.due, found.days_late) == (None, None, None, None)


def test_a_concern_names_for_whom_it_is_masked_and_can_be_put_off() -> None:
    found = the_concern(
        "DELAYED", parcel_status="DELAYED", recipient="Ada Example", city="Austin",
        state_or_region="TX", contents="1 x MUG",
    )  # fmt: skip

    assert found.about == "Ada E., Austin TX · 1 x MUG"
    assert found.key == f"order Delayed:{found.subject}"
    assert found.brief == "Later than first promised."


@pytest.mark.parametrize(
    ("values", "brief"),
    [
        (WAITING | {"status": "Invalid"}, "Amazon found the address or the stock wrong."),
        (
            {"parcel_status": "UNDELIVERABLE", "last_event": "Lost", "last_event_at": NOON - DAY},
            "Lost, Sun 01 Mar.",
        ),
        ({"parcel_status": "UNDELIVERABLE"}, "Lost, destroyed or can't be delivered."),
        ({"promised_arrival_date": NOON - 3 * DAY}, "Promised by Fri 27 Feb, 3 days ago."),
        (
            WAITING | {"status": "Planning", "estimated_ship_date": NOON - DAY},
            "It was to leave by Sun 01 Mar; nothing of it is being picked.",
        ),
    ],
)
def test_a_line_says_what_happened_in_few_words(values: dict[str, Any], brief: str) -> None:
    status = values.get("parcel_status")

    assert the_concern(*([status] if status else []), **values).brief == brief
