"""The store on PostgreSQL; runs where MCF_TEST_DATABASE_URL names a database to write into.

For example MCF_TEST_DATABASE_URL=postgresql+psycopg://postgres@127.0.0.1/postgres
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcf import tables
from mcf.errors import StoreError
from mcf.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = os.environ.get("MCF_TEST_DATABASE_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="needs MCF_TEST_DATABASE_URL")


@pytest.fixture
def account() -> str:
    """An account that nobody else has, so that tests don't meet in one database."""
    return uuid.uuid4().hex


@pytest.fixture
def database(account: str) -> Iterator[Store]:
    """The store of the account."""
    with Store(URL, account=account, marketplace_id="US", mode="demo") as store:
        yield store


def stock(sku: str, fulfillable: int | None = 5) -> dict[str, Any]:
    counts = dict.fromkeys(tables.QUANTITIES, 0) | {"fulfillable_quantity": fulfillable}
    return {"seller_sku": sku, **counts, "last_updated_time": NOON, "raw": {"sellerSku": sku}}


def test_a_key_is_won_by_one_of_many_threads(database: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: database.add(tables.inventory, stock("A")), range(16)))
    assert sum(won) == 1
    assert database.revision(tables.inventory) == (1,)


def test_a_row_is_changed_by_one_of_many_threads(database: Store) -> None:
    database.add(tables.inventory, stock("A", 5))
    five = tables.inventory.c.fulfillable_quantity == 5

    def take(_: int) -> bool:
        return database.change(
            tables.inventory, {"seller_sku": "A"}, {"fulfillable_quantity": 4}, five
        )

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_the_same_rows_again_are_no_change_and_others_are(database: Store) -> None:
    assert database.replace(tables.inventory, [stock("A"), stock("B")]) == 2
    assert database.replace(tables.inventory, [stock("A"), stock("B")]) == 0
    assert database.replace(tables.inventory, [stock("B", 4)]) == 2
    assert database.revision(tables.inventory) == (3,)


def test_times_come_back_in_utc(database: Store) -> None:
    database.save(tables.inventory, [stock("A")])
    row = database.row(tables.inventory, seller_sku="A")
    assert row is not None
    assert row.last_updated_time == NOON
    assert row.last_updated_time.utcoffset() == timedelta(0)


def test_a_row_that_cannot_be_written_is_not_repeated_in_the_message(database: Store) -> None:
    with pytest.raises(StoreError, match=r"violates not-null constraint$"):
        database.save(tables.inventory, [stock("A", None)])
    assert database.rows(tables.inventory) == []


def test_many_may_open_the_database_at_once(account: str) -> None:
    def open_and_add(n: int) -> bool:
        with Store(URL, account=account, marketplace_id="US", mode="demo") as store:
            return store.add(tables.inventory, stock(str(n)))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(open_and_add, range(8)))


def test_another_modes_database_is_refused(database: Store, account: str) -> None:
    with pytest.raises(StoreError, match="holds demo data"):
        Store(URL, account=account, marketplace_id="US", mode="live")
