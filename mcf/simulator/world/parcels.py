"""A parcel's journey and its handover, as pure functions: nothing happens when they are read.

Modelled, not Amazon's: which events occur in which order, and which parcel gets a window, a
signature, a locker, and which place it was left at. The codes and texts are Amazon's.
https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference

The spellings of places were seen on the wire.
https://github.com/amzn/selling-partner-api-models/issues/257
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import quote

from mcf.simulator.chance import Dice
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.orders import Address, Fate, Order, Package

EVENT_TEXTS = {
    "EVENT_101": "Carrier notified to pick up package.",
    "EVENT_102": "Shipment picked up from seller's facility.",
    "EVENT_201": "Arrival scan.",
    "EVENT_202": "Departure scan.",
    "EVENT_206": "In transit to pickup location.",
    "EVENT_301": "Delivered.",
    "EVENT_302": "Out for delivery.",
    "EVENT_304": "Delivery attempted.",
    "EVENT_308": "Available for pickup.",
    "EVENT_309": "Returned to seller.",
    "EVENT_401": "Held by carrier - incorrect address.",
    "EVENT_404": "Delay in delivery due to external factors.",
    "EVENT_405": "Shipment damaged.",
    "EVENT_407": "Customer refused delivery.",
    "EVENT_408": "Returning to seller.",
    "EVENT_409": "Lost by carrier.",
    "EVENT_416": "Undeliverable.",
    "EVENT_418": "Shipment delayed.",
    "EVENT_419": "Address corrected - delivery rescheduled.",
    "EVENT_801": "Package delivered to locker.",
    "EVENT_804": "Package picked up from locker.",
}

STATUS_TEXTS = {
    "IN_TRANSIT": "In transit to the destination address.",
    "DELIVERED": "Delivered to the destination address.",
    "RETURNING": "In the process of being returned to Amazon's fulfillment network.",
    "RETURNED": "Returned to Amazon's fulfillment network.",
    "UNDELIVERABLE": "Undeliverable because package was lost or destroyed.",
    "DELAYED": "Delayed.",
    "AVAILABLE_FOR_PICKUP": "Available for pickup.",
    "CUSTOMER_ACTION": "Requires customer action.",
    "UNKNOWN": "Unknown Status Code was returned.",
    "OUT_FOR_DELIVERY": "Out for Delivery.",
    "DELIVERY_ATTEMPTED": "Delivery Attempted.",
    "PICKUP_SUCCESSFUL": "Pickup Successful.",
    "RETURN_RECEIVED_IN_FC": "Return received in the fulfillment center.",
}


class Place(Enum):
    """Where along its way a parcel is."""

    ORIGIN = "origin"
    HUB = "hub"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a journey, `after` that share of the promised time in transit."""

    after: float
    code: str
    status: str
    place: Place = Place.DESTINATION
    slip: float = 0.0
    """From here on the estimate lies that share of the transit time later."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a parcel, where and when."""

    at: datetime
    code: str
    status: str
    city: str
    state: str
    country: str
    slip: float


_LEAVING = (
    Stage(0.0, "EVENT_101", "IN_TRANSIT", Place.ORIGIN),
    Stage(0.06, "EVENT_102", "IN_TRANSIT", Place.ORIGIN),
    Stage(0.25, "EVENT_202", "IN_TRANSIT", Place.ORIGIN),
    Stage(0.5, "EVENT_201", "IN_TRANSIT", Place.HUB),
)
_OUT = Stage(0.85, "EVENT_302", "OUT_FOR_DELIVERY")
_DELIVERED = Stage(0.95, "EVENT_301", "DELIVERED")

