"""The products of the demo shop."""

from __future__ import annotations

import pytest

from mcf.simulator.demo_shop import catalog
from mcf.simulator.world.marketplaces import US


@pytest.mark.parametrize("number", [1, 64, 1000])
def test_skus_asins_and_names_are_unique(number: int) -> None:
    products = list(catalog.products(7, US, number))

    assert len({each.seller_sku for each in products}) == number
    assert len({each.asin for each in products}) == number
    assert len({each.name for each in products}) == number
    assert max(len(each.seller_sku) for each in products) <= 40


def test_a_bigger_shop_begins_with_the_same_products() -> None:
    small, big = list(catalog.products(7, US, 64)), list(catalog.products(7, US, 128))

    assert big[:64] == small
