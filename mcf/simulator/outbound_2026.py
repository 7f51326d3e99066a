"""Fulfillment Outbound 2026-07-04, over the same world as 2020-07-01.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2026-07-04-reference
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from mcf.simulator import shapes_2026, validation_2026
from mcf.simulator.answers import Json, invalid
from mcf.simulator.clock import iso
from mcf.simulator.forms import Form
from mcf.simulator.operations import Answer, Backend, Call, Operation, Plan, Refusal
from mcf.simulator.outbound import page_of_orders
from mcf.simulator.plans import SANDBOX
from mcf.simulator.validation import marketplace
from mcf.simulator.validation_2026 import TIERS, PreviewRequest2026
from mcf.simulator.world import lifecycle
from mcf.simulator.world.lifecycle import ForbiddenTransition
from mcf.simulator.world.orders import Action, LineRequest, Order, Package, Status, required
from mcf.simulator.world.previews import NO_STOCK, NOT_ELIGIBLE, Parcel, Quote, quote
from mcf.simulator.world.pricing import money, promise

BASE = "/fulfillment/outbound/2026-07-04"
PLAN = Plan(rate=2, burst=30)
OFFERS_PLAN = Plan(rate=5, burst=30)
OFFER_LASTS = timedelta(hours=1)


class OrderStatus(StrEnum):
    PROCESSING = "PROCESSING"
    COMPLETE = "COMPLETE"
    COMPLETE_PARTIAL = "COMPLETE_PARTIAL"
    CANCELLED = "CANCELLED"
    UNFULFILLABLE = "UNFULFILLABLE"
    INVALID = "INVALID"


class PackageStatus(StrEnum):
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


def get_order_preview(backend: Backend, call: Call) -> Answer:
    world = backend.world
    request = validation_2026.preview(call.form(), world.stocks)
    place = request.marketplace
    quotes = [
        quote(place, world.stocks[place.id], request.address, request.lines, TIERS[tier],
              world.now, required=required(request.features))
        for tier in request.tiers
    ]  # fmt: skip
    possible = [each for each in quotes if not each.reasons]
    body: Json = {
        "plannedShipments": [
            _planned(request, parcel, possible) for parcel in (possible or quotes)[0].parcels
        ]
        if possible
        else [],
        "constraints": [
            _hindrance(each.line, reason) for each in quotes[0].hindered for reason in each.reasons
        ]
        + [
            _constraint(f"{tier} cannot be delivered to this address.", reason, serviceTier=tier)
            for tier, each in zip(request.tiers, quotes, strict=True)
            for reason in each.reasons
        ],
    }
    return Answer(body=body)


def _planned(request: PreviewRequest2026, parcel: Parcel, quotes: list[Quote]) -> Json:
    return {
        "estimatedShippingWeight": {"unit": "LB", "value": f"{parcel.pounds:.2f}"},
        "items": [
            {
                "productIdentifier": {"amazonSku": line.sku},
                "amount": shapes_2026.amount(line.quantity),
            }
            for line in parcel.lines
        ],
        "offers": [_offer(request, parcel, each) for each in quotes],
    }


def _offer(request: PreviewRequest2026, parcel: Parcel, quoted: Quote) -> Json:
    promised = quoted.promise
    offer: Json = {
        "fulfillmentConfiguration": {
            "serviceLevel": {
                "serviceTier": quoted.speed.upper().replace("DELIVERY", ""),
                "deliveryInterval": shapes_2026.interval(
                    promised.earliest_arrival, promised.latest_arrival
                ),
                "shipInterval": shapes_2026.interval(promised.earliest_ship, promised.latest_ship),
            },
            "services": {
                "packaging": _packaging(request),
                **({"delivery": _payment_on_delivery(request)} if request.cod else {}),
                "additional": {},
            },
        },
    }
    if request.fees and quoted.fees:
        offer["estimatedPrice"] = _price(request, parcel, quoted, quoted.fees)
    return offer


def _packaging(request: PreviewRequest2026) -> Json:
    needed = required(request.features)
    return {
        "packagingOption": "UNBRANDED" if "BLANK_BOX" in needed else "ANY",
        "overbox": "REQUIRED" if "OVERBOX" in needed else "NOT_REQUIRED",
    }


def _payment_on_delivery(request: PreviewRequest2026) -> Json:
    """In India only, says Amazon's model."""
    return {"paymentOnDelivery": "ENABLED" if request.marketplace.country == "IN" else "DISABLED"}


def _price(
    request: PreviewRequest2026, parcel: Parcel, quoted: Quote, fees: Mapping[str, str]
) -> Json:
    """The order's fees, shared among its shipments by weight."""
    currency = request.marketplace.currency
    share = parcel.pounds / quoted.pounds if quoted.pounds else 1
    hundredths = {name: round(float(fee) * 100 * share) for name, fee in fees.items()}
    prices = [
        {"type": name, "value": {"currencyCode": currency, "amount": money(cents, currency)}}
        for name, cents in hundredths.items()
    ]
    total = money(sum(hundredths.values()), currency)
    return {"rollupPrices": prices, "totalPrice": {"currencyCode": currency, "amount": total}}


