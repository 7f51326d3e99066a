"""What SKUs sell ahead: levels, course, what a seller expects, how far forecasts err; safety stock
from these. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from mcf.inventory.demand import MONTH, Course, Levels, Numbers, Truths

Lines = npt.NDArray[np.int64]

HORIZONS = (14, 30, 60)
"""Days ahead for which it's told how far a forecast errs; for others something between."""
_FAR = 1e7
"""Days beyond which nothing is told."""
_NORMAL = 40
"""Errors as chance would have them that count beside those of the shop."""


@dataclass(frozen=True)
class Misses:
    """By how many standard deviations what came lay above what was told, by days ahead."""

    errors: Mapping[int, Numbers] = field(default_factory=dict)

    def at(self, share: float, days: Numbers) -> Numbers:
        """Deviations above the middle under which such a share of outcomes lies, so far ahead."""
        told = [self._quantile(share, horizon) for horizon in HORIZONS]
        return np.asarray(np.interp(days, HORIZONS, told))

    def _quantile(self, share: float, horizon: int) -> float:
        errors = self.errors.get(horizon, np.empty(0))
        own = float(np.quantile(errors, share)) if len(errors) else 0.0
        chance = _NORMAL * NormalDist().inv_cdf(share)
        return (len(errors) * own + chance) / (len(errors) + _NORMAL)


@dataclass(frozen=True)
class Spans:
    """Days on which some SKUs sell otherwise than their level and the shop's course tell.

    A line for each of the SKUs at `lines`, a column for each span, one after the other from today
    on: until so many days are over (`ends`, the last never), `factor` times what is usual, and
    `units` a day; one of both is 0.
    """

    lines: Lines
    ends: Numbers
    factor: Numbers
    units: Numbers

    @property
    def begins(self) -> Numbers:
        """After how many days each span begins."""
        return np.hstack([np.zeros((len(self.ends), 1)), self.ends[:, :-1]])

    def over(self) -> Numbers:
        """After how many days nothing is sold any more, of each line; infinite if that's never."""
        idle = (self.factor + self.units)[:, -1] == 0
        return np.where(idle, self.begins[:, -1], np.inf)

    def take(self, lines: Lines, of: int) -> Spans:
        """Those of some `of` so many lines of an outlook, which may be named repeatedly."""
        rows = np.full(of, -1)
        rows[self.lines] = np.arange(len(self.lines))
        rows = rows[lines]
        there = rows >= 0
        rows = rows[there]
        return Spans(np.flatnonzero(there), self.ends[rows], self.factor[rows], self.units[rows])


NO_SPANS = Spans(np.empty(0, dtype=np.int64), *np.empty((3, 0, 1)))


