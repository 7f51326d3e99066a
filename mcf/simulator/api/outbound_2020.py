"""Fulfillment Outbound 2020-07-01: orders, and the tracking of their parcels.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from mcf.simulator.api import answers_2020, requests_2020
from mcf.simulator.api.forms import Answer, Form, Refusal, invalid
from mcf.simulator.api.operations import Backend, Call, Operation, Plan
from mcf.simulator.clock import iso, parse_iso
from mcf.simulator.world import lifecycle
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.orders import (
    Action,
    LineRequest,
    Order,
    OrderRequest,
    Policy,
    Speed,
    Status,
    required,
)
from mcf.simulator.world.previews import NO_STOCK, NOT_ELIGIBLE, obstacles
from mcf.simulator.world.world import World

BASE = "/fba/outbound/2020-07-01"
PAGE_SIZE = 20
LOOK_BACK = timedelta(days=36 * 30.5)
PLAN = Plan(rate=2, burst=30)


def create_fulfillment_order(backend: Backend, call: Call) -> Answer:
    """Accepts an order with an empty answer; an id that was used before is refused."""
    form = call.form()
    order_id = form.text("sellerFulfillmentOrderId")
    if order_id in backend.world.orders:
        raise Refusal(
            f"A create request already exists for MerchantFulfillmentOrderId : {order_id}"
        )
    backend.place(requests_2020.order(form, backend.world.stocks))
    return Answer()


def get_fulfillment_order(backend: Backend, call: Call) -> Answer:
    """An order with its lines, shipments, parcels and returns."""
    order = find(backend, call)
    shelf = backend.world.stocks[order.request.marketplace_id]
    return Answer(
        body={"payload": answers_2020.full_order(order, shelf, backend.world.now, backend.photos)}
    )


def find(backend: Backend, call: Call) -> Order:
    """The order that the path names. An unknown one is a 400, not a 404."""
    order_id = call.path["sellerFulfillmentOrderId"]
    order = backend.visible(order_id)
    if order is None:
        raise Refusal(f"Requested order '{order_id}' not found")
    return order


def list_all_fulfillment_orders(backend: Backend, call: Call) -> Answer:
    """Orders in the order of their receipt. Modelled: page size, order, and look-back."""
    found, token = page_of_orders(backend, call.text("nextToken"), call.text("queryStartDate"))
    listed = [answers_2020.listed_order(each) for each in found]
    return Answer(body={"payload": {"nextToken": token, "fulfillmentOrders": listed}})


def page_of_orders(backend: Backend, token: str, since_text: str) -> tuple[list[Order], str | None]:
    """One page of the orders updated since a time, and the token of the next page if any."""
    first, since = _place(backend, token, since_text)
    later = (
        order
        for order in islice(backend.world.by_number, first, None)
        if order.status_updated >= since and not backend.hides(order)
    )
    orders = list(islice(later, PAGE_SIZE + 1))
    if len(orders) <= PAGE_SIZE:
        return orders, None
    following = backend.order_pages.issue(first=orders[PAGE_SIZE].number, since=iso(since))
    return orders[:PAGE_SIZE], following


def _place(backend: Backend, token: str, since_text: str) -> tuple[int, datetime]:
    if token:
        place = backend.order_pages.redeem(token) or {}
        first, since = place.get("first"), parse_iso(str(place.get("since")))
        if not isinstance(first, int) or first < 0 or since is None:
            raise invalid("NextToken", token)
        return first, since
    since = parse_iso(since_text) if since_text else backend.world.now - LOOK_BACK
    if since is None:
        raise Refusal("timestamp must follow ISO8601")
    return 0, since


def update_fulfillment_order(backend: Backend, call: Call) -> Answer:
    """Changes an order on hold, or asks to ship it."""
    order = find(backend, call)
    form = call.optional_form()
    changed = _changed(order, form)
    if not order.held:
        raise Refusal(
            "Value OrderNotUpdatable for parameter  is invalid. Reason: 1 error:\n"
            "This order is not updatable. Items in the order are already in working or completed "
            "shipments. \n."
        )
    _judge_change(backend.world, order, changed)
    lifecycle.amend(backend.world, order, changed)
    if changed.action is Action.SHIP:
        lifecycle.unhold(backend.world, order)
    return Answer()


def _changed(order: Order, form: Form) -> OrderRequest:
    old = order.request
    place = requests_2020.marketplace(old.marketplace_id, "")
    new = replace(
        old,
        displayable_id=requests_2020.displayable_id(form)
        if form.has("displayableOrderId")
        else old.displayable_id,
        displayable_date=form.moment("displayableOrderDate") or old.displayable_date,
        comment=form.text("displayableOrderComment", longest=750) or old.comment,
        speed=form.choice("shippingSpeedCategory", Speed, old.speed),
        address=form.optional("destinationAddress", requests_2020.address) or old.address,
        action=form.choice("fulfillmentAction", Action, old.action),
        policy=form.choice("fulfillmentPolicy", Policy, old.policy),
        emails=form.texts("notificationEmails", longest=64)
        if form.has("notificationEmails")
        else old.emails,
        features=requests_2020.features(form, place)
        if form.has("featureConstraints")
        else old.features,
        lines=tuple(_changed_lines(old, form)),
    )
    requests_2020.judge_order(new, place)
    return new


def _changed_lines(old: OrderRequest, form: Form) -> list[LineRequest]:
    """The lines of the order; those that the update doesn't name stay (modelled)."""
    changes: dict[str, Form] = {}
    for item in form.parts("items"):
        item_id = item.text("sellerFulfillmentOrderItemId", longest=50)
        if item_id in changes or item_id not in {line.item_id for line in old.lines}:
            raise invalid("Items.SellerFulfillmentOrderItemId", item_id)
        changes[item_id] = item
    return [
        _changed_line(line, changes[line.item_id]) if line.item_id in changes else line
        for line in old.lines
    ]


