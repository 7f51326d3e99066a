"""What Amazon sends becomes rows; what it leaves out or sends as null has a defined value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.amazon import inventory_pages
from mcf.amazon.models.answers import (
    MCFFulfillmentOrder,
    MCFInventoryItem,
    MCFOrderDetail,
    MCFPackage,
    MCFShipment,
    OrderLine,
    PackageTracking,
    Parcel,
)
from mcf.store import records

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEAD = {
    "sellerFulfillmentOrderId": "1001",
    "displayableOrderId": "#1001",
    "displayableOrderDate": "2026-03-01T09:00:00Z",
    "shippingSpeedCategory": "Standard",
    "receivedDate": "2026-03-01T10:00:00Z",
    "fulfillmentOrderStatus": "Planning",
    "statusUpdatedDate": "2026-03-01T11:00:00Z",
    "invented": {"by": "Amazon"},
}
ADDRESS = {
    "name": "Ada Example",
    "addressLine1": "100 Example Street",
    "city": "Springfield",
    "stateOrRegion": "IL",
    "postalCode": "62701",
    "countryCode": "US",
}
ITEM = {"sellerSku": "A", "sellerFulfillmentOrderItemId": "1", "quantity": 3}


def test_a_sku_without_details_has_its_total_and_the_rest_is_unknown() -> None:
    item = MCFInventoryItem.from_api({"sellerSku": "A", "totalQuantity": 7})
    row = inventory_pages.inventory_row(item)
    assert {name: row[name] for name in inventory_pages.QUANTITIES} == {
        **dict.fromkeys(inventory_pages.QUANTITIES),
        "total_quantity": 7,
    }


@pytest.mark.parametrize("details", [{}, None, {"reservedQuantity": None}])
def test_empty_details_are_no_units(details: object) -> None:
    item = MCFInventoryItem.from_api({"sellerSku": "A", "inventoryDetails": details})
    row = inventory_pages.inventory_row(item)
    assert not any(row[name] for name in inventory_pages.QUANTITIES)


def test_every_quantity_comes_from_its_own_field() -> None:
    item = MCFInventoryItem.from_api(
        {
            "sellerSku": "A",
            "asin": "B000000001",
            "fnSku": "X000000001",
            "productName": "Widget",
            "condition": "NewItem",
            "totalQuantity": 1,
            "lastUpdatedTime": "2026-03-02T12:00:00Z",
            "inventoryDetails": {
                "fulfillableQuantity": 2,
                "inboundWorkingQuantity": 7,
                "inboundShippedQuantity": 8,
                "inboundReceivingQuantity": 9,
                "reservedQuantity": {
                    "totalReservedQuantity": 3,
                    "pendingCustomerOrderQuantity": 4,
                    "pendingTransshipmentQuantity": 5,
                    "fcProcessingQuantity": 6,
                },
                "researchingQuantity": {"totalResearchingQuantity": 10},
                "unfulfillableQuantity": {
                    "totalUnfulfillableQuantity": 11,
                    "customerDamagedQuantity": 12,
                    "warehouseDamagedQuantity": 13,
                    "distributorDamagedQuantity": 14,
                    "carrierDamagedQuantity": 15,
                    "defectiveQuantity": 16,
                    "expiredQuantity": 17,
                },
            },
        }
    )
    row = inventory_pages.inventory_row(item)
    assert [row[name] for name in inventory_pages.QUANTITIES] == list(range(1, 18))
    assert (row["asin"], row["fn_sku"], row["product_name"], row["condition"]) == (
        "B000000001",
        "X000000001",
        "Widget",
        "NewItem",
    )
    assert row["last_updated_time"] == NOON
    assert row["raw"] == item.to_api()


def test_an_empty_last_updated_time_is_none() -> None:
    item = MCFInventoryItem.from_api({"sellerSku": "A", "lastUpdatedTime": ""})
    assert inventory_pages.inventory_row(item)["last_updated_time"] is None


def test_a_listed_order_says_nothing_of_what_listings_leave_out() -> None:
    row = records.order_row(MCFFulfillmentOrder.from_api({**HEAD, "destinationAddress": ADDRESS}))
    assert {"fulfillment_action", "fulfillment_policy", "detailed_at"}.isdisjoint(row)
    assert (row["recipient"], row["city"], row["country_code"]) == (
        "Ada Example",
        "Springfield",
        "US",
    )
    assert row["raw"]["invented"] == {"by": "Amazon"}


def test_an_order_without_an_address_has_no_recipient() -> None:
    row = records.order_row(MCFFulfillmentOrder.from_api(HEAD))
    place = ("recipient", "city", "state_or_region", "postal_code", "country_code")
    assert {row[name] for name in place} == {None}


def test_a_detail_tells_action_policy_and_when_it_was_read() -> None:
    detail = MCFOrderDetail.from_api(
        {
            "fulfillmentOrder": {
                **HEAD,
                "fulfillmentAction": "Hold",
                "fulfillmentPolicy": "FillAll",
            },
            "fulfillmentOrderItems": [ITEM],
        }
    )
    row = records.detail_row(detail, NOON)
    assert (row["fulfillment_action"], row["fulfillment_policy"]) == ("Hold", "FillAll")
    assert row["detailed_at"] == NOON
    assert row["detailed_status_date"] == row["status_updated_date"]


def test_a_line_without_counts_has_nothing_cancelled_or_missing() -> None:
    row = records.item_row("1001", OrderLine.from_api(ITEM), 1)
    assert (row["quantity"], row["cancelled_quantity"], row["unfulfillable_quantity"]) == (3, 0, 0)
    assert row["estimated_ship_date"] is None


def shipment(items: list[tuple[str, int, int | None]]) -> MCFShipment:
    return MCFShipment.from_api(
        {
            "amazonShipmentId": "S1",
            "fulfillmentShipmentStatus": "SHIPPED",
            "fulfillmentCenterId": "PHX3",
            "fulfillmentShipmentItem": [
                {
                    "sellerSku": sku,
                    "sellerFulfillmentOrderItemId": str(number),
                    "quantity": quantity,
                    "packageNumber": package,
                }
                for number, (sku, quantity, package) in enumerate(items)
            ],
            "fulfillmentShipmentPackage": [
                {"packageNumber": 7, "carrierCode": "UPS", "trackingNumber": "1Z"}
            ],
        }
    )


def test_a_parcel_says_what_is_in_it_and_not_what_is_in_others() -> None:
    sent = shipment([("A", 1, 7), ("B", 2, 7), ("A", 3, 7), ("C", 9, 8)])
    row = records.package_row("1001", Parcel(1, 7, sent, sent.packages[0]))
    assert (row["units"], row["contents"]) == (6, "4 x A, 2 x B")
    assert (row["amazon_shipment_id"], row["package_number"]) == ("S1", 7)


def test_a_shipments_only_parcel_holds_all_of_it() -> None:
    sent = shipment([("A", 1, None), ("B", 2, None)])
    row = records.package_row("1001", Parcel(1, 7, sent, sent.packages[0]))
    assert (row["units"], row["contents"]) == (3, "1 x A, 2 x B")


@pytest.mark.parametrize(
    ("items", "numbers"),
    [
        ([("A", 1, None)], (7, 8)),
        ([("A", 1, 8), ("B", 2, None)], (7,)),
        ([("A", 1, None)], (None, None)),
    ],
)
def test_a_parcel_of_which_amazon_does_not_tell_the_contents_has_none(
    items: list[tuple[str, int, int | None]], numbers: tuple[int | None, ...]
) -> None:
    sent = shipment(items)
    packages = tuple(MCFPackage(package_number=number) for number in numbers)
    sent = sent.model_copy(update={"fulfillment_shipment_package": packages})
    row = records.package_row("1001", Parcel(1, 7, sent, sent.packages[0]))
    assert (row["units"], row["contents"]) == (0, "")


@pytest.mark.parametrize(
    ("carriers", "amazons", "shown"),
    [
        ("1Z1", "TBA1", "1Z1"),
        (None, "TBA1", "TBA1 (Amazon's number)"),
        (" ", "TBA1", "TBA1 (Amazon's number)"),
        ("1Z1", None, "1Z1"),
        (None, None, None),
        ("", "", None),
    ],
)
def test_a_parcel_with_amazons_number_only_shows_that_and_says_so(
    carriers: str | None, amazons: str | None, shown: str | None
) -> None:
    box = MCFPackage(tracking_number=carriers, amazon_fulfillment_tracking_number=amazons)
    row = records.package_row("1001", Parcel(1, 7, shipment([]), box))
    assert row["tracking_number"] == shown


READ_AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_words_are_kept_as_amazon_declares_them() -> None:
    sent = shipment([]).model_copy(update={"fulfillment_shipment_status": "CancelledByFulfiller"})
    assert records.shipment_row("1001", sent, 1)["status"] == "CANCELLED_BY_FULFILLER"
    assert records.tracking_row(told("outForDelivery"), READ_AT)["status"] == "OUT_FOR_DELIVERY"
    assert records.tracking_row(told("BRAND_NEW"), READ_AT)["status"] == "BRAND_NEW"
    assert records.tracking_row(told(None), READ_AT)["status"] is None


def test_a_shipment_row_names_its_warehouse_and_status() -> None:
    row = records.shipment_row("1001", shipment([]), 1)
    assert (row["fulfillment_center_id"], row["status"]) == ("PHX3", "SHIPPED")


def told(status: str | None, *events: tuple[str, str]) -> PackageTracking:
    return PackageTracking.from_api(
        {
            "packageNumber": 7,
            "currentStatus": status,
            "trackingEvents": [{"eventDate": date, "eventCode": code} for code, date in events],
        }
    )


DELIVERED = ("EVENT_301", "2026-03-02T12:00:00Z")
OUT = ("EVENT_302", "2026-03-02T08:00:00Z")


@pytest.mark.parametrize("events", [(OUT, DELIVERED), (DELIVERED, OUT)])
def test_a_parcel_was_delivered_at_the_event_that_says_so_whatever_their_order(
    events: tuple[tuple[str, str], ...],
) -> None:
    row = records.tracking_row(told("DELIVERED", *events), NOON)
    assert row["delivered_at"] == NOON
    assert row["tracked_at"] == NOON


@pytest.mark.parametrize("code", ["EVENT_801", "EVENT_804"])
def test_a_locker_counts_as_delivery(code: str) -> None:
    row = records.tracking_row(told("DELIVERED", (code, "2026-03-02T12:00:00Z")), NOON)
    assert row["delivered_at"] == NOON


def test_what_a_recipient_took_from_a_locker_was_delivered_when_it_came_there() -> None:
    there, taken = ("EVENT_801", "2026-03-02T12:00:00Z"), ("EVENT_804", "2026-03-04T09:00:00Z")

    assert (
        records.tracking_row(told("PICKUP_SUCCESSFUL", there, taken), NOON)["delivered_at"] == NOON
    )
    assert records.tracking_row(told("AVAILABLE_FOR_PICKUP", there), NOON)["delivered_at"] is None


LOCKER = ("EVENT_801", "2026-03-02T12:00:00Z")


@pytest.mark.parametrize(
    ("status", "events", "kept"),
    [
        ("IN_TRANSIT", (OUT, LOCKER), "AVAILABLE_FOR_PICKUP"),
        ("OUT_FOR_DELIVERY", (("EVENT_308", "2026-03-02T12:00:00Z"),), "AVAILABLE_FOR_PICKUP"),
        ("IN_TRANSIT", (OUT,), "IN_TRANSIT"),
        ("IN_TRANSIT", (), "IN_TRANSIT"),
        ("IN_TRANSIT", (LOCKER, ("EVENT_408", "2026-03-09T12:00:00Z")), "IN_TRANSIT"),
        ("RETURNING", (LOCKER,), "RETURNING"),
    ],
)
def test_a_parcel_that_waits_in_a_locker_is_told_by_its_last_event(
    status: str, events: tuple[tuple[str, str], ...], kept: str
) -> None:
    assert records.tracking_row(told(status, *events), NOON)["status"] == kept


def test_a_parcel_that_came_back_after_delivery_counts_as_not_delivered() -> None:
    assert records.tracking_row(told("RETURNING", DELIVERED), NOON)["delivered_at"] is None


def test_a_delivery_without_an_event_has_no_time() -> None:
    assert records.tracking_row(told("DELIVERED", OUT), NOON)["delivered_at"] is None


def test_a_parcel_without_a_status_keeps_none() -> None:
    row = records.tracking_row(told(None), NOON)
    assert (row["status"], row["ship_date"]) == (None, None)
