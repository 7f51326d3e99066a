"""Answers of Fulfillment Outbound 2020-07-01, field by field."""

from __future__ import annotations

from datetime import datetime

from mcf.simulator.api.forms import Json
from mcf.simulator.api.photos import Photos
from mcf.simulator.clock import iso
from mcf.simulator.world import parcels
from mcf.simulator.world.orders import (
    Address,
    CashOnDelivery,
    Feature,
    Line,
    LineRequest,
    Money,
    Order,
    Package,
    ReturnItem,
    Shipment,
    ShipmentItem,
    ShipmentStatus,
)
from mcf.simulator.world.stock import Stock

_TOLD = {"PROCESSING": "IN_TRANSIT", "EXPIRED": "UNKNOWN"}
"""Statuses that only 2026-07-04 knows, in this version's words (modelled)."""
_CANCELLED = (ShipmentStatus.CANCELLED_BY_FULFILLER, ShipmentStatus.CANCELLED_BY_SELLER)


def given(**fields: object) -> Json:
    """The fields that have a value; Amazon leaves out the others."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def address(of: Address) -> Json:
    """A recipient's address, without the fields that are empty."""
    return given(
        name=of.name,
        addressLine1=of.line1,
        addressLine2=of.line2,
        addressLine3=of.line3,
        city=of.city,
        districtOrCounty=of.district,
        stateOrRegion=of.state,
        postalCode=of.postal_code,
        countryCode=of.country,
        phone=of.phone,
    )


def money(of: Money | None) -> Json | None:
    """An amount as decimal text with its currency; None for none."""
    return {"currencyCode": of.currency, "value": of.value} if of else None


def features(of: tuple[Feature, ...]) -> list[Json]:
    """The features of an order, each with its policy."""
    return [{"featureName": each.name, "featureFulfillmentPolicy": each.policy} for each in of]


def listed_order(order: Order) -> Json:
    """An order as listAllFulfillmentOrders gives it: without its marketplace and action.

    https://github.com/amzn/selling-partner-api-docs/issues/1507
    """
    request = order.request
    return {
        "sellerFulfillmentOrderId": order.id,
        "displayableOrderId": request.displayable_id or order.id,
        "displayableOrderDate": iso(request.displayable_date or order.received),
        "displayableOrderComment": request.comment,
        "shippingSpeedCategory": request.speed,
        **given(deliveryWindow=_window(request.window)),
        "destinationAddress": address(request.address),
        "fulfillmentPolicy": request.policy,
        **given(codSettings=_cash_on_delivery(request.cod)),
        "receivedDate": iso(order.received),
        "fulfillmentOrderStatus": order.status,
        "statusUpdatedDate": iso(order.status_updated),
        "notificationEmails": list(request.emails),
        "featureConstraints": features(request.features),
    }


def full_order(order: Order, stocks: dict[str, Stock], now: datetime, photos: Photos) -> Json:
    """The payload of getFulfillmentOrder."""
    request = order.request
    head = listed_order(order)
    head["marketplaceId"] = request.marketplace_id
    head["fulfillmentAction"] = "Hold" if order.held else "Ship"
    asked = {line.item_id: line for line in request.lines}
    payload: Json = {
        "fulfillmentOrder": head,
        "fulfillmentOrderItems": [
            _item(order, line, asked[line.item_id], stocks.get(line.sku)) for line in order.lines
        ],
        "fulfillmentShipments": [shipment(order, sent, now, photos) for sent in order.shipments],
        "returnItems": [return_item(returned) for returned in order.returns],
        "returnAuthorizations": [
            return_authorization(returned)
            for returned in order.returns
            if returned.authorization_id
        ],
    }
    if request.payments:
        payload["paymentInformation"] = [
            {
                "paymentTransactionId": payment.id,
                "paymentMode": payment.mode,
                "paymentDate": iso(payment.date or order.received),
            }
            for payment in request.payments
        ]
    return payload


def _item(order: Order, line: Line, asked: LineRequest, stock: Stock | None) -> Json:
    return {
        "sellerSku": line.sku,
        "sellerFulfillmentOrderItemId": line.item_id,
        "quantity": line.quantity,
        **given(
            giftMessage=asked.gift_message,
            displayableComment=asked.comment,
            fulfillmentNetworkSku=asked.network_sku or (stock.product.fn_sku if stock else ""),
        ),
        "orderItemDisposition": "Sellable",
        "cancelledQuantity": line.cancelled,
        "unfulfillableQuantity": line.unfulfillable,
        "estimatedShipDate": iso(order.ship_estimate),
        "estimatedArrivalDate": iso(order.arrival_estimate),
        **given(
            perUnitPrice=money(asked.price),
            perUnitTax=money(asked.tax),
            perUnitDeclaredValue=money(asked.declared_value),
        ),
    }


def shipment(order: Order, of: Shipment, now: datetime, photos: Photos) -> Json:
    """Dates are absent when the shipment was cancelled."""
    dead = of.status in _CANCELLED
    return {
        "amazonShipmentId": of.id,
        "fulfillmentCenterId": of.centre,
        "fulfillmentShipmentStatus": of.status,
        **given(
            shippingDate=None if dead else iso(of.ship_date),
            estimatedArrivalDate=None if dead else iso(arrival(order, of, now)),
        ),
        "shippingNotes": [],
        "fulfillmentShipmentItem": [_shipment_item(item) for item in of.items],
        "fulfillmentShipmentPackage": [
            _package(order, of, package, now, photos) for package in of.packages
        ],
    }


