"""Buyers' data in the store is sealed, value by value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mcf.errors import StoreError
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.key_files import new_key
from mcf.store.sealing import SEALED, UNREADABLE, DataKey, Keyring
from tests.store.samples import head, opened

PLACE = b"orders.recipient"


def ring(*keys: DataKey) -> Keyring:
    made = Keyring(lambda: keys)
    made.refresh()
    made.use(keys[0].id)
    return made


@pytest.mark.parametrize("text", ["Ada Example", "", "~not sealed", "Zoë 🙂", "half a pair \ud83d"])
def test_a_sealed_text_comes_out_as_it_went_in(text: str) -> None:
    keyring = ring(new_key())
    sealed = keyring.seal(PLACE, text)
    assert SEALED.fullmatch(sealed)
    assert keyring.opened(PLACE, sealed) == text
    assert keyring.seal(PLACE, text) != sealed


def test_a_value_is_bound_to_its_column_and_cannot_be_changed() -> None:
    keyring = ring(new_key())
    sealed = keyring.seal(PLACE, "Ada Example")
    assert keyring.opened(b"orders.city", sealed) == UNREADABLE
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    assert keyring.opened(PLACE, changed) == UNREADABLE
    assert ring(new_key()).opened(PLACE, sealed) == UNREADABLE


def test_what_an_older_version_wrote_is_read_as_it_stands() -> None:
    assert ring(new_key()).opened(PLACE, "Ada Example") == "Ada Example"


def test_a_digest_is_keyed_once_and_cannot_be_guessed_without_the_key() -> None:
    key = new_key()
    mark = ring(key).mark("a" * 32)
    assert mark is not None
    assert re.fullmatch("~[0-9a-f]{31}", mark)
    assert ring(key).mark(mark) == mark
    assert ring(new_key()).mark("a" * 32) != mark
    assert ring(key).mark(None) is None


def test_the_file_and_its_journal_hold_no_name(store: Store, tmp_path: Path) -> None:
    order = {"recipient": "Ada Nobody", "city": "Springfield", "raw": {"name": "Ada Nobody"}}
    store.save(tables.orders, [head("1", **order)])
    contents = [path.read_bytes() for path in tmp_path.glob("store.sqlite3*")]
    assert len(contents) > 2
    assert not any(b"Nobody" in content or b"Springfield" in content for content in contents)
    assert store.records(tables.orders)[0]["recipient"] == "Ada Nobody"
    assert store.columns(tables.orders, ["recipient"])["recipient"].tolist() == ["Ada Nobody"]


def test_the_same_again_is_no_change_although_it_would_be_sealed_otherwise(store: Store) -> None:
    order = head("1", recipient="Ada Nobody", fingerprint="f" * 32)
    assert store.save(tables.orders, [order]) == 1
    assert store.save(tables.orders, [order]) == 0
    assert store.revision(tables.orders) == (1,)
    found = store.rows(tables.orders, tables.orders.c.fingerprint.in_(["f" * 32]))
    assert [row.recipient for row in found] == ["Ada Nobody"]


def test_without_its_key_a_store_costs_buyers_data_only(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.save(tables.orders, [head("1", recipient="Ada Nobody")])
    key = tmp_path / "store.sqlite3.key"
    key.rename(tmp_path / "elsewhere")
    with opened(tmp_path) as store:
        store.save(
            tables.orders, [head("1", "Complete", recipient="Bo"), head("2", recipient=None)]
        )
        rows = store.rows(tables.orders)
        assert [(row.status, row.recipient) for row in rows] == [
            ("Complete", UNREADABLE),
            ("Received", None),
        ]
        sent = {"seller_fulfillment_order_id": "3", "state": "sending", "request": {"a": 1}}
        times = dict.fromkeys(("created_at", "updated_at"), rows[0].received_date)
        with pytest.raises(StoreError, match="can't be kept: the key") as told:
            store.add(tables.submissions, {**sent, "attempts": 1, **times})
        assert "privacy key rotate --lost" in str(told.value.advice)
        assert not key.exists()
    (tmp_path / "elsewhere").rename(key)
    with opened(tmp_path) as store:
        assert [row.recipient for row in store.rows(tables.orders)] == ["Ada Nobody", None]
        assert store.save(tables.orders, [head("2", recipient="Cy Nobody")]) == 1
