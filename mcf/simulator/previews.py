"""What could be shipped, from where, when and for how much: asked before an order is placed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcf.simulator.marketplaces import Marketplace
from mcf.simulator.orders import Address, LineRequest, Speed
from mcf.simulator.pricing import Promise, fees, pounds, promise
from mcf.simulator.stock import Product, Stock

NO_STOCK = "ItemQuantityNotAvailable"
NO_SPEED = "DeliverySLAUnavailable"
NO_ADDRESS = "InvalidDestinationAddress"

_FAR_AWAY = frozenset({"AK", "HI", "PR", "GU", "VI", "AP", "AE", "AA"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """The lines that leave one centre together."""

    centre: str
    lines: tuple[LineRequest, ...]
    pounds: float


@dataclass(frozen=True, slots=True)
class Quote:
    """What Amazon would do at one speed."""

    speed: Speed
    promise: Promise
    parcels: tuple[Parcel, ...]
    fees: dict[str, str] | None
    """None now and then although it can ship, as at Amazon.
    https://github.com/amzn/selling-partner-api-models/issues/5328
    """
    pounds: float
    short: tuple[LineRequest, ...]
    """Lines without enough units on record. Units in transfer count: that is Amazon's own trap.
    https://github.com/amzn/selling-partner-api-models/issues/5260
    """
    reasons: tuple[str, ...]
    cod: bool
    """Whether the recipient would pay on delivery."""

    @property
    def fulfillable(self) -> bool:
        return not self.short and not self.reasons


def quote(
    place: Marketplace,
    shelf: Mapping[str, Stock],
    address: Address,
    lines: Sequence[LineRequest],
    speed: Speed,
    now: datetime,
    *,
    cod: bool = False,
) -> Quote:
    short = _short(shelf, lines)
    ships = [line for line in lines if line not in short]
    products = [(shelf[line.sku].product, line.quantity) for line in ships]
    return Quote(
        speed=speed,
        promise=promise(speed, now),
        parcels=_parcels(shelf, ships),
        fees=fees(products, speed, place.currency, cod=cod) if _are_told(products) else None,
        pounds=pounds(products),
        short=short,
        reasons=_reasons(place, address, speed),
        cod=cod,
    )


def _are_told(products: Sequence[tuple[Product, int]]) -> bool:
    # One product in about thirty, always the same ones.
    return not any(product.asin.endswith("S") for product, _ in products)


def deliverable(address: Address) -> bool:
    """Whether an address can be delivered to; in the US by the look of its ZIP code."""
    if address.country != "US":
        return True
    code = re.fullmatch(r"(\d{5})(-?\d{4})?", address.postal_code.strip())
    return bool(code) and address.postal_code[:3] != "000"


def _reasons(place: Marketplace, address: Address, speed: Speed) -> tuple[str, ...]:
    reasons = []
    if not deliverable(address):
        reasons.append(NO_ADDRESS)
    if speed is Speed.PRIORITY and address.state.upper() in _FAR_AWAY:
        reasons.append(NO_SPEED)
    if speed is Speed.SCHEDULED and place.country != "JP":
        reasons.append(NO_SPEED)
    return tuple(reasons)


def _short(shelf: Mapping[str, Stock], lines: Sequence[LineRequest]) -> tuple[LineRequest, ...]:
    left = {sku: shelf[sku].on_record for sku in {line.sku for line in lines}}
    short = []
    for line in lines:
        if line.quantity > left[line.sku]:
            short.append(line)
        else:
            left[line.sku] -= line.quantity
    return tuple(short)


def _parcels(shelf: Mapping[str, Stock], lines: Sequence[LineRequest]) -> tuple[Parcel, ...]:
    by_centre: dict[str, list[LineRequest]] = defaultdict(list)
    for line in lines:
        by_centre[shelf[line.sku].product.centre].append(line)
    return tuple(
        Parcel(
            centre,
            tuple(grouped),
            pounds([(shelf[line.sku].product, line.quantity) for line in grouped]),
        )
        for centre, grouped in by_centre.items()
    )
