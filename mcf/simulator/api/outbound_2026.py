"""Fulfillment Outbound 2026-07-04, over the same world as 2020-07-01.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2026-07-04-reference
"""

from __future__ import annotations

from enum import StrEnum

from mcf.simulator.api import answers_2026, requests_2026
from mcf.simulator.api.forms import Answer, Json, Refusal, invalid
from mcf.simulator.api.operations import SANDBOX, Backend, Call, Operation, Plan
from mcf.simulator.api.outbound_2020 import page_of_orders
from mcf.simulator.world import lifecycle
from mcf.simulator.world.lifecycle import ForbiddenTransition
from mcf.simulator.world.orders import Action, Order, Package, Status

BASE = "/fulfillment/outbound/2026-07-04"
PLAN = Plan(rate=2, burst=30)


class OrderStatus(StrEnum):
    """The statuses that the sandbox can lead an order to."""

    PROCESSING = "PROCESSING"
    COMPLETE = "COMPLETE"
    COMPLETE_PARTIAL = "COMPLETE_PARTIAL"
    CANCELLED = "CANCELLED"
    UNFULFILLABLE = "UNFULFILLABLE"
    INVALID = "INVALID"


class PackageStatus(StrEnum):
    """The statuses that the sandbox can give a parcel."""

    PROCESSING = "PROCESSING"
    IN_TRANSIT = "IN_TRANSIT"
    DELAYED = "DELAYED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    UNDELIVERABLE = "UNDELIVERABLE"
    EXPIRED = "EXPIRED"


LED_TO = {
    OrderStatus.PROCESSING: Status.PROCESSING,
    OrderStatus.COMPLETE: Status.COMPLETE,
    OrderStatus.COMPLETE_PARTIAL: Status.COMPLETE_PARTIALLED,
    OrderStatus.CANCELLED: Status.CANCELLED,
    OrderStatus.UNFULFILLABLE: Status.UNFULFILLABLE,
    OrderStatus.INVALID: Status.INVALID,
}


def create_order(backend: Backend, call: Call) -> Answer:
    """200 with the order; 202 when it isn't validated yet (modelled)."""
    form = call.form()
    order_id = form.text("orderId")
    if order_id in backend.world.orders:
        raise Refusal(f"A create request already exists for orderId : {order_id}")
    order = backend.place(requests_2026.order(form, backend.world.stocks))
    if order.status is Status.NEW:
        return Answer(202, {"orderId": order.id, "status": answers_2026.STATUSES[order.status]})
    return Answer(body={"order": answers_2026.order(order, backend.world.now, backend.photos)})


def get_order(backend: Backend, call: Call) -> Answer:
    """An order, with its shipments unless they are excluded."""
    order = _find(backend, call)
    shown = answers_2026.order(
        order, backend.world.now, backend.photos, shipments=_with_shipments(call)
    )
    return Answer(body={"order": shown})


def list_orders(backend: Backend, call: Call) -> Answer:
    """One page of the orders updated since a time, in the order of their receipt."""
    shipments = _with_shipments(call)
    orders, token = page_of_orders(backend, call.text("pageToken"), call.text("updatedAfter"))
    now, photos = backend.world.now, backend.photos
    body: Json = {
        "orders": [answers_2026.order(order, now, photos, shipments=shipments) for order in orders]
    }
    if token:
        body["pagination"] = {"nextToken": token}
    return Answer(body=body)


def update_order(backend: Backend, call: Call) -> Answer:
    """Releases an order on hold with 202; nothing else can change."""
    order = _find(backend, call)
    wanted = requests_2026.action(call.form())
    if not order.held:
        raise Refusal(f"Order {order.id} is not on hold and can't be updated.")
    if wanted is Action.SHIP:
        lifecycle.unhold(backend.world, order)
    return Answer(202)


def cancel_order(backend: Backend, call: Call) -> Answer:
    """Cancels an order with 202 until it is picked."""
    order = _find(backend, call)
    if order.status not in lifecycle.CANCELLABLE:
        raise Refusal(f"Order {order.id} can't be cancelled any more.")
    lifecycle.cancel(backend.world, order)
    return Answer(202)


def update_order_status(backend: Backend, call: Call) -> Answer:
    """Sandbox only: leads an order to a status by the way the table allows."""
    order = _find(backend, call)
    form = call.form()
    form.require("status")
    wanted = form.choice("status", OrderStatus)
    try:
        lifecycle.lead(backend.world, order, LED_TO[wanted])
    except ForbiddenTransition:
        raise invalid("Status", wanted) from None
    return Answer(204, None)


def update_package(backend: Backend, call: Call) -> Answer:
    """Sandbox only: says what a parcel's status, estimate and tracking are from now on."""
    order = _find(backend, call)
    package = _package(order, call.path["packageId"])
    form = call.form()
    form.require("status")
    package.told_status = form.choice("status", PackageStatus)
    package.promised = form.moment("deliveryTime") or package.promised
    if form.has("tracking") and form.part("tracking").has("carrier"):
        carrier = form.part("tracking").part("carrier")
        carrier.require("carrierCode")
        package.told_carrier = carrier.text("carrierCode")
        package.told_tracking_number = carrier.text("trackingNumber")
    backend.world.touch(order)
    return Answer(204, None)


def _package(order: Order, package_id: str) -> Package:
    for shipment in order.shipments:
        for package in shipment.packages:
            if str(package.number) == package_id:
                return package
    raise _not_found(f"Package {package_id} not found.")


def _find(backend: Backend, call: Call) -> Order:
    """The order that the path names; an unknown one is a 404 here (modelled)."""
    order = backend.visible(call.path["orderId"])
    if order is None:
        raise _not_found(f"Order {call.path['orderId']} not found.")
    return order


def _not_found(message: str) -> Refusal:
    return Refusal(message, code="NotFound", status=404)


def _with_shipments(call: Call) -> bool:
    wanted = call.text("shipments") or "INCLUDE"
    if wanted not in ("INCLUDE", "EXCLUDE"):
        raise invalid("Shipments", wanted)
    return wanted == "INCLUDE"


_ORDER = f"{BASE}/orders/{{orderId}}"

OPERATIONS = (
    Operation("createOrder", "POST", f"{BASE}/orders", PLAN, create_order),
    Operation("listOrders", "GET", f"{BASE}/orders", PLAN, list_orders),
    Operation("getOrder", "GET", _ORDER, PLAN, get_order),
    Operation("updateOrder", "PUT", _ORDER, PLAN, update_order),
    Operation("cancelOrder", "PUT", f"{_ORDER}/cancel", PLAN, cancel_order),
    Operation("updateOrderStatus", "PUT", f"{_ORDER}/status", SANDBOX, update_order_status),
    Operation("updatePackage", "PUT", f"{_ORDER}/packages/{{packageId}}", SANDBOX, update_package),
)
