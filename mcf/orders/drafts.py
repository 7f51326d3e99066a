"""What the form of an order begins with: earlier orders as typed, and their recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Select, select

from mcf.amazon.models.base import Address
from mcf.amazon.similarity import place
from mcf.orders.form import ADDRESS, Typed, typed_as_it_stands, typed_of
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.forgotten import is_words
from mcf.store.states import SubmissionState

_LOOKED_AT = 40
"""Orders that are looked at for each recipient that is wanted: many go to the same few people."""
_NEEDED = ("name", "addressLine1", "countryCode")
_ORDER = "seller_fulfillment_order_id"


class Drafts:
    """Reads them; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keeper = Keeper(store)

    def typed(self, order_id: str, zone: tzinfo = UTC) -> Typed | None:
        """The form of an earlier order: as it was sent or changed from here, else as Amazon tells.

        `zone` is that of the day on its packing slip. Raises `InvalidInput` when another version
        kept it in a way that can't be read.
        """
        changed = self._keeper.get(DocumentKind.CHANGED, order_id)
        if changed is not None:
            return Typed.from_content(changed.content)
        sent = self._store.row(tables.submissions, **{_ORDER: order_id})
        if sent is not None:
            return as_sent(sent.request, self._received(order_id) or sent.created_at, zone)
        order = self._at_amazon(order_id)
        return None if order is None else as_sent(order, order["received"], zone)

    def standing(self, order_id: str) -> Typed | None:
        """The form of an order as Amazon tells it now, to be changed; None when it isn't known.

        An address that Amazon doesn't tell is the one that was sent.
        """
        order = self._at_amazon(order_id)
        if order is None:
            return None
        typed = typed_as_it_stands(order_id, order)
        sent = self.typed(order_id) if not typed.to_line1 else None
        return typed.model_copy(update={key: getattr(sent, key) for key in ADDRESS if sent})

    def is_used(self, order_id: str) -> bool:
        """Whether there's an order with this number, or one was sent or asked for from here."""
        used = (tables.orders, tables.submissions)
        if self._keeper.get(DocumentKind.ASKED, order_id) is not None:
            return True
        return any(self._store.row(table, **{_ORDER: order_id}) is not None for table in used)

    def recipients(self, since: datetime, limit: int = 50) -> list[dict[str, Any]]:
        """To whom orders went since then, in Amazon's JSON: the newest first, each person once.

        An address stands as it was typed here, if it was, not as Amazon tells it. Orders that were
        refused count, unless they were dismissed. Of many orders only the newest are looked at.
        """
        typed = self._addresses(_sent(self._store, since), limit)
        listed = self._addresses(_placed(self._store, since), limit)
        addresses: dict[tuple[str, ...], dict[str, Any]] = {}
        for _, where, address in (*typed, *listed):
            addresses.setdefault(where, address)
        newest = sorted((*typed, *listed), key=lambda order: order[0], reverse=True)
        places = dict.fromkeys(where for _, where, _ in newest)
        return [addresses[where] for where in places][:limit]

    def _addresses(
        self, query: Select[Any], limit: int
    ) -> list[tuple[datetime, tuple[str, ...], dict[str, Any]]]:
        rows: Sequence[Any] = self._store.read(query.limit(_LOOKED_AT * limit))
        return [
            (moment, place(Address.from_api(address)), address)
            for moment, order in rows
            if (address := order.get("destinationAddress"))
            and all(address.get(name) for name in _NEEDED)
        ]

    def _received(self, order_id: str) -> datetime | None:
        row = self._store.row(tables.orders, **{_ORDER: order_id})
        return None if row is None else row.received_date

    def _at_amazon(self, order_id: str) -> dict[str, Any] | None:
        """The order with its lines, in Amazon's JSON."""
        row = self._store.row(tables.orders, **{_ORDER: order_id})
        if row is None:
            return None
        items = tables.order_items
        lines = self._store.records(items, items.c[_ORDER] == order_id)
        return {
            **row.raw,
            "items": [line["raw"] for line in lines],
            "received": row.received_date,
        }


def as_sent(order: Mapping[str, Any], at: datetime | None, zone: tzinfo) -> Typed:
    """The form of an order of Amazon's JSON that was sent at a time, with the day on its slip.

    That of the day when it was sent is left open, as it is when nobody typed one.
    """
    typed = typed_of(order)
    if is_words(typed.to_name):
        # Whom it went to is forgotten, and is to be typed.
        typed = typed.model_copy(update={"to_name": ""})
    shown = moment_of(order.get("displayableOrderDate"))
    if shown is None:
        return typed
    day = shown.astimezone(zone).date()
    if at is not None and day == at.astimezone(zone).date():
        return typed
    return typed.model_copy(update={"displayed_date": day.isoformat()})


def moment_of(text: object) -> datetime | None:
    """The time that a text of Amazon's says, in UTC if it has no zone; None if it says none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _sent(store: Store, since: datetime) -> Select[Any]:
    c = tables.submissions.c
    return (
        select(c.created_at, c.request)
        .where(*store.mine(tables.submissions), c.created_at >= since)
        .where(c.state != SubmissionState.DISMISSED.value)
        .order_by(c.created_at.desc(), c.seller_fulfillment_order_id)
    )


def _placed(store: Store, since: datetime) -> Select[Any]:
    c = tables.orders.c
    return (
        select(c.received_date, c.raw)
        .where(*store.mine(tables.orders), c.received_date >= since)
        .order_by(c.received_date.desc(), c.seller_fulfillment_order_id)
    )
