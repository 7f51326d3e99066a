"""Which key a store is written with is noted in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from mcf.store import tables
from mcf.store.database import Store
from mcf.store.key_files import KeySource, new_key, spelled
from mcf.store.sealing import UNREADABLE
from tests.store.samples import US, head, opened


def with_key(folder: Path, *words: str) -> Store:
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    keys = KeySource(",".join(words))
    return Store(url, account="test", marketplace_id=US, mode="demo", keys=keys)


def test_another_key_opens_nothing_and_is_not_mixed_in(tmp_path: Path) -> None:
    one, other = spelled(new_key()), spelled(new_key())
    with with_key(tmp_path, one) as store:
        store.save(tables.orders, [head("1", recipient="Ada Nobody")])
    with with_key(tmp_path, other) as store:
        assert store.keyring.current is None
        store.save(
            tables.orders, [head("1", "Complete", recipient="Bo"), head("2", recipient="Bo")]
        )
        assert {row.recipient for row in store.rows(tables.orders)} == {UNREADABLE}
    with with_key(tmp_path, other, one) as store:
        assert [row.recipient for row in store.rows(tables.orders)] == ["Ada Nobody", UNREADABLE]
        assert store.rows(tables.orders)[0].status == "Complete"


def test_a_copy_is_opened_with_the_key_it_was_made_with(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    with opened(tmp_path) as store:
        store.save(tables.orders, [head("1", recipient="Ada Nobody")])
        store.backup(copies / "store.sqlite3")
    assert b"Nobody" not in (copies / "store.sqlite3").read_bytes()
    with opened(copies) as copied:
        assert [row.recipient for row in copied.rows(tables.orders)] == [UNREADABLE]
    shutil.copy(tmp_path / "store.sqlite3.key", copies)
    with opened(copies) as copied:
        assert [row.recipient for row in copied.rows(tables.orders)] == ["Ada Nobody"]
