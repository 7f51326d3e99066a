"""Placing, reading, listing, changing and cancelling orders of version 2020-07-01."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import (
    ADDRESS,
    BOARD,
    KETTLE,
    OUTBOUND,
    Api,
    error,
    line,
)

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


def listed(api: Api, **params: str) -> list[dict[str, Any]]:
    """All orders of all pages."""
    payload = api.get(ORDERS, **params).json()["payload"]
    orders = payload["fulfillmentOrders"]
    if payload["nextToken"]:
        orders += listed(api, nextToken=payload["nextToken"])
    return orders


def test_placing_an_order_answers_with_an_empty_object(api: Api) -> None:
    response = api.place()

    assert (response.status_code, response.json()) == (200, {})
    assert api.status() == "Received"


def test_an_order_is_read_as_it_was_placed(api: Api) -> None:
    api.place(
        fulfillmentPolicy="FillAllAvailable",
        notificationEmails=["maren@example.com"],
        featureConstraints=[
            {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"},
            {"featureName": "CHANNEL.SHOPIFY"},
        ],
        codSettings={"isCodRequired": False, "codCharge": {"currencyCode": "USD", "value": "1.5"}},
        items=[line(giftMessage="Happy birthday", displayableComment="blue",
                    perUnitDeclaredValue={"currencyCode": "USD", "value": "9.99"})],
    )  # fmt: skip

    found = api.order()

    order, item = found["fulfillmentOrder"], found["fulfillmentOrderItems"][0]
    assert order["destinationAddress"] == ADDRESS
    assert order["fulfillmentPolicy"] == "FillAllAvailable"
    assert order["notificationEmails"] == ["maren@example.com"]
    assert [each["featureName"] for each in order["featureConstraints"]] == [
        "BLANK_BOX",
        "CHANNEL.SHOPIFY",
    ]
    assert order["codSettings"]["codCharge"]["value"] == "1.5"
    assert (item["sellerSku"], item["quantity"]) == (KETTLE, 1)
    assert (item["giftMessage"], item["displayableComment"]) == ("Happy birthday", "blue")
    assert item["perUnitDeclaredValue"] == {"currencyCode": "USD", "value": "9.99"}


def test_placing_an_order_reserves_its_units(api: Api) -> None:
    before = api.stock()

    api.place(items=[line(quantity=2)])

    after = api.stock()
    assert after["fulfillableQuantity"] == before["fulfillableQuantity"] - 2
    was, now = before["reservedQuantity"], after["reservedQuantity"]
    assert now["pendingCustomerOrderQuantity"] == was["pendingCustomerOrderQuantity"] + 2
    assert now["totalReservedQuantity"] == was["totalReservedQuantity"] + 2


def test_an_order_id_cannot_be_used_twice(api: Api) -> None:
    api.place()

    assert error(api.place()) == (
        400,
        "InvalidInput",
        "A create request already exists for MerchantFulfillmentOrderId : T-1",
    )


def test_an_order_id_cannot_be_used_again_after_a_cancellation(api: Api) -> None:
    api.place()
    api.put(f"{ORDERS}/T-1/cancel")

    assert error(api.place())[0] == 400


def test_an_unknown_order_is_a_bad_request(api: Api) -> None:
    response = api.get(f"{ORDERS}/NOPE")

    assert error(response) == (400, "InvalidInput", "Requested order 'NOPE' not found")


@pytest.mark.parametrize("order_id", ["A/B 1#2", "50% off?", "#1042", "日本-1", ".."])
def test_an_order_id_may_contain_what_hurts_in_an_address(api: Api, order_id: str) -> None:
    api.place(order_id, displayableOrderId="T-1")
    encoded = "".join(f"%{byte:02X}" for byte in order_id.encode())

    response = api.http.send(api.http.build_request("GET", f"{api.sim.endpoint}{ORDERS}/{encoded}"))

    assert response.json()["payload"]["fulfillmentOrder"]["sellerFulfillmentOrderId"] == order_id


def test_the_list_has_neither_marketplace_nor_action_nor_items(api: Api) -> None:
    first = listed(api)[0]

    assert {"marketplaceId", "fulfillmentAction", "fulfillmentOrderItems"}.isdisjoint(first)


def test_all_pages_of_the_list_hold_every_order_once(api: Api) -> None:
    ids = [each["sellerFulfillmentOrderId"] for each in listed(api)]

    assert len(ids) == 48
    assert sorted(ids) == sorted(api.sim.world.orders)


def test_the_list_can_be_limited_to_what_changed_since(api: Api) -> None:
    api.wait(hours=8)
    api.place()

    found = listed(api, queryStartDate="2026-03-04T23:00:00Z")

    assert [each["sellerFulfillmentOrderId"] for each in found] == ["T-1"]


def test_a_page_token_of_the_list_is_case_sensitive(api: Api) -> None:
    first = api.get(ORDERS).json()["payload"]

    again = api.get(ORDERS, NextToken=first["nextToken"]).json()["payload"]

    assert again == first


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"queryStartDate": "last week"}, "timestamp must follow ISO8601"),
        ({"nextToken": "nonsense"}, "parameter NextToken is invalid"),
        ({"nextToken": "e30="}, "parameter NextToken is invalid"),
    ],
)
def test_a_list_request_that_makes_no_sense_is_refused(
    api: Api, params: dict[str, str], message: str
) -> None:
    status, _, text = error(api.get(ORDERS, **params))

    assert status == 400
    assert message in text


def test_an_order_on_hold_can_be_changed_and_then_shipped(api: Api) -> None:
    api.place(fulfillmentAction="Hold")
    address = {**ADDRESS, "addressLine1": "14 Alder Street"}

    changed = api.put(
        f"{ORDERS}/T-1",
        {
            "destinationAddress": address,
            "shippingSpeedCategory": "Expedited",
            "displayableOrderId": "W-1",
            "displayableOrderDate": "2026-03-03T00:00:00Z",
            "featureConstraints": [{"featureName": "BLANK_BOX"}],
            "items": [line(giftMessage="Enjoy")],
        },
    )
    held = api.order()
    shipped = api.put(f"{ORDERS}/T-1", {"fulfillmentAction": "Ship"})

    assert (changed.status_code, changed.json()) == (200, {})
    assert held["fulfillmentOrder"]["destinationAddress"] == address
    assert held["fulfillmentOrder"]["displayableOrderId"] == "W-1"
    assert held["fulfillmentOrder"]["fulfillmentAction"] == "Hold"
    assert held["fulfillmentOrderItems"][0]["giftMessage"] == "Enjoy"
    assert shipped.status_code == 200
    assert api.order()["fulfillmentOrder"]["fulfillmentAction"] == "Ship"


def test_an_order_that_was_released_cannot_be_held_again(api: Api) -> None:
    api.place()

    status, _, message = error(api.put(f"{ORDERS}/T-1", {"fulfillmentAction": "Hold"}))

    assert status == 400
    assert message == (
        "Value OrderNotUpdatable for parameter  is invalid. Reason: 1 error:\n"
        "This order is not updatable. Items in the order are already in working or completed "
        "shipments. \n."
    )


def hold(api: Api, quantity: int = 3) -> None:
    api.place(fulfillmentAction="Hold", items=[line(quantity=quantity), line(BOARD, 1, "2")])


@pytest.mark.parametrize("quantity", [1, 2, 5])
def test_a_held_orders_quantity_can_change_and_what_is_reserved_follows(
    api: Api, quantity: int
) -> None:
    before = api.stock()
    hold(api)

    changed = api.put(f"{ORDERS}/T-1", {"items": [line(quantity=quantity)]})

    after = api.stock()
    lines = api.order()["fulfillmentOrderItems"]
    assert (changed.status_code, changed.json()) == (200, {})
    assert [each["quantity"] for each in lines] == [quantity, 1]
    assert after["fulfillableQuantity"] == before["fulfillableQuantity"] - quantity
    api.sim.world.check()


def test_a_held_order_with_another_quantity_ships_that_many(api: Api) -> None:
    hold(api)
    api.put(f"{ORDERS}/T-1", {"items": [line(quantity=2)], "fulfillmentAction": "Ship"})
    api.wait(days=1)

    shipped = [
        each["quantity"]
        for shipment in api.order()["fulfillmentShipments"]
        for each in shipment["fulfillmentShipmentItem"]
    ]
    assert (api.status(), sorted(shipped)) == ("Complete", [1, 2])


@pytest.mark.parametrize(
    "change",
    [
        {"items": [line(item_id="9")]},
        {"items": [line(quantity=0)]},
        {"items": [line(quantity=250)]},
        {"items": [line(quantity=200)]},
        {"items": [line(), line()]},
        {"items": [line(BOARD)]},
        {"items": [{"sellerFulfillmentOrderItemId": "1"}]},
        {"destinationAddress": {**ADDRESS, "postalCode": "00000"}},
        {"shippingSpeedCategory": "Priority", "destinationAddress": {
            **ADDRESS, "city": "Anchorage", "stateOrRegion": "AK", "postalCode": "99501"}},
        {"shippingSpeedCategory": "ScheduledDelivery"},
        {"featureConstraints": [{"featureName": "GOLD"}]},
    ],
    ids=["unknown line", "no unit", "over 250", "more than there are", "a line twice", "other SKU",
         "no quantity", "bad address", "out of reach", "abroad only", "unknown feature"],
)  # fmt: skip
def test_a_change_of_a_held_order_that_can_not_be_is_refused_and_changes_nothing(
    api: Api, change: dict[str, Any]
) -> None:
    hold(api)
    before = api.order(), api.stock()

    assert error(api.put(f"{ORDERS}/T-1", change))[:2] == (400, "InvalidInput")
    assert (api.order(), api.stock()) == before


def test_lists_of_a_held_order_are_replaced_and_what_is_not_named_stays(api: Api) -> None:
    api.place(
        fulfillmentAction="Hold",
        notificationEmails=["one@example.com"],
        featureConstraints=[{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}],
        items=[line(giftMessage="Enjoy")],
    )
    api.put(f"{ORDERS}/T-1", {"displayableOrderComment": "Changed"})
    kept = api.order()
    api.put(
        f"{ORDERS}/T-1",
        {"notificationEmails": [], "featureConstraints": [], "items": [line(giftMessage="")]},
    )
    emptied = api.order()

    assert kept["fulfillmentOrder"]["displayableOrderComment"] == "Changed"
    assert kept["fulfillmentOrder"]["notificationEmails"] == ["one@example.com"]
    assert kept["fulfillmentOrder"]["featureConstraints"][0]["featureName"] == "BLANK_BOX"
    assert kept["fulfillmentOrderItems"][0]["giftMessage"] == "Enjoy"
    assert not emptied["fulfillmentOrder"].get("notificationEmails")
    assert not emptied["fulfillmentOrder"].get("featureConstraints")
    assert not emptied["fulfillmentOrderItems"][0].get("giftMessage")


def test_a_faster_speed_of_a_held_order_is_promised_earlier(api: Api) -> None:
    api.place(fulfillmentAction="Hold")
    standard = api.order()["fulfillmentOrderItems"][0]["estimatedArrivalDate"]
    api.put(f"{ORDERS}/T-1", {"shippingSpeedCategory": "Expedited"})

    assert api.order()["fulfillmentOrderItems"][0]["estimatedArrivalDate"] < standard


def test_cancelling_releases_the_units(api: Api) -> None:
    before = api.stock()
    api.place(items=[line(quantity=3)])

    response = api.put(f"{ORDERS}/T-1/cancel")

    found = api.order()
    assert (response.status_code, response.json()) == (200, {})
    assert found["fulfillmentOrder"]["fulfillmentOrderStatus"] == "Cancelled"
    assert found["fulfillmentOrderItems"][0]["cancelledQuantity"] == 3
    assert api.stock() == before


def test_cancelling_twice_is_refused(api: Api) -> None:
    api.place()
    api.put(f"{ORDERS}/T-1/cancel")

    message = error(api.put(f"{ORDERS}/T-1/cancel"))[2]

    assert message == (
        "Value T-1 for parameter SellerFulfillmentOrderId is invalid. "
        "Reason: DuplicateCancelRequest."
    )


def test_cancelling_a_processing_order_is_refused(api: Api) -> None:
    api.place()
    api.wait(hours=2)

    response = api.put(f"{ORDERS}/T-1/cancel")

    assert error(response)[:2] == (400, "InvalidInput")
    assert api.status() == "Processing"


def test_a_body_is_allowed_where_none_is_needed(api: Api) -> None:
    api.place()

    assert api.put(f"{ORDERS}/T-1/cancel", {"MarketplaceId": "X"}).status_code == 200


@pytest.mark.parametrize("number", ["1", "x", "-5", "9" * 5000])
def test_an_unknown_parcel_is_literally_null(api: Api, number: str) -> None:
    response = api.get(f"{OUTBOUND}/tracking", packageNumber=number)

    assert error(response) == (400, "InvalidInput", "null")


def test_a_parcel_number_is_needed(api: Api) -> None:
    assert error(api.get(f"{OUTBOUND}/tracking"))[0] == 400
