"""The form of one order. What was typed stays until the order is with Amazon."""

from __future__ import annotations

from mcf.entry import Entry, judge
from mcf.service import MCFService
from mcf.snapshot import Snapshot
from pages.parts import items_form, options_form, recipient_form, session, typed_order


def form(service: MCFService, stock: Snapshot) -> Entry:
    """The form, and what is typed in it."""
    typed_order.start(service)
    typed_order.take_from_stock(stock)
    entry = read(service, stock)
    recipient_form.form(service, entry)
    items_form.form(entry, stock)
    options_form.form(service, entry)
    typed_order.keep(service, entry.typed)
    return entry


def read(service: MCFService, stock: Snapshot) -> Entry:
    """What is typed now, and what stands in the way of sending it."""
    skus = stock.once("skus", lambda frame: frozenset(frame["seller_sku"]))
    return judge(
        typed_order.collect(),
        service.settings.marketplace,
        session.local(service.now()),
        skus.__contains__,
    )


def again(service: MCFService, order_id: str) -> None:
    """Puts an order that was refused back into the form, unless something is typed there."""
    typed_order.start(service)
    typed = service.typed(order_id)
    if typed is not None and not typed_order.collect().is_begun:
        typed_order.put(typed)


def next_order(service: MCFService) -> None:
    """Empties the form for the next order; this one's draft isn't needed any more."""
    typed_order.forget(service)
