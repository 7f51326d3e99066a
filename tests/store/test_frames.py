"""Frames have the declared columns and dtypes, however many rows there are, whatever they lack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon import inventory_pages
from mcf.store import frames, tables

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def stock(sku: str = "A", **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.inventory.columns), None)
    return (
        blank | dict.fromkeys(inventory_pages.QUANTITIES, 0) | {"seller_sku": sku, "raw": {}} | more
    )


def head(order_id: str = "1", **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.orders.columns), None)
    known = {
        "seller_fulfillment_order_id": order_id,
        "displayable_order_id": f"#{order_id}",
        "status": "Planning",
        "received_date": NOON,
        "status_updated_date": NOON,
    }
    return blank | known | more


def line(order_id: str = "1", sku: str = "A", quantity: int = 1, **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.order_items.columns), None)
    known = {
        "seller_fulfillment_order_id": order_id,
        "seller_fulfillment_order_item_id": sku,
        "seller_sku": sku,
        "quantity": quantity,
        "cancelled_quantity": 0,
        "unfulfillable_quantity": 0,
    }
    return blank | known | more


def box(number: int = 7, order_id: str = "1", **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.packages.columns), None)
    known = {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": "S1",
        "package_number": number,
        "units": 1,
        "contents": "1 x A",
    }
    return blank | known | more


def told(number: int = 7, status: str | None = "IN_TRANSIT", **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.tracking.columns), None)
    return blank | {"package_number": number, "status": status, "raw": {}} | more


def shipment(status: str = "SHIPPED", **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.shipments.columns), None)
    known = {"seller_fulfillment_order_id": "1", "amazon_shipment_id": "S1", "status": status}
    return blank | known | more


def coming(number: int = 1, **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in tables.returns.columns), None)
    known = {
        "seller_fulfillment_order_id": "1",
        "seller_return_item_id": f"R-{number}",
        "seller_fulfillment_order_item_id": "A",
        "status": "New",
    }
    return blank | known | more


def event(date: str, code: str = "EVENT_301", **more: Any) -> dict[str, Any]:
    return {"eventDate": date, "eventCode": code, **more}


def orders_of(count: int) -> pd.DataFrame:
    ids = [str(n) for n in range(count)]
    lines = frames.items([line(order_id) for order_id in ids])
    parcels = frames.packages([box(n, str(n)) for n in range(count)], [])
    return frames.orders([head(order_id) for order_id in ids], lines, parcels)


BUILDERS: list[tuple[frames.Columns, Callable[[int], pd.DataFrame]]] = [
    (frames.INVENTORY, lambda n: frames.inventory([stock(str(i)) for i in range(n)])),
    (frames.ORDERS, orders_of),
    (frames.ITEMS, lambda n: frames.items([line(str(i)) for i in range(n)])),
    (frames.SHIPMENTS, lambda n: frames.shipments([shipment()] * n)),
    (frames.PACKAGES, lambda n: frames.packages([box(i) for i in range(n)], [told(0)])),
    (frames.RETURNS, lambda n: frames.returns([coming(i) for i in range(n)], frames.items([]))),
    (frames.EVENTS, lambda n: frames.events([told(raw={"trackingEvents": [
        event("2026-03-02T12:00:00Z")] * n})])),
]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 500])
@pytest.mark.parametrize(("columns", "build"), BUILDERS)
def test_columns_and_dtypes_are_the_declared_ones_for_any_number_of_rows(
    columns: frames.Columns, build: Callable[[int], pd.DataFrame], count: int
) -> None:
    frame = build(count)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dict(columns)
    assert list(frame.columns) == list(columns)
    assert len(frame) == count


def test_no_tracking_and_no_parcels_are_frames_too() -> None:
    assert frames.packages([], []).empty
    assert frames.events([]).empty


def test_inbound_units_are_the_sum_of_the_three_kinds() -> None:
    inbound = stock(
        inbound_working_quantity=1, inbound_shipped_quantity=20, inbound_receiving_quantity=300
    )
    assert frames.inventory([inbound, stock("B")])["inbound_quantity"].tolist() == [321, 0]


def test_what_amazon_left_out_is_null_and_not_the_word_none() -> None:
    frame = frames.inventory([stock()])
    missing = ["asin", "product_name", "condition", "last_updated_time"]
    assert frame[missing].isna().all(axis=None)


def test_an_order_of_an_unknown_status_shows_amazons_word() -> None:
    frame = frames.orders(
        [head(status="ON_A_BREAK", shipping_speed_category="Teleport")],
        frames.items([]),
        frames.packages([], []),
    )
    row = frame.iloc[0]
    assert (row["status"], row["status_label"]) == ("ON_A_BREAK", "On a break")
    assert row["speed_label"] == "Teleport"


def test_an_order_without_a_speed_or_details_has_neither_units_nor_parcels() -> None:
    frame = frames.orders([head()], frames.items([]), frames.packages([], []))
    row = frame.iloc[0]
    assert (row["contents"], row["detailed"]) == ("", False)
    assert (
        frame[["units", "parcels", "estimated_ship_date", "parcel_status", "parcel_label"]]
        .isna()
        .all(axis=None)
    )
    assert row["speed_label"] == "Unknown"


def test_units_are_unknown_as_long_as_those_of_a_line_are() -> None:
    lines = frames.items([line(sku="A", quantity=2), line(sku="B", quantity=0)])
    row = frames.orders([head(detailed_at=NOON)], lines, frames.packages([], [])).iloc[0]
    assert row["units"] is pd.NA
    assert (row["parcels"], row["contents"]) == (0, "2 x A, ? x B")


def test_an_order_sums_its_lines_and_takes_their_latest_estimates() -> None:
    lines = frames.items(
        [
            line(sku="A", quantity=2, estimated_ship_date=NOON, estimated_arrival_date=NOON),
            line(sku="B", quantity=3, estimated_ship_date=NOON + HOUR),
            line("2", sku="C", quantity=9),
        ]
    )
    frame = frames.orders([head(detailed_at=NOON)], lines, frames.packages([], []))
    row = frame.iloc[0]
    assert (row["units"], row["contents"], row["detailed"]) == (5, "2 x A, 3 x B", True)
    assert row["estimated_ship_date"] == NOON + HOUR
    assert row["estimated_arrival_date"] == NOON


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (["DELIVERED", "UNDELIVERABLE"], "UNDELIVERABLE"),
        (["DELAYED", "IN_TRANSIT"], "DELAYED"),
        (["DELIVERED", "IN_TRANSIT"], "IN_TRANSIT"),
        (["DELIVERED", "UNDISPLAYED"], "UNDISPLAYED"),
    ],
)
def test_an_order_shows_the_parcel_most_in_need_of_a_look(statuses: list[str], shown: str) -> None:
    boxes = [box(n) for n in range(len(statuses))]
    parcels = frames.packages(boxes, [told(n, status) for n, status in enumerate(statuses)])
    row = frames.orders([head()], frames.items([]), parcels).iloc[0]
    assert (row["parcels"], row["parcel_status"]) == (2, shown)


def test_what_was_taken_from_a_locker_counts_as_delivered() -> None:
    taken = told(7, "PICKUP_SUCCESSFUL", delivered_at=NOON)
    parcels = frames.packages([box(7), box(8)], [taken, told(8, "IN_TRANSIT")])
    row = frames.orders([head()], frames.items([line()]), parcels).iloc[0]

    assert (row["parcels"], row["parcels_delivered"]) == (2, 1)
    assert pd.isna(row["delivered_at"])


def test_an_order_tells_the_latest_event_and_each_carrier_once() -> None:
    boxes = [box(7, carrier_code="UPS"), box(8, carrier_code="AMZN_US"), box(9, carrier_code="UPS")]
    news = [
        told(7, last_event="Out for delivery", last_event_at=NOON),
        told(8, last_event="Delivered", last_event_at=NOON + HOUR),
    ]
    orders = frames.orders([head()], frames.items([]), frames.packages(boxes, news))

    assert orders["carrier"].iloc[0] == "UPS, Amazon Logistics"
    assert (orders["last_event"].iloc[0], orders["last_event_at"].iloc[0]) == (
        "Delivered",
        NOON + HOUR,
    )


def test_an_order_has_the_promise_under_its_own_number_only() -> None:
    promise = {
        "seller_fulfillment_order_id": "2",
        "promised_ship_date": NOON,
        "promised_arrival_date": NOON + HOUR,
        "fee": "7.90",
        "fee_currency": "USD",
    }
    none = frames.items([]), frames.packages([], [])
    orders = frames.orders([head("1"), head("2")], *none, [promise])
    told_of = orders.set_index("seller_fulfillment_order_id")

    assert told_of.loc["2", ["fee", "fee_currency"]].tolist() == [7.9, "USD"]
    assert told_of.loc["2", "promised_arrival_date"] == NOON + HOUR
    assert told_of.loc["1", ["promised_ship_date", "fee"]].isna().all()


def test_orders_come_newest_first() -> None:
    rows = [
        head("1"),
        head("3", received_date=NOON + 2 * HOUR),
        head("2", received_date=NOON + HOUR),
    ]
    frame = frames.orders(rows, frames.items([]), frames.packages([], []))
    assert frame["seller_fulfillment_order_id"].tolist() == ["3", "2", "1"]
    assert frame.index.tolist() == [0, 1, 2]


def test_a_parcel_nobody_asked_for_yet_has_no_news() -> None:
    row = frames.packages([box(estimated_arrival_date=NOON)], []).iloc[0]
    assert (row["status"], row["status_label"], row["tracked"]) == ("UNKNOWN", "No news yet", False)
    assert row["estimated_arrival_date"] == NOON


def test_a_parcel_takes_status_and_dates_from_the_carrier() -> None:
    news = told(
        status="DELIVERED",
        ship_date=NOON - HOUR,
        delivered_at=NOON,
        estimated_arrival_date=NOON + HOUR,
        tracking_link="https://www.swiship.com/track?id=1",
    )
    row = frames.packages([box(estimated_arrival_date=NOON)], [news]).iloc[0]
    assert (row["status"], row["status_label"], row["tracked"]) == ("DELIVERED", "Delivered", True)
    assert (row["ship_date"], row["delivered_at"]) == (NOON - HOUR, NOON)
    assert row["estimated_arrival_date"] == NOON + HOUR
    assert row["tracking_link"] == "https://www.swiship.com/track?id=1"


def test_a_parcel_of_a_status_amazon_invented_shows_its_word() -> None:
    row = frames.packages([box()], [told(status="UNDISPLAYED")]).iloc[0]
    assert (row["status"], row["status_label"]) == ("UNDISPLAYED", "Undisplayed")


def test_a_parcel_that_was_asked_for_and_has_no_status_has_no_news() -> None:
    row = frames.packages([box()], [told(status=None)]).iloc[0]
    assert (row["status"], row["tracked"]) == ("UNKNOWN", True)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (
            "https%3A%2F%2Fwww.swiship.com%2Ft%3Fid%3D1%26x%3D2",
            "https://www.swiship.com/t?id=1&x=2",
        ),
        ("javascript:alert(1)", None),
        ("http://www.swiship.com/", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_secure_tracking_link_is_shown(sent: str | None, shown: str | None) -> None:
    frame = frames.packages([box()], [told(tracking_link=sent)])
    assert (
        frame["tracking_link"].astype(object).where(frame["tracking_link"].notna(), None)[0]
        == shown
    )


def test_shipments_keep_dead_ones_and_label_them() -> None:
    frame = frames.shipments([shipment("CANCELLED_BY_FULFILLER"), shipment("LOST_AT_SEA")])
    assert frame["status_label"].tolist() == ["Dropped by Amazon", "Lost at sea"]
    assert frame["shipping_date"].isna().all()


def test_events_come_newest_first_with_their_places_and_words() -> None:
    raw = {
        "trackingEvents": [
            event("2026-03-01T08:00:00Z", "EVENT_102"),
            event(
                "2026-03-02T10:00:00.500+02:00",
                "EVENT_636",
                eventDescription="Sorted by a robot",
                eventAddress={"city": "Phoenix", "state": "AZ", "country": "US"},
            ),
            event("2026-03-02T12:00:00Z", "EVENT_212", eventAddress={"state": "", "country": "US"}),
        ]
    }
    frame = frames.events([told(raw=raw), told(8, raw={"trackingEvents": None})])
    assert frame["event"].tolist() == [
        "Event 212",
        "Sorted by a robot",
        "Picked up from the warehouse",
    ]
    assert frame["place"].tolist() == ["US", "Phoenix, AZ, US", ""]
    assert frame["event_date"].iloc[1] == datetime(2026, 3, 2, 8, 0, 0, 500_000, tzinfo=UTC)
    assert frame["package_number"].tolist() == [7, 7, 7]


def test_a_unit_that_comes_back_is_told_with_its_sku_reason_and_where_it_goes() -> None:
    given = {
        "amazonRmaId": "D123",
        "rmaPageURL": "https://returns.example/D123",
        "returnToAddress": {"name": "Returns", "city": "Phoenix", "postalCode": "85043"},
    }
    unit = coming(reason_code="CR-DEFECTIVE", raw_authorization=given)

    row = frames.returns([unit], frames.items([line()])).iloc[0]

    assert (row["seller_sku"], row["reason"]) == ("A", "Defective, or doesn't work properly")
    assert (row["status_label"], row["amazon_rma_id"]) == ("Expected", "D123")
    assert row["return_to"] == "Returns\nPhoenix 85043"
    assert row["rma_page_url"] == "https://returns.example/D123"


def test_a_unit_that_came_back_without_an_authorization_tells_its_condition() -> None:
    unit = coming(status="Processed", received_condition="EatenByDog", reason_code="ZZ-NEW_CODE")

    row = frames.returns([unit], frames.items([])).iloc[0]

    assert (row["condition_label"], row["reason"]) == ("Eaten by dog", "Zz new code")
    assert row[["seller_sku", "amazon_rma_id", "return_to"]].isna().all()
