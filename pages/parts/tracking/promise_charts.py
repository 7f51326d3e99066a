"""Figures of what became of Amazon's promises.

Colours are seen on light and on dark ground, and by who can't tell red from green.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mcf.wording import many
from pages.parts.common import figures, palette
from pages.parts.common.labels import for_plotly
from pages.parts.common.tables import Row

TILES = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
)
"""The states of the United States and its capital, about where they lie, a tile each."""
MOST = 15
"""Bars in a chart at most."""
_FEW = "#A9B5B2"
_SPEEDS = {
    "Standard": palette.GREEN,
    "Expedited": palette.BLUE,
    "Priority": palette.VIOLET,
    "Scheduled": palette.AMBER,
}
_USUAL_LOWEST = 0.8
"""Where the colours of the map begin, unless a state is worse."""
_HALF_DAYS_UP_TO = 10
"""Days up to which bars of half a day can be told apart."""


def percent(share: float) -> str:
    """A share, like "93.1 %"."""
    return f"{100 * share:.1f} %"


def of_how_many(row: Row | pd.Series) -> str:
    """A share with how many it's of; in words when it's of too few."""
    count = f"{row['judged']:,}"
    return f"too few: {count}" if row["too_few"] else f"{percent(row['share'])} of {count}"


def shares(groups: pd.DataFrame) -> go.Figure:
    """The share kept by group as bars with the interval as whiskers, the largest group at the top.

    Groups with too few have no bar, and say so.
    """
    shown = groups.iloc[::-1]
    enough = shown["share"].where(~shown["too_few"])
    names = [for_plotly(name) for name in shown["group"]]
    figure = go.Figure(
        go.Bar(
            y=names,
            x=enough.fillna(0),
            orientation="h",
            marker_color=palette.GREEN,
            error_x=_whiskers(shown, enough),
            text=[of_how_many(row) for _, row in shown.iterrows()],
            textposition=["outside" if few else "inside" for few in shown["too_few"]],
            insidetextanchor="start",
            cliponaxis=False,
            customdata=_hovers(shown),
            hovertemplate="%{customdata}<extra>%{y}</extra>",
        )
    )
    figures.look(figure, 40 + 34 * max(len(shown), 2), "Delivered on time")
    return figure.update_layout(
        bargap=0.35,
        xaxis={"range": [0, 1.02], "tickformat": ".0%"},
        yaxis={"type": "category", "automargin": True},
    )


def _hovers(groups: pd.DataFrame) -> list[str]:
    return ["<br>".join(_lines(row)) for _, row in groups.iterrows()]


def _lines(row: pd.Series) -> list[str]:
    count = f"{row['on_time']:,} of {many(row['judged'], 'order')} on time"
    if row["too_few"]:
        return [count, "too few to say more"]
    likely = f"{percent(row['share'])}, {percent(row['low'])} to {percent(row['high'])} is likely"
    return [count, likely, f"median: {days_late(row['median_days_late'])}"]


def days_late(days: float) -> str:
    """Whole or half days against the promised day in words, like "1 day early"."""
    if days == 0:
        return "on the promised day"
    span = f"{abs(days):g} {'day' if abs(days) == 1 else 'days'}"
    return f"{span} {'late' if days > 0 else 'early'}"


def _whiskers(groups: pd.DataFrame, shares: pd.Series) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": (groups["high"] - shares).fillna(0),
        "arrayminus": (shares - groups["low"]).fillna(0),
        "color": palette.INK,
        "thickness": 1.5,
        "width": 5,
    }


def weeks(groups: pd.DataFrame) -> go.Figure:
    """The share kept by week of the promised arrival; weeks of too few as a mark at the bottom."""
    enough, few = groups[~groups["too_few"]], groups[groups["too_few"]]
    figure = go.Figure()
    figure.add_bar(
        x=enough["group"],
        y=enough["share"],
        name="On time",
        marker_color=palette.GREEN,
        error_y=_whiskers(enough, enough["share"]),
        width=4.5 * 24 * 3600 * 1000,
        customdata=_hovers(enough),
        hovertemplate="week from %{x|%d %b %Y}<br>%{customdata}<extra></extra>",
    )
    if len(few):
        figure.add_scatter(
            x=few["group"],
            y=[0.02] * len(few),
            name="Too few to say",
            mode="markers",
            marker={"symbol": "x-thin", "size": 8, "line": {"width": 2, "color": palette.INK}},
            customdata=_hovers(few),
            hovertemplate="week from %{x|%d %b %Y}<br>%{customdata}<extra></extra>",
        )
    figures.look(figure, 270, "Delivered on time, by week", legend=1)
    return figure.update_layout(
        yaxis={"range": [0, 1.05], "tickformat": ".0%"},
        xaxis={"tickformat": "%d %b", "automargin": True},
    )


def states(groups: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """The share kept by state as a map of tiles: grey where too few orders went to say."""
    by_state = {str(row["group"]): row for _, row in groups.iterrows()}
    grid = [[None if code == ".." else code for code in line.split()] for line in TILES]
    shares = [[_share(by_state.get(code or "")) for code in line] for line in grid]
    hovers = [[_of_state(code, by_state, names) for code in line] for line in grid]
    codes = np.array([[code or "" for code in line] for line in grid])
    enough = np.array(shares, dtype=float)
    lowest = min(_USUAL_LOWEST, np.nanmin(enough)) if np.isfinite(enough).any() else _USUAL_LOWEST
    without = (codes != "") & np.isnan(enough)
    common = {
        "texttemplate": "%{text}",
        "customdata": hovers,
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "xgap": 3,
        "ygap": 3,
    }
    figure = go.Figure()
    figure.add_heatmap(
        z=np.where(without, 0.0, np.nan),
        # Plotly writes texts on gaps, too.
        text=np.where(without, codes, ""),
        colorscale=[[0, _FEW], [1, _FEW]],
        showscale=False,
        **common,
    )
    figure.add_heatmap(
        z=enough,
        text=np.where(without, "", codes),
        zmin=lowest,
        zmax=1,
        colorscale="Cividis",
        colorbar={"tickformat": ".0%", "thickness": 12},
        **common,
    )
    figures.look(figure, 400, "Delivered on time")
    return figure.update_layout(
        xaxis={"visible": False, "fixedrange": True, "constrain": "domain"},
        yaxis={
            "visible": False,
            "fixedrange": True,
            "autorange": "reversed",
            "scaleanchor": "x",
            "constrain": "domain",
        },
    )


def _share(row: pd.Series | None) -> float:
    return np.nan if row is None or row["too_few"] else float(row["share"])


def _of_state(code: str | None, by_state: Mapping[str, pd.Series], names: Mapping[str, str]) -> str:
    if code is None:
        return ""
    name = for_plotly(names.get(code, code))
    row = by_state.get(code)
    if row is None:
        return f"{name}<br>no order judged"
    return "<br>".join([name, *_lines(row)])


def transit(spans: pd.DataFrame) -> go.Figure:
    """How many parcels took how long, by speed: a bar for each half day, or day when it's long."""
    halves = spans["half_days"].max() <= _HALF_DAYS_UP_TO
    by = "half_days" if halves else "whole_days"
    figure = go.Figure()
    others = cycle([palette.RED, palette.SLATE])
    for speed, some in spans.groupby("speed", sort=True):
        bars = some.groupby(by)["parcels"].sum()
        figure.add_bar(
            x=bars.index,
            y=bars,
            name=for_plotly(speed),
            marker=_filling(_SPEEDS.get(str(speed)) or next(others)),
            hovertemplate="within %{x} days: %{y:,} parcels<extra>"
            + for_plotly(speed)
            + "</extra>",
        )
    figures.look(figure, 290, "Parcels by days from shipping to delivery", legend=1)
    most = max((bars.y.max() for bars in figure.data), default=0)
    return figure.update_layout(
        barmode="group", xaxis={"rangemode": "tozero"}, yaxis=figures.whole_ticks(float(most))
    )


def _filling(colour: str) -> dict[str, object]:
    return {"color": colour, "pattern": figures.hatch(palette.pattern(colour))}
