"""What Amazon refused, at the form's fields."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
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


def test_spoiled_text_is_asked_about_and_taken_as_meant_with_one_click(
    program: MCFService, sku: str
) -> None:
    at = filled(sku, to_line1="13 O&#39;Neill Street")
    could = submits(at)
    at.button(key="meant_to_line1").click().run()

    assert not could
    assert at.text_input(key="to_line1").value == "13 O'Neill Street"
    assert submits(at)


def test_spoiled_text_can_be_kept_as_it_is_typed_and_that_survives_a_reload(
    program: MCFService, sku: str
) -> None:
    at = filled(sku, to_name="Null")
    at.button(key="as_typed_to_name").click().run()
    draft = at.query_params["draft"]
    again = open_page(places.NEW_ORDER, draft=draft)

    assert submits(at)
    assert submits(again)
    assert again.text_input(key="to_name").value == "Null"
