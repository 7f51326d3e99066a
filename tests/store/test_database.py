"""The store: revisions, transactions, rows of others, and files that can't be used."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from mcf.errors import StoreError
from mcf.store import database, tables
from mcf.store.database import AT_ONCE, Store
from tests.databases import keys_for
from tests.store.samples import NOON, US, head, opened, skus, stock


def line(order_id: str, item_id: str, quantity: int | None = 1) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": order_id,
        "seller_fulfillment_order_item_id": item_id,
        "seller_sku": "A",
        "quantity": quantity,
        "cancelled_quantity": 0,
        "unfulfillable_quantity": 0,
        "raw": {},
    }


def test_a_new_row_makes_the_revision_grow(store: Store) -> None:
    assert store.save(tables.inventory, [stock("A"), stock("B")]) == 2
    assert store.revision(tables.inventory, tables.orders) == (1, 0)


def test_the_same_rows_again_leave_the_revision_as_it_is(store: Store) -> None:
    store.save(tables.inventory, [stock("A")])
    assert store.save(tables.inventory, [stock("A")]) == 0
    assert store.revision(tables.inventory) == (1,)


def test_only_rows_that_differ_count_as_changed(store: Store) -> None:
    store.save(tables.inventory, [stock("A"), stock("B")])
    assert store.save(tables.inventory, [stock("A"), stock("B", 4)]) == 1
    assert store.revisions() == {"inventory": 2}


def test_no_rows_are_no_change(store: Store) -> None:
    assert store.save(tables.inventory, []) == 0
    assert store.revisions() == {}


def test_the_last_of_two_rows_with_one_key_stays(store: Store) -> None:
    assert store.save(tables.inventory, [stock("A", 1), stock("A", 2)]) == 1
    row = store.row(tables.inventory, seller_sku="A")
    assert row is not None
    assert row.fulfillable_quantity == 2


def test_columns_that_are_not_given_keep_their_values(store: Store) -> None:
    store.save(tables.orders, [head("1", fulfillment_action="Hold")])
    store.save(tables.orders, [head("1", "Planning")])
    row = store.row(tables.orders, seller_fulfillment_order_id="1")
    assert row is not None
    assert (row.status, row.fulfillment_action) == ("Planning", "Hold")


def test_noting_when_something_was_read_is_written_but_is_no_change(store: Store) -> None:
    store.save(tables.orders, [head("1", detailed_at=NOON)])
    later = NOON + timedelta(hours=1)
    assert store.save(tables.orders, [head("1", detailed_at=later)]) == 0
    row = store.row(tables.orders, seller_fulfillment_order_id="1")
    assert row is not None
    assert row.detailed_at == later
    assert store.revision(tables.orders) == (1,)


def test_a_row_that_is_only_a_key_can_be_saved_twice(store: Store) -> None:
    row = {"table_name": "x", "revision": 1}
    store.save(tables.revisions, [row])
    assert store.save(tables.revisions, [row]) == 0


def test_replacing_deletes_what_is_not_among_the_rows(store: Store) -> None:
    store.save(tables.inventory, [stock("A"), stock("B")])
    assert store.replace(tables.inventory, [stock("B"), stock("C")]) == 2
    assert skus(store) == ["B", "C"]


def test_replacing_by_the_same_rows_is_no_change(store: Store) -> None:
    store.save(tables.inventory, [stock("A")])
    assert store.replace(tables.inventory, [stock("A")]) == 0
    assert store.revision(tables.inventory) == (1,)


def test_replacing_leaves_rows_that_do_not_meet_the_condition(store: Store) -> None:
    store.save(tables.order_items, [line("1", "a"), line("2", "a")])
    first = tables.order_items.c.seller_fulfillment_order_id == "1"
    store.replace(tables.order_items, [line("1", "b")], first)
    assert [(r.seller_fulfillment_order_id, r.seller_fulfillment_order_item_id)
            for r in store.rows(tables.order_items)] == [("1", "b"), ("2", "a")]  # fmt: skip


def test_more_rows_than_a_query_has_parameters_are_saved_and_recognised(store: Store) -> None:
    many = [stock(f"SKU-{n}") for n in range(AT_ONCE + 1)]
    assert store.replace(tables.inventory, many) == AT_ONCE + 1
    assert store.replace(tables.inventory, many) == 0


def test_an_order_is_saved_with_its_lines_in_place_of_the_old_ones(store: Store) -> None:
    store.save_orders([head("1")], {tables.order_items: [line("1", "a"), line("1", "b")]})
    store.save_orders([head("1", "Planning")], {tables.order_items: [line("1", "b", 3)]})
    items = store.rows(tables.order_items)
    assert [(i.seller_fulfillment_order_item_id, i.quantity) for i in items] == [("b", 3)]


def test_saving_the_same_order_again_changes_no_revision(store: Store) -> None:
    store.save_orders([head("1")], {tables.order_items: [line("1", "a")]})
    before = store.revisions()
    store.save_orders([head("1")], {tables.order_items: [line("1", "a")]})
    assert store.revisions() == before


def test_a_line_that_cannot_be_written_leaves_the_old_order_whole(store: Store) -> None:
    store.save_orders([head("1")], {tables.order_items: [line("1", "a")]})
    before = store.revisions()
    with pytest.raises(StoreError, match=r"(?i)not.null"):
        store.save_orders([head("1", "Planning")], {tables.order_items: [line("1", "b", None)]})
    assert [r.status for r in store.rows(tables.orders)] == ["Received"]
    assert [r.seller_fulfillment_order_item_id for r in store.rows(tables.order_items)] == ["a"]
    assert store.revisions() == before


def test_a_row_is_added_once(store: Store) -> None:
    assert store.add(tables.inventory, stock("A", 1))
    assert not store.add(tables.inventory, stock("A", 2))
    assert [r.fulfillable_quantity for r in store.rows(tables.inventory)] == [1]
    assert store.revision(tables.inventory) == (1,)


def test_adding_a_row_that_lacks_a_value_is_an_error_and_not_a_row_that_is_there(
    store: Store,
) -> None:
    with pytest.raises(StoreError, match=r"(?i)not.null"):
        store.add(tables.order_items, line("1", "a", None))


def test_a_row_is_changed_only_while_the_condition_holds(store: Store) -> None:
    store.save(tables.orders, [head("1")])
    received = tables.orders.c.status == "Received"
    key = {"seller_fulfillment_order_id": "1"}
    assert store.change(tables.orders, key, {"status": "Planning"}, received)
    assert not store.change(tables.orders, key, {"status": "Cancelled"}, received)
    assert [r.status for r in store.rows(tables.orders)] == ["Planning"]
    assert store.revision(tables.orders) == (2,)


def test_a_row_that_is_not_there_is_none(store: Store) -> None:
    assert store.row(tables.orders, seller_fulfillment_order_id="1") is None


def test_two_stores_on_one_file_see_each_others_rows_and_revisions(
    store: Store, second: Store
) -> None:
    store.save(tables.inventory, [stock("A")])
    assert second.save(tables.inventory, [stock("A")]) == 0
    second.save(tables.inventory, [stock("A", 1)])
    assert store.revision(tables.inventory) == (2,)
    assert [r.fulfillable_quantity for r in store.rows(tables.inventory)] == [1]


def test_a_key_is_won_by_one_of_many_threads_and_stores(store: Store, second: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda s: s.add(tables.inventory, stock("A")), [store, second] * 8))
    assert sum(won) == 1


def test_changes_of_many_threads_are_all_counted(store: Store, second: Store) -> None:
    def save(n: int) -> int:
        return (store, second)[n % 2].save(tables.inventory, [stock(f"SKU-{n}")])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(40))) == 40
    assert len(skus(store)) == 40
    assert store.revision(tables.inventory) == (40,)


def test_many_threads_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    def open_and_add(n: int) -> bool:
        with opened(tmp_path) as store:
            return store.add(tables.inventory, stock(f"SKU-{n}"))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_and_add, range(16))) == [True] * 16


@pytest.mark.parametrize("other", [{"account": "else"}, {"marketplace_id": "A1F83G8C2ARO7P"}])
def test_rows_of_another_account_or_marketplace_are_not_read_changed_or_deleted(
    store: Store, tmp_path: Path, other: dict[str, str]
) -> None:
    with opened(tmp_path, **other) as stranger:
        stranger.save_orders([head("1")], {tables.order_items: [line("1", "a")]})
        before = stranger.revisions()
        assert store.rows(tables.orders) == []
        assert store.revisions() == {}
        assert not store.change(
            tables.orders, {"seller_fulfillment_order_id": "1"}, {"status": "Cancelled"}
        )
        store.save_orders([head("1", "Planning")], {tables.order_items: [line("1", "b")]})
        store.replace(tables.orders, [])
        store.replace(tables.order_items, [])
        assert [r.status for r in stranger.rows(tables.orders)] == ["Received"]
        assert len(stranger.rows(tables.order_items)) == 1
        assert stranger.revisions() == before


def test_another_modes_store_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds demo data, but the program runs in live") as told:
        opened(tmp_path, mode="live")
    assert "MCF_DATABASE_URL" in told.value.advice


def test_an_unknown_schema_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    database.execute("INSERT INTO meta VALUES ('schema_version', '99'), ('mode', 'demo')")
    database.commit()
    with pytest.raises(StoreError, match="schema 99") as told:
        opened(tmp_path)
    assert "Nothing was changed" in told.value.advice
    assert database.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall() == [
        ("meta",)
    ]
    assert len(database.execute("SELECT * FROM meta").fetchall()) == 2
    database.close()


def test_the_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.save(tables.inventory, [stock("A")])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("store.sqlite3*")}
    assert modes == {0o600}


def test_missing_folders_are_made(tmp_path: Path) -> None:
    opened(tmp_path / "a" / "b").close()
    assert (tmp_path / "a" / "b" / "store.sqlite3").is_file()


def test_a_folder_that_cannot_be_used_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="store can't be used") as told:
        opened(tmp_path / "file")
    assert "data directory" in told.value.advice


def test_a_store_that_another_program_holds_is_told(store: Store, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}?timeout=0.05"
    holder = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(StoreError, match="locked") as told,
        Store(url, account="test", marketplace_id=US, mode="demo", keys=keys_for(url)) as waiting,
    ):
        waiting.save(tables.inventory, [stock("A")])
    holder.close()
    assert "Another program" in told.value.advice


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(StoreError, match="ArgumentError"):
        Store("nonsense", account="test", marketplace_id=US, mode="demo")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://mcf:hun@ter2@127.0.0.1:9/mcf",
        "postgresql+psycopg://mcf:hunter2@[bad/mcf",
        "postgresql+psycopg://mcf:hunter2@127.0.0.1:port/mcf",
        "sqlite:///x?timeout=hunter2",
    ],
)
def test_an_address_that_is_odd_is_told_without_a_part_of_it(url: str) -> None:
    with pytest.raises(StoreError, match="MCF_DATABASE_URL") as told:
        Store(url, account="test", marketplace_id=US, mode="demo", keys=keys_for(url))
    assert "ter2" not in f"{told.value} {told.value.advice}"


def test_a_postgresql_that_is_not_there_is_no_folder_that_is_missing() -> None:
    url = "postgresql+psycopg://mcf:hunter2@127.0.0.1:9/mcf"
    with pytest.raises(StoreError, match="Connection refused") as told:
        Store(url, account="test", marketplace_id=US, mode="demo", keys=keys_for(url))
    assert told.value.advice.startswith("Check that PostgreSQL runs there")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ('FATAL:  database "nope" does not exist', "Create that database"),
        ('FATAL:  role "who" does not exist', "Check the user and the password"),
        ('FATAL:  password authentication failed for user "x"', "Check the user and the password"),
        ("failed to resolve host 'db.invalid': Name or service not known", "Check the host"),
        ("FATAL:  sorry, too many clients already", "Other programs hold all its connections"),
        ("ERROR:  permission denied for schema public", "Give its role the right"),
        ("connection timeout expired", "Check that PostgreSQL runs there"),
        ("FATAL:  das Datenbanksystem startet", "Check that PostgreSQL runs there"),
    ],
)
def test_what_postgresql_says_comes_with_what_to_do(reason: str, advice: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    told = database._advice(psycopg.OperationalError(reason), reason)
    assert (told or "").startswith(advice)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_folders_of_a_store_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "store.sqlite3"
    Store(f"sqlite:///{path}", account="test", marketplace_id=US, mode="demo").close()
    modes = {it.stat().st_mode & 0o777 for it in (path.parent, path.parent.parent)}
    files = {it.stat().st_mode & 0o777 for it in path.parent.iterdir()}
    assert (modes, files) == ({0o700}, {0o600})


def test_a_database_without_its_driver_is_told() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from mcf.store.database import Store\n"
        "url = 'postgresql+psycopg://user@127.0.0.1:1/name'\n"
        "Store(url, account='test', marketplace_id='US', mode='demo')"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "StoreError: The driver of this database isn't installed: psycopg." in done.stderr


def test_a_store_in_memory_needs_no_file() -> None:
    with Store("sqlite://", account="test", marketplace_id=US, mode="demo") as store:
        store.save(tables.inventory, [stock("A")])
        assert skus(store) == ["A"]
