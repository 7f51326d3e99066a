"""Cached frames of what is true of all orders now; whoever shows or tells of orders reads these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from mcf.store import tables
from mcf.store.database import Store
from mcf.store.snapshots import Made, RevisionCache, Snapshot, StoredFrames
from mcf.store.states import Subject
from mcf.tracking import lifecycle, standing
from mcf.tracking.event_log import Chronicle
from mcf.tracking.lifecycle import Trouble

Members = Mapping[Trouble, "pd.Series[bool]"]


class Standings:
    """Of one marketplace; `now` is Amazon's time. Every method raises `StoreError`."""

    def __init__(self, store: Store, frames: StoredFrames, now: Callable[[], datetime]) -> None:
        self._store = store
        self._frames = frames
        self._chronicle = Chronicle(store)
        self._now = now
        self._cache = RevisionCache()

    def orders(self) -> Snapshot:
        """The orders as `standing.counted` gives them; their parcels are beside them."""
        base, released = self._frames.orders(), self._released()
        return base.once(("counted", tuple(sorted(released.items()))), lambda frame: _counted(
            frame, base.beside, released
        ))  # fmt: skip

    def parcels(self) -> pd.DataFrame:
        """Their parcels as `standing.parcels` gives them."""
        return _parcels(self.orders())

    def troubles(self, orders: Snapshot) -> Members:
        """Those of these orders that are in each trouble now, to the minute."""
        minute, heard = self._minute(), self.heard()
        fixed = orders.once("troubles", lambda it: lifecycle.troubles(it, _parcels(orders)))
        timely = orders.once(
            ("timely", minute, heard), lambda it: lifecycle.timely(it, minute, heard=heard)
        )
        return {each: fixed[each] | timely[each] if each in timely else fixed[each]
                for each in Trouble}  # fmt: skip

    def table(self) -> pd.DataFrame:
        """The orders with `days_late`, and `trouble`: their troubles' names, the gravest first."""
        orders, minute = self.orders(), self._minute()
        members = self.troubles(orders)
        return orders.once(
            ("table", minute, self.heard()),
            lambda it: it.assign(
                days_late=standing.days_late(it, minute), trouble=lifecycle.named(it, members)
            ),
        )

    def heard(self) -> bool:
        """Whether all orders and parcels were read once; before that their silence says nothing."""
        runs = {run.subject: run.whole_at for run in self._store.rows(tables.sync_runs)}
        return all(runs.get(subject.value) for subject in (Subject.ORDERS, Subject.TRACKING))

    def _minute(self) -> datetime:
        return self._now().replace(second=0, microsecond=0)

    def _released(self) -> dict[str, datetime]:
        def make(_: Made[Any] | None) -> dict[str, datetime]:
            return self._chronicle.released()

        return self._cache.once("released", lambda: (self._chronicle.revision(),), make)


def _parcels(orders: Snapshot) -> pd.DataFrame:
    """The parcels that the orders were counted with, and no later ones."""
    return standing.no_parcels() if orders.beside is None else orders.beside


def _counted(
    frame: pd.DataFrame, packages: pd.DataFrame | None, released: Mapping[str, datetime]
) -> Snapshot:
    parcels = standing.no_parcels() if packages is None else packages
    orders = standing.counted(frame, parcels, released)
    return Snapshot(orders, standing.parcels(parcels, orders))
