"""How a read of stock and orders stands to the pace that Amazon allows, and what the store costs.

Run it on an idle machine: `python -m tests.bench.bench_sync`. It takes four minutes, as most of it
happens at Amazon's pace; with `--full` (10,000 SKUs, 1,000 orders) eleven.
"""

from __future__ import annotations

import argparse
import gc
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic.alias_generators import to_camel
from sqlalchemy import case, func, literal, select

from mcf.amazon import inventory_pages
from mcf.amazon.client import MCFClient
from mcf.amazon.responses import Operation
from mcf.amazon.throttle import Pace
from mcf.inventory.history import History
from mcf.inventory.planning import WINDOWS, velocity
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.sync.progress import Run
from mcf.sync.reader import Sync
from mcf.sync.writer import STOCK_AT_ONCE
from tests.bench import warehouse
from tests.bench.printing import Row, heading, say

US = "ATVPDKIKX0DER"
PAGE = 50
SKUS, YEAR, TODAY = 10_000, 365, 20_516


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="10,000 SKUs and 1,000 orders")
    parser.add_argument("--no-pace", action="store_true", help="only what doesn't wait for Amazon")
    parser.add_argument("--skus", type=int, default=100_000, help="from bytes to rows")
    options = parser.parse_args()
    heading("Stock and orders from Amazon into the store")
    _bytes_to_rows(options.skus)
    _nothing_changed()
    _units_a_day()
    if not options.no_pace:
        _stock_at_amazons_pace(10_000 if options.full else 2_000)
        _orders_at_amazons_pace(1_000 if options.full else 400)


class Counting(Pace):
    """A pace that counts the 429s that came in spite of it."""

    refusals = 0

    def refused(self, operation: Operation) -> None:
        """Notes a 429."""
        self.refusals += 1
        super().refused(operation)


@dataclass(frozen=True)
class Reading:
    """A shop at Amazon, and what reads it into an empty store."""

    simulator: Simulator
    sync: Sync
    pace: Counting


@contextmanager
def reading(*, skus: int, orders: int, throttle: bool = True) -> Iterator[Reading]:
    """At the pace of Amazon's plans, as all that isn't waited for by somebody."""
    opening = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    with (
        opened() as store,
        Simulator(
            skus=skus, orders=orders, start=opening, frozen=True, throttle=throttle
        ) as simulator,
    ):
        environ = {
            "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
            "AMAZON_LWA_ENDPOINT": simulator.lwa_endpoint,
        }
        settings = Settings.from_env(environ, dotenv=None)
        pace = Counting(store.turns)
        with MCFClient(settings, pace=pace) as client:
            yield Reading(simulator, Sync(client, store), pace)


@contextmanager
def opened() -> Iterator[Store]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(
            f"sqlite:///{folder}/store.sqlite3", account="bench", marketplace_id=US, mode="demo"
        ) as store,
    ):
        yield store


def _stock_at_amazons_pace(skus: int) -> None:
    with reading(skus=skus, orders=0) as amazon:
        seconds = _seconds(amazon.sync.inventory)
        pages = amazon.simulator.requests.count(Operation.GET_INVENTORY_SUMMARIES.value)
        floor = _floor(Operation.GET_INVENTORY_SUMMARIES, pages)
        _tell_paced(f"all of {skus:,} SKUs, {pages} pages", seconds, floor, amazon.pace)


def _orders_at_amazons_pace(orders: int) -> None:
    with reading(skus=200, orders=orders) as amazon:
        seconds = _seconds(amazon.sync.orders)
        counts = amazon.simulator.requests.counts()
        asked = (Operation.LIST_ORDERS, Operation.GET_ORDER)
        floor = sum(_floor(operation, counts[operation.value]) for operation in asked)
        what = f"the list ({counts[asked[0].value]} pages) and detail of {orders:,} orders"
        _tell_paced(what, seconds, floor, amazon.pace)


