"""Delimited text: which letters its bytes stand for, and rows with the numbers of their lines."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mcf.errors import InvalidInput
from mcf.files import limits

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows 1252, Western Europe and Americas",
    "mac-roman": "Mac Roman, an older Excel for Mac",
    "iso8859-15": "ISO 8859-15, Western Europe",
    "cp850": "DOS 850, Western Europe",
    "cp437": "DOS 437, United States",
    "cp1250": "Windows 1250, Central Europe",
    "iso8859-2": "ISO 8859-2, Central Europe",
    "mac-latin2": "Mac, Central Europe",
    "cp852": "DOS 852, Central Europe",
    "cp1254": "Windows 1254, Turkish",
    "cp1257": "Windows 1257, Baltic",
    "cp1251": "Windows 1251, Cyrillic",
    "koi8-r": "KOI8-R, Russian",
    "cp1253": "Windows 1253, Greek",
    "cp1255": "Windows 1255, Hebrew",
    "cp1256": "Windows 1256, Arabic",
    "cp874": "Windows 874, Thai",
    "cp1258": "Windows 1258, Vietnamese",
    "cp932": "Shift-JIS, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "gb18030": "GB 18030, Chinese",
    "cp950": "Big5, Chinese in Taiwan",
    "cp949": "Windows 949, Korean",
}
"""The encodings that can be chosen, by Python's name, with the words for a seller."""
# Each holds all letters of the other at the same bytes.
_SAME = {"ascii": "utf-8", "utf-8-sig": "utf-8", "iso8859-1": "cp1252", "iso8859-9": "cp1254",
         "shift_jis": "cp932", "gbk": "gb18030", "gb2312": "gb18030", "big5": "cp950",
         "euc_kr": "cp949", "tis-620": "cp874"}  # fmt: skip
# UTF-32's marks begin with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED_UTF16 = re.compile(rb"(?:[\t\r\n -~]\x00){16}")
"""How English letters begin a file in UTF-16 that has lost its mark, the lower byte first."""
_GUESSED_FROM = 64 * 1024
_TELLING_LINES = 1000
"""Lines by which encodings are told apart, besides each that has a byte which those don't have."""
_LONGEST_LINE = 1_000_000
_TOLD_LINES = 3
_TOLD_WAYS = 6
_MARKS_IN_WORDS = "\u2018\u2019\u201c\u201d\u2013\u2014"
_NOT_LETTERS = ("Cc", "Cn", "Co")
_SAVE_AGAIN = 'Save it again as "CSV UTF-8".'
LINE_END = re.compile("\r\n|\r|\n")
"""What ends a line; no other character does, whatever `str.splitlines` thinks."""
ForeignLines = tuple[tuple[int, str], ...]
"""Lines with letters outside ASCII, each with its number."""
_DELIMITERS = "\t;,|"
_EXCEL_DELIMITER = re.compile(r'"?sep=([\t;,|])"?', re.IGNORECASE)
_LONGEST_BROKEN_CELL = 50
_MENDED_AT_MOST = 200
"""Broken cells whose ends are looked for; so many lines are never told."""
_TOLD_AT_MOST = 20
_NOT_DOUBLED = (
    "a cell begins with a quote mark, but the quote marks in it aren't doubled: take them out"
)
_NEVER_CLOSED = "a cell begins with a quote mark that is never closed: close it, or take it out"
LINE_BREAK = "a cell in quote marks that begins here holds a line break: put it on one line"
"""What is said of a line of which a cell goes on in the next ones; its cells are known all the
same, with BROKEN where the lines meet.
"""
BROKEN = "\v"
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
Way = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Alternative:
    """An encoding in which a file reads without an error, and what its foreign lines say then."""

    encoding: str
    lines: ForeignLines


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. Where its encoding isn't `certain`, `encoding` is the likeliest and each byte
    outside ASCII is U+FFFD in the text, so that nothing guessed is taken for what the file says.

    `alternatives` tell the lines by which they differ, of `foreign` ones in all.
    """

    text: str
    encoding: str
    certain: bool = True
    alternatives: tuple[Alternative, ...] = ()
    foreign: int = 0

    def require_certain(self) -> None:
        """Raises `InvalidInput` with lines and how they might read when nobody chose among them."""
        if self.certain:
            return
        ways = self.alternatives[:_TOLD_WAYS]
        problems: dict[str, str] = {}
        for place, (number, _) in enumerate(self.alternatives[0].lines[:_TOLD_LINES]):
            readings = (f"{foreign(way.lines[place][1])} ({way.encoding})" for way in ways)
            problems[f"line {number}"] = f"has letters that can be read as {' or '.join(readings)}"
        if (more := self.foreign - _TOLD_LINES) > 0:
            problems["file"] = f"has {more} more such lines"
        names = ", ".join(way.encoding for way in self.alternatives)
        raise InvalidInput(
            problems,
            advice=f"{_SAVE_AGAIN} Or say in which encoding it is: choose it on the page, or add "
            f"--encoding NAME on the command line. It may be {names}. Nothing was sent or kept.",
        )


def decoded(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file, in `encoding` when one is chosen.

    Raises `InvalidInput` for a file that isn't text, for a byte that the encoding doesn't have
    (with its line), for a choice that contradicts what the file itself shows, and for a file that
    is too large.
    """
    limits.require_size(data)
    if data.count(b"\n") + data.count(b"\r") > limits.MOST_TEXT_CELLS:
        raise limits.too_much(f"has more than {limits.MOST_TEXT_CELLS:,} lines")
    shown = _shown(data)
    chosen = encoding_of(encoding) if encoding else None
    if chosen and shown and shown != chosen and not data.isascii():
        raise InvalidInput(
            {"file": f"is {ENCODINGS[shown]}, as it shows itself, not {ENCODINGS[chosen]}"},
            advice=f"Leave the encoding out, or choose {shown}.",
        )
    if (certain := chosen or shown) is None:
        return _guessed(data)
    return Decoded(_text(data, certain), certain)


