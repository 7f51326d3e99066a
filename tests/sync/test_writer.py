"""What was read is in the store as Amazon has it, and nothing that was known goes by it."""

from __future__ import annotations

from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState
from mcf.sync.reader import Sync
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
        number: box.tracking_number for number, (_, _, box) in world.packages.items()
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
