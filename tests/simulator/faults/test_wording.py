"""Answers that look different from what the model says."""

from __future__ import annotations

import pytest

from mcf.simulator.faults import kinds as faults
from mcf.simulator.faults.kinds import Fault
from tests.simulator.seller import OUTBOUND, Api, error

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


def test_orders_can_carry_fields_nobody_declared(api: Api) -> None:
    api.place()
    api.sim.faults.add(faults.ExtraFields())

    listed = api.get(ORDERS).json()["payload"]["fulfillmentOrders"]

    assert api.order()["fulfillmentOrder"]["primeUpgraded"] == "true"
    assert all("futureField" in each for each in listed)


def test_statuses_can_come_in_capitals(api: Api) -> None:
    api.place()
    api.sim.faults.add(faults.CapitalStatuses())

    assert api.status() == "RECEIVED"


@pytest.mark.parametrize("kind", [faults.ExtraFields, faults.CapitalStatuses])
def test_an_order_that_is_not_there_has_no_odd_wording(api: Api, kind: type[Fault]) -> None:
    api.sim.faults.add(kind())

    assert error(api.get(f"{ORDERS}/NOPE"))[0] == 400
