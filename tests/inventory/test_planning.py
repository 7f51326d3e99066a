"""What stock and its history mean, with numbers worked by hand, and what holds for any numbers."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcf.inventory import planning
from mcf.inventory.demand import Numbers, even_course
from mcf.inventory.outlook import Misses
from mcf.inventory.planning import LEVELS, RULES, WINDOWS, Health, Rules
from mcf.store import frames
from tests.bench import bench_forecast
from tests.examples import many

TODAY = date(2026, 3, 2)
"""A Monday."""
UNKNOWN = math.nan
NO_RULES = pd.DataFrame()
WEEK_OF_SAFETY = Rules(safety_days=7)
"""Fixed days, so that what is reckoned by them can be reckoned in one's head."""
few = settings(max_examples=many(40))
amounts = st.integers(0, 100_000)
speeds = st.floats(0.01, 500)
rules = st.builds(
    Rules,
    lead_time_days=st.integers(0, 730),
    safety_days=st.none() | st.integers(0, 365),
    order_days=st.integers(1, 730),
    excess_days=st.integers(1, 3650),
    case_pack=st.integers(1, 500),
    reserve_units=st.integers(0, 1000),
    low_units=st.integers(0, 100),
    service_level=st.integers(50, 99),
    lead_spread_days=st.integers(0, 30),
    minimum_units=st.integers(0, 2000),
)


def stock(*rows: dict[str, Any]) -> pd.DataFrame:
    """A stock frame of SKUs A, B, ...; what isn't given is 0 or null."""
    counts = {
        name: 0
        for name, dtype in frames.INVENTORY.items()
        if dtype in (frames.NUMBER, frames.PERHAPS)
    }
    blank = dict.fromkeys(frames.INVENTORY) | counts
    full = [blank | {"seller_sku": chr(ord("A") + n)} | row for n, row in enumerate(rows)]
    return frames.build(frames.INVENTORY, {n: [row[n] for row in full] for n in frames.INVENTORY})


def demand(*skus: dict[int, tuple[float, float]]) -> pd.DataFrame:
    """Units and days in stock by window of SKUs A, B, ...; nothing is known of other windows.

    The level is that of the longest window, varies as chance does, and is sure.
    """
    rows = [
        {f"units_{w}": known.get(w, (0, 0))[0] for w in WINDOWS}
        | {f"days_{w}": known.get(w, (0, 0))[1] for w in WINDOWS}
        | dict(zip(LEVELS, _level(known), strict=True))
        for known in skus
    ]
    names = pd.Index([chr(ord("A") + n) for n in range(len(skus))], name="seller_sku")
    columns = [f"{what}_{window}" for what in ("units", "days") for window in WINDOWS]
    return pd.DataFrame(rows, index=names, columns=[*columns, *LEVELS])


def _level(known: dict[int, tuple[float, float]]) -> tuple[float, float, float, float]:
    units, days = max(known.values(), key=lambda one: one[1], default=(0, 0))
    level = units / days if days >= 7 else UNKNOWN
    return level, 1.0, 0.0, days


def sells(a_day: float) -> pd.DataFrame:
    """The demand of SKU A when it sold so much on each of the last 30 days."""
    return demand({30: (a_day * 30, 30)})


def planned(
    units: int = 0, sold: pd.DataFrame | None = None, held: Rules | None = None, **more: int
) -> dict[str, Any]:
    """The plan of one SKU."""
    there = stock({"fulfillable_quantity": units, **more})
    known = demand() if sold is None else sold
    usual = held or WEEK_OF_SAFETY
    row: dict[str, Any] = planning.plan(there, known, NO_RULES, TODAY, usual).iloc[0].to_dict()
    return row


def test_of_a_sku_whose_units_are_not_told_nothing_is_planned() -> None:
    there = stock({"fulfillable_quantity": None}, {"inbound_shipped_quantity": None})
    sold = demand({30: (30, 30)}, {30: (30, 30)})
    untold, bare = planning.plan(there, sold, NO_RULES, TODAY, WEEK_OF_SAFETY).to_dict("records")
    unknown = ("health", "days_of_cover", "stock_out_date", "reorder_date", "reorder_quantity")
    assert [name for name in unknown if not pd.isna(untold[name])] == []
    assert (bare["health"], bare["reorder_quantity"] > 0) == (Health.OUT, True)


def day(number: int, month: int = 3) -> pd.Timestamp:
    return pd.Timestamp(datetime(2026, month, number, tzinfo=UTC))


