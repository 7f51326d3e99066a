"""The review's numbers, against those reckoned here from the simulated Amazon's own books.

A shop trades for forty days and is read every evening. What is expected of each SKU is reckoned in
plain Python from the units that the simulator had, and from the movements in its books.
"""

from __future__ import annotations

import copy
import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mcf.amazon import inventory_pages
from mcf.inventory import sales
from mcf.inventory.demand import Common
from mcf.inventory.history import History
from mcf.inventory.reorder import ARRIVES_IN
from mcf.inventory.review import StockReview
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.world.stock import Event, Stock
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.snapshots import StoredFrames
from tests.conftest import START
from tests.inventory.test_own_orders import days_ago, order
from tests.shops import Servers

# One worker makes the shop of all.
US = "ATVPDKIKX0DER"
DAYS = 40
WINDOWS = (7, 30, 60, 90)
STUCK: dict[str, Callable[[Stock], int]] = {
    "pending_transshipment_quantity": lambda stock: stock.transfer,
    "fc_processing_quantity": lambda stock: stock.processing,
    "inbound_receiving_quantity": lambda stock: stock.inbound_receiving,
    "researching_quantity": lambda stock: sum(stock.researching),
}
RULES = {"lead_time_days": 30, "safety_days": None, "order_days": 30, "excess_days": 180,
         "case_pack": 1, "reserve_units": 0, "low_units": 10, "service_level": 95,
         "lead_spread_days": 0, "minimum_units": 0}  # fmt: skip
OWN = (
    {"lead_time_days": 12, "safety_days": 3, "case_pack": 12},
    {"reserve_units": 15, "order_days": 60, "lead_spread_days": 6},
    {"excess_days": 35, "service_level": 99, "minimum_units": 40},
    {},
)
"""Rules of every fourth SKU, in turn; what isn't named is as for all."""


@dataclass(frozen=True)
class Evening:
    """What one SKU was at the end of a day, and what had moved by then since the shop opened."""

    stock: Stock
    shipped: int
    returned: int


@dataclass(frozen=True)
class Shop:
    """A service that read every evening, and what the simulator knew on each."""

    service: MCFService
    evenings: list[dict[str, Evening]]
    today: date

    @property
    def skus(self) -> list[str]:
        return sorted(self.evenings[-1])

    @cached_property
    def common(self) -> Common:
        """What the SKUs tell together, which tests of the forecast hold."""
        return self.service.stock.review._seen().learned.common

    def far(self, percent: int, days: int) -> float:
        """Deviations that safety is for; tests of the outlook hold them."""
        misses = self.service.stock.review._seen().learned.misses
        return float(misses.at(percent / 100, np.array([float(days)]))[0])

    @cached_property
    def course(self) -> list[float]:
        """What each day from today on sells beside an average one."""
        return [_usual(self, number) for number in range(1, 3001)]

    def past(self, sku: str) -> list[Evening]:
        """The SKU's evenings, today's last."""
        return [evening[sku] for evening in self.evenings]

    def rule(self, sku: str) -> dict[str, Any]:
        return RULES | OWN[self.skus.index(sku) % len(OWN)]


