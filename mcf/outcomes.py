"""What became of a read from Amazon, of an order on its way there, of a rescue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mcf.errors import MCFError


class Subject(StrEnum):
    """What is read from Amazon."""

    INVENTORY = "inventory"
    ORDERS = "orders"
    TRACKING = "tracking"


class RunState(StrEnum):
    """How a read stands or ended. Partial: some of it was read and kept, then it failed."""

    RUNNING = "running"
    WHOLE = "whole"
    PARTIAL = "partial"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a read is: calls done, of how many if that's known, rows read, seconds it took."""

    subject: Subject
    done: int = 0
    total: int | None = None
    rows: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; None when the whole isn't known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def pace(self) -> float | None:
        """Rows a second; None at the beginning."""
        return self.rows / self.seconds if self.seconds > 0 and self.rows else None

    @property
    def seconds_left(self) -> float | None:
        """How long it will take still at this pace; None when that can't be told."""
        if not self.total or not self.done or self.seconds <= 0:
            return None
        return max(0, self.total - self.done) * self.seconds / self.done


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of a read; `note` is what a seller should know although it was whole."""

    subject: Subject
    state: RunState
    steps: int
    rows: int
    error: MCFError | None = None
    note: str | None = None


Report = Callable[[Progress], None]
"""Takes the progress of a read."""


def unheard(_: Progress) -> None:
    """Takes progress that nobody wants to see."""


class SubmissionState(StrEnum):
    """What is known of a submission."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    DISMISSED = "dismissed"

    @property
    def may_be_sent_again(self) -> bool:
        """Whether Amazon certainly doesn't have the order."""
        return self in (
            SubmissionState.REJECTED,
            SubmissionState.NOT_SENT,
            SubmissionState.DISMISSED,
        )


@dataclass(frozen=True, slots=True)
class Submission:
    """Where an order stands on its way to Amazon, with a sentence and advice for the seller."""

    seller_fulfillment_order_id: str
    state: SubmissionState
    message: str
    advice: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """An earlier order of the same goods for the same person, and when it was placed (UTC)."""

    seller_fulfillment_order_id: str
    at: datetime


class ChangeState(StrEnum):
    """What is known of a change that Amazon was asked for. Requested isn't done."""

    DONE = "done"
    REQUESTED = "requested"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """Where a cancellation, an update or a release stands, as the order read afterwards tells.

    `status` is the order's, as Amazon tells it; None when the order couldn't be read.
    """

    seller_fulfillment_order_id: str
    state: ChangeState
    status: str | None
    message: str


class RescueState(StrEnum):
    """How far it is with cancelling an order that is stuck and sending it again."""

    ASKED = "asked"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    GIVEN_UP = "given up"

    @property
    def is_open(self) -> bool:
        """Whether it goes on by itself."""
        return self in (
            RescueState.ASKED,
            RescueState.CANCELLING,
            RescueState.CANCELLED,
            RescueState.SENDING,
        )


@dataclass(frozen=True, slots=True)
class Rescue:
    """Where the rescue of an order stands, with a sentence and advice for the seller.

    `new_id` is the number under which it's sent again, fixed from the beginning; times are this
    machine's, in UTC.
    """

    order_id: str
    state: RescueState
    new_id: str
    says: str
    advice: str | None
    begun_at: datetime
    changed_at: datetime


class ReturnState(StrEnum):
    """What is known of a unit whose return was asked for."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReturnOutcome:
    """Where the return of a unit stands, with a sentence for the seller.

    `item_id` is that of the order's line; `rma` the number under which the unit is sent back, None
    where it isn't known.
    """

    return_item_id: str
    item_id: str
    state: ReturnState
    message: str
    rma: str | None = None
