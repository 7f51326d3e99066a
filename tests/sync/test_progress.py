"""How far a read is, and when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.responses import Doubt
from mcf.amazon.throttle import OwnTurns, Pace
from mcf.errors import NotAuthorized, Stopped, UnexpectedAnswer
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync.progress import Progress, Steps, unheard
from mcf.sync.reader import Sync
from tests.clocks import Time
from tests.sync.shops import (
    GET,
    STOCK,
    once,
    unsold,
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


def test_details_are_counted_against_how_many_are_needed(sync: Sync) -> None:
    seen: list[Progress] = []
    sync.orders(seen.append)
    totals = Counter(at.total for at in seen)
    assert totals == {None: 2, 2 + 24: 1 + 24}
    assert seen[-1].done == 2 + 24


@pytest.mark.parametrize(
    ("at", "share", "pace", "left"),
    [
        (Progress(Subject.ORDERS), None, None, None),
        (Progress(Subject.ORDERS, done=5, total=20, rows=50, seconds=10.0), 0.25, 5.0, 30.0),
        (Progress(Subject.ORDERS, done=21, total=20, rows=50, seconds=10.0), 1.0, 5.0, 0.0),
        (Progress(Subject.ORDERS, done=5, rows=50, seconds=10.0), None, 5.0, None),
        (Progress(Subject.ORDERS, done=5, total=20), 0.25, None, None),
    ],
)
def test_what_is_not_known_of_a_read_is_not_made_up(
    at: Progress, share: float | None, pace: float | None, left: float | None
) -> None:
    assert (at.share, at.pace, at.seconds_left) == (share, pace, left)


@pytest.fixture
def steps(store: Store) -> Steps:
    """A read of orders that has just begun."""
    return Steps(Progress(Subject.ORDERS), unheard, Event(), store.lease("read orders"))


def test_remarks_name_what_was_unreadable_and_count_the_rest(steps: Steps) -> None:
    steps.note("Rows came twice.")
    steps.note("Rows came twice.")
    steps.doubt("order", [Doubt(f"TEST-{number}", ("receivedDate",)) for number in range(7)])

    assert str(steps.remarks).startswith("Rows came twice. Amazon's answer lacks or garbles a part")
    assert "orders TEST-0 (received date), TEST-1" in str(steps.remarks)
    assert str(steps.remarks).endswith("and 2 more.")


def test_a_read_without_doubts_has_no_remarks(steps: Steps) -> None:
    assert steps.remarks is None


def test_an_entry_without_a_number_is_insisted_on_at_the_end(steps: Steps) -> None:
    steps.doubt("order", [Doubt(None, ())])

    with pytest.raises(UnexpectedAnswer, match="an entry without a readable number"):
        steps.insist()


def test_one_that_cannot_be_read_does_not_keep_the_others_from_it(steps: Steps) -> None:
    tried: list[str] = []

    def read(order_id: str) -> None:
        tried.append(order_id)
        if order_id == "B":
            raise UnexpectedAnswer("B can't be read.")

    with pytest.raises(UnexpectedAnswer, match="B can't"):
        steps.read_all(["A", "B", "C"], read, what="order")

    assert tried == ["A", "B", "C"]
    assert (steps.told, steps.older) == ({"order": {"A", "C"}}, {"order": ["B"]})
    assert (steps.at.done, steps.at.rows) == (3, 2)


def denying(tried: list[str], *denied: str) -> Callable[[str], None]:
    """Reads entries, of which Amazon doesn't let these be read."""

    def read(order_id: str) -> None:
        tried.append(order_id)
        if order_id in denied:
            raise NotAuthorized(f"{order_id} is denied.")

    return read


@pytest.mark.parametrize("denied", [("A",), ("B",), ("A", "B"), ("B", "C", "D", "E")])
def test_an_order_that_may_not_be_read_does_not_keep_the_others_from_it(
    steps: Steps, denied: tuple[str, ...]
) -> None:
    tried: list[str] = []

    with pytest.raises(NotAuthorized, match=f"{denied[0]} is denied"):
        steps.read_all("ABCDE", denying(tried, *denied), what="order")

    assert tried == [*"ABCDE"]


def test_when_none_may_be_read_not_all_are_tried(steps: Steps) -> None:
    tried: list[str] = []

    with pytest.raises(NotAuthorized):
        steps.read_all("ABCDE", denying(tried, *"ABCDE"), what="order")

    assert tried == [*"ABC"]
