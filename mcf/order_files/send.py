"""Sends the orders of a planned file in the background, each once, and writes what became of them
as a file that can be given again.
"""

from __future__ import annotations

import csv
import io
import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from mcf import logs
from mcf.access.changes import changed
from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import DuplicateOrder, InvalidInput, MCFError, Stopped, StoreError, own_mistake
from mcf.files.harmless import harmless
from mcf.files.text import LINE_END, Row, Table
from mcf.order_files import columns
from mcf.order_files.columns import RESULTS, SENT_AS, plain
from mcf.order_files.origins import Origins
from mcf.order_files.parse import Document
from mcf.order_files.plan import PlannedOrder, Verdict
from mcf.orders.asked import Asked
from mcf.orders.states import Submission
from mcf.orders.submission import same_order
from mcf.store import tables
from mcf.store.coordination import Lease
from mcf.store.database import AT_ONCE, Store, utc_now
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.states import SubmissionState
from mcf.wording import many

KINDS = ("csv", "xlsx")
_BROKEN_LINE = "\v"
"""In a CSV it stands for a line break in a cell, so that the file can be given again; an order with
one is refused all the same.
"""
Rows = list[list[str]]
log = logs.get(__name__)
PAUSES_AFTER = 3
"""Orders in a row to which Amazon gave no answer, after which sending pauses by itself."""
OUTCOMES = {
    SubmissionState.ACCEPTED: "Sent",
    SubmissionState.REJECTED: "Refused by Amazon",
    SubmissionState.NOT_SENT: "Not sent",
    SubmissionState.UNKNOWN: "Not known yet",
    SubmissionState.SENDING: "Being sent",
    SubmissionState.DISMISSED: "Not sent",
}
"""What became of an order, in words."""
NOT_CHOSEN = {
    Verdict.GO: "Not sent",
    Verdict.SENT: "Sent earlier",
    Verdict.UNKNOWN: "Not known yet",
    Verdict.FIX: "To be corrected",
    Verdict.HOLD: "Held back",
    Verdict.DOUBT: "Held back",
    Verdict.REPEAT: "Held back",
    Verdict.RESERVE: "Held back",
}
"""The same of an order that wasn't among those to be sent."""
ASKED = "Waits for a manager"
"""The same of one above the limit that somebody else has to send."""
_MISSED = (SubmissionState.NOT_SENT, SubmissionState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the lines of an order; of which one, isn't kept of files of before."""

    lines: tuple[int, ...]
    outcome: str
    says: str = ""
    status: str = ""
    order_id: str = ""
    sent_as: str = ""


def rows(document: Document, results: Iterable[Result]) -> Rows:
    """The file as it was, with the columns RESULTS filled anew in every line, and SENT_AS where
    something else is sent than the file has.
    """
    own = set(map(plain, (*RESULTS, SENT_AS)))
    places = [at for at, name in enumerate(document.table.names) if plain(name) not in own]
    by_line = {line: result for result in results for line in result.lines}
    added = RESULTS + ((SENT_AS,) if any(it.sent_as for it in by_line.values()) else ())
    told = [
        [*(row.cells[at] for at in places), *_cells(by_line.get(row.number))[: len(added)]]
        for row in document.table.rows
    ]
    return [[*(document.table.names[at] for at in places), *added], *told]


def to_bytes(lines: Sequence[Sequence[str]], kind: str) -> bytes:
    """The lines as a CSV (UTF-8 with its mark) or an Excel file in which every cell is a text."""
    return _workbook(lines) if kind == "xlsx" else _csv(lines)


def write(lines: Sequence[Sequence[str]], path: Path) -> None:
    """Writes them into a file that only its owner can read, of the kind that its name tells.

    Raises `InvalidInput` for another kind of name, and when it can't be written.
    """
    kind = require_kind(path)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(to_bytes(lines, kind))
        unfinished.replace(path)
    except OSError as error:
        raise InvalidInput(
            {str(path): error.strerror or "can't be written"}, advice="Name another file."
        ) from error


def require_kind(path: Path) -> str:
    """The kind of file that a name tells; raises `InvalidInput` when that's none of KINDS."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise InvalidInput(
            {str(path): "is neither a .csv nor an .xlsx file"}, advice="Name one that ends so."
        )
    return kind


class State(StrEnum):
    """What a person wants of the sending of a file, or that it's done."""

    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Batch:
    """The sending of a file: what is wanted of it, and since when (UTC).

    `note` says why it paused by itself; `others` are the orders under whose numbers something else
    was sent before, each with what was said.
    """

    id: str
    file: str
    total: int
    state: State
    begun_at: datetime
    note: str | None = None
    others: Mapping[str, str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it's neither done nor stopped."""
        return self.state in (State.SENDING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """An order that is to be sent, and what Amazon promised for it.

    `swaps` says what is sent for which SKUs of its shop.
    """

    request: MCFOrderRequest
    lines: tuple[int, ...]
    preview: FulfillmentPreview | None
    swaps: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The order's number."""
        return self.request.seller_fulfillment_order_id


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a batch is: orders by what is known of them; those not sent yet aren't counted.

    `is_sending` tells whether it's being sent now, here or by another program on this store.
    """

    batch: Batch
    counts: Mapping[SubmissionState, int]
    is_sending: bool

    @property
    def done(self) -> int:
        """Orders that were sent, or of which it's known why not."""
        return sum(n for state, n in self.counts.items() if state is not SubmissionState.SENDING)

    @property
    def accepted(self) -> int:
        """Orders that Amazon has."""
        return self.counts.get(SubmissionState.ACCEPTED, 0)

    @property
    def missing(self) -> int:
        """Orders that Amazon doesn't have, or of which that isn't known."""
        return self.batch.total - self.accepted

    @property
    def can_go_on(self) -> bool:
        """Whether it's neither done nor stopped, and nobody is sending it."""
        return self.batch.is_open and not self.is_sending


class Submit(Protocol):
    """Sends an order once; see `Submissions.submit`."""

    def __call__(
        self, request: MCFOrderRequest, preview: FulfillmentPreview | None, batch: str | None
    ) -> Submission:
        """What became of the order; raises `DuplicateOrder` when its number was used before."""
        ...


class Batches:
    """The files that are sent; safe for several threads and processes on one store.

    `asked` takes the orders that who acts may not send, as they're above the limit.
    """

    def __init__(
        self,
        store: Store,
        submit: Submit,
        closing: threading.Event,
        done: Callable[[], None],
        kept_for: timedelta,
        asked: Asked | None = None,
    ) -> None:
        self._store = store
        self._asked = asked
        self._keeper = Keeper(store)
        self._submit = submit
        self._closing = closing
        self._done = done
        self._kept_for = kept_for
        self._lock = threading.Lock()
        self._senders: dict[str, threading.Thread] = {}
        self._contents = lru_cache(maxsize=4)(self._content)

    def begin(
        self,
        file: str,
        document: Document,
        planned: Sequence[PlannedOrder],
        chosen: Sequence[PlannedOrder],
    ) -> str:
        """The id of a new batch that sends the chosen ones of the planned orders from now on.

        Those above the limit that who acts may not send wait for somebody who may.

        Raises `StoreError` when it couldn't be written down; nothing is sent then.
        """
        since = utc_now() - self._kept_for
        for kind in (DocumentKind.BATCH_ORDERS, DocumentKind.BATCH):
            self._keeper.forget_older(kind, since)
        batch_id = uuid.uuid4().hex[:16]
        changed(subject=batch_id, after=many(len(chosen), "order"))
        waiting = [*self._ask(chosen)]
        asked = {id(plan) for plan, _ in waiting}
        chosen = [plan for plan in chosen if id(plan) not in asked]
        sent = {id(plan) for plan in chosen} | asked
        self._keeper.keep(
            DocumentKind.BATCH_ORDERS,
            batch_id,
            {
                "names": [*document.table.names],
                "rows": [[row.number, row.cells] for row in document.table.rows],
                "orders": [_packed_order(plan) for plan in chosen],
                "others": [
                    *(_packed(result_of(plan)) for plan in planned if id(plan) not in sent),
                    *(_packed(result) for _, result in waiting),
                ],
            },
        )
        origins = {plan.order.order_id: plan.order.origin for plan in chosen if plan.order.origin}
        Origins(self._keeper, self._kept_for).keep(origins, batch_id)
        self._note(Batch(batch_id, file, len(chosen), State.SENDING, utc_now()))
        self.resume(batch_id)
        return batch_id

    def _ask(self, chosen: Sequence[PlannedOrder]) -> Iterator[tuple[PlannedOrder, Result]]:
        """The orders that wait for somebody who may send them, and what is told of each."""
        for plan in chosen:
            request = plan.order.request
            if self._asked is not None and request and self._asked.is_needed(plan.preview):
                one = self._asked.ask(request, plan.preview)
                says = f"{one.objection} A manager sees it on Today and sends or refuses it."
                yield plan, Result(plan.order.lines, ASKED, says, order_id=plan.order.order_id)

    def all(self) -> list[Batch]:
        """The batches that are kept, the newest first."""
        batches = (_batch(kept) for kept in self._keeper.all(DocumentKind.BATCH))
        return sorted(batches, key=lambda batch: batch.begun_at, reverse=True)

    def get(self, batch_id: str) -> Batch | None:
        """The batch, or None when it isn't kept."""
        kept = self._keeper.get(DocumentKind.BATCH, batch_id)
        return None if kept is None else _batch(kept)

    def pause(self, batch_id: str) -> None:
        """Sends no more of it until it's resumed; an order that is on its way goes."""
        self._want(batch_id, State.PAUSED)

    def stop(self, batch_id: str) -> None:
        """Sends no more of it; what is left of the file can be given again."""
        self._want(batch_id, State.STOPPED)

    def resume(self, batch_id: str) -> None:
        """Goes on; raises `MCFError` when another program on this store sends it now."""
        with self._lock:
            if self._runs(batch_id):
                self._want(batch_id, State.SENDING)
                return
            lease = self._store.lease(f"batch {batch_id}")
            if not lease.take():
                raise MCFError(
                    "Another program is sending this file.",
                    advice="Wait until it's done; what it sends is shown here too.",
                )
            self._want(batch_id, State.SENDING)
            sender = threading.Thread(
                target=copy_context().run,
                args=(self._work, batch_id, lease),
                name="mcf-batch",
                daemon=True,
            )
            self._senders[batch_id] = sender
            sender.start()

    def wait(self, batch_id: str, seconds: float) -> bool:
        """Whether nobody here sends it any more, after so many seconds at most."""
        sender = self._senders.get(batch_id)
        if sender is not None:
            sender.join(seconds)
        return not self._runs(batch_id)

    def close(self, seconds: float = 30.0) -> None:
        """Waits for the senders, which end by themselves when the program closes."""
        for sender in list(self._senders.values()):
            sender.join(seconds)

    def standing(self, batch_id: str) -> Standing | None:
        """How far it is; None when there's no such batch."""
        batch = self.get(batch_id)
        if batch is None:
            return None
        states = (one.state for one in self.outcomes(batch).values())
        return Standing(batch, Counter(states), self._is_being_sent(batch))

    def outcomes(self, batch: Batch) -> dict[str, Submission]:
        """What is known of each of its orders, by number; those not sent yet are left out."""
        orders, _, _ = self._contents(batch.id)
        requests = {order.id: order.request for order in orders}
        sent = {
            row.seller_fulfillment_order_id: _submission(row)
            for row in self._rows([*requests])
            if row.batch == batch.id or _is_sent(row, requests[row.seller_fulfillment_order_id])
        }
        others = (batch.others or {}).items()
        return sent | {
            order_id: Submission(order_id, SubmissionState.REJECTED, says)
            for order_id, says in others
        }

    def swaps(self, batch_id: str) -> dict[str, tuple[str, ...]]:
        """What is sent for which SKUs of its shop, by the number of each order."""
        return {order.id: order.swaps for order in self._contents(batch_id)[0]}

    def left_out(self, batch_id: str) -> tuple[Result, ...]:
        """The orders of the file that weren't chosen to be sent, and why."""
        return self._contents(batch_id)[2]

    def result(self, batch_id: str) -> Rows:
        """The file with what became of each of its lines; raises `MCFError` if it isn't kept."""
        batch = self.get(batch_id)
        if batch is None:
            raise MCFError("This file isn't kept any more.", advice="Look at your orders instead.")
        orders, document, others = self._contents(batch_id)
        outcomes = self.outcomes(batch)
        statuses = self._statuses([order.id for order in orders])
        sent = [
            outcome_of(order.lines, outcomes.get(order.id), statuses.get(order.id, ""), order.swaps)
            for order in orders
        ]
        return rows(document, [*sent, *others])

    def _work(self, batch_id: str, lease: Lease) -> None:
        try:
            self._send_all(batch_id, lease)
        except Stopped:
            log.info("sending a file ends with the program", batch=batch_id)
        except Exception as error:
            if not isinstance(error, MCFError):
                log.exception("sending a file stopped", batch=batch_id)
            failure = own_mistake(error, "sending the file")
            with suppress(StoreError):
                self._pause_with(batch_id, f"{labels.error_text(failure)} {failure.advice}")
        finally:
            with suppress(StoreError):
                lease.release()
            self._done()

    def _send_all(self, batch_id: str, lease: Lease) -> None:
        batch = self.get(batch_id)
        if batch is None:
            return
        orders, _, _ = self._contents(batch_id)
        outcomes = self.outcomes(batch)
        failed = 0
        for order in orders:
            before = outcomes.get(order.id)
            if before is not None and not _is_to_be_tried(before.state):
                continue
            if self._closing.is_set() or not self._is_wanted(batch_id) or not lease.take():
                return
            outcome = self._send(batch_id, order)
            failed = failed + 1 if outcome and outcome.state in _MISSED else 0
            if outcome is not None and failed >= PAUSES_AFTER:
                self._pause_with(
                    batch_id,
                    f"{labels.amazon_text(outcome.message)} {outcome.advice or ''}".strip(),
                )
                return
        if self._is_wanted(batch_id):
            self._want(batch_id, State.DONE)

    def _send(self, batch_id: str, order: BatchOrder) -> Submission | None:
        try:
            return self._submit(order.request, order.preview, batch_id)
        except DuplicateOrder as error:
            with self._lock:
                batch = self.get(batch_id)
                if batch is not None:
                    others = {
                        **(batch.others or {}),
                        order.id: f"{labels.error_text(error)} {error.advice}",
                    }
                    self._note(replace(batch, others=others))
            return None

    def _is_wanted(self, batch_id: str) -> bool:
        batch = self.get(batch_id)
        return batch is not None and batch.state is State.SENDING

    def _is_being_sent(self, batch: Batch) -> bool:
        if self._runs(batch.id):
            return True
        wanted = batch.state in (State.SENDING, State.PAUSED)
        return wanted and self._store.lease(f"batch {batch.id}").is_taken()

    def _runs(self, batch_id: str) -> bool:
        sender = self._senders.get(batch_id)
        return sender is not None and sender.is_alive()

    def _want(self, batch_id: str, state: State) -> None:
        batch = self.get(batch_id)
        if batch is not None and batch.state not in (State.STOPPED, State.DONE):
            self._note(replace(batch, state=state, note=None))

    def _pause_with(self, batch_id: str, note: str) -> None:
        batch = self.get(batch_id)
        if batch is not None:
            self._note(replace(batch, state=State.PAUSED, note=note))

    def _note(self, batch: Batch) -> None:
        content = {
            "file": batch.file,
            "total": batch.total,
            "state": batch.state.value,
            "note": batch.note,
            "others": dict(batch.others or {}),
        }
        self._keeper.keep(DocumentKind.BATCH, batch.id, content)

    def _content(
        self, batch_id: str
    ) -> tuple[tuple[BatchOrder, ...], Document, tuple[Result, ...]]:
        kept = self._keeper.get(DocumentKind.BATCH_ORDERS, batch_id)
        if kept is None:
            raise MCFError("This file isn't kept any more.", advice="Give it again.")
        content = kept.content
        table = Table(
            list(content["names"]),
            [Row(number, list(cells), given=len(cells)) for number, cells in content["rows"]],
        )
        document = Document(table, columns.Head(tuple(table.names), {}, frozenset()))
        others = tuple(
            Result(tuple(lines), outcome, says, order_id="".join(order_id))
            for lines, outcome, says, *order_id in content["others"]
        )
        return tuple(map(_unpacked, content["orders"])), document, others

    def _rows(self, order_ids: Sequence[str]) -> list[Any]:
        table = tables.submissions
        return [
            row
            for first in range(0, len(order_ids), AT_ONCE)
            for row in self._store.rows(
                table,
                table.c.seller_fulfillment_order_id.in_(order_ids[first : first + AT_ONCE]),
            )
        ]

    def _statuses(self, order_ids: Sequence[str]) -> dict[str, str]:
        table = tables.orders
        return {
            row.seller_fulfillment_order_id: FulfillmentOrderStatus.of(row.status).label
            for first in range(0, len(order_ids), AT_ONCE)
            for row in self._store.rows(
                table,
                table.c.seller_fulfillment_order_id.in_(order_ids[first : first + AT_ONCE]),
            )
        }


def outcome_of(
    lines: tuple[int, ...],
    outcome: Submission | None,
    status: str = "",
    swaps: Sequence[object] = (),
) -> Result:
    """What became of an order that was to be sent; None if its turn didn't come.

    `swaps` are told with it.
    """
    if outcome is None:
        return Result(lines, "Not sent", "Sending ended before it.")
    says = f"{labels.amazon_text(outcome.message)} {outcome.advice or ''}".strip()
    sent_as = "; ".join(map(str, swaps))
    return Result(lines, OUTCOMES[outcome.state], says, status, sent_as=sent_as)


def result_of(plan: PlannedOrder) -> Result:
    """What is told of an order that wasn't among those to be sent."""
    return Result(
        plan.order.lines, NOT_CHOSEN[plan.verdict], plan.reason, order_id=plan.order.order_id
    )


def _cells(result: Result | None) -> tuple[str, ...]:
    told = result or Result((), "", "")
    return told.outcome, told.says, told.status, told.sent_as


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(
        [harmless(LINE_END.sub(_BROKEN_LINE, cell)) for cell in line] for line in lines
    )
    return out.getvalue().encode("utf-8-sig")


def _workbook(lines: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet("Orders")
    as_text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(map(len, lines), default=1) - 1, 18, as_text)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell, as_text)
    book.close()
    return buffer.getvalue()


def _is_sent(row: Any, request: MCFOrderRequest) -> bool:
    """Whether the order was sent under another heading, such as by hand."""
    again = SubmissionState(row.state).may_be_sent_again
    return not again and same_order(row.request, request)


def _is_to_be_tried(state: SubmissionState) -> bool:
    return state in (SubmissionState.NOT_SENT, SubmissionState.SENDING, SubmissionState.UNKNOWN)


def _packed_order(plan: PlannedOrder) -> dict[str, Any]:
    if plan.order.request is None:
        raise ValueError(f"{plan.order.order_id} has problems")
    return {
        "request": plan.order.request.to_api(),
        "lines": [*plan.order.lines],
        "preview": plan.preview and plan.preview.to_api(),
        "swaps": [str(swap) for swap in plan.order.swaps],
    }


def _unpacked(content: Mapping[str, Any]) -> BatchOrder:
    preview = content["preview"]
    return BatchOrder(
        MCFOrderRequest.from_api(content["request"]),
        tuple(content["lines"]),
        FulfillmentPreview.from_api(preview) if preview else None,
        tuple(content.get("swaps", ())),
    )


def _packed(result: Result) -> list[Any]:
    return [[*result.lines], result.outcome, result.says, result.order_id]


def _batch(kept: Kept) -> Batch:
    content = kept.content
    return Batch(
        kept.key,
        content["file"],
        content["total"],
        State(content["state"]),
        kept.created_at,
        content["note"],
        content["others"],
    )


def _submission(row: Any) -> Submission:
    return Submission(
        row.seller_fulfillment_order_id,
        SubmissionState(row.state),
        row.message or "It's being sent.",
        row.advice,
        row.request_id,
    )
