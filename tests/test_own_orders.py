"""What left in MCF orders: the right units, in the right days, only where that is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from mcf import own_orders, tables
from mcf.history import date_of, day_of
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.orders import Status
from mcf.status import ShipmentStatus
from mcf.store import Store
from tests.conftest import START

TODAY = day_of(START)
MIDNIGHT = START.replace(hour=0)


def days_ago(days: float) -> datetime:
    """That long before today began."""
    return MIDNIGHT - timedelta(days=days)


def order(
    store: Store,
    number: int,
    received: datetime,
    shipped: tuple[datetime, ...] = (),
    state: ShipmentStatus = ShipmentStatus.SHIPPED,
    status: str = "Complete",
    **item: Any,
) -> None:
    """Stores an order of five units of A, unless the item says otherwise."""
    key = {"seller_fulfillment_order_id": f"MCF-{number}"}
    head = {"displayable_order_id": "1", "status": status, "received_date": received, "raw": {}}
    store.save(tables.orders, [key | head])
    line = {"seller_fulfillment_order_item_id": "1", "seller_sku": "A", "quantity": 5}
    counts = {"cancelled_quantity": 0, "unfulfillable_quantity": 0, "raw": {}}
    store.save(tables.order_items, [key | line | counts | item])
    for n, moment in enumerate(shipped):
        one = {"amazon_shipment_id": f"S{n}", "status": state.value, "shipping_date": moment}
        store.save(tables.shipments, [key | one | {"raw": {}}])


def test_units_count_in_the_windows_in_which_their_last_shipment_left(store: Store) -> None:
    order(store, 1, days_ago(100), (days_ago(20),), quantity=1)
    order(store, 2, days_ago(9), (days_ago(9), days_ago(6.5)), quantity=2)
    order(store, 3, days_ago(2), (days_ago(-0.1),), quantity=4)
    order(store, 4, days_ago(40), (days_ago(30.1),), quantity=8)
    order(store, 5, days_ago(40), (days_ago(30),), quantity=16)

    found = own_orders.shipped(store, TODAY, (7, 30, 60))

    assert found.loc["A"].to_dict() == {"mcf_units_7": 2, "mcf_units_30": 19, "mcf_units_60": 27}


def test_what_was_not_shipped_does_not_count(store: Store) -> None:
    order(store, 1, days_ago(30), (days_ago(3),), cancelled_quantity=2, unfulfillable_quantity=1)
    order(store, 2, days_ago(5), (days_ago(4),), ShipmentStatus.CANCELLED_BY_SELLER)
    order(store, 3, days_ago(5))
    order(store, 4, days_ago(5), (days_ago(4),), status="Processing")

    assert own_orders.shipped(store, TODAY, (7,)).loc["A", "mcf_units_7"] == 2


@pytest.mark.parametrize(("oldest", "known"), [(6.9, []), (7, ["mcf_units_7"])])
def test_a_window_is_known_when_an_older_order_is(
    store: Store, oldest: float, known: list[str]
) -> None:
    order(store, 1, days_ago(oldest), (days_ago(1),))

    assert list(own_orders.shipped(store, TODAY, (7, 30))) == known


def test_without_orders_nothing_is_known(store: Store) -> None:
    found = own_orders.shipped(store, TODAY, (7, 30))

    assert found.empty
    assert list(found) == []


def test_they_are_those_of_the_simulators_books(service: MCFService, simulator: Simulator) -> None:
    simulator.clock.step(timedelta(days=6))
    service.sync()
    today = day_of(service.now())

    found = own_orders.shipped(service._store, today, (7,))["mcf_units_7"]

    wanted: dict[str, float] = {}
    until = datetime.combine(date_of(today), datetime.min.time(), START.tzinfo)
    for each in simulator.world.orders.values():
        moments = [parcel.shipped for one in each.shipments for parcel in one.packages]
        is_done = each.status in (Status.COMPLETE, Status.COMPLETE_PARTIALLED)
        if is_done and moments and until - timedelta(days=7) <= max(moments) < until:
            for line in each.lines:
                wanted[line.sku] = wanted.get(line.sku, 0) + line.shipped
    assert sum(wanted.values()) > 0
    assert {sku: units for sku, units in found.items() if units} == wanted
