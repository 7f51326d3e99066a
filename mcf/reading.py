"""Columns of a table straight from the database's driver: no row objects, and no JSON decoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Integer, Table, select

from mcf import tables

Columns: TypeAlias = dict[str, Any]

PARTS = {(tables.tracking.name, "tracking_link"): ("raw", "customerTrackingLink")}
"""Columns that are only in the JSON of another one: table and name -> column and key there."""

_AT_ONCE = 2000


def columns(
    connection: Connection, table: Table, names: Sequence[str], *where: ColumnElement[bool]
) -> Columns:
    """An array for each name, ordered by the key's code points whatever the database.

    Whole numbers are `int64`, times `datetime64[us]` in UTC, texts pandas' `str`.
    """
    chosen = [_column(table, name) for name in names]
    key = [_in_code_points(connection, column) for column in table.primary_key.columns]
    found = connection.execute(select(*chosen).where(*where).order_by(*key))
    # The driver's own cursor: what SQLAlchemy does with each row costs more than the reading.
    return _transposed(connection, found.cursor, dict(zip(names, chosen, strict=True)))


def _column(table: Table, name: str) -> ColumnElement[Any]:
    part = PARTS.get((table.name, name))
    if part is None:
        return table.c[name]
    column, key = part
    told: ColumnElement[Any] = table.c[column][key].as_string()
    return told.label(name)


def _in_code_points(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite" or isinstance(column.type, Integer):
        return column
    return column.collate("C")


def _transposed(
    connection: Connection, cursor: Any, chosen: dict[str, ColumnElement[Any]]
) -> Columns:
    makers = [_maker(connection, column) for column in chosen.values()]
    parts: list[list[Any]] = [[make([])] for make in makers]
    # Arrays at once: millions of Python's numbers and texts would fill the memory.
    while some := cursor.fetchmany(_AT_ONCE):
        for make, values, part in zip(makers, zip(*some, strict=True), parts, strict=True):
            part.append(make(values))
    return dict(zip(chosen, map(_joined, parts), strict=True))


def _maker(connection: Connection, column: ColumnElement[Any]) -> Callable[[Sequence[Any]], Any]:
    if isinstance(column.type, Integer):
        return partial(np.array, dtype=np.int64)
    if not isinstance(column.type, tables.UTCDateTime):
        return partial(pd.array, dtype="str")
    if connection.dialect.name == "sqlite":
        return partial(np.array, dtype="datetime64[us]")
    return _utc


def _joined(parts: list[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pd.concat([pd.Series(part) for part in parts], ignore_index=True).array


def _utc(moments: Sequence[Any]) -> Any:
    known = pd.to_datetime(pd.Series(moments, dtype=object), utc=True).dt.as_unit("us")
    return known.dt.tz_localize(None).to_numpy()
