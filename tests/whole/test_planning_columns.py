"""Every planning column of every SKU of a demo, reckoned once more: by docs/insight.md alone.

Nothing here comes from `mcf.inventory`. What is known is what a seller has: Amazon's ledger report
of the past, and the stock on each evening since, as the simulated warehouses had it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.world.stock import Stock
from tests.conftest import START
from tests.shops import Servers

pytestmark = pytest.mark.no_cover
Numbers = npt.NDArray[np.float64]
US = "ATVPDKIKX0DER"
SKUS, PAST, EVENINGS = 64, 150, 11
PLACES = {
    "fulfillable_quantity": lambda stock: stock.fulfillable,
    "pending_customer_order_quantity": lambda stock: stock.customer_orders,
    "pending_transshipment_quantity": lambda stock: stock.transfer,
    "fc_processing_quantity": lambda stock: stock.processing,
    "inbound_working_quantity": lambda stock: stock.inbound_working,
    "inbound_shipped_quantity": lambda stock: stock.inbound_shipped,
    "inbound_receiving_quantity": lambda stock: stock.inbound_receiving,
    "researching_quantity": lambda stock: sum(stock.researching),
    "unfulfillable_quantity": lambda stock: sum(stock.unsellable.values()),
}
ARRIVES = {
    "fc_processing_quantity": 2,
    "pending_transshipment_quantity": 3,
    "inbound_receiving_quantity": 5,
    "inbound_shipped_quantity": 14,
    "inbound_working_quantity": 21,
}
USUAL: dict[str, Any] = {
    "lead_time_days": 30, "safety_days": None, "order_days": 30, "excess_days": 180, "case_pack": 1,
    "reserve_units": 0, "low_units": 10, "service_level": 95, "lead_spread_days": 0,
    "minimum_units": 0, "unit_cost": math.nan, "price": math.nan, "currency": "USD",
}  # fmt: skip
OWN: tuple[dict[str, Any], ...] = (
    {"lead_time_days": 12, "safety_days": 3, "case_pack": 12, "unit_cost": 2.5, "price": 9.0},
    {"reserve_units": 15, "order_days": 60, "lead_spread_days": 6, "unit_cost": 4.0},
    {"excess_days": 35, "service_level": 99, "minimum_units": 40, "price": 7.25, "currency": "EUR"},
    {},
)
"""Rules of every fourth SKU, in turn."""
ELSEWHERE = {
    *("case_pack", "supplier", "tags", "supplier_days", "transport_days", "put_away_days"),
    *("second_supplier", "second_unit_cost", "second_days", "second_units", "sent_in_units"),
    *("aged_units", "units_91", "units_181", "units_271", "units_366", "surcharge", "storage_fee"),
    *("ages_currency", "ages_day"),
}
"""Columns that hold rules as they're set, what this shop doesn't have (a second supplier, units in
another warehouse), or another report of Amazon's: tests/inventory has their values by hand.
"""
DATES = ("stock_out_date", "reorder_date", "gap_date")


@dataclass
class Shop:
    """What is known of a shop: days before `today` by SKU (lines) and day (columns).

    `on_hand` could be sold at the end of a day, `stock` is today's by SKU and place, `evenings`
    that of each recorded day, today's last.
    """

    today: int
    names: list[str]
    sold: Numbers
    in_stock: npt.NDArray[np.bool_]
    on_hand: Numbers
    stock: pd.DataFrame
    evenings: list[pd.DataFrame]

    @property
    def first(self) -> int:
        return self.today - self.sold.shape[1]


@pytest.fixture(scope="module")
def service(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MCFService]:
    """A service that took in the ledger's past, and read the stock on some evenings."""
    home: Path = tmp_path_factory.mktemp("columns")
    recipe = {"skus": SKUS, "orders": 0, "days": 30, "seed": 7, "start": START.replace(hour=23)}
    with servers.shop(frozen=True, throttle=False, **recipe) as amazon:
        environ = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
            "MCF_DATA_DIR": str(home),
        }
        with MCFService(Settings.from_env(environ, dotenv=None)) as service:
            assert service._sync.inventory(full=True).error is None
            ledger = amazon.ledger(US, PAST)
            service.stock.import_ledger(ledger.encode())
            evenings = [_evening(amazon)]
            for _ in range(EVENINGS - 1):
                amazon.clock.step(timedelta(days=1))
                assert service._sync.inventory(full=True).error is None
                evenings.append(_evening(amazon))
            names = list(evenings[-1].index)
            own = [{"seller_sku": sku, **OWN[n % 4]} for n, sku in enumerate(names)]
            service.stock.review.choices.set_rules(own)
            SEEN.append(_shop(ledger, evenings, service.now().date()))
            yield service
    SEEN.clear()


