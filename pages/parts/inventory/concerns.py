"""Cards of what needs a hand, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from mcf.concerns import Concern, Urgency
from mcf.inventory.planning import Health
from mcf.inventory.preferences import Choices
from mcf.store.frames import StockState
from pages.parts.common import labels, messages, places

_HEADINGS = {
    Urgency.NOW: ("Needs a decision now", "red", ":material/priority_high:"),
    Urgency.TODAY: ("Look at it today", "orange", ":material/visibility:"),
    Urgency.SOON: ("Coming up", "blue", ":material/upcoming:"),
}
_ACTIONS = {
    "inventory": "See the stock",
    "tracking": "See the order",
    "new_order": "See the form",
    "connection": "See the connection",
    "sku": "See the SKU",
    "unsellable": "See them",
    "excess": "See them",
    "purchases": "See them",
}
_FILTERS = {
    "inventory": {"stock": StockState.LOW.value},
    "unsellable": {"with": "Unsellable"},
    "excess": {"stock": Health.EXCESS.value},
    "purchases": {"table": "Purchase list", "lines": "Ordered"},
}
_AT_ONCE = 6
_AT_MOST = 60
"""Cards of one urgency at most: a browser needs seconds for a thousand."""


def draw(concerns: Sequence[Concern], choices: Choices, now: datetime) -> None:
    """The concerns as cards with a link each, grouped by urgency; many can be put off."""
    for urgency, (heading, colour, icon) in _HEADINGS.items():
        group = [concern for concern in concerns if concern.urgency is urgency]
        if group:
            st.header(f":{colour}[{icon}] {heading} ({len(group)})", anchor=False)
            _grid(group[:_AT_ONCE], choices, now)
        if len(group) > _AT_ONCE:
            # Without their number: with another label it would fold itself when one is put off.
            more = st.expander("All others", key=f"more_{urgency.name}", on_change="rerun")
            if more.open:
                with more:
                    _more(group, choices, now)


def _more(group: Sequence[Concern], choices: Choices, now: datetime) -> None:
    _grid(group[_AT_ONCE:_AT_MOST], choices, now)
    if len(group) > _AT_MOST:
        rest = messages.many(len(group) - _AT_MOST, "more is", "more are")
        st.caption(f"{rest} on the pages of stock and orders.")


def _grid(group: Sequence[Concern], choices: Choices, now: datetime) -> None:
    with st.grid(3, min_column_width=300):
        for concern in group:
            with st.container(border=True, height="stretch"):
                _card(concern)
                if concern.key:
                    _put_off(concern, choices, now)


def _put_off(concern: Concern, choices: Choices, now: datetime) -> None:
    # The key is the concern's, so that it's closed with its card instead of opening on the next.
    key = f"put_off_{concern.key}"
    with st.popover("Put off", icon=":material/snooze:", type="tertiary", key=key):
        st.caption("It's shown again on the day.")
        for label, days in _UNTIL.items():
            st.button(
                label,
                key=f"off_{days}_{concern.key}",
                on_click=choices.put_off,
                args=(concern.key, now + timedelta(days=days)),
            )


def draw_put_off(choices: Choices, now: datetime) -> None:
    """What is put off, to be taken up again."""
    hidden = choices.hidden(now)
    if not hidden:
        return
    with st.expander(f"Put off ({len(hidden)})"):
        for key, until in hidden.items():
            kind, _, subject = key.partition(":")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{labels.plain(subject or kind)}: until {messages.day(until)}")
                st.button(
                    "Show again", key=f"up_{key}", type="tertiary",
                    on_click=choices.take_up, args=(key,),
                )  # fmt: skip


_UNTIL = {"Until tomorrow": 1, "For three days": 3, "For a week": 7, "For a month": 30}


def _card(concern: Concern) -> None:
    st.markdown(f"**{labels.plain(concern.title)}**")
    st.caption(labels.plain(concern.reason))
    st.page_link(
        places.BY_NAME[concern.page],
        label=_ACTIONS[concern.page],
        icon=":material/arrow_forward:",
        query_params=_query(concern),
    )


def _query(concern: Concern) -> dict[str, str]:
    if concern.subject:
        return {places.QUERY_OF[concern.page]: concern.subject}
    return _FILTERS.get(concern.page, {})
