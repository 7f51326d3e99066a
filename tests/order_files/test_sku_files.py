"""A table of SKUs from a file: what it would change, what is refused, whose SKUs aren't known."""

from __future__ import annotations

import pytest

from mcf.errors import InvalidInput
from mcf.order_files import send, sku_files
from mcf.order_files.shop_skus import ALL_SHOPS, Change, Part, SkuTable

TABLE = SkuTable({("Etsy", "MUG"): (Part("SKU-1"),), (ALL_SHOPS, "SET"): (Part("SKU-1", 2),)})
STOCK = ("SKU-1", "SKU-2")


def test_a_file_tells_what_it_adds_changes_and_leaves() -> None:
    text = (
        "Shop;SKU at the shop;SKU at Amazon;Units\n"
        "etsy;MUG;SKU-2;1\n;SET;SKU-1;2\nShopify;KIT;SKU-1;\nShopify;KIT;SKU-2;3\n"
    )

    read = sku_files.read(text.encode("utf-8-sig"), TABLE, STOCK)

    assert read.changed == (Change(("Etsy", "MUG"), (Part("SKU-1"),), (Part("SKU-2"),)),)
    assert read.added == (Change(("Shopify", "KIT"), (), (Part("SKU-1"), Part("SKU-2", 3))),)
    assert (read.same, read.refused, read.unknown) == (1, (), ())


def test_lines_are_refused_with_their_reason_and_a_bundle_as_a_whole() -> None:
    text = (
        "shop sku,amazon sku,qty\nA,,1\n,SKU-1,1\nB,SKU-1,0\nC,SKU-1,2.5\nD,SKU-1,1\nD,SKU-1,1\n"
        "E,NOPE,1\n"
    )

    read = sku_files.read(text.encode(), SkuTable(), STOCK)

    assert [(it.line, it.why.partition(":")[0]) for it in read.refused] == [
        (2, "has no SKU of Amazon's"),
        (3, "has no SKU of the shop's"),
        (4, "its units '0' aren't a whole number from 1 to 10,000"),
        (5, "its units '2.5' aren't a whole number from 1 to 10,000"),
        (7, "names SKU-1 twice for the same SKU of the shop"),
    ]
    assert [change.key[1] for change in read.changes] == ["E"]
    assert read.unknown == ("NOPE",)


def test_while_the_stock_isnt_known_no_sku_is_called_unknown() -> None:
    assert sku_files.read(b"from,to\nA,NOPE\n", SkuTable()).unknown == ()


@pytest.mark.parametrize("kind", send.KINDS)
def test_what_is_saved_changes_nothing_when_it_is_taken_again(kind: str) -> None:
    data = send.to_bytes(sku_files.rows(TABLE), kind)

    read = sku_files.read(data, TABLE, STOCK)

    assert (read.changes, read.same, read.refused) == ([], 2, ())


def test_a_file_without_the_columns_is_refused_with_what_it_needs() -> None:
    with pytest.raises(InvalidInput, match="lacks the columns SKU at Amazon") as refusal:
        sku_files.read(b"SKU at the shop,Price\nA,1\n", SkuTable())

    assert "SKU at the shop, SKU at Amazon" in refusal.value.advice


def test_a_line_without_a_shop_is_of_the_one_that_is_named() -> None:
    read = sku_files.read(b"from,to\nA,SKU-1\n", SkuTable(), shop="Etsy")

    assert [change.key for change in read.added] == [("Etsy", "A")]
