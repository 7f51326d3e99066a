"""What an order's page offers when the order is stuck, and what it tells of its rescue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Status
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.waiting import eventually


@pytest.fixture
def stuck(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> MCFService:
    """A program with an order that should have shipped and waits for stock in transfer."""
    simulator.send_away(sku)
    program.submit(request_for)
    simulator.clock.step(timedelta(hours=60))
    # Another program on this store takes Amazon's time from what was read last.
    program.sync()
    return program


def test_a_stuck_order_is_rescued_with_one_click_and_its_page_leads_to_the_new_one(
    stuck: MCFService, simulator: Simulator
) -> None:
    at = open_page(places.TRACKING, order="TEST-1")
    assert "sends the same goods to the same address" in texts(at)
    assert at.button(key="cancel_stuck").label == "Only cancel it"

    at.button(key="rescue_it").click().run()
    eventually(lambda: "Sent again as TEST-1-R2." in texts(at.run()))

    assert simulator.world.orders["TEST-1"].status is Status.CANCELLED
    assert simulator.world.orders["TEST-1-R2"].status is not Status.CANCELLED
    assert not [button for button in at.button if button.key in ("rescue_it", "send_again")]
    told = [link.label.replace("\\", "") for link in at.get("page_link")]
    assert "Follow order TEST-1-R2" in told


def test_a_rescue_that_may_cost_more_than_the_limit_needs_a_tick(
    stuck: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCF_ORDER_LIMIT", "1000")
    simulator.faults.add(faults.FeesMissing())
    at = open_page(places.TRACKING, order="TEST-1")

    at.button(key="rescue_it").click().run()
    assert "Not rescued: What this order costs isn't known" in texts(at)
    assert "Tick that it may cost more, and rescue it again." in texts(at)
    assert simulator.world.orders["TEST-1"].status is Status.PLANNING

    at.checkbox(key="rescue_above_limit").check().run()
    at.button(key="rescue_it").click().run()
    eventually(lambda: "Sent again as TEST-1-R2." in texts(at.run()))


def test_a_rescue_under_way_is_told_until_it_is_stopped(
    stuck: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(faults.Unavailable(operations=["cancelFulfillmentOrder"]))
    stuck.tracking.rescues.begin("TEST-1")

    at = open_page(places.TRACKING, order="TEST-1")
    assert "It goes on when this page is closed" in texts(at)
    at.button(key="rescue_stop").click().run()

    eventually(lambda: "You stopped the rescue. It isn't sent again." in texts(at.run()))
    assert at.button(key="rescue_it").label == "Rescue it"
    assert "TEST-1-R2" not in simulator.world.orders
