"""Calls wait here instead of being refused by Amazon."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mcf.pace import SLACK, Pace
from mcf.wire import Operation

STOCK = Operation.GET_INVENTORY_SUMMARIES
ORDERS = Operation.LIST_ORDERS


class Time:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds

    def note(self, seconds: float) -> None:
        """Sleeps without time passing, as for threads that wait at the same time."""
        with self._lock:
            self.slept.append(seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(clock=time.clock, sleep=time.sleep)


def call(pace: Pace, operation: Operation, times: int) -> None:
    for _ in range(times):
        pace.wait(operation)


@pytest.mark.parametrize("operation", Operation)
def test_a_burst_goes_through_without_a_wait(pace: Pace, time: Time, operation: Operation) -> None:
    call(pace, operation, operation.burst)

    assert time.slept == []


@pytest.mark.parametrize("operation", Operation)
def test_after_the_burst_calls_go_at_amazons_rate(
    pace: Pace, time: Time, operation: Operation
) -> None:
    call(pace, operation, operation.burst + 3)

    assert time.slept == pytest.approx([1 / operation.rate + SLACK, *[1 / operation.rate] * 2])


def test_operations_do_not_wait_for_each_other(pace: Pace, time: Time) -> None:
    call(pace, STOCK, STOCK.burst)
    call(pace, ORDERS, 1)

    assert time.slept == []


def test_a_pause_makes_up_for_as_many_calls_as_it_is_long(pace: Pace, time: Time) -> None:
    call(pace, STOCK, STOCK.burst)
    time.now += 1 / STOCK.rate

    call(pace, STOCK, 2)

    assert time.slept == pytest.approx([1 / STOCK.rate + SLACK])


def test_a_long_pause_saves_up_no_more_than_one_burst(pace: Pace, time: Time) -> None:
    call(pace, STOCK, STOCK.burst)
    time.now += 3600

    call(pace, STOCK, STOCK.burst + 1)

    assert time.slept == pytest.approx([1 / STOCK.rate + SLACK])


def test_a_call_that_amazon_refused_spends_the_burst(pace: Pace, time: Time) -> None:
    pace.refused(ORDERS)

    call(pace, ORDERS, 2)

    assert time.slept == pytest.approx([1 / ORDERS.rate + SLACK, 1 / ORDERS.rate])


def test_several_refusals_at_once_cost_no_more_than_one(pace: Pace, time: Time) -> None:
    pace.refused(ORDERS)
    pace.refused(ORDERS)

    call(pace, ORDERS, 1)

    assert time.slept == pytest.approx([1 / ORDERS.rate + SLACK])


def test_a_refusal_does_not_forget_who_is_waiting_already(time: Time) -> None:
    pace = Pace(clock=time.clock, sleep=time.note)
    call(pace, STOCK, STOCK.burst + 4)

    pace.refused(STOCK)
    call(pace, STOCK, 1)

    assert time.slept[-1] == pytest.approx(5 / STOCK.rate + SLACK)


def test_a_refusal_of_one_operation_leaves_the_others_alone(pace: Pace, time: Time) -> None:
    pace.refused(STOCK)

    call(pace, ORDERS, ORDERS.burst)

    assert time.slept == []


def test_threads_queue_up_behind_each_other(time: Time) -> None:
    pace = Pace(clock=time.clock, sleep=time.note)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: pace.wait(STOCK), range(STOCK.burst + 8)))

    assert sorted(time.slept) == pytest.approx([n / STOCK.rate + SLACK for n in range(1, 9)])
