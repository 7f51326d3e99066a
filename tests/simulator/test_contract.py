"""Every operation, through two clients nobody here wrote, judged by Amazon's own models."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from mcf.simulator import Simulator
from mcf.simulator.app import OPERATIONS
from tests.simulator.contract import problems
from tests.simulator.seller import (
    ADDRESS,
    JAPAN,
    JAPANESE_ADDRESS,
    KETTLE,
    OUTBOUND,
    OUTBOUND_2026,
    US,
    Api,
    line,
    order_body,
    order_body_2026,
)
from tests.simulator.test_previews import OFFER
from tests.simulator.test_version_2026 import RICH

V2020 = "fulfillment_outbound_v2020_07_01"
V2026 = "fulfillment_outbound_v2026_07_04"
FBA = "fba_inventory_v1"
SELLERS = "sellers_v1"
INVENTORY = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}
PRODUCT = {"productIdentifier": {"amazonSku": KETTLE}}
PREVIEW_2026 = {
    "origin": {"countryCode": "US"},
    "destination": {"deliveryAddress": ADDRESS},
    "lineItems": [{"product": PRODUCT, "amount": {"value": "1.0"}}],
}
OFFERS_2026 = {
    "origin": {"countryCode": "US"},
    "destination": {"deliveryAddress": {"countryCode": "US", "postalCode": "98103"}},
    "items": [PRODUCT, {"productIdentifier": {"amazonSku": "NO-SUCH-SKU"}}],
}
SCHEDULED = {
    "marketplaceId": JAPAN,
    "address": JAPANESE_ADDRESS,
    "items": [line()],
    "includeDeliveryWindows": True,
}


@pytest.fixture
def shipped(api: Api) -> dict[str, Any]:
    """One rich shipped order with a return, as version 2020-07-01 shows it."""
    api.place(items=[line(quantity=2, giftMessage="Enjoy")], notificationEmails=["a@example.com"])
    api.wait(days=2)
    order = api.order()
    back = {
        "sellerReturnItemId": "R-1",
        "sellerFulfillmentOrderItemId": "1",
        "amazonShipmentId": order["fulfillmentShipments"][0]["amazonShipmentId"],
        "returnReasonCode": "CR-DEFECTIVE",
    }
    bad = {**back, "amazonShipmentId": "NOPE"}
    answer = api.put(f"{OUTBOUND}/fulfillmentOrders/T-1/return", {"items": [back, bad]})
    return {"order": order, "return": answer.json(), "request": {"items": [back, bad]}}


def wrong(package: str, kind: str, response: httpx.Response) -> list[str]:
    return problems(package, kind, response.json())


ANSWERS = [
    (V2020, "GetFulfillmentPreviewResponse", "POST", f"{OUTBOUND}/fulfillmentOrders/preview",
     {"address": ADDRESS, "items": [line(), line("LF-APR-LIN-CHR", 1, "2")]}),
    (V2020, "GetFulfillmentPreviewResponse", "POST", f"{OUTBOUND}/fulfillmentOrders/preview",
     SCHEDULED),
    (V2020, "GetDeliveryOffersResponse", "POST", f"{OUTBOUND}/deliveryOffers", OFFER),
    (V2020, "CreateFulfillmentOrderResponse", "POST", f"{OUTBOUND}/fulfillmentOrders",
     order_body("C-1")),
    (V2020, "GetFulfillmentOrderResponse", "GET", f"{OUTBOUND}/fulfillmentOrders/T-1", None),
    (V2020, "ListReturnReasonCodesResponse", "GET",
     f"{OUTBOUND}/returnReasonCodes?sellerSku={KETTLE}", None),
    (V2020, "GetFeaturesResponse", "GET", f"{OUTBOUND}/features?marketplaceId={US}", None),
    (V2020, "GetFeatureInventoryResponse", "GET",
     f"{OUTBOUND}/features/inventory/BLANK_BOX?marketplaceId={US}", None),
    (V2020, "GetFeatureSkuResponse", "GET",
     f"{OUTBOUND}/features/inventory/BLANK_BOX/{KETTLE}?marketplaceId={US}", None),
    (V2020, "CancelFulfillmentOrderResponse", "PUT", f"{OUTBOUND}/fulfillmentOrders/T-1/cancel",
     None),
    (V2020, "GetFulfillmentOrderResponse", "GET", f"{OUTBOUND}/fulfillmentOrders/NOPE", None),
    (V2026, "GetOrderPreviewResponse", "POST", f"{OUTBOUND_2026}/previews", PREVIEW_2026),
    (V2026, "GetOffersResponse", "POST", f"{OUTBOUND_2026}/offers", OFFERS_2026),
    (V2026, "CreateOrderResponse", "POST", f"{OUTBOUND_2026}/orders",
     order_body_2026("C-2", **RICH)),
    (V2026, "GetOrderResponse", "GET", f"{OUTBOUND_2026}/orders/T-1", None),
    (V2026, "ListOrdersResponse", "GET", f"{OUTBOUND_2026}/orders", None),
    (V2026, "ErrorList", "GET", f"{OUTBOUND_2026}/orders/NOPE", None),
    (FBA, "GetInventorySummariesResponse", "GET",
     f"/fba/inventory/v1/summaries?details=true&{urlencode(INVENTORY)}", None),
    (SELLERS, "GetMarketplaceParticipationsResponse", "GET",
     "/sellers/v1/marketplaceParticipations", None),
    (SELLERS, "GetAccountResponse", "GET", "/sellers/v1/account", None),
]  # fmt: skip


@pytest.mark.parametrize(("package", "kind", "method", "path", "body"), ANSWERS)
def test_an_answer_is_valid_by_amazons_model(
    api: Api, shipped: dict[str, Any], package: str, kind: str, method: str, path: str, body: Any
) -> None:
    response = api.http.request(method, path, json=body)

    assert wrong(package, kind, response) == []


def test_returns_are_valid_by_amazons_model(shipped: dict[str, Any]) -> None:
    assert problems(V2020, "CreateFulfillmentReturnResponse", shipped["return"]) == []
    assert problems(V2020, "CreateFulfillmentReturnRequest", shipped["request"]) == []


def test_every_order_of_the_shop_is_valid_in_both_versions(api: Api) -> None:
    found = [
        problem
        for order_id in api.sim.world.orders
        for package, kind, path in (
            (V2020, "GetFulfillmentOrderResponse", f"{OUTBOUND}/fulfillmentOrders/{order_id}"),
            (V2026, "GetOrderResponse", f"{OUTBOUND_2026}/orders/{order_id}"),
        )
        for problem in wrong(package, kind, api.get(path))
    ]

    assert found == []


def test_only_undocumented_codes_break_the_tracking_model(api: Api) -> None:
    found = [
        problem
        for number in api.sim.world.packages
        for problem in wrong(
            V2020,
            "GetPackageTrackingDetailsResponse",
            api.get(f"{OUTBOUND}/tracking", packageNumber=number),
        )
    ]

    assert {problem.rsplit(" ", 1)[1] for problem in found} == {
        "'UNDISPLAYED'",
        "'EVENT_212'",
        "'EVENT_636'",
    }


def test_only_the_marketplace_is_missing_from_the_list(api: Api) -> None:
    found = wrong(
        V2020, "ListAllFulfillmentOrdersResponse", api.get(f"{OUTBOUND}/fulfillmentOrders")
    )

    assert len(found) == 20
    assert all("marketplaceId" in problem for problem in found)


@pytest.mark.parametrize(
    ("package", "kind", "value"),
    [
        (V2020, "Address", {**ADDRESS, "colour": "blue"}),
        (V2020, "Address", {"name": "x"}),
        (V2020, "Money", {"currencyCode": "USD", "value": 5}),
        (V2020, "FulfillmentAction", "Wait"),
        (V2020, "GetFulfillmentPreviewRequest", {"address": ADDRESS, "items": {}}),
        (V2020, "CreateFulfillmentOrderItem", line("x" * 51)),
        (V2020, "DateRange", {"earliest": "soon", "latest": "later"}),
    ],
)
def test_the_judge_itself_sees_what_is_wrong(package: str, kind: str, value: Any) -> None:
    assert problems(package, kind, value)


class Official:
    """Amazon's own SDK, signed in to the simulator."""

    def __init__(self, sim: Simulator) -> None:
        auth = importlib.import_module("spapi.auth.credentials")
        config = auth.SPAPIConfig("app", "made-up", "Atzr|made-up")
        client = importlib.import_module("spapi.client").SPAPIClient
        self.client = client(config, sim.lwa_endpoint, sim.endpoint).api_client
        module = importlib.import_module(f"spapi.api.{V2020}.fba_outbound_api")
        self.outbound = module.FbaOutboundApi(self.client)
        module = importlib.import_module(f"spapi.api.{V2026}.fulfillment_outbound_api")
        self.outbound_2026 = module.FulfillmentOutboundApi(self.client)
        module = importlib.import_module(f"spapi.api.{FBA}.fba_inventory_api")
        self.fba = module.FbaInventoryApi(self.client)
        module = importlib.import_module(f"spapi.api.{SELLERS}.sellers_api")
        self.sellers = module.SellersApi(self.client)


