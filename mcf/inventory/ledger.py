"""Amazon's Inventory Ledger report, summary view: a file's bytes -> what moved on which day,
written among the days that were recorded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice, pairwise
from operator import add, itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from mcf.errors import InvalidInput
from mcf.files import text as text_files
from mcf.files.text import DOUBTFUL, Problems, Row
from mcf.inventory import history
from mcf.inventory.history import EPOCH
from mcf.store.database import AT_ONCE, Store, Values
from mcf.store.tables import (
    DAY_MOVEMENTS,
    DAY_QUANTITIES,
    LEDGER_MOVEMENTS,
    inventory_days,
    inventory_moves,
    inventory_weeks,
    skus,
)

REQUIRED = (
    "Date",
    "MSKU",
    "Disposition",
    "In Transit Between Warehouses",
    "Receipts",
    "Customer Shipments",
    "Ending Warehouse Balance",
)
OPTIONAL = (
    "Customer Returns",
    "Vendor Returns",
    "Warehouse Transfer In/Out",
    "Found",
    "Lost",
    "Damaged",
    "Disposed",
    "Other Events",
    "Unknown Events",
    "Location",
)
_WORDS = ("Date", "MSKU", "Disposition", "Location")
_UNITS = tuple(name for name in (*REQUIRED, *OPTIONAL) if name not in _WORDS)
_SHIPMENTS = _UNITS.index("Customer Shipments")
_BALANCE = _UNITS.index("Ending Warehouse Balance")
_UNSELLABLE = frozenset(
    {
        "CUSTOMER_DAMAGED",
        "WAREHOUSE_DAMAGED",
        "FULFILLMENT_CENTER_DAMAGED",
        "DISTRIBUTOR_DAMAGED",
        "CARRIER_DAMAGED",
        "DEFECTIVE",
        "EXPIRED",
        "UNSELLABLE",
    }
)
_DISPOSITIONS = _UNSELLABLE | {"SELLABLE"}
_GUESSED = "\ufffd"
_LONGEST_SKU = 255
_WEEK = 7
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_WHOLE = re.compile(r"(?:-?\d{1,7})?", re.ASCII)
_ALL_WHOLE = re.compile(rf"{_WHOLE.pattern}(?:\t{_WHOLE.pattern})*", re.ASCII)
_ASK_FOR = "In Seller Central choose Reports > Fulfillment > Inventory Ledger, summary view, daily."
_CORRECT = "Correct the lines named, or download the report again; nothing was imported."
_NOTHING = dict.fromkeys(DAY_QUANTITIES, 0)


class DateOrder(StrEnum):
    """How a date like 03/02/2026 is written."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """A day of a SKU, summed over locations; what left is told as a positive number.

    Balances are those at its end. From `found` on all are of sellable units: `transferred`, `other`
    and `unknown` are less than 0 where units went, `came_unsellable` are the receipts that never
    were sellable.
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
    returned: int = 0
    vendor_returns: int = 0
    transferred: int = 0
    other: int = 0
    unknown: int = 0
    came_unsellable: int = 0

    @property
    def movements(self) -> tuple[int, ...]:
        """What became of sellable units beside receipts and shipments, as LEDGER_MOVEMENTS."""
        return (
            self.returned,
            self.found,
            -self.lost,
            -self.damaged - self.came_unsellable,
            -self.disposed - self.vendor_returns,
            self.transferred,
            self.other,
            self.unknown,
        )


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
    encoding: str | None = None,
) -> Ledger:
    """The days of a report's content; CSV or tab-separated.

    Lines of the countries `elsewhere` are passed over: their stock isn't this marketplace's. Where
    the report is by fulfillment center there are none. `dates` is needed only where all dates of
    the file can be read both ways, and `encoding` only where a SKU has letters outside ASCII and
    the file doesn't show which.
    Raises `InvalidInput` for a file that isn't such a report, and for any line that can't be read.
    """
    file = _File(text_files.table(text_files.decoded(data, encoding).text))
    sums = _Sums(file, _calendar(file.first_lines(), today, dates), frozenset(elsewhere))
    for row in file.rows:
        sums.add(row)
    return sums.ledger()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import brought: distinct days and SKUs, the first and the last day.

    `ignored` lines are of other countries; `changed` counts the days of a SKU that are new or
    different, so that it's 0 when all was known.
    """

    days: int
    skus: int
    first: date
    last: date
    ignored: int
    changed: int


def keep(store: Store, ledger: Ledger) -> ImportResult:
    """What was brought by writing a ledger, all of it or nothing; raises `StoreError`.

    A day that was recorded already keeps its quantities: they are Amazon's own of that day. It
    only learns what came and what was shipped.
    """
    names = sorted({entry.seller_sku for entry in ledger.days})
    moved = _moved(store, ledger.days)
    news = _news(store, ledger.days, moved)
    if news:
        with store.writing(inventory_days, inventory_weeks, inventory_moves) as connection:
            ids = _ids(store, connection, sorted({entry.seller_sku for entry in news}))
            rows = (_row(entry, ids[entry.seller_sku]) for entry in news)
            _write(store, connection, inventory_days, DAY_MOVEMENTS, rows)
            moves = (
                _moves_row(entry, ids[entry.seller_sku])
                for entry in news
                if _key(entry) in moved or _moves(entry)
            )
            _write(store, connection, inventory_moves, LEDGER_MOVEMENTS, moves)
            history.sum_weeks(store, connection, _number(news[0].day), _number(news[-1].day))
    first, last = ledger.days[0].day, ledger.days[-1].day
    days = len({entry.day for entry in ledger.days})
    return ImportResult(days, len(names), first, last, ledger.ignored, len(news))


def has_ledger(store: Store) -> bool:
    """Whether anything of a ledger was ever written."""
    mine = inventory_days.c.sku_id == skus.c.sku_id
    told = inventory_days.c.customer_shipments.is_not(None)
    query = select(skus.c.sku_id).join(inventory_days, mine).where(*store.mine(skus), told)
    return bool(store.read(query.limit(1)))


class _File:
    """The rows of the table and where its columns are."""

    def __init__(self, table: text_files.Table) -> None:
        self.rows = table.rows
        names = [_plain(name) for name in table.names]
        plain_names = {name: _plain(name) for name in (*REQUIRED, *OPTIONAL)}
        if missing := [name for name in REQUIRED if plain_names[name] not in names]:
            raise InvalidInput(
                {"file": f"the first line lacks the columns {', '.join(missing)}"}, advice=_ASK_FOR
            )
        if twice := [name for name, plain in plain_names.items() if names.count(plain) > 1]:
            raise InvalidInput({"file": f"the first line has a column twice: {', '.join(twice)}"})
        self._date = names.index(plain_names["Date"])
        self._places = {name: names.index(at) for name, at in plain_names.items() if at in names}
        # A column that the report doesn't have is read from the empty cell behind its last one.
        places = (self._places.get(name, len(names)) for name in (*_WORDS, *_UNITS))
        self._picked = itemgetter(*places)

    def picked(self, row: Row) -> tuple[str, ...]:
        """The cells of _WORDS and _UNITS; "" where there are none."""
        return tuple(cell.strip() for cell in self._picked([*row.cells, ""]))

    def doubtful(self, row: Row) -> str | None:
        """The first column that is read here and whose cell can be meant in two ways."""
        return next((name for name, at in self._places.items() if at in row.doubtful), None)

    def cell(self, row: Row, name: str) -> str:
        """A cell by the name of its column."""
        return row.cells[self._places[name]]

    def first_lines(self) -> dict[str, int]:
        """The first line of each date as it's written, broken ones aside; raises `InvalidInput`."""
        if not self.rows:
            raise InvalidInput({"file": "has no line below the first"}, advice=_ASK_FOR)
        found: dict[str, int] = {}
        for row in self.rows:
            if not row.problem:
                found.setdefault(row.cells[self._date].strip(), row.number)
        return found


