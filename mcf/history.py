"""Stock day by day: recorded after each read, and read as what a seller asks of the past.

A day is the number of days since 1970-01-01 in UTC, of Amazon's time. Of each SKU and day the last
reading is kept, and what left since the day before: the drop of its total, less what was newly
announced. Only Amazon's ledger report (`customer_shipments`) tells sales apart from removals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from mcf import weeks
from mcf.store import AT_ONCE, Store
from mcf.tables import DAY_QUANTITIES, inventory, inventory_days, skus

LONGEST_GAP = 4
"""Days without a record over which what left is still known, as a sum: a long weekend."""

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1)


def day_of(moment: datetime) -> int:
    """The day of a moment."""
    return (moment.astimezone(UTC).date() - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day."""
    return EPOCH + timedelta(days=day)


class History:
    """The past days of an account's stock in one marketplace; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recorded: tuple[int, tuple[int, ...]] | None = None

    def revision(self) -> tuple[int, ...]:
        """Grows with every change of a past day."""
        return self._store.revision(inventory_days)

    def record(self, day: int) -> bool:
        """Whether the day's stock was written: the stock as it is now, over an earlier record."""
        state = (day, self._store.revision(inventory))
        if state == self._recorded:
            return False
        with self._store.writing(inventory_days) as connection:
            self._name_skus(connection)
            connection.execute(self._of_today(connection, day))
            weeks.renew(self._store, connection, day, day)
        self._recorded = state
        return True

    def span(self) -> tuple[int, int] | None:
        """The first and the last day that is known; None when none is."""
        query = select(func.min(inventory_days.c.day), func.max(inventory_days.c.day))
        first, last = self._read(query.join_from(inventory_days, skus, _SAME).where(*self._mine()))[
            0
        ]
        return None if first is None else (int(first), int(last))

    def demand(self, today: int, windows: Sequence[int]) -> pd.DataFrame:
        """Indexed by `seller_sku`: `units_N` that left in the last N days, `days_N` in stock.

        Today isn't counted: it isn't over. Days of which it isn't known what left aren't either.
        """
        names = self._names()
        sums = weeks.demand(self._store, today, windows)
        found = [(names[row[0]], *row[1:]) for row in sums if row[0] in names]
        columns = ["seller_sku", *(c for w in windows for c in (f"units_{w}", f"days_{w}"))]
        frame = pd.DataFrame(found, columns=columns)
        return frame.astype(dict.fromkeys(columns[1:], "float64")).set_index("seller_sku")

    def sku(self, seller_sku: str, since: int) -> pd.DataFrame:
        """The days of one SKU, oldest first.

        Columns `day` (midnight, UTC), DAY_QUANTITIES, `sold` (units that left; NaN if not known),
        `receipts` (NaN if not known), `in_stock` (bool).
        """
        c = inventory_days.c
        names = (*DAY_QUANTITIES, "receipts", "customer_shipments", "left_units")
        query = (
            select(c.day, *(c[name] for name in names))
            .join_from(inventory_days, skus, _SAME)
            .where(*self._mine(), skus.c.seller_sku == seller_sku, c.day >= since)
            .order_by(c.day)
        )
        frame = pd.DataFrame(self._read(query), columns=["day", *names])
        frame = frame.astype(dict.fromkeys(("receipts", "customer_shipments", "left_units"), float))
        before = frame["fulfillable_quantity"].shift(1, fill_value=0)
        frame["sold"] = frame["customer_shipments"].fillna(frame["left_units"])
        frame["in_stock"] = (frame["fulfillable_quantity"] > 0) | (before > 0) | (frame["sold"] > 0)
        frame["day"] = _midnights(frame["day"])
        return frame.drop(columns=["customer_shipments", "left_units"])

    def sold(
        self, since: int, until: int, *, only: str | None = None, most: int = 2000
    ) -> tuple[Numbers, Truths]:
        """Units sold and whether in stock: a line per SKU, a column per day from `since` on.

        Up to the day before `until`; of one SKU, or of as many as `most`, by their names. What left
        over several days is spread over them; a day that isn't known counts as not in stock.
        """
        one = [] if only is None else [skus.c.seller_sku == only]
        wanted = (
            select(skus.c.sku_id).where(*self._mine(), *one).order_by(skus.c.seller_sku).limit(most)
        )
        numbers = {row[0]: line for line, row in enumerate(self._read(wanted))}
        c = inventory_days.c
        query = select(c.sku_id, c.day, weeks.SOLD, weeks.IN_STOCK).where(
            c.sku_id.in_(wanted),
            c.day >= since,
            c.day < until,
            weeks.SOLD.is_not(None),
            weeks.IN_STOCK > 0,
        )
        units = np.zeros((len(numbers), max(0, until - since)))
        there = np.zeros(units.shape, dtype=bool)
        for sku_id, day, left, days in self._read(query):
            line, last = numbers[sku_id], day - since
            first = max(0, last - days + 1)
            units[line, first : last + 1] = left / days
            there[line, first : last + 1] = True
        return units, there

    def totals(self, since: int) -> pd.DataFrame:
        """Each day's sums over all SKUs: `day`, DAY_QUANTITIES, `sold`, `out_of_stock` (SKUs).

        `recorded` is False for a day of which only the ledger report told: it knows neither inbound
        nor researched units, and counts reserved ones among those that can ship.
        """
        c = inventory_days.c
        recorded = c.customer_shipments.is_(None) | c.left_units.is_not(None)
        sold = func.sum(func.coalesce(c.customer_shipments, c.left_units))
        query = (
            select(
                c.day,
                *(func.sum(c[name]) for name in DAY_QUANTITIES),
                sold,
                func.sum(case((c.fulfillable_quantity <= 0, 1), else_=0)),
                func.max(case((recorded, 1), else_=0)),
            )
            .join_from(inventory_days, skus, _SAME)
            .where(*self._mine(), c.day >= since)
            .group_by(c.day)
            .order_by(c.day)
        )
        columns = ["day", *DAY_QUANTITIES, "sold", "out_of_stock", "recorded"]
        frame = pd.DataFrame([[*row] for row in self._read(query)], columns=columns)
        frame = frame.astype(dict.fromkeys(columns[1:-1], "float64") | {"recorded": "bool"})
        frame["day"] = _midnights(frame["day"])
        return frame

    def levels(self, seller_skus: Collection[str], since: int) -> dict[str, list[int]]:
        """What could ship on each recorded day since then, by SKU, oldest first."""
        c = inventory_days.c
        levels: dict[str, list[int]] = {sku: [] for sku in seller_skus}
        wanted = list(levels)
        for first in range(0, len(wanted), AT_ONCE):
            query = (
                select(skus.c.seller_sku, c.fulfillable_quantity)
                .join_from(skus, inventory_days, _SAME)
                .where(
                    *self._mine(),
                    skus.c.seller_sku.in_(wanted[first : first + AT_ONCE]),
                    c.day >= since,
                )
                .order_by(c.day)
            )
            for sku, units in self._read(query):
                levels[sku].append(int(units))
        return levels

    def on_days(self, days: Sequence[int], names: Sequence[str]) -> Iterator[Numbers]:
        """What could ship on each of the days, a number per named SKU; NaN where none is known."""
        wanted = {name: line for line, name in enumerate(names)}
        known = self._names()
        lines = np.full(max(known, default=0) + 1, len(names))
        for number, name in known.items():
            lines[number] = wanted.get(name, len(names))
        c = inventory_days.c
        for day in days:
            query = (
                select(c.sku_id, c.fulfillable_quantity)
                .join_from(inventory_days, skus, _SAME)
                .where(*self._mine(), c.day == day)
            )
            found = np.array([(*row,) for row in self._read(query)], dtype=int).reshape(-1, 2)
            units = np.full(len(names) + 1, np.nan)
            units[lines[found[:, 0]]] = found[:, 1]
            yield units[:-1]

    def standing(
        self,
        today: int,
        places: Sequence[str],
        since_days: int = 120,
        only: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """How long units have been in a place: columns `seller_sku`, `place`, `units`, `days`.

        A line per SKU and place with units there today: for the last `days` recorded days in a row
        at least `units` were there on each. Of all SKUs, or of those named.
        """
        names = self._names()
        if only is not None:
            names = {number: name for number, name in names.items() if name in only}
        lines: list[tuple[str, str, int, int]] = []
        for place in places:
            lines += self._standing_in(place, today, since_days, names)
        frame = pd.DataFrame(lines, columns=["seller_sku", "place", "units", "days"])
        return frame.astype(
            {"seller_sku": "str", "place": "str", "units": "int64", "days": "int64"}
        )

    def _standing_in(
        self, place: str, today: int, since_days: int, names: dict[int, str]
    ) -> list[tuple[str, str, int, int]]:
        c = inventory_days.c
        now = (
            select(inventory.c.seller_sku)
            .where(
                inventory.c.account == skus.c.account,
                inventory.c.marketplace_id == skus.c.marketplace_id,
                inventory.c.seller_sku == skus.c.seller_sku,
                inventory.c[place] > 0,
            )
            .exists()
        )
        query = (
            select(c.sku_id, c.day, c[place])
            .join_from(inventory_days, skus, _SAME)
            .where(*self._mine(), now, c.day >= today - since_days)
            .order_by(c.sku_id, c.day.desc())
        )
        if len(names) == 1:
            query = query.where(c.sku_id.in_(names))
        runs: dict[int, tuple[int, int]] = {}
        ended: set[int] = set()
        for sku_id, day, units in self._read(query):
            if sku_id in ended or sku_id not in names:
                continue
            if units <= 0:
                ended.add(sku_id)
                continue
            fewest, _ = runs.get(sku_id, (units, 0))
            runs[sku_id] = (min(fewest, units), today - day)
        return [(names[n], place, units, days) for n, (units, days) in runs.items() if days > 0]

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

    def _of_today(self, connection: Connection, day: int) -> Any:
        before = inventory_days.alias("before")
        last = connection.execute(
            select(func.max(inventory_days.c.day))
            .join_from(inventory_days, skus, _SAME)
            .where(*self._mine(), inventory_days.c.day < day)
        ).scalar()
        gap = day - last if last is not None else 0
        left, stocked = (
            _left(before, gap) if 0 < gap <= LONGEST_GAP else (literal(None), literal(None))
        )
        now = inventory.c
        told = {
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
            select(*told.values())
            .select_from(inventory)
            .join(skus, same)
            .outerjoin(before, yesterday)
            .where(*self._store.mine(inventory))
        )
        insert = self._store.insert(inventory_days).from_select(list(told), rows)
        changed = [name for name in told if name not in ("day", "sku_id")]
        return insert.on_conflict_do_update(
            index_elements=["day", "sku_id"],
            set_={name: insert.excluded[name] for name in changed},
        )

    def _mine(self) -> list[ColumnElement[bool]]:
        return self._store.mine(skus)

    def _names(self) -> dict[int, str]:
        query = select(skus.c.sku_id, skus.c.seller_sku).where(*self._mine())
        return {row[0]: row[1] for row in self._read(query)}

    def _read(self, query: Any) -> Sequence[Any]:
        return self._store.read(query)


_SAME = inventory_days.c.sku_id == skus.c.sku_id


def _left(before: Any, gap: int) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Units that left since the day before, and on how many days the SKU was in stock."""
    now = inventory.c
    total_before = sum((before.c[name] for name in DAY_QUANTITIES), literal(0))
    total_now = sum((now[name] for name in DAY_QUANTITIES), literal(0))
    announced = now.inbound_working_quantity - before.c.inbound_working_quantity
    drop = total_before - total_now + case((announced > 0, announced), else_=0)
    # A day from the ledger has no inbound, so what left since then can't be told.
    known = before.c.day.is_not(None) & before.c.customer_shipments.is_(None)
    left = case((known & (drop > 0), drop), (known, 0), else_=None)
    there = (before.c.fulfillable_quantity > 0) | (now.fulfillable_quantity > 0)
    return left, case((known & there, gap), (known, 0), else_=None)


def _midnights(days: pd.Series[Any]) -> pd.DatetimeIndex:
    numbers = np.asarray(days, dtype="int64")
    return pd.DatetimeIndex(numbers.astype("datetime64[D]").astype("datetime64[us]"), tz="UTC")
