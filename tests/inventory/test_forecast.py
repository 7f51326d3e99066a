"""How much will sell, with numbers worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.inventory import demand, forecast
from mcf.inventory.demand import Common, Course, Numbers, Past, Truths
from mcf.inventory.forecast import Forecast, Peers
from mcf.inventory.outlook import Misses, Outlook
from tests.inventory.test_planning import (
    TODAY,
    UNKNOWN,
    amounts,
    day,
    few,
    numbers,
)


def foretold(
    units: Numbers, there: Truths, days: int, common: Common, today: date = TODAY
) -> Forecast | None:
    """The forecast of a SKU of which each day until yesterday is known by itself."""
    ago = np.arange(float(len(units)), 0, -1)
    past = Past(ago, np.ones(len(units)), (units * there)[None], there[None].astype(float))
    levels = demand.levels(past, common, today)
    return forecast.of_one(Outlook(levels, Course(common, today), Misses()), days)


def known(
    units: Numbers,
    days: int = 7,
    *,
    profile: Numbers | None = None,
    drift: float = 1.0,
    peers: tuple[float, float] = (0.0, 0.0),
    today: date = TODAY,
) -> Forecast:
    """The forecast of a SKU that was always in stock, until Sunday 1 March."""
    common = Common(np.ones(7) if profile is None else profile, drift, peers)
    found = foretold(units, np.ones(len(units), dtype=bool), days, common, today)
    assert found is not None
    return found


ALIKE = Common(np.ones(7))
"""A shop whose days are alike."""


def test_what_sold_evenly_goes_on_so() -> None:
    found = known(np.full(28, 3.0))
    assert found.a_day.tolist() == pytest.approx([3.0] * 7)
    assert found.days_known == 28


def test_a_forecast_needs_seven_days_in_stock() -> None:
    there = np.array([False] * 3 + [True] * 6)
    assert foretold(np.ones(9), there, 7, ALIKE) is None
    assert foretold(np.ones(7), np.ones(7, dtype=bool), 7, ALIKE) is not None


def test_days_out_of_stock_do_not_make_sales_look_slow() -> None:
    """Half the days 4 were sold, half of them it wasn't in stock: 4 a day, not 2."""
    there = np.arange(40) % 2 == 0
    found = foretold(np.where(there, 4.0, 0.0), there, 3, ALIKE)
    assert found is not None
    assert found.a_day.tolist() == pytest.approx([4.0] * 3)
    assert found.days_known == 20


def test_a_day_weighs_half_of_one_sixty_days_later() -> None:
    """Seven days of 1 and, sixty days later, seven of 4: (1 + 2 x 4) / (1 + 2) = 3."""
    there = np.isin(np.arange(67), [*range(7), *range(60, 67)])
    sold = np.where(np.arange(67) < 7, 1.0, 4.0) * there
    found = foretold(sold, there, 1, ALIKE)
    assert found is not None
    assert found.a_day.tolist() == pytest.approx([3.0])


def test_weekdays_follow_the_profile() -> None:
    """Two a day on average, twice as much on Saturdays, nothing on Sundays; tomorrow is Monday."""
    profile = numbers(1, 1, 1, 1, 1, 2, 0)
    weeks = np.tile(profile * 2, 4)
    assert known(weeks, profile=profile).a_day.tolist() == pytest.approx([2, 2, 2, 2, 2, 4, 0])


def test_a_trend_goes_on_from_the_last_day() -> None:
    """1 % more every day, 10 on the last: 10.1, then 10.201."""
    sold = 10 * 1.01 ** np.arange(-27.0, 1)
    assert known(sold, 2, drift=1.01).a_day.tolist() == pytest.approx([10.1, 10.201])


def test_a_sku_of_which_little_is_known_is_taken_for_one_of_its_peers() -> None:
    """Nothing sold on seven days, peers sell 0.5 a day and count as 7 days: 3.5 / 14 = 0.25 a day,
    with the weights of the seven days: 6.76 days lived, so 3.5 / 13.76.
    """
    lived = sum(0.5 ** (age / 60) for age in range(7))
    found = known(np.zeros(7), 1, peers=(0.5, 7))
    assert lived == pytest.approx(6.763, abs=0.001)
    assert found.a_day.tolist() == pytest.approx([3.5 / (7 + lived)])