def _plain(name: str) -> str:
    """A column's name as Amazon spells it here or there: with blanks, without, or with bars."""
    return re.sub(r"[^a-z]", "", name.lower())


def _calendar(written: Mapping[str, int], today: date, dates: DateOrder | None) -> dict[str, date]:
    """What day each date is; decided by all of them together."""
    readings = [
        {text: _date(text, order) for text in written}
        for order in ([dates] if dates else DateOrder)
    ]
    wrong = [
        {t for t, day in reading.items() if day is None or day > today} for reading in readings
    ]
    fewest = min(map(len, wrong))
    if fewest:
        raise _not_dates(written, wrong[[*map(len, wrong)].index(fewest)])
    readable = [
        {text: day for text, day in reading.items() if day is not None}
        for reading, bad in zip(readings, wrong, strict=True)
        if not bad
    ]
    if any(reading != readable[0] for reading in readable):
        text = next(t for t in written if readable[0][t] != readable[-1][t])
        raise InvalidInput(
            {f"line {written[text]}": f"Date {text} can be read in two ways"},
            advice="Say whether its days or its months come first, or import a report that has a "
            "day after the 12th. On the command line: --dates day-first or --dates month-first.",
        )
    return readable[0]


def _not_dates(written: Mapping[str, int], wrong: Collection[str]) -> InvalidInput:
    problems = Problems()
    for text in sorted(wrong, key=lambda each: written[each]):
        problems.add(written[text], f"Date {text!r} is no day up to today")
    return problems.error(f"{_ASK_FOR} {_CORRECT}")


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
        self._problems = Problems()

    def add(self, row: Row) -> None:
        """Counts a line, or notes what is wrong with it."""
        if problem := row.problem or self._repeated(row):
            self._problems.add(row.number, problem)
            return
        day, sku, disposition, location, *units = self._file.picked(row)
        kind = re.sub("[^A-Z]+", "_", disposition.upper())
        if problem := self._doubt(row) or _unreadable(sku, disposition, kind, units):
            self._problems.add(row.number, problem)
        elif location.upper() in self._elsewhere:
            self._ignored[location.upper()] += 1
        else:
            key = self._calendar[day], sku, kind == "SELLABLE"
            counts = [int(cell or 0) for cell in units]
            so_far = self._sums.get(key)
            self._sums[key] = [*map(add, so_far, counts)] if so_far else counts

    def ledger(self) -> Ledger:
        """The sums; raises `InvalidInput` when anything was wrong."""
        if self._problems.found:
            raise self._problems.error(_CORRECT)
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
        return Ledger(tuple(self._day(*thing) for thing in things), self._ignored.total())

    def _day(self, day: date, sku: str) -> LedgerDay:
        nothing = [0] * len(_UNITS)
        good = dict(zip(_UNITS, self._sums.get((day, sku, True), nothing), strict=True))
        bad = dict(zip(_UNITS, self._sums.get((day, sku, False), nothing), strict=True))
        # Taken back is not sold: more than was shipped can be taken back on a day.
        shipped = max(0, -good["Customer Shipments"] - bad["Customer Shipments"])
        return LedgerDay(
            day=day,
            seller_sku=sku,
            sellable=good["Ending Warehouse Balance"],
            unsellable=bad["Ending Warehouse Balance"],
            in_transit=good["In Transit Between Warehouses"] + bad["In Transit Between Warehouses"],
            receipts=good["Receipts"] + bad["Receipts"],
            customer_shipments=shipped,
            customer_returns=good["Customer Returns"] + bad["Customer Returns"],
            found=good["Found"],
            lost=-good["Lost"],
            damaged=-good["Damaged"],
            disposed=-good["Disposed"],
            returned=good["Customer Returns"],
            vendor_returns=-good["Vendor Returns"],
            transferred=good["Warehouse Transfer In/Out"],
            other=good["Other Events"] + good["Customer Shipments"] + shipped,
            unknown=good["Unknown Events"],
            came_unsellable=bad["Receipts"],
        )

    def _repeated(self, row: Row) -> str | None:
        first = self._seen.setdefault(hash(tuple(map(str.strip, row.cells))), row.number)
        return f"is the same as line {first}" if first != row.number else None

    def _doubt(self, row: Row) -> str | None:
        if not row.doubtful or (name := self._file.doubtful(row)) is None:
            return None
        return f"{name}: {DOUBTFUL.format(self._file.cell(row, name))}"


