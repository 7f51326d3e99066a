"""What is read is what Amazon has; little is asked twice, and a failure deletes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest, MCFReturnItem, MCFReturnRequest
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.amazon.throttle import OwnTurns, Pace
from mcf.errors import NotFound, PageTokenExpired, ServiceUnavailable, Stopped, UnexpectedAnswer
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import PageExpired, RowsMissing, RowsTwice, Truncated, Unavailable
from mcf.simulator.orders import ReturnItem, Status
from mcf.store import records, tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync.progress import Progress, Run
from mcf.sync.reader import Sync
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind
from tests.clocks import Time
from tests.conftest import START, unhurried
from tests.loopback import Loopback, Reply, loopback

US = "ATVPDKIKX0DER"
LIST, GET = "listAllFulfillmentOrders", "getFulfillmentOrder"
TRACK, STOCK = "getPackageTrackingDetails", "getInventorySummaries"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def sync(client: MCFClient, store: Store) -> Sync:
    """Reads the small shop into an empty store."""
    return Sync(client, store)


class Seconds:
    """A timer that goes only when it's told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """What the large shop measures the life of page tokens by."""
    return Seconds()


@pytest.fixture
def large(seconds: Seconds) -> Iterator[Simulator]:
    """A shop of three pages of SKUs and no orders."""
    with Simulator(
        skus=120, orders=0, start=START, frozen=True, throttle=False, timer=seconds
    ) as amazon:
        yield amazon


