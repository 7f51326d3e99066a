"""A world in a SQLite file: every answer's changes are on disk before the answer leaves.

Orders and stock are kept as JSON, by their dataclasses' type hints; fields at their default are
left out.
"""

from __future__ import annotations

import json
import os
import sqlite3
import types
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin

from mcf.simulator.world.orders import Order
from mcf.simulator.world.stock import Stock
from mcf.simulator.world.world import World

T = TypeVar("T")

Step = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FORMAT = 2

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (token TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stocks (
    marketplace TEXT NOT NULL, sku TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (marketplace, sku)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS movements (
    marketplace TEXT NOT NULL, sku TEXT NOT NULL, day INTEGER NOT NULL,
    disposition TEXT NOT NULL, event TEXT NOT NULL, units INTEGER NOT NULL,
    PRIMARY KEY (marketplace, sku, day, disposition, event)
) WITHOUT ROWID;
"""


class StateError(Exception):
    """The state file can't be used; the message says what to do."""


class StateFile:
    """One world on disk. Readable by its owner only: it holds recipients' addresses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._saved: datetime | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
        try:
            self._db = _connect(path)
        except sqlite3.DatabaseError as error:
            raise StateError(
                f"{path} is not a state file of the simulator ({error}). "
                "Move it away, or give another path."
            ) from error

    def load(self) -> World | None:
        """The saved world; None when the file holds none yet."""
        meta = dict(self._db.execute("SELECT name, value FROM meta"))
        if "seed" not in meta:
            return None
        if meta.get("format") != str(FORMAT):
            raise StateError(
                f"{self.path} was written by another version of the simulator. "
                "Move it away to begin with a new world."
            )
        try:
            return self._read(meta)
        except (
            AttributeError,
            KeyError,
            OverflowError,
            TypeError,
            ValueError,
            sqlite3.Error,
        ) as error:
            raise StateError(
                f"{self.path} can't be understood ({error!r}). "
                "Move it away to begin with a new world."
            ) from error

    def _read(self, meta: dict[str, str]) -> World:
        world = World(int(meta["seed"]), datetime.fromisoformat(meta["now"]))
        # A file from before there were books begins them now.
        world.opened = datetime.fromisoformat(meta.get("opened", meta["now"]))
        world.package_count = int(meta["packages"])
        world.daily_orders = float(meta["daily_orders"])
        for (body,) in self._db.execute("SELECT body FROM stocks ORDER BY marketplace, sku"):
            stock = decode(Stock, json.loads(body))
            world.add(stock)
        for (body,) in self._db.execute("SELECT body FROM orders ORDER BY number"):
            world.restore(decode(Order, json.loads(body)))
        for row in self._db.execute("SELECT * FROM movements"):
            world.books.restore(*row)
        tokens = self._db.execute("SELECT token FROM idempotency")
        world.idempotency_tokens = {token for (token,) in tokens}
        return world

    def save_all(self, world: World) -> None:
        """Replaces whatever the file holds with this world."""
        stocks = (
            shelf[sku]
            for marketplace_id, shelf in sorted(world.stocks.items())
            for sku in world.sorted_skus(marketplace_id)
        )
        self._write(world, world.by_number, stocks, replace=True)

    def save_changes(self, world: World) -> None:
        """Writes what was touched since the last time."""
        if world.touched or world.now != self._saved:
            self._write(
                world,
                list(world.touched_orders.values()),
                list(world.touched_stocks.values()),
            )

    def close(self) -> None:
        """Lets go of the file; what was saved stays in it."""
        self._db.close()

    def _write(
        self,
        world: World,
        orders: Iterable[Order],
        stocks: Iterable[Stock],
        *,
        replace: bool = False,
    ) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if replace:
                self._db.execute("DELETE FROM orders")
                self._db.execute("DELETE FROM stocks")
                self._db.execute("DELETE FROM idempotency")
                self._db.execute("DELETE FROM movements")
            gone = list(world.removed_stocks)
            self._db.executemany("DELETE FROM stocks WHERE marketplace = ? AND sku = ?", gone)
            self._db.executemany("DELETE FROM movements WHERE marketplace = ? AND sku = ?", gone)
            self._db.executemany("REPLACE INTO orders VALUES (?, ?)", _order_rows(orders))
            self._db.executemany("REPLACE INTO stocks VALUES (?, ?, ?)", _stock_rows(stocks))
            moved = list(world.books.changes())
            self._db.executemany("REPLACE INTO movements VALUES (?, ?, ?, ?, ?, ?)", moved)
            tokens = [(token,) for token in world.new_tokens]
            self._db.executemany("REPLACE INTO idempotency VALUES (?)", tokens)
            self._db.executemany("REPLACE INTO meta VALUES (?, ?)", _meta(world))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._saved = world.now
        world.untouch()


def _connect(path: Path) -> sqlite3.Connection:
    """A connection to a file with all tables. sqlite3.DatabaseError when it is no such file."""
    with ExitStack() as failing:
        db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        failing.callback(db.close)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.executescript(_TABLES)
        failing.pop_all()
    return db


def _order_rows(orders: Iterable[Order]) -> Iterator[tuple[int, str]]:
    for order in orders:
        yield order.number, _compact(encode(order))


def _stock_rows(stocks: Iterable[Stock]) -> Iterator[tuple[str, str, str]]:
    for stock in stocks:
        yield stock.marketplace_id, stock.product.seller_sku, _compact(encode(stock))


def _meta(world: World) -> list[tuple[str, str]]:
    return [
        ("format", str(FORMAT)),
        ("seed", str(world.seed)),
        ("now", world.now.isoformat()),
        ("opened", world.opened.isoformat()),
        ("packages", str(world.package_count)),
        ("daily_orders", str(world.daily_orders)),
    ]


_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def encode(value: object) -> object:
    """What `json.dumps` can take, for a dataclass."""
    return _encoder(cast(Hashable, type(value)))(value)


def decode(kind: type[T], value: object) -> T:
    """The object that `encode` was given."""
    return cast(T, _decoder(cast(Hashable, kind))(value))


@cache
def _encoder(kind: Hashable) -> Step:
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_encoder(kind)
    some, container = _inside(kind)
    if container is None:
        return datetime.timestamp if kind is datetime else _as_it_is
    inner = _encoder(some)
    if container is types.NoneType:
        return lambda value: None if value is None else inner(value)
    return lambda value: [inner(each) for each in value]


@cache
def _decoder(kind: Hashable) -> Step:
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    some, container = _inside(kind)
    if container is None:
        return _leaf_decoder(kind)
    inner = _decoder(some)
    if container is types.NoneType:
        return lambda value: None if value is None else inner(value)
    return lambda value: container(inner(each) for each in value)


def _inside(kind: Hashable) -> tuple[Hashable, Any]:
    """What a list, tuple or optional type holds, and its container; None for anything else."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return next(each for each in inner if each is not types.NoneType), types.NoneType
    return (inner[0], origin) if origin in (list, tuple) else (None, None)


def _leaf_decoder(kind: Hashable) -> Step:
    if kind is datetime:
        return lambda value: _EPOCH + timedelta(seconds=value)
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _dataclass_encoder(kind: Any) -> Step:
    hints = typing.get_type_hints(kind)
    steps = [(field.name, _default(field), _encoder(hints[field.name])) for field in fields(kind)]

    def encode_fields(value: object) -> dict[str, object]:
        encoded = {}
        for name, default, step in steps:
            held = getattr(value, name)
            if held is not default and held != default:
                encoded[name] = held if step is _as_it_is else step(held)
        return encoded

    return encode_fields


def _dataclass_decoder(kind: Any) -> Step:
    hints = typing.get_type_hints(kind)
    steps = {each.name: _decoder(hints[each.name]) for each in fields(kind)}
    return lambda value: kind(**{name: steps[name](held) for name, held in value.items()})


def _default(of: Field[Any]) -> object:
    return of.default if of.default_factory is MISSING else of.default_factory()
