"""What can be done about an order: why it's as it is, sending it again, copying, changing it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import MCFError
from mcf.orders import replacement
from mcf.orders.form import Typed, in_place_of
from mcf.orders.replacement import Family
from mcf.service import MCFService
from mcf.tracking import trouble_box
from mcf.tracking.diagnosis import Remedy
from mcf.tracking.lifecycle import HELD, NOTHING_SHIPS, Trouble
from mcf.tracking.trouble_box import TroubleBox
from mcf.tracking.view import WholeOrder
from pages.parts.common import labels, messages, places, rights, session
from pages.parts.orders import draft_state, edit
from pages.parts.tracking import evidence, resend, timeline


def draw(service: MCFService, whole: WholeOrder, cancel: Callable[[], None]) -> None:
    """The one box of an order in trouble: what happened, why, what to do, until when, how much."""
    box = whole.box
    if box is None:
        resend.draw(service, whole)
        return
    with st.container(border=True, key="why"):
        said, note = st.columns([3, 2], gap="large")
        with said:
            _said(box)
            _windows(box)
            _remedies(service, whole, box.remedy, cancel)
        with note:
            timeline.draw_note(service, whole.view.order_id, whole.note)


def _remedies(
    service: MCFService, whole: WholeOrder, remedy: Remedy | None, cancel: Callable[[], None]
) -> None:
    is_rescued = resend.draw(service, whole)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not is_rescued:
            if whole.family.successors:
                st.caption("It was sent again; the new order is named below.")
            else:
                _remedy(service, whole, remedy, cancel)
        evidence.draw(service, whole.view)


def _said(box: TroubleBox) -> None:
    st.markdown(f":{box.colour}-badge[{labels.plain(box.title)}] **{labels.plain(box.happened)}**")
    causes = (*box.also, *box.likely)
    if causes:
        st.markdown("\n".join(f"- {labels.plain(cause)}" for cause in causes))
    st.caption(labels.plain(box.advice))


def _windows(box: TroubleBox) -> None:
    """Until when one can act, and how much money it's about."""
    parts = []
    if box.until is not None:
        parts.append(f"**Until** {messages.when(box.until)}")
    if box.claim is not None:
        opens, closes = box.claim
        until = f"until {messages.day(closes)}" if closes else "on; until when isn't known"
        parts.append(f"**Claim** from {messages.day(opens)} {until}")
    if box.money:
        parts.append(f"**Money** {labels.plain(box.money)}")
    if parts:
        st.markdown("  \n".join(parts))


def _remedy(
    service: MCFService, whole: WholeOrder, remedy: Remedy | None, cancel: Callable[[], None]
) -> None:
    order_id = whole.view.order_id
    match remedy:
        case Remedy.SEND_AGAIN:
            _again(service, order_id)
        case Remedy.SEND_THE_REST:
            _rest(service, order_id)
        case Remedy.SEND_LOST:
            _lost(service, order_id)
        case Remedy.SEND_ANOTHER:
            _another(service, order_id)
        case Remedy.CANCEL:
            _only_cancel(cancel)
        case Remedy.WAIT:
            st.caption("Amazon takes no cancellation of it now. Ask Seller Support where it is.")


def _lost(service: MCFService, order_id: str) -> None:
    """Opens the form with what doesn't arrive, in the order's place."""
    if rights.button(
        service,
        Permission.SHIP,
        "Send it again",
        icon=":material/replay:",
        type="primary",
        key="send_lost",
    ):
        _open(
            service,
            order_id,
            lambda typed: _again_in_part(service, order_id, Trouble.UNDELIVERABLE, typed),
        )


def _another(service: MCFService, order_id: str) -> None:
    """Opens the form with the same order beside this one, which may still arrive."""
    if rights.button(
        service, Permission.SHIP, "Send another one", icon=":material/replay:", key="send_another"
    ):
        number = draft_state.fresh_number(service)
        _open(service, order_id, lambda typed: typed.model_copy(update={"number": number}))


def _again(service: MCFService, order_id: str) -> None:
    if rights.button(
        service,
        Permission.SHIP,
        "Correct and send again",
        icon=":material/replay:",
        type="primary",
        key="send_again",
    ):
        _open(service, order_id, lambda typed: _in_place_of(service, order_id, typed))


def _rest(service: MCFService, order_id: str) -> None:
    if rights.button(
        service,
        Permission.SHIP,
        "Send the rest again",
        icon=":material/replay:",
        type="primary",
        key="send_rest",
    ):
        _open(
            service,
            order_id,
            lambda typed: _again_in_part(service, order_id, Trouble.PARTLY, typed),
        )


