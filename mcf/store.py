"""What the program remembers of Amazon, in SQLite (WAL) or another database of SQLAlchemy's.

Each table of an account and a marketplace has a revision that grows with every change, and only
with a change: reading the same again from Amazon leaves it as it is.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    create_engine,
    delete,
    event,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy import Row as Row
from sqlalchemy import Table as Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from mcf import tables
from mcf.errors import StoreError
from mcf.lease import Lease
from mcf.turns import StoredTurns

Values: TypeAlias = dict[str, Any]

AT_ONCE = 5000
"""Rows looked up in one query: databases limit its parameters, SQLite to 32766."""

_LOCK = 7_204_611


class Store:
    """The rows of one account in one marketplace; safe to share between threads and processes.

    Every method raises `StoreError` when the database can't be read or written.
    """

    def __init__(self, url: str, *, account: str, marketplace_id: str, mode: str) -> None:
        self._scope = {"account": account, "marketplace_id": marketplace_id}
        with _explained():
            self._engine = _engine(url)
        try:
            with _explained():
                self._open(mode)
        except StoreError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections to the database."""
        self._engine.dispose()

    def rows(self, table: Table, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """The rows of a table that meet the conditions, in the order of the key."""
        query = select(table).where(*self._mine(table), *where).order_by(*table.primary_key.columns)
        with _explained(), self._engine.connect() as connection:
            return connection.execute(query).all()

    def records(self, table: Table, *where: ColumnElement[bool]) -> list[Values]:
        """The rows as plain dicts."""
        return [dict(row._mapping) for row in self.rows(table, *where)]

    def row(self, table: Table, **key: Any) -> Row[Any] | None:
        """The row with this key, or None."""
        found = self.rows(table, *(table.c[name] == value for name, value in key.items()))
        return found[0] if found else None

    def revision(self, *names: Table) -> tuple[int, ...]:
        """How often each of the tables has changed; 0 for one that never was."""
        counts = self.revisions()
        return tuple(counts.get(table.name, 0) for table in names)

    def revisions(self) -> dict[str, int]:
        """The revision of every table that has ever changed."""
        return {row.table_name: row.revision for row in self.rows(tables.revisions)}

    def save(self, table: Table, rows: Iterable[Values]) -> int:
        """How many of the rows were new or different; those are written, in one transaction."""
        with self._writing() as connection:
            return self._save(connection, table, list(rows))

    def replace(self, table: Table, rows: Iterable[Values], *where: ColumnElement[bool]) -> int:
        """How many rows changed when those that meet `where` became exactly `rows`."""
        with self._writing() as connection:
            return self._replace(connection, table, list(rows), *where)

    def save_order(self, order: Values, parts: Mapping[Table, Sequence[Values]]) -> None:
        """Writes an order and replaces its items, shipments and parcels, in one transaction."""
        order_id = order["seller_fulfillment_order_id"]
        with self._writing() as connection:
            self._save(connection, tables.orders, [order])
            for table, rows in parts.items():
                mine = table.c.seller_fulfillment_order_id == order_id
                self._replace(connection, table, rows, mine)

    def add(self, table: Table, row: Values) -> bool:
        """Whether the row was new and is now written; False when its key was there already."""
        query = self._insert(table).values(**self._scope, **row).on_conflict_do_nothing()
        # Drivers don't agree on the row count of an insert; a returned row can't be misread.
        told = query.returning(*table.primary_key.columns)
        with self._writing() as connection:
            added = connection.execute(told).first() is not None
            if added:
                self._grow(connection, table)
        return added

    def change(
        self, table: Table, key: Values, values: Values, *where: ColumnElement[bool]
    ) -> bool:
        """Whether the row with this key met the conditions and was changed."""
        conditions = (table.c[name] == value for name, value in key.items())
        query = update(table).where(*self._mine(table), *conditions, *where).values(**values)
        with self._writing() as connection:
            changed = bool(connection.execute(query).rowcount)
            if changed:
                self._grow(connection, table)
        return changed

    @property
    def turns(self) -> StoredTurns:
        """The queue in which all processes on this store wait for Amazon's usage plans."""
        return StoredTurns(self._writing, self._scope["account"])

    def lease(self, name: str) -> Lease:
        """A role that one of the processes on this store has at a time."""
        return Lease(self._writing, self._scope, name)

    def count(self, table: Table) -> int:
        """How many rows the table has."""
        query = select(func.count()).select_from(table).where(*self._mine(table))
        with _explained(), self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def drop(self, table: Table, column: str, values: Collection[Any]) -> None:
        """Removes the rows whose column has one of the values."""
        left = list(values)
        with self._writing() as connection:
            for first in range(0, len(left), AT_ONCE):
                some = table.c[column].in_(left[first : first + AT_ONCE])
                connection.execute(delete(table).where(*self._mine(table), some))
            if left:
                self._grow(connection, table)

    def _mine(self, table: Table) -> list[ColumnElement[bool]]:
        return [table.c[name] == value for name, value in self._scope.items()]

    def _save(self, connection: Connection, table: Table, rows: Sequence[Values]) -> int:
        keys = [c.name for c in table.primary_key if c.name not in self._scope]
        latest = {tuple(row[key] for key in keys): row for row in rows}
        known = self._known(connection, table, keys, rows)
        fresh = [row for key, row in latest.items() if known.get(key) != row]
        if fresh:
            scoped = [{**self._scope, **row} for row in fresh]
            connection.execute(self._upsert(table, keys, fresh[0]), scoped)
        noted = [
            key for key, row in latest.items() if _noteworthy(known.get(key)) != _noteworthy(row)
        ]
        if noted:
            self._grow(connection, table)
        return len(noted)

    def _known(
        self, connection: Connection, table: Table, keys: list[str], rows: Sequence[Values]
    ) -> dict[tuple[Any, ...], Values]:
        known: dict[tuple[Any, ...], Values] = {}
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            query = select(*(table.c[name] for name in rows[0])).where(
                *self._mine(table), table.c[keys[0]].in_({row[keys[0]] for row in some})
            )
            found = connection.execute(query).mappings()
            known |= {tuple(row[key] for key in keys): dict(row) for row in found}
        return known

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _upsert(self, table: Table, keys: list[str], row: Values) -> Any:
        query = self._insert(table)
        return query.on_conflict_do_update(
            index_elements=[*self._scope, *keys],
            set_={name: query.excluded[name] for name in row if name not in keys}
            or {keys[0]: query.excluded[keys[0]]},
        )

    def _replace(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Values],
        *where: ColumnElement[bool],
    ) -> int:
        keys = [c for c in table.primary_key if c.name not in self._scope]
        kept = {tuple(row[key.name] for key in keys) for row in rows}
        mine = self._mine(table)
        there = connection.execute(select(*keys).where(*mine, *where)).all()
        gone = [tuple(row) for row in there if tuple(row) not in kept]
        for row in gone:
            same = (key == value for key, value in zip(keys, row, strict=True))
            connection.execute(delete(table).where(*mine, *same))
        if gone:
            self._grow(connection, table)
        return len(gone) + self._save(connection, table, rows)

    def _grow(self, connection: Connection, table: Table) -> None:
        first = {**self._scope, "table_name": table.name, "revision": 1}
        query = self._insert(tables.revisions).values(first)
        query = query.on_conflict_do_update(
            index_elements=[*self._scope, "table_name"],
            set_={"revision": tables.revisions.c.revision + 1},
        )
        connection.execute(query)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _explained(), self._engine.begin() as connection:
            yield connection

    def _open(self, mode: str) -> None:
        if inspect(self._engine).has_table(tables.meta.name):
            self._check(mode)
        mine = {"schema_version": str(tables.SCHEMA_VERSION), "mode": mode}
        noted = [{"key": key, "value": value} for key, value in mine.items()]
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two that make the same table at once would get in each other's way.
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            for table in tables.metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))
            connection.execute(self._insert(tables.meta).on_conflict_do_nothing(), noted)
        self._check(mode)

    def _check(self, mode: str) -> None:
        with self._engine.connect() as connection:
            found = {row.key: row.value for row in connection.execute(select(tables.meta))}
        if found.get("mode", mode) != mode:
            raise StoreError(
                f"The store holds {found['mode']} data, but the program runs in {mode} mode.",
                advice="Give each mode a database of its own in MCF_DATABASE_URL.",
            )
        known = str(tables.SCHEMA_VERSION)
        if found.get("schema_version", known) != known:
            raise StoreError(
                f"The store has schema {found['schema_version']}; this program knows {known}.",
                advice="Use the version of the program that wrote it, or choose another "
                "MCF_DATA_DIR. Nothing was changed.",
            )


