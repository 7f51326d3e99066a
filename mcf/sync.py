"""Amazon -> store. What is read is written at once; what wasn't seen is deleted only by a read that
was whole.

https://developer-docs.amazon.com/sp-api/docs/mcf-best-practices
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any, TypeVar

from mcf import logs, rows, tables
from mcf.client import MAX_SKUS, MCFClient, Page
from mcf.errors import (
    InvalidInput,
    MCFError,
    NotFound,
    PageTokenExpired,
    RequestRefused,
    Stopped,
    Throttled,
    UnexpectedAnswer,
    own_mistake,
)
from mcf.models import MCFFulfillmentOrder, MCFInventoryItem, MCFOrderDetail
from mcf.outcomes import Progress, Report, Run, RunState, Subject, unheard
from mcf.status import FulfillmentOrderStatus, PackageStatus
from mcf.store import Row, Store, utc_now

log = logs.get(__name__)
T = TypeVar("T")

OVERLAP = timedelta(hours=1)
"""How far a listing looks back behind the last whole one, as Amazon's clocks aren't one."""

OPEN_ORDER_AGE = timedelta(minutes=10)
"""How old the detail of an order that is being worked on may get: its parcels change unlisted."""

RESTARTS = 3
"""How often a listing is begun again when its page token expired (after 30 seconds)."""

Keep = Callable[[Sequence[T]], Iterable[str]]
"""Stores the rows of a page and gives back their keys."""

PARCEL_AGE = timedelta(hours=1)
OLD_PARCEL_AGE = timedelta(days=1)
OLD_PARCEL = timedelta(days=21)


class Sync:
    """Reads from Amazon into the store; `stop` ends a read between two calls.

    The methods don't raise `MCFError`s of Amazon's: they end up in the `Run` and in the store.
    """

    def __init__(self, client: MCFClient, store: Store, stop: Event | None = None) -> None:
        self._client = client
        self._store = store
        self._stop = stop or Event()

    def amazon_now(self) -> datetime:
        """Amazon's time, as far as its last answer told."""
        return utc_now() + self._client.clock_offset

    def everything(self, report: Report = unheard, *, full: bool = False) -> list[Run]:
        """Reads inventory, then orders, then parcels."""
        return [
            self.inventory(report),
            self.orders(report, full=full),
            self.tracking(report, full=full),
        ]

    def inventory(self, report: Report = unheard) -> Run:
        """Reads the stock of all SKUs. A page token that expires restarts the listing."""
        return self._run(Subject.INVENTORY, self._read_inventory, report)

    def orders(self, report: Report = unheard, *, full: bool = False) -> Run:
        """Reads what changed since the last whole read (all, if full), then the details needed."""
        return self._run(Subject.ORDERS, lambda step: self._read_orders(step, full=full), report)

    def tracking(self, report: Report = unheard, *, full: bool = False) -> Run:
        """Asks for the parcels that aren't at rest and weren't asked for lately (all, if full)."""
        return self._run(Subject.TRACKING, lambda step: self._read_parcels(step, full=full), report)

    def order(self, order_id: str) -> MCFOrderDetail:
        """Reads one order into the store and gives it back; raises an `MCFError`."""
        detail = self._client.get_fulfillment_order(order_id)
        order = rows.detail_row(detail, self.amazon_now())
        boxes = [(s, p) for s in detail.shipments for p in s.packages]
        self._store.save_order(
            order,
            {
                tables.order_items: [
                    rows.item_row(order_id, item) for item in detail.fulfillment_order_items
                ],
                tables.shipments: [rows.shipment_row(order_id, s) for s in detail.shipments],
                tables.packages: [rows.package_row(order_id, s, p) for s, p in boxes],
            },
        )
        return detail

    def _run(self, subject: Subject, read: Callable[[_Steps], None], report: Report) -> Run:
        steps = _Steps(Progress(subject), report, self._stop)
        started = utc_now()
        self._note(Run(subject, RunState.RUNNING, 0, 0), started)
        try:
            read(steps)
            run = Run(subject, RunState.WHOLE, steps.at.done, steps.at.rows, note=steps.told)
        except (_Interrupted, Stopped):
            run = Run(subject, RunState.STOPPED, steps.at.done, steps.at.rows)
        except Exception as error:
            if not isinstance(error, MCFError):
                log.exception("reading failed", subject=subject.value)
            state = RunState.PARTIAL if steps.at.rows else RunState.FAILED
            told = own_mistake(error, f"reading {subject.value}")
            run = Run(subject, state, steps.at.done, steps.at.rows, told)
        self._note(run, started)
        return run

    def _note(self, run: Run, started: datetime) -> None:
        row: rows.Values = {
            "subject": run.subject.value,
            "state": run.state.value,
            "started_at": started,
            "pages": run.steps,
            "rows": run.rows,
        }
        if run.state is not RunState.RUNNING:
            # Why the last read failed stays in view until the next one has ended.
            row["message"] = run.error.message if run.error else run.note
            row["advice"] = run.error and run.error.advice
            row["finished_at"] = utc_now()
        if run.state is RunState.WHOLE:
            row["whole_at"] = started
        self._store.save(tables.sync_runs, [row])

    def _read_inventory(self, step: _Steps) -> None:
        seen: dict[str, rows.Values] = {}

        def keep(items: Sequence[MCFInventoryItem]) -> Iterator[str]:
            found = {item.seller_sku: rows.inventory_row(item) for item in items}
            self._store.save(tables.inventory, found.values())
            seen.update(found)
            return (item.seller_sku for item in items)

        self._listed(step, lambda t: self._client.get_inventory_summaries(next_token=t), keep)
        self._ask_by_name(step, self._unseen(seen), keep)
        self._store.replace(tables.inventory, seen.values())

    def _unseen(self, seen: Container[str]) -> list[str]:
        known = (row.seller_sku for row in self._store.rows(tables.inventory))
        return [sku for sku in known if sku not in seen]

    def _ask_by_name(self, step: _Steps, skus: Sequence[str], keep: Keep[MCFInventoryItem]) -> None:
        """Asks for SKUs that no page had: pages may lack rows, so only this makes one gone."""
        missed = 0
        for some in _handfuls(skus):
            page = self._client.get_inventory_summaries(seller_skus=some)
            missed += len(list(keep(page.items)))
            step.took(rows=len(page.items))
        if missed:
            step.note(f"{missed} SKUs were missing from Amazon's pages and were asked for by name.")

    def _listed(self, step: _Steps, fetch: Callable[[str | None], Page[T]], keep: Keep[T]) -> None:
        """Reads all pages of a listing, from the start again when it moved or its token expired.

        Raises `UnexpectedAnswer` when it's never the same twice: rows may be missing then.
        """
        for attempt in range(RESTARTS):
            try:
                twice = self._pages(step, fetch, keep)
            except PageTokenExpired:
                continue
            if not twice:
                return
            step.note("Rows came twice on Amazon's pages, so they were read again.")
            if attempt:
                raise UnexpectedAnswer(
                    f"Amazon's pages moved while they were read: {twice} rows came twice, so "
                    "others may be missing.",
                    advice="What was read is kept and nothing was removed. It's read again soon.",
                )
        self._pages(step, fetch, keep)

    def _pages(self, step: _Steps, fetch: Callable[[str | None], Page[T]], keep: Keep[T]) -> int:
        """How many rows of a listing came more than once."""
        token: str | None = None
        tokens: set[str] = set()
        counts: Counter[str] = Counter()
        while True:
            page = fetch(token)
            counts.update(keep(page.items))
            step.took(rows=len(page.items))
            token = page.next_token
            if not token:
                return counts.total() - len(counts)
            if token in tokens:
                raise UnexpectedAnswer("Amazon's pages go in a circle: a page token came twice.")
            tokens.add(token)

    def _read_orders(self, step: _Steps, *, full: bool) -> None:
        self._list_orders(step, None if full else self._listed_until())
        wanted = self._orders_to_detail(full=full)
        step.expect(len(wanted))
        step.each(wanted, self.order)

    def _list_orders(self, step: _Steps, since: datetime | None) -> None:
        begun: datetime | None = None

        def fetch(token: str | None) -> Page[MCFFulfillmentOrder]:
            nonlocal begun
            page = self._client.list_all_fulfillment_orders(
                query_start_date=since, next_token=token
            )
            if token is None:
                begun = self.amazon_now()
            return page

        self._listed(step, fetch, self._save_heads)
        subject = {"subject": Subject.ORDERS.value}
        self._store.change(tables.sync_runs, subject, {"known_until": begun})

    def _save_heads(self, orders: Sequence[MCFFulfillmentOrder]) -> list[str]:
        column = tables.orders.c.seller_fulfillment_order_id
        ids = [order.seller_fulfillment_order_id for order in orders]
        known = self._store.records(tables.orders, column.in_(ids))
        details = {row["seller_fulfillment_order_id"]: row["raw"] for row in known}
        heads = [rows.order_row(order) for order in orders]
        for head in heads:
            # A listing leaves out fields that the order's detail has told.
            head["raw"] = details.get(head["seller_fulfillment_order_id"], {}) | head["raw"]
        self._store.save(tables.orders, heads)
        return ids

    def _listed_until(self) -> datetime | None:
        run = self._store.row(tables.sync_runs, subject=Subject.ORDERS.value)
        return run.known_until - OVERLAP if run is not None and run.known_until else None

    def _orders_to_detail(self, *, full: bool) -> list[str]:
        now = self.amazon_now()
        found = [row for row in self._store.rows(tables.orders) if full or _needs_detail(row, now)]
        found.sort(key=lambda row: row.received_date, reverse=True)
        return [row.seller_fulfillment_order_id for row in found]

    def _read_parcels(self, step: _Steps, *, full: bool) -> None:
        numbers = self._parcels_to_ask(full=full)
        step.expect(len(numbers))
        step.each(numbers, self._read_parcel)

    def _read_parcel(self, number: int) -> None:
        tracked = self._client.get_package_tracking_details(number)
        row = rows.tracking_row(tracked, self.amazon_now())
        self._store.save(tables.tracking, [{**row, "package_number": number}])

    def _parcels_to_ask(self, *, full: bool) -> list[int]:
        now = self.amazon_now()
        told = {row.package_number: row for row in self._store.rows(tables.tracking)}
        numbers = [row.package_number for row in self._store.rows(tables.packages)]
        return [n for n in numbers if full or n not in told or _is_stale(told[n], now)]