def arrival(order: Order, of: Shipment, now: datetime) -> datetime:
    """When the last parcel of a shipment is expected, as far as one knows now."""
    to = order.request.address
    estimates = [
        parcels.estimate(each, parcels.seen(each, of.centre, to, now)) for each in of.packages
    ]
    return max(estimates, default=of.arrival)


def _shipment_item(of: ShipmentItem) -> Json:
    return {
        "sellerSku": of.sku,
        "sellerFulfillmentOrderItemId": of.item_id,
        "quantity": of.quantity,
        "packageNumber": of.package_number,
        **(parcels.serial_numbers(of.package_number, of.sku) if of.package_number else {}),
    }


def _package(order: Order, within: Shipment, of: Package, now: datetime, photos: Photos) -> Json:
    events = parcels.seen(of, within.centre, order.request.address, now)
    status = parcels.status(of, events)
    return {
        "packageNumber": of.number,
        "carrierCode": parcels.carrier_code(order, of),
        **given(trackingNumber=parcels.carriers_number(of)),
        "amazonFulfillmentTrackingNumber": of.amazon_tracking_number,
        "estimatedArrivalDate": iso(parcels.estimate(of, events)),
        **given(
            lockerDetails=_locker(of, status),
            deliveryInformation=_delivery(order, of, status, photos),
        ),
    }


def _locker(of: Package, status: str) -> Json | None:
    waits = parcels.locker(of, status)
    return {"lockerNumber": waits[0], "lockerAccessCode": waits[1]} if waits else None


def _delivery(order: Order, of: Package, status: str, photos: Photos) -> Json | None:
    if not parcels.is_photographed(order, of, status):
        return None
    kind, attributes = parcels.drop_off(order, of)
    return {
        "deliveryDocumentList": [{"documentType": "DELIVERY_IMAGE", "url": photos.link(of.number)}],
        "dropOffLocation": {"type": kind, **given(attributes=attributes)},
    }


def package_tracking(order: Order, within: Shipment, of: Package, now: datetime) -> Json:
    """The payload of getPackageTrackingDetails, newest event first."""
    to = order.request.address
    events = parcels.seen(of, within.centre, to, now)
    status = parcels.status(of, events)
    status = _TOLD.get(status, status)
    phone, site = parcels.contact(of)
    window = parcels.window(events)
    return {
        "packageNumber": of.number,
        **given(trackingNumber=parcels.carriers_number(of)),
        "customerTrackingLink": parcels.recipients_link(of),
        "carrierCode": parcels.carrier_code(order, of),
        **given(carrierPhoneNumber=phone, carrierURL=site),
        "shipDate": iso(of.shipped),
        "estimatedArrivalDate": iso(parcels.estimate(of, events)),
        "shipToAddress": {"city": to.city, "state": to.state, "country": to.country},
        "currentStatus": status,
        **given(
            currentStatusDescription=parcels.STATUS_TEXTS.get(status, ""),
            deliveryWindow=window and {"earliest": iso(window[0]), "latest": iso(window[1])},
            signedForBy=parcels.signed_by(order, status),
            additionalLocationInfo=parcels.left_at(of, status),
        ),
        "trackingEvents": [_event(event) for event in reversed(events)],
    }


def _event(of: parcels.Event) -> Json:
    return {
        "eventDate": iso(of.at),
        "eventAddress": {"city": of.city, "state": of.state, "country": of.country},
        "eventCode": of.code,
        "eventDescription": parcels.EVENT_TEXTS.get(of.code, ""),
    }


def return_item(of: ReturnItem) -> Json:
    """A returned unit, with its condition once it was looked at."""
    return {
        "sellerReturnItemId": of.id,
        "sellerFulfillmentOrderItemId": of.item_id,
        "amazonShipmentId": of.shipment_id,
        "sellerReturnReasonCode": of.reason,
        **given(returnComment=of.comment),
        "amazonReturnReasonCode": of.reason,
        "status": of.status,
        "statusChangedDate": iso(of.status_changed),
        **given(
            returnAuthorizationId=of.authorization_id,
            returnReceivedCondition=of.condition,
            fulfillmentCenterId=of.centre,
        ),
    }


def return_authorization(of: ReturnItem) -> Json:
    """Where to send a returned unit, and the address of the label to print."""
    return {
        "returnAuthorizationId": of.authorization_id,
        "fulfillmentCenterId": of.centre,
        "returnToAddress": {
            "name": "Returns Department",
            "addressLine1": "100 Example Parkway",
            "city": "Phoenix",
            "stateOrRegion": "AZ",
            "countryCode": "US",
            "postalCode": "85043",
        },
        "amazonRmaId": "D" + of.authorization_id[3:14],
        "rmaPageURL": f"https://example.com/returns/{of.authorization_id}",
    }


def _window(of: tuple[datetime, datetime] | None) -> Json | None:
    return {"startDate": iso(of[0]), "endDate": iso(of[1])} if of else None


def _cash_on_delivery(of: CashOnDelivery | None) -> Json | None:
    if of is None:
        return None
    return {
        "isCodRequired": of.required,
        **given(
            codCharge=money(of.charge),
            codChargeTax=money(of.charge_tax),
            shippingCharge=money(of.shipping),
            shippingChargeTax=money(of.shipping_tax),
        ),
    }
