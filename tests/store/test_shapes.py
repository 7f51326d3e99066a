"""Rows are known by their shape: every table of the store from every other one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mcf.store import recovery, salvage, shapes, tables
from mcf.store.salvage import Numbered
from tests.databases import US, old_store

SCOPE = ("app-1", US)
AT = "2026-03-02 12:00:00.000000"
ROWS = {
    "views": (*SCOPE, "", "tracking", "Late", "late=1"),
    "put_off": (*SCOPE, "stock A", AT),
    "kept": (*SCOPE, "draft", "tab 1", "{}", AT, AT),
    "alerts_told": (*SCOPE, "email", "ended:1", AT),
    "sku_rules": (*SCOPE, "A", 30, None, None, None, None, None, None, 1.25, None),
    "purchases": (*SCOPE, "A", 1, "open", 96, "Acme", 2.5, 20_500, 20_530, None, AT, 0, 0, 0),
    "happenings": (*SCOPE, "h1", "A-1", None, "order status", None, "New", AT, AT, None, 7),
    "revisions": (*SCOPE, "happenings", 20, 0),
    "submissions": (*SCOPE, "A-1", "accepted", "{}", None, 1, AT, AT, None, None, None),
    "meta": ("mode", "demo"),
    "leases": (*SCOPE, "reader", "one", 1.5),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_one_of_its_own_table(name: str) -> None:
    assert shapes.seems(True, [Numbered(1, ROWS[name])]) == name


def test_rows_without_numbers_are_those_of_past_stock() -> None:
    day = Numbered(None, (20_000, 1, *range(9), None, 3, None, None))

    assert shapes.seems(False, [day]) == "inventory_days"
    assert shapes.seems(False, [Numbered(None, (2800, 1, 5, 7))]) == "inventory_weeks"


def test_the_number_of_a_sku_is_that_of_its_row() -> None:
    row = Numbered(7, (None, *SCOPE, "A"))

    assert shapes.seems(True, [row]) == "skus"
    assert shapes.named(tables.skus, row)[1] == (7, *SCOPE, "A")


@pytest.mark.parametrize(
    "row",
    [
        (),
        ("a",),
        (*SCOPE, "tracking", b"\xff", "late=1"),
        ("app-1", "nowhere", "tracking", "Late", "late=1"),
        (*SCOPE, "draft", "tab 1", '{"half', AT, AT),
        (*SCOPE, "stock A", "some day"),
    ],
)
def test_what_fits_no_table_is_none(row: tuple[str | bytes, ...]) -> None:
    assert shapes.seems(True, [Numbered(1, row)]) is None


def test_one_odd_row_does_not_hide_the_others() -> None:
    good = [Numbered(n, ROWS["kept"]) for n in range(3)]

    assert shapes.seems(True, [Numbered(9, (1, 2, 3)), *good]) == "kept"


@pytest.mark.parametrize("version", [1, 2, 3])
def test_columns_that_came_later_are_the_last_ones_of_their_table(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "old.sqlite3"
    old_store(f"sqlite:///{path}", version)

    with closing(sqlite3.connect(path)) as old:
        # Views were made anew when they got owners.
        for table in recovery.OURS.keys() - {tables.views}:
            there = [row[1] for row in old.execute(f"PRAGMA table_info({table.name})")]
            assert there == [column.name for column in table.columns][: len(there)]
    with salvage.File(path, shapes.seems) as file:
        named = {it.shape for it in file.pages() if it.shape}
    assert "submissions" in named
