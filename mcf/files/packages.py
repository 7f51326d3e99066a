"""A zipped workbook (.xlsx, .ods), looked through before it's read: what of it is unpacked, where
its cells lie, and which of them are errors. Whatever it declares, only what is found counts.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from mcf.errors import InvalidInput
from mcf.files import limits

NO_RESULT = "#NO RESULT!"
"""Stands for the result of a formula that no spreadsheet program has worked out."""
OPEN_DOCUMENT = "content.xml"
_ROWS, _COLUMNS = 2**20, 2**14
"""Of the largest sheet that there is."""
_FAR_ROWS, _FAR_COLUMNS = 1000, 100
"""Empty rows or columns after which a cell is far from the others."""
_CHUNK = 2**16
_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_PARTS = ("[Content_Types].xml", "_rels/.rels", _BOOK, _LINKS, _STRINGS, "xl/styles.xml",
          "mimetype", "META-INF/manifest.xml", OPEN_DOCUMENT)  # fmt: skip
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
Attributes = dict[str, str]
Errors = list[tuple[int, int, str]]
"""Row and column, counted from 0, and text of each cell that is an error of a formula."""


class Package:
    """The parts of a zipped workbook, unpacked as far as they may be.

    Raises `zipfile.BadZipFile` and the like for a broken one, and `InvalidInput` for one that holds
    too much.
    """

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._left = limits.MOST_UNPACKED
        self._parts: dict[str, bytes] = {}
        for name in _PARTS:
            if name in self._zip.NameToInfo:
                self._parts[name] = self._whole(name)

    @property
    def is_open_document(self) -> bool:
        """Whether it's one of LibreOffice and the like."""
        return OPEN_DOCUMENT in self._parts

    def part(self, name: str) -> bytes:
        """The content of a part; raises `KeyError` where there's none."""
        if name not in self._parts:
            self._parts[name] = self._whole(name)
        return self._parts[name]

    def again(self) -> bytes:
        """A package of the parts that were unpacked, and of nothing else."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for name, content in self._parts.items():
                package.writestr(name, content)
        self._parts.clear()
        return out.getvalue()

    def sheets(self) -> tuple[str, list[str]]:
        """The name of the first visible sheet, and of the other visible ones with content."""
        book = _xml(self.part(_BOOK))
        sheets = [each for each in book.iter() if local(each.tag) == "sheet"]
        shown = [each for each in sheets if each.get("state", "visible") == "visible"] or sheets
        first, *others = (each.attrib["name"] for each in shown)
        return first, [name for name in others if self._is_filled(name)]

    def errors(self, sheet: str) -> Errors:
        """The errors of formulas in a sheet; raises `InvalidInput` for too many cells."""
        lengths = _Lengths()
        if _STRINGS in self._parts:
            lengths.read(self._parts[_STRINGS])
        cells = _Cells(sheet, lengths.found)
        cells.read(self.part(self._path(sheet)))
        return cells.errors

    def require_readable_document(self) -> None:
        """Raises `InvalidInput` for a document with too many cells or with errors of formulas."""
        content = self.part(OPEN_DOCUMENT)
        _DocumentCells().read(content)
        if b'calcext:value-type="error"' in content:
            raise InvalidInput(
                {"file": "has formulas whose result is an error"},
                advice="Correct them, or enter the texts themselves, and give the file again.",
            )

    def _is_filled(self, sheet: str) -> bool:
        first = _FirstCell()
        try:
            for chunk in self._chunks(self._path(sheet)):
                first.feed(chunk)
        except _Found:
            return True
        return False

    def _path(self, sheet: str) -> str:
        book = _xml(self.part(_BOOK))
        links = _xml(self.part(_LINKS))
        (named,) = (
            each for each in book.iter() if each.get("name") == sheet and local(each.tag) == "sheet"
        )
        ids = {local(name): value for name, value in named.attrib.items()}
        (target,) = (link.attrib["Target"] for link in links if link.get("Id") == ids["id"])
        return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"

    def _whole(self, name: str) -> bytes:
        if self._zip.getinfo(name).file_size > self._left:
            raise _too_large()
        return b"".join(self._chunks(name))

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._zip.open(name) as part:
            while chunk := part.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise _too_large()
                yield chunk


def _too_large() -> InvalidInput:
    return limits.too_much(
        f"holds more than {limits.MOST_UNPACKED // 2**20} MB once it's unpacked",
        advice="It may have formats down to the last row. Copy the cells that are meant into a new "
        "file, save it, and give that one.",
    )


def _xml(content: bytes) -> ElementTree.Element:
    # Expat itself bounds what entities may grow to since version 2.4.
    return ElementTree.fromstring(content)  # noqa: S314 - see above


@lru_cache(maxsize=1000)
def local(name: str) -> str:
    """A name in XML without what stands for its namespace."""
    return re.split("[}:]", name)[-1]


class Extent:
    """How far the cells of a sheet reach, counted as they come."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._rows = self._columns = self._letters = 0
        self._far: tuple[str, str] | None = None

    def add(self, row: int, column: int, letters: int, *, rows: int = 1, columns: int = 1) -> None:
        """Counts a cell that is filled, or so many alike; raises `InvalidInput` for too many.

        Row and column count from 0.
        """
        if self._rows and not self._far and self._is_far(row, column):
            self._far = cell_name(row, column), cell_name(self._rows - 1, self._columns - 1)
        self._rows = max(self._rows, row + rows)
        self._columns = max(self._columns, column + columns)
        self._letters += letters * rows * columns
        if self._rows * self._columns > limits.MOST_CELLS:
            raise self._too_many()
        if self._letters > limits.MOST_LETTERS:
            raise limits.too_much(f"has a sheet, {self._sheet}, of too much text")

    def _is_far(self, row: int, column: int) -> bool:
        return row - self._rows >= _FAR_ROWS or column - self._columns >= _FAR_COLUMNS

    def _too_many(self) -> InvalidInput:
        if self._far is None:
            return limits.too_much(
                f"has a sheet, {self._sheet}, of more than {limits.MOST_CELLS:,} cells"
            )
        cell, before = self._far
        where = f"something in cell {cell}, far from the others, which end at {before}"
        return InvalidInput(
            {"file": f"has in its sheet {self._sheet} {where}"},
            advice=f"Delete the row and the column of {cell}, or copy the cells that are meant "
            "into a new file; save it, and give it again.",
        )


