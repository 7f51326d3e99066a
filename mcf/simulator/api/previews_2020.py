"""Fulfillment Outbound 2020-07-01 before there is an order: previews and delivery offers."""

from __future__ import annotations

from datetime import datetime, timedelta

from mcf.simulator.api import answers_2020, requests_2020
from mcf.simulator.api.forms import Answer, Form, Json, Refusal, invalid, is_decimal, missing
from mcf.simulator.api.operations import Backend, Call, Operation, Plan
from mcf.simulator.api.outbound_2020 import BASE, PLAN
from mcf.simulator.api.requests_2020 import PreviewRequest
from mcf.simulator.clock import iso
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Speed, required
from mcf.simulator.world.previews import Hindered, Parcel, Quote, quote
from mcf.simulator.world.pricing import promise

COD_COUNTRIES = ("IN", "JP")
OFFER_LASTS = timedelta(hours=1)
OFFERS_PLAN = Plan(rate=5, burst=30)


def get_fulfillment_preview(backend: Backend, call: Call) -> Answer:
    """A preview per speed, and in India and Japan another one for payment on delivery."""
    world = backend.world
    request = requests_2020.preview(call.form(), world.stocks)
    place = request.marketplace
    payments = (False, True) if request.cod and place.country in COD_COUNTRIES else (False,)
    previews = [
        _preview(request, quote(place, world.stocks[place.id], request.address, request.lines,
                                speed, world.now, cod=cod, required=required(request.features)))
        for speed in request.speeds
        for cod in payments
    ]  # fmt: skip
    return Answer(body={"payload": {"fulfillmentPreviews": previews}})


def _preview(request: PreviewRequest, quoted: Quote) -> Json:
    place = request.marketplace
    shown: Json = {
        "shippingSpeedCategory": quoted.speed,
        "isFulfillable": quoted.fulfillable,
        "isCODCapable": quoted.cod,
        "marketplaceId": place.id,
        "estimatedShippingWeight": _weight(quoted.pounds),
        "estimatedFees": _fees(quoted, place.currency),
        "fulfillmentPreviewShipments": [_parcel(parcel, quoted) for parcel in quoted.parcels],
        "unfulfillablePreviewItems": [_hindered_item(hindered) for hindered in quoted.hindered],
        "orderUnfulfillableReasons": list(quoted.reasons),
        "featureConstraints": answers_2020.features(request.features),
    }
    if not quoted.fulfillable:
        shown["fulfillmentPreviewShipments"] = []
        shown["estimatedFees"] = []
    if quoted.speed is Speed.SCHEDULED and request.windows and quoted.fulfillable:
        shown["scheduledDeliveryInfo"] = _windows(quoted)
    return shown


def _fees(quoted: Quote, currency: str) -> list[Json] | None:
    if quoted.fees is None:
        return None
    return [
        {"name": name, "amount": {"currencyCode": currency, "value": value}}
        for name, value in quoted.fees.items()
    ]


def _weight(pounds: float) -> Json:
    return {"unit": "POUNDS", "value": f"{pounds:.2f}"}


def _parcel(parcel: Parcel, quoted: Quote) -> Json:
    return {
        "earliestShipDate": iso(quoted.promise.earliest_ship),
        "latestShipDate": iso(quoted.promise.latest_ship),
        "earliestArrivalDate": iso(quoted.promise.earliest_arrival),
        "latestArrivalDate": iso(quoted.promise.latest_arrival),
        "shippingNotes": [],
        "fulfillmentPreviewItems": [
            {
                "sellerSku": line.sku,
                "quantity": line.quantity,
                "sellerFulfillmentOrderItemId": line.item_id,
                "estimatedShippingWeight": _weight(parcel.pounds / len(parcel.lines)),
                "shippingWeightCalculationMethod": "Package",
            }
            for line in parcel.lines
        ],
    }


def _hindered_item(of: Hindered) -> Json:
    return {
        "sellerSku": of.line.sku,
        "quantity": of.line.quantity,
        "sellerFulfillmentOrderItemId": of.line.item_id,
        "itemUnfulfillableReasons": list(of.reasons),
    }


def _windows(quoted: Quote) -> Json:
    day = quoted.promise.earliest_arrival.replace(hour=0, minute=0, second=0)
    return {
        "deliveryTimeZone": "Asia/Tokyo",
        "deliveryWindows": [
            {"startDate": iso(begin), "endDate": iso(begin + timedelta(hours=2))}
            for begin in (day + timedelta(hours=hour) for hour in (0, 3, 5, 7, 9))
        ],
    }


def delivery_offers(backend: Backend, call: Call) -> Answer:
    """Offers for one product, fastest last; none when it is out of stock. US only."""
    form = call.form()
    form.require("product", "terms")
    product, terms = form.part("product"), form.part("terms")
    product.require("productIdentifier")
    sku = product.part("productIdentifier").text("merchantSku", longest=50)
    wanted = _amount(product)
    _judge_terms(terms)
    stock = backend.world.find_stock(US.id, sku)
    if stock is None:
        raise invalid("MerchantSku", sku)
    now = backend.world.now
    speeds = (Speed.STANDARD, Speed.EXPEDITED) if stock.on_record >= wanted else ()
    return Answer(body={"payload": {"deliveryOffers": [_offer(speed, now) for speed in speeds]}})


def _amount(product: Form) -> int:
    if not product.has("amount"):
        return 1
    amount = product.part("amount")
    amount.require("unitOfMeasure", "value")
    value = amount.text("value")
    if amount.text("unitOfMeasure") != "Eaches":
        raise invalid("UnitOfMeasure", amount.text("unitOfMeasure"))
    if not is_decimal(value) or not 0 < float(value) <= 250:
        raise Refusal("missing value for decimal type")
    return int(float(value))


def _judge_terms(terms: Form) -> None:
    terms.require("origin", "destination")
    if terms.part("origin").text("countryCode") != US.country:
        raise invalid("Origin.CountryCode", terms.part("origin").text("countryCode"))
    destination = terms.part("destination")
    if destination.has("deliveryAddress"):
        destination.part("deliveryAddress").require("postalCode", "countryCode")
    elif not destination.has("ipAddress"):
        raise missing("DeliveryAddress")


def _offer(speed: Speed, now: datetime) -> Json:
    promised = promise(speed, now)
    return {
        "expiresAt": iso(now + OFFER_LASTS),
        "dateRange": {
            "earliest": iso(promised.earliest_arrival),
            "latest": iso(promised.latest_arrival),
        },
        "policy": {
            "message": {
                "text": f"Get it as soon as {promised.earliest_arrival:%a, %b %d}",
                "locale": US.language,
            }
        },
    }


OPERATIONS = (
    Operation(
        "getFulfillmentPreview",
        "POST",
        f"{BASE}/fulfillmentOrders/preview",
        PLAN,
        get_fulfillment_preview,
    ),
    Operation("deliveryOffers", "POST", f"{BASE}/deliveryOffers", OFFERS_PLAN, delivery_offers),
)
