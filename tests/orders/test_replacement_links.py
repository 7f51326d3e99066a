"""An order takes another's place only when that one can't ship, and both remember it."""

from __future__ import annotations

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate
from mcf.errors import InvalidInput
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Status
from mcf.store.states import SubmissionState
from mcf.tracking.states import ChangeState
from tests.conftest import order_request

OLD, NEW = "TEST-1", "TEST-1-R2"


@pytest.fixture
def old(service: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order that Amazon has taken."""
    assert service.submit(request_for).state is SubmissionState.ACCEPTED
    return OLD


@pytest.fixture
def failed(service: MCFService, simulator: Simulator, old: str) -> str:
    """The number of an order that came to nothing."""
    simulator.set_status(old, Status.INVALID)
    service.tracking.refresh(old)
    return old


@pytest.fixture
def again(address: Address, sku: str) -> MCFOrderRequest:
    """The same order under another number."""
    return order_request(NEW, address, sku, 2)


def test_an_order_that_may_ship_is_never_sent_again(
    service: MCFService, simulator: Simulator, old: str, again: MCFOrderRequest
) -> None:
    with pytest.raises(InvalidInput, match="Cancel it first"):
        service.submit(again, replaces=old)

    assert NEW not in simulator.world.orders
    assert service.ordering.submissions.get(NEW) is None


def test_an_order_is_not_sent_again_on_a_cancellation_that_is_only_asked_for(
    service: MCFService, simulator: Simulator, old: str, again: MCFOrderRequest
) -> None:
    simulator.faults.add(faults.Unavailable(operations=["cancelFulfillmentOrder"]))
    assert service.tracking.actions.cancel(old).state is ChangeState.UNKNOWN

    with pytest.raises(InvalidInput, match="may still ship"):
        service.submit(again, replaces=old)


def test_a_cancelled_order_is_sent_again(
    service: MCFService, old: str, again: MCFOrderRequest
) -> None:
    service.tracking.actions.cancel(old)

    assert service.submit(again, replaces=old).state is SubmissionState.ACCEPTED


def test_both_orders_remember_the_link(
    service: MCFService, failed: str, again: MCFOrderRequest
) -> None:
    service.submit(again, replaces=failed)

    assert service.ordering.links.replaced_by(NEW) == failed
    assert service.ordering.links.successors(failed) == [NEW]
    assert service.ordering.links.replaced_by(failed) is None


def test_an_order_is_sent_again_only_once(
    service: MCFService, failed: str, again: MCFOrderRequest
) -> None:
    service.submit(again, replaces=failed)
    third = again.model_copy(update={"seller_fulfillment_order_id": "TEST-1-R3"})

    with pytest.raises(InvalidInput, match="sent again already, as order TEST-1-R2"):
        service.submit(third, replaces=failed)


def test_an_order_whose_successor_came_to_nothing_is_sent_again(
    service: MCFService, simulator: Simulator, failed: str, again: MCFOrderRequest
) -> None:
    service.submit(again, replaces=failed)
    simulator.set_status(NEW, Status.INVALID)
    service.tracking.refresh(NEW)
    third = again.model_copy(update={"seller_fulfillment_order_id": "TEST-1-R3"})

    assert service.submit(third, replaces=failed).state is SubmissionState.ACCEPTED
    assert service.ordering.links.successors(failed) == ["TEST-1-R3"]


def test_an_order_whose_answer_was_lost_counts_as_a_successor(
    service: MCFService, simulator: Simulator, failed: str, again: MCFOrderRequest
) -> None:
    simulator.faults.add(faults.ResetBefore(operations=["createFulfillmentOrder"]))
    simulator.faults.add(faults.Unavailable(operations=["getFulfillmentOrder"]))

    assert service.submit(again, replaces=failed).state is SubmissionState.UNKNOWN
    assert service.ordering.links.successors(failed) == [NEW]


def test_an_order_changed_on_hold_is_copied_as_it_was_changed(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    service.submit(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    before = service.ordering.drafts.standing(OLD)
    assert before is not None
    wanted = before.model_copy(update={"comment": "Ring twice."})

    change = service.tracking.actions.edit(
        OLD, MCFOrderUpdate(displayable_order_comment="Ring twice."), wanted
    )

    copied = service.ordering.drafts.typed(OLD)
    assert change.state is ChangeState.DONE
    assert copied is not None
    assert (copied.comment, copied.edits, copied.lines[0].item_id) == ("Ring twice.", "", "")


def test_a_change_whose_answer_was_lost_is_not_taken_for_the_order(
    service: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    service.submit(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    before = service.ordering.drafts.standing(OLD)
    assert before is not None
    simulator.faults.add(faults.ResetBefore(operations=["updateFulfillmentOrder"]))
    wanted = before.model_copy(update={"comment": "Ring twice."})

    change = service.tracking.actions.edit(
        OLD, MCFOrderUpdate(displayable_order_comment="Ring twice."), wanted
    )

    copied = service.ordering.drafts.typed(OLD)
    assert change.state is ChangeState.UNKNOWN
    assert copied is not None
    assert copied.comment != "Ring twice."


def test_the_form_of_an_order_on_hold_is_as_amazon_tells_it(
    service: MCFService, client: MCFClient, request_for: MCFOrderRequest
) -> None:
    service.submit(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    client.update_fulfillment_order(OLD, MCFOrderUpdate(displayable_order_comment="Elsewhere."))
    service.tracking.refresh(OLD)

    standing = service.ordering.drafts.standing(OLD)

    assert standing is not None
    assert (standing.comment, standing.edits, standing.hold) == ("Elsewhere.", OLD, True)
    assert [line.item_id for line in standing.lines] == ["1"]
