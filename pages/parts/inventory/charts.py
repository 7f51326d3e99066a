"""Figures of the stock's review."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import squarify

from mcf.inventory.planning import Health
from pages.parts.common import figures, palette
from pages.parts.common.labels import for_plotly

DAYS = {
    "fulfillable_quantity": ("Available", palette.GREEN),
    "pending_customer_order_quantity": ("Reserved for orders", palette.AMBER),
    "pending_transshipment_quantity": ("In transfer", palette.BROWN),
    "fc_processing_quantity": ("Being measured", palette.SLATE),
    "inbound_receiving_quantity": ("Being unloaded", palette.BLUE),
    "inbound_shipped_quantity": ("On its way in", palette.SKY),
    "researching_quantity": ("Researching", palette.VIOLET),
    "unfulfillable_quantity": ("Unsellable", palette.RED),
}
FARTHEST = 365
"""Days of cover for which there's a scale; what lasts longer says so in words."""
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_APART = 0.075
"""How far the names of lines stand apart, as a part of the height."""
_LONGEST_NAME = 16
_WIDE, _HIGH = 100.0, 44.0
_ROOM = 0.05
"""The part of the ring from which on a number stands in it."""
_LETTER, _LINE = 1.65, 1.45
"""How wide a letter and how high a line is on a phone, in parts of the whole."""
_SMALLEST = 0.02
"""Of all; smaller areas have no room for their words and are one with others of their health."""


def _filling(state: Health) -> dict[str, Any]:
    shape = palette.PATTERNS[list(Health).index(state)]
    return {"color": palette.HEALTH[state], "pattern": figures.hatch(shape)}


