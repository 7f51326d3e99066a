"""Who did what: records without names, each chained to the one before it by a digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from mcf.access.actor import Actor
from mcf.store.database import Store, utc_now
from mcf.store.tables import audit

_AT_FIRST = "0" * 64
"""What the first record is chained to."""
_SIGNED = tuple(column.name for column in audit.columns if column.name != "chain")


class Audit:
    """The records of all accounts in a store, which are added to and never changed.

    Every method raises `StoreError`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(
        self,
        actor: Actor,
        action: str,
        subject: str = "",
        *,
        outcome: str = "done",
        before: str = "",
        after: str = "",
        request_id: str = "",
    ) -> None:
        """Adds a record; `before` and `after` say what changed, without any buyer's data."""
        record = {
            "at": utc_now(),
            "person_id": actor.person_id,
            "origin": actor.origin,
            "action": action,
            "subject": subject,
            "outcome": outcome,
            "before": before,
            "after": after,
            "request_id": request_id,
            **self._store.scope,
        }
        with self._store.writing(audit) as connection:
            newest = select(audit.c.number, audit.c.chain).order_by(audit.c.number.desc()).limit(1)
            last = connection.execute(newest).first()
            number, chain = (last.number, last.chain) if last is not None else (0, _AT_FIRST)
            row = {"number": number + 1, **record}
            connection.execute(audit.insert().values(**row, chain=chained(chain, row)))


def chained(before: str, record: Mapping[str, Any]) -> str:
    """The digest of a record and of the one before it."""
    values = {name: _text(record[name]) for name in _SIGNED}
    text = json.dumps([before, values], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
