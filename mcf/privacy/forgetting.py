"""Forgets the buyers of orders, everywhere in the store: what is left holds no personal data.

Each step can be done again, and the order's own row is the last: a process that dies in between is
made up for by the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from mcf.errors import StoreError
from mcf.store import forgotten, tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.records import Values
from mcf.store.sealing import KEY_ADVICE
from mcf.store.states import SubmissionState

_ORDER = "seller_fulfillment_order_id"
_OWN = frozenset({"account", "marketplace_id", "changed"})
"""Columns that the store itself sets."""
_OF_ORDERS = (
    DocumentKind.CHANGED,
    DocumentKind.NOTE,
    DocumentKind.PROOF,
    DocumentKind.RESCUE,
    DocumentKind.RETURN,
    DocumentKind.HOLD,
)
"""What is kept under an order's number and goes with its buyer."""
_UNSETTLED = (SubmissionState.SENDING.value, SubmissionState.UNKNOWN.value)


class Forgetting:
    """Forgets buyers; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keeper = Keeper(store)

    def orders(self, ids: Sequence[str], at: datetime) -> list[str]:
        """The numbers of those that were forgotten; one of an unknown outcome stays as it is."""
        if self._store.keyring.current is None:
            raise StoreError(
                "What can't be read can't be taken out of the store either.", advice=KEY_ADVICE
            )
        sent = self._of(tables.submissions, ids)
        unsure = {row[_ORDER] for row in sent if row["state"] in _UNSETTLED}
        ids = [order_id for order_id in ids if order_id not in unsure]
        sent = [row for row in sent if row[_ORDER] not in unsure]
        heads = self._of(tables.orders, ids)
        lines = self._of(tables.order_items, ids)
        self._happenings(ids, _words_of(heads, lines, sent), at)
        for kind in _OF_ORDERS:
            self._forget_kept(kind, ids)
        self._save(tables.submissions, [_submission(row, at) for row in sent])
        boxes = self._of(tables.packages, ids)
        numbers = [box["package_number"] for box in boxes]
        self._save(tables.tracking, map(forgotten.tracked, self._tracking(numbers)))
        self._save(tables.order_items, map(forgotten.part, lines))
        self._save(tables.packages, map(forgotten.part, boxes))
        for table in (tables.shipments, tables.returns):
            self._save(table, map(forgotten.part, self._of(table, ids)))
        self._save(tables.orders, (forgotten.head(row, at) for row in heads))
        return sorted({row[_ORDER] for row in (*heads, *sent)})

    def _of(self, table: Table, ids: Collection[str]) -> list[Values]:
        return _bare(self._store.records(table, table.c[_ORDER].in_(ids))) if ids else []

    def _tracking(self, numbers: Collection[int]) -> list[Values]:
        mine = tables.tracking.c.package_number.in_(numbers)
        return _bare(self._store.records(tables.tracking, mine)) if numbers else []

    def _save(self, table: Table, rows: Any) -> None:
        self._store.save(table, rows)

    def _happenings(
        self, ids: Collection[str], personal: dict[str, set[str]], at: datetime
    ) -> None:
        def clean(row: Values) -> Values:
            told = personal.get(row[_ORDER], set())
            texts = ("before", "after", "told")
            return row | {name: forgotten.without(row[name], told, at) for name in texts}

        self._save(tables.happenings, map(clean, self._of(tables.happenings, ids)))

    def _forget_kept(self, kind: DocumentKind, ids: Collection[str]) -> None:
        there = self._store.rows(
            tables.kept, tables.kept.c.kind == kind.value, tables.kept.c.key.in_(ids)
        )
        for row in there:
            self._keeper.forget(kind, row.key)


def _bare(rows: Sequence[Values]) -> list[Values]:
    return [{n: value for n, value in row.items() if n not in _OWN} for row in rows]


def _words_of(*parts: Sequence[Values]) -> dict[str, set[str]]:
    """What is personal of each order, as its rows say it."""
    personal: defaultdict[str, set[str]] = defaultdict(set)
    for row in (row for rows in parts for row in rows):
        said = (row.get("raw"), row.get("request"))
        personal[row[_ORDER]] |= forgotten.personal_words(*said)
        where = (row.get("recipient"), row.get("city"), row.get("postal_code"))
        columns = [text.casefold() for text in where if isinstance(text, str)]
        personal[row[_ORDER]].update(text for text in columns if not forgotten.is_words(text))
    return personal


def _submission(row: Values, at: datetime) -> Values:
    personal = forgotten.personal_words(row["request"])
    return row | {
        "request": row["request"]
        if forgotten.is_forgotten(row["request"])
        else forgotten.request(row["request"], at),
        "preview": forgotten.stripped(row["preview"]),
        "message": forgotten.without(row["message"], personal, at),
        "fingerprint": None,
    }
