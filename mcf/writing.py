"""Rows as tuples straight to the database's driver: no dicts, and no JSON encoded or decoded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, TypeAlias

from sqlalchemy import JSON, Connection, Dialect, Table, Text, cast, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg

Record: TypeAlias = tuple[Any, ...]

_AT_ONCE = 5000
_DRIVERS: Mapping[str, tuple[Dialect, Callable[[Table], Any]]] = {
    "sqlite": (sqlite.dialect(paramstyle="qmark"), sqlite.insert),
    "postgresql": (psycopg.dialect(paramstyle="format"), postgresql.insert),  # type: ignore[no-untyped-call]
}
"""With parameters by position, so that rows needn't be dicts."""


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
    known = _known(connection, table, tuple(names), list(latest), scope)
    texts = [at for at, name in enumerate(names) if isinstance(table.c[name].type, JSON)]
    return [
        row
        for key, row in latest.items()
        if (old := known.get(key)) != row and _differ(old, row, texts)
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


def _known(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    keys: Sequence[Any],
    scope: Mapping[str, Any],
) -> dict[Any, Record]:
    known: dict[Any, Record] = {}
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        query = _lookup(connection.dialect.name, table, names, tuple(scope), len(some))
        found = connection.exec_driver_sql(query, (*scope.values(), *some))
        # The driver's own rows: they are compared with those that it's going to be given.
        known |= {row[0]: tuple(row) for row in found.cursor.fetchall()}
    return known


def _differ(known: Record | None, row: Record, texts: Sequence[int]) -> bool:
    if known is None:
        return True
    pairs = enumerate(zip(known, row, strict=True))
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
