"""A copy of the store, made while it's in use; and a watch beside a dashboard."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.cli import main
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import Subject, SubmissionState
from tests.databases import US, contents, engine_of, needs_postgresql, own_schema
from tests.waiting import PATIENCE, eventually

CREATE = "createFulfillmentOrder"


@pytest.fixture
def env(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a program that works on the store of the test's service."""
    named = {
        "AMAZON_SP_API_ENDPOINT": settings.endpoint or "",
        "MCF_DATA_DIR": str(settings.data_dir),
    }
    monkeypatch.chdir(settings.data_dir.parent)
    return named


def backup(env: dict[str, str], *words: object) -> Result:
    return CliRunner(env=env).invoke(main, ["store", "backup", *map(str, words)])


def rows_of(path: Path) -> dict[str, list[Any]]:
    """All rows but those of the moment."""
    with engine_of(f"sqlite:///{path}") as engine, engine.connect() as connection:
        found = contents(connection)
    return {name: rows for name, rows in found.items() if name not in ("turns", "leases")}


def test_a_backup_has_the_same_rows_and_is_for_its_owner_only(
    settings: Settings, env: dict[str, str], tmp_path: Path
) -> None:
    copy = tmp_path / "new folder" / "copy.sqlite3"
    with MCFService(settings) as service:
        service.sync()
        result = backup(env, copy)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{copy} ({copy.stat().st_size / 1e6:.1f} MB)\n"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    # That it was made is noted when it's there, in the audit and in the revisions.
    noted = {"audit", "revisions"}
    copied, here = rows_of(copy), rows_of(settings.home / "mcf.sqlite3")
    assert {name: copied[name] for name in copied.keys() - noted} == (
        {name: here[name] for name in here.keys() - noted}
    )
    assert [found.name for found in copy.parent.iterdir()] == ["copy.sqlite3"]


def test_a_backup_is_told_as_json(settings: Settings, env: dict[str, str], tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    told = json.loads(backup(env, copy, "--json").stdout)
    assert told == {"file": str(copy), "bytes": copy.stat().st_size}


def test_a_file_that_is_there_is_never_overwritten(env: dict[str, str], tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("something else")
    result = backup(env, copy)
    assert result.exit_code == 1
    assert f"Error: {copy} exists already." in result.stderr
    assert "What to do: Name a file that doesn't exist yet." in result.stderr
    assert copy.read_text() == "something else"


def test_a_place_where_nothing_can_be_written_is_told(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    result = backup(env, tmp_path / "file" / "copy.sqlite3")
    assert result.exit_code == 1
    assert "Error: The store can't be used" in result.stderr


@needs_postgresql
def test_a_store_in_postgresql_is_not_copied_by_this_program(
    env: dict[str, str], tmp_path: Path
) -> None:
    with own_schema() as url:
        result = backup({**env, "MCF_DATABASE_URL": url}, tmp_path / "copy")
    assert result.exit_code == 1
    assert "Error: Only a store in a file can be copied by this program." in result.stderr
    assert "pg_dump" in result.stderr
    assert not (tmp_path / "copy").exists()


def test_a_backup_put_in_place_of_the_store_knows_what_was_sent(
    settings: Settings, simulator: Simulator, request_for: MCFOrderRequest, tmp_path: Path
) -> None:
    with MCFService(settings) as service:
        service.sync()
        service.submit(request_for)
        service.backup(tmp_path / "copy.sqlite3")
        shown = service.orders()
    key = settings.home / "mcf.sqlite3.key"
    shutil.copy(key, tmp_path / "copy.sqlite3.key")
    again = replace(settings, database_url=SecretStr(f"sqlite:///{tmp_path / 'copy.sqlite3'}"))
    with MCFService(again) as service:
        assert service.orders().equals(shown)
        assert service.submit(request_for).state is SubmissionState.ACCEPTED
    assert simulator.requests.count(CREATE) == 1


def test_a_copy_made_while_others_write_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    written, stop = Event(), Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            store.save_orders([_order(n)], {tables.order_items: [_line(n)]})
            written.set()

    writer = Thread(target=write)
    writer.start()
    written.wait(60)
    store.backup(tmp_path / "copy.sqlite3")
    stop.set()
    writer.join()
    copy = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    with Store(copy, account="test", marketplace_id=US, mode="demo") as copied:
        (order,), (line,) = copied.rows(tables.orders), copied.rows(tables.order_items)
        assert order.displayable_order_id == str(line.quantity)
        assert copied.rescued is None


def _order(n: int) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": "1",
        "displayable_order_id": str(n),
        "status": "Received",
        "raw": {},
    }


def _line(n: int) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": "1",
        "seller_fulfillment_order_item_id": "1",
        "seller_sku": "A",
        "quantity": n,
        "cancelled_quantity": 0,
        "unfulfillable_quantity": 0,
        "raw": {},
    }


def test_a_store_in_memory_is_in_no_file_to_copy(tmp_path: Path) -> None:
    with (
        Store("sqlite://", account="test", marketplace_id=US, mode="demo") as store,
        pytest.raises(StoreError, match="Only a store in a file"),
    ):
        store.backup(tmp_path / "copy.sqlite3")


@contextmanager
def watch(env: dict[str, str]) -> Iterator[Popen[str]]:
    """`mcf sync --watch` in a process of its own."""
    command = [sys.executable, "-m", "mcf", "sync", "--watch", "5", "--json"]
    paths = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
    with Popen(command, stdout=PIPE, stderr=PIPE, env={**env, **paths}, text=True) as process:
        yield process
        process.kill()


def test_a_watch_shares_the_store_and_the_work_with_a_dashboard(
    settings: Settings, env: dict[str, str], simulator: Simulator
) -> None:
    with MCFService(settings).start() as service:
        eventually(lambda: all(service.freshness(each).age is not None for each in Subject))
        with watch(env) as process:
            assert process.stdout is not None
            runs = [json.loads(process.stdout.readline()) for _ in range(6)]
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PATIENCE)
        assert [run["subject"] for run in runs] == [*Subject] * 2
        assert {run["state"] for run in runs} == {"whole"}
        assert "Traceback" not in errors
        assert service.trouble is None
        assert len(service.orders()) == len(simulator.world.by_number)
