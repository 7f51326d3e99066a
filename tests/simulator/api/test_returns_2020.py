"""Returns and their reasons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import KETTLE, OUTBOUND, US, Api, error, line


def shipped(api: Api, quantity: int = 1) -> str:
    """The id of the one shipment of a shipped order."""
    api.place(items=[line(quantity=quantity)])
    api.wait(hours=8)
    return api.order()["fulfillmentShipments"][0]["amazonShipmentId"]


def give_back(api: Api, shipment_id: str, **changes: Any) -> Any:
    item = {
        "sellerReturnItemId": "R-1",
        "sellerFulfillmentOrderItemId": "1",
        "amazonShipmentId": shipment_id,
        "returnReasonCode": "CR-DEFECTIVE",
        "returnComment": "whistles out of tune",
        **changes,
    }
    return api.put(f"{OUTBOUND}/fulfillmentOrders/T-1/return", {"items": [item]})


def problem(response: Any) -> str:
    refused = response.json()["payload"]["invalidReturnItems"][0]
    return refused["invalidItemReason"]["invalidItemReasonCode"]


def test_a_shipped_unit_can_be_returned(api: Api) -> None:
    payload = give_back(api, shipped(api)).json()["payload"]

    returned = payload["returnItems"][0]
    assert (returned["sellerReturnItemId"], returned["status"]) == ("R-1", "New")
    assert returned["returnAuthorizationId"] in payload["returnAuthorizations"][0].values()
    assert api.order()["returnItems"] == payload["returnItems"]
    assert api.order()["returnAuthorizations"] == payload["returnAuthorizations"]


def test_a_returned_unit_is_processed_days_later_and_counted_again(api: Api) -> None:
    before = api.sim.world.stocks[US][KETTLE].total()
    give_back(api, shipped(api))
    api.wait(days=10)

    returned = api.order()["returnItems"][0]
    assert returned["status"] == "Processed"
    assert returned["returnReceivedCondition"] in ("Sellable", "CustomerDamaged")
    assert api.sim.world.stocks[US][KETTLE].total() == before


def test_some_returned_units_can_be_sold_again_and_some_cannot(api: Api) -> None:
    shipment = shipped(api, quantity=10)
    for_sale = api.stock()["fulfillableQuantity"]
    answers = [give_back(api, shipment, sellerReturnItemId=f"R-{n}") for n in range(10)]
    api.wait(days=10)

    conditions = [each["returnReceivedCondition"] for each in api.order()["returnItems"]]
    assert {answer.status_code for answer in answers} == {200}
    assert set(conditions) == {"Sellable", "CustomerDamaged"}
    assert api.stock()["fulfillableQuantity"] == for_sale + conditions.count("Sellable")
    api.sim.world.check()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sellerFulfillmentOrderItemId": "9"}, "InvalidValues"),
        ({"amazonShipmentId": "NOPE"}, "InvalidValues"),
        ({"returnReasonCode": "BORED"}, "InvalidValues"),
        ({"sellerReturnItemId": "R-0"}, "DuplicateRequest"),
    ],
)
def test_what_cannot_be_returned_is_listed_with_its_reason(
    api: Api, changes: dict[str, str], code: str
) -> None:
    shipment = shipped(api, quantity=3)
    give_back(api, shipment, sellerReturnItemId="R-0")

    assert problem(give_back(api, shipment, **changes)) == code


def test_a_unit_that_has_not_left_cannot_be_returned(api: Api) -> None:
    api.place()
    api.wait(hours=2)
    pending = api.order()["fulfillmentShipments"][0]["amazonShipmentId"]

    assert problem(give_back(api, pending)) == "NoCompletedShipItems"


def test_no_more_can_be_returned_than_was_shipped(api: Api) -> None:
    shipment = shipped(api)
    give_back(api, shipment)

    status, _, message = error(give_back(api, shipment, sellerReturnItemId="R-2"))

    assert status == 400
    assert message == "No inventory available for Items.SellerFulfillmentOrderItemId: 1."


@pytest.mark.parametrize("changes", [{"returnReasonCode": None}, {"returnComment": "x" * 1001}])
def test_a_return_request_is_judged(api: Api, changes: dict[str, Any]) -> None:
    assert error(give_back(api, shipped(api), **changes))[0] == 400


def test_the_reasons_for_returning_a_sku_are_listed(api: Api) -> None:
    path = f"{OUTBOUND}/returnReasonCodes"
    plain = api.get(path, sellerSku=KETTLE).json()["payload"]["reasonCodeDetails"]
    german = api.get(path, sellerSku=KETTLE, language="de-DE").json()["payload"]

    assert "CR-DEFECTIVE" in [each["returnReasonCode"] for each in plain]
    assert "translatedDescription" not in plain[0]
    assert "translatedDescription" in german["reasonCodeDetails"][0]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "The request must contain the parameter sellerSku."),
        ({"sellerSku": "NO-SUCH-SKU"}, "Value NO-SUCH-SKU for parameter SellerSKU is invalid"),
        ({"sellerSku": KETTLE, "marketplaceId": "X"}, "must contain a valid marketplace."),
    ],
)
def test_reasons_are_asked_for_with_a_known_sku(
    api: Api, params: dict[str, str], message: str
) -> None:
    assert message in error(api.get(f"{OUTBOUND}/returnReasonCodes", **params))[2]
