"""What stock and its past mean: velocity, cover, reorder, and what an order changes. Pure.

All that lies ahead is reckoned from one demand: see `demand` and `reorder`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from mcf.inventory import reorder
from mcf.inventory.demand import ENOUGH, Course, Levels, Numbers, Truths, even_course
from mcf.inventory.expectations import Expected
from mcf.inventory.outlook import Misses, Outlook
from mcf.store.frames import NUMBER, PERHAPS, TEXT, UTC_TIME

WINDOWS = (7, 30, 60, 90)
"""Days over which it's told what left a day."""
LEVELS = ("level", "dispersion", "doubt", "level_days")
"""Columns of a demand: the fields of `demand.Levels`."""
LEVELS_TOLD = (80, 90, 95, 98, 99)
"""Service levels of which it's told what they cost."""
REASONS = (
    *("safety_units", "kept_units", "need_days", "need_units", "lost_units", "coming_units"),
    "sent_in_units",
)
"""Columns of a plan that make up the units to be reordered."""
LEGS = ("supplier_days", "transport_days", "put_away_days")
"""The rules that add up to a lead time."""
NOTHING_STANDS = pd.DataFrame(
    {"seller_sku": pd.Series(dtype="str"), "place": pd.Series(dtype="str"),
     "units": pd.Series(dtype="int64"), "days": pd.Series(dtype="int64")}
)  # fmt: skip
"""That nothing is known to be in a place for long."""
EFFECT = {
    "seller_sku": TEXT,
    "wanted": NUMBER,
    "available": PERHAPS,
    "placed": NUMBER,
    "reserve": NUMBER,
    "free": PERHAPS,
    "in_transfer": NUMBER,
    "processing": NUMBER,
    "left": PERHAPS,
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
    NEW = "New"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a seller decides about a SKU; the defaults hold where nothing was set.

    Days for `lead_time_days` (order to available at Amazon) and its LEGS, `safety_days`,
    `order_days` (for how long an order should last), `excess_days`, `second_lead_time_days` (of
    another supplier) and `lead_spread_days` (the standard deviation of the lead time); per cent for
    `service_level`, the lead times in which stock shouldn't run out, which holds where no fixed
    `safety_days` are set; units for the others.
    """

    lead_time_days: int = 30
    safety_days: int | None = None
    order_days: int = 30
    excess_days: int = 180
    case_pack: int = 1
    reserve_units: int = 0
    low_units: int = 10
    service_level: int = 95
    lead_spread_days: int = 0
    minimum_units: int = 0
    supplier_days: int | None = None
    transport_days: int | None = None
    put_away_days: int | None = None
    elsewhere_units: int = 0
    second_lead_time_days: int | None = None


RULES = tuple(rule.name for rule in fields(Rules))


def velocity(units: Numbers, days_in_stock: Numbers) -> Numbers:
    """Units a day in stock; NaN where fewer than ENOUGH such days are known."""
    known = days_in_stock >= ENOUGH
    return np.where(known, units / np.where(known, days_in_stock, 1), np.nan)


def days_of_cover(units: Numbers, ahead: Outlook) -> Numbers:
    """How many days the units last; infinite when nothing is sold.

    NaN where the velocity or the units aren't known.
    """
    cover = np.where(units > 0, ahead.when(np.zeros(len(units)), units), 0.0)
    return np.where(np.isnan(ahead.levels.level) | np.isnan(units), np.nan, cover)


def outlook(
    names: pd.Series[str],
    demand: pd.DataFrame,
    course: Course,
    misses: Misses | None = None,
    expected: Expected | None = None,
) -> Outlook:
    """What the named SKUs sell ahead, of which `demand` has LEVELS; NaN where it has none.

    With what is `expected` of them otherwise.
    """
    known = demand.reindex(names)
    levels = Levels(*(_column(known, name) for name in LEVELS))
    ahead = Outlook(levels, course, misses or Misses())
    return ahead if expected is None else expected.applied(pd.Index(names), ahead)


def plan(
    stock: pd.DataFrame,
    demand: pd.DataFrame,
    rules: pd.DataFrame,
    today: date,
    defaults: Rules | None = None,
    own: pd.DataFrame | None = None,
    *,
    course: Course | None = None,
    misses: Misses | None = None,
    standing: pd.DataFrame | None = None,
    ordered: pd.DataFrame | None = None,
    expected: Expected | None = None,
) -> pd.DataFrame:
    """The stock with what it means, a line per SKU in the order of `stock`.

    `demand` is indexed by `seller_sku` with LEVELS, and `units_7`, `days_7`, ... for each of
    WINDOWS: units that left, and days in stock on which that is known. `own` is indexed likewise
    with `mcf_units_7`, ...: units that left in MCF orders on days that `demand` counts, a column
    for each window of which that is known. `rules` is indexed likewise with columns RULES. All
    three may lack SKUs and columns. `defaults` hold where no rule is set. `course` and `misses` are
    those of the shop, `standing` tells what is late, `ordered` what suppliers will bring (see
    `reorder.coming`), `expected` what a seller expects of sales to come. Added columns:

    * `velocity`: units a day over the next month, by the forecast; `velocity_days`: days in stock
      on which that rests; `velocity_7` ... `velocity_90`: units that left a day in stock
    * `velocity_mcf`, `velocity_other`: its parts, by MCF orders and otherwise; NaN if not known
    * `days_of_cover`: of what can ship now, less the units to be kept (`reserve_units`)
    * `stock_out_date`, `reorder_date`: days (midnight, UTC); a reorder may be due today; NaT when
      that isn't known, isn't to be expected or is two years away
    * `order_point`: units at or below which a SKU is low, `safety_units` among them
    * `reorder_quantity`: units in full cases; REASONS make it up (see `reckoning`), of which
      `sent_in_units` come from elsewhere; 0 where these are enough
    * `gap_date`, `gap_days`, `gap_units`: when a SKU runs out before something on its way arrives,
      for how many days in all, and the sales that are lost
    * `health`: an ordered category of `Health`; `lead_time_days`: as it holds for the SKU, LEGS
      where they make it up
    * `second_days`: by how many days the second supplier is faster, where an order of the first
      comes too late; `second_units`: sales that saves

    Of a SKU of which Amazon doesn't tell what can ship, none of that is known: NaN.
    """
    names = stock["seller_sku"]
    sold = demand.reindex(names)
    rule = _rule(names, rules, defaults or Rules())
    ahead = outlook(names, demand, course or even_course(today), misses, expected)
    a_day = ahead.velocity
    units = stock["fulfillable_quantity"].to_numpy(float)
    usable = units - rule["reserve_units"]
    cover = days_of_cover(np.maximum(0.0, usable), ahead)
    safety = ahead.safety(rule)
    point = ahead.until(rule["lead_time_days"]) + safety
    arrivals = reorder.coming(stock, NOTHING_STANDS if standing is None else standing, ordered)
    order = reorder.reorder(usable, ahead, arrivals, rule, safety)
    near = order.until < _FAR
    made_up = (
        np.where(near, n, np.nan)
        for n in (order.days, order.need, order.lost, order.coming, order.elsewhere)
    )
    gap = reorder.gap(usable, ahead, arrivals)
    return stock.assign(
        **_speeds(sold),
        velocity=a_day,
        velocity_days=np.where(np.isnan(a_day), np.nan, ahead.levels.days),
        **_parts(sold, own, a_day),
        days_of_cover=cover,
        stock_out_date=day_after(today, cover),
        reorder_date=day_after(today, order.until),
        reorder_quantity=np.where(near, order.quantity, np.nan),
        **dict(zip(REASONS, (safety, rule["reserve_units"], *made_up), strict=True)),
        order_point=point,
        gap_date=day_after(today, gap.begins),
        gap_days=gap.days,
        gap_units=gap.units,
        lead_time_days=rule["lead_time_days"].astype("int64"),
        **{leg: rule[leg] for leg in LEGS},
        **_second(usable, ahead, arrivals, rule, near),
        health=_health(units, cover, point, rule),
    )


@dataclass(frozen=True, slots=True)
class LevelCost:
    """What safety stock a service level for all takes: units, and their cost without that of
    `unpriced` SKUs; None where no cost is known.
    """

    level: int
    units: int
    cost: float | None
    unpriced: int


def level_costs(
    plan: pd.DataFrame,
    rules: pd.DataFrame,
    defaults: Rules,
    ahead: Outlook,
    levels: Iterable[int] = LEVELS_TOLD,
) -> list[LevelCost]:
    """What each service level would take in safety stock, were it the one for all.

    SKUs with a level or safety days of their own keep those; `plan` has `unit_cost`.
    """
    cost, found = plan["unit_cost"].to_numpy(float), []
    for level in levels:
        usual = replace(defaults, service_level=level, safety_days=None)
        units = np.nan_to_num(ahead.safety(_rule(plan["seller_sku"], rules, usual)))
        is_priced = ~np.isnan(cost) & (units > 0)
        worth = float((units * np.nan_to_num(cost)).sum()) if is_priced.any() else None
        unpriced = int(((units > 0) & np.isnan(cost)).sum())
        found.append(LevelCost(level, round(float(units.sum())), worth, unpriced))
    return found


def reckoning(row: Mapping[Any, Any]) -> str | None:
    """How a plan's reorder of a SKU is reckoned, in a sentence; None where there's none."""
    quantity, days = row["reorder_quantity"], row["need_days"]
    if not (quantity > 0 or row["sent_in_units"] > 0):
        return None
    parts = [
        (-row["lost_units"], "that can't be sold before it comes"),
        (row["safety_units"], "safety"),
        (row["kept_units"], "to be kept"),
        (-row["fulfillable_quantity"], "here"),
        (-row["coming_units"], "coming"),
        (-row["sent_in_units"], "elsewhere"),
    ]
    terms = [
        f" {'-' if units < 0 else '+'} {_amount(abs(units))} {word}"
        for units, word in parts
        if round(abs(units), 1)
    ]
    total = row["need_units"] + sum(units for units, _ in parts)
    more = quantity - total >= 1
    ordered = f"; {quantity:,.0f} in full cases, or as the least to order" if more else ""
    result = _amount(total) if more else f"{quantity:,.0f}"
    a_day = row["need_units"] / days
    return f"{a_day:.2f} a day x {days:,.0f} days{''.join(terms)} = {result}{ordered}"


def unordered(row: Mapping[Any, Any]) -> str | None:
    """Why nothing is to be ordered of a SKU, in a sentence; None where something is."""
    if row["reorder_quantity"] > 0 or row["sent_in_units"] > 0:
        return None
    a_day, cover = row["velocity"], row["days_of_cover"]
    if pd.isna(row["fulfillable_quantity"]):
        return "not known, as Amazon doesn't tell how many can ship"
    if np.isnan(a_day):
        return f"not known yet, as how fast it sells isn't: that takes {ENOUGH} days in stock"
    if np.isinf(cover):
        return (
            "none, as what can ship lasts to the end of its sale"
            if a_day
            else ("none, as nothing of it was sold")
        )
    if a_day == 0:
        return "none, as nothing of it is expected to be sold in the next 30 days"
    if cover >= _FAR:
        return "none, as what can ship lasts for more than two years"
    return "none, as what is there and coming is enough, or its sale ends before more could come"


def _amount(units: float) -> str:
    return f"{units:,.0f}" if abs(units - round(units)) < 0.05 else f"{units:,.1f}"


def health_of(
    plan: pd.DataFrame, rules: pd.DataFrame, defaults: Rules, ahead: Outlook
) -> Callable[[Numbers], pd.Categorical]:
    """Says how the SKUs of a plan would stand with other units to ship, a number for each."""
    rule, point = _rule(plan["seller_sku"], rules, defaults), plan["order_point"].to_numpy(float)

    def standing(units: Numbers) -> pd.Categorical:
        usable = np.maximum(0.0, units - rule["reserve_units"])
        return _health(units, days_of_cover(usable, ahead), point, rule)

    return standing


def day_after(today: date, in_days: Numbers) -> pd.DatetimeIndex:
    """The days that lie so many days ahead (midnight, UTC); NaT where not known or years away."""
    near = in_days < _FAR
    whole = _whole(np.where(near, in_days, 0.0)).astype("int64")
    days = (np.datetime64(today, "D") + whole).astype("datetime64[us]")
    return pd.DatetimeIndex(np.where(near, days, np.datetime64("NaT", "us")), tz="UTC")


class Meter(StrEnum):
    """Whether the units can leave now, as far as the stock tells."""

    NOW = "on the shelf"
    RESERVE = "only with the reserve"
    TRANSFER = "only in transfer"
    SHORT = "not enough"
    UNKNOWN = "not told"


def effect(
    plan: pd.DataFrame,
    wanted: Mapping[str, int],
    placed: Mapping[str, int],
    reserve: Mapping[str, int],
    today: date,
    ahead: Outlook | None = None,
) -> pd.DataFrame:
    """What the order leaves of each SKU: columns EFFECT, a line per SKU in `wanted`, in its order.

    `plan` is `planning.plan`'s; `placed` are units of orders that the stock doesn't show yet,
    `reserve` units to be kept for Amazon, `ahead` what these SKUs sell, by the plan's velocity
    unless it's told. Units; cover in days, NaN where
    the velocity isn't known; dates are days (midnight, UTC), NaT where not known or years away. A
    SKU that isn't in the plan has nothing; of one whose units aren't told, what is left is NaN.
    """
    rows = plan.set_index("seller_sku").reindex(list(wanted))
    asked, gone, kept = (_units_of(wanted, units) for units in (wanted, placed, reserve))
    counts = (rows[name].to_numpy(dtype=float, na_value=np.nan) for name in _STOCK)
    is_here = rows.index.isin(plan["seller_sku"])
    there, moving, worked = (np.where(is_here, count, 0.0) for count in counts)
    moving, worked = np.nan_to_num(moving), np.nan_to_num(worked)
    now = np.maximum(0.0, there - gone)
    free = np.maximum(0.0, now - kept)
    ahead = ahead or _as_planned(rows, even_course(today))
    before = days_of_cover(free, ahead)
    after = days_of_cover(np.maximum(0.0, free - asked), ahead)
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


def _as_planned(rows: pd.DataFrame, course: Course) -> Outlook:
    """What the SKUs of a plan sell ahead, as far as the middle goes."""
    level = rows["velocity"].to_numpy(dtype=float, na_value=np.nan) / course.month
    unknown = np.full(len(rows), np.nan)
    return Outlook(Levels(level, unknown, unknown, unknown), course, Misses())


def _speeds(sold: pd.DataFrame) -> dict[str, Numbers]:
    return {
        f"velocity_{days}": velocity(_column(sold, f"units_{days}"), _column(sold, f"days_{days}"))
        for days in WINDOWS
    }


def _parts(sold: pd.DataFrame, own: pd.DataFrame | None, a_day: Numbers) -> dict[str, Numbers]:
    """The velocity's parts, as those of the longest window of which MCF orders are known."""
    windows = [days for days in WINDOWS if own is not None and f"mcf_units_{days}" in own]
    by_mcf = np.full(len(sold), np.nan)
    if own is not None and windows:
        days = windows[-1]
        took = _column(own.reindex(sold.index), f"mcf_units_{days}", 0.0)
        left = _column(sold, f"units_{days}")
        # Units that came unannounced hide others that left: then what is told doesn't fit together.
        fits = (_column(sold, f"days_{days}") >= ENOUGH) & (took <= left * (1 + 1e-9))
        share = np.divide(took, left, out=np.zeros(len(sold)), where=fits & (left > 0))
        by_mcf = np.where(fits, share * a_day, np.nan)
    return {"velocity_mcf": by_mcf, "velocity_other": np.maximum(0.0, a_day - by_mcf)}


def _rule(names: pd.Series[str], rules: pd.DataFrame, defaults: Rules) -> dict[str, Numbers]:
    held = rules.reindex(names)
    usual = {
        name: np.nan if getattr(defaults, name) is None else getattr(defaults, name)
        for name in RULES
    }
    rule = {name: _column(held, name, usual[name]) for name in RULES}
    # Who set a service level for a SKU, and no days, doesn't mean the days that are for all.
    own = ~np.isnan(_column(held, "service_level")) & np.isnan(_column(held, "safety_days"))
    return {
        **rule,
        "safety_days": np.where(own, np.nan, rule["safety_days"]),
        **_lead_time(held, rule),
    }


def _lead_time(held: pd.DataFrame, rule: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """The lead time as it holds, and its legs where they make it up, else NaN.

    All three legs go before a lead time in one number; but what is set for a SKU, before what is
    for all.
    """
    total = sum(rule[leg] for leg in LEGS)
    own_legs = np.any([~np.isnan(_column(held, leg)) for leg in LEGS], axis=0)
    in_one = ~np.isnan(_column(held, "lead_time_days")) & ~own_legs
    by_legs = ~np.isnan(total) & ~in_one
    lead = np.where(by_legs, total, rule["lead_time_days"])
    return {
        "lead_time_days": np.asarray(lead),
        **{leg: np.where(by_legs, rule[leg], np.nan) for leg in LEGS},
    }


def _second(
    usable: Numbers,
    ahead: Outlook,
    arrivals: reorder.Coming,
    rule: Mapping[str, Numbers],
    near: Truths,
) -> dict[str, Numbers]:
    """What a second supplier saves, where the first one's order can't come in time."""
    lead = rule["lead_time_days"]
    second = np.where(np.isnan(rule["second_lead_time_days"]), lead, rule["second_lead_time_days"])
    second = np.minimum(lead, second)
    saved = reorder.lost(lead, usable, ahead, arrivals) - reorder.lost(
        second, usable, ahead, arrivals
    )
    helps = near & (second < lead) & (np.round(saved, 6) >= 1)
    return {
        "second_days": np.where(helps, lead - second, np.nan),
        "second_units": np.where(helps, saved, np.nan),
    }


def alternative(row: Mapping[Any, Any]) -> str | None:
    """What the second supplier of a SKU brings, in a sentence; None where the first is in time."""
    days, units = row["second_days"], row["second_units"]
    if not days > 0:
        return None
    name = row.get("second_supplier")
    name = name if isinstance(name, str) and name else "the second supplier"
    more = row.get("second_unit_cost", np.nan) - row.get("unit_cost", np.nan)
    cost = "what it costs more isn't known"
    if not np.isnan(more):
        cost = f"costs {abs(more):,.2f} {'more' if more >= 0 else 'less'} a unit"
    one = f"{days:,.0f} day{'' if days == 1 else 's'}"
    saved = f"{round(units):,} more unit{'' if round(units) == 1 else 's'} can be sold"
    return f"From {name}: {one} earlier, {cost}; about {saved}"


def _column(frame: pd.DataFrame, name: str, instead: float = np.nan) -> Numbers:
    """A column as numbers, with something `instead` of what is missing."""
    if name not in frame:
        return np.full(len(frame), instead, dtype=float)
    values = frame[name].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(values), instead, values)


def _whole(days: Numbers) -> Numbers:
    """Whole days; what a division left a hair below a day is that day."""
    return np.floor(np.round(days, 6))


def _health(
    units: Numbers, cover: Numbers, point: Numbers, rule: dict[str, Numbers]
) -> pd.Categorical:
    few = np.round(units - rule["reserve_units"] - point, 6) <= 0
    low = np.where(np.isnan(cover), units <= rule["low_units"], few)
    state = np.select(
        [units <= 0, low, np.isnan(cover), cover > rule["excess_days"]],
        [Health.OUT.value, Health.LOW.value, Health.NEW.value, Health.EXCESS.value],
        Health.FINE.value,
    )
    codes = pd.Categorical(state, [each.value for each in Health], ordered=True)
    return codes if not np.isnan(units).any() else _unknown_where(np.isnan(units), codes)


def _unknown_where(which: Truths, states: pd.Categorical) -> pd.Categorical:
    return pd.Categorical.from_codes(np.where(which, -1, states.codes), dtype=states.dtype)


def _units_of(skus: Iterable[str], units: Mapping[str, int]) -> Numbers:
    return np.array([units.get(sku, 0) for sku in skus], dtype=float)


def _meter(
    asked: Numbers,
    free: Numbers,
    now: Numbers,
    some_day: Numbers,
) -> pd.Categorical:
    states = np.select(
        [np.isnan(now), asked <= free, asked <= now, asked <= some_day],
        [Meter.UNKNOWN.value, Meter.NOW.value, Meter.RESERVE.value, Meter.TRANSFER.value],
        Meter.SHORT.value,
    )
    return pd.Categorical(states, [state.value for state in Meter])
