"""Forecasts that are kept each day, and how good they were: reckoned here sum by sum."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mcf.inventory import score
from mcf.inventory.demand import Common, Course
from mcf.inventory.history import History, date_of
from mcf.inventory.score import ENOUGH, HORIZONS, KEPT_DAYS, Forecasts, Kept, Scores
from mcf.store import tables
from mcf.store.database import Store
from tests.databases import US

TODAY = 20_500
WEEKDAYS = Common(np.array([1.6, 1.0, 1.0, 1.0, 1.0, 0.9, 0.5]))


def course(today: int = TODAY) -> Course:
    return Course(WEEKDAYS, date_of(today))


def demand(**levels: float) -> pd.DataFrame:
    """What SKUs sell on an average day, and in 30 days of which they were in stock on 20."""
    index = pd.Index(list(levels), name="seller_sku", dtype="str")
    frame = pd.DataFrame({"level": list(levels.values())}, index=index)
    return frame.assign(units_30=frame["level"].fillna(0) * 18.0, days_30=20.0)


def kept(days: list[int], week: float, month: float, plain: float, line: int = 0) -> Kept:
    count = len(days)
    return Kept(
        np.full(count, line),
        np.array(days),
        *(np.full(count, units) for units in (week, month, plain)),
    )


def known(store: Store, *names: str) -> None:
    """Stores the names of SKUs of this account, and one of another."""
    with store.writing(tables.skus) as connection:
        mine = [store.scope | {"seller_sku": name} for name in names]
        other = {"account": "other", "marketplace_id": US, "seller_sku": "A"}
        connection.execute(tables.skus.insert(), [other, *mine])


def rows(store: Store) -> list[tuple[int, ...]]:
    return [tuple(row) for row in store.read(tables.forecasts.select())]


def sold(store: Store, sku_id: int, units: dict[int, int], *, out: frozenset[int]) -> None:
    """Stores days of a SKU: what left on each, and on which nothing was there."""
    counts = dict.fromkeys(tables.DAY_QUANTITIES, 0)
    with store.writing(tables.inventory_days) as connection:
        connection.execute(
            tables.inventory_days.insert(),
            [
                counts
                | {"day": day, "sku_id": sku_id, "left_units": left}
                | {"days_in_stock": int(day not in out)}
                for day, left in units.items()
            ],
        )


@pytest.fixture
def forecasts(store: Store) -> Forecasts:
    known(store, "A", "B", "C")
    return Forecasts(store, History(store))


def test_what_sells_is_kept_as_sums_in_hundredths(store: Store, forecasts: Forecasts) -> None:
    assert forecasts.keep(TODAY, demand(A=2.0, B=0.0, C=np.nan, new=1.0), course())

    shape = [WEEKDAYS.profile[date_of(TODAY + n).weekday()] for n in range(30)]
    week, month = 2.0 * sum(shape[:7]), 2.0 * sum(shape)
    assert rows(store) == [(TODAY, 2, round(100 * week), round(100 * month), 5400)]


def test_a_day_is_kept_once_whoever_comes_second(store: Store, forecasts: Forecasts) -> None:
    assert forecasts.keep(TODAY, demand(A=2.0), course())
    first = rows(store)

    assert not Forecasts(store, History(store)).keep(TODAY, demand(A=3.0, B=1.0), course())

    assert rows(store) == first
    assert forecasts.is_kept(TODAY)
    assert not forecasts.is_kept(TODAY - 1)


def test_two_that_come_at_the_same_time_write_it_once(
    store: Store, forecasts: Forecasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Forecasts, "is_kept", lambda _self, _day: False)
    forecasts.keep(TODAY, demand(A=2.0), course())
    first = rows(store)

    forecasts.keep(TODAY, demand(A=3.0), course())

    assert rows(store) == first


def test_old_ones_go_but_not_those_of_others(store: Store, forecasts: Forecasts) -> None:
    with store.writing(tables.forecasts) as connection:
        old = {"day": TODAY - KEPT_DAYS - 1, "week": 1, "month": 1, "plain_month": 1}
        ids = [{"sku_id": 1}, {"sku_id": 2}, {"sku_id": 2, "day": TODAY - KEPT_DAYS}]
        connection.execute(tables.forecasts.insert(), [old | one for one in ids])

    forecasts.keep(TODAY, demand(A=2.0), course())

    assert [row[:2] for row in rows(store)] == [
        (TODAY - KEPT_DAYS - 1, 1), (TODAY - KEPT_DAYS, 2), (TODAY, 2)
    ]  # fmt: skip


def test_more_than_fits_is_kept_as_the_most_that_does(store: Store, forecasts: Forecasts) -> None:
    forecasts.keep(TODAY, demand(A=1e9), course())

    assert rows(store)[0][2:] == (2_000_000_000,) * 3


def test_a_forecast_is_compared_with_what_was_sold_on_days_in_stock() -> None:
    days = ENOUGH + 6
    came = np.full((1, days), 3.0)
    there = np.ones((1, days), dtype=bool)
    there[0, 3] = False
    made = kept(list(range(ENOUGH)), week=28.0, month=0.0, plain=60.0)

    judged = score.judge(made, came, there, 0, 7)

    # Four of the sums have a day out of stock: six sevenths of 28 are set against 18.
    told, sums, plain = (4 * a + (ENOUGH - 4) * b for a, b in ((24, 28), (18, 21), (12, 14)))
    assert judged is not None
    assert (judged.days, judged.skus, judged.horizon) == (ENOUGH, 1, 7)
    assert judged.off == judged.bias == pytest.approx((told - sums) / sums)
    assert judged.plain_off == pytest.approx((sums - plain) / sums)


def test_errors_of_skus_do_not_make_up_for_each_other_but_bias_does() -> None:
    days = ENOUGH + 6
    made = [kept(list(range(ENOUGH)), week, 0.0, 30.0, line) for line, week in enumerate((14, 28))]
    both = Kept(
        *(
            np.concatenate(parts)
            for parts in zip(
                *((one.lines, one.days, one.week, one.month, one.plain_month) for one in made),
                strict=True,
            )
        )
    )

    judged = score.judge(both, np.full((2, days), 3.0), np.ones((2, days), dtype=bool), 0, 7)

    assert judged is not None
    assert (judged.skus, judged.days) == (2, ENOUGH)
    assert (judged.off, judged.bias) == (pytest.approx(1 / 3), pytest.approx(0))


@pytest.mark.parametrize("out", [3, 7])
def test_a_stretch_mostly_out_of_stock_is_not_judged(out: int) -> None:
    days = ENOUGH + 6
    there = np.ones((1, days), dtype=bool)
    there[0, :out] = False

    assert (
        score.judge(kept(list(range(ENOUGH)), 7.0, 0, 30), np.ones((1, days)), there, 0, 7) is None
    )


@pytest.mark.parametrize(("days", "is_told"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_it_is_told_once_enough_days_have_been_judged(days: int, is_told: bool) -> None:
    made = kept(list(range(days)), 7.0, 30.0, 30.0)
    shape = (1, days + 6)

    judged = score.judge(made, np.ones(shape), np.ones(shape, dtype=bool), 0, 7)

    assert (judged is not None) == is_told


def test_what_sold_nothing_cannot_be_judged() -> None:
    shape = (1, 40)
    there = np.ones(shape, dtype=bool)
    assert score.judge(kept(list(range(20)), 7.0, 30.0, 30.0), np.zeros(shape), there, 0, 7) is None


def test_the_stored_forecasts_of_a_sku_and_of_the_shop(store: Store, forecasts: Forecasts) -> None:
    """Each against a sum made here; B is out of stock for so long that it isn't judged."""
    begin = TODAY - 60
    for day in range(begin, TODAY + 1):
        forecasts.keep(day, demand(A=2.0, B=1.0), course(day))
    units = {day: 1 + day % 4 for day in range(begin, TODAY)}
    sold(store, 2, units, out=frozenset({begin + 20}))
    sold(store, 3, units, out=frozenset(range(begin, TODAY)))

    found = forecasts.of_sku("A", TODAY)

    for horizon in HORIZONS:
        errors, plain, bias, total = 0.0, 0.0, 0.0, 0.0
        origins = range(begin, TODAY - horizon + 1)
        for day in origins:
            there = [d for d in range(day, day + horizon) if d != begin + 20]
            came = sum(units[d] for d in there)
            shape = [WEEKDAYS.profile[date_of(day + n).weekday()] for n in range(horizon)]
            told = round(200 * sum(shape)) / 100 * len(there) / horizon
            errors += abs(told - came)
            plain += abs(1.8 * len(there) - came)
            bias, total = bias + told - came, total + came
        got = found.over[horizon]
        assert (got.days, got.skus) == (len(origins), 1)
        assert (got.off, got.plain_off, got.bias) == pytest.approx(
            (errors / total, plain / total, bias / total)
        )
    assert found.since == begin
    assert forecasts.of_sku("B", TODAY) == Scores(begin, {})
    assert forecasts.of_the_shop(TODAY).over == found.over
    assert forecasts.of_the_shop(TODAY).of is None


def test_a_shop_of_more_skus_than_are_judged_says_how_many_it_has(
    forecasts: Forecasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "SAMPLE", 2)
    assert forecasts.of_the_shop(TODAY).of == 3
    monkeypatch.setattr(score, "SAMPLE", 3)
    assert forecasts.of_the_shop(TODAY).of is None


def test_nothing_is_known_of_a_sku_without_forecasts(store: Store, forecasts: Forecasts) -> None:
    assert forecasts.of_sku("A", TODAY) == score.NONE_KEPT
    assert forecasts.of_sku("nobody's", TODAY) == score.NONE_KEPT
    assert forecasts.of_the_shop(TODAY).told_from(7) is None


def test_the_day_from_which_it_is_told() -> None:
    assert date_of(Scores(TODAY, {}).told_from(7) or 0) == date_of(TODAY + 20)
    assert date_of(0) == date(1970, 1, 1)
