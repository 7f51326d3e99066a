"""Pages are read to the end, again where a token expired or rows moved, and never in a circle."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mcf.errors import PageTokenExpired, UnexpectedAnswer
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import PageExpired, RowsTwice
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState
from mcf.sync.progress import Run
from mcf.sync.reader import Sync
from tests.loopback import Reply, loopback
from tests.sync.shops import (
    LIST,
    STOCK,
    Seconds,
    client_of,
    once,
    statuses,
    stock_page,
    unsold,
    world_statuses,
)


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


def test_the_list_of_orders_begins_again_when_its_page_token_expired(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(PageExpired(operations=[LIST], times=1))
    assert sync.orders().state is RunState.WHOLE
    assert simulator.requests.count(LIST) == 2 + 2
    assert statuses(store) == world_statuses(simulator)


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
