"""What goes on without the seller's doing: sales through other channels, and deliveries.

Once an hour a 24th of all SKUs lives through its day. **Invented**, like the demand behind it.
"""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta

from mcf.simulator.chance import poisson
from mcf.simulator.world.stock import Stock
from mcf.simulator.world.world import World

TICK = timedelta(hours=1)
WEEKDAYS = (1.05, 0.95, 0.9, 0.95, 1.0, 1.1, 1.15)
"""Monday first."""

REORDER_BELOW_DAYS = 30
ORDER_FOR_DAYS = 45
DISPATCHED, ARRIVED, COUNTED, SHELVED, FOUND = 0.3, 0.15, 0.5, 0.35, 0.1
"""Chances that a step of a delivery, or of a search for lost units, happens on a given day."""


def season(day: datetime) -> float:
    """How much more is sold on a day than on an average one."""
    yearly = 1 + 0.15 * math.cos((day.timetuple().tm_yday - 345) / 365 * 2 * math.pi)
    return WEEKDAYS[day.weekday()] * yearly


def tick(world: World, at: datetime, generator: random.Random) -> None:
    """Lets the SKUs of this hour live through their day."""
    demand = season(at)
    for stock in world.hourly_share(at.hour):
        _sell(world, stock, poisson(generator.random(), stock.product.daily_sales * demand))
        if stock.inbound or stock.transfer or stock.processing:
            _move_deliveries(world, stock, generator)
        elif stock.on_record < stock.product.daily_sales * REORDER_BELOW_DAYS:
            _reorder(world, stock)
        if stock.researching[0] and generator.random() < FOUND:
            stock.find()
            world.touch(stock)


def _sell(world: World, stock: Stock, wanted: int) -> None:
    if wanted and stock.sell(wanted):
        world.touch(stock)


def _move_deliveries(world: World, stock: Stock, generator: random.Random) -> None:
    """Shelves, counts in, takes in and sends off; only what is in the building shows as updated.

    Amazon does not detect changes of inbound quantities either.
    https://developer-docs.amazon.com/sp-api/docs/fba-inventory-api-v1-reference
    """
    if (stock.transfer or stock.processing) and generator.random() < SHELVED:
        stock.shelve()
        world.touch(stock)
    if stock.inbound_receiving and generator.random() < COUNTED:
        stock.receive(max(1, stock.inbound_receiving // 2))
        world.touch(stock)
    if stock.inbound_shipped and generator.random() < ARRIVED:
        stock.arrive_inbound()
        world.note(stock)
    if stock.inbound_working and generator.random() < DISPATCHED:
        stock.dispatch_inbound()
        world.note(stock)


def lot(daily_sales: float) -> int:
    """Units that are ordered at a time, in cases of twelve."""
    return (math.ceil(daily_sales * ORDER_FOR_DAYS / 12) + 1) * 12


def _reorder(world: World, stock: Stock) -> None:
    stock.announce(lot(stock.product.daily_sales))
    world.note(stock)
