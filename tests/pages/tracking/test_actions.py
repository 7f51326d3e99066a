"""What can be done about an order that went wrong or waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from pages.parts.common import places
from tests.pages.conftest import open_page, texts


@pytest.fixture
def failed(program: MCFService, simulator: Simulator, request_for: MCFOrderRequest) -> str:
    """The number of an order that Amazon found invalid."""
    program.submit(request_for)
    simulator.set_status("TEST-1", Status.INVALID)
    program.tracking.refresh("TEST-1")
    return "TEST-1"


def test_an_invalid_order_says_why_and_is_opened_in_the_form_in_its_own_place(
    program: MCFService, failed: str
) -> None:
    at = open_page(places.TRACKING, order=failed)
    assert "gives no reason" in texts(at)

    at.button(key="send_again").click().run()

    assert at.session_state["number"] == "TEST-1-R2"
    assert at.text_input(key="to_line1").value == "100 Example Street"
    assert "takes the place of order **TEST-1**" in texts(at)


def test_an_order_that_is_stuck_is_only_cancelled_and_opened_in_the_form_in_its_place(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> None:
    simulator.send_away(sku)
    program.submit(request_for)
    simulator.clock.step(timedelta(hours=60))
    # Another program on this store takes Amazon's time from what was read last.
    program.sync()
    assert simulator.world.orders["TEST-1"].status is Status.PLANNING
    at = open_page(places.TRACKING, order="TEST-1")
    assert not [button for button in at.button if button.key == "send_again"]

    at.button(key="cancel_stuck").click().run()
    at.button(key="cancel_yes").click().run()

    assert simulator.world.orders["TEST-1"].status is Status.CANCELLED
    at = open_page(places.TRACKING, order="TEST-1")
    at.button(key="send_again").click().run()
    assert at.session_state["number"] == "TEST-1-R2"
    assert "takes the place of order **TEST-1**" in texts(at)


def test_of_an_order_that_shipped_in_part_the_rest_is_opened_in_the_form(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> None:
    program.submit(request_for)
    simulator.set_status("TEST-1", Status.COMPLETE_PARTIALLED)
    program.tracking.refresh("TEST-1")
    missing = program.tracking.views.order("TEST-1").items.iloc[0]["unfulfillable_quantity"]
    at = open_page(places.TRACKING, order="TEST-1")

    at.button(key="send_rest").click().run()

    assert at.selectbox(key="sku_0").value == sku
    assert at.text_input(key="units_0").value == str(missing)
    assert at.session_state["number"] == "TEST-1-R2"


def test_pressed_again_after_back_the_same_draft_is_opened(
    program: MCFService, failed: str
) -> None:
    for _ in range(2):
        at = open_page(places.TRACKING, order=failed)
        at.button(key="send_again").click().run()
    assert len(program.ordering.finished.unfinished()) == 1
