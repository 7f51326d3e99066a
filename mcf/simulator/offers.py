"""Delivery offers of Fulfillment Outbound 2020-07-01: a date to show beside a product."""

from __future__ import annotations

from datetime import datetime, timedelta

from mcf.simulator.answers import Json, Refusal, invalid, missing
from mcf.simulator.clock import iso
from mcf.simulator.forms import Form, is_decimal
from mcf.simulator.operations import Answer, Backend, Call, Operation, Plan
from mcf.simulator.outbound import BASE
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Speed
from mcf.simulator.world.pricing import promise

OFFER_LASTS = timedelta(hours=1)
PLAN = Plan(rate=5, burst=30)


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
    return Answer(body={"payload": {"deliveryOffers": [_offer(each, now) for each in speeds]}})


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


OPERATIONS = (Operation("deliveryOffers", "POST", f"{BASE}/deliveryOffers", PLAN, delivery_offers),)
