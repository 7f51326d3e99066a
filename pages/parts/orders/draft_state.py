"""What is typed into the form of an order: in the session, and kept as a draft in the store.

A draft's id is in the page's address (`?draft=`), so that a reload, another tab and a restart of
the program bring back what was typed.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from mcf.amazon.models.requests import MAX_LINES
from mcf.errors import InvalidInput, StoreError
from mcf.orders import form
from mcf.orders.form import Typed, TypedLine
from mcf.service import MCFService
from mcf.store.documents import DocumentKind
from mcf.store.snapshots import Snapshot
from mcf.store.states import SubmissionState
from pages.parts.common import labels, messages, session

FEATURE = "feature_"
SEPARATOR = " · "
"""Between what is told of a SKU in a list: what can ship, itself, its product, its ASIN."""
_OF_LINE = {
    "sku": "sku",
    "units": "units",
    "gift": "gift",
    "line_comment": "comment",
    "value": "value",
    "price": "price",
    "tax": "tax",
    "item": "item_id",
}
"""The widgets of a line, and the names of `TypedLine`."""
_CHOSEN = ("profile", "window", "to_country")
"""Widgets that have no option for nothing."""
_PLAIN = tuple(name for name in Typed.model_fields if name not in ("lines", "features"))


def start(service: MCFService, stock: Snapshot) -> None:
    """Makes the form ready: empty, as it was, or with the draft that the address names."""
    state = session.state()
    asked = session.asked("draft")
    if asked in (None, state.get(session.DRAFT)) and _is_done(service):
        # What became of it goes on being said above the next one.
        leave()
        if session.asked("sent") != state[session.SENT]:
            session.ask("sent", None)
    elif asked and asked != state.get(session.DRAFT):
        _open(service, asked)
    elif state.get(session.DRAFT) and not asked:
        session.ask("draft", state[session.DRAFT])
    if session.LINES not in state:
        put(blank(service))
    _name_chosen(stock)
    typed = collect()
    if service.ordering.finished.sent(typed) is None:
        keep(service, typed)


def _is_done(service: MCFService) -> bool:
    """Whether the form holds an order that this visitor sent, and Amazon has it."""
    order_id = session.state().get(session.SENT)
    if not order_id or session.LINES not in session.state():
        return False
    sent = service.ordering.finished.sent(collect())
    if sent is None or sent.seller_fulfillment_order_id != order_id:
        return False
    return sent.state is SubmissionState.ACCEPTED


def _name_chosen(stock: Snapshot) -> None:
    """Names the SKU of what was chosen from a list that wasn't the newest any more.

    A list gives back the text of an option if none of the newest list reads like it: the number
    that can ship stands in it, and may change while somebody chooses.
    """
    state, skus = session.state(), stock.once("skus", skus_of)
    for number in state[session.LINES]:
        chosen = state.get(f"sku_{number}") or ""
        if chosen and chosen not in skus:
            state[f"sku_{number}"] = _sku_in(chosen, skus) or chosen


def _sku_in(option: str, skus: Collection[str]) -> str | None:
    """The SKU that an option names, as it's told there after what can ship; None if none is."""
    _, _, named = option.partition(SEPARATOR)
    parts = named.split(SEPARATOR)
    tried = (SEPARATOR.join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((sku for sku in tried if sku in skus), None)


def skus_of(stock: pd.DataFrame) -> frozenset[str]:
    """The SKUs of a stock."""
    return frozenset(stock["seller_sku"])


def blank(service: MCFService) -> Typed:
    """An empty form: the marketplace's country, a new number, the channel it's to begin with."""
    country = service.settings.marketplace.country_code
    return form.blank(country, fresh_number(service), profiles(service))


def profiles(service: MCFService) -> dict[str, Mapping[str, Any]]:
    """The seller's own channels by name, the latest change first."""
    return {kept.key: kept.content for kept in service.kept.all(DocumentKind.PROFILE)}


def fresh_number(service: MCFService) -> str:
    """An order number that nobody has used."""
    return form.fresh_number(session.local(service.now()).date())


def collect() -> Typed:
    """What is typed now."""
    state = session.state()
    values = {name: state[name] for name in _PLAIN if state.get(name) is not None}
    # Streamlit gives its keys in another order each time that it's started.
    wishes = sorted(str(key) for key in state if str(key).startswith(FEATURE) and state[key])
    features = {key.removeprefix(FEATURE): state[key] for key in wishes}
    lines = tuple(_line(number) for number in state[session.LINES])
    return Typed(**values, features=features, lines=lines)


def _line(number: int) -> TypedLine:
    state = session.state()
    values = {name: state.get(f"{key}_{number}") for key, name in _OF_LINE.items()}
    return TypedLine(**{name: value for name, value in values.items() if value is not None})


def put(typed: Typed) -> None:
    """Puts what was typed into the form, in place of what is there; before it's drawn."""
    state = session.state()
    _clear()
    for name in _PLAIN:
        value = getattr(typed, name)
        state[name] = None if name in _CHOSEN and not value else value
    for name, policy in typed.features.items():
        state[f"{FEATURE}{name}"] = policy
    state[session.LINES] = list(range(len(typed.lines)))
    for number, line in enumerate(typed.lines):
        _put_line(number, line)


def put_address(parts: Mapping[str, str]) -> None:
    """Puts a recipient's parts, by Python name, into the form in place of those that are there."""
    for key, name in form.ADDRESS.items():
        session.state()[key] = parts.get(name) or ""


def _put_line(number: int, line: TypedLine) -> None:
    # Every key costs each field a little time: what is folded and empty has none.
    for key, name in _OF_LINE.items():
        value = getattr(line, name)
        if value or key in ("sku", "units"):
            session.state()[f"{key}_{number}"] = (value or None) if key == "sku" else value


def _clear() -> None:
    state = session.state()
    for number in state.pop(session.LINES, []):
        _forget_line(number)
    for key in [key for key in state if str(key).startswith(FEATURE)]:
        state.pop(key)
    state.pop(session.OFFERS, None)


def _forget_line(number: int) -> None:
    for key in (*_OF_LINE, "find", "remove"):
        session.state().pop(f"{key}_{number}", None)


def add_line(sku: str | None = None) -> None:
    """Adds a line to the form, if it may have another."""
    lines = session.state()[session.LINES]
    if len(lines) < MAX_LINES:
        number = max(lines, default=-1) + 1
        session.state()[session.LINES] = [*lines, number]
        _put_line(number, TypedLine(sku=sku or ""))


def remove_line(number: int) -> None:
    """Takes a line out of the form."""
    state = session.state()
    state[session.LINES] = [line for line in state[session.LINES] if line != number]
    _forget_line(number)


def take_from_stock(stock: Snapshot) -> None:
    """Puts the SKUs that the address names (`?item=`) into lines of their own, each once."""
    wanted = [sku for sku in session.asked_all("item") if sku]
    session.ask("item", None)
    if not wanted:
        return
    there = set(stock.frame["seller_sku"])
    unknown = [sku for sku in wanted if sku not in there]
    if unknown:
        some = ", ".join(labels.plain(sku) for sku in unknown[:5])
        st.warning(f"Not in your stock, so not in the form: {some}", icon=":material/search_off:")
    state = session.state()
    for sku in dict.fromkeys(sku for sku in wanted if sku in there):
        typed = {number: state.get(f"sku_{number}") for number in state[session.LINES]}
        empty = [number for number, value in typed.items() if not value]
        if sku in typed.values():
            continue
        if empty:
            state[f"sku_{empty[0]}"] = sku
        elif len(typed) < MAX_LINES:
            add_line(sku)
        else:
            left = f"{labels.plain(sku)} isn't in the form: an order has {MAX_LINES} lines at most."
            st.warning(left, icon=":material/playlist_remove:")


def keep(service: MCFService, typed: Typed) -> None:
    """Keeps what is typed as a draft, if there's anything that somebody would miss."""
    state = session.state()
    if not typed.is_begun:
        return
    if not state.get(session.DRAFT):
        state[session.DRAFT] = secrets.token_hex(6)
        session.ask("draft", state[session.DRAFT])
    content = typed.content()
    holder: list[Any] = state.setdefault(session.KEPT, [None])
    if holder[0] == content:
        return
    try:
        _leave_to_others(service, holder[0])
        service.kept.keep(DocumentKind.DRAFT, state[session.DRAFT], content)
        # In place: a touch of the session may end this drawing, and what is written wouldn't be
        # known as one's own.
        holder[0] = content
    except StoreError as error:
        # Typing goes on; that a reload would lose it is said where it's typed.
        messages.draw_error(error)


def _leave_to_others(service: MCFService, mine: object) -> None:
    """Goes on with a draft of one's own when another tab has changed this one meanwhile."""
    state = session.state()
    there = service.kept.get(DocumentKind.DRAFT, state[session.DRAFT])
    if there is None or mine is None or there.content == mine:
        return
    messages.draw_new_notice(
        "info",
        "This order was changed in another tab too. What you type here is kept as a draft of its "
        "own; the other one is under Unfinished.",
    )
    state[session.DRAFT] = secrets.token_hex(6)
    session.ask("draft", state[session.DRAFT])


def open_draft(key: str) -> None:
    """Opens another draft in the form."""
    close()
    session.ask("draft", key)


def _open(service: MCFService, key: str) -> None:
    draft = service.kept.get(DocumentKind.DRAFT, key)
    if draft is None:
        messages.draw_new_notice("info", "That draft isn't there any more: it was sent or deleted.")
        close()
        return
    try:
        typed = Typed.from_content(draft.content)
    except InvalidInput as error:
        messages.draw_error(error)
        close()
        return
    put(typed)
    session.state()[session.KEPT] = [draft.content]
    # Its name comes last: a drawing that ends before would leave half a form under it.
    session.state()[session.DRAFT] = key


def begin_with(service: MCFService, typed: Typed, key: str | None = None) -> None:
    """Opens the form with this in it, as a draft of its own."""
    state = session.state()
    state[session.DRAFT] = key or secrets.token_hex(6)
    state.pop(session.KEPT, None)
    session.ask("draft", state[session.DRAFT])
    session.ask("sent", None)
    state.pop(session.PASTED, None)
    put(typed)
    keep(service, typed)


def under_new_number(service: MCFService) -> None:
    """Goes on with what is typed as an order of its own."""
    fresh = {"number": fresh_number(service), "amazon_number": "", "replaces": ""}
    begin_with(service, collect().model_copy(update=fresh))


def take_new_number(service: MCFService) -> None:
    """Puts a number that nobody has used in place of the one that is typed."""
    session.state().update({"number": fresh_number(service), "amazon_number": ""})


def as_draft(service: MCFService, typed: Typed) -> str:
    """The key of a new draft with this in it; raises `StoreError`."""
    key = secrets.token_hex(6)
    service.kept.keep(DocumentKind.DRAFT, key, typed.content())
    return key


def close() -> None:
    """Leaves the draft; the form is empty when it's drawn next."""
    leave()
    session.ask("sent", None)


def leave() -> None:
    """The same, while the page goes on saying what became of the order that was sent last."""
    state = session.state()
    for name in (
        session.DRAFT,
        session.KEPT,
        session.PASTED,
        session.INSIDE,
        session.SHOWN,
        "pasted",
    ):
        state.pop(name, None)
    _clear()
    session.ask("draft", None)


def forget(service: MCFService) -> None:
    """Deletes the draft and empties the form: the order is with Amazon, or nobody wants it."""
    key = session.state().get(session.DRAFT)
    if key:
        service.kept.forget(DocumentKind.DRAFT, key)
    close()
