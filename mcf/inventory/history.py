"""Stock day by day and week by week: recorded after each read, and read as what a seller asks of
the past.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Label,
    and_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
)

from mcf.inventory.demand import WINDOW, Numbers, Past, Truths
from mcf.store.database import AT_ONCE, Store
from mcf.store.tables import (
    DAY_QUANTITIES,
    LEDGER_MOVEMENTS,
    inventory,
    inventory_days,
    inventory_moves,
    inventory_weeks,
    skus,
)

LONGEST_GAP = 4
"""Days without a record over which what left is still known, as a sum: a long weekend."""
EPOCH = date(1970, 1, 1)
Lines = npt.NDArray[np.int64]
_days = inventory_days.c
SOLD: ColumnElement[Any] = func.coalesce(_days.customer_shipments, _days.left_units)
"""Units that left on a day; NULL where that isn't known."""
IN_STOCK: ColumnElement[Any] = case(
    (_days.customer_shipments.is_(None), _days.days_in_stock),
    (_days.left_units.is_not(None), case((_days.days_in_stock > 0, 1), else_=0)),
    else_=case((_days.fulfillable_quantity + SOLD > 0, 1), else_=0),
)
"""Days in stock that a stored day stands for: some could be sold when it began or ended.

Of a day that was recorded, that is told by the units that could ship. Amazon's ledger report
doesn't tell reserved units apart, so of a day that only it knows all sellable units count.
"""
RECORDED = or_(_days.customer_shipments.is_(None), _days.days_in_stock.is_not(None))
"""Whether a stored day was recorded from Amazon's stock; else only the ledger report told it."""
_weeks = inventory_weeks.c
_UNITS: ColumnElement[Any] = case((IN_STOCK > 0, SOLD), else_=0)
_SAME = _days.sku_id == skus.c.sku_id


