"""What became of an order that was sent."""

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Submission, SubmissionState
from mcf.service import MCFService
from pages.parts import order_form, places, say, session


def shown(service: MCFService) -> bool:
    """Whether the last order is with Amazon, or may be; then that's shown in place of the form."""
    sent: Submission | None = session.state().get(session.SENT)
    if sent is None:
        return False
    order_id = sent.seller_fulfillment_order_id
    if sent.state.may_be_sent_again:
        _refused(sent)
        return False
    if sent.state is SubmissionState.ACCEPTED:
        _accepted(service, order_id)
    else:
        st.warning(
            f"**Order {say.plain(order_id)}: not known yet.** {say.plain(sent.message)}\n\n"
            f"{sent.advice or ''}",
            icon=":material/help:",
        )
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
            on_click=order_form.reset,
        )
    return True


def _accepted(service: MCFService, order_id: str) -> None:
    view = service.order(order_id)
    now = f" It is **{view.status.label.lower()}**." if view else ""
    st.success(
        f"**Amazon has order {say.plain(order_id)}.**{now} Its address and stock are still "
        "checked there; if something is wrong, the page Today says so.",
        icon=":material/check_circle:",
    )


def _refused(sent: Submission) -> None:
    what = "refused" if sent.state is SubmissionState.REJECTED else "not sent"
    st.error(
        f"**Order {say.plain(sent.seller_fulfillment_order_id)} was {what}:** "
        f"{say.plain(sent.message)}\n\n{sent.advice or ''} What you typed is below.",
        icon=":material/error:",
    )


def earlier(service: MCFService) -> None:
    """An order sent before whose outcome someone came to see (`?number_of=`)."""
    wanted = session.asked("number_of")
    for found in service.submissions():
        if found.seller_fulfillment_order_id == wanted:
            st.warning(
                f"**Order {say.plain(wanted)}:** {say.plain(found.message)}\n\n"
                f"{found.advice or ''}",
                icon=":material/help:",
            )