JOURNEYS: dict[Fate, tuple[Stage, ...]] = {
    Fate.ORDINARY: (*_LEAVING, Stage(0.75, "EVENT_201", "IN_TRANSIT"), _OUT, _DELIVERED),
    Fate.DELAYED: (
        *_LEAVING,
        Stage(0.8, "EVENT_404", "DELAYED", Place.HUB, slip=1.0),
        Stage(1.6, "EVENT_201", "IN_TRANSIT", slip=1.0),
        Stage(1.85, "EVENT_302", "OUT_FOR_DELIVERY", slip=1.0),
        Stage(1.95, "EVENT_301", "DELIVERED", slip=1.0),
    ),
    Fate.ATTEMPTED: (
        *_LEAVING,
        _OUT,
        Stage(0.95, "EVENT_304", "DELIVERY_ATTEMPTED", slip=0.5),
        Stage(1.35, "EVENT_302", "OUT_FOR_DELIVERY", slip=0.5),
        Stage(1.45, "EVENT_301", "DELIVERED", slip=0.5),
    ),
    Fate.LOST: (
        *_LEAVING,
        Stage(1.1, "EVENT_418", "DELAYED", Place.HUB, slip=1.0),
        Stage(2.5, "EVENT_409", "UNDELIVERABLE", Place.HUB, slip=1.0),
    ),
    Fate.RETURNED: (
        *_LEAVING,
        _OUT,
        Stage(0.95, "EVENT_304", "DELIVERY_ATTEMPTED"),
        Stage(1.3, "EVENT_416", "RETURNING"),
        Stage(1.4, "EVENT_408", "RETURNING", Place.HUB),
        Stage(2.4, "EVENT_309", "RETURNED", Place.ORIGIN),
    ),
    Fate.REFUSED: (
        *_LEAVING,
        _OUT,
        Stage(0.93, "EVENT_407", "RETURNING"),
        Stage(1.3, "EVENT_408", "RETURNING", Place.HUB),
        Stage(2.2, "EVENT_309", "RETURNED", Place.ORIGIN),
    ),
    Fate.PICKUP: (
        *_LEAVING,
        Stage(0.7, "EVENT_206", "IN_TRANSIT"),
        Stage(0.9, "EVENT_801", "AVAILABLE_FOR_PICKUP"),
        Stage(1.6, "EVENT_804", "PICKUP_SUCCESSFUL"),
    ),
    Fate.WRONG_ADDRESS: (
        *_LEAVING,
        Stage(0.8, "EVENT_401", "CUSTOMER_ACTION", slip=1.0),
        Stage(1.8, "EVENT_419", "IN_TRANSIT", slip=1.0),
        Stage(1.9, "EVENT_302", "OUT_FOR_DELIVERY", slip=1.0),
        Stage(1.98, "EVENT_301", "DELIVERED", slip=1.0),
    ),
    Fate.SILENT: (_DELIVERED,),
    Fate.UNDISPLAYED: (*_LEAVING, Stage(0.6, "EVENT_201", "UNDISPLAYED", Place.HUB)),
    Fate.RECEIVED_BACK: (
        *_LEAVING,
        Stage(0.95, "EVENT_408", "RETURNING", Place.HUB),
        Stage(2.0, "EVENT_309", "RETURN_RECEIVED_IN_FC", Place.ORIGIN),
    ),
    Fate.UNKNOWN_EVENTS: (
        *_LEAVING[:2],
        Stage(0.3, "EVENT_212", "IN_TRANSIT", Place.ORIGIN),
        Stage(0.4, "EVENT_320", "IN_TRANSIT", Place.ORIGIN),
        Stage(0.5, "EVENT_438", "IN_TRANSIT", Place.HUB),
        Stage(0.6, "EVENT_636", "IN_TRANSIT", Place.HUB),
        Stage(0.65, "EVENT_637", "IN_TRANSIT", Place.HUB),
        Stage(0.7, "EVENT_444", "IN_TRANSIT"),
        _OUT,
        Stage(0.93, "EVENT_310", "OUT_FOR_DELIVERY"),
        _DELIVERED,
    ),
}
"""UNDISPLAYED and the events without a text above are undocumented, and were seen on the wire.
https://github.com/amzn/selling-partner-api-models/issues/257
"""

_CENTRE_PLACES = {
    "PHX3": ("Phoenix", "AZ", "US"),
    "ONT8": ("Moreno Valley", "CA", "US"),
    "MDW2": ("Joliet", "IL", "US"),
    "ABE8": ("Florence", "NJ", "US"),
    "DFW7": ("Fort Worth", "TX", "US"),
    "RNO4": ("Reno", "NV", "US"),
}
_HUBS = {"US": ("Louisville", "KY", "US")}


