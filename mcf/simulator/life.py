"""The life of an order: a table of transitions, and what every change of status has in common.

**Modelled, not Amazon's**: Amazon documents what the statuses mean and when a seller may cancel,
hold and release, but neither the table nor the times.
https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-use-case-guide
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mcf.simulator.orders import (
    Appointment,
    Line,
    Order,
    OrderRequest,
    ShipmentStatus,
    Status,
    Task,
)
from mcf.simulator.pricing import promise

if TYPE_CHECKING:
    from mcf.simulator.world import World

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
    appointment = Appointment(at, task, about)
    order.agenda.append(appointment)
    world.schedule(order, appointment)
