"""What a shop's own past tells: the half-life that errs least, and how far forecasts err."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from mcf.inventory import backtest
from mcf.inventory.demand import Numbers
from mcf.inventory.outlook import HORIZONS

TODAY = date(2026, 3, 2)
DAYS = backtest.LEARNS_FROM


def learned(sold: Numbers) -> backtest.Learned:
    return backtest.learn(sold, np.ones(sold.shape, dtype=bool), TODAY)


def chance(mean: Numbers, skus: int = 60) -> Numbers:
    return np.random.default_rng(5).poisson(np.tile(mean, (skus, 1))).astype(float)


def test_a_steady_shop_keeps_its_memory() -> None:
    assert learned(chance(np.full(DAYS, 3.0))).common.half_life >= 60


def test_a_shop_whose_skus_change_forgets_fast() -> None:
    """Every SKU's sales change by themselves, so that there's no trend of all of them."""
    steps = np.random.default_rng(7).normal(0, 0.09, (60, DAYS)).cumsum(axis=1)
    sold = np.random.default_rng(8).poisson(8 * np.exp(np.clip(steps, -2, 2)))
    assert learned(sold.astype(float)).common.half_life <= 30


def test_errors_of_pure_chance_are_those_of_a_normal_kind() -> None:
    misses = learned(chance(np.full(DAYS, 3.0), 200)).misses
    assert [len(misses.errors[horizon]) for horizon in HORIZONS] == [800, 800, 400]
    assert misses.at(0.95, np.array([30.0]))[0] == pytest.approx(1.645, abs=0.3)


def test_errors_of_what_sells_in_bursts_are_greater() -> None:
    """Bursts of months, which a SKU's own weeks before them don't tell."""
    level = np.repeat(np.random.default_rng(3).choice([1.0, 8.0], (60, 11)), 17, axis=1)[:, :DAYS]
    sold = np.random.default_rng(4).poisson(level).astype(float)
    assert learned(sold).misses.at(0.95, np.array([30.0]))[0] > 2.5


@pytest.mark.parametrize("days", [0, 5, 57])
def test_a_young_shop_has_the_usual_half_life_and_no_errors(days: int) -> None:
    found = learned(np.ones((3, days)))
    assert found.common.half_life == 60
    assert [len(found.misses.errors[horizon]) for horizon in HORIZONS] == [0, 0, 0]


def test_skus_that_were_out_of_stock_for_long_are_not_judged() -> None:
    sold = chance(np.full(DAYS, 3.0), 12)
    there = np.ones(sold.shape, dtype=bool)
    there[:, -20:] = False
    found = backtest.learn(sold, there, TODAY)
    assert len(found.misses.errors[30]) == 3 * 12


def test_what_is_learned_of_errors_stays_the_same_for_a_week() -> None:
    """From Thursday to Wednesday, as the store counts weeks."""
    sold = chance(np.full(DAYS + 6, 3.0))
    thursday = date(2026, 2, 26)
    found = [
        backtest.learn(past, np.ones(past.shape, dtype=bool), thursday + timedelta(days=day))
        for day, past in ((0, sold[:, :DAYS]), (6, sold[:, 6:]))
    ]
    first, last = (one.misses.errors[30] for one in found)
    assert last == pytest.approx(first)
