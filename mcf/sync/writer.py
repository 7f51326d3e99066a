"""What was read from Amazon, written into the store, with what changed by it in the event log."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Table, and_, select

from mcf.amazon import mapping_2026
from mcf.amazon.client import MCFClient
from mcf.amazon.inventory_pages import COLUMNS, QUANTITIES, StockRow
from mcf.amazon.models.answers import (
    MCFFulfillmentOrder,
    MCFOrderDetail,
    OrderLine,
    PackageTracking,
)
from mcf.store import forgotten, records, tables
from mcf.store.database import AT_ONCE, Store
from mcf.sync.pages import Keep
from mcf.tracking.event_log import Chronicle

_ORDER = "seller_fulfillment_order_id"
_FIRST = COLUMNS.index(QUANTITIES[0])
_LAST = _FIRST + len(QUANTITIES)
"""Where the counts of a row of stock begin and end."""
STOCK_COLUMNS = (*COLUMNS, "untold")
"""What is written of a SKU; `untold` are the counts that were never told."""
_NEVER_SEEN = ([0] * len(QUANTITIES), " ".join(QUANTITIES))
STOCK_AT_ONCE = 1000
STOCK_DELAY = 2.0
"""Rows of the stock that are written in one transaction, and seconds they wait for it at most."""


class Writer:
    """Writes orders, returns and parcels; every method raises `StoreError`.

    `now` is Amazon's time.
    """

    def __init__(
        self,
        client: MCFClient,
        store: Store,
        now: Callable[[], datetime],
        keep_personal: timedelta | None = None,
    ) -> None:
        """Of orders that ended longer than `keep_personal` ago no buyer is kept; None keeps all."""
        self._client = client
        self._store = store
        self._now = now
        self._keep_personal = keep_personal
        self._chronicle = Chronicle(store)

    def details(self, details: Sequence[MCFOrderDetail]) -> list[str]:
        """The ids of orders that were read with their lines, shipments, parcels and returns."""
        now = self._now()
        heads = [records.detail_row(detail, now) for detail in details]
        parts: dict[Table, list[records.Values]] = {
            tables.order_items: [],
            tables.shipments: [],
            tables.packages: [],
        }
        returned: list[records.Values] | None = [] if self._client.tells_returns else None
        ids = [head["seller_fulfillment_order_id"] for head in heads]
        before = self._lines_before(ids)
        for i, detail in zip(ids, details, strict=True):
            parts[tables.order_items] += lines_of(i, detail, before.get(i, ()))
            parts[tables.shipments] += [
                records.shipment_row(i, shipment, place)
                for place, shipment in enumerate(detail.shipments, start=1)
            ]
            parts[tables.packages] += [records.package_row(i, parcel) for parcel in detail.parcels]
            if returned is not None:
                returned += records.return_rows(i, detail)
        happened = self._chronicle.details(
            heads, parts[tables.order_items], parts[tables.shipments], now, returned
        )
        if returned is not None:
            parts[tables.returns] = returned
        heads, gone = self._without_forgotten(heads)
        parts = {
            table: [forgotten.part(row) if row[_ORDER] in gone else row for row in rows]
            for table, rows in parts.items()
        }
        self._store.save_orders(heads, parts)
        self._chronicle.note(happened)
        self._tracking_of(
            [parcel for detail in details for parcel in mapping_2026.trackings(detail)]
        )
        return ids

    def _lines_before(self, ids: Sequence[str]) -> Mapping[str, Sequence[records.Values]]:
        """The lines of these orders as they're stored, by order."""
        column = tables.order_items.c.seller_fulfillment_order_id
        lines: defaultdict[str, list[records.Values]] = defaultdict(list)
        for line in self._store.records(tables.order_items, column.in_(ids)):
            lines[line["seller_fulfillment_order_id"]].append(line)
        return lines

    def heads(self, orders: Sequence[MCFFulfillmentOrder]) -> list[str]:
        """The ids of orders that were read from a list, without their lines."""
        column = tables.orders.c.seller_fulfillment_order_id
        ids = [order.seller_fulfillment_order_id for order in orders]
        stored = self._store.records(tables.orders, column.in_(ids))
        details = {row["seller_fulfillment_order_id"]: row["raw"] for row in stored}
        heads = [records.order_row(order) for order in orders]
        for head in heads:
            # A listing leaves out fields that the order's detail has told.
            head["raw"] = details.get(head["seller_fulfillment_order_id"], {}) | head["raw"]
            head["told_marketplace"] = records.told_marketplace(head["raw"])
        happened = self._chronicle.heads(heads, self._now())
        heads, _ = self._without_forgotten(heads)
        self._store.save(tables.orders, heads)
        self._chronicle.note(happened)
        return ids

    def returns(self, order_id: str, detail: MCFOrderDetail) -> datetime:
        """When, by Amazon's clock, an order's returns were written; those it had before go."""
        rows = records.return_rows(order_id, detail)
        if self._forgotten_of([order_id]):
            rows = [*map(forgotten.part, rows)]
        now = self._now()
        happened = self._chronicle.returns([order_id], rows, now)
        mine = tables.returns.c.seller_fulfillment_order_id == order_id
        self._store.replace(tables.returns, rows, mine)
        self._chronicle.note(happened)
        return now

    def tracking(self, rows: Sequence[records.Values]) -> None:
        """Writes parcels' tracking: rows as `records.tracking_row` makes them."""
        happened = self._chronicle.parcels(rows, self._now())
        gone = self._forgotten_parcels([row["package_number"] for row in rows])
        rows = [forgotten.tracked(row) if row["package_number"] in gone else row for row in rows]
        self._store.save(tables.tracking, rows)
        self._chronicle.note(happened)

    def _without_forgotten(
        self, heads: Sequence[records.Values]
    ) -> tuple[list[records.Values], set[str]]:
        """The heads without the buyers of orders that are over, and the numbers of those."""
        known = self._forgotten_of([row[_ORDER] for row in heads])
        gone = {row[_ORDER]: self._gone_at(row, known) for row in heads}
        made = [
            forgotten.head(row, at) if (at := gone[row[_ORDER]]) else {**row, "forgotten_at": None}
            for row in heads
        ]
        return made, {order_id for order_id, at in gone.items() if at}

    def _gone_at(
        self, row: records.Values, known: Mapping[str, datetime | None]
    ) -> datetime | None:
        if row[_ORDER] in known or self._keep_personal is None:
            return known.get(row[_ORDER])
        # Amazon lists an order of long ago that was never read before.
        ended, now = forgotten.ended_at(row, ()), self._now()
        return now if ended is not None and ended + self._keep_personal < now else None

    def _forgotten_of(self, ids: Sequence[str]) -> dict[str, datetime | None]:
        """When the buyers of those of the orders that are stored were forgotten, if they were."""
        c = tables.orders.c
        query = select(c[_ORDER], c.forgotten_at).where(*self._store.mine(tables.orders))
        return {
            row.seller_fulfillment_order_id: row.forgotten_at
            for first in range(0, len(ids), AT_ONCE)
            for row in self._store.read(query.where(c[_ORDER].in_(ids[first : first + AT_ONCE])))
        }

    def _forgotten_parcels(self, numbers: Sequence[int]) -> set[int]:
        box, order = tables.packages.c, tables.orders.c
        query = (
            select(box.package_number)
            .join_from(
                tables.packages,
                tables.orders,
                and_(box[_ORDER] == order[_ORDER], *self._store.mine(tables.orders)),
            )
            .where(*self._store.mine(tables.packages), order.forgotten_at.is_not(None))
        )
        return {
            row[0]
            for first in range(0, len(numbers), AT_ONCE)
            for row in self._store.read(
                query.where(box.package_number.in_(numbers[first : first + AT_ONCE]))
            )
        }

    def _tracking_of(self, parcels: Sequence[PackageTracking]) -> None:
        numbers = [parcel.package_number for parcel in parcels if parcel.package_number is not None]
        column = tables.tracking.c.package_number
        stored = {
            row.package_number: row.raw
            for row in self._store.rows(tables.tracking, column.in_(numbers))
        }
        now = self._now()
        self.tracking(
            [
                records.tracking_row(_with_events(parcel, stored.get(parcel.package_number)), now)
                for parcel in parcels
            ]
        )