def cover(plan: pd.DataFrame) -> go.Figure:
    """Days of cover per SKU as a bar with its number, and the lead time as a mark.

    The first is at the top. A SKU whose cover isn't known, or that sells nothing, says so.
    """
    shown = plan.iloc[::-1]
    names = [for_plotly(sku) for sku in shown["seller_sku"]]
    days = shown["days_of_cover"].clip(upper=FARTHEST).where(np.isfinite(shown["days_of_cover"]))
    figure = go.Figure()
    for state in Health:
        some = (shown["health"] == state.value).to_numpy()
        if some.any():
            figure.add_bar(
                y=[name for name, mine in zip(names, some, strict=True) if mine],
                x=days[some].fillna(0),
                orientation="h",
                name=state.value,
                marker=_filling(state),
                customdata=[for_plotly(name) for name in shown["product_name"][some]],
                hovertemplate="%{customdata}<extra>%{y}</extra>",
            )
    _lead_times(figure, names, shown["lead_time_days"])
    most = float(np.nanmax([5.0, *days, *shown["lead_time_days"].clip(upper=FARTHEST)]))
    figure.add_scatter(
        y=names,
        x=_behind(days.fillna(0), shown["lead_time_days"], most / 4),
        mode="text",
        text=[f" {_lasts(value)}" for value in shown["days_of_cover"]],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figures.look(figure, 40 + 26 * max(len(shown), 3), "Days of cover", legend=2)
    return figure.update_layout(
        barmode="overlay",
        bargap=0.35,
        # Room for the words on a phone, too.
        xaxis=figures.whole_ticks(1.25 * most),
        yaxis={"type": "category", "automargin": True, "categoryorder": "array",
               "categoryarray": names},
    )  # fmt: skip


def _behind(days: pd.Series, marks: pd.Series, near: float) -> pd.Series:
    """Where the words of bars begin: behind a mark that would stand on them."""
    return days.where((marks < days) | (marks > days + near), marks + 0.02 * near)


def _lead_times(figure: go.Figure, names: list[str], days: pd.Series) -> None:
    figure.add_scatter(
        y=names,
        x=days.where(days <= FARTHEST),
        mode="markers",
        name="Lead time",
        marker={"symbol": "line-ns", "size": 16, "line": {"width": 2, "color": palette.INK}},
        hovertemplate="lead time %{x} days<extra>%{y}</extra>",
    )


def _lasts(days: float) -> str:
    if math.isnan(days):
        return "not known yet"
    if math.isinf(days):
        return "nothing sold"
    return f"{days:,.0f} day{'' if round(days) == 1 else 's'}"


def health(counts: Mapping[str, int]) -> go.Figure:
    """How many SKUs are out of stock, low, healthy, in excess, as a ring with their sum in it.

    Its parts are a trace each, in `Health`'s order: bars around a circle, as what is clicked in
    Plotly's own pies isn't told to the program.
    """
    figure = go.Figure()
    whole = sum(counts.values())
    angle, turn = 0.0, 360 / max(whole, 1)
    middles: list[float] = []
    for state in Health:
        width = counts[state.value] * turn
        middles.append(angle + width / 2)
        figure.add_barpolar(
            r=[1],
            theta=[middles[-1]],
            width=[width],
            name=f"{state.value}: {counts[state.value]:,}",
            marker={**_plain(state), "line": {"width": 2, "color": palette.ON_HEALTH}},
            hovertemplate=f"{counts[state.value]:,} SKUs<extra>{state.value}</extra>",
        )
        angle += width
    figure.add_scatterpolar(
        r=[0.5] * len(Health),
        theta=middles,
        mode="text",
        text=[_if_room(counts[state.value], whole) for state in Health],
        textfont={"color": palette.ON_HEALTH, "size": 14},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_annotation(
        text=f"<b>{whole:,}</b><br>SKU{'' if whole == 1 else 's'}",
        x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 20},
    )  # fmt: skip
    figures.look(figure, 340, "SKUs by how they stand", legend=2)
    return figure.update_layout(
        # With its usual "pan" Plotly takes no clicks in a circle.
        dragmode="zoom",
        legend={"itemclick": False, "itemdoubleclick": False},
        polar={
            "hole": 0.5,
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {"visible": False, "range": [0, 1]},
            "angularaxis": {"visible": False, "rotation": 90, "direction": "clockwise"},
        },
    )


def _if_room(count: int, whole: int) -> str:
    """The number for a part of the ring that has room for it; the legend has all."""
    return f"{count:,}" if count >= _ROOM * whole > 0 else ""


@dataclass(frozen=True, slots=True)
class Area:
    """An area of `areas`: a SKU, or all SKUs of a health that are too small, `count` of them."""

    seller_sku: str
    product_name: str
    state: Health
    amount: float
    count: int = 1
    are_others: bool = False

    @property
    def name(self) -> str:
        """What stands on it."""
        if self.count == 1:
            return for_plotly(self.seller_sku)
        return f"{self.count:,} {'others' if self.are_others else 'SKUs'}"


def areas_of(plan: pd.DataFrame, amounts: pd.Series) -> list[Area]:
    """The areas of a plan by these amounts, largest first; each has room for its words."""
    some = amounts[amounts > 0].astype(float)
    alone = some >= _SMALLEST * some.sum()
    rows = plan.loc[some.index].assign(amount=some)
    found = [_area(row) for _, row in rows[alone].iterrows()]
    for state, small in rows[~alone].groupby("health", observed=True):
        if len(small) == 1:
            found.append(_area(small.iloc[0]))
        else:
            amount = float(small["amount"].sum())
            others = any(area.state.value == state for area in found)
            found.append(Area("", "", Health(str(state)), amount, len(small), others))
    return sorted(found, key=lambda area: -area.amount)


def _area(row: pd.Series) -> Area:
    name = row["product_name"]
    return Area(
        str(row["seller_sku"]),
        name if isinstance(name, str) else "",
        Health(str(row["health"])),
        float(row["amount"]),
    )


def areas(found: Sequence[Area], word: str) -> go.Figure:
    """Areas as large as their amounts, largest first, with name and amount on each.

    A trace per health, in its order. Bars laid out as a treemap, as what is clicked in Plotly's own
    treemaps isn't told to the program.
    """
    sizes = squarify.normalize_sizes([area.amount for area in found], _WIDE, _HIGH)
    laid = squarify.squarify(sizes, 0, 0, _WIDE, _HIGH)
    figure = go.Figure()
    for state in Health:
        mine = [(a, tile) for a, tile in zip(found, laid, strict=True) if a.state is state]
        if mine:
            figure.add_trace(_tiles(state, mine, word))
    figures.look(figure, 440, word, legend=2)
    return figure.update_layout(
        barmode="overlay",
        uniformtext={"minsize": 9, "mode": "hide"},
        xaxis={"visible": False, "range": [0, _WIDE], "fixedrange": True},
        yaxis={"visible": False, "range": [_HIGH, 0], "fixedrange": True},
    )


def _tiles(state: Health, mine: Sequence[tuple[Area, Mapping[str, float]]], word: str) -> go.Bar:
    return go.Bar(
        name=state.value,
        x=[tile["x"] + tile["dx"] / 2 for _, tile in mine],
        width=[tile["dx"] for _, tile in mine],
        base=[tile["y"] for _, tile in mine],
        y=[tile["dy"] for _, tile in mine],
        marker={**_plain(state), "line": {"width": 1.5, "color": palette.ON_HEALTH}},
        text=[_words(area, tile["dx"], tile["dy"]) for area, tile in mine],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"color": palette.ON_HEALTH, "size": 12},
        customdata=[[for_plotly(area.product_name), f"{area.amount:,.0f}"] for area, _ in mine],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} " + word.lower()
        + f"<extra>{state.value}</extra>",
    )  # fmt: skip


