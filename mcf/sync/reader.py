"""Amazon -> store: which stock, orders, returns and parcels are read, and when.

What is read is written at once; what wasn't seen is deleted only by a read that was whole.

https://developer-docs.amazon.com/sp-api/docs/mcf-best-practices
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import Row, Table

from mcf import logs
from mcf.amazon.client import MAX_SKUS, MCFClient
from mcf.amazon.inventory_pages import StockRow
from mcf.amazon.models.answers import MCFOrderDetail, PackageTracking
from mcf.amazon.responses import Doubt, Page
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus, ReturnStatus
from mcf.errors import (
    MCFError,
    NotFound,
    Stopped,
    StoreError,
    UnexpectedAnswer,
    own_mistake,
)
from mcf.inventory.history import History, day_of
from mcf.store import records, tables
from mcf.store.coordination import Lease
from mcf.store.database import Store, utc_now
from mcf.store.states import RunState, Subject
from mcf.sync.freshness import (
    FULL_EVERY,
    OLD_RETURN,
    OLD_RETURN_AGE,
    RETURN_AGE,
    dates,
    is_stale,
    needs_detail,
    worth_listing,
)
from mcf.sync.pages import Keep, Place, read_pages
from mcf.sync.progress import Interrupted, Progress, Report, Run, Steps, unheard
from mcf.sync.untold import Untold
from mcf.sync.writer import STOCK_COLUMNS, Writer, completed, stock_at_once
from mcf.wording import many

log = logs.get(__name__)
OVERLAP = timedelta(hours=1)
"""How far a listing looks back behind the last whole one, as Amazon's clocks aren't one."""
_POLL = 0.3
_SKUS, _ORDERS, _PARCELS, _RETURNS = "SKU", "order", "parcel", "return of order"
# In the case that Amazon declares: the few in another one are sorted out row by row.
_FINAL = [status.value for status in FulfillmentOrderStatus if status.is_final]
_AT_REST = [status.value for status in PackageStatus if status.is_at_rest]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Sync:
    """Reads from Amazon into the store; `stop` ends a read between two calls.

    The methods don't raise `MCFError`s of Amazon's: they end up in the `Run` and in the store.
    """

    def __init__(
        self,
        client: MCFClient,
        store: Store,
        stop: Event | None = None,
        keep_personal: timedelta | None = None,
    ) -> None:
        """Of orders that ended longer than `keep_personal` ago no buyer is kept; None keeps all."""
        self._client = client
        self._store = store
        self._stop = stop or Event()
        self._history = History(store)
        self._untold = Untold(store)
        self._writer = Writer(client, store, self.amazon_now, keep_personal)
        self._returns_read: dict[str, datetime] = {}
        self._under_way: set[Steps] = set()
        self._place = Place()

    def amazon_now(self) -> datetime:
        """Amazon's time as its last answer told; before the first one, as the last run knew it."""
        if not self._client.knows_the_time:
            run = self._store.row(tables.sync_runs, subject=Subject.ORDERS.value)
            if run is not None and run.known_until and run.whole_at:
                ahead: timedelta = run.known_until - run.whole_at
                return utc_now() + ahead
        return utc_now() + self._client.clock_offset

    def everything(
        self, report: Report = unheard, *, full: bool = False, wait: float = 0.0
    ) -> list[Run]:
        """Reads inventory, then orders, then parcels.

        What another process or thread reads just now is waited for `wait` seconds; then the run is
        STOPPED.
        """
        return [
            self.inventory(report, full=full, wait=wait),
            self.orders(report, full=full, wait=wait),
            self.tracking(report, full=full, wait=wait),
        ]

    def inventory(self, report: Report = unheard, *, full: bool = False, wait: float = 0.0) -> Run:
        """Reads the stock that changed since the last read; all of it now and then, or if `full`.

        Changes of inbound quantities are seen only by a full read: Amazon doesn't tell them.
        """
        return self._run(
            Subject.INVENTORY, lambda step: self._read_inventory(step, full=full), report, wait
        )

    def orders(self, report: Report = unheard, *, full: bool = False, wait: float = 0.0) -> Run:
        """Reads what changed since the last whole read (all, if full), then the details needed."""
        return self._run(
            Subject.ORDERS, lambda step: self._read_orders(step, full=full), report, wait
        )

    def tracking(self, report: Report = unheard, *, full: bool = False, wait: float = 0.0) -> Run:
        """Asks for the parcels that aren't at rest and weren't asked for lately (all, if full).

        Where lists of orders bring parcels, a full read of the orders has read all.
        """
        return self._run(
            Subject.TRACKING, lambda step: self._read_parcels(step, full=full), report, wait
        )

    def skus(self, seller_skus: Sequence[str]) -> None:
        """Reads the stock of these SKUs into the store at once; raises an `MCFError`, also when
        Amazon doesn't tell all counts of one.
        """
        untold: list[str] = []
        for some in _handfuls(seller_skus):
            page = self._client.get_inventory_rows(seller_skus=some)
            self._keep_stock(page.items)
            untold += [doubt.key or "one" for doubt in page.doubts if not doubt.is_kept]
        if untold:
            raise UnexpectedAnswer(
                f"Amazon doesn't tell all counts of {', '.join(untold)} just now.",
                advice="What is shown is as it was read before. Try again later.",
            )

    def halt(self) -> None:
        """Ends what is being read now, after its current call; the next read goes on from there."""
        for steps in tuple(self._under_way):
            steps.halted = True

    def order(self, order_id: str) -> MCFOrderDetail:
        """Reads one order into the store and gives it back; raises an `MCFError`."""
        detail = self._client.get_fulfillment_order(order_id)
        self._writer.details([detail])
        return detail

    def returns(self, order_id: str) -> MCFOrderDetail:
        """Reads one order with its returns into the store; raises an `MCFError`.

        Where orders come without their returns, only these are stored.
        """
        if self._client.tells_returns:
            return self.order(order_id)
        detail = self._client.get_order_with_returns(order_id)
        self._returns_read[order_id] = self._writer.returns(order_id, detail)
        return detail

    def events(self, detail: MCFOrderDetail) -> None:
        """Reads the events of an order's parcels, and its returns, where the order itself brings
        all but them.
        """
        if not self._client.tells_returns and detail.shipments:
            # The older version may not know an order yet that the newer one has.
            with suppress(NotFound):
                self.returns(detail.fulfillment_order.seller_fulfillment_order_id)
        if self._client.lists_details:
            for number in filter(_is_amazons, (parcel.number for parcel in detail.parcels)):
                # A parcel is in its order before tracking has it.
                with suppress(NotFound):
                    self._read_parcel(number)

    def _run(
        self, subject: Subject, read: Callable[[Steps], None], report: Report, wait: float
    ) -> Run:
        lease = self._store.lease(f"read {subject.value}")
        if not self._got(lease, wait):
            busy = StoreError(
                f"Another program or page is reading {subject.value} from Amazon just now.",
                advice="Nothing to do: what it reads is shown here as well.",
            )
            return Run(subject, RunState.STOPPED, 0, 0, busy)
        steps = Steps(Progress(subject), report, self._stop, lease)
        self._under_way.add(steps)
        try:
            return self._read(steps, read)
        finally:
            self._under_way.discard(steps)
            lease.release()

    def _got(self, lease: Lease, wait: float) -> bool:
        until = time.monotonic() + wait
        while not lease.take():
            if time.monotonic() > until or self._stop.wait(_POLL):
                return False
        return True

    def _read(self, steps: Steps, read: Callable[[Steps], None]) -> Run:
        subject = steps.at.subject
        started = utc_now()
        self._note(Run(subject, RunState.RUNNING, 0, 0), started)
        try:
            try:
                read(steps)
            finally:
                self._untold.note(
                    subject, steps.told, steps.older, steps.unread, was_all=steps.was_all
                )
            run = steps.ended(RunState.WHOLE)
        except (Interrupted, Stopped):
            run = steps.ended(RunState.STOPPED)
        except Exception as error:
            if not isinstance(error, MCFError):
                log.exception("reading stopped", subject=subject.value)
            state = RunState.PARTIAL if steps.at.rows else RunState.FAILED
            problem = own_mistake(error, f"reading {subject.value}")
            run = steps.ended(state, problem)
        except BaseException:
            # Ctrl+C, or the end of the process: what was read is kept, and that it ended as well.
            self._note(Run(subject, RunState.STOPPED, steps.at.done, steps.at.rows), started)
            raise
        self._note(run, started)
        return run

    def _note(self, run: Run, started: datetime) -> None:
        row: records.Values = {
            "subject": run.subject.value,
            "state": run.state.value,
            "started_at": started,
            "pages": run.steps,
            "rows": run.rows,
        }
        if run.state is not RunState.RUNNING:
            # Why the last read failed stays in view until the next one has ended.
            row["note"] = run.note
            row["message"] = run.error and run.error.message
            row["advice"] = run.error and run.error.advice
            row["finished_at"] = utc_now()
        if run.state is RunState.WHOLE:
            row["whole_at"] = started
        self._store.save(tables.sync_runs, [row])

    def _read_inventory(self, step: Steps, *, full: bool) -> None:
        run = self._store.row(tables.sync_runs, subject=Subject.INVENTORY.value)
        known_until = run.known_until if run is not None else None
        full_at = run.full_at if run is not None else None
        if full or not known_until or not full_at or self.amazon_now() - full_at > FULL_EVERY:
            begun = self._read_all_stock(step)
            changed = {"known_until": begun, "full_at": begun}
        else:
            step.is_full = False
            changed = {"known_until": self._read_changed_stock(step, known_until - OVERLAP)}
        self._store.change(tables.sync_runs, {"subject": Subject.INVENTORY.value}, changed)
        self._history.record(day_of(self.amazon_now()), without=step.held(_SKUS))
        step.insist()

    def _read_all_stock(self, step: Steps) -> datetime:
        place = self._place
        if not place.is_good:
            place = self._place = Place()
        pages = math.ceil(self._store.count(tables.inventory) / MAX_SKUS)
        if pages > place.pages:
            step.expect(pages - place.pages)

        with stock_at_once(self._keep_stock) as write:

            def keep(items: Sequence[StockRow]) -> Iterable[str]:
                place.begun = place.begun or self.amazon_now()
                keys = list(write(items))
                place.seen.update(keys)
                return keys

            def fetch(token: str | None) -> Page[StockRow]:
                return self._client.get_inventory_rows(next_token=token)

            read_pages(step, fetch, keep, place, what=_SKUS)
            unseen = self._unseen(place.seen)
            missed = self._ask_by_name(step, unseen, keep, place)
        if not step.lost:
            # What was lost may be one of those that weren't seen.
            self._store.drop(tables.inventory, "seller_sku", set(unseen) - place.seen)
            step.was_all = True
        if missed:
            were = many(missed, "SKU was", "SKUs were")
            step.note(f"{were} missing from Amazon's pages, and asked for by name.")
        self._place = Place()
        return place.begun or self.amazon_now()

    def _read_changed_stock(self, step: Steps, since: datetime) -> datetime:
        begun: datetime | None = None

        def fetch(token: str | None) -> Page[StockRow]:
            nonlocal begun
            page = self._client.get_inventory_rows(next_token=token, start_date_time=since)
            begun = begun or self.amazon_now()
            return page

        with stock_at_once(self._keep_stock) as keep:
            read_pages(step, fetch, keep, what=_SKUS)
        return begun or self.amazon_now()

    def _keep_stock(self, items: Sequence[StockRow]) -> None:
        try:
            rows = completed(self._store, items)
            self._store.save_tuples(tables.inventory, STOCK_COLUMNS, rows)
        except StoreError:
            # What was read isn't stored, so a listing must not go on behind it.
            self._place = Place()
            raise

    def _unseen(self, seen: Container[str]) -> list[str]:
        known = self._store.columns(tables.inventory, ["seller_sku"])["seller_sku"].tolist()
        return [sku for sku in known if sku not in seen]

    def _ask_by_name(
        self, step: Steps, skus: Sequence[str], keep: Keep[StockRow], place: Place
    ) -> int:
        """How many of the SKUs that no page had are there: pages may lack rows."""
        count = 0
        for some in _handfuls(skus):
            page = self._client.get_inventory_rows(seller_skus=some)
            place.seen.update(step.doubt(_SKUS, page.doubts))
            count += len(list(keep(page.items)))
            step.took(rows=len(page.items))
        return count

    def _read_orders(self, step: Steps, *, full: bool) -> None:
        since = None if full else self._listed_until()
        step.is_full = since is None
        subject, broken = {"subject": Subject.ORDERS.value}, None
        try:
            begun = self._list_orders(step, since)
        except UnexpectedAnswer as error:
            # What came of a list that can't be read whole is looked up all the same.
            broken = error
        else:
            self._store.change(tables.sync_runs, subject, {"known_until": begun})
        full = full and not self._client.lists_details
        self._read_details(step, self._orders_to_detail(full=full))
        if not self._client.tells_returns:
            self._read_returns(step)
        if broken is not None:
            raise broken
        step.insist()

    def _list_orders(self, step: Steps, since: datetime | None) -> datetime | None:
        """Reads the list of orders; when, by Amazon's clock, its first page was."""
        begun: datetime | None = None
        client, brings = self._client, self._client.lists_details
        ask: Callable[..., Page[Any]] = (
            client.list_order_details if brings else client.list_all_fulfillment_orders
        )

        def fetch(token: str | None) -> Page[Any]:
            nonlocal begun
            page = ask(query_start_date=since, next_token=token)
            if token is None:
                begun = self.amazon_now()
            return page

        keep = self._writer.details if brings else self._writer.heads
        read_pages(step, fetch, keep, what=_ORDERS, tells_all=brings)
        return begun

    def _read_details(self, step: Steps, order_ids: Sequence[str]) -> None:
        """Reads orders one by one, or by pages where that takes fewer calls."""
        if self._client.lists_details:
            before = self._known_orders()
            since = worth_listing(
                dates(before[i] for i in order_ids if i in before), dates(before.values())
            )
            if since is not None:
                self._list_orders(step, since - timedelta(seconds=1))
                now = self._known_orders()
                order_ids = [i for i in order_ids if now[i].detailed_at == before[i].detailed_at]

        def read(order_id: str) -> None:
            step.doubt(_ORDERS, [Doubt(order_id, self.order(order_id).unread)])

        step.expect(len(order_ids))
        step.read_all(order_ids, read, what=_ORDERS)

    def _read_returns(self, step: Steps) -> None:
        """Reads the returns that are under way, where orders come without them."""
        now, last = self.amazon_now(), self._returns_read
        due = [i for i, age in self._returning().items() if i not in last or now - last[i] > age]
        step.expect(len(due))
        step.read_all(due, self.returns, what=_RETURNS)

    def _returning(self) -> dict[str, timedelta]:
        """The orders with a unit that isn't processed yet, and how old what is known may get."""
        long_ago = self.amazon_now() - OLD_RETURN
        waits = tables.returns.c.status.is_distinct_from(ReturnStatus.PROCESSED.value)
        ages: dict[str, timedelta] = {}
        for row in self._store.heads(tables.returns, waits):
            old = row.status_changed_date is not None and row.status_changed_date < long_ago
            order_id, age = row.seller_fulfillment_order_id, OLD_RETURN_AGE if old else RETURN_AGE
            ages[order_id] = min(age, ages.get(order_id, age))
        return ages

    def _known_orders(self) -> dict[str, Row[Any]]:
        return {row.seller_fulfillment_order_id: row for row in self._store.heads(tables.orders)}

    def _listed_until(self) -> datetime | None:
        run = self._store.row(tables.sync_runs, subject=Subject.ORDERS.value)
        return run.known_until - OVERLAP if run is not None and run.known_until else None

    def _orders_to_detail(self, *, full: bool) -> list[str]:
        now = self.amazon_now()
        column = tables.orders.c
        moved = column.detailed_status_date.is_distinct_from(column.status_updated_date)
        waiting = self._returning() if self._client.tells_returns else {}
        maybe = column.detailed_at.is_(None) | moved | column.status.not_in(_FINAL)
        if waiting:
            maybe |= column.seller_fulfillment_order_id.in_(waiting)
        heads = self._store.heads(tables.orders, *(() if full else (maybe,)))
        due = [row for row in heads if full or needs_detail(row, now, waiting)]
        due.sort(key=lambda row: row.received_date or _LONG_AGO, reverse=True)
        return [row.seller_fulfillment_order_id for row in due]

    def _read_parcels(self, step: Steps, *, full: bool) -> None:
        step.is_full = full or self._store.count(tables.tracking) == 0
        if self._client.lists_details:
            self._read_details(step, self._orders_of(self._parcels_to_ask(full=False)))
            full = False
        numbers = [*filter(_is_amazons, self._parcels_to_ask(full=full))]

        def read(number: int) -> None:
            step.doubt(_PARCELS, [Doubt(str(number), self._read_parcel(number).unread)])

        step.expect(len(numbers))
        # A parcel is in its order before tracking has it.
        step.read_all(numbers, read, what=_PARCELS, may_be_unknown=True)
        step.insist()

    def _orders_of(self, numbers: Sequence[int]) -> list[str]:
        wanted = set(numbers)
        found = self._store.heads(tables.packages)
        ids = (row.seller_fulfillment_order_id for row in found if row.package_number in wanted)
        return [*dict.fromkeys(ids)]

    def _read_parcel(self, number: int) -> PackageTracking:
        tracked = self._client.get_package_tracking_details(number)
        row = records.tracking_row(tracked, self.amazon_now())
        self._writer.tracking([{**row, "package_number": number}])
        return tracked

    def _parcels_to_ask(self, *, full: bool) -> list[int]:
        now = self.amazon_now()
        numbers = self._numbers(tables.packages)
        if full:
            return numbers
        status = tables.tracking.c.status
        moving = self._store.heads(tables.tracking, status.is_(None) | status.not_in(_AT_REST))
        stale = {row.package_number for row in moving if is_stale(row, now)}
        told = set(self._numbers(tables.tracking))
        return [n for n in numbers if n not in told or n in stale]

    def _numbers(self, table: Table) -> list[int]:
        found: list[int] = self._store.columns(table, ["package_number"])["package_number"].tolist()
        return found


def _handfuls(skus: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many SKUs as one call may name; one with a comma goes alone."""
    plain = [sku for sku in skus if "," not in sku]
    yield from ([sku] for sku in skus if "," in sku)
    yield from (plain[first : first + MAX_SKUS] for first in range(0, len(plain), MAX_SKUS))


def _is_amazons(package_number: int) -> bool:
    """Whether it's Amazon's number, and not one made here of an id that isn't a number."""
    return package_number > 0