def _noteworthy(row: Values | None) -> Values | None:
    return row and {k: v for k, v in row.items() if k not in tables.BOOKKEEPING}


_DAMAGED = (
    "It's damaged or isn't a store of this program. Move it away and start again: stock and orders "
    "are read from Amazon anew."
)
_ADVICE = (
    ("locked", "Another program is busy with the store: close it, or try again in a moment."),
    ("not a database", _DAMAGED),
    ("malformed", _DAMAGED),
)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise StoreError(
            f"The driver of this database isn't installed: {error.name}.",
            advice="For PostgreSQL: pip install 'psycopg[binary]'; or unset MCF_DATABASE_URL.",
        ) from error
    except (SQLAlchemyError, OSError) as error:
        known = error if isinstance(error, OSError) else getattr(error, "orig", None)
        # What follows the first line may hold the row, and with it a buyer's address.
        reason = str(known or type(error).__name__).partition("\n")[0]
        advice = next((text for needle, text in _ADVICE if needle in reason), None)
        raise StoreError(f"The store can't be used: {reason}", advice=advice) from error


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, hide_parameters=True)
    if address.database and address.database != ":memory:":
        _private_file(Path(address.database))
    patience = {} if "timeout" in address.query else {"timeout": 30}
    engine = create_engine(address, connect_args=patience, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _private_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # An order's intent must outlive a power failure too, not only a killed process.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def utc_now() -> datetime:
    """This machine's time, in UTC."""
    return datetime.now(UTC)
