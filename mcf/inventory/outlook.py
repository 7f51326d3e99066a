"""What SKUs sell ahead: levels, course, how far forecasts err; safety stock from these. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from mcf.inventory.demand import Course, Levels, Numbers

HORIZONS = (14, 30, 60)
"""Days ahead for which it's told how far a forecast errs; for others something between."""
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
class Outlook:
    """What SKUs sell ahead: their levels, the shop's course, and how far its forecasts err."""

    levels: Levels
    course: Course
    misses: Misses

    def until(self, days: Numbers) -> Numbers:
        """Units that each SKU sells within so many days."""
        return np.asarray(self.levels.level * self.course.until(days))

    def between(self, first: Numbers, last: Numbers) -> Numbers:
        """Units that each SKU sells after the first of these days up to the last."""
        return np.asarray(self.until(last) - self.until(first))

    def when(self, first: Numbers, units: Numbers) -> Numbers:
        """The days by which so many units are sold, counted from after the first."""
        level = self.levels.level
        with np.errstate(divide="ignore", invalid="ignore"):
            average = np.where(units <= 0, 0.0, units / level)
        return self.course.days(self.course.until(first) + average)

    def safety(self, rule: Mapping[str, Numbers]) -> Numbers:
        """Units that should be left when an order arrives.

        For fixed `safety_days` what is sold in them. Else so many that in `service_level` of a
        hundred lead times stock doesn't run out: whole units.
        """
        lead, fixed = rule["lead_time_days"], rule["safety_days"]
        spread = self.levels.deviation(self.course.until(lead))
        late = self.course.velocity(self.levels.level) * rule["lead_spread_days"]
        far = np.zeros(len(lead))
        for percent in np.unique(rule["service_level"]):
            far = np.where(
                rule["service_level"] == percent, self.misses.at(percent / 100, lead), far
            )
        by_service = np.ceil(np.round(np.maximum(0.0, far) * np.hypot(spread, late), 6))
        by_days = self.between(lead, lead + np.nan_to_num(fixed))
        return np.where(np.isnan(fixed), by_service, by_days)
