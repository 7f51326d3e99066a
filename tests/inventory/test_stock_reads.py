"""Stock is read by what changed, in full now and then; a read that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mcf.amazon import inventory_pages
from mcf.amazon.client import MCFClient
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Mode, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import Unavailable
from mcf.simulator.world.stock import Stock
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync.freshness import FULL_EVERY
from mcf.sync.progress import Progress
from mcf.sync.reader import OVERLAP, Sync
from tests.conftest import START, unhurried
from tests.databases import US
from tests.loopback import Reply, loopback
from tests.shops import Servers

STOCK, LIST = "getInventorySummaries", "listAllFulfillmentOrders"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Seconds:
    """A timer that goes only when it's told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """What the shop measures the life of page tokens by."""
    return Seconds()


@pytest.fixture
def large(servers: Servers, seconds: Seconds) -> Iterator[Simulator]:
    """A shop of three pages of SKUs and no orders."""
    with servers.shop(
        skus=120, orders=0, start=START, frozen=True, throttle=False, timer=seconds
    ) as amazon:
        yield amazon


@pytest.fixture
def large_client(large: Simulator) -> Iterator[MCFClient]:
    """What calls the large shop."""
    settings = Settings.from_env({"AMAZON_SP_API_ENDPOINT": large.endpoint}, dotenv=None)
    with MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as client:
        yield client


@pytest.fixture
def sync(large_client: MCFClient, store: Store) -> Sync:
    """Reads the large shop."""
    return Sync(large_client, store)


def unsold(sku: str) -> dict[str, Any]:
    return {"seller_sku": sku, **dict.fromkeys(inventory_pages.QUANTITIES, 1), "raw": {}}


def known(store: Store, sku: str, column: str = "fulfillable_quantity") -> Any:
    return getattr(store.row(tables.inventory, seller_sku=sku), column)


def some_stock(amazon: Simulator) -> Stock:
    return amazon.world.stocks[US][min(amazon.world.stocks[US])]


def after(calls: int, act: Callable[[], object]) -> Callable[[Progress], None]:
    """Does something when so many calls have been reported."""

    def report(at: Progress) -> None:
        if at.done == calls:
            act()

    return report


def calls_of(amazon: Simulator, read: Callable[[], Any]) -> int:
    """How many calls for stock the read took."""
    amazon.requests.clear()
    assert read().state is RunState.WHOLE
    return amazon.requests.count(STOCK)


def test_after_a_full_read_the_next_one_is_a_single_call(sync: Sync, large: Simulator) -> None:
    assert calls_of(large, sync.inventory) == 3
    large.clock.step(2 * HOUR)
    assert calls_of(large, sync.inventory) == 1


def test_a_read_of_everything_costs_two_calls_when_nothing_happened(
    settings: Settings, simulator: Simulator
) -> None:
    with MCFService(settings) as service:
        service.sync()
        simulator.requests.clear()
        runs = service.sync()
    assert {run.state for run in runs} == {RunState.WHOLE}
    assert simulator.requests.counts() == {STOCK: 1, LIST: 1}


def test_only_what_changed_since_an_hour_before_the_last_read_is_asked_for(
    settings: Settings, store: Store
) -> None:
    page = Reply(body=json.dumps({"payload": {"inventorySummaries": []}}).encode())
    with loopback() as amazon:
        amazon.replies = [page]
        there = replace(
            settings, endpoint=amazon.endpoint, lwa_endpoint=f"{amazon.endpoint}/auth/o2/token"
        )
        with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
            sync = Sync(client, store)
            begun = datetime.now(UTC)
            sync.inventory()
            sync.inventory()
    first, second = amazon.calls
    assert "startDateTime" not in first.query
    since = datetime.fromisoformat(second.query["startDateTime"])
    assert begun - OVERLAP - MINUTE < since <= datetime.now(UTC) - OVERLAP


def test_a_change_of_what_can_ship_is_seen_by_a_read_of_changes(
    sync: Sync, store: Store, large: Simulator
) -> None:
    sync.inventory()
    large.clock.step(2 * HOUR)
    stock = some_stock(large)
    stock.add(1000)
    large.world.touch(stock)
    assert calls_of(large, sync.inventory) == 1
    assert known(store, stock.product.seller_sku) == stock.fulfillable
    assert len(store.rows(tables.inventory)) == 120


def test_a_change_of_what_is_inbound_is_seen_by_a_full_read_only(
    sync: Sync, store: Store, large: Simulator
) -> None:
    large.clock.step(2 * HOUR)
    sync.inventory()
    stock = some_stock(large)
    sku, before = stock.product.seller_sku, stock.inbound_working
    stock.updated = START - timedelta(days=30)
    stock.announce(1000)
    large.world.note(stock)
    sync.inventory()
    assert known(store, sku, "inbound_working_quantity") == before
    sync.inventory(full=True)
    assert known(store, sku, "inbound_working_quantity") == before + 1000


