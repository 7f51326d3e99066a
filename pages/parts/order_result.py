"""What became of an order that was sent. Its number is in the page's address (`?sent=`), so that a
refresh in the middle of sending still shows it.
"""

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Submission, SubmissionState
from mcf.service import MCFService
from pages.parts import order_form, places, say, session


def shown(service: MCFService) -> bool:
    """Whether the order sent is with Amazon, or may be; then that's shown in place of the form."""
    number = session.asked("sent")
    sent = service.submission(number) if number else None
    if sent is None:
        return False
    if sent.state.may_be_sent_again:
        _refused(service, sent)
        return False
    if sent.state is SubmissionState.ACCEPTED:
        _accepted(service, sent.seller_fulfillment_order_id)
    else:
        _unknown(sent)
    _what_next(service, sent.seller_fulfillment_order_id)
    return True


def _what_next(service: MCFService, order_id: str) -> None:
    with st.container(horizontal=True):
        st.page_link(
            places.TRACKING,
            label="Follow this order",
            icon=":material/local_shipping:",
            query_params={"order": order_id},
        )
        st.button(
            "Next order",
            type="primary",
            icon=":material/add:",
            key="next_order",
            on_click=order_form.next_order,
            args=(service,),
        )


def _accepted(service: MCFService, order_id: str) -> None:
    view = service.order(order_id)
    now = f" It is **{view.status.label.lower()}**." if view else ""
    st.success(
        f"**Amazon has order {say.plain(order_id)}.**{now} Its address and stock are still "
        "checked there; if something is wrong, the page Today says so.",
        icon=":material/check_circle:",
    )


def _unknown(sent: Submission) -> None:
    st.warning(
        f"**Order {say.plain(sent.seller_fulfillment_order_id)}: not known yet.** "
        f"{say.plain(sent.message)}\n\n{sent.advice or ''}",
        icon=":material/help:",
    )
    st.button("Look again", icon=":material/refresh:", key="look_again")


def _refused(service: MCFService, sent: Submission) -> None:
    order_id = sent.seller_fulfillment_order_id
    what = "refused" if sent.state is SubmissionState.REJECTED else "not sent"
    st.error(
        f"**Order {say.plain(order_id)} was {what}:** {say.plain(sent.message)}\n\n"
        f"{sent.advice or ''} What you typed is below.",
        icon=":material/error:",
    )
    order_form.again(service, order_id)
    st.button(
        "Forget this order",
        icon=":material/delete:",
        key="dismiss",
        help="Takes it off the list of what needs a hand, and empties the form.",
        on_click=_dismiss,
        args=(service, order_id),
    )


def _dismiss(service: MCFService, order_id: str) -> None:
    service.dismiss(order_id)
    order_form.next_order(service)
