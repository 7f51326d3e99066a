"""The list of orders and its filters."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.tracking.steps import listed


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
        matches = order_list.draw_filters(Snapshot(orders, parcels), troubles, now)
        order_list.draw(matches, troubles, now)

    at = AppTest.from_function(page).run()

    assert not at.exception
    assert listed(at) == ["A-1"]


def test_the_filter_in_the_address_is_applied(program: MCFService) -> None:
    at = open_page(places.TRACKING, show="Not shipping")

    statuses = program.orders().set_index("seller_fulfillment_order_id")["status"]
    assert set(statuses[listed(at)]) <= {"Cancelled", "Invalid", "Unfulfillable"}
    assert listed(at)
