"""One process at a time has a role, whichever database keeps it, and however its holder ended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from sqlalchemy import update

from mcf.amazon import inventory_pages
from mcf.amazon.client import MCFClient
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.coordination import LASTS, Lease
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync.progress import Progress, Run
from mcf.sync.reader import Sync
from tests.clocks import Time
from tests.databases import US, keys_for, needs_postgresql, own_schema
from tests.waiting import eventually

STOCK, LIST = "getInventorySummaries", "listAllFulfillmentOrders"
ROLE = "background reads"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind."""
    with ExitStack() as stack:
        own = {
            "sqlite": lambda: f"sqlite:///{tmp_path / 'store.sqlite3'}",
            "postgresql": lambda: stack.enter_context(own_schema()),
        }
        yield own[request.param]()


def opened(url: str, account: str = "test") -> Store:
    return Store(url, account=account, marketplace_id=US, mode="demo", keys=keys_for(url))


@pytest.fixture
def either(url: str) -> Iterator[Store]:
    """A store in each kind of database."""
    with opened(url) as store:
        yield store


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file, whose leases go by this machine's clock."""
    with opened(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        yield store


def lease(store: Store, clock: Callable[[], float]) -> Lease:
    scope = {"account": "test", "marketplace_id": US}
    return Lease(store._writing, scope, ROLE, clock)


def test_a_role_is_had_by_one_at_a_time(either: Store) -> None:
    first, second = either.lease(ROLE), either.lease(ROLE)
    assert [first.take(), second.take(), first.take(), second.take()] == [True, False, True, False]


def test_a_role_given_up_is_free_at_once(either: Store) -> None:
    first, second = either.lease(ROLE), either.lease(ROLE)
    first.take()
    first.release()
    assert (second.take(), first.take()) == (True, False)


def test_whether_another_has_the_role_is_told_without_taking_it(either: Store) -> None:
    first, second = either.lease(ROLE), either.lease(ROLE)
    assert not second.is_taken()
    first.take()
    assert [first.is_taken(), second.is_taken()] == [False, True]
    first.release()
    assert not second.is_taken()


def test_a_role_that_has_run_out_is_nobody_s(file_store: Store) -> None:
    time = Time()
    first, second = lease(file_store, time.clock), lease(file_store, time.clock)
    first.take()
    assert second.is_taken()
    time.sleep(LASTS + 1)
    assert not second.is_taken()


def test_who_does_not_have_the_role_cannot_give_it_up(either: Store) -> None:
    first, second = either.lease(ROLE), either.lease(ROLE)
    first.take()
    second.release()
    assert not second.take()


def test_another_role_and_another_account_are_others_business(either: Store, url: str) -> None:
    with opened(url, "else") as other:
        taken = [either.lease(ROLE).take(), either.lease("x").take(), other.lease(ROLE).take()]
    assert taken == [True, True, True]


def test_of_many_threads_one_gets_the_role(either: Store) -> None:
    leases = [either.lease(ROLE) for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(Lease.take, leases))
    assert sum(taken) == 1


def test_a_role_that_is_not_renewed_is_free_when_it_has_run_out(file_store: Store) -> None:
    clock = Time()
    first, second = lease(file_store, clock.clock), lease(file_store, clock.clock)
    assert first.take()
    clock.sleep(LASTS)
    assert not second.take()
    clock.sleep(1)
    assert (second.take(), first.take()) == (True, False)


def test_a_role_that_is_renewed_lasts(file_store: Store) -> None:
    clock = Time()
    first, second = lease(file_store, clock.clock), lease(file_store, clock.clock)
    first.take()
    clock.sleep(LASTS - 1)
    first.take()
    clock.sleep(LASTS - 1)
    assert (second.take(), first.take()) == (False, True)


def test_a_role_of_before_the_clock_was_set_back_is_free(file_store: Store) -> None:
    early, late = Time(), Time()
    late.sleep(3600)
    first, second = lease(file_store, late.clock), lease(file_store, early.clock)
    assert first.take()
    assert second.take()


def test_a_clock_set_back_by_a_moment_frees_nothing(file_store: Store) -> None:
    early, late = Time(), Time()
    late.sleep(LASTS / 2)
    first, second = lease(file_store, late.clock), lease(file_store, early.clock)
    assert first.take()
    assert not second.take()


HOLDER = """
import sys
from mcf.store.database import Store
from tests.databases import keys_for
url, account, marketplace_id, role = sys.argv[1:]
keys = keys_for(url)
scope = {"account": account, "marketplace_id": marketplace_id}
with Store(url, **scope, mode="demo", keys=keys) as store:
    print(store.lease(role).take(), flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(url: str) -> Iterator[tuple[str, Popen[str]]]:
    """Whether another process has got the role; and the process, which lives on."""
    command = [sys.executable, "-c", HOLDER, url, "test", US, ROLE]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.kill()


def test_of_two_processes_one_has_the_role(either: Store, url: str) -> None:
    with holder(url) as (got, _):
        assert got == "True"
        assert not either.lease(ROLE).take()


def test_a_role_that_we_have_is_not_got_by_another_process(either: Store, url: str) -> None:
    either.lease(ROLE).take()
    with holder(url) as (got, _):
        assert got == "False"


def test_the_role_of_a_process_that_was_killed_is_free_at_once(either: Store, url: str) -> None:
    with holder(url) as (got, process):
        process.kill()
        process.wait()
    assert got == "True"
    assert either.lease(ROLE).take()


def test_the_role_of_a_process_of_another_machine_is_not_free_before_its_time(
    either: Store, url: str
) -> None:
    with holder(url) as (_, process):
        process.kill()
        process.wait()
    with either._writing() as connection:
        connection.execute(update(tables.leases).values(holder=f"elsewhere:{process.pid}:1"))
    assert not either.lease(ROLE).take()


def test_what_another_reads_just_now_is_not_read_twice(
    client: MCFClient, store: Store, simulator: Simulator
) -> None:
    other = Sync(client, store)
    second: list[Run] = []

    def read_too(_: Progress) -> None:
        second.append(other.inventory())

    first = Sync(client, store).inventory(read_too)
    (run,) = second
    assert (first.state, run.state, run.steps) == (RunState.WHOLE, RunState.STOPPED, 0)
    assert isinstance(run.error, StoreError)
    assert run.error.message == (
        "Another program or page is reading inventory from Amazon just now."
    )
    assert run.error.advice == "Nothing to do: what it reads is shown here as well."
    assert simulator.requests.count(STOCK) == 1


def test_a_read_refused_to_the_second_leaves_what_is_noted_of_the_first(
    client: MCFClient, store: Store
) -> None:
    other = Sync(client, store)
    Sync(client, store).inventory(lambda _: other.inventory() and None)
    run = store.row(tables.sync_runs, subject="inventory")
    assert run is not None
    assert (run.state, run.message) == ("whole", None)


def test_one_subject_is_read_while_another_one_is(client: MCFClient, store: Store) -> None:
    other = Sync(client, store)
    found: list[Run] = []
    Sync(client, store).inventory(lambda _: found.append(other.orders()))
    assert found[0].state is RunState.WHOLE


def test_who_waits_for_a_read_goes_on_when_it_is_done(
    client: MCFClient, store: Store, simulator: Simulator
) -> None:
    held = store.lease("read inventory")
    held.take()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(Sync(client, store).inventory, wait=60.0)
        eventually(lambda: not waiting.done())
        held.release()
        run = waiting.result()
    assert (run.state, simulator.requests.count(STOCK)) == (RunState.WHOLE, 1)


def test_a_read_that_lost_its_role_stops_and_deletes_nothing(
    client: MCFClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcf.sync.progress.RENEWED_EVERY", 0.0)
    gone = {"seller_sku": "GONE", **dict.fromkeys(inventory_pages.QUANTITIES, 1), "raw": {}}
    store.save(tables.inventory, [gone])

    def lose(_: Progress) -> None:
        with store._writing() as connection:
            connection.execute(update(tables.leases).values(holder="elsewhere:1:1"))

    run = Sync(client, store).inventory(lose)
    assert run.state is RunState.STOPPED
    assert store.row(tables.inventory, seller_sku="GONE") is not None


SERVICE = """
import sys
from mcf.service import MCFService
from mcf.settings import Settings
with MCFService(Settings.from_env(dotenv=None)).start():
    sys.stdin.read()
"""


@contextmanager
def dashboard(settings: Settings) -> Iterator[Popen[str]]:
    """A dashboard's service in a process of its own, which reads in the background."""
    environ = {
        "AMAZON_SP_API_ENDPOINT": settings.endpoint or "",
        "MCF_DATA_DIR": str(settings.data_dir),
        "PATH": "",
    }
    command = [sys.executable, "-c", SERVICE]
    with Popen(command, stdin=PIPE, env=environ, text=True) as process:
        yield process
        process.kill()


def fresh(service: MCFService) -> bool:
    return all(service.freshness(subject).age is not None for subject in Subject)


def reads(service: MCFService) -> bool:
    return service.worker.reads


OFTEN = dict.fromkeys(Subject, 0.2)
"""Seconds between two background reads of each subject."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the role asks for it ten times a second."""
    monkeypatch.setattr("mcf.worker.RENEWED_EVERY", 0.1)


def test_of_two_services_on_one_store_one_reads_in_the_background(
    settings: Settings, simulator: Simulator, quick: None
) -> None:
    with MCFService(settings, intervals=OFTEN).start() as first:
        eventually(lambda: fresh(first))
        with MCFService(settings).start() as second:
            simulator.requests.clear()
            eventually(lambda: simulator.requests.count(LIST) > 2)
            assert (reads(first), reads(second)) == (True, False)
            assert len(second.orders()) == len(simulator.world.by_number)
            assert second._client.clock_offset.total_seconds() == 0


def test_when_the_service_that_reads_closes_the_other_takes_over(
    settings: Settings, simulator: Simulator, quick: None
) -> None:
    first = MCFService(settings).start()
    eventually(lambda: fresh(first))
    with MCFService(settings).start() as second:
        assert not reads(second)
        first.close()
        simulator.requests.clear()
        eventually(lambda: simulator.requests.count(STOCK) > 0)
        assert reads(second)


def test_when_the_service_that_reads_is_killed_the_other_takes_over(
    settings: Settings, simulator: Simulator, quick: None
) -> None:
    with dashboard(settings) as process:
        eventually(lambda: simulator.requests.count(LIST) > 0)
        with MCFService(settings).start() as second:
            assert not reads(second)
            process.kill()
            process.wait()
            eventually(lambda: reads(second))
            simulator.requests.clear()
            eventually(lambda: simulator.requests.count(STOCK) > 0)
