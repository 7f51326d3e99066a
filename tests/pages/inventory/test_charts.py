"""The pictures of the stock: cover, health, areas, history, what was and what is expected."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from mcf.inventory.planning import Health
from pages.parts.inventory import charts

PLAN = pd.DataFrame(
    {
        "seller_sku": ["A", "B"],
        "product_name": ["Mug", "Cup"],
        "health": [Health.LOW.value, Health.FINE.value],
        "days_of_cover": [3.0, 40.0],
        "lead_time_days": [7, 14],
        "fulfillable_quantity": [30, 10],
        "unit_cost": [1.0, 9.0],
    }
)
DAYS = pd.DataFrame(
    {
        "day": pd.to_datetime(["2026-03-01", "2026-03-02"]),
        "receipts": [0, 5],
        **{place: [at, at] for at, place in enumerate(charts.DAYS)},
    }
)


def test_cover_is_a_bar_per_sku_with_its_lead_time_as_a_mark() -> None:
    figure = charts.cover(PLAN)

    assert [trace.name for trace in figure.data] == ["Low", "Healthy", "Lead time"]
    assert list(figure.data[-1].x) == [14, 7]


def test_the_parts_of_the_ring_fill_it() -> None:
    counts = {state.value: 0 for state in Health} | {Health.LOW.value: 1, Health.FINE.value: 3}

    figure = charts.health(counts)

    assert [part.width[0] for part in figure.data] == [0, 90, 270, 0]


def test_a_ring_of_nothing_is_empty_and_no_mistake() -> None:
    assert len(charts.health({state.value: 0 for state in Health}).data) == len(Health)


@pytest.mark.parametrize(("value", "shares"), [(False, [0.75, 0.25]), (True, [0.25, 0.75])])
def test_areas_are_as_large_as_units_or_cost(value: bool, shares: list[float]) -> None:
    plan = PLAN.iloc[::-1] if value else PLAN

    bars = charts.areas(plan, value=value).data[0]

    sizes = [width * height for width, height in zip(bars.width, bars.y, strict=True)]
    by_sku = dict(zip(bars.text, (size / sum(sizes) for size in sizes), strict=True))
    assert [by_sku["A"], by_sku["B"]] == pytest.approx(shares)


def test_a_day_without_an_arrival_or_an_order_has_no_mark() -> None:
    none = pd.DataFrame({"received_date": pd.to_datetime([], utc=True), "sku_units": []})

    figure = charts.one_sku(DAYS.assign(day=DAYS["day"].dt.tz_localize("UTC"), receipts=0), none)

    assert {"Arrivals", "MCF orders"}.isdisjoint(trace.name for trace in figure.data)


def test_arrivals_are_marked_on_their_day() -> None:
    none = pd.DataFrame({"received_date": pd.to_datetime([], utc=True), "sku_units": []})

    figure = charts.one_sku(DAYS.assign(day=DAYS["day"].dt.tz_localize("UTC")), none)

    (arrivals,) = [trace for trace in figure.data if trace.name == "Arrivals"]
    assert list(arrivals.customdata) == [5]


def test_a_projection_begins_with_what_can_ship_today() -> None:
    ahead = pd.DataFrame(
        {"day": pd.to_datetime(["2026-03-03"], utc=True), "low": [1], "middle": [2], "high": [3]}
    )

    figure = charts.projection(
        ahead, 4, datetime(2026, 3, 2, 9, tzinfo=UTC).replace(tzinfo=None), 7
    )

    assert [list(trace.y) for trace in figure.data] == [[4, 3], [4, 1], [4, 2]]


def test_a_waterfall_ends_with_a_total() -> None:
    steps = pd.DataFrame({"step": ["1 Mar", "Sold", "2 Mar"], "units": [10, -3, 7]})

    (fall,) = charts.waterfall(steps).data

    assert list(fall.measure) == ["absolute", "relative", "total"]
    assert list(fall.text) == ["10", "-3", "7"]
