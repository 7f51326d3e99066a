"""The HTTP side: paths, headers, media types and the log of requests."""

from __future__ import annotations

import re

import pytest

from mcf.simulator.http import OPERATIONS, REMEMBERED, RequestLog
from tests.simulator.seller import (
    ORDERS_2026,
    OUTBOUND,
    Api,
    error,
)

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


def test_a_body_that_is_not_json_has_the_wrong_media_type(api: Api) -> None:
    response = api.http.post(ORDERS_2026, content=b"<order/>", headers={"content-type": "text/xml"})

    assert error(response)[:2] == (415, "UnsupportedMediaType")


def test_the_name_of_the_fulfillment_service_is_sent_back(api: Api) -> None:
    header = {"x-amzn-fulfillment-service-id": "mine"}

    assert (
        api.http.get(ORDERS_2026, headers=header).headers["x-amzn-fulfillment-service-id"] == "mine"
    )
    assert "x-amzn-fulfillment-service-id" not in api.get(ORDERS_2026).headers


@pytest.mark.parametrize("body", [b"{", b"[1]", b"null", b"", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = api.http.post(ORDERS, content=body, headers=headers)

    assert error(response) == (400, "InvalidInput", "Invalid Input")


def test_a_huge_body_is_refused(api: Api) -> None:
    response = api.http.post(ORDERS, content=b" " * 1_000_001)

    assert response.status_code == 413


def test_a_parameter_of_a_path_may_hold_a_slash(api: Api) -> None:
    found = error(api.http.get(f"{ORDERS}/A%2FB"))

    assert found[2] == "Requested order 'A/B' not found"


def test_an_answer_of_a_known_path_carries_the_marks_of_the_gateway(api: Api) -> None:
    known, unknown = api.get(ORDERS), api.get("/fba/unknown")

    assert {"x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"} <= set(known.headers)
    assert "x-amzn-requestid" not in unknown.headers
    assert known.headers["date"] == "Wed, 04 Mar 2026 15:00:00 GMT"


def test_the_log_forgets_the_oldest_requests_but_counts_them() -> None:
    log = RequestLog()
    for number in range(REMEMBERED + 1):
        log.add("getOrder", "GET", f"/{number}", 200)

    assert log.entries()[0].path == "/1"
    assert log.count("getOrder") == log.count() == REMEMBERED + 1


def test_a_cleared_log_gives_new_ids_and_a_reset_one_the_first_again() -> None:
    log = RequestLog()
    first = log.add("getOrder", "GET", "/", 200)
    log.clear()
    second = log.add("getOrder", "GET", "/", 200)
    log.reset()

    assert first.request_id != second.request_id
    assert log.add("getOrder", "GET", "/", 200) == first


def test_no_two_operations_answer_one_path() -> None:
    paths = [(each.method, re.sub(r"\{\w+\}", "{}", each.path)) for each in OPERATIONS]

    assert len(set(paths)) == len(paths)
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)
