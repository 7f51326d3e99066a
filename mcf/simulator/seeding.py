"""The demo shop: a shelf of products and a past of orders, some of them in trouble."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mcf.simulator import catalog, life
from mcf.simulator.marketplaces import MARKETPLACES, US, Marketplace
from mcf.simulator.orders import (
    Action,
    Fate,
    Feature,
    Fortune,
    LineRequest,
    OrderRequest,
    Policy,
    Speed,
)
from mcf.simulator.people import recipient
from mcf.simulator.stock import Stock
from mcf.simulator.world import World

UNTIL_SHIPPED = timedelta(hours=5.4)
"""The usual time from an order's receipt to its departure, after the waits in `life.WAITS`."""

NOTHING_WRONG = Fortune()
FIRST_ORDER_NUMBER = 1001
ELSEWHERE = 16
"""SKUs offered in each marketplace other than the United States, at most."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An order of the past that is to be found in a certain state when the shop opens."""

    age: timedelta
    fortune: Fortune = NOTHING_WRONG
    speed: Speed = Speed.STANDARD
    action: Action = Action.SHIP
    policy: Policy = Policy.FILL_OR_KILL
    shelf: str = "stocked"
    """Where its SKUs come from: stocked, in transfer, or one stocked and one sold out."""
    lines: int = 1
    cancelled_after: timedelta | None = None
    features: tuple[Feature, ...] = ()
    bad_address: bool = False


def _on_the_way(fate: Fate, share: float, days: float = 4.0) -> Scene:
    """A parcel `share` of its `days` in transit after departure."""
    age = UNTIL_SHIPPED + timedelta(days=days) * share
    return Scene(age, Fortune(fate=fate, transit_days=days))


SCENES: tuple[Scene, ...] = (
    Scene(timedelta(seconds=20), Fortune(invalid=True)),
    Scene(timedelta(minutes=3)),
    Scene(timedelta(minutes=20), speed=Speed.EXPEDITED),
    Scene(timedelta(hours=2), lines=2),
    Scene(timedelta(days=5, hours=3), shelf="in transfer"),
    Scene(timedelta(days=6), action=Action.HOLD),
    Scene(timedelta(days=1), Fortune(invalid=True), bad_address=True),
    Scene(timedelta(days=2), Fortune(misplaced=99)),
    Scene(timedelta(days=3), policy=Policy.FILL_ALL_AVAILABLE, shelf="half sold out", lines=2),
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
    Scene(timedelta(days=13, hours=20), action=Action.HOLD),
    Scene(timedelta(hours=12), policy=Policy.FILL_ALL, shelf="half sold out", lines=2),
    Scene(timedelta(days=1, hours=8), speed=Speed.PRIORITY, lines=3,
          features=(Feature("BLANK_BOX", "Required"), Feature("BLOCK_AMZL", "Required"))),
)  # fmt: skip


def populate(world: World, *, skus: int, orders: int, days: int, start: datetime) -> None:
    """Fills an empty world whose time is `start - days`, and leaves it at `start`."""
    for place in MARKETPLACES.values():
        _stock_up(world, place, skus if place is US else min(skus, ELSEWHERE), start)
    _relive(world, _past(world, orders, days, start))
    world.advance(start)
    for shelf in world.stocks.values():
        for stock in shelf.values():
            stock.open_books()


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


@dataclass(slots=True)
class _Shelves:
    """SKUs to order from, by what is on them."""

    stocked: list[Stock] = field(default_factory=list)
    sold_out: list[Stock] = field(default_factory=list)
    in_transfer: list[Stock] = field(default_factory=list)


def _sorted_shelves(world: World) -> _Shelves:
    shelves = _Shelves()
    for stock in world.stocks[US.id].values():
        if stock.fulfillable:
            shelves.stocked.append(stock)
        elif stock.transfer:
            shelves.in_transfer.append(stock)
        else:
            shelves.sold_out.append(stock)
    return shelves


def _past(
    world: World, number: int, days: int, start: datetime
) -> list[tuple[datetime, Scene, random.Random]]:
    """When each order of the past came in and how it went, oldest first."""
    generator = world.draw("past")
    scenes = [*SCENES[:number], *_ordinary(generator, max(0, number - len(SCENES)), days)]
    scenes.sort(key=lambda scene: -scene.age)
    return [
        (start - scene.age, scene, world.draw("past order", index))
        for index, scene in enumerate(scenes)
    ]


def _ordinary(generator: random.Random, number: int, days: int) -> Iterator[Scene]:
    troubles = tuple(Fate)
    for _ in range(number):
        age = timedelta(hours=9) + timedelta(
            seconds=int(generator.random() * max(1, days * 86400 - 9 * 3600))
        )
        luck = generator.random()
        fate = troubles[int(luck * 100)] if luck < len(troubles) / 100 else Fate.ORDINARY
        speed = Speed.STANDARD if generator.random() < 0.8 else Speed.EXPEDITED
        cancelled = timedelta(minutes=4) if luck > 0.96 else None
        yield Scene(
            age, Fortune(fate=fate), speed, lines=_lines(generator), cancelled_after=cancelled
        )


def _lines(generator: random.Random) -> int:
    return 1 + (generator.random() < 0.25) + (generator.random() < 0.08)


def _relive(world: World, past: list[tuple[datetime, Scene, random.Random]]) -> None:
    """Places the orders at their times and lets the world run between them."""
    shelves = _sorted_shelves(world)
    for index, (at, scene, generator) in enumerate(past):
        world.advance(at)
        request = _request(world, scene, shelves, generator, FIRST_ORDER_NUMBER + index)
        order = world.place(request, scene.fortune)
        if scene.cancelled_after:
            world.advance(at + scene.cancelled_after)
            life.cancel(world, order)


def _request(
    world: World, scene: Scene, shelves: _Shelves, generator: random.Random, number: int
) -> OrderRequest:
    address = recipient(generator)
    if scene.bad_address:
        address = replace(address, line1="General Delivery", postal_code="00000")
    return OrderRequest(
        order_id=f"SHOP-{number}",
        marketplace_id=US.id,
        address=address,
        lines=tuple(_choose(world, scene, shelves, generator, number)),
        displayable_id=f"#{number}",
        displayable_date=world.now - timedelta(minutes=int(generator.random() * 50) + 2),
        comment="Thank you for your order!",
        speed=scene.speed,
        action=scene.action,
        policy=scene.policy,
        emails=(f"order-{number}@example.com",) if generator.random() < 0.5 else (),
        features=scene.features,
    )


def _choose(
    world: World, scene: Scene, shelves: _Shelves, generator: random.Random, number: int
) -> Iterator[LineRequest]:
    """The lines of an order; what it is to find on the shelf is put there just before."""
    for index in range(scene.lines):
        quantity = 1 + int(generator.random() ** 4 * 4)
        shelf = shelves.stocked
        if scene.shelf == "in transfer":
            shelf = shelves.in_transfer or shelves.stocked
        elif scene.shelf == "half sold out" and index:
            shelf = shelves.sold_out or shelves.stocked
        stock = shelf[int(generator.random() * len(shelf))]
        if shelf is shelves.stocked:
            stock.fulfillable += quantity
            world.touch(stock)
        yield LineRequest(stock.product.seller_sku, f"{number}-{index + 1}", quantity)