def numbers(*values: float) -> Numbers:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(
    ("units", "days", "a_day"),
    [
        (21, 7, 3.0),  # 21 / 7
        (10, 4, UNKNOWN),  # fewer than 7 days in stock
        (45, 30, 1.5),  # 45 / 30
        (9, 12, 0.75),  # 9 / 12: of a window of 30 days, 18 weren't in stock
        (0, 30, 0.0),  # nothing was sold although it could be
        (0, 0, UNKNOWN),
        (UNKNOWN, 30, UNKNOWN),
        (30, UNKNOWN, UNKNOWN),
    ],
)
def test_a_velocity_counts_days_in_stock_and_needs_seven(
    units: float, days: float, a_day: float
) -> None:
    found = planning.velocity(numbers(units), numbers(days))
    assert found.tolist() == pytest.approx([a_day], nan_ok=True)


@pytest.mark.parametrize(
    ("units", "a_day", "cover"),
    [
        (30, 1.5, 20.0),  # 30 / 1.5
        (0, 1.5, 0.0),
        (0, 0.0, 0.0),
        (30, 0.0, math.inf),  # nothing is sold
        (30, UNKNOWN, UNKNOWN),
        (0, UNKNOWN, UNKNOWN),  # out of stock, but for how long it wouldn't last isn't known
    ],
)
def test_days_of_cover_are_units_by_velocity(units: float, a_day: float, cover: float) -> None:
    sold = demand({30: (0, 30)}).assign(level=a_day)
    ahead = planning.outlook(pd.Series(["A"]), sold, even_course(TODAY))
    found = planning.days_of_cover(numbers(units), ahead)
    assert found.tolist() == pytest.approx([cover], nan_ok=True)


def test_a_sku_is_planned_from_its_stock_its_sales_and_the_usual_rules() -> None:
    """60 units at 1.5 a day last 40 days, until 11 April. To be reordered when what is there lasts
    for the lead time of 30 and 7 safety days: in 40 - 37 = 3 days. Then 60 - 3 x 1.5 = 55.5 units
    are left of the (30 + 7 + 30) x 1.5 = 100.5 needed, so that 45 are missing.
    """
    row = planned(60, sells(1.5))
    assert (row["velocity"], row["velocity_days"], row["days_of_cover"]) == (1.5, 30, 40)
    assert (row["stock_out_date"], row["reorder_date"]) == (day(11, 4), day(5))
    assert (row["reorder_quantity"], row["lead_time_days"]) == (45, 30)
    assert row["health"] == Health.FINE


def test_a_reorder_is_in_full_cases() -> None:
    """As above, 45 units are missing: four cases of 12 are 48."""
    assert planned(60, sells(1.5), Rules(safety_days=7, case_pack=12))["reorder_quantity"] == 48


def test_units_to_be_kept_are_neither_cover_nor_reordered_less() -> None:
    """Of 60 units 15 are kept: 45 / 1.5 = 30 days. That is less than 37, so it's due today, and
    100.5 - 45 = 55.5 are missing: 56 units.
    """
    row = planned(60, sells(1.5), Rules(safety_days=7, reserve_units=15))
    assert (row["days_of_cover"], row["reorder_date"]) == (30, day(2))
    assert row["reorder_quantity"] == 56


def test_a_reserve_that_is_not_there_is_reordered_too() -> None:
    """10 units of 50 to be kept: none to sell, 40 missing, and 2 x 37 = 74 to be sold: 114."""
    row = planned(10, sells(2), Rules(safety_days=7, reserve_units=50))
    assert (row["days_of_cover"], row["reorder_quantity"]) == (0, 114)


def test_what_is_on_its_way_puts_a_reorder_off_but_not_the_stock_out() -> None:
    """20 can ship: 10 days at 2 a day. With 30 in transfer, 10 being processed and 60 inbound there
    are 120, for 60 days: to be reordered in 60 - 37 = 23, on 25 March.
    """
    row = planned(
        20,
        sells(2),
        pending_transshipment_quantity=30,
        fc_processing_quantity=10,
        inbound_shipped_quantity=60,
        pending_customer_order_quantity=500,
        researching_quantity=500,
        unfulfillable_quantity=500,
    )
    assert (row["stock_out_date"], row["reorder_date"]) == (day(12), day(25))


def test_units_promised_to_customers_lost_or_unsellable_do_not_count_for_a_reorder() -> None:
    """1 + 2 + 4 + 8 + 16: the others are powers of ten."""
    row = planned(
        1,
        sells(2),
        pending_transshipment_quantity=2,
        fc_processing_quantity=4,
        inbound_shipped_quantity=8,
        inbound_working_quantity=16,
        reserved_quantity=100,
        pending_customer_order_quantity=1000,
        researching_quantity=10_000,
    )
    assert row["fulfillable_quantity"] + row["coming_units"] == 31