def cell_name(row: int, column: int) -> str:
    """A cell as a spreadsheet names it, like B7; row and column count from 0."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def position(reference: str) -> tuple[int, int]:
    """Row and column, counted from 0, of a reference like B7; raises `ValueError` for none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    letters, digits = match.groups()
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    if not 0 < int(digits) <= _ROWS or place > _COLUMNS:
        raise ValueError(reference)
    return int(digits) - 1, place - 1


class _Found(Exception):
    """What was looked for is there."""


class _Reader:
    """Reads XML as it comes; a document type, which none of these files has, ends it."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self.starts
        self._parser.EndElementHandler = self.ends
        self._parser.CharacterDataHandler = self.says
        self._parser.StartDoctypeDeclHandler = _refuse_type

    def read(self, content: bytes) -> None:
        """Reads all of it; raises `ValueError` when it's no XML."""
        file: IO[bytes] = io.BytesIO(content)
        while chunk := file.read(_CHUNK):
            self.feed(chunk)
        self._parse(b"", is_last=True)

    def feed(self, chunk: bytes) -> None:
        """Reads a part of it; raises `ValueError` when it's no XML."""
        self._parse(chunk, is_last=False)

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def starts(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def ends(self, name: str) -> None:
        """An element ends."""

    def says(self, text: str) -> None:
        """Text of an element."""


def _refuse_type(*_: Any) -> None:
    raise ValueError("a document type")


class _Lengths(_Reader):
    """How many letters each of a workbook's shared texts has."""

    def __init__(self) -> None:
        super().__init__()
        self.found = array("I")
        self._letters = 0

    def ends(self, name: str) -> None:
        """A text ends."""
        if local(name) == "si":
            self.found.append(self._letters)
            self._letters = 0

    def says(self, text: str) -> None:
        """A part of a text."""
        self._letters += len(text)


class _FirstCell(_Reader):
    """Raises `_Found` at the first cell with a value."""

    def ends(self, name: str) -> None:
        """An element that only a filled cell has."""
        if local(name) in ("v", "is"):
            raise _Found


class _Cells(_Reader):
    """The cells of a sheet: how far they reach, and which are errors."""

    def __init__(self, sheet: str, lengths: array[int]) -> None:
        super().__init__()
        self.errors: Errors = []
        self._extent = Extent(sheet)
        self._lengths = lengths
        self._row = self._column = -1
        self._type = ""
        self._value = ""
        self._letters = 0
        self._has_formula = self._is_value = False

    def starts(self, name: str, attributes: Attributes) -> None:
        """A row, a cell or a part of one begins."""
        name = local(name)
        if name == "c":
            self._begin(attributes)
        elif name in ("v", "t"):
            self._is_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1

    def _begin(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = position(reference)
        self._type = attributes.get("t", "")
        self._value, self._letters, self._has_formula = "", 0, False

    def says(self, text: str) -> None:
        """A part of a cell's value."""
        if self._is_value:
            self._value += text[:64]
            self._letters += len(text)

    def ends(self, name: str) -> None:
        """A cell ends, or its value."""
        name = local(name)
        if name in ("v", "t"):
            self._is_value = False
        elif name == "c":
            self._end()

    def _end(self) -> None:
        error = None
        if self._type == "e":
            error = self._value or NO_RESULT
        elif self._has_formula and not self._value and self._type != "str":
            error = NO_RESULT
        if error:
            self.errors.append((self._row, self._column, error))
        if error or self._value:
            self._extent.add(self._row, self._column, self._shown_letters())

    def _shown_letters(self) -> int:
        if self._type != "s":
            return self._letters
        number = int(self._value)
        return self._lengths[number] if number < len(self._lengths) else 0


class _DocumentCells(_Reader):
    """The cells of all sheets of an OpenDocument file, of which one may stand for many alike."""

    def __init__(self) -> None:
        super().__init__()
        self._extent = Extent("")
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._letters = 0
        self._is_filled = False

    def starts(self, name: str, attributes: Attributes) -> None:
        """A sheet, a row, a cell or spaces begin."""
        name = local(name)
        if name == "table":
            self._extent, self._row = Extent(_attribute(attributes, "name")), 0
        elif name == "table-row":
            self._rows, self._column = _count(attributes, "number-rows-repeated"), 0
        elif name in ("table-cell", "covered-table-cell"):
            self._columns = _count(attributes, "number-columns-repeated")
            self._letters = 0
            self._is_filled = any(local(each) == "value-type" for each in attributes)
        elif name == "s":
            self._letters += _count(attributes, "c")

    def says(self, text: str) -> None:
        """A part of a text."""
        self._letters += len(text)

    def ends(self, name: str) -> None:
        """A row or a cell ends."""
        name = local(name)
        if name == "table-row":
            self._row += self._rows
        elif name in ("table-cell", "covered-table-cell"):
            if self._is_filled or self._letters:
                self._extent.add(
                    self._row, self._column, self._letters, rows=self._rows, columns=self._columns
                )
            self._column += self._columns


def _attribute(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if local(key) == name), "")


def _count(attributes: Attributes, name: str) -> int:
    return max(1, int(_attribute(attributes, name) or 1))
