"""Whatever a client sends, the answer is an answer: accepted or refused, never broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcf.simulator import Simulator
from tests.examples import many
from tests.simulator.bodies import OFFER, OFFERS_2026, PREVIEW_2026, RICH
from tests.simulator.seller import (
    ADDRESS,
    OPENING,
    OUTBOUND,
    OUTBOUND_2026,
    US,
    Api,
    line,
    order_body,
    order_body_2026,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["\ud800", "1e999", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
BODIES = {
    f"{OUTBOUND}/fulfillmentOrders": order_body(items=[line(giftMessage="x")], codSettings={},
                                                deliveryPreferences={"dropOffLocation": {}}),
    f"{OUTBOUND}/fulfillmentOrders/preview": {"address": ADDRESS, "items": [line()]},
    f"{OUTBOUND}/deliveryOffers": OFFER,
    f"{OUTBOUND_2026}/orders": order_body_2026(**RICH),
    f"{OUTBOUND_2026}/previews": PREVIEW_2026,
    f"{OUTBOUND_2026}/offers": OFFERS_2026,
    "/fba/inventory/v1/items": {"sellerSku": "S", "marketplaceId": US, "productName": "S"},
}  # fmt: skip


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a body something can be replaced."""
    yield path
    inner: Any = ()
    if isinstance(body, dict):
        inner = body.items()
    elif isinstance(body, list):
        inner = enumerate(body)
    for key, value in inner:
        yield from places(value, (*path, key))


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = body.copy()
    copy[path[0]] = replaced(body[path[0]], path[1:], value)
    return copy


PLACES = [(url, path) for url, body in BODIES.items() for path in places(body)]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A simulator with a state file, which has to take in what was accepted."""
    state = tmp_path_factory.mktemp("any") / "world.sqlite"
    with Simulator(state, start=OPENING, frozen=True, throttle=False, orders=0) as simulator:
        api = Api(simulator)
        yield api
        api.http.close()


@settings(max_examples=many(300), suppress_health_check=list(HealthCheck))  # fmt: skip
@given(place=st.sampled_from(PLACES), value=JSON, number=st.integers(0, 10**6))
def test_any_value_anywhere_is_accepted_or_refused(
    patient: Api, place: tuple[str, tuple[Any, ...]], value: Any, number: int
) -> None:
    url, path = place
    body = replaced(BODIES[url], path, value)
    content = json_of(with_id(body, number))

    response = patient.http.post(url, content=content, headers={"content-type": "application/json"})

    assert response.status_code in (200, 202, 400), response.text


def with_id(body: Any, number: int) -> Any:
    """The same order under an id of its own."""
    ids = {"sellerFulfillmentOrderId": f"F-{number}", "orderId": f"F-{number}"}
    if not isinstance(body, dict):
        return body
    return {
        key: ids.get(key, value) if value in ("N-1", "T-1") else value
        for key, value in body.items()
    }


def json_of(body: Any) -> bytes:
    return json.dumps(body).encode()


@settings(max_examples=many(100), suppress_health_check=list(HealthCheck))  # fmt: skip
@given(name=st.sampled_from(["nextToken", "startDateTime", "sellerSkus", "queryStartDate",
                             "packageNumber", "pageToken", "updatedAfter", "shipments"]),
       value=st.text() | st.sampled_from(["MQ==", "e30=", "eyJmaXJzdCI6IC0xfQ=="]))  # fmt: skip
@pytest.mark.parametrize(
    "path",
    ["/fba/inventory/v1/summaries", f"{OUTBOUND}/fulfillmentOrders", f"{OUTBOUND_2026}/orders",
     f"{OUTBOUND}/tracking", f"{OUTBOUND}/features/inventory/BLANK_BOX"],
)  # fmt: skip
def test_any_parameter_is_accepted_or_refused(
    patient: Api, path: str, name: str, value: str
) -> None:
    query = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}

    response = patient.get(path, **{**query, "marketplaceId": US, name: value})

    assert response.status_code in (200, 400)
