"""Taking an order to a status from outside, by the ways of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mcf.simulator.life import (
    TRANSITIONS,
    ForbiddenTransition,
    cancel,
    later,
    move,
    release,
    reserve,
)
from mcf.simulator.orders import Order, ShipmentItem, ShipmentStatus, Status, Task
from mcf.simulator.picking import end_without_shipping, plan
from mcf.simulator.shipping import open_shipments, ship

if TYPE_CHECKING:
    from mcf.simulator.world import World


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
    pending = [each for each in order.shipments if each.status is ShipmentStatus.PENDING]
    items = [item for each in pending for item in each.items]
    item = max(items, key=lambda item: item.quantity)
    _lose(world, order, item, 1)
    item.quantity -= 1
    for shipment in pending:
        shipment.items = [each for each in shipment.items if each.quantity]
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
