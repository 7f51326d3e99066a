"""A damaged store is moved aside, never overwritten, and what Amazon can't tell again is saved.

What is saved, and the sentence about it, goes into the new store in one transaction: whoever opens
the store next does it when a process died between the two.
"""

from __future__ import annotations

import glob
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import JSON, Column, Integer, Table

from mcf import logs
from mcf.store import salvage, shapes, tables
from mcf.store.sealing import Keyring, SealedJSON
from mcf.store.states import SubmissionState
from mcf.store.upgrading import seal_copies, sealed_value
from mcf.wording import many

log = logs.get(__name__)
TOLD_FOR = timedelta(days=7)
"""How long a seller is told that the store was damaged."""
_BESIDE = ("", "-wal", "-shm")
_DAYS = (tables.inventory_days, tables.inventory_weeks, tables.forecasts)
_HISTORY = (tables.skus, *_DAYS)
OURS = {
    tables.submissions: "orders that were sent",
    tables.skus: "the stock of past days",
    tables.inventory_days: "the stock of past days",
    tables.inventory_weeks: "the stock of past days",
    tables.forecasts: "the forecasts of past days",
    tables.sku_rules: "rules for SKUs",
    tables.purchases: "what was ordered of suppliers",
    tables.expectations: "what you expect of sales",
    tables.stock_ages: "how old the stock is",
    tables.put_off: "what was put off",
    tables.views: "saved views",
    tables.kept: "drafts, templates and profiles of the order form",
    tables.happenings: "what happened to orders",
    tables.alerts_told: "which alerts were told",
    tables.people: "who may sign in",
    tables.grants: "who may do what",
    tables.audit: "the audit of who did what",
}
"""What was made here and can't be had again, and what a seller calls it."""
_NAMED = 20
"""Numbers of orders that are named in a sentence at most."""
_INDEX = "sqlite_autoindex_{}_1"
"""What SQLite calls the index of a table's key."""
_OF_SKUS = ("account", "marketplace_id", "seller_sku", "sku_id")
"""What is in the index of the names of SKUs."""
_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r".*\.(damaged-(\d{8}T\d{12}Z))(?:\.sealed)?")


@dataclass(frozen=True, slots=True)
class Saved:
    """How many rows of a table were saved, and whether those were all."""

    rows: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What was saved of each table, and the numbers of sent orders of which no more is known."""

    saved: dict[str, Saved]
    numbers: list[str]


class _Target(sqlite3.Connection):
    """The new store, and the keys of its buyers' data."""

    keyring: Keyring


def check(path: Path, patience: float = 30.0) -> Path | None:
    """Where the file was moved because it's damaged; None when it's sound, or isn't there yet."""
    if not path.exists():
        return None
    with FileLock(f"{path}.lock", mode=0o600):
        if not path.exists() or path.stat().st_size == 0 or _is_sound(path, patience):
            return None
        moved = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):{_STAMP}}")
        for ending in _BESIDE:
            with suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{moved}{ending}")
        log.error("store damaged", moved=str(moved))
        return moved


def _is_sound(path: Path, patience: float) -> bool:
    # Read only: whoever may write also moves the journal into the file at the end.
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, timeout=patience, uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        # Locked, or not readable: that's no damage, and told when the store is opened.
        return True
    except sqlite3.DatabaseError:
        return False
    return bool(verdict == "ok")


def rescued(path: Path, keyring: Keyring) -> str | None:
    """What a seller must know of stores that were moved aside in the last week, or None.

    First it saves what they hold, if nobody has done so yet.
    """
    moved = {aside: _NAME.fullmatch(aside.name) for aside in _moved(path)}
    warning = None
    for one, name in moved.items():
        if name is not None:
            sentence = _sentence(one, path, name[1], keyring)
            at = datetime.strptime(name[2], _STAMP).replace(tzinfo=UTC)
            warning = sentence if datetime.now(UTC) - at < TOLD_FOR else warning
    return warning


def _moved(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{glob.escape(path.name)}.damaged-*"))


def _sentence(damaged: Path, path: Path, key: str, keyring: Keyring) -> str:
    with closing(
        sqlite3.connect(path, timeout=30, isolation_level=None, factory=_Target)
    ) as target:
        target.keyring = keyring
        known = _noted(target, key)
        if known is not None:
            return known
        target.execute("BEGIN IMMEDIATE")
        known = _noted(target, key) or _explanation(damaged, _save(damaged, target))
        target.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (key, known))
        target.execute("COMMIT")
    seal_copies(path, keyring)
    return known