def test_all_is_read_again_when_it_is_asked_for(sync: Sync, large: Simulator) -> None:
    sync.inventory()
    assert calls_of(large, lambda: sync.inventory(full=True)) == 3


def full_at(store: Store) -> datetime:
    run = store.row(tables.sync_runs, subject="inventory")
    assert run is not None
    return run.full_at


def test_all_is_read_again_when_the_last_full_read_is_too_old(
    sync: Sync, large: Simulator, store: Store
) -> None:
    sync.inventory()
    first = full_at(store)
    large.clock.step(FULL_EVERY - MINUTE)
    sync.inventory()
    assert full_at(store) == first
    large.clock.step(2 * MINUTE)
    sync.inventory()
    # What time it is at Amazon was told by the answers of the read before.
    sync.inventory()
    assert full_at(store) - first > FULL_EVERY


def test_a_read_of_changes_deletes_nothing(sync: Sync, store: Store) -> None:
    sync.inventory()
    store.save(tables.inventory, [unsold("GONE")])
    assert sync.inventory().state is RunState.WHOLE
    assert store.row(tables.inventory, seller_sku="GONE") is not None
    assert sync.inventory(full=True).state is RunState.WHOLE
    assert store.row(tables.inventory, seller_sku="GONE") is None


def test_a_read_of_changes_that_failed_is_made_good_by_the_next(
    sync: Sync, store: Store, large: Simulator
) -> None:
    sync.inventory()
    large.clock.step(2 * HOUR)
    stock = some_stock(large)
    stock.add(1000)
    large.world.touch(stock)
    down = large.faults.add(Unavailable(operations=[STOCK]))
    assert sync.inventory().state is RunState.FAILED
    large.faults.remove(down)
    large.clock.step(2 * HOUR)
    sync.inventory()
    assert known(store, stock.product.seller_sku) == stock.fulfillable


