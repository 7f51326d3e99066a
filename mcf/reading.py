"""Columns of a table straight from the database's driver: no row objects, and no JSON decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    """A list or an array for each name, ordered by the key's code points whatever the database.

    Whole numbers are `int64`, times `datetime64[us]` in UTC, all else is as the driver gives it.
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
    whole = [isinstance(column.type, Integer) for column in chosen.values()]
    parts: list[list[Any]] = [[] for _ in chosen]
    # Numbers become arrays as they come: a million of Python's would fill the memory.
    while some := cursor.fetchmany(_AT_ONCE):
        for is_whole, values, part in zip(whole, zip(*some, strict=True), parts, strict=True):
            part.append(np.array(values, dtype=np.int64)) if is_whole else part.extend(values)
    return {
        name: _finished(connection, column, part)
        for (name, column), part in zip(chosen.items(), parts, strict=True)
    }


def _finished(connection: Connection, column: ColumnElement[Any], part: list[Any]) -> Any:
    if isinstance(column.type, Integer):
        return np.concatenate(part) if part else np.array([], dtype=np.int64)
    if isinstance(column.type, tables.UTCDateTime):
        if connection.dialect.name == "sqlite":
            return np.array(part, dtype="datetime64[us]")
        return _utc(part)
    return part


def _utc(moments: Iterable[Any]) -> Any:
    known = pd.to_datetime(pd.Series(moments, dtype=object), utc=True).dt.as_unit("us")
    return known.dt.tz_localize(None).to_numpy()
