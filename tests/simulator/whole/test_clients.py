"""Every operation and both versions, through two clients nobody here wrote.

Every request and every answer is judged by the models of Amazon's SDK; what deviates is pinned.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sp_api.api import FulfillmentOutbound, Inventories, Sellers
from sp_api.base import SellingApiBadRequestException

from mcf.simulator import Simulator
from mcf.simulator.http import OPERATIONS
from tests.simulator.bodies import OFFER, OFFERS_2026, PREVIEW_2026, RICH
from tests.simulator.clients import Library, Official, Tap
from tests.simulator.contract import Exchange
from tests.simulator.seller import (
    ADDRESS,
    KETTLE,
    OPENING,
    US,
    line,
    order_body,
    order_body_2026,
)

ITEM = {"sellerSku": "S", "marketplaceId": US, "productName": "S"}
ADDITION = {"inventoryItems": [{"sellerSku": "S", "marketplaceId": US, "quantity": 1}]}
HOLD = {"fulfillmentConfiguration": {"action": "HOLD"}}
SHIP = {"fulfillmentConfiguration": {"action": "SHIP"}}
UNITS = [line(quantity=2)]
GIFT = [line(quantity=2, giftMessage="Enjoy")]
NOWHERE = {**ADDRESS, "postalCode": "00000"}


@pytest.fixture
def tap(sim: Simulator) -> Tap:
    return Tap(sim)


@pytest.fixture
def official(sim: Simulator, tap: Tap) -> Iterator[Official]:
    sdk = Official(sim, tap)
    yield sdk
    sdk.close()


@pytest.fixture
def library(sim: Simulator, tap: Tap, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.delenv("SP_API_DEFAULT_MARKETPLACE", raising=False)
    client = Library(sim, tap)
    yield client
    client.close()


def back(shipment_id: str) -> dict[str, Any]:
    return {
        "sellerReturnItemId": "R",
        "sellerFulfillmentOrderItemId": "1",
        "amazonShipmentId": shipment_id,
        "returnReasonCode": "CR-DEFECTIVE",
        "returnComment": "It leaks.",
    }


def walk_2020(sdk: Official) -> None:
    """A seller's day in the words of the official SDK, version 2020-07-01."""
    outbound = sdk.outbound
    outbound.get_fulfillment_preview({"address": ADDRESS, "items": UNITS})
    outbound.delivery_offers(OFFER)
    outbound.create_fulfillment_order(order_body("S-1", items=GIFT, fulfillmentAction="Hold"))
    outbound.update_fulfillment_order("S-1", {"fulfillmentAction": "Ship"})
    outbound.submit_fulfillment_order_status_update("S-1", {"fulfillmentOrderStatus": "Complete"})
    order = outbound.get_fulfillment_order("S-1").payload
    shipment = order.fulfillment_shipments[0]
    outbound.get_package_tracking_details(shipment.fulfillment_shipment_package[0].package_number)
    outbound.list_return_reason_codes(KETTLE)
    outbound.create_fulfillment_return("S-1", {"items": [back(shipment.amazon_shipment_id)]})
    outbound.create_fulfillment_order(order_body("S-2"))
    outbound.cancel_fulfillment_order("S-2")
    outbound.get_features(US)
    outbound.get_feature_inventory(US, "BLANK_BOX")
    outbound.get_feature_sku(US, "BLANK_BOX", KETTLE)
    with pytest.raises(ValueError, match="marketplace_id"):
        outbound.list_all_fulfillment_orders()


def walk_2026(sdk: Official) -> None:
    """A seller's day in the words of the official SDK, version 2026-07-04."""
    outbound = sdk.outbound_2026
    outbound.get_order_preview(PREVIEW_2026)
    outbound.get_offers(OFFERS_2026)
    outbound.create_order(order_body_2026("S-3", **HOLD))
    outbound.update_order("S-3", SHIP)
    outbound.update_order_status("S-3", {"status": "COMPLETE"})
    package = outbound.get_order("S-3").order.shipments[0].packages[0]
    outbound.update_package("S-3", package.package_id, {"status": "DELIVERED"})
    outbound.create_order(order_body_2026("S-4"))
    outbound.cancel_order("S-4")
    outbound.list_orders()


def walk_rest(sdk: Official) -> None:
    """Inventory and account in the words of the official SDK."""
    sdk.fba.get_inventory_summaries("Marketplace", US, [US], details=True)
    sdk.fba.create_inventory_item(ITEM)
    sdk.fba.add_inventory("token", ADDITION)
    sdk.fba.delete_inventory_item("S", US)
    sdk.sellers.get_marketplace_participations()
    sdk.sellers.get_account()


