"""Amazon's bad days: what each fault does on the wire, and what it leaves behind."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mcf.simulator.faults import kinds as faults
from mcf.simulator.faults.kinds import KINDS, Fault
from tests.simulator.seller import CREDENTIALS, OUTBOUND, US, Api, error, order_body

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


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
        api.http.post(ORDERS, json=order_body(), timeout=0.1)

    assert exists(api)


def test_a_slow_answer_is_right_but_late(api: Api) -> None:
    api.sim.faults.add(faults.Slow(times=1, seconds=0.3))

    with pytest.raises(httpx.ReadTimeout):
        api.http.get(ORDERS, timeout=0.1)

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


def test_faults_can_strike_together(api: Api) -> None:
    api.sim.faults.add(faults.Unavailable())
    api.sim.faults.add(faults.Truncated())

    response = api.get(ORDERS)

    assert response.status_code == 503
    assert response.content.endswith(b"</html>")


def test_an_expired_token_must_be_replaced(api: Api) -> None:
    api.sim.faults.add(faults.TokenExpired(nth=1))

    first = api.get(ORDERS).status_code
    second = api.get(ORDERS).status_code
    api.sign_in()

    assert (first, second, api.get(ORDERS).status_code) == (403, 403, 200)


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        (faults.GrantRevoked(), 400, b"invalid_grant"),
        (faults.SecretExpired(), 401, b"invalid_client"),
        (faults.OtherApp(), 400, b"unauthorized_client"),
        (faults.LoginDown(), 503, b"<html>"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_signing_in_can_fail_while_calls_go_on(
    api: Api, fault: Fault, status: int, content: bytes
) -> None:
    api.sim.faults.add(fault)

    response = api.http.post("/auth/o2/token", data=CREDENTIALS)

    assert response.status_code == status
    assert content in response.content
    assert api.get(ORDERS).status_code == 200


def test_a_new_order_can_be_seen_late(api: Api) -> None:
    api.sim.faults.add(faults.LateVisibility(seconds=60))
    api.place()

    early = error(api.get(f"{ORDERS}/T-1"))[2]
    listed = api.get(ORDERS, queryStartDate="2026-03-04T15:00:00Z").json()["payload"]
    api.wait(seconds=61)

    assert early == "Requested order 'T-1' not found"
    assert listed["fulfillmentOrders"] == []
    assert api.status() == "Received"


def rows(api: Api, token: str = "") -> tuple[list[str], str]:
    payload = api.get(ORDERS, **({"nextToken": token} if token else {})).json()["payload"]
    ids = [each["sellerFulfillmentOrderId"] for each in payload["fulfillmentOrders"]]
    return ids, payload["nextToken"]


def test_a_row_can_appear_on_two_pages(api: Api) -> None:
    api.sim.faults.add(faults.RowsTwice())

    first, token = rows(api)
    second, _ = rows(api, token)

    assert second[0] == first[-1]
    assert len(second) == 21


def test_a_row_can_be_missing_between_two_pages(api: Api) -> None:
    first, token = rows(api)
    complete, _ = rows(api, token)
    api.sim.faults.add(faults.RowsMissing())

    second, _ = rows(api, token)

    assert rows(api)[0] == first
    assert second == complete[1:]


def test_a_page_token_can_expire_early(api: Api) -> None:
    _, token = rows(api)
    api.sim.faults.add(faults.PageExpired())

    assert error(api.get(ORDERS, nextToken=token))[0] == 400
    assert api.get(ORDERS).status_code == 200


def test_fees_can_be_missing_from_a_fulfillable_preview(api: Api) -> None:
    api.sim.faults.add(faults.FeesMissing())
    body = order_body()

    found = api.post(
        f"{ORDERS}/preview", {"address": body["destinationAddress"], "items": body["items"]}
    ).json()["payload"]["fulfillmentPreviews"]

    assert [(each["isFulfillable"], each["estimatedFees"]) for each in found] == [(True, None)] * 3


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


def test_a_fault_that_spoils_lists_leaves_other_answers_alone(api: Api) -> None:
    api.place()
    api.sim.faults.add(faults.RowsMissing(operations=["getFulfillmentOrder"]))
    api.sim.faults.add(faults.RowsTwice(operations=["getFulfillmentOrder"]))

    response = api.get(f"{ORDERS}/T-1", nextToken="x")

    assert response.json()["payload"] == api.order()


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


@pytest.mark.parametrize(
    "options",
    [
        {"chance": 2},
        {"nth": 0},
        {"times": 0},
        {"chance": "often"},
        {"operations": "getFulfillmentOrder"},
        {"operations": [1]},
        {"operations": ["getFulfilmentOrder"]},
        {"seconds": 5},
    ],
)
def test_a_fault_that_makes_no_sense_cannot_be_switched_on(
    api: Api, options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"throttled|begin|There is no operation"):
        api.sim.faults.add_named("throttled", **options)

    assert api.sim.faults.active() == {}


def test_a_delay_must_be_bearable(api: Api) -> None:
    with pytest.raises(ValueError, match="600"):
        api.sim.faults.add_named("slow", seconds=10_000)


def test_an_unknown_fault_is_answered_with_those_there_are(api: Api) -> None:
    with pytest.raises(ValueError, match="answer-lost, bad-gateway"):
        api.sim.faults.add_named("earthquake")


def test_every_fault_can_be_switched_on_by_its_name(api: Api) -> None:
    numbers = {name: api.sim.faults.add_named(name) for name in KINDS}

    assert len(set(numbers.values())) == len(KINDS) >= 27


def test_a_fault_that_is_not_on_cannot_be_removed(api: Api) -> None:
    with pytest.raises(KeyError):
        api.sim.faults.remove(99)


def test_faults_are_switched_on_and_off_from_outside(api: Api) -> None:
    http = api.http
    options = {"name": "throttled", "operations": ["getInventorySummaries"]}

    number = http.post("/_simulator/faults", json=options).json()["id"]
    struck = api.inventory().status_code
    shown = http.get("/_simulator/faults").json()
    removed = http.delete(f"/_simulator/faults/{number}")
    again = http.delete(f"/_simulator/faults/{number}")
    http.post("/_simulator/faults", json={"name": "unavailable"})
    cleared = http.delete("/_simulator/faults")

    assert struck == 429
    assert shown["active"] == [{"id": number, **options, "calls": 1, "strikes": 1}]
    assert set(shown["available"]) == set(KINDS)
    assert shown["available"]["throttled"] == "429 QuotaExceeded, whatever the bucket says."
    assert (removed.status_code, again.status_code, cleared.status_code) == (200, 404, 200)
    assert api.inventory().status_code == 200


def test_a_fault_named_wrongly_from_outside_is_refused_with_advice(api: Api) -> None:
    response = api.post("/_simulator/faults", {"name": "earthquake"})

    assert response.status_code == 400
    assert "throttled" in response.json()["error"]


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
