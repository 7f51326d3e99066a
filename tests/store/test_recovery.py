"""A damaged store is moved aside as it is; what only it knew is saved and the rest is told."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from click.testing import CliRunner

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.cli import main
from mcf.concerns import Urgency
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import recovery, tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.sealing import Keyring
from mcf.store.states import SubmissionState
from tests.databases import NOON, US, first_store

PAGE = 4096
TABLE_LEAF = 13
"""What a page with rows of a table begins with: https://www.sqlite.org/fileformat2.html#b_tree_pages"""
SUBMISSIONS, SKUS, DAYS, ORDERS = 400, 300, 20, 200
CREATE = "createFulfillmentOrder"


@pytest.fixture(autouse=True, scope="module")
def legible() -> Iterator[None]:
    """What is written is damaged at a place that is found by its words, so it stands in clear."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Keyring, "seal", lambda _keyring, _place, text: text)
        yield


def opened(path: Path, query: str = "") -> Store:
    return Store(f"sqlite:///{path}{query}", account="test", marketplace_id=US, mode="demo")


def submission(n: int) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": f"TEST-{n}",
        "state": "accepted",
        "request": {"displayableOrderComment": f"note {n:04} " + "x" * 200},
        "attempts": 1,
        "created_at": NOON,
        "updated_at": NOON,
    }


def order(n: int) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": f"SHOP-{n}",
        "displayable_order_id": f"SHOP-{n}",
        "status": "Complete",
        "raw": {"comment": f"order {n:04} " + "x" * 200},
    }


def write_history(path: Path) -> None:
    """Writes what a history has: SKUs, and their stock on some days."""
    counts = ", ".join("?" * len(tables.DAY_QUANTITIES))
    with closing(sqlite3.connect(path)) as database:
        skus = [(n, "test", US, f"sku {n:04}") for n in range(1, SKUS + 1)]
        database.executemany("INSERT INTO skus VALUES (?, ?, ?, ?)", skus)
        days = [
            (day, n, *range(len(tables.DAY_QUANTITIES)))
            for day in range(DAYS)
            for n in range(1, SKUS + 1)
        ]
        names = ", ".join(("day", "sku_id", *tables.DAY_QUANTITIES))
        insert = f"INSERT INTO inventory_days ({names}) VALUES (?, ?, {counts})"  # noqa: S608
        database.executemany(insert, days)
        weeks = [column[1] for column in database.execute("PRAGMA table_info(inventory_weeks)")]
        sums = [
            tuple({"week": 1, "sku_id": n}.get(name, 0) for name in weeks)
            for n in range(1, SKUS + 1)
        ]
        marks = ", ".join("?" * len(weeks))
        database.executemany(f"INSERT INTO inventory_weeks VALUES ({marks})", sums)  # noqa: S608
        database.commit()


@pytest.fixture(scope="module")
def content(legible: None, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a store with orders, orders that were sent and a history: itself and its key."""
    path = tmp_path_factory.mktemp("sound") / "store.sqlite3"
    with opened(path) as store:
        store.save(tables.orders, [order(n) for n in range(ORDERS)])
        store.save(tables.submissions, [submission(n) for n in range(SUBMISSIONS)])
    write_history(path)
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


@pytest.fixture
def path(tmp_path: Path, content: Mapping[str, bytes]) -> Path:
    """The same, of this test; nobody has it open."""
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "store.sqlite3.key").chmod(0o600)
    return tmp_path / "store.sqlite3"