def test_nothing_sold_and_no_peers_is_a_forecast_of_nothing() -> None:
    found = known(np.zeros(30))
    assert [found.a_day.sum(), found.low.sum(), found.high.sum()] == [0, 0, 0]


def test_the_band_is_as_wide_as_chance_and_what_is_not_known_of_the_level() -> None:
    """4 a day for 28 days varies less than chance, so that its variance is its mean. The weights
    sum to 24.07 and their squares to 20.84: the level's variance is 4 x 20.84 / 24.07**2 = 0.1439.
    Over seven days 28 are expected, with a variance of 28 + 49 x 0.1439 = 35.05, which is 5.92**2:
    28 - 1.2816 x 5.92 = 20.4 and 35.6.
    """
    found = known(np.full(28, 4.0))
    assert (found.low[-1], found.high[-1]) == pytest.approx((20.41, 35.59), abs=0.02)


def test_the_band_is_wider_for_what_sells_in_bursts() -> None:
    even, bursts = np.full(28, 2.0), np.tile(numbers(14, 0, 0, 0, 0, 0, 0), 4)
    widths = [found.high[-1] - found.low[-1] for found in (known(even), known(bursts))]
    assert widths[1] > 2 * widths[0]


histories = st.lists(st.integers(0, 40), min_size=7, max_size=91)


@given(histories, st.integers(1, 90), st.floats(0.98, 1.02), st.booleans())
def test_a_band_holds_its_middle_and_grows_with_the_days(
    units: list[int], days: int, drift: float, alike: bool
) -> None:
    among = (0.3, 5.0) if alike else (0.0, 0.0)
    found = known(numbers(*units), days, drift=drift, peers=among)
    middle = np.cumsum(found.a_day)
    assert (found.low <= middle).all()
    assert (middle <= found.high).all()
    assert (found.low >= 0).all()
    assert (np.diff(found.high - middle) >= -1e-9).all()
    assert (np.diff(found.high - found.low) >= -1e-9).all()


@given(histories, st.integers(2, 50), st.floats(0.98, 1.02))
def test_a_forecast_scales_with_what_was_sold(units: list[int], times: int, drift: float) -> None:
    single, many = (known(numbers(*units) * n, 14, drift=drift) for n in (1, times))
    assert many.a_day.tolist() == pytest.approx((times * single.a_day).tolist())
    assert (many.high >= single.high - 1e-9).all()


@given(histories, st.integers(-400, 400))
def test_a_forecast_without_weekdays_is_the_same_on_any_date(units: list[int], shift: int) -> None:
    days = [TODAY, TODAY + timedelta(days=shift)]
    here, later = (known(numbers(*units), today=today) for today in days)
    assert here.a_day.tolist() == later.a_day.tolist()


@pytest.mark.parametrize("begins", range(7))
def test_the_profile_is_told_from_monday_whatever_the_first_day(begins: int) -> None:
    """Saturdays 4, Sundays 0, other days 2: a mean of 14 / 7 = 2."""
    first = TODAY + timedelta(days=begins)
    week = np.roll(numbers(2, 2, 2, 2, 2, 4, 0), -begins)
    profile = forecast.weekday_profile(np.tile(week, 5), first)
    assert profile.tolist() == pytest.approx([1, 1, 1, 1, 1, 2, 0])


def test_a_begun_week_counts_from_its_end() -> None:
    """Three days before five weeks of 1 ... 7 aren't a whole week, so they aren't looked at."""
    sold = np.concatenate([numbers(9, 9, 9), np.tile(np.arange(1.0, 8), 5)])
    profile = forecast.weekday_profile(sold, TODAY - timedelta(days=3))
    assert profile.tolist() == pytest.approx([n / 4 for n in range(1, 8)])


