"""Cards of what needs a hand, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mcf.insight import Concern, StockState, Urgency
from mcf.planning import Health
from pages.parts import places, say

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
}
_FILTERS = {
    "inventory": {"stock": StockState.LOW.value},
    "unsellable": {"with": "Unsellable"},
    "excess": {"stock": Health.EXCESS.value},
}
_AT_ONCE = 6


def cards(found: Sequence[Concern]) -> None:
    """The concerns as cards with a link each, grouped by urgency."""
    for urgency, (heading, colour, icon) in _HEADINGS.items():
        group = [concern for concern in found if concern.urgency is urgency]
        if group:
            st.subheader(f":{colour}[{icon}] {heading} ({len(group)})", anchor=False)
            _grid(group[:_AT_ONCE])
        if len(group) > _AT_ONCE:
            with st.expander(f"{len(group) - _AT_ONCE} more"):
                _grid(group[_AT_ONCE:])


def _grid(group: Sequence[Concern]) -> None:
    with st.grid(3, min_column_width=300):
        for concern in group:
            with st.container(border=True, height="stretch"):
                _card(concern)


def _card(concern: Concern) -> None:
    st.markdown(f"**{say.plain(concern.title)}**")
    st.caption(say.plain(concern.reason))
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