def sum_weeks(store: Store, connection: Connection, first: int, last: int) -> None:
    """Sums the whole weeks before the last day anew, from that of the first day or earlier.

    To be called when days from `first` to `last` were written.
    """
    summed = connection.execute(_last(store)).scalar()
    begin = 0 if summed is None else min(first // 7, summed + 1)
    end = last // 7 if summed is None else max(last // 7, summed + 1)
    mine = select(skus.c.sku_id).where(*store.mine(skus))
    connection.execute(
        delete(inventory_weeks).where(
            _weeks.week >= begin, _weeks.week < end, _weeks.sku_id.in_(mine)
        )
    )
    week = _days.day // 7
    sums = (
        select(
            week,
            _days.sku_id,
            func.sum(_UNITS),
            func.sum(IN_STOCK),
        )
        .where(_days.day >= begin * 7, _days.day < end * 7, SOLD.is_not(None))
        .where(_days.sku_id.in_(mine))
        .group_by(week, _days.sku_id)
    )
    insert = store.insert(inventory_weeks).from_select(list(_weeks.keys()), sums)
    changed = {name: insert.excluded[name] for name in ("units", "days_in_stock")}
    # On PostgreSQL another process may have summed the same week since the deletion.
    connection.execute(
        insert.on_conflict_do_update(index_elements=["week", "sku_id"], set_=changed)
    )


def day_of(moment: datetime) -> int:
    """The day of a moment."""
    return (moment.astimezone(UTC).date() - EPOCH).days


def number_of(day: date) -> int:
    """The number of a date: the inverse of `date_of`."""
    return (day - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day."""
    return EPOCH + timedelta(days=day)


def midnight(day: int) -> datetime:
    """The moment at which a day begins, in UTC."""
    return datetime.combine(date_of(day), time(), UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What left of an account's SKUs: a line of `past` for each of `names`.

    `lines` are those of SKUs by their numbers, -1 where there's none; `is_told` says of which SKUs
    anything is known.
    """

    names: pd.Index[str]
    past: Past
    lines: Lines
    is_told: Truths


class History:
    """The past days of an account's stock in one marketplace; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recorded: tuple[int, tuple[int, ...]] | None = None
        self._span: tuple[tuple[int, ...], tuple[int, int] | None] | None = None

    def revision(self) -> tuple[int, ...]:
        """Grows when days before today change, as they do when a ledger report is imported."""
        return self._store.revision(inventory_weeks)

    def record(self, day: int, without: Collection[str] = ()) -> bool:
        """Whether the day's stock was written: the stock as it is now, over an earlier record.

        Nothing is written of the SKUs `without`, whose counts weren't told.
        """
        state = (day, self._store.revision(inventory))
        if state == self._recorded or len(without) > AT_ONCE:
            return False
        # When a day begins, a reading that went on over midnight has changed the one before.
        changed = (inventory_days,) if self._is_recorded(day) else (inventory_days, inventory_weeks)
        with self._store.writing(*changed) as connection:
            self._name_skus(connection)
            connection.execute(self._of_today(connection, day, without))
            sum_weeks(self._store, connection, day, day)
        self._recorded = state
        return True

    def span(self) -> tuple[int, int] | None:
        """The first and the last day that is known; None when none is."""
        revision, known = self._store.revision(inventory_days), self._span
        if known is None or known[0] != revision:
            known = self._span = (revision, self._find_span())
        return known[1]

    def _find_span(self) -> tuple[int, int] | None:
        query = (
            select(_days.day).join_from(inventory_days, skus, _SAME).where(*self._mine()).limit(1)
        )
        first = self._read(query.order_by(_days.day))
        last = self._read(query.order_by(_days.day.desc()))
        return (int(first[0][0]), int(last[0][0])) if first else None

    def told_days(self, since: int, until: int) -> frozenset[int]:
        """The days from `since` to before `until` of which it's known what left.

        What left over up to LONGEST_GAP days is known of each of them; of a single SKU that was
        new on a day it isn't.
        """
        days, before = set[int](), since - LONGEST_GAP - 1
        for day in range(since - LONGEST_GAP, until):
            if not self._is_recorded(day):
                continue
            if self._is_recorded(day, SOLD.is_not(None)):
                gap = day - before
                days |= set(range(before + 1, day + 1)) if gap <= LONGEST_GAP else {day}
            before = day
        return frozenset(day for day in days if day >= since)

    def demand(
        self, today: int, windows: Sequence[int], known: Known | None = None
    ) -> pd.DataFrame:
        """Indexed by `seller_sku`: `units_N` that left in the last N days, `days_N` in stock.

        Today isn't counted: it isn't over. Days of which it isn't known what left aren't either.
        `known` is what `known` tells of today, if that was read already.
        """
        known = known or self.known(today)
        past, within, missing = known.past, {}, {}
        for window in windows:
            inside = within[window] = past.ago + past.length - 1 <= window
            spans = zip(past.ago[inside].astype(int), past.length[inside].astype(int), strict=True)
            told = {today - ago - back for ago, length in spans for back in range(length)}
            missing[window] = set(range(today - window, today)) - told
        sums = {
            window: np.stack([past.units[:, inside].sum(axis=1), past.days[:, inside].sum(axis=1)])
            for window, inside in within.items()
        }
        is_told = known.is_told.copy()
        for day in sorted(set().union(*missing.values())):
            lines, *values = self._sold_on(day, known.lines)
            is_told[lines] = True
            for window in (window for window in windows if day in missing[window]):
                sums[window][:, lines] += np.stack(values)
        columns = [f"{what}_{window}" for window in windows for what in ("units", "days")]
        frame = pd.DataFrame(np.vstack([sums[window] for window in windows]).T, columns=columns)
        return frame.set_index(known.names)[is_told]

    def sku(self, seller_sku: str, since: int) -> pd.DataFrame:
        """The days of one SKU, oldest first.

        Columns `day` (midnight, UTC), DAY_QUANTITIES, `sold` (units that left; NaN if not known),
        `receipts` (NaN where no ledger told the day), LEDGER_MOVEMENTS, `in_stock` and `recorded`
        (bool; False where only the ledger told it), `customer_shipments` (NaN as receipts).
        """
        names = (*DAY_QUANTITIES, "receipts", "customer_shipments", "left_units")
        moves = inventory_moves.c
        same = and_(moves.day == _days.day, moves.sku_id == _days.sku_id)
        query = (
            select(
                _days.day,
                *(_days[name] for name in names),
                *(func.coalesce(moves[name], 0) for name in LEDGER_MOVEMENTS),
                IN_STOCK > 0,
                RECORDED,
            )
            .outerjoin_from(inventory_days, inventory_moves, same)
            .where(
                _days.sku_id.in_(self._numbers([seller_sku]).values()),
                _days.day.in_(self._days(since)),
            )
            .order_by(_days.day)
        )
        columns = ["day", *names, *LEDGER_MOVEMENTS, "in_stock", "recorded"]
        frame = pd.DataFrame(self._read(query), columns=columns)
        frame = frame.astype(dict.fromkeys(("receipts", "customer_shipments", "left_units"), float))
        frame["sold"] = frame["customer_shipments"].fillna(frame["left_units"])
        frame["in_stock"] = frame["in_stock"].fillna(0).astype(bool)
        frame["recorded"] = frame["recorded"].astype(bool)
        frame["day"] = _midnights(frame["day"])
        return frame.drop(columns="left_units")

    def inbound(
        self, seller_skus: Collection[str], since: int, until: int
    ) -> Iterator[tuple[str, int, int, int, int]]:
        """SKU, day, units announced, shipped and being received, of days that were recorded.

        From `since` to before `until`, by day. Amazon's ledger report knows none of these.
        """
        numbers = self._numbers(list(seller_skus))
        names = {number: sku for sku, number in numbers.items()}
        wanted = list(names)
        days = [day for day in self._days(since) if day < until]
        recorded = or_(_days.customer_shipments.is_(None), _days.days_in_stock.is_not(None))
        for first in range(0, len(wanted), AT_ONCE):
            query = (
                select(
                    _days.sku_id,
                    _days.day,
                    _days.inbound_working_quantity,
                    _days.inbound_shipped_quantity,
                    _days.inbound_receiving_quantity,
                )
                .where(_days.day.in_(days), _days.sku_id.in_(wanted[first : first + AT_ONCE]))
                .where(recorded)
                .order_by(_days.day)
            )
            for number, *rest in self._read(query):
                yield (names[number], *rest)

    def known(self, today: int) -> Known:
        """What left of all SKUs, by name, in whole weeks and on the days after them.

        From the week on that was partly within the last WINDOW days.
        """
        names = self._names()
        lines = np.full(max(names, default=0) + 1, -1)
        lines[list(names)] = np.arange(len(names))
        first = today // 7 - WINDOW // 7
        summed = self._read(_last(self._store))
        weeks = range(first, max(first, min(summed[0][0] + 1 if summed else 0, today // 7)))
        days = range(weeks.stop * 7, today)
        values = np.zeros((2, len(names), len(weeks) + len(days)))
        is_told = np.zeros(len(names), dtype=bool)
        stored = self._store.columns(inventory_weeks, list(_weeks.keys()), _weeks.week.in_(weeks))
        at, mine = _lines_of(stored["sku_id"], lines)
        is_told[at] = True
        column = stored["week"][mine] - first
        values[:, at, column] = stored["units"][mine], stored["days_in_stock"][mine]
        for day in days:
            at, *sold = self._sold_on(day, lines)
            is_told[at] = True
            values[:, at, day - days.start + len(weeks)] = sold
        ago = [today - 7 * week - 6 for week in weeks] + [today - day for day in days]
        length = [7.0] * len(weeks) + [1.0] * len(days)
        past = Past(np.array(ago, dtype=float), np.array(length), *values)
        index = pd.Index(list(names.values()), dtype="str", name="seller_sku")
        return Known(index, past, lines, is_told)

    def _sold_on(self, day: int, lines: Lines) -> tuple[Lines, Lines, Lines]:
        """Of a day: the lines of SKUs of which it's known what left, units, and days in stock."""
        wanted: list[str | Label[Any]] = ["sku_id", _UNITS.label("units"), IN_STOCK.label("days")]
        known = self._store.columns(inventory_days, wanted, _days.day == day, SOLD.is_not(None))
        at, mine = _lines_of(known["sku_id"], lines)
        return at, known["units"][mine], known["days"][mine]

    def names(self, most: int) -> list[str]:
        """Some of the SKUs with a past, the first by name."""
        wanted = select(skus.c.seller_sku).where(*self._mine()).order_by(skus.c.seller_sku)
        return [str(row[0]) for row in self._read(wanted.limit(most))]

    def sold(
        self, since: int, until: int, *, only: Collection[str] | None = None, most: int = 1000
    ) -> tuple[Numbers, Truths]:
        """Units sold and whether in stock: a line per SKU, a column per day from `since` on.

        Up to the day before `until`; of the named SKUs, in their order, or of as many as `most`, by
        their names. What left over several days is spread over them; a day that isn't known counts
        as not in stock.
        """
        if only is None:
            wanted = select(skus.c.sku_id).where(*self._mine()).order_by(skus.c.seller_sku)
            numbers = {row[0]: line for line, row in enumerate(self._read(wanted.limit(most)))}
        else:
            named = self._numbers(list(only))
            numbers = {named[name]: line for line, name in enumerate(only)}
        units = np.zeros((len(numbers), max(0, until - since)))
        there = np.zeros(units.shape, dtype=bool)
        ids = list(numbers)
        for begin in range(0, len(ids), AT_ONCE):
            query = select(_days.sku_id, _days.day, SOLD, IN_STOCK).where(
                _days.sku_id.in_(ids[begin : begin + AT_ONCE]),
                _days.day.in_(range(since, until)),
                SOLD.is_not(None),
                IN_STOCK > 0,
            )
            named, day, left, days = _numbers_of(self._read(query), 4)
            lines = np.array([numbers[sku_id] for sku_id in named.tolist()], dtype=int)
            for back in range(days.max(initial=0)):
                some = (back < days) & (day - back >= since)
                units[lines[some], day[some] - back - since] = left[some] / days[some]
                there[lines[some], day[some] - back - since] = True
        return units, there

    def totals(self, since: int, until: int) -> pd.DataFrame:
        """Each day's sums over all SKUs, up to the day before `until`.

        Columns `day` (midnight, UTC), DAY_QUANTITIES, `sold`, `out_of_stock` (SKUs), `recorded`.

        `recorded` is False for a day of which only the ledger report told: it knows neither inbound
        nor researched units, and counts reserved ones among those that can ship.
        """
        sold = func.sum(func.coalesce(_days.customer_shipments, _days.left_units))
        query = (
            select(
                _days.day,
                *(func.sum(_days[name]) for name in DAY_QUANTITIES),
                sold,
                func.sum(case((_days.fulfillable_quantity <= 0, 1), else_=0)),
                func.max(case((RECORDED, 1), else_=0)),
            )
            .join_from(inventory_days, skus, _SAME)
            .where(*self._mine(), _days.day >= since, _days.day < until)
            .group_by(_days.day)
            .order_by(_days.day)
        )
        columns = ["day", *DAY_QUANTITIES, "sold", "out_of_stock", "recorded"]
        frame = pd.DataFrame([[*row] for row in self._read(query)], columns=columns)
        frame = frame.astype(dict.fromkeys(columns[1:-1], "float64") | {"recorded": "bool"})
        frame["day"] = _midnights(frame["day"])
        return frame

    def levels(self, seller_skus: Collection[str], since: int) -> dict[str, list[int]]:
        """What could ship on each recorded day since then, by SKU, oldest first."""
        levels: dict[str, list[int]] = {sku: [] for sku in seller_skus}
        numbers = self._numbers(list(levels))
        names = {number: sku for sku, number in numbers.items()}
        days, wanted = self._days(since), list(names)
        for first in range(0, len(wanted), AT_ONCE):
            query = (
                select(_days.sku_id, _days.fulfillable_quantity)
                .where(_days.day.in_(days), _days.sku_id.in_(wanted[first : first + AT_ONCE]))
                .order_by(_days.day)
            )
            for number, units in self._read(query):
                levels[names[number]].append(int(units))
        return levels

    def on_days(self, days: Iterable[int], names: Sequence[str]) -> Iterator[Numbers]:
        """What could ship on each of the days, a number per named SKU; NaN where none is known."""
        numbered = self._store.columns(skus, ["sku_id", "seller_sku"])
        at = pd.Index(pd.Series(names, dtype="str")).get_indexer(numbered["seller_sku"])
        lines = np.full(numbered["sku_id"].max(initial=0) + 1, -1)
        lines[numbered["sku_id"]] = at
        columns = ["sku_id", "fulfillable_quantity"]
        for day in days:
            stored = self._store.columns(inventory_days, columns, _days.day == day)
            ids, units = stored["sku_id"], np.full(len(names) + 1, np.nan)
            there = ids < len(lines)
            # The last place takes what isn't asked for: other accounts' SKUs, and old ones.
            units[lines[ids[there]]] = stored["fulfillable_quantity"][there]
            units[-1] = np.nan
            yield units[:-1]

    def standing(self, today: int, places: Sequence[str], since_days: int = 120) -> pd.DataFrame:
        """How long units had been in a place until yesterday.

        Columns `seller_sku`, `place`, `units`, `days`: on each recorded day from `days` days ago
        until yesterday at least `units` were there. Of `since_days` days at most.
        """
        numbered = self._store.columns(skus, ["sku_id", "seller_sku"])
        size = int(numbered["sku_id"].max(initial=0)) + 1
        mine = np.zeros(size, dtype=bool)
        mine[numbered["sku_id"]] = True
        runs = {place: _Run.of(mine) for place in places}
        some = or_(*(_days[place] > 0 for place in places))
        for day in range(today - 1, today - since_days - 1, -1):
            if not any(run.goes_on.any() for run in runs.values()):
                break
            on_that_day = [_days.day == day, some]
            left = np.flatnonzero(np.any([run.goes_on for run in runs.values()], axis=0))
            if len(left) <= AT_ONCE:
                # So they name rows of the key, and the others of the day aren't read.
                on_that_day.append(_days.sku_id.in_(left.tolist()))
            recorded = self._store.columns(inventory_days, ["sku_id", *places], *on_that_day)
            there = recorded["sku_id"] < size
            if not mine[recorded["sku_id"][there]].any() and not self._is_recorded(day):
                continue
            for place, run in runs.items():
                units = np.zeros(size)
                units[recorded["sku_id"][there]] = recorded[place][there]
                run.add(units, today - day)
        names = pd.Series(numbered["seller_sku"], index=numbered["sku_id"])
        lines = [run.lines(place, names) for place, run in runs.items()]
        return pd.concat(lines, ignore_index=True)

    def late(self, today: int, waits: Mapping[str, int]) -> pd.DataFrame:
        """What has been in a place on each recorded day of as many as are named for it.

        Columns `seller_sku`, `place`, `units` (the fewest on any of these days), `days`.
        """
        names, lines = self._names(), []
        for place, wait in waits.items():
            days = [day for day in range(today - wait, today) if self._is_recorded(day)]
            query = (
                select(_days.sku_id, func.min(_days[place]))
                .where(_days.day.in_(days), _days[place] > 0)
                .group_by(_days.sku_id)
                .having(func.count() == len(days))
            )
            if today - wait in days:
                lines += [(names[n], place, u, wait) for n, u in self._read(query) if n in names]
        frame = pd.DataFrame(lines, columns=["seller_sku", "place", "units", "days"])
        return frame.astype({"seller_sku": "str", "place": "str", "units": int, "days": int})

    def on_hand(self, seller_skus: Collection[str], since: int, until: int) -> pd.DataFrame:
        """Indexed by `seller_sku`: the `mean` of the units in the warehouses that can be sold, over
        the recorded days from `since` on, and the `days` from the first of them.

        Up to the day before `until`. Those in transfer and being processed count.
        """
        there = _days.fulfillable_quantity + _days.pending_transshipment_quantity
        units = func.sum(there + _days.fc_processing_quantity)
        numbers = self._numbers(list(seller_skus))
        names, wanted, rows = {n: sku for sku, n in numbers.items()}, list(numbers.values()), []
        for first in range(0, len(wanted), AT_ONCE):
            some = _days.sku_id.in_(wanted[first : first + AT_ONCE])
            query = select(_days.sku_id, units, func.count(), func.min(_days.day)).group_by(
                _days.sku_id
            )
            query = query.where(_days.day.in_(range(since, until)), some)
            rows += [(names[n], u / count, until - day) for n, u, count, day in self._read(query)]
        frame = pd.DataFrame(rows, columns=["seller_sku", "mean", "days"])
        return frame.astype({"seller_sku": "str", "mean": float, "days": float}).set_index(
            "seller_sku"
        )

    def _is_recorded(self, day: int, *where: ColumnElement[bool]) -> bool:
        mine = select(_days.day).join_from(inventory_days, skus, _SAME)
        on_that_day = _days.day == day
        return bool(self._read(mine.where(*self._mine(), on_that_day, *where).limit(1)))

    def _numbers(self, names: Sequence[str]) -> dict[str, int]:
        """The numbers of SKUs by name, of those that have one."""
        numbers: dict[str, int] = {}
        for first in range(0, len(names), AT_ONCE):
            some = skus.c.seller_sku.in_(names[first : first + AT_ONCE])
            query = select(skus.c.seller_sku, skus.c.sku_id).where(*self._mine(), some)
            numbers |= {row[0]: row[1] for row in self._read(query)}
        return numbers

    def _days(self, since: int) -> Sequence[int]:
        """All days from then on; with a SKU they name rows of the key, a range would be read."""
        span = self.span()
        return range(max(since, span[0]), span[1] + 1) if span else []

    def _name_skus(self, connection: Connection) -> None:
        scope = (skus.c.account == inventory.c.account) & (
            skus.c.marketplace_id == inventory.c.marketplace_id
        )
        named = select(skus.c.sku_id).where(scope, skus.c.seller_sku == inventory.c.seller_sku)
        fresh = select(
            inventory.c.account, inventory.c.marketplace_id, inventory.c.seller_sku
        ).where(*self._store.mine(inventory), ~named.exists())
        columns = ["account", "marketplace_id", "seller_sku"]
        connection.execute(
            self._store.insert(skus).from_select(columns, fresh).on_conflict_do_nothing()
        )

    def _of_today(self, connection: Connection, day: int, without: Collection[str]) -> Any:
        before = inventory_days.alias("before")
        last = connection.execute(
            select(func.max(_days.day))
            .join_from(inventory_days, skus, _SAME)
            .where(*self._mine(), _days.day < day)
        ).scalar()
        gap = day - last if last is not None else 0
        left, stocked = (
            _left(before, gap) if 0 < gap <= LONGEST_GAP else (literal(None), literal(0))
        )
        now = inventory.c
        columns = {
            "day": literal(day),
            "sku_id": skus.c.sku_id,
            **{name: now[name] for name in DAY_QUANTITIES},
            "left_units": left,
            "days_in_stock": stocked,
        }
        same = and_(
            skus.c.account == now.account,
            skus.c.marketplace_id == now.marketplace_id,
            skus.c.seller_sku == now.seller_sku,
        )
        yesterday = and_(before.c.sku_id == skus.c.sku_id, before.c.day == (last or 0))
        rows = (
            select(*columns.values())
            .select_from(inventory)
            .join(skus, same)
            .outerjoin(before, yesterday)
            .where(*self._store.mine(inventory), now.seller_sku.not_in(without), _is_told())
        )
        insert = self._store.insert(inventory_days).from_select(list(columns), rows)
        news = insert.excluded
        changed: dict[str, Any] = {
            name: news[name] for name in columns if name not in ("day", "sku_id")
        }
        # The ledger report may have come in since: what left was known before it did.
        unknown = news.left_units.is_(None)
        changed["left_units"] = func.coalesce(news.left_units, _days.left_units)
        changed["days_in_stock"] = case(
            (unknown, func.coalesce(_days.days_in_stock, news.days_in_stock)),
            else_=news.days_in_stock,
        )
        return insert.on_conflict_do_update(index_elements=["day", "sku_id"], set_=changed)

    def _mine(self) -> list[ColumnElement[bool]]:
        return self._store.mine(skus)

    def _names(self) -> dict[int, str]:
        query = select(skus.c.sku_id, skus.c.seller_sku).where(*self._mine())
        return {row[0]: row[1] for row in self._read(query)}

    def _read(self, query: Any) -> Sequence[Any]:
        return self._store.read(query)


def _last(store: Store) -> Any:
    """The newest week that was summed; all before it were, too."""
    return (
        select(_weeks.week)
        .join_from(inventory_weeks, skus, _weeks.sku_id == skus.c.sku_id)
        .where(*store.mine(skus))
        .order_by(_weeks.week.desc())
        .limit(1)
    )


def _lines_of(ids: Lines, lines: Lines) -> tuple[Lines, Truths]:
    """The lines of those of the numbers of SKUs that have one, and which these are."""
    at = np.where(ids < len(lines), lines[np.minimum(ids, len(lines) - 1)], -1)
    return at[at >= 0], at >= 0


@dataclass(slots=True)
class _Run:
    """For each SKU by its number: how many days back units were always there, and how many."""

    goes_on: Truths
    days: npt.NDArray[np.int64]
    fewest: Numbers

    @classmethod
    def of(cls, wanted: Truths) -> _Run:
        return cls(wanted.copy(), np.zeros(len(wanted), dtype=int), np.full(len(wanted), np.inf))

    def add(self, units: Numbers, days_ago: int) -> None:
        """Goes on with the units of an earlier day."""
        self.goes_on &= units > 0
        self.days[self.goes_on] = days_ago
        self.fewest[self.goes_on] = np.minimum(self.fewest, units)[self.goes_on]

    def lines(self, place: str, names: pd.Series[str]) -> pd.DataFrame:
        """A line for each SKU that had units there yesterday: see `History.standing`."""
        numbers = np.flatnonzero(self.days)
        return pd.DataFrame(
            {
                "seller_sku": names.loc[pd.Index(numbers)].to_numpy(),
                "place": pd.Series(place, index=range(len(numbers)), dtype="str"),
                "units": self.fewest[numbers].astype("int64"),
                "days": self.days[numbers].astype("int64"),
            }
        ).astype({"seller_sku": "str"})


def _is_told() -> ColumnElement[bool]:
    """Whether a SKU's counts that are kept of a day were ever told."""
    names = literal(" ") + inventory.c.untold + literal(" ")
    told = (~names.contains(f" {name} ", autoescape=True) for name in DAY_QUANTITIES)
    return inventory.c.untold.is_(None) | and_(*told)


def _left(before: Any, gap: int) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Units that left since the day before, and on how many days in stock that's known."""
    now = inventory.c
    total_before = sum((before.c[name] for name in DAY_QUANTITIES), literal(0))
    total_now = sum((now[name] for name in DAY_QUANTITIES), literal(0))
    announced = now.inbound_working_quantity - before.c.inbound_working_quantity
    drop = total_before - total_now + case((announced > 0, announced), else_=0)
    # A day from the ledger has no inbound, so what left since then can't be told.
    comparable = before.c.day.is_not(None) & before.c.customer_shipments.is_(None)
    left = case((comparable & (drop > 0), drop), (comparable, 0), else_=None)
    there = (before.c.fulfillable_quantity > 0) | (now.fulfillable_quantity > 0)
    return left, case((comparable & there, gap), else_=0)


def _numbers_of(rows: Sequence[Any], columns: int) -> npt.NDArray[np.int64]:
    """Rows of whole numbers as columns."""
    return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, columns).T


def _midnights(days: pd.Series[Any]) -> pd.DatetimeIndex:
    numbers = np.asarray(days, dtype="int64")
    return pd.DatetimeIndex(numbers.astype("datetime64[D]").astype("datetime64[us]"), tz="UTC")
