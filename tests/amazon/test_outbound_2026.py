"""Version 2026-07-04: its previews, and reading many orders, which costs pages."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon import mapping_2026, outbound_2026
from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.responses import Page
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world import engine
from mcf.simulator.world.orders import LineRequest, OrderRequest
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState
from mcf.sync.reader import Sync
from tests.amazon.versions import NEW, US, settings_of
from tests.conftest import START

TRACK = "getPackageTrackingDetails"
PAGE_SIZE = 20
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def all_pages(read: Callable[[str | None], Page[Any]]) -> list[Any]:
    pages = [read(None)]
    while pages[-1].next_token:
        pages.append(read(pages[-1].next_token))
    return [item for page in pages for item in page.items]


def test_a_preview_with_an_extra_that_the_newer_version_has_no_word_for_is_asked_of_the_older(
    newer: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    address, items = request_for.destination_address, request_for.items
    known = [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}]
    unknown = [{"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}]

    newer.get_fulfillment_preview(address, items, features=known)
    newer.get_fulfillment_preview(address, items, features=unknown)

    assert simulator.requests.count("getOrderPreview") == 1
    assert simulator.requests.count("getFulfillmentPreview") == 1


OFFER = {
    "fulfillmentConfiguration": {"serviceLevel": {"serviceTier": "STANDARD"}},
    "estimatedPrice": {
        "rollupPrices": [{"type": "Fee", "value": {"currencyCode": "USD", "amount": "4.25"}}],
        "totalPrice": {"currencyCode": "USD", "amount": "4.25"},
    },
}
PRICES = [{"type": "Fee", "value": {"currencyCode": "USD", "amount": "4.25"}}]
PLANNED = {
    "items": [{"productIdentifier": {"amazonSku": "A"}, "amount": {"value": "1.0"}}],
    "offers": [OFFER],
}


@pytest.mark.parametrize(
    ("planned", "fulfillable", "fee"),
    [
        ([PLANNED, PLANNED], True, "8.50"),
        ([PLANNED, {**PLANNED, "offers": []}], False, None),
        ([PLANNED, {**PLANNED, "offers": [{**OFFER, "estimatedPrice": None}]}], True, None),
        (
            [PLANNED, {**PLANNED, "offers": [{**OFFER, "estimatedPrice": {"rollupPrices": []}}]}],
            True,
            None,
        ),
    ],
)
def test_a_speed_needs_an_offer_for_every_planned_shipment_and_costs_their_sum(
    request_for: MCFOrderRequest, planned: list[Any], fulfillable: bool, fee: str | None
) -> None:
    answer = {"plannedShipments": planned}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert found.is_fulfillable is fulfillable
    assert (found.total_fee and found.total_fee.value) == fee


@pytest.mark.parametrize(
    "planned", [None, "x", {"items": [], "offers": [{}]}, {**PLANNED, "offers": "none"}]
)
def test_a_planned_shipment_that_cannot_be_read_is_none_that_can_be_ordered(
    request_for: MCFOrderRequest, planned: object
) -> None:
    answer = {"plannedShipments": [PLANNED, planned]}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert not found.is_fulfillable
    assert found.total_fee is None


@pytest.mark.parametrize(
    "price",
    [
        None,
        {"rollupPrices": None},
        {"rollupPrices": []},
        {"rollupPrices": [*PRICES, None]},
        {"rollupPrices": [*PRICES, {"type": "TAX", "value": {"currencyCode": "USD"}}]},
        {"rollupPrices": [*PRICES, {"type": "TAX", "value": {"amount": "1.00"}}]},
        {"rollupPrices": [*PRICES, {"value": {"currencyCode": "USD", "amount": "NaN"}}]},
        {"rollupPrices": [*PRICES, {"value": {"currencyCode": "USD", "amount": 1.5}}]},
    ],
)
def test_a_price_that_cannot_be_read_leaves_the_total_unknown_and_never_smaller(
    request_for: MCFOrderRequest, price: object
) -> None:
    answer = {"plannedShipments": [{**PLANNED, "offers": [{**OFFER, "estimatedPrice": price}]}]}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert found.is_fulfillable
    assert found.total_fee is None


@pytest.mark.parametrize("constraints", ["none", {}, [None], [{"details": "all"}]])
def test_a_constraint_that_cannot_be_read_stands_in_the_way_of_every_speed(
    request_for: MCFOrderRequest, constraints: object
) -> None:
    answer = {"plannedShipments": [PLANNED], "constraints": constraints}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert not found.is_fulfillable


def with_open_orders(simulator: Simulator, count: int) -> int:
    """How many pages Amazon's orders fill once there are so many open ones more."""
    first = simulator.world.by_number[0].request
    sku = first.lines[0].sku
    simulator.world.stocks[US][sku].add(count)
    for number in range(count):
        lines = (LineRequest(sku, "1", 1),)
        engine.place(
            simulator.world,
            OrderRequest(f"OPEN-{number:04}", US, first.address, lines, f"#{number}"),
        )
    return math.ceil(len(simulator.world.orders) / PAGE_SIZE)


