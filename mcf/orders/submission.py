"""An order is sent exactly once, never as a duplicate: the intent is written first, and what is
unknown is looked up before a retry.

The number of an order (`seller_fulfillment_order_id`) is fixed before the first byte is sent, and
Amazon takes each number only once. So after a lost answer the same number is asked for; only when
Amazon twice says that it isn't there is the same number sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mcf.access.actor import whose
from mcf.amazon import labels
from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import FulfillmentPreview, MCFOrderDetail
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.similarity import Likeness, compare, fingerprint
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.amazon.throttle import remaining
from mcf.errors import AnswerLost, DuplicateOrder, MCFError, NotFound, RequestRefused, Throttled
from mcf.orders.form import typed_of
from mcf.orders.states import Repeat, Submission
from mcf.orders.validation import refused_fields
from mcf.store import tables
from mcf.store.coordination import Hand, Senders
from mcf.store.database import Store, utc_now
from mcf.store.forgotten import is_forgotten
from mcf.store.records import promise
from mcf.store.states import SubmissionState

PAUSES = (1.0, 3.0)
"""Seconds before each look for an order whose answer was lost."""
BEING_SENT = "It's being sent."
ABANDONED = timedelta(minutes=2)
"""After this a submission that is still being sent belongs to a process that died, on whatever
machine; one of this machine is known to be dead at once."""
REPEATED_WITHIN = timedelta(days=7)
"""How long after an order the same goods to the same person look like that order sent twice."""
_LOOK = 2.0
"""Seconds that a look for an order may take."""


class Submissions:
    """Sends orders; safe for several threads and processes on one store.

    `accepted` is told the number of each order that is known to be with Amazon now; `require`
    raises `NotAllowed` when who acts may not send an order of which Amazon promises that.
    """

    def __init__(
        self,
        client: MCFClient,
        store: Store,
        sleep: Callable[[float], None] = time.sleep,
        senders: Senders | None = None,
        accepted: Callable[[str], object] = lambda _: None,
        require: Callable[[FulfillmentPreview | None], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._store = store
        self._sleep = sleep
        self._senders = senders
        self._tell_accepted = accepted
        self._require = require

    def submit(
        self,
        request: MCFOrderRequest,
        preview: FulfillmentPreview | None = None,
        batch: str | None = None,
    ) -> Submission:
        """Where the order stands after it was sent, or why it wasn't.

        `batch` names the sending of a file that it belongs to. The same order again sends nothing
        and says how the first one stands. Raises `DuplicateOrder` when another order was sent under
        this number, and `StoreError` when the intent couldn't be written; nothing was sent then.
        """
        earlier = self.earlier(request)
        if earlier is not None and earlier.state is not SubmissionState.SENDING:
            return earlier
        self._require(preview)
        with self._sending(request.seller_fulfillment_order_id) as hand:
            if hand is Hand.OTHERS:
                return self._in_other_hands(request)
            content = _content_of(request, preview, batch)
            if self._write_intent(request, content):
                return self._send(request)
            return self._again(request, content, hand)

    def get(self, order_id: str) -> Submission | None:
        """Where the order stands, or None when it wasn't sent from here."""
        row = self._row(order_id)
        return row and submission_of(row)

    def earlier(self, request: MCFOrderRequest) -> Submission | None:
        """Where this very order stands, or None when Amazon certainly doesn't have it from here.

        Raises `DuplicateOrder` when another order was sent under its number.
        """
        row = self._row(request.seller_fulfillment_order_id)
        if row is None or SubmissionState(row.state).may_be_sent_again:
            return None
        return _same_submission(row, request)

    def standing(self, request: MCFOrderRequest) -> Submission | None:
        """As `earlier`, and where an order stands that was read from Amazon, whoever sent it.

        A store that was put back from a copy doesn't know what was sent after the copy was made.
        """
        sent = self.earlier(request)
        order_id = request.seller_fulfillment_order_id
        listed = self._store.row(tables.orders, seller_fulfillment_order_id=order_id)
        if sent is not None or listed is None:
            return sent
        mine = self._store.marked(fingerprint(request.destination_address, request.items))
        if None not in (mine, listed.fingerprint) and mine != listed.fingerprint:
            raise DuplicateOrder(
                f"Amazon has another order under the number {order_id}.",
                advice="Look at that order on the tracking page; for a new order use a new number.",
            )
        status = FulfillmentOrderStatus.label_of(listed.status).lower()
        return Submission(order_id, SubmissionState.ACCEPTED, f"Amazon has it: it's {status}.")

    def repeats(self, request: MCFOrderRequest, amazon_now: datetime) -> list[Repeat]:
        """Likely duplicates: other orders of the last days with the same goods for the same person.

        The newest first; `amazon_now` is Amazon's time in UTC.
        """
        to, items = request.destination_address, request.items
        mine = [fingerprint(to, items, exact=exact) for exact in (False, True)]
        since = amazon_now - REPEATED_WITHIN
        there = self._store.rows(tables.orders, tables.orders.c.fingerprint.in_(mine))
        at_amazon = {row.seller_fulfillment_order_id: row for row in there}
        here = self._store.rows(
            tables.submissions,
            tables.submissions.c.fingerprint.in_(mine),
            tables.submissions.c.created_at > utc_now() - REPEATED_WITHIN,
        )
        placed_at = {
            row.seller_fulfillment_order_id: row.created_at
            for row in here
            if row.seller_fulfillment_order_id not in at_amazon
            and not SubmissionState(row.state).may_be_sent_again
        }
        placed_at |= {
            order_id: placed
            for order_id, row in at_amazon.items()
            if (placed := row.received_date or row.status_updated_date or row.detailed_at) > since
            and not FulfillmentOrderStatus.of(row.status).comes_to_nothing
        }
        placed_at.pop(request.seller_fulfillment_order_id, None)
        newest = sorted(placed_at.items(), key=lambda pair: pair[1], reverse=True)
        return [Repeat(order_id, at) for order_id, at in newest]

    def request(self, order_id: str) -> MCFOrderRequest | None:
        """The order as it was last sent from here, or None; also when its buyer was forgotten."""
        row = self._row(order_id)
        if row is None or is_forgotten(row.request):
            return None
        return MCFOrderRequest.from_api(row.request)

    def dismiss(self, order_id: str) -> None:
        """Takes an order that was refused off the list of what is open."""
        refused = [state.value for state in SubmissionState if state.may_be_sent_again]
        self._store.change(
            tables.submissions,
            {"seller_fulfillment_order_id": order_id},
            {"state": SubmissionState.DISMISSED.value, "updated_at": utc_now()},
            tables.submissions.c.state.in_(refused),
        )

    def open(self) -> list[Submission]:
        """The submissions whose outcome isn't known, and those that were refused."""
        done = (SubmissionState.ACCEPTED.value, SubmissionState.DISMISSED.value)
        table = tables.submissions
        return [submission_of(row) for row in self._store.rows(table, table.c.state.not_in(done))]

    def settle_all(self) -> list[Submission]:
        """Looks up every order whose outcome is unknown; gives back those that were settled."""
        table = tables.submissions
        unsure = (SubmissionState.UNKNOWN.value, SubmissionState.SENDING.value)
        rows = self._store.rows(table, table.c.state.in_(unsure))
        found = [self._settle_row(row) for row in rows if self._is_open(row)]
        return [s for s in found if s.state.value not in unsure]

    def _is_open(self, row: Any) -> bool:
        if is_forgotten(row.request):
            # Its key isn't there: what was sent can't be compared with what Amazon has.
            return False
        if self._senders is None or row.state != SubmissionState.SENDING.value:
            return _is_left(row, Hand.MINE)
        return _is_left(row, self._senders.hand(row.seller_fulfillment_order_id))

    def _sending(self, order_id: str) -> AbstractContextManager[Hand]:
        return self._senders.sending(order_id) if self._senders else nullcontext(Hand.MINE)

    def _in_other_hands(self, request: MCFOrderRequest) -> Submission:
        order_id = request.seller_fulfillment_order_id
        row = self._row(order_id)
        if row is None:
            return Submission(order_id, SubmissionState.SENDING, BEING_SENT)
        again = SubmissionState(row.state).may_be_sent_again
        return submission_of(row) if again else _same_submission(row, request)

    def _write_intent(self, request: MCFOrderRequest, content: dict[str, Any]) -> bool:
        now = utc_now()
        return self._store.add(
            tables.submissions,
            {
                "seller_fulfillment_order_id": request.seller_fulfillment_order_id,
                "state": SubmissionState.SENDING.value,
                **content,
                "attempts": 1,
                "created_at": now,
                "updated_at": now,
            },
        )

    def _again(self, request: MCFOrderRequest, content: dict[str, Any], hand: Hand) -> Submission:
        order_id = request.seller_fulfillment_order_id
        row = self._row(order_id)
        if SubmissionState(row.state).may_be_sent_again:
            mine = self._claim(row, **content)
            return self._send(request) if mine else submission_of(self._row(order_id))
        known = _same_submission(row, request)
        if known.state is SubmissionState.SENDING and _is_left(row, hand):
            return self._take_over(row)
        return known

    def _claim(self, row: Any, **values: Any) -> bool:
        return self._store.change(
            tables.submissions,
            {"seller_fulfillment_order_id": row.seller_fulfillment_order_id},
            {
                "state": SubmissionState.SENDING.value,
                "attempts": row.attempts + 1,
                "updated_at": utc_now(),
                "message": None,
                "advice": None,
                "request_id": None,
                **values,
            },
            tables.submissions.c.attempts == row.attempts,
            tables.submissions.c.state == row.state,
        )

    def _send(self, request: MCFOrderRequest, *, last: bool = False) -> Submission:
        order_id = request.seller_fulfillment_order_id
        try:
            self._client.create_fulfillment_order(request)
        except DuplicateOrder:
            return self._look_up(request)
        except MCFError as error:
            if last:
                return self._failed_twice(request, error)
            if not error.may_have_happened:
                return self._refused(request, error)
            return self._settle(request, error)
        return self._accepted(order_id)

    def _settle(self, request: MCFOrderRequest, error: MCFError) -> Submission:
        """Looks the order up after growing pauses, and retries it when Amazon hasn't it."""
        order_id = request.seller_fulfillment_order_id
        for pause in PAUSES:
            if remaining() < pause + _LOOK:
                return self._unknown(order_id, error)
            try:
                self._sleep(pause)
                return self._compare(request, self._read(request))
            except NotFound:
                continue
            except MCFError as another:
                return self._unknown(order_id, another)
        return self._send(request, last=True)

    def _failed_twice(self, request: MCFOrderRequest, error: MCFError) -> Submission:
        # What was sent first may still turn up, unless Amazon says no to its content. Even then the
        # goods that are missing now may have gone to it.
        order_id = request.seller_fulfillment_order_id
        if not _is_refusal(error):
            return self._unknown(order_id, error)
        try:
            return self._compare(request, self._read(request))
        except NotFound:
            return self._refused(request, error)
        except MCFError as another:
            return self._unknown(order_id, another)

    def _settle_row(self, row: Any) -> Submission:
        order_id = row.seller_fulfillment_order_id
        with self._sending(order_id) as hand:
            now = self._row(order_id)
            return self._take_over(now) if _is_left(now, hand) else submission_of(now)

    def _take_over(self, row: Any) -> Submission:
        if not self._claim(row):
            return submission_of(self._row(row.seller_fulfillment_order_id))
        request = MCFOrderRequest.from_api(row.request)
        return self._settle(request, AnswerLost("No answer to it came."))

    def _look_up(self, request: MCFOrderRequest) -> Submission:
        try:
            return self._compare(request, self._read(request))
        except MCFError as error:
            return self._unknown(request.seller_fulfillment_order_id, error)

    def _read(self, request: MCFOrderRequest) -> MCFOrderDetail:
        return self._client.get_fulfillment_order(request.seller_fulfillment_order_id)

    def _compare(self, request: MCFOrderRequest, detail: MCFOrderDetail) -> Submission:
        order_id = request.seller_fulfillment_order_id
        likeness = compare(request, detail)
        if likeness is Likeness.SAME:
            return self._accepted(order_id)
        if likeness is Likeness.DOUBTFUL:
            return self._note(
                order_id,
                SubmissionState.UNKNOWN,
                "Amazon has an order under this number, but with another address or with parts "
                "that can't be read.",
                "Don't send it again. Look at the order on the tracking page.",
            )
        return self._note(
            order_id,
            SubmissionState.REJECTED,
            f"Amazon has another order under the number {order_id}.",
            "Nothing was sent. Look at that order on the tracking page; use a new number for this.",
        )

    def _accepted(self, order_id: str) -> Submission:
        message = "Amazon has the order. Its address and stock are still checked there."
        noted = self._note(order_id, SubmissionState.ACCEPTED, message)
        self._tell_accepted(order_id)
        return noted

    def _refused(self, request: MCFOrderRequest, error: MCFError) -> Submission:
        state = SubmissionState.REJECTED if _is_refusal(error) else SubmissionState.NOT_SENT
        order_id = request.seller_fulfillment_order_id
        noted = self._note(order_id, state, error.message, error.advice, error.request_id)
        return replace(noted, refused=_refused_fields(state, error.message, request.to_api()))

    def _unknown(self, order_id: str, error: MCFError) -> Submission:
        message = f"Whether Amazon has the order isn't known yet: {labels.error_text(error)}"
        advice = "Don't send it under another number. It's looked up until it's known."
        return self._note(order_id, SubmissionState.UNKNOWN, message, advice, error.request_id)

    def _note(
        self,
        order_id: str,
        state: SubmissionState,
        message: str,
        advice: str | None = None,
        request_id: str | None = None,
    ) -> Submission:
        self._store.change(
            tables.submissions,
            {"seller_fulfillment_order_id": order_id},
            {
                "state": state.value,
                "message": message,
                "advice": advice,
                "request_id": request_id,
                "updated_at": utc_now(),
            },
        )
        return Submission(order_id, state, message, advice, request_id)

    def _row(self, order_id: str) -> Any:
        return self._store.row(tables.submissions, seller_fulfillment_order_id=order_id)


