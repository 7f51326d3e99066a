"""What may become of an order: one table of transitions, and every step along its ways.

From receipt to the picking of units, what a policy does when some are missing, shipments on their
way out and sometimes back, and `lead`, which takes an order to a status from outside.

**Modelled, not Amazon's**: Amazon documents what the statuses mean and when a seller may cancel,
hold and release, but neither the table nor the times.
https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-use-case-guide
"""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from mcf.simulator.world import parcels
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.orders import (
    Appointment,
    Fate,
    Line,
    Order,
    OrderRequest,
    Package,
    Policy,
    Shipment,
    ShipmentItem,
    ShipmentStatus,
    Status,
    Task,
    required,
)
from mcf.simulator.world.previews import can_have, obstacles
from mcf.simulator.world.pricing import TRANSIT_DAYS, promise
from mcf.simulator.world.world import World

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.RECEIVED, Status.INVALID, Status.CANCELLED}),
    Status.RECEIVED: frozenset(
        {Status.PLANNING, Status.CANCELLED, Status.INVALID, Status.UNFULFILLABLE}
    ),
    Status.PLANNING: frozenset({Status.PROCESSING, Status.CANCELLED, Status.UNFULFILLABLE}),
    Status.PROCESSING: frozenset(
        {Status.COMPLETE, Status.COMPLETE_PARTIALLED, Status.UNFULFILLABLE, Status.CANCELLED}
    ),
    Status.CANCELLED: frozenset(),
    Status.COMPLETE: frozenset(),
    Status.COMPLETE_PARTIALLED: frozenset(),
    Status.UNFULFILLABLE: frozenset(),
    Status.INVALID: frozenset(),
}

WAITS: dict[Task, tuple[timedelta, timedelta]] = {
    Task.VALIDATE: (timedelta(seconds=60), timedelta(seconds=120)),
    Task.PLAN: (timedelta(minutes=5), timedelta(minutes=15)),
    Task.PICK: (timedelta(minutes=30), timedelta(minutes=60)),
    Task.SHIP: (timedelta(hours=3), timedelta(hours=6)),
    Task.RETRY: (timedelta(hours=2), timedelta(hours=3)),
    Task.PROCESS_RETURN: (timedelta(days=5), timedelta(days=9)),
}
"""Shortest and longest wait before each task; the seed decides where between them."""

CANCELLABLE = frozenset({Status.NEW, Status.RECEIVED, Status.PLANNING})
_AFTER_THE_END = frozenset({Task.COME_BACK, Task.PROCESS_RETURN})


class ForbiddenTransition(Exception):
    """An order was asked to go where the table has no way."""


def move(world: World, order: Order, to: Status) -> None:
    """Changes the status. ForbiddenTransition when the table doesn't allow it."""
    if to not in TRANSITIONS[order.status]:
        raise ForbiddenTransition(f"{order.id} cannot go from {order.status} to {to}.")
    order.status = to
    order.status_updated = world.now
    if not TRANSITIONS[to]:
        order.held = False
        order.agenda = [each for each in order.agenda if each.task in _AFTER_THE_END]
    world.touch(order)


def finish(world: World, order: Order) -> None:
    """Closes the order when nothing is pending and nothing is awaited any more."""
    if any(line.reserved or line.awaited for line in order.lines):
        return
    everything = all(line.shipped == line.quantity for line in order.lines)
    move(world, order, Status.COMPLETE if everything else Status.COMPLETE_PARTIALLED)


def cancel(world: World, order: Order) -> None:
    """Cancels what hasn't shipped."""
    release(world, order)
    for line in order.lines:
        line.cancelled += line.awaited
    for shipment in order.shipments:
        if shipment.status is ShipmentStatus.PENDING:
            shipment.status = ShipmentStatus.CANCELLED_BY_SELLER
    move(world, order, Status.CANCELLED)


def amend(world: World, order: Order, changed: OrderRequest) -> None:
    """The seller wants an order on hold otherwise: its units and its promise follow."""
    for line, wanted in zip(order.lines, changed.lines, strict=True):
        _release(world, order, line, max(0, line.reserved - wanted.quantity))
        line.quantity = wanted.quantity
    if changed.speed is not order.request.speed:
        promised = promise(changed.speed, world.now)
        order.ship_estimate = promised.earliest_ship
        order.arrival_estimate = promised.latest_arrival
    order.request = changed
    if order.status is Status.RECEIVED:
        reserve(world, order)
    world.touch(order)


def unhold(world: World, order: Order) -> None:
    """The seller asks to ship an order that was on hold."""
    order.held = False
    order.agenda = [each for each in order.agenda if each.task is not Task.EXPIRE_HOLD]
    later(world, order, Task.PLAN)
    world.touch(order)


