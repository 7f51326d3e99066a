"""Shipments and parcels: from the shelves to the carrier, and sometimes back."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from mcf.simulator import tracking
from mcf.simulator.life import appoint, finish, later
from mcf.simulator.orders import Fate, Order, Package, Shipment, ShipmentItem, ShipmentStatus, Task
from mcf.simulator.pricing import TRANSIT_DAYS

if TYPE_CHECKING:
    from mcf.simulator.world import World

SELLABLE_RETURNS = 0.7
UNITS_PER_PARCEL = {"small": 12, "standard": 6, "large": 2, "bulky": 1}

_CARRIERS = ("Amazon Logistics", "Amazon Logistics", "UPS", "USPS", "FedEx")
_TRACKING_PREFIX = {"Amazon Logistics": "TBA30", "UPS": "1Z50V742", "USPS": "926129", "FedEx": "79"}


def open_shipments(world: World, order: Order, already: Mapping[str, int] | None = None) -> None:
    """One pending shipment for each centre that holds some of the reserved units.

    `already` counts, by line, the reserved units that earlier shipments hold.
    """
    by_centre: dict[str, list[ShipmentItem]] = defaultdict(list)
    for line in order.lines:
        units = line.reserved - (already or {}).get(line.item_id, 0)
        if units:
            centre = world.stock(order, line.sku).product.centre
            by_centre[centre].append(ShipmentItem(line.item_id, line.sku, units))
    for centre, items in by_centre.items():
        _open_shipment(world, order, centre, items)
    if order.fortune.fulfiller_cancels and already is None:
        later(world, order, Task.RETRY, order.shipments[0].id)


def _open_shipment(world: World, order: Order, centre: str, items: list[ShipmentItem]) -> None:
    dice = world.dice("shipment", order.id, len(order.shipments))
    shipment = Shipment(
        id=dice.spell(string.ascii_letters + string.digits, 9),
        centre=centre,
        status=ShipmentStatus.PENDING,
        ship_date=world.now + timedelta(hours=5),
        arrival=order.arrival_estimate,
        items=items,
    )
    order.shipments.append(shipment)
    later(world, order, Task.SHIP, shipment.id)


def ship(world: World, order: Order, shipment_id: str) -> None:
    """A shipment leaves: its units are gone, its parcels get numbers."""
    shipment = order.shipment(shipment_id)
    if shipment is None or shipment.status is not ShipmentStatus.PENDING:
        return
    for item in shipment.items:
        line = order.line(item.item_id)
        stock = world.stock(order, item.sku)
        stock.ship(item.quantity)
        line.reserved -= item.quantity
        line.shipped += item.quantity
        world.touch(stock)
    shipment.status = ShipmentStatus.SHIPPED
    shipment.ship_date = world.now
    _pack(world, order, shipment)
    world.touch(order)
    finish(world, order)


def retry(world: World, order: Order, shipment_id: str) -> None:
    """Amazon cancels a pending shipment and opens another one for the same units."""
    shipment = order.shipment(shipment_id)
    if shipment is None or shipment.status is not ShipmentStatus.PENDING:
        return
    shipment.status = ShipmentStatus.CANCELLED_BY_FULFILLER
    items = [ShipmentItem(each.item_id, each.sku, each.quantity) for each in shipment.items]
    others = [each for each in world.centres(order) if each != shipment.centre]
    _open_shipment(world, order, (others or [shipment.centre])[0], items)
    world.touch(order)


def _pack(world: World, order: Order, shipment: Shipment) -> None:
    packed: list[ShipmentItem] = []
    for item in shipment.items:
        room = UNITS_PER_PARCEL[world.stock(order, item.sku).product.size]
        for first in range(0, item.quantity, room):
            quantity = min(room, item.quantity - first)
            packed.append(ShipmentItem(item.item_id, item.sku, quantity))
    small = len(packed) == len(shipment.items)
    for item in packed:
        if not shipment.packages or not small:
            shipment.packages.append(_package(world, order, shipment))
        item.package_number = shipment.packages[-1].number
    shipment.items = packed
    shipment.arrival = max(each.promised for each in shipment.packages)


def _package(world: World, order: Order, shipment: Shipment) -> Package:
    number = world.next_package_number()
    dice = world.dice("parcel", number)
    carrier = _CARRIERS[dice.below(len(_CARRIERS))]
    if order.request.requires("BLOCK_AMZL"):
        carrier = "UPS"
    digits = dice.digits(10)
    fastest, slowest = TRANSIT_DAYS[order.request.speed]
    usual = fastest - 0.2 + (slowest - fastest + 0.2) * dice.uniform()
    days = order.fortune.transit_days or usual
    package = Package(
        number=number,
        carrier=carrier,
        tracking_number=_TRACKING_PREFIX[carrier] + digits,
        amazon_tracking_number="TBA31" + dice.digits(10),
        shipped=world.now,
        promised=(world.now + timedelta(days=days)).replace(microsecond=0),
        fate=order.fortune.fate if not shipment.packages else Fate.ORDINARY,
    )
    world.register(order, shipment, package)
    if package.fate in (Fate.RETURNED, Fate.REFUSED):
        back = tracking.journey(package, shipment.centre, order.request.address)[-1]
        appoint(world, order, back.at, Task.COME_BACK, str(number))
    return package


def come_back(world: World, order: Order, package_number: str) -> None:
    """A parcel that couldn't be delivered is back: opened ones can't be sold again."""
    for shipment in order.shipments:
        for item in shipment.items:
            if str(item.package_number) == package_number:
                stock = world.stock(order, item.sku)
                stock.take_back(item.quantity, "carrierDamaged")
                world.touch(stock)


def process_return(world: World, order: Order, return_id: str) -> None:
    """A returned unit is looked at, and can be sold again or not."""
    returned = next(each for each in order.returns if each.id == return_id)
    sellable = world.dice("returned", order.id, return_id).uniform() < SELLABLE_RETURNS
    returned.status = "Processed"
    returned.status_changed = world.now
    returned.condition = "Sellable" if sellable else "CustomerDamaged"
    stock = world.stock(order, order.line(returned.item_id).sku)
    stock.take_back(1, "" if sellable else "customerDamaged")
    world.touch(stock)