def _hindrance(line: LineRequest, reason: str) -> Json:
    messages = {
        NO_STOCK: f"There is not enough quantity of item {line.sku}.",
        NOT_ELIGIBLE: f"Item {line.sku} is not eligible for the packaging.",
    }
    return _constraint(messages[reason], reason, amazonSku=line.sku)


def _constraint(message: str, code: str, **details: str) -> Json:
    return {
        "message": message,
        "type": "ValidationError",
        "code": code,
        "details": [{"type": name, "value": value} for name, value in details.items()],
    }


def get_offers(backend: Backend, call: Call) -> Answer:
    form = call.form()
    form.require("items", "origin")
    form.part("origin").require("countryCode")
    place = marketplace("", form.part("origin").text("countryCode"))
    tiers = validation_2026.tiers_asked(form, place)
    if form.has("destination") and form.part("destination").has("deliveryAddress"):
        form.part("destination").part("deliveryAddress").require("postalCode", "countryCode")
    results = [_result(backend, place.id, item, tiers) for item in form.parts("items")]
    return Answer(body={"offerResults": results})


def _result(backend: Backend, marketplace_id: str, item: Form, tiers: tuple[str, ...]) -> Json:
    item.require("productIdentifier")
    sku = item.part("productIdentifier").text("amazonSku")
    stock = backend.world.find_stock(marketplace_id, sku)
    result: Json = {"item": {"productIdentifier": {"amazonSku": sku}}, "offers": []}
    if stock is None or not stock.on_record:
        result["constraints"] = [_hindrance(LineRequest(sku, "", 1), NO_STOCK)]
        return result
    now = backend.world.now
    result["offers"] = [
        {
            "expiryTime": iso(now + OFFER_LASTS),
            "fulfillmentConfiguration": {
                "serviceLevel": {
                    "serviceTier": tier,
                    "deliveryInterval": shapes_2026.interval(
                        promise(TIERS[tier], now).earliest_arrival,
                        promise(TIERS[tier], now).latest_arrival,
                    ),
                }
            },
        }
        for tier in tiers
    ]
    return result


def create_order(backend: Backend, call: Call) -> Answer:
    """200 with the order; 202 when it isn't validated yet (modelled)."""
    form = call.form()
    order_id = form.text("orderId")
    if order_id in backend.world.orders:
        raise Refusal(f"A create request already exists for orderId : {order_id}")
    order = backend.place(validation_2026.order(form, backend.world.stocks))
    if order.status is Status.NEW:
        return Answer(202, {"orderId": order.id, "status": shapes_2026.STATUSES[order.status]})
    return Answer(body={"order": shapes_2026.order(order, backend.world.now, backend.photos)})


def get_order(backend: Backend, call: Call) -> Answer:
    order = _find(backend, call)
    shown = shapes_2026.order(
        order, backend.world.now, backend.photos, shipments=_with_shipments(call)
    )
    return Answer(body={"order": shown})


def list_orders(backend: Backend, call: Call) -> Answer:
    shipments = _with_shipments(call)
    found, token = page_of_orders(backend, call.text("pageToken"), call.text("updatedAfter"))
    now, photos = backend.world.now, backend.photos
    body: Json = {
        "orders": [shapes_2026.order(each, now, photos, shipments=shipments) for each in found]
    }
    if token:
        body["pagination"] = {"nextToken": token}
    return Answer(body=body)


def update_order(backend: Backend, call: Call) -> Answer:
    order = _find(backend, call)
    wanted = validation_2026.action(call.form())
    if not order.held:
        raise Refusal(f"Order {order.id} is not on hold and can't be updated.")
    if wanted is Action.SHIP:
        lifecycle.unhold(backend.world, order)
    return Answer(202)


def cancel_order(backend: Backend, call: Call) -> Answer:
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
    Operation("getOrderPreview", "POST", f"{BASE}/previews", PLAN, get_order_preview),
    Operation("getOffers", "POST", f"{BASE}/offers", OFFERS_PLAN, get_offers),
    Operation("createOrder", "POST", f"{BASE}/orders", PLAN, create_order),
    Operation("listOrders", "GET", f"{BASE}/orders", PLAN, list_orders),
    Operation("getOrder", "GET", _ORDER, PLAN, get_order),
    Operation("updateOrder", "PUT", _ORDER, PLAN, update_order),
    Operation("cancelOrder", "PUT", f"{_ORDER}/cancel", PLAN, cancel_order),
    Operation("updateOrderStatus", "PUT", f"{_ORDER}/status", SANDBOX, update_order_status),
    Operation("updatePackage", "PUT", f"{_ORDER}/packages/{{packageId}}", SANDBOX, update_package),
)
