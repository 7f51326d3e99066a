"""What the pictures of promises show, and that nothing from outside is drawn as a tag."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from mcf.addresses.validate import areas
from mcf.tracking import promises
from mcf.tracking.promises import PromiseOutcome
from pages.parts.tracking import promise_charts


def shares(**groups: tuple[int, int]) -> pd.DataFrame:
    """How many of how many were on time, by group."""
    rows = [
        (name, came.value, -1.0 if came is PromiseOutcome.ON_TIME else 1.0)
        for name, (on_time, judged) in groups.items()
        for came in [PromiseOutcome.ON_TIME] * on_time + [PromiseOutcome.LATE] * (judged - on_time)
    ]
    return promises.share(pd.DataFrame(rows, columns=["speed", "arrival", "days_late"]), "speed")


def test_the_map_has_a_tile_for_each_of_fifty_states_and_the_capital() -> None:
    codes = [code for line in promise_charts.TILES for code in line.split() if code != ".."]

    assert len(codes) == len(set(codes)) == 51
    assert set(codes) <= set(areas("US"))
    assert {len(line.split()) for line in promise_charts.TILES} == {11}


def test_a_state_of_too_few_is_grey_and_says_how_many() -> None:
    figure = promise_charts.states(shares(CA=(9, 12), NY=(3, 3), PR=(1, 1)), areas("US"))
    grey, coloured = figure.data

    assert np.nansum(coloured.z) == 0.75
    assert (coloured.text == "CA").sum() == 1
    assert (coloured.text != "").sum() == 1
    assert (grey.text != "").sum() == 50
    told = [text for line in coloured.customdata for text in line]
    assert told[30] == "New York<br>3 of 3 orders on time<br>too few to say more"
    assert any(text.startswith("California<br>9 of 12 orders on time<br>75.0 %") for text in told)
    assert "Texas<br>no order judged" in told


def test_a_map_without_any_order_is_all_grey() -> None:
    figure = promise_charts.states(shares(), areas("US"))

    assert np.isfinite(figure.data[0].z).sum() == 51
    assert not np.isfinite(figure.data[1].z).any()


def test_a_group_of_too_few_has_no_bar_and_says_so() -> None:
    figure = promise_charts.shares(shares(Standard=(9, 10), Priority=(2, 2)))
    bars = figure.data[0]

    assert list(bars.y) == ["Standard", "Priority"]
    assert list(bars.x) == [0.9, 0]
    assert list(bars.text) == ["90.0 % of 10", "too few: 2"]
    assert list(bars.error_x.array)[1] == list(bars.error_x.arrayminus)[1] == 0


def test_names_from_outside_are_no_tags() -> None:
    found = shares(**{"<b>Post</b>": (10, 10)})

    # The JSON of a figure spells out every < and >.
    drawn = json.dumps(json.loads(promise_charts.shares(found).to_json()))
    assert "Post" in drawn
    assert "<b>" not in drawn


def test_weeks_of_too_few_are_marked_and_have_no_bar() -> None:
    mondays = [pd.Timestamp(2026, 3, 2), pd.Timestamp(2026, 3, 9)]
    found = shares(a=(8, 10), b=(1, 2)).assign(group=mondays)
    bars, marks = promise_charts.weeks(found).data

    assert list(bars.y) == [0.8]
    assert pd.Timestamp(marks.x[0]) == mondays[1]


@pytest.mark.parametrize(("longest", "bars"), [(3.5, [0.5, 3.5]), (12.5, [1, 13])])
def test_long_times_in_transit_are_told_in_whole_days(longest: float, bars: list[float]) -> None:
    found = pd.DataFrame(
        {"speed": "Standard", "half_days": [0.5, longest], "whole_days": [1, -int(-longest // 1)]}
    ).assign(parcels=1)

    assert list(promise_charts.transit(found).data[0].x) == bars


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, "on the promised day"), (-1, "1 day early"), (0.5, "0.5 days late"), (12, "12 days late")],
)
def test_days_against_the_promise_are_told_in_words(days: float, told: str) -> None:
    assert promise_charts.days_late(days) == told
