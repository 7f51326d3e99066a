"""Both versions tell the same story of one order, each in its words."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults.kinds import ParcelTrouble
from mcf.simulator.world.orders import Fate
from tests.simulator.bodies import RICH
from tests.simulator.seller import (
    BOARD,
    Api,
    line,
    line_2026,
    package_path_2026,
    place_2026,
    read_2026,
)


def test_an_order_of_the_new_version_is_seen_through_the_old_one(api: Api) -> None:
    place_2026(api, **RICH)

    found = api.order("N-1")

    order, item = found["fulfillmentOrder"], found["fulfillmentOrderItems"][0]
    assert (order["displayableOrderId"], order["displayableOrderComment"]) == ("#77", "Thanks!")
    assert order["shippingSpeedCategory"] == "Expedited"
    assert order["fulfillmentAction"] == "Hold"
    assert [each["featureName"] for each in order["featureConstraints"]] == [
        "BLANK_BOX",
        "OVERBOX",
    ]
    assert (item["quantity"], item["giftMessage"]) == (2, "Enjoy")


def test_an_order_of_the_old_version_is_seen_through_the_new_one(api: Api) -> None:
    blank_box = {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}
    api.place(
        shippingSpeedCategory="Priority",
        featureConstraints=[blank_box],
        items=[line(giftMessage="Enjoy")],
    )

    found = read_2026(api, "T-1")

    configuration = found["fulfillmentConfiguration"]
    assert configuration["serviceLevel"] == {"serviceTiers": ["PRIORITY"]}
    assert configuration["policy"] == "FILL_OR_KILL"
    assert configuration["services"]["packaging"]["packagingOption"] == "UNBRANDED"
    assert configuration["services"]["packaging"]["packingSlip"]["templateAttributes"] == {
        "orderId": "T-1",
        "orderTime": "2026-03-04T14:00:00Z",
        "orderText": "Thank you!",
    }
    assert found["origin"] == {"countryCode": "US"}
    slip = found["lineItems"][0]["fulfillmentConfiguration"]["services"]["packaging"]
    assert slip["packingSlip"]["templateAttributes"] == {"giftMessage": "Enjoy"}


def test_both_versions_tell_the_same_story_of_a_shipped_order(api: Api) -> None:
    place_2026(api, lineItems=[line_2026(), line_2026(BOARD, item_id="2")])
    api.wait(days=2)

    new, old = read_2026(api), api.order("N-1")

    assert new["status"] == "COMPLETE"
    assert old["fulfillmentOrder"]["fulfillmentOrderStatus"] == "Complete"
    assert [each["amazonShipmentId"] for each in new["shipments"]] == [
        each["amazonShipmentId"] for each in old["fulfillmentShipments"]
    ]
    parcel = old["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0]
    package = new["shipments"][0]["packages"][0]
    assert package["packageId"] == str(parcel["packageNumber"])
    assert package["tracking"]["carrier"].get("trackingNumber") == parcel.get("trackingNumber")
    assert package["deliveryTime"] == parcel["estimatedArrivalDate"]
    assert set(package.get("shipmentItemIds", [])) <= {
        each["shipmentItemId"] for each in new["shipments"][0]["items"]
    }


def story_2020(payload: dict[str, Any]) -> dict[str, Any]:
    """What both versions know of an order, from an answer of 2020-07-01."""
    head, shipments = payload["fulfillmentOrder"], payload["fulfillmentShipments"]
    return {
        "status": IN_WORDS_OF_2026[head["fulfillmentOrderStatus"]],
        "times": (head["receivedDate"], head["statusUpdatedDate"]),
        "held": head["fulfillmentAction"] == "Hold",
        "policy": head["fulfillmentPolicy"].upper(),
        "speed": head["shippingSpeedCategory"].upper(),
        "to": head["destinationAddress"],
        "lines": [
            (
                each["sellerFulfillmentOrderItemId"],
                each["sellerSku"],
                each["quantity"],
                each["cancelledQuantity"],
                each["unfulfillableQuantity"],
            )
            for each in payload["fulfillmentOrderItems"]
        ],
        "shipments": [
            (
                each["amazonShipmentId"],
                SHIPMENT_IN_WORDS_OF_2026[each["fulfillmentShipmentStatus"]],
                each.get("shippingDate"),
                each.get("estimatedArrivalDate"),
                [(item["sellerSku"], item["quantity"]) for item in each["fulfillmentShipmentItem"]],
            )
            for each in shipments
        ],
        "parcels": [
            (
                str(parcel["packageNumber"]),
                parcel["carrierCode"],
                parcel.get("trackingNumber"),
                parcel["estimatedArrivalDate"],
            )
            for each in shipments
            for parcel in each["fulfillmentShipmentPackage"]
        ],
    }


def story_2026(order: dict[str, Any]) -> dict[str, Any]:
    """The same from an answer of 2026-07-04."""
    configuration = order["fulfillmentConfiguration"]
    return {
        "status": order["status"],
        "times": (order["receiveTime"], order["statusUpdateTime"]),
        "held": configuration["action"] == "HOLD",
        "policy": configuration["policy"].replace("_", ""),
        "speed": configuration["serviceLevel"]["serviceTiers"][0],
        "to": order["destination"]["deliveryAddress"],
        "lines": [
            (
                each["lineItemId"],
                each["product"]["productIdentifier"]["amazonSku"],
                *(
                    float(each[name]["value"])
                    for name in ("amount", "cancelledAmount", "unfulfillableAmount")
                ),
            )
            for each in order["lineItems"]
        ],
        "shipments": [
            (
                each["amazonShipmentId"],
                each["status"],
                each.get("shipTime"),
                each.get("deliveryTime"),
                [
                    (item["productIdentifier"]["amazonSku"], float(item["amount"]["value"]))
                    for item in each["items"]
                ],
            )
            for each in order["shipments"]
        ],
        "parcels": [
            (
                parcel["packageId"],
                parcel["tracking"]["carrier"]["carrierCode"],
                parcel["tracking"]["carrier"].get("trackingNumber"),
                parcel["deliveryTime"],
            )
            for each in order["shipments"]
            for parcel in each["packages"]
        ],
    }


IN_WORDS_OF_2026 = {
    "New": "PROCESSING",
    "Received": "PROCESSING",
    "Planning": "PROCESSING",
    "Processing": "PROCESSING",
    "Complete": "COMPLETE",
    "CompletePartialled": "COMPLETE_PARTIAL",
    "Cancelled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
    "Invalid": "INVALID",
}


SHIPMENT_IN_WORDS_OF_2026 = {
    "PENDING": "PROCESSING",
    "SHIPPED": "SHIPPED",
    "CANCELLED_BY_FULFILLER": "CANCELLED",
    "CANCELLED_BY_SELLER": "CANCELLED",
}


def test_both_versions_tell_the_same_story_of_every_order_of_the_shop(api: Api) -> None:
    orders = sorted(api.sim.world.orders)
    new = {order_id: story_2026(read_2026(api, order_id)) for order_id in orders}
    old = {order_id: story_2020(api.order(order_id)) for order_id in orders}

    assert old == new
    assert {each["status"] for each in new.values()} == set(IN_WORDS_OF_2026.values())


@pytest.mark.parametrize(
    ("new", "old"),
    [("PROCESSING", "IN_TRANSIT"), ("EXPIRED", "UNKNOWN"), ("DELIVERED", "DELIVERED")],
)
def test_a_parcels_status_has_a_word_in_each_version(api: Api, new: str, old: str) -> None:
    api.put(package_path_2026(api), {"status": new})

    package = read_2026(api)["shipments"][0]["packages"][0]
    assert package["status"] == new
    assert api.parcel(int(package["packageId"]))["currentStatus"] == old


def test_trouble_on_the_way_is_told_in_the_words_of_each_version(api: Api) -> None:
    api.sim.faults.add(ParcelTrouble(fate=Fate.RETURNED))
    place_2026(api)
    api.wait(days=30)

    assert read_2026(api)["shipments"][0]["packages"][0]["status"] == "UNDELIVERABLE"
