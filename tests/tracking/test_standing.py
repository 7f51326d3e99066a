"""What is true of an order: its word, its arrival and who says so, its day, how late it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.store import frames
from mcf.tracking import standing
from mcf.tracking.standing import Arrival, DueBy, Standing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ORDER = "A-1"


def counted(*boxes: dict[str, Any], **values: Any) -> tuple[pd.Series[Any], pd.DataFrame]:
    """The counted row of an order with these parcels, and the parcels."""
    orders, parcels = frame_of(*boxes, **values)
    return orders.iloc[0], parcels


def frame_of(
    *boxes: dict[str, Any], released: datetime | None = None, **values: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    head = {
        "seller_fulfillment_order_id": ORDER, "displayable_order_id": ORDER, "status": "Complete",
        "received_date": NOON - 9 * DAY, "raw": {}, "detailed_at": NOON, "country_code": "US",
        "state_or_region": "NY", **values,
    }  # fmt: skip
    blank = dict.fromkeys((*frames.ORDERS, *frames.PROMISES))
    line = dict.fromkeys(frames.ITEMS) | {
        "seller_fulfillment_order_id": ORDER, "quantity": 1, "seller_sku": "A",
        "cancelled_quantity": 0, "unfulfillable_quantity": 0,
        "estimated_ship_date": values.get("ships"), "estimated_arrival_date": values.get("arrives"),
    }  # fmt: skip
    rows = [
        {"seller_fulfillment_order_id": ORDER, "package_number": at, "amazon_shipment_id": "S",
         "carrier_code": "UPS", "tracking_number": None, "units": 1, "contents": "1 x A",
         "estimated_arrival_date": box.get("planned")}
        for at, box in enumerate(boxes)
    ]  # fmt: skip
    told = [
        dict.fromkeys(frames.TOLD) | {"package_number": at, "raw": {}, "status": box["status"]}
        | {"estimated_arrival_date": box.get("tracked"), "delivered_at": box.get("delivered")}
        for at, box in enumerate(boxes) if "status" in box
    ]  # fmt: skip
    parcels = frames.packages(rows, told)
    promise = {
        "seller_fulfillment_order_id": ORDER, "fee": None, "fee_currency": None,
        "promised_ship_date": values.get("promised_ship"),
        "promised_arrival_date": values.get("promised"),
    }  # fmt: skip
    orders = frames.orders([blank | head], frames.items([line]), parcels, [promise])
    orders = standing.counted(orders, parcels, {ORDER: released} if released else {})
    return orders, standing.parcels(parcels, orders)


MOVES = {"status": "IN_TRANSIT", "tracked": NOON + DAY, "planned": NOON + 2 * DAY}
THERE = {"status": "DELIVERED", "delivered": NOON - DAY, "tracked": NOON}
LOST = {"status": "UNDELIVERABLE", "tracked": NOON - DAY}
BACK = {"status": "RETURNED", "tracked": NOON - DAY}
COMES_BACK = {"status": "RETURNING", "tracked": NOON - DAY}
LOCKER = {"status": "AVAILABLE_FOR_PICKUP", "tracked": NOON - DAY}
TAKEN = {"status": "PICKUP_SUCCESSFUL", "delivered": NOON - 2 * DAY, "tracked": NOON - DAY}
UNASKED = {"planned": NOON + 2 * DAY}


@pytest.mark.parametrize(
    ("status", "boxes", "word", "arrives_by", "day"),
    [
        ("New", [], Standing.NEW, Arrival.AMAZON, "2026-03-06"),
        ("Planning", [], Standing.PLANNING, Arrival.AMAZON, "2026-03-06"),
        ("Processing", [MOVES], Standing.PROCESSING, Arrival.AMAZON, "2026-03-06"),
        ("Complete", [MOVES], Standing.SHIPPED, Arrival.TRACKING, "2026-03-03"),
        ("COMPLETE", [UNASKED], Standing.SHIPPED, Arrival.AMAZON, "2026-03-04"),
        ("Complete", [], Standing.SHIPPED, Arrival.AMAZON, "2026-03-06"),
        ("Complete", [MOVES, THERE], Standing.SHIPPED, Arrival.TRACKING, "2026-03-03"),
        ("Complete", [THERE], Standing.DELIVERED, Arrival.DELIVERED, "2026-03-01"),
        ("Complete", [TAKEN], Standing.DELIVERED, Arrival.DELIVERED, "2026-02-28"),
        ("CompletePartialled", [THERE], Standing.IN_PART, Arrival.DELIVERED, "2026-03-01"),
        ("CompletePartialled", [MOVES], Standing.PARTLY, Arrival.TRACKING, "2026-03-03"),
        ("Complete", [THERE, LOST], Standing.IN_PART, Arrival.NOTHING, None),
        ("Complete", [LOCKER], Standing.READY, Arrival.WAITS, None),
        ("Complete", [LOST], Standing.LOST, Arrival.NOTHING, None),
        ("Complete", [BACK], Standing.RETURNED, Arrival.NOTHING, None),
        ("Complete", [COMES_BACK], Standing.RETURNING, Arrival.NOTHING, None),
        ("Complete", [LOST, MOVES], Standing.SHIPPED, Arrival.TRACKING, "2026-03-03"),
        ("Invalid", [], Standing.INVALID, Arrival.NOTHING, None),
        ("Unfulfillable", [], Standing.UNFULFILLABLE, Arrival.NOTHING, None),
        ("Cancelled", [], Standing.CANCELLED, Arrival.NOTHING, None),
        ("Teleported", [], Standing.UNRECOGNISED, Arrival.AMAZON, "2026-03-06"),
    ],
)
def test_an_order_has_one_word_and_one_arrival_with_who_says_so(
    status: str, boxes: list[Any], word: Standing, arrives_by: Arrival, day: str | None
) -> None:
    row, _ = counted(*boxes, status=status, arrives=NOON + 4 * DAY)

    assert (row["standing"], row["arrives_by"]) == (word.label, arrives_by.value)
    assert (None if pd.isna(row["arrives_day"]) else str(row["arrives_day"].date())) == day


def test_every_word_of_amazons_has_a_standing() -> None:
    words = {
        status: counted(status=status.value)[0]["standing"] for status in FulfillmentOrderStatus
    }

    assert set(words) == set(FulfillmentOrderStatus)
    assert set(words.values()) <= {word.label for word in Standing}


@pytest.mark.parametrize(
    ("box", "by", "arrives"),
    [
        (MOVES, Arrival.TRACKING, NOON + DAY),
        (UNASKED, Arrival.AMAZON, NOON + 2 * DAY),
        ({"status": "IN_TRANSIT"}, Arrival.UNTOLD, None),
        (THERE, Arrival.DELIVERED, NOON - DAY),
        (TAKEN, Arrival.DELIVERED, NOON - 2 * DAY),
        ({"status": "DELIVERED", "tracked": NOON}, Arrival.DELIVERED, None),
        (LOCKER, Arrival.WAITS, None),
        (LOST, Arrival.NOTHING, None),
        (BACK, Arrival.NOTHING, None),
        (COMES_BACK, Arrival.NOTHING, None),
        ({"status": "PICKUP_CANCELLED", "tracked": NOON}, Arrival.NOTHING, None),
    ],
)
def test_a_parcel_has_one_arrival_with_who_says_so_and_none_where_nothing_moves(
    box: dict[str, Any], by: Arrival, arrives: datetime | None
) -> None:
    _, parcels = counted(box)
    (parcel,) = parcels.to_dict("records")

    assert parcel["arrives_by"] == by.value
    assert (None if pd.isna(parcel["arrives"]) else parcel["arrives"]) == arrives


def test_a_parcel_of_a_cancelled_order_moves_no_more() -> None:
    _, parcels = counted(UNASKED, status="Cancelled")

    assert parcels["arrives_by"].tolist() == [Arrival.NOTHING.value]


def test_what_was_taken_from_a_locker_is_called_delivered() -> None:
    _, parcels = counted(TAKEN)

    assert parcels["status_label"].tolist() == ["Delivered"]


def test_one_on_hold_has_no_date_but_that_of_its_end() -> None:
    row, _ = counted(
        status="Received", fulfillment_action="Hold", ships=NOON - DAY, arrives=NOON + DAY,
        promised=NOON + DAY,
    )  # fmt: skip

    assert row["standing"] == "On hold"
    assert row[["ships_by", "due", "arrives"]].isna().all()


def test_days_are_those_where_an_order_goes() -> None:
    late_evening = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)

    east, _ = counted(MOVES | {"tracked": late_evening}, state_or_region="New York")
    far, _ = counted(MOVES | {"tracked": late_evening}, country_code="GB", state_or_region="")
    nowhere, _ = counted(MOVES | {"tracked": late_evening}, country_code=None)

    assert [str(row["arrives_day"].date()) for row in (east, far, nowhere)] == [
        "2026-03-03", "2026-03-04", "2026-03-04",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("boxes", "promised", "late"),
    [
        ([MOVES], NOON + DAY + HOUR, 0),
        ([MOVES], NOON - DAY, 2),
        ([MOVES], NOON + 3 * DAY, -2),
        ([MOVES | {"tracked": NOON - 3 * DAY}], NOON - DAY, 1),
        ([THERE], NOON - DAY - HOUR, 0),
        ([THERE], NOON - 3 * DAY, 2),
        ([THERE], NOON, -1),
        ([LOST], NOON - 3 * DAY, None),
        ([LOCKER], NOON - 3 * DAY, None),
        ([MOVES], None, None),
    ],
)
def test_days_late_are_whole_days_from_the_promised_one(
    boxes: list[Any], promised: datetime | None, late: int | None
) -> None:
    orders, _ = frame_of(*boxes, promised=promised)
    (found,) = standing.days_late(orders, NOON)

    assert (None if pd.isna(found) else found) == late


WAITED: dict[str, Any] = {
    "status": "Received", "fulfillment_action": "Ship", "ships": NOON - 8 * DAY,
    "arrives": NOON - 5 * DAY, "promised": NOON - 5 * DAY, "promised_ship": NOON - 8 * DAY,
}  # fmt: skip


def test_an_order_that_was_released_late_begins_anew() -> None:
    row, _ = counted(**WAITED, released=NOON - DAY)

    # It waited for eight days of hold, and so do its dates.
    assert (row["ships_by"], row["due"]) == (NOON, NOON + 3 * DAY)
    assert row["due_by"] == DueBy.RELEASE.value
    assert row["arrives_by"] == Arrival.UNTOLD.value


def test_an_order_that_was_released_in_time_keeps_its_dates() -> None:
    row, _ = counted(**WAITED, released=NOON - 8 * DAY - HOUR)

    assert (row["ships_by"], row["due"]) == (NOON - 8 * DAY, NOON - 5 * DAY)
    assert row["due_by"] == DueBy.PROMISE.value


def test_what_amazon_estimates_after_a_release_counts_as_it_is() -> None:
    moved = WAITED | {"ships": NOON + DAY, "arrives": NOON + 4 * DAY}

    row, _ = counted(**moved, released=NOON - DAY)

    assert (row["ships_by"], row["arrives"]) == (NOON + DAY, NOON + 4 * DAY)


def test_a_released_order_without_a_promise_is_due_by_what_its_tracking_says() -> None:
    unpromised = WAITED | {"status": "Complete", "promised": None, "promised_ship": None}

    row, _ = counted(MOVES, **unpromised, released=NOON - 2 * DAY)

    assert (row["due"], row["due_by"]) == (NOON + DAY, DueBy.AMAZON.value)


def test_a_hold_that_was_asked_to_end_and_stands_is_not_released() -> None:
    row, _ = counted(**WAITED | {"fulfillment_action": "Hold"}, released=NOON - DAY)

    assert (row["standing"], pd.isna(row["released_at"])) == ("On hold", True)


def test_orders_without_parcels_and_no_orders_have_the_declared_columns() -> None:
    row, parcels = counted()
    empty = standing.counted(
        frames.orders([], frames.items([]), standing.no_parcels()), standing.no_parcels(), {}
    )

    assert set(standing.COUNTED) <= set(row.index)
    assert parcels.empty
    assert {name: str(empty[name].dtype) for name in standing.COUNTED} == standing.COUNTED