def garble(path: Path, text: bytes, by: bytes | None = None) -> None:
    """Writes random bytes over the page of a table with the text, or other bytes over the text."""
    data = path.read_bytes()
    found = (match.start() for match in re.finditer(text, data))
    at = next(at for at in found if data[at // PAGE * PAGE] == TABLE_LEAF)
    start, junk = (
        (at // PAGE * PAGE, random.Random(7).randbytes(PAGE)) if by is None else (at, by)  # noqa: S311
    )
    path.write_bytes(data[:start] + junk + data[start + len(junk) :])


def garble_everywhere(path: Path, text: bytes) -> None:
    """Writes random bytes over every page with the text, of tables and of their indexes."""
    data = path.read_bytes()
    for number in {match.start() // PAGE for match in re.finditer(text, data)}:
        spoil(path, number + 1)


def over_the_middle(path: Path) -> None:
    data = path.read_bytes()
    third = len(data) // 3
    junk = random.Random(7).randbytes(third)  # noqa: S311
    path.write_bytes(data[:third] + junk + data[2 * third :])


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])


def text_instead(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 100)


def copied(path: Path, to: Path) -> None:
    """Copies a store that is open, as a process leaves it that dies."""
    for ending in ("", "-wal", "-shm"):
        shutil.copy(f"{path}{ending}", f"{to}{ending}")


def moved(path: Path) -> list[Path]:
    """The files that were moved aside."""
    return sorted(path.parent.glob(f"{path.name}.damaged-*Z"))


def sent(store: Store) -> dict[str, Any]:
    rows = store.rows(tables.submissions)
    return {row.seller_fulfillment_order_id: row.request for row in rows}


TABLES = (tables.sku_rules, tables.views, tables.put_off)
ALL_SENT = {f"TEST-{n}": submission(n)["request"] for n in range(SUBMISSIONS)}


def numbers(path: Path, query: str) -> Any:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchone()


@pytest.mark.parametrize("damage", [over_the_middle, cut_off, text_instead])
def test_a_damaged_store_is_moved_aside_unchanged_and_a_new_one_works(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(path)
    before = path.read_bytes()
    with opened(path) as store:
        (aside,) = moved(path)
        assert aside.read_bytes() == before
        assert sent(store).items() <= ALL_SENT.items()
        assert store.add(tables.orders, order(1))
        assert f"It was moved to {aside} and a new one was made" in (store.rescued or "")


@pytest.mark.parametrize("damage", [over_the_middle, cut_off])
def test_a_part_of_what_was_sent_is_known_after_damage_to_a_part(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(path)
    with opened(path) as store:
        known = len(sent(store))
        told = store.rescued or ""
    assert 0 < known < SUBMISSIONS
    assert f"{known} orders sent from here are still known, but there were more: before" in told


def test_of_a_file_that_is_no_database_nothing_is_known(path: Path) -> None:
    text_instead(path)
    with opened(path) as store:
        assert sent(store) == {}
        told = store.rescued or ""
    assert "which orders were sent from here isn't known any more: before you send an" in told
    assert "Lost, or a part of it: the stock of past days" in told


def test_the_journal_of_a_process_that_died_goes_with_the_damaged_file(path: Path) -> None:
    crashed = path.with_name("crashed.sqlite3")
    with opened(path) as store:
        store.save(tables.submissions, [submission(9999)])
        copied(path, crashed)
    garble(crashed, b"order 0050")
    journal, before = Path(f"{crashed}-wal").read_bytes(), crashed.read_bytes()
    with opened(crashed) as store:
        assert sent(store).keys() == ALL_SENT.keys() | {"TEST-9999"}
    aside = moved(crashed)[0]
    assert journal
    assert (Path(f"{aside}-wal").read_bytes(), aside.read_bytes()) == (journal, before)
    assert Path(f"{aside}-shm").exists()


def test_a_sound_store_of_a_process_that_died_is_left_alone(path: Path) -> None:
    crashed = path.with_name("crashed.sqlite3")
    with opened(path) as store:
        store.save(tables.submissions, [submission(9999)])
        copied(path, crashed)
    with opened(crashed) as store:
        assert sent(store).keys() == ALL_SENT.keys() | {"TEST-9999"}
        assert store.rescued is None
    assert moved(crashed) == []


def test_damage_that_is_met_later_is_told_with_what_to_do(path: Path) -> None:
    with opened(path) as store:
        garble(path, b"order 0050")
        with pytest.raises(StoreError, match="malformed") as told:
            store.rows(tables.orders)
    assert "Start the program again" in told.value.advice


def test_damage_elsewhere_costs_nothing_of_what_only_the_store_knew(path: Path) -> None:
    garble(path, b"order 0050")
    with opened(path) as store:
        assert sent(store) == ALL_SENT
        assert store.rows(tables.orders) == []
        told = store.rescued or ""
    assert numbers(path, "SELECT count(*) FROM skus") == (SKUS,)
    assert numbers(path, "SELECT count(*) FROM inventory_days") == (SKUS * DAYS,)
    assert numbers(path, "SELECT count(*) FROM inventory_weeks") == (SKUS,)
    assert told.endswith(f"and {SUBMISSIONS} orders sent from here are still known.")


def test_what_stands_before_and_behind_a_damaged_page_is_saved(path: Path) -> None:
    garble(path, b"note 0200")
    with opened(path) as store:
        found = sent(store)
        told = store.rescued or ""
    assert "TEST-200" not in found
    assert {"TEST-0", "TEST-150", "TEST-250", "TEST-399"} <= found.keys()
    assert len(found) > SUBMISSIONS - PAGE // 200
    assert f"{len(found)} orders sent from here are still known, but there were more" in told


@pytest.mark.parametrize("junk", [b"\xff\xfe\xfd", b'"}"'])
def test_a_row_of_which_the_content_is_damaged_is_left_out(path: Path, junk: bytes) -> None:
    garble(path, b"order 0050")
    garble(path, b"note 0200", junk)
    with opened(path) as store:
        assert sent(store).keys() == ALL_SENT.keys() - {"TEST-200"}
        assert "399 orders sent from here are still known, but there were more" in (
            store.rescued or ""
        )


def test_an_order_in_a_state_that_there_is_not_is_left_out(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "UPDATE submissions SET state = 'adcepted' WHERE seller_fulfillment_order_id = 'TEST-7'"
        )
        database.commit()
    garble(path, b"order 0050")
    with opened(path) as store:
        assert sent(store).keys() == ALL_SENT.keys() - {"TEST-7"}


def spoil(path: Path, number: int) -> None:
    """Writes random bytes over a page."""
    data = path.read_bytes()
    junk = random.Random(number).randbytes(PAGE)  # noqa: S311
    path.write_bytes(data[: (number - 1) * PAGE] + junk + data[number * PAGE :])


def root(path: Path, name: str) -> int:
    """The first page of a table or an index."""
    (number,) = numbers(path, f"SELECT rootpage FROM sqlite_master WHERE name = '{name}'")  # noqa: S608
    return int(number)


def kept_rows(path: Path) -> dict[str, set[tuple[Any, ...]]]:
    """All that only the store knows."""
    with closing(sqlite3.connect(path)) as database:
        names = [table.name for table in recovery.OURS]
        return {name: {*database.execute(f"SELECT * FROM {name}")} for name in names}  # noqa: S608


@pytest.mark.parametrize("junk", [random.Random(1).randbytes(PAGE), bytes(PAGE)])  # noqa: S311
def test_without_the_table_definitions_everything_is_still_known(path: Path, junk: bytes) -> None:
    before = kept_rows(path)
    path.write_bytes(junk + path.read_bytes()[PAGE:])
    with opened(path) as store:
        assert sent(store) == ALL_SENT
        told = store.rescued or ""
    assert kept_rows(path) == before
    assert told.endswith(f"and {SUBMISSIONS} orders sent from here are still known.")


def test_without_the_other_page_of_the_table_definitions_too(path: Path) -> None:
    first = path.read_bytes()[:PAGE]
    inner = first[100]
    child = int.from_bytes(first[108:112], "big")
    spoil(path, child)
    with opened(path) as store:
        known = sent(store)
        told = store.rescued or ""
    assert inner == 5, "the definitions are on several pages"
    assert known == ALL_SENT
    assert told.endswith(f"and {SUBMISSIONS} orders sent from here are still known.")


def test_without_the_first_page_of_its_table_what_was_sent_is_still_known(path: Path) -> None:
    spoil(path, root(path, "submissions"))
    with opened(path) as store:
        assert sent(store) == ALL_SENT


def test_the_numbers_of_lost_orders_are_told(path: Path) -> None:
    garble(path, b"note 0200")
    with opened(path) as store:
        lost = sorted(ALL_SENT.keys() - sent(store).keys())
        told = store.rescued or ""
    assert "TEST-200" in lost
    assert f"Only the number is known of what was sent as {', '.join(lost)}." in told


def test_the_only_order_that_was_sent_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with opened(path) as store:
        store.add(tables.submissions, submission(1))
    spoil(path, root(path, "submissions"))
    with opened(path) as store:
        told = store.rescued or ""
    assert "which orders were sent from here isn't known any more" in told
    assert "Only the number is known of what was sent as TEST-1." in told


def test_past_stock_keeps_the_names_that_only_an_index_has(path: Path) -> None:
    before = kept_rows(path)
    garble(path, b"sku 0100")
    with opened(path) as store:
        told = store.rescued or ""
    assert kept_rows(path) == before
    assert "the stock of past days" not in told


def test_any_page_may_be_spoiled_and_what_is_told_is_true(tmp_path: Path) -> None:
    path, fresh, damaged = (tmp_path / name for name in ("store", "fresh", "damaged"))
    with opened(fresh) as empty:
        keyring = empty.keyring
    with opened(path) as store:
        store.save(tables.submissions, [submission(n) for n in range(25)])
        store.add(tables.sku_rules, {"seller_sku": "A", "lead_time_days": 30})
        store.add(
            tables.views, {"person_id": "", "page": "tracking", "name": "Late", "query": "late=1"}
        )
        store.add(tables.put_off, {"concern": "stock A", "until": NOON})
        store.add(tables.alerts_told, {"channel": "email", "event": "ended:1", "at": NOON})
        Keeper(store).keep(DocumentKind.DRAFT, "tab 1", {"to": "Ada Example"})
    truth = kept_rows(path)
    pages = path.stat().st_size // PAGE
    wrong = []
    for number in range(1, pages + 1):
        shutil.copy(path, damaged)
        spoil(damaged, number)
        with closing(
            sqlite3.connect(fresh, isolation_level=None, factory=recovery._Target)
        ) as target:
            target.keyring = keyring
            target.execute("BEGIN IMMEDIATE")
            saved = recovery._save(damaged, target).saved
            for name, rows in truth.items():
                there = {*target.execute(f"SELECT * FROM {name}")}  # noqa: S608
                whole = saved[name].whole
                if not there <= rows or (whole and there != rows) or saved[name].rows != len(there):
                    wrong.append((number, name, len(there), saved[name]))
            target.execute("ROLLBACK")
    assert wrong == []


def test_what_the_seller_decided_is_saved(path: Path) -> None:
    rule = {"seller_sku": "A", "lead_time_days": 30}
    view = {"person_id": "", "page": "tracking", "name": "Late", "query": "late=1"}
    off = {"concern": "stock A", "until": NOON}
    draft = {"to": "Ada Example", "items": [{"sku": "A", "units": 2}]}
    with opened(path) as store:
        Keeper(store).keep(DocumentKind.DRAFT, "tab 1", draft)
        store.add(tables.sku_rules, rule)
        store.add(tables.views, view)
        store.add(tables.put_off, off)
    garble(path, b"order 0050")
    with opened(path) as store:
        own = [store.rows(table)[0]._mapping for table in TABLES]
        known = Keeper(store).get(DocumentKind.DRAFT, "tab 1")
    assert known is not None
    assert known.content == draft
    assert [rule.items() <= own[0].items(), view.items() <= own[1].items()] == [True, True]
    assert off.items() <= own[2].items()


def test_every_table_is_saved_unless_amazon_can_tell_it_again_or_it_is_of_the_moment() -> None:
    again = {
        "inventory",
        "orders",
        "order_items",
        "shipments",
        "packages",
        "tracking",
        "returns",
        "inventory_moves",
    }
    of_the_moment = {"sync_runs", "revisions", "turns", "leases", "meta", "sign_ins"}
    saved = {table.name for table in recovery.OURS}
    assert set(tables.metadata.tables) == again | of_the_moment | saved


def test_past_stock_is_never_given_to_another_sku(path: Path) -> None:
    garble_everywhere(path, b"sku 0100")
    with opened(path) as store:
        told = store.rescued or ""
    nameless = "SELECT count(*) FROM inventory_days WHERE sku_id NOT IN (SELECT sku_id FROM skus)"
    (left,) = numbers(path, "SELECT count(*) FROM skus")
    assert 0 < left < SKUS
    assert numbers(path, nameless) == (0,)
    assert numbers(path, "SELECT count(*) FROM inventory_days") == (left * DAYS,)
    assert numbers(path, "SELECT count(*) FROM inventory_weeks") == (left,)
    assert "Lost, or a part of it: the stock of past days" in told


def test_past_stock_is_not_mixed_into_a_history_that_has_begun_anew(path: Path) -> None:
    text_instead(path)
    opened(path).close()
    write_history(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE skus SET seller_sku = 'new ' || seller_sku")
        database.commit()
    older = path.with_name(f"{path.name}.damaged-20260101T000000000000Z")
    with opened(older) as store:
        store.save(tables.submissions, [submission(1)])
    write_history(older)
    with opened(path) as store:
        assert sent(store).keys() == {"TEST-1"}
    assert numbers(path, "SELECT count(*) FROM skus WHERE seller_sku LIKE 'new %'") == (SKUS,)
    assert numbers(path, "SELECT count(*) FROM inventory_days") == (SKUS * DAYS,)


def test_a_damaged_store_of_the_first_version_is_saved_into_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    first_store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE submissions SET state = 'accepted'")
        database.commit()
    path.write_bytes(path.read_bytes()[:-PAGE])
    with opened(path) as store:
        assert sent(store) == {"x": {"said": "so"}}
        assert (store.rescued or "").endswith("1 order sent from here is still known.")


def test_a_process_that_died_before_it_saved_is_made_up_for_by_the_next(path: Path) -> None:
    garble(path, b"order 0050")
    assert recovery.check(path) == moved(path)[0]
    with opened(path) as store:
        assert sent(store) == ALL_SENT
        assert f"{SUBMISSIONS} orders sent from here are still known" in (store.rescued or "")


def test_what_was_saved_once_is_not_saved_again(path: Path) -> None:
    garble(path, b"order 0050")
    opened(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM submissions WHERE seller_fulfillment_order_id = 'TEST-1'")
        database.commit()
    with opened(path) as store:
        assert len(sent(store)) == SUBMISSIONS - 1
        assert f"{SUBMISSIONS} orders sent from here are still known" in (store.rescued or "")


def test_after_a_week_it_is_told_no_more(path: Path) -> None:
    aside = path.rename(path.with_name(f"{path.name}.damaged-20260101T000000000000Z"))
    with opened(path) as store:
        assert sent(store) == ALL_SENT
        assert store.rescued is None
    assert moved(path) == [aside]


def test_a_file_that_only_looks_moved_aside_is_left_alone(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}.damaged-by-hand"))
    with opened(path) as store:
        assert (sent(store), store.rescued) == ({}, None)


def test_a_store_that_is_damaged_again_is_moved_beside_the_first(path: Path) -> None:
    garble(path, b"order 0050")
    opened(path).close()
    first = {one: one.read_bytes() for one in moved(path)}
    text_instead(path)
    with opened(path) as store:
        assert sent(store) == ALL_SENT
    assert len(moved(path)) == 2
    assert {one: one.read_bytes() for one in first} == first


def test_a_folder_may_have_any_name(tmp_path: Path, path: Path, settings: Settings) -> None:
    there = replace(settings, data_dir=tmp_path / "my [shop] #1 at 100%25 ?")
    there.home.mkdir(parents=True)
    garble(path, b"order 0050")
    odd = path.rename(there.home / "mcf.sqlite3")
    with Store(there.store_url, account="test", marketplace_id=US, mode="demo") as store:
        assert sent(store) == ALL_SENT
    assert len(moved(odd)) == 1


OPENER = """
import sys
from mcf.store import tables
from mcf.store.database import Store
print("ready", flush=True)
sys.stdin.readline()
url, account, marketplace_id = sys.argv[1:]
with Store(url, account=account, marketplace_id=marketplace_id, mode="demo") as store:
    print(len(store.rows(tables.submissions)), store.rescued is not None)
"""


@pytest.mark.no_cover
def test_processes_that_open_a_damaged_store_at_once_move_it_once_and_know_all(path: Path) -> None:
    garble(path, b"order 0050")
    command = [sys.executable, "-c", OPENER, f"sqlite:///{path}", "test", US]
    started = [Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(3)]
    ready = [process.stdout and process.stdout.readline() for process in started]
    told = [process.communicate("go\n", timeout=240)[0] for process in started]
    assert ready == ["ready\n"] * 3
    assert told == [f"{SUBMISSIONS} True\n"] * 3
    assert len(moved(path)) == 1


def test_a_sound_store_is_left_alone(path: Path) -> None:
    with opened(path) as store:
        assert (sent(store), store.rescued) == (ALL_SENT, None)
    assert moved(path) == []


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    path.touch()
    with opened(path) as store:
        assert store.add(tables.orders, order(1))
        assert store.rescued is None
    assert moved(path) == []


def test_a_locked_file_is_told_and_left_alone(path: Path) -> None:
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked") as told:
            opened(path, "?timeout=0.05")
    assert "Another program is busy" in told.value.advice
    assert (moved(path), path.read_bytes()) == ([], before)


def damaged_but_for(settings: Settings, kept: bytes) -> None:
    """Writes random bytes over a page with orders, none of which holds the text."""
    path = settings.home / "mcf.sqlite3"
    data = path.read_bytes()
    pages = [data[at : at + PAGE] for at in range(0, len(data), PAGE)]
    chosen = next(n for n, page in enumerate(pages) if b'"SHOP-10' in page and kept not in page)
    pages[chosen] = random.Random(7).randbytes(PAGE)  # noqa: S311
    path.write_bytes(b"".join(pages))


def test_an_order_that_was_sent_before_the_damage_is_not_sent_again(
    settings: Settings, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    with MCFService(settings) as service:
        service.sync()
        assert service.submit(request_for).state is SubmissionState.ACCEPTED
    damaged_but_for(settings, b"TEST-1")
    with MCFService(settings) as service:
        assert service.orders().empty
        assert service.submit(request_for).state is SubmissionState.ACCEPTED
    assert simulator.requests.count(CREATE) == 1


def test_an_order_that_nobody_knows_any_more_is_found_at_amazon_and_not_made_twice(
    settings: Settings, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    with MCFService(settings) as service:
        service.submit(request_for)
    text_instead(settings.home / "mcf.sqlite3")
    orders = len(simulator.world.by_number)
    with MCFService(settings) as service:
        assert service.ordering.submissions.get("TEST-1") is None
        assert service.submit(request_for).state is SubmissionState.ACCEPTED
    assert len(simulator.world.by_number) == orders


def test_a_seller_is_told_for_as_long_as_it_matters(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    text_instead(settings.home / "mcf.sqlite3")
    with MCFService(settings) as service:
        (first,) = service.concerns()
    with MCFService(settings) as service:
        (again,) = service.concerns()
    assert (first.urgency, first.title) == (Urgency.NOW, "The store was damaged and begun anew")
    assert "isn't known any more" in first.reason
    assert again == first


def test_the_time_at_which_it_was_moved_is_in_its_name(path: Path) -> None:
    text_instead(path)
    before = datetime.now(UTC)
    opened(path).close()
    stamp = moved(path)[0].name.rpartition("-")[2]
    at = datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    assert before <= at <= datetime.now(UTC)


def test_the_command_line_tells_it_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings.home.mkdir(parents=True)
    text_instead(settings.home / "mcf.sqlite3")
    env = {
        "AMAZON_SP_API_ENDPOINT": settings.endpoint or "",
        "MCF_DATA_DIR": str(settings.data_dir),
    }
    result = CliRunner(env=env).invoke(main, ["store", "backup", "copy.sqlite3", "--json"])
    assert result.exit_code == 0
    assert "Warning: The store was damaged. It was moved to" in result.stderr