def _words(area: Area, wide: float, high: float) -> str:
    """Name and amount in lines that fit the area, on a phone as well; else the amount alone."""
    amount, room = f"{area.amount:,.0f}", max(1, int(wide / _LETTER))
    lines = wrap(area.seller_sku if area.count == 1 else area.name, room, break_long_words=False)
    fits = all(len(line) <= room for line in lines) and len(lines) < high / _LINE
    return "<br>".join([*(for_plotly(line) for line in lines), amount]) if fits else amount


def _plain(state: Health) -> dict[str, Any]:
    """As `_filling`, but dark and faint: white words on it stay readable."""
    filling = _filling(state)
    return {**filling, "pattern": {**filling["pattern"], "fgcolor": "#000000", "fgopacity": 0.2}}


def history(days: Mapping[str, pd.DataFrame]) -> go.Figure:
    """What could ship on each day, a line per SKU with its name at its end."""
    figure = go.Figure()
    most = max(float(frame["fulfillable_quantity"].max()) for frame in days.values())
    ends = [float(frame["fulfillable_quantity"].iloc[-1]) for frame in days.values()]
    figures.look(figure, 330, "Units that can ship")
    looks = zip(palette.MARKS, cycle(_DASHES), strict=False)
    axis = figures.whole_ticks(most)
    at = _spread(ends, _APART * axis["range"][1])
    for (sku, frame), (colour, dash), height in zip(days.items(), looks, at, strict=False):
        name = for_plotly(sku)
        figure.add_scatter(
            x=frame["day"],
            y=frame["fulfillable_quantity"],
            name=name,
            mode="lines",
            line={"shape": "hv", "color": colour, "dash": dash, "width": 2},
            hovertemplate="%{x|%d %b %Y}: %{y:,} available<extra>%{fullData.name}</extra>",
        )
        short = sku if len(sku) <= _LONGEST_NAME else sku[: _LONGEST_NAME - 1] + "…"
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=4, y=height, showarrow=False,
            text=f"<span style='color:{colour}'>■</span> {for_plotly(short)}",
        )  # fmt: skip
    return figure.update_layout(margin={"r": 125}, yaxis=axis)


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Where names stand beside the ends of lines, in their order, no two closer than `apart`."""
    places = [0.0] * len(heights)
    free = 0.0
    for at in sorted(range(len(heights)), key=lambda each: heights[each]):
        places[at] = max(heights[at], free)
        free = places[at] + apart
    return places


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
                fillcolor=colour,
                fillpattern=figures.hatch(palette.pattern(colour)),
                hovertemplate=label + ": %{y:,}<extra></extra>",
            )
    figures.look(figure, 330, "Units", legend=4)
    most = days[list(DAYS)].sum(axis=1).max() if len(days) else 0
    figure.update_layout(hovermode="x unified", yaxis=figures.whole_ticks(most))
    _mark(figure, _arrivals(days), "Arrivals", "triangle-up", palette.BLUE)
    recent = orders[orders["received_date"] >= days["day"].iloc[0]] if len(days) else orders
    by_day = recent.groupby(recent["received_date"].dt.floor("D"))["sku_units"].sum()
    _mark(figure, by_day, "MCF orders", "circle", palette.AMBER)
    return figure


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
        marker={"symbol": symbol, "size": 10, "color": colour,
                "line": {"width": 1.5, "color": palette.ON_HEALTH}},
        cliponaxis=False,
        customdata=units,
        hovertemplate=name + ": %{customdata:,.0f} units<extra></extra>",
    )  # fmt: skip


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
        fillcolor=palette.faint(palette.GREEN, 0.3), name="Four of five outcomes", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=x,
        y=[available, *ahead["middle"]],
        mode="lines",
        line={"color": palette.GREEN, "width": 2},
        name="Expected",
        hovertemplate="%{x|%d %b}: %{y:,.0f} units<extra></extra>",
    )
    figures.look(figure, 320, "Units that can ship", legend=1)
    most = max(available, ahead["high"].max()) if len(ahead) else available
    figure.update_layout(yaxis=figures.whole_ticks(most))
    if lead_days <= len(ahead):
        _lead_line(figure, start + pd.Timedelta(days=lead_days), 2 * lead_days > len(ahead))
    return figure


def _lead_line(figure: go.Figure, day: pd.Timestamp, late: bool) -> None:
    """A line on the day on which what is ordered today can ship, named on its roomier side."""
    figure.add_vline(x=day, line={"dash": "dot", "color": palette.INK})
    figure.add_annotation(
        x=day, y=1, yref="paper", yanchor="top", showarrow=False,
        text="ordered today,<br>there by then", align="right" if late else "left",
        xanchor="right" if late else "left", xshift=-4 if late else 4,
    )  # fmt: skip


def waterfall(steps: pd.DataFrame) -> go.Figure:
    """Where units went between two days, from the top to the bottom."""
    kinds = ["absolute", *["relative"] * (len(steps) - 2), "total"]
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            y=steps["step"],
            x=steps["units"],
            measure=kinds,
            text=[f"{units:+,}" if kind == "relative" else f"{units:,}"
                  for units, kind in zip(steps["units"], kinds, strict=True)],
            increasing_marker_color=palette.GREEN,
            decreasing_marker_color=palette.RED,
            totals_marker_color=palette.SLATE,
            textposition="outside",
            cliponaxis=False,
            connector_line_color=palette.INK,
            hovertemplate="%{y}: %{text} units<extra></extra>",
        )
    )  # fmt: skip
    figures.look(figure, 40 + 30 * len(steps), "Units")
    levels = steps["units"].iloc[:-1].cumsum()
    axis = figures.whole_ticks(1.15 * levels.max())
    least = min(0.0, float(levels.min()))
    # Room for the words of a bar that begins at the very left.
    axis["range"] = [least - 0.12 * (axis["range"][1] - least), axis["range"][1]]
    return figure.update_layout(
        xaxis=axis, yaxis={"type": "category", "automargin": True, "autorange": "reversed"}
    )
