"""The store on PostgreSQL; runs where MCF_TEST_DATABASE_URL names a database to write into.

For example MCF_TEST_DATABASE_URL=postgresql+psycopg://postgres@127.0.0.1/postgres

What is tested of the store, of submissions and of reads in a file is tested here once more.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from subprocess import PIPE, Popen
from types import ModuleType
from typing import Any

import pytest
from pydantic import SecretStr

from mcf.access_settings import PrivacySettings
from mcf.amazon import inventory_pages
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.throttle import Wish
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from tests.databases import SERVER_KEY, US, keys_for, needs_postgresql, own_schema
from tests.inventory import test_history, test_own_orders, test_sales
from tests.orders import test_submission
from tests.store import test_database, test_driver, test_tables
from tests.sync import conftest as sync_shops
from tests.sync import test_pages, test_reader, test_writer
from tests.waiting import eventually

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CREATE, STOCK = "createFulfillmentOrder", "getInventorySummaries"
pytestmark = needs_postgresql
_FILES = {"tmp_path", "monkeypatch"}


def of_any_store(module: ModuleType, *shared: str) -> dict[str, Any]:
    """The tests of a module that use a store and no file, and its fixtures.

    `shared` are fixtures of other modules that use a store.
    """
    own = {name: each for name, each in vars(module).items() if name not in globals()}
    fixtures = {name: each for name, each in own.items() if hasattr(each, "_fixture_function")}
    tests = {
        name: each
        for name, each in own.items()
        if name.startswith("test_")
        and _is_of_any_store(each, {"store", "second", *fixtures, *shared})
    }
    return fixtures | tests


def _is_of_any_store(test: Any, stores: set[str]) -> bool:
    wanted = set(inspect.signature(test).parameters)
    return bool(wanted & stores) and not wanted & _FILES


globals().update(of_any_store(test_database))
globals().update(of_any_store(test_driver))
globals().update(of_any_store(test_tables))
globals().update(of_any_store(test_submission))
SHOPS = of_any_store(sync_shops)
globals().update(SHOPS)
for module in (test_reader, test_pages, test_writer):
    globals().update(of_any_store(module, *SHOPS))
globals().update(of_any_store(test_history))
globals().update(of_any_store(test_own_orders))
globals().update(of_any_store(test_sales))


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """A part of the database that is this process's own."""
    with own_schema() as own:
        yield own


@pytest.fixture
def account(request: pytest.FixtureRequest) -> str:
    """An account of each test's own, so that tests don't meet in one database."""
    return f"test-{abs(hash(request.node.nodeid)):x}"


def opened(url: str, account: str, mode: str = "demo") -> Store:
    return Store(url, account=account, marketplace_id=US, mode=mode, keys=keys_for(url))


@pytest.fixture
def store(url: str, account: str) -> Iterator[Store]:
    """The store of the account."""
    with opened(url, account) as own:
        yield own


@pytest.fixture
def second(url: str, account: str, store: Store) -> Iterator[Store]:
    """The same store, as another process has it."""
    with opened(url, account) as other:
        yield other


@pytest.fixture
def shared(settings: Settings, url: str, account: str) -> Settings:
    """The settings of a dashboard whose store is in PostgreSQL."""
    privacy = PrivacySettings(data_key=SecretStr(SERVER_KEY))
    return replace(settings, database_url=SecretStr(url), seller_id=account, privacy=privacy)


def stock(sku: str, fulfillable: int | None = 5) -> dict[str, Any]:
    counts = dict.fromkeys(inventory_pages.QUANTITIES, 0) | {"fulfillable_quantity": fulfillable}
    return {"seller_sku": sku, **counts, "last_updated_time": NOON, "raw": {"sellerSku": sku}}


def test_the_tests_of_every_store_are_here() -> None:
    names = [name for name in globals() if name.startswith("test_")]
    assert "test_a_line_that_cannot_be_written_leaves_the_old_order_whole" in names
    assert "test_a_double_click_from_many_threads_sends_one_order" in names
    assert "test_the_orders_in_the_store_are_amazons" in names
    assert len(names) > 90


def test_a_row_is_changed_by_one_of_many_threads(store: Store) -> None:
    store.add(tables.inventory, stock("A", 5))
    five = tables.inventory.c.fulfillable_quantity == 5

    def take(_: int) -> bool:
        return store.change(
            tables.inventory, {"seller_sku": "A"}, {"fulfillable_quantity": 4}, five
        )

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_times_come_back_in_utc(store: Store) -> None:
    store.save(tables.inventory, [stock("A")])
    row = store.row(tables.inventory, seller_sku="A")
    assert row is not None
    assert row.last_updated_time == NOON
    assert row.last_updated_time.utcoffset() == timedelta(0)


def test_a_row_that_cannot_be_written_is_not_repeated_in_the_message(store: Store) -> None:
    with pytest.raises(StoreError, match=r"violates not-null constraint$"):
        store.save(tables.inventory, [stock("A", None)])
    assert store.rows(tables.inventory) == []


