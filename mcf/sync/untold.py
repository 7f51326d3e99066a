"""What Amazon doesn't tell any more though it lists it: since when what is shown of it is old."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.states import Subject


class Untold:
    """Entries of which an earlier reading stands, by subject; raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = Keeper(store)

    def since(self, subject: Subject) -> dict[str, datetime | None]:
        """Such entries by number, with when all that is shown of each was told last; None for one
        of which it never was.
        """
        kept = self._kept.get(DocumentKind.UNTOLD, subject.value)
        times: Mapping[str, str | None] = kept.content if kept else {}
        return {key: datetime.fromisoformat(time) if time else None for key, time in times.items()}

    def note(
        self,
        subject: Subject,
        told: Mapping[str, Collection[str]],
        older: Mapping[str, Collection[str]],
    ) -> None:
        """Notes what a read was told, and of what it wasn't all, by kind of entry."""
        before = self.since(subject)
        missing = {key for keys in older.values() for key in keys}
        there = {key for keys in told.values() for key in keys} - missing
        if not missing and not before.keys() & there:
            return
        run = self._store.row(tables.sync_runs, subject=subject.value)
        last = run.whole_at if run is not None else None
        times = {key: time for key, time in before.items() if key not in there}
        times |= {key: before.get(key, last) for key in sorted(missing)}
        content = {key: time and time.isoformat() for key, time in times.items()}
        self._kept.keep(DocumentKind.UNTOLD, subject.value, content)
