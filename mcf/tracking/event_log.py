"""The audit trail of orders: what happened, noted in the store when orders are read or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from mcf.access.actor import whose
from mcf.access.changes import changed
from mcf.store.database import Store
from mcf.store.records import Values
from mcf.store.tables import (
    happenings,
    order_items,
    orders,
    packages,
    people,
    returns,
    shipments,
    tracking,
)
from mcf.tracking import events as order_events
from mcf.tracking.events import EventKind, Happening

_ORDER = "seller_fulfillment_order_id"


class Chronicle:
    """Reads and writes happenings; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def heads(self, rows: Sequence[Values], now: datetime) -> list[Happening]:
        """What is about to change of orders; to be asked before they're saved."""
        known = self._known_orders([row[_ORDER] for row in rows])
        return [
            each for row in rows for each in order_events.of_order(known.get(row[_ORDER]), row, now)
        ]

    def details(
        self,
        heads: Sequence[Values],
        items: Sequence[Values],
        shipped: Sequence[Values],
        now: datetime,
        returned: Sequence[Values] | None = None,
    ) -> list[Happening]:
        """The same of orders that were read with their lines, shipments, and returns if told."""
        ids = [row[_ORDER] for row in heads]
        stored = self._known_orders(ids)
        seen = [i for i in ids if i in stored and stored[i]["detailed_at"] is not None]
        lines = self._store.records(order_items, order_items.c[_ORDER].in_(seen)) if seen else []
        boxes = self._store.records(shipments, shipments.c[_ORDER].in_(seen)) if seen else []
        happened = self.heads(heads, now)
        for order_id in seen:
            before, after = (_estimates(rows, order_id) for rows in (lines, items))
            happened += order_events.of_estimates(order_id, before, after, now)
            happened += order_events.of_shipments(
                _shipments(boxes, order_id), _shipments(shipped, order_id), now
            )
        return happened if returned is None else [*happened, *self.returns(seen, returned, now)]

    def returns(self, ids: Sequence[str], rows: Sequence[Values], now: datetime) -> list[Happening]:
        """What is about to change of the units of these orders that come back."""
        known = self._store.records(returns, returns.c[_ORDER].in_(ids)) if ids else []
        return [
            each
            for order_id in ids
            for each in order_events.of_returns(
                _returns(known, order_id), _returns(rows, order_id), now
            )
        ]

    def parcels(self, rows: Sequence[Values], now: datetime) -> list[Happening]:
        """What is about to change of parcels; to be asked before they're saved."""
        numbers = [row["package_number"] for row in rows]
        column = tracking.c.package_number
        stored = {
            row["package_number"]: row for row in self._store.records(tracking, column.in_(numbers))
        }
        again = [n for n in numbers if n in stored]
        if not again:
            return []
        boxes = self._store.heads(packages, packages.c.package_number.in_(again))
        owners = {box.package_number: box.seller_fulfillment_order_id for box in boxes}
        return [
            happening
            for row in rows
            if (number := row["package_number"]) in owners
            for happening in order_events.of_parcel(owners[number], stored[number], row, now)
        ]

    def note(self, happened: Iterable[Happening]) -> None:
        """Keeps what happened, each once: a duplicate of what is kept already changes nothing."""
        rows: list[Values] = [
            {
                "happening_id": happening.id,
                _ORDER: happening.order_id,
                "package_number": happening.package_number,
                "kind": happening.kind.value,
                "before": happening.before,
                "after": happening.after,
                "at": happening.at,
                "noticed_at": happening.noticed_at,
                "told": happening.told,
                "person_id": happening.by,
            }
            for happening in happened
        ]
        noted = self._known_ids([row["happening_id"] for row in rows])
        fresh = [row for row in rows if row["happening_id"] not in noted]
        if fresh:
            self._store.save(happenings, fresh)

    def own(self, order_id: str, kind: EventKind, now: datetime, sentence: str) -> None:
        """Keeps a step of one's own."""
        self.note([Happening(order_id, kind, now, now, told=sentence, by=whose())])

    def tell_status(self, order_id: str) -> None:
        """Tells the audit the order's status as it's known before it's changed."""
        for row in self._known_orders([order_id]).values():
            changed(before=str(row["status"]))

    def sent_again(self, old: str, new: str, now: datetime) -> None:
        """Keeps in the stories of both that `new` was sent in place of `old`; once."""
        told = {old: f"Sent again as {new}", new: f"In place of {old}"}
        for order_id, sentence in told.items():
            known = self.of(order_id)
            if all(each.told != sentence for each in known):
                # Amazon's time is known to a second or so, and the cancellation came before.
                at = max([now, *(each.at for each in known)])
                self.own(order_id, EventKind.SENT_AGAIN, at, sentence)

    def of(self, order_id: str) -> list[Happening]:
        """All that happened to an order, oldest first."""
        return self._found(happenings.c[_ORDER] == order_id, "at")

    def among(self, order_ids: Sequence[str]) -> dict[str, list[Happening]]:
        """All that happened to each of these orders, oldest first."""
        among: dict[str, list[Happening]] = {order_id: [] for order_id in order_ids}
        for happening in self._found(happenings.c[_ORDER].in_(order_ids), "at"):
            among[happening.order_id].append(happening)
        return among

    def since(self, revision: int) -> list[Happening]:
        """What was noted after this revision of the table, oldest first."""
        return self._found(happenings.c.changed > revision, "noticed_at")

    def newest(self, revision: int, most: int) -> list[Happening]:
        """Of what was noted after this revision the newest, newest first, so many at most."""
        query = select(happenings).where(*self._store.mine(happenings))
        query = query.where(happenings.c.changed > revision)
        query = query.order_by(happenings.c.changed.desc(), happenings.c.at.desc()).limit(most)
        return [_happening(dict(row._mapping)) for row in self._store.read(query)]

    def released(self) -> dict[str, datetime]:
        """When the hold of each order ended that was released, by its number."""
        kinds = [EventKind.RELEASED.value, EventKind.RELEASE_ASKED.value]
        return order_events.released_at(self._found(happenings.c.kind.in_(kinds), "at"))

    def names(self, person_ids: Collection[str]) -> dict[str, str]:
        """The e-mail addresses of people, by their ids."""
        if not person_ids:
            return {}
        query = select(people.c.person_id, people.c.email)
        rows = self._store.read(query.where(people.c.person_id.in_(person_ids)))
        return {row.person_id: row.email for row in rows}

    def revision(self) -> int:
        """The table's revision now."""
        return self._store.revision(happenings)[0]

    def _found(self, where: ColumnElement[bool], by: str) -> list[Happening]:
        found = self._store.records(happenings, where)
        names = self.names({row["person_id"] for row in found if row["person_id"]})
        found = [{**row, "person_id": names.get(row["person_id"])} for row in found]
        # Of one moment what was noted first comes first.
        return [*map(_happening, sorted(found, key=lambda row: (row[by], row["changed"])))]

    def _known_orders(self, ids: Sequence[str]) -> dict[str, Values]:
        found = self._store.heads(orders, orders.c[_ORDER].in_(ids)) if ids else []
        return {row.seller_fulfillment_order_id: dict(row._mapping) for row in found}

    def _known_ids(self, ids: Sequence[str]) -> set[str]:
        found = self._store.heads(happenings, happenings.c.happening_id.in_(ids)) if ids else []
        return {row.happening_id for row in found}


def _happening(row: Values) -> Happening:
    return Happening(
        row[_ORDER],
        EventKind(row["kind"]),
        row["at"],
        row["noticed_at"],
        row["before"],
        row["after"],
        row["package_number"],
        row["told"],
        row["person_id"],
    )


def _estimates(rows: Sequence[Values], order_id: str) -> tuple[Any, Any]:
    mine = [row for row in rows if row[_ORDER] == order_id]
    ships, arrives = (
        max((row[name] for row in mine if row[name] is not None), default=None)
        for name in ("estimated_ship_date", "estimated_arrival_date")
    )
    return ships, arrives


def _shipments(rows: Sequence[Values], order_id: str) -> dict[str, Values]:
    return {row["amazon_shipment_id"]: row for row in rows if row[_ORDER] == order_id}


def _returns(rows: Sequence[Values], order_id: str) -> dict[str, Values]:
    return {row["seller_return_item_id"]: row for row in rows if row[_ORDER] == order_id}
