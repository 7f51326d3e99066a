"""Orders above the limit: those that wait for somebody who may send them, and what was decided."""

from __future__ import annotations

import streamlit as st

from mcf.access.roles import Permission
from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.errors import MCFError
from mcf.orders.asked import AskedOrder, AskedState
from mcf.orders.form import typed_of
from mcf.orders.particulars import particulars
from mcf.service import MCFService
from pages.parts.common import labels, messages, places, rights, session

_OUTCOMES = {
    AskedState.WAITING: ("info", "waits for a manager"),
    AskedState.SENDING: ("info", "is being sent"),
    AskedState.SENT: ("success", "was sent"),
    AskedState.REFUSED: ("warning", "was refused"),
}


def draw(service: MCFService) -> None:
    """What one can decide about, whole, and what became of what one asked for oneself."""
    if not service.access.needs_sign_in:
        return
    asked = service.ordering.asked
    if rights.may(service, Permission.SHIP_ABOVE_LIMIT):
        names = service.tracking.chronicle.names
        for one in asked.waiting():
            _decide(service, one, names({one.by}).get(one.by, "somebody"))
    if rights.may(service, Permission.SHIP):
        for one in asked.mine():
            _outcome(service, one)


def _decide(service: MCFService, one: AskedOrder, by: str) -> None:
    order_id = one.order_id
    with st.container(border=True, key=f"asked-{order_id}"):
        st.markdown(
            f":red[:material/approval:] **{labels.plain(by)} asks for order "
            f"{labels.plain(order_id)}**, {messages.when(one.at)}"
        )
        st.markdown(_summary(service, one))
        if one.objection:
            st.warning(labels.plain(one.objection), icon=":material/payments:")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button(
                "Send it" if one.request else "Rescue it",
                type="primary", icon=":material/send:", key=f"asked_send_{order_id}",
                on_click=_send, args=(service, order_id),
            )  # fmt: skip
            st.text_input("Why not", key=f"asked_why_{order_id}", max_chars=300, width=320)
            st.button(
                "Refuse it", icon=":material/block:", key=f"asked_refuse_{order_id}",
                on_click=_refuse, args=(service, order_id),
            )  # fmt: skip


def _summary(service: MCFService, one: AskedOrder) -> str:
    """All that is sent, in a sentence."""
    request = one.request
    if request is None:
        return "It's stuck: it would be cancelled and sent again, at a fee above the limit."
    to = request.destination_address
    place = " ".join(filter(None, (to.city, to.state_or_region, to.postal_code)))
    lines = (to.name, to.address_line1, to.address_line2, to.address_line3, place, to.country_code)
    goods = ", ".join(f"{item.quantity:,} x {item.seller_sku}" for item in request.items)
    where = ", ".join(line for line in lines if line)
    fee = one.preview.total_fee if one.preview else None
    currency = service.settings.marketplace.currency
    speed = labels.plain(ShippingSpeedCategory.label_of(request.shipping_speed_category))
    parts = [
        f"**{labels.plain(goods)}** to **{labels.plain(where)}**",
        f"as {speed}, {labels.plain(messages.money(fee))}",
        *(
            f"{labels.plain(name[:1].lower() + name[1:])}: {labels.plain(text)}"
            for name, text in particulars(typed_of(request.to_api()), currency)
        ),
    ]
    if one.replaces:
        parts.append(f"in place of order {labels.plain(one.replaces)}")
    return f"{'; '.join(parts)}."


def _send(service: MCFService, order_id: str) -> None:
    try:
        service.ordering.asked.send(order_id)
    except MCFError as error:
        session.tell("error", f"Not sent: {messages.refusal(error)}")
        return
    sent = service.ordering.submissions.get(order_id)
    refused = sent is not None and sent.state.may_be_sent_again
    says = labels.plain(sent.message) if sent else "its rescue has begun."
    session.tell("error" if refused else "success", f"Order {labels.plain(order_id)}: {says}")


def _refuse(service: MCFService, order_id: str) -> None:
    reason = str(session.state().get(f"asked_why_{order_id}") or "")
    try:
        service.ordering.asked.refuse(order_id, reason)
    except MCFError as error:
        session.tell("error", f"Not refused: {messages.refusal(error)}")
    else:
        session.tell("info", f"Order {labels.plain(order_id)} was refused; nothing was sent.")


def _outcome(service: MCFService, one: AskedOrder) -> None:
    colour, says = _OUTCOMES[one.state]
    why = f" {labels.plain(one.reason)}" if one.reason else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        line = f"**Order {labels.plain(one.order_id)}**, which you asked for, {says}.{why}"
        getattr(st, colour)(line, icon=":material/approval:")
        if one.state is AskedState.SENT:
            st.page_link(
                places.TRACKING, label="Follow this order", icon=":material/local_shipping:",
                query_params={"order": one.order_id},
            )  # fmt: skip
        if one.state is not AskedState.SENDING:
            st.button(
                "Take it back" if one.state is AskedState.WAITING else "OK",
                key=f"asked_away_{one.order_id}", type="tertiary",
                on_click=_put_away, args=(service, one.order_id),
            )  # fmt: skip


def _put_away(service: MCFService, order_id: str) -> None:
    try:
        service.ordering.asked.put_away(order_id)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
