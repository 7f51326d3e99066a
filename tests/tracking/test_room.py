"""The room of orders on their way: one is read alone, and those with a SKU are found."""

from __future__ import annotations

import pytest

from mcf.errors import NotFound
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.store import tables


def test_one_order_is_read_alone(service: MCFService, simulator: Simulator) -> None:
    service.tracking.refresh("SHOP-1002")
    assert list(service.orders()["seller_fulfillment_order_id"]) == ["SHOP-1002"]
    with pytest.raises(NotFound):
        service.tracking.refresh("NO-SUCH-ORDER")


def test_the_orders_that_have_a_sku_are_told_with_their_units_of_it(service: MCFService) -> None:
    service.sync()
    lines = service._store.records(tables.order_items)
    sku = lines[0]["seller_sku"]
    units: dict[str, int] = {}
    for line in lines:
        if line["seller_sku"] == sku:
            order_id = line["seller_fulfillment_order_id"]
            units[order_id] = units.get(order_id, 0) + line["quantity"]

    orders = service.tracking.of_sku(sku)

    there = dict(zip(orders["seller_fulfillment_order_id"], orders["sku_units"], strict=True))
    assert there == units
    assert orders["received_date"].is_monotonic_decreasing
    assert service.tracking.of_sku("NO-SUCH-SKU").empty
