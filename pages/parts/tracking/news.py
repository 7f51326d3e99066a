"""What happened since a visitor last looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import streamlit as st

from mcf.service import MCFService
from mcf.store.documents import DocumentKind as Keeping
from mcf.tracking import events
from mcf.tracking.events import Happening
from pages.parts.common import labels as say
from pages.parts.common import messages, places, rights

MOST = 200
"""Happenings that are read at most."""
SHOWN = 10
_VISIT = "visit"


def draw(service: MCFService) -> None:
    """A box of what changed since "Seen" was pressed last, the troubles first; none if nothing did.

    Who signed in has seen what they saw; where nobody signs in, all visitors share it.
    """
    kept = service.kept.get(Keeping.ALERT, _visit(service))
    seen = int(kept.content["revision"]) if kept is not None else 0
    revision = service.tracking.chronicle.revision()
    if revision == seen:
        return
    # A store that was damaged and begun anew counts its revisions from the start again.
    happenings = service.tracking.chronicle.newest(seen if seen < revision else 0, MOST)
    news = [it for it in happenings if not it.is_own]
    if not news:
        return
    # Folded, so that nothing moves while news come in.
    head, counted = _counted(news, len(happenings))
    with st.popover(head, icon=":material/campaign:", key="news"):
        st.markdown(f"**Since your last visit**: {counted or head}")
        st.button(
            "Seen",
            icon=":material/done_all:",
            key="news_seen",
            on_click=_see,
            args=(service, revision),
        )
        shown = events.by_urgency(news)[:SHOWN]
        for number, it in enumerate(shown):
            _entry(number, it)
        if len(news) > SHOWN:
            st.caption(f"And {len(news) - SHOWN:,} more; each order's page tells its own.")


def _visit(service: MCFService) -> str:
    """Under which name it's kept how much was seen."""
    owner = rights.actor(service).owned_by
    return _VISIT if owner is None else f"{_VISIT} {owner}"


def _see(service: MCFService, revision: int) -> None:
    service.kept.keep(Keeping.ALERT, _visit(service), {"revision": revision})


def _counted(news: Iterable[Happening], read: int) -> tuple[str, str]:
    """How many orders changed, and how: "4 orders changed", "2 shipped, 1 parcel delayed"."""
    news = [*news]
    orders = len({it.order_id for it in news})
    labels = Counter(filter(None, map(events.change_of, news)))
    changes = ", ".join(_many(count, label) for label, count in labels.most_common(5))
    least = "at least " if read == MOST else ""
    return f"{least}{messages.many(orders, 'order')} changed", say.plain(changes)


def _many(count: int, label: str) -> str:
    """So many changes of a kind: "2 shipped", "8 parcels delivered"."""
    one, several = "parcel ", "parcels "
    if count != 1 and label.startswith(one):
        label = several + label.removeprefix(one)
    return f"{count:,} {label}"


def _entry(number: int, it: Happening) -> None:
    icon = ":material/error:" if events.is_trouble(it) else ":material/arrow_forward:"
    with st.container(horizontal=True, vertical_alignment="center", key=f"news_{number}"):
        st.page_link(
            places.TRACKING,
            label=f"Order {say.plain(it.order_id)}: {say.plain(_sentence(it))}",
            icon=icon,
            query_params={"order": it.order_id},
        )
        st.caption(messages.when(it.at))


def _sentence(it: Happening) -> str:
    move = events.move_of(it)
    return move.short.format(*map(messages.day, move.days)) if move else events.in_words(it)
