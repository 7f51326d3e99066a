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
from mcf.simulator.world.orders import Fate, Fortune
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


@pytest.fixture
def fancy(program: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order that was sent with all that can go with one."""
    line = request_for.to_api()["items"][0]
    money = {"currencyCode": "USD", "value": "12.50"}
    more = {
        "items": [
            line | {"giftMessage": "For Ada", "displayableComment": "the blue one"}
            | {"perUnitDeclaredValue": money}
        ],
        "displayableOrderDate": "2026-02-14T12:00:00Z",
        "displayableOrderComment": "With love",
        "notificationEmails": ["a@example.com"],
        "fulfillmentPolicy": "FillAll",
        "featureConstraints": [
            {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}
        ],
    }  # fmt: skip
    sent = program.submit(MCFOrderRequest.of(**{**request_for.to_api(), **more}))
    return sent.seller_fulfillment_order_id


ALL_OF_IT = [
    "Gift message: For Ada", "Comment on the line: the blue one", "12.50 USD", "With love",
    "Blank box", "Ship all, wait", "2026-02-14",
]  # fmt: skip


def test_an_orders_page_shows_all_that_was_sent(program: MCFService, fancy: str) -> None:
    said = texts(open_page(places.TRACKING, order=fancy)).replace(":red[]", "")

    assert [part for part in ALL_OF_IT if part not in said] == []
    assert "example.com" in said


def test_copying_an_order_takes_all_that_was_sent(program: MCFService, fancy: str) -> None:
    at = open_page(places.TRACKING, order=fancy)

    at.button(key="copy_order").click().run()

    typed = program.ordering.drafts.typed(fancy)
    assert typed is not None
    (line,) = typed.lines
    assert (line.gift, line.comment, line.value) == ("For Ada", "the blue one", "12.50")
    assert (typed.displayed_date, typed.comment, typed.policy) == (
        "2026-02-14", "With love", "FillAll",
    )  # fmt: skip
    # What is rare is folded.
    assert at.session_state["displayed_date"] == "2026-02-14"
    assert at.session_state["emails"] == "a@example.com"


def test_the_sentence_above_the_button_names_all_that_is_sent(
    program: MCFService, fancy: str
) -> None:
    at = open_page(places.TRACKING, order=fancy)

    at.button(key="copy_order").click().run()

    said = texts(at).replace("gift message", "Gift message").replace("comment on", "Comment on")
    assert [part for part in ALL_OF_IT if part not in said] == []


def test_an_order_cancelled_from_here_says_so_and_not_that_amazon_did(
    program: MCFService, sent: str
) -> None:
    program.tracking.actions.cancel(sent)

    said = texts(open_page(places.TRACKING, order=sent))

    assert "You cancelled it here" in said
    assert "Amazon did" not in said


def test_a_lost_order_has_claim_evidence_note_and_is_sent_again_in_its_place(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.world.orders[sent].fortune = Fortune(fate=Fate.LOST)
    simulator.clock.step(timedelta(days=20))
    program.sync()
    at = open_page(places.TRACKING, order=sent)
    said = texts(at)

    at.button(key="send_lost").click().run()

    assert "Its parcel is lost" in said
    assert "Claim" in said
    assert "no unit cost in USD is set" in said
    assert at.session_state["number"] == "TEST-1-R2"
    assert f"takes the place of order **{sent}**" in texts(at)
    again = program.ordering.drafts.typed(sent)
    assert again is not None
    assert program.ordering.links.obstacle(sent, "TEST-1-R2", request_of(program, sent)) is None


def request_of(program: MCFService, order_id: str) -> Any:
    request = program.ordering.submissions.request(order_id)
    assert request is not None
    return request.items


def test_what_was_taken_from_a_locker_is_delivered_and_has_no_code_any_more(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.world.orders[sent].fortune = Fortune(fate=Fate.PICKUP)
    simulator.clock.step(timedelta(days=20))
    program.sync()

    at = open_page(places.TRACKING, order=sent)

    assert program.orders().set_index("seller_fulfillment_order_id").loc[sent, "standing"] == (
        "Delivered"
    )
    assert "Delivered" in texts(at)
    assert not [toggle for toggle in at.toggle if str(toggle.key).startswith("code_")]
