"""Figures of the stock's review.

Colours are seen on light and on dark ground, and white letters are readable on those of `HEALTH`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go
import squarify

from mcf.inventory.planning import Health
from pages.parts.common.labels import for_plotly

HEALTH = {
    Health.OUT: "#CC4459",
    Health.LOW: "#9C6A0C",
    Health.FINE: "#0F8272",
    Health.EXCESS: "#3A72D8",
    Health.NEW: "#5F6F6C",
}
DAYS = {
    "fulfillable_quantity": ("Available", "#14907F"),
    "pending_customer_order_quantity": ("Reserved for orders", "#D99A2B"),
    "pending_transshipment_quantity": ("In transfer", "#B98A3E"),
    "fc_processing_quantity": ("Processing", "#8C7A4F"),
    "inbound_receiving_quantity": ("Being unloaded", "#4C83E0"),
    "inbound_shipped_quantity": ("On its way in", "#7FA6EC"),
    "researching_quantity": ("Researching", "#8B6FD6"),
    "unfulfillable_quantity": ("Unsellable", "#D9596B"),
}
_MARGIN = {"l": 0, "r": 8, "t": 8, "b": 0}
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
_INK = "#7A8B88"


def cover(plan: pd.DataFrame) -> go.Figure:
    """Days of cover per SKU as a bar, with each SKU's lead time as a mark; the first at the top."""
    shown = plan.iloc[::-1]
    shown = shown.assign(
        seller_sku=[for_plotly(sku) for sku in shown["seller_sku"]],
        product_name=[for_plotly(name) for name in shown["product_name"]],
    )
    figure = go.Figure()
    for state in Health:
        some = shown[shown["health"] == state.value]
        if len(some):
            figure.add_bar(
                y=some["seller_sku"],
                x=some["days_of_cover"],
                orientation="h",
                name=state.value,
                marker_color=HEALTH[state],
                customdata=some[["product_name"]],
                hovertemplate="%{customdata[0]}<br>%{x:.0f} days of cover<extra>%{y}</extra>",
            )
    figure.add_scatter(
        y=shown["seller_sku"],
        x=shown["lead_time_days"],
        mode="markers",
        name="Lead time",
        marker={"symbol": "line-ns", "size": 16, "line": {"width": 2, "color": _INK}},
        hovertemplate="lead time %{x} days<extra>%{y}</extra>",
    )
    figure.update_layout(barmode="overlay")
    _bars(figure, len(shown), "Days of cover")
    return figure.update_yaxes(categoryorder="array", categoryarray=shown["seller_sku"])


def health(counts: Mapping[str, int]) -> go.Figure:
    """How many SKUs are out of stock, low, healthy, in excess, as a ring.

    Its parts are a trace each, in `Health`'s order: bars around a circle, as what is clicked in
    Plotly's own pies isn't told to the program.
    """
    figure = go.Figure()
    angle, turn = 0.0, 360 / max(sum(counts.values()), 1)
    for state in Health:
        width = counts[state.value] * turn
        figure.add_barpolar(
            r=[1],
            theta=[angle + width / 2],
            width=[width],
            name=f"{state.value}: {counts[state.value]:,}",
            marker_color=HEALTH[state],
            hovertemplate=f"{counts[state.value]:,} SKUs<extra>{state.value}</extra>",
        )
        angle += width
    return figure.update_layout(
        height=360,
        margin=_MARGIN,
        # With its usual "pan" Plotly takes no clicks in a circle.
        dragmode="zoom",
        legend={
            "itemclick": False,
            "itemdoubleclick": False,
            "font": {"size": 14},
            "y": 0.5,
        },
        polar={
            "hole": 0.62,
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {"visible": False, "range": [0, 1]},
            "angularaxis": {"visible": False, "rotation": 90, "direction": "clockwise"},
        },
    )


def areas(plan: pd.DataFrame, *, value: bool) -> go.Figure:
    """SKUs as areas by units that can ship, or by what they cost, coloured by health.

    Largest first, as in `plan`. Bars laid out as a treemap, as what is clicked in Plotly's own
    treemaps isn't told to the program.
    """
    size = plan["fulfillable_quantity"]
    amounts = (size * plan["unit_cost"] if value else size).astype(float)
    wide, high = 100.0, 44.0
    laid = squarify.squarify(squarify.normalize_sizes(amounts, wide, high), 0, 0, wide, high)
    word = "in cost" if value else "units"
    figure = go.Figure(
        go.Bar(
            x=[tile["x"] + tile["dx"] / 2 for tile in laid],
            width=[tile["dx"] for tile in laid],
            base=[tile["y"] for tile in laid],
            y=[tile["dy"] for tile in laid],
            marker={
                "color": [HEALTH[Health(str(state))] for state in plan["health"]],
                "line": {"width": 1, "color": "#FFFFFF"},
            },
            text=[for_plotly(sku) for sku in plan["seller_sku"]],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont_color="#FFFFFF",
            customdata=pd.DataFrame(
                {
                    "name": [for_plotly(n) for n in plan["product_name"]],
                    "amount": amounts.to_numpy(),
                }
            ),
            hovertemplate="%{customdata[0]}<br>%{customdata[1]:,.0f} "
            + word
            + "<extra>%{text}</extra>",
        )
    )
    return figure.update_layout(
        height=440,
        margin=_MARGIN,
        uniformtext={"minsize": 10, "mode": "hide"},
        xaxis={"visible": False, "range": [0, wide], "fixedrange": True},
        yaxis={"visible": False, "range": [high, 0], "fixedrange": True},
    )


