"""The demo shop: a shelf of products and a past of orders, some of them in trouble."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from mcf.simulator.demo_shop import catalog
from mcf.simulator.demo_shop.customers import (
    FIRST_ORDER_NUMBER,
    Shelf,
    Wish,
    quantity,
    request,
    usual_fortune,
    usual_wish,
)
from mcf.simulator.world import engine, lifecycle
from mcf.simulator.world.marketplaces import MARKETPLACES, US, Marketplace
from mcf.simulator.world.orders import Action, Fate, Feature, Fortune, Policy, Speed
from mcf.simulator.world.stock import Stock
from mcf.simulator.world.world import World

UNTIL_SHIPPED = timedelta(hours=5.4)
"""The usual time from an order's receipt to its departure, after the waits in `life.WAITS`."""

ELSEWHERE = 16
"""SKUs offered in each marketplace other than the United States, at most."""

USUAL = Wish()
NOTHING_WRONG = Fortune()


class From(Enum):
    """Where the SKUs of an order are to be taken from."""

    STOCKED = "stocked"
    IN_TRANSFER = "in transfer"
    HALF_SOLD_OUT = "the first stocked, the others sold out"


@dataclass(frozen=True, slots=True)
class Scene:
    """An order of the past that is to be found in a certain state when the shop opens."""

    age: timedelta
    fortune: Fortune = NOTHING_WRONG
    wish: Wish = USUAL
    source: From = From.STOCKED
    cancelled_after: timedelta | None = None


def _on_the_way(fate: Fate, share: float, days: float = 4.0) -> Scene:
    """A parcel `share` of its `days` in transit after departure."""
    age = UNTIL_SHIPPED + timedelta(days=days) * share
    return Scene(age, Fortune(fate=fate, transit_days=days))


SCENES: tuple[Scene, ...] = (
    Scene(timedelta(seconds=20), Fortune(invalid=True)),
    Scene(timedelta(minutes=3)),
    Scene(timedelta(minutes=20), wish=Wish(Speed.EXPEDITED)),
    Scene(timedelta(hours=2), wish=Wish(lines=2)),
    Scene(timedelta(days=5, hours=3), source=From.IN_TRANSFER),
    Scene(timedelta(days=6), wish=Wish(action=Action.HOLD)),
    Scene(timedelta(days=1), wish=Wish(bad_address=True)),
    Scene(timedelta(days=2), Fortune(misplaced=99)),
    Scene(timedelta(days=3), wish=Wish(policy=Policy.FILL_ALL_AVAILABLE, lines=2),
          source=From.HALF_SOLD_OUT),
    Scene(timedelta(days=4), cancelled_after=timedelta(minutes=4)),
    _on_the_way(Fate.ORDINARY, 0.4),
    _on_the_way(Fate.ORDINARY, 0.9),
    _on_the_way(Fate.DELAYED, 1.2),
    _on_the_way(Fate.ATTEMPTED, 1.15),
    _on_the_way(Fate.LOST, 3.0),
    _on_the_way(Fate.UNDISPLAYED, 0.8),
    _on_the_way(Fate.UNKNOWN_EVENTS, 0.75),
    _on_the_way(Fate.RETURNED, 1.8),
    _on_the_way(Fate.REFUSED, 2.6),
    _on_the_way(Fate.WRONG_ADDRESS, 1.2),
    _on_the_way(Fate.PICKUP, 1.2),
    _on_the_way(Fate.SILENT, 0.5),
    Scene(timedelta(hours=5), Fortune(fulfiller_cancels=True)),
    Scene(timedelta(days=13, hours=20), wish=Wish(action=Action.HOLD)),
    Scene(timedelta(hours=12), wish=Wish(policy=Policy.FILL_ALL, lines=2),
          source=From.HALF_SOLD_OUT),
    Scene(timedelta(days=1, hours=8), wish=Wish(
        Speed.PRIORITY, lines=3,
        features=(Feature("BLANK_BOX", "Required"), Feature("BLOCK_AMZL", "Required")))),
)  # fmt: skip


