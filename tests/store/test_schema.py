"""A store of an older program is brought up to date, all or nothing; a newer one is refused."""

from __future__ import annotations

import json
import sqlite3
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import schema, tables
from mcf.store.database import Store
from mcf.store.sealed_files import unseal_file
from mcf.store.sealing import Keyring, Mark, SealedJSON, SealedText
from mcf.store.states import SubmissionState
from tests.databases import (
    US,
    columns,
    contents,
    engine_of,
    first_store,
    keys_for,
    needs_postgresql,
    old_store,
    own_schema,
    tables_of,
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind."""
    with ExitStack() as stack:
        own = {
            "sqlite": lambda: f"sqlite:///{tmp_path / 'store.sqlite3'}",
            "postgresql": lambda: stack.enter_context(own_schema()),
        }
        yield own[request.param]()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a store in a file is."""
    return tmp_path / "store.sqlite3"


def opened(url: str, mode: str = "demo") -> Store:
    return Store(url, account="test", marketplace_id=US, mode=mode, keys=keys_for(url))


def version(connection: Connection) -> str:
    query = select(tables.meta.c.value).where(tables.meta.c.key == "schema_version")
    return str(connection.execute(query).scalar_one())


def in_clear(name: str, row: Mapping[str, Any], keyring: Keyring) -> dict[str, Any]:
    """A row with what is sealed in it opened; a digest, which can't be, is "x" as it was."""
    clear = dict(row)
    for column in tables.metadata.tables[name].c:
        value, kind = clear.get(column.name), column.type
        if column.name not in clear:
            continue
        if isinstance(kind, SealedText):
            assert value.startswith("~")
            clear[column.name] = keyring.opened(kind.place, value)
        if isinstance(kind, SealedJSON):
            clear[column.name] = json.loads(keyring.opened(kind.place, value))
        if isinstance(kind, Mark):
            assert value == keyring.mark("x")
            clear[column.name] = "x"
    return clear


def counted(rows: dict[str, list[Any]], names: Iterable[str]) -> dict[str, int]:
    return {name: len(rows[name]) for name in names}


@pytest.fixture(params=range(1, tables.SCHEMA_VERSION))
def old(request: pytest.FixtureRequest) -> int:
    """The schema of each older version."""
    return request.param


def test_an_old_store_is_brought_up_to_date_without_losing_a_row(url: str, old: int) -> None:
    before = old_store(url, old)
    with engine_of(url) as engine, engine.connect() as connection:
        there = tables_of(connection)
    with opened(url) as store:
        keyring = store.keyring
    with engine_of(url) as engine, engine.connect() as connection:
        after = {
            name: sorted(
                str(in_clear(name, row, keyring))
                for row in connection.execute(select(table)).mappings()
            )
            for name, table in there.items()
            if name != "meta"
        }
        assert after == {name: rows for name, rows in before.items() if name != "meta"}
        assert version(connection) == str(tables.SCHEMA_VERSION)


def test_a_store_brought_up_to_date_has_the_schema_of_a_new_one(url: str, old: int) -> None:
    old_store(url, old)
    opened(url).close()
    with engine_of(url) as engine, engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []


def shape(path: Path) -> dict[str, Any]:
    """The columns, keys, indexes and kind of each table, in no order."""
    with closing(sqlite3.connect(path)) as database:
        known = database.execute("PRAGMA table_list").fetchall()
        return {
            name: (
                without_rowid,
                {row[1:] for row in database.execute(f"PRAGMA table_info({name})")},
                {row[1:] for row in database.execute(f"PRAGMA index_list({name})")},
            )
            for _, name, _, _, without_rowid, _ in known
            if name != "alembic_version"
        }


def test_a_file_brought_up_to_date_is_like_a_new_one_in_keys_indexes_and_kind(
    file: Path, tmp_path: Path, old: int
) -> None:
    old_store(f"sqlite:///{file}", old)
    opened(f"sqlite:///{file}").close()
    opened(f"sqlite:///{tmp_path / 'new.sqlite3'}").close()
    assert shape(file) == shape(tmp_path / "new.sqlite3")


def test_the_newest_migration_is_the_one_of_the_programs_schema() -> None:
    config = Config()
    config.set_main_option("script_location", "mcf.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_the_old_file_is_kept_beside_for_its_owner_only(file: Path, old: int) -> None:
    before = old_store(f"sqlite:///{file}", old)
    with opened(f"sqlite:///{file}") as store:
        sealed, kept = file.with_name(f"store.sqlite3.schema-{old}.sealed"), file.with_name("clear")
        assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
        unseal_file(sealed, kept, store.keyring.keys)
    with engine_of(f"sqlite:///{kept}") as engine, engine.connect() as connection:
        assert contents(connection) == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(file.parent.glob("*.part")) == []


def test_a_kept_file_is_never_overwritten(file: Path) -> None:
    kept = file.with_name("store.sqlite3.schema-1")
    kept.write_text("the one before")
    first_store(f"sqlite:///{file}")
    with opened(f"sqlite:///{file}") as store:
        unseal_file(kept.with_name(f"{kept.name}.sealed"), kept, store.keyring.keys)
        assert kept.read_text() == "the one before"
        (another,) = file.parent.glob("store.sqlite3.schema-1-*.sealed")
        unseal_file(another, file.with_name("clear"), store.keyring.keys)
    with (
        engine_of(f"sqlite:///{file.with_name('clear')}") as engine,
        engine.connect() as connection,
    ):
        assert version(connection) == "1"


def test_a_store_that_is_up_to_date_is_opened_without_a_copy(file: Path) -> None:
    opened(f"sqlite:///{file}").close()
    opened(f"sqlite:///{file}").close()
    assert list(file.parent.glob("*.schema-*")) == []


def test_a_newer_store_is_refused_and_nothing_is_changed(url: str) -> None:
    first_store(url)
    with engine_of(url) as engine, engine.begin() as connection:
        newer = str(tables.SCHEMA_VERSION + 1)
        connection.execute(
            text("UPDATE meta SET value = :newer WHERE key = 'schema_version'"), {"newer": newer}
        )
        before = contents(connection), columns(connection)
    with pytest.raises(StoreError, match=f"schema {newer}; this program knows") as told:
        opened(url)
    assert "Nothing was changed" in told.value.advice
    with engine_of(url) as engine, engine.connect() as connection:
        assert (contents(connection), columns(connection)) == before


@pytest.mark.parametrize("obstacle", ["turns", "inventory_days", "kept"])
def test_a_migration_that_fails_leaves_everything_as_it_was(url: str, obstacle: str) -> None:
    first_store(url)
    with engine_of(url) as engine, engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {obstacle} (stranger TEXT)"))
        before = contents(connection), columns(connection)
    with pytest.raises(StoreError, match="already exists"):
        opened(url)
    with engine_of(url) as engine, engine.connect() as connection:
        assert (contents(connection), columns(connection)) == before


def test_a_migration_that_failed_goes_through_when_its_cause_is_gone(url: str) -> None:
    before = first_store(url)
    with engine_of(url) as engine, engine.begin() as connection:
        connection.execute(text("CREATE TABLE inventory_days (stranger TEXT)"))
    with pytest.raises(StoreError):
        opened(url)
    with engine_of(url) as engine, engine.begin() as connection:
        connection.execute(text("DROP TABLE inventory_days"))
    opened(url).close()
    with engine_of(url) as engine, engine.connect() as connection:
        assert version(connection) == str(tables.SCHEMA_VERSION)
        assert counted(contents(connection), before) == counted(before, before) | {"meta": 3}


def test_a_migration_that_failed_leaves_no_copy(file: Path) -> None:
    first_store(f"sqlite:///{file}")
    with engine_of(f"sqlite:///{file}") as engine, engine.begin() as connection:
        connection.execute(text("CREATE TABLE inventory_days (stranger TEXT)"))
    with pytest.raises(StoreError):
        opened(f"sqlite:///{file}")
    assert list(file.parent.glob("*.schema-*")) == []


OPENER = """
import sys
from alembic import command
from mcf.store import tables
from mcf.store.database import Store
from tests.databases import keys_for
url, account, marketplace_id = sys.argv[1:]
print("ready", flush=True)
sys.stdin.read(1)
keys = keys_for(url)
scope = {"account": account, "marketplace_id": marketplace_id}
with Store(url, **scope, mode="demo", keys=keys) as store:
    print(len(store.rows(tables.orders)))
"""


def open_at_once(url: str) -> list[tuple[str, str]]:
    """What four processes say that open the store at the same moment."""
    command = [sys.executable, "-c", OPENER, url, "test", US]
    started = [Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(4)]
    ready = [process.stdout and process.stdout.readline() for process in started]
    assert ready == ["ready\n"] * 4
    [process.stdin and process.stdin.close() for process in started]
    waiting = [replaced(process) for process in started]
    return [process.communicate(timeout=240) for process in waiting]


def replaced(process: Popen[str]) -> Popen[str]:
    """The process without the input that is closed already."""
    process.stdin = None
    return process


@pytest.mark.no_cover
def test_processes_that_open_an_old_store_at_once_migrate_it_once(url: str) -> None:
    before = first_store(url)
    assert open_at_once(url) == [("1\n", "")] * 4
    with engine_of(url) as engine, engine.connect() as connection:
        assert version(connection) == str(tables.SCHEMA_VERSION)
        assert counted(contents(connection), before) == counted(before, before) | {"meta": 3}


@pytest.mark.no_cover
def test_processes_that_open_an_old_file_at_once_keep_one_copy_of_it(file: Path) -> None:
    before = first_store(f"sqlite:///{file}")
    assert open_at_once(f"sqlite:///{file}") == [("1\n", "")] * 4
    (sealed,) = file.parent.glob("store.sqlite3.schema-*")
    kept = file.with_name("clear")
    with opened(f"sqlite:///{file}") as store:
        unseal_file(sealed, kept, store.keyring.keys)
    with engine_of(f"sqlite:///{kept}") as engine, engine.connect() as connection:
        assert contents(connection) == before


def test_an_old_store_of_another_mode_is_refused_and_not_changed(url: str) -> None:
    before = first_store(url, mode="live")
    with pytest.raises(StoreError, match="holds live data, but the program runs in demo mode"):
        opened(url)
    with engine_of(url) as engine, engine.connect() as connection:
        assert contents(connection) == before


def test_an_order_that_an_old_store_knows_is_not_sent_again(
    settings: Settings, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    settings.home.mkdir(parents=True)
    first_store(settings.store_url, account=settings.account)
    with engine_of(settings.store_url) as engine, engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE submissions SET seller_fulfillment_order_id = :id, request = :request, "
                "state = 'accepted'"
            ),
            {"id": "TEST-1", "request": json.dumps(request_for.to_api())},
        )
    with MCFService(settings) as service:
        assert service.submit(request_for).state is SubmissionState.ACCEPTED
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_weeks_of_an_old_store_count_days_in_stock_as_they_were_recorded(url: str) -> None:
    """A day with 5 reserved units left, of which the report tells that 5 were shipped."""
    old_store(url, 4)
    day = {"day": 701, "sku_id": 1, "customer_shipments": 5, "left_units": 5, "days_in_stock": 0}
    other = {**day, "day": 702, "left_units": 4, "customer_shipments": 3, "days_in_stock": 1}
    with engine_of(url) as engine, engine.begin() as connection:
        days, weeks = (
            tables_of(connection)[name] for name in ("inventory_days", "inventory_weeks")
        )
        counts = {c.name: 0 for c in days.columns if not c.nullable and not c.primary_key}
        connection.execute(days.insert(), [counts | day, counts | other])
        week = {"week": 100, "sku_id": 1, "units": 8, "days_in_stock": 2}
        connection.execute(weeks.insert(), [week, {**week, "week": 99}])

    opened(url).close()

    with engine_of(url) as engine, engine.connect() as connection:
        query = select(tables.inventory_weeks).where(tables.inventory_weeks.c.sku_id == 1)
        rows = connection.execute(query.order_by(tables.inventory_weeks.c.week)).all()
    assert [tuple(row) for row in rows] == [(99, 1, 8, 2), (100, 1, 3, 1)]
