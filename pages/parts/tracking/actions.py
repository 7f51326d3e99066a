"""What can be done about an order: why it's as it is, sending it again, copying, changing it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mcf.errors import MCFError
from mcf.orders import replacement
from mcf.orders.form import Typed, in_place_of
from mcf.orders.replacement import Family
from mcf.service import MCFService
from mcf.tracking import trouble_box
from mcf.tracking.diagnosis import Remedy
from mcf.tracking.trouble_box import TroubleBox
from mcf.tracking.view import OrderView, WholeOrder
from pages.parts.common import labels, messages, places, session
from pages.parts.orders import draft_state
from pages.parts.tracking import evidence, resend, timeline


def draw(service: MCFService, whole: WholeOrder, cancel: Callable[[], None]) -> None:
    """The one box of an order in trouble: what happened, why, what to do, until when, how much."""
    box = whole.box
    if box is None:
        resend.draw(service, whole)
        return
    with st.container(border=True, key="why"):
        _said(box)
        _windows(box)
        if not resend.draw(service, whole):
            if whole.family.successors:
                st.caption("It was sent again; the new order is named below.")
            else:
                _remedy(service, whole, box.remedy, cancel)
        evidence.draw(service, whole.view)
        timeline.draw_note(service, whole.view.order_id, whole.note)


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
    view, order_id = whole.view, whole.view.order_id
    match remedy:
        case Remedy.SEND_AGAIN:
            _again(service, order_id)
        case Remedy.SEND_THE_REST:
            _rest(service, view, order_id)
        case Remedy.SEND_LOST:
            _lost(service, view, order_id)
        case Remedy.SEND_ANOTHER:
            _another(service, order_id)
        case Remedy.CANCEL:
            _only_cancel(cancel)
        case Remedy.WAIT:
            st.caption("Amazon takes no cancellation of it now. Ask Seller Support where it is.")


def _lost(service: MCFService, view: OrderView, order_id: str) -> None:
    """Opens the form with what doesn't arrive, in the order's place."""
    units = trouble_box.not_arriving(view.packages, view.items, late=False)
    if st.button("Send it again", icon=":material/replay:", type="primary", key="send_lost"):
        _open(
            service,
            order_id,
            lambda typed: (
                replacement.the_rest(_in_place_of(service, order_id, typed), units)
                if units
                else _in_place_of(service, order_id, typed)
            ),
        )


def _another(service: MCFService, order_id: str) -> None:
    """Opens the form with the same order beside this one, which may still arrive."""
    if st.button("Send another one", icon=":material/replay:", key="send_another"):
        number = draft_state.fresh_number(service)
        _open(service, order_id, lambda typed: typed.model_copy(update={"number": number}))


def _again(service: MCFService, order_id: str) -> None:
    if st.button(
        "Correct and send again", icon=":material/replay:", type="primary", key="send_again"
    ):
        _open(service, order_id, lambda typed: _in_place_of(service, order_id, typed))


def _rest(service: MCFService, view: OrderView, order_id: str) -> None:
    left = replacement.missing(view.items)
    if st.button("Send the rest again", icon=":material/replay:", type="primary", key="send_rest"):
        _open(
            service,
            order_id,
            lambda typed: replacement.the_rest(_in_place_of(service, order_id, typed), left),
        )


def _only_cancel(cancel: Callable[[], None]) -> None:
    st.button(
        "Only cancel it", icon=":material/cancel:", key="cancel_stuck", type="tertiary",
        help="When Amazon shows it as cancelled, it can be corrected here and sent again.",
        on_click=cancel,
    )  # fmt: skip


def _in_place_of(service: MCFService, order_id: str, typed: Typed) -> Typed:
    return in_place_of(typed, order_id, service.ordering.drafts.is_used)


def draw_copy(service: MCFService, order_id: str) -> None:
    """Opens the form with this order in it, under a number of its own."""
    if st.button("Copy as a new order", icon=":material/content_copy:", key="copy_order"):
        number = draft_state.fresh_number(service)
        _open(service, order_id, lambda typed: typed.model_copy(update={"number": number}))


def draw_change(service: MCFService, order_id: str) -> None:
    """Opens the form with this order in it, which is on hold, to change it."""
    if st.button("Change", icon=":material/edit:", key="change_order"):
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
        key = draft_state.as_draft(service, typed)
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