def reserve(world: World, order: Order) -> None:
    """Takes what can be taken now for every line that still awaits units."""
    for line in order.lines:
        stock = world.stock(order, line.sku)
        taken = min(line.awaited, stock.fulfillable)
        if taken > 0:
            stock.reserve(taken)
            line.reserved += taken
            world.touch(stock)


def release(world: World, order: Order) -> None:
    """Gives back what is reserved."""
    for line in order.lines:
        _release(world, order, line, line.reserved)


def _release(world: World, order: Order, line: Line, units: int) -> None:
    if units:
        stock = world.stock(order, line.sku)
        stock.release(units)
        line.reserved -= units
        world.touch(stock)


def later(world: World, order: Order, task: Task, about: str = "") -> None:
    """Schedules a task after its usual wait."""
    shortest, longest = WAITS[task]
    share = world.dice("wait", order.id, task, about).uniform()
    wait = timedelta(seconds=int((shortest + (longest - shortest) * share).total_seconds()))
    appoint(world, order, world.now + wait, task, about)


def appoint(world: World, order: Order, at: datetime, task: Task, about: str = "") -> None:
    """Schedules a task at a given time."""
    appointment = Appointment(at, task, about)
    order.agenda.append(appointment)
    world.schedule(order, appointment)


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
    shipment.arrival = max(package.promised for package in shipment.packages)


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
    if package.fate in (Fate.RETURNED, Fate.REFUSED, Fate.RECEIVED_BACK):
        back = parcels.journey(package, shipment.centre, order.request.address)[-1]
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


HOLD_LASTS = timedelta(days=14)
FILL_ALL_LASTS = timedelta(hours=24)
LOOK_AGAIN_AFTER = timedelta(hours=6)
STUCK_ENDS_AFTER = timedelta(days=14)


def begin(world: World, order: Order) -> None:
    """A new order enters the world: validated at once when nothing speaks against it."""
    good = not order.fortune.invalid and can_ship(world, order.request)
    if not good or not has_enough(world, order.request):
        later(world, order, Task.VALIDATE)
        return
    reserve(world, order)
    move(world, order, Status.RECEIVED)
    if order.held:
        appoint(world, order, world.now + HOLD_LASTS, Task.EXPIRE_HOLD)
    else:
        later(world, order, Task.PLAN)


def can_ship(world: World, request: OrderRequest) -> bool:
    """Whether the address can be reached at the speed, with every feature that is required."""
    place, needed = MARKETPLACES[request.marketplace_id], required(request.features)
    shelf = world.stocks[place.id]
    return not obstacles(place, request.address, request.speed, needed) and all(
        can_have(shelf[line.sku], feature) for line in request.lines for feature in needed
    )


def has_enough(
    world: World, request: OrderRequest, own: Mapping[str, int] = MappingProxyType({})
) -> bool:
    """Whether Amazon's records have the units; for the lenient policies, any unit.

    `own` are units by SKU that the order has already and gives back.
    """
    wanted: dict[str, int] = defaultdict(int)
    for line in request.lines:
        wanted[line.sku] += line.quantity
    shelf = world.stocks[request.marketplace_id]
    there = {sku: shelf[sku].on_record + own.get(sku, 0) for sku in wanted}
    if request.policy is Policy.FILL_OR_KILL:
        return all(there[sku] >= quantity for sku, quantity in wanted.items())
    return any(units > 0 for units in there.values())


def validate(world: World, order: Order, _: str = "") -> None:
    """An address or a stock that isn't good makes the order invalid."""
    move(world, order, Status.INVALID)


def plan(world: World, order: Order, _: str = "") -> None:
    """Planning begins; the units are picked a while later."""
    move(world, order, Status.PLANNING)
    later(world, order, Task.PICK)


def expire_hold(world: World, order: Order, _: str = "") -> None:
    """An order that was never released is cancelled."""
    cancel(world, order)


def pick(world: World, order: Order, _: str = "") -> None:
    """Picking begins, unless units promised from a transfer haven't come: then it waits on."""
    reserve(world, order)
    _miss(world, order)
    if any(line.awaited for line in order.lines) and not _resolve_missing(world, order):
        return
    if not any(line.reserved for line in order.lines):
        end_without_shipping(world, order)
        return
    move(world, order, Status.PROCESSING)
    open_shipments(world, order)
    if any(line.awaited for line in order.lines):
        appoint(world, order, world.now + LOOK_AGAIN_AFTER, Task.TOP_UP)


def top_up(world: World, order: Order, _: str = "") -> None:
    """Ships what has come since the order was picked; FillAll goes on looking."""
    already = {line.item_id: line.reserved for line in order.lines}
    reserve(world, order)
    open_shipments(world, order, already)
    if any(line.awaited for line in order.lines):
        appoint(world, order, world.now + LOOK_AGAIN_AFTER, Task.TOP_UP)


