"""The pictures below the stock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mcf.inventory.planning import Health
from mcf.service import MCFService
from pages.parts.common import places, session
from pages.parts.inventory import charts as stock_charts
from pages.parts.inventory import pictures
from pages.parts.inventory.charts import Area
from tests.pages.conftest import open_page, texts
from tests.pages.inventory.steps import stock_page, table


def pictured(**query: str) -> AppTest:
    """The page with its picture, which is drawn a moment later."""
    return stock_page(**query).run()


PICTURES = ["Where the units are", "Cover", "Health", "Units", "History"]


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_of_a_shop_with_history_is_drawn_and_described(
    known: MCFService, picture: str
) -> None:
    at = pictured(picture=picture)

    assert [len(chart.proto.alt) > 20 for chart in at.get("plotly_chart")] == [True]
    assert not at.exception


def test_a_picture_of_cost_says_what_it_needs(calm: MCFService) -> None:
    assert "No cost is set" in texts(pictured(picture="Cost"))


def test_a_picture_of_cost_is_of_the_skus_with_a_cost(calm: MCFService) -> None:
    row = calm.inventory().iloc[0]
    calm.stock.review.choices.set_rules([{"seller_sku": row["seller_sku"], "unit_cost": 2.5}])

    at = pictured(picture="Cost")

    (areas,) = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    assert areas["text"][0].startswith(row["seller_sku"])
    assert f"{len(calm.inventory()) - 1} have no cost set" in texts(at)


def test_the_ring_is_of_the_health_of_what_is_in_the_table(known: MCFService) -> None:
    at = pictured(picture="Health", sku=known.inventory()["product_name"].iloc[0].split()[1])

    *parts, _ = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    counts = [(table(at)["health"].str[0] == state.value).sum() for state in Health]
    assert [part["name"] for part in parts] == [
        f"{state.value}: {n:,}" for state, n in zip(Health, counts, strict=True)
    ]
    turns = [part["width"][0] / 360 for part in parts]
    assert turns == pytest.approx([n / sum(counts) for n in counts])


def test_areas_are_as_large_as_what_they_stand_for(calm: MCFService) -> None:
    at = pictured(picture="Units")

    areas = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    units = calm.inventory()["fulfillable_quantity"]
    sizes = [
        (int(text.split("<br>")[-1].replace(",", "")), wide * high)
        for trace in areas
        for text, wide, high in zip(trace["text"], trace["width"], trace["y"], strict=True)
    ]
    whole = sum(size for _, size in sizes)
    assert sum(amount for amount, _ in sizes) == units.sum()
    assert [size / whole for _, size in sizes] == pytest.approx(
        [amount / units.sum() for amount, _ in sizes]
    )


AREAS = [
    Area("A", "", Health.LOW, 9.0),
    Area("B", "", Health.OUT, 8.0),
    Area("C", "", Health.LOW, 7.0),
    Area("", "", Health.LOW, 6.0, 12, are_others=True),
]
"""Drawn by state: those out of stock are the first trace, those that are low the second."""


@pytest.mark.parametrize(
    ("clicked", "chosen", "shown"),
    [
        ((0, 0), ["B"], None),
        ((1, 0), ["A"], None),
        ((1, 1), ["C"], None),
        ((1, 2), None, "Low"),
    ],
)
def test_a_click_on_an_area_chooses_its_sku_or_shows_those_that_stand_alike(
    clicked: tuple[int, int],
    chosen: list[str] | None,
    shown: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: dict[str, Any] = {}
    monkeypatch.setattr(session, "choose", lambda skus: done.update(chosen=skus))
    monkeypatch.setattr(session, "filter_stock", lambda state: done.update(shown=state))

    pictures._choose_area(AREAS, *clicked)

    assert done == ({"chosen": chosen} if chosen else {"shown": shown})
    traces = stock_charts.areas(AREAS, "Units that can ship").data
    assert [trace.name for trace in traces] == ["Out of stock", "Low"]
    curve, point = clicked
    assert traces[curve].text[point].startswith(chosen[0] if chosen else "12 others")


def test_cover_of_every_sku_is_shown_page_by_page(known: MCFService) -> None:
    at = pictured(picture="Cover")

    (chart,) = at.get("plotly_chart")
    *_, words = json.loads(chart.proto.spec)["data"]
    assert len(words["text"]) == len(known.inventory())
    assert f"SKUs 1 to {len(known.inventory())} of {len(known.inventory())}" in texts(at)


@pytest.mark.parametrize("picture", ["Cover", "History"])
def test_a_picture_that_needs_a_past_says_so(calm: MCFService, picture: str) -> None:
    at = pictured(picture=picture)

    assert not at.get("plotly_chart")
    assert "yet" in at.info[-1].value


def test_the_chart_shows_the_units_of_the_table(program: MCFService) -> None:
    at = open_page(places.INVENTORY).run()

    chart = at.get("plotly_chart")[0].proto.spec
    stock = program.inventory()
    most = stock.loc[stock["fulfillable_quantity"].idxmax()]
    assert "Available" in chart
    assert most["seller_sku"] in chart
