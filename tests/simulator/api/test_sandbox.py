"""The operations Amazon has in its sandbox only."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import ADDRESS, JAPAN, KETTLE, OUTBOUND, US, Api, error, line

ITEMS = "/fba/inventory/v1/items"


def create(api: Api, sku: str = "NEW-1", **changes: Any) -> Any:
    body = {"sellerSku": sku, "marketplaceId": US, "productName": "New", **changes}
    return api.post(ITEMS, body)


def add(api: Api, token: str | None = "token-1", **changes: Any) -> Any:
    item = {"sellerSku": "NEW-1", "marketplaceId": US, "quantity": 5, **changes}
    headers = {"x-amzn-idempotency-token": token} if token else {}
    return api.http.post(f"{ITEMS}/inventory", json={"inventoryItems": [item]}, headers=headers)


def fulfillable(api: Api, sku: str = "NEW-1") -> int:
    return api.stock(sku)["fulfillableQuantity"]


def test_a_new_item_begins_with_nothing(api: Api) -> None:
    response = create(api)

    assert (response.status_code, response.json()) == (200, {})
    assert fulfillable(api) == 0


def test_units_are_added_once_per_token(api: Api) -> None:
    create(api)
    add(api)
    add(api)
    add(api, "token-2")

    assert fulfillable(api) == 10


def test_adding_to_an_unknown_sku_creates_it(api: Api) -> None:
    add(api, sellerSku="NEW-2")

    assert fulfillable(api, "NEW-2") == 5


def test_added_units_can_be_ordered_and_shipped(api: Api) -> None:
    add(api)
    api.place(items=[line("NEW-1", 2)])
    api.wait(hours=8)

    assert api.status() == "Complete"
    assert fulfillable(api) == 3


def test_an_item_can_be_deleted(api: Api) -> None:
    create(api)

    response = api.http.delete(f"{ITEMS}/NEW-1", params={"marketplaceId": US})

    assert (response.status_code, response.json()) == (200, {})
    assert api.inventory(sellerSku="NEW-1").json()["payload"]["inventorySummaries"] == []


def test_an_item_that_was_ordered_stays(api: Api) -> None:
    api.place()

    response = api.http.delete(f"{ITEMS}/{KETTLE}", params={"marketplaceId": US})

    assert response.status_code == 400


def test_what_cannot_be_deleted_is_said(api: Api) -> None:
    unknown = api.http.delete(f"{ITEMS}/NOPE", params={"marketplaceId": US})
    nowhere = api.http.delete(f"{ITEMS}/NOPE")

    assert error(unknown)[:2] == (404, "NotFound")
    assert "missing: [MarketplaceId]" in error(nowhere)[2]


def test_the_same_item_cannot_be_created_twice_but_elsewhere(api: Api) -> None:
    create(api)

    assert error(create(api))[0] == 400
    assert create(api, marketplaceId=JAPAN).status_code == 200


@pytest.mark.parametrize("changes", [{"productName": None}, {"marketplaceId": "X"}])
def test_an_item_is_judged_before_it_is_created(api: Api, changes: dict[str, Any]) -> None:
    assert error(create(api, **changes))[0] == 400


@pytest.mark.parametrize("changes", [{"token": None}, {"quantity": -1}, {"marketplaceId": "X"}])
def test_an_addition_is_judged_before_anything_is_added(api: Api, changes: dict[str, Any]) -> None:
    create(api)

    assert error(add(api, **changes))[0] == 400
    assert fulfillable(api) == 0


@pytest.mark.parametrize(
    "status",
    ["Planning", "Processing", "Complete", "CompletePartialled", "Cancelled", "Unfulfillable",
     "Invalid"],
)  # fmt: skip
def test_an_order_is_led_to_the_status_asked_for(api: Api, status: str) -> None:
    api.place(items=[line(quantity=2)])

    response = submit(api, status)

    assert (response.status_code, response.json()) == (200, {})
    assert api.status() == status
    api.sim.world.check()


def submit(api: Api, status: str | None) -> Any:
    path = f"{OUTBOUND}/fulfillmentOrders/T-1/status"
    return api.put(path, {"fulfillmentOrderStatus": status})


def test_a_held_order_can_be_led_on(api: Api) -> None:
    api.place(fulfillmentAction="Hold")
    submit(api, "Complete")

    assert api.status() == "Complete"
    assert api.order()["fulfillmentOrder"]["fulfillmentAction"] == "Ship"


def test_an_order_not_validated_yet_can_be_received(api: Api) -> None:
    api.place(destinationAddress={**ADDRESS, "postalCode": "nowhere"})
    submit(api, "Received")
    api.wait(hours=8)

    assert api.status() == "Complete"


def test_a_cancelled_processing_order_has_a_cancelled_shipment(api: Api) -> None:
    api.place()
    submit(api, "Processing")
    submit(api, "Cancelled")

    shipment = api.order()["fulfillmentShipments"][0]
    assert shipment["fulfillmentShipmentStatus"] == "CANCELLED_BY_SELLER"
    api.sim.world.check()


def test_a_planned_order_is_led_on_by_the_clock(api: Api) -> None:
    api.place()
    submit(api, "Planning")
    api.wait(hours=8)

    assert api.status() == "Complete"


@pytest.mark.parametrize("status", ["New", "Lost", None])
def test_a_status_without_a_way_to_it_is_refused(api: Api, status: str | None) -> None:
    api.place()

    assert error(submit(api, status))[0] == 400


def test_a_single_unit_cannot_be_fulfilled_in_part(api: Api) -> None:
    api.place()

    assert error(submit(api, "CompletePartialled"))[0] == 400


def test_nothing_can_be_picked_from_an_empty_shelf(api: Api) -> None:
    stock = api.sim.world.stocks[US][KETTLE]
    stock.transfer += stock.fulfillable
    stock.fulfillable = 0
    api.place()

    assert error(submit(api, "Processing"))[0] == 400
