"""Orders are cancelled and released, and what became of that is told as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import NotFound, OrderNotUpdatable
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import EmptyBody, Unavailable
from mcf.simulator.world.orders import Status
from mcf.tracking.states import ChangeState

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def one_with(simulator: Simulator, status: Status) -> str:
    return next(order.id for order in simulator.world.by_number if order.status is status)


def statuses(service: MCFService) -> dict[str, str]:
    frame = service.orders()
    ids = frame["seller_fulfillment_order_id"]
    return dict(zip(ids, frame["status"].astype(str), strict=True))


def test_a_received_order_is_cancelled(filled: MCFService, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    assert filled.tracking.actions.cancel(order_id).state is ChangeState.DONE
    assert statuses(filled)[order_id] == "Cancelled"


def test_cancelling_a_processing_order_is_refused(filled: MCFService, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.PROCESSING)
    with pytest.raises(OrderNotUpdatable) as told:
        filled.tracking.actions.cancel(order_id)
    assert told.value.advice.startswith("The order is processing now. Picking has begun")
    assert statuses(filled)[order_id] == "Processing"


def test_a_refused_cancellation_shows_what_the_order_is_by_now(
    filled: MCFService, simulator: Simulator
) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    simulator.set_status(order_id, Status.PROCESSING)
    with pytest.raises(OrderNotUpdatable):
        filled.tracking.actions.cancel(order_id)
    assert statuses(filled)[order_id] == "Processing"


def test_cancelling_a_cancelled_order_says_that_it_is(
    filled: MCFService, simulator: Simulator
) -> None:
    order_id = one_with(simulator, Status.CANCELLED)
    assert filled.tracking.actions.cancel(order_id).state is ChangeState.DONE


def test_an_order_that_amazon_does_not_know_cannot_be_cancelled(filled: MCFService) -> None:
    with pytest.raises(NotFound):
        filled.tracking.actions.cancel("NO-SUCH-ORDER")


def test_a_held_order_is_released(filled: MCFService, simulator: Simulator) -> None:
    order_id = next(order.id for order in simulator.world.by_number if order.held)
    before = filled.tracking.views.order(order_id)
    change = filled.tracking.actions.release(order_id)
    after = filled.tracking.views.order(order_id)
    assert before is not None
    assert after is not None
    assert (before.is_on_hold, after.is_on_hold) == (True, False)
    assert (change.state, change.status) == (ChangeState.DONE, after.status.value)
    assert not simulator.world.orders[order_id].held


def test_releasing_an_order_that_ships_already_says_that_it_does(
    filled: MCFService, simulator: Simulator
) -> None:
    change = filled.tracking.actions.release(one_with(simulator, Status.PROCESSING))
    assert (change.state, change.status) == (ChangeState.DONE, "Processing")
    assert change.message == "Amazon ships the order."


def held(service: MCFService, request: MCFOrderRequest) -> str:
    """The number of an order that waits to be released."""
    service.submit(MCFOrderRequest.of(**{**request.to_api(), "fulfillmentAction": "Hold"}))
    return request.seller_fulfillment_order_id


def test_a_release_whose_answer_was_lost_is_found_to_be_done(
    filled: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    order_id = held(filled, request_for)
    simulator.faults.add(EmptyBody(operations=["updateFulfillmentOrder"], times=1))

    change = filled.tracking.actions.release(order_id)

    view = filled.tracking.views.order(order_id)
    assert change.state is ChangeState.DONE
    assert view is not None
    assert not view.is_on_hold


def test_whether_a_release_without_an_answer_comes_is_not_claimed_to_be_known(
    filled: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    order_id = held(filled, request_for)
    simulator.faults.add(Unavailable(operations=["updateFulfillmentOrder"], times=1))

    change = filled.tracking.actions.release(order_id)

    assert (change.state, change.status) == (ChangeState.UNKNOWN, "Received")
    assert simulator.world.orders[order_id].held


def test_a_cancel_whose_answer_was_lost_is_found_to_be_done(
    filled: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    filled.submit(request_for)
    simulator.faults.add(EmptyBody(operations=["cancelFulfillmentOrder"], times=1))

    assert filled.tracking.actions.cancel("TEST-1").state is ChangeState.DONE
