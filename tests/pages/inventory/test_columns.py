"""The columns of the table of the stock."""

from __future__ import annotations

from mcf.service import MCFService
from pages.parts.inventory.table import USUAL
from tests.pages.inventory.steps import columns, pressed, stock_page


def test_chosen_columns_are_shown_and_kept(calm: MCFService) -> None:
    at = stock_page()
    at.multiselect(key="columns").set_value(["total_quantity", "product_name"]).run()

    wanted = ["seller_sku", "total_quantity", "product_name"]
    assert columns(at) == wanted
    assert columns(stock_page()) == wanted


def test_the_usual_columns_come_back(calm: MCFService) -> None:
    at = stock_page()
    at.multiselect(key="columns").set_value(["seller_sku", "total_quantity"]).run()

    pressed(at, "usual_columns")

    assert columns(at) == list(USUAL)
    assert columns(stock_page()) == list(USUAL)
    assert not at.warning
