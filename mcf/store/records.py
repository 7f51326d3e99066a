"""Models and pages of the stock -> rows of the store, pure.

What Amazon didn't tell, or what can't be read, is NULL; where a column takes none, a text is empty
and the units of a line are 0, which no line of Amazon's has. `raw` keeps what was sent.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from mcf.amazon.inventory_pages import (
    STOCK_ITEM,
    Details,
    Researching,
    Reserved,
    StockItem,
    Summary,
    Unfulfillable,
    model,
)
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    InventoryDetails,
    MCFFulfillmentOrder,
    MCFInventoryItem,
    MCFOrderDetail,
    MCFShipment,
    OrderLine,
    PackageTracking,
    Parcel,
    ReservedQuantity,
    ReturnAuthorization,
    ReturnItem,
    TrackingAddress,
    TrackingEvent,
    UnfulfillableQuantity,
)
from mcf.amazon.models.base import readable
from mcf.amazon.responses import Doubt, Page
from mcf.amazon.similarity import fingerprint
from mcf.amazon.statuses import PackageStatus, event_text
from mcf.errors import MCFError, UnexpectedAnswer

Values: TypeAlias = dict[str, Any]
NOT_TOLD = "?"
"""What stands for units or a SKU that Amazon didn't tell."""
QUANTITIES = (
    "total_quantity",
    "fulfillable_quantity",
    "reserved_quantity",
    "pending_customer_order_quantity",
    "pending_transshipment_quantity",
    "fc_processing_quantity",
    "inbound_working_quantity",
    "inbound_shipped_quantity",
    "inbound_receiving_quantity",
    "researching_quantity",
    "unfulfillable_quantity",
    "customer_damaged_quantity",
    "warehouse_damaged_quantity",
    "distributor_damaged_quantity",
    "carrier_damaged_quantity",
    "defective_quantity",
    "expired_quantity",
)
"""The counts that the store keeps of a SKU, under SP-API's names."""


def inventory_row(item: MCFInventoryItem) -> Values:
    """The stock of one SKU; a quantity that Amazon left out or sent as null is 0.

    Raises `UnexpectedAnswer` for one with a quantity that can't be read: what was known of the SKU
    is nearer to the truth than 0.
    """
    if item.has_unread_counts:
        raise UnexpectedAnswer(f"Amazon's counts of the SKU {item.seller_sku} can't be read.")
    details = item.inventory_details or InventoryDetails()
    reserved = details.reserved_quantity or ReservedQuantity()
    unsellable = details.unfulfillable_quantity or UnfulfillableQuantity()
    researching = details.researching_quantity
    return {
        "seller_sku": item.seller_sku,
        "asin": _fitting(item.asin, 20),
        "fn_sku": _fitting(item.fn_sku, 20),
        "product_name": item.product_name,
        "condition": _fitting(item.condition, 40),
        "total_quantity": item.total_quantity or 0,
        "fulfillable_quantity": details.fulfillable_quantity or 0,
        "reserved_quantity": reserved.total_reserved_quantity or 0,
        "pending_customer_order_quantity": reserved.pending_customer_order_quantity or 0,
        "pending_transshipment_quantity": reserved.pending_transshipment_quantity or 0,
        "fc_processing_quantity": reserved.fc_processing_quantity or 0,
        "inbound_working_quantity": details.inbound_working_quantity or 0,
        "inbound_shipped_quantity": details.inbound_shipped_quantity or 0,
        "inbound_receiving_quantity": details.inbound_receiving_quantity or 0,
        "researching_quantity": (researching.total_researching_quantity if researching else 0) or 0,
        "unfulfillable_quantity": unsellable.total_unfulfillable_quantity or 0,
        "customer_damaged_quantity": unsellable.customer_damaged_quantity or 0,
        "warehouse_damaged_quantity": unsellable.warehouse_damaged_quantity or 0,
        "distributor_damaged_quantity": unsellable.distributor_damaged_quantity or 0,
        "carrier_damaged_quantity": unsellable.carrier_damaged_quantity or 0,
        "defective_quantity": unsellable.defective_quantity or 0,
        "expired_quantity": unsellable.expired_quantity or 0,
        "last_updated_time": item.last_updated_time or None,
        "raw": item.to_api(),
    }