def encoding_of(name: str) -> str:
    """The encoding of that name, as `ENCODINGS` has it; raises `InvalidInput` for any other."""
    try:
        encoding = codecs.lookup(name).name
    except (LookupError, ValueError):
        encoding = ""
    encoding = _SAME.get(encoding, encoding)
    if encoding not in ENCODINGS:
        raise InvalidInput(
            {"encoding": f"{name!r} is none that can be read"},
            advice=f"Choose one of {', '.join(ENCODINGS)}.",
        )
    return encoding


def foreign_lines(text: str) -> ForeignLines:
    """The lines with letters outside ASCII."""
    if text.isascii():
        return ()
    lines = enumerate(LINE_END.split(text), start=1)
    return tuple((number, line) for number, line in lines if not line.isascii())


def foreign(line: str) -> str:
    """The cells of a line that have letters outside ASCII."""
    cells = (cell.strip(' "') for cell in re.split(r"[\t;,|]", line) if not cell.isascii())
    return " · ".join(cells)


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
            raise problems.error(advice)


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

    def error(self, advice: str) -> InvalidInput:
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
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE:
            raise _too_long(number)
    file = _File(lines, start, said[1] if said else _delimiter(lines[start]), text)
    return file.table()


def _too_long(number: int) -> InvalidInput:
    return InvalidInput(
        {f"line {number}": f"has more than {_LONGEST_LINE:,} letters"},
        advice="Take out what was pasted there by mistake, and give the file again.",
    )


def used_columns(cells: Sequence[str]) -> int:
    """How many columns there are up to the last with a value."""
    return next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)


def _shown(data: bytes) -> str | None:
    """The encoding that a file shows by its first bytes, or by being valid UTF-8."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if _UNMARKED_UTF16.match(data):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _text(data: bytes, encoding: str) -> str:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        number = _line_at(data[: error.start].decode(codec, "replace"))
        raise InvalidInput(
            {f"line {number}": f"holds bytes that aren't {ENCODINGS[encoding]}"},
            advice=f"The file is damaged or in another encoding. {_SAVE_AGAIN}",
        ) from error
    return _without_nul(text)


def _without_nul(text: str) -> str:
    if (place := text.find("\0")) >= 0:
        raise InvalidInput(
            {"file": f"is not a text file: line {_line_at(text[:place])} holds a NUL byte"},
            advice=f"{_SAVE_AGAIN} A workbook (.xlsx, .xls) can't be read here.",
        )
    return text


def _line_at(before: str) -> int:
    return len(LINE_END.findall(before)) + 1


def _guessed(data: bytes) -> Decoded:
    text = _without_nul(data.decode("ascii", "replace"))
    lines = [(n, line) for n, line in _byte_lines(data) if not line.isascii()]
    telling = list(_telling(lines))
    readings: dict[ForeignLines, str] = {}
    for encoding in _likeliest_first(b"\n".join(line for _, line in telling)):
        if read := _read(telling, encoding):
            readings.setdefault(read, encoding)
    if not readings:
        raise InvalidInput({"file": "is not a text file in any known encoding"}, advice=_SAVE_AGAIN)
    # Sorting keeps the library's order where the letters are equally at home in their words.
    best = sorted(
        readings.items(), key=lambda reading: sum(_oddities(line) for _, line in reading[0])
    )
    alternatives = tuple(Alternative(encoding, read) for read, encoding in best)
    return Decoded(text, alternatives[0].encoding, False, alternatives, len(lines))


def _telling(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The first lines, and each further one with a byte that no line before it has.

    Encodings of one byte a letter that read these alike read all alike.
    """
    seen: set[int] = set()
    for place, (number, line) in enumerate(lines):
        if len(line) > _LONGEST_LINE:
            raise _too_long(number)
        if place < _TELLING_LINES or not seen.issuperset(line):
            seen.update(line)
            yield number, line


