"""The one demand: what SKUs sell on an average day now, and so on every day ahead. Pure.

A SKU has a level of its own; weekdays, trend and half-life are those of the shop. So what is sold
up to a coming day is the level times one and the same curve: see `Course`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
WINDOW = 91
"""Days of the past on which a level rests: 13 weeks."""
ENOUGH = 7
"""Days in stock with known sales before a level is told; a whole week, as weekdays differ."""
SILENT = 28
"""Days in stock after which a SKU that sold nothing is taken to sell nothing."""
HALF_LIFE = 60.0
"""Days after which a day's sales weigh half as much, unless a shop's own past tells better."""
MONTH = 30
"""Days over whose mean a velocity is told, and for which a trend is followed."""
_EPOCH = date(1970, 1, 1)
_YEARS = 3650
"""Days for which a course is kept; beyond them it goes on evenly."""
_PRIOR = 4.0
"""Periods of pure chance that count beside a SKU's own when its dispersion is told."""
LONGEST = 7
"""Days after which what sells far more is no longer taken for a one-off, but for a new level."""
_MOST = 2
"""Times within the window that something can be a one-off; what happens more often is usual."""
_FAR = 6.0
"""Standard deviations above the usual, and `_TIMES` it, from which days are one-off."""
_TIMES = 3.0
_UNITS = 10.0
"""Units above the usual below which nothing is taken for a one-off."""
_OTHERS = 5
"""Other days with sales that a SKU needs before one of its days can be told to be unusual."""


@dataclass(frozen=True)
class Common:
    """What all SKUs of a shop tell about each.

    `profile` is how much more each weekday sells than an average one (Monday first), `drift` the
    factor by which sales grow from day to day, `peers` what is known of a SKU before its own sales
    are: units a day, and as how many days of its own that counts.
    """

    profile: Numbers
    drift: float = 1.0
    peers: tuple[float, float] = (0.0, 0.0)
    half_life: float = HALF_LIFE

    def shape(self, numbers: Numbers, today: date) -> Numbers:
        """What these days sell beside an average one; 0 is yesterday, 1 is today."""
        weekdays = (today.weekday() - 1 + numbers.astype(int)) % 7
        # No trend lasts: what it has brought in a month stays, and no more is added.
        return np.asarray(self.profile[weekdays] * self.drift ** np.minimum(numbers, MONTH))


@dataclass(frozen=True)
class Past:
    """What left and on how many days in stock: a line per SKU, a column per day or week.

    `ago` says how many days ago the last day of each column was (1 for yesterday), `length` how
    many days it has. `units` are those of days in stock, `days` those of which that is known.
    """

    ago: Numbers
    length: Numbers
    units: Numbers
    days: Numbers

    def some(self, first: int, count: int) -> Past:
        """So many SKUs from the first on."""
        lines = slice(first, first + count)
        return Past(self.ago, self.length, self.units[lines], self.days[lines])


@dataclass(frozen=True)
class Levels:
    """Of each SKU; NaN where fewer than ENOUGH days are known.

    `level` are units on an average day now, `dispersion` how much more its sales vary than pure
    chance, `doubt` the variance of the level beside level and dispersion, `days` those it rests on.
    """

    level: Numbers
    dispersion: Numbers
    doubt: Numbers
    days: Numbers

    def deviation(self, course: Numbers) -> Numbers:
        """The standard deviation of what is sold over days whose `Course.until` is given, each."""
        chance = self.dispersion * self.level * (course + course**2 * self.doubt)
        return np.asarray(np.sqrt(chance))