@pytest.mark.no_cover
class TestManyOrders:
    """With 2026-07-04 only."""

    @pytest.fixture
    def sync(self, newer: MCFClient, store: Store) -> Sync:
        return Sync(newer, store)

    def test_a_thousand_open_orders_cost_pages(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        pages = with_open_orders(simulator, 1000)

        sync.orders()
        sync.tracking()

        assert simulator.requests.counts() == {"token": 1, "listOrders": pages}
        assert len(store.rows(tables.orders)) == 1024

    def test_parcels_under_way_are_read_again_by_pages(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        pages = with_open_orders(simulator, 200)
        sync.orders()
        simulator.clock.step(2 * DAY)
        sync.orders()
        simulator.requests.clear()

        simulator.clock.step(2 * HOUR)
        sync.orders()
        sync.tracking()

        asked = simulator.requests.counts()
        assert asked["listOrders"] <= 2 * pages
        assert asked.get("getOrder", 0) < 20
        assert asked.get(TRACK, 0) == 0
        assert {row.package_number for row in store.rows(tables.tracking)} == set(
            simulator.world.packages
        )

    def test_few_old_orders_are_asked_for_by_number(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        sync.orders()
        stuck = simulator.world.by_number[0]
        store.change(
            tables.orders,
            {"seller_fulfillment_order_id": stuck.id},
            {"detailed_status_date": None},
        )
        simulator.requests.clear()

        sync.orders()

        assert simulator.requests.counts() == {"listOrders": 1, "getOrder": 1}

    def test_a_full_read_costs_one_listing(self, simulator: Simulator, sync: Sync) -> None:
        pages = with_open_orders(simulator, 200)
        sync.orders()
        simulator.requests.clear()

        sync.orders(full=True)
        sync.tracking(full=True)

        assert simulator.requests.counts() == {"listOrders": pages}

    def test_pages_that_move_are_read_again(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        with_open_orders(simulator, 200)
        simulator.faults.add(faults.RowsTwice(times=1))

        run = sync.orders()

        assert run.state is RunState.WHOLE
        assert len(store.rows(tables.orders)) == len(simulator.world.orders)

    def test_events_that_were_read_stay_when_a_list_tells_of_the_parcel_again(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        number, (order, _, _) = next(iter(simulator.world.packages.items()))

        sync.events(sync.order(order.id))
        read = store.row(tables.tracking, package_number=number)
        sync.orders(full=True)

        row = store.row(tables.tracking, package_number=number)
        assert read is not None
        assert row is not None
        assert read.raw["trackingEvents"]
        assert row.raw["trackingEvents"] == read.raw["trackingEvents"]
        assert row.delivered_at == read.delivered_at
        assert simulator.requests.count(TRACK) == len(
            [box for shipment in order.shipments for box in shipment.packages]
        )


def test_a_parcel_that_tracking_does_not_know_yet_keeps_what_its_order_tells(
    newer: MCFClient, simulator: Simulator, store: Store
) -> None:
    sync = Sync(newer, store)
    number, (order, _, _) = next(iter(simulator.world.packages.items()))
    simulator.faults.add(faults.NotFound(operations=[TRACK]))

    detail = sync.order(order.id)
    sync.events(detail)

    row = store.row(tables.tracking, package_number=number)
    assert row is not None
    assert row.status == mapping_2026.trackings(detail)[0].current_status
    assert "trackingEvents" not in row.raw


def test_refreshing_an_order_reads_the_events_of_its_parcels(
    simulator: Simulator, tmp_path: Path
) -> None:
    order_id = next(iter(simulator.world.packages.values()))[0].id
    with MCFService(settings_of(simulator, tmp_path, NEW)) as service:
        service.tracking.refresh(order_id)

        view = service.tracking.views.order(order_id)

    assert view is not None
    assert len(view.events) > 0


def test_what_is_listed_is_what_is_read(newer: MCFClient) -> None:
    listed = all_pages(lambda token: newer.list_order_details(next_token=token))

    assert newer.lists_details
    assert len(listed) == 24
    assert listed[7] == newer.get_fulfillment_order(
        listed[7].fulfillment_order.seller_fulfillment_order_id
    )


def test_heads_are_listed_since_a_time(newer: MCFClient, simulator: Simulator) -> None:
    heads = newer.list_all_fulfillment_orders(query_start_date=START - DAY).items

    assert {head.seller_fulfillment_order_id for head in heads} == {
        order.id for order in simulator.world.by_number if order.status_updated >= START - DAY
    }
