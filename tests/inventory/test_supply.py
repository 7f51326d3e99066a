"""Days of supply as Amazon's low-inventory fee counts them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mcf.inventory import supply

NAN = float("nan")


def found(units: tuple[float, float], there: dict[int, tuple[float, float] | None]) -> list[float]:
    """The columns of one SKU that sold `units` in each span; `there` are mean and days known."""
    index = pd.Index(["S"], name="seller_sku")
    demand = pd.DataFrame({"units_30": [units[0]], "units_90": [units[1]]}, index=index)
    on_hand = {
        span: pd.DataFrame({"mean": [it[0]], "days": [it[1]]}, index=index)
        if it
        else pd.DataFrame({"mean": [], "days": []}, index=index[:0], dtype=float)
        for span, it in there.items()
    }
    return [float(value) for value in supply.supply(demand, on_hand).iloc[0]]


def test_what_was_there_on_average_beside_what_was_sold_a_day() -> None:
    # 80 units a day there for 30 days, 60 sold: 40 days. 60 there for 90 days, 270 sold: 20 days.
    assert found((60, 270), {30: (80, 30), 90: (60, 90)}) == [40, 20, (2400 - 28 * 60) // 29]


def test_both_below_means_no_room() -> None:
    short, long, room = found((60, 180), {30: (50, 30), 90: (40, 90)})
    assert (short, long) == (25, 20)
    assert room == -7


def test_one_that_suffices_is_enough_though_the_other_is_not_known() -> None:
    assert found((60, 60), {30: (80, 30), 90: (80, 30)}) == pytest.approx(
        [40, NAN, 24], nan_ok=True
    )


def test_one_below_says_nothing_while_the_other_is_not_known() -> None:
    assert found((60, 60), {30: (50, 30), 90: (50, 30)}) == pytest.approx(
        [25, NAN, NAN], nan_ok=True
    )


def test_nothing_known_and_nothing_sold() -> None:
    assert np.isnan(found((60, 180), {30: None, 90: None})).all()
    assert found((0, 0), {30: (5, 30), 90: (5, 90)}) == [np.inf, np.inf, 15]


def test_the_room_is_the_largest_order_that_leaves_enough() -> None:
    there, sold = np.array([2400.0]), np.array([60.0])
    most = float(supply.room(there, sold)[0])
    assert supply.days_of(there, sold, most)[0] >= supply.LEAST
    assert supply.days_of(there, sold, most + 1)[0] < supply.LEAST


def test_only_who_sells_twenty_a_week_pays() -> None:
    index = pd.Index(["A", "B", "C", "D"], name="seller_sku")
    demand = pd.DataFrame({"units_7": [19.9, 20.0, NAN, 90.0]}, index=index)
    assert supply.candidates(demand) == ["D", "B"]


def test_of_very_many_those_count_that_sell_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "MOST", 1)
    index = pd.Index(["A", "B"], name="seller_sku")
    assert supply.candidates(pd.DataFrame({"units_7": [30.0, 31.0]}, index=index)) == ["B"]
