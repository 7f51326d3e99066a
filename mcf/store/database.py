"""What the program remembers of Amazon, in SQLite (WAL) or another database of SQLAlchemy's.

Each table of an account and a marketplace has a revision that grows with every change, and only
with a change: reading the same again from Amazon leaves it as it is.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Label,
    Select,
    create_engine,
    delete,
    event,
    func,
    select,
    update,
)
from sqlalchemy import Row as Row
from sqlalchemy import Table as Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from mcf import database_url
from mcf.errors import StoreError
from mcf.logs import private_folder, redacted
from mcf.store import data_keys, driver, recovery, schema, sealing, tables
from mcf.store.coordination import Lease, StoredTurns
from mcf.store.driver import Record
from mcf.store.key_files import KeySource, new_key, spelled
from mcf.store.sealing import Keyring

Values: TypeAlias = dict[str, Any]
AT_ONCE = 5000
"""Rows looked up in one query: databases limit its parameters, SQLite to 32766."""
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""Seconds to wait for PostgreSQL to answer, at first and later (the last one in milliseconds).

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
"""
_BUSY_FOR = 10.0
"""Seconds for which a new file may be locked by who opened it at the same time."""


class Store:
    """The rows of one account in one marketplace; safe to share between threads and processes.

    Every method raises `StoreError` when the database can't be read or written.
    """

    def __init__(
        self,
        url: str,
        *,
        account: str,
        marketplace_id: str,
        mode: str,
        keys: KeySource | None = None,
    ) -> None:
        """`keys` is where the key of buyers' data is: by default in a file beside the store's."""
        self._scope = {"account": account, "marketplace_id": marketplace_id}
        self.rescued: str | None = None
        """What a seller must know when the store was damaged and begun anew lately; else None."""
        with _explained():
            path = _file(url)
            if path is not None:
                recovery.check(path, _patience(url))
            self._engine = _engine(url)
        self.key_source = keys or _own_keys(self._engine, path)
        """Where the key of buyers' data is."""
        self.keyring = Keyring(self.key_source.load, self.key_source.make)
        """The keys of buyers' data that are there."""
        sealing.attach(self._engine.dialect, self.keyring)
        try:
            with _explained():
                schema.prepare(self._engine, mode)
                self.rescued = recovery.rescued(path, self.keyring) if path is not None else None
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

    def heads(self, table: Table, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """The rows without what Amazon said word for word (`raw`), which is most of each."""
        chosen = (column for column in table.c if column.name != "raw")
        return self.read(
            select(*chosen).where(*self._mine(table), *where).order_by(*table.primary_key.columns)
        )

    def records(self, table: Table, *where: ColumnElement[bool]) -> list[Values]:
        """The rows as plain dicts."""
        return [dict(row._mapping) for row in self.rows(table, *where)]

    def row(self, table: Table, **key: Any) -> Row[Any] | None:
        """The row with this key, or None."""
        rows = self.rows(table, *(table.c[name] == value for name, value in key.items()))
        return rows[0] if rows else None

    def revision(self, *names: Table) -> tuple[int, ...]:
        """How often each of the tables has changed; 0 for one that never was."""
        counts = self.revisions()
        return tuple(counts.get(table.name, 0) for table in names)

    def deleted(self, *names: Table) -> tuple[int, ...]:
        """The revision at which each of the tables last lost a row; 0 for one that never did."""
        revisions = {row.table_name: row.deleted for row in self.rows(tables.revisions)}
        return tuple(revisions.get(table.name, 0) for table in names)

    def columns(
        self, table: Table, names: Sequence[str | Label[Any]], *where: ColumnElement[bool]
    ) -> driver.Columns:
        """The rows as columns, in the order of the key; of JSON, what `driver.PARTS` names.

        Of a table that knows no accounts, only numbers of SKUs, the rows of all accounts.
        """
        with _explained(), self._engine.connect() as connection:
            mine = self._mine(table) if "account" in table.c else []
            return driver.columns(connection, table, names, *mine, *where)

    def revisions(self) -> dict[str, int]:
        """The revision of every table that has ever changed."""
        return {row.table_name: row.revision for row in self.rows(tables.revisions)}

    def save(self, table: Table, rows: Iterable[Values]) -> int:
        """How many of the rows were new or different; those are written, in one transaction."""
        with self._writing() as connection:
            return self._save(connection, table, list(rows))

    def save_tuples(self, table: Table, names: Sequence[str], rows: Sequence[Record]) -> int:
        """As `save`, for whole rows in the order of `names`, of which the first is the key.

        JSON is text; spelled otherwise it's no change. For tables without bookkeeping.
        """
        with self._writing() as connection:
            changed = driver.changed(connection, table, names, rows, self._scope)
            if changed:
                stamp = self._stamp(table, self._grow(connection, table))
                driver.upsert(connection, table, names, changed, {**self._scope, **stamp})
        return len(changed)

    def replace(self, table: Table, rows: Iterable[Values], *where: ColumnElement[bool]) -> int:
        """How many rows changed when those that meet `where` became exactly `rows`."""
        with self._writing() as connection:
            return self._replace(connection, table, list(rows), *where)

    def save_orders(
        self, orders: Sequence[Values], parts: Mapping[Table, Sequence[Values]]
    ) -> None:
        """Writes orders and replaces their items, shipments and parcels, in one transaction."""
        ids = [order["seller_fulfillment_order_id"] for order in orders]
        with self._writing() as connection:
            self._save(connection, tables.orders, orders)
            for table, rows in parts.items():
                theirs = table.c.seller_fulfillment_order_id.in_(ids)
                self._replace(connection, table, rows, theirs)

    def add(self, table: Table, row: Values) -> bool:
        """Whether the row was new and is now written; False when its key was there already."""
        query = self._insert(table).values(**self._scope, **row).on_conflict_do_nothing()
        # Drivers don't agree on the row count of an insert; a returned row can't be misread.
        told = query.returning(*table.primary_key.columns)
        with self._writing() as connection:
            added = connection.execute(told).first() is not None
            if added:
                self._mark(connection, table, row)
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
                self._mark(connection, table, key)
        return changed

    def marked(self, digest: str | None) -> str | None:
        """A digest of buyers' data as rows hold it; None also where the key isn't there."""
        return self.keyring.mark(digest)

    def of(self, account: str, marketplace_id: str) -> Store:
        """The same store for another account or marketplace in it; closed with this one."""
        other = copy(self)
        other._scope = {"account": account, "marketplace_id": marketplace_id}
        return other

    @property
    def turns(self) -> StoredTurns:
        """The queue in which all processes on this store wait for Amazon's usage plans."""
        return StoredTurns(self._writing, self._scope["account"])

    def backup(self, to: Path) -> None:
        """Writes a copy of the store into a new file, also while it's in use."""
        with _explained():
            schema.backup(self._engine, to)

    def compact(self) -> None:
        """Leaves nothing in the file or its journal of what was deleted or written over."""
        if self._engine.dialect.name == "sqlite":
            with _explained(), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def path(self) -> Path | None:
        """The store's file; None for one in memory or on a server."""
        return _file(str(self._engine.url)) if self._engine.dialect.name == "sqlite" else None

    def lease(self, name: str) -> Lease:
        """A role that one of the processes on this store has at a time."""
        return Lease(self._writing, self._scope, name)

    def count(self, table: Table) -> int:
        """How many rows the table has."""
        query = select(func.count()).select_from(table).where(*self._mine(table))
        with _explained(), self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def drop(self, table: Table, column: str, values: Collection[Any]) -> int:
        """How many rows, those whose column has one of the values, were removed."""
        left, removed = list(values), 0
        with self._writing() as connection:
            for first in range(0, len(left), AT_ONCE):
                some = table.c[column].in_(left[first : first + AT_ONCE])
                removed += connection.execute(
                    delete(table).where(*self._mine(table), some)
                ).rowcount
            if removed:
                self._grow(connection, table, deleting=True)
        return removed

    def read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """What a query finds; it must be limited to `mine` itself."""
        with _explained(), self._engine.connect() as connection:
            return connection.execute(query).all()

    @contextmanager
    def writing(self, *changed: Table) -> Iterator[Connection]:
        """A transaction that changes the tables, whose revisions grow."""
        with self._writing() as connection:
            yield connection
            for table in changed:
                self._grow(connection, table)

    @property
    def scope(self) -> Values:
        """What every row of this account and marketplace has."""
        return dict(self._scope)

    def mine(self, table: Table) -> list[ColumnElement[bool]]:
        """The conditions of the rows of this account and marketplace."""
        return self._mine(table)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that knows `on_conflict_do_update`, in the database's dialect."""
        return self._insert(table)

    def _mine(self, table: Table) -> list[ColumnElement[bool]]:
        return [table.c[name] == value for name, value in self._scope.items()]

    def _save(self, connection: Connection, table: Table, rows: Sequence[Values]) -> int:
        keys = [c.name for c in table.primary_key if c.name not in self._scope]
        rows = self._storable(table, rows)
        latest = {tuple(row[key] for key in keys): row for row in rows}
        stored = self._stored(connection, table, keys, rows)
        if self.keyring.current is None:
            latest = _with_what_is_sealed(table, latest, stored)
        fresh = [row for key, row in latest.items() if stored.get(key) != row]
        noted = [
            key for key, row in latest.items() if _noteworthy(stored.get(key)) != _noteworthy(row)
        ]
        stamp = self._stamp(table, self._grow(connection, table)) if noted else {}
        if fresh:
            scoped = [{**self._scope, **row, **stamp} for row in fresh]
            with self.keyring.kindly():
                connection.execute(self._upsert(table, keys, {**fresh[0], **stamp}), scoped)
        return len(noted)

    def _storable(self, table: Table, rows: Sequence[Values]) -> Sequence[Values]:
        """The rows with digests as they're stored."""
        marks = [c.name for c in table.c if isinstance(c.type, sealing.Mark)]
        if not marks or not rows or not set(marks) & set(rows[0]):
            return rows
        mark = self.keyring.mark
        return [{**row, **{name: mark(row[name]) for name in marks if name in row}} for row in rows]

    def _stored(
        self, connection: Connection, table: Table, keys: list[str], rows: Sequence[Values]
    ) -> dict[tuple[Any, ...], Values]:
        stored: dict[tuple[Any, ...], Values] = {}
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            query = select(*(table.c[name] for name in rows[0])).where(
                *self._mine(table), table.c[keys[0]].in_({row[keys[0]] for row in some})
            )
            mappings = connection.execute(query).mappings()
            stored |= {tuple(row[key] for key in keys): dict(row) for row in mappings}
        return stored

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _upsert(self, table: Table, keys: list[str], row: Values) -> Any:
        query = self._insert(table)
        # Without the key what is sealed stays as it was.
        untouched = _sealed_names(table) if self.keyring.current is None else ()
        return query.on_conflict_do_update(
            index_elements=[*self._scope, *keys],
            set_={name: query.excluded[name] for name in row if name not in {*keys, *untouched}}
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
            self._grow(connection, table, deleting=True)
        return len(gone) + self._save(connection, table, rows)

    def _grow(self, connection: Connection, table: Table, *, deleting: bool = False) -> int:
        first = {**self._scope, "table_name": table.name, "revision": 1}
        grown = tables.revisions.c.revision + 1
        query = self._insert(tables.revisions).values(**first, deleted=int(deleting))
        query = query.on_conflict_do_update(
            index_elements=[*self._scope, "table_name"],
            set_={"revision": grown, "deleted": grown} if deleting else {"revision": grown},
        )
        told = query.returning(tables.revisions.c.revision)
        return int(connection.execute(told).scalar_one())

    def _mark(self, connection: Connection, table: Table, key: Values) -> None:
        stamp = self._stamp(table, self._grow(connection, table))
        if stamp:
            names = (c.name for c in table.primary_key if c.name in key)
            same = (table.c[name] == key[name] for name in names)
            connection.execute(update(table).where(*self._mine(table), *same).values(**stamp))

    @staticmethod
    def _stamp(table: Table, revision: int) -> Values:
        return {"changed": revision} if "changed" in table.c else {}

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _explained(), self._engine.begin() as connection:
            data_keys.follow(connection)
            yield connection


def _sealed_names(table: Table) -> list[str]:
    """The columns that hold buyers' data, and digests of it."""
    kinds = (sealing.SealedText, sealing.SealedJSON, sealing.Mark)
    return [column.name for column in table.c if isinstance(column.type, kinds)]


def _with_what_is_sealed(
    table: Table, rows: Mapping[Any, Values], stored: Mapping[Any, Values]
) -> dict[Any, Values]:
    """The rows as they can be written without the key: what is sealed is as it was."""
    names = _sealed_names(table)
    return {
        key: {**row, **{n: stored[key][n] for n in names if n in row}} if key in stored else row
        for key, row in rows.items()
    }


def _own_keys(engine: Engine, path: Path | None) -> KeySource:
    """A key in a file beside the store's; that of a store in memory is as lasting as it is.

    Raises `StoreError` for a store on a server.
    """
    if engine.dialect.name != "sqlite":
        raise StoreError("A store on a server needs to be told where its key is.")
    if path is None:
        return KeySource(spelled(new_key()))
    return KeySource(file=path.with_name(f"{path.name}.key"), beside=True)


def _noteworthy(row: Values | None) -> Values | None:
    """What of a row is worth a revision: of bookkeeping only whether there is any."""
    return row and {k: v is None if k in tables.BOOKKEEPING else v for k, v in row.items()}


_DAMAGED = (
    "It's damaged. Start the program again: then it's moved aside, what can be read of it is "
    "saved, and stock and orders are read from Amazon anew."
)
_UNREACHED = (
    "Check that PostgreSQL runs there and takes connections from this machine: MCF_DATABASE_URL "
    "says where it is. What was stored is still there."
)
_ADVICE = (
    ("locked", "Another program is busy with the store: close it, or try again in a moment."),
    ("not a database", _DAMAGED),
    ("malformed", _DAMAGED),
)
_LOGIN = "Check the user and the password in MCF_DATABASE_URL."
_POSTGRESQL_ADVICE = (
    ("password authentication failed", _LOGIN),
    ("no password supplied", _LOGIN),
    ("no pg_hba.conf entry", "Let this machine and user in, in the server's pg_hba.conf."),
    ("resolve host", "Check the host in MCF_DATABASE_URL, and this machine's network."),
    ("permission denied", "Give its role the right to create and change tables in its schema."),
    ("too many", "Other programs hold all its connections: close some, or let it take more."),
    ("certificate", "Check the server's certificate, and sslmode in MCF_DATABASE_URL."),
    ("read-only", "Name the server that takes changes in MCF_DATABASE_URL, not a copy of it."),
    ('database "', "Create that database, or correct its name in MCF_DATABASE_URL."),
    ('role "', _LOGIN),
)
"""A part of what PostgreSQL says, in English, and what to do; it may say it in another language."""


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise StoreError(
            f"The driver of this database isn't installed: {error.name}.",
            advice="Install what requirements.txt names, or unset MCF_DATABASE_URL.",
        ) from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = getattr(error, "orig", None) if isinstance(error, SQLAlchemyError) else error
        if isinstance(cause, StoreError):
            raise cause from error
        # What follows the first line may hold the row, and with it a buyer's address.
        reason = str(cause or type(error).__name__).partition("\n")[0]
        odd = database_url.HOW if isinstance(error, ArgumentError) else None
        raise StoreError(
            f"The store can't be used: {redacted(reason)}", advice=odd or _advice(cause, reason)
        ) from error


def _advice(cause: object, reason: str) -> str | None:
    """What to do; None where the usual advice is right, that of a file."""
    if type(cause).__module__.partition(".")[0] != "psycopg":
        return next((text for needle, text in _ADVICE if needle in reason), None)
    return next((text for needle, text in _POSTGRESQL_ADVICE if needle in reason), _UNREACHED)


def _address(url: str) -> URL:
    """The address in its parts; raises `StoreError`, without a part of it, when it's none."""
    problem = database_url.problem(url)
    try:
        if problem is None:
            return make_url(url)
    except (SQLAlchemyError, ValueError) as error:
        problem = f"isn't the address of a database ({type(error).__name__})."
    raise StoreError(f"MCF_DATABASE_URL {problem}", advice=database_url.HOW)


def _engine(url: str) -> Engine:
    address = _address(url)
    if address.get_backend_name() != "sqlite":
        patience = {k: v for k, v in _PATIENCE.items() if k not in address.query}
        engine = create_engine(
            address, pool_pre_ping=True, hide_parameters=True, connect_args=patience
        )
        # A store in a file doesn't need the driver.
        from mcf.store import silence

        silence.bound(engine)
        return engine
    path = _file(url)
    if path is not None:
        _private_file(path)
    engine = create_engine(address, connect_args={"timeout": _patience(url)}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _file(url: str) -> Path | None:
    address = _address(url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return None
    return Path(str(address.database))


def _patience(url: str) -> float:
    """Seconds to wait for another process that writes; raises `StoreError` if that's no number."""
    seconds = str(_address(url).query.get("timeout", 30))
    try:
        return float(seconds)
    except ValueError:
        raise StoreError(
            "MCF_DATABASE_URL has a timeout that is no number.", advice="Use one like timeout=30."
        ) from None


def _private_file(path: Path) -> None:
    private_folder(path.parent)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    _write_ahead(cursor)
    # An order's intent must outlive a power failure too, not only a killed process.
    cursor.execute("PRAGMA synchronous=FULL")
    # What is deleted is gone from the file too.
    cursor.execute("PRAGMA secure_delete=ON")
    # What is deleted is gone from the file too.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Has the file keep a write-ahead log.

    Of several who open a new file, SQLite lets one do that and refuses the others without patience.
    """
    last = time.monotonic() + _BUSY_FOR
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last:
                raise
            time.sleep(0.01)
        else:
            return


def utc_now() -> datetime:
    """This machine's time, in UTC."""
    return datetime.now(UTC)
