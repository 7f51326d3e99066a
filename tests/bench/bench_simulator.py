"""How long the simulator takes to open a large shop, how much memory it needs, and how fast it is.

Run it on an idle machine: `python -m tests.bench.bench_simulator [--skus N] [--orders N]`
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcf.simulator import Simulator
from tests.simulator.seller import OUTBOUND, Api

OPENING = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
SOME = 1000


@dataclass(frozen=True)
class Shop:
    skus: int
    orders: int
    state: Path

    def open(self, state: Path | None = None) -> Simulator:
        return Simulator(
            state, skus=self.skus, orders=self.orders, start=OPENING, frozen=True, throttle=False
        )


@dataclass
class Measure:
    """Wall and processor time of what happens `with` it, in seconds; peak memory in MB."""

    wall: float = 0.0
    cpu: float = 0.0
    megabytes: float = 0.0

    def __enter__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self.wall
        self.cpu = time.process_time() - self.cpu
        # Linux counts in kB; macOS in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        self.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def opened_in_memory(shop: Shop) -> Measure:
    with (measure := Measure()):
        shop.open()
    return measure


def opened_with_state_file(shop: Shop) -> Measure:
    """New the first time, saved the second."""
    with (measure := Measure()):
        simulator = shop.open(shop.state)
    simulator.stop()
    return measure


def a_day_passes(shop: Shop) -> Measure:
    simulator = shop.open()
    with (measure := Measure()):
        simulator.clock.step(timedelta(days=1))
        simulator.settle()
    return measure


def whole_stock_read(shop: Shop) -> Measure:
    with serving(shop) as api, (measure := Measure()):
        page = api.inventory(details="true").json()
        while token := page.get("pagination", {}).get("nextToken"):
            page = api.inventory(details="true", nextToken=token).json()
    return measure


def orders_read(shop: Shop) -> Measure:
    with serving(shop) as api, (measure := Measure()):
        for number in range(SOME):
            api.get(f"{OUTBOUND}/fulfillmentOrders/SHOP-{1001 + number}").raise_for_status()
    return measure


def orders_placed(shop: Shop) -> Measure:
    with serving(shop) as api, (measure := Measure()):
        for number in range(SOME):
            api.place(f"B-{number}").raise_for_status()
    return measure


@contextmanager
def serving(shop: Shop) -> Iterator[Api]:
    with shop.open() as simulator:
        api = Api(simulator)
        yield api
        api.http.close()


CASES: tuple[tuple[str, Callable[[Shop], Measure]], ...] = (
    ("opened in memory", opened_in_memory),
    ("opened with a new state file", opened_with_state_file),
    ("opened with a saved state file", opened_with_state_file),
    ("a day of trade passes", a_day_passes),
    ("the whole stock is read over HTTP", whole_stock_read),
    (f"{SOME:,} orders are read over HTTP", orders_read),
    (f"{SOME:,} orders are placed over HTTP", orders_placed),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=50_000)
    options = parser.parse_args()
    if options.orders < SOME:
        parser.error(f"Give at least {SOME} orders: that many are read.")
    say(f"{options.skus:,} SKUs, {options.orders:,} past orders; Python {sys.version.split()[0]}")
    say(f"load average of the last minute before: {os.getloadavg()[0]:.2f}\n")
    say("| | wall s | processor s | peak MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(options.skus, options.orders, Path(folder) / "world.db")
        for name, case in CASES:
            found = alone(case, shop)
            say(f"| {name} | {found.wall:.1f} | {found.cpu:.1f} | {found.megabytes:.0f} |")


def alone(case: Callable[[Shop], Measure], shop: Shop) -> Measure:
    """Each case has a process of its own, so that its memory is its own too."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(case, shop).result()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
