"""Failures of the transport: what each does on the wire, and what it leaves behind."""

from __future__ import annotations

import json

import httpx
import pytest

from mcf.simulator.faults import kinds as faults
from mcf.simulator.faults.kinds import Fault
from tests.simulator.seller import OUTBOUND, US, Api, error, order_body
from tests.waiting import PATIENCE, eventually

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


IMPATIENT = httpx.Timeout(PATIENCE, read=0.1)
"""Waits for an answer no longer than this, but for a busy machine to be reached."""


def exists(api: Api, order_id: str = "T-1") -> bool:
    return order_id in api.sim.world.orders


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        (faults.Throttled(), 429, b"QuotaExceeded"),
        (faults.InternalError(), 500, b"InternalFailure"),
        (faults.Unavailable(), 503, b"Website Temporarily Unavailable"),
        (faults.BadGateway(), 502, b""),
        (faults.HtmlBadRequest(), 400, b"<h1>400 Bad Request</h1>"),
        (faults.ErrorsInSuccess(), 200, b"errors"),
        (faults.InvalidInput(), 400, b'"Invalid Input"'),
        (faults.NotFound(), 404, b"The specified resource does not exist."),
        (faults.ForeignBody(), 200, b"Sign in to use this network."),
        (faults.Redirect(), 302, b""),
        (faults.TokenExpired(), 403, b"The access token you provided has expired."),
        (faults.TokenRejected(), 403, b"revoked, malformed or invalid."),
        (faults.Unauthorized(), 401, b"does not contain a valid token."),
        (faults.RoleMissing(), 403, b"Access to requested resource is denied."),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_fault_before_the_operation_leaves_nothing_behind(
    api: Api, fault: Fault, status: int, content: bytes
) -> None:
    api.sim.faults.add(fault)

    response = api.place()

    assert response.status_code == status
    assert content in response.content
    assert not exists(api)


def test_a_reset_before_the_operation_leaves_nothing_behind(api: Api) -> None:
    api.sim.faults.add(faults.ResetBefore(times=1))

    with pytest.raises(httpx.TransportError):
        api.place()

    assert not exists(api)
    assert api.place().status_code == 200


@pytest.mark.parametrize(
    "fault",
    [faults.ResetAfter(times=1), faults.AnswerLost(times=1, seconds=0.05)],
    ids=lambda fault: fault.name,
)
def test_a_broken_connection_after_the_operation_hides_that_it_happened(
    api: Api, fault: Fault
) -> None:
    api.sim.faults.add(fault)

    with pytest.raises(httpx.TransportError):
        api.place()

    assert exists(api)
    assert "already exists" in error(api.place())[2]


def test_a_lost_answer_is_a_time_out_for_the_client(api: Api) -> None:
    api.sim.faults.add(faults.AnswerLost(times=1, seconds=1))

    with pytest.raises(httpx.ReadTimeout):
        api.http.post(ORDERS, json=order_body(), timeout=IMPATIENT)

    eventually(lambda: exists(api))


def test_a_slow_answer_is_right_but_late(api: Api) -> None:
    api.sim.faults.add(faults.Slow(times=1, seconds=0.3))

    with pytest.raises(httpx.ReadTimeout):
        api.http.get(ORDERS, timeout=IMPATIENT)

    assert api.get(ORDERS).status_code == 200


def test_half_of_the_json_arrives(api: Api) -> None:
    api.sim.faults.add(faults.Truncated(times=1))

    response = api.place()
    again = api.get(ORDERS)

    assert response.status_code == 200
    assert response.content == b"{"
    assert exists(api)
    assert again.json()


def test_an_empty_body_hides_that_it_happened(api: Api) -> None:
    api.sim.faults.add(faults.EmptyBody(times=1))

    response = api.place()

    assert (response.status_code, response.content) == (200, b"")
    assert exists(api)


def test_units_are_neither_created_nor_lost_by_a_failure(api: Api) -> None:
    before = {sku: stock.total() for sku, stock in api.sim.world.stocks[US].items()}
    api.sim.faults.add(faults.InternalError(chance=0.5, seed=3))
    statuses = [api.place(f"T-{number}").status_code for number in range(20)]

    placed = [f"T-{number}" for number, status in enumerate(statuses) if status == 200]
    assert placed == [order_id for order_id in api.sim.world.orders if order_id.startswith("T-")]
    assert {sku: stock.total() for sku, stock in api.sim.world.stocks[US].items()} == before
    api.sim.world.check()


def test_truncated_answers_are_no_json(api: Api) -> None:
    api.sim.faults.add(faults.Truncated())

    with pytest.raises(json.JSONDecodeError):
        api.get(ORDERS).json()


def test_garbled_answers_are_no_json(api: Api) -> None:
    api.sim.faults.add(faults.Garbled())

    with pytest.raises(json.JSONDecodeError):
        api.get(ORDERS).json()