def _is_refusal(error: MCFError) -> bool:
    return isinstance(error, RequestRefused) and not isinstance(error, Throttled)


def _content_of(
    request: MCFOrderRequest, preview: FulfillmentPreview | None, batch: str | None
) -> dict[str, Any]:
    return {
        "request": request.to_api(),
        "preview": preview and preview.to_api(),
        "fingerprint": fingerprint(request.destination_address, request.items),
        "batch": batch,
        "person_id": whose(),
        **promise(preview),
    }


def _is_left(row: Any, hand: Hand) -> bool:
    """Whether nobody sends the order any more, and yet its outcome isn't known."""
    if hand is Hand.OTHERS or row.state not in (
        SubmissionState.UNKNOWN.value,
        SubmissionState.SENDING.value,
    ):
        return False
    long_ago = row.updated_at < utc_now() - ABANDONED
    return hand is Hand.INHERITED or long_ago or row.state == SubmissionState.UNKNOWN.value


def _same_submission(row: Any, request: MCFOrderRequest) -> Submission:
    if not same_order(row.request, request):
        raise DuplicateOrder(
            f"Another order was already sent under the number {row.seller_fulfillment_order_id}.",
            advice="Look at that order on the tracking page; for a new order use a new number.",
        )
    return submission_of(row)


def same_order(sent: dict[str, Any], request: MCFOrderRequest) -> bool:
    """Whether what was sent is this very order."""
    return _content(sent) == _content(request.to_api())


def _content(request: dict[str, Any]) -> dict[str, Any]:
    # The date is that of the moment at which the order was typed, not a part of what is shipped.
    return {name: value for name, value in request.items() if name != "displayableOrderDate"}


def submission_of(row: Any) -> Submission:
    """Where the order of a row of the table of submissions stands."""
    state = SubmissionState(row.state)
    return Submission(
        row.seller_fulfillment_order_id,
        state,
        row.message or BEING_SENT,
        row.advice,
        row.request_id,
        _refused_fields(state, row.message or "", row.request),
    )


def _refused_fields(
    state: SubmissionState, message: str, request: dict[str, Any]
) -> dict[str, str]:
    """What Amazon refused of a request, by the form's names; the store keeps only its words."""
    if state is not SubmissionState.REJECTED:
        return {}
    return refused_fields(message, typed_of(request))
