"""One action on a queue of orders, in the background, with what became of each.

The results are kept as long as the program runs. What was asked for is in each order's own story
(`mcf.tracking.event_log`) for good.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from mcf import logs
from mcf.access.changes import changed
from mcf.amazon import labels
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import (
    AuthError,
    ConnectionFailed,
    InvalidInput,
    MCFError,
    Stopped,
    StoreError,
    own_mistake,
)
from mcf.store.frames import TEXT
from mcf.tracking.lifecycle import is_hold, where
from mcf.tracking.states import Change, ChangeState

log = logs.get(__name__)
MOST = 500
"""Orders in one job: Amazon takes about two calls a second, so this is some minutes' work."""
GIVES_UP_AFTER = 3
"""Orders in a row for which Amazon wasn't reached, after which the others aren't tried."""


class Action(StrEnum):
    """What is done with each of the orders."""

    CANCEL = "cancel"
    RELEASE = "release"
    REFRESH = "refresh"


class ActionOutcome(StrEnum):
    """What became of an order. Requested isn't done."""

    DONE = "Done"
    REQUESTED = "Requested"
    UNKNOWN = "Not known"
    REFUSED = "Refused"
    NOT_TRIED = "Not tried"


RESULTS = {"seller_fulfillment_order_id": TEXT, "outcome": TEXT, "says": TEXT}
"""The columns of a job's results."""
_OF_A_CHANGE = {
    ChangeState.DONE: ActionOutcome.DONE,
    ChangeState.REQUESTED: ActionOutcome.REQUESTED,
    ChangeState.UNKNOWN: ActionOutcome.UNKNOWN,
}
Act = Callable[[str], Change | None]
"""Does it with one order; None when there's nothing to tell of it but that it's done."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one order, with a sentence for the seller."""

    order_id: str
    outcome: ActionOutcome
    says: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job is."""

    action: Action
    done: int
    total: int
    is_running: bool


@dataclass(slots=True)
class _Job:
    action: Action
    order_ids: tuple[str, ...]
    results: list[Result] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    why: str = "You stopped it before."

    @property
    def is_running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


class ManyActions:
    """The jobs of this process; safe for several threads."""

    def __init__(
        self,
        acts: Mapping[Action, Act],
        closing: threading.Event,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._acts = acts
        self._closing = closing
        self._done = done
        self._jobs: dict[str, _Job] = {}

    def begin(self, action: Action, order_ids: Sequence[str]) -> str:
        """The id of a job that does it with each of the orders, once, one after the other.

        Raises `InvalidInput` for none and for more than MOST. An order that can't be changed any
        more by what is known here is asked for all the same: Amazon decides.
        """
        ids = tuple(dict.fromkeys(order_ids))
        if not ids:
            raise InvalidInput({"orders": "choose at least one"}, advice="Nothing was asked for.")
        if len(ids) > MOST:
            problem = f"{len(ids):,} are too many at a time; choose up to {MOST:,}"
            raise InvalidInput({"orders": problem}, advice="Nothing was asked for.")
        job_id, job = uuid.uuid4().hex[:16], _Job(action, ids)
        job.thread = threading.Thread(
            target=copy_context().run, args=(self._work, job), name="mcf-many", daemon=True
        )
        self._jobs[job_id] = job
        changed(after=f"{action.value}: {', '.join(ids)}", subject=job_id)
        job.thread.start()
        return job_id

    def standing(self, job_id: str) -> Standing | None:
        """How far the job is; None when it isn't one of this process."""
        job = self._jobs.get(job_id)
        if job is None:
            return None
        return Standing(job.action, len(job.results), len(job.order_ids), job.is_running)

    def stop(self, job_id: str) -> None:
        """Begins with no further order; the one that is under way is finished."""
        job = self._jobs.get(job_id)
        if job is not None:
            job.stopped.set()

    def results(self, job_id: str) -> pd.DataFrame:
        """What became of each order: columns RESULTS, in the order in which they were given.

        While the job runs, those whose turn hasn't come are left out; afterwards they are told as
        not tried.
        """
        job = self._jobs.get(job_id)
        results = [] if job is None else [*job.results]
        if job is not None and not job.is_running:
            left = job.order_ids[len(results) :]
            results += [Result(order_id, ActionOutcome.NOT_TRIED, job.why) for order_id in left]
        rows = [(result.order_id, result.outcome.value, result.says) for result in results]
        return pd.DataFrame(rows, columns=list(RESULTS)).astype(RESULTS)

    def forget(self, job_id: str) -> None:
        """Keeps the results no longer; a job that runs is stopped."""
        self.stop(job_id)
        self._jobs.pop(job_id, None)

    def wait(self, job_id: str, seconds: float) -> bool:
        """Whether the job is over, after so many seconds at most."""
        job = self._jobs.get(job_id)
        if job is not None and job.thread is not None:
            job.thread.join(seconds)
        return job is None or not job.is_running

    def close(self, seconds: float = 30.0) -> None:
        """Waits for the jobs, which end by themselves when the program closes."""
        for job_id in list(self._jobs):
            self.wait(job_id, seconds)

    def _work(self, job: _Job) -> None:
        missed = 0
        try:
            for order_id in job.order_ids:
                if self._closing.is_set():
                    job.why = "The program was closed before."
                if self._closing.is_set() or job.stopped.is_set():
                    return
                error = self._act(job, order_id)
                missed = missed + 1 if isinstance(error, ConnectionFailed) else 0
                if error is not None and (isinstance(error, _OF_ALL) or missed >= GIVES_UP_AFTER):
                    job.why = f"Not tried after this: {labels.error_text(error)} {error.advice}"
                    return
        finally:
            self._done()

    def _act(self, job: _Job, order_id: str) -> MCFError | None:
        """The error that it ended with, if there was one; what became of it is noted."""
        try:
            change = self._acts[job.action](order_id)
        except Exception as error:
            if not isinstance(error, MCFError):
                log.exception("an action on an order failed", action=job.action.value)
            problem = own_mistake(error, "asking for it")
            outcome = ActionOutcome.UNKNOWN if problem.may_have_happened else ActionOutcome.REFUSED
            job.results.append(
                Result(order_id, outcome, f"{labels.error_text(problem)} {problem.advice}")
            )
            return problem
        if change is None:
            done = Result(order_id, ActionOutcome.DONE, "This is what Amazon says now.")
        else:
            done = Result(order_id, _OF_A_CHANGE[change.state], change.message)
        job.results.append(done)
        return None


_OF_ALL = (AuthError, StoreError, Stopped)
"""What every other order would meet as well."""


def releasable(orders: pd.DataFrame) -> list[str]:
    """The numbers of those that are on hold and may still ship."""
    held = where(orders["fulfillment_action"], is_hold)
    final = where(orders["status"], lambda it: FulfillmentOrderStatus.of(it).is_final)
    return [str(name) for name in orders.loc[held & ~final, "seller_fulfillment_order_id"]]


def too_late(orders: pd.DataFrame) -> int:
    """How many of them can't be cancelled any more, by what was read last."""
    statuses = (FulfillmentOrderStatus.of(status) for status in orders["status"])
    return sum(status.is_final or not status.is_cancellable for status in statuses)
