"""Excel and OpenDocument files -> a table of texts, as a person sees them in the sheet."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from xml.etree import ElementTree

import xlrd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from mcf.errors import InvalidInput
from mcf.files.packages import NO_RESULT, Errors, Extent, Package
from mcf.files.text import Row, Table, used_columns

_ZIPPED = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SURE_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""
_VISIBLE = 0
_BROKEN = (
    CalamineError,
    zipfile.BadZipFile,
    ElementTree.ParseError,
    zlib.error,
    NotImplementedError,
    OSError,
    ValueError,
    IndexError,
    KeyError,
)
_UNCHECKED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    struct.error,
)
"""What xlrd does of a damaged file, besides: it trusts most of what it reads."""
Cell = float | int | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first visible sheet that a workbook has, and the names of others that aren't empty."""

    table: Table
    name: str
    others: tuple[str, ...]


def is_workbook(data: bytes) -> bool:
    """Whether a file's content is one of a spreadsheet program, by its first bytes."""
    return data.startswith((_ZIPPED, _COMPOUND))


def read(data: bytes) -> Sheet:
    """The first visible sheet; raises `InvalidInput` when the file can't be read.

    Whole numbers have no decimals, days and times (in UTC) are ISO 8601; numbers of more digits
    than a spreadsheet keeps are written with an exponent, so that nobody takes them for what was
    typed.
    A formula's error is told as a spreadsheet tells it, like #N/A.
    """
    if data.startswith(_COMPOUND):
        return _old(data)
    try:
        return _sheet(Package(data))
    except PasswordError as error:
        raise InvalidInput(
            {"file": "is protected by a password"}, advice="Save it without one and give it again."
        ) from error
    except _BROKEN as error:
        raise _unreadable() from error


def text(cell: Cell) -> str:
    """A cell as text."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, (int, float)):
        return _number(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return str(cell)


def _old(data: bytes) -> Sheet:
    """The same of a file of Excel's format of before 2007 (.xls).

    A newer file that has a password begins like one.
    """
    try:
        with xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), ragged_rows=True
        ) as book:
            shown = [sheet for sheet in book.sheets() if sheet.visibility == _VISIBLE]
            first, *others = shown or book.sheets()
            _require_few(first)
            rows = [[_cell(cell, book.datemode) for cell in row] for row in first.get_rows()]
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        raise InvalidInput(
            {"file": "is protected by a password, or can't be read as a spreadsheet"},
            advice="Save it without a password as .xlsx, and give that file.",
        ) from error
    except (*_BROKEN, *_UNCHECKED) as error:
        raise _unreadable() from error
    return Sheet(_table(rows), first.name, tuple(sheet.name for sheet in others if sheet.nrows))


def _require_few(sheet: xlrd.sheet.Sheet) -> None:
    """Raises `InvalidInput` for a sheet with too many cells, or with some that are far away."""
    extent = Extent(sheet.name)
    for number in range(sheet.nrows):
        types, values = sheet.row_types(number), sheet.row_values(number)
        for place, kind in enumerate(types):
            if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                value = values[place]
                extent.add(number, place, len(value) if isinstance(value, str) else 1)


def _cell(cell: xlrd.sheet.Cell, datemode: int) -> Cell:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, NO_RESULT))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype != xlrd.XL_CELL_DATE:
        return cast(Cell, cell.value)
    if 0 <= cell.value < 1:
        return time(*xlrd.xldate_as_tuple(cell.value, datemode)[3:])
    moment: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
    return moment if cell.value % 1 else moment.date()


def _unreadable() -> InvalidInput:
    return InvalidInput(
        {"file": "can't be read as a spreadsheet"},
        advice="Save it again as .xlsx or CSV, and give that file.",
    )


def _sheet(package: Package) -> Sheet:
    if package.is_open_document:
        return _document(package)
    name, others = package.sheets()
    errors = package.errors(name)
    with CalamineWorkbook.from_filelike(io.BytesIO(package.again())) as book:
        return Sheet(_table(_rows(book, name, errors)), name, tuple(others))


def _document(package: Package) -> Sheet:
    package.require_readable_document()
    with CalamineWorkbook.from_filelike(io.BytesIO(package.again())) as book:
        sheets = book.sheets_metadata
        shown = [sheet.name for sheet in sheets if sheet.visible is SheetVisibleEnum.Visible]
        first, *others = shown or book.sheet_names
        filled = (name for name in others if book.get_sheet_by_name(name).to_python(nrows=1))
        return Sheet(_table(_rows(book, first, [])), first, tuple(filled))


def _rows(book: CalamineWorkbook, sheet: str, errors: Errors) -> list[list[Cell]]:
    """The cells of a sheet, with its errors: the library reads each as an empty cell."""
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    for row, place, error in errors:
        rows[row][place] = error
    return rows


def _table(rows: Sequence[Sequence[Cell]]) -> Table:
    numbered = [
        (number, [text(cell) for cell in row], frozenset(_dates(row)))
        for number, row in enumerate(rows, start=1)
    ]
    filled = [entry for entry in numbered if any(map(str.strip, entry[1]))]
    if not filled:
        return Table([], [])
    (_, names, _), *lines = filled
    width = max(used_columns(cells) for _, cells, _ in filled)
    return Table(
        _wide(names, width),
        [Row(n, _wide(cells, width), given=width, dates=dates) for n, cells, dates in lines],
    )


def _wide(cells: list[str], width: int) -> list[str]:
    """So many cells, with empty ones at the end where there are fewer."""
    return [*cells[:width], *[""] * (width - len(cells))]


def _dates(row: Sequence[Cell]) -> list[int]:
    return [at for at, cell in enumerate(row) if isinstance(cell, (date, time, timedelta))]


def _number(cell: float) -> str:
    if abs(cell) >= 10**_SURE_DIGITS:
        return f"{cell:.14E}"
    if cell == int(cell):
        return str(int(cell))
    return f"{cell:.{_SURE_DIGITS}g}"
