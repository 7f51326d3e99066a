"""What stock and its history mean: velocity, cover, reorder, forecast. Frames -> frames, pure.

A velocity counts only days on which the SKU could be bought, and isn't told before there are enough
of them: what isn't known stays unknown (NaN, NaT), never zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]

WINDOWS = (7, 30, 60, 90)
"""Days over which velocities are told."""

ENOUGH = 7
"""Days in stock with known sales before a velocity is told; a whole week, as weekdays differ."""

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


def best_velocity(by_window: dict[int, Numbers]) -> tuple[Numbers, Numbers]:
    """The velocity to plan with, and the days of its window; NaN where none is known.

    Thirty days if they're known: long enough for slow sellers, short enough to follow a change. For
    fewer than five units in it the longest window, because chance decides such a number.
    """
    thirty = by_window[30]
    size = len(thirty)
    chosen, window = np.full(size, np.nan), np.full(size, np.nan)
    for days in (7, 90, 60):
        better = ~np.isnan(by_window[days])
        chosen, window = np.where(better, by_window[days], chosen), np.where(better, days, window)
    enough = ~np.isnan(thirty) & ((thirty * 30 >= 5) | np.isnan(by_window[90]))
    longest = ~np.isnan(by_window[90]) & ~enough
    chosen = np.where(enough, thirty, np.where(longest, by_window[90], chosen))
    return chosen, np.where(enough, 30.0, np.where(longest, 90.0, window))


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
) -> pd.DataFrame:
    """The stock with what it means, a line per SKU in the order of `stock`.

    `demand` is indexed by `seller_sku` with `units_7`, `days_7`, ... for each of WINDOWS: units
    that left, and days in stock on which that is known. `rules` is indexed likewise with columns
    RULES; both may lack SKUs, for which `defaults` hold. Added columns:

    * `velocity_7` ... `velocity_90`: units a day in stock; `velocity` is the one planned with,
      `velocity_days` its window
    * `days_of_cover`: of what can ship now, less the units to be kept (`reserve_units`)
    * `stock_out_date`, `reorder_date`: days (midnight, UTC); a reorder may be due today
    * `reorder_quantity`: units in full cases
    * `health`: an ordered category of `Health`; `lead_time_days`: as it holds for the SKU
    """
    names = stock["seller_sku"]
    found = demand.reindex(names)
    rule = _rule(names, rules, defaults or Rules())
    speeds = {
        days: velocity(
            found[f"units_{days}"].to_numpy(float), found[f"days_{days}"].to_numpy(float)
        )
        for days in WINDOWS
    }
    a_day, window = best_velocity(speeds)
    usable = np.maximum(0.0, stock["fulfillable_quantity"].to_numpy(float) - rule["reserve_units"])
    cover = days_of_cover(usable, a_day)
    until, quantity = reorder(position(stock) - rule["reserve_units"], a_day, rule)
    return stock.assign(
        **{f"velocity_{days}": speed for days, speed in speeds.items()},
        velocity=a_day,
        velocity_days=window,
        days_of_cover=cover,
        stock_out_date=_dates(today, cover),
        reorder_date=_dates(today, until),
        reorder_quantity=quantity,
        lead_time_days=rule["lead_time_days"].astype("int64"),
        health=_health(stock["fulfillable_quantity"].to_numpy(float), cover, rule),
    )


def health_of(
    plan: pd.DataFrame, units: Numbers, rules: pd.DataFrame, defaults: Rules
) -> pd.Categorical:
    """How the SKUs of a plan would stand with other units to ship, a number for each."""
    rule = _rule(plan["seller_sku"], rules, defaults)
    usable = np.maximum(0.0, units - rule["reserve_units"])
    return _health(units, days_of_cover(usable, plan["velocity"].to_numpy(float)), rule)


def _rule(names: pd.Series[str], rules: pd.DataFrame, defaults: Rules) -> dict[str, Numbers]:
    held = rules.reindex(names)
    rule = {
        name: held[name].to_numpy(float) if name in held else np.full(len(names), np.nan)
        for name in RULES
    }
    return {
        name: np.where(np.isnan(values), getattr(defaults, name), values)
        for name, values in rule.items()
    }


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
    until = np.maximum(0.0, np.floor(there / sold - needed))
    then = np.maximum(there - until * sold, 0.0)
    wanted = np.maximum(0.0, sold * (needed + rule["order_days"]) - then)
    cases = np.ceil(np.round(wanted / rule["case_pack"], 6))
    return until, cases * rule["case_pack"]


def _dates(today: date, in_days: Numbers) -> pd.DatetimeIndex:
    near = in_days < _FAR
    whole = np.where(near, np.floor(in_days), 0).astype("int64")
    days = (np.datetime64(today, "D") + whole).astype("datetime64[us]")
    return pd.DatetimeIndex(np.where(near, days, np.datetime64("NaT", "us")), tz="UTC")


_FAR = 3650.0
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


def weekday_profile(sold: Numbers, first: date) -> Numbers:
    """How much more is sold on each weekday (Monday first) than on an average one.

    `sold` are the sums over all SKUs, a day after the other; one SKU tells too little. Ones when
    there are fewer than four whole weeks.
    """
    weeks = len(sold) // 7
    if weeks < 4:
        return np.ones(7)
    recent = sold[-weeks * 7 :].reshape(weeks, 7)
    mean = recent.mean()
    if mean <= 0:
        return np.ones(7)
    begins = (first + timedelta(days=len(sold) - weeks * 7)).weekday()
    return np.asarray(np.roll(recent.mean(axis=0) / mean, begins), dtype=float)


def trend(sold: Numbers) -> float:
    """How the last four weeks' sales of all SKUs stand to the mean of the last 90 days'.

    Between a half and two; one when less than eight weeks are known. It moves every SKU's level
    half the way, as a part of each change is chance.
    """
    if len(sold) < 56 or sold[-90:].mean() <= 0:
        return 1.0
    ratio = sold[-28:].mean() / sold[-90:].mean()
    return float(np.clip(math.sqrt(ratio), 0.5, 2.0))


def forecast(
    sold: Numbers,
    in_stock: npt.NDArray[np.bool_],
    first: date,
    days: int,
    *,
    profile: Numbers | None = None,
    drift: float = 1.0,
) -> Forecast | None:
    """What the next `days` after the known ones bring; None while fewer than ENOUGH are known.

    `sold` and `in_stock` are a day after the other from `first`. Recent days weigh more (half after
    45 days), weekdays are evened out by `profile`, and `drift` is the `trend` of all SKUs.
    """
    shape = np.ones(7) if profile is None else profile
    weekdays = (first.weekday() + np.arange(len(sold) + days)) % 7
    usual = shape[weekdays[: len(sold)]]
    known = in_stock & (usual > 0)
    if known.sum() < ENOUGH:
        return None
    weight = 0.5 ** (np.arange(len(sold))[::-1] / 45.0) * known
    level = float((weight * sold).sum() / (weight * usual).sum()) * drift
    expected = level * shape[weekdays[len(sold) :]]
    total = np.cumsum(expected)
    # Chance in what is sold, and in the level itself, which rests on so many days.
    spread = np.sqrt(
        _dispersion(sold[known], usual[known], level) * total * (1 + _share(total, weight, level))
    )
    low, high = np.maximum(0.0, total - IN_BAND * spread), total + IN_BAND * spread
    return Forecast(expected, low, high, int(known.sum()))


def _dispersion(sold: Numbers, usual: Numbers, level: float) -> float:
    """How much more sales vary than pure chance would; at least one."""
    if level <= 0 or len(sold) < 2:
        return 1.0
    return max(1.0, float((((sold - level * usual) ** 2) / (level * usual)).mean()))


def _share(total: Numbers, weight: Numbers, level: float) -> Numbers:
    """The variance of the level's estimate beside that of the sales, for each sum."""
    counted = max(float(weight.sum()) * level, 1.0)
    return total / counted


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
    there = available + arrived
    return pd.DataFrame(
        {
            "day": pd.date_range(start + timedelta(days=1), periods=len(total), tz="UTC"),
            "middle": np.maximum(0.0, there - total),
            "low": np.maximum(0.0, there - expected.high),
            "high": np.maximum(0.0, there - expected.low),
        }
    )


def waterfall(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Where a SKU's units went between two of its days: columns `step`, `units`; it adds up.

    Starts with what was on hand and ends with what is; what can't be told apart is "left, by sales
    or otherwise" or "arrived".
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
