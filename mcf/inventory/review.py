"""The review of the stock: what it means, what left in own orders, one SKU in depth, what needs a
decision.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from mcf.concerns import Concern
from mcf.inventory import (
    ages,
    arrivals,
    concerns,
    expectations,
    forecast,
    groups,
    lead_times,
    money,
    own_orders,
    planning,
    purchases,
    reorder,
    sales,
    supply,
    waterfall,
)
from mcf.inventory.demand import ENOUGH, Course
from mcf.inventory.expectations import Expectation, Expected, Way
from mcf.inventory.forecast import Forecast
from mcf.inventory.groups import Group, GroupFigure
from mcf.inventory.history import History, date_of, day_of, midnight
from mcf.inventory.money import Total
from mcf.inventory.outlook import Outlook
from mcf.inventory.planning import WINDOWS, Health, LevelCost
from mcf.inventory.preferences import Choices
from mcf.inventory.purchases import Purchases
from mcf.inventory.said import Said
from mcf.inventory.score import Forecasts, Scores
from mcf.inventory.waterfall import Waterfall
from mcf.marketplaces import MARKETPLACES
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.frames import StockState
from mcf.store.snapshots import Made, RevisionCache, Snapshot

T = TypeVar("T")
AHEAD = 90
"""Days for which a projection is made."""
PAST = 365
_AT_ONCE = 2000
"""SKUs whose days are read at once."""


def shipped(
    store: Store, today: int, windows: Sequence[int], told_days: Collection[int]
) -> pd.DataFrame:
    """Indexed by `seller_sku`: `mcf_units_N` that left in MCF orders in the last N days.

    Only on `told_days`, those of which it's known what left in all; days are as `History` counts
    them, and today isn't over. An order counts on the day on which the last of its shipments left,
    once all have. A window has a column only when its orders are known: details of all that shipped
    since it began were read, and an older order is known, as Amazon doesn't tell how far back it
    lists them. Orders of other marketplaces don't count, where Amazon tells which they're of.
    Raises `StoreError`.

    https://developer-docs.amazon.com/sp-api/reference/listallfulfillmentorders
    """
    begins = {
        window: min((day for day in told_days if day >= today - window), default=None)
        for window in windows
    }
    covered = {
        window: begin
        for window, begin in begins.items()
        if begin is not None and own_orders.known_since(store, midnight(begin))
    }
    lines = own_orders.lines(store, min(covered.values(), default=today), today)
    lines = lines[lines["day"].isin(list(told_days))]
    sums = {
        f"mcf_units_{window}": lines[lines["day"] >= begin].groupby("seller_sku")["units"].sum()
        for window, begin in covered.items()
    }
    names = pd.Index(sorted(lines["seller_sku"].unique()), name="seller_sku", dtype="str")
    return pd.DataFrame(sums, index=names).astype("float64").fillna(0.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over all SKUs today, and those of a day before; None where that day wasn't recorded.

    `units` are by the names of quantities, `untold` those SKUs of which Amazon doesn't tell them,
    `skus` by `Health`, for the past by today's rules and
    velocities. `trend` has DAY_QUANTITIES by `day`: of the last month's recorded days, and today.
    """

    units: dict[str, int]
    untold: dict[str, int]
    skus: dict[str, int]
    before: dict[int, dict[str, int] | None]
    skus_before: dict[int, dict[str, int] | None]
    trend: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much history there is: its first day, and from when velocities can be told."""

    first: date | None
    days: int
    velocities_from: date


@dataclass(frozen=True, slots=True)
class SKUReview:
    """One SKU in depth.

    `days` are `History.sku`'s, `expected` and `projection` are None while too little is known,
    `standing` is `StockReview.standing`'s for it, `coming` units by days until they can ship,
    `one_offs` are `StockReview.one_offs` of it, `said` is what was said of its sales.
    """

    row: pd.Series
    days: pd.DataFrame
    expected: Forecast | None
    projection: pd.DataFrame | None
    standing: pd.DataFrame
    coming: dict[int, int]
    one_offs: pd.DataFrame
    said: list[Expectation]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an expectation so far: units on `days` in stock, and what is usual on those.

    `days` and `usual` are sums over its SKUs; `usual` is None where that isn't known.
    """

    units: int
    days: int
    usual: float | None


