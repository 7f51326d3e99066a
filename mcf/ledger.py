"""Amazon's Inventory Ledger report, summary view: a file's bytes -> what moved on which day.

Every line is read before anything is kept; what is wrong is said with its line number.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-reports-attributes
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from operator import add, itemgetter

from mcf.errors import InvalidInput
from mcf.flatfile import decoded

REQUIRED = (
    "Date",
    "MSKU",
    "Disposition",
    "In Transit Between Warehouses",
    "Receipts",
    "Customer Shipments",
    "Ending Warehouse Balance",
)
OPTIONAL = ("Customer Returns", "Found", "Lost", "Damaged", "Disposed", "Location")
_WORDS = ("Date", "MSKU", "Disposition", "Location")
_UNITS = tuple(name for name in (*REQUIRED, *OPTIONAL) if name not in _WORDS)
_SHIPMENTS = _UNITS.index("Customer Shipments")
_BALANCE = _UNITS.index("Ending Warehouse Balance")
_TOLD_AT_MOST = 20
_LONGEST_SKU = 255
_WEEK = 7
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_WHOLE = re.compile(r"(?:-?\d{1,7})?", re.ASCII)
_ALL_WHOLE = re.compile(rf"{_WHOLE.pattern}(?:\t{_WHOLE.pattern})*", re.ASCII)
_ASK_FOR = "In Seller Central choose Reports > Fulfillment > Inventory Ledger, summary view, daily."
_CORRECT = "Correct the lines named, or download the report again; nothing was imported."


class DateOrder(StrEnum):
    """How a date like 03/02/2026 is written."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """A day of a SKU, summed over locations; what left is told as a positive number.

    Balances are those at its end. `found`, `lost`, `damaged` and `disposed` are of sellable units.
    """

    day: date
    seller_sku: str
    sellable: int
    unsellable: int
    in_transit: int
    receipts: int
    customer_shipments: int
    customer_returns: int
    found: int
    lost: int
    damaged: int
    disposed: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a report tells, oldest day first, and how many of its lines are of other countries."""

    days: tuple[LedgerDay, ...]
    ignored: int


def read(
    data: bytes,
    *,
    today: date,
    elsewhere: Collection[str] = (),
    dates: DateOrder | None = None,
) -> Ledger:
    """The days of a report's content; CSV or tab-separated.

    Lines of the countries `elsewhere` are passed over: their stock isn't this marketplace's. Where
    the report is by fulfillment center there are none. `dates` is needed only where all dates of
    the file can be read both ways.
    Raises `InvalidInput` for a file that isn't such a report, and for any line that can't be read.
    """
    try:
        file = _File(decoded(data))
        sums = _Sums(file, _calendar(file.first_lines(), today, dates), frozenset(elsewhere))
        for number, cells in file.lines():
            sums.add(number, cells)
    except csv.Error as error:
        raise InvalidInput({"file": f"can't be read as a table: {error}"}) from error
    return sums.ledger()


