"""What each scheduled task does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mcf.simulator import picking, shipping
from mcf.simulator.orders import Order, Task

if TYPE_CHECKING:
    from mcf.simulator.world import World

TASKS: dict[Task, Callable[[World, Order, str], None]] = {
    Task.VALIDATE: picking.validate,
    Task.PLAN: picking.plan,
    Task.PICK: picking.pick,
    Task.TOP_UP: picking.top_up,
    Task.GIVE_UP: picking.give_up,
    Task.EXPIRE_HOLD: picking.expire_hold,
    Task.SHIP: shipping.ship,
    Task.RETRY: shipping.retry,
    Task.COME_BACK: shipping.come_back,
    Task.PROCESS_RETURN: shipping.process_return,
}