@pytest.fixture(scope="module")
def official_day() -> list[Exchange]:
    """All operations, called through the official SDK."""
    with Simulator(start=OPENING, frozen=True, throttle=False, trade=False) as sim:
        tap = Tap(sim)
        sdk = Official(sim, tap)
        walk_2020(sdk)
        walk_2026(sdk)
        walk_rest(sdk)
        sdk.close()
    return tap.exchanges


def stroll_2020(library: Library) -> None:
    """A seller's day in the words of python-amazon-sp-api, version 2020-07-01."""
    outbound = library.outbound
    outbound.get_fulfillment_preview(address=ADDRESS, items=UNITS)
    outbound.delivery_offers(**OFFER)
    outbound.create_fulfillment_order(**order_body("L-1", items=GIFT, fulfillmentAction="Hold"))
    outbound.update_fulfillment_order("L-1", fulfillmentAction="Ship")
    outbound.submit_fulfillment_order_status_update("L-1", fulfillmentOrderStatus="Complete")
    shipment = outbound.get_fulfillment_order("L-1").payload["fulfillmentShipments"][0]
    parcel = shipment["fulfillmentShipmentPackage"][0]
    outbound.get_package_tracking_details(packageNumber=parcel["packageNumber"])
    outbound.list_return_reason_codes(sellerSku=KETTLE)
    outbound.create_fulfillment_return("L-1", items=[back(shipment["amazonShipmentId"])])
    outbound.create_fulfillment_order(**order_body("L-2"))
    outbound.cancel_fulfillment_order("L-2")
    outbound.list_all_fulfillment_orders(queryStartDate="2026-01-01T00:00:00Z")
    outbound.get_features(marketplaceId=US)
    outbound.get_feature_inventory("BLANK_BOX", marketplaceId=US)
    outbound.get_feature_s_k_u("BLANK_BOX", marketplaceId=US)
    outbound.get_feature_sku("BLANK_BOX", KETTLE, marketplaceId=US)


def stroll_2026(library: Library) -> None:
    """The same in version 2026-07-04, which the library doesn't know yet."""
    outbound = library.outbound_2026
    outbound.get_order_preview(**PREVIEW_2026)
    outbound.get_offers(**OFFERS_2026)
    outbound.create_order(**order_body_2026("L-3", **RICH))
    outbound.update_order("L-3", **SHIP)
    outbound.update_order_status("L-3", status="COMPLETE")
    order = outbound.get_order("L-3", shipments="INCLUDE").payload["order"]
    package_id = order["shipments"][0]["packages"][0]["packageId"]
    outbound.update_package("L-3", package_id, status="DELIVERED")
    outbound.create_order(**order_body_2026("L-4"))
    outbound.cancel_order("L-4")
    outbound.create_order(**order_body_2026("L-5", destination={"deliveryAddress": NOWHERE}))
    outbound.list_orders(updatedAfter="2026-01-01T00:00:00Z")


def add_inventory(library: Library, token: str) -> None:
    """The only way in which the library can send the header."""
    client = library.inventories
    client._request(
        "/fba/inventory/v1/items/inventory",
        data={**ADDITION, "method": "POST"},
        headers={**client.headers, "x-amzn-idempotency-token": token},
    )


def stroll_rest(library: Library) -> None:
    """Inventory and account in the words of python-amazon-sp-api."""
    library.inventories.get_inventory_summary_marketplace(details=True, marketplaceIds=US)
    library.inventories.create_inventory_item(**ITEM)
    add_inventory(library, "token")
    library.inventories.delete_inventory_item("S", marketplaceId=US)
    library.sellers.get_marketplace_participation()
    library.sellers.get_account()


