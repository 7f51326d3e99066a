"""What stock and its history mean: velocity, cover, reorder, forecast. Frames -> frames, pure.

A velocity counts only days on which the SKU could be bought, and isn't told before there are enough
of them: what isn't known stays unknown (NaN, NaT), never zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

WINDOWS = (7, 30, 60, 90)
"""Days over which velocities are told."""

ENOUGH = 7
"""Days in stock with known sales before a velocity is told; a whole week, as weekdays differ."""

FEW = 5
"""Units in thirty days below which chance decides a velocity, so that a longer window is taken."""

IN_BAND = 1.2816
"""Standard deviations on each side of the middle in which four of five outcomes lie."""


class Health(StrEnum):
    """How a SKU stands for what is sold of it."""

    OUT = "Out of stock"
    LOW = "Low"
    FINE = "Healthy"
    EXCESS = "Excess"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a seller decides about a SKU; the defaults hold where nothing was set.

    Days for `lead_time_days` (order to available at Amazon), `safety_days`, `order_days` (for how
    long an order should last) and `excess_days`; units for the others.
    """

    lead_time_days: int = 30
    safety_days: int = 7
    order_days: int = 30
    excess_days: int = 180
    case_pack: int = 1
    reserve_units: int = 0
    low_units: int = 10


RULES = tuple(rule.name for rule in fields(Rules))


def velocity(units: Numbers, days_in_stock: Numbers) -> Numbers:
    """Units a day in stock; NaN where fewer than ENOUGH such days are known."""
    known = days_in_stock >= ENOUGH
    return np.where(known, units / np.where(known, days_in_stock, 1), np.nan)


def best_velocity(by_window: dict[int, Numbers], sold: Numbers) -> tuple[Numbers, Numbers]:
    """The velocity to plan with, and the days of its window; NaN where none is known.

    Thirty days: long enough for slow sellers, short enough to follow a change. If fewer than FEW
    units were `sold` in them, the longest window that is known.
    """
    many = np.where(sold >= FEW, by_window[30], np.nan)
    speeds, windows = many, np.where(np.isnan(many), np.nan, 30.0)
    for days in (90, 60, 30, 7):
        windows = np.where(np.isnan(speeds) & ~np.isnan(by_window[days]), days, windows)
        speeds = np.where(np.isnan(speeds), by_window[days], speeds)
    return speeds, windows


def days_of_cover(units: Numbers, a_day: Numbers) -> Numbers:
    """How many days the units last; NaN without a velocity, infinite when nothing is sold."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cover = np.where(units <= 0, 0.0, units / a_day)
    return np.where(np.isnan(a_day), np.nan, cover)


def plan(
    stock: pd.DataFrame,
    demand: pd.DataFrame,
    rules: pd.DataFrame,
    today: date,
    defaults: Rules | None = None,
    own: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The stock with what it means, a line per SKU in the order of `stock`.

    `demand` is indexed by `seller_sku` with `units_7`, `days_7`, ... for each of WINDOWS: units
    that left, and days in stock on which that is known. `own` is indexed likewise with
    `mcf_units_7`, ...: units that left in MCF orders on days that `demand` counts, a column for
    each window of which that is known. `rules` is indexed likewise with columns RULES. All three
    may lack SKUs and columns. `defaults` hold where no rule is set. Added columns:

    * `velocity_7` ... `velocity_90`: units a day in stock; `velocity` is the one planned with,
      `velocity_days` its window
    * `velocity_mcf`, `velocity_other`: its parts, by MCF orders and otherwise; NaN if not known
    * `days_of_cover`: of what can ship now, less the units to be kept (`reserve_units`)
    * `stock_out_date`, `reorder_date`: days (midnight, UTC); a reorder may be due today; NaT when
      that isn't known, isn't to be expected or is two years away
    * `reorder_quantity`: units in full cases
    * `health`: an ordered category of `Health`; `lead_time_days`: as it holds for the SKU
    """
    names = stock["seller_sku"]
    found = demand.reindex(names)
    rule = _rule(names, rules, defaults or Rules())
    units = {days: _column(found, f"units_{days}") for days in WINDOWS}
    there = {days: _column(found, f"days_{days}") for days in WINDOWS}
    speeds = {days: velocity(units[days], there[days]) for days in WINDOWS}
    a_day, window = best_velocity(speeds, units[30])
    by_mcf = _mcf_velocity(names, own, there, window)
    # Units that came unannounced hide others that left: then what is told doesn't fit together.
    by_mcf = np.where(by_mcf > a_day + 1e-9, np.nan, by_mcf)
    usable = np.maximum(0.0, stock["fulfillable_quantity"].to_numpy(float) - rule["reserve_units"])
    cover = days_of_cover(usable, a_day)
    until, quantity = reorder(position(stock) - rule["reserve_units"], a_day, rule)
    return stock.assign(
        **{f"velocity_{days}": speed for days, speed in speeds.items()},
        velocity=a_day,
        velocity_days=window,
        velocity_mcf=by_mcf,
        velocity_other=np.maximum(0.0, a_day - by_mcf),
        days_of_cover=cover,
        stock_out_date=day_after(today, cover),
        reorder_date=day_after(today, until),
        reorder_quantity=np.where(until < _FAR, quantity, np.nan),
        lead_time_days=rule["lead_time_days"].astype("int64"),
        health=_health(stock["fulfillable_quantity"].to_numpy(float), cover, rule),
    )


