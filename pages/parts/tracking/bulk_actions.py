"""What can be done with the orders that are chosen in a list, how far that is, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mcf.access.roles import Permission
from mcf.errors import MCFError
from mcf.files import headings
from mcf.service import MCFService
from mcf.tracking.bulk_actions import MOST, Action, ActionOutcome, Standing, releasable, too_late
from pages.parts.common import downloads, messages, rights, session

_HEIGHT = 42
"""Pixels of the bar."""
_LOOKS_EVERY = 1
_AT_ONCE = 0.5
"""Seconds in which a few orders are done, without a look at how far it is."""


class _Words(NamedTuple):
    asks: str
    doing: str
    did: str
    warning: str


_WORDS = {
    Action.CANCEL: _Words(
        "Cancel",
        "Cancelling",
        "Cancelled",
        "A cancelled order can't be taken back: what is still wanted must be sent again. An order "
        "that is being picked already ships all the same.",
    ),
    Action.RELEASE: _Words(
        "Ship",
        "Releasing",
        "Released",
        "Amazon begins with them at once. They can't be changed any more, and only be cancelled "
        "until picking begins.",
    ),
    Action.REFRESH: _Words("Refresh", "Reading", "Read", "Nothing changes at Amazon."),
}


def place() -> DeltaGenerator:
    """The bar above a list, as high empty as full, so that nothing moves when a row is ticked."""
    return st.container(
        horizontal=True, vertical_alignment="center", height=_HEIGHT, border=False, key="bulk"
    )


def draw(service: MCFService, selected_ids: Sequence[str], otherwise: str) -> None:
    """What can be done with these orders, the job that runs, or else what its list says.

    What came of the last job stands beside until it's put away.
    """
    job = session.state().get(session.MANY)
    standing = service.tracking.many.standing(job) if job else None
    if job and standing is not None and standing.is_running:
        _live(service, job)
        return
    if job and standing is not None:
        if session.is_first(f"done-{job}"):
            _untick(service, job)
            session.redraw()
        _ended(service, job, standing)
    if selected_ids:
        _buttons(service, selected_ids)
    elif standing is None:
        st.caption(otherwise, width="content")


def _untick(service: MCFService, job: str) -> None:
    """What was done is chosen no longer; the rest is, so that it can be tried again."""
    results = service.tracking.many.results(job)
    is_done = results["outcome"].isin([ActionOutcome.DONE, ActionOutcome.REQUESTED])
    gone = {*results.loc[is_done, "seller_fulfillment_order_id"]}
    session.choose([order_id for order_id in session.choices() if order_id not in gone])


def _buttons(service: MCFService, selected_ids: Sequence[str]) -> None:
    orders = service.orders()
    chosen = orders[orders["seller_fulfillment_order_id"].isin(list(selected_ids))]
    held = releasable(chosen)
    count = len(selected_ids)
    rights.button(
        service, Permission.CHANGE_ORDERS, f"Cancel {count:,}",
        icon=":material/cancel:", key="many_cancel",
        on_click=_confirm, args=(service, Action.CANCEL, tuple(selected_ids), too_late(chosen)),
    )  # fmt: skip
    rights.button(
        service, Permission.CHANGE_ORDERS, f"Ship {len(held):,} now",
        icon=":material/play_arrow:", key="many_release",
        disabled=not held, help="Those of them that are on hold.",
        on_click=_confirm, args=(service, Action.RELEASE, tuple(held), 0),
    )  # fmt: skip
    rights.button(
        service, Permission.CHANGE_ORDERS, f"Refresh {count:,}",
        icon=":material/refresh:", key="many_refresh",
        help="Reads them from Amazon now.",
        on_click=_begin, args=(service, Action.REFRESH, tuple(selected_ids)),
    )  # fmt: skip
    st.button("Untick all", type="tertiary", key="many_none", on_click=session.choose, args=([],))
    if count > MOST:
        st.caption(f"Up to {MOST:,} orders at a time: choose fewer.", width="content")


def _confirm(service: MCFService, action: Action, order_ids: tuple[str, ...], late: int) -> None:
    session.dialog_opens()
    title = f"{_WORDS[action].asks} {messages.many(len(order_ids), 'order')}?"
    dialog = st.dialog(title, on_dismiss=session.resume_updates)(_dialog)
    dialog(service, action, order_ids, late)


def _dialog(service: MCFService, action: Action, order_ids: tuple[str, ...], late: int) -> None:
    words = _WORDS[action]
    many = messages.many(len(order_ids), "order")
    asked = "cancel" if action is Action.CANCEL else "ship"
    st.markdown(f"Amazon is asked to {asked} **{many}**, one after the other. {words.warning}")
    if late:
        st.markdown(
            f"By what was read last, {of_them(late, len(order_ids))} can't be cancelled any more. "
            "Amazon is asked all the same, and each gets a result."
        )
    with st.container(horizontal=True):
        st.button(f"{words.asks} {many}", type="primary", key="many_yes",
                  on_click=_begin, args=(service, action, order_ids))  # fmt: skip
        st.button("Leave them", key="many_no", on_click=session.resume_updates)


def of_them(some: int, count: int) -> str:
    """Some of so many orders, as in "2 of them can't be cancelled"."""
    if some == count:
        return "it" if count == 1 else f"all {count:,} of them"
    return f"{some:,} of them"


def _begin(service: MCFService, action: Action, order_ids: tuple[str, ...]) -> None:
    session.resume_updates()
    state = session.state()
    try:
        job = service.tracking.many.begin(action, order_ids)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
        return
    _forget(service)
    state[session.MANY] = job
    service.tracking.many.wait(job, _AT_ONCE)


@st.fragment(run_every=_LOOKS_EVERY)
def _live(service: MCFService, job: str) -> None:
    standing = service.tracking.many.standing(job)
    if standing is None or not standing.is_running:
        session.redraw()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        words, many = _WORDS[standing.action], messages.many(standing.total, "order")
        far = f"{words.doing} {many}: {standing.done:,} of {standing.total:,}"
        st.progress(standing.done / standing.total, far, width=360)
        st.button(
            "Stop", icon=":material/stop:", key="many_stop", on_click=service.tracking.many.stop,
            args=(job,), help="The order that is under way is finished.",
        )  # fmt: skip


def _ended(service: MCFService, job: str, standing: Standing) -> None:
    results = service.tracking.many.results(job)
    counts = results["outcome"].value_counts()
    counted = ", ".join(
        f"{outcome.lower()} {counts[outcome]:,}" for outcome in ActionOutcome if outcome in counts
    )
    is_whole = counts.get(ActionOutcome.DONE, 0) == standing.total
    words, many = _WORDS[standing.action], messages.many(standing.total, "order")
    said = f"{words.did} {many}." if is_whole else f"{words.doing} {many}: {counted}."
    icon = ":material/check_circle:" if is_whole else ":material/warning:"
    with st.popover(said, icon=icon, key="many_results"):
        _table(results)
        downloads.draw(
            service, lambda: service.tracking.many.results(job), "actions", headings.ACTIONS
        )
    st.button("Put away", type="tertiary", key="many_away", on_click=_forget, args=(service,))


def _table(results: pd.DataFrame) -> None:
    # What needs a hand stands above.
    last = results["outcome"].eq(ActionOutcome.DONE)
    st.dataframe(
        results.loc[last.sort_values(kind="stable").index],
        hide_index=True,
        column_config={
            "seller_fulfillment_order_id": st.column_config.TextColumn("Order", pinned=True),
            "outcome": st.column_config.TextColumn("Outcome"),
            "says": st.column_config.TextColumn("What was said", width="large"),
        },
        alt="What became of each order",
    )


def _forget(service: MCFService) -> None:
    job = session.state().pop(session.MANY, None)
    if job:
        service.tracking.many.forget(job)
