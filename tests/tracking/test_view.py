"""Everything stored of one order, gathered once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.store import frames, tables
from tests.conftest import START
from tests.shops import store_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def one_with(simulator: Simulator, status: Status) -> str:
    return next(order.id for order in simulator.world.by_number if order.status is status)


def test_an_order_is_shown_with_all_its_parts(filled: MCFService, simulator: Simulator) -> None:
    number, (order, shipment, box) = next(iter(simulator.world.packages.items()))
    view = filled.tracking.views.order(order.id)
    assert view is not None
    assert view.order.seller_fulfillment_order_id == order.id
    assert view.order.units == sum(line.quantity for line in order.lines)
    assert view.status is FulfillmentOrderStatus.of(order.status.value)
    assert view.address is not None
    assert (view.address.name, view.comment) == (order.request.address.name, order.request.comment)
    assert view.items["seller_sku"].tolist() == [line.sku for line in order.lines]
    assert shipment.id in view.shipments["amazon_shipment_id"].tolist()
    assert box.tracking_number in view.packages["tracking_number"].tolist()
    assert number in view.events["package_number"].tolist()
    assert view.submission is None
    assert not view.is_on_hold


def test_an_order_before_picking_has_no_shipments_parcels_or_events(
    filled: MCFService, simulator: Simulator
) -> None:
    view = filled.tracking.views.order(one_with(simulator, Status.RECEIVED))
    assert view is not None
    assert view.shipments.empty
    assert view.packages.empty
    assert view.events.empty


def test_an_order_nobody_knows_is_none(filled: MCFService) -> None:
    assert filled.tracking.views.order("NO-SUCH-ORDER") is None


def test_an_order_without_an_address_is_shown_without_one(service: MCFService) -> None:
    head = {
        "seller_fulfillment_order_id": "1",
        "displayable_order_id": "1",
        "status": "Complete",
        "received_date": START,
        "status_updated_date": START,
        "raw": {},
    }
    with store_of(service.settings) as store:
        store.save(tables.orders, [head])
    view = service.tracking.views.order("1")
    assert view is not None
    assert (view.address, view.comment) == (None, None)


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What this thread asks of any store from now on, a line for each query."""
    statements: list[str] = []
    here = threading.get_ident()

    def note(*args: Any) -> None:
        if threading.get_ident() == here:
            statements.append(" ".join(str(args[2]).split()))

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def replaced(service: MCFService, request: MCFOrderRequest) -> tuple[str, str]:
    """An order that was cancelled, and the one that took its place."""
    service.submit(request)
    service.tracking.actions.cancel("TEST-1")
    new = {"sellerFulfillmentOrderId": "TEST-1-R2", "displayableOrderId": "TEST-1-R2"}
    service.submit(MCFOrderRequest.of(**{**request.to_api(), **new}), replaces="TEST-1")
    return "TEST-1", "TEST-1-R2"


def test_a_whole_order_is_what_its_parts_are_asked_one_by_one(
    filled: MCFService, simulator: Simulator
) -> None:
    order_id = one_with(simulator, Status.COMPLETE)
    filled.tracking.notes.keep(order_id, "Called the buyer.")
    tracking, links = filled.tracking, filled.ordering.links

    whole = tracking.views.whole(order_id)

    assert whole is not None
    assert whole.note == "Called the buyer."
    assert whole.story == tuple(whole.view.story())
    assert (whole.family.replaces, [*whole.family.successors]) == (
        links.replaced_by(order_id),
        links.successors(order_id),
    )
    assert whole.returns.lines == tracking.returning.of(order_id).lines
    assert [*whole.returns.asked] == tracking.returning.asked(order_id)
    assert list(whole.returned.columns) == list(frames.RETURNS)
    assert whole.rescue == tracking.rescues.get(order_id)
    assert whole.can_be_rescued == tracking.rescues.is_offered(whole.view)
    assert set(whole.view.handovers) == set(whole.view.packages["package_number"])
    assert set(whole.products) == set(whole.view.items["seller_sku"])


def test_a_whole_order_tells_the_story_of_those_that_it_is_linked_with(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    old, new = replaced(service, request_for)

    first, second = (service.tracking.views.whole(order_id) for order_id in (old, new))

    assert first is not None
    assert second is not None
    assert (first.family.successors, second.family.replaces) == ((new,), old)
    assert first.story == second.story
    assert {entry.order_id for entry in first.story} == {old, new}
    assert second.view.promise is None
    assert second.view.sent_at is not None


def test_an_order_nobody_knows_is_no_whole_order(filled: MCFService) -> None:
    assert filled.tracking.views.whole("NO-SUCH-ORDER") is None


def test_all_that_a_page_draws_of_an_order_costs_a_query_to_each_table(
    filled: MCFService, asked: list[str]
) -> None:
    # Of one in trouble, the rule for claims and what its goods cost are asked for too.
    order_id = (
        filled.orders()
        .query("trouble == '' and parcels > 0")["seller_fulfillment_order_id"]
        .iloc[0]
    )
    filled.inventory()
    asked.clear()

    whole = filled.tracking.views.whole(order_id)

    assert whole is not None
    assert not whole.view.packages.empty
    assert len(asked) <= 10, "\n".join(asked)


def test_an_order_that_is_linked_costs_two_more(
    service: MCFService, request_for: MCFOrderRequest, asked: list[str]
) -> None:
    old, _ = replaced(service, request_for)
    service.inventory()
    asked.clear()

    whole = service.tracking.views.whole(old)

    assert whole is not None
    assert whole.family.successors
    assert len(asked) <= 11, "\n".join(asked)
