"""What stock and its past mean: velocity, cover, reorder, and what an order changes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcf.store.frames import NUMBER, TEXT, UTC_TIME

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
WINDOWS = (7, 30, 60, 90)
"""Days over which velocities are told."""
ENOUGH = 7
"""Days in stock with known sales before a velocity is told; a whole week, as weekdays differ."""
FEW = 5
"""Units in thirty days below which chance decides a velocity, so that a longer window is taken."""
EFFECT = {
    "seller_sku": TEXT,
    "wanted": NUMBER,
    "available": NUMBER,
    "placed": NUMBER,
    "reserve": NUMBER,
    "free": NUMBER,
    "in_transfer": NUMBER,
    "processing": NUMBER,
    "left": NUMBER,
    "meter": "category",
    "cover_before": "float64",
    "cover_after": "float64",
    "stock_out_before": UTC_TIME,
    "stock_out_after": UTC_TIME,
}
_FAR = 730.0
"""Days after which a date says nothing."""
_STOCK = ("fulfillable_quantity", "pending_transshipment_quantity", "fc_processing_quantity")
"""Units that can ship, that are in transfer, and that are being processed."""


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
    sold = demand.reindex(names)
    rule = _rule(names, rules, defaults or Rules())
    units = {days: _column(sold, f"units_{days}") for days in WINDOWS}
    there = {days: _column(sold, f"days_{days}") for days in WINDOWS}
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


def health_of(
    plan: pd.DataFrame, rules: pd.DataFrame, defaults: Rules
) -> Callable[[Numbers], pd.Categorical]:
    """Says how the SKUs of a plan would stand with other units to ship, a number for each."""
    rule, a_day = _rule(plan["seller_sku"], rules, defaults), plan["velocity"].to_numpy(float)

    def standing(units: Numbers) -> pd.Categorical:
        usable = np.maximum(0.0, units - rule["reserve_units"])
        return _health(units, days_of_cover(usable, a_day), rule)

    return standing


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


def day_after(today: date, in_days: Numbers) -> pd.DatetimeIndex:
    """The days that lie so many days ahead (midnight, UTC); NaT where not known or years away."""
    near = in_days < _FAR
    whole = _whole(np.where(near, in_days, 0.0)).astype("int64")
    days = (np.datetime64(today, "D") + whole).astype("datetime64[us]")
    return pd.DatetimeIndex(np.where(near, days, np.datetime64("NaT", "us")), tz="UTC")


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


class Meter(StrEnum):
    """Whether the units can leave now, as far as the stock tells."""

    NOW = "on the shelf"
    RESERVE = "only with the reserve"
    TRANSFER = "only in transfer"
    SHORT = "not enough"


def effect(
    plan: pd.DataFrame,
    wanted: Mapping[str, int],
    placed: Mapping[str, int],
    reserve: Mapping[str, int],
    today: date,
) -> pd.DataFrame:
    """What the order leaves of each SKU: columns EFFECT, a line per SKU in `wanted`, in its order.

    `plan` is `planning.plan`'s; `placed` are units of orders that the stock doesn't show yet,
    `reserve` units to be kept for Amazon. Units; cover in days, NaN where the velocity isn't known;
    dates are days (midnight, UTC), NaT where not known or years away. A SKU that isn't in the plan
    has nothing.
    """
    rows = plan.set_index("seller_sku").reindex(list(wanted))
    asked, gone, kept = (_units_of(wanted, units) for units in (wanted, placed, reserve))
    there, moving, worked = (rows[name].to_numpy(dtype=float, na_value=0.0) for name in _STOCK)
    now = np.maximum(0.0, there - gone)
    free = np.maximum(0.0, now - kept)
    a_day = rows["velocity"].to_numpy(dtype=float, na_value=np.nan)
    before = days_of_cover(free, a_day)
    after = days_of_cover(np.maximum(0.0, free - asked), a_day)
    table = pd.DataFrame(
        {
            "seller_sku": rows.index,
            "wanted": asked,
            "available": there,
            "placed": gone,
            "reserve": kept,
            "free": free,
            "in_transfer": moving,
            "processing": worked,
            "left": now - asked,
            "meter": _meter(asked, free, now, now + moving + worked),
            "cover_before": before,
            "cover_after": after,
            "stock_out_before": day_after(today, before),
            "stock_out_after": day_after(today, after),
        }
    )
    return table.astype({k: v for k, v in EFFECT.items() if k != "meter"})


def _mcf_velocity(
    names: pd.Series[str], own: pd.DataFrame | None, there: dict[int, Numbers], window: Numbers
) -> Numbers:
    """Units a day in MCF orders, over the window of each SKU."""
    speeds = np.full(len(names), np.nan)
    if own is None:
        return speeds
    held = own.reindex(names)
    for days in WINDOWS:
        column = f"mcf_units_{days}"
        if column in own:
            speed = velocity(_column(held, column, 0.0), there[days])
            speeds = np.where(window == days, speed, speeds)
    return speeds


def _rule(names: pd.Series[str], rules: pd.DataFrame, defaults: Rules) -> dict[str, Numbers]:
    held = rules.reindex(names)
    return {name: _column(held, name, getattr(defaults, name)) for name in RULES}


def _column(frame: pd.DataFrame, name: str, instead: float = np.nan) -> Numbers:
    """A column as numbers, with something `instead` of what is missing."""
    if name not in frame:
        return np.full(len(frame), instead, dtype=float)
    values = frame[name].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(values), instead, values)


def _whole(days: Numbers) -> Numbers:
    """Whole days; what a division left a hair below a day is that day."""
    return np.floor(np.round(days, 6))


def _health(units: Numbers, cover: Numbers, rule: dict[str, Numbers]) -> pd.Categorical:
    soon = rule["lead_time_days"] + rule["safety_days"]
    low = np.where(np.isnan(cover), units <= rule["low_units"], cover <= soon)
    state = np.select(
        [units <= 0, low, cover > rule["excess_days"]],
        [Health.OUT.value, Health.LOW.value, Health.EXCESS.value],
        Health.FINE.value,
    )
    return pd.Categorical(state, [each.value for each in Health], ordered=True)


def _units_of(skus: Iterable[str], units: Mapping[str, int]) -> Numbers:
    return np.array([units.get(sku, 0) for sku in skus], dtype=float)


def _meter(
    asked: Numbers,
    free: Numbers,
    now: Numbers,
    some_day: Numbers,
) -> pd.Categorical:
    states = np.select(
        [asked <= free, asked <= now, asked <= some_day],
        [Meter.NOW.value, Meter.RESERVE.value, Meter.TRANSFER.value],
        Meter.SHORT.value,
    )
    return pd.Categorical(states, [state.value for state in Meter])
