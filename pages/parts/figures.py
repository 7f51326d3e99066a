"""Rows of key figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from mcf.insight import StockState, where
from mcf.outcomes import Subject
from mcf.planning import Health
from mcf.review import Figures
from mcf.service import Freshness, MCFService
from mcf.status import FulfillmentOrderStatus, PackageStatus
from pages.parts import session


def of_the_day(service: MCFService) -> None:
    """Orders by where they are, and SKUs that can ship."""
    orders, parcels, stock = service.orders(), service.packages(), service.inventory()
    at_work = where(orders["status"], lambda it: not FulfillmentOrderStatus.of(it).is_final)
    moving = where(parcels["status"], lambda it: not PackageStatus.of(it).is_at_rest)
    can_ship = (stock["fulfillable_quantity"] > 0).sum()
    out = (stock["stock_state"] == StockState.OUT).sum()
    with st.container(horizontal=True):
        _figure(
            "Orders at the warehouse",
            at_work.sum(),
            service.freshness(Subject.ORDERS),
        )
        _figure(
            "Parcels on their way",
            moving.sum(),
            service.freshness(Subject.TRACKING),
        )
        _figure("SKUs that can ship", can_ship, service.freshness(Subject.INVENTORY))
        _figure("SKUs out of stock", out, service.freshness(Subject.INVENTORY))


def _figure(label: str, count: int, fresh: Freshness) -> None:
    # A count of what was never read would be a made-up zero.
    known = count or fresh.age is not None
    st.metric(label, f"{count:,}" if known else "?", border=True)


def of_the_stock(figures: Figures) -> None:
    """Units by where they are, SKUs by how they stand; each with what it was before."""
    with st.grid(len(_PLACES), min_column_width=150):
        for label, (column, help_key, direction) in _PLACES.items():
            _units(figures, label, column, HELP[help_key], direction)
    with st.grid(len(Health), min_column_width=170):
        for state in Health:
            _skus(figures, state)


def _units(
    figures: Figures, label: str, columns: Sequence[str], explained: str, direction: Delta
) -> None:
    now = sum(figures.units[name] for name in columns)
    before = {
        days: None if units is None else sum(units[name] for name in columns)
        for days, units in figures.before.items()
    }
    trend = figures.trend[list(columns)].sum(axis=1).tolist() if len(figures.trend) > 1 else None
    st.metric(
        label, f"{now:,}", _change(now, before[1]), border=True,
        delta_color=_colour(now, before[1], direction), delta_arrow=_arrow(now, before[1]),
        help=f"{explained} {_week(now, before[7])}", chart_data=trend, chart_type="area",
    )  # fmt: skip


def _skus(figures: Figures, state: Health) -> None:
    now = figures.skus[state.value]
    before = {
        days: None if counts is None else counts[state.value]
        for days, counts in figures.skus_before.items()
    }
    bad = state is not Health.FINE
    with st.container(
        border=True, height="stretch", gap="small", horizontal=True, vertical_alignment="bottom"
    ):
        st.metric(
            _HEALTH_LABELS[state],
            f"{now:,}",
            _change(now, before[1]),
            delta_color=_colour(now, before[1], "inverse" if bad else "normal"),
            delta_arrow=_arrow(now, before[1]),
            width="stretch",
            help=f"{_HEALTH_HELP[state]} {_week(now, before[7])}",
        )
        st.button(
            "Show",
            key=f"show_{state.name}",
            type="tertiary",
            icon=":material/filter_alt:",
            on_click=session.filter_stock,
            args=(state.value,),
            disabled=not now,
        )


def _change(now: int, before: int | None) -> str | None:
    if before is None:
        return None
    return f"{now - before:+,} since yesterday" if now != before else "as yesterday"


def _colour(now: int, before: int | None, usual: Delta) -> Delta:
    return "off" if now == before else usual


def _arrow(now: int, before: int | None) -> Literal["auto", "off"]:
    return "off" if now == before else "auto"


def _week(now: int, before: int | None) -> str:
    return "" if before is None else f"A week ago: {before:,} ({now - before:+,})."


Delta = Literal["normal", "inverse", "off"]
_PLACES: dict[str, tuple[tuple[str, ...], str, Delta]] = {
    "Can ship now": (("fulfillable_quantity",), "available", "normal"),
    "Reserved": (
        (
            "pending_customer_order_quantity",
            "pending_transshipment_quantity",
            "fc_processing_quantity",
        ),
        "reserved",
        "off",
    ),
    "Inbound": (
        ("inbound_working_quantity", "inbound_shipped_quantity", "inbound_receiving_quantity"),
        "inbound",
        "off",
    ),
    "Researching": (("researching_quantity",), "researching", "inverse"),
    "Unsellable": (("unfulfillable_quantity",), "unsellable", "inverse"),
}
_HEALTH_LABELS = {
    Health.OUT: "SKUs out of stock",
    Health.LOW: "SKUs low",
    Health.FINE: "SKUs healthy",
    Health.EXCESS: "SKUs in excess",
}
_HEALTH_HELP = {
    Health.OUT: "Nothing of it can ship.",
    Health.LOW: "It lasts no longer than lead time and safety days, or, while its velocity isn't "
    "known, there are no more than the low mark.",
    Health.FINE: "It lasts longer than lead time and safety days.",
    Health.EXCESS: "It lasts longer than the days you set for excess.",
}
HELP = {
    "available": "Units that Amazon can pick, pack and ship at once.",
    "reserved": "Units in the warehouse that are promised to an order, travel between warehouses, "
    "or are being measured or checked.",
    "inbound": "Units of your shipments to Amazon: announced, on the way, or being unloaded.",
    "researching": "Units that Amazon is looking for.",
    "unsellable": "Units that are damaged, defective or expired and won't ship.",
    "total": "All of these together. Amazon's total includes what is still inbound.",
}
