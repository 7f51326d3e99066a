"""What a person keeps for new orders: drafts, templates, profiles of sales channels, files."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, or_

from mcf.errors import InvalidInput
from mcf.store.database import Store, utc_now
from mcf.store.sealing import Unreadable
from mcf.store.tables import kept

LONGEST_KEY = 80
"""Letters in the name of what is kept."""


class DocumentKind(StrEnum):
    """What is kept. A link names the order whose place another takes; what is changed is an order's
    form as a change left it.
    """

    DRAFT = "draft"
    TEMPLATE = "template"
    PROFILE = "profile"
    LINK = "link"
    CHANGED = "changed"
    HEAD = "head"
    """What the columns of a file are, under a digest of its headers."""
    SHOP_SKUS = "shop skus"
    """Which SKUs of Amazon's a shop's SKUs are, under the shop's name."""
    ORIGIN = "origin"
    """What the shops of a file that was sent call its orders, under the id of the sending."""
    BATCH = "batch"
    """How the sending of a file stands."""
    BATCH_ORDERS = "batch orders"
    """What is sent of a file, and the file itself."""
    FILE = "file"
    """A file of orders that was given and isn't sent yet, with its corrections."""
    RULES = "rules"
    """Rules of SKUs that were typed and aren't saved yet."""
    PURCHASES = "purchases"
    """Lines of a purchase list that were ticked and typed and aren't ordered yet."""
    NOTE = "note"
    """What a seller notes about an order, for oneself."""
    PROOF = "proof"
    """What Amazon had as proof of an order's deliveries, without its links and pictures."""
    RESCUE = "rescue"
    """How the rescue of a stuck order stands."""
    ALERT = "alert"
    """How far a channel has told what happened; when a visitor last looked."""
    RETURN = "return"
    """The units of an order whose return was asked for and that the order doesn't show yet."""
    DEADLINE = "deadline"
    """How long claims are taken, by marketplace, where a seller changed it."""
    HOLD = "hold"
    """Why a buyer is kept for longer, and until when."""
    UNTOLD = "untold"
    """What Amazon lists and doesn't tell, by what is read."""
    ASKED = "asked"
    """An order above the limit that waits for somebody who may send it, and what was decided."""


_OWN = frozenset(
    {DocumentKind.DRAFT, DocumentKind.RULES, DocumentKind.FILE, DocumentKind.PURCHASES}
)
"""What belongs to the person who keeps it; everything else belongs to all."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept, and since when (UTC)."""

    kind: DocumentKind
    key: str
    content: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


class Keeper:
    """Reads and writes them; every method raises `StoreError`.

    What is of a kind in `_OWN` is there for the person who kept it, for what works in the
    background, and where nobody signs in; `owner` tells whose it is, None for all.

    No table's revision grows: a draft that changes redraws no page.
    """

    def __init__(self, store: Store, owner: Callable[[], str | None] = lambda: None) -> None:
        self._store = store
        self._owner = owner

    def get(self, kind: DocumentKind, key: str) -> Kept | None:
        """What is kept under this key, or None."""
        rows = self._store.rows(
            kept, kept.c.kind == kind.value, kept.c.key == key, *self._own(kind)
        )
        return next(map(_kept, _readable(rows)), None)

    def all(self, kind: DocumentKind) -> list[Kept]:
        """Everything of this kind, the newest change first."""
        rows = self._store.rows(kept, kept.c.kind == kind.value, *self._own(kind))
        return sorted(map(_kept, _readable(rows)), key=lambda one: one.updated_at, reverse=True)

    def about(self, key: str, beside: DocumentKind) -> list[Kept]:
        """All that is kept under this key, and everything of the kind beside it, in one query."""
        either = or_(kept.c.key == key, kept.c.kind == beside.value)
        return [_kept(row) for row in _readable(self._store.rows(kept, either))]

    def keep(self, kind: DocumentKind, key: str, content: Mapping[str, Any]) -> None:
        """Keeps this, instead of what had the key before; the same again writes nothing.

        Raises `InvalidInput` for a key that can't be one.
        """
        _require_key(key)
        before = self.get(kind, key)
        if before is None and self._own(kind) and self._store.row(kept, kind=kind.value, key=key):
            raise InvalidInput({"name": "somebody else keeps something under it"})
        if before is not None and before.content == json.loads(json.dumps(content)):
            return
        now = utc_now()
        row = {
            **self._store.scope,
            "kind": kind.value,
            "key": key,
            "content": dict(content),
            "created_at": now,
            "updated_at": now,
            "person_id": self._owner() if kind in _OWN else None,
        }
        query = self._store.insert(kept).values(**row)
        query = query.on_conflict_do_update(
            index_elements=[column.name for column in kept.primary_key],
            set_={name: query.excluded[name] for name in ("content", "updated_at")},
        )
        with self._store.writing() as connection:
            connection.execute(query)

    def claim(
        self, kind: DocumentKind, key: str, content: Mapping[str, Any], before: Kept | None
    ) -> bool:
        """Whether it's kept now: not if something else is kept than `before`, which was read.

        So of several who go on from the same one only the first does.
        """
        _require_key(key)
        now = utc_now()
        where = {"kind": kind.value, "key": key}
        if before is None:
            times = {"created_at": now, "updated_at": now}
            return self._store.add(kept, {**where, "content": dict(content), **times})
        # Two changes at the same tick of the clock would look like one.
        later = max(now, before.updated_at + timedelta(microseconds=1))
        return self._store.change(
            kept,
            where,
            {"content": dict(content), "updated_at": later},
            kept.c.updated_at == before.updated_at,
        )

    def forget(self, kind: DocumentKind, key: str) -> None:
        """Keeps it no longer; one that isn't kept is no error."""
        self._forget(kept.c.kind == kind.value, kept.c.key == key, *self._own(kind))

    def forget_older(self, kind: DocumentKind, before: datetime) -> int:
        """How many of this kind are kept no longer, as they didn't change since then."""
        return self._forget(kept.c.kind == kind.value, kept.c.updated_at < before)

    def _own(self, kind: DocumentKind) -> list[ColumnElement[bool]]:
        """The conditions of what belongs to who asks, or to all."""
        owner = self._owner() if kind in _OWN else None
        return [] if owner is None else [or_(kept.c.person_id.is_(None), kept.c.person_id == owner)]

    def _forget(self, *where: ColumnElement[bool]) -> int:
        with self._store.writing() as connection:
            return connection.execute(delete(kept).where(*self._store.mine(kept), *where)).rowcount


def _readable(rows: Iterable[Any]) -> Iterator[Any]:
    """Those whose key is there: what can't be read is as if it weren't kept."""
    return (row for row in rows if not isinstance(row.content, Unreadable))


def _kept(row: Any) -> Kept:
    return Kept(DocumentKind(row.kind), row.key, row.content, row.created_at, row.updated_at)


def _require_key(key: str) -> None:
    """Raises `InvalidInput` for one that a database couldn't hold as it is."""
    odd = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in key)
    if not key.strip() or len(key) > LONGEST_KEY or odd:
        raise InvalidInput({"name": f"give it a name of up to {LONGEST_KEY} letters"})
