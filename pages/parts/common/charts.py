"""Where the units of SKUs are, as a figure."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from pages.parts.common import figures, palette
from pages.parts.common.labels import for_plotly

PLACES = {
    "fulfillable_quantity": ("Available", palette.GREEN),
    "reserved_quantity": ("Reserved", palette.AMBER),
    "inbound_quantity": ("Inbound", palette.BLUE),
    "researching_quantity": ("Researching", palette.VIOLET),
    "unfulfillable_quantity": ("Unsellable", palette.RED),
}
MOST = 15
"""SKUs in a chart at most."""


def units(stock: pd.DataFrame) -> pd.Series:
    """All units of each SKU, wherever they are."""
    return stock[list(PLACES)].sum(axis=1)


def where_units_are(stock: pd.DataFrame) -> go.Figure:
    """A stacked bar per SKU of where its units are with their sum, the first at the top."""
    shown = stock.iloc[::-1]
    names = [for_plotly(sku) for sku in shown["seller_sku"]]
    figure = go.Figure()
    for column, (label, colour) in PLACES.items():
        figure.add_bar(
            y=names,
            x=shown[column].to_numpy(dtype=float, na_value=0.0),
            name=label,
            orientation="h",
            marker={"color": colour, "pattern": figures.hatch(palette.pattern(colour))},
            customdata=[for_plotly(name) for name in shown["product_name"]],
            hovertemplate="%{customdata}<br>" + label + ": %{x:,} units<extra>%{y}</extra>",
        )
    sums = units(shown)
    figure.add_scatter(
        y=names,
        x=sums,
        mode="text",
        text=[f" {count:,}" for count in sums],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figures.look(figure, 40 + 26 * max(len(shown), 3), "Units by place", legend=2)
    # Room for the sums on a phone, too.
    most = 1.12 * float(sums.max()) if len(sums) else 1.0
    return figure.update_layout(
        barmode="stack",
        bargap=0.35,
        xaxis=figures.whole_ticks(most),
        yaxis={"type": "category", "automargin": True},
    )
