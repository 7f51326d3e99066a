"""What changes of orders and parcels is kept, once each, with when it happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import OrderNotUpdatable
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Fate, Fortune, Status
from mcf.tracking.events import EventKind

DAY = timedelta(days=1)
ORDER = "TEST-1"


@pytest.fixture
def sent(service: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order that Amazon has just taken and that is known here."""
    service.submit(request_for)
    return ORDER


def kinds(service: MCFService, order_id: str = ORDER) -> list[EventKind]:
    return [each.kind for each in service.tracking.chronicle.of(order_id)]


def statuses(service: MCFService, order_id: str = ORDER) -> list[tuple[str | None, str | None]]:
    found = service.tracking.chronicle.of(order_id)
    return [(each.before, each.after) for each in found if each.kind is EventKind.STATUS]


def test_an_order_that_is_new_here_has_no_story_yet(service: MCFService, sent: str) -> None:
    assert service.tracking.chronicle.of(sent) == []


def test_every_status_that_was_seen_is_kept_with_amazons_time(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.set_status(sent, Status.PLANNING)
    service.tracking.refresh(sent)
    simulator.set_status(sent, Status.PROCESSING)
    service.tracking.refresh(sent)

    found = [each for each in service.tracking.chronicle.of(sent) if each.kind is EventKind.STATUS]
    assert statuses(service) == [("Received", "Planning"), ("Planning", "Processing")]
    assert found[1].at == simulator.world.orders[sent].status_updated


def test_the_same_change_seen_twice_is_kept_once(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.set_status(sent, Status.PLANNING)
    service.tracking.refresh(sent)
    seen = service.tracking.chronicle.of(sent)

    service.tracking.chronicle.note(seen)

    assert service.tracking.chronicle.of(sent) == seen


def test_a_listing_that_tells_the_change_first_is_enough(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    service.sync()
    simulator.set_status(sent, Status.PLANNING)
    service.sync()

    assert ("Received", "Planning") in statuses(service)


@pytest.mark.no_cover
def test_a_parcels_way_and_its_moved_estimate_are_kept(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.world.orders[sent].fortune = Fortune(fate=Fate.DELAYED)
    for _ in range(12):
        simulator.clock.step(DAY)
        service.sync()

    found = service.tracking.chronicle.of(sent)
    moved = [each for each in found if each.kind is EventKind.PARCEL_ARRIVES]
    assert {EventKind.STATUS, EventKind.SHIPMENT, EventKind.PARCEL_STATUS} <= {
        each.kind for each in found
    }
    assert moved
    assert all(each.package_number and each.before != each.after for each in moved)


def test_a_cancellation_is_a_step_of_ones_own_and_then_amazons(
    service: MCFService, sent: str
) -> None:
    service.tracking.actions.cancel(sent)

    assert kinds(service) == [EventKind.STATUS, EventKind.CANCEL_ASKED]
    (own,) = (each for each in service.tracking.chronicle.of(sent) if each.is_own)
    assert own.told == "You asked Amazon to cancel it. Amazon has cancelled the order."


def test_a_refused_cancellation_is_told_as_refused(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.set_status(sent, Status.PROCESSING)

    with pytest.raises(OrderNotUpdatable):
        service.tracking.actions.cancel(sent)

    (own,) = (each for each in service.tracking.chronicle.of(sent) if each.is_own)
    assert "refused" in (own.told or "")


def test_news_after_a_revision_are_only_those_noted_since(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.set_status(sent, Status.PLANNING)
    service.tracking.refresh(sent)
    known = service.tracking.chronicle.revision()
    service.tracking.actions.cancel(sent)

    news = service.tracking.chronicle.since(known)
    assert [each.kind for each in news] == [EventKind.STATUS, EventKind.CANCEL_ASKED]
    assert len(service.tracking.chronicle.of(sent)) == len(news) + 1


def test_what_was_promised_and_the_fee_stand_beside_the_order(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    offers = service.connection.client.get_fulfillment_preview(
        request_for.destination_address, request_for.items
    )
    (offer,) = (o for o in offers if o.shipping_speed_category == "Standard")
    service.submit(request_for, offer)

    row = service.orders().set_index("seller_fulfillment_order_id").loc[ORDER]
    assert offer.arrival is not None
    assert offer.total_fee is not None
    assert row["promised_arrival_date"] == offer.arrival[1]
    assert row["fee"] == float(offer.total_fee.amount)
    assert row["fee_currency"] == "USD"