def _fitting(text: str | None, length: int) -> str | None:
    """The text if the store has room for it; a longer one is no such text, and stays in `raw`."""
    return text if text is None or len(text) <= length else None


def order_row(order: MCFFulfillmentOrder) -> Values:
    """The head of an order as a listing gives it, without what listings leave out."""
    address = order.destination_address
    return {
        "seller_fulfillment_order_id": order.seller_fulfillment_order_id,
        "displayable_order_id": order.displayable_order_id or order.seller_fulfillment_order_id,
        "displayable_order_date": order.displayable_order_date,
        "status": _fitting(order.fulfillment_order_status, 40) or "",
        "shipping_speed_category": _fitting(order.shipping_speed_category, 40),
        "received_date": order.received_date,
        "status_updated_date": order.status_updated_date,
        "recipient": address.name if address else None,
        "city": address.city if address else None,
        "state_or_region": address.state_or_region if address else None,
        "postal_code": address.postal_code if address else None,
        "country_code": _fitting(address.country_code, 8) if address else None,
        "raw": order.to_api(),
    }


def detail_row(detail: MCFOrderDetail, read_at: datetime) -> Values:
    """The head of an order as getFulfillmentOrder gives it, read at this time of Amazon's."""
    order = detail.fulfillment_order
    return {
        **order_row(order),
        "fulfillment_action": _fitting(order.fulfillment_action, 20),
        "fulfillment_policy": _fitting(order.fulfillment_policy, 40),
        "detailed_at": read_at,
        "detailed_status_date": order.status_updated_date,
        "fingerprint": fingerprint(order.destination_address, detail.fulfillment_order_items),
    }


def item_row(order_id: str, item: OrderLine, place: int) -> Values:
    """A line of an order; one without an id goes by its place, from 1."""
    item_id = _fitting(item.seller_fulfillment_order_item_id, 64)
    return {
        "seller_fulfillment_order_id": order_id,
        "seller_fulfillment_order_item_id": item_id or f"line {place}",
        "seller_sku": _fitting(item.seller_sku, 255) or "",
        "quantity": item.quantity or 0,
        "cancelled_quantity": item.cancelled_quantity or 0,
        "unfulfillable_quantity": item.unfulfillable_quantity or 0,
        "estimated_ship_date": item.estimated_ship_date,
        "estimated_arrival_date": item.estimated_arrival_date,
        "raw": item.to_api(),
    }


def shipment_key(shipment: MCFShipment, place: int) -> str:
    """The id of a shipment; one without an id goes by its place, from 1."""
    return _fitting(shipment.amazon_shipment_id, 64) or f"shipment {place}"


def shipment_row(order_id: str, shipment: MCFShipment, place: int) -> Values:
    """A shipment of an order."""
    return {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": shipment_key(shipment, place),
        "fulfillment_center_id": _fitting(shipment.fulfillment_center_id, 20),
        "status": _fitting(shipment.fulfillment_shipment_status, 40) or "",
        "shipping_date": shipment.shipping_date,
        "estimated_arrival_date": shipment.estimated_arrival_date,
        "raw": lasting(shipment.to_api()),
    }


def package_row(order_id: str, parcel: Parcel) -> Values:
    """A parcel of a shipment with what is in it, as "2 x SKU, 1 x SKU"."""
    place, number, shipment, package = parcel
    units: defaultdict[str, int] = defaultdict(int)
    for item in shipment.fulfillment_shipment_item:
        if item.package_number == package.package_number and item.package_number is not None:
            units[item.seller_sku or NOT_TOLD] += item.quantity or 0
    return {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": shipment_key(shipment, place),
        "package_number": number,
        "carrier_code": package.carrier_code,
        "tracking_number": package.tracking_number,
        "estimated_arrival_date": package.estimated_arrival_date,
        "units": sum(units.values()),
        "contents": ", ".join(f"{n or NOT_TOLD} x {sku}" for sku, n in units.items()),
        "raw": lasting(package.to_api()),
    }


