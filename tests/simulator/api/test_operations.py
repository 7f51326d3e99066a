"""Token buckets, and the headers that tell about them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mcf.simulator import Simulator
from mcf.simulator.api.operations import Operation
from mcf.simulator.http import OPERATIONS
from tests.simulator.contract import contract
from tests.simulator.seller import OPENING, OUTBOUND, Api, Timer


@pytest.fixture
def clock() -> Timer:
    return Timer()


@pytest.fixture
def busy(clock: Timer) -> Iterator[Api]:
    """A simulator that throttles."""
    with Simulator(start=OPENING, frozen=True, timer=clock, trade=False) as simulator:
        client = Api(simulator)
        yield client
        client.http.close()


def statuses(api: Api, path: str, calls: int, **params: str) -> list[int]:
    return [api.get(path, **params).status_code for _ in range(calls)]


def stated(operation: Operation) -> tuple[float, int] | None:
    plan = operation.plan
    return (plan.rate, plan.burst) if plan.told else None


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_plan_of_an_operation_is_the_one_amazon_states(operation: Operation) -> None:
    assert stated(operation) == contract(operation.name).plan


def test_the_rate_is_not_told_by_sandbox_operations(busy: Api) -> None:
    path = f"{OUTBOUND}/fulfillmentOrders/SHOP-1001/status"
    response = busy.put(path, {"fulfillmentOrderStatus": "Nonsense"})

    assert response.status_code == 400
    assert "x-amzn-RateLimit-Limit" not in response.headers


@pytest.mark.parametrize(
    ("path", "burst"),
    [
        ("/fba/inventory/v1/summaries", 2),
        (f"{OUTBOUND}/fulfillmentOrders/SHOP-1001", 30),
        ("/sellers/v1/account", 15),
    ],
)
def test_a_burst_is_answered_and_then_no_more(busy: Api, path: str, burst: int) -> None:
    found = statuses(busy, path, burst + 2)

    assert 429 not in found[:burst]
    assert found[burst:] == [429, 429]


def test_a_bucket_fills_again_at_its_rate(busy: Api, clock: Timer) -> None:
    busy.inventory()
    busy.inventory()
    empty = busy.inventory().status_code
    clock.seconds += 0.5

    assert (empty, busy.inventory().status_code, busy.inventory().status_code) == (429, 200, 429)


@pytest.mark.parametrize(("seconds", "status"), [(62.0, 429), (62.5, 200)])
def test_who_the_seller_is_can_be_asked_once_a_minute(
    busy: Api, clock: Timer, seconds: float, status: int
) -> None:
    statuses(busy, "/sellers/v1/account", 15)
    clock.seconds += seconds

    assert busy.get("/sellers/v1/account").status_code == status


def test_buckets_are_separate_and_never_overflow(busy: Api, clock: Timer) -> None:
    clock.seconds += 100
    busy.inventory()
    busy.inventory()

    assert busy.inventory().status_code == 429
    assert busy.get("/sellers/v1/account").status_code == 200


def test_a_throttled_answer_looks_like_the_recorded_one(busy: Api) -> None:
    busy.inventory()
    busy.inventory()

    response = busy.inventory()

    assert response.json() == {
        "errors": [
            {
                "code": "QuotaExceeded",
                "message": "You exceeded your quota for the requested resource.",
                "details": "",
            }
        ]
    }
    assert response.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert {"x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"} < set(response.headers)
    assert "x-amzn-RateLimit-Limit" not in response.headers
    assert "Retry-After" not in response.headers


def test_the_rate_is_told_with_success_and_with_bad_requests_only(busy: Api) -> None:
    good = busy.get(f"{OUTBOUND}/fulfillmentOrders")
    bad = busy.get(f"{OUTBOUND}/fulfillmentOrders/NOPE")
    forbidden = busy.get("/nowhere")

    assert good.headers["x-amzn-RateLimit-Limit"] == "2.0"
    assert bad.headers["x-amzn-RateLimit-Limit"] == "2.0"
    assert "x-amzn-RateLimit-Limit" not in forbidden.headers


def test_a_seller_may_have_more_calls_a_second_but_no_larger_burst(clock: Timer) -> None:
    with Simulator(frozen=True, timer=clock, trade=False, plans=10) as simulator:
        generous = Api(simulator)
        found = [generous.inventory(), generous.inventory(), generous.inventory()]
        clock.seconds += 0.0625
        found.append(generous.inventory())
        generous.http.close()

    assert [response.status_code for response in found] == [200, 200, 429, 200]
    assert found[0].headers["x-amzn-RateLimit-Limit"] == "20.0"
