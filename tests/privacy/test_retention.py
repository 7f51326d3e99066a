"""Buyers go so many days after an order's end."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from mcf.privacy.holds import Holds
from mcf.privacy.retention import Gone, Retention, due
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from tests.privacy.conftest import DAY, NAME, Shop, everything, write_order
from tests.store.samples import NOON, opened

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def retention(store: Store, folder: Path) -> Retention:
    return Retention(store, 30, folder / "store.sqlite3", folder / "output")


def test_a_buyer_goes_thirty_days_after_the_end_and_not_before(shop: Shop, tmp_path: Path) -> None:
    ends = retention(shop.store, tmp_path)
    assert ends.run(NOON + 29 * DAY) == Gone(0, 0, 0)
    assert shop.store.rows(tables.orders)[0].recipient == NAME
    assert ends.run(NOON + 31 * DAY).orders == 1
    assert NAME not in everything(shop.store)
    assert ends.run(NOON + 31 * DAY) == Gone(0, 0, 0)


def test_an_order_on_hold_or_under_way_keeps_its_buyer(shop: Shop) -> None:
    write_order(shop.store, "S-2", status="Processing")
    Holds(shop.store).hold("S-1", "claim", NOON + 50 * DAY, NOON)
    assert due(shop.store, NOON + 40 * DAY, 30 * DAY) == []
    assert due(shop.store, NOON + 51 * DAY, 30 * DAY) == ["S-1"]


def test_an_order_that_was_tried_and_that_amazon_does_not_have_ends_too(shop: Shop) -> None:
    shop.store.drop(tables.orders, "seller_fulfillment_order_id", ["S-1"])
    key = {"seller_fulfillment_order_id": "S-1"}
    shop.store.change(tables.submissions, key, {"state": "rejected"})
    assert due(shop.store, NOON, 30 * DAY) == ["S-1"]


def test_other_accounts_in_the_store_are_looked_through_too(shop: Shop, tmp_path: Path) -> None:
    with opened(tmp_path, account="other") as other:
        write_order(other, "S-9")
        assert retention(shop.store, tmp_path).run(NOON + 31 * DAY).orders == 2
        assert NAME not in everything(other)


def test_files_copies_and_drafts_go_by_their_age(shop: Shop, tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    old = (
        output / "evidence_S-1_20260101T000000Z.html",
        output / "orders_20260101T000000Z.csv",
        tmp_path / "store.sqlite3.schema-6.sealed",
    )
    stay = (output / "inventory_20260101T000000Z.csv", output / "orders of mine.csv")
    for path in (*old, *stay):
        path.write_text(NAME)
        os.utime(path, (LONG_AGO, LONG_AGO))
    young = output / "orders_20260102T000000Z.csv"
    young.write_text(NAME)
    Keeper(shop.store).keep(DocumentKind.DRAFT, "tab 1", {"to_name": NAME})
    shop.store.change(tables.kept, {"kind": "draft", "key": "tab 1"}, {"updated_at": NOON})
    assert retention(shop.store, tmp_path).run(NOON) == Gone(0, 1, 3)
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in (*stay, young))
