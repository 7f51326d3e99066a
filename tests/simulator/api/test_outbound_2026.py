"""Placing, reading, listing, changing and cancelling orders of version 2026-07-04."""

from __future__ import annotations

import pytest

from tests.simulator.bodies import RICH, RICH_LINE
from tests.simulator.seller import (
    ADDRESS,
    ORDERS_2026,
    Api,
    error,
    line_2026,
    package_path_2026,
    place_2026,
    read_2026,
    without_links,
)


def test_placing_an_order_answers_with_the_order(api: Api) -> None:
    response = place_2026(api)

    assert response.status_code == 200
    assert response.json()["order"] == read_2026(api)
    assert read_2026(api)["status"] == "PROCESSING"


def test_an_order_is_read_as_it_was_placed(api: Api) -> None:
    place_2026(api, **RICH)

    found = read_2026(api)

    assert {name: found[name] for name in RICH if name != "lineItems"} == {
        name: value for name, value in RICH.items() if name != "lineItems"
    }
    assert {name: found["lineItems"][0][name] for name in RICH_LINE} == RICH_LINE
    assert found["lineItems"][0]["cancelledAmount"] == {"unit": "EACHES", "value": "0.0"}


def test_an_order_id_is_shared_by_both_versions(api: Api) -> None:
    api.place("SAME")

    assert error(place_2026(api, "SAME"))[0] == 400


def test_an_order_not_validated_yet_is_accepted_for_later(api: Api) -> None:
    address = {**ADDRESS, "postalCode": "nowhere"}

    response = place_2026(api, destination={"deliveryAddress": address})
    api.wait(minutes=3)

    assert response.status_code == 202
    assert response.json() == {"orderId": "N-1", "status": "PROCESSING"}
    assert read_2026(api)["status"] == "INVALID"


def test_the_list_holds_items_and_shipments(api: Api) -> None:
    first = api.get(ORDERS_2026).json()
    second = api.get(ORDERS_2026, pageToken=first["pagination"]["nextToken"]).json()
    third = api.get(ORDERS_2026, pageToken=second["pagination"]["nextToken"]).json()

    pages = first["orders"], second["orders"], third["orders"]
    assert [len(page) for page in pages] == [20, 20, 8]
    assert "pagination" not in third
    assert first["orders"][0]["lineItems"]
    assert first["orders"][0]["shipments"]


def test_what_is_listed_is_what_is_read(api: Api) -> None:
    listed = api.get(ORDERS_2026).json()["orders"][3]

    assert without_links(listed) == without_links(read_2026(api, listed["orderId"]))


def test_shipments_can_be_left_out(api: Api) -> None:
    listed = api.get(ORDERS_2026, shipments="EXCLUDE").json()["orders"][0]

    assert "shipments" not in listed
    assert "shipments" not in read_2026(api, listed["orderId"], shipments="EXCLUDE")


@pytest.mark.parametrize(
    "params", [{"shipments": "SOME"}, {"updatedAfter": "x"}, {"pageToken": "x"}]
)
def test_a_list_request_that_makes_no_sense_is_refused(api: Api, params: dict[str, str]) -> None:
    assert error(api.get(ORDERS_2026, **params))[0] == 400


def test_only_orders_updated_since_are_listed(api: Api) -> None:
    api.wait(hours=8)
    place_2026(api)

    found = api.get(ORDERS_2026, updatedAfter="2026-03-04T23:00:00Z").json()["orders"]

    assert [each["orderId"] for each in found] == ["N-1"]


def test_an_unknown_order_is_not_found(api: Api) -> None:
    assert error(api.get(f"{ORDERS_2026}/NOPE"))[:2] == (404, "NotFound")


def test_a_held_order_can_be_released(api: Api) -> None:
    place_2026(api, fulfillmentConfiguration={"action": "HOLD"})

    still_held = api.put(f"{ORDERS_2026}/N-1", {"fulfillmentConfiguration": {"action": "HOLD"}})
    held = read_2026(api)["fulfillmentConfiguration"]["action"]
    response = api.put(f"{ORDERS_2026}/N-1", {"fulfillmentConfiguration": {"action": "SHIP"}})
    again = api.put(f"{ORDERS_2026}/N-1", {"fulfillmentConfiguration": {"action": "SHIP"}})

    assert (still_held.status_code, held) == (202, "HOLD")
    assert (response.status_code, response.json()) == (202, {})
    assert error(again)[0] == 400


def test_an_order_can_be_cancelled_until_it_is_picked(api: Api) -> None:
    place_2026(api)
    response = api.put(f"{ORDERS_2026}/N-1/cancel")
    again = api.put(f"{ORDERS_2026}/N-1/cancel")

    assert (response.status_code, response.json()) == (202, {})
    assert read_2026(api)["status"] == "CANCELLED"
    assert error(again)[0] == 400


@pytest.mark.parametrize(
    ("status", "old"),
    [
        ("PROCESSING", "Processing"),
        ("COMPLETE", "Complete"),
        ("COMPLETE_PARTIAL", "CompletePartialled"),
        ("CANCELLED", "Cancelled"),
        ("UNFULFILLABLE", "Unfulfillable"),
        ("INVALID", "Invalid"),
    ],
)
def test_the_sandbox_leads_an_order_to_a_status(api: Api, status: str, old: str) -> None:
    place_2026(api, lineItems=[line_2026(units="2.0")])

    response = api.put(f"{ORDERS_2026}/N-1/status", {"status": status})

    assert (response.status_code, response.content) == (204, b"")
    assert read_2026(api)["status"] == status
    assert api.status("N-1") == old
    api.sim.world.check()


def test_the_sandbox_knows_no_way_back(api: Api) -> None:
    place_2026(api)
    api.put(f"{ORDERS_2026}/N-1/status", {"status": "CANCELLED"})

    assert error(api.put(f"{ORDERS_2026}/N-1/status", {"status": "COMPLETE"}))[0] == 400
    assert error(api.put(f"{ORDERS_2026}/N-1/status", {"status": "LOST"}))[0] == 400


def test_the_sandbox_says_where_a_parcel_is(api: Api) -> None:
    path = package_path_2026(api)

    response = api.put(
        path,
        {
            "status": "DELAYED",
            "deliveryTime": "2026-04-01T12:00:00Z",
            "tracking": {"carrier": {"carrierCode": "UPS", "trackingNumber": "1Z"}},
        },
    )

    package = read_2026(api)["shipments"][0]["packages"][0]
    parcel = api.parcel(int(package["packageId"]))
    assert response.status_code == 204
    assert (package["status"], package["deliveryTime"]) == ("DELAYED", "2026-04-01T12:00:00Z")
    assert package["tracking"]["carrier"]["trackingNumber"] == "1Z"
    assert (parcel["currentStatus"], parcel["carrierCode"]) == ("DELAYED", "UPS")


def test_an_unknown_parcel_or_status_is_refused(api: Api) -> None:
    path = package_path_2026(api)

    assert error(api.put(path, {"status": "EATEN"}))[0] == 400
    assert error(api.put(path, {"status": "DELAYED", "tracking": {"carrier": {}}}))[0] == 400
    assert error(api.put(f"{ORDERS_2026}/N-1/packages/1", {"status": "DELAYED"}))[0] == 404
