"""Changing the key of buyers' data: everything is encrypted anew, also while others write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, Text, bindparam, cast, or_, select, update

from mcf.errors import StoreError
from mcf.store import data_keys, tables
from mcf.store.database import Store
from mcf.store.key_files import new_key
from mcf.store.sealing import KEY_ADVICE, is_sealed

_AT_ONCE = 500


class Rotation:
    """Rotates keys; every method raises `StoreError`.

    A new key is in the key's file before the store names it, and the old one stays there until
    nothing is left that it opens: whenever a process dies, all can be read, and rotating again goes
    on. Others that write meanwhile look which key is to be used before each change.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def rotate(self, report: Callable[[str, int], None], *, lost: bool = False) -> int:
        """How many values were encrypted anew; with `lost`, those of a lost key are left."""
        keyring = self._store.keyring
        keyring.refresh()
        if keyring.current is None and not lost:
            raise StoreError(
                "The key that the store is written with isn't there.", advice=KEY_ADVICE
            )
        newest, current = self._newest(), keyring.current
        if newest is not None and newest != current:
            # Another key was put in front, or the process died that had begun with it.
            self._name(newest)
        elif not any(self.count(key) for key in keyring.keys if key != current):
            self._begin()
        return sum(self._table(table, report) for table in _sealed_tables())

    def retire(self) -> list[str]:
        """The ids of old keys that were taken out of the file: nothing is left that they open."""
        source, current = self._store.key_source, self._store.keyring.current
        keys = source.load()
        old = [key for key in keys if key.id != current]
        used = [key.id for key in old if self.count(key.id)]
        if used:
            raise StoreError(
                f"{len(used)} old key(s) still open something.",
                advice="Run `python -m mcf privacy key rotate` again first.",
            )
        if old:
            source.keep([key for key in keys if key.id == current])
        return [key.id for key in old]

    def count(self, key_id: str) -> int:
        """How many rows hold something that this key opens."""
        rows = 0
        for table in _sealed_tables():
            query = select(*table.primary_key).where(_of_key(table, key_id))
            rows += len(self._store.read(query))
        return rows

    def _newest(self) -> str | None:
        keys = self._store.key_source.load()
        return keys[0].id if keys else None

    def _begin(self) -> None:
        source = self._store.key_source
        keys = source.load()
        fresh = new_key()
        source.keep([fresh, *keys])
        self._store.keyring.refresh()
        self._name(fresh.id)

    def _name(self, key_id: str) -> None:
        """Has all write with this key from now on; what digests are made with stays."""
        keyring = self._store.keyring
        keyring.refresh()
        with self._store.writing() as connection:
            marks = keyring.marks_under(key_id)
            for name, value in ((data_keys.CURRENT, key_id), (data_keys.MARKS, marks)):
                connection.execute(tables.meta.delete().where(tables.meta.c.key == name))
                if value is not None:
                    connection.execute(tables.meta.insert().values(key=name, value=value))
        keyring.use(key_id, marks)

    def _table(self, table: Table, report: Callable[[str, int], None]) -> int:
        done = 0
        for key_id in [
            key for key in self._store.keyring.keys if key != self._store.keyring.current
        ]:
            for rows in self._batches(table, key_id):
                done += rows
                report(table.name, done)
        return done

    def _batches(self, table: Table, key_id: str) -> Iterator[int]:
        while True:
            with self._store.writing() as connection:
                rows = _renew(connection, table, key_id)
            if not rows:
                return
            yield rows


def _renew(connection: Connection, table: Table, key_id: str) -> int:
    """How many rows of the key were encrypted anew."""
    keys = list(table.primary_key)
    names = [column.name for column in table.c if is_sealed(column.type)]
    query = select(*keys, *(table.c[name] for name in names)).where(_of_key(table, key_id))
    locked = query.limit(_AT_ONCE).with_for_update()
    # SQLite has begun no transaction before the first change.
    if connection.dialect.name == "sqlite":
        connection.execute(tables.meta.update().where(tables.meta.c.key == "").values(value=""))
    rows = connection.execute(locked).all()
    if rows:
        same = (key == bindparam(f"key_{key.name}") for key in keys)
        change = update(table).where(*same).values({n: bindparam(f"new_{n}") for n in names})
        named = [f"key_{key.name}" for key in keys] + [f"new_{name}" for name in names]
        connection.execute(change, [dict(zip(named, row, strict=True)) for row in rows])
    return len(rows)


def _sealed_tables() -> list[Table]:
    return [
        table
        for table in tables.metadata.sorted_tables
        if any(is_sealed(column.type) for column in table.c)
    ]


def _of_key(table: Table, key_id: str) -> Any:
    """The condition of the rows with a value of this key; JSON stands in quotes."""
    columns = [column for column in table.c if is_sealed(column.type)]
    return or_(*(cast(column, Text).like(f"%~{key_id}.%") for column in columns))
