"""The same rules for many SKUs at once."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from mcf.inventory import policy
from mcf.inventory.policy import Change


def plan(velocity: list[float], cost: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"velocity": velocity, "unit_cost": cost})


@pytest.mark.parametrize(
    ("velocity", "cost", "found"),
    [
        # 70 + 15 reach four fifths; 10 more reach 95 of 100
        ([70, 15, 10, 5], [1, 1, 1, 1], "AABC"),
        ([5, 70, 10, 15], [math.nan] * 4, "CABA"),
        # by cost: 5, 70, 10, 300 of 385
        ([5, 70, 10, 15], [1, 1, 1, 20], "CACA"),
        ([0, 3, math.nan], [1, 1, 1], ["C", "A", ""]),
        ([0, 0], [1, 1], "CC"),
        ([], [], []),
    ],
)
def test_classes_are_by_what_is_sold(
    velocity: list[float], cost: list[float], found: str | list[str]
) -> None:
    assert policy.classes(plan(velocity, cost)).tolist() == list(found)


def test_a_preview_says_how_many_change_and_from_what() -> None:
    rules = pd.DataFrame(
        {"lead_time_days": [30.0, 45.0, math.nan], "tags": ["a", "", "b"]}, index=["A", "B", "C"]
    )
    changed, changes = policy.preview(
        rules, ["A", "B", "C", "D"], {"lead_time_days": 45, "tags": None}
    )
    assert changed == ["A", "C", "D"]
    assert changes == [
        Change("lead_time_days", None, 45, 2),
        Change("lead_time_days", 30, 45, 1),
        Change("tags", "a", None, 1),
        Change("tags", "b", None, 1),
    ]


def test_what_is_as_it_was_is_no_change() -> None:
    rules = pd.DataFrame({"unit_cost": [2.5]}, index=["A"])
    assert policy.preview(rules, ["A"], {"unit_cost": 2.5}) == ([], [])
    assert policy.preview(rules, [], {"unit_cost": 3.0}) == ([], [])
