"""What could be shipped, from where, when and for how much: asked before an order is placed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcf.simulator.world.marketplaces import Marketplace
from mcf.simulator.world.orders import Address, LineRequest, Speed
from mcf.simulator.world.pricing import Promise, fees, pounds, promise
from mcf.simulator.world.stock import Product, Stock

NO_STOCK = "ItemQuantityNotAvailable"
NO_SPEED = "DeliverySLAUnavailable"
NO_ADDRESS = "InvalidDestinationAddress"
NOT_ELIGIBLE = "SKU_NOT_ELIGIBLE"
"""What getFeatureSKU calls it; Amazon doesn't tell what a preview does."""

_MILITARY = frozenset({"AA", "AE", "AP"})
_MILITARY_POST = frozenset({"APO", "FPO", "DPO"})
_MILITARY_CODES = re.compile("09[0-8]|340|96[2-6]")
_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
_FAR_AWAY = frozenset({"AK", "HI"}) | _TERRITORIES
_FAR_AWAY_CODES = re.compile("00[6-9]|96[789]|99[5-9]")
_PO_BOX = re.compile(r"\bP\.?\s*O\.?\s*BOX\b|\bPOST\s+OFFICE\s+BOX\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The lines that leave one centre together."""

    centre: str
    lines: tuple[LineRequest, ...]
    pounds: float


@dataclass(frozen=True, slots=True)
class Hindered:
    """A line that can't ship, and why."""

    line: LineRequest
    reasons: tuple[str, ...]


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
    hindered: tuple[Hindered, ...]
    reasons: tuple[str, ...]
    cod: bool
    """Whether the recipient would pay on delivery."""

    @property
    def fulfillable(self) -> bool:
        """Whether all lines can ship."""
        return not self.hindered and not self.reasons


def quote(
    place: Marketplace,
    shelf: Mapping[str, Stock],
    address: Address,
    lines: Sequence[LineRequest],
    speed: Speed,
    now: datetime,
    *,
    cod: bool = False,
    required: frozenset[str] = frozenset(),
) -> Quote:
    """What Amazon would do with these lines at one speed; nothing is reserved."""
    hindered = _hindered(shelf, lines, required)
    stay = [hindrance.line for hindrance in hindered]
    ships = [line for line in lines if line not in stay]
    products = [(shelf[line.sku].product, line.quantity) for line in ships]
    return Quote(
        speed=speed,
        promise=promise(speed, now),
        parcels=_parcels(shelf, ships),
        fees=fees(products, speed, place.currency, cod=cod, required=required)
        if _are_told(products)
        else None,
        pounds=pounds(products),
        hindered=hindered,
        reasons=obstacles(place, address, speed, required),
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


def can_have(stock: Stock, feature: str) -> bool:
    """Modelled: bulky items travel in their own box."""
    return stock.product.size != "bulky" or feature not in ("BLANK_BOX", "OVERBOX")


def obstacles(
    place: Marketplace, address: Address, speed: Speed, required: frozenset[str]
) -> tuple[str, ...]:
    """Why an order can't go to an address at a speed and with these features, whatever its lines.

    Modelled: Amazon doesn't tell which addresses a speed, or a carrier other than its own, reaches.
    """
    reasons = []
    if not deliverable(address):
        reasons.append(NO_ADDRESS)
    scheduled_abroad = speed is Speed.SCHEDULED and place.country != "JP"
    blocked = "BLOCK_AMZL" in required and (_is_far_away(address) or _is_military(address))
    if scheduled_abroad or blocked or not _reaches(speed, address):
        reasons.append(NO_SPEED)
    return tuple(reasons)


def _reaches(speed: Speed, address: Address) -> bool:
    """Whether a speed is offered: to soldiers and post office boxes Standard only."""
    if speed is Speed.PRIORITY and _is_far_away(address):
        return False
    return speed is Speed.STANDARD or not (_is_military(address) or _is_po_box(address))


def _is_far_away(address: Address) -> bool:
    """Alaska, Hawaii and the territories, by their state, their ZIP code or their own country."""
    if address.country != "US":
        return address.country in _TERRITORIES
    by_code = _FAR_AWAY_CODES.match(address.postal_code)
    return address.state.upper() in _FAR_AWAY or by_code is not None


def _is_military(address: Address) -> bool:
    if address.country != "US":
        return False
    named = address.state.upper() in _MILITARY or address.city.upper() in _MILITARY_POST
    return named or _MILITARY_CODES.match(address.postal_code) is not None


def _is_po_box(address: Address) -> bool:
    lines = (address.line1, address.line2, address.line3)
    return address.country == "US" and any(_PO_BOX.search(each) for each in lines)


def _hindered(
    shelf: Mapping[str, Stock], lines: Sequence[LineRequest], required: frozenset[str]
) -> tuple[Hindered, ...]:
    hindrances = []
    left = {sku: shelf[sku].on_record for sku in {line.sku for line in lines}}
    for line in lines:
        reasons = []
        if line.quantity > left[line.sku]:
            # Units in transfer count: that is Amazon's own trap.
            # https://github.com/amzn/selling-partner-api-models/issues/5260
            reasons.append(NO_STOCK)
        else:
            left[line.sku] -= line.quantity
        if not all(can_have(shelf[line.sku], feature) for feature in required):
            reasons.append(NOT_ELIGIBLE)
        if reasons:
            hindrances.append(Hindered(line, tuple(reasons)))
    return tuple(hindrances)


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
