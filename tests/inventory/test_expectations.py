"""What a seller expects of sales, with numbers worked by hand, and what holds for any."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.errors import InvalidInput
from mcf.inventory import expectations, forecast, planning
from mcf.inventory.demand import Levels, Numbers, even_course
from mcf.inventory.expectations import Expectation, Way, expected, holding, overlaps
from mcf.inventory.history import date_of
from mcf.inventory.outlook import Misses, Outlook
from mcf.inventory.planning import Rules
from tests.examples import many
from tests.inventory.test_planning import NO_RULES, sells, stock

DAY = 20_514
"""Monday, 2 March 2026."""
SAID = datetime(2026, 3, 1, 8, tzinfo=UTC)
few = settings(max_examples=many(40))


def say(way: Way, first: int, last: int, amount: float | None = None, **more: Any) -> Expectation:
    """Of the days so many after today; 0 is today."""
    usual: dict[str, Any] = {"skus": ("A",), "tag": "", "reason": "Spring", "said_by": "Ann",
                             "said_at": SAID, "expectation_id": f"{way}{first}{last}"}  # fmt: skip
    return Expectation(first=DAY + first, last=DAY + last, way=way, amount=amount, **usual | more)


def end(last: int, **more: Any) -> Expectation:
    return say(Way.END, last, last, **more)


def outlook(said: list[Expectation], *level: float, names: str = "A") -> Outlook:
    """What SKUs A, B, ... sell that vary as chance does, of levels that are sure."""
    own = level or (2.0,)
    index = pd.Index(list(names))
    levels = Levels(np.array(own), np.ones(len(own)), np.zeros(len(own)), np.full(len(own), 90.0))
    ahead = Outlook(levels, even_course(date_of(DAY)), Misses())
    skus = {one.expectation_id: list(one.skus) for one in said}
    found = expected(said, skus, index, np.array(own), DAY)
    return ahead if found is None else found.applied(index, ahead)


def day(*days: float) -> Numbers:
    return np.array(days, dtype=float)


def until(ahead: Outlook, *days: float) -> list[float]:
    """What the one SKU sells within so many days."""
    return [float(ahead.until(day(n))[0]) for n in days]


def plan(said: list[Expectation], units: int, rules: Rules, a_day: float = 2.0) -> dict[str, Any]:
    index, sold = pd.Index(["A"]), sells(a_day)
    skus = {one.expectation_id: list(one.skus) for one in said}
    found = expected(said, skus, index, sold["level"].to_numpy(float), DAY)
    there = stock({"fulfillable_quantity": units})
    told = planning.plan(there, sold, NO_RULES, date_of(DAY), rules, expected=found)
    row: dict[str, Any] = told.iloc[0].to_dict()
    return row


def test_a_promotion_sells_so_many_times_the_usual_on_its_days() -> None:
    ahead = outlook([say(Way.FACTOR, 10, 19, 2.5)])
    # 2 a day for 10 days, 5 a day for 10 days, 2 a day again
    assert until(ahead, 10, 15, 20, 30) == pytest.approx([20, 45, 70, 90])
    assert ahead.velocity.tolist() == pytest.approx([3.0])  # 90 / 30
    assert ahead.when(day(0), day(45)).tolist() == pytest.approx([15])
    assert ahead.when(day(5), day(60)).tolist() == pytest.approx([20])  # 10 + 50 of 5 a day


def test_units_a_day_stand_in_place_of_the_usual() -> None:
    ahead = outlook([say(Way.A_DAY, 0, 4, 7)])
    assert until(ahead, 1, 5, 10) == pytest.approx([7, 35, 45])
    assert outlook([say(Way.A_DAY, 0, 4, 0)]).begins().tolist() == [5]


def test_a_total_is_the_same_part_each_day_also_when_some_are_over() -> None:
    ahead = outlook([say(Way.TOTAL, -2, 1, 100)])
    assert until(ahead, 1, 2, 3) == pytest.approx([25, 50, 52])


def test_nothing_is_sold_after_the_end_of_sale() -> None:
    ahead = outlook([end(9)])  # today and nine more days
    assert until(ahead, 9, 10, 400) == pytest.approx([18, 20, 20])
    assert ahead.when(day(0), day(19)).tolist() == pytest.approx([9.5])
    assert ahead.when(day(0), day(20)).tolist() == [math.inf]
    assert ahead.over().tolist() == [10]
    assert until(outlook([end(-1)]), 100) == [0]


def test_units_of_a_group_are_shared_out_by_what_its_skus_sell() -> None:
    both = say(Way.TOTAL, 0, 0, 100, skus=("A", "B"))
    assert outlook([both], 1.0, 3.0, names="AB").until(day(1, 1)).tolist() == pytest.approx(
        [25, 75]
    )
    assert outlook([both], 0.0, 0.0, names="AB").until(day(1, 1)).tolist() == pytest.approx(
        [50, 50]
    )
    # a SKU of which nothing is known counts as the mean of the others
    known = outlook([both], 3.0, math.nan, names="AB")
    assert known.until(day(1, 1)).tolist() == pytest.approx([50, 50])


def test_a_factor_holds_for_each_sku_of_a_group_and_for_no_other() -> None:
    ahead = outlook([say(Way.FACTOR, 0, 9, 2, skus=("A", "C"))], 1.0, 5.0, 3.0, names="ABC")
    assert ahead.until(day(10, 10, 10)).tolist() == pytest.approx([20, 50, 60])
    some = ahead.take(np.array([2, 1, 2]))
    assert some.until(day(10, 10, 1)).tolist() == pytest.approx([60, 50, 6])


def test_what_was_said_last_holds_and_an_end_of_sale_before_all() -> None:
    first = say(Way.FACTOR, 0, 9, 3)
    later = say(Way.A_DAY, 5, 14, 1, said_at=SAID + timedelta(hours=1))
    assert until(outlook([later, first]), 5, 10, 15, 16) == pytest.approx([30, 35, 40, 42])
    over = end(7, said_at=SAID - timedelta(days=9))
    assert until(outlook([later, first, over]), 5, 8, 100) == pytest.approx([30, 33, 33])
    assert holding([first, later, over], DAY + 5) == 1
    assert holding([first, later, over], DAY + 8) == 2
    assert holding([first], DAY + 20) is None


def test_overlaps_name_what_holds_instead_and_when() -> None:
    first, other = say(Way.FACTOR, 0, 9, 3), say(Way.FACTOR, 0, 9, 3, skus=("B",))
    later = say(Way.A_DAY, 5, 14, 1, said_at=SAID + timedelta(hours=1))
    over = end(7)
    said = [first, later, over, replace(other, expectation_id="other")]
    skus = {one.expectation_id: list(one.skus) for one in said}
    told = [(one.instead, one.first - DAY, one.last - DAY) for one in overlaps(first, said, skus)]
    assert told == [(later, 5, 9), (over, 8, 9)]
    assert overlaps(over, said, skus) == []


def test_a_new_sku_sells_what_is_expected_and_goes_on_like_that() -> None:
    ahead = outlook([say(Way.A_DAY, 20, 29, 5)], math.nan)
    assert until(ahead, 20, 30, 40) == pytest.approx([0, 50, 100])
    assert ahead.velocity.tolist() == pytest.approx([50 / 30])
    assert ahead.begins().tolist() == [20]
    assert ahead.levels.days.tolist() == [0]


def test_many_times_what_is_not_known_is_not_known() -> None:
    assert np.isnan(outlook([say(Way.FACTOR, 0, 9, 2)], math.nan).until(day(5))).all()
    assert np.isnan(outlook([end(9)], math.nan).when(day(0), day(5))).all()


def test_chance_varies_with_what_is_expected() -> None:
    ahead = outlook([say(Way.FACTOR, 0, 9, 2.5)])
    assert ahead.deviation(ahead.until(day(10))).tolist() == pytest.approx([math.sqrt(50)])


def test_a_promotion_is_ordered_for() -> None:
    rules = Rules(lead_time_days=10, order_days=20, safety_days=0)
    usual, more = plan([], 20, rules), plan([say(Way.FACTOR, 10, 19, 2.5)], 20, rules)
    # 20 here last for 10 days; then 20 days at 2 a day, or 10 at 5 and 10 at 2
    assert (usual["reorder_quantity"], more["reorder_quantity"]) == (40, 70)
    assert usual["days_of_cover"] == more["days_of_cover"] == 10
    assert more["velocity"] == pytest.approx(3)
    assert planning.reckoning(more) == "3.00 a day x 30 days - 20 here = 70"


def test_no_order_arrives_after_the_end_of_sale_nor_lasts_beyond_it() -> None:
    late = plan([end(9)], 0, Rules(lead_time_days=10))
    assert math.isnan(late["reorder_quantity"])
    assert late["reorder_date"] is pd.NaT
    # days 6 to 10 at 2 a day, without safety stock that would be left over
    soon = plan([end(9)], 0, Rules(lead_time_days=5))
    assert (soon["reorder_quantity"], soon["safety_units"]) == (10, 0)
    assert plan([end(9)], 20, Rules(lead_time_days=5))["days_of_cover"] == math.inf


def test_a_launch_is_ordered_before_it_begins() -> None:
    rules = Rules(lead_time_days=10, order_days=30, safety_days=0)
    row = plan([say(Way.A_DAY, 20, 29, 5)], 0, rules, a_day=math.nan)
    assert row["reorder_date"] == pd.Timestamp(date_of(DAY + 10), tz="UTC")
    assert row["reorder_quantity"] == 150
    assert row["days_of_cover"] == 0


def test_the_projection_falls_by_what_is_expected() -> None:
    told = forecast.of_one(outlook([say(Way.A_DAY, 1, 2, 10), end(3)]), 6)
    assert told is not None
    assert told.a_day.tolist() == pytest.approx([2, 10, 10, 2, 0, 0])
    assert (np.diff(told.high) >= 0).all()


spans = st.lists(
    st.tuples(
        st.sampled_from([Way.FACTOR, Way.A_DAY, Way.TOTAL, Way.END]),
        st.integers(-20, 90), st.integers(0, 40), st.floats(0, 30), st.integers(0, 3),
    ), max_size=5,
)  # fmt: skip


@few
@given(spans, st.floats(0.05, 20), st.floats(0, 2000), st.integers(0, 60))
def test_units_are_sold_when_they_are_told_to_be(
    parts: list[tuple[Way, int, int, float, int]], level: float, units: float, first: int
) -> None:
    """By days: what each one sells adds up, and `when` is where the sum has come to."""
    said = [
        say(way, begin, begin + lasts, amount, expectation_id=str(number),
            said_at=SAID + timedelta(hours=later))
        for number, (way, begin, lasts, amount, later) in enumerate(parts)
    ]  # fmt: skip
    ahead = outlook(said, level)
    by_days = [_on(said, DAY + number, level) for number in range(200)]
    assert until(ahead, 200) == pytest.approx([sum(by_days)], rel=1e-6, abs=1e-6)
    found = float(ahead.when(day(first), day(units))[0])
    within = min(found, 1e6)
    sold = float(ahead.between(day(first), day(within))[0])
    assert sold == pytest.approx(units, rel=1e-6, abs=1e-6) or (
        math.isinf(found) and sold <= units + 1e-6
    )


def _on(said: list[Expectation], at: int, level: float) -> float:
    holds = holding(said, at)
    if holds is None:
        return level
    one = said[holds]
    return level * (one.amount or 0) if one.way is Way.FACTOR else one.a_day


@pytest.mark.parametrize(
    ("said", "typed", "wrong"),
    [
        (say(Way.FACTOR, 5, 4), "2", {"last day": "lies before the first day"}),
        (say(Way.FACTOR, 0, 4), "0", {"amount": "choose the end of sale"}),
        (say(Way.FACTOR, 0, 4), "-2", {"amount": "isn't an amount"}),
        (say(Way.FACTOR, 0, 4), "1e9", {"amount": "isn't an amount"}),
        (say(Way.FACTOR, 0, 4), "1000000000", {"amount": "is more than 100"}),
        (say(Way.A_DAY, 0, 4), "1000000000", {"amount": "is more than 1,000,000"}),
        (say(Way.A_DAY, 0, 4), "many", {"amount": "isn't an amount"}),
        (say(Way.TOTAL, 0, 4), " ", {"amount": "is empty"}),
        (say(Way.TOTAL, 0, 4), "nan", {"amount": "isn't an amount"}),
        (say(Way.FACTOR, 0, 2000), "2", {"last day": "three years"}),
        (say(Way.FACTOR, 9000, 9001), "2", {"first day": "ten years"}),
        (say(Way.FACTOR, 0, 4, reason="  "), "2", {"reason": "say why"}),
        (say(Way.FACTOR, 0, 4, reason="x" * 300), "2", {"reason": "200 letters"}),
        (say(Way.FACTOR, 0, 4, skus=()), "2", {"SKUs": "name some, or a tag"}),
        (say(Way.ONE_OFF, -3, 0), "", {"last day": "isn't over yet"}),
    ],
)
def test_bad_input_says_what_to_do(said: Expectation, typed: str, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        expectations.checked(said, typed, DAY)
    ((name, words),) = wrong.items()
    assert list(refused.value.problems) == [name]
    assert words in refused.value.problems[name]


@pytest.mark.parametrize(
    ("typed", "amount"), [("2.5", 2.5), ("2,5", 2.5), ("x 3", 3.0), ("X2", 2.0), ("1.234", 1.234)]
)
def test_a_factor_is_read_as_people_write_it(typed: str, amount: float) -> None:
    assert expectations.checked(say(Way.FACTOR, 0, 4), typed, DAY).amount == amount


def test_an_end_of_sale_and_unusual_days_have_no_amount() -> None:
    over = expectations.checked(say(Way.END, 99, 4), "7", DAY)
    assert (over.first, over.last, over.amount) == (DAY + 4, DAY + 4, None)
    assert expectations.checked(say(Way.ONE_OFF, -3, -3), "", DAY).amount is None


def test_a_tag_stands_for_the_skus_that_have_it() -> None:
    tags = pd.Series({"A": "spring, Gifts", "B": "gifts", "C": "", "D": math.nan}, dtype="str")
    said = [say(Way.FACTOR, 0, 1, 2, skus=(), tag="gifts "), say(Way.FACTOR, 0, 2, 2)]
    found = expectations.members(said, tags)
    assert found == {said[0].expectation_id: ["A", "B"], said[1].expectation_id: ["A"]}


def test_named_days_of_the_past_are_not_learnt_from() -> None:
    said = [
        say(Way.FACTOR, -5, -4, 2),
        say(Way.A_DAY, -2, 3, 9),
        say(Way.ONE_OFF, -9, -9),
        end(-3),
        say(Way.A_DAY, -30, -20, 5, learns=True),
    ]
    skus = {one.expectation_id: ["A"] for one in said}
    days = expectations.named(said, skus, DAY)
    assert days == {"A": {DAY - 9, DAY - 5, DAY - 4, DAY - 2, DAY - 1}}