SEEN: list[Shop] = []
"""What was seen of the shop of the service."""


def _evening(amazon: Simulator) -> pd.DataFrame:
    shelf: dict[str, Stock] = amazon.world.stocks[US]
    lines = {sku: {name: of(stock) for name, of in PLACES.items()} for sku, stock in shelf.items()}
    return pd.DataFrame.from_dict(lines, orient="index").sort_index()


def _shop(ledger: str, evenings: list[pd.DataFrame], day: date) -> Shop:
    """Days of the report, then recorded ones: of the first of these what left isn't known."""
    names = list(evenings[-1].index)
    report = pd.read_csv(io.StringIO(ledger))
    report = report[report["Disposition"] == "SELLABLE"]
    report = report.assign(day=pd.to_datetime(report["Date"], format="%m/%d/%Y"))
    ending, shipped, moving = (
        report.pivot_table(index="MSKU", columns="day", values=column, aggfunc="sum").reindex(names)
        for column in ("Ending Warehouse Balance", "Customer Shipments",
                       "In Transit Between Warehouses")
    )  # fmt: skip
    there = (ending > 0) | (shipped < 0)
    sold = [-shipped.to_numpy(float), np.full((len(names), 1), np.nan)]
    in_stock = [there.to_numpy(), np.zeros((len(names), 1), dtype=bool)]
    can_be_sold = [evening[[*list(ARRIVES)[:2], "fulfillable_quantity"]] for evening in evenings]
    recorded = np.stack([some.sum(axis=1).to_numpy(float) for some in can_be_sold[:-1]], axis=1)
    on_hand = np.hstack([(ending + moving).to_numpy(float), recorded])
    for before, now in pairwise(evenings):
        announced = (now - before)["inbound_working_quantity"].clip(lower=0)
        drop = before.sum(axis=1) - now.sum(axis=1) + announced
        shelf = (before["fulfillable_quantity"] > 0) | (now["fulfillable_quantity"] > 0)
        sold.append(drop.clip(lower=0).to_numpy(float)[:, None])
        in_stock.append(shelf.to_numpy()[:, None])
    # Today isn't over: it doesn't count.
    units, days = np.hstack(sold)[:, :-1], np.hstack(in_stock)[:, :-1]
    days &= ~np.isnan(units)
    today = (day - date(1970, 1, 1)).days
    return Shop(today, names, np.where(days, units, 0.0), days, on_hand, evenings[-1], evenings)


@dataclass
class Common:
    """What all SKUs tell together: weekdays from Monday, trend a day, peers, half-life."""

    profile: Numbers
    drift: float
    peers: tuple[float, float]
    half_life: float = 60.0

    def shape(self, today: int, numbers: Numbers) -> Numbers:
        """What days sell beside an average one; 1 is today."""
        # 1 January 1970 was a Thursday.
        weekday = (today + 3 + numbers.astype(int) - 1) % 7
        return np.asarray(self.profile[weekday] * self.drift ** np.minimum(numbers, 30))


