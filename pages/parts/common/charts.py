"""Plotly figures. Colours are readable on light and on dark ground."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from pages.parts.common.labels import for_plotly

PLACES = {
    "fulfillable_quantity": ("Available", "#14907F"),
    "reserved_quantity": ("Reserved", "#D99A2B"),
    "inbound_quantity": ("Inbound", "#4C83E0"),
    "researching_quantity": ("Researching", "#8B6FD6"),
    "unfulfillable_quantity": ("Unsellable", "#D9596B"),
}
MOST = 15
"""SKUs in a chart at most."""


def units(stock: pd.DataFrame) -> pd.Series:
    """All units of each SKU, wherever they are."""
    return stock[list(PLACES)].sum(axis=1)


def where_units_are(stock: pd.DataFrame) -> go.Figure:
    """A stacked bar per SKU of where its units are, the first at the top."""
    shown = stock.iloc[::-1]
    figure = go.Figure()
    for column, (label, colour) in PLACES.items():
        figure.add_bar(
            y=[for_plotly(sku) for sku in shown["seller_sku"]],
            x=shown[column].to_numpy(dtype=float, na_value=0.0),
            name=label,
            orientation="h",
            marker_color=colour,
            customdata=[for_plotly(name) for name in shown["product_name"]],
            hovertemplate="%{customdata}<br>" + label + ": %{x:,} units<extra>%{y}</extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=120 + 26 * max(len(shown), 3),
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        xaxis={"title": "Units"},
        yaxis={"type": "category", "automargin": True},
        bargap=0.35,
    )
    return figure
