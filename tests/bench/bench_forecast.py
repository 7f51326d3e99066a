"""How well the forecast foretells the future of made-up shops, beside other ways to guess it.

`python -m tests.bench.bench_forecast [--seeds 11 12 13] [--skus 200]`

A shop is watched for LEARN days and more. From then on, a week after the other, what is known by
then tells the days ahead, and is scored by what really left: how far the sums are off, how often
they lie in the band, and how often what the order point holds lasts for the lead time. The forecast
sees what anybody could: units that left and days in stock. Two shops are the simulator's; the third
is made here, of what the simulator doesn't know: promotions, a drift of each SKU, and lots.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from mcf.inventory import backtest, demand
from mcf.inventory.demand import ENOUGH, Course, Numbers, Truths
from mcf.inventory.outlook import Outlook
from mcf.simulator import Simulator

US = "ATVPDKIKX0DER"
OPENING = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
LEARN, REPLAY, AHEAD, STEP = backtest.LEARNS_FROM, 90, 45, 7
HORIZONS = (7, 14, 30)
LEAD_TIMES = (14, 30, 45)
SERVICE = 0.95
FIXED = 7
"""Days of safety of the ways that have no band."""
ORDERS_A_DAY = 12
WHOLESALE = 1_000_000
EMPTIED = 1 / 60
"""The chance that a SKU's shelf is emptied overnight, in the shop whose SKUs run out."""


@dataclass(frozen=True)
class Past:
    """Units that left and whether there was stock: a line per SKU, a column for each day."""

    first: date
    sold: Numbers
    in_stock: Truths

    def between(self, start: int, end: int) -> Past:
        """Some of the days."""
        some = slice(start, end)
        return Past(self.first + start * DAY, self.sold[:, some], self.in_stock[:, some])


@dataclass(frozen=True)
class Guess:
    """Units a day of each SKU, and of the sums band and order point where there are such."""

    a_day: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    point: Numbers | None = None


Way = Callable[[Past], Guess]


def watch(seed: int, skus: int, runs_out: bool, days: int = LEARN + REPLAY + AHEAD) -> Past:
    """What could be seen of a shop that opens in another month for each seed."""
    start = OPENING + 61 * seed * DAY
    orders = 10 * ORDERS_A_DAY
    amazon = Simulator(skus=skus, orders=orders, days=10, seed=seed, start=start, frozen=True)
    shelf = list(amazon.world.stocks[US].values())
    chance = np.random.default_rng(seed)
    for stock in shelf:
        stock.add(0 if runs_out else WHOLESALE)
    sold, available = [], [[stock.fulfillable for stock in shelf]]
    for _ in range(days):
        before = np.array([stock.left for stock in shelf])
        amazon.clock.step(DAY)
        amazon.settle()
        sold.append(np.array([stock.left for stock in shelf]) - before)
        for stock in shelf:
            if runs_out and chance.random() < EMPTIED:
                stock.sell(stock.fulfillable)
        available.append([stock.fulfillable for stock in shelf])
    there = np.array(available).T > 0
    return Past(start.date(), np.array(sold, dtype=float).T, there[:, :-1] | there[:, 1:])


