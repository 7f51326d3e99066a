"""A running simulator, and a seller's program signed in to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mcf.simulator import Simulator
from tests.simulator.seller import BOARD, KETTLE, OPENING, US, Api, Timer


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Simulator, Timer]]:
    timer = Timer()
    with Simulator(
        start=OPENING, frozen=True, throttle=False, trade=False, timer=timer
    ) as simulator:
        yield simulator, timer


@pytest.fixture
def sim(running: tuple[Simulator, Timer]) -> Simulator:
    """The demo shop on its opening day, with time standing still and no other trade.

    Two of its products are there in any quantity a test may want.
    """
    simulator, _ = running
    simulator.faults.clear()
    simulator.renew_world(seed=7, skus=64, orders=48, days=90, start=OPENING)
    simulator.world.stocks[US][KETTLE].add(50)
    simulator.world.stocks[US][BOARD].add(50)
    simulator.requests.clear()
    return simulator


@pytest.fixture
def timer(running: tuple[Simulator, Timer]) -> Timer:
    return running[1]


@pytest.fixture
def api(sim: Simulator) -> Iterator[Api]:
    client = Api(sim)
    yield client
    client.http.close()
