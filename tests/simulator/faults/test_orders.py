"""What goes wrong with an order after it was accepted."""

from __future__ import annotations

from mcf.simulator.faults import kinds as faults
from tests.simulator.seller import OUTBOUND, Api, error

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


def test_a_new_order_can_be_seen_late(api: Api) -> None:
    api.sim.faults.add(faults.LateVisibility(seconds=60))
    api.place()

    early = error(api.get(f"{ORDERS}/T-1"))[2]
    listed = api.get(ORDERS, queryStartDate="2026-03-04T15:00:00Z").json()["payload"]
    api.wait(seconds=61)

    assert early == "Requested order 'T-1' not found"
    assert listed["fulfillmentOrders"] == []
    assert api.status() == "Received"
