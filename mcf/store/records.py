"""Models of orders, parcels and returns -> rows of the store by column, pure.

Those of the stock are made of whole pages, in `mcf.amazon.inventory_pages`.

What Amazon didn't tell, or what can't be read, is NULL; where a column takes none, a text is empty
and the units of a line are 0, which no line of Amazon's has. `raw` keeps what was sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from mcf.amazon.inventory_pages import fitting
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    MCFPackage,
    MCFShipment,
    OrderLine,
    PackageTracking,
    Parcel,
    ReturnAuthorization,
    ReturnItem,
    ShipmentItem,
    TrackingAddress,
    TrackingEvent,
)
from mcf.amazon.models.base import readable
from mcf.amazon.similarity import fingerprint
from mcf.amazon.statuses import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ReturnCondition,
    ReturnStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
    event_text,
)
from mcf.errors import MCFError

Values: TypeAlias = dict[str, Any]
NOT_TOLD = "?"
"""What stands for units or a SKU that Amazon didn't tell."""
AMAZONS_OWN = "(Amazon's number)"
"""What stands behind a tracking number that carriers don't know."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_HANDED, _IN_LOCKER, _COLLECTED = "EVENT_301", "EVENT_801", "EVENT_804"
_AFTER_A_LOCKER = frozenset({_IN_LOCKER, _COLLECTED, "EVENT_309", "EVENT_408"})
"""What tells whether the recipient has it: put in, taken out, or going back."""
_LINKS = frozenset({"url", "deliveryPhotoUrl"})
_HOLDERS = frozenset(
    {
        "fulfillmentShipmentPackage",
        "deliveryInformation",
        "deliveryDocumentList",
        "tracking",
        "proofOfDelivery",
    }
)
"""Where links stand; whatever else Amazon tells stays as it is."""


def order_row(order: MCFFulfillmentOrder) -> Values:
    """The head of an order as a listing gives it, without what listings leave out."""
    address = order.destination_address
    return {
        "seller_fulfillment_order_id": order.seller_fulfillment_order_id,
        "displayable_order_id": order.displayable_order_id or order.seller_fulfillment_order_id,
        "displayable_order_date": order.displayable_order_date,
        "status": fitting(FulfillmentOrderStatus.word(order.fulfillment_order_status), 40) or "",
        "shipping_speed_category": fitting(
            ShippingSpeedCategory.word(order.shipping_speed_category), 40
        ),
        "received_date": order.received_date,
        "status_updated_date": order.status_updated_date,
        "recipient": address.name if address else None,
        "city": address.city if address else None,
        "state_or_region": address.state_or_region if address else None,
        "postal_code": address.postal_code if address else None,
        "country_code": fitting(address.country_code, 8) if address else None,
        "told_marketplace": told_marketplace(order.to_api()),
        "raw": order.to_api(),
    }


def told_marketplace(data: Mapping[str, Any]) -> str | None:
    """The marketplace that Amazon names in an order's JSON, or None."""
    return _text(data.get("marketplaceId"), 20)


def _text(value: object, most: int | None = None) -> str | None:
    return value[:most] if isinstance(value, str) else None


def detail_row(detail: MCFOrderDetail, read_at: datetime) -> Values:
    """The head of an order as getFulfillmentOrder gives it, read at this time of Amazon's."""
    order = detail.fulfillment_order
    return {
        **order_row(order),
        "fulfillment_action": fitting(FulfillmentAction.word(order.fulfillment_action), 20),
        "fulfillment_policy": fitting(FulfillmentPolicy.word(order.fulfillment_policy), 40),
        "detailed_at": read_at,
        "detailed_status_date": order.status_updated_date,
        "fingerprint": fingerprint(order.destination_address, detail.fulfillment_order_items),
    }


def item_row(order_id: str, item: OrderLine, place: int) -> Values:
    """A line of an order; one without an id goes by its place, from 1."""
    item_id = fitting(item.seller_fulfillment_order_item_id, 64)
    return {
        "seller_fulfillment_order_id": order_id,
        "seller_fulfillment_order_item_id": item_id or f"line {place}",
        "seller_sku": fitting(item.seller_sku, 255) or "",
        "quantity": item.quantity or 0,
        "cancelled_quantity": item.cancelled_quantity or 0,
        "unfulfillable_quantity": item.unfulfillable_quantity or 0,
        "estimated_ship_date": item.estimated_ship_date,
        "estimated_arrival_date": item.estimated_arrival_date,
        "raw": item.to_api(),
    }