def _unreadable(sku: str, disposition: str, kind: str, units: list[str]) -> str | None:
    if not sku or not disposition:
        return f"{'Disposition' if sku else 'MSKU'} is empty"
    if kind not in _DISPOSITIONS:
        return f"Disposition {disposition!r} is none of {', '.join(sorted(_DISPOSITIONS))}"
    if _GUESSED in sku:
        return "MSKU has letters that the file leaves open: save it as UTF-8, or say --encoding"
    if len(sku) > _LONGEST_SKU or not sku.isprintable():
        return f"MSKU {sku[:_LONGEST_SKU]!r} can't be a SKU"
    if not _ALL_WHOLE.fullmatch("\t".join(units)):
        cells = zip(_UNITS, units, strict=True)
        name, text = next(cell for cell in cells if not _WHOLE.fullmatch(cell[1]))
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


def _news(
    store: Store, days: Sequence[LedgerDay], moved: Mapping[tuple[int, str], tuple[int, ...]]
) -> list[LedgerDay]:
    """Those days of which the store doesn't know the same already."""
    c = inventory_days.c
    query = select(c.day, skus.c.seller_sku, c.receipts, c.customer_shipments)
    stored = _by_key(store, query.join(skus, c.sku_id == skus.c.sku_id), c.day, days)
    return [
        entry
        for entry in days
        if stored.get(_key(entry)) != (entry.receipts, entry.customer_shipments)
        or moved.get(_key(entry), ()) != _moves(entry)
    ]


