"""What can be done about an order: why it's as it is, sending it again, copying, changing it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import MCFError
from mcf.orders import replacement
from mcf.orders.form import Typed, in_place_of
from mcf.service import MCFService
from mcf.tracking.diagnosis import Diagnosis, Remedy, remedy
from mcf.tracking.view import OrderView
from pages.parts.common import labels, messages, places
from pages.parts.orders import draft_state
from pages.parts.tracking import resend


def draw(service: MCFService, view: OrderView, cancel: Callable[[], None]) -> None:
    """Why the order came to nothing, to a part or doesn't move, and what can be done about it."""
    order_id = str(view.order["seller_fulfillment_order_id"])
    diagnosis = service.diagnosis(view)
    if diagnosis is None:
        resend.draw(service, view)
        return
    with st.container(border=True, key="why"):
        _why(view, diagnosis)
        if resend.draw(service, view):
            return
        successors = service.links.successors(order_id)
        if successors:
            st.caption("It was sent again; the new order is named below.")
        else:
            _remedy(service, view, order_id, cancel)


def _remedy(
    service: MCFService, view: OrderView, order_id: str, cancel: Callable[[], None]
) -> None:
    match remedy(view.order, view.items, service.now()):
        case Remedy.SEND_AGAIN:
            _again(service, order_id)
        case Remedy.SEND_THE_REST:
            _rest(service, view, order_id)
        case Remedy.CANCEL:
            _only_cancel(cancel)
        case Remedy.WAIT:
            st.caption("Amazon takes no cancellation of it now. Ask Seller Support where it is.")


def _why(view: OrderView, diagnosis: Diagnosis) -> None:
    colour = "gray" if view.status is FulfillmentOrderStatus.CANCELLED else view.status.colour
    st.markdown(f":{colour}-badge[Why] **{labels.plain(diagnosis.says)}**")
    if diagnosis.likely:
        st.markdown("\n".join(f"- {labels.plain(cause)}" for cause in diagnosis.likely))


def _again(service: MCFService, order_id: str) -> None:
    st.caption("Nothing of it ships, so it can be sent again under a new number.")
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
    return in_place_of(typed, order_id, service.is_used)


def draw_copy(service: MCFService, order_id: str) -> None:
    """Opens the form with this order in it, under a number of its own."""
    if st.button("Copy as a new order", icon=":material/content_copy:", key="copy_order"):
        number = draft_state.fresh_number(service)
        _open(service, order_id, lambda typed: typed.model_copy(update={"number": number}))


def draw_change(service: MCFService, order_id: str) -> None:
    """Opens the form with this order in it, which is on hold, to change it."""
    if st.button("Change", icon=":material/edit:", key="change_order"):
        typed = service.standing(order_id)
        if typed is not None:
            _to_form(service, typed)


def _open(service: MCFService, order_id: str, make: Callable[[Typed], Typed]) -> None:
    try:
        typed = service.typed(order_id)
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


def draw_links(service: MCFService, order_id: str) -> None:
    """The order whose place this one takes, and those that took its place."""
    before = service.links.replaced_by(order_id)
    if before:
        _link(f"In place of {before}", before)
    for after in service.links.successors(order_id):
        _link(f"Sent again as {after}", after)


def _link(label: str, order_id: str) -> None:
    st.page_link(
        places.TRACKING,
        label=labels.plain(label),
        icon=":material/link:",
        query_params={"order": order_id},
    )