@pytest.mark.parametrize("weeks", range(1, 60))
def test_a_velocity_that_no_computer_can_write_down_costs_no_day(weeks: int) -> None:
    """21 sold in 30 days are 0.7 a day: 7 units last ten days, 14 last twenty."""
    row = planned(7 * weeks, demand({30: (21, 30)}))
    assert row["stock_out_date"] == day(2) + timedelta(days=10 * weeks)


def test_what_is_not_known_stays_unknown() -> None:
    row = planned(500)
    told = [*(f"velocity_{w}" for w in WINDOWS), "velocity", "velocity_days", "days_of_cover"]
    told += ["stock_out_date", "reorder_date", "reorder_quantity"]
    assert [pd.isna(row[name]) for name in told] == [True] * len(told)


def test_what_is_not_sold_never_runs_out_and_is_not_reordered() -> None:
    row = planned(5, sells(0))
    assert (row["days_of_cover"], row["health"]) == (math.inf, Health.EXCESS)
    told = [row["stock_out_date"], row["reorder_date"], row["reorder_quantity"]]
    assert [pd.isna(each) for each in told] == [True] * 3


@pytest.mark.parametrize(("units", "date_told"), [(729, True), (730, False), (10**15, False)])
def test_a_date_two_years_away_is_not_told(units: int, date_told: bool) -> None:
    assert pd.notna(planned(units, sells(1))["stock_out_date"]) is date_told


@pytest.mark.parametrize(
    ("units", "a_day", "health"),
    [
        (0, 1, Health.OUT),
        (0, UNKNOWN, Health.OUT),
        (37, 1, Health.LOW),  # 30 days of lead time and 7 of safety
        (38, 1, Health.FINE),
        (180, 1, Health.FINE),
        (181, 1, Health.EXCESS),
        (10, UNKNOWN, Health.LOW),  # the threshold, as long as nothing else is known
        (11, UNKNOWN, Health.NEW),
        (100_000, UNKNOWN, Health.NEW),
    ],
)
def test_health_is_by_cover_or_else_by_the_threshold(
    units: int, a_day: float, health: Health
) -> None:
    assert planned(units, sells(a_day))["health"] == health


def test_health_is_ordered_and_has_all_its_states() -> None:
    health = planning.plan(stock({}), demand(), NO_RULES, TODAY)["health"]
    assert list(health.cat.categories) == [
        "Out of stock", "Low", "Healthy", "Excess", "New",
    ]  # fmt: skip
    assert health.cat.ordered


def test_a_rule_holds_for_its_sku_and_defaults_for_what_is_not_set() -> None:
    """A: 100 units at 1 a day, lead time 60 + 7 safety days: due in 33 days, on 4 April; B as the
    seller's defaults say: 14 + 7, due in 79 days, on 20 May; both are healthy for 180 days.
    """
    own = pd.DataFrame({"lead_time_days": [60, None]}, index=["A", "Z"])
    sold = demand({30: (30, 30)}, {30: (30, 30)})
    two = stock({"fulfillable_quantity": 100}, {"fulfillable_quantity": 100})
    plan = planning.plan(two, sold, own, TODAY, Rules(lead_time_days=14, safety_days=7))
    assert plan["lead_time_days"].tolist() == [60, 14]
    assert plan["reorder_date"].tolist() == [day(4, 4), day(20, 5)]


def test_rules_may_come_from_a_database_with_gaps() -> None:
    """100 at 1 a day less 37 days is in 63 days, on 4 May."""
    own = pd.DataFrame(
        {"lead_time_days": pd.array([None], dtype="Int64"), "case_pack": [None]}, index=["A"]
    )
    there = stock({"fulfillable_quantity": 100})
    plan = planning.plan(there, sells(1), own, TODAY, WEEK_OF_SAFETY)
    assert plan["reorder_date"].tolist() == [day(4, 5)]


def test_the_usual_rules_are_those_told() -> None:
    usual = [getattr(Rules(), name) for name in RULES]
    assert usual == [30, None, 30, 180, 1, 0, 10, 95, 0, 0, None, None, None, 0, None]


def test_health_can_be_told_for_other_units() -> None:
    """At 1 a day with 5 kept: 42 - 5 = 37 days are low, 43 - 5 aren't."""
    own = pd.DataFrame({"reserve_units": [5.0]}, index=["A"])
    plan = planning.plan(stock({}), sells(1), own, TODAY, WEEK_OF_SAFETY)
    ahead = planning.outlook(plan["seller_sku"], sells(1), even_course(TODAY))
    health_of = planning.health_of(plan, own, WEEK_OF_SAFETY, ahead)
    found = [health_of(numbers(n))[0] for n in (0, 42, 43, 186)]
    assert found == [Health.OUT, Health.LOW, Health.FINE, Health.EXCESS]