class _File:
    """The lines of the table and where its columns are."""

    def __init__(self, text: str) -> None:
        self._text = text
        head = text.partition("\n")[0]
        self._delimiter = max("\t;,", key=head.count)
        names = [_plain(name) for name in next(self._rows(), (0, []))[1]]
        known = {name: _plain(name) for name in (*REQUIRED, *OPTIONAL)}
        if missing := [name for name in REQUIRED if known[name] not in names]:
            raise InvalidInput(
                {"file": f"the first line lacks the columns {', '.join(missing)}"}, advice=_ASK_FOR
            )
        if twice := [name for name, plain in known.items() if names.count(plain) > 1]:
            raise InvalidInput({"file": f"the first line has a column twice: {', '.join(twice)}"})
        self.width = len(names)
        self.needed = 1 + max(names.index(known[name]) for name in REQUIRED)
        self.date = names.index(known["Date"])
        places = {name: names.index(at) for name, at in known.items() if at in names}
        # A column that the report doesn't have is read from the empty cell behind its last one.
        self._picked = itemgetter(*(places.get(name, self.width) for name in (*_WORDS, *_UNITS)))

    def picked(self, cells: list[str]) -> tuple[str, ...]:
        """The cells of _WORDS and _UNITS; "" where there are none."""
        return tuple(self._picked([*cells, *[""] * (self.width + 1 - len(cells))]))

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """The lines below the first that aren't empty, with their numbers and stripped cells."""
        rows = self._rows()
        next(rows)
        for number, cells in rows:
            while cells and not cells[-1] and len(cells) > self.needed:
                cells.pop()
            if any(cells):
                yield number, cells

    def first_lines(self) -> dict[str, int]:
        """The first line of each date as it's written; broken lines aren't asked."""
        number = 0
        found: dict[str, int] = {}
        for number, cells in self.lines():
            if len(cells) >= self.needed:
                found.setdefault(cells[self.date], number)
        if not number:
            raise InvalidInput({"file": "has no line below the first"}, advice=_ASK_FOR)
        return found

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter)
        for row in reader:
            yield reader.line_num, [*map(str.strip, row)]


def _plain(name: str) -> str:
    """A column's name as Amazon spells it here or there: with blanks, without, or with bars."""
    return re.sub(r"[^a-z]", "", name.lower())


def _calendar(written: Mapping[str, int], today: date, dates: DateOrder | None) -> dict[str, date]:
    """What day each date is; decided by all of them together."""
    readings = [
        {text: _date(text, order) for text in written}
        for order in ([dates] if dates else DateOrder)
    ]
    wrong = [{t for t, day in each.items() if day is None or day > today} for each in readings]
    fewest = min(map(len, wrong))
    if fewest:
        raise _not_dates(written, wrong[[*map(len, wrong)].index(fewest)])
    found = [
        {text: day for text, day in each.items() if day is not None}
        for each, bad in zip(readings, wrong, strict=True)
        if not bad
    ]
    if any(each != found[0] for each in found):
        text = next(t for t in written if found[0][t] != found[-1][t])
        raise InvalidInput(
            {f"line {written[text]}": f"Date {text} can be read in two ways"},
            advice="Say whether its days or its months come first, or import a report that has a "
            "day after the 12th. On the command line: --dates day-first or --dates month-first.",
        )
    return found[0]


def _not_dates(written: Mapping[str, int], wrong: Collection[str]) -> InvalidInput:
    problems = _Problems()
    for text in sorted(wrong, key=lambda each: written[each]):
        problems.add(written[text], f"Date {text!r} is no day up to today")
    return problems.told(f"{_ASK_FOR} {_CORRECT}")


def _date(text: str, order: DateOrder) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := _YEAR_LAST.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        # Where a dot is used, the day always comes first.
        if order is DateOrder.MONTH_FIRST and match[2] != ".":
            day, month = month, day
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(slots=True)
class _Problems:
    """What is wrong with which lines; the first of them are told."""

    found: dict[str, str] = field(default_factory=dict)
    more: int = 0

    def add(self, number: int, what: str) -> None:
        if len(self.found) < _TOLD_AT_MOST:
            self.found[f"line {number}"] = what
        else:
            self.more += 1

    def told(self, advice: str = _CORRECT) -> InvalidInput:
        more = {"file": f"has {self.more} more such lines"} if self.more else {}
        return InvalidInput({**self.found, **more}, advice=advice)


