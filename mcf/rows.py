"""Models -> rows of the store, pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, TypeAlias

from mcf.likeness import fingerprint
from mcf.models import (
    InventoryDetails,
    MCFFulfillmentOrder,
    MCFInventoryItem,
    MCFOrderDetail,
    MCFOrderItem,
    MCFPackage,
    MCFShipment,
    PackageTracking,
    ReservedQuantity,
    UnfulfillableQuantity,
)
from mcf.status import PackageStatus

Values: TypeAlias = dict[str, Any]

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
    """The stock of one SKU; a quantity that Amazon left out or sent as null is 0."""
    details = item.inventory_details or InventoryDetails()
    reserved = details.reserved_quantity or ReservedQuantity()
    unsellable = details.unfulfillable_quantity or UnfulfillableQuantity()
    researching = details.researching_quantity
    return {
        "seller_sku": item.seller_sku,
        "asin": item.asin,
        "fn_sku": item.fn_sku,
        "product_name": item.product_name,
        "condition": item.condition,
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


def order_row(order: MCFFulfillmentOrder) -> Values:
    """The head of an order as a listing gives it, without what listings leave out."""
    address = order.destination_address
    return {
        "seller_fulfillment_order_id": order.seller_fulfillment_order_id,
        "displayable_order_id": order.displayable_order_id or order.seller_fulfillment_order_id,
        "displayable_order_date": order.displayable_order_date,
        "status": order.fulfillment_order_status,
        "shipping_speed_category": order.shipping_speed_category,
        "received_date": order.received_date,
        "status_updated_date": order.status_updated_date,
        "recipient": address.name if address else None,
        "city": address.city if address else None,
        "state_or_region": address.state_or_region if address else None,
        "postal_code": address.postal_code if address else None,
        "country_code": address.country_code if address else None,
        "raw": order.to_api(),
    }


def detail_row(detail: MCFOrderDetail, read_at: datetime) -> Values:
    """The head of an order as getFulfillmentOrder gives it, read at this time of Amazon's."""
    order = detail.fulfillment_order
    return {
        **order_row(order),
        "fulfillment_action": order.fulfillment_action,
        "fulfillment_policy": order.fulfillment_policy,
        "detailed_at": read_at,
        "detailed_status_date": order.status_updated_date,
        "fingerprint": fingerprint(order.destination_address, detail.fulfillment_order_items),
    }


def item_row(order_id: str, item: MCFOrderItem) -> Values:
    """A line of an order."""
    return {
        "seller_fulfillment_order_id": order_id,
        "seller_fulfillment_order_item_id": item.seller_fulfillment_order_item_id,
        "seller_sku": item.seller_sku,
        "quantity": item.quantity,
        "cancelled_quantity": item.cancelled_quantity or 0,
        "unfulfillable_quantity": item.unfulfillable_quantity or 0,
        "estimated_ship_date": item.estimated_ship_date,
        "estimated_arrival_date": item.estimated_arrival_date,
        "raw": item.to_api(),
    }


def shipment_row(order_id: str, shipment: MCFShipment) -> Values:
    """A shipment of an order."""
    return {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": shipment.amazon_shipment_id,
        "fulfillment_center_id": shipment.fulfillment_center_id,
        "status": shipment.fulfillment_shipment_status,
        "shipping_date": shipment.shipping_date,
        "estimated_arrival_date": shipment.estimated_arrival_date,
        "raw": shipment.to_api(),
    }


def package_row(order_id: str, shipment: MCFShipment, package: MCFPackage) -> Values:
    """A parcel of a shipment with what is in it, as "2 x SKU, 1 x SKU"."""
    units: defaultdict[str, int] = defaultdict(int)
    for item in shipment.fulfillment_shipment_item:
        if item.package_number == package.package_number:
            units[item.seller_sku] += item.quantity
    return {
        "seller_fulfillment_order_id": order_id,
        "amazon_shipment_id": shipment.amazon_shipment_id,
        "package_number": package.package_number,
        "carrier_code": package.carrier_code,
        "tracking_number": package.tracking_number,
        "estimated_arrival_date": package.estimated_arrival_date,
        "units": sum(units.values()),
        "contents": ", ".join(f"{n} x {sku}" for sku, n in units.items()),
        "raw": package.to_api(),
    }


def tracking_row(tracked: PackageTracking, read_at: datetime) -> Values:
    """What the carrier told of a parcel; delivered at the last event that says so, if one does."""
    arrived = tracked.status is PackageStatus.DELIVERED
    delivered = [e.event_date for e in tracked.events if e.event_code in _DELIVERED]
    return {
        "package_number": tracked.package_number,
        "status": tracked.current_status,
        "ship_date": tracked.ship_date,
        "estimated_arrival_date": tracked.estimated_arrival_date,
        "delivered_at": delivered[-1] if arrived and delivered else None,
        "tracked_at": read_at,
        "raw": tracked.to_api(),
    }


_DELIVERED = frozenset({"EVENT_301", "EVENT_801", "EVENT_804"})
