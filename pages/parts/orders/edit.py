"""The form of an order while it changes one that's on hold, or is to take another's place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mcf.amazon.models.requests import MCFOrderUpdate
from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.amazon.throttle import CHANGING
from mcf.errors import MCFError
from mcf.orders.quotes import speeds_in
from mcf.orders.validation import Entry, Problem, label
from mcf.service import MCFService
from mcf.tracking.changes import Edit, edit_of
from mcf.tracking.states import ChangeState
from pages.parts.common import fields, labels, messages, places, session
from pages.parts.orders import clicks, draft_state

KINDS = {
    ChangeState.DONE: "success",
    ChangeState.REQUESTED: "info",
    ChangeState.UNKNOWN: "error",
}
"""As what the outcome of a change is told."""


def draw_banner(service: MCFService) -> None:
    """Says so when the form isn't that of an order of its own."""
    typed = draft_state.collect()
    if typed.edits:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                f"You are changing order **{labels.plain(typed.edits)}**, which is on hold.",
                icon=":material/edit:",
            )
            st.button(
                "Don't change it", key="stop_editing", on_click=draft_state.forget, args=(service,)
            )
    elif typed.replaces:
        st.info(
            f"This order takes the place of order **{labels.plain(typed.replaces)}**.",
            icon=":material/replay:",
        )


def guarded(service: MCFService, entry: Entry) -> Entry:
    """The order that is typed; it can't be sent while the one whose place it takes may ship."""
    old = entry.typed.replaces
    if not old or entry.typed.edits:
        return entry
    number = entry.request.seller_fulfillment_order_id if entry.request else ""
    reason = service.ordering.links.obstacle(old, number, entry.items)
    if reason is None:
        return entry
    return entry.blocked("replaces", f"In place of {old}", reason)


def draw(service: MCFService, entry: Entry) -> None:
    """What is changed of the order on hold, and the buttons that send just that."""
    st.header("Change", anchor=False)
    _change(service, entry)
    clicks.draw_lost(entry.typed)


def _change(service: MCFService, entry: Entry) -> None:
    speeds = speeds_in(service.settings.marketplace.country_code)
    fields.draw_choice(entry, "speed", speeds, ShippingSpeedCategory.label_of)
    order_id = entry.typed.edits
    view, before = (
        service.tracking.views.order(order_id),
        service.ordering.drafts.standing(order_id),
    )
    if view is None or before is None or not view.is_on_hold:
        st.error(
            f"Order {labels.plain(order_id)} isn't on hold any more, so it can't be changed.",
            icon=":material/error:",
        )
        return
    edit = edit_of(before, entry)
    if edit.problems:
        _needed(list(edit.problems.values()))
        return
    if edit.update is None:
        st.info("Nothing is changed yet.", icon=":material/edit_note:")
        return
    _buttons(service, entry, edit)


def _needed(problems: Sequence[Problem]) -> None:
    lines = "\n".join(f"- {labels.plain(fields.sentence(problem))}" for problem in problems)
    st.info(f"Please correct before it can be changed:\n\n{lines}", icon=":material/edit_note:")


def _buttons(service: MCFService, entry: Entry, edit: Edit) -> None:
    changes = "\n".join(f"- {labels.plain(change)}" for change in edit.changes)
    st.markdown(f"Amazon is asked for this, and nothing else of the order changes:\n\n{changes}")
    # The buttons belong to the sentences above them: see the button that ships an order.
    key = entry.digest(*edit.changes)
    if clicks.draw_button(
        "Change the order", type="primary", icon=":material/edit:", key=f"change-{key}",
        width="stretch",
    ):  # fmt: skip
        _send(service, entry, edit.update)
    if clicks.draw_button(
        "Change and release it", icon=":material/play_arrow:", key=f"change_release-{key}",
        width="stretch", help="It ships as soon as Amazon has the change.",
    ):  # fmt: skip
        _send(service, entry, edit.released())


def _send(service: MCFService, entry: Entry, update: MCFOrderUpdate | None) -> None:
    if update is None:
        return
    order_id = entry.typed.edits
    try:
        with st.spinner(f"Asking Amazon for the change, {CHANGING} seconds at most …"):
            change = service.tracking.actions.edit(order_id, update, entry.typed)
    except MCFError as error:
        messages.draw_error(error)
        return
    if change.state is ChangeState.UNKNOWN:
        draft_state.close()
    else:
        draft_state.forget(service)
    session.tell_there(places.ADDRESSES[places.TRACKING], KINDS[change.state], change.message)
    st.switch_page(places.TRACKING, query_params={"order": order_id})


def draw_number(entry: Entry) -> None:
    """The number of the order that is changed, which stays."""
    shown = labels.plain(entry.typed.number)
    st.caption(f"{label('number')}: **{shown}**. It can't be changed.")
