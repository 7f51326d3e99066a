"""Previews of Fulfillment Outbound 2026-07-04, which tells offers for each planned shipment, told
as 2020-07-01 does: for each speed.

https://developer-docs.amazon.com/sp-api/reference/getorderpreview
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from mcf.errors import UnexpectedAnswer
from mcf.models import Address, FulfillmentPreview, MCFOrderItem
from mcf.translate_2026 import LINE, PACKED, SPEEDS, head_2026
from mcf.wording import Json, Pair, Table

_ITEM_FIELDS = ("sellerSku", "quantity", "perUnitDeclaredValue")
_SHIPMENT = Table(
    (
        Pair("earliestShipDate", "shipInterval.startTime"),
        Pair("latestShipDate", "shipInterval.endTime"),
        Pair("earliestArrivalDate", "deliveryInterval.startTime"),
        Pair("latestArrivalDate", "deliveryInterval.endTime"),
    )
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
    way. Raises `UnexpectedAnswer`.
    """
    try:
        plan = _Plan(answer, items)
        named = [*speeds, *(SPEEDS.get(tier, tier) for tier in plan.tiers())]
        shown = list(dict.fromkeys(named)) or ["Standard"]
        told = [plan.preview(speed, marketplace_id) for speed in shown]
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        raise UnexpectedAnswer("Amazon's preview can't be read.") from error
    return tuple(FulfillmentPreview.from_api(each) for each in told)


class _Plan:
    """An answer of getOrderPreview and what was asked."""

    def __init__(self, answer: Json, items: Sequence[MCFOrderItem]) -> None:
        self._shipments: list[Json] = answer["plannedShipments"]
        self._constraints: list[Json] = answer.get("constraints") or []
        self._items = items
        self._skus = {item.seller_sku for item in items}

    def tiers(self) -> Iterator[str]:
        """The service tiers of all offers, then those that constraints name."""
        yield from (_tier(offer) for each in self._shipments for offer in each.get("offers") or ())
        yield from (t for each in self._constraints for t in SPEEDS if t in _values(each))

    def preview(self, speed: str, marketplace_id: str) -> Json:
        offers = [self._offer(shipment, speed) for shipment in self._shipments]
        against = [each for each in self._constraints if _concerns(each, speed)]
        possible = bool(offers) and all(offers) and not against
        pairs = [(s, o) for s, o in zip(self._shipments, offers, strict=True) if o] * possible
        told: Json = {
            "shippingSpeedCategory": speed,
            "isFulfillable": possible,
            "marketplaceId": marketplace_id,
            "estimatedShippingWeight": _weight(self._shipments),
            "estimatedFees": _fees(offer for _, offer in pairs),
            "isCODCapable": _pays_on_delivery(offer for _, offer in pairs),
            "fulfillmentPreviewShipments": [self._shipment(s, o) for s, o in pairs],
            "unfulfillablePreviewItems": [
                self._short(each, sku)
                for each in against
                for sku in sorted(self._skus & _values(each))
            ],
            "orderUnfulfillableReasons": [
                each["code"] for each in against if not self._skus & _values(each)
            ],
            "constraints": against or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _offer(self, shipment: Json, speed: str) -> Json | None:
        offers = shipment.get("offers") or ()
        return next((o for o in offers if SPEEDS.get(_tier(o), _tier(o)) == speed), None)

    def _shipment(self, shipment: Json, offer: Json) -> Json:
        level = offer["fulfillmentConfiguration"]["serviceLevel"]
        items = [self._line(PACKED.ours(each)) for each in shipment["items"]]
        return {**_SHIPMENT.ours(level), "fulfillmentPreviewItems": items}

    def _short(self, constraint: Json, sku: str) -> Json:
        asked = sum(item.quantity for item in self._items if item.seller_sku == sku)
        reasons = {"itemUnfulfillableReasons": [constraint["code"]]}
        return self._line({"sellerSku": sku, "quantity": asked, **reasons})

    def _line(self, told: Json) -> Json:
        """The line with its id, which this version doesn't tell: that of the SKU's first one."""
        ids = (
            item.seller_fulfillment_order_item_id
            for item in self._items
            if item.seller_sku == told["sellerSku"]
        )
        return {**told, "sellerFulfillmentOrderItemId": next(ids, "")}


def _tier(offer: Json) -> str:
    return str(offer["fulfillmentConfiguration"]["serviceLevel"]["serviceTier"])


def _values(constraint: Json) -> set[Any]:
    # Amazon doesn't document the types of details, so what they are about is told by the values.
    return {detail["value"] for detail in constraint.get("details") or ()}


def _concerns(constraint: Json, speed: str) -> bool:
    tiers = _values(constraint) & SPEEDS.keys()
    return not tiers or any(SPEEDS[tier] == speed for tier in tiers)


def _weight(shipments: Sequence[Json]) -> Json | None:
    weights = [weight for each in shipments if (weight := each.get("estimatedShippingWeight"))]
    units = {weight["unit"] for weight in weights}
    if len(units) != 1 or len(weights) != len(shipments):
        return None
    return {"unit": units.pop(), "value": str(sum(Decimal(weight["value"]) for weight in weights))}


def _fees(offers: Iterable[Json]) -> list[Json] | None:
    """The sums over all shipments; None where one of them tells no price."""
    sums: dict[tuple[str, str], Decimal] = {}
    for offer in offers:
        if not offer.get("estimatedPrice"):
            return None
        for price in offer["estimatedPrice"]["rollupPrices"]:
            key = price["type"], price["value"]["currencyCode"]
            sums[key] = sums.get(key, Decimal(0)) + Decimal(price["value"]["amount"])
    return [
        {"name": name, "amount": {"currencyCode": currency, "value": str(value)}}
        for (name, currency), value in sums.items()
    ]


def _pays_on_delivery(offers: Iterable[Json]) -> bool | None:
    told = [
        (offer["fulfillmentConfiguration"].get("services") or {}).get("delivery")
        for offer in offers
    ]
    known = [each["paymentOnDelivery"] for each in told if each and "paymentOnDelivery" in each]
    return all(word == "ENABLED" for word in known) if known else None