def common(sold: Numbers, there: npt.NDArray[np.bool_], today: int) -> Common:
    sold, there = sold[:, -91:], there[:, -91:]
    index = np.ones(sold.shape[1])
    for _ in range(4):
        speed = _part(sold.sum(axis=1), (there * index).sum(axis=1))
        index = _part(sold.sum(axis=0), (speed[:, None] * there).sum(axis=0))
    index[~there.any(axis=0)] = np.nan
    count = len(index) // 7
    weeks = index[-7 * count :].reshape(count, 7)
    weeks = np.where(np.isnan(weeks), np.nanmean(weeks), weeks)
    profile, drift = np.ones(7), 1.0
    if count >= 4:
        raw = weeks.mean(axis=0) / weeks.mean()
        chance = weeks.var(axis=0, ddof=1).mean() / count / weeks.mean() ** 2
        raw = 1 + (raw - 1) * _sure(((raw - 1) ** 2).sum() / 6, chance)
        profile = np.roll(raw, (today - 7 * count + 3) % 7)
    if count >= 8:
        logs, at = np.log(weeks.mean(axis=1)), np.arange(count) - (count - 1) / 2
        slope = (at * logs).sum() / (at**2).sum()
        rest = logs - logs.mean() - slope * at
        chance = (rest**2).sum() / (count - 2) / (at**2).sum()
        drift = float(np.clip(math.exp(0.7 * slope / 7 * _sure(slope**2, chance)), 0.98, 1.02))
    return Common(profile, drift, _peers(sold, there))


def _part(units: Numbers, of: Numbers) -> Numbers:
    return np.where(of > 0, units / np.where(of > 0, of, 1.0), 0.0)


def _sure(square: float, chance: float) -> float:
    return max(0.0, 1 - chance / square) if square > 0 else 0.0


def _peers(sold: Numbers, there: npt.NDArray[np.bool_]) -> tuple[float, float]:
    enough = there.sum(axis=1) >= 7
    units, days = sold.sum(axis=1)[enough], there.sum(axis=1)[enough]
    if len(days) < 10 or not units.sum():
        return 0.0, 0.0
    mean = units.sum() / days.sum()
    spread = np.average((units / days - mean) ** 2, weights=days)
    chance = np.average(mean / days, weights=days)
    return float(mean), float(mean / max(spread - chance, mean / 90))


def without_one_offs(
    sold: Numbers, there: npt.NDArray[np.bool_], of: Common, today: int
) -> npt.NDArray[np.bool_]:
    """The days in stock that aren't one-off."""
    shape = of.shape(today, np.arange(1.0 - sold.shape[1], 1))
    return np.array([_usual_days(*line, shape) for line in zip(sold, there, strict=True)])


def _usual_days(
    sold: Numbers, there: npt.NDArray[np.bool_], shape: Numbers
) -> npt.NDArray[np.bool_]:
    days = np.flatnonzero(there)
    if not len(days):
        return there
    order = days[np.argsort(sold[days] / shape[days], kind="stable")]
    rest = order[: math.ceil(0.9 * len(days))]
    a_day = sold[rest].sum() / shape[rest].sum()
    usual, spread = a_day * shape, 1.0
    if a_day > 0:
        spread = max(1.0, ((sold[rest] - usual[rest]) ** 2).sum() / usual[rest].sum())
    least = np.maximum(np.maximum(3 * usual, usual + 3 * np.sqrt(spread * usual)), usual + 2)
    high = [day for day in days if sold[day] >= least[day]]
    kept, times = there.copy(), 0
    while high:
        run = [high.pop(0)]
        while high and high[0] - run[-1] <= 2:
            run.append(high.pop(0))
        within = [day for day in range(run[0], run[-1] + 1) if there[day]]
        more = sold[within].sum() - usual[within].sum()
        expected = usual[within].sum()
        far = max(10.0, 6 * math.sqrt(spread * max(expected, 1.0)), 2 * expected)
        if run[-1] - run[0] < 7 and more >= far:
            kept[within], times = False, times + 1
    many = times > 2 or np.count_nonzero(sold[kept]) < 5
    return there if many else kept


