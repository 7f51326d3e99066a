"""What sellers said of days to come and of days that were, as it's kept in the store."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from mcf.inventory.expectations import Expectation, Way, checked
from mcf.store import tables
from mcf.store.database import Store, Values


class Said:
    """Reads and writes it; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def revision(self) -> tuple[int, ...]:
        """Grows with every change."""
        return self._store.revision(tables.expectations)

    def all(self) -> list[Expectation]:
        """Everything that was said, by its first day, the last one first."""
        rows = self._store.records(tables.expectations)
        return sorted(map(_read, rows), key=lambda one: (-one.first, one.expectation_id))

    def say(self, said: Expectation, amount: str, today: int) -> Expectation:
        """What is kept of what was said, under a new number if it has none.

        Raises `InvalidInput` with what is wrong.
        """
        clean = checked(said, amount, today)
        if not clean.expectation_id:
            clean = replace(clean, expectation_id=uuid.uuid4().hex)
        self._store.save(tables.expectations, [_row(clean)])
        return clean

    def forget(self, expectation_ids: Sequence[str]) -> None:
        """Takes it back, as if it had never been said."""
        self._store.drop(tables.expectations, "expectation_id", list(expectation_ids))


def _read(row: Values) -> Expectation:
    return Expectation(
        expectation_id=row["expectation_id"],
        skus=tuple(row["skus"] or ()),
        tag=row["tag"] or "",
        first=row["first_day"],
        last=row["last_day"],
        way=Way(row["way"]),
        amount=row["amount"],
        reason=row["reason"],
        said_by=row["said_by"] or "",
        said_at=row["said_at"],
        learns=bool(row["learns"]),
    )


def _row(said: Expectation) -> Values:
    return {
        "expectation_id": said.expectation_id,
        "skus": list(said.skus),
        "tag": said.tag.strip() or None,
        "first_day": said.first,
        "last_day": said.last,
        "way": said.way.value,
        "amount": said.amount,
        "reason": said.reason,
        "said_by": said.said_by or None,
        "said_at": said.said_at,
        "learns": int(said.learns),
    }
