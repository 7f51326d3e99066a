"""The returns of an order on its page: asked for, refused in part, printed, and known later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.models.requests import MCFOrderRequest, MCFReturnRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Order
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.wholes import whole

ORDER = "TEST-1"
CREATE = "createFulfillmentReturn"


@pytest.fixture
def shipped(program: MCFService, simulator: Simulator, request_for: MCFOrderRequest) -> Order:
    """An order of two units that have left, as it's known here."""
    program.submit(request_for)
    simulator.clock.step(timedelta(days=3))
    program.tracking.refresh(ORDER)
    return simulator.world.orders[ORDER]


def filled(units: str = "1") -> AppTest:
    """The order's page with the form filled in."""
    at = open_page(places.TRACKING, order=ORDER)
    at.button(key="return_open").click().run()
    at.text_input(key="return_units_TEST-1_1").input(units)
    at.selectbox(key="return_reason_TEST-1_1").select("CR-DEFECTIVE")
    return at.text_area(key="return_comment_TEST-1_1").input("It whistles.").run()


def confirmed(at: AppTest) -> AppTest:
    at.button(key="return_ask").click().run()
    return at.button(key="return_yes").click().run()


def test_a_return_is_asked_for_and_its_number_and_sheet_are_shown(
    program: MCFService, shipped: Order
) -> None:
    at = filled("3")
    assert "Only 2 of this line can still come back" in texts(at)
    assert "12 of 1,000 characters" in texts(at)
    assert "return_ask" not in [button.key for button in at.button]

    at.text_input(key="return_units_TEST-1_1").input("1").run()
    confirmed(at)

    known = whole(program, ORDER).returned.iloc[0]
    (back,) = shipped.returns
    assert (back.reason, back.comment) == ("CR-DEFECTIVE", "It whistles.")
    assert "1 unit to come back, accepted: 1." in texts(at)
    assert known["amazon_rma_id"] in [code.value for code in at.code]
    assert "100 Example Parkway" in texts(at)
    assert "Sheet to print" in [button.label for button in at.get("download_button")]
    at.button(key="return_open").click().run()
    assert at.text_input(key="return_units_TEST-1_1").value == ""
    assert "1 of 2 can come back" in texts(at)


def test_what_amazon_refuses_in_part_stays_typed_with_its_reason(
    program: MCFService, shipped: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = program.connection.client.create_fulfillment_return
    at = filled("2")
    # A unit of another shipment than Amazon knows is one that it doesn't find.
    monkeypatch.setattr(
        type(program.connection.client),
        "create_fulfillment_return",
        lambda _, order_id, request: ask(order_id, _with_a_strange_unit(request)),
    )

    confirmed(at)

    assert "accepted: 1, refused: 1" in texts(at)
    assert "choose another reason" in texts(at)
    assert at.text_input(key="return_units_TEST-1_1").value == "1"
    assert at.text_area(key="return_comment_TEST-1_1").value == "It whistles."


def _with_a_strange_unit(request: MCFReturnRequest) -> MCFReturnRequest:
    first, second = request.items
    strange = second.model_copy(update={"amazon_shipment_id": "S-NONE"})
    return request.model_copy(update={"items": (first, strange)})


def test_a_return_whose_answer_is_lost_is_requested_until_it_is_known(
    program: MCFService, simulator: Simulator, shipped: Order
) -> None:
    at = filled()
    # What was sent is lost, and Amazon can't be read for a while.
    simulator.faults.add(faults.Unavailable(operations=[CREATE], times=1))
    confirmed(at)
    assert "1 unit to come back, requested: 1." in texts(at)
    assert "isn't known yet" in texts(at)

    simulator.clock.step(timedelta(minutes=4))
    program.connection.client.get_fulfillment_order(ORDER)
    program.settle()
    at.run()

    assert "Amazon never got the request, so you can ask again" in texts(at)
    assert shipped.returns == []


def test_nothing_of_returns_is_shown_before_anything_has_shipped(
    program: MCFService, request_for: MCFOrderRequest
) -> None:
    program.submit(request_for)

    at = open_page(places.TRACKING, order=ORDER)

    assert "Returns" not in [header.value for header in at.header]