class Course:
    """What a SKU that sells one unit on an average day sells up to each coming day; 1 is today."""

    def __init__(self, common: Common, today: date) -> None:
        days = np.arange(1.0, _YEARS + 1)
        self._until = np.concatenate([[0.0], np.cumsum(common.shape(days, today))])
        self._pace = float(self._until[-1] - self._until[-1 - 364]) / 364
        self.month = float(self._until[MONTH]) / MONTH
        """On a mean day of the next month."""

    def until(self, days: Numbers) -> Numbers:
        """What is sold within so many days, evenly within each."""
        near = np.interp(days, np.arange(len(self._until)), self._until)
        return np.asarray(near + np.maximum(0.0, days - _YEARS) * self._pace)

    def days(self, units: Numbers) -> Numbers:
        """In how many days so much is sold: the inverse of `until`; infinite stays so."""
        finite = np.where(np.isfinite(units), units, 0.0)
        within = np.interp(finite, self._until, np.arange(len(self._until)))
        more = np.maximum(0.0, finite - self._until[-1]) / self._pace
        return np.where(np.isfinite(units), within + more, units)

    def a_day(self, days: int) -> Numbers:
        """What each of the next days sells."""
        return np.diff(self._until[: days + 1])

    def velocity(self, level: Numbers) -> Numbers:
        """Units a day over the next month."""
        return np.asarray(level * self.month)


def even_course(today: date) -> Course:
    """The course of a shop without weekdays and trend."""
    return Course(Common(np.ones(7)), today)


def days_into_week(today: date) -> int:
    """How many days before today belong to its week, as the store counts weeks."""
    return (today - _EPOCH).days % 7


def by_weeks(sold: Numbers, in_stock: Truths, today: date) -> Past:
    """The days before `today` as whole weeks, counted as the store does, and the days after them.

    A line per SKU, a column for each day, the last is yesterday.
    """
    units = np.where(in_stock, sold, 0.0)
    begun = days_into_week(today)
    weeks = (units.shape[1] - begun) // 7
    first = units.shape[1] - begun - 7 * weeks
    whole = slice(first, first + 7 * weeks)
    parts = [
        np.hstack(
            [
                known[:, whole].reshape(len(known), weeks, 7).sum(axis=2),
                known[:, first + 7 * weeks :],
            ]
        )
        for known in (units, in_stock.astype(float))
    ]
    ago = [begun + 1 + 7 * n for n in range(weeks - 1, -1, -1)] + list(range(begun, 0, -1))
    return Past(np.array(ago, float), np.array([7.0] * weeks + [1.0] * begun), *parts)


def levels(past: Past, common: Common, today: date) -> Levels:
    """What each SKU sells on an average day now.

    Recent days weigh more, the part of a week that lies within WINDOW counts, weekdays and trend
    are taken out, and a SKU with little history borrows from its peers.
    """
    usual, weight = _usual(past, common, today), _weight(past, common.half_life)
    lived = past.days * usual
    units, days = past.units.sum(axis=1), past.days.sum(axis=1)
    a_day, more = common.peers
    weighed = lived @ weight + more
    at_all = np.where(weighed > 0, weighed, 1.0)
    level = (past.units @ weight + a_day * more) / at_all
    level = np.where((units <= 0) & (days >= SILENT), 0.0, level)
    known = days >= ENOUGH
    return Levels(
        np.where(known, level, np.nan),
        np.where(known, _dispersion(past, lived, level), np.nan),
        np.where(known, lived @ weight**2 / at_all**2, np.nan),
        days,
    )


def _usual(past: Past, common: Common, today: date) -> Numbers:
    """What a day of each column sells beside an average one now."""
    means = [
        common.shape(np.arange(1 - ago - length + 1, 2 - ago), today).mean()
        for ago, length in zip(past.ago, past.length, strict=True)
    ]
    return np.array(means)


def _weight(past: Past, half_life: float) -> Numbers:
    """What a day of each column counts; of the oldest only the part within the window does."""
    age = past.ago - 1 + (past.length - 1) / 2
    within = np.clip((WINDOW - past.ago + 1) / past.length, 0.0, 1.0)
    return np.asarray(within * 0.5 ** (age / half_life))


def _dispersion(past: Past, lived: Numbers, level: Numbers) -> Numbers:
    """At least one; the fewer periods there are the nearer to one."""
    expected = lived * level[:, None]
    there = expected > 0
    beside = np.where(there, (past.units - expected) ** 2, 0.0).sum(axis=1)
    count = there.sum(axis=1)
    total = expected.sum(axis=1)
    prior = _PRIOR * total / np.maximum(count, 1)
    varies = (beside + prior) / np.where(total > 0, total + prior, 1.0)
    return np.asarray(np.maximum(1.0, varies))


