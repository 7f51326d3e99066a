"""Orders, their lines and their shipments."""

from __future__ import annotations

import pytest

from mcf.simulator import Simulator
from mcf.simulator.world.orders import Feature, Line, required


def test_units_that_are_nowhere_else_are_awaited() -> None:
    line = Line("1", "SKU", quantity=10, reserved=1, shipped=2, cancelled=3, unfulfillable=1)

    assert line.awaited == 3


def test_a_feature_that_is_not_required_has_no_effect() -> None:
    features = (Feature("BLANK_BOX", "Required"), Feature("OVERBOX", "NotRequired"))

    assert required(features) == {"BLANK_BOX"}


def test_an_order_knows_its_lines_and_shipments_by_their_ids(sim: Simulator) -> None:
    order = next(each for each in sim.world.orders.values() if each.shipments)
    line, shipment = order.lines[0], order.shipments[0]

    assert order.line(line.item_id) is line
    assert order.shipment(shipment.id) is shipment
    assert order.shipment("NOPE") is None
    with pytest.raises(KeyError):
        order.line("NOPE")


def test_every_unit_of_the_shops_orders_is_somewhere(sim: Simulator) -> None:
    lines = [line for order in sim.world.orders.values() for line in order.lines]

    assert min(line.awaited for line in lines) == 0
    assert all(line.quantity > 0 for line in lines)