def test_a_read_that_was_halted_goes_on_where_it_was_and_asks_no_page_twice(
    sync: Sync, store: Store, large: Simulator
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    halted = sync.inventory(after(1, sync.halt))
    assert (halted.state, halted.steps, halted.error) == (RunState.STOPPED, 1, None)
    assert len(store.rows(tables.inventory)) == 51
    run = sync.inventory()
    assert (run.state, run.steps) == (RunState.WHOLE, 2 + 1)
    assert large.requests.count(STOCK) == 3 + 1
    assert {row.seller_sku for row in store.rows(tables.inventory)} == set(large.world.stocks[US])


def test_a_read_that_failed_goes_on_where_it_was(
    sync: Sync, store: Store, large: Simulator
) -> None:
    down = Unavailable(operations=[STOCK])
    failed = sync.inventory(after(2, lambda: large.faults.add(down)))
    assert (failed.state, failed.steps) == (RunState.PARTIAL, 2)
    large.faults.remove(down)
    assert calls_of(large, sync.inventory) == 1
    assert len(store.rows(tables.inventory)) == 120


def test_what_changed_on_a_page_while_a_read_was_halted_is_seen_by_the_next(
    sync: Sync, store: Store, large: Simulator
) -> None:
    sync.inventory(after(1, sync.halt))
    large.clock.step(2 * HOUR)
    stock = some_stock(large)
    stock.add(1000)
    large.world.touch(stock)
    sync.inventory()
    sync.inventory()
    assert known(store, stock.product.seller_sku) == stock.fulfillable


def test_a_read_that_was_halted_too_long_ago_begins_again(
    sync: Sync, store: Store, large: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync.inventory(after(2, sync.halt))
    monkeypatch.setattr("mcf.sync.pages.TOKEN_LIFE", 0.0)
    assert calls_of(large, sync.inventory) == 3
    assert len(store.rows(tables.inventory)) == 120


def test_a_read_whose_token_amazon_no_longer_takes_begins_again(
    sync: Sync, store: Store, large: Simulator, seconds: Seconds
) -> None:
    sync.inventory(after(2, sync.halt))
    seconds.now += 31
    assert calls_of(large, sync.inventory) == 1 + 3
    assert len(store.rows(tables.inventory)) == 120


def test_halting_when_nothing_is_read_halts_nothing_later(sync: Sync) -> None:
    sync.halt()
    assert sync.inventory().state is RunState.WHOLE


def test_rows_that_could_not_be_written_are_read_again(
    sync: Sync, store: Store, large: Simulator
) -> None:
    def rename(was: str, to: str) -> None:
        with store._engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {was} RENAME TO {to}"))

    def fail(_: Progress) -> None:
        rename("inventory", "elsewhere")
        sync.halt()

    failed = sync.inventory(fail)
    assert isinstance(failed.error, StoreError)
    rename("elsewhere", "inventory")
    assert sync.inventory().state is RunState.WHOLE
    assert {row.seller_sku for row in store.rows(tables.inventory)} == set(large.world.stocks[US])


def test_a_read_tells_its_calls_rows_pace_and_how_long_it_still_takes(sync: Sync) -> None:
    sync.inventory()
    seen: list[Progress] = []
    sync.inventory(seen.append, full=True)
    first, *_, last = seen
    assert (first.done, first.total, first.pace, first.seconds_left) == (0, 3, None, None)
    assert [(at.done, at.rows, at.share) for at in seen[1:]] == [
        (1, 50, 1 / 3),
        (2, 100, 2 / 3),
        (3, 120, 1.0),
    ]
    assert all(at.pace == at.rows / at.seconds for at in seen[1:])
    assert [at.seconds_left for at in seen[1:]] == [
        2 * seen[1].seconds,
        1 * seen[2].seconds / 2,
        0,
    ]
    assert last.seconds > 0


def test_how_long_a_first_read_takes_is_not_guessed(sync: Sync) -> None:
    seen: list[Progress] = []
    sync.inventory(seen.append)
    assert {(at.total, at.share, at.seconds_left) for at in seen} == {(None, None, None)}


@pytest.fixture
def service(settings: Settings, large: Simulator) -> Iterator[MCFService]:
    """A service of the large shop, without background work."""
    there = replace(settings, endpoint=large.endpoint, lwa_endpoint=large.lwa_endpoint)
    with MCFService(there) as opened:
        yield opened


def test_some_skus_are_read_at_once(service: MCFService, large: Simulator) -> None:
    wanted = sorted(large.world.stocks[US])[:2]
    service.stock.refresh(wanted)
    assert service.inventory()["seller_sku"].tolist() == wanted
    assert large.requests.count(STOCK) == 1


def test_more_skus_than_a_call_may_name_are_asked_for_in_several(
    service: MCFService, large: Simulator
) -> None:
    wanted = sorted(large.world.stocks[US])[:51]
    service.stock.refresh(wanted)
    assert service.inventory()["seller_sku"].tolist() == wanted
    assert large.requests.count(STOCK) == 2


def test_a_sku_with_a_comma_is_read_at_once_too(service: MCFService, large: Simulator) -> None:
    stock = some_stock(large)
    odd = replace(stock, product=replace(stock.product, seller_sku="RED, LARGE"))
    large.world.add(odd)
    others = sorted(set(large.world.stocks[US]) - {"RED, LARGE"})[:2]
    service.stock.refresh([*others, "RED, LARGE"])
    assert set(service.inventory()["seller_sku"]) == {*others, "RED, LARGE"}


def test_skus_read_at_once_do_not_pass_for_a_whole_read(
    service: MCFService, large: Simulator
) -> None:
    service.stock.refresh(sorted(large.world.stocks[US])[:2])
    assert service.freshness(Subject.INVENTORY).age is None
    assert service.sync()[0].rows == 120


def live(amazon: Simulator, folder: Path) -> Settings:
    """Live mode with made-up credentials that calls the simulator."""
    environ = {
        "AMAZON_SP_API_MODE": "live",
        "AMAZON_SP_API_CLIENT_ID": "amzn1.application-oa2-client.made-up",
        "AMAZON_SP_API_CLIENT_SECRET": "made-up",
        "AMAZON_SP_API_REFRESH_TOKEN": "Atzr|made-up",
        "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
        "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        "MCF_DATA_DIR": str(folder),
    }
    return Settings.from_env(environ, dotenv=None)


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(minutes=4), None),
        (timedelta(minutes=-4), None),
        (timedelta(minutes=20), "It's 20 minutes behind Amazon's"),
        (timedelta(minutes=-20), "It's 20 minutes ahead of Amazon's"),
    ],
)
def test_a_clock_that_is_far_from_amazons_is_a_concern(
    tmp_path: Path, ahead: timedelta, told: str | None
) -> None:
    now = datetime.now(UTC) + ahead
    with Simulator(skus=2, orders=0, start=now, frozen=True, throttle=False) as amazon:
        settings = live(amazon, tmp_path)
        with MCFService(settings) as service:
            before = service.connection.wrong_clock()
            service.connection.client.get_inventory_summaries()
            wrong = service.connection.wrong_clock()
            concerns = [c.reason for c in service.concerns() if "clock" in c.title]
    assert (settings.mode, before) == (Mode.LIVE, None)
    assert (wrong and wrong.partition(",")[0]) == told
    assert concerns == [wrong] * (told is not None)


def test_in_the_demo_amazon_has_a_time_of_its_own(service: MCFService) -> None:
    service.connection.client.get_inventory_summaries()
    assert abs(service.connection.client.clock_offset) > timedelta(days=1)
    assert service.connection.wrong_clock() is None