class _Interrupted(Exception):
    pass


class _Steps:
    """Counts what a read has done, tells it, and ends the read when it's to stop."""

    def __init__(self, at: Progress, report: Report, stop: Event) -> None:
        self.at = at
        self.told: str | None = None
        self._report = report
        self._stop = stop

    def expect(self, more: int) -> None:
        self.at = replace(self.at, total=self.at.done + more)
        self._tell()

    def note(self, sentence: str) -> None:
        """Keeps what a seller should know of a read that was whole all the same."""
        self.told = sentence

    def took(self, *, rows: int) -> None:
        self.at = replace(self.at, done=self.at.done + 1, rows=self.at.rows + rows)
        self._tell()

    def each(self, keys: Iterable[T], read: Callable[[T], object]) -> None:
        """Reads one after the other; one that can't be read doesn't keep the others from it.

        What Amazon doesn't know is passed over: a parcel is in its order before tracking has it.
        Raises the first error of the others when all were tried.
        """
        first: MCFError | None = None
        for key in keys:
            try:
                read(key)
            except NotFound:
                self.took(rows=0)
            except Throttled:
                raise
            except (UnexpectedAnswer, RequestRefused, InvalidInput) as error:
                first = first or error
                self.took(rows=0)
            else:
                self.took(rows=1)
        if first is not None:
            raise first

    def _tell(self) -> None:
        self._report(self.at)
        if self._stop.is_set():
            raise _Interrupted


def _handfuls(skus: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many SKUs as one call may name; one with a comma goes alone."""
    plain = [sku for sku in skus if "," not in sku]
    yield from ([sku] for sku in skus if "," in sku)
    yield from (plain[first : first + MAX_SKUS] for first in range(0, len(plain), MAX_SKUS))


def _needs_detail(row: Row[Any], now: datetime) -> bool:
    if row.detailed_at is None or row.detailed_status_date != row.status_updated_date:
        return True
    status = FulfillmentOrderStatus.of(row.status)
    return not status.is_final and now - row.detailed_at > OPEN_ORDER_AGE


def _is_stale(row: Row[Any], now: datetime) -> bool:
    if PackageStatus.of(row.status).is_at_rest:
        return False
    old = row.ship_date is not None and now - row.ship_date > OLD_PARCEL
    return bool(now - row.tracked_at > (OLD_PARCEL_AGE if old else PARCEL_AGE))
