"""Faults are switched on and off by name."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults.kinds import KINDS
from tests.simulator.seller import Api


@pytest.mark.parametrize(
    "options",
    [
        {"chance": 2},
        {"nth": 0},
        {"times": 0},
        {"chance": "often"},
        {"operations": "getFulfillmentOrder"},
        {"operations": [1]},
        {"operations": ["getFulfilmentOrder"]},
        {"seconds": 5},
    ],
)
def test_a_fault_that_makes_no_sense_cannot_be_switched_on(
    api: Api, options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"throttled|begin|There is no operation"):
        api.sim.faults.add_named("throttled", **options)

    assert api.sim.faults.active() == {}


def test_a_delay_must_be_bearable(api: Api) -> None:
    with pytest.raises(ValueError, match="600"):
        api.sim.faults.add_named("slow", seconds=10_000)


def test_an_unknown_fault_is_answered_with_those_there_are(api: Api) -> None:
    with pytest.raises(ValueError, match="answer-lost, bad-gateway"):
        api.sim.faults.add_named("earthquake")


def test_every_fault_can_be_switched_on_by_its_name(api: Api) -> None:
    numbers = {name: api.sim.faults.add_named(name) for name in KINDS}

    assert len(set(numbers.values())) == len(KINDS) >= 27


def test_a_fault_that_is_not_on_cannot_be_removed(api: Api) -> None:
    with pytest.raises(KeyError):
        api.sim.faults.remove(99)