@pytest.fixture
def official(sim: Simulator) -> Iterator[Official]:
    sdk = Official(sim)
    yield sdk
    sdk.client.rest_client.pool_manager.clear()


def walk_2020(sdk: Official, sim: Simulator) -> None:
    """A seller's day in the words of the official SDK, version 2020-07-01."""
    outbound = sdk.outbound
    item = line(quantity=2)
    outbound.get_fulfillment_preview({"address": ADDRESS, "items": [item]})
    outbound.delivery_offers(OFFER)
    outbound.create_fulfillment_order(order_body("S-1", items=[item], fulfillmentAction="Hold"))
    outbound.update_fulfillment_order("S-1", {"fulfillmentAction": "Ship"})
    outbound.submit_fulfillment_order_status_update("S-1", {"fulfillmentOrderStatus": "Complete"})
    order = outbound.get_fulfillment_order("S-1").payload
    shipment = order.fulfillment_shipments[0]
    outbound.get_package_tracking_details(shipment.fulfillment_shipment_package[0].package_number)
    outbound.list_return_reason_codes(KETTLE)
    back = {
        "sellerReturnItemId": "R",
        "sellerFulfillmentOrderItemId": "1",
        "amazonShipmentId": shipment.amazon_shipment_id,
        "returnReasonCode": "CR-DEFECTIVE",
    }
    outbound.create_fulfillment_return("S-1", {"items": [back]})
    outbound.create_fulfillment_order(order_body("S-2"))
    outbound.cancel_fulfillment_order("S-2")
    outbound.get_features(US)
    outbound.get_feature_inventory(US, "BLANK_BOX")
    outbound.get_feature_sku(US, "BLANK_BOX", KETTLE)
    with pytest.raises(ValueError, match="marketplace_id"):
        outbound.list_all_fulfillment_orders()


