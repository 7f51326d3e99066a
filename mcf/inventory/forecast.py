"""How much will sell: weekdays, trend, band, and the projection of a stock. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from mcf.inventory.demand import ENOUGH, Common, Numbers, Truths
from mcf.inventory.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Forecast:
    """Units expected to be sold on each coming day, and what that rests on.

    `low` and `high` are for the sum from the first day: four of five outcomes lie between them.
    """

    a_day: Numbers
    low: Numbers
    high: Numbers
    days_known: int


@dataclass(frozen=True, slots=True)
class Peers:
    """What the SKUs of a shop sell a day on average, and as how many days of a SKU that counts."""

    a_day: float
    days: float


def common(sold: Numbers, in_stock: Truths, today: date) -> Common:
    """What a shop's SKUs tell together: a line per SKU, a column for each day before `today`."""
    index = day_index(sold, in_stock)
    first = today - timedelta(days=sold.shape[1])
    among = peers(sold, in_stock)
    known = (0.0, 0.0) if among is None else (among.a_day, among.days)
    return Common(weekday_profile(index, first), trend(index), known)


def day_index(sold: Numbers, in_stock: Truths) -> Numbers:
    """What was sold on each day beside what those in stock sell on an average one.

    So a day isn't taken for a bad one because much was out of stock. NaN when all was.
    """
    counted = np.where(in_stock, sold, 0.0)
    index = np.ones(sold.shape[1])
    # A SKU's velocity and the index each need the other: a few rounds settle both.
    for _ in range(4):
        speed = _over(counted.sum(axis=1), (in_stock * index).sum(axis=1))
        index = _over(counted.sum(axis=0), (speed[:, None] * in_stock).sum(axis=0))
    return np.where(in_stock.any(axis=0), index, np.nan)


def _over(units: Numbers, expected: Numbers) -> Numbers:
    """The quotient; 0 where nothing was expected."""
    return np.where(expected > 0, units / np.where(expected > 0, expected, 1.0), 0.0)


def weekday_profile(sold: Numbers, first: date) -> Numbers:
    """How much more is sold on each weekday (Monday first) than on an average one.

    `sold` is the `day_index`, or the sums over all SKUs, a day after the other; one SKU tells too
    little. What differs no more than weeks do by chance is evened out. Ones when there are fewer
    than four whole weeks.
    """
    weeks = _weeks(sold)
    if weeks is None:
        return np.ones(7)
    begins = (first + timedelta(days=len(sold) - weeks.size)).weekday()
    profile = np.roll(weeks.mean(axis=0) / weeks.mean(), begins)
    chance = float(weeks.var(axis=0, ddof=1).mean()) / len(weeks) / float(weeks.mean()) ** 2
    return np.asarray(1 + (profile - 1) * _sure(float(((profile - 1) ** 2).sum()) / 6, chance))


def trend(sold: Numbers) -> float:
    """By which factor sales grow from day to day, by the last 13 weeks of all SKUs' `day_index`.

    A straight line through the logarithms of the weeks' sums. Of its slope counts what chance
    doesn't explain, and of that SLOW_DOWN, as no trend lasts. One when fewer than eight weeks are
    known, or one of them without sales.
    """
    weeks = _weeks(sold[-91:])
    if weeks is None or len(weeks) < 8 or (weeks.sum(axis=1) <= 0).any():
        return 1.0
    logs = np.log(weeks.mean(axis=1))
    at = np.arange(len(logs)) - (len(logs) - 1) / 2
    slope = float((at * logs).sum() / (at**2).sum())
    left = logs - logs.mean() - slope * at
    chance = float((left**2).sum() / (len(logs) - 2) / (at**2).sum())
    return float(np.clip(math.exp(slope / 7 * _sure(slope**2, chance) * SLOW_DOWN), 0.98, 1.02))


SLOW_DOWN = 0.7
"""The part of a trend that a forecast follows."""


def _weeks(sold: Numbers) -> Numbers | None:
    """The last whole weeks, a line each; None when there are fewer than four, or no sales."""
    count = len(sold) // 7
    if count < 4:
        return None
    weeks = sold[-count * 7 :].reshape(count, 7)
    unknown = np.isnan(weeks)
    weeks = np.where(unknown, weeks[~unknown].mean() if (~unknown).any() else 0.0, weeks)
    return weeks if weeks.mean() > 0 else None


def _sure(square: float, chance: float) -> float:
    """The part of an effect to believe in, by its square and that which chance alone brings."""
    return max(0.0, 1 - chance / square) if square > 0 else 0.0


def peers(sold: Numbers, in_stock: Truths) -> Peers | None:
    """What is known of a SKU before its own sales are: the more alike the SKUs, the more days.

    None when there are fewer than ten SKUs or nothing was sold.
    """
    days = in_stock.sum(axis=1)
    enough = days >= ENOUGH
    units = np.where(in_stock, sold, 0.0).sum(axis=1)[enough]
    days = days[enough]
    if len(days) < 10 or units.sum() <= 0:
        return None
    mean = float(units.sum() / days.sum())
    spread = float(np.average((units / days - mean) ** 2, weights=days))
    chance = float(np.average(mean / days, weights=days))
    return Peers(mean, mean / max(spread - chance, mean / 90))


def of_one(ahead: Outlook, days: int) -> Forecast | None:
    """What the next `days` bring for the one SKU of an outlook; None while too little is known."""
    if np.isnan(ahead.levels.level[0]):
        return None
    until = np.arange(1.0, days + 1)
    each = ahead.take(np.zeros(days, dtype=np.int64))
    total = each.until(until)
    spread = each.deviation(total)
    below, above = (
        np.maximum.accumulate(np.maximum(0.0, sign * ahead.misses.at(share, until) * spread))
        for sign, share in ((-1, 0.1), (1, 0.9))
    )
    a_day = np.diff(total, prepend=0.0)
    low = np.maximum.accumulate(np.maximum(0.0, total - below))
    return Forecast(a_day, low, total + above, int(ahead.levels.days[0]))


def projection(
    available: int, coming: dict[int, float], expected: Forecast, start: date, kept: float = 0.0
) -> pd.DataFrame:
    """What can ship at the end of each coming day: columns `day`, `middle`, `low`, `high`.

    `coming` are units by the day (from 1) at which they become available, `kept` units that aren't
    for sale. Nothing is sold of what isn't there, and what couldn't be sold isn't owed.
    """
    days = len(expected.a_day)
    arrived = np.zeros(days)
    for day, units in coming.items():
        if day <= days:
            arrived[max(day, 1) - 1] += units
    sold = (expected.a_day, np.diff(expected.high, prepend=0.0), np.diff(expected.low, prepend=0.0))
    middle, low, high = (_left(available - kept, arrived, some) + kept for some in sold)
    first = start + timedelta(days=1)
    return pd.DataFrame(
        {
            "day": pd.date_range(first, periods=days, tz="UTC", unit="us"),
            "middle": middle,
            "low": np.minimum(middle, low),
            "high": np.maximum(middle, high),
        }
    )


def _left(units: float, arrived: Numbers, sold: Numbers) -> Numbers:
    """What is left for sale each day; below 0 is what is missing of the units to be kept."""
    balance = []
    for more, less in zip(arrived, sold, strict=True):
        units += more
        units = max(0.0, units - less) if units > 0 else units
        balance.append(units)
    return np.array(balance)
