"""Time goes on, however often one looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mcf.simulator.recipe import Recipe
from mcf.simulator.world import engine
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Action, Fortune, Status
from mcf.simulator.world.world import World, nobody
from tests.simulator.seller import OPENING


def units(world: World) -> dict[str, int]:
    return {sku: stock.fulfillable for sku, stock in world.stocks[US.id].items()}


def walk(world: World, hours: int) -> None:
    for hour in range(1, hours + 1):
        engine.advance(world, OPENING + timedelta(hours=hour))


def test_the_future_does_not_depend_on_how_often_one_looks(world: World) -> None:
    other = Recipe(start=OPENING).cook()

    engine.advance(world, OPENING + timedelta(days=3))
    walk(other, hours=72)

    assert units(world) == units(other)


def test_without_trade_stock_stands_still(world: World) -> None:
    world.trading = False
    before = units(world)
    engine.advance(world, OPENING + timedelta(hours=2))

    assert units(world) == before


def test_an_order_is_placed_at_the_worlds_own_time(world: World) -> None:
    request = replace(world.orders["SHOP-1048"].request, order_id="NEW", action=Action.HOLD)
    order = engine.place(world, request, Fortune(invalid=True))

    assert (order.received, order.held, order.number) == (OPENING, True, 48)
    assert order.fortune.invalid
    assert world.orders["NEW"] is world.by_number[-1] is order


def test_each_thing_happens_at_its_own_time_and_the_world_ends_in_whole_seconds(
    world: World,
) -> None:
    order = next(each for each in world.orders.values() if each.status is Status.RECEIVED)
    due = order.agenda[0].at
    engine.advance(world, OPENING + timedelta(days=1, microseconds=7))

    assert order.status_updated >= due
    assert world.now == OPENING + timedelta(days=1)


def test_time_does_not_go_back(world: World) -> None:
    engine.advance(world, OPENING - timedelta(days=1))

    assert world.now == OPENING


def test_nobody_orders_in_a_world_without_customers(world: World) -> None:
    world.customers, world.daily_orders = nobody, 1000
    engine.advance(world, OPENING + timedelta(days=2))

    assert len(world.orders) == 48