def _seconds(read: Callable[[], Run]) -> float:
    begun = time.perf_counter()
    run = read()
    if run.error is not None:
        raise run.error
    return time.perf_counter() - begun


def _floor(operation: Operation, calls: int) -> float:
    """The fewest seconds in which Amazon's plan lets so many calls through."""
    return max(0.0, (calls - operation.burst) / operation.rate)


def _tell_paced(what: str, seconds: float, floor: float, pace: Counting) -> None:
    say(Row(what, "(calls - burst) / rate", seconds, floor, 1.05, "s").line)
    kept = "NO" if pace.refusals else "yes"
    say(f"| of these refused with a 429 | none | {pace.refusals} | 0 | | 0 | {kept} |")


def _nothing_changed() -> None:
    with reading(skus=500, orders=100, throttle=False) as amazon:
        amazon.sync.everything()
        amazon.simulator.requests.clear()
        amazon.sync.everything()
        calls = sum(amazon.simulator.requests.counts().values())
    say(Row("calls when nothing changed", "one of stock, one of orders", calls, 2, 1, "").line)


def _units_a_day() -> None:
    """What a year's demand costs beside a look at each of its rows."""
    columns = ("fulfillable_quantity", "customer_shipments", "left_units", "days_in_stock")
    sums = select(*(func.sum(tables.inventory_days.c[name]) for name in columns))
    with opened() as store:
        _live(store)
        history = History(store)
        scan = min(_cpu(lambda: store.read(sums)) for _ in range(3))
        _tell_speeds(store, history, (YEAR,), scan)
        _tell_speeds(store, history, WINDOWS, scan)
        store.save(tables.inventory, [warehouse.stock_row(1, more=1)])
        record = _cpu(lambda: history.record(TODAY))
        say(
            Row(
                f"a day of {SKUS:,} SKUs recorded",
                f"one scan of their {YEAR} days",
                record,
                scan,
                1,
                "s CPU",
            ).line
        )


def _tell_speeds(store: Store, history: History, windows: Sequence[int], scan: float) -> None:
    told = ", ".join(map(str, windows))
    speeds = min(_cpu(lambda: _speeds(store, history, windows)) for _ in range(3))
    what = f"units a day of {SKUS:,} SKUs in the last {told} days"
    say(Row(what, f"one scan of their {YEAR} days", speeds, scan, 1.5, "s CPU").line)


def _live(store: Store) -> None:
    """A year in which all SKUs sell a little on each day."""
    warehouse.fill(store, SKUS, 0)
    history = History(store)
    history.record(TODAY - YEAR)
    days = tables.inventory_days
    told = {"day": literal(TODAY), **{c.name: c for c in days.c if c.name != "day"}}
    with store.writing(days) as connection:
        for day in range(TODAY - YEAR + 1, TODAY):
            told |= {
                "day": literal(day),
                "left_units": (days.c.sku_id + day) % 4,
                "days_in_stock": case(((days.c.sku_id + day) % 10 > 0, 1), else_=0),
            }
            rows = select(*told.values()).where(days.c.day == TODAY - YEAR)
            connection.execute(days.insert().from_select(list(told), rows))
    history.record(TODAY)


def _speeds(store: Store, history: History, windows: Sequence[int]) -> object:
    demand = history.demand(TODAY, windows)
    names = store.columns(tables.inventory, ["seller_sku"])["seller_sku"]
    found = demand.reindex(pd.Index(names))
    return [velocity(found[f"units_{n}"], found[f"days_{n}"]) for n in windows]


def _bytes_to_rows(skus: int) -> None:
    pages = [_page(range(n, min(n + PAGE, skus))) for n in range(0, skus, PAGE)]
    ready = [row for page in pages for row in _rows(page)]
    first, again, plain = [], [], []
    for _ in range(3):
        with opened() as store:
            first.append(_cpu(lambda: _stored(store, pages)))
            again.append(_cpu(lambda: _stored(store, pages)))
        plain.append(_cpu_plain(pages, ready))
    what, against = f"{skus:,} SKUs, bytes to stored rows", "json.loads and one executemany"
    say(Row(what, against, min(first), min(plain), 1.5, "s CPU").line)
    say(Row("the same again, unchanged", against, min(again), min(plain), 1.5, "s CPU").line)