def walk_2026(sdk: Official, sim: Simulator) -> None:
    """A seller's day in the words of the official SDK, version 2026-07-04."""
    outbound = sdk.outbound_2026
    outbound.get_order_preview(PREVIEW_2026)
    outbound.get_offers(OFFERS_2026)
    hold = {"fulfillmentConfiguration": {"action": "HOLD"}}
    outbound.create_order(order_body_2026("S-3", **hold))
    outbound.update_order("S-3", {"fulfillmentConfiguration": {"action": "SHIP"}})
    outbound.update_order_status("S-3", {"status": "COMPLETE"})
    package = outbound.get_order("S-3").order.shipments[0].packages[0]
    outbound.update_package("S-3", package.package_id, {"status": "DELIVERED"})
    outbound.create_order(order_body_2026("S-4"))
    outbound.cancel_order("S-4")
    outbound.list_orders()


def walk_rest(sdk: Official, sim: Simulator) -> None:
    """Inventory and account in the words of the official SDK."""
    sdk.fba.get_inventory_summaries("Marketplace", US, [US], details=True)
    sdk.fba.create_inventory_item({"sellerSku": "S", "marketplaceId": US, "productName": "S"})
    item = {"sellerSku": "S", "marketplaceId": US, "quantity": 1}
    sdk.fba.add_inventory("token", {"inventoryItems": [item]})
    sdk.fba.delete_inventory_item("S", US)
    sdk.sellers.get_marketplace_participations()
    sdk.sellers.get_account()