def tracking_row(tracked: PackageTracking, read_at: datetime) -> Values:
    """What the carrier told of a parcel; delivered when an event says so, if one does."""
    delivered = _delivered_at(tracked)
    return {
        "package_number": tracked.package_number,
        "status": _fitting(tracked.current_status, 40),
        "ship_date": tracked.ship_date,
        "estimated_arrival_date": tracked.estimated_arrival_date,
        "delivered_at": delivered,
        "tracked_at": read_at,
        **_last_event(tracked.events),
        "raw": tracked.to_api(),
    }


def last_event(told: Mapping[str, Any]) -> Values:
    """The last event in the JSON of a parcel's tracking; None for what isn't told."""
    listed = told.get("trackingEvents")
    events, _ = readable(TrackingEvent, listed) if isinstance(listed, list) else ([], [])
    dated = [event for event in events if event.event_date is not None]
    return _last_event(sorted(dated, key=lambda event: event.event_date or _NEVER))


def _last_event(events: Sequence[TrackingEvent]) -> Values:
    last = events[-1] if events and events[-1].event_date is not None else None
    return {
        "last_event_at": last.event_date if last else None,
        "last_event": event_text(last.event_code, last.event_description) if last else None,
        "last_place": place_of(last.event_address) if last else None,
    }


def place_of(address: TrackingAddress | None) -> str:
    """City, state and country of an event; empty when none is told."""
    told = (address.city, address.state, address.country) if address else ()
    return ", ".join(part for part in told if part)


def promise(preview: FulfillmentPreview | None) -> Values:
    """What a preview promises: shipping and arrival at the latest, the fee; None if it doesn't."""
    shipments = preview.shipments if preview else ()
    ships = [each.latest_ship_date for each in shipments if each.latest_ship_date is not None]
    arrival = preview.arrival if preview else None
    fee = preview.total_fee if preview else None
    return {
        "promised_ship_date": max(ships, default=None),
        "promised_arrival_date": arrival[1] if arrival else None,
        "fee": _fitting(fee.value, 20) if fee else None,
        "fee_currency": _fitting(fee.currency_code, 8) if fee else None,
    }


def promise_of(told: Mapping[str, Any] | None) -> Values:
    """The same of a preview's JSON, which may be one that can't be read."""
    try:
        return promise(FulfillmentPreview.from_api(dict(told)) if told else None)
    except MCFError:
        return promise(None)


def return_rows(order_id: str, detail: MCFOrderDetail) -> list[Values]:
    """The units of an order that come back."""
    given = {each.return_authorization_id: each for each in detail.return_authorizations or ()}
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
        "seller_return_item_id": _fitting(item.seller_return_item_id, 80) or f"return {place}",
        "seller_fulfillment_order_item_id": _fitting(item.seller_fulfillment_order_item_id, 64),
        "amazon_shipment_id": _fitting(item.amazon_shipment_id, 64),
        "reason_code": _fitting(item.seller_return_reason_code, 80),
        "comment": item.return_comment,
        "status": _fitting(item.status, 40),
        "status_changed_date": item.status_changed_date,
        "return_authorization_id": _fitting(item.return_authorization_id, 80),
        "received_condition": _fitting(item.return_received_condition, 40),
        "raw": item.to_api(),
        "raw_authorization": authorization.to_api() if authorization else None,
    }


_NEVER = datetime.min.replace(tzinfo=UTC)


def _delivered_at(tracked: PackageTracking) -> datetime | None:
    """When the carrier delivered it, to a locker too, if the recipient has it by now."""
    dated = [event for event in tracked.events if event.event_date is not None]
    collected = bool(dated) and dated[-1].event_code == _COLLECTED
    if tracked.status is not PackageStatus.DELIVERED and not collected:
        return None
    # A recipient may take days to come to the locker; the carrier was there before.
    in_locker = [each.event_date for each in dated if each.event_code == _IN_LOCKER]
    handed = [each.event_date for each in dated if each.event_code in (_HANDED, _COLLECTED)]
    return next(iter(in_locker[-1:] or handed[-1:]), None)


