"""What one visitor's session remembers. Session keys are named only in this file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import streamlit as st

from mcf.access.actor import Actor
from mcf.errors import MCFError, SettingsError
from mcf.service import MCFService, open_service
from mcf.settings import Settings
from mcf.tracking.handover import Proof
from pages.parts.common import visitor
from pages.parts.common.labels import plain

T = TypeVar("T")
DRAWN = "_drawn_revision"
BEING_DRAWN = "_being_drawn"
PAUSED = "_updates_paused"
ASKED = "_asked"
LINES = "_order_lines"
OFFERS = "_order_offers"
DRAFT = "_draft"
KEPT = "_draft_kept"
SENT = "_sent_here"
CLICKED = "_clicked"
CLICKABLE = "_clickable"
SHOWN = "_order_shown"
PASTED = "_pasted_read"
INSIDE = "_inside_more"
AS_TYPED = "as_typed"
PLAN = "_file_plan"
DOCUMENT = "_file_document"
GIVEN = "_file_given"
FILE_OFFERS = "_file_offers"
SKU_ANSWERS = "_sku_answers"
BATCH = "_file_batch"
MANY = "_many_job"
UPLOAD_ROUND = "_upload_round"
TABLE_ROUND = "_table_round"
NOTICE = "_notice"
DIALOG = "_dialog_opens"
PAGE = "_page"
TABLE_PAGE = "page"
CHOSEN = "_chosen"
CHECKS = "_checks"
PROOFS = "_proofs"
TYPED_RULES = "_typed_rules"
RULES_SEEN = "_rules_seen"
RULES_ID = "_rules_id"
RULES_AT_FIRST = "_rules_at_first"
WANTED = "_wanted_purchases"
WANTED_ID = "_wanted_id"
WANTED_AT_FIRST = "_wanted_at_first"
UNDO = "_undo_purchases"
EXPECTATION = "_expectation_changed"
BUSY = "_busy_until"
REVEALED = "_recipients_shown"


def state() -> MutableMapping[str, Any]:
    """The session's own dictionary; widget values are under the widgets' keys."""
    return cast("MutableMapping[str, Any]", st.session_state)


def asked(name: str) -> str | None:
    """What the page's address asks for under this name, or None."""
    return st.query_params.get(name) or None


def asked_all(name: str) -> list[str]:
    """All that the page's address asks for under this name."""
    return st.query_params.get_all(name)


def ask(name: str, value: str | Sequence[str] | None) -> None:
    """Puts a value or several into the page's address, or takes it out; Back takes that back.

    A browser that was quicker than the last answer sent an address from before it, and is told
    again what it has to show.
    """
    values = [value] if isinstance(value, str) and value else list(value or ())
    asked_last = st.session_state.setdefault(ASKED, {})
    before, asked_last[name] = asked_last.get(name, values), values
    if values == asked_all(name) == before:
        return
    if values:
        st.query_params[name] = values
    else:
        others = {other: asked_all(other) for other in st.query_params if other != name}
        st.query_params.from_dict(others)


def follow(name: str, options: Collection[str], usual: str) -> None:
    """Has the widget under this name show what the page's address asks for, or what is usual.

    A widget that Streamlit itself binds to the address leaves no way back to what it was before,
    and keeps its value when the address loses it.
    """
    value = asked(name)
    st.session_state[name] = value if value in options else usual


def follow_text(name: str) -> None:
    """The same for a field of text, which is empty where the address asks for nothing."""
    st.session_state[name] = asked(name) or ""


def follow_amount(name: str) -> None:
    """The same for a field of an amount, which is empty where the address asks for none."""
    try:
        amount = float(asked(name) or "nan")
    except ValueError:
        amount = math.nan
    st.session_state[name] = amount if 0 <= amount < math.inf else None


def asks(name: str, usual: object, widget: str | None = None) -> None:
    """Puts what was chosen in the widget of this name into the address; its table begins anew.

    What is `usual` isn't told there. `widget` is its key, if that isn't the name.
    """
    value = st.session_state[widget or name]
    if not isinstance(value, str | list):
        value, usual = str(value), str(usual)
    ask(name, None if value == usual else value)
    to_first_page()


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return Settings.from_env()


