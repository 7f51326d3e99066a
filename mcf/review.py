"""The review of the stock: what it means, one SKU in depth, what needs a decision."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from mcf import attention, own_orders, planning, tables
from mcf.choices import COLUMNS as RULE_COLUMNS
from mcf.choices import Choices as Choices
from mcf.choices import View as View
from mcf.history import History, date_of, day_of
from mcf.insight import Concern
from mcf.planning import ENOUGH, WINDOWS, Common, Forecast, Health
from mcf.snapshot import Snapshot
from mcf.store import Store

__all__ = ["RULE_COLUMNS", "Choices", "Figures", "Known", "SKUReview", "StockReview", "View"]

ARRIVES_IN = {
    "fc_processing_quantity": 2,
    "pending_transshipment_quantity": 3,
    "inbound_receiving_quantity": 5,
    "inbound_shipped_quantity": 14,
}
"""Days until units of a place can ship. Assumed: Amazon doesn't tell. What is only announced isn't
counted on."""

AHEAD = 90
"""Days for which a projection is made."""

LEARNS_FROM = 90
"""Days of the past on which a forecast rests."""

PAST = 365


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over all SKUs today, and those of a day before; None where that day wasn't recorded.

    `units` are by the names of quantities, `skus` by `Health`, for the past by today's rules and
    velocities. `trend` are `History.totals` of the days that were recorded.
    """

    units: dict[str, int]
    skus: dict[str, int]
    before: dict[int, dict[str, int] | None]
    skus_before: dict[int, dict[str, int] | None]
    trend: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Known:
    """How much history there is: its first day, and from when velocities can be told."""

    first: date | None
    days: int
    velocities_from: date


@dataclass(frozen=True, slots=True)
class SKUReview:
    """One SKU in depth.

    `days` are `History.sku`'s, `expected` and `projection` are None while too little is known,
    `standing` is `History.standing`'s for it, `coming` units by days until they can ship.
    """

    row: pd.Series
    days: pd.DataFrame
    expected: Forecast | None
    projection: pd.DataFrame | None
    standing: pd.DataFrame
    coming: dict[int, int]


