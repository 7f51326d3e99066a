"""The form of one order. What was typed stays until the order is with Amazon."""

from __future__ import annotations

from dataclasses import replace

from mcf.orders.validation import Entry, Problem, judge, label, still_refused
from mcf.service import MCFService
from mcf.store.snapshots import Snapshot
from pages.parts.common import cursor, session
from pages.parts.orders import draft_state, edit, items, options, pasting, recipient


def draw(service: MCFService, stock: Snapshot) -> Entry:
    """The form, and what is typed in it."""
    draft_state.take_from_stock(stock)
    entry = _read(service, stock)
    marked = replace(entry, problems={**_refused(service, entry), **entry.problems})
    recipient.draw(service, marked)
    items.draw(marked, stock)
    options.draw(service, marked)
    lines = (f"{name}_{at}" for at in session.state()[session.LINES] for name in ("sku", "units"))
    cursor.draw_hints(
        [*recipient.required(entry), *lines], into="" if session.asked("sent") else pasting.BOX
    )
    draft_state.keep(service, entry.typed)
    return entry


def _read(service: MCFService, stock: Snapshot) -> Entry:
    skus = stock.once("skus", draft_state.skus_of)
    entry = judge(
        draft_state.collect(),
        service.settings.marketplace,
        session.local(service.now()),
        skus.__contains__,
    )
    reason = service.ordering.finished.used(entry.typed)
    if reason is not None:
        entry = entry.blocked("number", label("number"), reason)
    return edit.guarded(service, entry)


def _refused(service: MCFService, entry: Entry) -> dict[str, Problem]:
    """What Amazon refused when it was sent, at fields that are still as they were then."""
    order_id = session.asked("sent")
    sent = service.ordering.submissions.get(order_id) if order_id else None
    before = (
        service.ordering.drafts.typed(sent.seller_fulfillment_order_id, session.zone())
        if sent and sent.refused
        else None
    )
    if sent is None or before is None:
        return {}
    return still_refused(sent.refused, before, entry.typed)


def put_back(service: MCFService, order_id: str) -> None:
    """Puts an order that was refused back into the form, unless something is typed there."""
    typed = service.ordering.drafts.typed(order_id, session.zone())
    if typed is not None and not draft_state.collect().is_begun:
        old = service.ordering.links.replaced_by(order_id)
        draft_state.put(typed.model_copy(update={"replaces": old or ""}))


def next_order(service: MCFService) -> None:
    """Empties the form for the next order; this one's draft isn't needed any more."""
    draft_state.forget(service)
