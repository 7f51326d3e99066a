"""A click that comes with unfinished typing takes effect, or says why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import texts
from tests.pages.orders.steps import filled, ship, speeds, submits

LOST = "Your last click did nothing, and nothing was sent."
CHANGED = "The order was changed just now."
CREATE = "createFulfillmentOrder"


def another(at: AppTest) -> None:
    sku = at.selectbox(key="sku_0").value
    at.selectbox(key="sku_0").select(next(o for o in options(at) if str(sku) not in o))


def options(at: AppTest) -> list[str]:
    return list(at.selectbox(key="sku_0").options)


UNFINISHED: dict[str, Callable[[AppTest], object]] = {
    "units": lambda at: at.text_input(key="units_0").input("3"),
    "name": lambda at: at.text_input(key="to_name").input("Bo Example"),
    "note": lambda at: at.session_state.__setitem__("comment", "Hello"),
    "hold": lambda at: at.toggle(key="hold").set_value(True),
    "another product": another,
    "what can't be sent": lambda at: at.text_input(key="to_zip").input("1"),
}


@pytest.mark.parametrize("typed", UNFINISHED)
def test_a_click_on_ship_with_unfinished_typing_says_why_nothing_was_sent(
    program: MCFService, simulator: Simulator, sku: str, typed: str
) -> None:
    at = filled(sku)
    (button,) = submits(at)

    UNFINISHED[typed](at)
    button.click().run()

    assert LOST in texts(at)
    assert simulator.requests.count(CREATE) == 0


def test_the_next_click_sends_what_is_shown_and_the_message_is_gone(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    (button,) = submits(at)
    at.text_input(key="units_0").input("3")
    button.click().run()

    at.run()
    said = texts(at)
    ship(at)

    assert LOST not in said
    assert simulator.world.orders["TEST-9"].request.lines[0].quantity == 3


def test_a_speed_that_is_chosen_with_unfinished_typing_is_chosen(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)

    at.text_input(key="units_0").input("3")
    speeds(at).set_value("Expedited").run()

    assert speeds(at).value == "Expedited"
    assert f"**3 x {sku}**" in texts(at)
    assert "as Expedited" in texts(at)


def test_that_typing_changed_the_order_is_said_once(program: MCFService, sku: str) -> None:
    at = filled(sku)
    first = texts(at)
    at.text_input(key="units_0").input("3").run()
    second = texts(at)
    speeds(at).set_value("Expedited").run()

    assert CHANGED not in first
    assert CHANGED in second
    assert CHANGED not in texts(at)