class StockReview:
    """Of one account in one marketplace; safe to share between threads."""

    def __init__(
        self, store: Store, inventory: Callable[[], pd.DataFrame], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._inventory = inventory
        self._now = now
        self._lock = threading.Lock()
        self._plan: tuple[tuple[object, ...], Snapshot] | None = None
        self._own: tuple[tuple[object, ...], pd.DataFrame, int] | None = None
        self._figures: tuple[tuple[object, ...], Figures] | None = None
        self._trend: tuple[tuple[object, ...], list[dict[str, int]]] | None = None
        self._concerns: tuple[tuple[object, ...], list[Concern]] | None = None
        self._common: tuple[tuple[object, ...], Common] | None = None
        self.history = History(store)
        self.choices = Choices(store)

    @property
    def today(self) -> int:
        """The day it is at Amazon, in UTC, as `History` counts days."""
        return day_of(self._now())

    def revision(self) -> tuple[object, ...]:
        """Changes when there's something else to show."""
        mine = self._store.revision(tables.inventory, tables.inventory_days)
        return (*mine, *self.choices.revision(), self.today)

    def plan(self) -> pd.DataFrame:
        """A line per SKU: the inventory with `planning.plan`'s columns, `unit_cost` and `tags`."""
        return self.snapshot().frame

    def snapshot(self) -> Snapshot:
        """The plan with what pages found in it; the same one until something changes."""
        with self._lock:
            own, changes = self._own_orders()
            revision = (*self.revision(), changes)
            if self._plan is None or self._plan[0] != revision:
                self._plan = (revision, Snapshot(self._build_plan(own)))
            return self._plan[1]

    def _own_orders(self) -> tuple[pd.DataFrame, int]:
        """What left in MCF orders, and how often that changed: orders do far more often."""
        state = (*self._store.revision(tables.orders, tables.shipments), self.today)
        if self._own is None or self._own[0] != state:
            found = own_orders.shipped(self._store, self.today, WINDOWS)
            _, before, changes = self._own or (None, None, 0)
            same = before is not None and before.equals(found)
            self._own = (state, found, changes if same else changes + 1)
        return self._own[1:]

    def _build_plan(self, own: pd.DataFrame) -> pd.DataFrame:
        stock, rules = self._inventory(), self.choices.rules()
        demand = self.history.demand(self.today, WINDOWS)
        today, defaults = date_of(self.today), self.choices.defaults()
        plan = planning.plan(stock, demand, rules, today, defaults, own)
        ruled = rules.reindex(stock["seller_sku"])
        return plan.assign(
            unit_cost=ruled["unit_cost"].to_numpy(float),
            tags=ruled["tags"].astype("str").fillna("").to_numpy(),
        )

    def known(self) -> Known:
        """How much of the past is known."""
        span = self.history.span()
        first, last = span or (self.today, self.today)
        begins = first if span else self.today
        return Known(
            date_of(first) if span else None,
            last - first + 1 if span else 0,
            date_of(begins + ENOUGH + 1),
        )

    def figures(self, ago: Sequence[int] = (1, 7)) -> Figures:
        """The sums over all SKUs, and what they were so many days ago."""
        revision = (*self.revision(), *ago)
        with self._lock:
            known = self._figures
        if known is not None and known[0] == revision:
            return known[1]
        figures = self._build_figures(ago)
        with self._lock:
            self._figures = (revision, figures)
        return figures

    def _build_figures(self, ago: Sequence[int]) -> Figures:
        plan, totals = self.plan(), self.history.totals(self.today - 30)
        # The ledger report counts otherwise, so that its days would show changes that weren't.
        totals = totals[totals["recorded"]]
        by_day = totals.set_index("day")
        units = {name: int(plan[name].sum()) for name in tables.DAY_QUANTITIES}
        before: dict[int, dict[str, int] | None] = {}
        for days in ago:
            then = pd.Timestamp(date_of(self.today - days), tz="UTC")
            before[days] = (
                {name: int(by_day.loc[then, name]) for name in tables.DAY_QUANTITIES}  # type: ignore[arg-type]
                if then in by_day.index
                else None
            )
        then_known = [days for days in ago if before[days] is not None]
        counted = self._health_on([self.today - days for days in then_known])
        skus_before = dict.fromkeys(ago) | dict(zip(then_known, counted, strict=True))
        return Figures(units, _counts(plan["health"]), before, skus_before, totals)

    def health_trend(self) -> dict[str, list[int]]:
        """How many SKUs stood so on each recorded day of the last month and today, by `Health`.

        By today's rules and velocities, and found once a day: with 100,000 SKUs it takes seconds.
        """
        figures = self.figures()
        days = [day_of(moment) for moment in figures.trend["day"]]
        past = [day for day in days if day < self.today]
        revision = (self.today, len(past), *self.choices.revision())
        with self._lock:
            known = self._trend
        if known is None or known[0] != revision:
            known = (revision, self._health_on(past))
            with self._lock:
                self._trend = known
        counts = [*known[1], figures.skus]
        return {state.value: [count[state.value] for count in counts] for state in Health}

    def _health_on(self, days: Sequence[int]) -> list[dict[str, int]]:
        plan = self.plan()
        health_of = planning.health_of(plan, self.choices.rules(), self.choices.defaults())
        found = []
        for units in self.history.on_days(days, plan["seller_sku"].tolist()):
            there = ~np.isnan(units)
            found.append(_counts(health_of(np.where(there, units, 0.0))[there]))
        return found

    def trends(self, seller_skus: Collection[str], days: int = 30) -> dict[str, list[int]]:
        """What could ship on each of the last days, by SKU."""
        return self.history.levels(seller_skus, self.today - days)

    def sku(self, seller_sku: str) -> SKUReview | None:
        """One SKU in depth; None when there's no such SKU."""
        plan = self.plan()
        found = plan[plan["seller_sku"] == seller_sku]
        if found.empty:
            return None
        row = found.iloc[0]
        days = self.history.sku(seller_sku, self.today - PAST)
        expected = self._expected(seller_sku)
        coming: dict[int, int] = {}
        for place, wait in ARRIVES_IN.items():
            if row[place]:
                coming[wait] = coming.get(wait, 0) + int(row[place])
        there = int(row["fulfillable_quantity"])
        start = date_of(self.today)
        projection = None
        if expected is not None:
            projection = planning.projection(there, coming, expected, start)
        standing = self.history.standing(self.today, list(attention.STUCK), only=[seller_sku])
        return SKUReview(row, days, expected, projection, standing, coming)

    def _expected(self, seller_sku: str) -> Forecast | None:
        since = self.today - LEARNS_FROM
        sold, there = self.history.sold(since, self.today, only=seller_sku)
        if not there.any():
            return None
        shop = self._shop()
        return planning.forecast(
            sold[0],
            there[0],
            date_of(since),
            AHEAD,
            profile=shop.profile,
            drift=shop.drift,
            peers=shop.peers,
        )

    def _shop(self) -> Common:
        """What the SKUs tell together; found once a day and change of the past."""
        revision = (*self.history.revision(), self.today)
        with self._lock:
            known = self._common
        if known is None or known[0] != revision:
            since = self.today - LEARNS_FROM
            known = (
                revision,
                planning.common(*self.history.sold(since, self.today), date_of(since)),
            )
            with self._lock:
                self._common = known
        return known[1]

    def concerns(self) -> list[Concern]:
        """What about the stock needs a decision, without what is put off; most urgent first."""
        now = self._now()
        revision = (*self.revision(), now.hour)
        with self._lock:
            known = self._concerns
        if known is None or known[0] != revision:
            standing = self.history.standing(self.today, list(attention.STUCK))
            known = (revision, attention.of_the_stock(self.plan(), standing, now))
            with self._lock:
                self._concerns = known
        hidden = self.choices.hidden(now)
        return [concern for concern in known[1] if concern.key not in hidden]


def _counts(health: Iterable[str]) -> dict[str, int]:
    counts = Counter(health)
    return {state.value: counts[state.value] for state in Health}
