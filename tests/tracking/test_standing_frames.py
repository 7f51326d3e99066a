"""The frames that lists, pages, alerts and files read of orders: the same for all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.store import tables
from mcf.tracking import trouble
from mcf.tracking.lifecycle import Trouble
from mcf.tracking.standing import Arrival


@pytest.fixture
def held(service: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order on hold."""
    hold = {"fulfillment_action": "Hold"}
    return service.submit(request_for.model_copy(update=hold)).seller_fulfillment_order_id


def row(service: MCFService, order_id: str) -> dict[str, object]:
    orders = service.orders()
    mine = orders[orders["seller_fulfillment_order_id"] == order_id]
    return {str(name): value for name, value in mine.iloc[0].items()}


def test_frames_are_made_once_as_long_as_nothing_changes(filled: MCFService) -> None:
    standings = filled.tracking.standings

    assert standings.orders() is standings.orders()
    assert standings.parcels() is standings.parcels()


def test_an_order_that_is_released_after_its_day_is_neither_stuck_nor_late(
    service: MCFService, simulator: Simulator, held: str
) -> None:
    simulator.clock.step(timedelta(days=9))
    service.sync()
    assert (row(service, held)["standing"], row(service, held)["trouble"]) == ("On hold", "")

    service.tracking.actions.release(held)

    released = row(service, held)
    assert (released["standing"], released["trouble"]) == ("Received", "")
    assert released["ships_by"] > service.now()  # type: ignore[operator]


def test_a_release_elsewhere_is_noticed_and_begins_anew_too(
    service: MCFService, simulator: Simulator, held: str
) -> None:
    simulator.clock.step(timedelta(days=9))
    service.sync()

    service._client.update_fulfillment_order(held, _ship())
    service.tracking.refresh(held)

    assert row(service, held)["released_at"] is not None
    assert row(service, held)["trouble"] == ""
    assert "It isn't on hold any more." in [
        entry.words
        for entry in service.tracking.views.whole(held).story  # type: ignore[union-attr]
    ]


def _ship() -> MCFOrderUpdate:
    return MCFOrderUpdate(fulfillment_action="Ship")


def test_nothing_is_an_alarm_before_the_first_whole_read(
    service: MCFService, simulator: Simulator
) -> None:
    service._sync.orders()
    standings = service.tracking.standings
    before = standings.troubles(standings.orders())

    assert not standings.heard()
    assert not before[Trouble.LATE].any()
    assert not before[Trouble.UNKNOWN].any()
    service._sync.tracking()
    assert standings.heard()


def test_troubles_are_those_of_the_orders_that_were_taken_whatever_is_read_meanwhile(
    service: MCFService,
) -> None:
    standings = service.tracking.standings
    orders = standings.orders()
    service.sync()

    members = standings.troubles(orders)

    assert len(standings.orders().frame) > len(orders.frame) == 0
    assert {len(rows) for rows in members.values()} == {0}
    assert trouble.concerns(orders.frame, members, service.now()) == []


def test_a_held_order_has_no_arrival_and_a_parcel_has_its_source(filled: MCFService) -> None:
    orders, parcels = filled.orders(), filled.packages()

    held = orders[orders["standing"] == "On hold"]
    assert len(held)
    assert held[["ships_by", "due", "arrives", "days_late"]].isna().all(axis=None)
    moving = parcels[parcels["arrives"].notna()]
    assert set(moving["arrives_by"]) <= {Arrival.DELIVERED, Arrival.TRACKING, Arrival.AMAZON}


def test_a_status_that_changes_changes_the_frame(filled: MCFService, simulator: Simulator) -> None:
    order_id = next(o.id for o in simulator.world.by_number if o.status is Status.PROCESSING)
    before = row(filled, order_id)["standing"]
    simulator.set_status(order_id, Status.COMPLETE)
    filled.tracking.refresh(order_id)

    assert (before, row(filled, order_id)["standing"]) == ("Processing", "Shipped")
    assert filled._store.rows(tables.sync_runs)