@pytest.mark.parametrize(
    ("mcf", "by_mcf", "other"),
    [
        (12.0, 0.4, 1.1),  # 12 / 30, and 45 / 30 - 0.4
        (0.0, 0.0, 1.5),
        (45.0, 1.5, 0.0),  # 45 / 30: all
        (46.0, UNKNOWN, UNKNOWN),  # more than was seen to leave doesn't fit together
    ],
)
def test_what_mcf_orders_took_is_apart(mcf: float, by_mcf: float, other: float) -> None:
    own = pd.DataFrame({"mcf_units_30": [mcf]}, index=["A"])
    plan = planning.plan(stock({}), sells(1.5), NO_RULES, TODAY, own=own).iloc[0]
    assert (plan["velocity"], plan["velocity_days"]) == (1.5, 30)
    parts = [plan["velocity_mcf"], plan["velocity_other"]]
    assert parts == pytest.approx([by_mcf, other], nan_ok=True)


def test_a_sku_without_mcf_orders_sold_none_by_them() -> None:
    own = pd.DataFrame({"mcf_units_30": [9.0]}, index=["B"])
    plan = planning.plan(stock({}), sells(1.5), NO_RULES, TODAY, own=own).iloc[0]
    assert (plan["velocity_mcf"], plan["velocity_other"]) == (0.0, 1.5)


def test_mcf_orders_of_the_longest_window_tell_the_parts() -> None:
    """3 of 4 in thirty days, 6 of 9 in ninety: two thirds of 0.1 a day."""
    own = pd.DataFrame({"mcf_units_30": [3.0], "mcf_units_90": [6.0]}, index=["A"])
    sold = demand({30: (4, 30), 90: (9, 90)})
    plan = planning.plan(stock({}), sold, NO_RULES, TODAY, own=own).iloc[0]
    assert (plan["velocity"], plan["velocity_days"]) == (0.1, 90)
    assert plan["velocity_mcf"] == pytest.approx(0.1 * 2 / 3)


@given(st.floats(0, 1e4), st.floats(0, 1e4))
@example(1.1125369292536007e-308, 2.0)
@example(5e-324, 5e-324)
def test_the_parts_of_a_velocity_are_never_negative_nor_more_than_it(
    all_: float, mcf: float
) -> None:
    own = pd.DataFrame({"mcf_units_30": [mcf]}, index=["A"])
    sold = demand(dict.fromkeys(WINDOWS, (all_, 30)))
    plan = planning.plan(stock({}), sold, NO_RULES, TODAY, own=own).iloc[0]
    fits = all_ > 0 and mcf <= all_
    assert math.isnan(plan["velocity_mcf"]) == math.isnan(plan["velocity_other"])
    assert math.isnan(plan["velocity_mcf"]) or 0 <= plan["velocity_other"] <= plan["velocity"]
    assert not fits or plan["velocity_mcf"] == pytest.approx(mcf / 30)


def test_a_plan_keeps_the_order_and_the_columns_of_the_stock() -> None:
    frame = stock({"seller_sku": "Z"}, {"seller_sku": "A"}, {"seller_sku": "M"})
    plan = planning.plan(frame, sells(1), NO_RULES, TODAY)
    pd.testing.assert_frame_equal(plan[frame.columns.tolist()], frame)
    assert plan["velocity"].isna().tolist() == [True, False, True]


def test_no_stock_has_the_same_columns_and_dtypes() -> None:
    empty = planning.plan(stock(), demand(), NO_RULES, TODAY)
    full = planning.plan(stock({}), sells(1), NO_RULES, TODAY)
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    added = {name: str(empty[name].dtype) for name in empty if name not in frames.INVENTORY}
    assert added == {
        **dict.fromkeys(["velocity_7", "velocity_30", "velocity_60", "velocity_90"], "float64"),
        **dict.fromkeys(["velocity", "velocity_days", "days_of_cover"], "float64"),
        **dict.fromkeys(["velocity_mcf", "velocity_other"], "float64"),
        **dict.fromkeys(["stock_out_date", "reorder_date", "gap_date"], "datetime64[us, UTC]"),
        **dict.fromkeys(["reorder_quantity", *planning.REASONS, "order_point"], "float64"),
        **dict.fromkeys(["gap_days", "gap_units"], "float64"),
        **dict.fromkeys([*planning.LEGS, "second_days", "second_units"], "float64"),
        "lead_time_days": "int64",
        "health": "category",
    }


