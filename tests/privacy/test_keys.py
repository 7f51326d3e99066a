"""The key is changed without losing a word, also while others write."""

from __future__ import annotations

import pytest

from mcf.errors import StoreError
from mcf.privacy import keys
from mcf.privacy.keys import Rotation
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.key_files import new_key
from mcf.store.sealing import UNREADABLE
from tests.privacy.conftest import NAME, Shop, everything, write_order


def nothing(_table: str, _rows: int) -> None:
    """Who rotates here needs no word of it."""


def reopened(store: Store) -> str | None:
    """The recipient of the first order as another process reads it."""
    other = Store(f"sqlite:///{store.path}", **store.scope, mode="demo")
    with other:
        return str(other.rows(tables.orders)[0].recipient)


def test_everything_is_encrypted_anew_and_the_old_key_is_no_longer_needed(shop: Shop) -> None:
    store, before = shop.store, everything(shop.store)
    revision, old = store.revision(tables.orders), store.keyring.current or ""
    rotation = Rotation(store)
    assert rotation.count(old) == 5
    assert rotation.rotate(nothing) == 5
    assert (rotation.count(old), store.revision(tables.orders)) == (0, revision)
    assert rotation.retire() == [old]
    assert [key.id for key in store.key_source.load()] == [store.keyring.current]
    assert reopened(store) == NAME
    assert "fingerprint" in before
    assert everything(store) == before


def test_a_rotation_that_died_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    rotation, renew = Rotation(shop.store), keys._renew
    monkeypatch.setattr(keys, "_renew", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rotation.rotate(nothing)
    assert reopened(shop.store) == NAME
    with pytest.raises(StoreError, match="still open something"):
        rotation.retire()
    monkeypatch.setattr(keys, "_renew", renew)
    assert Rotation(shop.store).rotate(nothing) == 5
    assert len(shop.store.key_source.load()) == 2


def test_another_process_writes_with_the_new_key_from_then_on(shop: Shop) -> None:
    with Store(f"sqlite:///{shop.store.path}", **shop.store.scope, mode="demo") as other:
        old = other.keyring.current
        Rotation(shop.store).rotate(nothing)
        assert other.rows(tables.orders)[0].recipient == NAME
        write_order(other, "S-2")
        assert other.keyring.current == shop.store.keyring.current != old
        assert Rotation(shop.store).count(old or "") == 0


def test_a_store_whose_key_is_lost_begins_with_a_new_one(shop: Shop) -> None:
    path = shop.store.path
    assert path is not None
    path.with_name(f"{path.name}.key").unlink()
    with Store(f"sqlite:///{path}", **shop.store.scope, mode="demo") as store:
        rotation = Rotation(store)
        with pytest.raises(StoreError, match="isn't there"):
            rotation.rotate(nothing)
        assert rotation.rotate(nothing, lost=True) == 0
        write_order(store, "S-2")
        recipients = [row.recipient for row in store.rows(tables.orders)]
        assert recipients == [UNREADABLE, NAME]


def test_a_key_that_somebody_put_in_front_is_taken(shop: Shop) -> None:
    source, fresh = shop.store.key_source, new_key()
    source.keep([fresh, *source.load()])
    assert Rotation(shop.store).rotate(nothing) == 5
    assert shop.store.keyring.current == fresh.id
