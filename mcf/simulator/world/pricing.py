"""Fees and promised dates. **Invented**: plausible in size, never Amazon's price list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcf.simulator.world.orders import Speed
from mcf.simulator.world.stock import Product

PER_UNIT = {"small": 310, "standard": 455, "large": 620, "bulky": 1290}
"""Hundredths of the currency for the first unit of a line; further units cost 60 %."""

TRANSPORT_PER_POUND = {
    Speed.STANDARD: 42,
    Speed.EXPEDITED: 95,
    Speed.PRIORITY: 160,
    Speed.SCHEDULED: 110,
}
PER_ORDER = {Speed.STANDARD: 0, Speed.EXPEDITED: 250, Speed.PRIORITY: 595, Speed.SCHEDULED: 300}
CASH_ON_DELIVERY = 190
SIGNATURE = 275
BLOCKED_AMAZON_LOGISTICS = 0.05
"""Share of the fulfillment fees; of all that is here the one number that is Amazon's.
https://sellercentral.amazon.com/seller-forums/discussions/t/72b58a28348eec5b453f1fb707a825f1
"""

TRANSIT_DAYS = {
    Speed.STANDARD: (3, 5),
    Speed.EXPEDITED: (1, 2),
    Speed.PRIORITY: (1, 1),
    Speed.SCHEDULED: (1, 2),
}

EXCHANGE = {"JPY": 150, "INR": 80, "MXN": 18, "BRL": 5}
"""Rough size of a fee elsewhere, so that one in yen doesn't look like one in dollars."""


@dataclass(frozen=True, slots=True)
class Promise:
    """When an order should leave and arrive, each as a span of time in UTC."""

    earliest_ship: datetime
    latest_ship: datetime
    earliest_arrival: datetime
    latest_arrival: datetime


def promise(speed: Speed, now: datetime) -> Promise:
    """When an order placed now should leave and arrive."""
    fastest, slowest = TRANSIT_DAYS[speed]
    earliest = (now + timedelta(hours=4)).replace(microsecond=0)
    latest = earliest + timedelta(hours=20)
    return Promise(
        earliest, latest, earliest + timedelta(days=fastest), latest + timedelta(days=slowest)
    )


def pounds(products: Sequence[tuple[Product, int]]) -> float:
    """The weight of the products together."""
    return sum(product.grams * quantity for product, quantity in products) / 453.592


def fees(
    products: Sequence[tuple[Product, int]],
    speed: Speed,
    currency: str,
    *,
    cod: bool = False,
    required: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Amount per fee name, as decimal text; empty in India, where Amazon previews no fees.

    The names of the fees for required features are invented too.
    """
    if currency == "INR":
        return {}
    units = sum(
        PER_UNIT[product.size] + round(PER_UNIT[product.size] * 0.6) * (quantity - 1)
        for product, quantity in products
    )
    amounts = {
        "FBAPerUnitFulfillmentFee": units,
        "FBAPerOrderFulfillmentFee": PER_ORDER[speed],
        "FBATransportationFee": round(TRANSPORT_PER_POUND[speed] * pounds(products)),
    }
    fulfillment = sum(amounts.values())
    if "BLOCK_AMZL" in required:
        amounts["FBABlockAMZLSurcharge"] = round(BLOCKED_AMAZON_LOGISTICS * fulfillment)
    if "SIGNATURE_CONFIRMATION" in required:
        amounts["FBASignatureConfirmationFee"] = SIGNATURE
    if cod:
        amounts["FBAFulfillmentCODFee"] = CASH_ON_DELIVERY
    rate = EXCHANGE.get(currency, 1)
    return {name: money(cents * rate, currency) for name, cents in amounts.items()}


def money(hundredths: int, currency: str) -> str:
    """Decimal text; the yen has no decimals."""
    return str(round(hundredths / 100)) if currency == "JPY" else f"{hundredths / 100:.2f}"
