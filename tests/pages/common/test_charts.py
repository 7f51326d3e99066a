"""Where the units of SKUs are, as stacked bars."""

from __future__ import annotations

import pandas as pd

from pages.parts.common import charts

STOCK = pd.DataFrame(
    {
        "seller_sku": ["A", "B"],
        "product_name": ["Mug", "Cup"],
        **{place: [at, 10 * at] for at, place in enumerate(charts.PLACES, 1)},
    }
)


def test_all_units_of_a_sku_are_counted_wherever_they_are() -> None:
    assert charts.units(STOCK).tolist() == [15, 150]


def test_there_is_a_bar_for_each_place_with_the_first_sku_at_the_top() -> None:
    figure = charts.where_units_are(STOCK)

    assert [bar.name for bar in figure.data[:-1]] == [label for label, _ in charts.PLACES.values()]
    assert list(figure.data[-1].text) == [" 150", " 15"]
    assert list(figure.data[0].y) == ["B", "A"]
    assert list(figure.data[0].x) == [10, 1]
