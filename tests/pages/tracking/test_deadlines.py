"""The board of deadlines."""

from __future__ import annotations

from datetime import timedelta

from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import places
from tests.conftest import order_request
from tests.pages.conftest import open_page


def test_a_held_order_has_its_deadlines(program: MCFService, address: Address, sku: str) -> None:
    order = order_request("HELD-1", address, sku, 1).to_api()
    program.submit(MCFOrderRequest.of(**{**order, "fulfillmentAction": "Hold"}))

    at = open_page(places.TRACKING, view="Deadlines")
    at.pills(key="deadline_kinds").set_value("Hold ends").run()

    assert "HELD-1" in list(at.dataframe[0].value["displayable_order_id"])
    assert "13 days left" in list(at.dataframe[0].value["left"])


def test_the_deadlines_of_today_lead_to_their_board(
    program: MCFService, simulator: Simulator, address: Address, sku: str
) -> None:
    order = order_request("HELD-1", address, sku, 1).to_api()
    program.submit(MCFOrderRequest.of(**{**order, "fulfillmentAction": "Hold"}))
    simulator.clock.step(timedelta(days=13, hours=20))
    program.sync()

    at = open_page(places.TRACKING)
    at.button(key="deadlines_today").click().run()

    assert "HELD-1" in list(at.dataframe[0].value["displayable_order_id"])
    assert "Hold ends" in list(at.dataframe[0].value["kind"])


def test_how_long_claims_are_taken_is_the_sellers_to_set(program: MCFService) -> None:
    at = open_page(places.TRACKING, view="Deadlines")
    at.number_input(key="claim_closes").set_value(60).run()
    at.button(key="claim_save").click().run()

    assert program.tracking.claims.rule().closes == 60
