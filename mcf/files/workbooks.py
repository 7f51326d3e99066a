"""Excel and OpenDocument files -> a table of texts, as a person sees them in the sheet."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from xml.etree import ElementTree

import xlrd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from mcf.errors import InvalidInput
from mcf.files.text import Row, Table, used_columns

_ZIPPED = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SURE_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""
_VISIBLE = 0
NO_RESULT = "#NO RESULT!"
"""Stands for the result of a formula that no spreadsheet program has worked out."""
_OPEN_DOCUMENT = "content.xml"
_REFERENCE = re.compile(r"([A-Z]+)(\d+)", re.ASCII)
_BROKEN = (
    CalamineError,
    zipfile.BadZipFile,
    ElementTree.ParseError,
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

    Whole numbers have no decimals, days and times are ISO 8601 in UTC; numbers of more digits than
    a spreadsheet keeps are written with an exponent, so that nobody takes them for what was typed.
    A formula's error is told as a spreadsheet tells it, like #N/A.
    """
    if data.startswith(_COMPOUND):
        return _old(data)
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as package,
            CalamineWorkbook.from_filelike(io.BytesIO(data)) as book,
        ):
            return _sheet(book, package)
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
        return f"{cell:%Y-%m-%d}T00:00:00Z"
    return str(cell)


def _old(data: bytes) -> Sheet:
    """The same of a file of Excel's format of before 2007 (.xls).

    A newer file that has a password begins like one.
    """
    try:
        with xlrd.open_workbook(file_contents=data, logfile=io.StringIO()) as book:
            shown = [sheet for sheet in book.sheets() if sheet.visibility == _VISIBLE]
            first, *others = shown or book.sheets()
            rows = [[_cell(cell, book.datemode) for cell in row] for row in first.get_rows()]
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        raise InvalidInput(
            {"file": "is protected by a password, or can't be read as a spreadsheet"},
            advice="Save it without a password as .xlsx, and give that file.",
        ) from error
    except (*_BROKEN, *_UNCHECKED) as error:
        raise _unreadable() from error
    return Sheet(_table(rows), first.name, tuple(sheet.name for sheet in others if sheet.nrows))


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


def _sheet(book: CalamineWorkbook, package: zipfile.ZipFile) -> Sheet:
    shown = [
        sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible
    ]
    first, *others = shown or book.sheet_names
    rows = book.get_sheet_by_name(first).to_python(skip_empty_area=False)
    for row, place, error in _errors(package, first):
        rows[row][place] = error
    filled = tuple(name for name in others if book.get_sheet_by_name(name).to_python(nrows=1))
    return Sheet(_table(rows), first, filled)


def _errors(package: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of each formula's error: the library reads it as an empty cell."""
    if _OPEN_DOCUMENT in package.namelist():
        if b'calcext:value-type="error"' in package.read(_OPEN_DOCUMENT):
            raise InvalidInput(
                {"file": "has formulas whose result is an error"},
                advice="Correct them, or enter the texts themselves, and give the file again.",
            )
        return
    for cell in _xml(package, _path(package, sheet)).iter():
        if _local(cell.tag) == "c" and (error := _error(cell)):
            row, place = _position(cell.attrib["r"])
            yield row, place, error


def _error(cell: ElementTree.Element) -> str | None:
    parts = {_local(part.tag): part.text or "" for part in cell}
    if cell.get("t") == "e":
        return parts.get("v") or NO_RESULT
    has_none = "f" in parts and not parts.get("v") and cell.get("t") != "str"
    return NO_RESULT if has_none else None


def _path(package: zipfile.ZipFile, sheet: str) -> str:
    book = _xml(package, "xl/workbook.xml")
    links = _xml(package, "xl/_rels/workbook.xml.rels")
    (told,) = (each for each in book.iter() if each.get("name") == sheet and _is_sheet(each))
    ids = {_local(name): value for name, value in told.attrib.items()}
    (target,) = (link.attrib["Target"] for link in links if link.get("Id") == ids["id"])
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    # Expat itself bounds what entities may grow to since version 2.4.
    return ElementTree.fromstring(package.read(name))  # noqa: S314 - see above


def _is_sheet(element: ElementTree.Element) -> bool:
    return _local(element.tag) == "sheet"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _position(reference: str) -> tuple[int, int]:
    """Row and column, counted from 0, of a reference like B7."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    letters, digits = found.groups()
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return int(digits) - 1, place - 1


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
        names[:width],
        [Row(number, cells[:width], given=width, dates=dates) for number, cells, dates in lines],
    )


def _dates(row: Sequence[Cell]) -> list[int]:
    return [at for at, cell in enumerate(row) if isinstance(cell, (date, time, timedelta))]


def _number(cell: float) -> str:
    if abs(cell) >= 10**_SURE_DIGITS:
        return f"{cell:.14E}"
    if cell == int(cell):
        return str(int(cell))
    return f"{cell:.{_SURE_DIGITS}g}"
