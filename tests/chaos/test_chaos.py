"""Whatever Amazon, the network and the machine do: each order arrives once, as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.trial import Plan, run

# A dozen programs, one after the other, take a busy machine longer than any other test.
pytestmark = pytest.mark.timeout(1200)


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(seed=1, orders=12, kills=4), id="killed four times"),
        pytest.param(Plan(seed=2, orders=8, kills=2, at_once=2), id="started twice, killed twice"),
    ],
)
def test_orders_sent_through_a_storm_arrive_once_and_as_typed(plan: Plan, tmp_path: Path) -> None:
    outcome = run(plan, tmp_path)

    assert outcome.violations == []
    assert outcome.kills == plan.kills
    assert outcome.share > 0.1


def test_two_programs_at_once_keep_to_one_usage_plan(tmp_path: Path) -> None:
    outcome = run(Plan(seed=3, orders=24, kills=0, at_once=2, chance=0, rates=1), tmp_path)

    assert outcome.violations == []
    assert outcome.plan_refusals == {}
