"""Delimited text -> rows with the numbers of their lines; no row is ever mixed with another.

CSV of spreadsheets puts cells into quote marks where it must, and doubles the quote marks inside.
Amazon's tab-separated reports and many shops' files write what a cell holds as it is, `15" screen`
or `"Deluxe" lamp`. A file is read in the way in which each of its lines has the right number of
cells. What can be read in two ways or in none is told with its line: nothing is mended here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mcf.encodings import LINE_END
from mcf.errors import InvalidInput

_DELIMITERS = "\t;,|"
_EXCEL_DELIMITER = re.compile(r'"?sep=([\t;,|])"?', re.IGNORECASE)
_LONGEST_BROKEN_CELL = 50
_TOLD_AT_MOST = 20
_NOT_DOUBLED = (
    "a cell begins with a quote mark, but the quote marks in it aren't doubled: take them out"
)
_NEVER_CLOSED = "a cell begins with a quote mark that is never closed: close it, or take it out"
_LINE_BREAK = "a cell in quote marks that begins here holds a line break: put it on one line"
_SHORT = (
    "has {} cells, but the first line has {} columns: take out line breaks in cells, and columns "
    "at the end that are empty; or the file is cut off"
)
_LONG = (
    "has {} cells, but the first line has {} columns: a cell may hold the sign that parts columns"
)
_TWO_WAYS = (
    "can be read in two ways, as quote marks hold what parts columns: take the quote marks out"
)
DOUBTFUL = (
    "{!r} can be meant with its quote marks or without them: take them out, or save the file as CSV"
)
"""What is said of a cell that can be read in two ways."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: as many cells as there are columns, or the problem with it.

    `doubtful` are the places of cells in quote marks that may belong to the text; `dates` those of
    cells that are dates or times to a spreadsheet; `given` is how many cells the line itself has.
    """

    number: int
    cells: list[str]
    problem: str | None = None
    doubtful: frozenset[int] = frozenset()
    given: int = 0
    dates: frozenset[int] = frozenset()

    def with_cells(self, cells: Mapping[int, str]) -> Row:
        """The row with other texts at these places, about which there's no doubt."""
        return replace(
            self,
            cells=[cells.get(at, cell) for at, cell in enumerate(self.cells)],
            doubtful=self.doubtful - set(cells),
            dates=self.dates - set(cells),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """The names in the first line, and the lines below it that aren't empty."""

    names: list[str]
    rows: list[Row]

    def require_whole_rows(self, advice: str) -> None:
        """Raises `InvalidInput` with the lines that don't fit the first one, when there are any."""
        problems = Problems()
        for row in self.rows:
            if row.problem:
                problems.add(row.number, row.problem)
        if problems.found:
            raise problems.told(advice)


@dataclass(slots=True)
class Problems:
    """What is wrong with which lines; the first of them are told."""

    found: dict[str, str] = field(default_factory=dict)
    more: int = 0

    def add(self, number: int, what: str) -> None:
        """Notes what is wrong with a line."""
        if len(self.found) < _TOLD_AT_MOST:
            self.found[f"line {number}"] = what
        else:
            self.more += 1

    def told(self, advice: str) -> InvalidInput:
        """The error that says so."""
        more = {"file": f"has {self.more} more such lines"} if self.more else {}
        return InvalidInput({**self.found, **more}, advice=advice)


def table(text: str) -> Table:
    """The rows of a text; an empty one has no names and no rows. Cells keep their spaces."""
    lines = LINE_END.split(text)
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    said = _EXCEL_DELIMITER.fullmatch(lines[start].strip()) if start < len(lines) else None
    start += bool(said)
    if start >= len(lines):
        return Table([], [])
    file = _File(lines, start, said[1] if said else _delimiter(lines[start]), text)
    return file.table()


def _delimiter(head: str) -> str:
    return max(_DELIMITERS, key=lambda each: len(re.sub('"[^"]*"', "", head).split(each)))


def _is_empty(cell: str) -> bool:
    return cell == '""'


class _Unreadable(Exception):
    """A line that can't be split in the way tried."""


Way = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class _File:
    lines: Sequence[str]
    start: int
    delimiter: str
    text: str

    def table(self) -> Table:
        """The table, read in the one way that fits all its lines, or in that which fits most."""
        head = self.lines[self.start]
        if not self._has_quoted_cells():
            return self._read(self._literally)
        quoted = self._read(self._quoted)
        if _starts_quoted(head.split(self.delimiter)):
            return _better(quoted, self._read(self._wrapped))
        literal = self._read(self._literally)
        if _fits(quoted):
            return self._decided(quoted, literal) if _fits(literal) else quoted
        if self.delimiter == "\t":
            return _better(literal, quoted)
        return _better(quoted, self._doubting(literal, literal))

    def _has_quoted_cells(self) -> bool:
        return re.search(f'(?:^|[{self.delimiter}\r\n])"', self.text) is not None

    def _decided(self, quoted: Table, literal: Table) -> Table:
        """One of two readings that differ only in the quote marks around whole cells.

        A program that puts cells into quote marks does so with each that holds one, and Excel's
        tab-separated text with each that holds a comma. Where neither tells, the cell is doubtful.
        """
        written = {row.number: row.given for row in literal.rows}
        if any(row.given != written[row.number] for row in quoted.rows):
            return _in_two_ways(quoted, written)
        tabs = self.delimiter == "\t"
        cells = [cell for row in literal.rows for cell in row.cells if '"' in cell]
        others = any(not _is_wrapped(cell) for cell in cells)
        reasons = [_has_reason(cell) for cell in cells if _is_wrapped(cell)]
        if others:
            return literal if tabs and not any(reasons) else self._doubting(quoted, literal)
        return self._doubting(quoted, literal, spare=_has_reason) if tabs else quoted

    def _doubting(
        self, chosen: Table, literal: Table, spare: Callable[[str], bool] = _is_empty
    ) -> Table:
        """The chosen reading, with the cells in doubt that are whole in quote marks."""
        written = {row.number: row.cells for row in literal.rows}
        rows = [
            replace(row, doubtful=frozenset(_doubtful(written[row.number], spare)))
            for row in chosen.rows
        ]
        return replace(chosen, rows=rows)

    def _read(self, way: Way) -> Table:
        try:
            names = way(self.lines[self.start])
        except _Unreadable:
            names = self._literally(self.lines[self.start])
        rows = [row for row in self._rows(way) if row.problem or any(map(str.strip, row.cells))]
        least = _least(rows, len(names))
        whole = [_shaped(row, len(names), least) for row in rows]
        if whole and whole[-1].given < len(names) and self.lines[-1].strip():
            whole[-1] = _shaped(rows[-1], len(names), len(names))
        return Table(names, whole)

    def _rows(self, way: Way) -> Iterator[Row]:
        at = self.start + 1
        while at < len(self.lines):
            try:
                cells = way(self.lines[at])
                yield Row(at + 1, cells, given=len(cells))
            except _Unreadable as error:
                end = self._end_of_broken_cell(at, way) if str(error) == _NEVER_CLOSED else at
                yield Row(at + 1, [], _LINE_BREAK if end > at else str(error))
                at = end
            at += 1

    def _end_of_broken_cell(self, at: int, way: Way) -> int:
        """The line on which a cell ends that begins on line `at`; `at` when there is none."""
        for end in range(at + 1, min(at + _LONGEST_BROKEN_CELL, len(self.lines))):
            try:
                way(" ".join(self.lines[at : end + 1]))
            except _Unreadable:
                continue
            return end
        return at

    def _literally(self, line: str) -> list[str]:
        return line.split(self.delimiter)

    def _quoted(self, line: str) -> list[str]:
        if '"' not in line:
            return line.split(self.delimiter)
        try:
            return next(csv.reader([line], delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            open_still = "unexpected end" in str(error)
            raise _Unreadable(_NEVER_CLOSED if open_still else _NOT_DOUBLED) from error

    def _wrapped(self, line: str) -> list[str]:
        """The cells of a file that puts all text into quote marks and doubles none of them."""
        between = f'"{self.delimiter}"'
        width = self.lines[self.start].count(between) + 1
        if _is_wrapped(line):
            cells = line[1:-1].split(between)
            if len(cells) == width and not any(self._is_joint(cell) for cell in cells):
                return cells
        cells = line.split(self.delimiter)
        if any(cell.startswith('"') and not _is_wrapped(cell) for cell in cells):
            raise _Unreadable(_NOT_DOUBLED)
        return [cell[1:-1] if _is_wrapped(cell) else cell for cell in cells]

    def _is_joint(self, cell: str) -> bool:
        """Whether what was taken for one cell may be two, of which one has no quote marks."""
        return f'"{self.delimiter}' in cell or f'{self.delimiter}"' in cell


def _least(rows: Sequence[Row], width: int) -> int:
    """How many cells a line must have.

    Excel leaves out the cells at the end of lines where it finds none filled. So may lines be short
    if they all have one length, and no line has a value further on. They must have more than half
    of the cells: the parts of a line torn by line breaks can't all be of one such length.
    """
    lengths = {row.given for row in rows if not row.problem and row.given < width}
    used = max((_used(row.cells) for row in rows), default=0)
    if len(lengths) == 1 and max(used, (width + 1) // 2 + 1) <= min(lengths):
        return min(lengths)
    return width


def _shaped(row: Row, width: int, least: int) -> Row:
    """The row with as many cells as there are columns, or the problem that it hasn't."""
    if row.problem or row.given == width:
        return row
    if least <= row.given < width:
        return replace(row, cells=[*row.cells, *[""] * (width - row.given)])
    return replace(row, problem=(_LONG if row.given > width else _SHORT).format(row.given, width))


def _used(cells: Sequence[str]) -> int:
    """How many columns there are up to the last with a value."""
    return next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)


def _in_two_ways(read: Table, others: Mapping[int, int]) -> Table:
    rows = [
        row if row.given == others[row.number] else replace(row, problem=_TWO_WAYS)
        for row in read.rows
    ]
    return replace(read, rows=rows)


def _fits(read: Table) -> bool:
    return not any(row.problem for row in read.rows)


def _better(first: Table, second: Table) -> Table:
    """The reading with fewer lines that don't fit; the first where they are even."""
    return min(first, second, key=lambda read: sum(bool(row.problem) for row in read.rows))


def _starts_quoted(cells: Sequence[str]) -> bool:
    return any(cell.startswith('"') for cell in cells)


def _is_wrapped(cell: str) -> bool:
    return len(cell) > 1 and cell.startswith('"') and cell.endswith('"')


def _has_reason(cell: str) -> bool:
    """Whether a program had to put this cell into quote marks, or it's an empty one."""
    return _is_empty(cell) or "," in cell or '""' in cell[1:-1]


def _doubtful(cells: Sequence[str], spare: Callable[[str], bool]) -> Iterator[int]:
    return (at for at, cell in enumerate(cells) if _is_wrapped(cell) and not spare(cell))