def test_a_hundred_thousand_skus_are_planned_at_once() -> None:
    """Every SKU sells 2 a day and has 0, 1, ... 99,999 units: of 74 or fewer it's low."""
    many = 100_000
    one = stock({})
    units = np.arange(many)
    frame = one.loc[one.index.repeat(many)].reset_index(drop=True)
    frame = frame.assign(seller_sku=[f"SKU-{n}" for n in range(many)], fulfillable_quantity=units)
    sold = pd.DataFrame(
        {
            f"{what}_{w}": 2 * w if what == "units" else w
            for what in ("units", "days")
            for w in WINDOWS
        },
        index=pd.Index(frame["seller_sku"]),
    ).assign(level=2.0, dispersion=1.0, doubt=0.0, level_days=90)
    plan = planning.plan(frame, sold, NO_RULES, TODAY, WEEK_OF_SAFETY)
    assert plan["days_of_cover"].tolist() == (units / 2).tolist()
    counts = plan["health"].value_counts().loc[lambda count: count > 0].to_dict()
    assert counts == {"Out of stock": 1, "Low": 74, "Healthy": 286, "Excess": 99_639}


def one_row(units: int, a_day: float, rule: Rules, today: date = TODAY) -> dict[str, Any]:
    frame = stock({"fulfillable_quantity": units})
    plan = planning.plan(frame, sells(a_day), NO_RULES, today, rule)
    row: dict[str, Any] = plan.iloc[0].to_dict()
    return row


def not_before(later: pd.Timestamp, earlier: pd.Timestamp) -> bool:
    """Whether one is as late as the other; NaT is after two years."""
    return bool(pd.isna(later) or later >= earlier)


@few
@given(amounts, amounts, speeds, rules)
def test_more_stock_never_lasts_shorter_nor_has_to_be_reordered_earlier(
    units: int, more: int, a_day: float, rule: Rules
) -> None:
    less, full = one_row(units, a_day, rule), one_row(units + more, a_day, rule)
    assert full["days_of_cover"] >= less["days_of_cover"]
    assert not_before(full["stock_out_date"], less["stock_out_date"])
    assert not_before(full["reorder_date"], less["reorder_date"])


@few
@given(amounts, speeds, rules, st.integers(-3000, 3000))
def test_another_day_shifts_all_dates_by_as_much(
    units: int, a_day: float, rule: Rules, shift: int
) -> None:
    here = one_row(units, a_day, rule)
    there = one_row(units, a_day, rule, TODAY + timedelta(days=shift))
    dates = ["stock_out_date", "reorder_date"]
    moved = [here[name] + timedelta(days=shift) for name in dates]
    assert pd.Series([there[name] for name in dates]).equals(pd.Series(moved))
    same = ["days_of_cover", "reorder_quantity", "health"]
    assert pd.Series(here)[same].equals(pd.Series(there)[same])


@few
@given(amounts, speeds, speeds, rules)
def test_a_higher_velocity_never_gives_more_cover(
    units: int, a_day: float, more: float, rule: Rules
) -> None:
    slow, fast = one_row(units, a_day, rule), one_row(units, a_day + more, rule)
    assert fast["days_of_cover"] <= slow["days_of_cover"]
    assert not_before(slow["stock_out_date"], fast["stock_out_date"])
    assert not_before(slow["reorder_date"], fast["reorder_date"])


def missing(row: dict[str, Any]) -> float:
    """The units that a plan's reorder should bring, by what it says of it."""
    needed = row["need_units"] - row["lost_units"] + row["safety_units"] + row["kept_units"]
    return float(needed - row["fulfillable_quantity"] - row["coming_units"])


@few
@given(amounts, speeds, rules)
def test_a_reorder_is_whole_cases_and_at_least_the_minimum_and_what_is_missing(
    there: int, a_day: float, rule: Rules
) -> None:
    row = one_row(there, a_day, rule)
    units = row["reorder_quantity"]
    least = max(missing(row), rule.minimum_units)
    assert pd.isna(units) or units >= least - 1e-3
    assert pd.isna(units) or (units % rule.case_pack, units - least < rule.case_pack) == (0, True)


@few
@given(amounts, speeds, rules)
def test_a_reorder_arrives_before_less_than_the_safety_stock_is_left(
    there: int, a_day: float, rule: Rules
) -> None:
    row = one_row(there, a_day, rule)
    until = (row["reorder_date"] - pd.Timestamp(TODAY, tz="UTC")).days
    left = there - row["kept_units"] - (until + rule.lead_time_days) * a_day
    assert pd.isna(until) or until == 0 or left >= row["safety_units"] - 1e-3
    assert pd.isna(until) or left - a_day < row["safety_units"] + 1e-3