def completed(store: Store, rows: Sequence[StockRow]) -> list[StockRow]:
    """Rows of stock in the order of `STOCK_COLUMNS`; raises `StoreError`.

    What Amazon didn't tell is as it was before; what it never told of a SKU is 0, and in `untold`.
    """
    lacking = [row[0] for row in rows if None in row[_FIRST:_LAST]]
    if not lacking:
        return [(*row, None) for row in rows]
    some = tables.inventory.c.seller_sku.in_(lacking)
    stored = store.columns(tables.inventory, ["seller_sku", *QUANTITIES, "untold"], some)
    lines = zip(*(values.tolist() for values in stored.values()), strict=True)
    known = {
        sku: (counts, untold if isinstance(untold, str) else "") for sku, *counts, untold in lines
    }
    return [_with_counts(row, *known.get(row[0], _NEVER_SEEN)) for row in rows]


def _with_counts(row: StockRow, before: Sequence[int], untold: str) -> StockRow:
    counts = row[_FIRST:_LAST]
    if None not in counts:
        return (*row, None)
    never = {name for name, count in zip(QUANTITIES, counts, strict=True) if count is None}
    never &= {*untold.split()}
    filled = (old if count is None else count for count, old in zip(counts, before, strict=True))
    names = " ".join(name for name in QUANTITIES if name in never) or None
    return (*row[:_FIRST], *filled, *row[_LAST:], names)


