"""Fulfillment Outbound 2026-07-04, and that it tells the same story as 2020-07-01."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults.kinds import ParcelTrouble
from mcf.simulator.world.orders import Fate
from tests.simulator.seller import (
    ADDRESS,
    BOARD,
    INDIA,
    KETTLE,
    OUTBOUND,
    OUTBOUND_2026,
    US,
    Api,
    error,
    line,
    line_2026,
    order_body_2026,
    without_links,
)

ORDERS = f"{OUTBOUND_2026}/orders"
SLIP = {
    "templateName": "mine",
    "templateAttributes": {
        "orderId": "#77",
        "orderTime": "2026-03-01T10:00:00Z",
        "orderText": "Thanks!",
    },
}
RICH_LINE = {
    **line_2026(units="2.0"),
    "product": {
        "productIdentifier": {"amazonSku": KETTLE},
        "perUnitDeclaredValue": {"currencyCode": "USD", "amount": "14.99"},
    },
    "fulfillmentConfiguration": {
        "services": {
            "packaging": {
                "packingSlip": {
                    "templateName": "line",
                    "templateAttributes": {"giftMessage": "Enjoy", "lineItemText": "1 of 1"},
                }
            },
            "delivery": {
                "paymentOnDelivery": {
                    "perUnitServicePrice": {"currencyCode": "USD", "amount": "1.00"}
                }
            },
        }
    },
}
RICH = {
    "channel": "SHOPIFY",
    "fulfillmentConfiguration": {
        "serviceLevel": {"serviceTiers": ["EXPEDITED"]},
        "action": "HOLD",
        "policy": "FILL_ALL_AVAILABLE",
        "services": {
            "packaging": {
                "packagingOption": "UNBRANDED",
                "overbox": "REQUIRED",
                "packingSlip": SLIP,
            },
            "additional": {},
        },
    },
    "destination": {
        "deliveryAddress": {**ADDRESS, "email": "maren@example.com"},
        "deliveryNotes": "Beware of the dog",
        "dropOffLocation": {"type": "LOCKER", "attributes": {"id": "7"}},
    },
    "lineItems": [RICH_LINE],
    "paymentInformation": {
        "payments": [
            {"paymentId": "P", "paymentMethod": "CARD", "paymentTime": "2026-03-01T09:00:00Z"}
        ]
    },
}


def place(api: Api, order_id: str = "N-1", **changes: Any) -> Any:
    return api.post(ORDERS, order_body_2026(order_id, **changes))


def read(api: Api, order_id: str = "N-1", **params: str) -> dict[str, Any]:
    return api.get(f"{ORDERS}/{order_id}", **params).json()["order"]


def test_placing_an_order_answers_with_the_order(api: Api) -> None:
    response = place(api)

    assert response.status_code == 200
    assert response.json()["order"] == read(api)
    assert read(api)["status"] == "PROCESSING"


def test_an_order_is_read_as_it_was_placed(api: Api) -> None:
    place(api, **RICH)

    found = read(api)

    assert {name: found[name] for name in RICH if name != "lineItems"} == {
        name: value for name, value in RICH.items() if name != "lineItems"
    }
    assert {name: found["lineItems"][0][name] for name in RICH_LINE} == RICH_LINE
    assert found["lineItems"][0]["cancelledAmount"] == {"unit": "EACHES", "value": "0.0"}


def test_an_order_of_the_new_version_is_seen_through_the_old_one(api: Api) -> None:
    place(api, **RICH)

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

    found = read(api, "T-1")

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
    place(api, lineItems=[line_2026(), line_2026(BOARD, item_id="2")])
    api.wait(days=2)

    new, old = read(api), api.order("N-1")

    assert new["status"] == "COMPLETE"
    assert old["fulfillmentOrder"]["fulfillmentOrderStatus"] == "Complete"
    assert [each["amazonShipmentId"] for each in new["shipments"]] == [
        each["amazonShipmentId"] for each in old["fulfillmentShipments"]
    ]
    parcel = old["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0]
    package = new["shipments"][0]["packages"][0]
    assert package["packageId"] == str(parcel["packageNumber"])
    assert package["tracking"]["carrier"]["trackingNumber"] == parcel["trackingNumber"]
    assert package["deliveryTime"] == parcel["estimatedArrivalDate"]
    assert set(package["shipmentItemIds"]) <= {
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
                parcel["trackingNumber"],
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
                parcel["tracking"]["carrier"]["trackingNumber"],
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
    new = {order_id: story_2026(read(api, order_id)) for order_id in orders}
    old = {order_id: story_2020(api.order(order_id)) for order_id in orders}

    assert old == new
    assert {each["status"] for each in new.values()} == set(IN_WORDS_OF_2026.values())


def test_an_order_id_is_shared_by_both_versions(api: Api) -> None:
    api.place("SAME")

    assert error(place(api, "SAME"))[0] == 400


def test_an_order_not_validated_yet_is_accepted_for_later(api: Api) -> None:
    address = {**ADDRESS, "postalCode": "nowhere"}

    response = place(api, destination={"deliveryAddress": address})
    api.wait(minutes=3)

    assert response.status_code == 202
    assert response.json() == {"orderId": "N-1", "status": "PROCESSING"}
    assert read(api)["status"] == "INVALID"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lineItems": []}, "missing: [LineItems]"),
        ({"destination": {"deliveryNotes": "x"}}, "missing: [DeliveryAddress]"),
        ({"origin": {"countryCode": "ZZ"}}, "parameter SellerId"),
        ({"origin": {"city": "x"}}, "missing: [CountryCode]"),
        ({"orderId": "x" * 41}, "parameter OrderId"),
        ({"channel": "x" * 41}, "parameter Channel"),
        ({"fulfillmentConfiguration": {"action": "WAIT"}}, "Value WAIT for parameter action"),
        ({"fulfillmentConfiguration": {"policy": "FillAll"}}, "Value FillAll for parameter"),
        ({"fulfillmentConfiguration": {"serviceLevel": {"serviceTiers": ["PRIORITY"]}}},
         "Value PRIORITY for parameter ServiceTiers"),
        ({"fulfillmentConfiguration": {"serviceLevel": {"deliveryInterval": {
            "startTime": "2026-03-08T00:00:00Z", "endTime": "2026-03-07T00:00:00Z"}}}},
         "parameter DeliveryInterval"),
        ({"fulfillmentConfiguration": {"services": {"packaging": {"packagingOption": "GOLD"}}}},
         "Value GOLD for parameter PackagingOption"),
        ({"lineItems": [line_2026(units="1.5")]}, "Value 1.5 for parameter Amount"),
        ({"lineItems": [line_2026(units="0")]}, "Value 0 for parameter Amount"),
        ({"lineItems": [line_2026(units="NaN")]}, "Value NaN for parameter Amount"),
        ({"lineItems": [line_2026(), line_2026()]}, "SellerFulfillmentOrderItemId"),
        ({"lineItems": [line_2026("NO-SUCH-SKU")]}, "the SellerSKU for Item Id: 1 is invalid."),
        ({"destination": {"deliveryAddress": ADDRESS, "dropOffLocation": {"type": "ROOF"}}},
         "Value ROOF"),
    ],
)  # fmt: skip
def test_an_order_that_breaks_a_rule_is_refused(
    api: Api, changes: dict[str, Any], message: str
) -> None:
    status, code, text = error(place(api, **changes))

    assert (status, code) == (400, "InvalidInput")
    assert message in text


def test_without_an_origin_an_order_ships_from_the_united_states(api: Api) -> None:
    found = place(api, origin=None).json()["order"]

    assert found["origin"] == {"countryCode": "US"}


def test_scheduled_orders_are_for_japan(api: Api) -> None:
    interval = {"startTime": "2026-03-08T00:00:00Z", "endTime": "2026-03-08T02:00:00Z"}
    level = {"serviceTiers": ["SCHEDULED"], "deliveryInterval": interval}
    address = {"name": "Keiko", "addressLine1": "1-2-3", "postalCode": "1", "countryCode": "JP"}

    response = place(
        api,
        origin={"countryCode": "JP"},
        destination={"deliveryAddress": address},
        fulfillmentConfiguration={"serviceLevel": level},
    )

    assert response.json()["order"]["fulfillmentConfiguration"]["serviceLevel"] == level


def test_a_body_that_is_not_json_has_the_wrong_media_type(api: Api) -> None:
    response = api.http.post(ORDERS, content=b"<order/>", headers={"content-type": "text/xml"})

    assert error(response)[:2] == (415, "UnsupportedMediaType")


def test_the_list_holds_items_and_shipments(api: Api) -> None:
    first = api.get(ORDERS).json()
    second = api.get(ORDERS, pageToken=first["pagination"]["nextToken"]).json()
    third = api.get(ORDERS, pageToken=second["pagination"]["nextToken"]).json()

    pages = first["orders"], second["orders"], third["orders"]
    assert [len(page) for page in pages] == [20, 20, 8]
    assert "pagination" not in third
    assert first["orders"][0]["lineItems"]
    assert first["orders"][0]["shipments"]


def test_what_is_listed_is_what_is_read(api: Api) -> None:
    listed = api.get(ORDERS).json()["orders"][3]

    assert without_links(listed) == without_links(read(api, listed["orderId"]))


def test_shipments_can_be_left_out(api: Api) -> None:
    listed = api.get(ORDERS, shipments="EXCLUDE").json()["orders"][0]

    assert "shipments" not in listed
    assert "shipments" not in read(api, listed["orderId"], shipments="EXCLUDE")


@pytest.mark.parametrize(
    "params", [{"shipments": "SOME"}, {"updatedAfter": "x"}, {"pageToken": "x"}]
)
def test_a_list_request_that_makes_no_sense_is_refused(api: Api, params: dict[str, str]) -> None:
    assert error(api.get(ORDERS, **params))[0] == 400


def test_only_orders_updated_since_are_listed(api: Api) -> None:
    api.wait(hours=8)
    place(api)

    found = api.get(ORDERS, updatedAfter="2026-03-04T23:00:00Z").json()["orders"]

    assert [each["orderId"] for each in found] == ["N-1"]


def test_an_unknown_order_is_not_found(api: Api) -> None:
    assert error(api.get(f"{ORDERS}/NOPE"))[:2] == (404, "NotFound")


def test_a_held_order_can_be_released(api: Api) -> None:
    place(api, fulfillmentConfiguration={"action": "HOLD"})

    still_held = api.put(f"{ORDERS}/N-1", {"fulfillmentConfiguration": {"action": "HOLD"}})
    held = read(api)["fulfillmentConfiguration"]["action"]
    response = api.put(f"{ORDERS}/N-1", {"fulfillmentConfiguration": {"action": "SHIP"}})
    again = api.put(f"{ORDERS}/N-1", {"fulfillmentConfiguration": {"action": "SHIP"}})

    assert (still_held.status_code, held) == (202, "HOLD")
    assert (response.status_code, response.json()) == (202, {})
    assert error(again)[0] == 400


def test_an_order_can_be_cancelled_until_it_is_picked(api: Api) -> None:
    place(api)
    response = api.put(f"{ORDERS}/N-1/cancel")
    again = api.put(f"{ORDERS}/N-1/cancel")

    assert (response.status_code, response.json()) == (202, {})
    assert read(api)["status"] == "CANCELLED"
    assert error(again)[0] == 400


@pytest.mark.parametrize(
    ("status", "old"),
    [
        ("PROCESSING", "Processing"),
        ("COMPLETE", "Complete"),
        ("COMPLETE_PARTIAL", "CompletePartialled"),
        ("CANCELLED", "Cancelled"),
        ("UNFULFILLABLE", "Unfulfillable"),
        ("INVALID", "Invalid"),
    ],
)
def test_the_sandbox_leads_an_order_to_a_status(api: Api, status: str, old: str) -> None:
    place(api, lineItems=[line_2026(units="2.0")])

    response = api.put(f"{ORDERS}/N-1/status", {"status": status})

    assert (response.status_code, response.content) == (204, b"")
    assert read(api)["status"] == status
    assert api.status("N-1") == old
    api.sim.world.check()


def test_the_sandbox_knows_no_way_back(api: Api) -> None:
    place(api)
    api.put(f"{ORDERS}/N-1/status", {"status": "CANCELLED"})

    assert error(api.put(f"{ORDERS}/N-1/status", {"status": "COMPLETE"}))[0] == 400
    assert error(api.put(f"{ORDERS}/N-1/status", {"status": "LOST"}))[0] == 400


def package_path(api: Api) -> str:
    place(api)
    api.put(f"{ORDERS}/N-1/status", {"status": "COMPLETE"})
    return f"{ORDERS}/N-1/packages/{read(api)['shipments'][0]['packages'][0]['packageId']}"


def test_the_sandbox_says_where_a_parcel_is(api: Api) -> None:
    path = package_path(api)

    response = api.put(
        path,
        {
            "status": "DELAYED",
            "deliveryTime": "2026-04-01T12:00:00Z",
            "tracking": {"carrier": {"carrierCode": "UPS", "trackingNumber": "1Z"}},
        },
    )

    package = read(api)["shipments"][0]["packages"][0]
    parcel = api.parcel(int(package["packageId"]))
    assert response.status_code == 204
    assert (package["status"], package["deliveryTime"]) == ("DELAYED", "2026-04-01T12:00:00Z")
    assert package["tracking"]["carrier"]["trackingNumber"] == "1Z"
    assert (parcel["currentStatus"], parcel["carrierCode"]) == ("DELAYED", "UPS")


@pytest.mark.parametrize(
    ("new", "old"),
    [("PROCESSING", "IN_TRANSIT"), ("EXPIRED", "UNKNOWN"), ("DELIVERED", "DELIVERED")],
)
def test_a_parcels_status_has_a_word_in_each_version(api: Api, new: str, old: str) -> None:
    api.put(package_path(api), {"status": new})

    package = read(api)["shipments"][0]["packages"][0]
    assert package["status"] == new
    assert api.parcel(int(package["packageId"]))["currentStatus"] == old


def test_an_unknown_parcel_or_status_is_refused(api: Api) -> None:
    path = package_path(api)

    assert error(api.put(path, {"status": "EATEN"}))[0] == 400
    assert error(api.put(path, {"status": "DELAYED", "tracking": {"carrier": {}}}))[0] == 400
    assert error(api.put(f"{ORDERS}/N-1/packages/1", {"status": "DELAYED"}))[0] == 404


def test_trouble_on_the_way_is_told_in_the_words_of_each_version(api: Api) -> None:
    api.sim.faults.add(ParcelTrouble(fate=Fate.RETURNED))
    place(api)
    api.wait(days=30)

    assert read(api)["shipments"][0]["packages"][0]["status"] == "UNDELIVERABLE"


def preview(api: Api, **changes: Any) -> Any:
    body = {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": ADDRESS},
        "lineItems": [
            {"product": {"productIdentifier": {"amazonSku": KETTLE}}, "amount": {"value": "2.0"}}
        ],
        **changes,
    }
    return api.post(f"{OUTBOUND_2026}/previews", body)


def test_a_preview_plans_shipments_with_offers(api: Api) -> None:
    found = preview(api).json()

    shipment = found["plannedShipments"][0]
    tiers = [
        each["fulfillmentConfiguration"]["serviceLevel"]["serviceTier"]
        for each in shipment["offers"]
    ]
    assert tiers == ["STANDARD", "EXPEDITED"]
    assert shipment["items"][0]["amount"] == {"unit": "EACHES", "value": "2.0"}
    assert found["constraints"] == []


def test_a_price_is_the_sum_of_its_parts_and_the_same_in_both_versions(api: Api) -> None:
    price = preview(api).json()["plannedShipments"][0]["offers"][0]["estimatedPrice"]
    old = api.post(
        f"{OUTBOUND}/fulfillmentOrders/preview", {"address": ADDRESS, "items": [line(quantity=2)]}
    ).json()["payload"]["fulfillmentPreviews"][0]["estimatedFees"]

    parts = [each["value"]["amount"] for each in price["rollupPrices"]]
    assert round(sum(map(float, parts)), 2) == float(price["totalPrice"]["amount"])
    assert parts == [fee["amount"]["value"] for fee in old]


def test_fees_can_be_left_out_and_cash_on_delivery_asked_about(api: Api) -> None:
    offer = preview(api, excludeEstimatedFees=True, includePaymentOnDelivery=True).json()[
        "plannedShipments"
    ][0]["offers"][0]

    assert "estimatedPrice" not in offer
    services = offer["fulfillmentConfiguration"]["services"]
    assert services["delivery"] == {"paymentOnDelivery": "DISABLED"}


def test_in_india_one_can_pay_on_delivery(api: Api) -> None:
    found = preview(
        api,
        origin={"countryCode": "IN"},
        destination={"deliveryAddress": {**ADDRESS, "countryCode": "IN", "postalCode": "400001"}},
        includePaymentOnDelivery=True,
    ).json()

    offer = found["plannedShipments"][0]["offers"][0]
    services = offer["fulfillmentConfiguration"]["services"]
    assert services["delivery"] == {"paymentOnDelivery": "ENABLED"}


def test_what_is_short_is_a_constraint(api: Api) -> None:
    everything = api.sim.world.stocks[US][KETTLE].on_record
    short = {
        "product": {"productIdentifier": {"amazonSku": KETTLE}},
        "amount": {"value": f"{everything + 1}"},
    }

    found = preview(api, lineItems=[short]).json()

    assert found["plannedShipments"] == []
    assert found["constraints"][0]["code"] == "ItemQuantityNotAvailable"


def test_an_address_out_of_reach_is_a_constraint(api: Api) -> None:
    address = {**ADDRESS, "postalCode": "nowhere"}

    found = preview(api, destination={"deliveryAddress": address}).json()

    assert found["plannedShipments"] == []
    assert {each["code"] for each in found["constraints"]} == {"InvalidDestinationAddress"}


def test_in_india_there_are_no_fees_and_a_priority_tier(api: Api) -> None:
    address = {**ADDRESS, "countryCode": "IN", "postalCode": "400001"}
    assert api.sim.world.stocks[INDIA]

    found = preview(
        api, origin={"countryCode": "IN"}, destination={"deliveryAddress": address}
    ).json()

    offers = found["plannedShipments"][0]["offers"]
    assert len(offers) == 3
    assert "estimatedPrice" not in offers[0]


def offers(api: Api, **changes: Any) -> Any:
    body = {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": {"countryCode": "US", "postalCode": "98103"}},
        "items": [{"productIdentifier": {"amazonSku": KETTLE}}],
        **changes,
    }
    return api.post(f"{OUTBOUND_2026}/offers", body)


def test_products_have_offers_and_unknown_ones_constraints(api: Api) -> None:
    items = [
        {"productIdentifier": {"amazonSku": KETTLE}},
        {"productIdentifier": {"amazonSku": "NO-SUCH-SKU"}},
    ]

    good, bad = offers(api, items=items).json()["offerResults"]

    assert good["offers"][0]["expiryTime"] == "2026-03-04T16:00:00Z"
    assert len(good["offers"]) == 2
    assert "constraints" not in good
    assert bad["offers"] == []
    assert bad["constraints"][0]["code"] == "ItemQuantityNotAvailable"


def test_one_tier_can_be_asked_for(api: Api) -> None:
    level = {"serviceLevel": {"serviceTiers": ["EXPEDITED"]}}

    found = offers(api, fulfillmentConfiguration=level, destination=None).json()["offerResults"]

    assert len(found[0]["offers"]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"items": []},
        {"items": [{}]},
        {"origin": {}},
        {"destination": {"deliveryAddress": {"countryCode": "US"}}},
    ],
)
def test_an_offer_request_that_makes_no_sense_is_refused(api: Api, changes: dict[str, Any]) -> None:
    assert error(offers(api, **changes))[0] == 400


def test_the_name_of_the_fulfillment_service_is_sent_back(api: Api) -> None:
    header = {"x-amzn-fulfillment-service-id": "mine"}

    assert api.http.get(ORDERS, headers=header).headers["x-amzn-fulfillment-service-id"] == "mine"
    assert "x-amzn-fulfillment-service-id" not in api.get(ORDERS).headers
