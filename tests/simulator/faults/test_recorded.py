"""Answers that look as recorded ones did."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults import kinds as faults
from mcf.simulator.faults.recorded import WORDS
from mcf.simulator.world.orders import Fate, ShipmentStatus
from tests.simulator.seller import OUTBOUND, OUTBOUND_2026, US, Api, order_body

ORDERS = f"{OUTBOUND}/fulfillmentOrders"
STOCK = {
    "details": "true",
    "granularityType": "Marketplace",
    "granularityId": US,
    "marketplaceIds": US,
}


def test_words_are_spelled_in_every_way_and_always_the_same(api: Api) -> None:
    api.sim.faults.add(faults.RecordedWords())

    def words() -> list[str]:
        listed = api.get(ORDERS).json()["payload"]["fulfillmentOrders"]
        return [each["fulfillmentOrderStatus"] for each in listed]

    assert {"Complete", "COMPLETE", "COMPLETE/SHIPPED"} <= {*words()}
    assert words() == words()


def test_both_versions_and_their_shipments_are_spelled(api: Api) -> None:
    api.sim.faults.add(faults.RecordedWords())
    orders = api.get(f"{OUTBOUND_2026}/orders", shipments="INCLUDE").json()["orders"]

    statuses = {each["status"] for order in orders for each in (order, *order["shipments"])}
    old = api.order(orders[-1]["orderId"])

    assert statuses & {spelled for ways in WORDS.values() for spelled in ways}
    assert old["fulfillmentShipments"]


def test_a_shipment_that_is_picked_has_a_label_or_no_list_of_parcels(api: Api) -> None:
    for number in range(6):
        api.post(ORDERS, order_body(f"P-{number}"))
    api.wait(hours=2)
    api.sim.faults.add(faults.RecordedParcels())
    pending = [
        shipment
        for number in range(6)
        for shipment in api.order(f"P-{number}")["fulfillmentShipments"]
        if shipment["fulfillmentShipmentStatus"] == ShipmentStatus.PENDING
    ]

    labelled = [each for each in pending if each.get("fulfillmentShipmentPackage")]

    assert 0 < len(labelled) < len(pending)
    assert {each["fulfillmentShipmentPackage"][0]["carrierCode"] for each in labelled} == {"USPS"}


def test_ids_of_packages_are_numbers(api: Api) -> None:
    api.place()
    api.wait(days=2)
    api.sim.faults.add(faults.RecordedParcels())

    (shipment,) = api.get(f"{OUTBOUND_2026}/orders/T-1").json()["order"]["shipments"]

    assert isinstance(shipment["packages"][0]["packageId"], int)


def test_stock_looks_in_every_way_that_was_seen(api: Api) -> None:
    api.sim.faults.add(faults.RecordedStock())
    rows = api.get("/fba/inventory/v1/summaries", **STOCK).json()["payload"]["inventorySummaries"]

    details = [each["inventoryDetails"] for each in rows]
    assert [] in details
    assert "" in [each["lastUpdatedTime"] for each in rows]
    assert any(each and each["researchingQuantity"] == {} for each in details)
    assert any("futureSupplyQuantity" in each for each in details)


def test_a_fee_can_lack_its_currency(api: Api) -> None:
    api.sim.faults.add(faults.FeesOdd())
    body = order_body()

    answer = api.post(
        f"{ORDERS}/preview", {"address": body["destinationAddress"], "items": body["items"]}
    )

    for preview in answer.json()["payload"]["fulfillmentPreviews"]:
        assert "currencyCode" not in preview["estimatedFees"][0]["amount"]


@pytest.mark.parametrize(
    ("path", "params", "rows"),
    [
        (ORDERS, {}, "fulfillmentOrders"),
        ("/fba/inventory/v1/summaries", STOCK, "inventorySummaries"),
    ],
)
def test_an_empty_page_leads_to_all_rows(
    api: Api, path: str, params: dict[str, str], rows: str
) -> None:
    whole: dict[str, Any] = api.get(path, **params).json()
    api.sim.faults.add(faults.EmptyPage())

    first = api.get(path, **params).json()
    token = first["payload"].get("nextToken") or first["pagination"]["nextToken"]
    second = api.get(path, **params, nextToken=token).json()

    assert first["payload"][rows] == []
    assert second["payload"][rows][: len(whole["payload"][rows])] == whole["payload"][rows]
    assert len(second["payload"][rows]) > len(whole["payload"][rows])


def test_a_parcel_can_be_received_back(api: Api) -> None:
    api.sim.faults.add(faults.ParcelTrouble(fate=Fate.RECEIVED_BACK))
    api.place()
    api.wait(days=20)
    package = api.order()["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0]

    assert api.parcel(package["packageNumber"])["currentStatus"] == "RETURN_RECEIVED_IN_FC"
