"""Buyers' data of a store from before it was sealed: the rows, what SQLite left, and old copies."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, Table, bindparam, literal, select, tuple_, update
from sqlalchemy import text as sql

from mcf import logs
from mcf.store import tables
from mcf.store.sealed_files import ENDING, seal_file
from mcf.store.sealing import Keyring, Mark, SealedText, is_sealed, keyring_of

log = logs.get(__name__)
TRACES = "clear traces"
"""The name in `meta` of what says that clear text may still be in the file and its old copies."""
_AT_ONCE = 2000
_COPIES = ("schema-", "damaged-")
_LEGIBLE = (b"sellerFulfillmentOrderId", b"destinationAddress", b'"to_name"')
"""What stands in JSON of orders and drafts, and in clear only where that isn't sealed."""


def seal_rows(connection: Connection) -> None:
    """Seals what an older version wrote in clear, in the connection's transaction."""
    for table in tables.metadata.sorted_tables:
        names = [c.name for c in table.c if is_sealed(c.type) or isinstance(c.type, Mark)]
        if names:
            rows = sum(_seal_some(connection, table, names))
            log.info("buyers' data sealed", table=table.name, rows=rows)
    _tell_columns(connection)
    note = {"key": TRACES, "value": "1"}
    connection.execute(tables.meta.delete().where(tables.meta.c.key == TRACES))
    connection.execute(tables.meta.insert().values(**note))


def _seal_some(connection: Connection, table: Table, names: Sequence[str]) -> Iterator[int]:
    """How many rows were sealed, some at a time, in the order of the key."""
    keys = list(table.primary_key)
    same = [key == bindparam(f"key_{key.name}") for key in keys]
    change = update(table).where(*same).values({name: bindparam(f"new_{name}") for name in names})
    whole = select(*keys, *(table.c[name] for name in names)).order_by(*keys).limit(_AT_ONCE)
    rows = connection.execute(whole).all()
    while rows:
        # What isn't sealed is read as it stands, and sealed as it's written.
        named = [f"key_{key.name}" for key in keys] + [f"new_{name}" for name in names]
        connection.execute(change, [dict(zip(named, row, strict=True)) for row in rows])
        yield len(rows)
        last = (literal(value, key.type) for key, value in zip(keys, rows[-1], strict=False))
        rows = connection.execute(whole.where(tuple_(*keys) > tuple_(*last))).all()


def _tell_columns(connection: Connection) -> None:
    """Sets the columns that hold what was only in the JSON before."""
    told = (
        (tables.orders, "told_marketplace", "marketplaceId", 20),
        (tables.tracking, "tracking_link", "customerTrackingLink", None),
    )
    for table, name, said, most in told:
        keys = list(table.primary_key)
        rows = connection.execute(select(*keys, table.c.raw)).all()
        values = [
            {f"key_{key.name}": part for key, part in zip(keys, row, strict=False)}
            | {"told": value[:most]}
            for row in rows
            if isinstance(row.raw, dict) and isinstance(value := row.raw.get(said), str) and value
        ]
        same = (key == bindparam(f"key_{key.name}") for key in keys)
        if values:
            change = update(table).where(*same).values({name: bindparam("told")})
            connection.execute(change, values)


def clear_traces(engine: Engine, path: Path | None) -> list[Path]:
    """The old copies that were encrypted, once nothing of the store is in clear any more."""
    with engine.connect() as connection:
        query = select(tables.meta.c.value).where(tables.meta.c.key == TRACES)
        if connection.execute(query).first() is None:
            return []
    sealed: list[Path] = []
    if path is not None:
        with FileLock(f"{path}.lock", mode=0o600):
            _vacuum(engine)
            sealed = seal_copies(path, keyring_of(engine.dialect))
    with engine.begin() as connection:
        connection.execute(tables.meta.delete().where(tables.meta.c.key == TRACES))
    return sealed


def seal_copies(path: Path, keyring: Keyring) -> list[Path]:
    """The copies beside the store that hold clear rows, which are encrypted as a whole now."""
    key = keyring.keys.get(keyring.current or "")
    if key is None:
        return []
    found = [
        copy
        for kind in _COPIES
        for copy in sorted(path.parent.glob(f"{glob.escape(path.name)}.{kind}*"))
        if not copy.name.endswith((ENDING, ".part", "-shm"))
        and (kind == _COPIES[0] or _is_clear(copy))
    ]
    sealed = [seal_file(copy, key) for copy in found]
    for copy in found:
        with suppress(FileNotFoundError):
            copy.with_name(f"{copy.name}-shm").unlink()
    return sealed


def _is_clear(copy: Path) -> bool:
    """Whether a copy is of a store from before rows were sealed: Amazon's JSON is legible in it.

    A journal goes with its file.
    """
    main = copy.with_name(copy.name.removesuffix("-wal"))
    contents = (part.read_bytes() for part in (main, main.with_name(f"{main.name}-wal"))
                if part.exists())  # fmt: skip
    return any(word in content for content in contents for word in _LEGIBLE)


def _vacuum(engine: Engine) -> None:
    """Writes the file anew: what rows left in free pages and in the journal is gone then."""
    with engine.connect() as connection:
        automatic = connection.execution_options(isolation_level="AUTOCOMMIT")
        for command in ("wal_checkpoint(TRUNCATE)", "", "wal_checkpoint(TRUNCATE)"):
            automatic.execute(sql(f"PRAGMA {command}" if command else "VACUUM"))


def sealed_value(keyring: Keyring, table: Table, name: str, value: Any) -> Any:
    """A value of a row as SQLite gives it, sealed if it's buyers' data that isn't yet."""
    kind = table.c[name].type
    if isinstance(kind, Mark):
        return keyring.mark(value)
    if value is None or not is_sealed(kind):
        return value
    place = f"{table.name}.{name}".encode()
    is_json = isinstance(value, str) and not isinstance(kind, SealedText)
    plain = json.loads(value) if is_json else value
    # JSON of buyers' data is an object; a text in its place is a sealed one.
    if plain is None or (isinstance(plain, str) and (is_json or plain.startswith("~"))):
        return value
    return json.dumps(keyring.seal(place, value)) if is_json else keyring.seal(place, value)
