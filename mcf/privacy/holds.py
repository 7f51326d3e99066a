"""Orders whose buyers are kept for longer, each with a reason and an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcf.amazon.statuses import ReturnStatus
from mcf.errors import InvalidInput
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.states import RescueState, SubmissionState

LONGEST = timedelta(days=365)
"""How far the end of a hold may be away."""
_RETURN_TAKES = timedelta(days=60)
"""How long a unit is awaited that a recipient sends back."""
_UNSETTLED = (SubmissionState.SENDING.value, SubmissionState.UNKNOWN.value)
_ORDER = "seller_fulfillment_order_id"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why the buyer of an order is still kept; `until` is None where another thing ends it."""

    order_id: str
    reason: str
    until: datetime | None


class Holds:
    """Those that a seller set, and those that what is under way asks for; raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keeper = Keeper(store)

    def hold(self, order_id: str, reason: str, until: datetime, now: datetime) -> None:
        """Keeps the buyer of an order until then; raises `InvalidInput` without reason or end."""
        problems = {}
        if not reason.strip():
            problems["reason"] = "say why, such as a claim"
        if not now < until <= now + LONGEST:
            problems["until"] = f"name a day within the next {LONGEST.days} days"
        if self._store.row(tables.orders, **{_ORDER: order_id}) is None:
            problems["order"] = "no order with this number is known here"
        if problems:
            raise InvalidInput(problems)
        content = {"reason": reason.strip(), "until": until.isoformat()}
        self._keeper.keep(DocumentKind.HOLD, order_id, content)

    def release(self, order_id: str) -> None:
        """Ends what a seller set."""
        self._keeper.forget(DocumentKind.HOLD, order_id)

    def all(self, now: datetime) -> dict[str, Hold]:
        """Every hold by the order's number; those that have ended are none."""
        return {hold.order_id: hold for hold in (*self._by_itself(now), *self._set(now))}

    def _set(self, now: datetime) -> Iterator[Hold]:
        for kept in self._keeper.all(DocumentKind.HOLD):
            until = datetime.fromisoformat(kept.content["until"])
            if until > now:
                yield Hold(kept.key, kept.content["reason"], until)

    def _by_itself(self, now: datetime) -> Iterator[Hold]:
        sent = tables.submissions
        for row in self._store.heads(sent, sent.c.state.in_(_UNSETTLED)):
            reason = "It isn't known yet whether Amazon has it."
            yield Hold(row.seller_fulfillment_order_id, reason, None)
        for kept in self._keeper.all(DocumentKind.RESCUE):
            if RescueState(kept.content["state"]).is_open:
                yield Hold(kept.key, "It's being sent again under another number.", None)
        for row in self._store.heads(tables.returns, tables.returns.c.status.is_not(None)):
            changed: datetime | None = row.status_changed_date
            until = changed and changed + _RETURN_TAKES
            if ReturnStatus.of(row.status) is ReturnStatus.NEW and until and until > now:
                order_id = row.seller_fulfillment_order_id
                yield Hold(order_id, "The buyer sends something back.", until)
