"""From receipt to the picking of units, and what a policy does when some are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from mcf.simulator.life import appoint, cancel, finish, later, move, release, reserve
from mcf.simulator.marketplaces import MARKETPLACES
from mcf.simulator.orders import Order, OrderRequest, Policy, Status, Task, required
from mcf.simulator.previews import can_have, obstacles
from mcf.simulator.shipping import open_shipments

if TYPE_CHECKING:
    from mcf.simulator.world import World

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
    move(world, order, Status.INVALID)


def plan(world: World, order: Order, _: str = "") -> None:
    move(world, order, Status.PLANNING)
    later(world, order, Task.PICK)


def expire_hold(world: World, order: Order, _: str = "") -> None:
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
        for each in order.lines:
            each.unfulfillable = each.quantity


def _resolve_missing(world: World, order: Order) -> bool:
    """Lets the policy decide about missing units; whether picking may begin."""
    if order.request.policy is Policy.FILL_ALL_AVAILABLE:
        for line in order.lines:
            line.cancelled += line.awaited
        return True
    if order.request.policy is Policy.FILL_ALL:
        if not any(each.task is Task.GIVE_UP for each in order.agenda):
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
