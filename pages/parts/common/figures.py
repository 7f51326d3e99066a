"""The look of every figure: margins, words, what stands below the pointer, the toolbar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from pages.parts.common import palette

_TOP = 34
"""Pixels above a figure for its title and, while the pointer is on it, the toolbar."""
_LEGEND_ROW = 24
_MOST_TICKS = 5
_REMOVED = ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "pan2d"]
TOOLBAR = {
    "displayModeBar": "hover",
    "displaylogo": False,
    "modeBarButtonsToRemove": _REMOVED,
}


def look(figure: go.Figure, height: int, title: str, *, legend: int = 0) -> go.Figure:
    """The figure with its title in the strip of the toolbar, and its legend below everything.

    `height` is that of the plot in pixels, `legend` the number of rows that it may take on a phone.
    """
    below = _LEGEND_ROW * legend
    figure.update_layout(
        height=height + _TOP + below,
        margin={"l": 0, "r": 8, "t": _TOP, "b": below, "pad": 4},
        title={
            "text": title,
            "font": {"size": 13},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 8},
        },
        showlegend=bool(legend),
        legend={
            "orientation": "h",
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": {"size": 12},
        },
        modebar={"orientation": "h", "bgcolor": "rgba(0,0,0,0)"},
        hoverlabel={"align": "left", "namelength": -1},
        dragmode=False,
    )
    return figure


def whole_ticks(most: float) -> dict[str, Any]:
    """An axis from 0 to a bit more than `most` units, with ticks at whole ones."""
    top = max(float(most), 1.0)
    step = 1
    for power in range(12):
        step = next((n * 10**power for n in (1, 2, 5) if n * 10**power * _MOST_TICKS >= top), 0)
        if step:
            break
    return {"range": [0, top * 1.08], "dtick": step, "tick0": 0, "tickformat": ",d"}


def hatch(shape: str) -> dict[str, Any]:
    """A pattern of this shape over the colour of a filling."""
    return {
        "shape": shape,
        "fillmode": "overlay",
        "fgcolor": "#FFFFFF",
        "fgopacity": 0.55,
        "size": 6,
        "solidity": 0.25,
    }


def _write(figure: go.Figure, colour: str | None) -> None:
    """Words in the colour; Streamlit's own grey is too faint for small ones."""
    if colour is not None:
        font = {"color": colour}
        figure.update_layout(font=font, title={"font": font}, legend={"font": font})
        figure.update_xaxes(tickfont=font).update_yaxes(tickfont=font).update_annotations(font=font)


def draw(
    figure: go.Figure,
    key: str,
    alt: str,
    on_select: Callable[[], None] | Literal["ignore"] = "ignore",
) -> None:
    """Draws the figure; `on_select` is called after a click on a part of it."""
    _write(figure, palette.WORDS.get(str(st.context.theme.type)))
    st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        on_select=on_select,
        selection_mode="points",
        config=TOOLBAR,
    )
