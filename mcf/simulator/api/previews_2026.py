"""Fulfillment Outbound 2026-07-04 before there is an order: previews and offers.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2026-07-04-reference
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from mcf.simulator.api import answers_2026, requests_2026
from mcf.simulator.api.forms import Answer, Form, Json
from mcf.simulator.api.operations import Backend, Call, Operation, Plan
from mcf.simulator.api.outbound_2026 import BASE, PLAN
from mcf.simulator.api.requests_2020 import marketplace
from mcf.simulator.api.requests_2026 import TIERS, PreviewRequest2026
from mcf.simulator.clock import iso
from mcf.simulator.world.orders import LineRequest, required
from mcf.simulator.world.previews import NO_STOCK, NOT_ELIGIBLE, Parcel, Quote, quote
from mcf.simulator.world.pricing import money, promise

OFFERS_PLAN = Plan(rate=5, burst=30)


OFFER_LASTS = timedelta(hours=1)


def get_order_preview(backend: Backend, call: Call) -> Answer:
    """The shipments of an order with their offers, and what stands against it."""
    world = backend.world
    request = requests_2026.preview(call.form(), world.stocks)
    place = request.marketplace
    quotes = [
        quote(place, world.stocks[place.id], request.address, request.lines, TIERS[tier],
              world.now, required=required(request.features))
        for tier in request.tiers
    ]  # fmt: skip
    possible = [quoted for quoted in quotes if not quoted.reasons]
    body: Json = {
        "plannedShipments": [
            _planned(request, parcel, possible) for parcel in (possible or quotes)[0].parcels
        ]
        if possible
        else [],
        "constraints": [
            _hindrance(hindered.line, reason)
            for hindered in quotes[0].hindered
            for reason in hindered.reasons
        ]
        + [
            _constraint(f"{tier} cannot be delivered to this address.", reason, serviceTier=tier)
            for tier, quoted in zip(request.tiers, quotes, strict=True)
            for reason in quoted.reasons
        ],
    }
    return Answer(body=body)


def _planned(request: PreviewRequest2026, parcel: Parcel, quotes: list[Quote]) -> Json:
    return {
        "estimatedShippingWeight": {"unit": "LB", "value": f"{parcel.pounds:.2f}"},
        "items": [
            {
                "productIdentifier": {"amazonSku": line.sku},
                "amount": answers_2026.amount(line.quantity),
            }
            for line in parcel.lines
        ],
        "offers": [_offer(request, parcel, quoted) for quoted in quotes],
    }


def _offer(request: PreviewRequest2026, parcel: Parcel, quoted: Quote) -> Json:
    promised = quoted.promise
    offer: Json = {
        "fulfillmentConfiguration": {
            "serviceLevel": {
                "serviceTier": quoted.speed.upper().replace("DELIVERY", ""),
                "deliveryInterval": answers_2026.interval(
                    promised.earliest_arrival, promised.latest_arrival
                ),
                "shipInterval": answers_2026.interval(promised.earliest_ship, promised.latest_ship),
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
    """Delivery offers for each product, none with a constraint when it is out of stock."""
    form = call.form()
    form.require("items", "origin")
    form.part("origin").require("countryCode")
    place = marketplace("", form.part("origin").text("countryCode"))
    tiers = requests_2026.tiers_asked(form, place)
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
                    "deliveryInterval": answers_2026.interval(
                        promise(TIERS[tier], now).earliest_arrival,
                        promise(TIERS[tier], now).latest_arrival,
                    ),
                }
            },
        }
        for tier in tiers
    ]
    return result


OPERATIONS = (
    Operation("getOrderPreview", "POST", f"{BASE}/previews", PLAN, get_order_preview),
    Operation("getOffers", "POST", f"{BASE}/offers", OFFERS_PLAN, get_offers),
)
