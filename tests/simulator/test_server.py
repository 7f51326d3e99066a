"""Starting, stopping, and many clients at once."""

from __future__ import annotations

import threading

import pytest

from mcf.simulator import Simulator
from tests.simulator.seller import OPENING, Api


def test_it_cannot_be_started_twice() -> None:
    with Simulator(orders=0) as simulator, pytest.raises(RuntimeError, match="running already"):
        simulator.start()


def test_stopping_what_was_never_started_is_no_mistake() -> None:
    simulator = Simulator(orders=0)
    simulator.stop()

    assert len(simulator.world.orders) == 0


def test_a_port_in_use_is_an_error() -> None:
    with Simulator(orders=0) as first:
        port = int(first.endpoint.rpartition(":")[2])

        with pytest.raises(OSError, match="in use"):
            Simulator(orders=0, port=port).start()


def test_many_clients_at_once_get_what_they_ordered(api: Api) -> None:
    threads = [threading.Thread(target=place_some, args=(api, number)) for number in range(4)]
    start_and_join(threads)

    placed = [order_id for order_id in api.sim.world.orders if order_id.startswith("P-")]
    assert len(placed) == 20
    api.sim.world.check()


def place_some(api: Api, number: int) -> None:
    for each in range(5):
        api.place(f"P-{number}-{each}")
        api.wait(minutes=each)


def start_and_join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_opening_time_is_the_clocks_first() -> None:
    assert Simulator(start=OPENING, orders=0, frozen=True).clock.now() == OPENING