def journey(package: Package, centre: str, to: Address) -> list[Event]:
    """All events of a parcel, past and to come, oldest first."""
    transit = package.promised - package.shipped
    return [_event(stage, package.shipped, transit, centre, to) for stage in JOURNEYS[package.fate]]


def seen(package: Package, centre: str, to: Address, now: datetime) -> list[Event]:
    """The events a reader can know of at `now`, oldest first."""
    return [event for event in journey(package, centre, to) if event.at <= now]


def status(package: Package, events: list[Event]) -> str:
    """The parcel's status after the events seen so far."""
    if package.told_status:
        return package.told_status
    return events[-1].status if events else "IN_TRANSIT"


def estimate(package: Package, events: list[Event]) -> datetime:
    """The promised arrival, moved by what has been seen so far."""
    slip = events[-1].slip if events else 0.0
    return _whole(package.promised + (package.promised - package.shipped) * slip)


def _event(stage: Stage, shipped: datetime, transit: timedelta, centre: str, to: Address) -> Event:
    city, state, country = _where(stage.place, centre, to)
    at = _whole(shipped + transit * stage.after)
    return Event(at, stage.code, stage.status, city, state, country, stage.slip)


def _where(place: Place, centre: str, to: Address) -> tuple[str, str, str]:
    destination = (to.city or to.state, to.state, to.country)
    if place is Place.DESTINATION:
        return destination
    if place is Place.HUB:
        return _HUBS.get(to.country, destination)
    return _CENTRE_PLACES.get(centre, destination)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


CONTACTS = {
    "Amazon Logistics": ("1-800-555-0110", "https://www.amazon.com"),
    "UPS": ("1-800-555-0120", "https://www.ups.com"),
    "USPS": ("1-800-555-0130", "https://www.usps.com"),
    "FedEx": ("1-800-555-0140", "https://www.fedex.com"),
}
"""Invented numbers, and the carriers' own sites."""

WITH_PHOTOS = frozenset({"CA", "US", "MX", "ES", "GB", "FR", "DE", "IT", "JP", "AU"})
"""https://developer-docs.amazon.com/sp-api/changelog (2025-08-20)"""

_LEFT_AT = (
    ("FRONT_DOOR", "FRONT_DOOR"),
    ("FRONT_DOOR/PORCH", "FRONT_DOOR"),
    ("FRONT DOOR/PORCH", "FRONT_DOOR"),
    ("IN/AT MAILBOX", "DELIVERY_BOX"),
    ("Office", "RECEPTIONIST"),
    ("Inside Delivery", "DO_NOT_LEAVE_UNATTENDED"),
    ("GARAGE", "GARAGE"),
    ("BACK_PORCH", "FRONT_DOOR"),
    ("GARAGE / OTHER DOOR / OTHER LOC", "GARAGE"),
    ("INDIVIDUAL PICKED UP AT PO", "RECEPTIONIST"),
)
"""What tracking says of the place, and the order's word for it."""

_CODES = {
    "Amazon Logistics": ("Amazon Logistics", "AMZN"),
    "UPS": ("UPS", "UPS", "UPS_MI", "ups"),
    "USPS": ("USPS", "USPS", "DHL_ECOMMERCE", "DHL_GLOBAL_MAIL"),
    "FedEx": ("FedEx", "FEDEX", "FEDEX_SMARTPOST"),
}
"""Codes under which parcels of a carrier came, or of one that hands over to it."""
_AMERICAN = frozenset({"UPS_MI", "DHL_ECOMMERCE", "DHL_GLOBAL_MAIL", "FEDEX_SMARTPOST"})
_SPELLED = {"GB": "UK"}
"""How Amazon's carrier calls a country, where that isn't its code."""

_WINDOW_BEGINS, _WINDOW_LASTS = timedelta(hours=1), timedelta(hours=4)


