"""Tables of more rows than the browser should get at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store.coordination import Lease
from pages.parts.common import paging, places, session
from tests.bench import warehouse
from tests.pages.conftest import all_concerns, open_page, texts
from tests.shops import held, store_of

SKUS, ORDERS = paging.WHOLE + 50, paging.WHOLE + 300


@pytest.fixture
def reader(empty_program: None, settings: Settings) -> Iterator[Lease]:
    """The role of reading from Amazon, in our hands: the large store stays as it is."""
    with store_of(settings) as store:
        warehouse.fill(store, SKUS, ORDERS)
        with held(store.lease("background reads")) as role:
            yield role


def numbers(*wanted: int) -> list[str]:
    return [f"SHOP-{number:07d}" for number in wanted]


def listed(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["seller_fulfillment_order_id"])


def test_the_browser_gets_a_page_of_the_newest_orders(reader: Lease) -> None:
    at = open_page(places.TRACKING)

    assert listed(at) == numbers(*range(paging.ROWS))
    assert f"Rows 1 to {paging.ROWS} of {ORDERS:,}" in texts(at)


def test_the_page_in_the_address_is_shown(reader: Lease) -> None:
    at = open_page(places.TRACKING, page="3")

    assert listed(at) == numbers(*range(2 * paging.ROWS, 3 * paging.ROWS))


def test_the_last_page_has_the_rest(reader: Lease) -> None:
    at = open_page(places.TRACKING, page=str(-(-ORDERS // paging.ROWS)))

    assert listed(at)[-1:] == numbers(ORDERS - 1)


@pytest.mark.parametrize(("asked", "first"), [("99", 2000), ("0", 0), ("-1", 0), ("two", 0)])
def test_a_page_that_is_not_there_is_the_nearest(reader: Lease, asked: str, first: int) -> None:
    at = open_page(places.TRACKING, page=asked)

    assert listed(at)[:1] == numbers(first)


def test_search_finds_an_order_on_any_page(reader: Lease) -> None:
    at = open_page(places.TRACKING)
    at.text_input(key="find").input("buyer 2222").run()

    assert listed(at) == numbers(2222)


def test_an_order_on_another_page_is_found_by_its_tracking_number(reader: Lease) -> None:
    at = open_page(places.TRACKING)
    at.text_input(key="find").input("tba000000002161").run()

    assert listed(at) == numbers(2161)


def test_sorting_is_of_all_orders_and_not_of_the_page(reader: Lease) -> None:
    at = open_page(places.TRACKING, sort="Oldest first")

    assert listed(at)[:2] == numbers(ORDERS - 1, ORDERS - 2)


def test_another_filter_or_order_shows_its_first_page(reader: Lease) -> None:
    at = open_page(places.TRACKING, page="3")
    at.selectbox(key="sort").set_value("Oldest first").run()

    assert listed(at)[:1] == numbers(ORDERS - 1)


def test_what_is_few_after_filtering_is_shown_whole(reader: Lease) -> None:
    at = open_page(places.TRACKING, show="Not shipping")

    assert listed(at) == numbers(*range(19, ORDERS, 20))
    assert not at.get("pagination")


def test_looking_around_builds_no_frame_and_asks_amazon_nothing(
    reader: Lease, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Orders so old would be forgotten in the background meanwhile.
    monkeypatch.setenv("MCF_KEEP_PERSONAL_DAYS", "3650")
    at = open_page(places.TRACKING)
    kept = session.service().snapshots
    kept.inventory()
    before = kept.loads.copy(), kept.orders(), kept.inventory()
    simulator.requests.clear()

    at.run()
    at.text_input(key="find").input("riverton").run()
    at.pills(key="show_groups").set_value("Delivered").run()
    at.text_input(key="find").input("").run()
    at.pills(key="show_groups").set_value(None).run()
    at.selectbox(key="sort").set_value("Recipient").run()
    at.query_params["page"] = "3"
    at.run()

    assert reader.take()
    assert (kept.loads, kept.orders(), kept.inventory()) == before
    assert kept.patches.total() == 0
    assert simulator.requests.count() == 0


def test_a_thousand_parcels_that_are_late_are_counted_and_not_all_drawn(reader: Lease) -> None:
    at = all_concerns()

    assert "more are on the pages of stock and orders" in texts(at)
    assert len(at.get("page_link")) < 250