def _mcf_velocity(
    names: pd.Series[str], own: pd.DataFrame | None, there: dict[int, Numbers], window: Numbers
) -> Numbers:
    """Units a day in MCF orders, over the window of each SKU."""
    found = np.full(len(names), np.nan)
    if own is None:
        return found
    held = own.reindex(names)
    for days in WINDOWS:
        column = f"mcf_units_{days}"
        if column in own:
            speed = velocity(_column(held, column, 0.0), there[days])
            found = np.where(window == days, speed, found)
    return found


def health_of(
    plan: pd.DataFrame, rules: pd.DataFrame, defaults: Rules
) -> Callable[[Numbers], pd.Categorical]:
    """Says how the SKUs of a plan would stand with other units to ship, a number for each."""
    rule, a_day = _rule(plan["seller_sku"], rules, defaults), plan["velocity"].to_numpy(float)

    def found(units: Numbers) -> pd.Categorical:
        usable = np.maximum(0.0, units - rule["reserve_units"])
        return _health(units, days_of_cover(usable, a_day), rule)

    return found


def _rule(names: pd.Series[str], rules: pd.DataFrame, defaults: Rules) -> dict[str, Numbers]:
    held = rules.reindex(names)
    return {name: _column(held, name, getattr(defaults, name)) for name in RULES}


def _column(frame: pd.DataFrame, name: str, instead: float = np.nan) -> Numbers:
    """A column as numbers, with something `instead` of what is missing."""
    if name not in frame:
        return np.full(len(frame), instead, dtype=float)
    values = frame[name].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(values), instead, values)


def position(stock: pd.DataFrame) -> Numbers:
    """Units that are there or will be without a new order: available, on the way to it, inbound."""
    names = (
        "fulfillable_quantity",
        "pending_transshipment_quantity",
        "fc_processing_quantity",
        "inbound_quantity",
    )
    return np.asarray(stock[list(names)].sum(axis=1), dtype=float)


def reorder(there: Numbers, a_day: Numbers, rule: dict[str, Numbers]) -> tuple[Numbers, Numbers]:
    """In how many days to order at the latest, and how many units then; NaN without sales.

    The order is due when what is there lasts for no longer than lead time and safety days. It
    brings the SKU to lead time, safety days and `order_days`, in full cases.
    """
    sold = np.where(a_day > 0, a_day, np.nan)
    needed = rule["lead_time_days"] + rule["safety_days"]
    until = np.maximum(0.0, _whole(there / sold - needed))
    wanted = np.maximum(0.0, sold * (needed + rule["order_days"]) - (there - until * sold))
    case = np.maximum(1.0, rule["case_pack"])
    return until, np.ceil(np.round(wanted / case, 6)) * case


def _whole(days: Numbers) -> Numbers:
    """Whole days; what a division left a hair below a day is that day."""
    return np.floor(np.round(days, 6))


def day_after(today: date, in_days: Numbers) -> pd.DatetimeIndex:
    """The days that lie so many days ahead (midnight, UTC); NaT where not known or years away."""
    near = in_days < _FAR
    whole = _whole(np.where(near, in_days, 0.0)).astype("int64")
    days = (np.datetime64(today, "D") + whole).astype("datetime64[us]")
    return pd.DatetimeIndex(np.where(near, days, np.datetime64("NaT", "us")), tz="UTC")


_FAR = 730.0
"""Days after which a date says nothing."""


def _health(units: Numbers, cover: Numbers, rule: dict[str, Numbers]) -> pd.Categorical:
    soon = rule["lead_time_days"] + rule["safety_days"]
    low = np.where(np.isnan(cover), units <= rule["low_units"], cover <= soon)
    state = np.select(
        [units <= 0, low, cover > rule["excess_days"]],
        [Health.OUT.value, Health.LOW.value, Health.EXCESS.value],
        Health.FINE.value,
    )
    return pd.Categorical(state, [each.value for each in Health], ordered=True)


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


@dataclass(frozen=True, slots=True)
class Common:
    """What all SKUs together tell about each: see `weekday_profile`, `trend` and `peers`."""

    profile: Numbers
    drift: float
    peers: Peers | None


