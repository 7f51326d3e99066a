"""The way of a parcel as a picture: its towns in the order of time, on a map of the region.

No other machine is asked for a map: coasts, borders, state lines and the towns, as pale dots, are
read from tables of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians

import plotly.graph_objects as go

from mcf.addresses import geocode, outlines
from mcf.addresses.geocode import Box
from mcf.inventory.planning import Health
from mcf.tracking.handover import Stop
from pages.parts.common import messages, palette
from pages.parts.common.labels import for_plotly

DOTS = 1000
"""Towns drawn at most."""
_LINES = {
    outlines.Kind.COASTS: {"color": palette.INK, "width": 1.2},
    outlines.Kind.BORDERS: {"color": palette.INK, "width": 1.2, "dash": "dash"},
    outlines.Kind.STATES: {"color": palette.faint(palette.INK, 0.6), "width": 0.8},
}
_MARGIN, _LEAST = 0.2, 1.5
"""Of the region around the way: a share of its span on each side, and degrees at least."""
_WIDE, _SQUARE, _FLAT = 0.6, 1.0, 0.38
"""Shapes of a region: how high it is for its width."""
_WAY, _GOAL, _TOWN = palette.HEALTH[Health.EXCESS], palette.GREEN, palette.INK


@dataclass(frozen=True, slots=True)
class Way:
    """A picture, or None where fewer than two places are known; and the places that aren't."""

    figure: go.Figure | None
    missing: tuple[str, ...]


@dataclass(slots=True)
class _Spot:
    """A place with the numbers of the events there, and a line on each."""

    at: tuple[float, float]
    name: str
    numbers: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def way(events: Sequence[Stop], to: Stop | None) -> Way:
    """The way through the events, oldest first, and where it's to end; times in visitor's zone."""
    spots: dict[tuple[float, float], _Spot] = {}
    path: list[tuple[float, float]] = []
    missing: list[str] = []
    for number, stop in enumerate(events, 1):
        at = _place(stop)
        if at is None:
            missing.append(stop.place)
            continue
        spot = spots.setdefault(at, _Spot(at, stop.place))
        spot.numbers.append(number)
        spot.lines.append(f"{number}. {for_plotly(stop.event)}, {messages.when(stop.at)}")
        path += [] if path and path[-1] == at else [at]
    goal = _place(to) if to else None
    if to and goal is None:
        missing.append(to.place)
    unknown = tuple(dict.fromkeys(name for name in missing if name))
    if len({*spots, *([goal] if goal else [])}) < 2:
        return Way(None, unknown)
    return Way(_figure(list(spots.values()), path, goal, to), unknown)


def has_places(events: Iterable[Stop], to: Stop | None) -> bool:
    """Whether at least two places are told, known or not."""
    names = {stop.place.casefold() for stop in (*events, *([to] if to else []))}
    return len(names - {""}) > 1


def _place(stop: Stop) -> tuple[float, float] | None:
    return geocode.place(stop.city, stop.state, stop.country)


def _figure(
    spots: list[_Spot],
    path: list[tuple[float, float]],
    goal: tuple[float, float] | None,
    to: Stop | None,
) -> go.Figure:
    points = [*path, *([goal] if goal else [])]
    box = _around(points, _WIDE)
    region = _on_any_screen(points, box)
    latitudes, longitudes = geocode.dots(region, DOTS)
    figure = go.Figure()
    for kind, line in _LINES.items():
        drawn = outlines.within(region, kind)
        figure.add_scatter(
            x=drawn.longitudes,
            y=drawn.latitudes,
            mode="lines",
            line=line,
            hoverinfo="skip",
            name=kind.title(),
        )
    # Not scattergl: it makes code of text, which the program's security policy forbids.
    figure.add_scatter(
        x=longitudes,
        y=latitudes,
        mode="markers",
        marker={"size": 3, "color": _TOWN, "opacity": 0.35},
        hoverinfo="skip",
        name="Towns",
    )
    for n, (begin, end) in enumerate(pairwise(path)):
        figure.add_scatter(
            x=[begin[1], end[1]],
            y=[begin[0], end[0]],
            mode="lines",
            line={"color": _WAY, "width": 2},
            hoverinfo="skip",
            name=f"Leg {n + 1}",
        )
    if goal and to:
        figure.add_scatter(
            x=[goal[1]],
            y=[goal[0]],
            mode="markers",
            marker={"size": 30, "color": _GOAL, "symbol": "circle-open", "line": {"width": 3}},
            hovertext=f"Destination: {for_plotly(to.place)}",
            hoverinfo="text",
            name="Destination",
        )
    figure.add_scatter(
        x=[spot.at[1] for spot in spots],
        y=[spot.at[0] for spot in spots],
        mode="markers+text",
        marker={"size": 22, "color": _WAY},
        text=[_numbers(spot.numbers) for spot in spots],
        textfont={"color": "#FFFFFF", "size": 11},
        hovertext=["<br>".join([f"<b>{for_plotly(s.name)}</b>", *s.lines]) for s in spots],
        hoverinfo="text",
        name="Events",
    )
    _lay_out(figure, box)
    return figure


def _numbers(numbers: list[int]) -> str:
    """What stands on a marker: "3", "1-3" for a run, "2 …" for more than that."""
    first, last = numbers[0], numbers[-1]
    if first == last:
        return str(first)
    return f"{first}-{last}" if last - first == len(numbers) - 1 else f"{first} …"


def _around(points: list[tuple[float, float]], shape: float) -> Box:
    """The region around the points, `shape` times as high as wide, however they lie."""
    south, north = (limit(lat for lat, _ in points) for limit in (min, max))
    west, east = (limit(lon for _, lon in points) for limit in (min, max))
    middle, centre = (south + north) / 2, (west + east) / 2
    shorter = cos(radians(middle))
    high = max(_LEAST, (north - south) * (0.5 + _MARGIN))
    wide = max(_LEAST, (east - west) * (0.5 + _MARGIN)) * shorter
    high, wide = max(high, wide * shape), max(wide, high / shape)
    return Box(
        max(-85.0, middle - high),
        min(85.0, middle + high),
        max(-180.0, centre - wide / shorter),
        min(180.0, centre + wide / shorter),
    )


def _on_any_screen(points: list[tuple[float, float]], box: Box) -> Box:
    """What is seen on any screen: a narrow one shows more of the north, a wide one of the east."""
    high = _around(points, _SQUARE)
    more = (box.east - box.west) * (_WIDE / _FLAT - 1) / 2
    return Box(high.south, high.north, max(-180.0, box.west - more), min(180.0, box.east + more))


def _lay_out(figure: go.Figure, box: Box) -> None:
    axis = {"visible": False, "fixedrange": True}
    # A degree of longitude is shorter the farther it is from the equator.
    shorter = cos(radians((box.south + box.north) / 2))
    figure.update_layout(
        height=420,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        xaxis={**axis, "range": [box.west, box.east]},
        yaxis={**axis, "range": [box.south, box.north], "scaleanchor": "x",
               "scaleratio": 1 / shorter},
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip
