"""The rescue of an order that is stuck: the button, how far it is, and what came of it."""

from __future__ import annotations

import streamlit as st

from mcf.access.roles import Permission
from mcf.addresses import validate, zips
from mcf.amazon.models.base import Address
from mcf.errors import MCFError
from mcf.service import MCFService
from mcf.store.states import RescueState
from mcf.tracking.resend import is_past
from mcf.tracking.states import Rescue
from mcf.tracking.view import WholeOrder
from pages.parts.common import labels, messages, places, rights, session

_LOOKS_EVERY = 1.0
_AT_ONCE = 2.0
"""Seconds in which Amazon often has cancelled and taken the new order, without a look between."""
_STEPS = {
    RescueState.ASKED: 0.1,
    RescueState.CANCELLING: 0.3,
    RescueState.CANCELLED: 0.6,
    RescueState.SENDING: 0.8,
}
"""How far it is."""
_WAITS_FOR = {
    RescueState.ASKED: "Amazon is about to be asked to cancel it",
    RescueState.CANCELLING: "It waits until Amazon shows it as cancelled",
    RescueState.CANCELLED: "It's cancelled, and about to be sent again as {}",
    RescueState.SENDING: "It waits until Amazon has the new order, {}",
}


def draw(service: MCFService, whole: WholeOrder) -> bool:
    """Whether the order is being rescued now; else what came of it, or the button to do it."""
    order_id, rescue = whole.view.order_id, whole.rescue
    if rescue is not None and rescue.state.is_open:
        with st.container(border=True, key="rescue"):
            _live(service, order_id)
        return True
    if rescue is not None and not _is_past(whole, rescue):
        _ended(rescue)
    if whole.can_be_rescued:
        _offer(service, whole)
    return False


def _is_past(whole: WholeOrder, rescue: Rescue) -> bool:
    status = whole.view.status
    again = status.comes_to_nothing and bool(whole.family.successors)
    return is_past(rescue, status, was_sent_again=again)


def _parts(address: Address) -> dict[str, str]:
    told = {name: value for name, value in address.model_dump().items() if isinstance(value, str)}
    return validate.normalised(told)


def _offer(service: MCFService, whole: WholeOrder) -> None:
    order_id, is_late = whole.view.order_id, whole.is_stuck
    if not is_late:
        st.caption(
            "Fewer of its units can ship now than it wants, and some are on the way between "
            "warehouses. If none are put aside for it, it waits for those."
        )
    st.caption(
        "Rescuing it asks Amazon to cancel it, waits until that is certain, and sends the same "
        "goods to the same address at the same speed under a new number. If picking has begun in "
        "the meantime, it ships as it is and nothing is sent again."
    )
    address = whole.view.address
    if address is not None and (apart := zips.doubt(_parts(address))):
        st.warning(
            labels.plain(
                f"{apart}. If one of them is mistaken, cancel it and correct it instead: the "
                "rescue sends it to the same address."
            ),
            icon=":material/wrong_location:",
        )
    if not rights.may(service, Permission.SHIP_ABOVE_LIMIT):
        _offer_to_ask(service, order_id)
    above_limit = _may_cost_more(service)
    rights.button(
        service,
        Permission.CHANGE_ORDERS,
        "Rescue it",
        icon=":material/healing:",
        type="primary" if is_late else "secondary",
        key="rescue_it",
        on_click=_begin,
        args=(service, order_id, above_limit),
    )


def _offer_to_ask(service: MCFService, order_id: str) -> None:
    """The button for one whose fees are above the limit, where there's one."""
    if service.ordering.limit.amount is not None:
        rights.button(
            service, Permission.SHIP, "Ask a manager to rescue it", key="rescue_ask",
            icon=":material/approval:", type="tertiary", on_click=_ask, args=(service, order_id),
            help="If it costs more than the limit, a manager sends or refuses it.",
        )  # fmt: skip


def _ask(service: MCFService, order_id: str) -> None:
    try:
        service.ordering.asked.ask_rescue(order_id, "It costs more than the limit.")
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        session.tell("info", "A manager sees it on Today, and rescues or refuses it.")


def _may_cost_more(service: MCFService) -> bool:
    """Whether it's ticked that fees may be above the limit; no tick without a limit."""
    limit = service.ordering.limit
    if not rights.may(service, Permission.SHIP_ABOVE_LIMIT):
        return False
    return limit.amount is not None and st.checkbox(
        labels.plain(f"It may cost more than {limit.amount:,} {limit.currency}, my limit"),
        help="Asked for when its fees are above your limit, or Amazon doesn't tell them.",
        key="rescue_above_limit",
    )


def _begin(service: MCFService, order_id: str, above_limit: bool) -> None:
    try:
        service.tracking.rescues.begin(order_id, above_limit=above_limit)
    except MCFError as error:
        session.tell("error", f"Not rescued: {messages.refusal(error)}")
    else:
        service.tracking.rescues.wait(order_id, _AT_ONCE)


@st.fragment(run_every=_LOOKS_EVERY)
def _live(service: MCFService, order_id: str) -> None:
    rescue = service.tracking.rescues.get(order_id)
    if rescue is None or not rescue.state.is_open:
        session.redraw()
        return
    st.markdown(f"**Rescue:** {labels.plain(rescue.says)} {labels.plain(rescue.advice or '')}")
    waits = _WAITS_FOR[rescue.state].format(labels.plain(rescue.new_id))
    st.progress(_STEPS[rescue.state], f"{waits}; begun {messages.when(rescue.begun_at)}")
    st.caption("It goes on when this page is closed, and after a restart of the program.")
    if rescue.state is not RescueState.SENDING:
        rights.button(
            service,
            Permission.CHANGE_ORDERS,
            "Stop the rescue",
            key="rescue_stop",
            help="Nothing is sent again. What Amazon was asked for can't be taken back.",
            on_click=_stop,
            args=(service, order_id),
        )


def _stop(service: MCFService, order_id: str) -> None:
    service.tracking.rescues.give_up(order_id)


def _ended(rescue: Rescue) -> None:
    outcome = f"**Rescue:** {labels.plain(rescue.says)} {labels.plain(rescue.advice or '')}"
    if rescue.state is RescueState.DONE:
        st.success(outcome, icon=":material/check_circle:")
        st.page_link(
            places.TRACKING,
            label=labels.plain(f"Follow order {rescue.new_id}"),
            icon=":material/local_shipping:",
            query_params={"order": rescue.new_id},
        )
    elif rescue.state is RescueState.REFUSED:
        st.info(outcome, icon=":material/local_shipping:")
    else:
        st.error(outcome, icon=":material/error:")