def settings() -> Settings | None:
    """What is set up; None if it's wrong, which `service` explains."""
    try:
        return _settings()
    except SettingsError:
        return None


@st.cache_resource(show_spinner="Starting …", on_release=lambda service: service.close())
def _service() -> MCFService:
    # Made once: what is written into .env later counts only after a restart, so that a demo never
    # turns into a live account under somebody's hands.
    opened = open_service(_settings())
    opened.access.who = visitor.asking(opened.access)
    return opened.start()


def admits(claims: Mapping[str, Any], origin: str) -> bool:
    """Whether a session that the claims of a signed cookie name lets somebody in."""
    return isinstance(_service().access.sign_ins.admit(claims, origin), Actor)


def sign_out(claims: Mapping[str, Any], origin: str) -> None:
    """Ends that session."""
    _service().access.sign_ins.end(claims, origin)


def awaited() -> str | None:
    """The database that has to answer before a page can be drawn; None if none is set up."""
    try:
        return Settings.from_env().awaited
    except SettingsError:
        return None


_AWAITED = awaited()


def service() -> MCFService:
    """The service that all visitors share; shows what's wrong and stops when it can't be had.

    A database that doesn't answer at once is named while it's waited for.
    """
    try:
        if _AWAITED is None:
            return _service()
        with st.spinner(f"Waiting for {_AWAITED} …"):
            opened = _service()
            opened.revision()
            return opened
    except MCFError as error:
        st.title("MCF Desk can't start yet")
        st.error(plain(error.message), icon=":material/error:")
        st.markdown(plain(error.advice))
        st.stop()


def put(widget: str, value: str | bool) -> None:
    """Puts a text into the field under this key, or turns its switch."""
    st.session_state[widget] = value


def keep_as_typed(widget: str) -> None:
    """Notes that what looks spoiled in the field under this key is meant like that."""
    kept = st.session_state.get(AS_TYPED) or ()
    st.session_state[AS_TYPED] = (*kept, st.session_state[widget])


def zone() -> ZoneInfo:
    """The visitor's time zone, as the browser tells it; UTC when it doesn't."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """A moment in the visitor's time zone."""
    return moment.astimezone(zone())


def note_drawn(revision: tuple[object, ...]) -> None:
    """Remembers which data the page shows; updates wait only if a dialog opens in this drawing."""
    st.session_state[DRAWN] = revision
    st.session_state[BEING_DRAWN] = True
    st.session_state[PAUSED] = st.session_state.pop(DIALOG, False)
    st.session_state[ASKED] = {name: asked_all(name) for name in st.session_state.get(ASKED, ())}


def is_outdated(revision: tuple[object, ...]) -> bool:
    """Whether there's newer data than is shown, and nothing open that a redraw would close."""
    return not st.session_state.get(PAUSED) and st.session_state.get(DRAWN) != revision


def is_being_drawn() -> bool:
    """Whether this is the first question since `note_drawn`: of the whole page, and no part of it.

    A redraw now would lose the click that the page is drawn for.
    """
    return bool(st.session_state.pop(BEING_DRAWN, False))


def redraw() -> None:
    """Draws the page again from a part of it that draws itself.

    A browser that didn't know yet what was put into the address sent the old one with that part.
    """
    for name, values in st.session_state.get(ASKED, {}).items():
        ask(name, values)
    st.rerun()


def dialog_opens() -> None:
    """Keeps the page from redrawing by itself while the dialog that opens now is open."""
    st.session_state[DIALOG] = True


def resume_updates() -> None:
    """Lets the page redraw by itself again."""
    st.session_state[PAUSED] = False


def table_key(name: str) -> str:
    """A table's key; it changes when the selection was used up, which clears it."""
    return f"{name}-{st.session_state.get(TABLE_ROUND, 0)}"


def clear_selections() -> None:
    """Forgets the rows selected in tables: a selection is a position, and rows move."""
    st.session_state[TABLE_ROUND] = st.session_state.get(TABLE_ROUND, 0) + 1


