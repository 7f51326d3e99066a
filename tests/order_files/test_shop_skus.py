"""Which SKU of Amazon's a shop's SKU is, is kept; who changes what another has changed is told."""

from __future__ import annotations

import pytest

from mcf.errors import InvalidInput
from mcf.order_files.shop_skus import ALL_SHOPS, Change, Part, ShopSkus, Swap
from mcf.store.database import Store
from mcf.store.documents import Keeper

MUG = (Part("SKU-0012"),)
BUNDLE = (Part("SKU-0012", 2), Part("SKU-9"))


@pytest.fixture
def skus(store: Store) -> ShopSkus:
    return ShopSkus(Keeper(store))


def test_a_shops_own_entry_comes_before_that_of_all_shops(skus: ShopSkus) -> None:
    skus.put(ALL_SHOPS, "MUG-BLU", MUG)
    skus.put("Etsy", "MUG-BLU", BUNDLE)

    table = skus.table()

    assert table.parts("Etsy", "MUG-BLU") == BUNDLE
    assert table.parts("Shopify", "MUG-BLU") == MUG
    assert table.parts("Shopify", "MUG-RED") is None


def test_a_bundle_is_told_with_its_units() -> None:
    assert str(Swap(2, "MUG-BLU", BUNDLE)) == "MUG-BLU -> 2 x SKU-0012 + SKU-9"


def test_an_entry_that_is_taken_out_is_gone(skus: ShopSkus) -> None:
    skus.put("Etsy", "MUG-BLU", MUG)

    assert skus.put("Etsy", "MUG-BLU", ()) == MUG
    assert skus.table().entries == {}


def test_two_windows_change_different_entries(skus: ShopSkus) -> None:
    skus.change([Change(("Etsy", "A"), (), MUG)])
    skus.change([Change(("Etsy", "B"), (), BUNDLE)])

    assert skus.table().entries == {("Etsy", "A"): MUG, ("Etsy", "B"): BUNDLE}


def test_who_changes_what_another_window_changed_is_told_and_nothing_is_saved(
    skus: ShopSkus,
) -> None:
    skus.put("Etsy", "A", MUG)

    with pytest.raises(InvalidInput, match="A: is SKU-0012 by now"):
        skus.change([Change(("Amazon", "B"), (), MUG), Change(("Etsy", "A"), (), BUNDLE)])

    assert skus.table().entries == {("Etsy", "A"): MUG}


def test_the_same_change_twice_is_none(skus: ShopSkus) -> None:
    skus.put("Etsy", "A", MUG)

    skus.change([Change(("Etsy", "A"), (), MUG)])

    assert skus.table().entries == {("Etsy", "A"): MUG}


@pytest.mark.parametrize(
    ("sku", "parts", "why"),
    [
        ("", MUG, "needs a shop's SKU"),
        ("A", (Part("SKU", 0),), "needs units from 1"),
        ("A", (Part(" "),), "needs a SKU of Amazon's"),
        ("A", (Part("SKU"), Part("SKU", 2)), "twice"),
    ],
)
def test_what_can_be_no_entry_is_refused(
    skus: ShopSkus, sku: str, parts: tuple[Part, ...], why: str
) -> None:
    with pytest.raises(InvalidInput, match=why):
        skus.put("Etsy", sku, parts)
