"""Answers of Fulfillment Outbound 2026-07-04, field by field."""

from __future__ import annotations

from datetime import datetime

from mcf.simulator.api import answers_2020
from mcf.simulator.api.answers_2020 import given
from mcf.simulator.api.forms import Json
from mcf.simulator.api.photos import Photos
from mcf.simulator.api.requests_2026 import POLICIES, TIERS
from mcf.simulator.clock import iso
from mcf.simulator.world import parcels
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.orders import (
    DropOff,
    Line,
    LineRequest,
    Money,
    Order,
    OrderRequest,
    Package,
    PackingSlip,
    Shipment,
    ShipmentItem,
    ShipmentStatus,
    Status,
)

STATUSES = {
    Status.NEW: "PROCESSING",
    Status.RECEIVED: "PROCESSING",
    Status.PLANNING: "PROCESSING",
    Status.PROCESSING: "PROCESSING",
    Status.CANCELLED: "CANCELLED",
    Status.COMPLETE: "COMPLETE",
    Status.COMPLETE_PARTIALLED: "COMPLETE_PARTIAL",
    Status.UNFULFILLABLE: "UNFULFILLABLE",
    Status.INVALID: "INVALID",
}
SHIPMENT_STATUSES = {
    ShipmentStatus.PENDING: "PROCESSING",
    ShipmentStatus.SHIPPED: "SHIPPED",
    ShipmentStatus.CANCELLED_BY_FULFILLER: "CANCELLED",
    ShipmentStatus.CANCELLED_BY_SELLER: "CANCELLED",
}
PACKAGE_STATUSES = {
    "DELIVERED": "DELIVERED",
    "PICKUP_SUCCESSFUL": "DELIVERED",
    "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
    "AVAILABLE_FOR_PICKUP": "OUT_FOR_DELIVERY",
    "DELAYED": "DELAYED",
    "DELIVERY_ATTEMPTED": "DELAYED",
    "CUSTOMER_ACTION": "DELAYED",
    "UNDELIVERABLE": "UNDELIVERABLE",
    "RETURNING": "UNDELIVERABLE",
    "RETURNED": "UNDELIVERABLE",
    "EXPIRED": "EXPIRED",
    "PROCESSING": "PROCESSING",
}
"""Modelled: Amazon doesn't say how the two versions' words for a parcel relate."""

_TIER_NAMES = {speed: tier for tier, speed in TIERS.items()}
_POLICY_NAMES = {policy: name for name, policy in POLICIES.items()}


def order(of: Order, now: datetime, photos: Photos, *, shipments: bool = True) -> Json:
    """An order as getOrder and listOrders give it, without its shipments if they aren't wanted."""
    request = of.request
    asked = {line.item_id: line for line in request.lines}
    shown: Json = {
        "orderId": of.id,
        **given(channel=request.channel),
        "receiveTime": iso(of.received),
        "status": STATUSES[of.status],
        "statusUpdateTime": iso(of.status_updated),
        "fulfillmentConfiguration": _configuration(of),
        "origin": {"countryCode": MARKETPLACES[request.marketplace_id].country},
        "destination": _destination(request),
        "lineItems": [_line(line, asked[line.item_id]) for line in of.lines],
    }
    if shipments:
        shown["shipments"] = [_shipment(of, shipment, now, photos) for shipment in of.shipments]
    if request.payments:
        shown["paymentInformation"] = {
            "payments": [
                given(
                    paymentId=payment.id,
                    paymentMethod=payment.mode,
                    paymentTime=iso(payment.date) if payment.date else None,
                )
                for payment in request.payments
            ]
        }
    return shown


def _configuration(of: Order) -> Json:
    request = of.request
    level: Json = {"serviceTiers": [_TIER_NAMES[request.speed]]}
    if request.window:
        level["deliveryInterval"] = interval(*request.window)
    packaging: Json = {
        "packagingOption": "UNBRANDED" if request.requires("BLANK_BOX") else "ANY",
        "overbox": "REQUIRED" if request.requires("OVERBOX") else "NOT_REQUIRED",
        **given(packingSlip=_packing_slip(request.packing_slip or _slip_of(request))),
    }
    return {
        "serviceLevel": level,
        "action": "HOLD" if of.held else "SHIP",
        "policy": _POLICY_NAMES[request.policy],
        "services": {"packaging": packaging, "additional": {}},
    }


def _slip_of(request: OrderRequest) -> PackingSlip:
    """What a 2020-07-01 order has printed on its packing slip."""
    date = request.displayable_date
    texts = given(
        orderId=request.displayable_id,
        orderTime=iso(date) if date else None,
        orderText=request.comment,
    )
    return PackingSlip("", {name: str(text) for name, text in texts.items()})


def _packing_slip(of: PackingSlip) -> Json:
    return given(templateName=of.template, templateAttributes=of.attributes)