def _noted(target: sqlite3.Connection, key: str) -> str | None:
    found = target.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return found and str(found[0])


def _save(damaged: Path, target: _Target) -> Findings:
    """What was taken over: by SQLite, and of what it can't read page by page."""
    # The numbers of SKUs in use are those of the new store: the old days would be of others.
    begun = target.execute("SELECT 1 FROM skus").fetchone() is not None
    wanted = [table for table in OURS if not (begun and table in _HISTORY)]
    saved = {table.name: Saved(0, whole=False) for table in OURS}
    saved |= {table.name: _copied(damaged, target, table) for table in wanted}
    lacking = [table for table in wanted if not saved[table.name].whole]
    numbers = _salvaged(damaged, target, lacking, saved) if lacking else []
    for table in _DAYS:
        nameless = target.execute(
            f"DELETE FROM {table.name} WHERE sku_id NOT IN (SELECT sku_id FROM skus)"  # noqa: S608
        ).rowcount
        if nameless:
            saved[table.name] = Saved(saved[table.name].rows - nameless, whole=False)
    return Findings(saved, numbers)


def _copied(damaged: Path, target: _Target, table: Table) -> Saved:
    before = target.total_changes
    whole = True
    try:
        with closing(_source(damaged)) as source:
            info = source.execute(f"PRAGMA table_info({table.name})")
            there = {row[1].decode() for row in info}
            columns = [column.name for column in table.columns if column.name in there]
            names = ", ".join(f'"{column}"' for column in columns)
            # A table that isn't there was never made, or what tells of it is spoiled.
            whole = bool(columns)
            for row in _readable(source, table, names) if columns else ():
                whole = _taken(target, table, columns, row) and whole
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        whole = False
    return Saved(target.total_changes - before, whole)


