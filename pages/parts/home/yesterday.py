"""What changed since yesterday and how things stand, in a sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import streamlit as st

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.service import MCFService
from mcf.store.frames import StockState
from mcf.store.states import Subject
from mcf.tracking import lifecycle
from mcf.tracking.events import EventKind, Happening
from mcf.tracking.lifecycle import Stage, Trouble
from pages.parts.common import messages, places

_DAY = timedelta(days=1)
_READ = 500
"""Happenings that are read at most."""
_TOLD = {
    (EventKind.PARCEL_STATUS, PackageStatus.DELIVERED): ("parcel delivered", Stage.DELIVERED.value),
    (EventKind.STATUS, FulfillmentOrderStatus.COMPLETE): ("order shipped", Stage.SHIPPED.value),
    (EventKind.PARCEL_STATUS, PackageStatus.RETURNED): ("parcel came back", Trouble.RETURNED.value),
    (EventKind.PARCEL_STATUS, PackageStatus.RETURNING): (
        "parcel coming back", Trouble.RETURNED.value,
    ),
    (EventKind.PARCEL_STATUS, PackageStatus.DELAYED): ("parcel delayed", Trouble.DELAYED.value),
    (EventKind.PARCEL_STATUS, PackageStatus.UNDELIVERABLE): (
        "parcel undeliverable", Trouble.UNDELIVERABLE.value,
    ),
    (EventKind.STATUS, FulfillmentOrderStatus.INVALID): ("order invalid", Trouble.INVALID.value),
    (EventKind.STATUS, FulfillmentOrderStatus.UNFULFILLABLE): (
        "order not fulfillable", Trouble.UNFULFILLABLE.value,
    ),
    (EventKind.STATUS, FulfillmentOrderStatus.PARTIAL): (
        "order shipped in part", Trouble.PARTLY.value,
    ),
}  # fmt: skip
"""What an order or a parcel became, in words, and the filter that shows it."""


def draw(service: MCFService) -> None:
    """Where orders and stock stand, and what came of them since this time yesterday."""
    st.caption(" · ".join(_standing(service)))
    changes = counted(service.tracking.chronicle.newest(0, _READ), service.now())
    if changes:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption("Since yesterday:", width="content")
            for words, (count, show) in changes.items():
                one, _, rest = words.partition(" ")
                st.page_link(
                    places.TRACKING,
                    label=f"{messages.many(count, one)} {rest}",
                    query_params={"show": show},
                )


def counted(happenings: Iterable[Happening], now: datetime) -> dict[str, tuple[int, str]]:
    """How many orders and parcels became what within a day, in words, with the filter of each."""
    recent = [it for it in happenings if now - it.at < _DAY]
    became = Counter(filter(None, map(_became, recent)))
    return {words: (became[words, show], show) for words, show in _TOLD.values()
            if became[words, show]}  # fmt: skip


def _became(it: Happening) -> tuple[str, str] | None:
    match it.kind:
        case EventKind.STATUS:
            return _TOLD.get((it.kind, FulfillmentOrderStatus.of(it.after)))
        case EventKind.PARCEL_STATUS:
            return _TOLD.get((it.kind, PackageStatus.of(it.after)))
    return None


def _standing(service: MCFService) -> list[str]:
    """How many orders and SKUs stand where; what was never read isn't counted."""
    parts = []
    if service.freshness(Subject.ORDERS).age is not None:
        waiting = lifecycle.at_the_warehouse(service.orders())
        parts.append(f"{messages.many(waiting, 'order')} at the warehouse")
    if service.freshness(Subject.TRACKING).age is not None:
        moving = lifecycle.on_their_way(service.packages())
        parts.append(f"{messages.many(moving, 'parcel')} on the way")
    if service.freshness(Subject.INVENTORY).age is not None:
        stock = service.inventory()
        can_ship = int((stock["fulfillable_quantity"] > 0).sum())
        out = int((stock["stock_state"] == StockState.OUT).sum())
        parts.append(f"{messages.many(can_ship, 'SKU')} can ship, {out:,} out of stock")
    return parts or ["Nothing was read from Amazon yet"]