@few
@given(amounts, rules, st.integers(0, 6))
def test_a_velocity_that_is_not_known_gives_nothing_and_never_zero(
    units: int, rule: Rules, days: int
) -> None:
    known = demand({30: (3 * days, days), 7: (3 * days, days)})
    row = planned(units, known, rule)
    names = ["velocity", "velocity_days", "days_of_cover", "stock_out_date", "reorder_date"]
    assert [pd.isna(row[name]) for name in [*names, "reorder_quantity"]] == [True] * 6


@pytest.mark.no_cover
@pytest.mark.parametrize("runs_out", [False, True])
def test_the_forecast_beats_last_week_and_the_mean_of_thirty_days(runs_out: bool) -> None:
    _is_as_good_as_told(bench_forecast.watch(22, 60, runs_out))


@pytest.mark.no_cover
def test_the_forecast_holds_what_it_tells_in_a_shop_of_another_kind() -> None:
    """Promotions, a drift of each SKU, lots: nothing of it is the simulator's."""
    _is_as_good_as_told(bench_forecast.make(22, 200))


def _is_as_good_as_told(past: bench_forecast.Past) -> None:
    beaten = ("same as last week", "mean of 30 days", "forecast")
    scores = bench_forecast.replay(past, {name: bench_forecast.WAYS[name] for name in beaten})
    ours = scores.pop("forecast")
    assert ours.mae < min(score.mae for score in scores.values())
    told = [ours.wape(horizon) for horizon in (7, 14, 30)]
    simple = [min(score.wape(h) for score in scores.values()) for h in (7, 14, 30)]
    assert [ours < theirs for ours, theirs in zip(told, simple, strict=True)] == [True] * 3
    assert 0.75 <= ours.coverage(7, 14, 30) <= 0.85
    assert 0.93 <= ours.service <= 0.97


def test_what_is_kept_leaves_no_day_of_cover_to_a_slow_seller() -> None:
    """5 of 6 units are kept: the other one lasts 90 days, and with 5 units no day is covered."""
    sold, rule = demand({90: (1, 90)}), Rules(safety_days=7, reserve_units=5)
    plan = planning.plan(stock({}), sold, NO_RULES, TODAY, rule)
    ahead = planning.outlook(plan["seller_sku"], sold, even_course(TODAY))
    held = planning.health_of(plan, NO_RULES, rule, ahead)

    assert [held(numbers(units))[0] for units in (5, 6)] == ["Low", "Healthy"]


def test_a_reorder_counts_what_is_sold_in_the_whole_days_until_it_is_due() -> None:
    """200 units last 66 days and a part at 3 a day; 37 are needed, so it's due in 29, and arrives
    in 59, when 200 - 177 = 23 are left. 30 and 7 days want 111: 88 units.
    """
    row = planned(200, sells(3.0))
    assert (row["reorder_date"], row["reorder_quantity"]) == (day(31), 88)


def test_what_cannot_be_sold_in_the_lead_time_is_not_ordered() -> None:
    """Nothing is there, and nothing is until the order comes: 30 and 7 days at 2 a day, not 67."""
    row = planned(0, sells(2))
    assert (row["reorder_quantity"], row["lost_units"]) == (74, 60)


def test_the_safety_stock_is_that_of_the_service_level() -> None:
    """60 are sold in 30 days, with a deviation of the root of 60 by chance: 1.645 of it are 12.7,
    and for 99 of a hundred lead times 2.326 of it, 18.02.
    """
    rows = [planned(0, sells(2), Rules(service_level=percent)) for percent in (95, 99)]
    assert [row["safety_units"] for row in rows] == [13, 19]
    assert [row["order_point"] for row in rows] == [73, 79]


def test_a_lead_time_that_varies_needs_more_safety() -> None:
    """7.75 by chance and 2 x 5 by the lead time are 12.65 together: 1.645 of it are 20.8."""
    assert planned(0, sells(2), Rules(lead_spread_days=5))["safety_units"] == 21


def test_the_errors_of_a_shop_tell_its_safety_stock() -> None:
    """Nine in ten of 760 errors were 0, the others 3 deviations: (760 x 3 + 40 x 1.645) / 800."""
    errors = np.repeat([0.0, 3.0], [684, 76])
    misses = Misses({30: errors})
    plan = planning.plan(stock({}), sells(2), NO_RULES, TODAY, misses=misses)
    far = (760 * 3 + 40 * 1.644854) / 800
    assert plan["safety_units"].tolist() == [math.ceil(far * math.sqrt(60))]


def test_a_service_level_of_a_sku_goes_before_the_days_for_all() -> None:
    own = pd.DataFrame({"service_level": [95.0, None]}, index=["A", "B"])
    two = stock({}, {})
    sold = demand({30: (60, 30)}, {30: (60, 30)})
    plan = planning.plan(two, sold, own, TODAY, WEEK_OF_SAFETY)
    assert plan["safety_units"].tolist() == [13, 14]