def history(days: Mapping[str, pd.DataFrame]) -> go.Figure:
    """What could ship on each day, a line per SKU."""
    figure = go.Figure()
    for sku, frame in days.items():
        figure.add_scatter(
            x=frame["day"],
            y=frame["fulfillable_quantity"],
            name=for_plotly(sku),
            mode="lines",
            line={"shape": "hv"},
            hovertemplate="%{x|%d %b %Y}: %{y:,} available<extra>%{fullData.name}</extra>",
        )
    return _days(figure, "Units that can ship")


def one_sku(days: pd.DataFrame, orders: pd.DataFrame) -> go.Figure:
    """The units of one SKU by place on each day, with arrivals and MCF orders marked."""
    figure = go.Figure()
    for column, (label, colour) in DAYS.items():
        if days[column].any():
            figure.add_scatter(
                x=days["day"],
                y=days[column],
                name=label,
                stackgroup="units",
                mode="lines",
                line={"width": 0.5, "color": colour, "shape": "hv"},
                hovertemplate=label + ": %{y:,}<extra></extra>",
            )
    figure.update_layout(hovermode="x unified")
    _mark(figure, _arrivals(days), "Arrivals", "triangle-up", "#4C83E0")
    recent = orders[orders["received_date"] >= days["day"].iloc[0]] if len(days) else orders
    by_day = recent.groupby(recent["received_date"].dt.floor("D"))["sku_units"].sum()
    _mark(figure, by_day, "MCF orders", "circle", "#D99A2B")
    return _days(figure, "Units")


def _arrivals(days: pd.DataFrame) -> pd.Series:
    receipts = days.set_index("day")["receipts"]
    return receipts[receipts > 0].dropna()


def _mark(figure: go.Figure, units: pd.Series, name: str, symbol: str, colour: str) -> None:
    if units.empty:
        return
    figure.add_scatter(
        x=units.index,
        y=[0] * len(units),
        name=name,
        mode="markers",
        marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1, "color": _INK}},
        customdata=units,
        hovertemplate=name + ": %{customdata:,.0f} units<extra></extra>",
    )


def projection(ahead: pd.DataFrame, available: int, today: datetime, lead_days: int) -> go.Figure:
    """What will be there on each coming day: the middle, and a band for four of five outcomes."""
    start = pd.Timestamp(today).floor("D")
    x = [start, *ahead["day"]]
    figure = go.Figure()
    figure.add_scatter(
        x=x, y=[available, *ahead["high"]], mode="lines", line={"width": 0}, showlegend=False,
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=[available, *ahead["low"]], mode="lines", line={"width": 0}, fill="tonexty",
        fillcolor="rgba(20,144,127,0.22)", name="Four of five outcomes", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=x,
        y=[available, *ahead["middle"]],
        mode="lines",
        line={"color": "#14907F", "width": 2},
        name="Expected",
        hovertemplate="%{x|%d %b}: %{y:,.0f} units<extra></extra>",
    )
    figure.add_vline(x=start + pd.Timedelta(days=lead_days), line={"dash": "dot", "color": _INK})
    figure.add_annotation(
        x=start + pd.Timedelta(days=lead_days), y=1, yref="paper", showarrow=False,
        text="lead time", xanchor="left", font={"color": _INK},
    )  # fmt: skip
    return _days(figure, "Units that can ship")


def waterfall(steps: pd.DataFrame) -> go.Figure:
    """Where units went between two days."""
    kinds = ["absolute", *["relative"] * (len(steps) - 2), "total"]
    figure = go.Figure(
        go.Waterfall(
            x=steps["step"],
            y=steps["units"],
            measure=kinds,
            text=[f"{units:+,}" if kind == "relative" else f"{units:,}"
                  for units, kind in zip(steps["units"], kinds, strict=True)],
            increasing_marker_color="#14907F",
            decreasing_marker_color="#D9596B",
            totals_marker_color=_INK,
            textposition="outside",
            cliponaxis=False,
            connector_line_color=_INK,
            hovertemplate="%{x}: %{text} units<extra></extra>",
        )
    )  # fmt: skip
    return figure.update_layout(height=320, margin=_MARGIN, yaxis={"title": "Units"})


def _bars(figure: go.Figure, rows: int, title: str) -> go.Figure:
    return figure.update_layout(
        height=120 + 26 * max(rows, 3),
        margin=_MARGIN,
        legend=_LEGEND,
        xaxis={"title": title},
        yaxis={"type": "category", "automargin": True},
        bargap=0.35,
    )


def _days(figure: go.Figure, title: str) -> go.Figure:
    return figure.update_layout(
        height=360,
        margin=_MARGIN,
        legend=_LEGEND,
        yaxis={"title": title, "rangemode": "tozero"},
    )
