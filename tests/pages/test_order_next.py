"""What an order's page says of an order that went wrong or waits, and what it opens."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.orders import Fate, ShipmentStatus, Speed, Status
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import open_page, texts

CODE = re.compile(r"\b[A-Z]{3,}_[A-Z0-9]\w*|\b[a-z]+[A-Z][a-z]\w*")


@pytest.fixture
def failed(program: MCFService, simulator: Simulator, request_for: MCFOrderRequest) -> str:
    """The number of an order that Amazon found invalid."""
    program.submit(request_for)
    simulator.set_status("TEST-1", Status.INVALID)
    program.refresh_order("TEST-1")
    return "TEST-1"


def test_an_invalid_order_says_why_and_is_opened_in_the_form_in_its_own_place(
    program: MCFService, failed: str
) -> None:
    at = open_page(places.TRACKING, order=failed)
    assert "gives no reason" in texts(at)

    at.button(key="send_again").click().run()

    assert at.text_input(key="number").value == "TEST-1-R2"
    assert at.text_input(key="to_line1").value == "100 Example Street"
    assert "takes the place of order **TEST-1**" in texts(at)


def test_an_order_on_hold_is_changed_through_the_form(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    program.submit(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    at = open_page(places.TRACKING, order="TEST-1")
    at.button(key="change_order").click().run()
    (draft,) = program.kept.all(DocumentKind.DRAFT)
    at = open_page(places.NEW_ORDER, draft=draft.key)
    assert "Nothing is changed yet" in texts(at)

    at.text_input(key="comment").input("Ring twice.").run()
    assert "Note on the packing slip: Ring twice. instead of" in texts(at)
    (button,) = [each for each in at.button if str(each.key).startswith("change-")]
    button.click().run()

    assert simulator.world.orders["TEST-1"].request.comment == "Ring twice."
    assert "Amazon has changed the order" in texts(at)
    assert simulator.world.orders["TEST-1"].held


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
    assert at.text_input(key="number").value == "TEST-1-R2"
    assert "takes the place of order **TEST-1**" in texts(at)


def test_of_an_order_that_shipped_in_part_the_rest_is_opened_in_the_form(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> None:
    program.submit(request_for)
    simulator.set_status("TEST-1", Status.COMPLETE_PARTIALLED)
    program.refresh_order("TEST-1")
    missing = program.order("TEST-1").items.iloc[0]["unfulfillable_quantity"]
    at = open_page(places.TRACKING, order="TEST-1")

    at.button(key="send_rest").click().run()

    assert at.selectbox(key="sku_0").value == sku
    assert at.text_input(key="units_0").value == str(missing)
    assert at.text_input(key="number").value == "TEST-1-R2"


def test_no_code_of_amazons_reaches_the_pages_of_orders(
    program: MCFService, simulator: Simulator
) -> None:
    order_id = str(program.packages().query("tracked").iloc[0]["seller_fulfillment_order_id"])
    order = simulator.world.orders[order_id]
    (shipment, *_) = order.shipments
    (package, *_) = shipment.packages
    package.carrier, package.fate = "NEW_CARRIER_XY", Fate.UNKNOWN_EVENTS
    shipment.status = cast("ShipmentStatus", "LOST_IN_SPACE")
    order.status = cast("Status", "HeldForReasons")
    order.request = replace(order.request, speed=cast("Speed", "ByNextRocket"))
    simulator.clock.step(timedelta(minutes=1))
    program.refresh_order(order_id)

    told = texts(open_page(places.TRACKING, order=order_id))

    assert "New carrier xy" in told
    assert "Held for reasons" in told
    assert CODE.findall(told.replace(order_id, "")) == []
    assert CODE.findall(texts(open_page(places.TRACKING))) == []