def contact(package: Package) -> tuple[str, str]:
    """Phone number and site of the carrier; empty for one that nobody knows."""
    return CONTACTS.get(package.told_carrier or package.carrier, ("", ""))


def carrier_code(order: Order, package: Package) -> str:
    """The code under which the carrier is told, in one of the spellings that really arrive."""
    if package.told_carrier:
        return package.told_carrier
    country = MARKETPLACES[order.request.marketplace_id].country
    codes = _CODES.get(package.carrier, (package.carrier,))
    code = codes[_dice("carrier", package).below(len(codes))]
    if code == "AMZN":
        return f"AMZN_{_SPELLED.get(country, country)}"
    return code if code not in _AMERICAN or country == "US" else package.carrier


def carriers_number(package: Package) -> str:
    """The carrier's number; empty for some parcels of Amazon's own, which have Amazon's only."""
    if package.told_tracking_number:
        return package.told_tracking_number
    own = package.carrier == "Amazon Logistics" and not package.told_carrier
    return "" if own and not _dice("number", package).below(5) else package.tracking_number


def recipients_link(package: Package) -> str:
    """The address of the recipient's page, now and then spoilt as in Amazon's own example."""
    link = f"https://www.swiship.com/track?id={package.amazon_tracking_number}"
    way = _dice("link", package).below(6)
    if way == 0:
        return quote(link, safe="") + "%0A"
    return f"{link}%0A" if way == 1 else link


def names_its_units(package: Package) -> bool:
    """Whether the parcel and its units name each other, where it's the only one of a shipment."""
    return _dice("units", package).below(3) > 0


def serial_numbers(package_number: int, sku: str) -> dict[str, object]:
    """Serial number and lot codes of units in a parcel, which few products have."""
    dice = Dice(0, "serial", package_number, sku)
    if dice.below(8):
        return {}
    return {"serialNumber": f"SN{dice.digits(8)}", "manufacturerLotCodes": [f"L{dice.digits(5)}"]}


def _dice(concern: str, package: Package) -> Dice:
    return Dice(0, concern, package.amazon_tracking_number)


def window(events: list[Event]) -> tuple[datetime, datetime] | None:
    """Between when and when it comes, once it's out for delivery."""
    out = [event.at for event in events if event.code == "EVENT_302"]
    if not out:
        return None
    begin = out[-1].replace(minute=0, second=0) + _WINDOW_BEGINS
    return begin, begin + _WINDOW_LASTS


def signed_by(order: Order, status: str) -> str:
    """Who signed, as drivers write it; empty where no signature was asked for."""
    if status != "DELIVERED" or not order.request.requires("SIGNATURE_CONFIRMATION"):
        return ""
    return order.request.address.name.upper()


def left_at(package: Package, status: str) -> str:
    """Where it was left, in one of the spellings that really arrive."""
    if status == "RETURNED":
        return "TO ORIGINAL SENDER"
    return _spot(package)[0] if status == "DELIVERED" else ""


def drop_off(order: Order, package: Package) -> tuple[str, dict[str, str]]:
    """Where a delivered parcel was left: as was wished, else where the driver chose."""
    wish = order.request.drop_off
    return (wish.type, dict(wish.attributes)) if wish else (_spot(package)[1], {})


def locker(package: Package, status: str) -> tuple[str, str] | None:
    """Number and access code of the locker in which it waits."""
    if status != "AVAILABLE_FOR_PICKUP":
        return None
    dice = Dice(0, "locker", package.amazon_tracking_number)
    return f"L-{dice.digits(3)}", dice.digits(6)


def is_photographed(order: Order, package: Package, status: str) -> bool:
    """Whether the driver took a picture of the delivered parcel."""
    country = MARKETPLACES[order.request.marketplace_id].country
    own = (package.told_carrier or package.carrier) == "Amazon Logistics"
    return status == "DELIVERED" and own and country in WITH_PHOTOS


def _spot(package: Package) -> tuple[str, str]:
    dice = Dice(0, "spot", package.amazon_tracking_number)
    return _LEFT_AT[dice.below(len(_LEFT_AT))]
