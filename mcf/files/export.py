"""Frames -> files whose name carries a UTC timestamp. A file is whole or not there."""

from __future__ import annotations

import codecs
import io
import math
import os
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mcf.errors import InvalidInput
from mcf.files.harmless import harmless
from mcf.files.headings import Words
from mcf.logs import private_folder

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_FOR_EVER = "infinite"
"""A workbook has no number for it: what isn't sold lasts for ever. A CSV says "inf"."""
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Control characters, which a workbook can't hold."""
_MOST_ROWS = 1_048_576
"""Rows in a sheet at most, the heads of the columns included."""
_LONGEST = 32_767
"""Characters in a cell at most."""
_UTC, _LOCAL = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"
"""How a CSV tells times: in UTC, and in a zone that the head of the column names."""
_MEASURED = 200
"""Rows by which columns get their widths."""
_WIDEST = 60
_ARROW = 2
"""Letters that the arrow of a filter covers in the head of its column."""


def write(
    frame: pd.DataFrame,
    name: str,
    kind: str,
    folder: Path,
    now: datetime,
    words: Words | None = None,
) -> Path:
    """The path of the new file, like output/inventory_20260131T090000Z.csv; raises OSError.

    Only who wrote it can read it: it may hold names and addresses.
    """
    return write_bytes(to_bytes(frame, kind, words), f"{name}_{now:%Y%m%dT%H%M%SZ}.{kind}", folder)


def write_bytes(content: bytes, name: str, folder: Path) -> Path:
    """The path of a new file with this content, for nobody else to read; raises OSError."""
    private_folder(folder)
    path = folder / name
    unfinished = path.with_name(f"{name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    unfinished.replace(path)
    return path


def to_bytes(frame: pd.DataFrame, kind: str, words: Words | None = None) -> bytes:
    """The frame as a CSV (UTF-8), Excel or Parquet file; times are UTC in each.

    With `words` it has the columns that have one, and times are those of their zone; a CSV begins
    with the mark by which Excel knows UTF-8, or it would spoil every accent. In a CSV an apostrophe
    stands before text that a spreadsheet would run as a formula.

    Raises `InvalidInput` when there are more rows than an Excel file holds.
    """
    if words is not None:
        return _in_words(frame, words, kind)
    if kind == "csv":
        return _csv(frame, _UTC)
    if kind == "xlsx":
        return _workbook(frame)
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _csv(frame: pd.DataFrame, moments: str) -> bytes:
    return _harmless(frame).to_csv(index=False, date_format=moments).encode()


def _in_words(frame: pd.DataFrame, words: Words, kind: str) -> bytes:
    rows = words.of(frame)
    if kind != "csv":
        return to_bytes(rows, kind)
    floats = rows.select_dtypes("float").columns
    told = {name: pd.Series(_cells(rows[name]), rows.index, dtype=object) for name in floats}
    return codecs.BOM_UTF8 + _csv(rows.assign(**told), _LOCAL)


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every text made harmless; numbers and times stay what they are."""
    texts = [
        name
        for name, column in frame.items()
        if not pd.api.types.is_numeric_dtype(column.dtype)
        and not pd.api.types.is_datetime64_any_dtype(column.dtype)
    ]
    return frame.assign(
        **{
            str(name): pd.Series(
                [harmless(cell) if isinstance(cell, str) else cell for cell in frame[name]],
                index=frame.index,
                dtype=object,
            )
            for name in texts
        }
    )


def _workbook(frame: pd.DataFrame) -> bytes:
    import xlsxwriter

    if len(frame) >= _MOST_ROWS:
        raise InvalidInput(
            {"rows": f"{len(frame):,} are more than a workbook holds; export them as CSV"}
        )
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "in_memory": True, "remove_timezone": True}
    )
    sheet = book.add_worksheet("MCF Desk")
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    if len(frame.columns):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    columns = [_cells(frame[name]) for name in frame.columns]
    rows = [[str(name) for name in frame.columns], *zip(*columns, strict=True)]
    for place, width in enumerate(_widths(rows[:_MEASURED], len(columns))):
        sheet.set_column(place, place, width)
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, date):
                shown = moment if isinstance(value, datetime) else day
                sheet.write_datetime(line, place, value, shown)
            else:
                _put(sheet, line, place, value)
    book.close()
    return buffer.getvalue()


def _put(sheet: Worksheet, line: int, place: int, value: Any) -> None:
    """Writes a truth, a number or a text into a cell; nothing where nothing is known."""
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, place, value)
    elif value is not None:
        # Text stays text: a name that begins with "=" is no formula to be run.
        sheet.write_string(line, place, _ILLEGAL.sub("", str(value))[:_LONGEST])


def _widths(rows: Sequence[Sequence[Any]], columns: int) -> list[int]:
    """How many letters wide each column is to be, so that what's in it can be read."""
    heads, *cells = rows
    lengths = [
        [len(heads[place]) + _ARROW, *(_length(row[place]) for row in cells)]
        for place in range(columns)
    ]
    return [min(_WIDEST, max(some) + 2) for some in lengths]


def _length(value: Any) -> int:
    if isinstance(value, datetime):
        return len("2026-01-31 09:00:00")
    return 0 if value is None else len(str(value))


def _cells(column: pd.Series[Any]) -> list[Any]:
    """The values as Python's own; None where nothing is known."""
    if pd.api.types.is_float_dtype(column.dtype):
        return [_FOR_EVER if value == math.inf else value for value in _known(column)]
    return _known(column)


def _known(column: pd.Series[Any]) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()