def _destination(request: OrderRequest) -> Json:
    address = {**answers_2020.address(request.address), **given(email=request.address.email)}
    return {
        "deliveryAddress": address,
        **given(
            deliveryNotes=request.instructions,
            dropOffLocation=_drop_off(request.drop_off),
        ),
    }


def _drop_off(of: DropOff | None) -> Json | None:
    return {"type": of.type, "attributes": of.attributes} if of else None


def _line(line: Line, asked: LineRequest) -> Json:
    texts = given(giftMessage=asked.gift_message, lineItemText=asked.comment)
    slip = asked.packing_slip or PackingSlip("", {name: str(text) for name, text in texts.items()})
    services = given(
        packaging=given(packingSlip=_packing_slip(slip)),
        delivery=given(paymentOnDelivery=given(perUnitServicePrice=money(asked.price))),
    )
    return {
        "lineItemId": line.item_id,
        "product": {
            "productIdentifier": {"amazonSku": line.sku},
            **given(perUnitDeclaredValue=money(asked.declared_value)),
        },
        "amount": amount(line.quantity),
        "cancelledAmount": amount(line.cancelled),
        "unfulfillableAmount": amount(line.unfulfillable),
        **given(fulfillmentConfiguration=given(services=services)),
    }


def _shipment(within: Order, of: Shipment, now: datetime, photos: Photos) -> Json:
    dead = SHIPMENT_STATUSES[of.status] == "CANCELLED"
    return {
        "amazonShipmentId": of.id,
        "amazonFacility": {"facilityId": of.centre},
        "status": SHIPMENT_STATUSES[of.status],
        **given(
            shipTime=None if dead else iso(of.ship_date),
            deliveryTime=None if dead else iso(answers_2020.arrival(within, of, now)),
        ),
        "items": [
            _item(item, f"{of.id}-{i}", is_told=_is_told(of)) for i, item in enumerate(of.items, 1)
        ],
        "packages": [_package(within, of, package, now, photos) for package in of.packages],
        "serviceLevel": {"serviceTier": _TIER_NAMES[within.request.speed]},
    }


def _item(of: ShipmentItem, item_id: str, *, is_told: bool) -> Json:
    return {
        "shipmentItemId": item_id,
        "productIdentifier": {"amazonSku": of.sku},
        "lineItemId": of.item_id,
        "amount": amount(of.quantity),
        **given(packageId=str(of.package_number) if of.package_number and is_told else None),
    }


def _package(within: Order, shipment: Shipment, of: Package, now: datetime, photos: Photos) -> Json:
    events = parcels.seen(of, shipment.centre, within.request.address, now)
    journey_status = parcels.status(of, events)
    status = PACKAGE_STATUSES.get(journey_status, "IN_TRANSIT")
    link = parcels.recipients_link(of)
    return {
        "packageId": str(of.number),
        "deliveryTime": iso(parcels.estimate(of, events)),
        "status": status,
        "tracking": {
            "carrier": {
                "carrierCode": parcels.carrier_code(within, of),
                **given(trackingNumber=parcels.carriers_number(of)),
                "trackingUrl": link,
            },
            "amazon": {"trackingNumber": of.amazon_tracking_number, "trackingUrl": link},
            **_handed_over(within, of, journey_status, photos),
        },
        **given(shipmentItemIds=_items_named(shipment, of)),
    }


def _items_named(shipment: Shipment, of: Package) -> list[str]:
    """The ids of what is in a package; none for one that doesn't tell."""
    if not _is_told(shipment):
        return []
    return [
        f"{shipment.id}-{index}"
        for index, item in enumerate(shipment.items, 1)
        if item.package_number == of.number
    ]


def _is_told(shipment: Shipment) -> bool:
    """Whether packages and units name each other: not in every shipment of a single package."""
    return len(shipment.packages) != 1 or parcels.names_its_units(shipment.packages[0])


def _handed_over(within: Order, of: Package, status: str, photos: Photos) -> Json:
    taken = parcels.is_photographed(within, of, status)
    drop_off = DropOff(*parcels.drop_off(within, of)) if taken else None
    proof = given(
        deliveryPhotoUrl=photos.link(of.number) if taken else None,
        receivedBy=parcels.signed_by(within, status),
    )
    return given(dropOffLocation=_drop_off(drop_off), proofOfDelivery=proof)


def amount(units: int) -> Json:
    """Whole units as a decimal, like "2.0"."""
    return {"unit": "EACHES", "value": f"{units}.0"}


def money(of: Money | None) -> Json | None:
    """An amount as decimal text with its currency, under this version's name; None for none."""
    return {"currencyCode": of.currency, "amount": of.value} if of else None


def interval(start: datetime, end: datetime) -> Json:
    """A span of time in UTC."""
    return {"startTime": iso(start), "endTime": iso(end)}