def test_the_official_sdk_walks_every_operation(official: Official, sim: Simulator) -> None:
    sim.requests.clear()
    walk_2020(official, sim)
    walk_2026(official, sim)
    walk_rest(official, sim)

    assert set(sim.requests.counts()) == {operation.name for operation in OPERATIONS}
    assert {entry.status for entry in sim.requests.entries()} <= {200, 202, 204}


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


class Library:
    """python-amazon-sp-api, signed in to the simulator."""

    def __init__(self, sim: Simulator) -> None:
        api = importlib.import_module("sp_api.api")
        token = importlib.import_module("sp_api.auth").AccessTokenClient
        host = sim.endpoint.removeprefix("http://")
        tokens = type("Tokens", (token,), {"scheme": "http://", "host": host})
        options = {
            "marketplace": SimpleNamespace(
                endpoint=sim.endpoint, marketplace_id=US, region="us-east-1"
            ),
            "credentials": {
                "refresh_token": f"Atzr|{host}",
                "lwa_app_id": "app",
                "lwa_client_secret": "made-up",
            },
            "auth_token_client_class": tokens,
        }
        self.outbound = api.FulfillmentOutbound(**options)
        self.inventories = api.Inventories(**options)
        self.sellers = api.Sellers(**options)

    def close(self) -> None:
        """Closes what the library leaves open, too."""
        for client in (self.outbound, self.inventories, self.sellers):
            client.close()
            client._auth._transport.close()


@pytest.fixture
def library(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.delenv("SP_API_DEFAULT_MARKETPLACE", raising=False)
    client = Library(sim)
    yield client
    client.close()


def test_the_common_library_walks_its_operations(
    library: Library, api: Api, sim: Simulator
) -> None:
    outbound = library.outbound
    sim.requests.clear()
    preview = outbound.get_fulfillment_preview(address=ADDRESS, items=[line()]).payload
    outbound.create_fulfillment_order(**order_body("L-1", fulfillmentAction="Hold"))
    outbound.update_fulfillment_order("L-1", fulfillmentAction="Ship")
    api.wait(hours=8)
    order = outbound.get_fulfillment_order("L-1").payload
    parcel = order["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0]
    outbound.get_package_tracking_details(packageNumber=parcel["packageNumber"])
    outbound.list_all_fulfillment_orders()
    outbound.create_fulfillment_order(**order_body("L-2"))
    outbound.cancel_fulfillment_order("L-2")
    outbound.list_return_reason_codes(sellerSku=KETTLE)
    outbound.get_features(marketplaceId=US)
    outbound.get_feature_inventory("BLANK_BOX", marketplaceId=US)
    outbound.get_feature_sku("BLANK_BOX", KETTLE, marketplaceId=US)
    stock = library.inventories.get_inventory_summary_marketplace(details=True, **INVENTORY).payload
    library.sellers.get_marketplace_participation()

    assert {entry.status for entry in sim.requests.entries()} == {200}
    assert preview["fulfillmentPreviews"][0]["isFulfillable"] is True
    assert order["fulfillmentOrder"]["fulfillmentOrderStatus"] == "Complete"
    assert len(stock["inventorySummaries"]) == 50


@pytest.mark.parametrize(
    ("package", "kind", "body"),
    [
        (V2020, "CreateFulfillmentOrderRequest", order_body()),
        (V2020, "GetDeliveryOffersRequest", OFFER),
        (V2020, "GetFulfillmentPreviewRequest", SCHEDULED),
        (V2026, "CreateOrderRequest", order_body_2026(**RICH)),
        (V2026, "GetOrderPreviewRequest", PREVIEW_2026),
        (V2026, "GetOffersRequest", OFFERS_2026),
    ],
)
def test_the_requests_of_these_tests_are_valid_themselves(
    package: str, kind: str, body: Any
) -> None:
    assert problems(package, kind, body) == []