def test_the_least_to_order_is_ordered() -> None:
    """45 are missing: at least 50, and in cases of 12 that are 60."""
    rule = Rules(safety_days=7, minimum_units=50, case_pack=12)
    assert planned(60, sells(1.5), rule)["reorder_quantity"] == 60


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ((60, 1.5, {}), "1.50 a day x 63 days + 10.5 safety - 60 here = 45"),
        (
            (0, 2, {}),
            "2.00 a day x 60 days - 60 that can't be sold before it comes + 14 safety = 74",
        ),
        (
            (56, 3.2, {"inbound_shipped_quantity": 80}),
            "3.20 a day x 65 days + 22.4 safety - 56 here - 80 coming = 95",
        ),
        ((5, 0, {}), None),
    ],
)
def test_a_reorder_is_told_with_its_own_arithmetic(
    row: tuple[int, float, dict[str, int]], sentence: str | None
) -> None:
    units, a_day, more = row
    assert planning.reckoning(planned(units, sells(a_day), **more)) == sentence


@pytest.mark.parametrize(
    ("units", "a_day", "why"),
    [
        (60, None, "not known yet, as how fast it sells isn't: that takes 7 days in stock"),
        (5, 0.0, "none, as nothing of it was sold"),
        (90_000, 2.0, "none, as what can ship lasts for more than two years"),
        (60, 1.5, None),
    ],
)
def test_why_nothing_is_to_be_ordered_is_told(
    units: int, a_day: float | None, why: str | None
) -> None:
    row = planned(units, None if a_day is None else sells(a_day))
    assert planning.unordered(row) == why
    assert (planning.reckoning(row) is None) is (why is not None)


def test_of_unknown_units_it_is_told_that_they_are() -> None:
    row = planned(60, sells(2)) | {"fulfillable_quantity": pd.NA, "reorder_quantity": UNKNOWN}
    assert planning.unordered(row) == "not known, as Amazon doesn't tell how many can ship"


def test_what_full_cases_add_is_told() -> None:
    row = planned(60, sells(1.5), Rules(safety_days=7, case_pack=12))
    sentence = planning.reckoning(row)
    assert sentence is not None
    assert sentence.endswith("= 45; 48 in full cases, or as the least to order")


@pytest.mark.parametrize(
    ("there", "lead", "gap"),
    [
        (20, {"inbound_shipped_quantity": 90}, (day(12), 3, 6)),  # 10 days; in 14, so after 13
        (26, {"inbound_shipped_quantity": 90}, (None, 0, 0)),  # 13 days: the 14th is theirs
        (20, {}, (None, 0, 0)),  # nothing is on its way
        (0, {"fc_processing_quantity": 90}, (day(2), 1, 2)),  # the first day is lost
        (20, {"inbound_working_quantity": 90}, (day(12), 10, 20)),  # in 21 days
        (0, {"fc_processing_quantity": 2, "inbound_shipped_quantity": 9}, (day(2), 12, 24)),
    ],
)
def test_what_runs_out_before_its_arrivals_is_told(
    there: int, lead: dict[str, int], gap: tuple[Any, float, float]
) -> None:
    """At 2 a day; of 2 units that come in 2 days one day is sold, and 1 + 11 days are without."""
    row = planned(there, sells(2), **lead)
    begins = None if pd.isna(row["gap_date"]) else row["gap_date"]
    assert (begins, row["gap_days"], row["gap_units"]) == gap


def test_what_is_late_is_expected_to_need_as_long_again() -> None:
    """Of 90 units 80 have been on their way for 14 days: 10 come in 14 days, so that there's some
    for 18, and 80 come in 28, so that nothing is there for 9 days.
    """
    standing = pd.DataFrame(
        {"seller_sku": ["A"], "place": ["inbound_shipped_quantity"], "units": [80], "days": [14]}
    )
    frame = stock({"fulfillable_quantity": 26, "inbound_shipped_quantity": 90})
    plan = planning.plan(frame, sells(2), NO_RULES, TODAY, standing=standing).iloc[0]
    assert (plan["gap_date"], plan["gap_days"], plan["gap_units"]) == (day(20), 9, 18)


def test_an_arrival_after_the_lead_time_makes_up_for_what_is_short_before() -> None:
    """With a lead time of 10 days an order would come to an empty shelf, but 400 units come in 14
    days: they last 200, so no order is due.
    """
    rule = Rules(lead_time_days=10, safety_days=7)
    row = planned(16, sells(2), rule, inbound_shipped_quantity=400)
    assert row["reorder_date"] > day(1, 9)


