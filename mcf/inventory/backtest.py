"""What a shop's own past tells of forecasts: which half-life errs least, and how far. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from mcf.inventory import demand, forecast
from mcf.inventory.demand import HALF_LIFE, MONTH, WINDOW, Common, Levels, Numbers, Past, Truths
from mcf.inventory.outlook import HORIZONS, Misses

HALF_LIVES = (15.0, 30.0, 60.0, 120.0)
CUTS = (30, 50, 70, 90)
"""Days before the last week's end from which those since are told, as if they were ahead."""
LEARNS_FROM = WINDOW + CUTS[-1] + 2 * 6
"""Days of the past that are looked at; weeks that have begun make up to twice six more."""
_FEWEST = 28
"""Days that must be known before a cut."""
_IN_STOCK = 0.7
"""The part of the days ahead on which a SKU must be in stock, so that it can be judged."""
_CLEARLY = 0.98
"""The part of the usual half-life's error that another one may at most have to be chosen."""


@dataclass(frozen=True)
class Learned:
    """What a shop's SKUs tell together, and how well that foretold its own past."""

    common: Common
    misses: Misses


def learn(sold: Numbers, in_stock: Truths, today: date) -> Learned:
    """What the days before `today` tell: a line per SKU, a column per day, the last is yesterday.

    While too little is known for a test, the usual half-life holds, and errors of pure chance.
    """
    common = forecast.common(sold[:, -WINDOW:], in_stock[:, -WINDOW:], today)
    # The same days are tested for a week, so that what is learned doesn't waver from day to day.
    cuts = [cut + demand.days_into_week(today) for cut in CUTS]
    tests = [_Test.of(sold, in_stock, today, cut) for cut in cuts if sold.shape[1] - cut >= _FEWEST]
    best = _best_half_life(tests)
    errors = {horizon: _errors(tests, horizon, best) for horizon in HORIZONS}
    return Learned(replace(common, half_life=best), Misses(errors))


def _best_half_life(tests: Sequence[_Test]) -> float:
    errors = {half_life: sum(test.error(half_life) for test in tests) for half_life in HALF_LIVES}
    best = min(errors, key=lambda half_life: errors[half_life])
    return best if errors[best] < _CLEARLY * errors[HALF_LIFE] else HALF_LIFE


def _errors(tests: Sequence[_Test], horizon: int, half_life: float) -> Numbers:
    judged = [test.misses(horizon, half_life) for test in tests if test.ahead.shape[1] >= horizon]
    return np.concatenate([np.empty(0), *judged])


@dataclass(frozen=True)
class _Test:
    """What was known on a day in the past, and what came then."""

    past: Past
    common: Common
    today: date
    ahead: Numbers
    in_stock: Truths

    @classmethod
    def of(cls, sold: Numbers, in_stock: Truths, today: date, cut: int) -> _Test:
        end, then = sold.shape[1] - cut, today - timedelta(days=cut)
        known = slice(max(0, end - WINDOW - 6), end)
        before, there = sold[:, known], in_stock[:, known]
        common = forecast.common(before[:, -WINDOW:], there[:, -WINDOW:], then)
        there = there & ~demand.one_off_days(before, there, common, then)
        past = demand.by_weeks(before, there, then)
        return cls(past, common, then, sold[:, end:], in_stock[:, end:])

    def error(self, half_life: float) -> float:
        """Units by which the sums of a month were wrong."""
        levels, course, sold, judged = self._told(MONTH, half_life)
        return float(np.abs(levels.level * course - sold)[judged].sum())

    def misses(self, horizon: int, half_life: float) -> Numbers:
        """By how many deviations each SKU's sum was above what was told."""
        levels, course, sold, judged = self._told(horizon, half_life)
        judged &= levels.level > 0
        deviation = np.where(judged, levels.deviation(course), 1.0)
        return np.asarray(((sold - levels.level * course) / deviation)[judged])

    def _told(self, horizon: int, half_life: float) -> tuple[Levels, Numbers, Numbers, Truths]:
        """Levels, what an average unit sold on the days in stock, what was sold, who is judged."""
        common = replace(self.common, half_life=half_life)
        levels = demand.levels(self.past, common, self.today)
        there = self.in_stock[:, :horizon]
        course = there @ common.shape(np.arange(1.0, horizon + 1), self.today)
        sold = np.where(there, self.ahead[:, :horizon], 0.0).sum(axis=1)
        judged = (there.mean(axis=1) >= _IN_STOCK) & ~np.isnan(levels.level)
        return levels, course, sold, judged
