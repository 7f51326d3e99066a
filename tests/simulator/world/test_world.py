"""The world as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mcf.simulator.world import engine
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Appointment, Task
from mcf.simulator.world.world import World
from tests.simulator.seller import OPENING


def test_the_web_shop_does_not_take_a_number_that_is_taken(world: World) -> None:
    taken = world.orders["SHOP-1048"].request
    engine.place(world, replace(taken, order_id="SHOP-1050"))

    assert world.free_number(1001) == 1051


def test_only_movements_in_the_building_show_as_updates(world: World) -> None:
    stock = next(each for each in world.stocks[US.id].values() if each.inbound_shipped)
    before = stock.updated
    stock.arrive_inbound()
    world.note(stock)

    assert stock.updated == before


def test_what_is_due_first_comes_first_from_the_queue(world: World) -> None:
    order = world.orders["SHOP-1001"]
    later = Appointment(OPENING - timedelta(days=900), Task.PICK)
    sooner = Appointment(OPENING - timedelta(days=901), Task.PLAN)
    world.schedule(order, later)
    world.schedule(order, sooner)

    assert not world.is_due(OPENING - timedelta(days=902))
    assert world.is_due(OPENING - timedelta(days=901))
    assert [world.next_due() for _ in range(2)] == [
        (sooner.at, order, sooner),
        (later.at, order, later),
    ]


def test_what_was_touched_is_forgotten_once_it_is_saved(world: World) -> None:
    world.untouch()
    world.touch(world.orders["SHOP-1001"])
    world.remember_token("once")
    touched = world.touched
    world.untouch()

    assert (touched, world.touched) == (True, False)
    assert "once" in world.idempotency_tokens


def test_a_sku_that_is_removed_is_no_longer_listed(world: World) -> None:
    sku = next(sku for sku in world.sorted_skus(US.id) if not world.is_ordered(US.id, sku))
    world.remove(US.id, sku)

    assert sku not in world.sorted_skus(US.id)
    assert world.find_stock(US.id, sku) is None
    assert world.removed_stocks == {(US.id, sku)}
