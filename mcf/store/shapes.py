"""Whose rows these are, by their shape: where nothing says which table a page belongs to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, Float, Integer, Numeric, Table

from mcf.store import tables
from mcf.store.salvage import Numbered, Row
from mcf.store.sealing import SealedJSON

_LOOKED_AT = 12
"""Rows of a page that are looked at; all are of one table."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")
_MARKETPLACE = re.compile(r"[A-Z0-9]{10,20}")


def is_numbered(table: Table) -> bool:
    """Whether the table numbers its rows, as SQLite does unless it's told not to."""
    return table.dialect_options["sqlite"]["with_rowid"] is not False


def seems(numbered: bool, rows: Sequence[Numbered]) -> str | None:
    """The only table whose rows these can be, or None; most of them must be ones of it."""
    some = rows[:_LOOKED_AT]
    found = []
    for table in tables.metadata.tables.values():
        if is_numbered(table) == numbered:
            alike = [row for row in some if _fits(table, row)]
            if len(alike) * 2 > len(some):
                lacking = len(table.columns) - max(len(row.values) for row in alike)
                found.append(((len(alike), -lacking, _strictness(table)), table.name))
    found.sort()
    if not found or (len(found) > 1 and found[-2][0] == found[-1][0]):
        return None
    return found[-1][1]


def named(table: Table, row: Numbered) -> tuple[list[str], Row]:
    """The names of the row's columns and its values; those that came later are its last ones."""
    names = [column.name for column in table.columns][: len(row.values)]
    values = row.values[: len(names)]
    at = _number_at(table)
    if at is not None and at < len(values) and values[at] is None:
        values = (*values[:at], row.number, *values[at + 1 :])
    return names, values


def _number_at(table: Table) -> int | None:
    """The place of the column that is the number of the row itself, which isn't kept twice."""
    key = list(table.primary_key.columns)
    if len(key) != 1 or type(key[0].type) is not Integer or not is_numbered(table):
        return None
    return list(table.columns).index(key[0])


def _strictness(table: Table) -> int:
    """How many columns take more than any text."""
    return sum(taker is not _text for _, taker in _takers(table))


def _fits(table: Table, row: Numbered) -> bool:
    takers = _takers(table)
    if not _least(table) <= len(row.values) <= len(takers):
        return False
    _, values = named(table, row)
    return all(
        nullable if value is None else taker(value)
        for (nullable, taker), value in zip(takers, values, strict=False)
    )


@cache
def _least(table: Table) -> int:
    """How many columns a row has at least; those behind them may have come later."""
    needed = [not it.nullable and it.server_default is None for it in table.columns]
    return len(needed) - needed[::-1].index(True)


@cache
def _takers(table: Table) -> tuple[tuple[bool, Callable[[Any], bool]], ...]:
    """Of each column whether it may be empty, and what tells a value of it."""
    return tuple((bool(column.nullable), _taker(column)) for column in table.columns)


def _taker(column: Column[Any]) -> Callable[[Any], bool]:
    """Whether a value can be one of the column."""
    kinds = {
        JSON: _json,
        SealedJSON: _json,
        tables.UTCDateTime: _time,
        Integer: _whole,
        Float: _number,
        Numeric: _number,
    }
    if column.name == "marketplace_id":
        return _marketplace
    return next((taker for kind, taker in kinds.items() if isinstance(column.type, kind)), _text)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _whole(value: Any) -> bool:
    return isinstance(value, int)


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _time(value: Any) -> bool:
    return isinstance(value, str) and _TIME.match(value) is not None


def _marketplace(value: Any) -> bool:
    return isinstance(value, str) and _MARKETPLACE.fullmatch(value) is not None


def _json(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
