"""The page of the orders, and that of one order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator, faults
from pages.parts.common import places
from tests.conftest import order_request
from tests.pages.conftest import open_page, texts


def listed(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["seller_fulfillment_order_id"])


@pytest.fixture
def sent(program: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order that was just sent."""
    return program.submit(request_for).seller_fulfillment_order_id


def test_all_orders_are_listed_newest_first(program: MCFService) -> None:
    at = open_page(places.TRACKING)

    assert listed(at) == list(program.orders()["seller_fulfillment_order_id"])


def test_a_stage_is_a_filter_and_its_count_is_what_it_shows(program: MCFService) -> None:
    at = open_page(places.TRACKING)
    count = at.button(key="show_Shipped").label
    at.button(key="show_Shipped").click().run()

    orders = program.orders().set_index("seller_fulfillment_order_id").loc[listed(at)]
    assert count == f"**{len(orders)}** Shipped"
    assert set(orders["status"]) == {"Complete", "CompletePartialled"}
    assert at.query_params["show"] == "Shipped"


def test_pressing_a_filter_again_shows_all_orders(program: MCFService) -> None:
    at = open_page(places.TRACKING, show="Shipped")
    at.button(key="show_Shipped").click().run()

    assert len(listed(at)) == len(program.orders())


def test_names_in_the_list_are_masked(program: MCFService, sent: str) -> None:
    at = open_page(places.TRACKING)
    at.text_input(key="find").input("Ada Example").run()

    assert listed(at) == [sent]
    assert list(at.dataframe[0].value["recipient"]) == ["Ada E."]


def test_an_order_is_found_by_its_tracking_number(program: MCFService) -> None:
    parcel = program.packages().iloc[0]

    at = open_page(places.TRACKING)
    at.text_input(key="find").input(parcel["tracking_number"]).run()

    assert listed(at) == [parcel["seller_fulfillment_order_id"]]


def test_a_search_without_a_hit_says_so(program: MCFService) -> None:
    at = open_page(places.TRACKING)
    at.text_input(key="find").input("nobody at all").run()

    assert "No order matches" in texts(at)


def test_an_order_shows_its_parcels_with_the_latest_event(program: MCFService) -> None:
    parcel = program.packages().query("tracked").iloc[0]

    at = open_page(places.TRACKING, order=parcel["seller_fulfillment_order_id"])

    assert at.code[0].value == parcel["tracking_number"]
    assert parcel["contents"] in texts(at)
    assert "Delivered" in texts(at)


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


def test_orders_can_be_searched_before_any_of_their_parcels_was_read() -> None:
    def page() -> None:
        from datetime import UTC, datetime

        from mcf.store import frames
        from mcf.store.snapshots import Snapshot
        from pages.parts.tracking import order_list

        now = datetime(2026, 3, 2, tzinfo=UTC)
        row = dict.fromkeys((*frames.ORDERS, "detailed_at"))
        row |= {"seller_fulfillment_order_id": "A-1", "displayable_order_id": "A-1"}
        row |= {"status": "New", "received_date": now}
        parcel = dict.fromkeys(frames.PACKAGES)
        parcel |= {"seller_fulfillment_order_id": "A-1", "package_number": 7, "units": 1}
        parcels = frames.packages([parcel], [])
        orders = frames.orders([row], frames.items([]), parcels)
        order_list.table(order_list.filtered(Snapshot(orders, parcels), now))

    at = AppTest.from_function(page).run()

    assert not at.exception
    assert listed(at) == ["A-1"]


def test_the_filter_in_the_address_is_applied(program: MCFService) -> None:
    at = open_page(places.TRACKING, show="Not shipping")

    statuses = program.orders().set_index("seller_fulfillment_order_id")["status"]
    assert set(statuses[listed(at)]) <= {"Cancelled", "Invalid", "Unfulfillable"}
    assert listed(at)


def test_the_story_of_an_order_tells_ones_own_steps(program: MCFService, sent: str) -> None:
    program.tracking.actions.cancel(sent)

    at = open_page(places.TRACKING, order=sent)

    assert "Sent to Amazon from here." in texts(at)
    assert "You asked Amazon to cancel it. Amazon has cancelled the order." in texts(at)


def test_a_note_is_kept_with_its_order(program: MCFService, sent: str) -> None:
    at = open_page(places.TRACKING, order=sent)
    at.text_area(key=f"note_{sent}").input("Called the buyer").run()

    again = open_page(places.TRACKING, order=sent)

    assert again.text_area(key=f"note_{sent}").value == "Called the buyer"


def test_a_held_order_has_its_deadlines(program: MCFService, address: Address, sku: str) -> None:
    order = order_request("HELD-1", address, sku, 1).to_api()
    program.submit(MCFOrderRequest.of(**{**order, "fulfillmentAction": "Hold"}))

    at = open_page(places.TRACKING, view="Deadlines")
    at.button(key="deadline_HOLD").click().run()

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
