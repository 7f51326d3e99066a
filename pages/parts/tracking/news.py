"""What happened since a visitor last looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.service import MCFService
from mcf.store.documents import Kind as Keeping
from mcf.tracking import events
from mcf.tracking.events import EventKind, Happening
from pages.parts.common import labels as say
from pages.parts.common import messages, places

MOST = 200
"""Happenings that are read at most."""
SHOWN = 10
_VISIT = "visit"
_MOVED = {EventKind.SHIPS: "Leaves", EventKind.ARRIVES: "Arrives"}
_GOOD = frozenset({FulfillmentOrderStatus.COMPLETE.value, PackageStatus.DELIVERED.value})


def since_last_visit(service: MCFService) -> None:
    """A box of what changed since "Seen" was pressed last, the troubles first; none if nothing did.

    There are no accounts, so all visitors of this store share what was seen.
    """
    kept = service.kept.get(Keeping.ALERT, _VISIT)
    seen = int(kept.content["revision"]) if kept is not None else 0
    revision = service.chronicle.revision()
    if revision == seen:
        return
    # A store that was damaged and begun anew counts its revisions from the start again.
    found = service.chronicle.newest(seen if seen < revision else 0, MOST)
    news = [it for it in found if not it.is_own]
    if not news:
        return
    # Folded, so that the table stays where it is while news come in.
    with st.expander(
        f"Since your last visit: {_counted(news, len(found))}",
        icon=":material/campaign:",
        key="news",
    ):
        st.button(
            "Seen",
            icon=":material/done_all:",
            key="news_seen",
            on_click=_see,
            args=(service, revision),
        )
        shown = sorted(news, key=_rank)[:SHOWN]
        for number, it in enumerate(shown):
            _entry(number, it)
        if len(news) > SHOWN:
            st.caption(f"And {len(news) - SHOWN:,} more; each order's page tells its own.")


def _see(service: MCFService, revision: int) -> None:
    service.kept.keep(Keeping.ALERT, _VISIT, {"revision": revision})


def _counted(news: Iterable[Happening], read: int) -> str:
    """How many orders changed, and how: "4 orders changed: 2 shipped, 1 parcel delayed"."""
    news = [*news]
    orders = len({it.order_id for it in news})
    labels = Counter(filter(None, map(_label, news)))
    told = ", ".join(f"{count:,} {label}" for label, count in labels.most_common(5))
    least = "at least " if read == MOST else ""
    head = f"{least}{messages.many(orders, 'order')} changed"
    return f"{head}: {say.plain(told)}" if told else head


def _label(it: Happening) -> str:
    if it.kind is EventKind.STATUS:
        return FulfillmentOrderStatus.label_of(it.after).lower()
    if it.kind is EventKind.PARCEL_STATUS:
        return f"parcel {PackageStatus.label_of(it.after).lower()}"
    return ""


def _rank(it: Happening) -> int:
    """Troubles before good news before the rest; within each the newest stay first."""
    if _is_trouble(it):
        return 0
    return 1 if it.after in _GOOD else 2


def _is_trouble(it: Happening) -> bool:
    if it.kind is EventKind.STATUS:
        known = FulfillmentOrderStatus.of(it.after)
        return known.is_trouble or known.comes_to_nothing
    return it.kind is EventKind.PARCEL_STATUS and PackageStatus.of(it.after).is_trouble


def _entry(number: int, it: Happening) -> None:
    icon = ":material/error:" if _is_trouble(it) else ":material/arrow_forward:"
    with st.container(horizontal=True, vertical_alignment="center", key=f"news_{number}"):
        st.page_link(
            places.TRACKING,
            label=f"Order {say.plain(it.order_id)}: {say.plain(_sentence(it))}",
            icon=icon,
            query_params={"order": it.order_id},
        )
        st.caption(messages.when(it.at))


def _sentence(it: Happening) -> str:
    verb = _MOVED.get(it.kind)
    if it.kind is EventKind.PARCEL_ARRIVES:
        verb = f"Parcel {it.package_number} arrives"
    if verb is None or it.before is None or it.after is None:
        return events.in_words(it)
    was, becomes = map(datetime.fromisoformat, (it.before, it.after))
    return f"{verb} {messages.day(becomes)} instead of {messages.day(was)}"
