"""What became of what was asked of an order: a change, a rescue, a return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mcf.store.documents import Kept
from mcf.store.states import RescueState


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


@dataclass(frozen=True, slots=True)
class Rescue:
    """Where the rescue of an order stands, with a sentence and advice for the seller.

    `new_id` is the number under which it's sent again, fixed from the beginning. `begun_at` is
    Amazon's time as far as that was kept, `changed_at` this machine's, both in UTC.
    """

    order_id: str
    state: RescueState
    new_id: str
    says: str
    advice: str | None
    begun_at: datetime
    changed_at: datetime


def rescue_of(kept: Kept) -> Rescue:
    """The rescue that is kept under the number of its order."""
    content = kept.content
    return Rescue(
        kept.key,
        RescueState(content["state"]),
        str(content["new_id"]),
        content["says"],
        content["advice"],
        datetime.fromisoformat(content.get("begun_by_amazon", content["begun_at"])),
        kept.updated_at,
    )


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