@pytest.fixture
def large_client(large: Simulator) -> Iterator[MCFClient]:
    """What calls the large shop."""
    environ = {"AMAZON_SP_API_ENDPOINT": large.endpoint}
    with MCFClient(
        Settings.from_env(environ, dotenv=None), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


@pytest.fixture
def large_sync(large_client: MCFClient, store: Store) -> Sync:
    """Reads the large shop."""
    return Sync(large_client, store)


def asked(simulator: Simulator, operation: str) -> list[str]:
    """The last parts of the paths of an operation's calls."""
    entries = simulator.requests.entries()
    return sorted(e.path.rpartition("/")[2] for e in entries if e.operation == operation)


def once(act: Callable[[], Any], after: int = 1) -> Callable[[Progress], None]:
    """Does something when so many calls have been reported."""
    left = [act]

    def report(at: Progress) -> None:
        if left and at.done == after:
            left.pop()()

    return report


def statuses(store: Store) -> dict[str, str]:
    return {row.seller_fulfillment_order_id: row.status for row in store.rows(tables.orders)}


def world_statuses(simulator: Simulator) -> dict[str, str]:
    return {order.id: order.status.value for order in simulator.world.by_number}


def unsold(sku: str) -> dict[str, Any]:
    return {"seller_sku": sku, **dict.fromkeys(records.QUANTITIES, 1), "raw": {}}


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


def test_the_orders_in_the_store_are_amazons(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    assert sync.orders().state is RunState.WHOLE
    assert statuses(store) == world_statuses(simulator)
    lines = {
        (row.seller_fulfillment_order_id, row.seller_fulfillment_order_item_id): (
            row.seller_sku,
            row.quantity,
            row.cancelled_quantity,
            row.unfulfillable_quantity,
        )
        for row in store.rows(tables.order_items)
    }
    assert lines == {
        (order.id, line.item_id): (line.sku, line.quantity, line.cancelled, line.unfulfillable)
        for order in simulator.world.by_number
        for line in order.lines
    }


def test_the_shipments_and_parcels_in_the_store_are_amazons(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.everything()
    world = simulator.world
    assert {(r.amazon_shipment_id, r.status) for r in store.rows(tables.shipments)} == {
        (shipment.id, shipment.status.value)
        for order in world.by_number
        for shipment in order.shipments
    }
    parcels = {r.package_number: r.tracking_number for r in store.rows(tables.packages)}
    assert parcels == {
        number: box.tracking_number for number, (_, _, box) in world.packages.items()
    }
    assert {row.package_number for row in store.rows(tables.tracking)} == set(world.packages)


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


def test_a_listing_does_not_take_away_what_only_the_detail_tells(sync: Sync, store: Store) -> None:
    sync.orders()
    sync.orders()
    actions = {row.raw.get("fulfillmentAction") for row in store.rows(tables.orders)}
    assert actions == {"Ship", "Hold"}


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


def test_an_order_read_alone_is_given_back_and_stored(sync: Sync, store: Store) -> None:
    detail = sync.order("SHOP-1002")
    assert detail.fulfillment_order.seller_fulfillment_order_id == "SHOP-1002"
    assert statuses(store) == {"SHOP-1002": "Complete"}
    assert len(store.rows(tables.packages)) == sum(len(s.packages) for s in detail.shipments)


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
    assert (run.state, run.rows) == (RunState.WHOLE, 24 + 24)
    assert "GHOST" in asked(simulator, GET)
    details = {row.seller_fulfillment_order_id for row in store.rows(tables.order_items)}
    assert details == set(world_statuses(simulator))


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


def test_a_large_stock_read_again_in_full_is_counted_against_its_pages(large_sync: Sync) -> None:
    seen: list[Progress] = []
    large_sync.inventory()
    large_sync.inventory(seen.append, full=True)
    assert [(at.done, at.rows, at.total) for at in seen] == [
        (0, 0, 3),
        (1, 50, 3),
        (2, 100, 3),
        (3, 120, 3),
    ]


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


def test_a_read_that_is_stopped_keeps_what_it_has_and_deletes_nothing(
    large_client: MCFClient, store: Store, large: Simulator
) -> None:
    stop = Event()
    store.save(tables.inventory, [unsold("GONE")])
    run = Sync(large_client, store, stop).inventory(once(stop.set))
    assert (run.state, run.steps, run.error) == (RunState.STOPPED, 1, None)
    assert len(store.rows(tables.inventory)) == 51
    assert large.requests.count(STOCK) == 1


def test_reads_end_at_once_when_they_are_to_stop(
    client: MCFClient, store: Store, simulator: Simulator
) -> None:
    stop = Event()
    stop.set()
    runs = Sync(client, store, stop).everything()
    assert {run.state for run in runs} == {RunState.STOPPED}
    assert simulator.requests.count(GET) == 0


def test_a_page_token_that_expired_begins_the_listing_again(
    large_sync: Sync, store: Store, large: Simulator, seconds: Seconds
) -> None:
    def wait() -> None:
        seconds.now += 31

    run = large_sync.inventory(once(wait))
    assert run.state is RunState.WHOLE
    assert large.requests.count(STOCK) == 1 + 1 + 3
    assert len(store.rows(tables.inventory)) == 120


@pytest.mark.parametrize(("times", "state"), [(3, RunState.WHOLE), (4, RunState.PARTIAL)])
def test_a_listing_is_begun_again_three_times(
    large_sync: Sync, large: Simulator, times: int, state: RunState
) -> None:
    large.faults.add(PageExpired(operations=[STOCK], times=times))
    run = large_sync.inventory()
    assert run.state is state
    assert isinstance(run.error, PageTokenExpired) == (state is RunState.PARTIAL)


def test_rows_that_came_twice_are_read_again_and_told(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    large.faults.add(RowsTwice(operations=[STOCK], times=1))
    run = large_sync.inventory()
    assert run.state is RunState.WHOLE
    assert run.note == "Rows came twice on Amazon's pages, so they were read again."
    assert large.requests.count(STOCK) == 3 + 3
    assert len(store.rows(tables.inventory)) == 120


@pytest.mark.parametrize("expired", [[], [1], [2], [1, 2], [2, 3], [2, 4]])
def test_pages_that_never_stand_still_make_a_read_partial_and_nothing_is_deleted(
    large_sync: Sync, store: Store, large: Simulator, expired: list[int]
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    large.faults.add(RowsTwice(operations=[STOCK]))
    [large.faults.add(PageExpired(operations=[STOCK], nth=nth)) for nth in expired]
    run = large_sync.inventory()
    assert run.state is RunState.PARTIAL
    assert isinstance(run.error, UnexpectedAnswer)
    assert "others may be missing" in run.error.message
    assert len(store.rows(tables.inventory)) == 121


def test_orders_that_came_twice_are_read_again(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(RowsTwice(operations=[LIST], times=1))
    run = sync.orders()
    assert (run.state, simulator.requests.count(LIST)) == (RunState.WHOLE, 2 + 2)
    assert "read again" in (run.note or "")


def test_orders_whose_pages_never_stand_still_are_listed_anew_the_next_time(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    moving = simulator.faults.add(RowsTwice(operations=[LIST]))
    assert sync.orders().state is RunState.PARTIAL
    run = store.row(tables.sync_runs, subject="orders")
    assert run is not None
    assert (run.known_until, run.whole_at) == (None, None)
    simulator.faults.remove(moving)
    assert sync.orders().state is RunState.WHOLE
    assert statuses(store) == world_statuses(simulator)


def test_skus_missing_from_a_page_are_asked_for_by_name_and_kept(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    large_sync.inventory()
    store.save(tables.inventory, [unsold("GONE"), unsold("GONE, TOO")])
    large.faults.add(RowsMissing(operations=[STOCK]))
    large.requests.clear()
    run = large_sync.inventory(full=True)
    assert run.state is RunState.WHOLE
    assert run.note == "2 SKUs were missing from Amazon's pages and were asked for by name."
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


def test_the_list_of_orders_begins_again_when_its_page_token_expired(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(PageExpired(operations=[LIST], times=1))
    assert sync.orders().state is RunState.WHOLE
    assert simulator.requests.count(LIST) == 2 + 2
    assert statuses(store) == world_statuses(simulator)


def client_of(amazon: Loopback, settings: Settings) -> MCFClient:
    there = replace(
        settings, endpoint=amazon.endpoint, lwa_endpoint=f"{amazon.endpoint}/auth/o2/token"
    )
    return MCFClient(there, pace=unhurried(), sleep=lambda _: None)


def stock_page(summaries: list[dict[str, Any]], token: str | None = None) -> Reply:
    page = {"payload": {"inventorySummaries": summaries}, "pagination": {"nextToken": token}}
    return Reply(body=json.dumps(page).encode())


@pytest.mark.parametrize(
    ("read", "page"),
    [
        (Sync.inventory, stock_page([], "again")),
        (
            Sync.orders,
            Reply(body=b'{"payload": {"fulfillmentOrders": [], "nextToken": "again"}}'),
        ),
    ],
)
def test_a_page_token_that_comes_twice_does_not_send_the_read_in_a_circle(
    settings: Settings, store: Store, read: Callable[[Sync], Run], page: Reply
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [page]
        run = read(Sync(client, store))
    assert run.state is not RunState.WHOLE
    assert run.error is not None
    assert "a page token came twice" in run.error.message
    assert len(amazon.calls) == 2
    assert len(store.rows(tables.inventory)) == 1


def closing(_: float) -> None:
    raise Stopped("The program is closing.")


def test_a_read_that_waits_for_the_plan_when_the_program_closes_is_stopped(
    settings: Settings, store: Store, large: Simulator
) -> None:
    there = replace(settings, endpoint=large.endpoint, lwa_endpoint=large.lwa_endpoint)
    store.save(tables.inventory, [unsold("GONE")])
    pace = Pace(OwnTurns(Time().clock), closing)
    with MCFClient(there, pace=pace, sleep=closing) as client:
        client.get_inventory_summaries()
        run = Sync(client, store).inventory()
    noted = store.row(tables.sync_runs, subject="inventory")
    assert (run.state, run.error) == (RunState.STOPPED, None)
    assert noted is not None
    assert (noted.state, noted.whole_at) == ("stopped", None)
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


def test_details_are_counted_against_how_many_are_needed(sync: Sync) -> None:
    seen: list[Progress] = []
    sync.orders(seen.append)
    totals = Counter(at.total for at in seen)
    assert totals == {None: 2, 2 + 24: 1 + 24}
    assert seen[-1].done == 2 + 24


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


def test_a_list_whose_next_page_cannot_be_asked_for_is_not_taken_for_whole(
    store: Store, settings: Settings
) -> None:
    page = {"payload": {"inventorySummaries": []}, "pagination": {"nextToken": 5}}
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [Reply(body=json.dumps(page).encode())]
        run = Sync(client, store).inventory()

    assert run.state is RunState.FAILED
    assert run.error is not None
    assert "goes on, but doesn't say readably where" in run.error.message


def test_one_order_that_cannot_be_read_does_not_keep_the_others_from_it(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(Truncated(operations=["getFulfillmentOrder"], times=6))

    run = sync.orders()

    assert run.state is RunState.PARTIAL
    assert run.error is not None
    missing = [row for row in store.rows(tables.orders) if row.detailed_at is None]
    assert len(missing) == 1


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