_HANDED, _IN_LOCKER, _COLLECTED = "EVENT_301", "EVENT_801", "EVENT_804"
COLUMNS = (
    "seller_sku",
    "asin",
    "fn_sku",
    "product_name",
    "condition",
    *QUANTITIES,
    "last_updated_time",
    "raw",
)
"""What a row holds, in this order; `raw` is JSON as text."""
StockRow: TypeAlias = tuple[Any, ...]
_NO_DETAILS, _NONE_RESERVED = Details(), Reserved()
_NONE_RESEARCHED, _NONE_UNSELLABLE = Researching(), Unfulfillable()


def stock_rows(summaries: Iterable[Summary]) -> tuple[list[StockRow], list[Doubt]]:
    """The rows of a page, and what of it is in doubt.

    A SKU whose quantities can't be read has no row, so what is known of it stands.
    """
    found: list[StockRow] = []
    doubts: list[Doubt] = []
    for summary in summaries:
        try:
            found.append(_row(STOCK_ITEM.decode(summary), bytes(summary).decode()))  # type: ignore[arg-type]
        except (ValueError, TypeError, OverflowError):
            _read_kindly(summary, found, doubts)
    return found, doubts


def stock_page(page: Page[Summary]) -> Page[StockRow]:
    """The rows of a page of the stock, in the order of COLUMNS, with all that is in doubt of it."""
    rows, doubts = stock_rows(page.items)
    return Page(tuple(rows), page.next_token, (*page.doubts, *doubts))


def _read_kindly(summary: Summary, found: list[StockRow], doubts: list[Doubt]) -> None:
    try:
        item = model(summary)
    except UnexpectedAnswer:
        doubts.append(Doubt(None, (), is_kept=False))
        return
    if unread := item.unread:
        doubts.append(Doubt(item.seller_sku, unread, is_kept=not item.has_unread_counts))
    if not item.has_unread_counts:
        found.append(_row_of_model(item))


def _row_of_model(item: MCFInventoryItem) -> StockRow:
    row = inventory_row(item)
    return (*(row[name] for name in COLUMNS[:-1]), json.dumps(row["raw"]))


def _row(item: StockItem, raw: str) -> StockRow:
    if "\\u" in raw and ("\\u0000" in raw or "\\ud" in raw):
        raise ValueError("a character that the models judge")
    details = item.inventory_details or _NO_DETAILS
    reserved = details.reserved_quantity or _NONE_RESERVED
    researching = details.researching_quantity or _NONE_RESEARCHED
    unsellable = details.unfulfillable_quantity or _NONE_UNSELLABLE
    return (
        item.seller_sku,
        item.asin,
        item.fn_sku,
        item.product_name,
        item.condition,
        item.total_quantity or 0,
        details.fulfillable_quantity or 0,
        reserved.total_reserved_quantity or 0,
        reserved.pending_customer_order_quantity or 0,
        reserved.pending_transshipment_quantity or 0,
        reserved.fc_processing_quantity or 0,
        details.inbound_working_quantity or 0,
        details.inbound_shipped_quantity or 0,
        details.inbound_receiving_quantity or 0,
        researching.total_researching_quantity or 0,
        unsellable.total_unfulfillable_quantity or 0,
        unsellable.customer_damaged_quantity or 0,
        unsellable.warehouse_damaged_quantity or 0,
        unsellable.distributor_damaged_quantity or 0,
        unsellable.carrier_damaged_quantity or 0,
        unsellable.defective_quantity or 0,
        unsellable.expired_quantity or 0,
        _moment(item.last_updated_time) if item.last_updated_time else None,
        raw,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1900 < moment.year < 2999:
        raise ValueError("a time that the models judge")
    return moment.astimezone(UTC)


def lasting(told: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a parcel or a shipment without links that are good for an hour only.

    They're others in every answer, so that with them nothing would ever be as it was.
    """
    return {name: _lasting(name, value) for name, value in told.items() if name not in _LINKS}


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


def _lasting(name: str, value: Any) -> Any:
    if name not in _HOLDERS:
        return value
    if isinstance(value, Mapping):
        return lasting(value)
    if isinstance(value, list):
        return [lasting(each) if isinstance(each, Mapping) else each for each in value]
    return value
