"""The list of orders and its filters."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.tracking.steps import listed


def test_all_orders_are_listed_newest_first(program: MCFService) -> None:
    at = open_page(places.TRACKING)

    assert listed(at) == list(program.orders()["seller_fulfillment_order_id"])


def counts(at: AppTest, row: str = "show_groups") -> dict[str, int]:
    """The filters of a line with what each has."""
    words = [option.content for option in at.pills(key=row).proto.options]
    named = [re.findall(r"\*\*([\d,]+)\*\*\]? (.*)", text)[0] for text in words]
    return {name: int(count.replace(",", "")) for count, name in named}


def test_a_stage_is_a_filter_and_its_count_is_what_it_shows(program: MCFService) -> None:
    at = open_page(places.TRACKING)
    count = counts(at)["Shipped"]
    at.pills(key="show_groups").set_value("Shipped").run()

    orders = program.orders().set_index("seller_fulfillment_order_id").loc[listed(at)]
    assert count == len(orders)
    assert set(orders["status"]) == {"Complete", "CompletePartialled"}
    assert at.query_params["show"] == "Shipped"


def test_a_filter_that_lets_go_shows_all_orders(program: MCFService) -> None:
    at = open_page(places.TRACKING, show="Shipped")
    at.pills(key="show_groups").set_value(None).run()

    assert len(listed(at)) == len(program.orders())
    assert "show" not in at.query_params


def test_filters_with_nothing_are_left_out_and_counts_follow_the_search(
    program: MCFService, sent: str
) -> None:
    at = open_page(places.TRACKING)
    assert 0 not in counts(at).values()
    assert "show_troubles" not in {row.key for row in at.pills}

    at.text_input(key="find").input("Ada Example").run()

    assert counts(at) == {"All": 1, "Received": 1}


def test_troubles_have_a_line_of_their_own_when_they_are_chosen(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.set_status(sent, Status.INVALID)
    program.tracking.refresh(sent)
    at = open_page(places.TRACKING)
    at.pills(key="show_groups").set_value("In trouble").run()
    assert counts(at, "show_troubles")["Invalid"] >= 1
    assert counts(at)["In trouble"] == len(listed(at))

    at.pills(key="show_troubles").set_value("Invalid").run()
    assert sent in listed(at)
    assert at.query_params["show"] == "Invalid"
    assert at.pills(key="show_groups").value == "In trouble"

    at.pills(key="show_troubles").set_value(None).run()
    assert at.query_params["show"] == "In trouble"


def test_a_filter_of_which_nothing_is_left_stays_in_sight(program: MCFService, sent: str) -> None:
    at = open_page(places.TRACKING, show="Delivered", find="Ada Example")

    assert counts(at) == {"All": 1, "Received": 1, "Delivered": 0}
    assert "No order matches" in texts(at)


@pytest.mark.parametrize("typed", ["leave with", "gate 7"])
def test_an_order_is_found_by_its_note(program: MCFService, sent: str, typed: str) -> None:
    program.tracking.notes.keep(sent, "Leave with the Neighbour, Gate 7")

    assert listed(open_page(places.TRACKING, find=typed)) == [sent]


def test_orders_are_found_by_carrier_and_by_the_number_of_a_parcel(program: MCFService) -> None:
    parcel = program.packages().iloc[0]
    orders = program.orders().set_index("seller_fulfillment_order_id")
    carrier = orders.loc[parcel["seller_fulfillment_order_id"], "carrier"]

    found = listed(open_page(places.TRACKING, find=carrier.lower()))
    assert found
    assert orders.loc[found, "carrier"].str.contains(carrier, regex=False).all()
    number = str(parcel["package_number"])
    assert parcel["seller_fulfillment_order_id"] in listed(open_page(places.TRACKING, find=number))


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


def test_orders_can_be_searched_before_any_of_their_parcels_was_read() -> None:
    def page() -> None:
        from datetime import UTC, datetime

        from mcf.store import frames
        from mcf.store.snapshots import Snapshot
        from mcf.tracking import lifecycle, standing
        from pages.parts.tracking import order_list

        now = datetime(2026, 3, 2, tzinfo=UTC)
        row = dict.fromkeys((*frames.ORDERS, "detailed_at"))
        row |= {"seller_fulfillment_order_id": "A-1", "displayable_order_id": "A-1"}
        row |= {"status": "New", "received_date": now}
        parcel = dict.fromkeys(frames.PACKAGES)
        parcel |= {"seller_fulfillment_order_id": "A-1", "package_number": 7, "units": 1}
        parcels = frames.packages([parcel], [])
        orders = standing.counted(frames.orders([row], frames.items([]), parcels), parcels, {})
        troubles = lifecycle.all_troubles(orders, parcels, now)
        shown = Snapshot(orders, parcels)
        matches = order_list.draw_search(order_list.texts({}), shown, now)
        matches = order_list.draw_filters(matches, troubles)
        order_list.draw(matches, troubles, now)

    at = AppTest.from_function(page).run()

    assert not at.exception
    assert listed(at) == ["A-1"]


def test_the_filter_in_the_address_is_applied(program: MCFService) -> None:
    at = open_page(places.TRACKING, show="Not shipping")

    statuses = program.orders().set_index("seller_fulfillment_order_id")["status"]
    assert set(statuses[listed(at)]) <= {"Cancelled", "Invalid", "Unfulfillable"}
    assert listed(at)
