"""Two clients nobody here wrote, signed in to the simulator, and a tap on the wire of each."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from sp_api.api import FulfillmentOutbound, Inventories, Sellers
from sp_api.auth import AccessTokenClient
from sp_api.base import ApiResponse, Client, fill_query_params, sp_endpoint

from mcf.simulator import Simulator
from tests.simulator.contract import APIS, FBA, SELLERS, V2020, V2026, Exchange
from tests.simulator.seller import NO_TLS, OUTBOUND_2026, US


class Tap:
    """What a client sent and received, in the order of the calls."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self.exchanges: list[Exchange] = []

    def hear(self, url: str, asked: bytes, status: int, answered: bytes) -> None:
        self.exchanges.append(
            Exchange(
                operation=self._sim.requests.entries()[-1].operation,
                parameters=frozenset(parse_qs(urlsplit(url).query)),
                asked=json.loads(asked) if asked else None,
                status=status,
                answered=json.loads(answered) if answered else None,
            )
        )

    def hear_httpx(self, response: httpx.Response) -> None:
        request = response.request
        self.hear(str(request.url), request.read(), response.status_code, response.read())

    def on_urllib3(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """A pool manager's `request` that is heard."""

        def request(method: str, url: str, **options: Any) -> Any:
            response = send(method, url, **options)
            query = httpx.QueryParams(options.get("fields") or {})
            asked = options.get("body") or ""
            self.hear(f"{url}?{query}", asked.encode(), response.status, response.data)
            return response

        return request


class Official:
    """Amazon's own SDK, amzn-sp-api."""

    def __init__(self, sim: Simulator, tap: Tap) -> None:
        auth = importlib.import_module("spapi.auth.credentials")
        config = auth.SPAPIConfig("app", "made-up", "Atzr|made-up")
        client = importlib.import_module("spapi.client").SPAPIClient
        self.client = client(config, sim.lwa_endpoint, sim.endpoint).api_client
        self._pool = self.client.rest_client.pool_manager
        self._pool.request = tap.on_urllib3(self._pool.request)
        self.outbound = self._api(V2020)
        self.outbound_2026 = self._api(V2026)
        self.fba = self._api(FBA)
        self.sellers = self._api(SELLERS)

    def _api(self, package: str) -> Any:
        module, name = APIS[package]
        return getattr(importlib.import_module(f"spapi.api.{package}.{module}"), name)(self.client)

    def close(self) -> None:
        self._pool.clear()


class FulfillmentOutbound2026(Client):
    """Version 2026-07-04 as python-amazon-sp-api 2.1.35 would have it, if it knew it."""

    @sp_endpoint(f"{OUTBOUND_2026}/previews", method="POST")
    def get_order_preview(self, **kwargs: Any) -> ApiResponse:
        return self._request(kwargs.pop("path"), data=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/offers", method="POST")
    def get_offers(self, **kwargs: Any) -> ApiResponse:
        return self._request(kwargs.pop("path"), data=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/orders", method="POST")
    def create_order(self, **kwargs: Any) -> ApiResponse:
        return self._request(kwargs.pop("path"), data=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/orders", method="GET")
    def list_orders(self, **kwargs: Any) -> ApiResponse:
        return self._request(kwargs.pop("path"), params=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/orders/{{}}", method="GET")
    def get_order(self, order_id: str, **kwargs: Any) -> ApiResponse:
        return self._request(fill_query_params(kwargs.pop("path"), order_id), params=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/orders/{{}}", method="PUT")
    def update_order(self, order_id: str, **kwargs: Any) -> ApiResponse:
        return self._request(fill_query_params(kwargs.pop("path"), order_id), data=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/orders/{{}}/cancel", method="PUT")
    def cancel_order(self, order_id: str, **kwargs: Any) -> ApiResponse:
        return self._request(fill_query_params(kwargs.pop("path"), order_id), data=kwargs)

    @sp_endpoint(f"{OUTBOUND_2026}/orders/{{}}/status", method="PUT")
    def update_order_status(self, order_id: str, **kwargs: Any) -> ApiResponse:
        return self._request(
            fill_query_params(kwargs.pop("path"), order_id), data=kwargs, res_no_data=True
        )

    @sp_endpoint(f"{OUTBOUND_2026}/orders/{{}}/packages/{{}}", method="PUT")
    def update_package(self, order_id: str, package_id: str, **kwargs: Any) -> ApiResponse:
        return self._request(
            fill_query_params(kwargs.pop("path"), order_id, package_id),
            data=kwargs,
            res_no_data=True,
        )


class Library:
    """python-amazon-sp-api."""

    def __init__(self, sim: Simulator, tap: Tap) -> None:
        host = sim.endpoint.removeprefix("http://")
        options = {
            "marketplace": SimpleNamespace(
                endpoint=sim.endpoint, marketplace_id=US, region="us-east-1"
            ),
            "credentials": {
                "refresh_token": f"Atzr|{host}",
                "lwa_app_id": "app",
                "lwa_client_secret": "made-up",
            },
            "auth_token_client_class": type(
                "Tokens", (AccessTokenClient,), {"scheme": "http://", "host": host}
            ),
            "verify": NO_TLS,
        }
        self.outbound = FulfillmentOutbound(**options)
        self.outbound_2026 = FulfillmentOutbound2026(**options)
        self.inventories = Inventories(**options)
        self.sellers = Sellers(**options)
        self._clients = (self.outbound, self.outbound_2026, self.inventories, self.sellers)
        for client in self._clients:
            client._transport._client.event_hooks = {"response": [tap.hear_httpx]}

    def close(self) -> None:
        """Closes what the library leaves open, too."""
        for client in self._clients:
            client.close()
            client._auth._transport.close()
