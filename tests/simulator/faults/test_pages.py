"""Pages that don't fit, and fees that aren't there."""

from __future__ import annotations

from mcf.simulator.faults import kinds as faults
from tests.simulator.seller import OUTBOUND, Api, error, order_body

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


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


def test_a_fault_that_spoils_lists_leaves_other_answers_alone(api: Api) -> None:
    api.place()
    api.sim.faults.add(faults.RowsMissing(operations=["getFulfillmentOrder"]))
    api.sim.faults.add(faults.RowsTwice(operations=["getFulfillmentOrder"]))

    response = api.get(f"{ORDERS}/T-1", nextToken="x")

    assert response.json()["payload"] == api.order()
