"""Fulfillment Outbound 2026-07-04, which python-amazon-sp-api doesn't know: its endpoints, and its
previews in the words of 2020-07-01.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sp_api.base import Client, fill_query_params, sp_endpoint

from mcf.amazon import mapping_2026
from mcf.amazon.mapping_2026 import LINE, PACKED, SPEEDS, Json, Pair, Table, at, head_2026, objects
from mcf.amazon.models.answers import FulfillmentPreview, MCFFulfillmentOrder, MCFOrderDetail
from mcf.amazon.models.base import Address, api_time, readable
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest, MCFOrderUpdate
from mcf.amazon.outbound import nothing
from mcf.amazon.outbound_2020 import Outbound2020
from mcf.amazon.responses import Ask, Operation, Page, doubts_of, listed, page, without_nulls

_BASE = "/fulfillment/outbound/2026-07-04"
_ITEM_FIELDS = ("sellerSku", "quantity", "perUnitDeclaredValue")
_SHIPMENT = Table(
    (
        Pair("earliestShipDate", "shipInterval.startTime"),
        Pair("latestShipDate", "shipInterval.endTime"),
        Pair("earliestArrivalDate", "deliveryInterval.startTime"),
        Pair("latestArrivalDate", "deliveryInterval.endTime"),
    )
)


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

    lists_details = True

    def __init__(self, api: Any, api_2020: Any, marketplace_id: str) -> None:
        super().__init__(api_2020, marketplace_id)
        self._api_2026 = api

    def heads(self, since: datetime | None, token: str | None) -> Ask[Page[MCFFulfillmentOrder]]:
        """A page of order heads; the shipments come all the same, as they tell the status."""
        ask = self.details(since, token)

        def read(data: dict[str, Any]) -> Page[MCFFulfillmentOrder]:
            orders = ask.read(data)
            heads = tuple(order.fulfillment_order for order in orders.items)
            return Page(heads, orders.next_token, orders.doubts)

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
            orders, lost = mapping_2026.order_details(rows)
            return page(orders, doubts_of(orders, lost, _order_id), data.get("pagination"))

        return Ask(Operation.LIST_ORDERS_2026, lambda: self._api_2026.list_orders(**query), read)

    def order(self, order_id: str) -> Ask[MCFOrderDetail]:
        """An order with lines, shipments and parcels."""
        return Ask(
            Operation.GET_ORDER_2026,
            lambda: self._api_2026.get_order(order_id),
            lambda data: mapping_2026.order_detail(data["order"]),
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
        body = preview_request(self._marketplace_id, address, items, speeds, features)
        if body is None or cod or windows:
            return super().preview(address, items, speeds, features, cod=cod, windows=windows)
        return Ask(
            Operation.GET_PREVIEW_2026,
            lambda: self._api_2026.get_order_preview(**body),
            lambda data: previews(data, self._marketplace_id, items, speeds),
        )

    def create(self, request: MCFOrderRequest) -> Ask[None]:
        """The order is accepted, whether it has been validated (200) or will be (202)."""
        body = mapping_2026.create_request(self._body(request))
        if body is None:
            return super().create(request)
        return Ask(
            Operation.CREATE_ORDER_2026,
            lambda: self._api_2026.create_order(**body),
            nothing,
        )

    def update(self, order_id: str, update: MCFOrderUpdate) -> Ask[None]:
        """The change is accepted."""
        body = mapping_2026.update_request(without_nulls(update.to_api()))
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


def preview_request(
    marketplace_id: str,
    address: Address,
    items: Sequence[MCFOrderItem],
    speeds: Sequence[str] = (),
    features: Sequence[dict[str, str]] = (),
) -> Json | None:
    """getOrderPreview's body; None where it has no word for one of the features."""
    head: Json = {"marketplaceId": marketplace_id, "destinationAddress": address.to_api()}
    if features:
        head["featureConstraints"] = list(features)
    body = head_2026(head)
    if "featureConstraints" in body:
        return None
    if speeds:
        tiers = [next((t for t, s in SPEEDS.items() if s == speed), speed) for speed in speeds]
        body.setdefault("fulfillmentConfiguration", {})["serviceLevel"] = {"serviceTiers": tiers}
    lines = ({k: v for k, v in item.to_api().items() if k in _ITEM_FIELDS} for item in items)
    return {**body, "lineItems": [LINE.theirs(line) for line in lines]}


def previews(
    answer: Json, marketplace_id: str, items: Sequence[MCFOrderItem], speeds: Sequence[str] = ()
) -> tuple[FulfillmentPreview, ...]:
    """A preview for each speed that was asked for or that the answer names.

    A speed is fulfillable when every planned shipment has an offer of it and nothing stands in its
    way.
    """
    plan = _Plan(answer, items)
    named = [*speeds, *(SPEEDS.get(tier, tier) for tier in plan.tiers())]
    shown = list(dict.fromkeys(named)) or ["Standard"]
    # A speed that is no text can't be chosen.
    models, _ = readable(
        FulfillmentPreview, [plan.preview(speed, marketplace_id) for speed in shown]
    )
    return tuple(models)


def _order_id(detail: MCFOrderDetail) -> str:
    return detail.fulfillment_order.seller_fulfillment_order_id


