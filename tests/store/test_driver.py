"""The fast path: tuples to the database, and only those that differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon.inventory_pages import COLUMNS
from mcf.errors import StoreError
from mcf.store import tables
from mcf.store.database import Store
from tests.store.samples import opened, skus, stock


def stock_tuple(sku: str, fulfillable: int = 5, raw: str | None = None) -> tuple[Any, ...]:
    row = stock(sku, fulfillable)
    return (*(row.get(name) for name in COLUMNS[:-1]), raw or json.dumps(row["raw"]))


def save_tuples(store: Store, *rows: tuple[Any, ...]) -> int:
    return store.save_tuples(tables.inventory, COLUMNS, rows)


def test_tuples_are_stored_as_the_same_rows_are(store: Store, second: Store) -> None:
    save_tuples(store, stock_tuple("A"), stock_tuple("B", 4))
    written = [{**row, "changed": 0} for row in second.records(tables.inventory)]
    store.drop(tables.inventory, "seller_sku", ["A", "B"])
    store.save(tables.inventory, [stock("A"), stock("B", 4)])
    assert [{**row, "changed": 0} for row in second.records(tables.inventory)] == written
    assert [row["raw"] for row in written] == [{"sellerSku": "A"}, {"sellerSku": "B"}]


def test_tuples_that_are_stored_already_are_no_change(store: Store) -> None:
    store.save(tables.inventory, [stock("A")])
    assert save_tuples(store, stock_tuple("A")) == 0
    assert save_tuples(store) == 0
    assert store.revision(tables.inventory) == (1,)


def test_only_tuples_that_differ_are_written_and_marked(store: Store) -> None:
    save_tuples(store, stock_tuple("A"), stock_tuple("B"))
    assert save_tuples(store, stock_tuple("A"), stock_tuple("B", 4), stock_tuple("C")) == 2
    rows = store.rows(tables.inventory)
    assert [(row.seller_sku, row.changed) for row in rows] == [("A", 1), ("B", 2), ("C", 2)]
    assert store.revision(tables.inventory) == (2,)


@pytest.mark.parametrize(("raw", "changed"), [('{"a":1,  "b":[]}', 0), ('{"a": 2, "b": []}', 1)])
def test_json_that_is_only_spelled_otherwise_is_no_change(
    store: Store, raw: str, changed: int
) -> None:
    save_tuples(store, stock_tuple("A", raw='{"b": [], "a": 1}'))
    assert save_tuples(store, stock_tuple("A", raw=raw)) == changed


def test_the_last_of_two_tuples_with_one_key_stays(store: Store) -> None:
    assert save_tuples(store, stock_tuple("A", 1), stock_tuple("A", 2)) == 1
    (row,) = store.rows(tables.inventory)
    assert row.fulfillable_quantity == 2


def test_tuples_of_one_account_leave_those_of_others_alone(store: Store, tmp_path: Path) -> None:
    save_tuples(store, stock_tuple("A", 1))
    with opened(tmp_path, account="other") as other:
        assert save_tuples(other, stock_tuple("A", 2)) == 1
        assert other.revision(tables.inventory) == (1,)
    (row,) = store.rows(tables.inventory)
    assert row.fulfillable_quantity == 1


def test_tuples_of_which_one_cannot_be_written_are_not_written(store: Store) -> None:
    broken = stock_tuple("B", fulfillable=None)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        save_tuples(store, stock_tuple("A"), broken)
    assert skus(store) == []
    assert store.revision(tables.inventory) == (0,)
