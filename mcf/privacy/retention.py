"""What ends: buyers' data goes so many days after an order's delivery or end, everywhere."""

from __future__ import annotations

import glob
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from mcf import logs
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.privacy.forgetting import Forgetting
from mcf.privacy.holds import Holds
from mcf.store import forgotten, tables
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.records import Values
from mcf.store.states import SubmissionState

log = logs.get(__name__)
_ORDER = "seller_fulfillment_order_id"
_AT_ONCE = 500
"""Orders whose buyers are forgotten in one step."""
_UNFINISHED = (
    DocumentKind.DRAFT,
    DocumentKind.FILE,
    DocumentKind.BATCH,
    DocumentKind.BATCH_ORDERS,
)
"""What people typed and gave, which goes that long after its last change."""
_EXPORT = re.compile(
    r"(evidence_.+|orders|parcels|packages|shipments|returns|troubles?|results?)"
    r"_\d{8}T\d{6}Z\.[a-z]+"
)
"""The names of files with names and addresses that this program writes into `output/`."""
_COPIES = ("schema-", "damaged-")


@dataclass(frozen=True, slots=True)
class Gone:
    """How much went: orders whose buyers were forgotten, drafts and files of orders, files."""

    orders: int
    kept: int
    files: int

    @property
    def any(self) -> bool:
        """Whether anything went."""
        return bool(self.orders or self.kept or self.files)


class Retention:
    """Finds what is due and forgets it; every method raises `StoreError`."""

    def __init__(self, store: Store, days: int, path: Path | None, exports: Path) -> None:
        self._store = store
        self._after = timedelta(days=days)
        self._path = path
        self._exports = exports

    def run(self, now: datetime) -> Gone:
        """What went; `now` is Amazon's time. Done again, it does nothing."""
        orders = kept = 0
        for store in self._scopes():
            ids = due(store, now, self._after)
            for first in range(0, len(ids), _AT_ONCE):
                orders += len(Forgetting(store).orders(ids[first : first + _AT_ONCE], now))
            keeper, before = Keeper(store), utc_now() - self._after
            kept += sum(keeper.forget_older(kind, before) for kind in _UNFINISHED)
        gone = Gone(orders, kept, sum(map(_removed, self._old_files())))
        if gone.any:
            self._store.compact()
            log.info("buyers forgotten", orders=orders, kept=kept, files=gone.files)
        return gone

    def _scopes(self) -> list[Store]:
        """The store for every account and marketplace that it has something of."""
        scopes = set()
        for table in (tables.orders, tables.submissions, tables.kept):
            query = select(table.c.account, table.c.marketplace_id).distinct()
            scopes |= {(row.account, row.marketplace_id) for row in self._store.read(query)}
        return [self._store.of(*scope) for scope in sorted(scopes)]

    def _old_files(self) -> Iterator[Path]:
        last = (utc_now() - self._after).timestamp()
        found = (
            [path for path in self._exports.glob("*") if _EXPORT.fullmatch(path.name)]
            if self._exports.is_dir()
            else []
        )
        if self._path is not None:
            name = glob.escape(self._path.name)
            found += [it for kind in _COPIES for it in self._path.parent.glob(f"{name}.{kind}*")]
        for path in found:
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < last:
                    yield path


def due(store: Store, now: datetime, after: timedelta) -> list[str]:
    """The numbers of orders whose buyers are to be forgotten now, those on hold left out."""
    held = Holds(store).all(now)
    ids = [*_ended(store, now - after), *_never_placed(store, utc_now() - after)]
    return sorted(set(ids) - held.keys())


def _ended(store: Store, before: datetime) -> Iterator[str]:
    c = tables.orders.c
    columns = (c[_ORDER], c.status, c.status_updated_date, c.received_date)
    query = select(*columns).where(*store.mine(tables.orders), c.forgotten_at.is_(None))
    rows = [
        dict(row._mapping)
        for row in store.read(query)
        if FulfillmentOrderStatus.of(row.status).is_final
    ]
    boxes = _parcels(store) if rows else {}
    for row in rows:
        ended = forgotten.ended_at(row, boxes.get(row[_ORDER], ()))
        if ended is not None and ended < before:
            yield row[_ORDER]


def _parcels(store: Store) -> dict[str, list[Values]]:
    box, told = tables.packages.c, tables.tracking.c
    told_query = select(told.package_number, told.delivered_at, told.estimated_arrival_date)
    tracked = {
        row.package_number: row
        for row in store.read(told_query.where(*store.mine(tables.tracking)))
    }
    query = select(box[_ORDER], box.package_number, box.estimated_arrival_date)
    boxes: defaultdict[str, list[Values]] = defaultdict(list)
    for row in store.read(query.where(*store.mine(tables.packages))):
        seen = tracked.get(row.package_number)
        estimate = (seen and seen.estimated_arrival_date) or row.estimated_arrival_date
        arrived = seen and seen.delivered_at
        boxes[row[0]].append({"delivered_at": arrived, "estimated_arrival_date": estimate})
    return boxes


def _never_placed(store: Store, before: datetime) -> Iterator[str]:
    """Orders that were sent or tried long ago and that Amazon doesn't list."""
    sent, listed = tables.submissions.c, tables.orders.c
    there = select(listed[_ORDER]).where(*store.mine(tables.orders))
    query = select(sent[_ORDER], sent.state, sent.updated_at, sent.request).where(
        *store.mine(tables.submissions), sent[_ORDER].not_in(there), sent.updated_at < before
    )
    for row in store.read(query):
        unsure = row.state in (SubmissionState.SENDING.value, SubmissionState.UNKNOWN.value)
        may_come = row.state == SubmissionState.ACCEPTED.value
        recent = row.updated_at >= before - forgotten.GRACE
        if not unsure and not (may_come and recent) and not forgotten.is_forgotten(row.request):
            yield row[0]


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError as error:
        log.warning("an old file can't be removed", reason=type(error).__name__)
        return False
    return True
