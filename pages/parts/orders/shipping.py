"""The button that ships exactly what the sentence above it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from mcf.addresses import countries
from mcf.amazon.models.base import Money
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import FulfillmentAction, ShippingSpeedCategory
from mcf.amazon.throttle import SENDING
from mcf.errors import InvalidInput, MCFError
from mcf.orders.particulars import particulars
from mcf.orders.quotes import Offer
from mcf.orders.room import Part
from mcf.orders.validation import Entry
from mcf.service import MCFService
from mcf.store.documents import DocumentKind
from pages.parts.common import fields, messages, session
from pages.parts.common import labels as say
from pages.parts.orders import checks, clicks, compare, draft_state, pasting, split
from pages.parts.orders.split import Rest


def draw(service: MCFService, entry: Entry, chosen: Offer, standing: checks.Standing) -> None:
    """The sentence, what is to be agreed to before, and the button; or why there's none."""
    request = entry.request
    if request is None or not entry.is_at(chosen.preview.shipping_speed_category):
        _wrong(entry)
        return
    rest = split.rest_of(service, entry, chosen)
    summary = _summary(entry, request, chosen, service.settings.marketplace.currency)
    both = rest.part if rest else None
    fee = _sum(chosen, rest) if both else chosen.fee
    asks = service.ordering.asked.is_needed(chosen.preview)
    agreed = [
        pasting.agreed(entry.typed),
        checks.agreed(service, entry, fee, standing, 2 if both else 1),
    ]
    if rest is not None:
        split.draw_rest(rest)
    with st.container(key="order-ship"):
        st.markdown(summary)
        # The button belongs to the sentence above it: what is typed otherwise has another button,
        # so that a click on this one can't send it.
        pressed = clicks.draw_button(
            "Ask a manager to send it" if asks else _label(entry, fee, both=both is not None),
            type="primary",
            icon=":material/send:",
            key=f"submit-{entry.digest(summary, _second(rest))}",
            width="stretch",
            disabled=not all(agreed),
            shortcut="Ctrl+Enter",
        )
    draw_hold(entry)
    if pressed and asks:
        _ask(service, entry, request, chosen, rest)
    elif pressed:
        _send(service, entry, Part(request, chosen.preview), rest)


def _ask(
    service: MCFService, entry: Entry, request: MCFOrderRequest, chosen: Offer, rest: Rest | None
) -> None:
    """Has the order wait for somebody who may send it; the form is empty for the next."""
    order_id = request.seller_fulfillment_order_id
    try:
        service.ordering.asked.ask(request, chosen.preview, entry.typed.replaces)
    except MCFError as error:
        messages.draw_error(error)
        return
    session.tell(
        "info",
        f"Order {say.plain(order_id)} waits for a manager, who sends or refuses it. Today says "
        "what became of it.",
    )
    if rest is not None:
        draft_state.as_draft(service, rest.entry.typed)
    draft_state.forget(service)
    st.rerun()


def _label(entry: Entry, fee: Money | None, *, both: bool) -> str:
    """What the button does, and for how much, where that's known."""
    cost = f", {say.plain(messages.money(fee))}" if fee else ""
    if entry.typed.hold:
        return f"Reserve the stock (hold){cost}"
    return f"Ship both orders{cost}" if both else f"Ship this order{cost}"


def _sum(chosen: Offer, rest: Rest | None) -> Money | None:
    """What both orders cost; None where that isn't known."""
    fees = [chosen.fee, rest.offer.fee if rest and rest.offer else None]
    if fees[0] is None or fees[1] is None or fees[0].currency_code != fees[1].currency_code:
        return None
    return Money.reckoned(fees[0].currency_code, fees[0].amount + fees[1].amount)


def _second(rest: Rest | None) -> str:
    """What is shown of the second order, which the button sends too."""
    if rest is None or rest.offer is None:
        return ""
    return f"{rest.entry.digest()} {compare.fee(rest.offer)} {compare.dates(rest.offer)}"


def _wrong(entry: Entry) -> None:
    lines = [say.plain(fields.sentence(problem)) for problem in entry.problems.values()]
    if lines:
        told = "\n".join(f"- {line}" for line in lines)
        st.info(f"Please correct before it can be sent:\n\n{told}", icon=":material/edit_note:")
        draw_hold(entry)


