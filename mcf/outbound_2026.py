"""Fulfillment Outbound 2026-07-04, which python-amazon-sp-api doesn't know: the endpoints as that
library writes them, and what is asked with them.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2026-07-04-reference
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sp_api.base import Client, fill_query_params, sp_endpoint

from mcf import previews_2026, translate_2026
from mcf.asks import Ask, Page, doubts_of, listed, page, without_nulls
from mcf.models import (
    Address,
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    MCFOrderItem,
    MCFOrderRequest,
    MCFOrderUpdate,
    api_time,
)
from mcf.outbound_2020 import Outbound2020, nothing
from mcf.wire import Operation


def _number(detail: MCFOrderDetail) -> str:
    return detail.fulfillment_order.seller_fulfillment_order_id


_BASE = "/fulfillment/outbound/2026-07-04"


class FulfillmentOutbound20260704(Client):  # type: ignore[misc]
    """One method per operation, in the manner of `sp_api.api.FulfillmentOutbound`."""

    @sp_endpoint(f"{_BASE}/previews", method="POST")  # type: ignore[untyped-decorator]
    def get_order_preview(self, **kwargs: Any) -> Any:
        """https://developer-docs.amazon.com/sp-api/reference/getorderpreview"""
        return self._request(kwargs.pop("path"), data=kwargs)

    @sp_endpoint(f"{_BASE}/orders", method="GET")  # type: ignore[untyped-decorator]
    def list_orders(self, **kwargs: Any) -> Any:
        """https://developer-docs.amazon.com/sp-api/reference/listorders"""
        return self._request(kwargs.pop("path"), params=kwargs)

    @sp_endpoint(f"{_BASE}/orders", method="POST")  # type: ignore[untyped-decorator]
    def create_order(self, **kwargs: Any) -> Any:
        """https://developer-docs.amazon.com/sp-api/reference/createorder"""
        return self._request(kwargs.pop("path"), data=kwargs)

    @sp_endpoint(f"{_BASE}/orders/{{}}", method="GET")  # type: ignore[untyped-decorator]
    def get_order(self, order_id: str, **kwargs: Any) -> Any:
        """https://developer-docs.amazon.com/sp-api/reference/getorder"""
        return self._request(fill_query_params(kwargs.pop("path"), order_id), params=kwargs)

    @sp_endpoint(f"{_BASE}/orders/{{}}", method="PUT")  # type: ignore[untyped-decorator]
    def update_order(self, order_id: str, **kwargs: Any) -> Any:
        """https://developer-docs.amazon.com/sp-api/reference/updateorder"""
        return self._request(fill_query_params(kwargs.pop("path"), order_id), data=kwargs)

    @sp_endpoint(f"{_BASE}/orders/{{}}/cancel", method="PUT")  # type: ignore[untyped-decorator]
    def cancel_order(self, order_id: str, **kwargs: Any) -> Any:
        """https://developer-docs.amazon.com/sp-api/reference/cancelorder"""
        return self._request(fill_query_params(kwargs.pop("path"), order_id), data=kwargs)


class Outbound2026(Outbound2020):
    """What is asked with this version, and with 2020-07-01 what it has no words for: events of
    parcels, changes of anything but the action, and orders with e-mails or extras of that version.
    """

    def __init__(self, api: Any, api_2020: Any, marketplace_id: str) -> None:
        super().__init__(api_2020, marketplace_id)
        self._api_2026 = api

    def heads(self, since: datetime | None, token: str | None) -> Ask[Page[MCFFulfillmentOrder]]:
        """A page of order heads; the shipments come all the same, as they tell the status."""
        ask = self.details(since, token)

        def read(data: dict[str, Any]) -> Page[MCFFulfillmentOrder]:
            found = ask.read(data)
            heads = tuple(each.fulfillment_order for each in found.items)
            return Page(heads, found.next_token, found.doubts)

        return Ask(ask.operation, ask.send, read)

    def details(self, since: datetime | None, token: str | None) -> Ask[Page[MCFOrderDetail]]:
        """A page of orders with lines, shipments and parcels."""
        query: dict[str, Any] = {}
        if since is not None:
            query["updatedAfter"] = api_time(since)
        if token:
            query["pageToken"] = token

        def read(data: dict[str, Any]) -> Page[MCFOrderDetail]:
            rows = listed(data, "orders", Operation.LIST_ORDERS_2026)
            found, lost = translate_2026.order_details(rows)
            return page(found, doubts_of(found, lost, _number), data.get("pagination"))

        return Ask(Operation.LIST_ORDERS_2026, lambda: self._api_2026.list_orders(**query), read)

    def order(self, order_id: str) -> Ask[MCFOrderDetail]:
        """An order with lines, shipments and parcels."""
        return Ask(
            Operation.GET_ORDER_2026,
            lambda: self._api_2026.get_order(order_id),
            lambda data: translate_2026.order_detail(data["order"]),
        )

    def preview(
        self,
        address: Address,
        items: Sequence[MCFOrderItem],
        speeds: Sequence[str],
        features: Sequence[dict[str, str]],
        *,
        cod: bool = False,
        windows: bool = False,
    ) -> Ask[tuple[FulfillmentPreview, ...]]:
        """What each delivery speed costs."""
        body = previews_2026.preview_request(self._marketplace_id, address, items, speeds, features)
        if body is None or cod or windows:
            return super().preview(address, items, speeds, features, cod=cod, windows=windows)
        return Ask(
            Operation.GET_PREVIEW_2026,
            lambda: self._api_2026.get_order_preview(**body),
            lambda data: previews_2026.previews(data, self._marketplace_id, items, speeds),
        )

    def create(self, request: MCFOrderRequest) -> Ask[None]:
        """The order is accepted, whether it has been validated (200) or will be (202)."""
        body = translate_2026.create_request(self._body(request))
        if body is None:
            return super().create(request)
        return Ask(
            Operation.CREATE_ORDER_2026,
            lambda: self._api_2026.create_order(**body),
            nothing,
        )

    def update(self, order_id: str, update: MCFOrderUpdate) -> Ask[None]:
        """The change is accepted."""
        body = translate_2026.update_request(without_nulls(update.to_api()))
        if body is None:
            return super().update(order_id, update)
        return Ask(
            Operation.UPDATE_ORDER_2026,
            lambda: self._api_2026.update_order(order_id, **body),
            nothing,
        )

    def cancel(self, order_id: str) -> Ask[None]:
        """The request to cancel is accepted."""
        return Ask(
            Operation.CANCEL_ORDER_2026,
            lambda: self._api_2026.cancel_order(order_id),
            nothing,
        )