def common(sold: Numbers, in_stock: Truths, first: date) -> Common:
    """What a shop's SKUs tell together: a line per SKU, a column for each day from `first`."""
    index = day_index(sold, in_stock)
    return Common(weekday_profile(index, first), trend(index), peers(sold, in_stock))


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
    known = days >= ENOUGH
    units = np.where(in_stock, sold, 0.0).sum(axis=1)[known]
    days = days[known]
    if len(days) < 10 or units.sum() <= 0:
        return None
    mean = float(units.sum() / days.sum())
    spread = float(np.average((units / days - mean) ** 2, weights=days))
    chance = float(np.average(mean / days, weights=days))
    return Peers(mean, mean / max(spread - chance, mean / 90))


def forecast(
    sold: Numbers,
    in_stock: Truths,
    first: date,
    days: int,
    *,
    profile: Numbers | None = None,
    drift: float = 1.0,
    peers: Peers | None = None,
) -> Forecast | None:
    """What the next `days` after the known ones bring; None while fewer than ENOUGH are known.

    `sold` and `in_stock` are a day after the other from `first`. Recent days weigh more (half after
    HALF_LIFE), weekdays are evened out by `profile`, `drift` is the `trend` of all SKUs, and a SKU
    of which little is known is taken for one of its `peers`.
    """
    shape = np.ones(7) if profile is None else profile
    number = np.arange(1 - len(sold), days + 1)
    usual = shape[(first.weekday() + np.arange(len(number))) % 7] * drift**number
    past, ahead = usual[: len(sold)], usual[len(sold) :]
    known = in_stock & (past > 0)
    if known.sum() < ENOUGH:
        return None
    weight = np.where(known, 0.5 ** (-number[: len(sold)] / HALF_LIFE), 0.0)
    before = peers or Peers(0.0, 0.0)
    lived = float((weight * past).sum()) + before.days
    level = (float(weight[known] @ sold[known]) + before.a_day * before.days) / lived
    expected = level * ahead
    total = np.cumsum(expected)
    # Chance in what is sold, and in the level itself, which rests on so many units.
    doubt = float((weight**2 * past).sum()) / lived**2
    chance = _dispersion(sold[known], past[known], level) * (total + total**2 * _per(doubt, level))
    spread = IN_BAND * np.sqrt(chance)
    return Forecast(expected, np.maximum(0.0, total - spread), total + spread, int(known.sum()))


HALF_LIFE = 60.0
"""Days after which a day's sales weigh half as much in a forecast."""


def _per(doubt: float, level: float) -> float:
    return doubt / level if level > 0 else 0.0


def _dispersion(sold: Numbers, usual: Numbers, level: float) -> float:
    """How much more sales vary than pure chance would; at least one, and the surer the longer."""
    if level <= 0:
        return 1.0
    excess = ((sold - level * usual) ** 2 / (level * usual)).sum()
    return max(1.0, float((excess + 30) / (len(sold) + 30)))


def projection(
    available: int, coming: dict[int, int], expected: Forecast, start: date
) -> pd.DataFrame:
    """What can ship at the end of each coming day: columns `day`, `middle`, `low`, `high`.

    `coming` are units by the day (from 1) at which they become available. Nothing is sold of what
    isn't there.
    """
    arrived = np.zeros(len(expected.a_day))
    for day, units in coming.items():
        if day <= len(arrived):
            arrived[max(day, 1) - 1 :] += units
    total = np.cumsum(expected.a_day)
    middle = _left(available + arrived - total)
    return pd.DataFrame(
        {
            "day": pd.date_range(
                start + timedelta(days=1), periods=len(total), tz="UTC", unit="us"
            ),
            "middle": middle,
            "low": np.minimum(middle, _left(available + arrived - expected.high)),
            "high": np.maximum(middle, _left(available + arrived - expected.low)),
        }
    )


def _left(balance: Numbers) -> Numbers:
    """What is there when nothing can be owed: what couldn't be sold isn't taken from arrivals."""
    return balance + np.maximum.accumulate(np.maximum(0.0, -balance))


def waterfall(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Where a SKU's units went between two of its days: columns `step`, `units`; it adds up.

    Starts with what could ship and ends with what can; what the counts don't tell apart is
    "Arrived" or "Sold, shipped or removed".
    """
    places = {
        "pending_customer_order_quantity": "Reserved for orders",
        "pending_transshipment_quantity": "In transfer",
        "fc_processing_quantity": "Processing",
        "researching_quantity": "Researching",
        "unfulfillable_quantity": "Unsellable",
    }
    start, end = int(before["fulfillable_quantity"]), int(after["fulfillable_quantity"])
    moved = [
        (label, -(int(after[name]) - int(before[name])))
        for name, label in places.items()
        if int(after[name]) != int(before[name])
    ]
    rest = end - start - sum(units for _, units in moved)
    label = "Arrived" if rest > 0 else "Sold, shipped or removed"
    steps = [("Available before", start), *moved, *([(label, rest)] if rest else [])]
    return pd.DataFrame([*steps, ("Available after", end)], columns=["step", "units"])
