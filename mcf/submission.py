"""An order is sent exactly once: the intent is written first, and what is unknown is looked up.

The number of an order (`seller_fulfillment_order_id`) is fixed before the first byte is sent, and
Amazon takes each number only once. So after a lost answer the same number is asked for; only when
Amazon twice says that it isn't there is the same number sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from mcf import tables
from mcf.client import MCFClient
from mcf.errors import DuplicateOrder, MCFError, NotFound, RequestRefused, Throttled
from mcf.models import FulfillmentPreview, MCFOrderDetail, MCFOrderItem, MCFOrderRequest
from mcf.outcomes import Submission, SubmissionState
from mcf.store import Store, utc_now

PAUSES = (1.0, 3.0)
"""Seconds before each look for an order whose answer was lost."""

ABANDONED = timedelta(minutes=2)
"""After this a submission that is still being sent belongs to a process that died."""


class Submissions:
    """Sends orders; safe for several threads and processes on one store."""

    def __init__(
        self, client: MCFClient, store: Store, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._store = store
        self._sleep = sleep

    def submit(
        self, request: MCFOrderRequest, preview: FulfillmentPreview | None = None
    ) -> Submission:
        """Where the order stands after it was sent, or why it wasn't.

        The same order again sends nothing and says how the first one stands. Raises
        `DuplicateOrder` when another order was sent under this number, and `StoreError` when the
        intent couldn't be written; nothing was sent then.
        """
        if self._write_intent(request, preview):
            return self._send(request)
        return self._again(request, preview)

    def get(self, order_id: str) -> Submission | None:
        """Where the order stands, or None when it wasn't sent from here."""
        row = self._row(order_id)
        return row and _submission(row)

    def open(self) -> list[Submission]:
        """The submissions whose outcome isn't known, and those that were refused."""
        table = tables.submissions
        settled = table.c.state != SubmissionState.ACCEPTED.value
        return [_submission(row) for row in self._store.rows(table, settled)]

    def settle_all(self) -> list[Submission]:
        """Looks up every order whose outcome is unknown; gives back those that were settled."""
        table = tables.submissions
        unknown = table.c.state == SubmissionState.UNKNOWN.value
        dead = (table.c.state == SubmissionState.SENDING.value) & (
            table.c.updated_at < utc_now() - ABANDONED
        )
        found = [self._settle_row(row) for row in self._store.rows(table, unknown | dead)]
        return [s for s in found if s.state is not SubmissionState.UNKNOWN]

    def _write_intent(self, request: MCFOrderRequest, preview: FulfillmentPreview | None) -> bool:
        now = utc_now()
        return self._store.add(
            tables.submissions,
            {
                "seller_fulfillment_order_id": request.seller_fulfillment_order_id,
                "state": SubmissionState.SENDING.value,
                "request": request.to_api(),
                "preview": preview and preview.to_api(),
                "attempts": 1,
                "created_at": now,
                "updated_at": now,
            },
        )

    def _again(self, request: MCFOrderRequest, preview: FulfillmentPreview | None) -> Submission:
        order_id = request.seller_fulfillment_order_id
        row = self._row(order_id)
        state = SubmissionState(row.state)
        if state.may_be_sent_again:
            content = {"request": request.to_api(), "preview": preview and preview.to_api()}
            mine = self._claim(row, **content)
            return self._send(request) if mine else _submission(self._row(order_id))
        if row.request != request.to_api():
            raise DuplicateOrder(
                f"Another order was already sent under the number {order_id}.",
                advice="Look at that order on the tracking page; for a new order use a new number.",
            )
        return _submission(row)

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
        )

    def _send(self, request: MCFOrderRequest, *, last: bool = False) -> Submission:
        order_id = request.seller_fulfillment_order_id
        try:
            self._client.create_fulfillment_order(request)
        except DuplicateOrder:
            return self._look_up(request)
        except MCFError as error:
            if not error.may_have_happened:
                return self._refused(order_id, error)
            if last:
                return self._unknown(order_id, error)
            return self._settle(request)
        return self._accepted(order_id)

    def _settle(self, request: MCFOrderRequest) -> Submission:
        for pause in PAUSES:
            self._sleep(pause)
            try:
                return self._compare(request, self._read(request))
            except NotFound:
                continue
            except MCFError as another:
                return self._unknown(request.seller_fulfillment_order_id, another)
        return self._send(request, last=True)

    def _settle_row(self, row: Any) -> Submission:
        request = MCFOrderRequest.from_api(row.request)
        if not self._claim(row):
            return _submission(self._row(row.seller_fulfillment_order_id))
        return self._settle(request)

    def _look_up(self, request: MCFOrderRequest) -> Submission:
        try:
            return self._compare(request, self._read(request))
        except MCFError as error:
            return self._unknown(request.seller_fulfillment_order_id, error)

    def _read(self, request: MCFOrderRequest) -> MCFOrderDetail:
        return self._client.get_fulfillment_order(request.seller_fulfillment_order_id)

    def _compare(self, request: MCFOrderRequest, detail: MCFOrderDetail) -> Submission:
        order_id = request.seller_fulfillment_order_id
        if is_same_order(request, detail):
            return self._accepted(order_id)
        return self._note(
            order_id,
            SubmissionState.REJECTED,
            f"Amazon has another order under the number {order_id}.",
            "Nothing was sent. Look at that order on the tracking page; use a new number for this.",
        )

    def _accepted(self, order_id: str) -> Submission:
        message = "Amazon has the order. Its address and stock are still checked there."
        return self._note(order_id, SubmissionState.ACCEPTED, message)

    def _refused(self, order_id: str, error: MCFError) -> Submission:
        refused = isinstance(error, RequestRefused) and not isinstance(error, Throttled)
        state = SubmissionState.REJECTED if refused else SubmissionState.NOT_SENT
        return self._note(order_id, state, error.message, error.advice, error.request_id)

    def _unknown(self, order_id: str, error: MCFError) -> Submission:
        message = f"Whether Amazon has the order isn't known yet: {error.message}"
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


def is_same_order(request: MCFOrderRequest, detail: MCFOrderDetail) -> bool:
    """Whether Amazon's order has the lines and the destination of the request."""
    wanted, found = _lines(request.items), _lines(detail.fulfillment_order_items)
    there = detail.fulfillment_order.destination_address
    here = request.destination_address
    same_place = there is None or (there.name, there.address_line1, there.postal_code) == (
        here.name,
        here.address_line1,
        here.postal_code,
    )
    same_name = detail.fulfillment_order.displayable_order_id == request.displayable_order_id
    return wanted == found and same_place and same_name


def _lines(items: Iterable[MCFOrderItem]) -> set[tuple[str, str, int]]:
    return {(i.seller_fulfillment_order_item_id, i.seller_sku, i.quantity) for i in items}


def _submission(row: Any) -> Submission:
    return Submission(
        row.seller_fulfillment_order_id,
        SubmissionState(row.state),
        row.message or "It's being sent.",
        row.advice,
        row.request_id,
    )
