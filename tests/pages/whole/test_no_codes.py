"""No code of Amazon's is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import cast

from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Fate, ShipmentStatus, Speed, Status
from pages.parts.common import places
from tests.pages.conftest import open_page, texts

CODE = re.compile(r"\b[A-Z]{3,}_[A-Z0-9]\w*|\b[a-z]+[A-Z][a-z]\w*")


def test_no_code_of_amazons_reaches_the_pages_of_orders(
    program: MCFService, simulator: Simulator
) -> None:
    order_id = str(program.packages().query("tracked").iloc[0]["seller_fulfillment_order_id"])
    order = simulator.world.orders[order_id]
    (shipment, *_) = order.shipments
    (package, *_) = shipment.packages
    package.carrier, package.fate = "NEW_CARRIER_XY", Fate.UNKNOWN_EVENTS
    shipment.status = cast("ShipmentStatus", "LOST_IN_SPACE")
    order.status = cast("Status", "HeldForReasons")
    order.request = replace(order.request, speed=cast("Speed", "ByNextRocket"))
    simulator.clock.step(timedelta(minutes=1))
    program.tracking.refresh(order_id)

    told = texts(open_page(places.TRACKING, order=order_id))

    assert "New carrier xy" in told
    assert "Held for reasons" in told
    assert CODE.findall(told.replace(order_id, "")) == []
    assert CODE.findall(texts(open_page(places.TRACKING))) == []
