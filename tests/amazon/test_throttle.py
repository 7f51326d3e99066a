"""Calls wait here instead of being refused by Amazon; the same alone and through the store."""

from __future__ import annotations

import itertools
import multiprocessing
import time as real_time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon.responses import Operation
from mcf.amazon.throttle import FORGOTTEN, SLACK, SLOW_FOR, OwnTurns, Pace, Turns, patience
from mcf.errors import Throttled
from mcf.store.coordination import StoredTurns
from mcf.store.database import Store
from tests.clocks import Time
from tests.databases import keys_for

STOCK = Operation.GET_INVENTORY_SUMMARIES
ORDERS = Operation.LIST_ORDERS
BACKGROUND_BURST = ORDERS.burst - ORDERS.burst // 3


def about(expected: Any, leeway: float = 0.01) -> Any:
    """So many seconds, give or take the hundredth that a clock can't tell apart."""
    return pytest.approx(expected, abs=leeway, rel=0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=["alone", "shared"])
def turns(request: pytest.FixtureRequest, time: Time, store: Store) -> Turns:
    if request.param == "alone":
        return OwnTurns(time.clock)
    return StoredTurns(store._writing, "test", time.clock)


@pytest.fixture
def pace(turns: Turns, time: Time) -> Pace:
    return Pace(turns, time.sleep)


def call(pace: Pace, operation: Operation, times: int, *, seconds: float | None = None) -> None:
    """Calls in the background, or for a person who waits so many seconds."""
    with nullcontext() if seconds is None else patience(seconds):
        for _ in range(times):
            pace.wait(operation)


@pytest.mark.parametrize("operation", Operation)
def test_a_persons_burst_goes_through_without_a_wait(
    pace: Pace, time: Time, operation: Operation
) -> None:
    call(pace, operation, operation.burst, seconds=60)

    assert sum(time.slept) == about(SLACK)