def shipment_key(shipment: MCFShipment, place: int) -> str:
    """The id of a shipment; one without an id goes by its place, from 1."""
    return fitting(shipment.amazon_shipment_id, 64) or f"shipment {place}"


def shipment_row(order_id: str, shipment: MCFShipment, place: int) -> Values:
    """A shipment of an order."""
    return {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": shipment_key(shipment, place),
        "fulfillment_center_id": fitting(shipment.fulfillment_center_id, 20),
        "status": fitting(ShipmentStatus.word(shipment.fulfillment_shipment_status), 40) or "",
        "shipping_date": shipment.shipping_date,
        "estimated_arrival_date": shipment.estimated_arrival_date,
        "raw": lasting(shipment.to_api()),
    }


def package_row(order_id: str, parcel: Parcel) -> Values:
    """A parcel of a shipment with what is in it, as "2 x SKU, 1 x SKU"."""
    place, number, shipment, package = parcel
    units: defaultdict[str, int] = defaultdict(int)
    for item in _items_in(shipment, package):
        units[item.seller_sku or NOT_TOLD] += item.quantity or 0
    return {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": shipment_key(shipment, place),
        "package_number": number,
        "carrier_code": package.carrier_code,
        "tracking_number": _tracking_number(package),
        "estimated_arrival_date": package.estimated_arrival_date,
        "units": sum(units.values()),
        "contents": ", ".join(f"{n or NOT_TOLD} x {sku}" for sku, n in units.items()),
        "raw": lasting(package.to_api()),
    }


def _items_in(shipment: MCFShipment, package: MCFPackage) -> list[ShipmentItem]:
    """What is in a parcel; a shipment's only one holds all of it when no item names its parcel."""
    items = shipment.fulfillment_shipment_item
    if len(shipment.packages) == 1 and all(item.package_number is None for item in items):
        return [*items]
    number = package.package_number
    return [item for item in items if number is not None and item.package_number == number]


def _tracking_number(package: MCFPackage) -> str | None:
    """The carrier's number of a parcel; Amazon's own where there's no other, called so."""
    number = (package.tracking_number or "").strip()
    own = (package.amazon_fulfillment_tracking_number or "").strip()
    return number or (f"{own} {AMAZONS_OWN}" if own else None)


def tracking_row(tracked: PackageTracking, read_at: datetime) -> Values:
    """What the carrier told of a parcel; delivered when an event says so, if one does.

    Version 2026-07-04 has no word for one that waits for its recipient: its events tell.
    """
    delivered = _delivered_at(tracked)
    word = tracked.current_status
    if tracked.status in _UNDER_WAY and _waits(tracked.events):
        word = PackageStatus.AVAILABLE_FOR_PICKUP.value
    return {
        "package_number": tracked.package_number,
        "status": fitting(PackageStatus.word(word), 40),
        "ship_date": tracked.ship_date,
        "estimated_arrival_date": tracked.estimated_arrival_date,
        "delivered_at": delivered,
        "tracked_at": read_at,
        **_last_event(tracked.events),
        "tracking_link": _text(tracked.to_api().get("customerTrackingLink")),
        "raw": tracked.to_api(),
    }


def last_event(data: Mapping[str, Any]) -> Values:
    """The last event in the JSON of a parcel's tracking; None for what isn't told."""
    listed = data.get("trackingEvents")
    events, _ = readable(TrackingEvent, listed) if isinstance(listed, list) else ([], [])
    dated = [event for event in events if event.event_date is not None]
    return _last_event(sorted(dated, key=lambda event: event.event_date or _NEVER))


def place_of(address: TrackingAddress | None) -> str:
    """City, state and country of an event; empty when none is told."""
    parts = (address.city, address.state, address.country) if address else ()
    return ", ".join(part for part in parts if part)