@pytest.mark.parametrize(
    "sold",
    [
        np.tile(numbers(1, 2, 3, 4, 5, 6, 7), 3),
        np.zeros(70),
        np.full(70, np.nan),
        np.empty(0),
    ],
)
def test_weekdays_are_alike_while_too_little_is_known(sold: Numbers) -> None:
    assert forecast.weekday_profile(sold, TODAY).tolist() == [1.0] * 7
    assert forecast.trend(sold) == 1.0


def test_weekdays_that_differ_by_chance_are_taken_for_alike() -> None:
    """One unit in each of eight weeks, on another weekday each time but twice on Mondays."""
    sold = np.zeros((8, 7))
    sold[np.arange(8), [0, 1, 2, 3, 4, 5, 6, 0]] = 1
    assert forecast.weekday_profile(sold.ravel(), TODAY).tolist() == pytest.approx([1.0] * 7)


@given(st.lists(st.integers(0, 200), min_size=0, max_size=120))
def test_a_profile_is_one_on_average_and_never_negative(sold: list[int]) -> None:
    profile = forecast.weekday_profile(numbers(*sold), TODAY)
    assert profile.mean() == pytest.approx(1)
    assert profile.min() >= -1e-9


@pytest.mark.parametrize("growth", [0.995, 1.0, 1.003])
def test_of_a_sure_trend_seven_tenths_are_followed(growth: float) -> None:
    """What grows by the same factor every day does so without any chance."""
    sold = 1000 * growth ** np.arange(91)
    assert forecast.trend(sold) == pytest.approx(growth**0.7)


def test_a_trend_that_may_be_chance_is_none() -> None:
    """13 weeks that go up and down by a half; the last is up, so that a line has some slope."""
    weeks = np.where(np.arange(13) % 2 == 0, 150.0, 100.0)
    assert forecast.trend(np.repeat(weeks, 7)) == 1.0


def test_a_trend_is_at_most_two_per_cent_a_day() -> None:
    assert forecast.trend(1.2 ** np.arange(91)) == 1.02
    assert forecast.trend(0.8 ** np.arange(91)) == 0.98


@pytest.mark.parametrize(("weeks", "told"), [(7, False), (8, True)])
def test_a_trend_needs_eight_weeks(weeks: int, told: bool) -> None:
    sold = 100 * 1.01 ** np.arange(7 * weeks)
    assert (forecast.trend(sold) != 1.0) is told


def test_no_trend_is_told_across_a_week_without_sales() -> None:
    sold = np.repeat([8.0, 4, 2, 1, 0, 1, 2, 4, 8], 7)
    assert forecast.trend(sold) == 1.0


def test_a_day_on_which_half_was_out_of_stock_is_not_a_bad_day() -> None:
    """A and B sell 3 and 1 a day; B is out on the last two of four days."""
    sold = np.array([[3.0, 3, 3, 3], [1, 1, 0, 0]])
    there = np.array([[True] * 4, [True, True, False, False]])
    assert forecast.day_index(sold, there).tolist() == pytest.approx([1, 1, 1, 1])


def test_a_day_index_tells_good_days_and_those_on_which_all_was_out() -> None:
    """A sells 2, 4 and 6 when in stock, 4 on average: a half, one, and one and a half."""
    there = np.array([[True, True, True, False]])
    index = forecast.day_index(np.array([[2.0, 4, 6, 0]]), there)
    assert index.tolist() == pytest.approx([0.5, 1, 1.5, UNKNOWN], nan_ok=True)


def test_nothing_sold_is_an_index_of_zero() -> None:
    assert forecast.day_index(np.zeros((2, 3)), np.ones((2, 3), dtype=bool)).tolist() == [0, 0, 0]


