"""The page of one order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from pages.parts.common import places
from tests.conftest import order_request
from tests.pages.conftest import open_page, texts
from tests.pages.tracking.steps import listed


def test_an_order_shows_its_parcels_with_the_latest_event(program: MCFService) -> None:
    parcel = program.packages().query("tracked").iloc[0]

    at = open_page(places.TRACKING, order=parcel["seller_fulfillment_order_id"])

    assert at.code[0].value == parcel["tracking_number"]
    assert parcel["contents"] in texts(at)
    assert parcel["last_event"] in texts(at)


def test_an_order_that_nobody_knows_is_said_to_be_unknown(program: MCFService) -> None:
    at = open_page(places.TRACKING, order="NO-SUCH-ORDER")

    assert at.title[0].value == "No such order"


def test_an_order_that_cannot_be_looked_up_is_named_with_the_reason(
    program: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(faults.Unauthorized(operations=["getFulfillmentOrder"]))

    at = open_page(places.TRACKING, order="ELSEWHERE-1")

    assert "Order ELSEWHERE-1" in texts(at)
    assert len(at.error) == 1


def test_an_order_that_only_amazon_knows_is_looked_up(
    program: MCFService, client: MCFClient, address: Address, sku: str
) -> None:
    client.create_fulfillment_order(order_request("ELSEWHERE-1", address, sku, 1))

    at = open_page(places.TRACKING, order="ELSEWHERE-1")

    assert "Order ELSEWHERE-1" in texts(at)
    assert "Received" in texts(at)


def test_cancelling_asks_first_and_then_says_what_amazon_did(
    program: MCFService, client: MCFClient, sent: str
) -> None:
    at = open_page(places.TRACKING, order=sent)
    at.button(key="cancel").click().run()
    assert "picking has begun" in texts(at)

    at.button(key="cancel_yes").click().run()

    assert "Amazon has cancelled the order" in texts(at)
    assert client.get_fulfillment_order(sent).fulfillment_order.status.value == "Cancelled"


def test_a_cancel_that_comes_too_late_is_told_as_such(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    at = open_page(places.TRACKING, order=sent)
    at.button(key="cancel").click().run()
    simulator.clock.step(timedelta(hours=2))

    at.button(key="cancel_yes").click().run()

    assert "Not cancelled" in texts(at)


def test_an_order_that_is_being_picked_has_no_cancel_button(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.clock.step(timedelta(hours=2))
    program.tracking.refresh(sent)

    at = open_page(places.TRACKING, order=sent)

    assert "cancel" not in [button.key for button in at.button]


def test_a_held_order_can_be_released(
    program: MCFService, client: MCFClient, address: Address, sku: str
) -> None:
    order = order_request("HELD-1", address, sku, 1).to_api()
    program.submit(MCFOrderRequest.of(**{**order, "fulfillmentAction": "Hold"}))
    at = open_page(places.TRACKING, order="HELD-1")

    at.button(key="release").click().run()

    assert "Amazon ships the order" in texts(at)
    assert client.get_fulfillment_order("HELD-1").fulfillment_order.fulfillment_action == "Ship"


def test_an_order_is_followed_to_the_door_as_the_clock_runs(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.clock.step(timedelta(days=9))
    program.sync()

    at = open_page(places.TRACKING, order=sent)

    assert "Shipped" in texts(at)
    assert "Delivered" in texts(at)


def test_going_back_shows_the_list_again(program: MCFService, sent: str) -> None:
    at = open_page(places.TRACKING, order=sent)

    at.button(key="back").click().run()

    assert at.title[0].value == "Tracking"
    assert sent in listed(at)


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What is asked of any store from now on, a line for each query, but by background work."""
    statements: list[str] = []

    def note(*args: Any) -> None:
        if not threading.current_thread().name.startswith("mcf-"):
            statements.append(" ".join(str(args[2]).split()))

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def test_a_drawing_asks_the_store_for_each_part_of_the_order_once(
    calm: MCFService, asked: list[str]
) -> None:
    # Of one in trouble, the rule for claims and what its goods cost are asked for too.
    well = calm.orders().query("trouble == '' and parcels > 0").iloc[0]
    at = open_page(places.TRACKING, order=well["seller_fulfillment_order_id"])
    asked.clear()

    at.run()

    parts = ("orders", "order_items", "shipments", "packages", "tracking", "submissions",
             "happenings", "returns", "kept")  # fmt: skip
    assert {name: sum(f" FROM {name} " in query for query in asked) for name in parts} == (
        dict.fromkeys(parts, 1)
    )
    assert len(asked) <= 18, "\n".join(asked)