def _stored(store: Store, pages: Sequence[bytes]) -> None:
    """As the sync does where Amazon is fast: many pages in a transaction."""
    at_once = STOCK_AT_ONCE // PAGE
    for n in range(0, len(pages), at_once):
        some = [row for page in pages[n : n + at_once] for row in _rows(page)]
        store.save_tuples(tables.inventory, inventory_pages.COLUMNS, some)


def _rows(page: bytes) -> list[inventory_pages.StockRow]:
    found = inventory_pages.loads(page)["payload"]["inventorySummaries"]
    return inventory_pages.stock_rows(found)[0]


def _cpu_plain(pages: Sequence[bytes], ready: Sequence[inventory_pages.StockRow]) -> float:
    """What a decoder and a driver need at least: the tuples are made already.

    Into the store's own table, in its own kind of file.
    """
    names = ("account", "marketplace_id", *inventory_pages.COLUMNS, "changed")
    tuples = [("bench", US, *row[:-2], str(row[-2]), row[-1], 1) for row in ready]
    marks = ", ".join("?" * len(names))
    insert = f"INSERT INTO inventory ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite3"
        Store(f"sqlite:///{path}", account="bench", marketplace_id=US, mode="demo").close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA synchronous=FULL")

            def plainly() -> None:
                for page in pages:
                    json.loads(page)
                connection.executemany(insert, tuples)
                connection.commit()

            return _cpu(plainly)


def _cpu(run: Callable[[], object]) -> float:
    """Processor seconds, with the objects of before out of the garbage collector's way."""
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    run()
    return time.process_time() - begun


def _page(numbers: range) -> bytes:
    """A page as Amazon sends it, about a kilobyte per SKU."""
    found = [_summary(number) for number in numbers]
    page = {"payload": {"inventorySummaries": found}, "pagination": {"nextToken": "x" * 60}}
    return json.dumps(page, separators=(",", ":")).encode()


def _summary(number: int) -> dict[str, Any]:
    counts = dict(
        zip(inventory_pages.QUANTITIES, range(number % 50, number % 50 + 17), strict=True)
    )
    return {
        "asin": f"B0{number:08d}",
        "fnSku": f"X0{number:08d}",
        "sellerSku": f"SKU-{number:07d}",
        "condition": "NewItem",
        "inventoryDetails": {
            **_parts(counts, "fulfillable", "inbound_"),
            "reservedQuantity": {
                "totalReservedQuantity": counts["reserved_quantity"],
                **_parts(counts, "pending_", "fc_"),
            },
            "researchingQuantity": {
                "totalResearchingQuantity": counts["researching_quantity"],
                "researchingQuantityBreakdown": [
                    {"name": f"researchingQuantityIn{term}Term", "quantity": 1}
                    for term in ("Short", "Mid", "Long")
                ],
            },
            "unfulfillableQuantity": {
                "totalUnfulfillableQuantity": counts["unfulfillable_quantity"],
                **_parts(counts, "customer_", "warehouse_", "distributor_", "carrier_", "defective",
                         "expired"),
            },
            "futureSupplyQuantity": {
                "reservedFutureSupplyQuantity": 0,
                "futureSupplyBuyableQuantity": 0,
            },
        },
        "lastUpdatedTime": "2026-03-02T12:00:00Z",
        "productName": f"Mug number {number}, dishwasher-safe, pack of {number % 12 + 1}",
        "totalQuantity": counts["total_quantity"],
        "stores": [],
    }  # fmt: skip


def _parts(counts: dict[str, int], *prefixes: str) -> dict[str, int]:
    return {to_camel(name): n for name, n in counts.items() if name.startswith(prefixes)}


if __name__ == "__main__":
    main()