def open_row(button: str, asks: str, names: Sequence[str]) -> None:
    """Opens what is named in the row whose button, in a column under this key, was pressed.

    The name goes into the address under `asks`.
    """
    row = st.session_state[button].row
    if row < len(names):
        ask(asks, names[row])
        clear_selections()


def show_deadlines() -> None:
    """Shows the board of deadlines instead of the list of orders."""
    ask("view", "Deadlines")


def filter_stock(state: str) -> None:
    """Shows those SKUs of the table of the stock that stand like this."""
    ask("stock", state)
    to_first_page()


def show_only(*, stock: str | None = None, units: Sequence[str] = ()) -> None:
    """Shows all SKUs of the stock that stand like this or have units there, and no others."""
    for name in ("show", "sku", "table"):
        ask(name, None)
    ask("with", units)
    ask("stock", stock)
    to_first_page()


def address() -> dict[str, list[str]]:
    """What the page's address asks for, all of it."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def points(chart: str) -> list[dict[str, Any]]:
    """What was clicked in the picture under this key."""
    return list(st.session_state[chart]["selection"]["points"])


def typed_rules() -> dict[str, dict[str, Any]]:
    """What was typed into tables of rules and not saved yet, by SKU; to be changed in place."""
    rules: dict[str, dict[str, Any]] = st.session_state.setdefault(TYPED_RULES, {})
    return rules


def rules_at_first(table: str) -> dict[str, dict[str, Any]]:
    """What had been typed when the table under this key was drawn for the first time."""
    if table not in st.session_state:
        st.session_state[RULES_AT_FIRST] = {sku: {**it} for sku, it in typed_rules().items()}
    rules: dict[str, dict[str, Any]] = st.session_state[RULES_AT_FIRST]
    return rules


def forget_typed_rules() -> None:
    """Puts away what was typed into tables of rules."""
    for key in (TYPED_RULES, RULES_SEEN):
        st.session_state.pop(key, None)
    clear_selections()


def rules_seen() -> dict[str, dict[str, Any]]:
    """The values that rules had when something else was typed, by SKU; to be changed in place."""
    rules: dict[str, dict[str, Any]] = st.session_state.setdefault(RULES_SEEN, {})
    return rules


def wanted() -> dict[str, dict[str, Any]]:
    """What was ticked and typed in purchase lists and not ordered yet, by SKU; to be changed."""
    lines: dict[str, dict[str, Any]] = st.session_state.setdefault(WANTED, {})
    return lines


def wanted_at_first(table: str) -> dict[str, dict[str, Any]]:
    """What had been ticked when the table under this key was drawn for the first time."""
    tables: dict[str, Any] = st.session_state.setdefault(WANTED_AT_FIRST, {})
    if table not in st.session_state:
        tables[table] = {sku: {**it} for sku, it in wanted().items()}
    lines: dict[str, dict[str, Any]] = tables[table]
    return lines


def can_undo(name: str, what: Any) -> None:
    """Keeps what the last step changed, so that it can be undone; None when it can't be."""
    st.session_state[UNDO] = (name, what)


def to_undo(name: str) -> Any:
    """What was kept so under this name; None when there's nothing to undo."""
    kept, what = st.session_state.get(UNDO, ("", None))
    return what if kept == name else None


def once(name: str, key: object, find: Callable[[], T]) -> T:
    """What `find` finds, which isn't looked for again as long as the key stays the same."""
    kept: tuple[object, T] | None = st.session_state.get(f"_once_{name}")
    if kept is None or kept[0] != key:
        kept = st.session_state[f"_once_{name}"] = (key, find())
    return kept[1]


def choose(skus: Sequence[str]) -> None:
    """Chooses SKUs in the table of this page instead of those that were, as clicks on rows do."""
    st.session_state[CHOSEN] = list(skus)
    clear_selections()


def is_due(name: str) -> bool:
    """Whether what is drawn a moment after the page may be drawn with it: the page was drawn."""
    return f"_later_{name}" in st.session_state


def comes_due(name: str) -> bool:
    """Whether it's due already; if not, it is from now on."""
    due = is_due(name)
    st.session_state[f"_later_{name}"] = True
    return due


def is_first(name: str) -> bool:
    """Whether it's the first time in this session that this is asked about the name."""
    asked_before = f"_once_{name}" in st.session_state
    st.session_state[f"_once_{name}"] = True
    return not asked_before


