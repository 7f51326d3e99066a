"""The pictures under the table of the stock: one at a time, of the SKUs in the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import unescape

import plotly.graph_objects as go
import streamlit as st

from mcf.inventory.planning import Health
from mcf.inventory.review import StockReview
from pages.parts.common import charts, deferred, figures, messages, session
from pages.parts.common.paging import Matches
from pages.parts.inventory import charts as stock_charts
from pages.parts.inventory.charts import Area

_ROWS = 20
"""SKUs on a page of the picture of cover."""
_NAMED = 8
"""Areas that are named for who can't see them."""
_LINES = 8
"""SKUs in the picture of the past at most."""


def draw(review: StockReview, matches: Matches, chosen: Sequence[str]) -> None:
    """A choice of pictures; a click in one chooses that SKU, or what stands so, in the table."""
    session.follow("picture", _DRAW, "Where the units are")
    which = st.segmented_control(
        "Picture",
        list(_DRAW),
        required=True,
        key="picture",
        on_change=session.asks,
        args=("picture", "Where the units are"),
    )
    deferred.draw(deferred.BELOW, lambda: _DRAW[str(which)](review, matches, chosen))


def _where(_: StockReview, matches: Matches, __: Sequence[str]) -> None:
    shown = matches.most(charts.MOST, charts.units)
    _picture(
        charts.where_units_are(shown),
        "where_units_are",
        "Units per SKU by place: available, reserved, inbound, researching, unsellable",
    )
    st.caption(f"{messages.many(len(shown), 'SKU')} with the most units, of those in the table.")


def _cover(_: StockReview, matches: Matches, __: Sequence[str]) -> None:
    plan = matches.frame()
    if plan.empty:
        st.info("No SKU is in the table.", icon=":material/info:")
        return
    if plan["days_of_cover"].isna().all():
        st.info(
            "For how long these last isn't known yet.",
            icon=":material/hourglass_top:",
        )
        return
    # What is sold out comes first, what sells nothing after all others, what isn't known last.
    ranked = plan.sort_values("days_of_cover", kind="stable")
    pages = -(-len(ranked) // _ROWS)
    number = 1 if pages == 1 else st.pagination(pages, key=f"cover_page_{pages}")
    first = (number - 1) * _ROWS
    shown = ranked.iloc[first : first + _ROWS]
    _picture(
        stock_charts.cover(shown),
        "cover",
        "Days of cover per SKU, with the lead time as a mark",
    )
    st.caption(
        f"SKUs {first + 1:,} to {first + len(shown):,} of {len(ranked):,} in the table, those that "
        "stop first at the top."
    )


def _health(_: StockReview, matches: Matches, __: Sequence[str]) -> None:
    states = matches.frame()["health"]
    counts = Counter(str(state) for state in states.dropna())
    figures.draw(
        stock_charts.health(counts),
        "health",
        "SKUs in the table by how they stand: "
        + ", ".join(f"{state.value} {counts[state.value]}" for state in Health),
        _choose_health,
    )
    unknown = len(states) - counts.total()
    left = f" Of {unknown:,} more Amazon doesn't tell what can ship." if unknown else ""
    st.caption(f"A click on a part shows these SKUs in the table.{left}")


def _choose_health() -> None:
    points = session.points("health")
    # The words around the ring are a trace as well.
    if points and points[0]["curve_number"] < len(Health):
        session.filter_stock(list(Health)[points[0]["curve_number"]].value)


def _areas(matches: Matches, *, value: bool, home: str = "") -> None:
    plan = matches.frame()
    elsewhere = value & (plan["currency"] != home) & plan["unit_cost"].notna()
    plan = plan[~elsewhere]
    amounts = plan["fulfillable_quantity"] * (plan["unit_cost"] if value else 1)
    found = stock_charts.areas_of(plan, amounts)
    if not found:
        reason = "No cost is set for these: see Rules." if value else "Nothing of these can ship."
        st.info(reason, icon=":material/info:")
        return
    word = "What the units that can ship cost" if value else "Units that can ship"

    def choose() -> None:
        if points := session.points("picture_areas"):
            _choose_area(found, points[0]["curve_number"], points[0]["point_index"])

    figures.draw(
        stock_charts.areas(found, word),
        "picture_areas",
        f"{word} as areas: "
        + ", ".join(f"{area.name} {area.amount:,.0f}" for area in found[:_NAMED]),
        choose,
    )
    left = f" {int(plan['unit_cost'].isna().sum()):,} have no cost set." if value else ""
    left += f" {int(elsewhere.sum()):,} cost in another currency." if elsewhere.any() else ""
    st.caption(f"{sum(area.count for area in found):,} SKUs of those in the table.{left}")


def _choose_area(found: Sequence[Area], curve: int, point: int) -> None:
    """Chooses the SKU of an area, or shows those that stand as the ones that it's made of."""
    states = [state for state in Health if any(area.state is state for area in found)]
    area = [area for area in found if area.state is states[curve]][point]
    if area.count == 1:
        session.choose([area.seller_sku])
    else:
        session.filter_stock(area.state.value)


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
    figures.draw(
        stock_charts.history(lines),
        "history",
        f"Units that could ship on each day, of {', '.join(lines)}",
    )


def _picture(figure: go.Figure, key: str, alt: str) -> None:
    """A figure with a line per SKU; a click on it chooses that SKU."""
    name = f"picture_{key}"

    def choose() -> None:
        if points := session.points(name):
            session.choose([unescape(str(points[0]["y"]))])

    figures.draw(figure, name, alt, choose)


_DRAW: dict[str, Callable[[StockReview, Matches, Sequence[str]], None]] = {
    "Where the units are": _where,
    "Cover": _cover,
    "Health": _health,
    "Units": lambda _, found, __: _areas(found, value=False),
    "Cost": lambda review, found, __: _areas(found, value=True, home=review.currency),
    "History": _history,
}
