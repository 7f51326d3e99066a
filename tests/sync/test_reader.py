"""What is read is what Amazon has; little is asked twice, and a failure deletes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import NotFound, ServiceUnavailable
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RowsMissing, Truncated, Unavailable
from mcf.simulator.world.orders import Status
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync.progress import Progress
from mcf.sync.reader import Sync
from tests.conftest import START
from tests.loopback import loopback
from tests.sync.shops import (
    DAY,
    GET,
    LIST,
    MINUTE,
    STOCK,
    TRACK,
    US,
    asked,
    client_of,
    once,
    statuses,
    stock_page,
    unsold,
    world_statuses,
)


def test_the_stock_in_the_store_is_amazons(sync: Sync, store: Store, simulator: Simulator) -> None:
    assert sync.inventory().state is RunState.WHOLE
    told = {
        row.seller_sku: (
            row.fulfillable_quantity,
            row.reserved_quantity,
            row.pending_customer_order_quantity,
            row.researching_quantity,
            row.unfulfillable_quantity,
            row.total_quantity,
            row.product_name,
        )
        for row in store.rows(tables.inventory)
    }
    assert told == {
        sku: (
            stock.fulfillable,
            stock.reserved,
            stock.customer_orders,
            sum(stock.researching),
            stock.unfulfillable,
            stock.total(),
            stock.product.name,
        )
        for sku, stock in simulator.world.stocks[US].items()
    }


def test_everything_is_stock_then_orders_then_parcels(sync: Sync, simulator: Simulator) -> None:
    runs = sync.everything()
    assert [(run.subject, run.state, run.error) for run in runs] == [
        (Subject.INVENTORY, RunState.WHOLE, None),
        (Subject.ORDERS, RunState.WHOLE, None),
        (Subject.TRACKING, RunState.WHOLE, None),
    ]
    assert simulator.requests.counts() == {
        "token": 1,
        STOCK: 1,
        LIST: 2,
        GET: 24,
        TRACK: len(simulator.world.packages),
    }


def test_a_full_read_asks_for_every_order_and_parcel(sync: Sync, simulator: Simulator) -> None:
    sync.everything()
    simulator.requests.clear()
    sync.everything(full=True)
    assert simulator.requests.count(GET) == 24
    assert simulator.requests.count(TRACK) == len(simulator.world.packages)


@pytest.fixture
def elsewhere(
    sync: Sync, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    """After a whole read another program sends TEST-1; two days later SHOP-1005 is cancelled."""
    sync.orders()
    client.create_fulfillment_order(request_for)
    simulator.clock.step(2 * DAY)
    simulator.set_status("SHOP-1005", Status.CANCELLED)


def test_an_order_read_alone_does_not_hide_what_came_before_it(
    elsewhere: None, sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.order("SHOP-1005")
    sync.orders()
    assert statuses(store) == world_statuses(simulator)


def test_orders_of_a_page_that_failed_are_listed_the_next_time(
    elsewhere: None, sync: Sync, store: Store, simulator: Simulator
) -> None:
    down = Unavailable(operations=[LIST])
    failed = sync.orders(once(lambda: simulator.faults.add(down)), full=True)
    simulator.faults.clear()
    assert failed.state is RunState.PARTIAL
    assert "TEST-1" not in statuses(store)
    sync.orders()
    assert statuses(store) == world_statuses(simulator)


def test_an_order_that_amazon_does_not_know_is_told(sync: Sync, store: Store) -> None:
    with pytest.raises(NotFound):
        sync.order("NO-SUCH-ORDER")
    assert statuses(store) == {}


def test_an_order_that_cannot_be_read_does_not_keep_the_others_from_being_read(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    ghost = {
        "seller_fulfillment_order_id": "GHOST",
        "displayable_order_id": "GHOST",
        "status": "Received",
        "received_date": START + DAY,
        "status_updated_date": START,
        "raw": {},
    }
    store.save(tables.orders, [ghost])
    run = sync.orders()
    assert (run.state, run.rows) == (RunState.PARTIAL, 24 + 24)
    assert run.error is not None
    assert run.error.message.startswith("Amazon doesn't tell order GHOST. Requested order 'GHOST'")
    assert run.older == {"order": ["GHOST"]}
    assert "GHOST" in asked(simulator, GET)
    details = {row.seller_fulfillment_order_id for row in store.rows(tables.order_items)}
    assert details == set(world_statuses(simulator))


def test_a_parcel_that_tracking_does_not_know_yet_is_asked_for_again(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    box = {
        "seller_fulfillment_order_id": "SHOP-1002",
        "amazon_shipment_id": "S1",
        "package_number": 99,
        "units": 1,
        "contents": "",
        "raw": {},
    }
    store.save(tables.packages, [box])
    first, second = sync.tracking(), sync.tracking()
    assert [(run.state, run.steps, run.rows) for run in (first, second)] == [
        (RunState.WHOLE, 1, 0)
    ] * 2
    assert store.rows(tables.tracking) == []


def test_a_large_stock_is_read_page_by_page(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    seen: list[Progress] = []
    run = large_sync.inventory(seen.append)
    assert (run.state, run.steps, run.rows) == (RunState.WHOLE, 3, 120)
    assert [(at.done, at.rows, at.total) for at in seen] == [
        (1, 50, None),
        (2, 100, None),
        (3, 120, None),
    ]
    assert [row.seller_sku for row in store.rows(tables.inventory)] == sorted(
        large.world.stocks[US]
    )


def test_a_sku_that_amazon_no_longer_lists_goes_with_the_next_whole_read(
    large_sync: Sync, store: Store
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    large_sync.inventory()
    assert store.row(tables.inventory, seller_sku="GONE") is None


def test_a_read_that_fails_on_its_second_page_keeps_the_first_and_deletes_nothing(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    down = Unavailable(operations=[STOCK])
    run = large_sync.inventory(once(lambda: large.faults.add(down)))
    assert (run.state, run.steps, run.rows) == (RunState.PARTIAL, 1, 50)
    assert isinstance(run.error, ServiceUnavailable)
    assert len(store.rows(tables.inventory)) == 51


def test_a_read_that_fails_at_once_has_failed(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    store.save(tables.inventory, [unsold("OLD")])
    large.faults.add(Unavailable(operations=[STOCK]))
    run = large_sync.inventory()
    assert (run.state, run.rows) == (RunState.FAILED, 0)
    assert [row.seller_sku for row in store.rows(tables.inventory)] == ["OLD"]


def test_a_stumble_of_amazons_is_not_even_seen(large_sync: Sync, large: Simulator) -> None:
    large.faults.add(Unavailable(operations=[STOCK], nth=2))
    assert large_sync.inventory().state is RunState.WHOLE


def test_skus_missing_from_a_page_are_asked_for_by_name_and_kept(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    large_sync.inventory()
    store.save(tables.inventory, [unsold("GONE"), unsold("GONE, TOO")])
    large.faults.add(RowsMissing(operations=[STOCK]))
    large.requests.clear()
    run = large_sync.inventory(full=True)
    assert run.state is RunState.WHOLE
    assert run.note == "2 SKUs were missing from Amazon's pages, and asked for by name."
    assert large.requests.count(STOCK) == 3 + 2
    assert [row.seller_sku for row in store.rows(tables.inventory)] == sorted(
        large.world.stocks[US]
    )


def test_a_sku_with_a_comma_is_asked_for_alone_and_not_taken_for_two(
    settings: Settings, store: Store
) -> None:
    both = [{"sellerSku": "A,B", "totalQuantity": 1}]
    store.save(tables.inventory, [unsold(sku) for sku in ("A", "A,B", "B")])
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [stock_page([]), stock_page(both), stock_page([])]
        run = Sync(client, store).inventory()
    asked_by_name = [
        (call.query.get("sellerSku"), call.query.get("sellerSkus")) for call in amazon.calls[1:]
    ]
    assert run.state is RunState.WHOLE
    assert asked_by_name == [("A,B", None), (None, "A,B")]
    assert [row.seller_sku for row in store.rows(tables.inventory)] == ["A,B"]


def test_skus_that_cannot_be_asked_for_by_name_are_not_deleted(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    large_sync.inventory()
    store.save(tables.inventory, [unsold("GONE")])
    down = Unavailable(operations=[STOCK])
    run = large_sync.inventory(once(lambda: large.faults.add(down), after=3), full=True)
    assert (run.state, run.rows) == (RunState.PARTIAL, 120)
    assert store.row(tables.inventory, seller_sku="GONE") is not None


def test_details_that_fail_leave_the_listing_and_are_read_the_next_time(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    down = simulator.faults.add(Unavailable(operations=[GET]))
    run = sync.orders()
    assert (run.state, run.rows) == (RunState.PARTIAL, 24)
    assert statuses(store) == world_statuses(simulator)
    simulator.faults.remove(down)
    simulator.requests.clear()
    assert sync.orders().state is RunState.WHOLE
    assert simulator.requests.counts() == {LIST: 1, GET: 24}


def test_a_run_is_noted_while_it_runs_and_when_it_ended(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    during: list[Any] = []
    sync.inventory(lambda _: during.append(store.row(tables.sync_runs, subject="inventory")))
    after = store.row(tables.sync_runs, subject="inventory")
    assert after is not None
    assert (during[0].state, during[0].finished_at, during[0].whole_at) == ("running", None, None)
    assert (after.state, after.pages, after.rows) == ("whole", 1, 12)
    assert after.whole_at == after.started_at <= after.finished_at


def test_a_failure_is_noted_with_advice_and_does_not_hide_the_last_whole_read(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.inventory()
    whole = store.row(tables.sync_runs, subject="inventory")
    simulator.faults.add(Unavailable(operations=[STOCK]))
    sync.inventory()
    failed = store.row(tables.sync_runs, subject="inventory")
    assert whole is not None
    assert failed is not None
    assert (failed.state, failed.whole_at) == ("failed", whole.whole_at)
    assert "503" in failed.message
    assert failed.advice == ServiceUnavailable("").advice
    simulator.faults.clear()
    sync.inventory()
    healed = store.row(tables.sync_runs, subject="inventory")
    assert healed is not None
    assert (healed.state, healed.message, healed.advice) == ("whole", None, None)


def test_time_is_amazons_as_soon_as_amazon_has_answered(sync: Sync) -> None:
    sync.inventory()
    assert abs(sync.amazon_now() - START) < MINUTE


def test_one_order_that_cannot_be_read_does_not_keep_the_others_from_it(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(Truncated(operations=["getFulfillmentOrder"], times=6))

    run = sync.orders()

    assert run.state is RunState.PARTIAL
    assert run.error is not None
    missing = [row for row in store.rows(tables.orders) if row.detailed_at is None]
    assert len(missing) == 1
