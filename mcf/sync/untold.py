"""What Amazon doesn't tell any more though it lists it: since when what is shown of it is old."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.states import Subject


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing of entries that Amazon lists, by their number.

    `older` are those of which an earlier reading stands, with when all that is shown of each was
    told last, None if it never was; `doubtful` those that came, with what of each wasn't told or
    couldn't be read.
    """

    older: Mapping[str, datetime | None] = field(default_factory=dict)
    doubtful: Mapping[str, Sequence[str]] = field(default_factory=dict)


_MOST = 500
"""Doubtful entries that are kept."""


class Untold:
    """Such entries by what is read; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = Keeper(store)

    def gaps(self, subject: Subject) -> Gaps:
        """What is missing now."""
        kept = self._kept.get(DocumentKind.UNTOLD, subject.value)
        content: Mapping[str, Any] = kept.content if kept else {}
        times: Mapping[str, str | None] = content.get("older", {})
        older = {k: datetime.fromisoformat(time) if time else None for k, time in times.items()}
        return Gaps(older, content.get("doubtful", {}))

    def note(
        self,
        subject: Subject,
        told: Mapping[str, Collection[str]],
        older: Mapping[str, Collection[str]],
        unread: Mapping[str, Mapping[str, Sequence[str]]],
        *,
        was_all: bool = False,
    ) -> None:
        """Notes what a read was told, and of what it wasn't all, by kind of entry.

        Where that `was_all` there is, Amazon has no others any more.
        """
        before = Gaps() if was_all else self.gaps(subject)
        missing = {key for keys in older.values() for key in keys}
        there = {key for keys in told.values() for key in keys} - missing
        doubts = {k: list(v) for entries in unread.values() for k, v in entries.items()}
        doubts = {key: fields for key, fields in doubts.items() if key not in missing}
        left = {k: v for k, v in before.doubtful.items() if k not in there | missing} | doubts
        is_news = missing or before.older.keys() & there or left != before.doubtful
        if not (is_news or (was_all and self.gaps(subject) != before)):
            return
        run = self._store.row(tables.sync_runs, subject=subject.value)
        last = run.whole_at if run is not None else None
        times = {key: time for key, time in before.older.items() if key not in there}
        known = self.gaps(subject).older
        times |= {key: known.get(key, last) for key in sorted(missing)}
        content = {
            "older": {key: time and time.isoformat() for key, time in times.items()},
            "doubtful": dict([*left.items()][:_MOST]),
        }
        self._kept.keep(DocumentKind.UNTOLD, subject.value, content)