def populate(world: World, *, skus: int, orders: int, days: int, start: datetime) -> None:
    """Fills an empty world whose time is `start - days`, and leaves it at `start`."""
    for place in MARKETPLACES.values():
        _stock_up(world, place, skus if place is US else min(skus, ELSEWHERE), start)
    world.daily_orders = orders / days
    _relive(world, _past(world, orders, days), start)
    engine.advance(world, start)
    world.open_shop()


def _stock_up(world: World, place: Marketplace, number: int, start: datetime) -> None:
    generator = world.draw("stock", place.id)
    for index, product in enumerate(catalog.products(world.seed, place, number)):
        age = timedelta(seconds=int(generator.random() ** 2 * 20 * 86400))
        world.add(_fill(Stock(place.id, product, start - age), generator, index % 16))


def _fill(stock: Stock, generator: random.Random, kind: int) -> Stock:
    """Quantities by kind: of sixteen SKUs one is sold out, two run low, one is in transfer."""
    cover = stock.product.daily_sales * (20 + 50 * generator.random())
    usual = 6 + int(cover)
    stock.fulfillable = {5: 0, 9: 2, 11: 0, 13: 4}.get(kind, usual)
    if kind in (5, 9):
        stock.inbound_working = 24 if kind == 5 else 0
        stock.inbound_shipped = 48
    if kind == 11:
        stock.transfer = 12 + usual // 4
        stock.processing = 2
    if kind in (2, 14):
        stock.transfer = 2 + usual // 6
        stock.inbound_receiving = 36
    if kind in (3, 8):
        stock.unsellable = _causes(generator)
    if kind in (6, 12):
        stock.researching = [2, 1, 1] if kind == 6 else [0, 0, 3]
    return stock


def _causes(generator: random.Random) -> dict[str, int]:
    causes = ("customerDamaged", "warehouseDamaged", "carrierDamaged", "defective", "expired")
    return {cause: 1 + int(generator.random() * 4) for cause in generator.sample(causes, 3)}


def _past(world: World, number: int, days: int) -> list[Scene]:
    """How the orders of the past went, oldest first."""
    generator = world.draw("past")
    scenes = [*SCENES[:number], *_ordinary(generator, max(0, number - len(SCENES)), days)]
    return sorted(scenes, key=lambda scene: -scene.age)


def _ordinary(generator: random.Random, number: int, days: int) -> Iterator[Scene]:
    latest = 9 * 3600
    for _ in range(number):
        seconds = latest + int(generator.random() * (days * 86400 - latest))
        yield Scene(
            timedelta(seconds=seconds),
            usual_fortune(generator),
            usual_wish(generator),
            cancelled_after=timedelta(minutes=4) if generator.random() < 0.04 else None,
        )


def _relive(world: World, scenes: list[Scene], start: datetime) -> None:
    """Places the orders at their times and lets the world run between them."""
    shelves = _shelves(world)
    generator = world.draw("past orders")
    for number, scene in enumerate(scenes, FIRST_ORDER_NUMBER):
        at = start - scene.age
        engine.advance(world, at)
        wanted = list(_choose(world, scene, shelves, generator))
        order = engine.place(
            world, request(number, world.now, scene.wish, wanted, generator), scene.fortune
        )
        if scene.cancelled_after:
            engine.advance(world, at + scene.cancelled_after)
            lifecycle.cancel(world, order)


def _shelves(world: World) -> dict[From, Shelf]:
    stocks = list(world.stocks[US.id].values())
    return {
        From.STOCKED: Shelf(each for each in stocks if each.fulfillable),
        From.IN_TRANSFER: Shelf(each for each in stocks if not each.fulfillable and each.transfer),
        From.HALF_SOLD_OUT: Shelf(each for each in stocks if not each.on_record),
    }


def _choose(
    world: World, scene: Scene, shelves: dict[From, Shelf], generator: random.Random
) -> Iterator[tuple[Stock, int]]:
    """The lines of an order; what it is to find on the shelf is put there just before."""
    for index in range(scene.wish.lines):
        source = scene.source if index or scene.source is From.IN_TRANSFER else From.STOCKED
        if not shelves[source]:
            source = From.STOCKED
        stock, units = shelves[source].pick(generator), quantity(generator)
        if source is From.STOCKED:
            stock.fulfillable += units
            world.touch(stock)
        yield stock, units
