"""The pictures of the stock: cover, health, areas, history, what was and what is expected."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

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

    assert [trace.name for trace in figure.data[:-1]] == ["Low", "Healthy", "Lead time"]
    assert list(figure.data[-2].x) == [14, 7]
    assert list(figure.data[-1].text) == [" 40 days", " 3 days"]


def test_cover_that_has_no_end_or_is_not_known_is_told_in_words() -> None:
    plan = pd.concat([PLAN, PLAN], ignore_index=True)
    plan["days_of_cover"] = [float("inf"), float("nan"), 1.0, 712.0]
    plan["lead_time_days"] = 200

    figure = charts.cover(plan)

    words = [" 712 days", " 1 day", " not known yet", " nothing sold"]
    assert list(figure.data[-1].text) == words
    assert list(figure.data[-1].x[[0, 2, 3]]) == [charts.FARTHEST, 0, 0]


def test_words_of_cover_stand_behind_a_mark_that_would_cross_them() -> None:
    days = pd.Series([3.0, 29.0, 40.0])
    lead = pd.Series([30, 30, 30])
    assert charts._behind(days, lead, 10).tolist() == pytest.approx([3, 30.2, 40])


def test_the_parts_of_the_ring_fill_it() -> None:
    counts = {state.value: 0 for state in Health} | {Health.LOW.value: 1, Health.FINE.value: 3}

    figure = charts.health(counts)

    assert [part.width[0] for part in figure.data[:-1]] == [0, 90, 270, 0, 0]
    assert list(figure.data[-1].text) == ["", "1", "3", "", ""]
    assert figure.layout.annotations[0].text == "<b>4</b><br>SKUs"


def test_a_ring_of_nothing_is_empty_and_no_mistake() -> None:
    figure = charts.health({state.value: 0 for state in Health})
    assert [part.width[0] for part in figure.data[:-1]] == [0] * len(Health)
    assert set(figure.data[-1].text) == {""}


def test_areas_are_as_large_as_their_amounts() -> None:
    found = charts.areas_of(PLAN, PLAN["fulfillable_quantity"])

    figure = charts.areas(found, "Units")

    sizes = {bars.name: bars.width[0] * bars.y[0] for bars in figure.data}
    whole = sum(sizes.values())
    assert [sizes["Low"] / whole, sizes["Healthy"] / whole] == pytest.approx([0.75, 0.25])
    assert [list(bars.text) for bars in figure.data] == [["A<br>30"], ["B<br>10"]]


def test_small_areas_are_one_with_others_that_stand_so() -> None:
    """Of 1,005 units 2 % are 20: three SKUs with less are an area each state, one of them alone."""
    plan = pd.DataFrame(
        {
            "seller_sku": ["A", "B", "C", "D"],
            "product_name": ["Mug", "Cup", None, "Jug"],
            "health": [state.value for state in (Health.FINE, Health.LOW, Health.LOW, Health.FINE)],
        }
    )

    found = charts.areas_of(plan, pd.Series([990, 7, 5, 3]))

    told = [(area.name, area.state.value, area.amount, area.count) for area in found]
    assert told == [
        ("A", "Healthy", 990, 1),
        ("2 SKUs", "Low", 12, 2),
        ("D", "Healthy", 3, 1),
    ]


def test_areas_of_a_large_shop_add_up_to_all_its_units() -> None:
    states = list(Health)
    plan = pd.DataFrame(
        {
            "seller_sku": [f"S{n}" for n in range(2000)],
            "product_name": "Mug",
            "health": [states[n % 4].value for n in range(2000)],
        }
    )

    found = charts.areas_of(plan, pd.Series(range(2000)))

    assert sum(area.amount for area in found) == sum(range(2000))
    assert [area.count for area in found] == [500, 500, 500, 499]


def test_names_beside_lines_never_stand_on_each_other() -> None:
    figure = charts.history(
        {
            name: pd.DataFrame({"day": DAYS["day"], "fulfillable_quantity": [100, 50]})
            for name in ("A", "B", "<b>C</b> with a very long name")
        }
    )

    names = figure.layout.annotations
    places = sorted(note.y for note in names)
    assert min(b - a for a, b in pairwise(places)) >= 8
    assert names[2].text.endswith("&lt;b&gt;C&lt;/b&gt; with a…")
    assert len({trace.line.dash for trace in figure.data}) == 3


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


def test_a_lead_time_behind_what_is_foreseen_has_no_line() -> None:
    ahead = pd.DataFrame(
        {"day": pd.to_datetime(["2026-03-03"], utc=True), "low": [1], "middle": [2], "high": [3]}
    )
    lines = [
        len(charts.projection(ahead, 4, datetime(2026, 3, 2), lead).layout.shapes)  # noqa: DTZ001
        for lead in (1, 2)
    ]
    assert lines == [1, 0]


def test_a_waterfall_ends_with_a_total() -> None:
    steps = pd.DataFrame({"step": ["1 Mar", "Sold", "2 Mar"], "units": [10, -3, 7]})

    (fall,) = charts.waterfall(steps).data

    assert list(fall.measure) == ["absolute", "relative", "total"]
    assert list(fall.text) == ["10", "-3", "7"]