def _changed_line(line: LineRequest, change: Form) -> LineRequest:
    if change.has("sellerSku") and change.text("sellerSku", longest=50) != line.sku:
        raise invalid("Items.SellerSku", change.text("sellerSku"))
    return replace(
        line,
        quantity=change.whole("quantity"),
        gift_message=_text(change, "giftMessage", line.gift_message, longest=512),
        comment=_text(change, "displayableComment", line.comment, longest=250),
        declared_value=change.money("perUnitDeclaredValue") or line.declared_value,
        price=change.money("perUnitPrice") or line.price,
        tax=change.money("perUnitTax") or line.tax,
    )


def _text(form: Form, name: str, old: str, *, longest: int) -> str:
    return form.text(name, longest=longest) if form.has(name) else old


def _judge_change(world: World, order: Order, new: OrderRequest) -> None:
    """Modelled: unlike a new order, a change that can't ship is refused at once."""
    old = order.request
    requests_2020.judge_lines(new.lines, world.stocks[new.marketplace_id])
    if (new.address, new.speed, new.features) != (old.address, old.speed, old.features):
        place, needed = MARKETPLACES[new.marketplace_id], required(new.features)
        if reasons := obstacles(place, new.address, new.speed, needed):
            raise invalid("DestinationAddress", reasons[0])
        if not lifecycle.can_ship(world, new):
            raise invalid("FeatureConstraints", NOT_ELIGIBLE)
    own: Counter[str] = Counter()
    for line in order.lines:
        own[line.sku] += line.reserved
    grows = any(a.quantity > b.quantity for a, b in zip(new.lines, old.lines, strict=True))
    if grows and not lifecycle.has_enough(world, new, own):
        raise invalid("Items.Quantity", NO_STOCK)


def cancel_fulfillment_order(backend: Backend, call: Call) -> Answer:
    """https://developer-docs.amazon.com/sp-api/docs/cancel-fulfillment-order"""
    order = find(backend, call)
    if order.status is Status.CANCELLED:
        raise Refusal(
            f"Value {order.id} for parameter SellerFulfillmentOrderId is invalid. "
            "Reason: DuplicateCancelRequest."
        )
    if order.status not in lifecycle.CANCELLABLE:
        raise invalid("SellerFulfillmentOrderId", order.id)
    lifecycle.cancel(backend.world, order)
    return Answer()


def get_package_tracking_details(backend: Backend, call: Call) -> Answer:
    """The journey of a parcel so far; an unknown one is a 400 whose message is "null"."""
    text = call.text("packageNumber")
    if not text:
        raise Refusal("The request must contain the parameter packageNumber.")
    registered = (
        backend.world.packages.get(int(text)) if text.isdecimal() and len(text) < 11 else None
    )
    if registered is None:
        raise Refusal("null")
    order, shipment, package = registered
    payload = answers_2020.package_tracking(order, shipment, package, backend.world.now)
    return Answer(body={"payload": payload})


_ORDER = f"{BASE}/fulfillmentOrders/{{sellerFulfillmentOrderId}}"

OPERATIONS = (
    Operation("listAllFulfillmentOrders", "GET", f"{BASE}/fulfillmentOrders", PLAN,
              list_all_fulfillment_orders),
    Operation("createFulfillmentOrder", "POST", f"{BASE}/fulfillmentOrders", PLAN,
              create_fulfillment_order),
    Operation("getFulfillmentOrder", "GET", _ORDER, PLAN, get_fulfillment_order),
    Operation("updateFulfillmentOrder", "PUT", _ORDER, PLAN, update_fulfillment_order),
    Operation("cancelFulfillmentOrder", "PUT", f"{_ORDER}/cancel", PLAN,
              cancel_fulfillment_order),
    Operation("getPackageTrackingDetails", "GET", f"{BASE}/tracking", PLAN,
              get_package_tracking_details),
)  # fmt: skip
