"""What became of an order that was sent. Its number is in the page's address (`?sent=`), so that a
refresh in the middle of sending still shows it.
"""

from __future__ import annotations

import streamlit as st

from mcf.access.roles import Permission
from mcf.amazon import labels as amazon_labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import order_id_for
from mcf.orders import quotes, split
from mcf.orders.states import Submission
from mcf.service import MCFService
from mcf.store.states import SubmissionState
from pages.parts.common import cursor, labels, messages, places, rights, session
from pages.parts.orders import draft_state, form, pasting

_LOOKS_EVERY = 2


def draw(service: MCFService) -> bool:
    """Whether what became of the order is shown in place of the form.

    Of one that Amazon has it's a line above the form, which is empty for the next.
    """
    number = session.asked("sent")
    sent = service.ordering.submissions.get(number) if number else None
    elsewhere = None if sent else service.ordering.finished.sent(draft_state.collect())
    sent = sent or elsewhere
    if sent is None:
        return False
    if sent.state.may_be_sent_again:
        _refused(service, sent)
        return False
    if sent.state is SubmissionState.ACCEPTED and elsewhere is None:
        _accepted(service, sent.seller_fulfillment_order_id)
        return False
    if elsewhere is not None:
        st.info(
            "What is typed here was sent already, from another tab or from a file.",
            icon=":material/content_copy:",
        )
    if sent.state is SubmissionState.ACCEPTED:
        _accepted(service, sent.seller_fulfillment_order_id)
    else:
        _unknown(service, sent)
    _what_next(service, sent, again=elsewhere is not None)
    return True


def _what_next(service: MCFService, sent: Submission, *, again: bool) -> None:
    with st.container(horizontal=True):
        if sent.state is not SubmissionState.ACCEPTED:
            _link(sent.seller_fulfillment_order_id)
        st.button(
            "Next order",
            type="primary",
            icon=":material/add:",
            key="next_order",
            on_click=form.next_order,
            args=(service,),
        )
        if again:
            st.button(
                "Send it once more, under a new number",
                icon=":material/tag:",
                key="once_more",
                help="Fills the form with what is typed here, as another order.",
                on_click=draft_state.under_new_number,
                args=(service,),
            )


def _accepted(service: MCFService, order_id: str) -> None:
    """One line: that it's there, what was promised, and the way to it."""
    view = service.tracking.views.order(order_id)
    promise = service.ordering.previews.promise(order_id)
    told = [f"**Amazon has order {labels.plain(order_id)}**"]
    told += [f"it's {view.status.label.lower()}"] if view else []
    told += [promised(promise)] if promise else []
    with (
        cursor.at(pasting.BOX, f"sent-{order_id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.success(
            f"{', '.join(told)}. Amazon still checks its address and stock.",
            icon=":material/check_circle:",
        )
        _link(order_id)
    _second(service, order_id)


def _second(service: MCFService, order_id: str) -> None:
    """What became of the order that was split off, if one was."""
    number = split.part_number(order_id)
    sent = service.ordering.submissions.get(number)
    draft = _draft_of(service, number)
    if sent is not None and sent.state is SubmissionState.ACCEPTED:
        if order_id in service.ordering.links.family(number).parts:
            with st.container(horizontal=True, vertical_alignment="center"):
                promise = service.ordering.previews.promise(number)
                told = f", {promised(promise)}" if promise else ""
                st.success(
                    f"**Amazon has order {labels.plain(number)}** too{told}.",
                    icon=":material/check_circle:",
                )
                _link(number)
        return
    if sent is not None and not sent.state.may_be_sent_again:
        _unknown(service, sent)
        return
    if draft is None:
        return
    reason = labels.plain(amazon_labels.amazon_text(sent.message)) if sent else "It wasn't sent."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            f"**The second order, {labels.plain(number)}, is not with Amazon.** {reason} What it "
            "holds is kept under Unfinished; the first order stands.",
            icon=":material/call_split:",
        )
        st.button(
            "Open it", key="open_second", icon=":material/edit:",
            on_click=draft_state.open_draft, args=(draft,),
        )  # fmt: skip


def _draft_of(service: MCFService, number: str) -> str | None:
    """The unfinished order under this number; None if there's none."""
    return next(
        (
            kept.key
            for kept in service.ordering.finished.unfinished()
            if order_id_for(str(kept.content.get("amazon_number") or kept.content.get("number")))
            == number
        ),
        None,
    )


def _link(order_id: str) -> None:
    st.page_link(
        places.TRACKING,
        label="Follow this order",
        icon=":material/local_shipping:",
        query_params={"order": order_id},
    )


def promised(promise: FulfillmentPreview) -> str:
    """What Amazon promised when the order was sent, in a few words."""
    fee = messages.money(promise.total_fee)
    window = promise.arrival
    arrives = f"arrives {messages.days(*window)}" if window else "arrival not told"
    by = quotes.Offer(promise, promise.total_fee, None).ships_by
    speed = labels.plain(promise.speed_label)
    return f"{speed}, {labels.plain(fee)}, ships by {messages.when(by)}, {arrives}"


def _unknown(service: MCFService, sent: Submission) -> None:
    st.warning(
        f"**Order {labels.plain(sent.seller_fulfillment_order_id)}: not known yet.** "
        f"{labels.plain(amazon_labels.amazon_text(sent.message))}\n\n{sent.advice or ''}",
        icon=":material/help:",
    )
    _look(service, sent.seller_fulfillment_order_id, sent.state)


@st.fragment(run_every=_LOOKS_EVERY)
def _look(service: MCFService, order_id: str, before: SubmissionState) -> None:
    now = service.ordering.submissions.get(order_id)
    if now is not None and now.state is not before:
        session.redraw()
    st.caption(
        ":material/sync: It's looked up under its number until it's known; this page says so by "
        "itself."
    )


def _refused(service: MCFService, sent: Submission) -> None:
    order_id = sent.seller_fulfillment_order_id
    what = "refused" if sent.state is SubmissionState.REJECTED else "not sent"
    reason = labels.plain(amazon_labels.amazon_text(sent.message))
    st.error(
        f"**Order {labels.plain(order_id)} was {what}:** {reason}\n\n"
        f"{sent.advice or ''} What you typed is below.",
        icon=":material/error:",
    )
    form.put_back(service, order_id)
    rights.button(
        service,
        Permission.SHIP,
        "Forget this order",
        icon=":material/delete:",
        key="dismiss",
        help="Takes it off the list of what needs a hand, and empties the form.",
        on_click=_dismiss,
        args=(service, order_id),
    )


def _dismiss(service: MCFService, order_id: str) -> None:
    service.ordering.submissions.dismiss(order_id)
    form.next_order(service)
