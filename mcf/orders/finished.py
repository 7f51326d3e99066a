"""Typed orders that were sent: their drafts go, and a form that still holds one is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mcf import logs
from mcf.access.actor import whose
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import InvalidInput, StoreError
from mcf.marketplaces import MARKETPLACES
from mcf.orders.form import Typed
from mcf.orders.states import Submission
from mcf.orders.submission import submission_of
from mcf.orders.validation import judge, number_at_amazon
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.states import SubmissionState

log = logs.get(__name__)

_ORDER = "seller_fulfillment_order_id"
_OF_THE_MOMENT = ("displayableOrderDate", "paymentInformation")
"""Parts of a request that hold the time at which it was typed."""


class Finished:
    """Compares what is typed with what was sent; every method but `forget` raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keeper = Keeper(store, whose)

    def sent(self, typed: Typed) -> Submission | None:
        """Where this very order stands that is typed; None if Amazon certainly hasn't got it."""
        if typed.edits:
            return None
        row = self._store.row(tables.submissions, **{_ORDER: number_at_amazon(typed)})
        if row is None or SubmissionState(row.state).may_be_sent_again:
            return None
        return submission_of(row) if self._is_same(row.request, typed) else None

    def used(self, typed: Typed) -> str | None:
        """Why the number that is typed can't be used, as a sentence; None if it can."""
        number = number_at_amazon(typed)
        if typed.edits or not number:
            return None
        order = self._store.row(tables.orders, **{_ORDER: number})
        if order is not None:
            status = FulfillmentOrderStatus.of(order.status).label
            return f"belongs to another order already ({status}): Amazon takes each number once"
        sent = self._store.row(tables.submissions, **{_ORDER: number})
        if sent is None or SubmissionState(sent.state).may_be_sent_again:
            return None
        return "belongs to another order already, which was sent: Amazon takes each number once"

    def unfinished(self) -> list[Kept]:
        """The drafts of orders that Amazon hasn't got, the newest change first; others are gone."""
        drafts = self._keeper.all(DocumentKind.DRAFT)
        typed = {kept.key: _typed(kept) for kept in drafts}
        numbers = {number_at_amazon(form) for form in typed.values() if form is not None}
        done = self._forget_those(drafts, typed, self._accepted(sorted(numbers)))
        return [kept for kept in drafts if kept.key not in done]

    def begun(self, typed: Typed) -> Kept | None:
        """The unfinished order that is this one already, whatever its number; None if none is.

        One that takes the same order's place with the same goods is, too, whatever else was
        corrected in it since.
        """
        return next((kept for kept in self.unfinished() if _is_this(_typed(kept), typed)), None)

    def forget(self, order_id: str) -> None:
        """Forgets the drafts of an order that Amazon has."""
        try:
            drafts = self._keeper.all(DocumentKind.DRAFT)
            typed = {kept.key: _typed(kept) for kept in drafts}
            self._forget_those(drafts, typed, self._accepted([order_id]))
        except StoreError:
            # The order is sent, and nothing here may hide that; the list of drafts tidies up too.
            log.exception("draft of a sent order not forgotten")

    def _accepted(self, numbers: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The requests of those orders that Amazon has, by number."""
        if not numbers:
            return {}
        table = tables.submissions
        rows = self._store.rows(
            table,
            table.c.seller_fulfillment_order_id.in_(numbers),
            table.c.state == SubmissionState.ACCEPTED.value,
        )
        return {row.seller_fulfillment_order_id: row.request for row in rows}

    def _forget_those(
        self,
        drafts: Sequence[Kept],
        typed: Mapping[str, Typed | None],
        accepted: Mapping[str, Mapping[str, Any]],
    ) -> set[str]:
        done = set()
        for kept in drafts:
            form = typed[kept.key]
            request = accepted.get(number_at_amazon(form)) if form and not form.edits else None
            if form and request is not None and self._is_same(request, form):
                self._keeper.forget(DocumentKind.DRAFT, kept.key)
                done.add(kept.key)
        return done

    def _is_same(self, sent: Mapping[str, Any], typed: Typed) -> bool:
        marketplace = MARKETPLACES[str(self._store.scope["marketplace_id"])]
        request = judge(typed, marketplace, utc_now()).request
        return request is not None and _content(sent) == _content(request.to_api())


def _typed(kept: Kept) -> Typed | None:
    """The form of a draft; None for one of another version that can't be read."""
    try:
        return Typed.from_content(kept.content)
    except InvalidInput:
        return None


def _is_this(draft: Typed | None, typed: Typed) -> bool:
    if draft is None or (draft.replaces, draft.edits) != (typed.replaces, typed.edits):
        return False
    if typed.replaces:
        return _goods(draft) == _goods(typed)
    bare = {"number": "", "amazon_number": ""}
    return draft.model_copy(update=bare) == typed.model_copy(update=bare)


def _goods(typed: Typed) -> list[tuple[str, str]]:
    return sorted((line.sku, str(line.units).strip()) for line in typed.lines)


def _content(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in _OF_THE_MOMENT}
