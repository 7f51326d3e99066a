"""Cached frames: loaded once per revision of the store, then patched with the rows that changed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals
from sqlalchemy import ColumnElement, Table, func, or_

from mcf.amazon.statuses import ShipmentStatus
from mcf.store import frames, tables
from mcf.store.database import AT_ONCE, Store

T = TypeVar("T")


class Snapshot:
    """A frame that nobody changes, and `beside` it the one it was made with.

    What is derived from the frame is kept with it, so it lives just as long.
    """

    def __init__(self, frame: pd.DataFrame, beside: pd.DataFrame | None = None) -> None:
        self.frame = frame
        self.beside = beside
        self._derived: dict[Hashable, Any] = {}
        self._lock = threading.RLock()

    def once(self, name: Hashable, find: Callable[[pd.DataFrame], T]) -> T:
        """What `find` finds in the frame; it's asked once per name."""
        with self._lock:
            if name not in self._derived:
                self._derived[name] = find(self.frame)
            derived: T = self._derived[name]
            return derived


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A value, and the revision of what it was made of."""

    revision: tuple[object, ...]
    value: T


class RevisionCache:
    """Values by name, each made once per revision; safe to share between threads."""

    def __init__(self) -> None:
        self._made: dict[str, Made[Any]] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._lock = threading.Lock()

    def has(self, name: str) -> bool:
        """Whether a value of this name was made, of whatever revision."""
        return name in self._made

    def once(
        self,
        name: str,
        revision: Callable[[], tuple[object, ...]],
        make: Callable[[Made[T] | None], T],
    ) -> T:
        """The value of this revision; `make` gets that of an earlier one, None if there's none.

        Of many visitors one makes it, and the others wait for it.
        """
        made: Made[T] | None = self._made.get(name)
        if made is not None and made.revision == revision():
            return made.value
        with self._lock:
            lock = self._locks.setdefault(name, threading.RLock())
        with lock:
            made, now = self._made.get(name), revision()
            if made is None or made.revision != now:
                made = self._made[name] = Made(now, make(made))
            return made.value


def patched(frame: pd.DataFrame, news: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The frame with the rows of `news` in place of those with their key; new ones at the end."""
    if news.empty:
        return frame
    at = _places(frame, news, key)
    order = np.arange(len(frame))
    order[at[at >= 0]] = len(frame) + np.flatnonzero(at >= 0)
    added = len(frame) + np.flatnonzero(at < 0)
    whole = pd.DataFrame({name: _joined(frame[name], news[name]) for name in frame.columns})
    taken = whole.take(np.concatenate([order, added])).reset_index(drop=True)
    return taken.assign(
        **{name: taken[name].cat.remove_unused_categories() for name in _open_kinds(taken)}
    )


def _places(frame: pd.DataFrame, news: pd.DataFrame, key: Sequence[str]) -> Any:
    """The position in the frame of each row of `news`, -1 for one that isn't there."""
    names = list(key)
    near = np.flatnonzero(frame[names[-1]].isin(news[names[-1]]))
    there = pd.MultiIndex.from_frame(frame.iloc[near][names])
    at = there.get_indexer(pd.MultiIndex.from_frame(news[names]))
    return np.where(at >= 0, np.append(near, -1)[at], -1)


def _joined(old: pd.Series[Any], new: pd.Series[Any]) -> Any:
    if not isinstance(old.dtype, pd.CategoricalDtype):
        return pd.concat([old, new], ignore_index=True)
    if old.dtype == new.dtype:
        return pd.Series(pd.concat([old, new], ignore_index=True))
    return pd.Series(union_categoricals([old, new], sort_categories=True))


def _open_kinds(frame: pd.DataFrame) -> list[str]:
    return [
        str(name)
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, pd.CategoricalDtype) and not dtype.ordered
    ]


Revisions: TypeAlias = tuple[int, ...]
Load: TypeAlias = Callable[[], Snapshot]
Patch: TypeAlias = Callable[[pd.DataFrame, Revisions], Snapshot | None]
"""What becomes of a frame of these revisions; None when too much changed."""
ORDER_TABLES = (tables.orders, tables.order_items, tables.packages, tables.tracking)
_ORDER_SOURCES = (*ORDER_TABLES, tables.submissions)
_PARCEL_TABLES = (tables.packages, tables.tracking)
_ORDER_ID = "seller_fulfillment_order_id"
_DEAD = (ShipmentStatus.CANCELLED_BY_FULFILLER.value, ShipmentStatus.CANCELLED_BY_SELLER.value)
_PARCEL_KEY = (_ORDER_ID, "amazon_shipment_id", "package_number")


