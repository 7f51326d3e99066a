"""An order that is sent is read back, and one that was not accepted is a concern."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.access.actor import Actor, acting
from mcf.access.roles import ROLES, Role
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.concerns import Urgency
from mcf.orders.room import Part
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from mcf.store import tables
from mcf.store.database import utc_now
from mcf.store.states import SubmissionState
from tests.conftest import order_request
from tests.leaks import PATTERN
from tests.unsettled import unknown_submission

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_an_order_that_was_sent_is_shown_at_once(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    assert service.submit(request_for).state is SubmissionState.ACCEPTED
    view = service.tracking.views.order("TEST-1")
    assert view is not None
    assert view.order.units == 2
    assert view.submission is not None
    assert view.submission.state is SubmissionState.ACCEPTED


def test_an_order_that_was_refused_is_a_concern_and_not_an_order(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    line = request_for.items[0].to_api() | {"sellerSku": "NO-SUCH-SKU"}
    wrong = MCFOrderRequest.of(**{**request_for.to_api(), "items": [line]})
    assert service.submit(wrong).state is SubmissionState.REJECTED
    assert service.tracking.views.order("TEST-1") is None
    (concern,) = service.concerns()
    assert (concern.urgency, concern.title) == (Urgency.NOW, "Order TEST-1 was not accepted")
    assert (concern.page, concern.subject) == ("new_order", "TEST-1")
    assert concern.reason.endswith("Amazon has no such SKU in this marketplace: check it.")


def test_an_order_whose_outcome_is_unknown_is_a_concern(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    unknown_submission(service, request_for)
    (concern,) = service.concerns()
    assert (concern.title, concern.reason) == (
        "Order TEST-1: outcome not known yet",
        "Not known yet.",
    )


@pytest.fixture
def parts(address: Address, sku: str) -> list[Part]:
    """Two orders that one was split into."""
    return [Part(order_request(number, address, sku, 1), None) for number in ("S-1", "S-1-P2")]


def test_both_parts_of_an_order_are_sent_once_and_know_each_other(
    service: MCFService, simulator: Simulator, parts: list[Part]
) -> None:
    sent = service.ordering.submit_parts(*parts)
    again = service.ordering.submit_parts(*parts)

    assert [each.state for each in (*sent, *again)] == [SubmissionState.ACCEPTED] * 4
    assert simulator.requests.count("createFulfillmentOrder") == 2
    assert service.ordering.links.family("S-1").parts == ("S-1-P2",)
    assert service.ordering.links.family("S-1-P2").parts == ("S-1",)
    assert service.ordering.links.family("S-1").successors == ()
    assert service.ordering.links.replaced_by("S-1-P2") is None


def test_a_first_part_that_is_refused_keeps_the_second_here(
    service: MCFService, simulator: Simulator, parts: list[Part]
) -> None:
    simulator.faults.add(RoleMissing(operations=["createFulfillmentOrder"], times=1))

    (sent,) = service.ordering.submit_parts(*parts)

    assert sent.state.may_be_sent_again
    assert service.ordering.submissions.get("S-1-P2") is None
    assert service.ordering.links.family("S-1").parts == ()


def test_a_second_part_that_is_refused_leaves_the_first_with_amazon(
    service: MCFService, simulator: Simulator, parts: list[Part]
) -> None:
    wrong = parts[1].request.items[0].to_api() | {"sellerSku": "NO-SUCH-SKU"}
    second = MCFOrderRequest.of(**{**parts[1].request.to_api(), "items": [wrong]})

    sent = service.ordering.submit_parts(parts[0], Part(second, None))

    assert [each.state for each in sent] == [SubmissionState.ACCEPTED, SubmissionState.REJECTED]
    assert list(simulator.world.orders)[-1] == "S-1"


def test_who_sends_an_order_is_in_its_story_and_in_the_audit(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    person = Actor("p-1", ROLES[Role.OPERATOR], Role.OPERATOR)
    with service._store.writing() as connection:
        now = utc_now()
        connection.execute(
            tables.people.insert().values(
                person_id="p-1", email="op@shop", invited_at=now, changed_at=now
            )
        )
    with acting(person):
        service.submit(request_for)
        service.tracking.actions.cancel("TEST-1")

    view = service.tracking.views.order("TEST-1")
    assert view is not None
    said = [entry.words for entry in view.story() if entry.who == "You"]
    assert said[0].startswith("Sent to Amazon from here by op@shop.")
    assert said[1].startswith("op@shop asked Amazon to cancel it.")
    rows = service._store.rows(tables.audit)
    assert [(row.person_id, row.action, row.subject, row.outcome) for row in rows] == [
        ("p-1", "order.submit", "TEST-1", "begun"),
        ("p-1", "order.submit", "TEST-1", "done"),
        ("p-1", "order.cancel", "TEST-1", "begun"),
        ("p-1", "order.cancel", "TEST-1", "done"),
    ]
    assert rows[3].before
    assert [row for row in rows if PATTERN.search(repr(row))] == []
