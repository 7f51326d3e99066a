"""What encryption costs: the list of orders from the store, sealed and in clear, in one run.

CPU time of this process: `python -m tests.bench.bench_sealing [--orders N]`
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from mcf.store import upgrading
from mcf.store.database import Store
from mcf.store.sealing import Keyring
from mcf.store.snapshots import StoredFrames
from tests.bench import warehouse
from tests.bench.printing import Row, heading, say

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=50_000)
    orders = parser.parse_args().orders
    with tempfile.TemporaryDirectory() as folder:
        clear, sealed = (_filled(Path(folder) / name, orders) for name in ("clear", "sealed"))
        with clear, sealed:
            heading(f"{orders:,} orders, CPU seconds")
            seconds = _seal(sealed)
            say(Row("sealing a store's rows", "nothing", seconds, seconds, 1.0, "s").line)
            plain, opened = _loads(clear), _loads(sealed)
            _in_turn(plain, opened)
            row = "the frame of orders, sealed"
            least = [min(times) for times in (plain[1], opened[1])]
            say(Row(row, "the same in clear", least[1], least[0], 1.3, "s").line)


def _filled(path: Path, orders: int) -> Store:
    """A store whose rows are in clear."""
    store = Store(f"sqlite:///{path}", account="bench", marketplace_id="US", mode="demo")
    with mock.patch.object(Keyring, "seal", lambda _keyring, _place, text: text):
        warehouse.fill(store, 100, orders)
    return store


def _seal(store: Store) -> float:
    begun = time.process_time()
    with store.writing() as connection:
        upgrading.seal_rows(connection)
    return time.process_time() - begun


def _loads(store: Store) -> tuple[Callable[[], object], list[float]]:
    return lambda: StoredFrames(store).orders(), []


def _in_turn(*loads: tuple[Callable[[], object], list[float]]) -> None:
    for _ in range(ROUNDS):
        for load, times in loads:
            begun = time.process_time()
            load()
            times.append(time.process_time() - begun)


if __name__ == "__main__":
    main()
