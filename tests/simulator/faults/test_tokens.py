"""Failures of sign-in and permission."""

from __future__ import annotations

import pytest

from mcf.simulator.faults import kinds as faults
from mcf.simulator.faults.kinds import Fault
from tests.simulator.seller import CREDENTIALS, OUTBOUND, Api

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


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
        (faults.LoginUnnamed(), 400, b"error_description"),
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
