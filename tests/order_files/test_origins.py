"""Which shop an order comes from is kept with the file that was sent."""

from __future__ import annotations

from datetime import timedelta

from mcf.order_files.origins import Origin, OriginLine, Origins
from mcf.order_files.shop_skus import Part
from mcf.store.database import Store
from mcf.store.documents import Keeper

DAYS = timedelta(days=30)


def origin(order: str, shop: str = "Etsy") -> Origin:
    line = OriginLine("4001", "Mug", "MUG", 1, (Part("SKU-1", 2),))
    return Origin(shop, order, "", (line,))


def test_orders_are_found_by_their_file_and_by_their_numbers(store: Store) -> None:
    origins = Origins(Keeper(store), DAYS)
    origins.keep({"1": origin("1"), "2": origin("2")}, "file-1")
    origins.keep({"3": origin("#3", "Shopify")})

    assert origins.of_file("file-1") == {"1": origin("1"), "2": origin("2")}
    assert origins.of_file("nothing") == {}
    assert origins.all(["2", "3", "4"]) == {"2": origin("2"), "3": origin("#3", "Shopify")}


def test_of_an_order_that_was_sent_again_the_last_counts(store: Store) -> None:
    origins = Origins(Keeper(store), DAYS)
    origins.keep({"1": origin("first")}, "file-1")
    origins.keep({"1": origin("second")}, "file-2")

    assert origins.all() == {"1": origin("second")}


def test_orders_of_no_shop_leave_nothing(store: Store) -> None:
    origins = Origins(Keeper(store), DAYS)
    origins.keep({}, "file-1")

    assert origins.all() == {}
