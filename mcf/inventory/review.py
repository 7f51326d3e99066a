"""The review of the stock: what it means, what left in own orders, one SKU in depth, what needs a
decision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, and_, func, or_, select

from mcf.amazon.statuses import FulfillmentOrderStatus, ShipmentStatus
from mcf.concerns import Concern
from mcf.inventory import concerns, forecast, groups, planning, reorder, sales
from mcf.inventory.demand import ENOUGH, Course
from mcf.inventory.forecast import Forecast
from mcf.inventory.groups import Group, GroupFigure
from mcf.inventory.history import History, date_of, day_of, midnight
from mcf.inventory.outlook import Outlook
from mcf.inventory.planning import WINDOWS, Health
from mcf.inventory.preferences import Choices
from mcf.marketplaces import MARKETPLACES
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.frames import StockState
from mcf.store.snapshots import Made, RevisionCache, Snapshot
from mcf.store.tables import order_items, orders, shipments

T = TypeVar("T")
AHEAD = 90
"""Days for which a projection is made."""
PAST = 365
_SHIPPED = [each.value for each in FulfillmentOrderStatus if each.has_shipped]


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
        if begin is not None and _knows_orders_since(store, midnight(begin))
    }
    lines = _lines(store, min(covered.values(), default=today), today)
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

    `units` are by the names of quantities, `skus` by `Health`, for the past by today's rules and
    velocities. `trend` has DAY_QUANTITIES by `day`: of the last month's recorded days, and today.
    """

    units: dict[str, int]
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
    `one_offs` are `StockReview.one_offs` of it.
    """

    row: pd.Series
    days: pd.DataFrame
    expected: Forecast | None
    projection: pd.DataFrame | None
    standing: pd.DataFrame
    coming: dict[int, int]
    one_offs: pd.DataFrame


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

    @property
    def today(self) -> int:
        """The day it is at Amazon, in UTC, as `History` counts days."""
        return day_of(self._now())

    def revision(self) -> tuple[object, ...]:
        """Changes when there's something else to show."""
        mine = self._store.revision(tables.inventory, tables.inventory_days)
        return (*mine, *self.choices.revision(), self.today)

    def prepare(self) -> None:
        """Finds what pages show, so that nobody waits for it; raises `StoreError`."""
        self.figures()
        self.health_trend()
        self.concerns()

    @property
    def is_reckoned(self) -> bool:
        """Whether a plan was made since the start: the first of many SKUs takes seconds."""
        return self._cache.has("plan")

    def plan(self) -> pd.DataFrame:
        """A line per SKU: the inventory with `planning.plan`'s columns, `unit_cost` and `tags`.

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
        return (*stock, *self.choices.revision(), *self._past(), self._own_orders()[1])

    def _seen(self) -> sales.Seen:
        return self._once("seen", self._past(), lambda: sales.see(self.history, self.today))

    def _demand(self) -> pd.DataFrame:
        """What each SKU sells on an average day, and what left of it in WINDOWS."""
        # The revision comes first: a day that begins in between must not get the last one's.
        past, counted = self._past(), self.choices.counted()
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
        )
        ruled = rules.reindex(stock["seller_sku"])
        return plan.assign(
            stock_state=_stock_state(plan["health"]),
            unit_cost=ruled["unit_cost"].to_numpy(float),
            tags=ruled["tags"].astype("str").fillna("").to_numpy(),
        )

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
        return Figures(units, _counts(plan["health"]), before, skus_before, trend)

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
        return self._once("health", (*self._past(), *self.choices.revision(), names), find)

    def health_trend(self) -> dict[str, dict[datetime, int]]:
        """How many SKUs stood so on each recorded day of the last month and today, by `Health`."""
        counts = self._past_health() | {self.today: self.figures().skus}
        return {
            state.value: {midnight(day): count[state.value] for day, count in counts.items()}
            for state in Health
        }

    def _health_on(self, days: Sequence[int]) -> dict[int, dict[str, int]]:
        plan = self.plan()
        ahead = self._outlook(plan)
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
        coming = reorder.coming(matching, self._late(matching))
        start, there = date_of(self.today), int(row["fulfillable_quantity"])
        expected, projection = forecast.of_one(self._outlook(matching), AHEAD), None
        if expected is not None:
            arriving = {at: float(units[0]) for at, units in coming.items()}
            kept = float(row["kept_units"])
            projection = forecast.projection(there, arriving, expected, start, kept)
        standing, one_offs = self.standing(), self.one_offs()
        return SKUReview(
            row,
            days,
            expected,
            projection,
            standing[standing["seller_sku"] == seller_sku],
            {at: int(units[0]) for at, units in coming.items()},
            one_offs[one_offs["seller_sku"] == seller_sku],
        )

    def _outlook(self, plan: pd.DataFrame) -> Outlook:
        misses = self._seen().learned.misses
        return planning.outlook(plan["seller_sku"], self._demand(), self.course, misses)

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
            lambda: groups.of_the_stock(self.plan(), self.standing(), date_of(self.today)),
        )

    def concerns(self) -> list[Concern]:
        """What about the stock needs a decision, without what is put off; most urgent first."""
        now = self._now()
        found = self._once(
            "concerns",
            (*self._plan_revision(), now.hour),
            lambda: concerns.of_the_stock(self.plan(), self.standing(), now),
        )
        hidden = self.choices.hidden(now)
        return [concern for concern in found if concern.key not in hidden]


def _still(past: pd.DataFrame, stock: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Of what stood in a place until yesterday, what is there now."""
    now = stock.set_index("seller_sku")[places]
    past = past[past["seller_sku"].isin(now.index)]
    lines = now.index.get_indexer(pd.Index(past["seller_sku"]))
    columns = now.columns.get_indexer(pd.Index(past["place"]))
    units = now.to_numpy()[lines, columns]
    return past.assign(units=np.minimum(past["units"], units))[units > 0]