def one_off_days(sold: Numbers, in_stock: Truths, common: Common, today: date) -> Truths:
    """Which days of each SKU are `one_off`: a column for each day before `today`."""
    shape = common.shape(np.arange(1.0 - sold.shape[1], 1), today)
    found = np.zeros(sold.shape, dtype=bool)
    for line in suspects(by_weeks(sold, in_stock, today)):
        found[line], _ = one_off(sold[line], in_stock[line], shape)
    return found


def suspects(past: Past, most: int = 5000) -> npt.NDArray[np.int64]:
    """The lines of SKUs that may have had one-off days, those with the greatest ones first."""
    there = past.days > 0
    rates = np.where(there, past.units / np.where(there, past.days, 1.0), np.nan)
    expected = past.days * _without_two(np.sort(rates, axis=1))[:, None]
    beyond = past.units - expected
    far = np.where(beyond >= _UNITS / 2, beyond / np.sqrt(np.maximum(expected, 1.0)), 0.0)
    worst = far.max(axis=1, initial=0.0)
    lines = np.flatnonzero(worst >= 2)
    return lines[np.argsort(-worst[lines], kind="stable")[:most]]


def _without_two(ordered: Numbers) -> Numbers:
    """The mean of each line without its two greatest; NaN are last and don't count."""
    known = (~np.isnan(ordered)).sum(axis=1)
    kept = np.arange(ordered.shape[1]) < np.maximum(known - 2, 1)[:, None]
    total = np.where(kept, np.nan_to_num(ordered), 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(kept.sum(axis=1), 1))


def one_off(sold: Numbers, in_stock: Truths, shape: Numbers) -> tuple[Truths, Numbers]:
    """Which days of one SKU sold far more than it usually does, and what is usual on each day.

    `shape` is what each day sells beside an average one. Up to LONGEST days in a row are one-off
    when together they lie _FAR deviations, _TIMES and _UNITS above the usual; when that happens
    more often than _MOST times, or hardly anything is sold else, it's how the SKU sells.
    """
    counted = in_stock & (shape > 0)
    a_day, spread = _usually(sold[counted], shape[counted])
    usual = a_day * shape
    high = counted & (sold >= np.maximum(_TIMES * usual, usual + 3 * np.sqrt(spread * usual)))
    high &= sold >= usual + 2
    found = np.zeros(len(sold), dtype=bool)
    times = 0
    for run in _runs(high):
        units, expected = (
            float(sold[run][counted[run]].sum()),
            float(usual[run][counted[run]].sum()),
        )
        far = max(_UNITS, _FAR * math.sqrt(spread * max(expected, 1.0)), (_TIMES - 1) * expected)
        if run.stop - run.start <= LONGEST and units - expected >= far:
            found[run] = counted[run]
            times += 1
    rest = counted & ~found
    if times > _MOST or np.count_nonzero(sold[rest]) < _OTHERS:
        found[:] = False
    rest = counted & ~found
    return found, shape * float(sold[rest].sum() / max(shape[rest].sum(), 1e-9))


def _usually(sold: Numbers, shape: Numbers) -> tuple[float, float]:
    """Units on an average day and their dispersion, without the tenth of days that sold most."""
    if not len(sold):
        return 0.0, 1.0
    kept = np.argsort(sold / shape, kind="stable")[: math.ceil(0.9 * len(sold))]
    a_day = float(sold[kept].sum() / shape[kept].sum())
    if a_day <= 0:
        return 0.0, 1.0
    expected = a_day * shape[kept]
    return a_day, max(1.0, float(((sold[kept] - expected) ** 2).sum() / expected.sum()))


def _runs(high: Truths) -> Iterator[slice]:
    """The runs of days that are high; one low day between two doesn't part them."""
    days = np.flatnonzero(high)
    for run in np.split(days, np.flatnonzero(np.diff(days) > 2) + 1):
        if len(run):
            yield slice(int(run[0]), int(run[-1]) + 1)