class StoredFrames:
    """Stock, orders and parcels as snapshots, the same ones as long as nothing changes.

    `loads` and `patches` count how often each was made, in full and from what changed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache = RevisionCache()
        self.loads: Counter[str] = Counter()
        self.patches: Counter[str] = Counter()

    def inventory(self) -> Snapshot:
        """Columns `frames.INVENTORY` and `stock_state`, by SKU."""
        return self._current("inventory", (tables.inventory,), self._load_stock, self._patch_stock)

    def packages(self) -> Snapshot:
        """Columns `frames.PACKAGES`."""
        return self._current("packages", _PARCEL_TABLES, self._load_parcels, self._patch_parcels)

    def orders(self) -> Snapshot:
        """Columns `frames.ORDERS`, newest first; the parcels are beside it."""
        return self._current("orders", _ORDER_SOURCES, self._load_orders, self._patch_orders)

    def dead_shipments(self) -> pd.DataFrame:
        """The shipments that were given up: `seller_fulfillment_order_id`, `amazon_shipment_id`."""
        dead = func.upper(tables.shipments.c.status).in_(_DEAD)
        names = [_ORDER_ID, "amazon_shipment_id"]
        return pd.DataFrame(dict(self._store.columns(tables.shipments, names, dead)), dtype="str")

    def _current(self, name: str, sources: Sequence[Table], load: Load, patch: Patch) -> Snapshot:
        def make(earlier: Made[Snapshot] | None) -> Snapshot:
            snapshot = self._patched(name, sources, earlier, patch)
            if snapshot is None:
                snapshot = load()
                self.loads[name] += 1
            return snapshot

        return self._cache.once(name, lambda: self._store.revision(*sources), make)

    def _patched(
        self, name: str, sources: Sequence[Table], earlier: Made[Snapshot] | None, patch: Patch
    ) -> Snapshot | None:
        if earlier is None:
            return None
        revisions: Any = earlier.revision
        lost = zip(self._store.deleted(*sources), revisions, strict=True)
        if any(deleted > seen for deleted, seen in lost):
            return None
        snapshot, kept = patch(earlier.value.frame, revisions), earlier.value
        if snapshot and snapshot.frame is kept.frame and snapshot.beside is kept.beside:
            return kept
        self.patches[name] += snapshot is not None
        return snapshot

    def _load_stock(self) -> Snapshot:
        return Snapshot(self._stock())

    def _patch_stock(self, before: pd.DataFrame, since: Revisions) -> Snapshot:
        news = self._stock(tables.inventory.c.changed > since[0])
        frame = patched(before, news, ["seller_sku"])
        return Snapshot(frame if len(frame) == len(before) else _sorted(frame, ["seller_sku"]))

    def _stock(self, *where: ColumnElement[bool]) -> pd.DataFrame:
        columns = {**frames.INVENTORY, frames.UNTOLD: frames.TEXT}
        rows = self._read(tables.inventory, columns, *where)
        return frames.with_stock_state(frames.inventory(rows))

    def _load_parcels(self) -> Snapshot:
        tracking = self._read(tables.tracking, frames.TOLD)
        return Snapshot(frames.packages(self._read(tables.packages, frames.PACKAGES), tracking))

    def _patch_parcels(self, before: pd.DataFrame, since: Revisions) -> Snapshot | None:
        numbers = self._numbers(since[1])
        if len(numbers) > AT_ONCE:
            return None
        parcels = tables.packages.c
        rows = self._read(
            tables.packages,
            frames.PACKAGES,
            or_(parcels.changed > since[0], parcels.package_number.in_(numbers)),
        )
        asked = rows["package_number"].tolist()
        if len(asked) > AT_ONCE:
            return None
        mine = tables.tracking.c.package_number.in_(asked)
        tracking = self._read(tables.tracking, frames.TOLD, mine)
        frame = patched(before, frames.packages(rows, tracking), _PARCEL_KEY)
        return Snapshot(frame if len(frame) == len(before) else _sorted(frame, _PARCEL_KEY))

    def _load_orders(self) -> Snapshot:
        return self._orders(self.packages().frame)

    def _patch_orders(self, before: pd.DataFrame, since: Revisions) -> Snapshot | None:
        changed = self._changed_orders(since)
        if changed is None:
            return None
        parcels, frame = self.packages().frame, before
        if changed:
            mine = parcels[parcels[_ORDER_ID].isin(changed)]
            news = self._orders(mine, changed).frame
            frame = _sorted(patched(before, news, [_ORDER_ID]), [_ORDER_ID])
            frame = frames.newest_first(frame)
        if self._store.revision(tables.submissions)[0] > since[4]:
            promises = self._read(tables.submissions, frames.PROMISES)
            frame = frames.with_promises(frame, promises)
        return Snapshot(frame, parcels)

    def _orders(self, parcels: pd.DataFrame, ids: Sequence[str] | None = None) -> Snapshot:
        def mine(table: Table) -> list[ColumnElement[bool]]:
            return [] if ids is None else [table.c[_ORDER_ID].in_(ids)]

        heads = {**frames.ORDERS, "detailed_at": frames.UTC_TIME}
        rows = self._read(tables.orders, heads, *mine(tables.orders))
        lines = self._read(tables.order_items, frames.ITEMS, *mine(tables.order_items))
        promises = self._read(tables.submissions, frames.PROMISES, *mine(tables.submissions))
        return Snapshot(frames.orders(rows, frames.items(lines), parcels, promises), parcels)

    def _changed_orders(self, since: Revisions) -> list[str] | None:
        numbers = self._numbers(since[3])
        if len(numbers) > AT_ONCE:
            return None
        parcels = tables.packages.c
        conditions = (
            (tables.orders, tables.orders.c.changed > since[0]),
            (tables.order_items, tables.order_items.c.changed > since[1]),
            (
                tables.packages,
                or_(parcels.changed > since[2], parcels.package_number.in_(numbers)),
            ),
        )
        changed: set[str] = set()
        for table, condition in conditions:
            changed.update(self._store.columns(table, [_ORDER_ID], condition)[_ORDER_ID].tolist())
        return sorted(changed) if len(changed) <= AT_ONCE else None

    def _numbers(self, since: int) -> list[int]:
        changed = tables.tracking.c.changed > since
        numbers: list[int] = self._store.columns(tables.tracking, ["package_number"], changed)[
            "package_number"
        ].tolist()
        return numbers

    def _read(self, table: Table, columns: frames.Columns, *where: ColumnElement[bool]) -> Any:
        there = [n for n in columns if n in table.c]
        return self._store.columns(table, there, *where)


def _sorted(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    for name in reversed(key):
        frame = frame.take(frame[name].argsort(kind="stable").to_numpy())
    return frame.reset_index(drop=True)
