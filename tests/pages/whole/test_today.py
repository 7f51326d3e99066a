"""The page of what needs a hand."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import open_page, texts


def test_refused_orders_are_on_the_first_page_with_a_link(program: MCFService) -> None:
    at = open_page()

    titles = [concern.title for concern in program.concerns()]
    assert titles
    assert all(title in texts(at) for title in titles[:6])
    assert "See the order" in [link.proto.label for link in at.get("page_link")]


def test_the_figures_are_those_of_the_stored_orders(program: MCFService) -> None:
    at = open_page()

    stock = program.inventory()
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["SKUs that can ship"] == str((stock["fulfillable_quantity"] > 0).sum())
    assert figures["SKUs out of stock"] == str((stock["fulfillable_quantity"] == 0).sum())


def test_a_reading_that_failed_is_told_with_the_age_of_what_is_shown(
    program: MCFService, simulator: Simulator
) -> None:
    simulator.stop()
    program.sync()

    at = open_page()

    assert "The last reading of stock failed" in texts(at)
    assert "What you see is" in texts(at)
