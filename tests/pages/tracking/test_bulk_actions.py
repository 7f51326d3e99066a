"""What a list offers for the orders that are chosen in it, and what it tells of each."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.models.base import Address
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.tracking.actions import Actions
from pages.parts.common import places, session
from pages.parts.tracking import bulk_actions
from tests.conftest import order_request
from tests.pages.conftest import open_page, texts
from tests.waiting import eventually


@pytest.fixture
def chosen(program: MCFService, simulator: Simulator, address: Address, sku: str) -> list[str]:
    """Three orders: two on hold, and one that is being picked."""
    for number in ("TEST-1", "TEST-2", "TEST-3"):
        action = "Ship" if number == "TEST-3" else "Hold"
        sent = order_request(number, address, sku, 1)
        program.submit(sent.model_copy(update={"fulfillment_action": action}))
    simulator.set_status("TEST-3", Status.PROCESSING)
    program.tracking.refresh("TEST-3")
    return ["TEST-1", "TEST-2", "TEST-3"]


def results(at: AppTest) -> str:
    """What is said of the last job: on the box that holds its results."""
    return "\n".join(box.proto.popover.label for box in at.get("popover"))


def the_list(chosen: list[str]) -> AppTest:
    """The list with these orders chosen in it."""
    at = open_page(places.TRACKING)
    listed = list(at.dataframe[0].value["seller_fulfillment_order_id"])
    rows = [place for place, each in enumerate(listed) if each in chosen]
    at.session_state[at.dataframe[0].key] = {
        "selection": {"rows": rows, "columns": [], "cells": []}
    }
    return at.run()


def test_chosen_orders_are_cancelled_after_a_question_and_each_has_a_result(
    chosen: list[str], simulator: Simulator
) -> None:
    at = the_list(chosen)
    at.button(key="many_cancel").click().run()
    assert "can't be taken back" in texts(at)
    assert "1 of them can't be cancelled any more" in texts(at)
    assert simulator.world.orders["TEST-1"].status is not Status.CANCELLED

    at.button(key="many_yes").click().run()
    eventually(lambda: "Cancelling 3 orders: done 2, refused 1." in results(at.run()))

    outcomes = at.dataframe[0].value
    assert [*outcomes["seller_fulfillment_order_id"]] == ["TEST-3", "TEST-1", "TEST-2"]
    # What was done isn't ticked any more, and what was refused can be tried again.
    assert at.session_state[session.CHOSEN] == ["TEST-3"]
    assert at.button(key="many_cancel").label == "Cancel 1"
    assert simulator.world.orders["TEST-1"].status is Status.CANCELLED
    assert simulator.world.orders["TEST-3"].status is Status.PROCESSING
    at.button(key="many_away").click().run()
    assert "refused 1" not in results(at)


def test_only_orders_on_hold_are_shipped_and_a_job_under_way_can_be_stopped(
    chosen: list[str], simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    release = Actions.release

    def slow(actions: Actions, order_id: str) -> Any:
        assert go_on.wait(240)
        return release(actions, order_id)

    monkeypatch.setattr(Actions, "release", slow)
    at = the_list(chosen)
    assert at.button(key="many_release").label == "Ship 2 now"
    at.button(key="many_release").click().run()
    at.button(key="many_yes").click().run()
    assert "Releasing 2 orders: 0 of 2" in [bar.proto.text for bar in at.get("progress")]

    at.button(key="many_stop").click().run()
    go_on.set()
    eventually(lambda: "not tried 1" in results(at.run()))

    assert not simulator.world.orders["TEST-1"].held
    assert simulator.world.orders["TEST-2"].held


@pytest.mark.parametrize(
    ("some", "count", "words"), [(1, 1, "it"), (4, 4, "all 4 of them"), (1, 3, "1 of them")]
)
def test_orders_that_are_too_late_are_counted_among_the_ticked(
    some: int, count: int, words: str
) -> None:
    assert bulk_actions.of_them(some, count) == words