def _taken(target: _Target, table: Table, columns: Sequence[str], row: Sequence[Any]) -> bool:
    """Whether the row can be one of ours; then it's in the new store, unless its key was."""
    values = _values(table, columns, row)
    if values is None:
        return False
    if table is tables.views and "person_id" not in columns:
        # Those of an older version belong to where nobody signs in.
        columns, values = [*columns, "person_id"], [*values, ""]
    # A store from before buyers' data was sealed holds it in clear.
    values = [
        sealed_value(target.keyring, table, name, value)
        for name, value in zip(columns, values, strict=True)
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    insert = f"INSERT OR IGNORE INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
    try:
        target.execute(insert, values)
    except sqlite3.IntegrityError:
        return False
    return True


def _salvaged(
    damaged: Path, target: _Target, lacking: Sequence[Table], saved: dict[str, Saved]
) -> list[str]:
    """Adds what can be read of these tables page by page to what was saved.

    Gives back the numbers of sent orders of which nothing else is known.
    """
    by_name = {table.name: table for table in lacking}
    with salvage.File(damaged, shapes.seems) as file:
        refused: set[str] = set()
        for page in file.pages():
            table = by_name.get(_whose(file, page) or "")
            if table is None or shapes.is_numbered(table) != page.is_table:
                continue
            before = target.total_changes
            for row in file.rows(page):
                if not _taken(target, table, *shapes.named(table, row)):
                    refused.add(table.name)
            _add(saved, table, target.total_changes - before)
        for table in lacking:
            whole = _is_whole(file, table) and table.name not in refused
            saved[table.name] = replace(saved[table.name], whole=whole)
        if tables.skus in lacking:
            _names_of_skus(file, target, saved)
        return _only_numbers(file, target) if tables.submissions in lacking else []


def _add(saved: dict[str, Saved], table: Table, rows: int) -> None:
    saved[table.name] = replace(saved[table.name], rows=saved[table.name].rows + rows)


def _whose(file: salvage.File, page: salvage.Page) -> str | None:
    """The name of the table or index that a page belongs to; by its shape where nothing says."""
    top = file.top(page.number)
    return next((name for name, root in file.roots.items() if root == top), page.shape)


def _is_whole(file: salvage.File, table: Table) -> bool:
    """Whether all rows of a table were read, or it was never made."""
    root = file.roots.get(table.name)
    if root is not None:
        return file.is_intact(root)
    return file.is_intact(1) or file.lacks_only_definitions()


def _in_index(file: salvage.File, name: str) -> list[salvage.Row]:
    """What an index holds, as far as it can be read."""
    root = file.roots.get(name)
    mine = [it for it in file.pages() if not it.is_table and file.top(it.number) == root]
    return [row.values for page in mine for row in file.rows(page)]


def _names_of_skus(file: salvage.File, target: _Target, saved: dict[str, Saved]) -> None:
    """Adds the SKUs that are left in the index of their names, which holds all that the table does.

    Without its name the past of a SKU is nobody's.
    """
    table, before = tables.skus, target.total_changes
    for row in _in_index(file, _INDEX.format(table.name)):
        if len(row) == len(_OF_SKUS):
            _taken(target, table, _OF_SKUS, row)
    _add(saved, table, target.total_changes - before)
    root = file.roots.get(_INDEX.format(table.name))
    if root is not None and file.is_intact(root):
        saved[table.name] = replace(saved[table.name], whole=True)


def _only_numbers(file: salvage.File, target: sqlite3.Connection) -> list[str]:
    """The numbers of sent orders that are in the table's index, and in what was saved no more."""
    key = "seller_fulfillment_order_id"
    known = {row[0] for row in target.execute(f"SELECT {key} FROM submissions")}  # noqa: S608
    at = [column.name for column in tables.submissions.primary_key].index(key)
    rows = _in_index(file, _INDEX.format(tables.submissions.name))
    numbers = {row[at] for row in rows if len(row) > at}
    return sorted(it for it in numbers - known if isinstance(it, str))


def _source(damaged: Path) -> sqlite3.Connection:
    # Without a journal nothing need be made beside the file to read it.
    how = "mode=ro" if Path(f"{damaged}-wal").exists() else "immutable=1"
    source = sqlite3.connect(f"{damaged.absolute().as_uri()}?{how}", uri=True)
    # Else a file that was cut off couldn't be read at all.
    source.execute("PRAGMA writable_schema = ON")
    source.text_factory = bytes
    return source


def _readable(source: sqlite3.Connection, table: Table, names: str) -> Iterator[tuple[Any, ...]]:
    """The rows before what is damaged, and those behind it; raises `DatabaseError` at the end."""
    query = f"SELECT {names} FROM {table.name}"  # noqa: S608 - names are ours
    try:
        yield from source.execute(query)
    except sqlite3.DatabaseError:
        keyed = table.dialect_options["sqlite"]["with_rowid"] is False
        key = [column.name for column in table.primary_key] if keyed else ["rowid"]
        yield from source.execute(f"{query} ORDER BY {', '.join(f'{one} DESC' for one in key)}")
        raise


def _values(table: Table, columns: Sequence[str], row: Sequence[Any]) -> list[Any] | None:
    """The row with its texts decoded; None when what is in it can't have been written by us."""
    try:
        values = [value.decode() if isinstance(value, bytes) else value for value in row]
        for name, value in zip(columns, values, strict=True):
            _require(table.c[name], value)
        if table is tables.submissions:
            SubmissionState(values[columns.index("state")])
    except (ValueError, TypeError):
        return None
    return values


def _require(column: Column[Any], value: Any) -> None:
    if value is None and column.nullable:
        return
    if isinstance(column.type, Integer):
        int(value)
    if isinstance(column.type, JSON | SealedJSON):
        json.loads(value)
    if isinstance(column.type, tables.UTCDateTime):
        datetime.fromisoformat(value)


def _explanation(moved: Path, findings: Findings) -> str:
    """What happened, for the seller."""
    saved = findings.saved
    sent = saved[tables.submissions.name]
    look = "before you send an order again, look for it under Tracking"
    kept = many(sent.rows, "order sent from here is", "orders sent from here are")
    if sent.whole:
        orders = f"{kept} still known"
    elif sent.rows:
        orders = f"{kept} still known, but there were more: {look}"
    else:
        orders = f"which orders were sent from here isn't known any more: {look}"
    lost = dict.fromkeys(
        name
        for table, name in OURS.items()
        if table is not tables.submissions and not saved[table.name].whole
    )
    more = f" Lost, or a part of it: {', '.join(lost)}." if lost else ""
    return (
        f"The store was damaged. It was moved to {moved} and a new one was made; stock and orders "
        f"are read from Amazon again, and {orders}.{_numbers(findings.numbers)}{more}"
    )


def _numbers(numbers: Sequence[str]) -> str:
    if not numbers:
        return ""
    named = ", ".join(numbers[:_NAMED])
    rest = f" and {len(numbers) - _NAMED:,} more" if len(numbers) > _NAMED else ""
    return f" Only the number is known of what was sent as {named}{rest}."
