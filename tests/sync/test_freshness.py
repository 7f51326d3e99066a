"""What is known is asked for again when it may have changed, and seldom else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest, MCFReturnItem, MCFReturnRequest
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import ReturnItem, Status
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync import freshness
from mcf.sync.freshness import worth_listing
from mcf.sync.reader import Sync
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind
from tests.conftest import START
from tests.sync.shops import (
    DAY,
    GET,
    HOUR,
    LIST,
    MINUTE,
    STOCK,
    TRACK,
    asked,
    statuses,
    world_statuses,
)


def test_reading_again_asks_little_and_changes_nothing(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.everything()
    revisions = store.revisions()
    simulator.requests.clear()
    assert {run.state for run in sync.everything()} == {RunState.WHOLE}
    assert simulator.requests.counts() == {STOCK: 1, LIST: 1}
    runs = {"sync_runs": 0}
    assert store.revisions() | runs == revisions | runs


def test_only_an_order_that_changed_is_asked_for_again(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.orders()
    simulator.requests.clear()
    changing = next(o.id for o in simulator.world.by_number if o.status is Status.PLANNING)
    simulator.clock.step(MINUTE)
    simulator.set_status(changing, Status.CANCELLED)
    sync.orders()
    assert changing in asked(simulator, GET)
    assert statuses(store) == world_statuses(simulator)
    assert len(asked(simulator, GET)) < 4


def test_open_orders_are_asked_for_again_after_ten_minutes_and_closed_ones_never(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.orders()
    before = statuses(store)
    simulator.requests.clear()
    simulator.clock.step(11 * MINUTE)
    sync.orders()
    still_open = {i for i, s in before.items() if not FulfillmentOrderStatus.of(s).is_final}
    assert set(asked(simulator, GET)) == still_open
    assert statuses(store) == world_statuses(simulator)


def test_only_parcels_that_are_not_at_rest_are_asked_for_again(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.everything()
    moving = [
        row.package_number
        for row in store.rows(tables.tracking)
        if not PackageStatus.of(row.status).is_at_rest
    ]
    simulator.requests.clear()
    simulator.clock.step(HOUR + MINUTE)
    sync.inventory()
    run = sync.tracking()
    assert 0 < len(moving) < len(simulator.world.packages)
    assert (run.state, run.rows, simulator.requests.count(TRACK)) == (
        RunState.WHOLE,
        len(moving),
        len(moving),
    )


def asked_for(store: Store, numbers: set[int]) -> set[Any]:
    """When these parcels were last asked for."""
    rows = store.rows(tables.tracking)
    return {(row.package_number, row.tracked_at) for row in rows if row.package_number in numbers}


def test_a_parcel_that_left_weeks_ago_is_asked_for_once_a_day(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.clock.step(22 * DAY)
    sync.everything()
    old = {
        row.package_number
        for row in store.rows(tables.tracking)
        if not PackageStatus.of(row.status).is_at_rest and row.ship_date < START
    }
    first = asked_for(store, old)
    simulator.clock.step(HOUR + MINUTE)
    sync.inventory()
    sync.tracking()
    assert asked_for(store, old) == first
    simulator.clock.step(DAY)
    sync.inventory()
    sync.tracking()
    assert old
    assert asked_for(store, old).isdisjoint(first)


@pytest.fixture
def coming_back(
    simulator: Simulator, client: MCFClient, sync: Sync, request_for: MCFOrderRequest
) -> ReturnItem:
    """A unit of a shipped order that Amazon expects, as both were read."""
    client.create_fulfillment_order(request_for)
    simulator.clock.step(3 * DAY)
    (shipment, *_) = client.get_fulfillment_order("TEST-1").shipments
    unit = MCFReturnItem(
        seller_return_item_id="R-1",
        seller_fulfillment_order_item_id="1",
        amazon_shipment_id=str(shipment.amazon_shipment_id),
        return_reason_code="CR-DEFECTIVE",
    )
    client.create_fulfillment_return("TEST-1", MCFReturnRequest(items=(unit,)))
    sync.orders()
    (returned,) = simulator.world.orders["TEST-1"].returns
    return returned


def test_an_order_with_a_unit_on_its_way_back_is_read_again_every_hour(
    simulator: Simulator, sync: Sync, store: Store, coming_back: ReturnItem
) -> None:
    before = simulator.requests.count(GET)
    coming_back.status = "Processed"
    sync.orders()
    soon = simulator.requests.count(GET)
    simulator.clock.step(HOUR + MINUTE)
    sync.orders()

    assert soon == before
    (row,) = store.records(tables.returns)
    assert row["status"] == "Processed"
    told = [each for each in Chronicle(store).of("TEST-1") if each.kind is EventKind.RETURN]
    assert [(each.before, each.after) for each in told] == [("New", "Processed")]


def test_a_return_that_nobody_sends_is_asked_for_once_a_day(
    simulator: Simulator, sync: Sync, store: Store, coming_back: ReturnItem
) -> None:
    simulator.world.orders["TEST-1"].agenda.clear()
    simulator.clock.step(40 * DAY)
    sync.orders()
    read = store.row(tables.orders, seller_fulfillment_order_id="TEST-1")
    simulator.clock.step(2 * HOUR)
    sync.orders()
    soon = store.row(tables.orders, seller_fulfillment_order_id="TEST-1")
    simulator.clock.step(DAY)
    sync.orders()
    later = store.row(tables.orders, seller_fulfillment_order_id="TEST-1")

    assert read is not None
    assert later is not None
    assert soon == read
    assert later.detailed_at > read.detailed_at + DAY


def test_an_order_whose_units_have_come_back_is_not_read_again(
    simulator: Simulator, sync: Sync, store: Store, coming_back: ReturnItem
) -> None:
    coming_back.status = "Processed"
    simulator.clock.step(HOUR + MINUTE)
    sync.orders()
    read = store.row(tables.orders, seller_fulfillment_order_id="TEST-1")
    simulator.clock.step(HOUR + MINUTE)
    sync.orders()

    assert store.row(tables.orders, seller_fulfillment_order_id="TEST-1") == read


BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "listed", "since"),
    [
        ([], [BEGIN], None),
        ([BEGIN], [BEGIN], None),
        ([BEGIN, BEGIN + HOUR], [BEGIN, BEGIN + HOUR], BEGIN),
        (
            [BEGIN, BEGIN + DAY, BEGIN + DAY],
            [BEGIN, *[BEGIN + HOUR] * 90, *[BEGIN + DAY] * 2],
            BEGIN + DAY,
        ),
        ([BEGIN, BEGIN + DAY], [BEGIN, *[BEGIN + HOUR] * 90, BEGIN + DAY], None),
    ],
)
def test_a_list_is_asked_for_where_it_takes_fewer_calls_than_single_ones(
    wanted: list[datetime], listed: list[datetime], since: datetime | None
) -> None:
    assert worth_listing(wanted, listed) == since


def test_the_readings_of_all_subjects_are_those_of_each_but_for_their_gaps(
    store: Store, service: MCFService
) -> None:
    service.sync()
    now = service.now()

    told = freshness.readings(service._store, now)

    assert [(each.state, each.rows, each.message) for each in told] == [
        (one.state, one.rows, one.message) for one in map(service.freshness, Subject)
    ]
    assert {each.state for each in freshness.readings(store, now)} == {None}
