"""The page of what needs a hand."""

from __future__ import annotations

from mcf.concerns import Urgency
from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import links, open_page, texts


def test_refused_orders_are_on_the_first_page_with_a_link(program: MCFService) -> None:
    at = open_page()

    now = [it.title for it in program.concerns() if it.urgency is Urgency.NOW]
    assert now
    assert [title for title in now if title not in links(at)] == []


def test_orders_and_stock_are_counted_in_one_line(program: MCFService) -> None:
    at = open_page()

    stock = program.inventory()
    can_ship = (stock["fulfillable_quantity"] > 0).sum()
    out = (stock["fulfillable_quantity"] == 0).sum()
    assert f"{can_ship} SKUs can ship, {out} out of stock" in texts(at)


def test_a_reading_that_failed_is_told_with_the_age_of_what_is_shown(
    program: MCFService, simulator: Simulator
) -> None:
    simulator.stop()
    program.sync()

    at = open_page()

    assert "The last reading of stock failed" in texts(at)
    assert "What you see is" in texts(at)
