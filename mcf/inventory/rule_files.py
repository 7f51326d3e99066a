"""Rules of SKUs from a file and into one: what it would change and what is refused, told before any
of it is taken.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mcf.errors import InvalidInput
from mcf.files import apart, limits, workbooks
from mcf.files import text as text_files
from mcf.files.harmless import meant
from mcf.inventory.preferences import COLUMNS, MONEY, TEXTS, Choices, plain, value_of

UNSET = "-"
"""A cell that takes a rule away; an empty one changes nothing."""
BESIDE = ("product_name",)
"""Columns of a file written here that are there to be read by people."""
_MOST_LINES = 100_000
_ERROR = re.compile(r"#(N/A|NAME\?|REF!|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")


@dataclass(frozen=True, slots=True)
class RuleChange:
    """That a line of a file changes a rule; values are as they're typed, None for an empty one."""

    line: int
    seller_sku: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of a file of which nothing is taken, and why, by column ("" for all of it)."""

    line: int
    seller_sku: str
    problems: dict[str, str]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a file of rules would do.

    `same` are SKUs of it that stay as they are, `passed_over` columns that aren't rules, `sheets`
    other sheets of a workbook, `twice` SKUs with several lines, of which the last counts.
    """

    changes: tuple[RuleChange, ...] = ()
    refused: tuple[Refused, ...] = ()
    same: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()

    @property
    def skus(self) -> list[str]:
        """The SKUs that would change, in the order of the file."""
        return [*dict.fromkeys(change.seller_sku for change in self.changes)]


@dataclass(slots=True)
class _Lines:
    """The lines of a file: number and cells by column, cells that are dates; what isn't read."""

    columns: list[str]
    rows: list[tuple[int, dict[str, str], frozenset[str]]]
    point: bool
    sheets: tuple[str, ...] = ()


def read(data: bytes, choices: Choices) -> RuleFile:
    """What a file with columns COLUMNS would change: a workbook, or text with cells apart by comma,
    semicolon or tab.

    An empty cell changes nothing. Nothing is written; a line with a wrong cell is refused as a
    whole. Raises `InvalidInput` when it's no such file.
    """
    limits.require_size(data)
    lines = _of_workbook(data) if workbooks.is_workbook(data) else _of_text(data)
    named = set(lines.columns)
    if "seller_sku" not in named or not named & set(COLUMNS[1:]):
        expected = ", ".join(COLUMNS)
        raise InvalidInput({"file": f"needs the columns seller_sku and some of: {expected}"})
    doubled = [name for name in COLUMNS if lines.columns.count(name) > 1]
    if doubled:
        raise InvalidInput({"file": f"has the column {doubled[0]} twice"}, advice="Take one out.")
    passed = [name for name in lines.columns if name and name not in (*COLUMNS, *BESIDE)]
    return _judged(lines, choices.rules(), tuple(dict.fromkeys(passed)))


def take(file: RuleFile, choices: Choices) -> int:
    """How many SKUs' rules changed, all that the file would change or none.

    Raises `InvalidInput` when a rule isn't what it was when the file was read.
    """
    seen: dict[str, dict[str, Any]] = {}
    changes: dict[str, dict[str, Any]] = {}
    for change in file.changes:
        seen.setdefault(change.seller_sku, {})[change.name] = change.before
        changes.setdefault(change.seller_sku, {})[change.name] = change.after
    conflicts = choices.changed_since(seen, changes)
    if conflicts:
        raise InvalidInput(
            conflicts,
            advice="Another window or person changed it after your file was read: look at the "
            "changes again, then import.",
        )
    return choices.set_rules({"seller_sku": sku, **some} for sku, some in changes.items())


