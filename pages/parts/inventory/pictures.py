"""The pictures under the table of the stock: one at a time, of the SKUs in the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mcf.inventory.planning import Health
from mcf.inventory.review import StockReview
from pages.parts.common import charts, deferred, session
from pages.parts.common.paging import Matches
from pages.parts.inventory import charts as stock_charts

_MANY = 60
"""SKUs in the picture of areas at most."""
_LINES = 8
"""SKUs in the picture of the past at most."""


def draw(review: StockReview, matches: Matches, chosen: Sequence[str]) -> None:
    """A choice of pictures; a click in one chooses that SKU, or what stands so, in the table."""
    which = st.segmented_control(
        "Picture",
        ["Where the units are", "Cover", "Health", "Units", "Cost", "History"],
        default="Where the units are",
        required=True,
        key="picture",
        bind="query-params",
    )
    deferred.draw(deferred.BELOW, lambda: _DRAW[str(which)](review, matches, chosen))


def _where(_: StockReview, matches: Matches, __: Sequence[str]) -> None:
    shown = matches.most(charts.MOST, charts.units)
    _picture(
        charts.where_units_are(shown),
        "where_units_are",
        "Units per SKU by place: available, reserved, inbound, researching, unsellable",
    )
    st.caption(f"The {len(shown)} SKUs with the most units among those in the table.")


def _cover(_: StockReview, matches: Matches, __: Sequence[str]) -> None:
    plan = matches.frame()
    finite = plan[np.isfinite(plan["days_of_cover"])]
    if finite.empty:
        st.info(
            "For how long these last isn't known yet, or none of them is sold.",
            icon=":material/hourglass_top:",
        )
        return
    shown = finite.nsmallest(charts.MOST, "days_of_cover")
    _picture(
        stock_charts.cover(shown),
        "cover",
        "Days of cover per SKU, with the lead time as a mark",
    )
    st.caption(f"The {len(shown)} SKUs that stop first among those in the table.")


def _health(_: StockReview, matches: Matches, __: Sequence[str]) -> None:
    counts = Counter(str(state) for state in matches.frame()["health"])
    st.plotly_chart(
        stock_charts.health(counts),
        key="health",
        on_select=_choose_health,
        selection_mode="points",
        alt="SKUs in the table by how they stand: "
        + ", ".join(f"{state.value} {counts[state.value]}" for state in Health),
    )
    st.caption(f"{counts.total():,} SKUs in the table.")


def _choose_health() -> None:
    if points := session.points("health"):
        session.filter_stock(list(Health)[points[0]["curve_number"]].value)


def _areas(matches: Matches, *, value: bool, home: str = "") -> None:
    plan = matches.frame()
    elsewhere = value & (plan["currency"] != home) & plan["unit_cost"].notna()
    plan = plan[~elsewhere]
    measure = plan["fulfillable_quantity"] * (plan["unit_cost"] if value else 1)
    shown = plan.loc[measure[measure > 0].nlargest(_MANY).index]
    if shown.empty:
        reason = "No cost is set for these: see Rules." if value else "Nothing of these can ship."
        st.info(reason, icon=":material/info:")
        return
    skus = shown["seller_sku"].tolist()
    _picture(
        stock_charts.areas(shown, value=value),
        "areas",
        "SKUs as areas by " + ("what they cost" if value else "units that can ship"),
        lambda point: str(skus[point["point_index"]]),
    )
    left = f" {int(plan['unit_cost'].isna().sum()):,} have no cost set." if value else ""
    left += f" {int(elsewhere.sum()):,} cost in another currency." if elsewhere.any() else ""
    st.caption(f"The {len(shown)} largest among those in the table.{left}")


def _history(review: StockReview, matches: Matches, chosen: Sequence[str]) -> None:
    names = matches.most(6, charts.units)["seller_sku"].tolist()
    default = chosen[:_LINES] or names[:3]
    offered = dict.fromkeys([*default, *matches.frame()["seller_sku"].head(2000)])
    picked = st.multiselect("SKUs", offered, default=default, max_selections=_LINES)
    days = {sku: review.history.sku(sku, review.today - 180) for sku in picked}
    lines = {sku: frame for sku, frame in days.items() if len(frame) > 1}
    if not lines:
        st.info("There's only one day of history yet.", icon=":material/hourglass_top:")
        return
    st.plotly_chart(
        stock_charts.history(lines),
        key="history",
        alt=f"Units that could ship on each day, of {', '.join(lines)}",
    )


def _picture(
    figure: go.Figure,
    key: str,
    alt: str,
    sku_of: Callable[[dict[str, Any]], str] = lambda point: unescape(str(point["y"])),
) -> None:
    name = f"picture_{key}"

    def choose() -> None:
        if points := session.points(name):
            session.choose([sku_of(points[0])])

    st.plotly_chart(figure, key=name, on_select=choose, selection_mode="points", alt=alt)


_DRAW: dict[str, Callable[[StockReview, Matches, Sequence[str]], None]] = {
    "Where the units are": _where,
    "Cover": _cover,
    "Health": _health,
    "Units": lambda _, found, __: _areas(found, value=False),
    "Cost": lambda review, found, __: _areas(found, value=True, home=review.currency),
    "History": _history,
}
