"""Where orders are and what keeps them from going well, by status, parcels, promise and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.store import frames
from mcf.tracking import lifecycle, standing
from mcf.tracking.lifecycle import Stage, Trouble
from mcf.tracking.standing import Standing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = "A-1"


def orders(released: datetime | None = None, **values: Any) -> pd.DataFrame:
    """One order as `standing.counted` gives it, with a parcel in the status that it names."""
    row = _row(values)
    boxes = [
        _box(row["parcel_status"] if at == 0 else "IN_TRANSIT") for at in range(row["parcels"])
    ]
    frame = frames.build(frames.ORDERS, {name: [v] for name, v in row.items()})
    hold = {row["seller_fulfillment_order_id"]: released} if released else {}
    given = {"seller_fulfillment_order_id": row["seller_fulfillment_order_id"]}
    there = [box | given for box in boxes]
    for box in there[: row["parcels_delivered"]]:
        box["status"] = "DELIVERED"
    return standing.counted(frame, _frame(there), hold)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(frames.ORDERS) | {
        "seller_fulfillment_order_id": ORDER,
        "displayable_order_id": ORDER,
        "status": "Complete",
        "received_date": NOON - 9 * DAY,
        "status_updated_date": NOON - 8 * DAY,
        "units": 1,
        "parcels": 1,
        "parcels_delivered": 0,
        "parcel_status": "IN_TRANSIT",
        "detailed": True,
    }
    return row | values


def parcels(*statuses: str) -> pd.DataFrame:
    return _frame([_box(status) for status in statuses])


def _box(status: Any) -> dict[str, Any]:
    return dict.fromkeys(frames.PACKAGES) | {
        "seller_fulfillment_order_id": ORDER,
        "package_number": 7,
        "units": 1,
        "tracked": True,
        "status": status,
    }


def _frame(boxes: list[dict[str, Any]]) -> pd.DataFrame:
    return frames.build(
        frames.PACKAGES, {name: [each[name] for each in boxes] for name in frames.PACKAGES}
    )


def stage(**values: Any) -> Any:
    return lifecycle.stages(orders(**values)).iloc[0]


def troubles(*statuses: str, **values: Any) -> set[Trouble]:
    members = lifecycle.all_troubles(orders(**values), parcels(*statuses), NOON)
    return {each for each in Trouble if members[each].iloc[0]}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("New", Stage.RECEIVED),
        ("received", Stage.RECEIVED),
        ("Accepted", Stage.RECEIVED),
        ("Planning", Stage.PLANNING),
        ("PROCESSING", Stage.PROCESSING),
        ("Complete", Stage.SHIPPED),
        ("CompletePartialled", Stage.SHIPPED),
    ],
)
def test_a_status_in_any_case_has_its_stage(status: str, expected: Stage) -> None:
    assert stage(status=status) == expected


@pytest.mark.parametrize("status", ["Cancelled", "Invalid", "Unfulfillable", "Teleported"])
def test_what_comes_to_nothing_or_is_not_known_is_at_no_stage(status: str) -> None:
    assert pd.isna(stage(status=status))


@pytest.mark.parametrize(
    ("parcels_", "delivered", "expected"),
    [(1, 1, Stage.DELIVERED), (2, 1, Stage.SHIPPED), (0, 0, Stage.SHIPPED)],
)
def test_an_order_is_delivered_when_all_its_parcels_are(
    parcels_: int, delivered: int, expected: Stage
) -> None:
    assert stage(parcels=parcels_, parcels_delivered=delivered) == expected


def test_an_order_whose_parcel_came_while_others_are_packed_is_still_processing() -> None:
    assert stage(status="Processing", parcels_delivered=1) == Stage.PROCESSING


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("IN_TRANSIT", set()),
        ("DELAYED", {Trouble.DELAYED}),
        ("DELIVERY_ATTEMPTED", {Trouble.DELAYED}),
        ("CUSTOMER_ACTION", {Trouble.DELAYED}),
        ("UNDELIVERABLE", {Trouble.UNDELIVERABLE}),
        ("RETURNING", {Trouble.RETURNED}),
        ("RETURNED", {Trouble.RETURNED}),
        ("UNDISPLAYED", {Trouble.UNKNOWN}),
    ],
)
def test_a_parcels_word_puts_its_order_into_a_trouble(status: str, expected: set[Trouble]) -> None:
    assert troubles(status, parcel_status=status) == expected


def test_an_order_with_two_parcels_may_be_in_two_troubles() -> None:
    found = troubles("DELAYED", "UNDELIVERABLE", parcels=2, parcel_status="UNDELIVERABLE")

    assert found == {Trouble.DELAYED, Trouble.UNDELIVERABLE}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("CompletePartialled", Trouble.PARTLY),
        ("Invalid", Trouble.INVALID),
        ("Unfulfillable", Trouble.UNFULFILLABLE),
        ("Teleported", Trouble.UNKNOWN),
    ],
)
def test_an_orders_word_puts_it_into_a_trouble(status: str, expected: Trouble) -> None:
    assert expected in troubles(status=status, parcels=0, parcel_status=None)


def test_every_status_that_needs_a_look_is_in_some_trouble() -> None:
    parcel = {s for s in PackageStatus if s.is_trouble and not troubles(s, parcel_status=s)}
    order = {s for s in FulfillmentOrderStatus if s.is_trouble and not troubles(status=s)}

    assert (parcel, order) == (set(), set())


def test_late_is_measured_against_the_promise_and_not_the_estimate_that_moves() -> None:
    late = {"promised_arrival_date": NOON - DAY, "estimated_arrival_date": NOON + DAY}

    assert Trouble.LATE in troubles(**late)


def test_without_a_promise_the_estimate_is_what_an_order_is_late_by() -> None:
    assert Trouble.LATE in troubles(estimated_arrival_date=NOON - DAY)
    assert Trouble.LATE not in troubles(estimated_arrival_date=NOON)


def test_what_arrived_is_not_late_any_more() -> None:
    assert troubles(parcels_delivered=1, promised_arrival_date=NOON - DAY) == set()


@pytest.mark.parametrize("status", ["Cancelled", "Invalid"])
def test_what_never_ships_is_not_late(status: str) -> None:
    assert Trouble.LATE not in troubles(status=status, promised_arrival_date=NOON - DAY)


def test_what_waits_for_its_recipient_in_a_locker_is_not_late() -> None:
    waits = {"parcel_status": "AVAILABLE_FOR_PICKUP", "promised_arrival_date": NOON - DAY}

    assert troubles("AVAILABLE_FOR_PICKUP", **waits) == set()
    assert Trouble.LATE in troubles("AVAILABLE_FOR_PICKUP", "IN_TRANSIT", parcels=2, **waits)


def test_an_estimate_behind_the_promise_is_a_delay_before_it_is_late() -> None:
    found = troubles(promised_arrival_date=NOON + DAY, estimated_arrival_date=NOON + 3 * DAY)

    assert found == {Trouble.DELAYED}


@pytest.mark.parametrize("status", ["New", "Received", "Planning", "Accepted"])
def test_an_order_that_should_have_left_and_waits_is_stuck(status: str) -> None:
    waiting = {"status": status, "parcels": 0, "parcel_status": None}

    assert Trouble.STUCK in troubles(**waiting, estimated_ship_date=NOON - DAY)
    assert Trouble.STUCK not in troubles(**waiting, estimated_ship_date=NOON + DAY)


@pytest.mark.parametrize(
    ("values", "is_stuck"),
    [
        ({"received_date": NOON - 4 * DAY}, False),
        ({"received_date": NOON - 5 * DAY}, True),
        ({"received_date": None}, False),
        ({"released": NOON - 3 * DAY}, False),
        ({"received_date": NOON - 5 * DAY, "promised_ship_date": NOON + DAY}, False),
        ({"promised_ship_date": NOON - DAY}, True),
    ],
)
def test_an_order_of_which_no_date_is_told_is_stuck_after_four_days_or_by_its_promise(
    values: dict[str, Any], is_stuck: bool
) -> None:
    frame = orders(
        **{"status": "Accepted", "parcels": 0, "parcel_status": None, "estimated_ship_date": None}
        | values
    )

    assert lifecycle.stuck(frame, NOON).tolist() == [is_stuck]
    assert lifecycle.is_stuck(frame.iloc[0].to_dict(), NOON) is is_stuck


def test_an_order_on_hold_waits_for_its_seller_and_is_neither_stuck_nor_late() -> None:
    held = {"status": "Received", "fulfillment_action": "Hold", "parcels": 0, "parcel_status": None}

    assert troubles(**held, estimated_ship_date=NOON - DAY, promised_arrival_date=NOON) == set()


def test_a_carrier_that_says_nothing_for_days_leaves_an_order_unknown() -> None:
    quiet = {"parcel_status": "UNKNOWN"}

    assert Trouble.UNKNOWN in troubles("UNKNOWN", **quiet)
    assert troubles("UNKNOWN", **quiet, status_updated_date=NOON - DAY) == set()


def test_no_orders_and_no_parcels_are_no_trouble() -> None:
    empty = orders().iloc[:0]

    assert lifecycle.stages(empty).empty
    assert not any(rows.any() for rows in lifecycle.troubles(empty, parcels()).values())
    assert not any(rows.any() for rows in lifecycle.timely(empty, NOON).values())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Example", "Ada E."),
        ("Ada King Example", "Ada E."),
        ("Ada", "Ada"),
        ("  ", "  "),
        (None, None),
        ("山田 太郎", "山田 太."),
    ],
)
def test_a_name_is_shown_as_far_as_it_takes_to_know_it_again(
    name: str | None, shown: str | None
) -> None:
    assert lifecycle.masked(name) == shown


def test_each_trouble_says_what_it_means_in_words_of_its_own() -> None:
    meanings = {trouble.meaning for trouble in Trouble}

    assert len(meanings) == len(Trouble)
    assert {meaning[-1:] for meaning in meanings} == {"."}


def test_the_names_of_stages_and_troubles_are_those_that_stand_in_addresses() -> None:
    assert list(Stage) == ["Received", "Planning", "Processing", "Shipped", "Delivered"]
    assert list(Trouble) == [
        "Stuck",
        "Late",
        "Delayed",
        "Undeliverable",
        "Coming back",
        "Partly filled",
        "Invalid",
        "Not fulfillable",
        "Unknown",
    ]


def test_a_trouble_has_the_word_of_the_status_that_it_comes_from() -> None:
    words = {standing.label for standing in Standing}

    assert {Trouble.PARTLY.label, Trouble.INVALID.label, Trouble.UNFULFILLABLE.label} <= words
    assert {Trouble.RETURNED.label, Trouble.UNDELIVERABLE.label} <= words
    assert lifecycle.title(Trouble.RETURNED, Standing.RETURNED.label) == "Came back"
    assert lifecycle.title(Trouble.RETURNED, Standing.RETURNING.label) == "Coming back"


@pytest.mark.parametrize(
    ("silent_for", "expected"),
    [(3 * DAY, set()), (3 * DAY + timedelta(seconds=1), {Trouble.UNKNOWN})],
)
def test_where_a_parcel_is_counts_as_unknown_after_three_days_of_silence(
    silent_for: timedelta, expected: set[Trouble]
) -> None:
    quiet = {"parcel_status": "UNKNOWN", "last_event_at": NOON - silent_for}

    assert troubles("UNKNOWN", **quiet) == expected


def test_a_parcel_of_which_no_word_ever_came_is_silent_since_its_order_changed() -> None:
    quiet = {"parcel_status": "UNKNOWN", "last_event_at": None}

    assert troubles("UNKNOWN", **quiet, status_updated_date=NOON - 4 * DAY) == {Trouble.UNKNOWN}
    assert troubles("UNKNOWN", **quiet, status_updated_date=NOON - 2 * DAY) == set()


def test_an_order_that_has_not_shipped_is_not_unknown_for_want_of_a_carriers_word() -> None:
    waiting = {"status": "Processing", "parcel_status": "UNKNOWN"}

    assert troubles("UNKNOWN", **waiting, last_event_at=NOON - 9 * DAY) == set()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("UNDELIVERABLE", {Trouble.UNDELIVERABLE}),
        ("RETURNED", {Trouble.RETURNED}),
        ("RETURNING", {Trouble.RETURNED}),
    ],
)
def test_what_can_not_arrive_any_more_is_neither_late_nor_delayed(
    status: str, expected: set[Trouble]
) -> None:
    dates = {"promised_arrival_date": NOON - 2 * DAY, "estimated_arrival_date": NOON - DAY}

    assert troubles(status, parcel_status=status, **dates) == expected


def test_an_estimate_on_the_promised_day_is_no_delay() -> None:
    on_time = {"promised_arrival_date": NOON + DAY, "estimated_arrival_date": NOON + DAY}

    assert troubles(**on_time) == set()


def test_an_order_without_a_status_is_at_no_stage() -> None:
    assert pd.isna(stage(status=None))


def test_orders_picked_out_of_many_keep_their_places() -> None:
    picked = orders().set_axis([7])

    assert list(lifecycle.stages(picked).index) == [7]
    assert {
        tuple(rows.index)
        for rows in (
            *lifecycle.troubles(picked, parcels("DELAYED")).values(),
            *lifecycle.timely(picked, NOON).values(),
        )
    } == {(7,)}


def test_a_stage_is_further_than_those_before_it() -> None:
    frame = pd.concat([orders(status=status) for status in ("Complete", "New", "Processing")])
    frame["status"] = frame["status"].astype("category")

    found = lifecycle.stages(frame)

    assert (found.min(), found.max()) == (Stage.RECEIVED, Stage.SHIPPED)


def test_an_empty_word_is_no_trouble() -> None:
    late = {"promised_arrival_date": NOON - DAY, "last_event_at": NOON - 9 * DAY}

    assert troubles("", parcel_status="", **late) == {Trouble.LATE}


def test_one_of_several_parcels_that_is_lost_leaves_the_others_to_be_late() -> None:
    dates = {"promised_arrival_date": NOON - 2 * DAY, "parcels": 2}

    found = troubles("UNDELIVERABLE", "IN_TRANSIT", parcel_status="UNDELIVERABLE", **dates)

    assert found == {Trouble.UNDELIVERABLE, Trouble.LATE}


@pytest.mark.parametrize(
    ("state", "promised", "late"),
    [
        # 23:00 of 1 March in New York, and 20:00 in Los Angeles.
        ("NY", datetime(2026, 3, 2, 4, 0, tzinfo=UTC), True),
        ("HI", datetime(2026, 3, 2, 12, 0, tzinfo=UTC), False),
        ("NY", datetime(2026, 3, 2, 5, 0, tzinfo=UTC), False),
        (None, datetime(2026, 3, 2, 8, 0, tzinfo=UTC), False),
        (None, datetime(2026, 3, 2, 7, 0, tzinfo=UTC), True),
    ],
)
def test_an_order_is_late_on_the_day_after_the_promised_one_where_it_goes(
    state: str | None, promised: datetime, late: bool
) -> None:
    goes = {"country_code": "US", "state_or_region": state}

    assert (Trouble.LATE in troubles(promised_arrival_date=promised, **goes)) is late


def test_an_estimate_some_hours_behind_the_promise_on_its_day_is_no_delay() -> None:
    promised = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    close = {"promised_arrival_date": promised, "country_code": "US", "state_or_region": "NY"}

    hours_later = troubles(**close, estimated_arrival_date=promised + timedelta(hours=12))
    next_day = troubles(**close, estimated_arrival_date=promised + timedelta(hours=24))

    assert (hours_later, next_day) == (set(), {Trouble.DELAYED})


def test_before_all_parcels_were_read_once_their_silence_is_no_alarm() -> None:
    frame = orders(promised_arrival_date=NOON - 3 * DAY).assign(unread=True)
    quiet = orders(parcel_status="UNKNOWN").assign(unread=True)

    assert not lifecycle.late(frame, NOON, heard=False).iloc[0]
    assert lifecycle.late(frame, NOON, heard=True).iloc[0]
    assert not lifecycle.timely(quiet, NOON, heard=False)[Trouble.UNKNOWN].iloc[0]
    assert lifecycle.timely(quiet, NOON, heard=True)[Trouble.UNKNOWN].iloc[0]


@pytest.mark.parametrize("status", ["Received", "Planning", "Accepted"])
def test_a_released_order_is_stuck_by_what_counts_from_its_release(status: str) -> None:
    was = {
        "status": status, "fulfillment_action": "Ship", "parcels": 0, "parcel_status": None,
        "received_date": NOON - 9 * DAY, "estimated_ship_date": NOON - 8 * DAY,
    }  # fmt: skip

    assert Trouble.STUCK in troubles(**was)
    assert Trouble.STUCK not in troubles(**was, released=NOON - DAY / 2)
    assert Trouble.STUCK in troubles(**was, released=NOON - 2 * DAY)


def test_a_released_order_is_late_by_the_promise_counted_from_its_release() -> None:
    was = {
        "fulfillment_action": "Ship", "received_date": NOON - 9 * DAY,
        "promised_ship_date": NOON - 8 * DAY, "promised_arrival_date": NOON - 5 * DAY,
    }  # fmt: skip

    assert Trouble.LATE in troubles(**was)
    assert Trouble.LATE not in troubles(**was, released=NOON - DAY)
    assert Trouble.LATE in troubles(**was, released=NOON - 6 * DAY)


@pytest.mark.parametrize(
    ("received", "listed"), [(NOON - 6 * DAY, True), (NOON - 8 * DAY, False), (None, True)]
)
def test_an_order_whose_date_is_not_told_may_be_of_today(
    received: datetime | None, listed: bool
) -> None:
    assert lifecycle.received_within(orders(received_date=received), 7, NOON).iloc[0] == listed


def test_the_latest_orders_are_those_before_the_last_one() -> None:
    both = pd.concat([orders(received_date=NOON), orders(received_date=NOON - 91 * DAY)])

    assert len(lifecycle.latest(both, 90)) == 1
    assert len(lifecycle.latest(both.iloc[1:], 90)) == 1


def test_what_is_over_is_at_no_warehouse_and_on_no_way() -> None:
    assert lifecycle.at_the_warehouse(orders(status="Processing")) == 1
    assert lifecycle.at_the_warehouse(orders(status="Cancelled")) == 0
    assert lifecycle.on_their_way(parcels("IN_TRANSIT", "DELIVERED", "RETURNING")) == 1


@pytest.mark.parametrize(
    ("status", "action", "named"),
    [
        ("Received", "Hold", {"On hold"}),
        ("Processing", "Hold", {"Processing"}),
        ("Cancelled", "Hold", {"Not shipping"}),
        ("Complete", "Ship", {"Shipped"}),
        ("Invalid", "Ship", {"Not shipping"}),
    ],
)
def test_an_order_is_in_the_groups_of_its_stage_and_its_hold(
    status: str, action: str, named: set[str]
) -> None:
    found = lifecycle.stage_groups(orders(status=status, fulfillment_action=action))

    assert {name for name, rows in found.items() if rows.iloc[0]} == named


def test_troubles_are_named_the_gravest_first() -> None:
    frame = orders(parcel_status="DELAYED", promised_arrival_date=NOON - 3 * DAY)

    members = lifecycle.all_troubles(frame, parcels("DELAYED"), NOON)

    assert lifecycle.named(frame, members).tolist() == ["Late, Delayed"]
    assert set(lifecycle.GRAVEST_FIRST) == set(Trouble)