def rows(stock: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """The rules of the SKUs of a stock for a file, that `read` takes without changing any.

    Columns COLUMNS and the product's name; what isn't set is missing.
    """
    own = rules.reindex(stock["seller_sku"])
    columns: dict[str, Any] = {"seller_sku": stock["seller_sku"].to_numpy()}
    columns["product_name"] = stock["product_name"].to_numpy()
    for name in COLUMNS[1:]:
        whole = name not in (*TEXTS, *MONEY)
        columns[name] = own[name].astype("Int64").array if whole else own[name].array
    return pd.DataFrame(columns)


def _judged(lines: _Lines, rules: pd.DataFrame, passed_over: tuple[str, ...]) -> RuleFile:
    wanted: dict[str, dict[str, tuple[int, Any]]] = {}
    refused, counted = [], dict[str, int]()
    for number, cells, dates in lines.rows:
        sku = cells.get("seller_sku", "")
        problems, values = _values(cells, dates, point=lines.point)
        if not sku:
            problems = {"": "has no seller_sku"}
        if problems:
            refused.append(Refused(number, sku, problems))
            continue
        counted[sku] = counted.get(sku, 0) + 1
        of_sku = wanted.setdefault(sku, {})
        of_sku |= {name: (number, value) for name, value in values.items()}
    held = rules[rules.index.isin([*wanted])].to_dict("index")
    changes = [
        RuleChange(number, sku, name, before, value)
        for sku, values in wanted.items()
        for name, (number, value) in values.items()
        if (before := plain(held.get(sku, {}).get(name))) != value
    ]
    changed = {change.seller_sku for change in changes}
    same = tuple(sku for sku in wanted if sku not in changed)
    twice = tuple(sku for sku, count in counted.items() if count > 1)
    return RuleFile(tuple(changes), tuple(refused), same, passed_over, lines.sheets, twice)


def _values(
    cells: Mapping[str, str], dates: Iterable[str], *, point: bool
) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong in which column, and the values of the others as they're typed."""
    problems, values = dict[str, str](), dict[str, Any]()
    for name in COLUMNS[1:]:
        cell = cells.get(name, "")
        if not cell:
            continue
        try:
            if name in dates or _ERROR.fullmatch(cell):
                raise ValueError(f"{cell!r} is {'a date' if name in dates else 'an error'} there")
            value = None if cell == UNSET else value_of(name, cell, point=point)
            values[name] = plain(float(value) if name in MONEY and value is not None else value)
        except ValueError as error:
            problems[name] = str(error)
    return problems, values


def _of_workbook(data: bytes) -> _Lines:
    sheet = apart.read(data)
    if not sheet.table.names:
        raise InvalidInput({"file": f"is empty: its sheet {sheet.name} has nothing in it"})
    _require_few(len(sheet.table.rows))
    columns = [name.strip().lower() for name in sheet.table.names]
    lines = [
        (
            row.number,
            _cells(zip(columns, row.cells, strict=False)),
            frozenset(columns[at] for at in row.dates if at < len(columns)),
        )
        for row in sheet.table.rows
        if any(cell.strip() for cell in row.cells)
    ]
    # A number of a workbook has a point before its decimals, however the country writes it.
    return _Lines(columns, lines, point=True, sheets=sheet.others)


def _of_text(data: bytes) -> _Lines:
    text = _text(data)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns, lines = list[str](), []
    try:
        for cells in _filled(reader):
            if not columns:
                columns = [name.strip().lower() for name in cells]
                continue
            named = _cells(zip(columns, cells, strict=False))
            lines.append((reader.line_num, named, frozenset[str]()))
    except csv.Error as error:
        where = f"line {reader.line_num}" if columns else "file"
        raise InvalidInput({where: f"is no CSV: {error}"}) from error
    return _Lines(columns, lines, point=delimiter == ",")


def _filled(reader: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    return (cells for cells in reader if any(cell.strip() for cell in cells))


def _cells(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The cells of the columns that are read."""
    return {name: meant(cell.strip()) for name, cell in named if name in COLUMNS}


def _delimiter(text: str) -> str:
    """What stands between the names of the columns; Excel writes what the country is used to."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _text(data: bytes) -> str:
    decoded = text_files.decoded(data)
    if not decoded.text.strip():
        raise InvalidInput({"file": "is empty"}, advice="Was it saved before it was given?")
    _require_few(len(text_files.LINE_END.findall(decoded.text)) - 1)
    return decoded.text if decoded.certain else data.decode("cp1252", errors="replace")


def _require_few(lines: int) -> None:
    if lines > _MOST_LINES:
        raise limits.too_much(f"has more than {_MOST_LINES:,} lines of rules")
