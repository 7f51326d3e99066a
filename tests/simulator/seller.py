"""A seller's program that speaks plain HTTP to the simulator and knows nothing of `mcf`."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from mcf.simulator import Simulator

US = "ATVPDKIKX0DER"
JAPAN = "A1VC38T7YXB528"
INDIA = "A21TJRUUN4KGV"
GERMANY = "A1PA6795UKMFR9"
OUTBOUND = "/fba/outbound/2020-07-01"
OUTBOUND_2026 = "/fulfillment/outbound/2026-07-04"
ORDERS_2026 = f"{OUTBOUND_2026}/orders"
OPENING = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
KETTLE = "LF-KTL-12-BLK"
BOARD = "LF-CUT-BRD-ACA"

ADDRESS = {
    "name": "Maren Fairweather",
    "addressLine1": "12 Alder Street",
    "city": "Seattle",
    "stateOrRegion": "WA",
    "postalCode": "98103",
    "countryCode": "US",
}
JAPANESE_ADDRESS = {
    "name": "Keiko Nakadai",
    "addressLine1": "1-2-3 Example",
    "stateOrRegion": "Tokyo",
    "postalCode": "100-0001",
    "countryCode": "JP",
}


NO_TLS = ssl.create_default_context()
"""Shared, because each one costs as much time as a whole test."""


class Timer:
    """Protocol time that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Api:
    """A seller's program: signed in, and speaking plain HTTP."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.http = httpx.Client(base_url=sim.endpoint, timeout=60, trust_env=False, verify=NO_TLS)
        self.sign_in()

    def sign_in(self) -> None:
        response = self.http.post("/auth/o2/token", data=CREDENTIALS)
        self.http.headers["x-amz-access-token"] = response.json()["access_token"]

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(path, params=params)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(path, json=body)

    def put(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.put(path, json=body)

    def place(self, order_id: str = "T-1", **changes: Any) -> httpx.Response:
        return self.post(f"{OUTBOUND}/fulfillmentOrders", order_body(order_id, **changes))

    def order(self, order_id: str = "T-1") -> dict[str, Any]:
        response = self.get(f"{OUTBOUND}/fulfillmentOrders/{order_id}")
        assert response.status_code == 200, response.text
        return response.json()["payload"]

    def status(self, order_id: str = "T-1") -> str:
        return self.order(order_id)["fulfillmentOrder"]["fulfillmentOrderStatus"]

    def inventory(self, **params: Any) -> httpx.Response:
        query = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}
        return self.get("/fba/inventory/v1/summaries", **{**query, **params})

    def stock(self, sku: str = KETTLE, marketplace_id: str = US) -> dict[str, Any]:
        response = self.inventory(sellerSku=sku, details="true", granularityId=marketplace_id,
                                  marketplaceIds=marketplace_id)  # fmt: skip
        return response.json()["payload"]["inventorySummaries"][0]["inventoryDetails"]

    def parcel(self, number: int) -> dict[str, Any]:
        return self.get(f"{OUTBOUND}/tracking", packageNumber=number).json()["payload"]

    def wait(self, **duration: float) -> None:
        self.sim.clock.step(timedelta(**duration))


CREDENTIALS = {
    "grant_type": "refresh_token",
    "client_id": "app",
    "client_secret": "made-up",
    "refresh_token": "Atzr|made-up",
}


def line(sku: str = KETTLE, quantity: int = 1, item_id: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "sellerSku": sku,
        "sellerFulfillmentOrderItemId": item_id,
        "quantity": quantity,
        **more,
    }


def order_body(order_id: str = "T-1", **changes: Any) -> dict[str, Any]:
    body = {
        "sellerFulfillmentOrderId": order_id,
        "displayableOrderId": order_id,
        "displayableOrderDate": "2026-03-04T14:00:00Z",
        "displayableOrderComment": "Thank you!",
        "shippingSpeedCategory": "Standard",
        "destinationAddress": ADDRESS,
        "items": [line()],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def line_2026(sku: str = KETTLE, units: str = "1.0", item_id: str = "1") -> dict[str, Any]:
    return {
        "lineItemId": item_id,
        "product": {"productIdentifier": {"amazonSku": sku}},
        "amount": {"unit": "EACHES", "value": units},
    }


def order_body_2026(order_id: str = "N-1", **changes: Any) -> dict[str, Any]:
    body = {
        "orderId": order_id,
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": ADDRESS},
        "lineItems": [line_2026()],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def without_links(told: Any) -> Any:
    """The same without the links to pictures, which are others in every answer."""
    if isinstance(told, list):
        return [without_links(each) for each in told]
    if isinstance(told, dict):
        links = ("url", "deliveryPhotoUrl")
        return {name: without_links(each) for name, each in told.items() if name not in links}
    return told


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an error answer."""
    first = response.json()["errors"][0]
    return response.status_code, first["code"], first["message"]


def place_2026(api: Api, order_id: str = "N-1", **changes: Any) -> Any:
    return api.post(ORDERS_2026, order_body_2026(order_id, **changes))


def read_2026(api: Api, order_id: str = "N-1", **params: str) -> dict[str, Any]:
    return api.get(f"{ORDERS_2026}/{order_id}", **params).json()["order"]


def package_path_2026(api: Api) -> str:
    place_2026(api)
    api.put(f"{ORDERS_2026}/N-1/status", {"status": "COMPLETE"})
    return (
        f"{ORDERS_2026}/N-1/packages/{read_2026(api)['shipments'][0]['packages'][0]['packageId']}"
    )


def first_parcel(api: Api) -> dict[str, Any]:
    """The first parcel of T-1, as the order tells it."""
    return dict(api.order()["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0])


def picture_link(parcel: dict[str, Any]) -> str:
    return str(parcel["deliveryInformation"]["deliveryDocumentList"][0]["url"])


def looked_at(api: Api, url: str) -> httpx.Response:
    """What a link to a picture leads to."""
    parts = urlsplit(url)
    return api.http.get(f"{parts.path}?{parts.query}")
