"""A damaged store is moved aside, never overwritten, and what Amazon can't tell again is saved."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from mcf import logs, tables

log = logs.get(__name__)
_BESIDE = ("", "-wal", "-shm")
_OURS = (tables.submissions, tables.skus, tables.inventory_days)
"""What was made here: orders that were sent, and the stock of past days."""


def check(path: Path) -> Path | None:
    """Where the file was moved because it's damaged; None when it's sound, or isn't there yet."""
    with FileLock(f"{path}.lock"):
        if not path.exists() or path.stat().st_size == 0 or _is_sound(path):
            return None
        moved = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        for ending in _BESIDE:
            with suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{moved}{ending}")
        log.error("store damaged", moved=str(moved))
        return moved


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        # Locked, or not readable: that's no damage, and told when the store is opened.
        return True
    except sqlite3.DatabaseError:
        return False
    return bool(found == "ok")


def save(damaged: Path, into: Path) -> dict[str, int | None]:
    """How many rows of each table of ours were saved; None where the table can't be read whole."""
    with closing(sqlite3.connect(into)) as target:
        saved = {table.name: _copied(damaged, target, table.name) for table in _OURS}
        target.commit()
    return saved


def _copied(damaged: Path, target: sqlite3.Connection, name: str) -> int | None:
    known = [row[1] for row in target.execute(f"PRAGMA table_info({name})")]
    copied = 0
    try:
        with closing(sqlite3.connect(f"file:{damaged}?mode=ro", uri=True)) as source:
            there = [row[1] for row in source.execute(f"PRAGMA table_info({name})")]
            columns = [column for column in known if column in there]
            if not columns:
                return None
            names = ", ".join(f'"{column}"' for column in columns)
            marks = ", ".join("?" * len(columns))
            insert = f"INSERT OR IGNORE INTO {name} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
            for row in source.execute(f"SELECT {names} FROM {name}"):  # noqa: S608
                target.execute(insert, row)
                copied += 1
    except sqlite3.DatabaseError:
        return None
    return copied


def told(moved: Path, saved: dict[str, int | None]) -> str:
    """What happened, for the seller."""
    sent = saved[tables.submissions.name]
    orders = (
        f"{sent} orders sent from here are still known"
        if sent is not None
        else "which orders were sent from here isn't known any more: before you send one again, "
        "look for it under Tracking"
    )
    return (
        f"The store was damaged. It was moved to {moved} and a new one was made; stock and orders "
        f"are read from Amazon again, and {orders}."
    )
