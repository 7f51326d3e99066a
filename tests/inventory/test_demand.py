"""The one demand, with numbers worked by hand, and what holds for any."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.inventory import demand
from mcf.inventory.demand import Common, Course, Levels, Numbers, Past
from tests.inventory.test_planning import few

TODAY = date(2026, 3, 2)
"""A Monday, and the fourth day of a week as the store counts them."""
EVEN = Common(np.ones(7))
SATURDAYS = Common(np.array([1, 1, 1, 1, 1, 2, 0.0]))


def days_of(*units: float) -> Past:
    """The past of a SKU that was in stock on each day until yesterday, each known by itself."""
    ago = np.arange(float(len(units)), 0, -1)
    return Past(ago, np.ones(len(units)), np.array([units]), np.ones((1, len(units))))


def level(past: Past, common: Common = EVEN) -> float:
    return float(demand.levels(past, common, TODAY).level[0])


def test_a_course_adds_up_the_days_from_today_on() -> None:
    """Monday to Friday 1 each, Saturday 2, Sunday nothing; half of Saturday is 1."""
    course = Course(SATURDAYS, TODAY)
    assert course.until(np.array([0, 1, 5, 5.5, 6, 7, 14.0])).tolist() == [0, 1, 5, 6, 7, 7, 14]
    assert course.a_day(7).tolist() == [1, 1, 1, 1, 1, 2, 0]


def test_a_velocity_is_the_mean_of_a_month_ahead() -> None:
    """From Monday 2 March 30 days: four weeks and two days."""
    assert Course(SATURDAYS, TODAY).velocity(np.array([3.0])).tolist() == [3.0]
    saturday = TODAY + timedelta(days=5)
    assert Course(SATURDAYS, saturday).month == pytest.approx((28 + 2) / 30)


def test_a_trend_is_followed_for_a_month_and_stays_then() -> None:
    a_day = Course(Common(np.ones(7), drift=1.01), TODAY).a_day(40)
    assert a_day[[0, 29, 30, 39]] == pytest.approx([1.01, 1.01**30, 1.01**30, 1.01**30])


@few
@given(
    st.lists(st.floats(0.1, 3), min_size=7, max_size=7),
    st.floats(0.98, 1.02),
    st.floats(0, 20_000),
)
def test_in_how_many_days_so_much_is_sold_is_the_inverse(
    profile: list[float], drift: float, units: float
) -> None:
    course = Course(Common(np.array(profile) / np.mean(profile), drift), TODAY)
    found = course.until(course.days(np.array([units])))
    assert found[0] == pytest.approx(units, abs=1e-6)


def test_what_is_never_sold_takes_for_ever_and_what_is_unknown_stays_so() -> None:
    found = Course(EVEN, TODAY).days(np.array([math.inf, math.nan, 10_000.0]))
    assert found.tolist() == pytest.approx([math.inf, math.nan, 10_000.0], nan_ok=True)


def test_days_become_whole_weeks_and_the_days_after_them() -> None:
    """Monday 2 March is day 20,514, four days into a week that began on Thursday."""
    sold = np.arange(1.0, 19)[None]
    there = np.ones((1, 18), dtype=bool)
    there[0, 0] = there[0, 17] = False
    past = demand.by_weeks(sold, there, TODAY)
    assert past.ago.tolist() == [12, 5, 4, 3, 2, 1]
    assert past.length.tolist() == [7, 7, 1, 1, 1, 1]
    assert past.units[0].tolist() == [sum(range(2, 8)), sum(range(8, 15)), 15, 16, 17, 0]
    assert past.days[0].tolist() == [6, 7, 1, 1, 1, 0]


def test_a_week_counts_as_its_middle_day() -> None:
    """A week of 7 and, after it, a day of 4: its middle is 4 days before yesterday."""
    past = Past(np.array([2.0, 1.0]), np.array([7.0, 1.0]), np.array([[7, 4.0]]),
                np.array([[7, 1.0]]))  # fmt: skip
    weight = 0.5 ** (4 / 60)
    assert level(past) == pytest.approx((7 * weight + 4) / (7 * weight + 1))


def test_of_the_oldest_week_counts_what_lies_within_thirteen_weeks() -> None:
    """A week whose last day was 88 days ago: four of its days are within 91, so it weighs 4 / 7."""
    past = Past(np.array([88.0, 1.0]), np.array([7.0, 1.0]), np.array([[70, 1.0]]),
                np.array([[7, 1.0]]))  # fmt: skip
    weight = 4 / 7 * 0.5 ** (90 / 60)
    assert level(past) == pytest.approx((70 * weight + 1) / (7 * weight + 1))


def test_a_half_life_of_fifteen_days_forgets_faster() -> None:
    units = [1.0] * 15 + [3.0] * 15
    fast = level(days_of(*units), Common(np.ones(7), half_life=15.0))
    assert fast == pytest.approx((0.5 * 1 + 3) / 1.5)
    assert fast > level(days_of(*units)) > 2


def test_what_sold_nothing_for_four_weeks_in_stock_sells_nothing() -> None:
    alike = Common(np.ones(7), peers=(0.5, 7.0))
    assert level(days_of(*[0.0] * 28), alike) == 0
    assert level(days_of(*[0.0] * 27), alike) > 0


def test_fewer_than_seven_days_tell_nothing() -> None:
    found = demand.levels(days_of(*[2.0] * 6), EVEN, TODAY)
    told = [found.level[0], found.dispersion[0], found.doubt[0]]
    assert [math.isnan(one) for one in told] == [True] * 3
    assert found.days.tolist() == [6]


def test_a_deviation_has_chance_in_sales_and_in_the_level() -> None:
    """2 a day that vary twice as much as chance, a doubt of 0.05: 2 x 2 x (10 + 100 x 0.05)."""
    levels = Levels(*(np.array([n]) for n in (2.0, 2.0, 0.05, 60.0)))
    assert levels.deviation(np.array([10.0])).tolist() == pytest.approx([math.sqrt(60)])


@few
@given(st.lists(st.integers(0, 9), min_size=105, max_size=105), st.integers(0, 6))
def test_a_day_later_the_velocity_is_nearly_the_same(units: list[int], weekday: int) -> None:
    """A new day weighs as one in eighty or more, and nothing that gets old falls off at once."""
    today = TODAY + timedelta(days=weekday)
    before, after = (
        float(demand.levels(_past(units[:some]), EVEN, day).level[0])
        for some, day in ((104, today), (105, today + timedelta(days=1)))
    )
    assert abs(after - before) <= 9 / 45


def _past(units: list[int]) -> Past:
    sold = np.array([units[-98:]], dtype=float)
    return demand.by_weeks(sold, np.ones(sold.shape, dtype=bool), TODAY)


def one_offs(units: list[float], there: Numbers | None = None) -> list[int]:
    in_stock = np.ones(len(units), dtype=bool) if there is None else there.astype(bool)
    found, _ = demand.one_off(np.array(units), in_stock, np.ones(len(units)))
    return np.flatnonzero(found).tolist()


USUAL = [3.0, 2, 4, 3, 3, 2, 4, 3, 5, 1] * 9


def with_days(*more: tuple[int, float]) -> list[float]:
    units = list(USUAL)
    for at, some in more:
        units[at] = some
    return units


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([(40, 200)], [40]),  # one great order
        ([(40, 12), (41, 14), (42, 11), (43, 13)], [40, 41, 42, 43]),  # four days of promotion
        ([(40, 14), (41, 2), (42, 15)], [40, 41, 42]),  # a weak day among them
        ([(20, 90), (70, 90)], [20, 70]),
        ([(20, 90), (50, 90), (70, 90)], []),  # what happens three times is usual
        ([(40, 9)], []),  # a good day
        ([(at, 12) for at in range(40, 48)], []),  # eight days are a new level
        ([(89, 200)], [89]),  # yesterday
    ],
)
def test_days_far_above_the_usual_are_one_off(
    days: list[tuple[int, float]], found: list[int]
) -> None:
    assert one_offs(with_days(*days)) == found


def test_what_sells_in_lots_has_no_one_off_days() -> None:
    lots = [24.0 if at % 20 == 0 else 0.0 for at in range(90)]
    assert one_offs(lots) == []


def test_what_hardly_sells_else_has_no_usual_day() -> None:
    assert one_offs([0.0] * 40 + [30.0] + [0.0] * 45 + [1.0] * 4) == []


def test_a_few_units_more_are_never_one_off() -> None:
    assert one_offs([0.0, 1.0] * 40 + [8.0]) == []


def test_days_out_of_stock_are_not_looked_at() -> None:
    there = np.ones(90)
    there[40] = 0
    assert one_offs(with_days((40, 200)), there) == []


def test_what_is_usual_is_told_without_the_one_off_days() -> None:
    units = np.array(with_days((40, 200)))
    _, usual = demand.one_off(units, np.ones(90, dtype=bool), np.tile([0.5, 1.5], 45))
    assert usual[:2].tolist() == pytest.approx([0.5 * 267 / 89.5, 1.5 * 267 / 89.5])


def test_one_off_days_are_found_among_many_skus() -> None:
    sold = np.array([USUAL, with_days((40, 200)), [0.0] * 90])
    found = demand.one_off_days(sold, np.ones(sold.shape, dtype=bool), EVEN, TODAY)
    assert np.argwhere(found).tolist() == [[1, 40]]


def test_a_past_without_days_has_no_suspects() -> None:
    assert demand.suspects(Past(np.empty(0), np.empty(0), *np.empty((2, 3, 0)))).tolist() == []
