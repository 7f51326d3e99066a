"""The customers of the web shop: where they live, and what they order."""

from __future__ import annotations

from datetime import timedelta

from mcf.simulator import Simulator
from mcf.simulator.demo_shop.customers import US_CITIES
from mcf.simulator.world import engine
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.world import World
from tests.simulator.seller import OPENING


def test_recipients_live_in_real_cities(sim: Simulator) -> None:
    addresses = [order.request.address for order in sim.world.orders.values()]
    places = {(each.city, each.state, each.postal_code) for each in addresses}

    assert {place for place in places if place[2] != "00000"} <= set(US_CITIES)


def test_the_web_shop_sends_orders_of_its_own(world: World) -> None:
    before = set(world.orders)
    engine.advance(world, OPENING + timedelta(days=60))

    placed = [order for order in world.orders.values() if order.id not in before]
    assert 15 < len(placed) < 60
    assert placed[0].id == "SHOP-1049"
    assert {order.request.address.country for order in placed} == {"US"}
    world.check()


def clear_shelves(world: World) -> None:
    for stock in world.stocks[US.id].values():
        stock.fulfillable = 0


def test_an_empty_shop_sends_no_orders(world: World) -> None:
    clear_shelves(world)
    world.daily_orders = 1000
    engine.advance(world, OPENING + timedelta(minutes=61))

    assert len(world.orders) == 48