@pytest.fixture(scope="module")
def shop(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Forty days of a shop with rules of its own."""
    home: Path = tmp_path_factory.mktemp("review")
    opening = START.replace(hour=23, minute=30)
    with servers.shop(
        skus=48, orders=40, days=30, seed=11, start=opening, frozen=True, throttle=False
    ) as amazon:
        environ = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
            "MCF_DATA_DIR": str(home),
        }
        with MCFService(Settings.from_env(environ, dotenv=None)) as service:
            evenings = list(_live(service, amazon))
            shop = Shop(service, evenings, opening.date() + timedelta(days=DAYS - 1))
            own = ({"seller_sku": sku, **OWN[n % len(OWN)]} for n, sku in enumerate(shop.skus))
            service.stock.review.choices.set_rules(own)
            yield shop


def _live(service: MCFService, amazon: Simulator) -> Iterator[dict[str, Evening]]:
    for day in range(DAYS):
        amazon.clock.step(timedelta(days=bool(day)))
        assert service._sync.inventory(full=True).error is None
        yield {sku: _evening(amazon, stock) for sku, stock in amazon.world.stocks[US].items()}


def _evening(amazon: Simulator, stock: Stock) -> Evening:
    moved = amazon.world.books.of(stock)
    shipped = -sum(units for (_, _, event), units in moved.items() if event is Event.SHIPMENTS)
    returned = sum(units for (_, _, event), units in moved.items() if event is Event.RETURNS)
    return Evening(copy.deepcopy(stock), shipped, returned)


def left(past: list[Evening]) -> list[int | None]:
    """Units that left on each day: what comes back hides as many, and of the first none is known.

    The simulator announces every delivery, so that nothing else hides what left.
    """
    gone = [
        max(0, now.shipped - before.shipped - (now.returned - before.returned))
        for before, now in pairwise(past)
    ]
    return [None, *gone]


def could_be_bought(past: list[Evening]) -> list[bool]:
    """Whether a unit could ship when a day began or when it ended."""
    shelf = [evening.stock.fulfillable for evening in past]
    return [bool(before or now) for before, now in zip([0, *shelf], shelf, strict=False)]


def demand(past: list[Evening], days: int) -> tuple[int, int]:
    """Units that left in the last days before today, and on how many days in stock."""
    told = list(zip(left(past), could_be_bought(past), strict=True))[-1 - days : -1]
    counted = [units for units, there in told if there and units is not None]
    return sum(counted), len(counted)


def velocity(past: list[Evening], days: int) -> float:
    units, in_stock = demand(past, days)
    return units / in_stock if in_stock >= 7 else math.nan


@dataclass(frozen=True)
class Sold:
    """What a SKU sells on an average day now, and how much that varies, by docs/insight.md."""

    level: float
    dispersion: float
    doubt: float
    days: int


def sold_by(shop: Shop, past: list[Evening]) -> Sold:
    """The level of a SKU from its days: whole weeks, counted from 1 January 1970, then days."""
    common = shop.common
    today = (shop.today - date(1970, 1, 1)).days
    told = list(zip(left(past), could_be_bought(past), strict=True))
    first = today - len(told) + 1
    known = {
        first + n: units for n, (units, there) in enumerate(told) if there and units is not None
    }
    known.pop(today, None)
    periods: dict[int, list[int]] = defaultdict(list)
    for day in known:
        periods[day // 7 * 7 if day // 7 < today // 7 else day].append(day)
    a_day, more = common.peers
    units, lived, doubt = a_day * more, more, 0.0
    weighed = []
    for begin, days in periods.items():
        length = 7 if begin // 7 < today // 7 else 1
        ago = today - begin - (length - 1) / 2
        weight = 0.5 ** ((ago - 1) / common.half_life)
        usual = sum(_usual(shop, day - today + 1) for day in range(begin, begin + length)) / length
        weighed.append((sum(known[day] for day in days), len(days) * usual))
        units += weight * weighed[-1][0]
        lived += weight * weighed[-1][1]
        doubt += weight**2 * weighed[-1][1]
    if len(known) < 7:
        return Sold(math.nan, math.nan, math.nan, len(known))
    level = 0.0 if len(known) >= 28 and not any(known.values()) else units / lived
    return Sold(level, _dispersion(weighed, level), doubt / lived**2, len(known))


def _dispersion(periods: list[tuple[int, float]], level: float) -> float:
    expected = sum(level * usual for _, usual in periods)
    if not expected:
        return 1.0
    beside = sum((units - level * usual) ** 2 for units, usual in periods)
    chance = 4 * expected / len(periods)
    return max(1.0, (beside + chance) / (expected + chance))


def _usual(shop: Shop, number: int) -> float:
    """What a day sells beside an average one; 1 is today."""
    day = shop.today + timedelta(days=number - 1)
    drift: float = shop.common.drift ** min(number, 30)
    return float(shop.common.profile[day.weekday()]) * drift


def expected(shop: Shop, level: float, days: int) -> list[float]:
    """What is sold on each of the next days, today first."""
    return [level * usual for usual in shop.course[:days]]


def plan(shop: Shop, sku: str) -> dict[str, Any]:
    """What the page should say of a SKU."""
    past, rule = shop.past(sku), shop.rule(sku)
    stock, sold = past[-1].stock, sold_by(shop, past)
    a_day = expected(shop, sold.level, 3000)
    velocity_now = sum(a_day[:30]) / 30
    usable = max(0, stock.fulfillable - rule["reserve_units"])
    cover = _cover(usable, a_day)
    safety = _safety(shop, sold, a_day, rule)
    point = sum(a_day[: rule["lead_time_days"]]) + safety
    reorder, quantity = _reorder(shop, sku, a_day, safety)
    low = stock.fulfillable - rule["reserve_units"] <= point + 1e-6
    if stock.fulfillable <= 0:
        health = "Out of stock"
    elif stock.fulfillable <= rule["low_units"] if math.isnan(cover) else low:
        health = "Low"
    elif math.isnan(cover):
        health = "New"
    else:
        health = "Excess" if cover > rule["excess_days"] else "Healthy"
    return {
        **{f"velocity_{days}": velocity(past, days) for days in WINDOWS},
        "velocity": velocity_now,
        "velocity_days": sold.days if sold.days >= 7 else math.nan,
        "days_of_cover": cover,
        "stock_out_date": _day(shop.today, cover),
        "reorder_date": _day(shop.today, reorder),
        "reorder_quantity": quantity,
        "safety_units": safety,
        "order_point": point,
        "lead_time_days": rule["lead_time_days"],
        "health": health,
    }


def _cover(usable: int, a_day: list[float]) -> float:
    """Days until the units are sold, a part of the last one as well."""
    if math.isnan(a_day[0]) or not usable:
        return math.nan if math.isnan(a_day[0]) else 0.0
    left_over = float(usable)
    for day, units in enumerate(a_day):
        if units >= left_over > 0:
            return day + left_over / units
        left_over -= units
    return math.inf if not sum(a_day) else len(a_day) + left_over / (sum(a_day[-364:]) / 364)


def _safety(shop: Shop, sold: Sold, a_day: list[float], rule: dict[str, Any]) -> float:
    lead = rule["lead_time_days"]
    if rule["safety_days"] is not None:
        return sum(a_day[lead : lead + rule["safety_days"]])
    course = sum(shop.course[:lead])
    variance = sold.dispersion * sold.level * (course + course**2 * sold.doubt)
    spread = math.hypot(math.sqrt(variance), sum(a_day[:30]) / 30 * rule["lead_spread_days"])
    far = max(0.0, shop.far(rule["service_level"], lead))
    return math.nan if math.isnan(spread) else math.ceil(round(far * spread, 6))


def arrivals(shop: Shop, sku: str) -> dict[int, int]:
    """Units by the day from which on they can ship; what is late takes as long again."""
    past, units_on = shop.past(sku), defaultdict[int, int](int)
    for place, wait in ARRIVES_IN.items():
        now = places(past[-1].stock)[place]
        stood = standing_in(past, lambda stock, place=place: places(stock)[place])
        late = min(now, stood[0]) if stood is not None and stood[1] >= wait else 0
        units_on[wait] += now - late
        units_on[2 * wait] += late
    return units_on


def _reorder(shop: Shop, sku: str, a_day: list[float], safety: float) -> tuple[float, float]:
    """In how many days to order, and how many units; neither is told two years ahead."""
    rule, coming = shop.rule(sku), arrivals(shop, sku)
    if math.isnan(a_day[0]) or not a_day[0]:
        return math.nan, math.nan
    units = float(shop.past(sku)[-1].stock.fulfillable - rule["reserve_units"])
    lead, lasts = rule["lead_time_days"], rule["order_days"]
    for day in range(lead + 730):
        # The shelf at the end of `day` days, and what it would be a day later.
        later = sum(some for at, some in coming.items() if day < at <= day + lasts)
        missing = sum(a_day[day : day + lasts]) + safety - units - later
        tomorrow = _sold(units + coming.get(day + 1, 0), a_day[day])
        falls = units <= safety + 1e-6 or (tomorrow < safety - 1e-6 and day + 1 not in coming)
        if day >= lead and falls and missing > 1e-6:
            wanted = max(missing, rule["minimum_units"])
            case = rule["case_pack"]
            return day - lead, math.ceil(round(wanted / case, 6)) * case
        units = tomorrow
    return math.nan, math.nan


def _sold(units: float, some: float) -> float:
    return max(0.0, units - some) if units > 0 else units


def _day(today: date, in_days: float) -> date | None:
    return today + timedelta(days=int(in_days)) if in_days < 730 else None


def places(stock: Stock) -> dict[str, int]:
    """Units by the places that Amazon tells."""
    return {
        "fulfillable_quantity": stock.fulfillable,
        "inbound_working_quantity": stock.inbound_working,
        "inbound_shipped_quantity": stock.inbound_shipped,
        "inbound_receiving_quantity": stock.inbound_receiving,
        "pending_customer_order_quantity": stock.customer_orders,
        "pending_transshipment_quantity": stock.transfer,
        "fc_processing_quantity": stock.processing,
        "researching_quantity": sum(stock.researching),
        "unfulfillable_quantity": sum(stock.unsellable.values()),
    }


def summed(evening: dict[str, Evening]) -> dict[str, int]:
    """Units of all SKUs by place."""
    told = [places(each.stock) for each in evening.values()]
    return {name: sum(each[name] for each in told) for name in told[0]}


def standing(past: list[Evening]) -> dict[str, tuple[int, int]]:
    """By place the fewest units that it has had since it was empty last, and for how many days."""
    found = {place: standing_in(past, units_of) for place, units_of in STUCK.items()}
    return {place: stood for place, stood in found.items() if stood is not None}


def standing_in(past: list[Evening], units_of: Callable[[Stock], int]) -> tuple[int, int] | None:
    """The same of one place; None when it was empty yesterday or is now."""
    counts = [units_of(evening.stock) for evening in past]
    run = next((n for n, units in enumerate(reversed(counts)) if not units), len(counts))
    return (min(counts[-run:]), run - 1) if run > 1 else None


def told_standing(shop: Shop, sku: str) -> dict[str, tuple[int, int]]:
    """What the review of a SKU says of that."""
    found = shop.service.stock.review.sku(sku)
    assert found is not None
    lines = found.standing.to_dict("records")
    return {line["place"]: (line["units"], line["days"]) for line in lines}


def shown(frame: pd.DataFrame, sku: str, names: Any) -> dict[str, Any]:
    """What a frame says of a SKU, in plain Python."""
    row = frame[frame["seller_sku"] == sku].iloc[0]
    return {name: _plain(row[name]) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date()
    return None if value is pd.NaT else value


def same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether two say the same; what isn't known equals only what isn't known."""
    return found == pytest.approx(wanted, nan_ok=True)


def test_the_shop_has_what_a_review_can_go_wrong_with(shop: Shop) -> None:
    plans = [plan(shop, sku) for sku in shop.skus]
    bought = [could_be_bought(shop.past(sku)) for sku in shop.skus]
    back = [shop.past(sku)[-1].returned for sku in shop.skus]

    assert {each["health"] for each in plans} == {"Out of stock", "Low", "Healthy", "Excess"}
    assert any(not all(days) for days in bought)
    assert any(back)
    assert len({each["velocity_days"] for each in plans}) > 3
    assert any(arrivals(shop, sku) for sku in shop.skus)
    assert any(each["reorder_quantity"] > 0 for each in plans)


def test_units_by_place_are_those_of_the_warehouses(shop: Shop) -> None:
    frame = shop.service.stock.review.plan()
    wanted = {sku: places(shop.past(sku)[-1].stock) for sku in shop.skus}

    assert {sku: shown(frame, sku, wanted[sku]) for sku in shop.skus} == wanted


def test_the_totals_are_the_sums_over_all_units(shop: Shop) -> None:
    frame = shop.service.stock.review.plan().set_index("seller_sku")

    wanted = {sku: shop.past(sku)[-1].stock.total() for sku in shop.skus}
    assert frame["total_quantity"].to_dict() == wanted


def test_the_plan_of_every_sku_is_what_the_books_say(shop: Shop) -> None:
    frame = shop.service.stock.review.plan()
    wanted = {sku: plan(shop, sku) for sku in shop.skus}
    found = {sku: shown(frame, sku, wanted[sku]) for sku in shop.skus}

    assert [sku for sku in shop.skus if not same(found[sku], wanted[sku])] == []


def test_low_in_the_words_of_the_stock_is_low_by_the_plan(shop: Shop) -> None:
    plan = shop.service.stock.review.plan()
    low = plan["stock_state"].eq("Low").tolist()
    assert low == plan["health"].eq("Low").tolist()
    assert any(low)


def test_what_left_on_each_day_is_what_was_shipped(shop: Shop) -> None:
    history = shop.service.stock.review.history
    sold = {sku: history.sku(sku, 0)["sold"].tolist() for sku in shop.skus}

    wanted = {sku: [math.nan, *left(shop.past(sku))[1:]] for sku in shop.skus}
    assert [sku for sku in shop.skus if sold[sku] != pytest.approx(wanted[sku], nan_ok=True)] == []


def test_the_days_in_stock_are_those_on_which_a_unit_could_ship(shop: Shop) -> None:
    history = shop.service.stock.review.history
    there = {sku: history.sku(sku, 0)["in_stock"].tolist()[1:] for sku in shop.skus}

    assert there == {sku: could_be_bought(shop.past(sku))[1:] for sku in shop.skus}


def test_the_shelf_of_each_day_is_drawn_as_it_was(shop: Shop) -> None:
    drawn = shop.service.stock.review.trends(shop.skus, 30)

    wanted = {sku: [each.stock.fulfillable for each in shop.past(sku)[-31:]] for sku in shop.skus}
    assert drawn == wanted


def test_the_figures_are_the_sums_of_today_yesterday_and_a_week_ago(shop: Shop) -> None:
    figures = shop.service.stock.review.figures()

    assert figures.units == summed(shop.evenings[-1])
    assert figures.before == {1: summed(shop.evenings[-2]), 7: summed(shop.evenings[-8])}


def test_the_counts_by_health_are_those_of_the_plans(shop: Shop) -> None:
    healths = [plan(shop, sku)["health"] for sku in shop.skus]

    figures = shop.service.stock.review.figures()
    assert figures.skus == {name: healths.count(name) for name in figures.skus}
    assert sum(figures.skus.values()) == len(shop.skus)


@pytest.mark.parametrize("ago", [1, 7])
def test_the_skus_that_were_out_of_stock_are_those_with_an_empty_shelf(
    shop: Shop, ago: int
) -> None:
    then = shop.evenings[-1 - ago].values()

    before = shop.service.stock.review.figures().skus_before[ago]
    assert before is not None
    assert before["Out of stock"] == sum(not each.stock.fulfillable for each in then)
    assert sum(before.values()) == len(shop.skus)


def test_units_stand_in_a_place_since_it_was_empty_last(shop: Shop) -> None:
    wanted = {sku: standing(shop.past(sku)) for sku in shop.skus}

    assert {sku: told_standing(shop, sku) for sku in shop.skus} == wanted
    assert {place for each in wanted.values() for place in each} > {"researching_quantity"}


def test_velocities_from_the_ledger_report_count_what_customers_were_shipped(
    service: MCFService, simulator: Simulator
) -> None:
    report = simulator.ledger(US, 60)
    wanted = {sku: _by_ledger(days) for sku, days in _ledger(report).items()}

    service.sync()
    service.stock.import_ledger(report.encode())

    frame = service.stock.review.plan()
    found = {sku: shown(frame, sku, wanted[sku]) for sku in wanted}
    assert len(wanted) == 12
    assert [sku for sku in wanted if not same(found[sku], wanted[sku])] == []


def _ledger(report: str) -> dict[str, dict[date, list[tuple[int, int]]]]:
    """By SKU and day: units left on the shelf at its end, units shipped, of each disposition."""
    found: dict[str, dict[date, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for line in csv.DictReader(report.splitlines()):
        day = datetime.strptime(line["Date"], "%m/%d/%Y").replace(tzinfo=UTC).date()
        good = line["Disposition"] == "SELLABLE"
        shelf = int(line["Ending Warehouse Balance"]) if good else 0
        found[line["MSKU"]][day].append((shelf, -int(line["Customer Shipments"])))
    return found


def _by_ledger(days: dict[date, list[tuple[int, int]]]) -> dict[str, float]:
    told = {}
    for window in WINDOWS:
        since = START.date() - timedelta(days=window)
        sums = [[sum(n) for n in zip(*each, strict=True)] for d, each in days.items() if d >= since]
        sold = [shipped for shelf, shipped in sums if shelf or shipped]
        told[f"velocity_{window}"] = sum(sold) / len(sold) if len(sold) >= 7 else math.nan
    return told


def test_a_stock_that_is_empty_now_still_has_a_past(store: Store) -> None:
    row = {"seller_sku": "A", **dict.fromkeys(inventory_pages.QUANTITIES, 2), "raw": {}}
    store.save(tables.inventory, [row])
    review = review_of(store)
    for day in range(3):
        review.history.record(review.today - 3 + day)
    store.replace(tables.inventory, [])

    review.prepare()

    assert review.concerns() == []
    assert review.standing().empty
    assert review.figures().skus_before[1] == dict.fromkeys(review.figures().skus, 0)


def test_days_before_count_the_skus_that_there_are_now(store: Store) -> None:
    row = {"seller_sku": "A", **dict.fromkeys(inventory_pages.QUANTITIES, 2), "raw": {}}
    store.save(tables.inventory, [row])
    review = review_of(store)
    review.history.record(review.today - 1)
    store.replace(tables.inventory, [])
    review.prepare()

    store.save(tables.inventory, [row])

    assert review.figures().skus_before[1] == review.figures().skus


def test_what_mcf_orders_took_follows_a_change_of_their_lines(store: Store) -> None:
    review = review_of(store)
    _sell_from_full_shelves(store, review)
    order(store, 1, days_ago(100), (days_ago(3),), quantity=5)
    before = review.plan().loc[0, "velocity_mcf"]

    order(store, 1, days_ago(100), (days_ago(3),), quantity=5, cancelled_quantity=3)

    assert before > 0
    assert review.plan().loc[0, "velocity_mcf"] == pytest.approx(before * 2 / 5)


def test_a_day_that_ends_during_a_reckoning_leaves_nothing_of_the_day_before(store: Store) -> None:
    moment = [START]
    frames = StoredFrames(store)

    def stock_read_at_midnight() -> pd.DataFrame:
        moment[0] = START + timedelta(days=1)
        return frames.inventory().frame

    review = StockReview(store, stock_read_at_midnight, lambda: moment[0])
    _sell_from_full_shelves(store, review)
    review.prepare()
    review.prepare()

    fresh = StockReview(store, lambda: frames.inventory().frame, lambda: START + timedelta(days=1))
    pd.testing.assert_frame_equal(review.plan(), fresh.plan())
    assert review.health_trend() == fresh.health_trend()
    assert review.figures().before == fresh.figures().before


def test_a_day_that_ends_while_its_past_is_read_leaves_nothing_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, frames, see = [START], StoredFrames(store), sales.see
    review = StockReview(store, lambda: frames.inventory().frame, lambda: moment[0])
    _sell_from_full_shelves(store, review)

    def seen_at_midnight(history: History, today: int, named: sales.Named) -> sales.Seen:
        seen = see(history, today, named)
        moment[0] = START + timedelta(days=1)
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(sales, "see", seen_at_midnight)
        review.plan()

    fresh = StockReview(store, lambda: frames.inventory().frame, lambda: moment[0])
    pd.testing.assert_frame_equal(review.plan(), fresh.plan())


def _sell_from_full_shelves(store: Store, review: StockReview) -> None:
    """Twenty days on which a unit of A left, recorded each evening."""
    today = review.today
    for ago in range(20, -1, -1):
        units = dict.fromkeys(inventory_pages.QUANTITIES, 0) | {"fulfillable_quantity": 50 + ago}
        store.save(tables.inventory, [{"seller_sku": "A", **units, "raw": {}}])
        review.history.record(today - ago)


def review_of(store: Store) -> StockReview:
    stock = StoredFrames(store)
    return StockReview(store, lambda: stock.inventory().frame, lambda: START)