class _Sums:
    """Adds lines up by day and SKU."""

    def __init__(
        self, file: _File, calendar: Mapping[str, date], elsewhere: Collection[str]
    ) -> None:
        self._file = file
        self._calendar = calendar
        self._elsewhere = elsewhere
        self._sums: dict[tuple[date, str, bool], list[int]] = {}
        self._seen: dict[int, int] = {}
        self._ignored: Counter[str] = Counter()
        self._problems = _Problems()

    def add(self, number: int, cells: list[str]) -> None:
        """Counts a line, or notes what is wrong with it."""
        if problem := self._misshapen(number, cells):
            self._problems.add(number, problem)
            return
        day, sku, disposition, location, *units = self._file.picked(cells)
        if problem := _unreadable(sku, disposition, units):
            self._problems.add(number, problem)
        elif location.upper() in self._elsewhere:
            self._ignored[location.upper()] += 1
        else:
            key = self._calendar[day], sku, disposition.upper() == "SELLABLE"
            counts = [int(each or 0) for each in units]
            known = self._sums.get(key)
            self._sums[key] = [*map(add, known, counts)] if known else counts

    def ledger(self) -> Ledger:
        """The sums; raises `InvalidInput` when anything was wrong."""
        if self._problems.found:
            raise self._problems.told()
        if not self._sums:
            raise InvalidInput(
                {"file": f"has only lines of other countries: {', '.join(sorted(self._ignored))}"},
                advice="Download the report of the marketplace that is set here.",
            )
        if sum(units[_SHIPMENTS] for units in self._sums.values()) > 0:
            raise InvalidInput(
                {"file": "has Customer Shipments above 0, but Amazon tells them as less than 0"},
                advice="Import the report as Amazon made it, without changes.",
            )
        _require_days({day for day, _, _ in self._sums})
        things = sorted({key[:2] for key in self._sums})
        return Ledger(tuple(self._day(*each) for each in things), self._ignored.total())

    def _day(self, day: date, sku: str) -> LedgerDay:
        nothing = [0] * len(_UNITS)
        good = dict(zip(_UNITS, self._sums.get((day, sku, True), nothing), strict=True))
        bad = dict(zip(_UNITS, self._sums.get((day, sku, False), nothing), strict=True))
        return LedgerDay(
            day=day,
            seller_sku=sku,
            sellable=good["Ending Warehouse Balance"],
            unsellable=bad["Ending Warehouse Balance"],
            in_transit=good["In Transit Between Warehouses"] + bad["In Transit Between Warehouses"],
            receipts=good["Receipts"] + bad["Receipts"],
            # Taken back is not sold: more than was shipped can be taken back on a day.
            customer_shipments=max(0, -good["Customer Shipments"] - bad["Customer Shipments"]),
            customer_returns=good["Customer Returns"] + bad["Customer Returns"],
            found=good["Found"],
            lost=-good["Lost"],
            damaged=-good["Damaged"],
            disposed=-good["Disposed"],
        )

    def _misshapen(self, number: int, cells: list[str]) -> str | None:
        if len(cells) < self._file.needed:
            return "has fewer cells than the first line has columns: is the file cut off?"
        if len(cells) > self._file.width:
            return "has more cells than the first line has columns"
        first = self._seen.setdefault(hash(tuple(cells)), number)
        return f"is the same as line {first}" if first != number else None


def _unreadable(sku: str, disposition: str, units: list[str]) -> str | None:
    if not sku or not disposition:
        return f"{'Disposition' if sku else 'MSKU'} is empty"
    if len(sku) > _LONGEST_SKU or not sku.isprintable():
        return f"MSKU {sku[:_LONGEST_SKU]!r} can't be a SKU"
    if not _ALL_WHOLE.fullmatch("\t".join(units)):
        told = zip(_UNITS, units, strict=True)
        name, text = next(each for each in told if not _WHOLE.fullmatch(each[1]))
        return f"{name} {text!r} is not a whole number of units"
    return None if units[_BALANCE] else "Ending Warehouse Balance is empty"


def _require_days(days: Collection[date]) -> None:
    """Raises `InvalidInput` for a report whose lines are sums of weeks or months."""
    gaps = [(after - before).days for before, after in pairwise(sorted(days))]
    if len(gaps) > 1 and min(gaps) >= _WEEK:
        raise InvalidInput(
            {"file": f"has days that lie {min(gaps)} or more apart, so it's by week or by month"},
            advice=_ASK_FOR,
        )