def _byte_lines(data: bytes) -> Iterable[tuple[int, bytes]]:
    # In none of the encodings that are guessed is a line end a part of another letter.
    return enumerate(re.split(b"\r\n|\r|\n", data), start=1)


def _likeliest_first(sample: bytes) -> list[str]:
    # Takes a twentieth of a second to import, and most files are certain.
    import charset_normalizer

    several = [name for name in ENCODINGS if not name.startswith("utf")]
    matches = charset_normalizer.from_bytes(sample[:_GUESSED_FROM], cp_isolation=several)
    alike = (
        {codecs.lookup(name).name for name in match.could_be_from_charset} for match in matches
    )
    ranked = (name for names in alike for name in several if name in names)
    return [*dict.fromkeys((*ranked, *several))]


def _read(lines: Iterable[tuple[int, bytes]], encoding: str) -> ForeignLines | None:
    """The lines in that encoding; None where it lacks a byte or has no letter for one."""
    try:
        read = tuple((number, line.decode(encoding)) for number, line in lines)
    except UnicodeDecodeError:
        return None
    letters = {letter for _, line in read for letter in line if not letter.isascii()}
    return None if any(unicodedata.category(each) in _NOT_LETTERS for each in letters) else read


def _oddities(line: str) -> int:
    """How many letters outside ASCII aren't at home in their words, like those of "Stra▀e"."""
    words = re.findall(r"[^\s\t;,|\"]+", line)
    return sum(_odd_letters(word) for word in words if not word.isascii())


def _odd_letters(word: str) -> int:
    has_letters = any(each.isalpha() for each in word)
    is_latin = any(each.isascii() and each.isalpha() for each in word)
    pairs = zip(f" {word}", word, strict=False)
    return sum(_is_odd(letter, before, has_letters, is_latin) for before, letter in pairs)


def _is_odd(letter: str, before: str, has_letters: bool, is_latin: bool) -> bool:
    if letter.isascii() or letter in _MARKS_IN_WORDS:
        return False
    if not letter.isalpha():
        return has_letters
    if before.islower() and letter.isupper():
        return True
    return is_latin and not unicodedata.name(letter, "").startswith("LATIN")


def _delimiter(head: str) -> str:
    return max(_DELIMITERS, key=lambda each: len(re.sub('"[^"]*"', "", head).split(each)))


def _is_empty(cell: str) -> bool:
    return cell == '""'


class _Unreadable(Exception):
    """A line that can't be split in the way tried."""


@dataclass(frozen=True, slots=True)
class _File:
    lines: Sequence[str]
    start: int
    delimiter: str
    text: str

    def table(self) -> Table:
        """The table, read in the one way that fits all its lines, or in that which fits most."""
        head = self.lines[self.start]
        self._require_few_cells(limits.MOST_TEXT_CELLS)
        if not self._has_quoted_cells():
            return self._read(self._literally)
        is_quoted = _starts_quoted(head.split(self.delimiter))
        if not is_quoted:
            self._require_few_cells(limits.MOST_TEXT_CELLS // 2)
        quoted = self._read(self._quoted)
        if is_quoted and _fits(quoted):
            return quoted
        # From here on the file is read in two ways, and both are kept for a while.
        self._require_few_cells(limits.MOST_TEXT_CELLS // 2)
        if is_quoted:
            return _better(quoted, self._read(self._wrapped))
        literal = self._read(self._literally)
        if _fits(quoted):
            return self._decided(quoted, literal) if _fits(literal) else quoted
        if self.delimiter == "\t":
            return _better(literal, quoted)
        return _better(quoted, self._doubting(literal, literal))

    def _require_few_cells(self, most: int) -> None:
        if self.text.count(self.delimiter) + len(self.lines) > most:
            raise limits.too_much(f"has more than {most:,} cells")

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
        at, tries = self.start + 1, _MENDED_AT_MOST
        while at < len(self.lines):
            try:
                cells = way(self.lines[at])
                yield Row(at + 1, cells, given=len(cells))
            except _Unreadable as error:
                is_open = str(error) == _NEVER_CLOSED and tries > 0
                tries -= is_open
                end = self._end_of_broken_cell(at, way) if is_open else at
                cells = way(BROKEN.join(self.lines[at : end + 1])) if end > at else []
                yield Row(at + 1, cells, LINE_BREAK if cells else str(error))
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
    used = max((used_columns(row.cells) for row in rows if not row.problem), default=0)
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