def _moved(store: Store, days: Sequence[LedgerDay]) -> dict[tuple[int, str], tuple[int, ...]]:
    """What else the store knows of these days, by day and SKU; most have nothing."""
    c = inventory_moves.c
    query = select(c.day, skus.c.seller_sku, *(c[name] for name in LEDGER_MOVEMENTS))
    stored = _by_key(store, query.join(skus, c.sku_id == skus.c.sku_id), c.day, days)
    return {key: values for key, values in stored.items() if any(values)}


def _by_key(
    store: Store, query: Any, at: Column[int], days: Sequence[LedgerDay]
) -> dict[tuple[int, str], tuple[Any, ...]]:
    first, last = _number(days[0].day), _number(days[-1].day)
    rows: Sequence[Any] = store.read(query.where(*store.mine(skus), at.between(first, last)))
    return {(day, sku): tuple(values) for day, sku, *values in rows}


def _key(entry: LedgerDay) -> tuple[int, str]:
    return _number(entry.day), entry.seller_sku


def _moves(entry: LedgerDay) -> tuple[int, ...]:
    """The day's movements; empty when there were none, as no row is kept of that."""
    return entry.movements if any(entry.movements) else ()


def _ids(store: Store, connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """The number of each SKU; those without one get it."""
    query = select(skus.c.seller_sku, skus.c.sku_id).where(*store.mine(skus))
    ids = {row[0]: row[1] for row in connection.execute(query)}
    fresh = [name for name in names if name not in ids]
    if fresh:
        rows = [{**store.scope, "seller_sku": name} for name in fresh]
        connection.execute(store.insert(skus).on_conflict_do_nothing(), rows)
        ids = {row[0]: row[1] for row in connection.execute(query)}
    return ids


def _write(
    store: Store,
    connection: Connection,
    table: Table,
    changed: Sequence[str],
    rows: Iterator[Values],
) -> None:
    """Writes days of SKUs into a table; of those that are there these columns change."""
    insert = store.insert(table)
    insert = insert.on_conflict_do_update(
        index_elements=["day", "sku_id"],
        set_={name: insert.excluded[name] for name in changed},
    )
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert, some)


def _moves_row(day: LedgerDay, sku_id: int) -> Values:
    moved = dict(zip(LEDGER_MOVEMENTS, day.movements, strict=True))
    return {"day": _number(day.day), "sku_id": sku_id, **moved}


def _row(day: LedgerDay, sku_id: int) -> Values:
    # A balance below 0 is an open question of Amazon's books, but no stock.
    told: dict[str, Any] = {
        "fulfillable_quantity": max(0, day.sellable),
        "pending_transshipment_quantity": max(0, day.in_transit),
        "unfulfillable_quantity": max(0, day.unsellable),
        "receipts": day.receipts,
        "customer_shipments": day.customer_shipments,
    }
    return {"day": _number(day.day), "sku_id": sku_id, **_NOTHING, **told}


def _number(day: date) -> int:
    return (day - EPOCH).days
