"""Fulfillment Outbound 2020-07-01, over the class of python-amazon-sp-api.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mcf.amazon import labels
from mcf.amazon.labels import Feature
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    PackageTracking,
    ReturnReason,
    ReturnResult,
)
from mcf.amazon.models.base import Address, api_time, readable
from mcf.amazon.models.requests import (
    MCFOrderItem,
    MCFOrderRequest,
    MCFOrderUpdate,
    MCFReturnRequest,
)
from mcf.amazon.outbound import Outbound, nothing
from mcf.amazon.responses import Ask, Operation, Page, doubts_of, listed, page, without_nulls
from mcf.errors import SettingsError


class Outbound2020(Outbound):
    """What is asked with this version; `api` is the library's client."""

    lists_details = False

    def __init__(self, api: Any, marketplace_id: str) -> None:
        self._api = api
        self._marketplace_id = marketplace_id

    def heads(self, since: datetime | None, token: str | None) -> Ask[Page[MCFFulfillmentOrder]]:
        """A page of order heads."""
        query: dict[str, Any] = {}
        if since is not None:
            query["queryStartDate"] = api_time(since)
        if token:
            query["nextToken"] = token

        def read(data: dict[str, Any]) -> Page[MCFFulfillmentOrder]:
            rows = listed(data["payload"], "fulfillmentOrders", Operation.LIST_ORDERS)
            orders, lost = readable(MCFFulfillmentOrder, rows)
            return page(orders, doubts_of(orders, lost, _number), data["payload"])

        return Ask(
            Operation.LIST_ORDERS,
            lambda: self._api.list_all_fulfillment_orders(**query),
            read,
        )

    def details(
        self,
        since: datetime | None,  # noqa: ARG002 - asked for in both versions alike
        token: str | None,  # noqa: ARG002
    ) -> Ask[Page[MCFOrderDetail]]:
        """Raises `SettingsError`: this version lists no details."""
        raise SettingsError(
            "MCF_OUTBOUND_VERSION",
            "2020-07-01 lists orders without their lines and shipments.",
            advice="Ask for each order, or set it to 2026-07-04.",
        )

    def order(self, order_id: str) -> Ask[MCFOrderDetail]:
        """An order with its lines and shipments."""
        return Ask(
            Operation.GET_ORDER,
            lambda: self._api.get_fulfillment_order(order_id),
            lambda data: MCFOrderDetail.from_api(data["payload"]),
        )

    def with_returns(self, order_id: str) -> Ask[MCFOrderDetail]:
        """An order with the units of it that come back, which only this version tells."""
        return Outbound2020.order(self, order_id)

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
        """What each delivery speed costs; `cod` adds those paid on delivery, `windows` the times
        of scheduled deliveries.
        """
        body: dict[str, Any] = {
            "marketplaceId": self._marketplace_id,
            "address": without_nulls(address.to_api()),
            "items": [_preview_item(item) for item in items],
        }
        if speeds:
            body["shippingSpeedCategories"] = [*speeds]
        if features:
            body["featureConstraints"] = [*features]
        if cod:
            body["includeCODFulfillmentPreview"] = True
        if windows:
            body["includeDeliveryWindows"] = True

        def read(data: dict[str, Any]) -> tuple[FulfillmentPreview, ...]:
            rows = listed(data["payload"], "fulfillmentPreviews", Operation.GET_PREVIEW)
            # One whose speed isn't told can't be chosen.
            previews, _ = readable(FulfillmentPreview, rows)
            return tuple(previews)

        return Ask(Operation.GET_PREVIEW, lambda: self._api.get_fulfillment_preview(**body), read)

    def create(self, request: MCFOrderRequest) -> Ask[None]:
        """The order is accepted."""
        body = self._body(request)
        return Ask(
            Operation.CREATE_ORDER,
            lambda: self._api.create_fulfillment_order(**body),
            nothing,
        )

    def update(self, order_id: str, update: MCFOrderUpdate) -> Ask[None]:
        """The change is accepted."""
        body = without_nulls(update.to_api())
        return Ask(
            Operation.UPDATE_ORDER,
            lambda: self._api.update_fulfillment_order(order_id, **body),
            nothing,
        )

    def cancel(self, order_id: str) -> Ask[None]:
        """The request to cancel is accepted."""
        return Ask(
            Operation.CANCEL_ORDER,
            lambda: self._api.cancel_fulfillment_order(order_id),
            nothing,
        )

    def track(self, package_number: int) -> Ask[PackageTracking]:
        """Status and events of a parcel."""
        return Ask(
            Operation.GET_TRACKING,
            lambda: self._api.get_package_tracking_details(packageNumber=package_number),
            lambda data: PackageTracking.from_api(data["payload"]),
        )

    def features(self) -> Ask[tuple[Feature, ...]]:
        """What the seller can wish of packaging and carrier."""

        def read(data: dict[str, Any]) -> tuple[Feature, ...]:
            rows = listed(data["payload"], "features", Operation.GET_FEATURES)
            named = (
                (row.get("featureName"), row.get("featureDescription"))
                for row in rows
                if isinstance(row, dict) and row.get("sellerEligible") is not False
            )
            return tuple(
                labels.feature(name, described if isinstance(described, str) else None)
                for name, described in named
                if isinstance(name, str) and name
            )

        return Ask(
            Operation.GET_FEATURES,
            lambda: self._api.get_features(marketplaceId=self._marketplace_id),
            read,
        )

    def return_reasons(self, order_id: str, seller_sku: str) -> Ask[tuple[ReturnReason, ...]]:
        """Why a unit of the SKU may come back."""
        query = {
            "sellerSku": seller_sku,
            "marketplaceId": self._marketplace_id,
            "sellerFulfillmentOrderId": order_id,
        }

        def read(data: dict[str, Any]) -> tuple[ReturnReason, ...]:
            rows = listed(data["payload"], "reasonCodeDetails", Operation.GET_RETURN_REASONS)
            reasons, _ = readable(ReturnReason, rows)
            return tuple(reasons)

        return Ask(
            Operation.GET_RETURN_REASONS,
            lambda: self._api.list_return_reason_codes(**query),
            read,
        )

    def create_return(self, order_id: str, request: MCFReturnRequest) -> Ask[ReturnResult]:
        """What became of each unit that is to come back."""
        body = without_nulls(request.to_api())
        return Ask(
            Operation.CREATE_RETURN,
            lambda: self._api.create_fulfillment_return(order_id, **body),
            lambda data: ReturnResult.from_api(data["payload"]),
        )

    def _body(self, request: MCFOrderRequest) -> dict[str, Any]:
        return {"marketplaceId": self._marketplace_id, **without_nulls(request.to_api())}


def _number(order: MCFFulfillmentOrder) -> str:
    return order.seller_fulfillment_order_id


def _preview_item(item: MCFOrderItem) -> dict[str, Any]:
    wanted = ("sellerSku", "quantity", "sellerFulfillmentOrderItemId", "perUnitDeclaredValue")
    return {k: v for k, v in without_nulls(item.to_api()).items() if k in wanted}