def unfold(name: str) -> None:
    """Shows all of a list from now on of which only the first lines were shown."""
    st.session_state[f"_unfolded_{name}"] = True


def is_unfolded(name: str) -> bool:
    """Whether all of that list is to be shown."""
    return f"_unfolded_{name}" in st.session_state


def to_first_page() -> None:
    """Turns a table back to its first page: what was on the others is elsewhere now."""
    ask(TABLE_PAGE, None)


def remember_choices(shown: Collection[str], selected: Sequence[str]) -> list[str]:
    """What is chosen now that these are `selected` of those `shown`; others stay chosen."""
    kept = [sku for sku in choices() if sku not in shown]
    st.session_state[CHOSEN] = [*kept, *selected]
    return choices()


def choices() -> list[str]:
    """What was chosen in tables of this page, and not put away since."""
    chosen: list[str] = st.session_state.get(CHOSEN, [])
    return chosen


def expectation_changed(form: str) -> str | None:
    """The number of what is being changed in this form, or None."""
    changed: tuple[str | None, int] = st.session_state.get(f"{EXPECTATION}_{form}", (None, 0))
    return changed[0]


def expectation_round(form: str) -> int:
    """How often this form was emptied: the fields of each round are new ones."""
    changed: tuple[str | None, int] = st.session_state.get(f"{EXPECTATION}_{form}", (None, 0))
    return changed[1]


def change_expectation(form: str, expectation_id: str | None) -> None:
    """Empties this form, to change something or to say something new."""
    there = (expectation_id, expectation_round(form) + 1)
    st.session_state[f"{EXPECTATION}_{form}"] = there


def busy_for(seconds: float) -> None:
    """Notes that Amazon isn't to be asked for so many seconds."""
    st.session_state[BUSY] = time.monotonic() + seconds


def busy_seconds() -> int:
    """Seconds after which Amazon may be asked again; 0 when it may be asked now."""
    until: float = st.session_state.get(BUSY, 0.0)
    return max(0, math.ceil(until - time.monotonic()))


def not_busy() -> None:
    """Lets Amazon be asked at once."""
    st.session_state.pop(BUSY, None)


def keep_proof(order_id: str, package_number: int, answer: Proof | str) -> None:
    """Keeps what Amazon has as proof of a parcel's delivery, or why it couldn't be had."""
    st.session_state.setdefault(PROOFS, {})[order_id, package_number] = answer


def proof(order_id: str, package_number: int) -> Proof | str | None:
    """What was kept so; None when Amazon wasn't asked in this session."""
    proofs: dict[tuple[str, int], Proof | str] = st.session_state.get(PROOFS, {})
    return proofs.get((order_id, package_number))


def proofs(order_id: str) -> list[Proof]:
    """All proofs of an order that were fetched in this session."""
    kept = st.session_state.get(PROOFS, {})
    return [it for (order, _), it in kept.items() if order == order_id and isinstance(it, Proof)]


def reveal(order_id: str) -> None:
    """Notes that it was asked for in this session whom the order goes to."""
    st.session_state[REVEALED] = revealed() | {order_id}


def revealed() -> frozenset[str]:
    """The orders of which that was asked for."""
    orders: frozenset[str] = st.session_state.get(REVEALED, frozenset())
    return orders


def tell(kind: str, text: str) -> None:
    """Keeps a sentence in view until it's put away: "success", "info", "warning" or "error"."""
    st.session_state[NOTICE] = (kind, text)


def tell_there(page: str, kind: str, text: str) -> None:
    """The same on another page, which is opened next."""
    st.session_state[PAGE] = page
    tell(kind, text)


def notice() -> tuple[str, str] | None:
    """The sentence that is in view."""
    return st.session_state.get(NOTICE)


def put_away() -> None:
    """Takes the sentence out of view."""
    st.session_state.pop(NOTICE, None)


def entered(page: str) -> None:
    """Notes which page is shown; what was told on another one isn't told here."""
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE] = page
        for name in (NOTICE, CHECKS, CHOSEN, UNDO):
            st.session_state.pop(name, None)
