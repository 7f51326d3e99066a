"""The delivery speeds with fee and dates, and the button that ships the order."""

from __future__ import annotations

import time

import streamlit as st

from mcf.errors import InvalidInput, MCFError
from mcf.models import FulfillmentPreview, Money
from mcf.service import ASKING, SENDING, MCFService
from pages.parts import order_form, say, session

GOOD_FOR = 300.0
"""Seconds after which fees and dates are asked for again."""


def panel(service: MCFService, draft: order_form.Draft) -> None:
    """What Amazon offers for the draft, and what is still missing to ship it."""
    st.header("Delivery", anchor=False)
    if draft.missing:
        told = "\n".join(f"- **{label}** {problem}" for label, problem in draft.missing.items())
        st.info(f"Still needed to see fees and dates:\n\n{told}", icon=":material/edit_note:")
        return
    found = _offers(service, draft)
    if found is None:
        return
    possible = [offer for offer in found if offer.is_fulfillable]
    for offer in found:
        if not offer.is_fulfillable:
            why = "; ".join(offer.reasons) or "Amazon gives no reason"
            st.caption(f":material/block: **{offer.speed.label}** isn't possible: {say.plain(why)}")
    if not possible:
        st.warning("Amazon can't ship this at any speed.", icon=":material/block:")
        return
    chosen = _choice(possible)
    _ship(service, draft, chosen)


def _offers(service: MCFService, draft: order_form.Draft) -> tuple[FulfillmentPreview, ...] | None:
    wanted = (draft.address, draft.items)
    again = st.button("Ask again", icon=":material/refresh:", key="ask_again", type="tertiary")
    known = session.state().get(session.OFFERS)
    fresh = known is not None and time.monotonic() - known[2] < GOOD_FOR
    if fresh and known[0] == wanted and not again:
        return known[1]
    try:
        with st.spinner(f"Asking Amazon for fees and dates, {ASKING} seconds at most …"):
            found = service.preview(*wanted) if draft.address else ()
    except MCFError as error:
        say.error_box(error)
        return None
    session.state()[session.OFFERS] = (wanted, found, time.monotonic())
    return found


def _choice(possible: list[FulfillmentPreview]) -> FulfillmentPreview:
    by_speed = {offer.shipping_speed_category: offer for offer in possible}
    speed = st.radio(
        "Delivery speed",
        list(by_speed),
        format_func=lambda name: f"**{by_speed[name].speed.label}** · {_fee(by_speed[name])}",
        captions=[_dates(offer) for offer in possible],
        key="speed",
        label_visibility="collapsed",
        persist_state="session",
    )
    chosen = by_speed.get(speed or "", possible[0])
    with st.expander("Fees in detail"):
        if chosen.estimated_fees:
            st.markdown(
                "\n".join(
                    f"- {say.plain(fee.name)}: {_amount(fee.amount)}"
                    for fee in chosen.estimated_fees
                )
            )
        st.caption("Amazon's estimate for the whole order, before any surcharge.")
    return chosen


def _fee(offer: FulfillmentPreview) -> str:
    return _amount(offer.total_fee)


def _amount(amount: Money | None) -> str:
    return say.plain(say.money(amount))


def _dates(offer: FulfillmentPreview) -> str:
    window = offer.arrival
    arrival = f"arrives {say.days(*window)}" if window else "arrival not given by Amazon"
    return f"{arrival} · {say.many(len(offer.shipments), 'shipment')}"


def _ship(service: MCFService, draft: order_form.Draft, chosen: FulfillmentPreview) -> None:
    held = draft.fields["fulfillment_action"] == "Hold"
    label = "Reserve the stock (hold)" if held else "Ship this order"
    agreed = _no_repeat(service, draft, chosen)
    if not st.button(
        label,
        type="primary",
        icon=":material/send:",
        key="submit",
        width="stretch",
        disabled=not agreed,
    ):
        return
    try:
        request = draft.request(chosen.shipping_speed_category)
        session.ask("sent", request.seller_fulfillment_order_id)
        with st.spinner(f"Sending the order to Amazon, {SENDING} seconds at most …"):
            service.submit(request, chosen)
    except InvalidInput as error:
        problems = order_form.labelled(error)
        told = "\n".join(f"- **{label}**: {problem}" for label, problem in problems.items())
        st.error(f"Nothing was sent. Please correct:\n\n{told}", icon=":material/error:")
    except MCFError as error:
        say.error_box(error)
    else:
        st.rerun()


def _no_repeat(service: MCFService, draft: order_form.Draft, chosen: FulfillmentPreview) -> bool:
    """Whether the order is like no other of the last days, or is meant to be."""
    try:
        found = service.repeats(draft.request(chosen.shipping_speed_category))
    except InvalidInput:
        # What can't be sent yet is told when it's to be sent.
        return True
    if not found:
        return True
    first = found[0]
    st.warning(
        f"**Sent twice?** The same goods go to the same person in order "
        f"{say.plain(first.seller_fulfillment_order_id)}, placed {say.when(first.at)}"
        + (f", and in {len(found) - 1} more." if len(found) > 1 else "."),
        icon=":material/content_copy:",
    )
    return st.checkbox(
        "It's another order: send it too", key=f"repeat-{first.seller_fulfillment_order_id}"
    )
