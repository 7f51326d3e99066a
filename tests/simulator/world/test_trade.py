"""Other channels sell and deliveries arrive, as the clock runs."""

from __future__ import annotations

from datetime import timedelta

from mcf.simulator.world import engine
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.world import World
from tests.simulator.seller import OPENING


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
