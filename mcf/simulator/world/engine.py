"""What makes the world move: an order is placed, and time goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mcf.simulator.world import lifecycle, trade
from mcf.simulator.world.orders import Action, Fortune, Line, Order, OrderRequest, Status, Task
from mcf.simulator.world.pricing import promise
from mcf.simulator.world.world import World

TASKS: dict[Task, Callable[[World, Order, str], None]] = {
    Task.VALIDATE: lifecycle.validate,
    Task.PLAN: lifecycle.plan,
    Task.PICK: lifecycle.pick,
    Task.TOP_UP: lifecycle.top_up,
    Task.GIVE_UP: lifecycle.give_up,
    Task.EXPIRE_HOLD: lifecycle.expire_hold,
    Task.SHIP: lifecycle.ship,
    Task.RETRY: lifecycle.retry,
    Task.COME_BACK: lifecycle.come_back,
    Task.PROCESS_RETURN: lifecycle.process_return,
}
"""What each scheduled task does."""


def place(world: World, request: OrderRequest, fortune: Fortune | None = None) -> Order:
    """Accepts an order. Its id and its SKUs must have been checked."""
    promised = promise(request.speed, world.now)
    order = Order(
        number=len(world.by_number),
        request=request,
        lines=[Line(line.item_id, line.sku, line.quantity) for line in request.lines],
        status=Status.NEW,
        received=world.now,
        status_updated=world.now,
        ship_estimate=promised.earliest_ship,
        arrival_estimate=promised.latest_arrival,
        fortune=fortune or Fortune(),
        held=request.action is Action.HOLD,
    )
    world.enter(order)
    lifecycle.begin(world, order)
    return order


def advance(world: World, now: datetime) -> None:
    """Lets everything happen that is due until `now`, in order, each at its own time."""
    while (hour := _next_tick(world, now)) or world.is_due(now):
        if hour and not world.is_due(hour):
            world.now = hour
            _tick(world, hour)
        else:
            _keep_appointment(world)
    world.now = max(world.now, now.replace(microsecond=0))


def _next_tick(world: World, until: datetime) -> datetime | None:
    """The next full hour at which trade moves stock; None when that is later than `until`."""
    hour = world.now.replace(minute=0, second=0, microsecond=0) + trade.TICK
    return hour if world.trading and hour <= until else None


def _tick(world: World, hour: datetime) -> None:
    """An hour of trade: stock moves, and customers order."""
    generator = world.draw("trade", int(hour.timestamp()))
    trade.tick(world, hour, generator)
    expected = world.daily_orders / 24 * trade.season(hour)
    for request, fortune in world.customers(world, generator, expected):
        place(world, request, fortune)


def _keep_appointment(world: World) -> None:
    at, order, appointment = world.next_due()
    if appointment in order.agenda:
        world.now = max(world.now, at)
        order.agenda.remove(appointment)
        world.touch(order)
        TASKS[appointment.task](world, order, appointment.about)
