"""Which key the store is written with: it's noted in `meta`, so that no two are mixed."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from mcf.errors import StoreError
from mcf.store.sealing import keyring_of
from mcf.store.tables import meta

CURRENT = "data key"
"""The name in `meta` of the id of the key that is written with."""
MARKS = "data marks"
"""The name in `meta` of what digests are made with, where it isn't that of the current key."""


def prepare(connection: Connection) -> None:
    """Has a key be there before a new store is made; raises `StoreError`."""
    keyring = keyring_of(connection.dialect)
    keyring.make()
    keyring.refresh()


def noted(connection: Connection) -> tuple[str | None, str | None]:
    """The id of the key that is written with, and the sealed secret of digests, as far as noted."""
    rows = connection.execute(select(meta).where(meta.c.key.in_([CURRENT, MARKS]))).all()
    values = {row.key: str(row.value) for row in rows}
    return values.get(CURRENT), values.get(MARKS)


def adopt(connection: Connection) -> None:
    """Uses the key that the store is written with; the newest that is there for one without."""
    keyring = keyring_of(connection.dialect)
    if noted(connection)[0] is None:
        prepare(connection)
        newest = next(iter(keyring.keys), None)
        if newest is None:
            return
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        note = dialect.insert(meta).values(key=CURRENT, value=newest).on_conflict_do_nothing()
        connection.execute(note)
    key_id, marks = noted(connection)
    if key_id is not None:
        keyring.use(key_id, marks)


def require(connection: Connection) -> None:
    """Has a key be there that an old store can be sealed with; raises `StoreError`."""
    adopt(connection)
    if keyring_of(connection.dialect).current is None:
        raise StoreError(
            "The store is to be encrypted, and there's no key for that.",
            advice="Set MCF_DATA_KEY or MCF_DATA_KEY_FILE, or let the program write beside it.",
        )


def follow(connection: Connection) -> None:
    """Uses the key that another process may have begun since."""
    keyring = keyring_of(connection.dialect)
    key_id, marks = noted(connection)
    if key_id is not None and key_id != keyring.wanted:
        keyring.use(key_id, marks)