def test_a_service_level_tells_what_it_takes_in_stock() -> None:
    sold = demand({30: (60, 30)}, {30: (60, 30)}, {30: (60, 30)}, {})
    held = pd.DataFrame(
        {"service_level": [UNKNOWN, 50.0], "safety_days": [UNKNOWN] * 2}, index=["A", "B"]
    )
    here = stock({}, {}, {}, {}).assign(unit_cost=[2.0, 4.0, UNKNOWN, 9.0])
    ahead = planning.outlook(here["seller_sku"], sold, even_course(TODAY))
    low, high = planning.level_costs(here, held, Rules(safety_days=9), ahead, (80, 99))
    a_low, a_high = low.units / 2, high.units / 2  # A and C are alike, B keeps none at 50
    assert 0 < a_low < a_high
    assert (low.level, low.cost, low.unpriced) == (80, 2 * a_low, 1)
    assert high.cost == 2 * a_high


def ruled(**own: float) -> pd.DataFrame:
    """What is set for SKU A."""
    return pd.DataFrame(own, index=pd.Index(["A"], name="seller_sku"))


@pytest.mark.parametrize(
    ("own", "for_all", "lead", "legs"),
    [
        ({}, {}, 30, UNKNOWN),
        ({"supplier_days": 20, "transport_days": 18, "put_away_days": 7}, {}, 45, 20),
        # legs go before a lead time in one number
        ({"supplier_days": 2, "transport_days": 3, "put_away_days": 0, "lead_time_days": 60}, {},
         5, 2),
        # a leg that isn't known isn't 0
        ({"transport_days": 18}, {}, 30, UNKNOWN),
        ({"transport_days": 18}, {"supplier_days": 20, "put_away_days": 7}, 45, 20),
        # what is set for a SKU goes before what is for all
        ({"lead_time_days": 60}, {"supplier_days": 20, "transport_days": 1, "put_away_days": 7},
         60, UNKNOWN),
        ({}, {"supplier_days": 20, "transport_days": 1, "put_away_days": 7}, 28, 20),
    ],
)  # fmt: skip
def test_a_lead_time_is_the_sum_of_its_legs(
    own: dict[str, float], for_all: dict[str, int], lead: int, legs: float
) -> None:
    plan = planning.plan(stock({}), sells(1), ruled(**own), TODAY, Rules(**for_all))
    assert plan["lead_time_days"].tolist() == [lead]
    assert plan["supplier_days"].tolist() == pytest.approx([legs], nan_ok=True)


@pytest.mark.parametrize(
    ("elsewhere", "ordered", "sent_in"), [(0, 60, 0), (25, 35, 25), (55, 10, 55), (100, 0, 60)]
)
def test_units_elsewhere_are_taken_off_the_reorder_not_off_what_can_ship(
    elsewhere: int, ordered: int, sent_in: int
) -> None:
    """2 a day with 20 here and a lead time of 30: 60 are wanted for the 30 days after it."""
    rules = Rules(safety_days=0, minimum_units=10)
    row = planning.plan(
        stock({"fulfillable_quantity": 20}),
        sells(2),
        ruled(elsewhere_units=elsewhere),
        TODAY,
        rules,
    ).iloc[0]
    assert (row["reorder_quantity"], row["sent_in_units"]) == (ordered, sent_in)
    assert (row["days_of_cover"], row["reorder_date"]) == (10, day(2))
    told = "" if not elsewhere else f" - {sent_in} elsewhere"
    less = (
        " = 5; 10 in full cases, or as the least to order" if elsewhere == 55 else f" = {ordered}"
    )
    expected = f"2.00 a day x 60 days - 40 that can't be sold before it comes - 20 here{told}{less}"
    assert planning.reckoning(row.to_dict()) == expected


def test_a_second_supplier_is_told_where_the_first_comes_too_late() -> None:
    """2 a day with 20 here: in 30 days 40 can't be sold, in 18 only 16."""
    rule = ruled(second_lead_time_days=18)
    late, there = (
        planning.plan(stock({"fulfillable_quantity": units}), sells(2), rule, TODAY).iloc[0]
        for units in (20, 80)
    )
    assert (late["second_days"], late["second_units"]) == (12, pytest.approx(24))
    named = late.to_dict() | {"second_supplier": "B", "second_unit_cost": 4.3, "unit_cost": 3.5}
    assert planning.alternative(named) == (
        "From B: 12 days earlier, costs 0.80 more a unit; about 24 more units can be sold"
    )
    assert "isn't known" in str(planning.alternative(named | {"unit_cost": UNKNOWN}))
    assert planning.alternative(there.to_dict()) is None
