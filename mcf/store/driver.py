"""The fast path to the database: columns and tuples from and to its driver, without row objects
and decoded JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain, repeat
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Label,
    Table,
    Text,
    cast,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg

from mcf.store import tables
from mcf.store.sealing import SealedText, keyring_of

Columns: TypeAlias = dict[str, Any]
_READ_AT_ONCE = 2000
Record: TypeAlias = tuple[Any, ...]
_WRITTEN_AT_ONCE = 5000
_DRIVERS: Mapping[str, tuple[Dialect, Callable[[Table], Any]]] = {
    "sqlite": (sqlite.dialect(paramstyle="qmark"), sqlite.insert),
    "postgresql": (psycopg.dialect(paramstyle="format"), postgresql.insert),  # type: ignore[no-untyped-call]
}
"""With parameters by position, so that rows needn't be dicts."""


def columns(
    connection: Connection,
    table: Table,
    names: Sequence[str | Label[Any]],
    *where: ColumnElement[bool],
) -> Columns:
    """An array for each name, ordered by the key's code points whatever the database.

    What is reckoned of columns has a label as its name. Whole numbers are `int64` and never
    missing, times `datetime64[us]` in UTC, texts pandas' `str`.
    """
    chosen: dict[str, ColumnElement[Any]] = {
        name if isinstance(name, str) else name.name: table.c[name]
        if isinstance(name, str)
        else name
        for name in names
    }
    key = [_in_code_points(connection, column) for column in table.primary_key.columns]
    result = connection.execute(select(*chosen.values()).where(*where).order_by(*key))
    # The driver's own cursor: what SQLAlchemy does with each row costs more than the reading.
    if all(isinstance(column.type, Integer) for column in chosen.values()):
        return _numbers(result.cursor, chosen)
    return _transposed(connection, result.cursor, chosen)


def changed(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[Record],
    scope: Mapping[str, Any],
) -> list[Record]:
    """Those of the rows that are new or differ from what is stored, as the driver takes them.

    The first of the names is the key beside the scope; JSON is text, and its spelling doesn't
    matter.
    """
    latest = {row[0]: row for row in _bound(connection.dialect, table, names, rows)}
    stored = _stored(connection, table, tuple(names), list(latest), scope)
    texts = [at for at, name in enumerate(names) if isinstance(table.c[name].type, JSON)]
    return [
        row
        for key, row in latest.items()
        if (old := stored.get(key)) != row and _differ(old, row, texts)
    ]


def upsert(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[Record],
    alike: Mapping[str, Any],
) -> None:
    """Writes what `changed` gave; the values in `alike` are the same for all rows."""
    statement, order = _statement(connection.dialect.name, table, (*alike, *names))
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    same = {name: repeat(value, len(rows)) for name, value in alike.items()}
    values = zip(*(columns.get(name) or same[name] for name in order), strict=True)
    connection.exec_driver_sql(statement, list(values))


def _in_code_points(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite" or isinstance(column.type, Integer):
        return column
    return column.collate("C")


def _numbers(cursor: Any, names: Collection[str]) -> Columns:
    """The columns of rows of nothing but whole numbers."""
    values = np.fromiter(chain.from_iterable(cursor), dtype=np.int64)
    lines = np.ascontiguousarray(values.reshape(-1, len(names)).T)
    return dict(zip(names, lines, strict=True))


def _transposed(
    connection: Connection, cursor: Any, chosen: dict[str, ColumnElement[Any]]
) -> Columns:
    makers = [_maker(connection, column) for column in chosen.values()]
    parts: list[list[Any]] = [[make([])] for make in makers]
    # Arrays at once: millions of Python's numbers and texts would fill the memory.
    while some := cursor.fetchmany(_READ_AT_ONCE):
        for make, values, part in zip(makers, zip(*some, strict=True), parts, strict=True):
            part.append(make(values))
    return dict(zip(chosen, map(_joined, parts), strict=True))


def _maker(connection: Connection, column: ColumnElement[Any]) -> Callable[[Sequence[Any]], Any]:
    if isinstance(column.type, Integer):
        return partial(np.array, dtype=np.int64)
    if isinstance(column.type, SealedText):
        return partial(_opened, keyring_of(connection.dialect).opener(column.type.place))
    if not isinstance(column.type, tables.UTCDateTime):
        return partial(pd.array, dtype="str")
    if connection.dialect.name == "sqlite":
        return partial(np.array, dtype="datetime64[us]")
    return _utc


def _opened(opener: Callable[[Any], Any], values: Sequence[Any]) -> Any:
    return pd.array(list(map(opener, values)), dtype="str")


def _joined(parts: list[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pd.concat([pd.Series(part) for part in parts], ignore_index=True).array


def _utc(moments: Sequence[Any]) -> Any:
    times = pd.to_datetime(pd.Series(moments, dtype=object), utc=True).dt.as_unit("us")
    return times.dt.tz_localize(None).to_numpy()


def _bound(
    dialect: Dialect, table: Table, names: Sequence[str], rows: Sequence[Record]
) -> Iterator[Record]:
    columns: list[Record] = list(zip(*rows, strict=True))
    for at, name in enumerate(names if rows else ()):
        kind = table.c[name].type
        bind = kind.dialect_impl(dialect).bind_processor(dialect)
        if bind is not None and not isinstance(kind, JSON):
            columns[at] = tuple(map(bind, columns[at]))
    return zip(*columns, strict=True)


def _stored(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    keys: Sequence[Any],
    scope: Mapping[str, Any],
) -> dict[Any, Record]:
    stored: dict[Any, Record] = {}
    for first in range(0, len(keys), _WRITTEN_AT_ONCE):
        some = keys[first : first + _WRITTEN_AT_ONCE]
        query = _lookup(connection.dialect.name, table, names, tuple(scope), len(some))
        result = connection.exec_driver_sql(query, (*scope.values(), *some))
        # The driver's own rows: they are compared with those that it's going to be given.
        stored |= {row[0]: tuple(row) for row in result.cursor.fetchall()}
    return stored


def _differ(stored: Record | None, row: Record, texts: Sequence[int]) -> bool:
    if stored is None:
        return True
    pairs = enumerate(zip(stored, row, strict=True))
    return any(
        a != b and (at not in texts or json.loads(a) != json.loads(b)) for at, (a, b) in pairs
    )


@lru_cache(maxsize=32)
def _statement(dialect: str, table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The statement and the names of its parameters in their order."""
    driver, insert = _DRIVERS[dialect]
    query = insert(table)
    keys = [column.name for column in table.primary_key]
    written = {name: query.excluded[name] for name in names if name not in keys}
    query = query.on_conflict_do_update(index_elements=keys, set_=written)
    made = query.compile(dialect=driver, column_keys=list(names))
    return str(made), tuple(made.positiontup)


@lru_cache(maxsize=32)
def _lookup(
    dialect: str, table: Table, names: tuple[str, ...], scope: tuple[str, ...], keys: int
) -> str:
    """A query by so many keys; its parameters are those of the scope, then the keys."""
    driver, _ = _DRIVERS[dialect]
    chosen = [table.c[name] for name in names]
    query = select(*(cast(c, Text) if isinstance(c.type, JSON) else c for c in chosen)).where(
        *(table.c[name] == "" for name in scope), chosen[0].in_([""] * keys)
    )
    return str(query.compile(dialect=driver, compile_kwargs={"render_postcompile": True}))
