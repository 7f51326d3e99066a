"""Past days of stock from Amazon's ledger report, written among those that were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from mcf import weeks
from mcf.history import EPOCH
from mcf.ledger import Ledger, LedgerDay
from mcf.store import AT_ONCE, Store, Values
from mcf.tables import DAY_MOVEMENTS, DAY_QUANTITIES, inventory_days, inventory_weeks, skus

_NOTHING = dict.fromkeys(DAY_QUANTITIES, 0)


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
    names = sorted({each.seller_sku for each in ledger.days})
    news = _news(store, ledger.days)
    if news:
        with store.writing(inventory_days, inventory_weeks) as connection:
            ids = _ids(store, connection, sorted({each.seller_sku for each in news}))
            _write(store, connection, news, ids)
            weeks.renew(store, connection, _number(news[0].day), _number(news[-1].day))
    first, last = ledger.days[0].day, ledger.days[-1].day
    days = len({each.day for each in ledger.days})
    return ImportResult(days, len(names), first, last, ledger.ignored, len(news))


def has_ledger(store: Store) -> bool:
    """Whether anything of a ledger was ever written."""
    mine = inventory_days.c.sku_id == skus.c.sku_id
    told = inventory_days.c.customer_shipments.is_not(None)
    query = select(skus.c.sku_id).join(inventory_days, mine).where(*store.mine(skus), told)
    return bool(store.read(query.limit(1)))


def _news(store: Store, days: Sequence[LedgerDay]) -> list[LedgerDay]:
    """Those days of which the store doesn't know the same already."""
    first, last = days[0].day, days[-1].day
    c = inventory_days.c
    query = (
        select(c.day, skus.c.seller_sku, c.receipts, c.customer_shipments)
        .join(skus, c.sku_id == skus.c.sku_id)
        .where(*store.mine(skus), c.day.between(_number(first), _number(last)))
    )
    rows: Sequence[Any] = store.read(query)
    known = {(day, sku): tuple(moved) for day, sku, *moved in rows}
    return [
        each
        for each in days
        if known.get((_number(each.day), each.seller_sku))
        != (each.receipts, each.customer_shipments)
    ]


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
    store: Store, connection: Connection, days: Sequence[LedgerDay], ids: dict[str, int]
) -> None:
    insert = store.insert(inventory_days)
    insert = insert.on_conflict_do_update(
        index_elements=["day", "sku_id"],
        set_={name: insert.excluded[name] for name in DAY_MOVEMENTS},
    )
    rows = (_row(each, ids[each.seller_sku]) for each in days)
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert, some)


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
