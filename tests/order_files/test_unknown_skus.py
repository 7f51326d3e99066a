"""SKUs that Amazon hasn't are asked for, with products that are spelled or called the same."""

from __future__ import annotations

import pytest

from mcf.order_files import parse
from mcf.order_files.shop_skus import ALL_SHOPS, Part, SkuTable
from mcf.order_files.unknown_skus import UnknownSku, likely, unknown
from tests.order_files.test_shops import ETSY
from tests.uploads import file_of

PRODUCTS = {
    "MUG-BLUE": "Stoneware mug, blue",
    "mug blu": "Another thing",
    "PLANTER-MUG": "Planter",
    "MUG-RED": "Stoneware mug, red",
    "BARE": None,
}


def test_a_sku_that_a_shop_has_and_amazon_hasnt_is_asked_for_once() -> None:
    text = ETSY.replace("Order ID,", "Item Name,Order ID,").replace("\n3", "\nStoneware mug,3")
    more = text + "Stoneware mug,3003,3,11/14/26,,1,APRON,Bo,1 Elm,Boston,MA,02116,United States\n"

    asked = unknown(parse.opened(more.encode()), SkuTable(), PRODUCTS)

    assert asked == [UnknownSku("Etsy", "APRON", "Stoneware mug", 2, ("MUG-BLUE", "MUG-RED"))]


def test_one_that_is_in_the_table_or_amazons_isnt_asked_for() -> None:
    document = parse.opened(file_of(("1", "MUG-RED", "1"), ("2", "APRON", "1"), ("3", "X", "1")))
    table = SkuTable({(ALL_SHOPS, "APRON"): (Part("MUG-RED"),)})

    assert [it.sku for it in unknown(document, table, PRODUCTS)] == ["X"]
    assert unknown(document, table, {}) == []


@pytest.mark.parametrize(
    ("sku", "title", "found"),
    [
        ("MUG_BLU", "", ("mug blu",)),
        ("X", "stoneware MUG blue", ("MUG-BLUE",)),
        ("X", "Handmade stoneware mug, blue, 2026", ("MUG-BLUE",)),
        ("X", "mug", ()),
        ("X", "", ()),
    ],
)
def test_what_only_looks_alike_isnt_likely(sku: str, title: str, found: tuple[str, ...]) -> None:
    assert likely(sku, title, PRODUCTS) == found
