"""What is kept of one person, by an order's number or an e-mail address: told, or forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcf.amazon.models.base import Address
from mcf.amazon.similarity import place
from mcf.errors import InvalidInput, MCFError
from mcf.privacy.forgetting import Forgetting
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper, Kept

_ORDER = "seller_fulfillment_order_id"
_OF_ORDERS = (
    tables.orders,
    tables.order_items,
    tables.shipments,
    tables.packages,
    tables.returns,
    tables.submissions,
    tables.happenings,
)
_TYPED = (
    DocumentKind.DRAFT,
    DocumentKind.TEMPLATE,
    DocumentKind.CHANGED,
    DocumentKind.NOTE,
    DocumentKind.FILE,
    DocumentKind.BATCH,
    DocumentKind.BATCH_ORDERS,
)


@dataclass(frozen=True, slots=True)
class Forgot:
    """What was forgotten of a person, and the orders that are still under way to Amazon."""

    orders: list[str]
    typed: int
    left: list[str]


class People:
    """Finds, tells and forgets one person; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keeper = Keeper(store)

    def orders_of(self, email: str) -> list[str]:
        """The orders with this e-mail address, and those of the same people at the same doors."""
        wanted = _address(email)
        rows = {
            row[_ORDER]: row
            for row in (*self._said(tables.submissions), *self._said(tables.orders))
        }
        mine = {order_id for order_id, row in rows.items() if _says(row["said"], wanted)}
        doors = {door for order_id in mine if (door := _door(rows[order_id]["said"]))}
        also = {order_id for order_id, row in rows.items() if _door(row["said"]) in doors}
        return sorted(mine | also)

    def report(self, ids: list[str], email: str | None = None) -> dict[str, Any]:
        """All that is stored of these orders and of that address, in JSON's types."""
        found: dict[str, Any] = {}
        for table in _OF_ORDERS:
            found[table.name] = self._store.records(table, table.c[_ORDER].in_(ids))
        numbers = [row["package_number"] for row in found["packages"]]
        mine = tables.tracking.c.package_number.in_(numbers)
        found["tracking"] = self._store.records(tables.tracking, mine)
        found["kept"] = [
            {"kind": kept.kind.value, "key": kept.key, "content": kept.content}
            for kept in self._kept(ids, email)
        ]
        plain: dict[str, Any] = json.loads(json.dumps(found, default=_text))
        return plain

    def forget(self, ids: list[str], now: datetime, email: str | None = None) -> Forgot:
        """What was forgotten, at once and for good."""
        typed = list(self._kept(ids, email))
        done = Forgetting(self._store).orders(ids, now)
        for kept in typed:
            self._keeper.forget(kept.kind, kept.key)
        self._store.compact()
        return Forgot(done, len(typed), sorted(set(ids) - set(done)))

    def require(self, order_id: str) -> str:
        """The number, when there's such an order; raises `InvalidInput`."""
        known = (tables.orders, tables.submissions)
        if not any(self._store.row(table, **{_ORDER: order_id}) for table in known):
            raise InvalidInput({"order": f"no order with the number {order_id} is known here"})
        return order_id

    def _said(self, table: Any) -> Iterator[dict[str, Any]]:
        for row in self._store.rows(table):
            said = row.request if table is tables.submissions else row.raw
            yield {_ORDER: row.seller_fulfillment_order_id, "said": said}

    def _kept(self, ids: list[str], email: str | None) -> Iterator[Kept]:
        wanted = _address(email) if email else None
        for kind in _TYPED:
            for kept in self._keeper.all(kind):
                by_number = any(_says(kept.content, number.casefold()) for number in ids)
                if kept.key in ids or by_number or (wanted and _says(kept.content, wanted)):
                    yield kept


def _address(email: str) -> str:
    if "@" not in email.strip("@ "):
        raise InvalidInput({"email": "give one whole e-mail address"})
    return email.strip().casefold()


def _says(data: Any, wanted: str) -> bool:
    """Whether a text in the JSON is this one, or has it as one of its words."""
    if isinstance(data, Mapping):
        return any(_says(value, wanted) for value in data.values())
    if isinstance(data, list):
        return any(_says(value, wanted) for value in data)
    return isinstance(data, str) and wanted in data.casefold()


def _door(said: Mapping[str, Any]) -> tuple[str, ...] | None:
    try:
        address = Address.from_api(said.get("destinationAddress") or {})
    except MCFError:
        return None
    return place(address) if address.name and address.address_line1 else None


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