@pytest.fixture(scope="module")
def library_day() -> list[Exchange]:
    """All operations, called through python-amazon-sp-api."""
    with (
        Simulator(start=OPENING, frozen=True, throttle=False, trade=False) as sim,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.delenv("SP_API_DEFAULT_MARKETPLACE", raising=False)
        tap = Tap(sim)
        client = Library(sim, tap)
        stroll_2020(client)
        stroll_2026(client)
        stroll_rest(client)
        client.close()
    return tap.exchanges


def called(exchanges: list[Exchange]) -> set[str]:
    return {each.operation for each in exchanges}


def wrong_answers(exchanges: list[Exchange]) -> list[str]:
    """What breaks a model, but for the schema of some features, which was seen on the wire."""
    found = [problem for each in exchanges for problem in each.answered_wrongly()]
    return [problem for problem in found if not problem.endswith(".schema is unknown")]


def wrong_requests(exchanges: list[Exchange]) -> list[str]:
    return [problem for each in exchanges for problem in each.asked_wrongly()]


EVERYTHING = {operation.name for operation in OPERATIONS}


def test_the_official_sdk_walks_every_operation(official_day: list[Exchange]) -> None:
    assert called(official_day) == EVERYTHING
    assert {each.status for each in official_day} == {200, 202, 204}


def test_every_request_of_the_official_sdk_is_valid(official_day: list[Exchange]) -> None:
    assert wrong_requests(official_day) == []


def test_only_the_list_of_orders_breaks_a_model_for_the_official_sdk(
    official_day: list[Exchange],
) -> None:
    found = wrong_answers(official_day)

    assert len(found) == 20
    assert all(MARKETPLACE_ABSENT in problem for problem in found)


MARKETPLACE_ABSENT = "marketplaceId: Invalid value for `marketplace_id`, must not be `None`"


def test_the_common_library_walks_every_operation(library_day: list[Exchange]) -> None:
    assert called(library_day) == EVERYTHING
    assert {each.status for each in library_day} == {200, 202, 204}


def test_only_the_list_of_orders_breaks_a_model_for_the_common_library(
    library_day: list[Exchange],
) -> None:
    found = wrong_answers(library_day)

    assert len(found) == 20
    assert all(MARKETPLACE_ABSENT in problem for problem in found)


def test_every_request_of_the_common_library_is_valid_but_for_the_keys_it_adds(
    library_day: list[Exchange],
) -> None:
    found = wrong_requests(library_day)

    assert {re.split("[.?]", problem)[-1] for problem in found} == {
        "MarketplaceId is unknown",
        "MarketplaceIds is unknown",
        "marketplaceIds is unknown",
        "marketplace_ids is unknown",
    }


def test_the_common_library_cancels_with_a_body_that_nobody_asked_for(
    library_day: list[Exchange],
) -> None:
    asked = next(each.asked for each in library_day if each.operation == "cancelFulfillmentOrder")

    assert asked == {
        "MarketplaceId": US,
        "MarketplaceIds": [US],
        "marketplace_ids": [US],
        "marketplaceIds": [US],
    }


OFFERED = {
    FulfillmentOutbound: """
        get_fulfillment_preview delivery_offers list_all_fulfillment_orders
        create_fulfillment_order get_package_tracking_details list_return_reason_codes
        create_fulfillment_return get_fulfillment_order update_fulfillment_order
        submit_fulfillment_order_status_update cancel_fulfillment_order get_features
        get_feature_inventory get_feature_sku get_feature_s_k_u""",
    Inventories: """
        get_inventory_summary_marketplace create_inventory_item delete_inventory_item
        add_inventory""",
    Sellers: "get_marketplace_participation get_account",
}


@pytest.mark.parametrize("kind", OFFERED)
def test_the_common_library_offers_no_operation_that_is_not_walked(kind: type) -> None:
    offered = {name for name, member in vars(kind).items() if hasattr(member, "__wrapped__")}

    assert offered == set(OFFERED[kind].split())


def test_the_common_library_cannot_add_stock_because_it_sends_no_header(
    library: Library, tap: Tap
) -> None:
    with pytest.raises(SellingApiBadRequestException, match="x-amzn-idempotency-token"):
        library.inventories.add_inventory(**{"x-amzn-idempotency-token": "token"}, **ADDITION)

    assert tap.exchanges[-1].status == 400
    assert "x-amzn-idempotency-token" in tap.exchanges[-1].asked


def test_stock_is_added_once_per_header(library: Library, sim: Simulator) -> None:
    before = sim.world.stocks[US].get("S")
    add_inventory(library, "one")
    add_inventory(library, "one")
    add_inventory(library, "two")

    assert before is None
    assert sim.world.stocks[US]["S"].fulfillable == 2


def test_the_common_library_sees_a_refusal_as_one(library: Library) -> None:
    with pytest.raises(SellingApiBadRequestException, match="Requested order 'NOPE' not found"):
        library.outbound.get_fulfillment_order("NOPE")


def test_the_official_sdk_lists_orders_when_told_to_be_lenient(
    official: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = importlib.import_module("spapi.configuration").Configuration
    lenient = kind()
    lenient.client_side_validation = False
    monkeypatch.setattr(kind, "_default", lenient)

    payload = official.outbound.list_all_fulfillment_orders().payload

    assert payload.fulfillment_orders[0].seller_fulfillment_order_id == "SHOP-1001"


def test_the_official_sdk_sees_a_refusal_as_one(official: Official) -> None:
    with pytest.raises(importlib.import_module("spapi.rest").ApiException) as refused:
        official.outbound.get_fulfillment_order("NOPE")

    assert refused.value.status == 400
    message = json.loads(refused.value.body)["errors"][0]["message"]
    assert message == "Requested order 'NOPE' not found"
