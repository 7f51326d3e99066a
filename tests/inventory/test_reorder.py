"""When to order and how many, against a shelf that is followed day by day."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mcf.inventory import forecast, reorder
from mcf.inventory.demand import Common, Course, Levels, Numbers
from mcf.inventory.outlook import Misses, Outlook
from mcf.inventory.planning import NOTHING_STANDS
from tests.inventory.test_planning import few, numbers, stock

TODAY = date(2026, 3, 2)
WEEK = np.array([1, 0.8, 0.8, 1, 1.1, 1.5, 0.8])
arriving = st.dictionaries(st.integers(1, 60), st.integers(1, 300), max_size=4)


def ahead(a_day: float) -> Outlook:
    levels = Levels(numbers(a_day), numbers(1), numbers(0.01), numbers(90))
    return Outlook(levels, Course(Common(WEEK, 1.002), TODAY), Misses())


def coming(units: dict[int, int]) -> dict[int, Numbers]:
    return {day: numbers(some) for day, some in sorted(units.items())}


def shelf(units: float, sells: Outlook, arrives: dict[int, int], days: int) -> list[float]:
    """What is left at the end of each day, from the day before today on."""
    left = [units]
    for day, some in enumerate(sells.course.a_day(days) * sells.levels.level[0], start=1):
        units += arrives.get(day, 0)
        units = max(0.0, units - some) if units > 0 else units
        left.append(units)
    return left


@few
@given(st.integers(-30, 400), st.floats(0.01, 20), arriving, st.integers(0, 90))
def test_what_is_left_on_a_day_is_what_the_shelf_has(
    units: int, a_day: float, arrives: dict[int, int], day: int
) -> None:
    sells = ahead(a_day)
    found = reorder.left_at(numbers(day), numbers(units), sells, coming(arrives))
    assert found[0] == pytest.approx(shelf(units, sells, arrives, 90)[day], abs=1e-6)


@few
@given(st.integers(0, 400), st.floats(0.01, 20), arriving)
def test_the_projection_that_is_drawn_is_the_shelf_that_is_reckoned_with(
    units: int, a_day: float, arrives: dict[int, int]
) -> None:
    sells = ahead(a_day)
    expected = forecast.of_one(sells, 90)
    assert expected is not None
    some = {day: float(more) for day, more in arrives.items()}
    drawn = forecast.projection(units, some, expected, TODAY)["middle"].tolist()
    assert drawn == pytest.approx(shelf(units, sells, arrives, 90)[1:], abs=1e-6)


def rule(lead: int, lasts: int, case: int = 1, least: int = 0) -> dict[str, Numbers]:
    names = ("lead_time_days", "order_days", "case_pack", "minimum_units", "elsewhere_units")
    return {name: numbers(n) for name, n in zip(names, (lead, lasts, case, least, 0), strict=True)}


def order(
    units: float, sells: Outlook, arrives: dict[int, int], lead: int, lasts: int
) -> tuple[float, float]:
    found = reorder.reorder(numbers(units), sells, coming(arrives), rule(lead, lasts), numbers(5))
    return float(found.until[0]), float(found.quantity[0])


@few
@given(st.integers(-30, 400), st.floats(0.05, 20), arriving, st.integers(0, 60), st.integers(1, 60))
def test_an_order_leaves_the_safety_stock_when_it_is_used_up(
    units: int, a_day: float, arrives: dict[int, int], lead: int, lasts: int
) -> None:
    sells = ahead(a_day)
    until, quantity = order(units, sells, arrives, lead, lasts)
    assume(until <= 700)
    at = int(until) + lead
    with_it = shelf(units, sells, arrives, at)[-1] + quantity
    later = {day - at: some for day, some in arrives.items() if day > at}
    total = with_it + sum(some for day, some in later.items() if day <= lasts)
    sold = float(sells.between(numbers(at), numbers(at + lasts))[0])
    assert 5 - 1e-6 <= total - sold < 6 + 1e-6


@few
@given(st.integers(0, 400), st.floats(0.05, 20), arriving, st.integers(0, 60))
def test_until_an_order_is_due_the_safety_stock_is_there_when_it_comes(
    units: int, a_day: float, arrives: dict[int, int], lead: int
) -> None:
    """Or what is on its way makes up for it within the days that the order would last."""
    sells = ahead(a_day)
    until, _ = order(units, sells, arrives, lead, 30)
    days = shelf(units, sells, arrives, lead + 730)
    last = lead + int(until) if until < 700 else lead
    short = [day for day in range(lead, last) if days[day] < 5 - 1e-6]
    soon = [any(day < at <= day + 31 for at in arrives) for day in short]
    assert all(soon)


def test_more_stock_or_more_on_its_way_never_orders_more() -> None:
    sells = ahead(2)
    bare = order(0, sells, {}, 30, 30)
    assert order(20, sells, {}, 30, 30)[1] <= bare[1]
    assert order(0, sells, {14: 50}, 30, 30)[1] <= bare[1]


def test_the_numbers_of_an_order_add_up_to_what_it_brings() -> None:
    sells = ahead(2)
    found = reorder.reorder(numbers(10), sells, coming({14: 20}), rule(30, 30), numbers(5))
    total = found.need - found.lost + 5 - 10 - found.coming
    assert found.quantity[0] == math.ceil(total[0] - 1e-6)
    assert (found.days[0], found.coming[0]) == (60, 20)


def test_nothing_is_ordered_of_what_is_not_sold_or_not_known() -> None:
    levels = Levels(numbers(0, math.nan), *(numbers(n, n) for n in (1, 0, 90)))
    sells = Outlook(levels, Course(Common(WEEK), TODAY), Misses())
    two = {name: np.repeat(n, 2) for name, n in rule(30, 30).items()}
    found = reorder.reorder(numbers(-5, 5), sells, {}, two, numbers(0, math.nan))
    assert np.isnan([found.until, found.quantity]).all()


def test_what_is_on_its_way_comes_by_its_place() -> None:
    places = {name: n for n, name in enumerate(reorder.ARRIVES_IN, start=1)}
    frame = stock(places)
    found = reorder.coming(frame, frame.iloc[:0].assign(place=[], units=[], days=[]))
    assert {day: units.tolist() for day, units in found.items()} == {
        2: [1], 3: [2], 5: [3], 14: [4], 21: [5],
    }  # fmt: skip


def test_a_gap_is_each_day_without_stock_before_the_last_arrival() -> None:
    """10 at 1 a day, 5 more from the 16th day on and 9 from the 30th: 5 days and 9."""
    levels = Levels(numbers(1), numbers(1), numbers(0), numbers(90))
    sells = Outlook(levels, Course(Common(np.ones(7)), TODAY), Misses())
    found = reorder.gap(numbers(10), sells, coming({16: 5, 30: 9}))
    assert (found.begins[0], found.days[0], found.units[0]) == (10, 14, 14)


def test_what_is_ordered_of_suppliers_comes_beside_what_amazon_shows() -> None:
    shelf_of_three = stock({"inbound_shipped_quantity": 9}, {}, {})
    lines = pd.DataFrame(
        {"seller_sku": ["C", "A", "C", "GONE"], "units": [5, 7, 6, 99], "day": [14, 14, 14, 3]}
    )
    arrives = reorder.coming(shelf_of_three, NOTHING_STANDS, lines)
    assert {day: units.tolist() for day, units in arrives.items()} == {14: [16, 0, 11]}