def _miss(world: World, order: Order) -> None:
    """The workers don't find units that the records promised."""
    line = order.lines[0]
    lost = min(order.fortune.misplaced, line.reserved)
    if not lost:
        return
    stock = world.stock(order, line.sku)
    stock.misplace(lost)
    line.reserved -= lost
    line.unfulfillable += lost
    world.touch(stock)
    if order.request.policy is Policy.FILL_OR_KILL:
        release(world, order)
        for missed in order.lines:
            missed.unfulfillable = missed.quantity


def _resolve_missing(world: World, order: Order) -> bool:
    """Lets the policy decide about missing units; whether picking may begin."""
    if order.request.policy is Policy.FILL_ALL_AVAILABLE:
        for line in order.lines:
            line.cancelled += line.awaited
        return True
    if order.request.policy is Policy.FILL_ALL:
        if not any(appointment.task is Task.GIVE_UP for appointment in order.agenda):
            appoint(world, order, world.now + FILL_ALL_LASTS, Task.GIVE_UP)
        if any(line.reserved for line in order.lines):
            return True
    elif world.now - order.received >= STUCK_ENDS_AFTER:
        end_without_shipping(world, order)
        return False
    appoint(world, order, world.now + LOOK_AGAIN_AFTER, Task.PICK)
    return False


def give_up(world: World, order: Order, _: str = "") -> None:
    """FillAll's day is over: what hasn't come will not be shipped."""
    for line in order.lines:
        line.unfulfillable += line.awaited
    world.touch(order)
    if order.status is Status.PLANNING:
        end_without_shipping(world, order)
    else:
        finish(world, order)


def end_without_shipping(world: World, order: Order) -> None:
    """No unit could be fulfilled."""
    release(world, order)
    for line in order.lines:
        line.unfulfillable += line.awaited
    move(world, order, Status.UNFULFILLABLE)


def lead(world: World, order: Order, to: Status) -> None:
    """Takes an order to a status by the shortest way of the table, as if its time had come.

    ForbiddenTransition when there is no way.
    """
    for step in _way(order.status, to):
        _STEPS[step](world, order)


def _way(start: Status, end: Status) -> list[Status]:
    ways: list[list[Status]] = [[start]]
    for way in ways:
        if way[-1] is end:
            return way[1:]
        ways += [[*way, to] for to in sorted(TRANSITIONS[way[-1]]) if to not in way]
    raise ForbiddenTransition(f"There is no way from {start} to {end}.")


def _receive(world: World, order: Order) -> None:
    _forget(order, Task.VALIDATE)
    reserve(world, order)
    move(world, order, Status.RECEIVED)
    later(world, order, Task.PLAN)


def _plan_now(world: World, order: Order) -> None:
    order.held = False
    _forget(order, Task.PLAN, Task.EXPIRE_HOLD)
    plan(world, order)


def _pick_now(world: World, order: Order) -> None:
    """Picks what is there, whatever the policy would wait for."""
    _forget(order, Task.PICK)
    reserve(world, order)
    if not any(line.reserved for line in order.lines):
        raise ForbiddenTransition(f"{order.id} has no units to pick: its SKUs are out of stock.")
    move(world, order, Status.PROCESSING)
    open_shipments(world, order)


def _complete_now(world: World, order: Order) -> None:
    for line in order.lines:
        line.unfulfillable += line.awaited
    for shipment in list(order.shipments):
        ship(world, order, shipment.id)


def _complete_partially(world: World, order: Order) -> None:
    """Loses one unit of the last line, and ships the rest."""
    if sum(line.reserved for line in order.lines) < 2:
        raise ForbiddenTransition(f"{order.id} has one unit: it can't be fulfilled in part.")
    pending = [
        shipment for shipment in order.shipments if shipment.status is ShipmentStatus.PENDING
    ]
    items = [item for shipment in pending for item in shipment.items]
    item = max(items, key=lambda item: item.quantity)
    _lose(world, order, item, 1)
    item.quantity -= 1
    for shipment in pending:
        shipment.items = [item for item in shipment.items if item.quantity]
    _complete_now(world, order)


def _lose(world: World, order: Order, item: ShipmentItem, quantity: int) -> None:
    line = order.line(item.item_id)
    stock = world.stock(order, item.sku)
    stock.misplace(quantity)
    world.touch(stock)
    line.reserved -= quantity
    line.unfulfillable += quantity


def _forget(order: Order, *tasks: Task) -> None:
    order.agenda = [each for each in order.agenda if each.task not in tasks]


def _refuse(world: World, order: Order) -> None:
    release(world, order)
    move(world, order, Status.INVALID)


_STEPS: dict[Status, Callable[[World, Order], None]] = {
    Status.RECEIVED: _receive,
    Status.PLANNING: _plan_now,
    Status.PROCESSING: _pick_now,
    Status.COMPLETE: _complete_now,
    Status.COMPLETE_PARTIALLED: _complete_partially,
    Status.CANCELLED: cancel,
    Status.UNFULFILLABLE: end_without_shipping,
    Status.INVALID: _refuse,
}
