"""An order on hold, changed through the form."""

from __future__ import annotations

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import open_page, texts, unfold


def test_an_order_on_hold_is_changed_through_the_form(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    program.submit(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    at = open_page(places.TRACKING, order="TEST-1")
    at.button(key="change_order").click().run()
    (draft,) = program.kept.all(DocumentKind.DRAFT)
    at = open_page(places.NEW_ORDER, draft=draft.key)
    assert "Nothing is changed yet" in texts(at)

    unfold(at, "more_open").text_input(key="comment").input("Ring twice.").run()
    assert "Note on the packing slip: Ring twice. instead of" in texts(at)
    (button,) = [each for each in at.button if str(each.key).startswith("change-")]
    button.click().run()

    assert simulator.world.orders["TEST-1"].request.comment == "Ring twice."
    assert "Amazon has changed the order" in texts(at)
    assert simulator.world.orders["TEST-1"].held
