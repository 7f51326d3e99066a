"""What a simulator can be begun with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mcf.simulator import Simulator
from mcf.simulator.recipe import Recipe
from mcf.simulator.world.marketplaces import US
from tests.simulator.seller import OPENING


@pytest.mark.parametrize(("skus", "orders"), [(1, 0), (1, 48), (3, 1), (200, 500)])
def test_a_shop_of_any_size_can_be_opened(skus: int, orders: int) -> None:
    world = Recipe(skus=skus, orders=orders, days=30, start=OPENING).cook()

    assert (len(world.stocks[US.id]), len(world.orders)) == (skus, orders)
    assert world.now == OPENING
    world.check()


@pytest.mark.parametrize("wrong", [{"skus": 0}, {"orders": -1}, {"days": 0}])
def test_a_shop_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1 SKU"):
        Simulator(**wrong)  # type: ignore[arg-type]


def test_a_shop_opens_now_if_not_told_otherwise() -> None:
    before = datetime.now(UTC).replace(microsecond=0)

    assert before <= Recipe().cook().now <= datetime.now(UTC)


def test_a_changed_recipe_keeps_what_is_not_named() -> None:
    recipe = Recipe(skus=3, frozen=True, start=OPENING)

    assert recipe.changed(skus=None, orders=0) == replace(recipe, orders=0)


@pytest.mark.parametrize("speed", [0, 2_000_000])
def test_a_speed_that_no_clock_has_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="Speed"):
        Recipe(speed=speed)
