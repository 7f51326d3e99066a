"""Tracking numbers for shops stand beside the results of their files, and under the orders."""

from __future__ import annotations

from mcf.order_files.origins import Origin, OriginLine
from mcf.order_files.shop_skus import Part
from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts


def test_orders_of_a_shop_have_a_download_under_the_list_of_orders(program: MCFService) -> None:
    packages = program.packages()
    order_id = packages[packages["tracking_number"].notna()].iloc[0]["seller_fulfillment_order_id"]
    line = OriginLine("9", "Mug", "MUG", 1, (Part("SKU-1"),))
    origins = {order_id: Origin("Etsy", "1", "", (line,)), "GONE": Origin("Etsy", "2", "", ())}
    program.files.origins.keep(origins)

    at = open_page(places.TRACKING)

    assert not at.exception
    assert "1 of 1 order has a tracking number." in texts(at)
    assert "Etsy takes no file of tracking numbers" in texts(at)
    labels = [button.label for button in at.get("download_button")]
    assert "Tracking numbers for Etsy" in labels


def test_without_orders_of_shops_there_is_nothing_of_it(program: MCFService) -> None:
    at = open_page(places.TRACKING)

    assert not [b for b in at.get("download_button") if "Tracking numbers" in b.label]
