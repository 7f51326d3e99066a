"""When a fault strikes."""

from __future__ import annotations

from mcf.simulator.faults import kinds as faults
from tests.simulator.seller import OUTBOUND, Api

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


def test_faults_can_strike_together(api: Api) -> None:
    api.sim.faults.add(faults.Unavailable())
    api.sim.faults.add(faults.Truncated())

    response = api.get(ORDERS)

    assert response.status_code == 503
    assert response.content.endswith(b"</html>")


def test_a_fault_strikes_only_the_operations_named(api: Api) -> None:
    api.sim.faults.add(faults.Throttled(operations=["getInventorySummaries"]))

    assert api.inventory().status_code == 429
    assert api.get(ORDERS).status_code == 200


def test_a_fault_strikes_only_the_nth_call(api: Api) -> None:
    api.sim.faults.add(faults.Throttled(nth=2))

    assert [api.get(ORDERS).status_code for _ in range(4)] == [200, 429, 200, 200]


def test_a_fault_ends_after_so_many_strikes(api: Api) -> None:
    api.sim.faults.add(faults.Throttled(times=2))

    assert [api.get(ORDERS).status_code for _ in range(3)] == [429, 429, 200]
    assert api.sim.faults.active() == {}


def test_a_chance_is_the_same_for_the_same_seed(api: Api) -> None:
    fault = api.sim.faults.add(faults.Throttled(chance=0.5, seed=1))
    first = [api.get(ORDERS).status_code for _ in range(20)]
    api.sim.faults.remove(fault)
    api.sim.faults.add(faults.Throttled(chance=0.5, seed=1))
    second = [api.get(ORDERS).status_code for _ in range(20)]

    assert first == second
    assert set(first) == {200, 429}