def promise(preview: FulfillmentPreview | None) -> Values:
    """What a preview promises: shipping and arrival at the latest, the fee; None if it doesn't."""
    shipments = preview.shipments if preview else ()
    ships = [
        shipment.latest_ship_date for shipment in shipments if shipment.latest_ship_date is not None
    ]
    arrival = preview.arrival if preview else None
    fee = preview.total_fee if preview else None
    return {
        "promised_ship_date": max(ships, default=None),
        "promised_arrival_date": arrival[1] if arrival else None,
        "fee": fitting(fee.value, 20) if fee else None,
        "fee_currency": fitting(fee.currency_code, 8) if fee else None,
    }


def promise_of(data: Mapping[str, Any] | None) -> Values:
    """The same of a preview's JSON, which may be one that can't be read."""
    try:
        return promise(FulfillmentPreview.from_api(dict(data)) if data else None)
    except MCFError:
        return promise(None)


def return_rows(order_id: str, detail: MCFOrderDetail) -> list[Values]:
    """The units of an order that come back."""
    given = {
        authorization.return_authorization_id: authorization
        for authorization in detail.return_authorizations or ()
    }
    return [
        return_row(order_id, item, given.get(item.return_authorization_id), place)
        for place, item in enumerate(detail.return_items or (), start=1)
    ]


def return_row(
    order_id: str, item: ReturnItem, authorization: ReturnAuthorization | None, place: int
) -> Values:
    """A unit that comes back, with its authorization; one without an id goes by its place."""
    return {
        "seller_fulfillment_order_id": order_id,
        "seller_return_item_id": fitting(item.seller_return_item_id, 80) or f"return {place}",
        "seller_fulfillment_order_item_id": fitting(item.seller_fulfillment_order_item_id, 64),
        "amazon_shipment_id": fitting(item.amazon_shipment_id, 64),
        "reason_code": fitting(item.seller_return_reason_code, 80),
        "comment": item.return_comment,
        "status": fitting(ReturnStatus.word(item.status), 40),
        "status_changed_date": item.status_changed_date,
        "return_authorization_id": fitting(item.return_authorization_id, 80),
        "received_condition": fitting(ReturnCondition.word(item.return_received_condition), 40),
        "raw": item.to_api(),
        "raw_authorization": authorization.to_api() if authorization else None,
    }


def lasting(data: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a parcel or a shipment without links that are good for an hour only.

    They're others in every answer, so that with them nothing would ever be as it was.
    """
    return {name: _lasting(name, value) for name, value in data.items() if name not in _LINKS}


def _last_event(events: Sequence[TrackingEvent]) -> Values:
    last = events[-1] if events and events[-1].event_date is not None else None
    return {
        "last_event_at": last.event_date if last else None,
        "last_event": event_text(last.event_code, last.event_description) if last else None,
        "last_place": place_of(last.event_address) if last else None,
    }


_UNDER_WAY = (PackageStatus.PROCESSING, PackageStatus.IN_TRANSIT, PackageStatus.OUT_FOR_DELIVERY)
_WAITING = ("EVENT_308", _IN_LOCKER)


def _waits(events: Sequence[TrackingEvent]) -> bool:
    """Whether the last thing the carrier told is that the recipient can collect it."""
    return bool(events) and events[-1].event_code in _WAITING


def _delivered_at(tracked: PackageTracking) -> datetime | None:
    """When the carrier delivered it, to a locker too, if the recipient has it by now."""
    dated = [event for event in tracked.events if event.event_date is not None]
    of_locker = [event.event_code for event in dated if event.event_code in _AFTER_A_LOCKER]
    collected = of_locker[-1:] == [_COLLECTED]
    if tracked.status is not PackageStatus.DELIVERED and not collected:
        return None
    # A recipient may take days to come to the locker; the carrier was there before.
    in_locker = [event.event_date for event in dated if event.event_code == _IN_LOCKER]
    handed = [event.event_date for event in dated if event.event_code in (_HANDED, _COLLECTED)]
    return next(iter(in_locker[-1:] or handed[-1:]), None)


def _lasting(name: str, value: Any) -> Any:
    if name not in _HOLDERS:
        return value
    if isinstance(value, Mapping):
        return lasting(value)
    if isinstance(value, list):
        return [lasting(entry) if isinstance(entry, Mapping) else entry for entry in value]
    return value
