"""How far forecasts err, and the safety stock that reaches its service level."""

from __future__ import annotations

from datetime import date
from statistics import NormalDist

import numpy as np
import pytest

from mcf.inventory.demand import Levels, Numbers, even_course
from mcf.inventory.outlook import Misses, Outlook

TODAY = date(2026, 3, 2)


def ahead(level: float, doubt: float = 0.0, misses: Misses | None = None) -> Outlook:
    levels = Levels(*(np.array([n]) for n in (level, 1.0, doubt, 90.0)))
    return Outlook(levels, even_course(TODAY), misses or Misses())


def rule(**more: float) -> dict[str, Numbers]:
    usual = {"lead_time_days": 30.0, "safety_days": np.nan, "service_level": 95.0,
             "lead_spread_days": 0.0}  # fmt: skip
    return {name: np.array([units]) for name, units in (usual | more).items()}


def test_without_a_past_errors_are_those_of_chance() -> None:
    told = Misses().at(0.9, np.array([1.0, 30.0, 300.0]))
    assert told.tolist() == pytest.approx([NormalDist().inv_cdf(0.9)] * 3)


def test_a_shops_own_errors_count_the_more_the_more_there_are() -> None:
    few, many = (Misses({30: np.full(count, 4.0)}) for count in (40, 4000))
    normal = NormalDist().inv_cdf(0.95)
    month = np.array([30.0])
    assert few.at(0.95, month)[0] == pytest.approx((4 + normal) / 2)
    assert many.at(0.95, month)[0] == pytest.approx(4, abs=0.05)


def test_between_two_horizons_lies_something_between() -> None:
    misses = Misses({14: np.full(10**6, 1.0), 30: np.full(10**6, 2.0), 60: np.full(10**6, 5.0)})
    told = misses.at(0.95, np.array([7, 14, 22, 30, 45, 90.0]))
    assert told.tolist() == pytest.approx([1, 1, 1.5, 2, 3.5, 5], abs=0.001)


def test_a_higher_service_level_takes_more() -> None:
    levels = [50, 80, 95, 99]
    safety = [float(ahead(2).safety(rule(service_level=percent))[0]) for percent in levels]
    assert safety == [0, 7, 13, 19]


def test_fixed_days_go_before_the_service_level() -> None:
    assert ahead(2).safety(rule(safety_days=7.0)).tolist() == [14]
    assert ahead(2).safety(rule(safety_days=0.0)).tolist() == [0]


def test_what_is_not_known_has_no_safety_stock() -> None:
    assert np.isnan(ahead(np.nan).safety(rule())).all()


def test_nothing_sold_needs_no_safety_stock() -> None:
    assert ahead(0).safety(rule()).tolist() == [0]