@dataclass(frozen=True)
class Outlook:
    """What SKUs sell ahead: their levels, the shop's course, and how far its forecasts err.

    `spans` are days of which a seller expects something else.
    """

    levels: Levels
    course: Course
    misses: Misses
    spans: Spans = NO_SPANS

    def take(self, lines: Lines) -> Outlook:
        """That of some SKUs, which may be named repeatedly."""
        told = self.levels
        some = (told.level[lines], told.dispersion[lines], told.doubt[lines], told.days[lines])
        spans = self.spans.take(lines, len(told.level))
        return Outlook(Levels(*some), self.course, self.misses, spans)

    @property
    def sells(self) -> Truths:
        """Whether anything of each SKU will be sold."""
        sells = np.array(self.levels.level > 0)
        sells[self.spans.lines] |= (self.spans.units > 0).any(axis=1)
        return sells

    @property
    def velocity(self) -> Numbers:
        """Units a day over the next month, of each SKU."""
        a_day = self.course.velocity(self.levels.level)
        month = np.full(len(self.spans.lines), float(MONTH))
        a_day[self.spans.lines] = self._expected(month) / MONTH
        return a_day

    def until(self, days: Numbers) -> Numbers:
        """Units that each SKU sells within so many days."""
        total = np.asarray(self.levels.level * self.course.until(days))
        total[self.spans.lines] = self._expected(days[self.spans.lines])
        return total

    def between(self, first: Numbers, last: Numbers) -> Numbers:
        """Units that each SKU sells after the first of these days up to the last."""
        return np.asarray(self.until(last) - self.until(first))

    def when(self, first: Numbers, units: Numbers) -> Numbers:
        """The days by which so many units are sold, counted from after the first.

        As late as that can be said: when nothing is sold for a time, the days before more is.
        """
        level = self.levels.level
        with np.errstate(divide="ignore", invalid="ignore"):
            average = np.where(units <= 0, 0.0, units / level)
        days = self.course.days(self.course.until(first) + average)
        lines = self.spans.lines
        sold = self._expected(first[lines]) + np.maximum(0.0, units[lines])
        days[lines] = self._days_of(sold)
        return days

    def deviation(self, units: Numbers) -> Numbers:
        """The standard deviation of sums that are expected to be so many units, of each SKU."""
        level = self.levels.level
        sure = np.where(level > 0, level, 1.0)
        doubt = np.where(level > 0, self.levels.doubt, 0.0)
        varies = np.where(level == 0, 1.0, self.levels.dispersion)
        return np.asarray(np.sqrt(varies * (units + units**2 * doubt / sure)))

    def begins(self) -> Numbers:
        """In how many days each SKU begins to sell: 0, but for those that a seller holds back."""
        days = np.zeros(len(self.levels.level))
        begin = self._days_of(np.zeros(len(self.spans.lines)))
        days[self.spans.lines] = np.where(np.isfinite(begin), begin, 0.0)
        return days

    def over(self) -> Numbers:
        """In how many days each SKU's sale ends; infinite if no end is expected."""
        days = np.full(len(self.levels.level), np.inf)
        days[self.spans.lines] = self.spans.over()
        return days

    def _expected(self, days: Numbers) -> Numbers:
        """Units that each line of the spans sells within so many days."""
        return np.asarray(self._of_each(np.minimum(days, _FAR)[:, None]).sum(axis=1))

    def _of_each(self, days: Numbers) -> Numbers:
        """Units that are sold within so many days in each span, a line each."""
        spans = self.spans
        begins = spans.begins
        ends = np.maximum(begins, np.minimum(days, spans.ends))
        level = self.levels.level[spans.lines][:, None]
        usual = level * (self.course.until(ends) - self.course.until(begins))
        return np.asarray(spans.factor * usual + spans.units * (ends - begins))

    def _days_of(self, sold: Numbers) -> Numbers:
        """The last days until which no more than so much is sold, of each line of the spans."""
        spans = self.spans
        totals = self._of_each(np.full((len(sold), 1), _FAR)).cumsum(axis=1)
        reached = totals <= (sold + 1e-9 * np.maximum(1.0, sold))[:, None]
        at = np.minimum(reached.sum(axis=1), spans.ends.shape[1] - 1)
        line = np.arange(len(sold))
        before = np.where(at > 0, totals[line, np.maximum(at - 1, 0)], 0.0)
        rest, begin = np.maximum(0.0, sold - before), spans.begins[line, at]
        pace = spans.factor[line, at] * self.levels.level[spans.lines]
        with np.errstate(divide="ignore", invalid="ignore"):
            usual = self.course.days(self.course.until(begin) + np.where(pace > 0, rest / pace, 0))
            days = np.where(pace > 0, usual, begin + rest / spans.units[line, at])
        never = np.where(np.isnan(sold), np.nan, np.inf)
        return np.where(reached.all(axis=1) | np.isnan(sold), never, days)

    def safety(self, rule: Mapping[str, Numbers]) -> Numbers:
        """Units that should be left when an order arrives.

        For fixed `safety_days` what is sold in them. Else so many that in `service_level` of a
        hundred lead times stock doesn't run out: whole units. None where the next order lasts to
        the end of sale: what is left then wouldn't be sold.
        """
        lead, fixed = rule["lead_time_days"], rule["safety_days"]
        begins = self.begins()
        spread = self.deviation(self.between(begins, begins + lead))
        late = self.velocity * rule["lead_spread_days"]
        far = np.zeros(len(lead))
        for percent in np.unique(rule["service_level"]):
            far = np.where(
                rule["service_level"] == percent, self.misses.at(percent / 100, lead), far
            )
        by_service = np.ceil(np.round(np.maximum(0.0, far) * np.hypot(spread, late), 6))
        then = np.maximum(lead, begins)
        by_days = self.between(then, then + np.nan_to_num(fixed))
        units = np.where(np.isnan(fixed), by_service, by_days)
        if not len(self.spans.lines):
            return units
        return np.where(self.over() <= lead + rule["order_days"], 0.0, units)