def test_peers_that_differ_count_for_few_days() -> None:
    """Ten SKUs in stock for 10 days, half of which sold 10 and half 30: 2 a day on average. Their
    velocities 1 and 3 have a variance of 1, of which 2 / 10 = 0.2 is chance: 2 / 0.8 = 2.5 days.
    """
    sold = np.repeat([[1.0] * 10, [3.0] * 10], 5, axis=0)
    found = forecast.peers(sold, np.ones((10, 10), dtype=bool))
    assert found is not None
    assert (found.a_day, found.days) == pytest.approx((2, 2.5))


def test_peers_that_are_all_alike_count_for_ninety_days() -> None:
    assert forecast.peers(np.ones((10, 10)), np.ones((10, 10), dtype=bool)) == Peers(1, 90)


@pytest.mark.parametrize(("skus", "units", "days"), [(9, 1.0, 10), (10, 0.0, 10), (10, 1.0, 6)])
def test_too_few_skus_sales_or_days_make_no_peers(skus: int, units: float, days: int) -> None:
    sold = np.full((skus, days), units)
    assert forecast.peers(sold, np.ones((skus, days), dtype=bool)) is None


def test_all_skus_together_tell_profile_trend_and_peers() -> None:
    sold, there = np.ones((10, 91)), np.ones((10, 91), dtype=bool)
    found = forecast.common(sold, there, TODAY)
    assert (found.profile.tolist(), found.drift) == (pytest.approx([1.0] * 7), pytest.approx(1.0))
    assert found.peers == (1, 90)


def expected(a_day: list[float], low: list[float], high: list[float]) -> Forecast:
    return Forecast(numbers(*a_day), numbers(*low), numbers(*high), 30)


def test_a_projection_is_what_is_there_and_arrives_less_what_is_sold() -> None:
    """10 there, 3 sold a day, 5 arrive on the second: 7, 10 - 6 + 5 = 9, 6. The sums lie between 2,
    4, 6 and 4, 8, 12: at least 6, 7, 3 are left and at most 8, 11, 9.
    """
    found = forecast.projection(10, {2: 5}, expected([3, 3, 3], [2, 4, 6], [4, 8, 12]), TODAY)
    assert found["day"].tolist() == [day(3), day(4), day(5)]
    assert found["middle"].tolist() == [7, 9, 6]
    assert (found["low"].tolist(), found["high"].tolist()) == ([6, 7, 3], [8, 11, 9])


def test_what_could_not_be_sold_is_not_taken_from_what_arrives_later() -> None:
    """3 there, 2 sold a day, 10 arrive on the fourth day: 1, 0, 0, then 10 - 2 = 8."""
    found = forecast.projection(3, {4: 10}, expected([2] * 4, [2, 4, 6, 8], [2, 4, 6, 8]), TODAY)
    assert found["middle"].tolist() == [1, 0, 0, 8]


def test_what_is_here_already_or_comes_after_the_last_day_is_counted_rightly() -> None:
    """Units of day 0 or earlier are there on the first; those of day 3 of two aren't told."""
    found = forecast.projection(0, {0: 4, -3: 1, 3: 90}, expected([1, 1], [1, 2], [1, 2]), TODAY)
    assert found["middle"].tolist() == [4, 3]


def test_a_projection_of_no_days_has_the_same_columns_and_dtypes() -> None:
    none = forecast.projection(5, {1: 5}, expected([], [], []), TODAY)
    some = forecast.projection(5, {}, expected([1], [1], [1]), TODAY)
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
    assert str(none["day"].dtype) == "datetime64[us, UTC]"


@few
@given(histories, amounts, st.dictionaries(st.integers(-1, 100), amounts, max_size=4))
def test_a_projection_is_never_negative_and_holds_its_middle(
    units: list[int], available: int, coming: dict[int, int]
) -> None:
    found = forecast.projection(available, coming, known(numbers(*units), 60), TODAY)
    assert found["low"].min() >= -1e-6
    assert (found["low"] <= found["middle"]).all()
    assert (found["middle"] <= found["high"]).all()


