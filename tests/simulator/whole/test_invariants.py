"""Whatever is done to it, in whatever order, the world keeps its books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.lifecycle import TRANSITIONS
from mcf.simulator.world.orders import Fate, Order, Status
from tests.examples import many
from tests.simulator.seller import OPENING, OUTBOUND, OUTBOUND_2026, US, Api, line

ORDERS = f"{OUTBOUND}/fulfillmentOrders"
QUANTITIES = st.integers(1, 30)
POLICIES = st.sampled_from(["FillOrKill", "FillAll", "FillAllAvailable"])
BEFORE = st.sampled_from(
    [faults.Throttled, faults.InternalError, faults.Unavailable, faults.BadGateway,
     faults.ErrorsInSuccess, faults.Redirect, faults.RoleMissing]
)  # fmt: skip
AFTER = st.sampled_from([faults.EmptyBody, faults.Truncated])
MISFORTUNES = st.sampled_from(
    [faults.TurnsInvalid, faults.UnitsMissing, faults.ShipmentCancelled, faults.ParcelTrouble]
)


def ways() -> dict[Status, set[Status]]:
    """Where each status can lead in any number of steps, itself included."""
    reach = {status: {status} for status in Status}
    for _ in Status:
        for status, following in TRANSITIONS.items():
            reach[status] |= {end for each in following for end in reach[each]}
    return reach


REACH = ways()


class Shop(RuleBasedStateMachine):
    """A seller, Amazon's network, the passing of time, and bad luck."""

    orders = Bundle("orders")

    def __init__(self, sim: Simulator) -> None:
        super().__init__()
        sim.faults.clear()
        sim.renew_world(start=OPENING, skus=12, orders=26)
        self.api = Api(sim)
        self.sim = sim
        self.numbers = count(1)
        self.skus = sorted(sim.world.stocks[US])
        self.last: dict[str, Status] = {}

    def teardown(self) -> None:
        self.api.http.close()

    def body(self, pick: list[int], quantity: int) -> tuple[str, list[Any]]:
        items = [
            line(self.skus[index % len(self.skus)], quantity, str(position))
            for position, index in enumerate(pick)
        ]
        return f"H-{next(self.numbers)}", items

    @rule(
        target=orders,
        pick=st.lists(st.integers(0, 11), min_size=1, max_size=4),
        quantity=QUANTITIES,
        policy=POLICIES,
        hold=st.booleans(),
    )
    def place(self, pick: list[int], quantity: int, policy: str, hold: bool) -> str:
        order_id, items = self.body(pick, quantity)
        action = "Hold" if hold else "Ship"
        response = self.api.place(
            order_id, items=items, fulfillmentPolicy=policy, fulfillmentAction=action
        )
        assert response.status_code == 200, response.text
        return order_id

    @rule(target=orders, misfortune=MISFORTUNES, fate=st.sampled_from(Fate), quantity=QUANTITIES)
    def place_with_bad_luck(self, misfortune: Any, fate: Fate, quantity: int) -> str:
        options = {"fate": fate} if misfortune is faults.ParcelTrouble else {}
        fault = self.sim.faults.add(misfortune(**options))
        order_id, items = self.body([quantity, quantity + 1], quantity)
        self.api.place(order_id, items=items, fulfillmentPolicy="FillAllAvailable")
        self.sim.faults.remove(fault)
        return order_id

    @rule(fault=BEFORE, quantity=QUANTITIES)
    def fail_before_placing(self, fault: type[faults.Fault], quantity: int) -> None:
        before = self.books()
        self.sim.faults.add(fault(times=1))
        order_id, items = self.body([1], quantity)
        self.api.place(order_id, items=items)
        assert order_id not in self.sim.world.orders
        assert self.books() == before

    @rule(target=orders, fault=AFTER, quantity=QUANTITIES)
    def fail_after_placing(self, fault: type[faults.Fault], quantity: int) -> str:
        self.sim.faults.add(fault(times=1))
        order_id, items = self.body([2], quantity)
        self.api.place(order_id, items=items)
        after = self.books()
        again = self.api.place(order_id, items=items)
        assert again.status_code == 400
        assert self.books() == after
        return order_id

    def books(self) -> dict[str, tuple[int, int, int]]:
        shelf = self.sim.world.stocks[US]
        return {
            sku: (each.fulfillable, each.customer_orders, each.total())
            for sku, each in shelf.items()
        }

    @rule(order_id=orders, new=st.booleans())
    def cancel(self, order_id: str, new: bool) -> None:
        base = f"{OUTBOUND_2026}/orders" if new else ORDERS
        self.api.put(f"{base}/{order_id}/cancel")

    @rule(order_id=orders)
    def release_hold(self, order_id: str) -> None:
        self.api.put(f"{ORDERS}/{order_id}", {"fulfillmentAction": "Ship"})

    @rule(order_id=orders, quantity=QUANTITIES)
    def change_hold(self, order_id: str, quantity: int) -> None:
        item = {"sellerFulfillmentOrderItemId": "0", "quantity": quantity}
        self.api.put(f"{ORDERS}/{order_id}", {"items": [item]})

    @rule(sku=st.integers(0, 11), left=st.integers(0, 3))
    def send_away(self, sku: int, left: int) -> None:
        self.sim.send_away(self.skus[sku % len(self.skus)], left=left)

    @rule(order_id=orders, status=st.sampled_from(Status))
    def lead(self, order_id: str, status: Status) -> None:
        self.api.put(f"{ORDERS}/{order_id}/status", {"fulfillmentOrderStatus": status})

    @rule(order_id=orders)
    def give_back(self, order_id: str) -> None:
        shipments = self.api.order(order_id)["fulfillmentShipments"]
        item = {
            "sellerReturnItemId": f"R-{next(self.numbers)}",
            "sellerFulfillmentOrderItemId": "0",
            "amazonShipmentId": shipments[0]["amazonShipmentId"] if shipments else "NONE",
            "returnReasonCode": "CR-DEFECTIVE",
        }
        self.api.put(f"{ORDERS}/{order_id}/return", {"items": [item]})

    @rule(minutes=st.sampled_from([1, 10, 60, 300, 1440, 5000, 25_000]))
    def wait(self, minutes: int) -> None:
        self.api.wait(minutes=minutes)

    @rule()
    def what_is_listed_is_what_is_read(self) -> None:
        listed = self.api.get(ORDERS).json()["payload"]["fulfillmentOrders"][-3:]
        read = [self.api.order(each["sellerFulfillmentOrderId"]) for each in listed]
        assert [each["fulfillmentOrder"] | listed[i] for i, each in enumerate(read)] == [
            each["fulfillmentOrder"] for each in read
        ]

    @invariant()
    def no_unit_is_created_or_lost(self) -> None:
        self.sim.world.check()

    @invariant()
    def what_is_reserved_is_reserved_for_somebody(self) -> None:
        promised: dict[str, int] = defaultdict(int)
        for order in self.sim.world.orders.values():
            for each in order.lines:
                assert min(each.awaited, each.reserved, each.shipped, each.cancelled) >= 0
                promised[each.sku] += each.reserved
        shelf = self.sim.world.stocks[US]
        assert Counter(promised) == Counter({s: each.customer_orders for s, each in shelf.items()})

    @invariant()
    def every_change_of_status_is_in_the_table(self) -> None:
        now = {order.id: order.status for order in self.sim.world.orders.values()}
        jumps = [
            (each, before, now[each])
            for each, before in self.last.items()
            if now[each] not in REACH[before]
        ]
        assert jumps == []
        self.last = now

    @invariant()
    def a_closed_order_awaits_and_reserves_nothing(self) -> None:
        closed = [each for each in self.sim.world.orders.values() if not TRANSITIONS[each.status]]
        assert [each.id for each in closed if unsettled(each)] == []

    @invariant()
    def no_request_broke_the_simulator(self) -> None:
        assert "unknown" not in self.sim.requests.counts()


def unsettled(order: Order) -> bool:
    """Whether a closed order still holds units; an Invalid one never had any."""
    held = any(each.reserved for each in order.lines)
    awaited = any(each.awaited for each in order.lines)
    return held or (awaited and order.status is not Status.INVALID)


@pytest.fixture
def trading() -> Iterator[Simulator]:
    with Simulator(start=OPENING, frozen=True, throttle=False, skus=12) as simulator:
        yield simulator


@pytest.mark.no_cover
def test_the_world_keeps_its_books_whatever_is_done_to_it(trading: Simulator) -> None:
    run_state_machine_as_test(
        lambda: Shop(trading),
        settings=settings(
            max_examples=many(20),
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