@contextmanager
def stock_at_once(save: Callable[[Sequence[StockRow]], None]) -> Iterator[Keep[StockRow]]:
    """Saves many pages of stock at once, as a transaction costs more than a page; and what is left.

    Each row is seen in the store within STOCK_DELAY seconds all the same.
    """
    kept: list[StockRow] = []
    since = time.monotonic()

    def write() -> None:
        nonlocal since
        since = time.monotonic()
        some, kept[:] = kept[:], []
        save(some)

    def keep(items: Sequence[StockRow]) -> list[str]:
        kept.extend(items)
        if len(kept) >= STOCK_AT_ONCE or time.monotonic() - since > STOCK_DELAY:
            write()
        return [item[0] for item in items]

    try:
        yield keep
    finally:
        write()


def _with_events(parcel: PackageTracking, stored: records.Values | None) -> PackageTracking:
    """A parcel as a list has it, with the events that were read before: lists have none."""
    events = (stored or {}).get("trackingEvents")
    if not events:
        return parcel
    return PackageTracking.from_api({**parcel.to_api(), "trackingEvents": events})


def lines_of(
    order_id: str, detail: MCFOrderDetail, before: Sequence[records.Values]
) -> list[records.Values]:
    """The lines of an order; what isn't told of one, and one that isn't told at all, is as before.

    An order never loses a line, and no line is of 0 units.
    """
    left = {line[_LINE_ID]: line for line in before}
    lines = []
    for place, item in enumerate(detail.fulfillment_order_items, start=1):
        line = records.item_row(order_id, item, place)
        known = left.pop(line[_LINE_ID], None) or _like(line, item, left)
        lines.append(line if known is None else _completed_line(line, item, known))
    columns = tables.order_items.c.keys()
    return lines + [
        {name: line[name] for name in columns if name in line} for line in left.values()
    ]


_LINE_ID = "seller_fulfillment_order_item_id"
_LINE_COUNTS = ("quantity", "cancelled_quantity", "unfulfillable_quantity")


def _like(
    line: records.Values, item: OrderLine, left: dict[str, records.Values]
) -> records.Values | None:
    """The line as it was, of one whose id isn't told: of its SKU, or the first that is left."""
    if item.seller_fulfillment_order_item_id or not left:
        return None
    same = [key for key, old in left.items() if old["seller_sku"] == line["seller_sku"]]
    return left.pop(next(iter(same or left)))


def _completed_line(line: records.Values, item: OrderLine, known: records.Values) -> records.Values:
    untold = [name for name in _LINE_COUNTS if getattr(item, name) is None]
    kept = {name: known[name] for name in (_LINE_ID, *untold)}
    return {**line, **kept, "seller_sku": line["seller_sku"] or known["seller_sku"]}
