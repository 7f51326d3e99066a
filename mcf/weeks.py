"""What left in whole weeks: sums of the stored days, so that a year's demand isn't a year's rows.

A week is a day divided by seven. The sums follow from the days: whoever writes days renews them in
the same transaction. There's no index by SKU beside the days' key: a day's record would have to
write as many pages of it as there are SKUs, and a year's rows would still have to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, case, delete, func, select

from mcf.store import Store
from mcf.tables import inventory_days, inventory_weeks, skus

_days = inventory_days.c
_weeks = inventory_weeks.c

SOLD: ColumnElement[Any] = func.coalesce(_days.customer_shipments, _days.left_units)
"""Units that left on a day; NULL where that isn't known."""

IN_STOCK: ColumnElement[Any] = case(
    (_days.customer_shipments.is_(None), _days.days_in_stock),
    else_=case((_days.fulfillable_quantity + SOLD > 0, 1), else_=0),
)
"""Days in stock that a stored day stands for."""

_UNITS: ColumnElement[Any] = case((IN_STOCK > 0, SOLD), else_=0)


def renew(store: Store, connection: Connection, first: int, last: int) -> None:
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
    told = {name: insert.excluded[name] for name in ("units", "days_in_stock")}
    # On PostgreSQL another process may have summed the same week since the deletion.
    connection.execute(insert.on_conflict_do_update(index_elements=["week", "sku_id"], set_=told))


def demand(store: Store, today: int, windows: Sequence[int]) -> Sequence[Any]:
    """Rows of `sku_id`, then for each window the units that left in stock and the days in stock.

    A window are the last so many days before today.
    """
    found = store.read(_last(store))
    summed = found[0][0] if found else -1
    parts = [_split(today - window, today, summed) for window in windows]
    whole, single = zip(*parts, strict=True)
    by_week = _sums(_weeks.sku_id, _weeks.week, _weeks.units, _weeks.days_in_stock, whole)
    by_day = _sums(_days.sku_id, _days.day, _UNITS, IN_STOCK, single).where(SOLD.is_not(None))
    both = by_week.union_all(by_day).subquery()
    number, *sums = both.c
    return store.read(select(number, *(func.sum(each) for each in sums)).group_by(number))


def _last(store: Store) -> Any:
    """The newest week that was summed; all before it were, too."""
    return (
        select(_weeks.week)
        .join_from(inventory_weeks, skus, _weeks.sku_id == skus.c.sku_id)
        .where(*store.mine(skus))
        .order_by(_weeks.week.desc())
        .limit(1)
    )


def _split(first: int, today: int, summed: int) -> tuple[range, list[int]]:
    """The weeks that lie in the days from `first` to before `today`, and the days beside them."""
    weeks = range(-(-first // 7), min(summed + 1, today // 7))
    return weeks, [day for day in range(first, today) if day // 7 not in weeks]


def _sums(
    number: Column[int],
    at: Column[int],
    units: ColumnElement[Any],
    in_stock: ColumnElement[Any],
    wanted: Sequence[Sequence[int]],
) -> Any:
    """For each SKU the two sums of each window, over its days or weeks."""
    sums = []
    for which in wanted:
        within = at.in_(which)
        sums += [func.sum(case((within, each), else_=0)) for each in (units, in_stock)]
    every = sorted({each for which in wanted for each in which})
    return select(number, *sums).where(at.in_(every)).group_by(number)
