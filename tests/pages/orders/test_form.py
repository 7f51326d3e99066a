"""What Amazon refused, at the form's fields."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import texts
from tests.pages.orders.steps import filled, submits


def test_a_refusal_of_amazons_stands_at_its_field_until_that_is_changed(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    (button,) = submits(at)
    del simulator.world.stocks[program.settings.marketplace.id][sku]

    button.click().run()

    assert "was refused by Amazon: it isn't known there" in texts(at)
    assert at.selectbox(key="sku_0").value == sku