def test_many_may_open_a_new_database_at_once() -> None:
    def open_and_add(n: int) -> bool:
        with opened(new, "test") as store:
            return store.add(tables.inventory, stock(str(n)))

    with own_schema() as new, ThreadPoolExecutor(8) as pool:
        assert all(pool.map(open_and_add, range(8)))


def test_the_database_of_another_mode_is_refused(store: Store, url: str, account: str) -> None:
    with pytest.raises(StoreError, match="holds demo data"):
        opened(url, account, mode="live")


def test_the_short_address_works_as_well(url: str, store: Store, account: str) -> None:
    store.save(tables.inventory, [stock("A")])
    with opened(url.replace("postgresql+psycopg:", "postgresql:"), account) as same:
        assert len(same.rows(tables.inventory)) == 1


def test_a_database_that_is_not_there_is_told() -> None:
    nobody = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=5"
    with pytest.raises(StoreError, match="store can't be used"):
        opened(nobody, "test")


HOURLY = Wish("createFulfillmentOrder", interval=3600.0, room=3.5 * 3600.0, spent=5 * 3600.0)
"""A call an hour, bursts of four."""


def test_a_burst_is_given_once_to_many_threads(store: Store, second: Store) -> None:
    queues = [store.turns, second.turns] * 8
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda queue: queue.take(HOURLY)[0], queues))
    assert sum(taken) == 4


def test_after_a_refusal_nobody_has_a_turn(store: Store, second: Store) -> None:
    store.turns.refuse(HOURLY)
    taken, ahead = second.turns.take(HOURLY)
    assert not taken
    assert 4 * 3600 < ahead <= 5 * 3600


TAKER = """
import sys
from mcf.amazon.throttle import Wish
from mcf.store.database import Store
from tests.databases import keys_for
url, account, marketplace_id = sys.argv[1:]
wish = Wish("createFulfillmentOrder", interval=3600.0, room=3.5 * 3600.0, spent=5 * 3600.0)
keys = keys_for(url)
scope = {"account": account, "marketplace_id": marketplace_id}
with Store(url, **scope, mode="demo", keys=keys) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(store.turns.take(wish)[0] for _ in range(8)))
"""


def at_once(code: str, *words: str, processes: int = 2) -> list[str]:
    """What processes say that do the same at the same moment."""
    command = [sys.executable, "-c", code, *words]
    started = [Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(processes)]
    ready = [process.stdout and process.stdout.readline() for process in started]
    assert ready == ["ready\n"] * processes
    with ThreadPoolExecutor(processes) as pool:
        told = pool.map(lambda process: process.communicate("go\n", timeout=240)[0], started)
        return [each.strip() for each in told]


def test_processes_keep_to_one_usage_plan(url: str, account: str) -> None:
    taken = at_once(TAKER, url, account, US, processes=3)
    assert sum(map(int, taken)) == 4


SENDER = """
import json, sys
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.settings import Settings
environ, request = map(json.loads, sys.argv[1:])
with MCFService(Settings.from_env(environ, dotenv=None)) as service:
    print("ready", flush=True)
    sys.stdin.readline()
    print(service.submit(MCFOrderRequest.of(**request)).state)
"""


def test_two_processes_send_one_order(
    shared: Settings, simulator: Simulator, request_for: MCFOrderRequest, url: str
) -> None:
    environ = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "AMAZON_SELLER_ID": shared.account,
        "MCF_DATABASE_URL": url,
        "MCF_DATA_DIR": str(shared.data_dir),
        "MCF_DATA_KEY": SERVER_KEY,
    }
    told = at_once(SENDER, json.dumps(environ), json.dumps(request_for.to_api()))
    assert set(told) <= {"accepted", "sending"}
    assert "accepted" in told
    assert simulator.requests.count(CREATE) == 1
    with MCFService(shared) as service:
        assert service.ordering.submissions.get("TEST-1") is not None


def fresh(service: MCFService) -> bool:
    return all(service.freshness(each).state is RunState.WHOLE for each in Subject)


def test_a_dashboard_reads_in_the_background_and_another_one_shows_it(
    shared: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcf.worker.RENEWED_EVERY", 0.1)
    first = MCFService(shared).start()
    eventually(lambda: fresh(first))
    with MCFService(shared).start() as second:
        shown = set(second.orders()["seller_fulfillment_order_id"])
        assert shown == {order.id for order in simulator.world.by_number}
        assert len(second.inventory()) == 12
        assert set(second.packages()["package_number"]) == set(simulator.world.packages)
        assert second.concerns()
        assert second.connection.client.knows_the_time is False
        first.close()
        simulator.requests.clear()
        eventually(lambda: simulator.requests.count(STOCK) > 0)
        assert (first.trouble, second.trouble) == (None, None)


def test_a_restart_shows_all_before_amazon_is_called(
    shared: Settings, simulator: Simulator
) -> None:
    with MCFService(shared) as before:
        before.sync()
        shown = before.orders(), before.inventory(), before.packages()
    simulator.requests.clear()
    with MCFService(shared) as after:
        assert after.orders().equals(shown[0])
        assert after.inventory().equals(shown[1])
        assert after.packages().equals(shown[2])
    assert simulator.requests.count() == 0