def _only_cancel(cancel: Callable[[], None]) -> None:
    st.button(
        "Only cancel it", icon=":material/cancel:", key="cancel_stuck", type="tertiary",
        help="When Amazon shows it as cancelled, it can be corrected here and sent again.",
        on_click=cancel,
    )  # fmt: skip


IN_A_LINE = {
    HELD: ("Ship", ":material/play_arrow:"),
    Trouble.STUCK.value: ("Rescue", ":material/healing:"),
    Trouble.INVALID.value: ("Correct", ":material/edit:"),
    Trouble.UNFULFILLABLE.value: ("Correct", ":material/edit:"),
    Trouble.PARTLY.value: ("Send the rest", ":material/replay:"),
    Trouble.UNDELIVERABLE.value: ("Send again", ":material/replay:"),
}
"""What can be done at once with an order of which no more is known than its trouble, or HELD."""


def draw_in_a_line(service: MCFService, order_id: str, trouble: str) -> None:
    """A button that does it: ships or rescues the order, or opens the form with what is sent again.

    What Amazon answers is told on the order's page, which opens, but for what it ships.
    """
    words, icon = IN_A_LINE[trouble]
    if not rights.button(
        service, Permission.CHANGE_ORDERS, words, icon=icon, key=f"act_{order_id}", type="tertiary"
    ):
        return
    if trouble in (HELD, Trouble.STUCK):
        _do(service, order_id, trouble)
        st.switch_page(places.TRACKING, query_params={"order": order_id})
    _open(service, order_id, lambda typed: _again_in_part(service, order_id, trouble, typed))


def _do(service: MCFService, order_id: str, trouble: str) -> None:
    here = places.ADDRESSES[places.TRACKING]
    try:
        if trouble == HELD:
            done = service.tracking.actions.release(order_id)
            session.tell_there(here, edit.KINDS[done.state], done.message)
        else:
            service.tracking.rescues.begin(order_id)
    except MCFError as error:
        session.tell_there(here, "error", f"Nothing was done: {messages.refusal(error)}")


def _again_in_part(service: MCFService, order_id: str, trouble: str, typed: Typed) -> Typed:
    """The order in its own place, with only those of its units that didn't arrive or ship."""
    anew, view = _in_place_of(service, order_id, typed), service.tracking.views.order(order_id)
    if view is None or trouble in NOTHING_SHIPS:
        return anew
    if trouble == Trouble.PARTLY:
        return replacement.the_rest(anew, replacement.missing(view.items))
    units = trouble_box.not_arriving(view.packages, view.items, late=False)
    return replacement.the_rest(anew, units) if units else anew


def _in_place_of(service: MCFService, order_id: str, typed: Typed) -> Typed:
    return in_place_of(typed, order_id, service.ordering.drafts.is_used)


def draw_copy(service: MCFService, order_id: str) -> None:
    """Opens the form with this order in it, under a number of its own."""
    if rights.button(
        service,
        Permission.SHIP,
        "Copy as a new order",
        icon=":material/content_copy:",
        key="copy_order",
    ):
        number = draft_state.fresh_number(service)
        _open(service, order_id, lambda typed: typed.model_copy(update={"number": number}))


def draw_change(service: MCFService, order_id: str) -> None:
    """Opens the form with this order in it, which is on hold, to change it."""
    if rights.button(
        service, Permission.CHANGE_ORDERS, "Change", icon=":material/edit:", key="change_order"
    ):
        typed = service.ordering.drafts.standing(order_id)
        if typed is not None:
            _to_form(service, typed)


def _open(service: MCFService, order_id: str, make: Callable[[Typed], Typed]) -> None:
    try:
        typed = service.ordering.drafts.typed(order_id, session.zone())
    except MCFError as error:
        messages.draw_error(error)
        return
    if typed is None:
        st.error("This order isn't known here any more.", icon=":material/error:")
    else:
        _to_form(service, make(typed))


def _to_form(service: MCFService, typed: Typed) -> None:
    try:
        begun = service.ordering.finished.begun(typed)
        key = begun.key if begun else draft_state.as_draft(service, typed)
    except MCFError as error:
        messages.draw_error(error)
    else:
        st.switch_page(places.NEW_ORDER, query_params={"draft": key})


def draw_links(family: Family) -> None:
    """The order whose place this one takes, those that took its place, and the other part."""
    if family.replaces:
        _link(f"In place of {family.replaces}", family.replaces)
    for after in family.successors:
        _link(f"Sent again as {after}", after)
    for part in family.parts:
        _link(f"Split: the other part is {part}", part)


def _link(label: str, order_id: str) -> None:
    st.page_link(
        places.TRACKING,
        label=labels.plain(label),
        icon=":material/link:",
        query_params={"order": order_id},
    )
