"""How old what is known may get before it is read again."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Row

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.states import RunState, Subject
from mcf.sync.untold import Gaps, Untold


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what is shown is, and whether it's whole.

    `age` is that of the last whole read, None when there never was one; `message` says why the last
    read failed or is partial; `note` is worth knowing of one that was whole. `full_age` is that of
    the last read of everything, which alone tells inbound quantities; None where that makes no
    difference. `gaps` is what Amazon lists and doesn't tell, or not readably.
    """

    subject: Subject
    state: RunState | None
    age: timedelta | None
    rows: int
    message: str | None
    advice: str | None
    note: str | None = None
    full_age: timedelta | None = None
    gaps: Gaps = field(default_factory=Gaps)


def freshness(store: Store, subject: Subject, now: datetime | None = None) -> Freshness:
    """How old the stored data of the subject is; `now` is Amazon's. Raises `StoreError`."""
    row = store.row(tables.sync_runs, subject=subject.value)
    reading = _reading(subject, row, now or utc_now())
    return reading if row is None else replace(reading, gaps=Untold(store).gaps(subject))


def readings(store: Store, now: datetime) -> list[Freshness]:
    """The same of every subject, but for its gaps, in one query; raises `StoreError`."""
    rows = {row.subject: row for row in store.rows(tables.sync_runs)}
    return [_reading(subject, rows.get(subject.value), now) for subject in Subject]


def _reading(subject: Subject, row: Row[Any] | None, now: datetime) -> Freshness:
    if row is None:
        return Freshness(subject, None, None, 0, None, None)
    age = row.whole_at and utc_now() - row.whole_at
    state = RunState(row.state)
    full_age = row.full_at and max(now - row.full_at, timedelta())
    return Freshness(subject, state, age, row.rows, row.message, row.advice, row.note, full_age)


def attested(store: Store, frame: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """A shallow copy of a frame that tells in its `attrs` how whole it is; raises `StoreError`.

    The frame itself is everybody's.
    """
    row = store.row(tables.sync_runs, subject=subject.value)
    copy = frame.copy(deep=False)
    copy.attrs = {
        "state": row.state if row else "never",
        "whole_at": row.whole_at.isoformat() if row and row.whole_at else None,
        "message": row.message if row else None,
    }
    return copy


OPEN_ORDER_AGE = timedelta(minutes=10)
"""How old the detail of an order that is being worked on may get: its parcels change unlisted."""
RETURN_AGE = timedelta(hours=1)
OLD_RETURN_AGE = timedelta(days=1)
OLD_RETURN = timedelta(days=30)
"""How old what is known of units that come back may get: no list tells that they arrived. Some
never do, so of old returns it may get older.
"""
LISTED_AT_ONCE = 20
"""Orders that a page is taken to hold, to weigh it against single calls; Amazon doesn't say."""
FULL_EVERY = timedelta(hours=6)
"""How old a full read of the stock may get: Amazon doesn't tell changes of inbound quantities."""
PARCEL_AGE = timedelta(hours=1)
OLD_PARCEL_AGE = timedelta(days=1)
OLD_PARCEL = timedelta(days=21)


def dates(rows: Iterable[Row[Any]]) -> list[datetime]:
    """When each order (`tables.orders`) last changed at Amazon, in UTC, as far as it's told."""
    return [row.status_updated_date for row in rows if row.status_updated_date is not None]


def needs_detail(row: Row[Any], now: datetime, waiting: Mapping[str, timedelta]) -> bool:
    """Whether an order (`tables.orders`) is to be read: it changed, or what is known is old.

    `waiting` are the ages that orders with units on their way back may get, by order.
    """
    if row.detailed_at is None or row.detailed_status_date != row.status_updated_date:
        return True
    age = now - row.detailed_at
    if age > waiting.get(row.seller_fulfillment_order_id, timedelta.max):
        return True
    return not FulfillmentOrderStatus.of(row.status).is_final and age > OPEN_ORDER_AGE


def is_stale(row: Row[Any], now: datetime) -> bool:
    """Whether a parcel (`tables.tracking`) is still moving and wasn't asked for lately."""
    if PackageStatus.of(row.status).is_at_rest:
        return False
    old = row.ship_date is not None and now - row.ship_date > OLD_PARCEL
    return bool(now - row.tracked_at > (OLD_PARCEL_AGE if old else PARCEL_AGE))


def worth_listing(wanted: Sequence[datetime], listed: Sequence[datetime]) -> datetime | None:
    """Since when a list of orders and single calls for the older ones take the fewest calls.

    None when single calls alone do. `wanted` and `listed` are the dates of the last changes of the
    orders to read, and of all.
    """
    newest, listed = sorted(wanted, reverse=True), sorted(listed)
    calls = [len(newest)]
    for left, since in zip(range(len(newest) - 1, -1, -1), newest, strict=True):
        pages = math.ceil((len(listed) - bisect_left(listed, since)) / LISTED_AT_ONCE)
        calls.append(pages + left)
    best = calls.index(min(calls))
    return newest[best - 1] if best else None