class StockReview:
    """Of one account in one marketplace; safe to share between threads."""

    def __init__(
        self, store: Store, inventory: Callable[[], pd.DataFrame], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._inventory = inventory
        self._now = now
        self._cache = RevisionCache()
        # As many as visitors look at, at once: each is of the SKUs of one page of the table.
        self._trends = lru_cache(maxsize=16)(self._find_trends)
        self.history = History(store)
        self.choices = Choices(store)
        self.purchases = Purchases(store, self.history, inventory, lambda: self.today)
        self.said = Said(store)
        self._forecasts = Forecasts(store, self.history)
        self._kept_on: int | None = None

    @property
    def today(self) -> int:
        """The day it is at Amazon, in UTC, as `History` counts days."""
        return day_of(self._now())

    def revision(self) -> tuple[object, ...]:
        """Changes when there's something else to show."""
        mine = self._store.revision(tables.inventory, tables.inventory_days)
        return (*mine, *self._chosen(), *self.purchases.revision(), self.today)

    def _chosen(self) -> tuple[int, ...]:
        """Changes with what sellers decide, say and import."""
        told = self._store.revision(tables.stock_ages)
        return (*self.choices.revision(), *self.said.revision(), *told)

    def prepare(self) -> None:
        """Finds what pages show, so that nobody waits for it; raises `StoreError`."""
        self.purchases.settle()
        # What the table waits for comes first.
        for find in self.steps().values():
            find()
        self.groups()
        self.concerns()
        self.keep_forecasts()
        self.figures()
        self.health_trend()
        self.scores()

    def keep_forecasts(self) -> bool:
        """Whether today's forecasts were written, as the first of all processes on this store."""
        today, span = self.today, self.history.span()
        if self._kept_on == today or span is None or today - span[0] < ENOUGH:
            return False
        if self._forecasts.is_kept(today):
            self._kept_on = today
            return False
        demand, course = self._demand(), self.course
        # A day may have begun meanwhile: what was found is of that one then.
        return self.today == today and self._forecasts.keep(today, demand, course)

    def scores(self) -> Scores:
        """How good the forecasts of the shop were, against what came."""
        return self._once("scores", self._scored(), lambda: self._forecasts.of_the_shop(self.today))

    def score(self, seller_sku: str) -> Scores:
        """How good the forecasts of one SKU were, against what came."""
        return self._forecasts.of_sku(seller_sku, self.today)

    def _scored(self) -> tuple[object, ...]:
        return (*self._past(), *self._store.revision(tables.forecasts))

    @property
    def is_reckoned(self) -> bool:
        """Whether `steps` were made since the start: those of many SKUs take seconds."""
        return self._cache.has("plan") and self._cache.has("standing")

    def steps(self) -> dict[str, Callable[[], object]]:
        """What has to be found before the stock can be told with its plan, in order, by words."""
        return {
            "velocity": self._demand,
            "cover and reorder": self.snapshot,
            "what is stuck": self.standing,
        }

    def plan(self) -> pd.DataFrame:
        """A line per SKU: the inventory with the columns of `planning.plan`, `money.valued` and,
        where Amazon's rule is known, `supply.supply`, of SKUs that sell enough to pay.

        Its `stock_state` is low where `health` is.
        """
        return self.snapshot().frame

    def snapshot(self) -> Snapshot:
        """The plan with what pages found in it; the same one until something changes."""
        return self._once("plan", self._plan_revision(), lambda: Snapshot(self._build_plan()))

    def _once(self, name: str, revision: tuple[object, ...], find: Callable[[], T]) -> T:
        """What `find` finds, asked once per revision; others wait for who asks."""
        return self._cache.once(name, lambda: revision, lambda _: find())

    def _past(self) -> tuple[object, ...]:
        """Changes when the days before today do: once a day, and with a ledger report."""
        return (self.today, *self.history.revision())

    def _plan_revision(self) -> tuple[object, ...]:
        stock = self._store.revision(tables.inventory)
        decided = (*self._chosen(), *self.purchases.revision())
        return (*stock, *decided, *self._past(), self._own_orders()[1])

    def members(self) -> dict[str, list[str]]:
        """The SKUs of all that was said, by its number."""

        def find() -> dict[str, list[str]]:
            said = self.said.all()
            has_tags = any(one.tag for one in said)
            tags = self.choices.rules()["tags"] if has_tags else pd.Series(dtype="str")
            return expectations.members(said, tags)

        return self._once("members", self._chosen(), find)

    def _named(self) -> tuple[dict[str, set[int]], frozenset[object]]:
        """Days of SKUs from which nothing usual is to be learnt; the same to be compared."""

        def find() -> tuple[dict[str, set[int]], frozenset[object]]:
            days = expectations.named(self.said.all(), self.members(), self.today)
            return days, frozenset((sku, *sorted(some)) for sku, some in days.items())

        return self._once("named", (*self._chosen(), self.today), find)

    def _seen(self) -> sales.Seen:
        past, (named, key) = self._past(), self._named()
        return self._once("seen", (*past, key), lambda: sales.see(self.history, self.today, named))

    def expected(self) -> Expected | None:
        """What sellers expect of the stock's sales from today on; None when that is nothing."""

        def find() -> Expected | None:
            names = pd.Index(self._inventory()["seller_sku"])
            level = self._demand()["level"].reindex(names).to_numpy(float)
            said, skus = self.said.all(), self.members()
            return expectations.expected(said, skus, names, level, self.today)

        stock = self._store.revision(tables.inventory)
        revision = (*stock, *self._chosen(), *self._past())
        return self._once("expected", revision, find)

    def sold_within(self, seller_sku: str, days: int) -> float:
        """Units of a SKU that are expected to be sold in so many days; NaN if that isn't known."""
        return float(self.outlook([seller_sku]).until(np.array([float(days)]))[0])

    def instead(self, one: Expectation, seller_sku: str) -> tuple[float, float | None] | None:
        """Units of a SKU that are expected on its days from today on, and those usual on them.

        None where nothing is known, or nothing of it lies ahead; the usual ones may not be known.
        """
        days = one.first - self.today, one.last - self.today + 1
        if one.way in (Way.END, Way.ONE_OFF) or days[1] <= 0:
            return None
        first, last = (np.array([float(max(0, day))]) for day in days)
        ahead = self.outlook([seller_sku])
        units = float(ahead.between(first, last)[0])
        level = self._demand()["level"].get(seller_sku, np.nan)
        usual = float(level * (ahead.course.until(last) - ahead.course.until(first))[0])
        if np.isnan(units):
            return None
        return units, None if np.isnan(usual) else usual

    def came(self, one: Expectation) -> Came:
        """What was sold on those days of an expectation that are over."""
        revision = (*self._past(), *self._chosen())
        return self._once(f"came {one.expectation_id}", revision, lambda: self._find_came(one))

    def _find_came(self, one: Expectation) -> Came:
        names, demand = self._seen().names, self._demand()["level"]
        skus = names[names.isin(self.members()[one.expectation_id])]
        until = max(one.first, min(one.last + 1, self.today))
        units, days = np.zeros(len(skus)), np.zeros(len(skus))
        for first in range(0, len(skus), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            sold, in_stock = self.history.sold(one.first, until, only=list(skus[some]))
            units[some] = np.where(in_stock, sold, 0.0).sum(axis=1)
            days[some] = in_stock.sum(axis=1)
        usual = demand.reindex(skus).to_numpy(float) * days
        known = None if np.isnan(usual).any() or not len(skus) else float(usual.sum())
        return Came(round(float(units.sum())), int(days.sum()), known)

    def _demand(self) -> pd.DataFrame:
        """What each SKU sells on an average day, and what left of it in WINDOWS."""
        # The revision comes first: a day that begins in between must not get the last one's.
        past, counted = (*self._past(), self._named()[1]), self.choices.counted()
        return self._once(
            "demand", (*past, counted), lambda: sales.levels(self._seen(), self.today, counted)
        )

    @property
    def course(self) -> Course:
        """What a SKU of this shop sells up to each coming day."""
        return self._seen().course

    def one_offs(self) -> pd.DataFrame:
        """Days that sold far more than usual: columns `sales.ONE_OFFS`, and `counted`.

        Levels leave them out unless they are `counted` (see `Choices.count`).
        """
        days, counted = self._seen().one_offs, self.choices.counted()
        pairs = zip(days["seller_sku"], days["day"], strict=True)
        return days.assign(counted=np.array([pair in counted for pair in pairs], dtype=bool))

    def _own_orders(self) -> tuple[pd.DataFrame, int]:
        """What left in MCF orders, and how often that changed: orders do far more often."""

        def find(earlier: Made[tuple[pd.DataFrame, int]] | None) -> tuple[pd.DataFrame, int]:
            left = shipped(self._store, self.today, WINDOWS, self._told_days())
            before, changes = (None, 0) if earlier is None else earlier.value
            same = before is not None and before.equals(left)
            return left, changes if same else changes + 1

        sources = (tables.orders, tables.order_items, tables.shipments)
        revision = (*self._store.revision(*sources), *self._past())
        return self._cache.once("own orders", lambda: revision, find)

    def _told_days(self) -> frozenset[int]:
        since = self.today - max(WINDOWS)
        return self._once(
            "told days", self._past(), lambda: self.history.told_days(since, self.today)
        )

    def _build_plan(self) -> pd.DataFrame:
        stock, rules = self._inventory(), self.choices.rules()
        today, defaults, own = date_of(self.today), self.choices.defaults(), self._own_orders()[0]
        plan = planning.plan(
            stock,
            self._demand(),
            rules,
            today,
            defaults,
            own,
            course=self.course,
            misses=self._seen().learned.misses,
            standing=self._late(stock),
            ordered=self._ordered(),
            expected=self.expected(),
        )
        supplied = self._supply().reindex(stock["seller_sku"])
        ruled = rules.reindex(stock["seller_sku"])
        return money.valued(plan, rules, self.currency).assign(
            stock_state=_stock_state(plan["health"]),
            supplier=ruled["supplier"].astype("str").fillna("").to_numpy(),
            case_pack=ruled["case_pack"].fillna(defaults.case_pack).to_numpy("int64"),
            second_supplier=ruled["second_supplier"].astype("str").fillna("").to_numpy(),
            second_unit_cost=ruled["second_unit_cost"].to_numpy(float),
            **self._ages(stock),
            **{name: supplied[name].to_numpy(float) for name in supply.COLUMNS},
        )

    @property
    def currency(self) -> str:
        """The marketplace's; "" where it isn't known."""
        here = MARKETPLACES.get(str(self._store.scope["marketplace_id"]))
        return here.currency if here is not None else ""

    def _supply(self) -> pd.DataFrame:
        """Days of supply as Amazon's fee counts them, of the SKUs that can have to pay it."""

        def find() -> pd.DataFrame:
            demand, today = self._demand(), self.today
            here = self._store.scope["marketplace_id"] in supply.MARKETPLACES
            some = demand.loc[supply.candidates(demand) if here else []]
            spans = {days: (list(some.index), today - days, today) for days in supply.SPANS}
            return supply.supply(
                some, {days: self.history.on_hand(*span) for days, span in spans.items()}
            )

        return self._once("supply", (*self._past(), self.choices.counted()), find)

    def lost_sales(self) -> tuple[float, Total, int]:
        """What isn't sold a day for want of stock: see `money.lost_sales`."""
        return self._once(
            "lost sales",
            self._plan_revision(),
            lambda: money.lost_sales(self.plan(), self.currency),
        )

    def _ages(self, stock: pd.DataFrame) -> dict[str, Any]:
        """Columns `ages.COLUMNS`, and `aged_units` that are older than 180 days."""
        told = ages.frame(self._store, stock["seller_sku"])
        aged = told["units_181"] + told["units_271"] + told["units_366"]
        return {name: told[name].to_numpy() for name in told} | {"aged_units": aged.to_numpy()}

    def coverage(self) -> Coverage:
        """How much of the past is known."""
        span = self.history.span()
        first, last = span or (self.today, self.today)
        begins = first if span else self.today
        return Coverage(
            date_of(first) if span else None,
            last - first + 1 if span else 0,
            date_of(begins + ENOUGH + 1),
        )

    def figures(self, ago: Sequence[int] = (1, 7)) -> Figures:
        """The sums over all SKUs, and what they were so many days ago."""
        revision = (*self._plan_revision(), *ago)
        return self._once("figures", revision, lambda: self._build_figures(ago))

    def _build_figures(self, ago: Sequence[int]) -> Figures:
        plan, past = self.plan(), self._past_totals()
        units = {name: int(plan[name].sum()) for name in tables.DAY_QUANTITIES}
        untold = {name: int(plan[name].isna().sum()) for name in tables.DAY_QUANTITIES}
        by_day = past.set_index("day")
        before: dict[int, dict[str, int] | None] = {}
        for days in ago:
            then = pd.Timestamp(midnight(self.today - days))
            before[days] = (
                {name: int(by_day.loc[then, name]) for name in tables.DAY_QUANTITIES}  # type: ignore[arg-type]
                if then in by_day.index
                else None
            )
        health = self._past_health()
        skus_before = {days: health.get(self.today - days) for days in ago}
        trend = pd.concat(
            [
                past[["day", *units]],
                pd.DataFrame([{"day": pd.Timestamp(midnight(self.today)), **units}]),
            ],
            ignore_index=True,
        )
        return Figures(units, untold, _counts(plan["health"].array), before, skus_before, trend)

    def _past_totals(self) -> pd.DataFrame:
        """Of the last month's days that were recorded; the ledger report counts otherwise."""

        def find() -> pd.DataFrame:
            totals = self.history.totals(self.today - 30, self.today)
            return totals[totals["recorded"]]

        return self._once("totals", self._past(), find)

    def _past_health(self) -> dict[int, dict[str, int]]:
        """How many SKUs stood so on each of these days, by today's rules and velocities."""

        def find() -> dict[int, dict[str, int]]:
            return self._health_on([day_of(moment) for moment in self._past_totals()["day"]])

        names = self.snapshot().once(
            "names", lambda plan: int(pd.util.hash_pandas_object(plan["seller_sku"]).sum())
        )
        return self._once("health", (*self._past(), *self._chosen(), names), find)

    def health_trend(self) -> dict[str, dict[datetime, int]]:
        """How many SKUs stood so on each recorded day of the last month and today, by `Health`."""
        counts = self._past_health() | {self.today: self.figures().skus}
        return {
            state.value: {midnight(day): count[state.value] for day, count in counts.items()}
            for state in Health
        }

    def _health_on(self, days: Sequence[int]) -> dict[int, dict[str, int]]:
        plan = self.plan()
        ahead = self.outlook(plan["seller_sku"].tolist())
        health_of = planning.health_of(plan, self.choices.rules(), self.choices.defaults(), ahead)
        found = {}
        names = plan["seller_sku"].tolist()
        for day, units in zip(days, self.history.on_days(days, names), strict=True):
            there = ~np.isnan(units)
            found[day] = _counts(health_of(np.where(there, units, 0.0))[there])
        return found

    def trends(self, seller_skus: Collection[str], days: int = 30) -> dict[str, list[int]]:
        """What could ship on each of the last days, by SKU."""
        revision = (self.today, *self._store.revision(tables.inventory_days))
        return self._trends(revision, tuple(seller_skus), days)

    def _find_trends(
        self, _: tuple[object, ...], seller_skus: tuple[str, ...], days: int
    ) -> dict[str, list[int]]:
        return self.history.levels(seller_skus, self.today - days)

    def sku(self, seller_sku: str) -> SKUReview | None:
        """One SKU in depth; None when there's no such SKU."""
        plan = self.plan()
        matching = plan[plan["seller_sku"] == seller_sku]
        if matching.empty:
            return None
        row = matching.iloc[0]
        days = self.history.sku(seller_sku, self.today - PAST)
        coming = reorder.coming(matching, self._late(matching), self._ordered())
        start, there = date_of(self.today), row["fulfillable_quantity"]
        expected, projection = forecast.of_one(self.outlook([seller_sku]), AHEAD), None
        if expected is not None and not pd.isna(there):
            arriving = {at: float(units[0]) for at, units in coming.items()}
            kept = float(row["kept_units"])
            projection = forecast.projection(int(there), arriving, expected, start, kept)
        standing, one_offs = self.standing(), self.one_offs()
        return SKUReview(
            row,
            days,
            expected,
            projection,
            standing[standing["seller_sku"] == seller_sku],
            {at: int(units[0]) for at, units in coming.items()},
            one_offs[one_offs["seller_sku"] == seller_sku],
            self.said_of(seller_sku),
        )

    def waterfall(self, days: pd.DataFrame, seller_sku: str, here: int, there: int) -> Waterfall:
        """Where a SKU's units went between two of its `days`, by their places."""
        since, until = (day_of(days["day"].iloc[at]) + 1 for at in (here, there))
        own = None
        if own_orders.known_since(self._store, midnight(since)):
            lines = own_orders.lines(self._store, since, until)
            mine = lines[lines["seller_sku"] == seller_sku]
            sums = mine.groupby("day", as_index=False)["units"].sum()
            own = {midnight(int(day)): float(units) for day, units in sums.to_numpy()}
        return waterfall.between(days, here, there, own)

    def said_of(self, seller_sku: str) -> list[Expectation]:
        """What was said of the sales of one SKU, the last days first."""
        skus = self.members()
        return [one for one in self.said.all() if seller_sku in skus[one.expectation_id]]

    def outlook(self, seller_skus: Sequence[str]) -> Outlook:
        """What these SKUs sell ahead."""
        names, misses = pd.Series(seller_skus, dtype="str"), self._seen().learned.misses
        demand = self._demand()
        return planning.outlook(names, demand, self.course, misses, self.expected())

    def level_costs(self) -> list[LevelCost]:
        """What service levels would take in safety stock, in all."""

        def find() -> list[LevelCost]:
            plan, choices = self.plan(), self.choices
            ahead = self.outlook(plan["seller_sku"].tolist())
            usual = choices.defaults()
            mine = {usual.service_level, *planning.LEVELS_TOLD}
            return planning.level_costs(plan, choices.rules(), usual, ahead, sorted(mine))

        return self._once("level costs", self._plan_revision(), find)

    def lead_times(self, seller_skus: Sequence[str]) -> pd.DataFrame:
        """How long orders of these SKUs took, as far as that's known: `lead_times.COLUMNS`."""
        rules, usual = self.choices.rules(), self.choices.defaults()
        came = self.purchases.lead_times()
        since = self.today - PAST
        looks = arrivals.by_sku(self.history.inbound(seller_skus, since, self.today))
        return lead_times.learned(seller_skus, rules, usual, came, looks)

    def standing(self) -> pd.DataFrame:
        """How long units have been in a place: columns `seller_sku`, `place`, `units`, `days`.

        A line per SKU and place of `concerns.STUCK` with units there now: on each recorded day
        since `days` days ago at least `units` were there.
        """
        return self._once("standing", self._plan_revision(), self._build_standing)

    def _build_standing(self) -> pd.DataFrame:
        places = list(concerns.STUCK)
        past = self._once("stood", self._past(), lambda: self.history.standing(self.today, places))
        return _still(past, self.plan(), places)

    def ordered(self) -> pd.DataFrame:
        """The lines that were ordered of suppliers: see `Purchases.lines`."""
        # What Amazon shows of them is told by the stock.
        revision = (*self._store.revision(tables.inventory), *self.purchases.revision())
        return self._once("ordered", (*revision, *self._past()), self.purchases.lines)

    def _ordered(self) -> pd.DataFrame:
        return purchases.coming(self.ordered(), self.today)

    def _late(self, stock: pd.DataFrame) -> pd.DataFrame:
        """What of a stock has been on its way for longer than is assumed."""
        waits = reorder.ARRIVES_IN
        past = self._once("late", self._past(), lambda: self.history.late(self.today, waits))
        return _still(past, stock, list(waits))

    def groups(self) -> dict[Group, GroupFigure]:
        """The SKUs that need a look, by why."""
        return self._once(
            "groups",
            self._plan_revision(),
            lambda: groups.of_the_stock(
                self.plan(), self.standing(), date_of(self.today), self.currency
            ),
        )

    def concerns(self) -> list[Concern]:
        """What about the stock needs a decision, the most urgent first; also what is put off."""
        now = self._now()
        found = self._once(
            "concerns",
            (*self._plan_revision(), now.hour),
            lambda: concerns.of_the_stock(self.plan(), self.standing(), now),
        )
        never_came = purchases.concern(self.ordered())
        return found if never_came is None else concerns.ranked([*found, never_came])


def _still(past: pd.DataFrame, stock: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Of what stood in a place until yesterday, what is there now."""
    lines = pd.Index(stock["seller_sku"]).get_indexer(past["seller_sku"])
    past, lines = past[lines >= 0], lines[lines >= 0]
    there = np.zeros(len(past), dtype="int64")
    for place in places:
        here = (past["place"] == place).to_numpy()
        there[here] = stock[place].to_numpy(dtype=float, na_value=0.0)[lines[here]]
    return past.assign(units=np.minimum(past["units"], there))[there > 0]


def _stock_state(health: pd.Series[Any]) -> pd.Categorical:
    """How SKUs stand, in the words that the stock has without its past."""
    codes = np.minimum(health.cat.codes.to_numpy(), 2)
    kinds = pd.CategoricalDtype([state.value for state in StockState], ordered=True)
    return pd.Categorical.from_codes(codes, dtype=kinds)


def _counts(health: pd.Categorical) -> dict[str, int]:
    """How many stand so, by `Health`; its categories are all of it."""
    codes = np.asarray(health.codes)
    counts = np.bincount(codes[codes >= 0], minlength=len(Health))
    return {str(state): int(counts[at]) for at, state in enumerate(health.categories)}