def _knows_orders_since(store: Store, begin: datetime) -> bool:
    c, mine = orders.c, store.mine(orders)
    oldest = store.read(select(func.min(c.received_date)).where(*mine))[0][0]
    unread = or_(c.detailed_at.is_(None), c.detailed_status_date != c.status_updated_date)
    since = or_(c.status_updated_date.is_(None), c.status_updated_date >= begin)
    left = select(c.status).where(*mine, c.status.in_(_SHIPPED), unread, since).limit(1)
    return oldest is not None and oldest <= begin and not store.read(left)


def _lines(store: Store, since: int, until: int) -> pd.DataFrame:
    """`seller_sku`, `day`, `units` of each line of the orders that left in these days."""
    head, ship, item = orders.c, shipments.c, order_items.c
    order_id = ship.seller_fulfillment_order_id
    moment = func.coalesce(ship.shipping_date, head.status_updated_date)
    left = (
        select(order_id, func.max(moment).label("moment"))
        .join_from(shipments, orders, _same(store, order_id))
        .where(*store.mine(shipments), ship.status == ShipmentStatus.SHIPPED.value)
        .where(head.status.in_(_SHIPPED), *_of_this_marketplace(store))
        .group_by(order_id)
        .subquery()
    )
    units = item.quantity - item.cancelled_quantity - item.unfulfillable_quantity
    query = (
        select(item.seller_sku, left.c.moment, units)
        .join_from(order_items, left, item.seller_fulfillment_order_id == left.c[order_id.name])
        .where(*store.mine(order_items))
        .where(left.c.moment >= midnight(since), left.c.moment < midnight(until))
    )
    rows: Sequence[Any] = store.read(query)
    lines = [(sku, day_of(moment), count) for sku, moment, count in rows]
    frame = pd.DataFrame(lines, columns=["seller_sku", "day", "units"])
    return frame.astype({"seller_sku": "str", "day": "int64", "units": "float64"})


def _same(store: Store, order_id: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(orders.c.seller_fulfillment_order_id == order_id, *store.mine(orders))


def _of_this_marketplace(store: Store) -> list[ColumnElement[bool]]:
    """Amazon lists the orders of all marketplaces; in Europe the stock is of all of them, too."""
    here: Any = store.scope["marketplace_id"]
    if here in MARKETPLACES and MARKETPLACES[here].pools_europe:
        return []
    told = orders.c.raw["marketplaceId"].as_string()
    return [or_(told.is_(None), told == "", told == here)]


def _stock_state(health: pd.Series[Any]) -> pd.Categorical:
    """How SKUs stand, in the words that the stock has without its past."""
    codes = np.minimum(health.cat.codes.to_numpy(), 2)
    kinds = pd.CategoricalDtype([state.value for state in StockState], ordered=True)
    return pd.Categorical.from_codes(codes, dtype=kinds)


def _counts(health: Iterable[str]) -> dict[str, int]:
    counts = Counter(health)
    return {state.value: counts[state.value] for state in Health}