def test_of_a_weekday_counts_what_its_weeks_make_sure() -> None:
    """Mondays 10, 14, 10, 14 and other days 6: 48 / 7 on average, so Mondays sell 1.75 of it and
    the others 0.875. Mondays vary by 16 / 3, so a mean of four weeks by (16 / 3) / 7 / 4 by chance.
    That is a 27th of what the weekdays differ by: 26 / 27 of the difference count.
    """
    weeks = np.full((4, 7), 6.0)
    weeks[:, 0] = [10, 14, 10, 14]
    sure = 26 / 27

    profile = forecast.weekday_profile(weeks.ravel(), TODAY - timedelta(days=TODAY.weekday()))

    assert profile.tolist() == pytest.approx([1 + 0.75 * sure, *[1 - 0.125 * sure] * 6])


def test_a_day_on_which_all_was_out_of_stock_leaves_the_weekdays_as_they_are() -> None:
    """Saturdays 4, Sundays 0, other days 2 for nine weeks; a Tuesday isn't known."""
    monday = TODAY - timedelta(days=TODAY.weekday())
    sold = np.tile(numbers(2, 2, 2, 2, 2, 4, 0), 9)
    sold[8] = UNKNOWN

    assert forecast.weekday_profile(sold, monday).tolist() == pytest.approx(
        [1, 1, 1, 1, 1, 2, 0], abs=0.01
    )


def test_a_day_on_which_all_was_out_of_stock_leaves_the_trend_as_it_is() -> None:
    sold = 1000 * 1.003 ** np.arange(91)
    sold[40] = UNKNOWN

    assert forecast.trend(sold) == pytest.approx(1.003**0.7, abs=1e-4)


def test_of_a_trend_counts_what_its_weeks_make_sure() -> None:
    """The logarithms of eight weeks rise by 0.1 each, and each lies 0.1 above or below that line.
    The slope's chance is 8 x 0.1**2 / (8 - 2) / 42, and 2 / 63 of its square: 61 / 63 of it count.
    """
    beside = 0.1 * numbers(1, -1, -1, 1, 1, -1, -1, 1)
    weeks = np.exp(0.1 * np.arange(8) + beside)

    assert forecast.trend(np.repeat(weeks, 7)) == pytest.approx(np.exp(0.1 / 7 * 61 / 63 * 0.7))


def test_a_sku_of_which_too_little_is_known_is_no_peer() -> None:
    """Ten SKUs sell 1 a day; an eleventh sold 60 on the six days it was in stock."""
    sold, there = np.ones((11, 10)), np.ones((11, 10), dtype=bool)
    sold[10], there[10] = 10, np.arange(10) < 6

    assert forecast.peers(sold, there) == Peers(1, 90)


def test_sales_that_vary_are_trusted_as_if_four_usual_days_were_known_besides() -> None:
    """0 and 4 in turn for 28 days: the squares of what differs beside what is expected, with four
    days of chance added to both.
    """
    sold = np.tile(numbers(0, 4), 14)
    weights = 0.5 ** (np.arange(27.0, -1, -1) / 60)
    found = known(sold, 1)

    level = float(weights @ sold / weights.sum())
    varies = (((sold - level) ** 2).sum() + 4 * level) / (32 * level)
    spread = level + (weights**2).sum() / weights.sum() ** 2 * level
    assert found.a_day.tolist() == pytest.approx([level])
    assert found.high[0] - level == pytest.approx(1.281552 * np.sqrt(varies * spread))


def test_what_is_kept_is_never_sold() -> None:
    """10 there and 4 of them kept, 3 sold a day: 7, 4, 4; what arrives is for sale."""
    found = forecast.projection(10, {4: 5}, expected([3] * 4, [3] * 4, [3] * 4), TODAY, 4)
    assert found["middle"].tolist() == [7, 4, 4, 6]


def test_less_than_what_is_kept_is_not_for_sale_until_more_arrives() -> None:
    """1 of 4 to be kept is there: of 8 that arrive on the second day 5 are for sale."""
    found = forecast.projection(1, {2: 8}, expected([3] * 3, [3] * 3, [3] * 3), TODAY, 4)
    assert found["middle"].tolist() == [1, 6, 4]