class _Plan:
    """An answer of getOrderPreview and what was asked.

    A shipment or a constraint that can't be read stands in the way of every speed, and a price that
    can't be read leaves what the speed costs unknown.
    """

    def __init__(self, answer: Json, items: Sequence[MCFOrderItem]) -> None:
        self._shipments = [_if_object(shipment) for shipment in answer["plannedShipments"]]
        self._constraints = _constraints(answer.get("constraints"))
        self._items = items
        self._skus = {item.seller_sku for item in items}

    def tiers(self) -> Iterator[str]:
        """The service tiers of all offers, then those that constraints name."""
        for shipment in self._shipments:
            yield from filter(None, map(_tier, objects(shipment.get("offers"))))
        yield from (
            t for constraint in self._constraints for t in SPEEDS if t in _values(constraint)
        )

    def preview(self, speed: str, marketplace_id: str) -> Json:
        offers = [self._offer(shipment, speed) for shipment in self._shipments]
        against = [constraint for constraint in self._constraints if _concerns(constraint, speed)]
        possible = bool(offers) and all(offers) and not against
        pairs = [(s, o) for s, o in zip(self._shipments, offers, strict=True) if o] * possible
        fields: Json = {
            "shippingSpeedCategory": speed,
            "isFulfillable": possible,
            "marketplaceId": marketplace_id,
            "estimatedShippingWeight": _weight(self._shipments),
            "estimatedFees": _fees(offer for _, offer in pairs),
            "isCODCapable": _pays_on_delivery(offer for _, offer in pairs),
            "fulfillmentPreviewShipments": [self._shipment(s, o) for s, o in pairs],
            "unfulfillablePreviewItems": [
                self._short(constraint, sku)
                for constraint in against
                for sku in sorted(self._skus & _values(constraint))
            ],
            "orderUnfulfillableReasons": [
                constraint.get("code")
                for constraint in against
                if not self._skus & _values(constraint)
            ],
            "constraints": against or None,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def _offer(self, shipment: Json, speed: str) -> Json | None:
        offers = ((o, _tier(o)) for o in objects(shipment.get("offers")))
        return next((o for o, tier in offers if tier and SPEEDS.get(tier, tier) == speed), None)

    def _shipment(self, shipment: Json, offer: Json) -> Json:
        level = _level(offer)
        items = [self._line(PACKED.ours(item)) for item in objects(shipment.get("items"))]
        return {**_SHIPMENT.ours(level), "fulfillmentPreviewItems": items}

    def _short(self, constraint: Json, sku: str) -> Json:
        asked = sum(item.quantity for item in self._items if item.seller_sku == sku)
        reasons = {"itemUnfulfillableReasons": [constraint.get("code")]}
        return self._line({"sellerSku": sku, "quantity": asked, **reasons})

    def _line(self, fields: Json) -> Json:
        """The line with its id, which this version doesn't tell: that of the SKU's first one."""
        ids = (
            item.seller_fulfillment_order_item_id
            for item in self._items
            if item.seller_sku == fields.get("sellerSku")
        )
        return {**fields, "sellerFulfillmentOrderItemId": next(ids, "")}


def _if_object(data: Any) -> Json:
    return data if isinstance(data, dict) else {}


def _constraints(rows: Any) -> list[Json]:
    """The constraints; one that can't be read tells nothing but that there is one."""
    if isinstance(rows, list):
        return [_if_object(row) for row in rows]
    return [] if rows is None else [{}]


def _level(offer: Json) -> Json:
    return _if_object(at(offer, "fulfillmentConfiguration", "serviceLevel"))


def _tier(offer: Json) -> str | None:
    tier = _level(offer).get("serviceTier")
    return tier if isinstance(tier, str) else None


def _values(constraint: Json) -> set[str]:
    # Amazon doesn't document the types of details, so what they are about is told by the values.
    values = (detail.get("value") for detail in objects(constraint.get("details")))
    return {value for value in values if isinstance(value, str)}


def _concerns(constraint: Json, speed: str) -> bool:
    tiers = _values(constraint) & SPEEDS.keys()
    return not tiers or any(SPEEDS[tier] == speed for tier in tiers)


def _number(text: Any) -> Decimal:
    """The number of a text; raises ValueError for what is none, or no finite one."""
    try:
        number = Decimal(text) if isinstance(text, str) else Decimal("NaN")
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def _weight(shipments: Sequence[Json]) -> Json | None:
    weights = [_if_object(shipment.get("estimatedShippingWeight")) for shipment in shipments]
    units = [weight.get("unit") for weight in weights]
    if not units or not isinstance(units[0], str) or units.count(units[0]) != len(units):
        return None
    try:
        total = sum(_number(weight.get("value")) for weight in weights)
    except ValueError:
        return None
    return {"unit": units[0], "value": str(total)}


def _fees(offers: Iterable[Json]) -> list[Json] | None:
    """The sums over all shipments; None where a price isn't told or can't be read."""
    sums: dict[tuple[str, str], Decimal] = {}
    for offer in offers:
        prices = at(offer, "estimatedPrice", "rollupPrices")
        if not isinstance(prices, list) or not prices:
            return None
        for price in prices:
            try:
                kind, currency, amount = _price(price)
            except ValueError:
                return None
            sums[kind, currency] = sums.get((kind, currency), Decimal(0)) + amount
    return [
        {"name": name, "amount": {"currencyCode": currency, "value": str(value)}}
        for (name, currency), value in sums.items()
    ]


def _price(price: Any) -> tuple[str, str, Decimal]:
    """What is paid for, the currency and the amount; raises ValueError."""
    kind, currency = at(price, "type"), at(price, "value", "currencyCode")
    if not isinstance(currency, str) or not currency:
        raise ValueError("no currency")
    return kind if isinstance(kind, str) else "", currency, _number(at(price, "value", "amount"))


def _pays_on_delivery(offers: Iterable[Json]) -> bool | None:
    words = [
        at(offer, "fulfillmentConfiguration", "services", "delivery", "paymentOnDelivery")
        for offer in offers
    ]
    settings = [word for word in words if word is not None]
    return all(word == "ENABLED" for word in settings) if settings else None