@dataclass
class Levels:
    level: Numbers
    dispersion: Numbers
    doubt: Numbers
    days: Numbers

    def deviation(self, course: Numbers) -> Numbers:
        return np.asarray(np.sqrt(self.dispersion * self.level * (course + course**2 * self.doubt)))


def levels(sold: Numbers, there: npt.NDArray[np.bool_], of: Common, today: int) -> Levels:
    """From whole weeks that begin on Thursdays and the days since, of the last 13 weeks."""
    first = today - sold.shape[1]
    begins = [7 * week for week in range(-(-first // 7), today // 7)] + list(
        range(today // 7 * 7, today)
    )
    sold = np.where(there, sold, 0.0)
    units, lived, weight, known = [], [], [], []
    for begin in begins:
        length = 7 if begin < today // 7 * 7 else 1
        if begin + length <= today - 91:
            continue
        some = slice(begin - first, begin - first + length)
        numbers = np.arange(begin, begin + length) - today + 1.0
        units.append(sold[:, some].sum(axis=1))
        known.append(there[:, some].sum(axis=1))
        lived.append(known[-1] * of.shape(today, numbers).mean())
        age = today - 1 - begin - (length - 1) / 2
        within = min(1.0, (begin + length - (today - 91)) / length)
        weight.append(within * 0.5 ** (age / of.half_life))
    parts, days, w = np.array(units), np.array(lived), np.array(weight)[:, None]
    mean, more = of.peers
    weighed = (days * w).sum(axis=0) + more
    level = ((parts * w).sum(axis=0) + mean * more) / np.where(weighed > 0, weighed, 1.0)
    count = np.array(known).sum(axis=0).astype(float)
    level = np.where((parts.sum(axis=0) == 0) & (count >= 28), 0.0, level)
    expected = days * level
    lot = expected > 0
    chance = 4 * expected.sum(axis=0) / np.maximum(lot.sum(axis=0), 1)
    beside = np.where(lot, (parts - expected) ** 2, 0.0).sum(axis=0)
    total = expected.sum(axis=0)
    varies = np.where(total > 0, (beside + chance) / np.where(total > 0, total + chance, 1), 1.0)
    doubt = (days * w**2).sum(axis=0) / np.where(weighed > 0, weighed, 1.0) ** 2
    unknown = np.where(count >= 7, 1.0, np.nan)
    return Levels(level * unknown, np.maximum(1.0, varies) * unknown, doubt * unknown, count)


class Past:
    """What the shop's own past tells: half-life, and by how many deviations sums were missed."""

    def __init__(self, shop: Shop) -> None:
        begin = max(0, shop.sold.shape[1] - 193)
        sold, there = shop.sold[:, begin:], shop.in_stock[:, begin:]
        some = np.flatnonzero(there.any(axis=0))[0]
        self.sold, self.there, self.today = sold[:, some:], there[:, some:], shop.today
        self.cuts = [cut + shop.today % 7 for cut in (30, 50, 70, 90)]
        self.cuts = [cut for cut in self.cuts if self.sold.shape[1] - cut >= 28]
        errors = {life: self._error(life) for life in (15.0, 30.0, 60.0, 120.0)}
        best = min(errors, key=lambda life: errors[life])
        self.half_life = best if errors[best] < 0.98 * errors[60.0] else 60.0
        self.common = common(self.sold, self.there, shop.today)
        self.common.half_life = self.half_life

    def _told(self, cut: int, life: float, days: int) -> tuple[Levels, Numbers, Numbers, Any]:
        end, then = self.sold.shape[1] - cut, self.today - cut
        known = slice(max(0, end - 97), end)
        sold, there = self.sold[:, known], self.there[:, known]
        of = common(sold, there, then)
        there = without_one_offs(sold, there, of, then)
        of.half_life = life
        found = levels(sold, there, of, then)
        ahead = slice(end, end + days)
        course = self.there[:, ahead] @ of.shape(then, np.arange(1.0, days + 1))
        judged = (self.there[:, ahead].mean(axis=1) >= 0.7) & ~np.isnan(found.level)
        return found, course, self.sold[:, ahead].sum(axis=1), judged

    def _error(self, life: float) -> float:
        total = 0.0
        for cut in self.cuts:
            found, course, came, judged = self._told(cut, life, 30)
            total += float(np.abs(found.level * course - came)[judged].sum())
        return total

    @cached_property
    def errors(self) -> dict[int, Numbers]:
        misses: dict[int, list[Numbers]] = {14: [], 30: [], 60: []}
        for days, several in misses.items():
            for cut in self.cuts:
                if cut < days:
                    continue
                found, course, came, judged = self._told(cut, self.half_life, days)
                judged &= found.level > 0
                far = (came - found.level * course)[judged] / found.deviation(course)[judged]
                several.append(far)
        return {days: np.concatenate(several) for days, several in misses.items()}

    def far(self, share: float, days: float) -> float:
        """Deviations under which such a share of sums lies."""
        at = [
            (len(some) * np.quantile(some, share) + 40 * NormalDist().inv_cdf(share))
            / (len(some) + 40)
            for some in self.errors.values()
        ]
        return float(np.interp(days, list(self.errors), at))


class Line:
    """What should be told of one SKU."""

    def __init__(self, shop: Shop, past: Past, found: Levels, line: int) -> None:
        self.shop, self.line, self.sku = shop, line, shop.names[line]
        self.rule = USUAL | OWN[line % 4]
        self.level, self.days = float(found.level[line]), float(found.days[line])
        shape = past.common.shape(shop.today, np.arange(1.0, 3651))
        self.until = np.concatenate([[0.0], np.cumsum(shape)])
        self.past, self.found = past, found
        self.stock = shop.stock.iloc[line]
        self.usable = float(self.stock["fulfillable_quantity"] - self.rule["reserve_units"])

    def sells(self, first: float, last: float) -> float:
        a, b = np.interp([first, last], np.arange(len(self.until)), self.until)
        return float(self.level * (b - a))

    def when(self, units: float, since: float = 0.0) -> float:
        """In how many days so many units are sold, counted from now."""
        if units <= 0:
            return since
        if not self.level:
            return math.inf
        course = float(np.interp(since, np.arange(len(self.until)), self.until))
        target = course + units / self.level
        if target > self.until[-1]:
            year = (self.until[-1] - self.until[-365]) / 364
            return 3650 + (target - float(self.until[-1])) / float(year)
        return float(np.interp(target, self.until, np.arange(len(self.until))))

    @cached_property
    def safety(self) -> float:
        lead, days = self.rule["lead_time_days"], self.rule["safety_days"]
        if days is not None:
            return self.sells(lead, lead + days)
        course = float(self.until[lead])
        one = self.found.dispersion[self.line], self.found.doubt[self.line]
        own = math.sqrt(one[0] * self.level * (course + course**2 * one[1]))
        spread = math.hypot(own, self.velocity * self.rule["lead_spread_days"])
        far = max(0.0, self.past.far(self.rule["service_level"] / 100, lead))
        return math.nan if math.isnan(spread) else float(math.ceil(round(far * spread, 6)))

    @property
    def velocity(self) -> float:
        return self.sells(0, 30) / 30

    @cached_property
    def arrivals(self) -> dict[int, float]:
        """Units by the day from which they can ship; what is late takes as long again."""
        units: dict[int, float] = {}
        for place, wait in ARRIVES.items():
            now = int(self.stock[place])
            stood = [int(day.iloc[self.line][place]) for day in self.shop.evenings[-1 - wait : -1]]
            late = min(now, *stood) if len(stood) == wait else 0
            for day, some in ((wait, now - late), (2 * wait, late)):
                units[day] = units.get(day, 0.0) + some
        return {day: some for day, some in sorted(units.items()) if some}

    def coming(self, after: float, until: float) -> float:
        return sum(some for day, some in self.arrivals.items() if after < day <= until)

    def reorder(self) -> dict[str, float]:
        """The first day, beyond the lead time, at whose end no more than safety is left."""
        names = ("reorder_date", "reorder_quantity", "need_days", "need_units", "lost_units",
                 "coming_units")  # fmt: skip
        nothing = dict.fromkeys(names, math.nan)
        lead, lasts, units = self.rule["lead_time_days"], self.rule["order_days"], self.usable
        if not self.level > 0:
            return nothing
        for day in range(lead + 732):
            missing = self.sells(day, day + lasts) + self.safety - units
            missing -= self.coming(day, day + lasts)
            more = self.arrivals.get(day + 1, 0.0)
            tomorrow = units + more
            tomorrow = max(0.0, tomorrow - self.sells(day, day + 1)) if tomorrow > 0 else tomorrow
            falls = units <= self.safety + 1e-6 or (tomorrow < self.safety - 1e-6 and not more)
            if day >= lead and falls and missing > 1e-6:
                break
            units = tomorrow
        else:
            return nothing
        if day - lead >= 730:
            return nothing
        case, until = self.rule["case_pack"], day + lasts
        wanted = max(missing, self.rule["minimum_units"])
        need, coming = self.sells(0, until), self.coming(0, until)
        lost = max(0.0, need + self.safety - self.usable - coming - missing)
        quantity = math.ceil(round(wanted / case, 6)) * case
        told = (day - lead, quantity, until, need, lost, coming)
        return dict(zip(names, map(float, told), strict=True))

    def gap(self) -> dict[str, float]:
        begins, days, lost, since, units = math.nan, 0.0, 0.0, 0.0, self.usable
        for day, more in self.arrivals.items():
            out, before = max(since, self.when(units, since)), day - 1.0
            expected = self.sells(since, before)
            if before - out >= 1 and self.level > 0:
                begins = out if math.isnan(begins) else begins
                days, lost = days + before - out, lost + max(0.0, expected - max(units, 0.0))
            units = (max(0.0, units - expected) if units > 0 else units) + more
            since = before
        return {"gap_date": begins, "gap_days": days, "gap_units": lost}

    def past_speeds(self) -> dict[str, float]:
        speeds = {}
        for days in (7, 30, 60, 90):
            there = self.shop.in_stock[self.line, -days:]
            units = self.shop.sold[self.line, -days:][there].sum()
            speeds[f"velocity_{days}"] = units / there.sum() if there.sum() >= 7 else math.nan
        return speeds

    def health(self, cover: float, point: float) -> str:
        there = self.stock["fulfillable_quantity"]
        low = self.usable <= point + 1e-6
        if there <= 0:
            return "Out of stock"
        if there <= self.rule["low_units"] if math.isnan(self.level) else low:
            return "Low"
        return "Excess" if cover > self.rule["excess_days"] else "Healthy"

    def columns(self) -> dict[str, Any]:
        known = not math.isnan(self.level)
        cover = self.when(self.usable) if known else math.nan
        point = self.sells(0, self.rule["lead_time_days"]) + self.safety
        order, health = self.reorder(), self.health(cover, point)
        told = {
            **self.past_speeds(), **order, **self.gap(),
            "velocity": self.velocity,
            "velocity_days": self.days if known else math.nan,
            "velocity_mcf": math.nan, "velocity_other": math.nan,
            "days_of_cover": cover, "stock_out_date": cover,
            "safety_units": self.safety, "kept_units": float(self.rule["reserve_units"]),
            "order_point": point, "lead_time_days": float(self.rule["lead_time_days"]),
            "health": health,
            **self.money(order["reorder_quantity"], health),
            **self.supply(),
        }  # fmt: skip
        return told | {name: self.day(told[name]) for name in DATES}

    def day(self, in_days: float) -> date | None:
        today = date(1970, 1, 1) + timedelta(days=self.shop.today)
        return today + timedelta(days=math.floor(round(in_days, 6))) if in_days < 730 else None

    def money(self, quantity: float, health: str) -> dict[str, Any]:
        there, cost = float(self.stock["fulfillable_quantity"]), self.rule["unit_cost"]
        lost = self.velocity if self.usable <= 0 else 0.0
        excess = there if health == "Excess" else 0.0
        return {
            "unit_cost": cost, "price": self.rule["price"], "currency": self.rule["currency"],
            "stock_value": there * cost if there else 0.0,
            "excess_value": excess * cost if excess else 0.0,
            "reorder_cost": quantity * cost,
            "lost_units_a_day": lost,
            "lost_sales_a_day": lost * self.rule["price"] if lost else 0.0,
        }  # fmt: skip

    def supply(self) -> dict[str, float]:
        """Of SKUs that sold at least 20 in a week; the mean of what could be sold, each day."""
        sold = np.where(self.shop.in_stock[self.line], self.shop.sold[self.line], 0.0)
        if sold[-7:].sum() < 20:
            return dict.fromkeys(("supply_30", "supply_90", "supply_room"), math.nan)
        told, rooms = {}, []
        for days in (30, 90):
            there, units = self.shop.on_hand[self.line, -days:].sum(), sold[-days:].sum()
            told[f"supply_{days}"] = there / units
            rooms.append(math.floor(round((there - 28 * units) / 29, 9)))
        return told | {"supply_room": float(max(rooms))}


@pytest.fixture(scope="module")
def wanted(service: MCFService) -> dict[str, dict[str, Any]]:
    shop = SEEN[0]
    past = Past(shop)
    since = shop.sold.shape[1] - 91 - shop.today % 7
    sold, there = shop.sold[:, since:], shop.in_stock[:, since:]
    there = without_one_offs(sold, there, past.common, shop.today)
    found = levels(sold, there, past.common, shop.today)
    lines = [Line(shop, past, found, line) for line in range(len(shop.names))]
    return {line.sku: line.columns() for line in lines}


@pytest.fixture(scope="module")
def plan(service: MCFService) -> pd.DataFrame:
    return service.stock.review.plan().set_index("seller_sku")


def test_the_shop_has_what_can_go_wrong(wanted: dict[str, dict[str, Any]]) -> None:
    lines = wanted.values()
    assert len(wanted) == SKUS
    assert {line["health"] for line in lines} == {"Out of stock", "Low", "Healthy", "Excess"}
    assert any(line["gap_days"] > 0 for line in lines)
    assert any(line["lost_sales_a_day"] > 0 for line in lines)
    assert any(line["supply_30"] > 0 for line in lines)


def test_every_column_of_every_sku_is_as_the_document_says(
    plan: pd.DataFrame, wanted: dict[str, dict[str, Any]]
) -> None:
    wrong = [
        (sku, name, _plain(plan.loc[sku, name]), value)
        for sku, line in wanted.items()
        for name, value in line.items()
        if not _same(_plain(plan.loc[sku, name]), value)
    ]

    assert not wrong, f"{len(wrong)} of {len(wanted)} SKUs' columns: {wrong[:10]}"


def test_no_planning_column_is_left_out(
    service: MCFService, plan: pd.DataFrame, wanted: dict[str, dict[str, Any]]
) -> None:
    line = next(iter(wanted.values()))
    assert set(plan.columns) - set(service.inventory().columns) == set(line) | ELSEWHERE


def _same(found: Any, wanted: Any) -> bool:
    if not isinstance(wanted, float):
        return bool(found == wanted)
    return bool(found == pytest.approx(wanted, rel=1e-6, abs=1e-6, nan_ok=True))


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date()
    return None if value is pd.NaT else value
