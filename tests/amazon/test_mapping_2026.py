"""Orders of version 2026-07-04 in the words of 2020-07-01, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon import mapping_2026
from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.similarity import Likeness, compare
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import (
    UnexpectedAnswer,
)
from mcf.simulator import Simulator
from mcf.store import records, tables
from mcf.store.database import Store
from mcf.sync.reader import Sync
from tests.amazon.versions import NEW, RICH, US, changed, line_of, settings_of
from tests.conftest import order_request, unhurried
from tests.loopback import Reply, loopback
from tests.simulator.contract import V2026, problems

ORDER: dict[str, Any] = {
    "orderId": "1001",
    "channel": "SHOPIFY",
    "receiveTime": "2026-03-01T10:00:00Z",
    "status": "COMPLETE_PARTIAL",
    "statusUpdateTime": "2026-03-02T11:45:00Z",
    "fulfillmentConfiguration": {
        "serviceLevel": {
            "serviceTiers": ["EXPEDITED", "STANDARD"],
            "deliveryInterval": {
                "startTime": "2026-03-05T00:00:00Z",
                "endTime": "2026-03-05T02:00:00Z",
            },
        },
        "action": "HOLD",
        "policy": "FILL_ALL_AVAILABLE",
        "services": {
            "packaging": {
                "packagingOption": "UNBRANDED",
                "overbox": "PERHAPS",
                "packingSlip": {
                    "templateName": "mine",
                    "templateAttributes": {
                        "orderId": "#1001",
                        "orderTime": "2026-03-01T09:00:00Z",
                        "orderText": "Thank you!",
                        "slogan": "More light",
                    },
                },
            },
            "additional": {},
        },
    },
    "origin": {"countryCode": "US"},
    "destination": {
        "deliveryAddress": {
            "name": "Ada Example",
            "addressLine1": "100 Example Street",
            "city": "Springfield",
            "stateOrRegion": "IL",
            "postalCode": "62701",
            "countryCode": "US",
            "email": "ada@example.com",
        },
        "deliveryNotes": "Beware of the dog",
        "dropOffLocation": {"type": "LOCKER", "attributes": {"id": "7"}},
    },
    "lineItems": [
        {
            "lineItemId": "1",
            "product": {
                "productIdentifier": {"amazonSku": "A"},
                "perUnitDeclaredValue": {"currencyCode": "USD", "amount": "14.99"},
            },
            "amount": {"unit": "EACHES", "value": "3.0"},
            "cancelledAmount": {"unit": "EACHES", "value": "1"},
            "unfulfillableAmount": {"unit": "EACHES", "value": "0.0"},
            "fulfillmentConfiguration": {
                "services": {
                    "packaging": {
                        "packingSlip": {
                            "templateName": "line",
                            "templateAttributes": {
                                "giftMessage": "Enjoy",
                                "lineItemText": "1 of 1",
                            },
                        }
                    },
                    "delivery": {
                        "paymentOnDelivery": {
                            "perUnitServicePrice": {"currencyCode": "USD", "amount": "1.00"}
                        }
                    },
                }
            },
            "futureField": True,
        }
    ],
    "shipments": [
        {
            "amazonShipmentId": "S1",
            "amazonFacility": {"facilityId": "PHX3", "address": {"city": "Phoenix"}},
            "status": "SHIPPED",
            "shipTime": "2026-03-02T11:00:00Z",
            "deliveryTime": "2026-03-05T01:00:00Z",
            "shippingNotes": ["On time"],
            "items": [
                {
                    "shipmentItemId": "SI001",
                    "productIdentifier": {"amazonSku": "A"},
                    "lineItemId": "1",
                    "amount": {"value": "2.0"},
                    "packageId": "PKG-abc123",
                    "unitIdentifiers": {"LOT": ["X1"]},
                }
            ],
            "packages": [
                {
                    "packageId": "PKG-abc123",
                    "deliveryTime": "2026-03-05T01:00:00Z",
                    "status": "TELEPORTED",
                    "tracking": {
                        "carrier": {
                            "carrierCode": "UPS",
                            "trackingNumber": "1Z",
                            "trackingUrl": "https://example.com/ups",
                        },
                        "amazon": {
                            "trackingNumber": "TBA1",
                            "trackingUrl": "https://example.com/track",
                        },
                        "proofOfDelivery": {"receivedBy": "The neighbour"},
                    },
                    "shipmentItemIds": ["SI001"],
                }
            ],
            "serviceLevel": {"serviceTier": "EXPEDITED"},
        },
        {
            "amazonShipmentId": "S2",
            "amazonFacility": {"facilityId": "ONT8"},
            "status": "CANCELLED",
            "items": [],
        },
    ],
    "paymentInformation": {
        "payments": [
            {"paymentId": "P", "paymentMethod": "CARD", "paymentTime": "2026-03-01T09:00:00Z"}
        ]
    },
    "futureField": {"of": ["any", "shape"]},
}


def order_with(**changes: Any) -> dict[str, Any]:
    """The order with these fields instead; without those that are None."""
    return {name: value for name, value in {**ORDER, **changes}.items() if value is not None}


def as_amazon_tells(detail: MCFOrderDetail) -> dict[str, Any]:
    """An order as getOrder tells it. The version has no returns and no dates of lines."""
    data = detail.to_api()
    head = {name: value for name, value in data.pop("fulfillmentOrder").items() if value != ""}
    if head.get("fulfillmentOrderStatus") in {"New", "Received", "Planning", "Processing"}:
        head["fulfillmentOrderStatus"] = FulfillmentOrderStatus.ACCEPTED.value
    data.pop("returnItems", None)
    for line in data.get("fulfillmentOrderItems") or []:
        line.pop("estimatedShipDate", None)
        line.pop("estimatedArrivalDate", None)
    return mapping_2026.head_2026(head) | mapping_2026._PARTS.theirs(data)


def detail_of(**changes: Any) -> MCFOrderDetail:
    return mapping_2026.order_detail(order_with(**changes))


class TestTranslating:
    def test_an_order_is_told_in_the_models_words(self) -> None:
        detail = detail_of()

        head, (item,), (shipped, dead) = (
            detail.fulfillment_order,
            detail.fulfillment_order_items,
            detail.shipments,
        )
        assert head.status is FulfillmentOrderStatus.PARTIAL
        assert (head.displayable_order_id, head.displayable_order_comment) == (
            "#1001",
            "Thank you!",
        )
        assert (head.shipping_speed_category, head.marketplace_id) == ("Expedited", US)
        assert (head.fulfillment_action, head.fulfillment_policy) == ("Hold", "FillAllAvailable")
        assert head.to_api()["featureConstraints"] == [
            {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"},
            {"featureName": "OVERBOX", "featureFulfillmentPolicy": "PERHAPS"},
        ]
        assert (item.quantity, item.cancelled_quantity, item.gift_message) == (3, 1, "Enjoy")
        assert item.estimated_arrival_date == shipped.estimated_arrival_date
        assert (shipped.status.value, dead.status.value) == ("SHIPPED", "CANCELLED_BY_SELLER")
        assert shipped.packages[0].tracking_number == "1Z"

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"status": "TELEPORTED"},
            {"status": "PROCESSING"},
            {"origin": {"countryCode": "ZZ"}},
            {"shipments": []},
            {"paymentInformation": None, "channel": None},
            {"destination": None},
            {"lineItems": [{**ORDER["lineItems"][0], "amount": {"unit": "PAIRS", "value": "1"}}]},
        ],
    )
    def test_nothing_is_lost_there_and_back(self, changes: dict[str, Any]) -> None:
        order = order_with(**changes)

        assert as_amazon_tells(mapping_2026.order_detail(order)) == order

    def test_an_order_without_a_packing_slip_shows_its_own_number(
        self, store: Store, newer: MCFClient
    ) -> None:
        bare = detail_of(fulfillmentConfiguration=None, statusUpdateTime=None)
        sync = Sync(newer, store)

        sync._writer.details([bare])

        row = store.row(tables.orders, seller_fulfillment_order_id="1001")
        assert row is not None
        assert row.displayable_order_id == "1001"
        assert row.status_updated_date == row.received_date

    def test_an_order_without_a_packing_slip_is_still_recognised(self, address: Address) -> None:
        request = changed(order_request("1001", address, "A", 3), displayableOrderId="#1001")

        found = detail_of(fulfillmentConfiguration=None)

        assert compare(request, found) is Likeness.SAME

    def test_units_are_in_the_package_that_names_them(self) -> None:
        shipment = json.loads(json.dumps(ORDER["shipments"][0]))
        del shipment["items"][0]["packageId"]

        (found,) = detail_of(shipments=[shipment]).shipments

        packed = found.fulfillment_shipment_item[0].package_number
        assert packed == found.packages[0].package_number

    @pytest.mark.parametrize("package_id", ["PKG-abc123", "007", "", "9" * 20, "٣"])
    def test_an_id_that_is_no_number_gets_one_that_is_not_amazons(self, package_id: str) -> None:
        number = mapping_2026.package_number(package_id)

        assert number < 0
        assert mapping_2026.package_number(package_id) == number

    @pytest.mark.parametrize("package_id", ["41230001", 41230001])
    def test_an_id_that_is_a_number_stays_that(self, package_id: str | int) -> None:
        assert mapping_2026.package_number(package_id) == 41230001

    def test_a_parcel_may_be_numbered_and_its_units_too(self) -> None:
        shipment = json.loads(json.dumps(ORDER["shipments"][0]))
        del shipment["items"][0]["packageId"]
        shipment["items"][0]["shipmentItemId"] = 77
        shipment["packages"][0] |= {"packageId": 540000054, "shipmentItemIds": [77]}

        (found,) = detail_of(shipments=[shipment]).shipments

        assert found.packages[0].package_number == 540000054
        assert found.fulfillment_shipment_item[0].package_number == 540000054

    def test_a_shipments_only_parcel_holds_its_units(self) -> None:
        shipment = json.loads(json.dumps(ORDER["shipments"][0]))
        for item in shipment["items"]:
            item.pop("packageId", None)
        shipment["packages"] = shipment["packages"][:1]
        shipment["packages"][0].pop("shipmentItemIds", None)

        (parcel,) = detail_of(shipments=[shipment]).parcels

        units = sum(int(float(item["amount"]["value"])) for item in shipment["items"])
        assert records.package_row("1001", parcel)["units"] == units > 0

    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("complete_partial", FulfillmentOrderStatus.PARTIAL),
            ("CompletePartial", FulfillmentOrderStatus.PARTIAL),
            ("COMPLETE_PARTIALLED", FulfillmentOrderStatus.PARTIAL),
            ("Complete", FulfillmentOrderStatus.COMPLETE),
            ("Canceled", FulfillmentOrderStatus.CANCELLED),
        ],
    )
    def test_words_are_known_however_they_are_spelled(
        self, word: str, status: FulfillmentOrderStatus
    ) -> None:
        assert detail_of(status=word).fulfillment_order.status is status

    def test_a_parcels_tracking_is_told_with_its_link_and_who_took_it(self) -> None:
        (tracking,) = mapping_2026.trackings(detail_of())

        told = tracking.to_api()
        assert told["currentStatus"] == "TELEPORTED"
        assert told["customerTrackingLink"] == "https://example.com/track"
        assert told["signedForBy"] == "The neighbour"
        assert told["shipDate"] == "2026-03-02T11:00:00Z"

    @pytest.mark.parametrize(
        "order",
        [
            None,
            [],
            {},
            order_with(orderId=None),
            order_with(orderId=17),
            order_with(orderId=""),
        ],
    )
    def test_what_is_no_order_is_an_unexpected_answer(self, order: object) -> None:
        with pytest.raises(UnexpectedAnswer):
            mapping_2026.order_detail(order)

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"lineItems": None}, "fulfillmentOrderItems"),
            ({"lineItems": {}}, "fulfillmentOrderItems"),
            ({"lineItems": ["x"]}, "fulfillmentOrderItems"),
            ({"receiveTime": None}, "fulfillmentOrder.receivedDate"),
            ({"receiveTime": "soon"}, "fulfillmentOrder.receivedDate"),
            ({"shipments": ["x"]}, "fulfillmentShipments"),
            ({"shipments": "none"}, "fulfillmentShipments"),
        ],
    )
    def test_what_cannot_be_read_of_an_order_is_named_and_the_rest_is_read(
        self, change: dict[str, Any], place: str
    ) -> None:
        detail = mapping_2026.order_detail(order_with(**change))

        assert place in detail.unread
        assert detail.fulfillment_order.seller_fulfillment_order_id == ORDER["orderId"]

    @pytest.mark.parametrize(
        "field",
        [
            {"codSettings": {"isCodRequired": False}},
            {"notificationEmails": ["ada@example.com"]},
            {"featureConstraints": [{"featureName": "BLOCK_AMZL",
                                     "featureFulfillmentPolicy": "Required"}]},
        ],
    )  # fmt: skip
    def test_what_only_the_older_version_can_say_is_left_to_it(
        self, request_for: MCFOrderRequest, field: dict[str, Any]
    ) -> None:
        assert mapping_2026.create_request({**request_for.to_api(), **field}) is None

    def test_what_is_sent_is_what_amazons_model_declares(
        self, request_for: MCFOrderRequest
    ) -> None:
        rich = line_of(
            changed(request_for, **RICH, marketplaceId=US, shipFromCountryCode="DE"),
            giftMessage="Enjoy",
            perUnitPrice={"currencyCode": "USD", "value": "1.00"},
        )

        body = mapping_2026.create_request(rich.to_api())

        assert body is not None
        assert body["origin"] == {"countryCode": "DE"}
        assert problems(V2026, "CreateOrderRequest", body) == []


def test_an_entry_of_a_list_that_is_no_order_costs_itself_alone(
    tmp_path: Path, simulator: Simulator
) -> None:
    body = {"orders": ["x", {"status": "PROCESSING"}, {"orderId": "1", "status": "PROCESSING"}]}
    with loopback() as server:
        server.replies = [Reply(body=json.dumps(body).encode())]
        there = replace(
            settings_of(simulator, tmp_path, NEW),
            endpoint=server.endpoint,
            lwa_endpoint=f"{server.endpoint}/auth/o2/token",
        )
        with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
            page = client.list_order_details()

    assert [each.fulfillment_order.seller_fulfillment_order_id for each in page.items] == ["1"]
    assert [(doubt.key, doubt.is_kept) for doubt in page.doubts] == [
        ("1", True),
        (None, False),
        (None, False),
    ]
