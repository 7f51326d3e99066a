"""Rows of key figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from mcf.inventory.planning import Health
from mcf.inventory.review import StockReview
from pages.parts.common import messages, session, sparkline


def draw_stock(review: StockReview) -> None:
    """Units by where they are, SKUs by how they stand: each with its past and a way to see them."""
    figures = review.figures()
    days = figures.trend["day"].tolist()
    with st.grid(len(_PLACES), min_column_width=150):
        for kind, (label, columns, explained, usual) in _PLACES.items():
            past = {ago: _sum(then, columns) for ago, then in figures.before.items()}
            units = figures.trend[list(columns)].sum(axis=1).tolist()
            now = sum(figures.units[name] for name in columns)
            missing = max(figures.untold[name] for name in columns)
            shown = Shown(label, now, past, dict(zip(days, units, strict=True)), missing)
            _card(shown, explained, usual, f"Show {kind.lower()}", {"units": [kind]})
    with st.grid(len(Health), min_column_width=170):
        trends = review.health_trend()
        for state in Health:
            past = {ago: _of(counts, state) for ago, counts in figures.skus_before.items()}
            now, trend = figures.skus[state.value], trends[state.value]
            shown = Shown(_HEALTH_LABELS[state], now, past, trend)
            direction = _DIRECTIONS.get(state, "inverse")
            show = f"Show {state.value.lower()}"
            _card(shown, _HEALTH_HELP[state], direction, show, {"stock": state.value})


@dataclass(frozen=True)
class Shown:
    """A figure, what it was so many days before (None where that isn't known), and its days.

    Of `untold` SKUs Amazon doesn't tell it, so it lacks them.
    """

    label: str
    now: int
    before: Mapping[int, int | None]
    trend: Mapping[datetime, int]
    untold: int = 0


def _sum(units: dict[str, int] | None, columns: Sequence[str]) -> int | None:
    return None if units is None else sum(units[name] for name in columns)


def _of(counts: dict[str, int] | None, state: Health) -> int | None:
    return None if counts is None else counts[state.value]


def _card(shown: Shown, explained: str, direction: Delta, show: str, which: dict[str, Any]) -> None:
    now, yesterday = shown.now, shown.before[1]
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.metric(
                shown.label,
                f"{now:,}",
                _change(now, yesterday),
                delta_color=_colour(now, yesterday, direction),
                delta_arrow=_arrow(now, yesterday),
                width="stretch",
                help=explained,
            )
            st.button(
                show,
                key=f"show_{shown.label}",
                type="tertiary",
                on_click=session.show_only,
                kwargs=which,
                disabled=not now,
            )
        if shown.untold:
            st.caption(f"Without {messages.many(shown.untold, 'SKU')} of which it isn't told")
        week_ago = shown.before[7]
        if week_ago is not None:
            change = f"{now - week_ago:+,}" if now != week_ago else "the same"
            st.caption(f"A week ago: {week_ago:,} ({change})")
        if len(shown.trend) > 1:
            sparkline.draw(shown.trend, shown.label)


def _change(now: int, before: int | None) -> str | None:
    if before is None:
        return None
    return f"{now - before:+,} since yesterday" if now != before else "as yesterday"


def _colour(now: int, before: int | None, usual: Delta) -> Delta:
    return "off" if now == before else usual


def _arrow(now: int, before: int | None) -> Literal["auto", "off"]:
    return "off" if now == before else "auto"


Delta = Literal["normal", "inverse", "off"]
HELP = {
    "available": "Units that Amazon can pick, pack and ship at once.",
    "reserved": "Units in the warehouse that are promised to an order, travel between warehouses, "
    "or are being measured or checked.",
    "inbound": "Units of your shipments to Amazon: announced, on the way, or being unloaded.",
    "researching": "Units that Amazon is looking for.",
    "unsellable": "Units that are damaged, defective or expired and won't ship.",
    "total": "All of these together. Amazon's total includes what is still inbound.",
}
_PLACES: dict[str, tuple[str, tuple[str, ...], str, Delta]] = {
    "Available": ("Can ship now", ("fulfillable_quantity",), HELP["available"], "normal"),
    "Reserved": (
        "Reserved",
        (
            "pending_customer_order_quantity",
            "pending_transshipment_quantity",
            "fc_processing_quantity",
        ),
        HELP["reserved"],
        "off",
    ),
    "Inbound": (
        "Inbound",
        ("inbound_working_quantity", "inbound_shipped_quantity", "inbound_receiving_quantity"),
        HELP["inbound"],
        "off",
    ),
    "Researching": ("Researching", ("researching_quantity",), HELP["researching"], "inverse"),
    "Unsellable": ("Unsellable", ("unfulfillable_quantity",), HELP["unsellable"], "inverse"),
}
"""By the kinds of units that the table can be filtered by."""
_HEALTH_LABELS = {
    Health.OUT: "SKUs out of stock",
    Health.LOW: "SKUs low",
    Health.FINE: "SKUs healthy",
    Health.EXCESS: "SKUs in excess",
    Health.NEW: "SKUs new",
}
_DIRECTIONS: dict[Health, Delta] = {Health.FINE: "normal", Health.NEW: "off"}
"""Of a figure that grows: whether that's good; bad where nothing is said."""
_HEALTH_HELP = {
    Health.OUT: "Nothing of it can ship.",
    Health.LOW: "No more can ship than is sold in the lead time and kept for safety, or, while its "
    "velocity isn't known, than the low mark.",
    Health.FINE: "More can ship than is sold in the lead time and kept for safety.",
    Health.EXCESS: "It lasts longer than the days you set for excess.",
    Health.NEW: "How fast it sells isn't known yet, and more can ship than the low mark.",
}