def make(seed: int, skus: int, days: int = LEARN + REPLAY + AHEAD) -> Past:
    """What could be seen of a shop with promotions, drift, lots and shelves that run out."""
    chance = np.random.default_rng(seed)
    usual = np.exp(chance.normal(-0.3, 1.1, (skus, 1)))
    week = np.roll([1.0, 0.95, 0.95, 1.0, 1.1, 1.3, 0.7], int(chance.integers(7)))
    drift = np.exp(np.cumsum(chance.normal(0.0, 0.02, (skus, days)), axis=1))
    asked = usual * drift * np.tile(week, days // 7 + 1)[:days]
    times = np.ones((skus, days))
    for sku, some in _spells(chance, skus, days, 120, (2, 7)):
        times[sku, some] = chance.uniform(2, 5)
    lot = np.where(chance.random((skus, 1)) < 0.3, chance.uniform(2, 8, (skus, 1)), 1.0)
    orders = chance.poisson(asked * times / lot)
    # Of so many orders each is of a lot whose size varies as much as it can.
    many = orders + chance.negative_binomial(np.maximum(orders, 1), 1 / lot)
    sold = np.where((orders > 0) & (lot > 1), many, orders).astype(float)
    there = np.ones((skus, days), dtype=bool)
    for sku, some in _spells(chance, skus, days, 70, (2, 10)):
        there[sku, some] = False
    return Past(OPENING.date(), np.where(there, sold, 0.0), there)


def _spells(
    chance: np.random.Generator, skus: int, days: int, apart: int, length: tuple[int, int]
) -> Iterator[tuple[int, slice]]:
    """A SKU and some of its days in a row, again and again, so many days apart on average."""
    for sku in range(skus):
        day = int(chance.exponential(apart))
        while day < days:
            end = day + int(chance.integers(*length))
            yield sku, slice(day, end)
            day = end + int(chance.exponential(apart))


def same_as_last_week(past: Past) -> Guess:
    """Every day as seven days before; where there was no stock, as that week's other days."""
    usual = _mean(past, 7)
    week = np.where(past.in_stock[:, -7:], past.sold[:, -7:], usual[:, None])
    return Guess(np.tile(week, (1, AHEAD // 7 + 1))[:, :AHEAD])


def mean_of(days: int) -> Way:
    """Every day as the mean of the last so many on which there was stock.

    Its order point holds FIXED days of safety, as planners often do.
    """

    def guess(past: Past) -> Guess:
        return _evenly(_mean(past, days))

    return guess


def _evenly(a_day: Numbers) -> Guess:
    until = np.arange(1.0, AHEAD + 1)
    every = np.repeat(a_day[:, None], AHEAD, axis=1)
    return Guess(every, point=a_day[:, None] * (until + FIXED))


def smoothed(past: Past) -> Guess:
    """A mean that halves the weight of a day every fortnight, half of it that of 90 days."""
    there = past.in_stock[:, -90:]
    weight = 0.5 ** (np.arange(there.shape[1], 0, -1) / 14)
    units = (np.where(there, past.sold[:, -90:], 0.0) * weight).sum(axis=1)
    weighed = (there * weight).sum(axis=1)
    recent = np.where(weighed > 0, units / np.maximum(weighed, 1e-9), 0.0)
    return _evenly((recent + _mean(past, 90)) / 2)


def intermittent(past: Past) -> Guess:
    """The way of Teunter, Syntetos and Babai: how often something is sold, times how much then.

    https://doi.org/10.1016/j.ejor.2011.05.018
    """
    sold, there = past.sold, past.in_stock
    some = there & (sold > 0)
    often = some.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    much = np.where(some, sold, 0.0).sum(axis=1) / np.maximum(some.sum(axis=1), 1)
    for day in range(sold.shape[1]):
        often += np.where(there[:, day], 0.05 * (some[:, day] - often), 0.0)
        much += np.where(some[:, day], 0.1 * (sold[:, day] - much), 0.0)
    return _evenly(often * much)


def _mean(past: Past, days: int) -> Numbers:
    there = past.in_stock[:, -days:]
    units = np.where(there, past.sold[:, -days:], 0.0).sum(axis=1)
    return np.asarray(units / np.maximum(there.sum(axis=1), 1))


def forecast(past: Past) -> Guess:
    """What the program tells; NaN where it says that too little is known."""
    return _forecast(past, None)


def forecast_with(half_life: float) -> Way:
    """The same with a half-life that isn't the shop's own."""
    return lambda past: _forecast(past, half_life)


def _forecast(past: Past, half_life: float | None) -> Guess:
    today = past.first + past.sold.shape[1] * DAY
    learned = backtest.learn(past.sold, past.in_stock, today)
    if half_life is not None:
        learned = replace(learned, common=replace(learned.common, half_life=half_life))
    begun = demand.WINDOW + demand.days_into_week(today)
    sold, there = past.sold[:, -begun:], past.in_stock[:, -begun:]
    there = there & ~demand.one_off_days(sold, there, learned.common, today)
    levels = demand.levels(demand.by_weeks(sold, there, today), learned.common, today)
    ahead = Outlook(levels, Course(learned.common, today), learned.misses)
    days = [np.full(len(sold), float(day)) for day in range(AHEAD + 1)]
    total = np.stack([ahead.until(day) for day in days[1:]], axis=1)
    spread = np.stack([levels.deviation(ahead.course.until(day)) for day in days[1:]], axis=1)
    low, high, far = (learned.misses.at(q, np.arange(1.0, AHEAD + 1)) for q in (0.1, 0.9, SERVICE))
    return Guess(
        np.diff(total, axis=1, prepend=0.0),
        np.maximum(0.0, total + low * spread),
        total + high * spread,
        total + np.ceil(np.maximum(0.0, far) * spread),
    )


WAYS: dict[str, Way] = {
    "same as last week": same_as_last_week,
    "mean of 7 days": mean_of(7),
    "mean of 30 days": mean_of(30),
    "mean of 90 days": mean_of(90),
    "14 days' half-life and the mean of 90": smoothed,
    "how often times how much (TSB)": intermittent,
    "forecast, a half-life of 15 days": forecast_with(15.0),
    "forecast, a half-life of 60 days": forecast_with(60.0),
    "forecast": forecast,
}


@dataclass
class Score:
    """How far a way of guessing was off, and how often the sums lay in its band."""

    day_errors: list[Numbers] = field(default_factory=list)
    errors: dict[int, list[Numbers]] = field(default_factory=lambda: {h: [] for h in HORIZONS})
    sold: dict[int, list[Numbers]] = field(default_factory=lambda: {h: [] for h in HORIZONS})
    within: dict[int, list[Truths]] = field(default_factory=lambda: {h: [] for h in HORIZONS})
    lasted: list[Truths] = field(default_factory=list)

    def add(self, guess: Guess, future: Past, known: Truths) -> None:
        """Counts what was in stock: elsewhere nobody can tell what would have been sold."""
        days = future.in_stock[:, :STEP] & known[:, None]
        self.day_errors.append(np.abs(guess.a_day - future.sold)[:, :STEP][days])
        for horizon in HORIZONS:
            whole = future.in_stock[:, :horizon].all(axis=1) & known
            sold = future.sold[whole, :horizon].sum(axis=1)
            total = guess.a_day[whole, :horizon].sum(axis=1)
            self.errors[horizon].append(np.abs(total - sold))
            self.sold[horizon].append(sold)
            if guess.low is not None and guess.high is not None:
                low, high = guess.low[whole, horizon - 1], guess.high[whole, horizon - 1]
                self.within[horizon].append((low <= sold) & (sold <= high))
        if guess.point is None:
            return
        for lead in LEAD_TIMES:
            whole = future.in_stock[:, :lead].all(axis=1) & known
            sold = future.sold[whole, :lead].sum(axis=1)
            self.lasted.append(sold <= guess.point[whole, lead - 1])

    @property
    def mae(self) -> float:
        """The mean error of a SKU's day in the coming week, in units."""
        return float(np.concatenate(self.day_errors).mean())

    def wape(self, horizon: int) -> float:
        """The errors of the sums over so many days, as a part of what was sold."""
        sold = np.concatenate(self.sold[horizon]).sum()
        return float(np.concatenate(self.errors[horizon]).sum() / sold)

    def coverage(self, *horizons: int) -> float:
        """How often the sums lay in the band; NaN without one."""
        within = [part for horizon in horizons for part in self.within[horizon]]
        return float(np.concatenate(within).mean()) if within else float("nan")

    @property
    def service(self) -> float:
        """In how many lead times the order point was enough; NaN where there's none."""
        return float(np.concatenate(self.lasted).mean()) if self.lasted else float("nan")


def origins(days: int) -> Iterator[int]:
    """The days from which the future is told."""
    return iter(range(LEARN, days - AHEAD + 1, STEP))


def replay(past: Past, ways: dict[str, Way] = WAYS) -> dict[str, Score]:
    """The score of each way to guess."""
    scores = {name: Score() for name in ways}
    for today in origins(past.sold.shape[1]):
        learned = past.between(today - LEARN, today)
        future = past.between(today, today + AHEAD)
        known = learned.in_stock.sum(axis=1) >= ENOUGH
        for name, way in ways.items():
            scores[name].add(way(learned), future, known)
    return scores


def row(name: str, scores: list[Score]) -> str:
    """A line of the table: the mean over the shops, and the coverage of the bands."""
    errors = [np.mean([score.mae for score in scores])]
    errors += [np.mean([score.wape(horizon) for score in scores]) for horizon in HORIZONS]
    covered = [np.mean([score.coverage(horizon) for score in scores]) for horizon in HORIZONS]
    told = [f"{errors[0]:.3f}", *(f"{100 * error:.1f} %" for error in errors[1:])]
    told += ["" if np.isnan(part) else f"{100 * part:.0f} %" for part in covered]
    service = np.mean([score.service for score in scores])
    told += ["" if np.isnan(service) else f"{100 * service:.0f} %"]
    return f"| {name} | " + " | ".join(told) + " |"


def main() -> None:
    """Prints a table for each kind of shop."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--skus", type=int, default=200)
    asked = parser.parse_args()
    shops: dict[str, Callable[[int], Past]] = {
        "simulator, always in stock": lambda seed: watch(seed, asked.skus, runs_out=False),
        "simulator, SKUs run out": lambda seed: watch(seed, asked.skus, runs_out=True),
        "made, with promotions, drift and lots": lambda seed: make(seed, asked.skus),
    }
    for shop, seen in shops.items():
        scores = [replay(seen(seed)) for seed in asked.seeds]
        sums = " | ".join(f"{horizon} days" for horizon in HORIZONS)
        bands = " | ".join(f"in the band, {horizon} days" for horizon in HORIZONS)
        head = f"| {shop} | a SKU's day, units | {sums} | {bands} | lasts for the lead time |"
        rows = [row(name, [score[name] for score in scores]) for name in WAYS]
        lines = ["", head, "|---" * (3 + 2 * len(HORIZONS)) + "|", *rows, ""]
        sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