def draw_hold(entry: Entry) -> None:
    """Whether it's only reserved for now."""
    st.toggle(
        "Hold: reserve the stock now, ship when I say so",
        key="hold",
        help=FulfillmentAction.HOLD.meaning,
        persist_state="session",
    )
    fields.draw_problem(entry, "hold")


def _send(service: MCFService, entry: Entry, part: Part, rest: Rest | None) -> None:
    order_id = part.request.seller_fulfillment_order_id
    try:
        session.ask("sent", order_id)
        session.state()[session.SENT] = order_id
        with st.spinner(f"Sending the order to Amazon, {SENDING} seconds at most …"):
            if rest is None:
                service.submit(part.request, part.preview, entry.typed.replaces)
            else:
                _send_both(service, part, rest)
    except InvalidInput as error:
        lines = "\n".join(f"- {say.plain(text)}" for text in error.problems.values())
        st.error(f"Nothing was sent. Please correct:\n\n{lines}", icon=":material/error:")
    except MCFError as error:
        messages.draw_error(error)
    else:
        st.rerun()


def _send_both(service: MCFService, part: Part, rest: Rest) -> None:
    """Sends the first order and, if it can ship, the second, which is kept as a draft before.

    So it's there whatever ends in between; it goes when Amazon has it.
    """
    draft = draft_state.as_draft(service, rest.entry.typed)
    second = rest.part
    ordering = service.ordering
    sent = (
        ordering.submit(part.request, part.preview)
        if second is None
        else ordering.submit_parts(part, second)[0]
    )
    if sent.state.may_be_sent_again:
        service.kept.forget(DocumentKind.DRAFT, draft)


def draw_windows(chosen: Offer) -> None:
    """The times that can be chosen for a scheduled delivery (Japan)."""
    if chosen.speed is not ShippingSpeedCategory.SCHEDULED:
        return
    schedule = (chosen.preview.model_extra or {}).get("scheduledDeliveryInfo") or {}
    options = {
        f"{window['startDate']}/{window['endDate']}": _span(window["startDate"], window["endDate"])
        for window in schedule.get("deliveryWindows") or ()
    }
    if not options:
        st.warning("Amazon offers no window for a scheduled delivery.")
        return
    st.selectbox(
        "Delivery window", list(options), index=None, key="window",
        format_func=lambda window: options.get(window, window), persist_state="session",
        placeholder="Choose when it's to arrive",
    )  # fmt: skip


def _span(start: str, end: str) -> str:
    begin, until = datetime.fromisoformat(start), datetime.fromisoformat(end)
    return f"{messages.when(begin)} to {session.local(until):%H:%M}"


def _particulars(entry: Entry, currency: str) -> Iterator[str]:
    """All that goes with it besides goods, address and speed."""
    for name, text in particulars(entry.typed, currency):
        yield f"{say.plain(name[:1].lower() + name[1:])}: {say.plain(text)}"


def _summary(entry: Entry, request: MCFOrderRequest, chosen: Offer, currency: str) -> str:
    """What is sent when the button below it is pressed, in a sentence."""
    to = request.destination_address
    goods = ", ".join(f"{item.quantity:,} x {item.seller_sku}" for item in request.items)
    names = countries.countries()
    place = " ".join(filter(None, (to.city, to.state_or_region, to.postal_code)))
    where = ", ".join(
        filter(
            None,
            (
                to.name, to.address_line1, to.address_line2, to.address_line3,
                to.district_or_county, place, names.get(to.country_code, to.country_code),
            ),
        )
    )  # fmt: skip
    speed = say.plain(ShippingSpeedCategory.label_of(request.shipping_speed_category))
    parts = [
        f"**{say.plain(goods)}** to **{say.plain(where)}**",
        f"as {speed}, {say.plain(compare.fee(chosen))}, {compare.dates(chosen)}",
        f"order {say.plain(request.seller_fulfillment_order_id)}",
        *_particulars(entry, currency),
    ]
    if entry.typed.hold:
        parts.append("**on hold until you release it**")
    if entry.typed.cod:
        parts.append("paid on delivery")
    if entry.typed.replaces:
        parts.append(f"in place of order {say.plain(entry.typed.replaces)}")
    return f"{'; '.join(parts)}."
