"""What the simulator answers, judged by the models of Amazon's own SDK."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.simulator.bodies import OFFER, OFFERS_2026, PREVIEW_2026, RICH
from tests.simulator.contract import FBA, SELLERS, V2020, V2026, problems
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

INVENTORY = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}


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


def test_features_are_valid_but_for_a_schema_that_was_seen_on_the_wire(api: Api) -> None:
    found = wrong(V2020, "GetFeaturesResponse", api.get(f"{OUTBOUND}/features", marketplaceId=US))

    assert [problem.rpartition(".")[2] for problem in found] == ["schema is unknown"] * 2


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

    assert {problem.split("options: ", 1)[1] for problem in found} == {
        "'UNDISPLAYED'",
        "'EVENT_212'",
        "'EVENT_320'",
        "'EVENT_438'",
        "'EVENT_444'",
        "'EVENT_636'",
        "'EVENT_637'",
        # Spellings of places that really arrive.
        "'FRONT_DOOR/PORCH'",
        "'FRONT DOOR/PORCH'",
        "'IN/AT MAILBOX'",
        "'BACK_PORCH'",
        "'GARAGE / OTHER DOOR / OTHER LOC'",
        "'INDIVIDUAL PICKED UP AT PO'",
        "'Inside Delivery'",
        "'Office'",
        "'TO ORIGINAL SENDER'",
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
