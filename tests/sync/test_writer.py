"""What was read is in the store as Amazon has it, and nothing that was known goes by it."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.amazon.models.answers import MCFOrderDetail
from mcf.simulator import Simulator
from mcf.simulator.world.parcels import carriers_number
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState
from mcf.sync.reader import Sync
from mcf.sync.writer import lines_of
from tests.sync.shops import (
    statuses,
    world_statuses,
)


def test_the_orders_in_the_store_are_amazons(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    assert sync.orders().state is RunState.WHOLE
    assert statuses(store) == world_statuses(simulator)
    lines = {
        (row.seller_fulfillment_order_id, row.seller_fulfillment_order_item_id): (
            row.seller_sku,
            row.quantity,
            row.cancelled_quantity,
            row.unfulfillable_quantity,
        )
        for row in store.rows(tables.order_items)
    }
    assert lines == {
        (order.id, line.item_id): (line.sku, line.quantity, line.cancelled, line.unfulfillable)
        for order in simulator.world.by_number
        for line in order.lines
    }


def test_the_shipments_and_parcels_in_the_store_are_amazons(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.everything()
    world = simulator.world
    assert {(r.amazon_shipment_id, r.status) for r in store.rows(tables.shipments)} == {
        (shipment.id, shipment.status.value)
        for order in world.by_number
        for shipment in order.shipments
    }
    parcels = {r.package_number: r.tracking_number for r in store.rows(tables.packages)}
    assert parcels == {
        number: carriers_number(box) or f"{box.amazon_tracking_number} (Amazon's number)"
        for number, (_, _, box) in world.packages.items()
    }
    assert {row.package_number for row in store.rows(tables.tracking)} == set(world.packages)


def test_a_listing_does_not_take_away_what_only_the_detail_tells(sync: Sync, store: Store) -> None:
    sync.orders()
    sync.orders()
    actions = {row.raw.get("fulfillmentAction") for row in store.rows(tables.orders)}
    assert actions == {"Ship", "Hold"}


def test_an_order_read_alone_is_given_back_and_stored(sync: Sync, store: Store) -> None:
    detail = sync.order("SHOP-1002")
    assert detail.fulfillment_order.seller_fulfillment_order_id == "SHOP-1002"
    assert statuses(store) == {"SHOP-1002": "Complete"}
    assert len(store.rows(tables.packages)) == sum(len(s.packages) for s in detail.shipments)


HEAD = {
    "sellerFulfillmentOrderId": "A-1",
    "displayableOrderId": "A-1",
    "fulfillmentOrderStatus": "Received",
    "receivedDate": "2026-03-02T12:00:00Z",
    "statusUpdatedDate": "2026-03-02T12:00:00Z",
}
KNOWN = [("1", "SOAP", 2), ("2", "TOWEL", 3)]


def detail(*lines: Any) -> MCFOrderDetail:
    return MCFOrderDetail.from_api({"fulfillmentOrder": HEAD, "fulfillmentOrderItems": [*lines]})


def line(number: Any, sku: Any, units: Any) -> dict[str, Any]:
    return {
        "sellerFulfillmentOrderItemId": number,
        "sellerSku": sku,
        "quantity": units,
        "cancelledQuantity": 0,
        "unfulfillableQuantity": 0,
    }


FIRST, SECOND = line("1", "SOAP", 2), line("2", "TOWEL", 3)


@pytest.mark.parametrize(
    "told",
    [
        [FIRST, SECOND],
        [SECOND, FIRST],
        [FIRST],
        [],
        [{**FIRST, "quantity": None}, SECOND],
        [{**FIRST, "quantity": "many"}, SECOND],
        [{**FIRST, "sellerSku": None}, SECOND],
        [{**FIRST, "sellerFulfillmentOrderItemId": None}, SECOND],
        [{**FIRST, "sellerFulfillmentOrderItemId": None, "sellerSku": []}, SECOND],
        ["odd", SECOND],
        [{}, {}],
    ],
)
def test_lines_that_are_spoiled_stay_as_they_were(told: list[Any]) -> None:
    before = lines_of("A-1", detail(FIRST, SECOND), ())

    after = lines_of("A-1", detail(*told), before)

    found = {
        (row["seller_fulfillment_order_item_id"], row["seller_sku"], row["quantity"])
        for row in after
    }
    assert found == {*KNOWN}
    assert len(after) == 2


def test_lines_of_a_new_order_are_as_they_are_told() -> None:
    (row,) = lines_of("A-1", detail({**FIRST, "quantity": None}), ())

    assert (row["seller_sku"], row["quantity"]) == ("SOAP", 0)


def test_counts_that_are_told_take_the_place_of_those_before() -> None:
    before = lines_of("A-1", detail(FIRST), ())

    (row,) = lines_of("A-1", detail({**FIRST, "cancelledQuantity": 2}), before)

    assert (row["quantity"], row["cancelled_quantity"]) == (2, 2)
