"""How a parcel is handed over: windows, signatures, lockers, the place where it was left.

Modelled, not Amazon's: which parcel gets which. The spellings of places were seen on the wire.
https://github.com/amzn/selling-partner-api-models/issues/257
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mcf.simulator.chance import Dice
from mcf.simulator.marketplaces import MARKETPLACES
from mcf.simulator.orders import Order, Package
from mcf.simulator.tracking import Event

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
)
"""What tracking says of the place, and the order's word for it."""

_WINDOW_BEGINS, _WINDOW_LASTS = timedelta(hours=1), timedelta(hours=4)


def contact(package: Package) -> tuple[str, str]:
    """Phone number and site of the carrier; empty for one that nobody knows."""
    return CONTACTS.get(package.told_carrier or package.carrier, ("", ""))


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
