"""What left in MCF orders: the right units, in the right days, only where that is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from mcf.amazon.statuses import ShipmentStatus
from mcf.inventory import review
from mcf.inventory.history import date_of, day_of
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.store import tables
from mcf.store.database import Store
from tests.conftest import START
from tests.databases import US

TODAY = day_of(START)
ALL = range(TODAY - 90, TODAY)
"""Days of which it's known what left."""

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
    read: bool = True,
    marketplace: str = US,
    **item: Any,
) -> None:
    """Stores an order of five units of A, unless the item says otherwise."""
    key = {"seller_fulfillment_order_id": f"MCF-{number}"}
    head = {
        "displayable_order_id": "1", "status": status, "received_date": received,
        "status_updated_date": received, "detailed_at": received if read else None,
        "detailed_status_date": received, "told_marketplace": marketplace, "raw": {},
    }  # fmt: skip
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

    found = review.shipped(store, TODAY, (7, 30, 60), ALL)

    assert found.loc["A"].to_dict() == {"mcf_units_7": 2, "mcf_units_30": 19, "mcf_units_60": 27}


def test_what_was_not_shipped_does_not_count(store: Store) -> None:
    order(store, 1, days_ago(30), (days_ago(3),), cancelled_quantity=2, unfulfillable_quantity=1)
    order(store, 2, days_ago(5), (days_ago(4),), ShipmentStatus.CANCELLED_BY_SELLER)
    order(store, 3, days_ago(5))
    order(store, 4, days_ago(5), (days_ago(4),), status="Processing")

    assert review.shipped(store, TODAY, (7,), ALL).loc["A", "mcf_units_7"] == 2


@pytest.mark.parametrize(("oldest", "known"), [(6.9, []), (7, ["mcf_units_7"])])
def test_a_window_is_known_when_an_older_order_is(
    store: Store, oldest: float, known: list[str]
) -> None:
    order(store, 1, days_ago(oldest), (days_ago(1),))

    assert list(review.shipped(store, TODAY, (7, 30), ALL)) == known


def test_only_days_count_of_which_it_is_known_what_left(store: Store) -> None:
    order(store, 1, days_ago(60), (days_ago(4.5),), quantity=1)
    order(store, 2, days_ago(60), (days_ago(2.5),), quantity=2)

    found = review.shipped(store, TODAY, (7, 30), [TODAY - 3, TODAY - 2])

    assert found.loc["A"].to_dict() == {"mcf_units_7": 2, "mcf_units_30": 2}


def test_a_window_is_not_known_while_details_are_still_being_read(store: Store) -> None:
    order(store, 1, days_ago(100), (days_ago(99),))
    order(store, 2, days_ago(20), (days_ago(19),), read=False)

    assert list(review.shipped(store, TODAY, (7, 30), ALL)) == ["mcf_units_7"]


def test_orders_of_another_marketplace_do_not_count(store: Store) -> None:
    order(store, 1, days_ago(40), (days_ago(3),), quantity=1)
    order(store, 2, days_ago(5), (days_ago(3),), quantity=2, marketplace="A2EUQ1WTGCTBG2")

    assert review.shipped(store, TODAY, (7,), ALL).loc["A", "mcf_units_7"] == 1


def test_without_orders_nothing_is_known(store: Store) -> None:
    found = review.shipped(store, TODAY, (7, 30), ALL)

    assert found.empty
    assert list(found) == []


def test_they_are_those_of_the_simulators_books(service: MCFService, simulator: Simulator) -> None:
    simulator.clock.step(timedelta(days=6))
    service.sync()
    today = day_of(service.now())

    found = review.shipped(service._store, today, (7,), range(today - 7, today))["mcf_units_7"]

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