@pytest.mark.parametrize("operation", Operation)
def test_after_the_burst_calls_go_at_amazons_rate(
    pace: Pace, time: Time, operation: Operation
) -> None:
    begun = time.now
    call(pace, operation, operation.burst + 20)

    free = operation.burst - max(1, operation.burst // 3)
    expected = (operation.burst + 20 - free) / operation.rate
    assert time.now - begun == about(expected, SLACK + 0.01)


@pytest.mark.parametrize("operation", Operation)
def test_background_calls_that_arrive_sooner_than_those_before_meet_no_refusal(
    pace: Pace, time: Time, operation: Operation
) -> None:
    late = [0.7 / operation.rate] * operation.burst + [0.0] * operation.burst
    went = _moments(pace, time, operation, len(late))

    assert _fullest(map(sum, zip(went, late, strict=True)), operation) <= operation.burst


def test_what_the_background_was_late_is_made_up_for(pace: Pace, time: Time) -> None:
    went = _moments(pace, time, STOCK, 20, each_takes=0.05)

    assert went[-1] - went[0] == about(19 / STOCK.rate, SLACK + 0.01)


def _moments(
    pace: Pace, time: Time, operation: Operation, calls: int, each_takes: float = 0.0
) -> list[float]:
    """When the calls went."""
    went = []
    for _ in range(calls):
        call(pace, operation, 1)
        went.append(time.now)
        time.now += each_takes
    return went


def _fullest(arrived: Iterable[float], operation: Operation) -> float:
    """How much of a bucket of the plan's size is used at most."""
    used, before, most = 0.0, 0.0, 0.0
    for moment in sorted(arrived):
        used = max(0.0, used - (moment - before) * operation.rate) + 1
        before, most = moment, max(most, used)
    return most


def test_operations_do_not_wait_for_each_other(pace: Pace, time: Time) -> None:
    call(pace, STOCK, STOCK.burst)
    waited = len(time.slept)
    call(pace, ORDERS, 1)

    assert len(time.slept) == waited


def test_a_pause_makes_up_for_as_many_calls_as_it_is_long(pace: Pace, time: Time) -> None:
    call(pace, ORDERS, ORDERS.burst)
    time.slept.clear()
    time.now += 3 / ORDERS.rate

    call(pace, ORDERS, 3)
    assert time.slept == []

    call(pace, ORDERS, 1)
    assert time.slept == about([1 / ORDERS.rate])


def test_a_long_pause_saves_up_no_more_than_one_burst(pace: Pace, time: Time) -> None:
    call(pace, ORDERS, ORDERS.burst)
    time.slept.clear()
    time.now += 3600

    call(pace, ORDERS, BACKGROUND_BURST + 1)

    assert sum(time.slept) == about(1 / ORDERS.rate + SLACK)


def test_a_person_does_not_wait_behind_the_background(pace: Pace, time: Time) -> None:
    call(pace, ORDERS, ORDERS.burst * 2)
    time.slept.clear()

    call(pace, ORDERS, 5, seconds=10)

    assert time.slept == []


def test_the_background_waits_while_people_use_the_plan(pace: Pace, time: Time) -> None:
    call(pace, ORDERS, ORDERS.burst, seconds=60)
    time.slept.clear()

    call(pace, ORDERS, 1)

    assert sum(time.slept) == about((ORDERS.burst // 3 + 1) / ORDERS.rate, SLACK)


def test_a_person_is_told_when_the_plan_is_used_up_for_longer_than_they_wait(
    pace: Pace, time: Time
) -> None:
    call(pace, ORDERS, ORDERS.burst + 10, seconds=60)

    with pytest.raises(Throttled, match=r"busy: .* in \d+ seconds?\. Nothing was sent"):
        call(pace, ORDERS, 30, seconds=3)


def test_a_call_that_amazon_refused_spends_the_burst(pace: Pace, time: Time) -> None:
    pace.refused(ORDERS)

    call(pace, ORDERS, 1, seconds=60)

    assert time.slept == about([1 / ORDERS.rate + SLACK])


def test_after_a_refusal_the_pace_is_halved_for_a_while(pace: Pace, time: Time) -> None:
    pace.refused(STOCK)
    call(pace, STOCK, 1)
    time.slept.clear()

    call(pace, STOCK, 5)
    assert time.slept == about([2 / STOCK.rate] * 5)

    time.now += SLOW_FOR
    call(pace, STOCK, STOCK.burst)
    time.slept.clear()
    call(pace, STOCK, 5)
    assert time.slept == about([1 / STOCK.rate] * 5)


def test_several_refusals_at_once_cost_no_more_than_one(pace: Pace, time: Time) -> None:
    pace.refused(ORDERS)
    pace.refused(ORDERS)

    call(pace, ORDERS, 1, seconds=60)

    assert time.slept == about([1 / ORDERS.rate + SLACK])


def test_a_refusal_does_not_forget_who_is_waiting_already(turns: Turns, time: Time) -> None:
    pace = Pace(turns, time.note)
    call(pace, STOCK, STOCK.burst + 4, seconds=60)

    pace.refused(STOCK)
    call(pace, STOCK, 1, seconds=60)

    assert time.slept[-1] == about(5 / STOCK.rate + SLACK)


def test_a_refusal_of_one_operation_leaves_the_others_alone(pace: Pace, time: Time) -> None:
    pace.refused(STOCK)

    call(pace, ORDERS, BACKGROUND_BURST - 1)

    assert time.slept == []


def test_the_rate_that_amazon_tells_replaces_the_documented_one(pace: Pace, time: Time) -> None:
    pace.learn(STOCK, 10.0)
    call(pace, STOCK, STOCK.burst)
    time.slept.clear()

    call(pace, STOCK, 4)

    assert time.slept == about([0.1] * 4)


@pytest.mark.parametrize("told", [None, 0.0, -1.0])
def test_a_rate_that_makes_no_sense_changes_nothing(
    pace: Pace, time: Time, told: float | None
) -> None:
    pace.learn(STOCK, told)
    call(pace, STOCK, STOCK.burst + 4)

    assert time.slept[-1] == about(1 / STOCK.rate)


def test_threads_queue_up_behind_each_other(turns: Turns, time: Time) -> None:
    pace = Pace(turns, time.note)

    def wait(_: int) -> None:
        call(pace, STOCK, 1, seconds=60)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(wait, range(STOCK.burst + 8)))

    queue = [SLACK, *(n / STOCK.rate + SLACK for n in range(1, 9))]
    assert sorted(time.slept) == about(queue)


def test_a_clock_that_was_set_back_does_not_stop_the_calls(store: Store, time: Time) -> None:
    turns = StoredTurns(store._writing, "test", time.clock)
    pace = Pace(turns, time.sleep)
    call(pace, STOCK, STOCK.burst)
    pace.refused(STOCK)
    time.slept.clear()

    time.now -= 86_400
    call(pace, STOCK, 2)

    assert sum(time.slept) < FORGOTTEN / 100


def test_two_accounts_do_not_wait_for_each_other(store: Store, time: Time) -> None:
    mine, yours = (
        Pace(StoredTurns(store._writing, name, time.clock), time.sleep) for name in ("a", "b")
    )
    call(mine, STOCK, 10)
    time.slept.clear()

    call(yours, STOCK, 1)

    assert time.slept == []


def _call_away(url: str, calls: int, times: list[float]) -> None:
    with Store(
        url, account="test", marketplace_id="ATVPDKIKX0DER", mode="demo", keys=keys_for(url)
    ) as store:
        pace = Pace(store.turns)
        pace.learn(ORDERS, 40.0)
        for _ in range(calls):
            pace.wait(ORDERS)
            times.append(real_time.time())


@pytest.mark.no_cover
def test_processes_keep_one_plan_together(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    fresh = multiprocessing.get_context("spawn")
    with fresh.Manager() as manager:
        times = manager.list()
        workers = [fresh.Process(target=_call_away, args=(url, 30, times)) for _ in range(3)]
        _each(workers, lambda worker: worker.start())
        _each(workers, lambda worker: worker.join())
        went = sorted(times)

    assert len(went) == 90
    later = itertools.islice(went, BACKGROUND_BURST, None)
    # A bucket of the plan's size, filled at the plan's rate, is never overdrawn.
    spare = [(moment - went[0]) * 40 + ORDERS.burst - n for n, moment in enumerate(later, 21)]
    assert min(spare) >= 0


def _each(workers: list[multiprocessing.Process], do: Callable[..., None]) -> None:
    for worker in workers:
        do(worker)
