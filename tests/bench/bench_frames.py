"""How long frames take from the store: all of them, and after some rows changed.

Run it on an idle machine: `python -m tests.bench.bench_frames [--skus N] [--orders N]`
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from sqlalchemy import Table, create_engine, select

from mcf.inventory.history import History, day_of
from mcf.inventory.review import StockReview
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.snapshots import Snapshot, StoredFrames
from tests.bench import warehouse
from tests.bench.printing import Row, best, heading, say

CHANGED = 500
DAYS = 90
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        with Store(url, account="bench", marketplace_id="US", mode="demo") as store:
            warehouse.fill(store, options.skus, options.orders)
            heading(f"{options.skus:,} SKUs, {options.orders:,} orders, {CHANGED} rows changed")
            _stock(store, url, options.skus)
            _orders(store, options.orders)
            _review(store, options.skus)


def _stock(store: Store, url: str, skus: int) -> None:
    shown = [c.name for c in tables.inventory.c if c.name not in {"raw", "changed"}]
    whole, same = _read_sql(url, tables.inventory), _read_sql(url, tables.inventory, shown)
    full = best(lambda: StoredFrames(store).inventory())
    row = "inventory frame from the store"
    say(Row(row, "pandas.read_sql of the table", full, whole, 0.4, "s").line)
    say(Row(row, "pandas.read_sql without its JSON", full, same, 1.0, "s").line)

    def change(more: int) -> None:
        some = range(0, skus, max(skus // CHANGED, 1))
        store.save(tables.inventory, [warehouse.stock_row(n, more) for n in some])

    patched = _patched(StoredFrames(store).inventory, change)
    say(Row("the frame after changes", "the full load", patched, full, 0.15, "s").line)


def _orders(store: Store, orders: int) -> None:
    def load() -> Snapshot:
        return StoredFrames(store).orders()

    def change(more: int) -> None:
        some = range(0, orders, max(orders // CHANGED, 1))
        told = f"Someone Else {more}"
        rows = [warehouse.order_row(n, warehouse.OPENING, recipient=told) for n in some]
        store.save(tables.orders, rows)

    full = best(load, 3)
    patched = _patched(StoredFrames(store).orders, change)
    say(Row("the frame of orders after changes", "the full load", patched, full, 0.15, "s").line)


def _review(store: Store, skus: int) -> None:
    today = day_of(warehouse.OPENING)
    warehouse.remember(store, DAYS, today)
    stock = StoredFrames(store)
    review = StockReview(store, lambda: stock.inventory().frame, lambda: warehouse.OPENING)
    first = best(review.prepare, 1)

    def change(more: int) -> None:
        some = range(0, skus, max(skus // CHANGED, 1))
        store.save(tables.inventory, [warehouse.stock_row(n, more + ROUNDS) for n in some])
        History(store).record(today)

    def current() -> Snapshot:
        review.prepare()
        return review.snapshot()

    again = _patched(current, change)
    what = f"the review after changes, {DAYS} days of history"
    say(Row(what, "the first of a day", again, first, 0.15, "s").line)
    names = review.plan()["seller_sku"]
    review.sku(str(names.iloc[0]))
    one = best(lambda: review.sku(str(names.iloc[1])), 1)
    say(Row("one SKU in depth", "the first review of a day", one, first, 0.15, "s").line)


def _patched(current: Callable[[], Snapshot], change: Callable[[int], None]) -> float:
    current()
    seconds = []
    for more in range(1, ROUNDS + 1):
        change(more)
        seconds.append(best(current, 1))
    return min(seconds)


def _read_sql(url: str, table: Table, names: list[str] | None = None) -> float:
    engine = create_engine(url)
    query = select(table) if names is None else select(*(table.c[name] for name in names))

    def read() -> pd.DataFrame:
        with engine.connect() as connection:
            return pd.read_sql(query, connection)

    seconds = best(read, 3)
    engine.dispose()
    return seconds


if __name__ == "__main__":
    main()
