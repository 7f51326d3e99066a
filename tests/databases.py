"""Databases for tests: a part of PostgreSQL of one's own, stores as the first version made them."""

from __future__ import annotations

import importlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    select,
    text,
)

from mcf.store.key_files import KeySource

POSTGRESQL = os.environ.get("MCF_TEST_DATABASE_URL", "")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
US = "ATVPDKIKX0DER"
needs_postgresql = pytest.mark.skipif(not POSTGRESQL, reason="needs MCF_TEST_DATABASE_URL")


@contextmanager
def own_schema() -> Iterator[str]:
    """The address of an empty part of the PostgreSQL of MCF_TEST_DATABASE_URL; it's dropped."""
    name = f"mcf_{uuid.uuid4().hex}"
    engine = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    mark = "&" if "?" in POSTGRESQL else "?"
    try:
        yield f"{POSTGRESQL}{mark}options=-csearch_path%3D{name}"
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


SERVER_KEY = "A" * 43 + "="
"""The key of stores on a server, for tests."""


def keys_for(url: str) -> KeySource | None:
    """The key of a store on a server; None for that of a file, which lies beside it."""
    return None if url.startswith("sqlite") else KeySource(SERVER_KEY)


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """Another program's way to the database."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


MIGRATIONS = (
    "v0001_first_store",
    "v0002_shared_and_remembered",
    "v0003_kept_for_the_order_form",
    "v0004_what_happened_to_orders",
    "v0005_safety_by_service",
    "v0006_purchasing",
)
"""Those that made the stores of older versions, in their order."""


def first_store(url: str, mode: str = "demo", account: str = "test") -> dict[str, list[Any]]:
    """The rows of a store as the first version made it: one in every table."""
    return old_store(url, 1, mode, account)


def old_store(
    url: str, version: int, mode: str = "demo", account: str = "test"
) -> dict[str, list[Any]]:
    """The rows of a store as the version of this schema made it: one in every table."""
    made_by = [f"mcf.store.migrations.versions.{name}" for name in MIGRATIONS[:version]]
    with engine_of(url) as engine, engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            for name in made_by:
                importlib.import_module(name).upgrade()
        there = tables_of(connection)
        for table in there.values():
            connection.execute(table.insert(), [_row(table, account)])
        meta = there["meta"]
        connection.execute(meta.delete())
        noted = {"schema_version": str(version), "mode": mode}
        rows = [{"key": key, "value": value} for key, value in noted.items()]
        connection.execute(meta.insert(), rows)
        return contents(connection)


def _row(table: Table, account: str) -> dict[str, Any]:
    values = {column.name: _value(column.type) for column in table.columns}
    own = {"account": account, "marketplace_id": US}
    return values | {name: value for name, value in own.items() if name in values}


def _value(kind: Any) -> Any:
    numbers = dict.fromkeys((Integer, Numeric, Float), 7)
    values = {JSON: {"said": "so"}, DateTime: NOON, **numbers, String: "x"}
    return next(value for some, value in values.items() if isinstance(kind, some))


def tables_of(connection: Connection) -> dict[str, Table]:
    """The tables that are there, by name."""
    found = MetaData()
    found.reflect(connection)
    return dict(found.tables)


def contents(connection: Connection, *only: str) -> dict[str, list[Any]]:
    """All rows of the tables (default: of all)."""
    return {
        name: sorted(map(str, connection.execute(select(table)).mappings()))
        for name, table in tables_of(connection).items()
        if name in only or not only
    }


def columns(connection: Connection) -> dict[str, set[str]]:
    """The names of the columns of each table."""
    return {name: set(table.columns.keys()) for name, table in tables_of(connection).items()}
