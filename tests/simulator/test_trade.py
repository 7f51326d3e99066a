"""Other channels sell and deliveries arrive, as the clock runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mcf.simulator.chance import poisson
from mcf.simulator.recipe import Recipe
from mcf.simulator.world import engine
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.world import World
from tests.simulator.seller import OPENING


@pytest.fixture
def world() -> World:
    world = Recipe(start=OPENING).cook()
    world.trading = True
    return world


def units(world: World) -> dict[str, int]:
    return {sku: stock.fulfillable for sku, stock in world.stocks[US.id].items()}


def test_stock_moves_every_day_and_the_books_balance(world: World) -> None:
    before = units(world)
    engine.advance(world, OPENING + timedelta(days=1))

    assert units(world) != before
    world.check()


def test_deliveries_keep_the_shop_in_business_for_a_year(world: World) -> None:
    before = sum(units(world).values())
    engine.advance(world, OPENING + timedelta(days=365))

    after = units(world)
    assert 0.5 * before < sum(after.values()) < 2 * before
    assert sum(quantity == 0 for quantity in after.values()) < 16
    world.check()


def walk(world: World, hours: int) -> None:
    for hour in range(1, hours + 1):
        engine.advance(world, OPENING + timedelta(hours=hour))


def test_the_future_does_not_depend_on_how_often_one_looks(world: World) -> None:
    other = Recipe(start=OPENING).cook()
    other.trading = True

    engine.advance(world, OPENING + timedelta(days=3))
    walk(other, hours=72)

    assert units(world) == units(other)


def test_the_web_shop_sends_orders_of_its_own(world: World) -> None:
    before = set(world.orders)
    engine.advance(world, OPENING + timedelta(days=60))

    placed = [order for order in world.orders.values() if order.id not in before]
    assert 15 < len(placed) < 60
    assert placed[0].id == "SHOP-1049"
    assert {order.request.address.country for order in placed} == {"US"}
    world.check()


def test_the_web_shop_does_not_take_a_number_that_is_taken(world: World) -> None:
    taken = world.orders["SHOP-1048"].request
    engine.place(world, replace(taken, order_id="SHOP-1050"))

    assert world.free_number(1001) == 1051


def clear_shelves(world: World) -> None:
    for stock in world.stocks[US.id].values():
        stock.fulfillable = 0


def test_an_empty_shop_sends_no_orders(world: World) -> None:
    clear_shelves(world)
    world.daily_orders = 1000
    engine.advance(world, OPENING + timedelta(minutes=61))

    assert len(world.orders) == 48


def test_without_trade_stock_stands_still(world: World) -> None:
    world.trading = False
    before = units(world)
    engine.advance(world, OPENING + timedelta(hours=2))

    assert units(world) == before


def test_only_movements_in_the_building_show_as_updates(world: World) -> None:
    stock = next(each for each in world.stocks[US.id].values() if each.inbound_shipped)
    before = stock.updated
    stock.arrive_inbound()
    world.note(stock)

    assert stock.updated == before


@pytest.mark.parametrize(
    ("uniform", "mean", "count"), [(0.0, 3, 0), (0.5, 3, 3), (1 - 2**-53, 3, 26)]
)
def test_arrivals_follow_their_mean(uniform: float, mean: float, count: int) -> None:
    assert poisson(uniform, mean) == count
