"""What needs a hand in lines: like ones together, put off, and done from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.concerns import Concern, Urgency
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.tracking.lifecycle import HELD, Trouble
from mcf.tracking.trouble import OF_ORDERS
from pages.parts.common import messages
from pages.parts.home import concerns
from tests.conftest import order_request
from tests.pages.conftest import (
    all_concerns,
    links,
    open_page,
    step_days,
    texts,
)
from tests.pages.inventory.steps import pressed


def test_a_concern_is_put_off_and_taken_up_again(known: MCFService) -> None:
    concern = next(each for each in known.concerns() if each.key)
    at = all_concerns()
    assert concern.title in links(at)

    pressed(at, f"off_7_{concern.key}")
    assert concern.title not in links(at)
    assert concern.title not in [each.title for each in known.concerns()]
    assert f"until {known.now() + timedelta(days=7):%a %d %b}" in texts(at)

    pressed(at, f"up_{concern.key}")
    assert concern.title in links(at)
    assert not known.stock.review.choices.hidden(known.now())


def test_what_is_put_off_comes_back_on_the_day(known: MCFService, simulator: Simulator) -> None:
    concern = next(each for each in known.concerns() if each.kind == "claim")
    pressed(all_concerns(), f"off_1_{concern.key}")

    step_days(known, simulator, 2)

    assert concern.key in [each.key for each in known.concerns()]


def concern(sku: str, kind: str, urgency: Urgency = Urgency.NOW) -> Concern:
    return Concern(urgency, f"{sku} {kind}", "Why.", "sku", sku, kind)


def test_three_of_a_kind_stand_in_one_line_in_the_place_of_the_first() -> None:
    first, second = concern("A", "reorder"), concern("B", "out")
    more = [concern(sku, "reorder") for sku in ("C", "D")]
    stuck = [concern("E", f"stuck {place}") for place in ("one", "two", "three")]

    lines = concerns.together([first, second, *more, *stuck])

    assert lines == [[first, *more], second, stuck]
    assert concerns.together([first, second, more[0]]) == [first, more[0], second]


def test_what_ends_on_the_day_of_a_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "when", lambda due: f"{due:%d %b, %Hh}")
    monkeypatch.setattr(messages, "day", lambda due: f"{due:%d %b}")
    due = datetime(2026, 2, 24, tzinfo=UTC)
    lost, held = (
        replace(concern("A", f"{OF_ORDERS}{kind}"), due=due)
        for kind in (Trouble.UNDELIVERABLE.value, HELD)
    )

    assert concerns.words(lost).endswith(" Claim until 24 Feb\\.]]")
    ends = concerns.words(replace(held, brief="It ends:")).replace("\\", "")
    assert ends.endswith("It ends: 24 Feb, 00h.]]")
    assert "ntil" not in concerns.words(replace(lost, due=None))


def test_few_lines_are_shown_at_first_and_the_others_on_demand(
    known: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concerns, "FEW", {Urgency.NOW: 1, Urgency.TODAY: 1})
    at = open_page()
    few, more = len(links(at)), [it for it in at.button if (it.key or "").startswith("more_")]
    hidden = sum(int(it.label.split()[1]) for it in more)
    for button in more:
        at = button.click().run()

    assert hidden > 0
    assert len(links(at)) == few + hidden


def test_what_needs_a_hand_is_counted_by_how_soon() -> None:
    some = [concern(str(n), "out") for n in range(7)]
    later = [concern("A", "out", Urgency.SOON)]

    assert concerns.counted([*some, *later]) == "**7** need you now · **1** can wait"
    assert concerns.counted(some[:1]) == "**1** needs you now"
    assert concerns.counted([]) == ""


def test_a_held_order_ships_from_its_line(program: MCFService, address: Address, sku: str) -> None:
    held = order_request("HELD-1", address, sku, 1)
    program.submit(held.model_copy(update={"fulfillment_action": "Hold"}))
    at = all_concerns()
    pressed(at, "act_HELD-1")

    order = program.orders().set_index("seller_fulfillment_order_id").loc["HELD-1"]
    assert order["fulfillment_action"] == "Ship"


def test_an_order_is_put_off_by_its_trouble(
    program: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    sent = program.submit(request_for).seller_fulfillment_order_id
    simulator.set_status(sent, Status.INVALID)
    program.tracking.refresh(sent)
    key = f"order Invalid:{sent}"
    pressed(all_concerns(), f"off_1_{key}")

    assert sent not in [it.subject for it in program.concerns()]
    assert f"Invalid: order {sent}: put off until" in texts(open_page())
