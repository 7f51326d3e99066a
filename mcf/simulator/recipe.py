"""What a simulator is begun with, and the world that is made from it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mcf.simulator.clock import Timer, checked_speed
from mcf.simulator.demo_shop import customers, seeding
from mcf.simulator.world.world import World


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a simulator is begun with. ValueError when it can't be."""

    skus: int = 64
    orders: int = 48
    days: int = 90
    seed: int = 7
    start: datetime | None = None
    """None: now, in whole seconds."""
    speed: float = 1.0
    frozen: bool = False
    throttle: bool = True
    plans: float = 1.0
    trade: bool = True
    timer: Timer = time.monotonic

    def __post_init__(self) -> None:
        if self.skus < 1 or self.orders < 0 or not 1 <= self.days <= 36500:
            raise ValueError("Give at least 1 SKU, 0 orders, and 1 to 36500 days.")
        checked_speed(self.speed)

    def changed(self, **changes: object) -> Recipe:
        """The same with the changes that aren't None."""
        given = {name: value for name, value in changes.items() if value is not None}
        return replace(self, **given)  # type: ignore[arg-type]

    def cook(self) -> World:
        """A new world at its opening."""
        opening = (self.start or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        world = World(self.seed, opening - timedelta(days=self.days + 30))
        with garbage_kept():
            seeding.populate(
                world, skus=self.skus, orders=self.orders, days=self.days, start=opening
            )
        self.open_trade(world)
        return world

    def open_trade(self, world: World) -> None:
        """Lets customers order, and stock move by itself, where that is wanted."""
        world.trading = self.trade
        world.customers = customers.hourly_orders


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Spares the collector from looking through a growing world again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
