"""An order's story on its page: every step, in the visitor's zone, and a note to oneself."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import MCFError
from mcf.service import MCFService
from mcf.tracking.timeline import TimelineEntry, Who
from pages.parts.common import labels, messages, rights, session

_ICONS = {
    Who.YOU: ":blue[:material/person:]",
    Who.AMAZON: ":orange[:material/warehouse:]",
    Who.CARRIER: ":green[:material/local_shipping:]",
}
_AT_FIRST = 8


def draw(entries: Sequence[TimelineEntry]) -> None:
    """What happened, the latest first, of an order and of those that it replaces or is replaced
    by.
    """
    st.header("What happened", anchor=False)
    if not entries:
        st.caption("Nothing is known yet.")
        return
    several = len({entry.order_id for entry in entries}) > 1
    latest = entries[::-1]
    st.markdown("\n".join(_line(entry, several) for entry in latest[:_AT_FIRST]))
    if len(latest) > _AT_FIRST:
        with st.expander(messages.many(len(latest) - _AT_FIRST, "earlier step")):
            st.markdown("\n".join(_line(entry, several) for entry in latest[_AT_FIRST:]))
    st.caption(f"Times are in {session.zone()}.")


def _line(entry: TimelineEntry, several: bool) -> str:
    words = entry.words.format(*map(messages.day, entry.days)) if entry.days else entry.words
    of = f" ({labels.plain(entry.order_id)})" if several else ""
    return f"- {_ICONS[entry.who]} **{messages.when(entry.at)}**{of}: {labels.plain(words)}"


def draw_note(service: MCFService, order_id: str, note: str) -> None:
    """A note to oneself about the order, which nobody else gets to see; it's kept as it's typed."""
    key = f"note_{order_id}"
    st.text_area(
        "Note to yourself",
        note,
        key=key,
        max_chars=2000,
        height=92,
        placeholder="Called the buyer, neighbour has it …",
        help="Stays in this program. Neither Amazon nor the buyer sees it.",
        on_change=_keep,
        args=(service, order_id, key),
        disabled=not rights.may(service, Permission.CHANGE_ORDERS),
    )


def _keep(service: MCFService, order_id: str, key: str) -> None:
    try:
        service.tracking.notes.keep(order_id, str(session.state()[key]))
    except MCFError as error:
        session.tell("error", messages.refusal(error))
