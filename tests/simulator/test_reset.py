"""A simulator that began anew answers as one that was just started."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import InternalError
from tests.simulator.seller import KETTLE, OPENING, OUTBOUND, US, Api, Timer

SHOP: dict[str, Any] = {
    "skus": 60,
    "orders": 24,
    "days": 30,
    "seed": 11,
    "speed": 1.0,
    "start": OPENING,
    "frozen": True,
    "throttle": True,
    "plans": 2.0,
    "trade": False,
}


@pytest.fixture
def used() -> Iterator[Api]:
    """A simulator begun otherwise, after a day on which everything happened to it."""
    options = {"skus": 5, "orders": 3, "speed": 60.0, "throttle": False}
    with Simulator(start=OPENING - timedelta(days=400), **options) as simulator:
        api = Api(simulator)
        simulator.faults.add(InternalError(operations=["getAccount"]))
        api.get("/sellers/v1/account")
        api.place()
        api.wait(days=1)
        yield api
        api.http.close()


def answers(simulator: Simulator) -> list[Any]:
    """What a new client is answered, headers included, in some calls of every kind."""
    api = Api(simulator)
    placed = api.place("R-1", items=[{**LINE, "sellerSku": next(iter(simulator.world.stocks[US]))}])
    api.wait(hours=9, days=4)
    first = api.inventory(details="true")
    following = api.inventory(nextToken=first.json()["pagination"]["nextToken"])
    orders = [api.get(f"{OUTBOUND}/fulfillmentOrders/{each}") for each in simulator.world.orders]
    account = [api.get("/sellers/v1/account") for _ in range(16)]
    rest = [api.get("/_simulator/clock"), api.get("/_simulator/faults")]
    log = api.get("/_simulator/requests")
    api.http.close()
    return [told(each) for each in (placed, first, following, *orders, *account, *rest, log)]


LINE = {"sellerFulfillmentOrderItemId": "1", "quantity": 1}


def told(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """Status, headers and text; the port is another one in the links to pictures."""
    port = str(answer.url.port)
    return answer.status_code, dict(answer.headers), answer.text.replace(port, "PORT")


def test_a_reset_simulator_answers_as_a_new_one(used: Api) -> None:
    timer = Timer()
    used.sim.reset(**SHOP, timer=timer)
    after = answers(used.sim)

    with Simulator(**SHOP, timer=Timer()) as new:
        assert after == answers(new)


def test_a_reset_can_be_repeated(used: Api) -> None:
    used.sim.reset(**SHOP, timer=Timer())
    first = answers(used.sim)
    used.sim.reset(**SHOP, timer=Timer())

    assert answers(used.sim) == first


def test_what_a_reset_is_not_given_is_as_at_the_beginning(used: Api) -> None:
    used.sim.reset(**SHOP)
    used.sim.reset(start=OPENING)

    clock = used.get("/_simulator/clock").json()
    assert (clock["speed"], clock["frozen"]) == (60.0, False)
    assert len(used.sim.world.stocks[US]) == 5


def test_nobody_is_signed_in_after_a_reset(used: Api) -> None:
    used.sim.reset()
    refused = used.inventory()
    used.sign_in()

    assert refused.status_code == 403
    assert used.inventory().status_code == 200


def test_faults_and_remembered_requests_are_gone_after_a_reset(used: Api) -> None:
    used.sim.reset()

    assert used.sim.faults.active() == {}
    assert used.sim.requests.entries() == []
    assert used.sim.requests.count() == 0


def test_a_reset_that_cannot_be_made_changes_nothing(used: Api) -> None:
    before = used.inventory().text

    with pytest.raises(ValueError, match="Speed"):
        used.sim.reset(speed=0)

    assert used.inventory().text == before


def test_a_renewed_world_leaves_sign_ins_and_faults(used: Api) -> None:
    used.sim.renew_world(skus=6)

    assert KETTLE in used.sim.world.stocks[US]
    assert used.inventory().status_code == 200
    assert used.get("/sellers/v1/account").status_code == 500
