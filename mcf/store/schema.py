"""The store's schema: made new, brought up to date, or refused when it's newer than the program.

Alembic migrates; it's loaded only when there's something to migrate.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from mcf.errors import StoreError
from mcf.logs import private_folder
from mcf.store import data_keys, tables, upgrading

HEAD = f"{tables.SCHEMA_VERSION:04}"
"""Alembic's name of the newest revision."""
_LOCK = 7_204_611


def prepare(engine: Engine, mode: str) -> None:
    """Leaves the database with the tables of this program; raises `StoreError` when it can't.

    A store of another mode, or one that a newer program has written, isn't changed.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Two that make or change the same table at once would get in each other's way.
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        version = _version(connection)
        if version is None:
            data_keys.prepare(connection)
            _make(connection, mode)
            data_keys.adopt(connection)
    if version is not None:
        _check_mode(engine, mode)
        _upgrade(engine, version)
        with engine.begin() as connection:
            data_keys.adopt(connection)
    upgrading.clear_traces(engine, _file_of(engine))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(tables.meta.name):
        return None
    query = select(tables.meta.c.value).where(tables.meta.c.key == "schema_version")
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


def _make(connection: Connection, mode: str) -> None:
    for table in tables.metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    mine = {"schema_version": str(tables.SCHEMA_VERSION), "mode": mode}
    noted = [{"key": key, "value": value} for key, value in mine.items()]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(tables.meta).on_conflict_do_nothing(), noted)


def _check_mode(engine: Engine, mode: str) -> None:
    with engine.connect() as connection:
        found = connection.execute(
            select(tables.meta.c.value).where(tables.meta.c.key == "mode")
        ).scalar()
    if found not in (None, mode):
        raise StoreError(
            f"The store holds {found} data, but the program runs in {mode} mode.",
            advice="Give each mode a database of its own in MCF_DATABASE_URL.",
        )


def _upgrade(engine: Engine, version: int) -> None:
    if version == tables.SCHEMA_VERSION:
        return
    if version > tables.SCHEMA_VERSION:
        raise StoreError(
            f"The store has schema {version}; this program knows {tables.SCHEMA_VERSION}.",
            advice="Use the version of the program that wrote it, or choose another "
            "MCF_DATA_DIR. Nothing was changed.",
        )
    with _transaction(engine) as connection:
        # Somebody else may have been faster.
        if _version(connection) == version:
            data_keys.require(connection)
            with _kept_copy(engine, version):
                migrate(connection, version)


def migrate(connection: Connection, version: int) -> None:
    """Brings the tables of an older version up to date, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "mcf.store:migrations")
    config.attributes["connection"] = connection
    command.stamp(config, f"{version:04}")
    command.upgrade(config, HEAD)
    connection.execute(
        tables.meta.update()
        .where(tables.meta.c.key == "schema_version")
        .values(value=str(tables.SCHEMA_VERSION))
    )


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction, also for SQLite's CREATE and ALTER, which its driver would let out of it.

    https://docs.sqlalchemy.org/en/latest/dialects/sqlite.html#pysqlite-serializable
    """
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        usual, driver.isolation_level = driver.isolation_level, None
        try:
            with connection.begin():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        finally:
            driver.isolation_level = usual


def _file_of(engine: Engine) -> Path | None:
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


@contextmanager
def _kept_copy(engine: Engine, version: int) -> Iterator[None]:
    """The old file is kept beside the new one, unless its migration fails.

    Within a transaction that hasn't written yet: nobody else writes meanwhile.
    """
    path = _file_of(engine)
    if path is None:
        yield
        return
    kept = path.with_name(f"{path.name}.schema-{version}")
    if kept.exists():
        kept = kept.with_name(f"{kept.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    backup(engine, kept)
    try:
        yield
    except BaseException:
        kept.unlink()
        raise


def backup(engine: Engine, to: Path) -> None:
    """Writes a copy of a SQLite store as it is now, also while it's in use; raises `StoreError`."""
    path = _file_of(engine)
    if path is None:
        raise StoreError(
            "Only a store in a file can be copied by this program.",
            advice="For PostgreSQL use pg_dump.",
        )
    if to.exists():
        raise StoreError(f"{to} exists already.", advice="Name a file that doesn't exist yet.")
    private_folder(to.parent)
    # A file of this name appears only when it's whole; mkstemp makes it readable by its owner only.
    descriptor, name = tempfile.mkstemp(dir=to.parent, prefix=f"{to.name}.", suffix=".part")
    os.close(descriptor)
    half = Path(name)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(half)) as copy:
            source.backup(copy)
        half.replace(to)
    finally:
        half.unlink(missing_ok=True)
