"""Concerns that are put off."""

from __future__ import annotations

from datetime import timedelta

from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import (
    all_concerns,
    step_days,
    texts,
)
from tests.pages.inventory.steps import pressed


def test_a_concern_is_put_off_and_taken_up_again(known: MCFService) -> None:
    concern = next(each for each in known.concerns() if each.key)
    at = all_concerns()
    assert concern.title in texts(at)

    pressed(at, f"off_7_{concern.key}")
    assert concern.title not in texts(at)
    assert concern.title not in [each.title for each in known.concerns()]
    assert f"until {known.now() + timedelta(days=7):%a %d %b}" in texts(at)

    pressed(at, f"up_{concern.key}")
    assert concern.title in texts(at)
    assert not known.stock.review.choices.hidden(known.now())


def test_what_is_put_off_comes_back_on_the_day(known: MCFService, simulator: Simulator) -> None:
    concern = next(each for each in known.concerns() if each.kind == "claim")
    pressed(all_concerns(), f"off_1_{concern.key}")

    step_days(known, simulator, 2)

    assert concern.key in [each.key for each in known.concerns()]
