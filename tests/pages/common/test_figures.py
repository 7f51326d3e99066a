"""The look of every figure."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from pages.parts.common import figures


def test_a_title_stands_above_the_plot_and_the_legend_below() -> None:
    """So neither is below the toolbar, which has the right of the title's strip to itself."""
    layout = figures.look(go.Figure(), 300, "Units", legend=2).layout

    assert (layout.title.text, layout.title.x, layout.title.yref) == ("Units", 0, "container")
    assert (layout.legend.y, layout.legend.yanchor, layout.legend.yref) == (
        0, "bottom", "container",
    )  # fmt: skip
    assert layout.height - layout.margin.t - layout.margin.b == 300
    assert (layout.margin.t, layout.margin.b) == (34, 48)


def test_a_figure_without_a_legend_keeps_no_place_for_it() -> None:
    layout = figures.look(go.Figure(), 300, "Units").layout
    assert (layout.showlegend, layout.margin.b) == (False, 0)


def test_the_toolbar_shows_below_the_pointer_only() -> None:
    assert figures.TOOLBAR["displayModeBar"] == "hover"


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (11, 5), (26, 10), (2321, 500)]
)
def test_units_are_counted_in_whole_ones(most: float, step: int) -> None:
    axis = figures.whole_ticks(most)
    assert (axis["dtick"], axis["range"][0]) == (step, 0)
    assert axis["range"][1] >= most
