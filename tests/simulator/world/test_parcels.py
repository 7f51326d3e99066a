"""Parcels on their way and handed over: events, estimates that move, signatures, lockers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcf.simulator.api.photos import picture
from mcf.simulator.faults.kinds import ParcelTrouble
from mcf.simulator.world import parcels
from mcf.simulator.world.orders import Fate
from mcf.simulator.world.parcels import JOURNEYS
from tests.simulator.contract import V2020, V2026, problems
from tests.simulator.seller import (
    OUTBOUND,
    OUTBOUND_2026,
    Api,
    first_parcel,
    looked_at,
    picture_link,
)

SIGNED = [{"featureName": "SIGNATURE_CONFIRMATION", "featureFulfillmentPolicy": "Required"}]


def sent(api: Api, fate: Fate = Fate.ORDINARY, **changes: Any) -> int:
    """The number of a parcel that has just left."""
    api.sim.faults.add(ParcelTrouble(fate=fate))
    api.place(**changes)
    api.wait(hours=8)
    return api.order()["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0]["packageNumber"]


def codes(parcel: dict[str, Any]) -> list[str]:
    return [event["eventCode"] for event in parcel["trackingEvents"]]


def test_a_parcel_that_just_left_is_in_transit(api: Api) -> None:
    parcel = api.parcel(sent(api))

    assert parcel["currentStatus"] == "IN_TRANSIT"
    assert parcel["shipToAddress"] == {"city": "Seattle", "state": "WA", "country": "US"}
    assert parcel["customerTrackingLink"].startswith("https://www.swiship.com/track?id=")


def test_events_come_newest_first_and_only_when_they_have_happened(api: Api) -> None:
    number = sent(api)
    early = api.parcel(number)["trackingEvents"]
    api.wait(days=2)
    late = api.parcel(number)["trackingEvents"]

    dates = [event["eventDate"] for event in late]
    assert late[-len(early) :] == early
    assert len(late) > len(early)
    assert dates == sorted(dates, reverse=True)
    assert max(dates) <= "2026-03-06T23:00:00Z"


@pytest.mark.parametrize(
    ("fate", "last"),
    [
        (Fate.ORDINARY, "DELIVERED"),
        (Fate.DELAYED, "DELIVERED"),
        (Fate.ATTEMPTED, "DELIVERED"),
        (Fate.LOST, "UNDELIVERABLE"),
        (Fate.RETURNED, "RETURNED"),
        (Fate.REFUSED, "RETURNED"),
        (Fate.PICKUP, "PICKUP_SUCCESSFUL"),
        (Fate.WRONG_ADDRESS, "DELIVERED"),
        (Fate.SILENT, "DELIVERED"),
        (Fate.UNDISPLAYED, "UNDISPLAYED"),
        (Fate.UNKNOWN_EVENTS, "DELIVERED"),
    ],
)
def test_every_fate_ends_where_it_should(api: Api, fate: Fate, last: str) -> None:
    number = sent(api, fate)
    api.wait(days=30)

    parcel = api.parcel(number)
    assert parcel["currentStatus"] == last
    assert len(parcel["trackingEvents"]) == len(JOURNEYS[fate])


def test_every_fate_has_a_journey() -> None:
    assert set(JOURNEYS) == set(Fate)


def test_a_delay_moves_the_estimate_when_it_shows(api: Api) -> None:
    number = sent(api, Fate.DELAYED)
    before = api.parcel(number)["estimatedArrivalDate"]
    api.wait(days=5)
    after = api.parcel(number)
    order = api.order()["fulfillmentShipments"][0]

    assert after["estimatedArrivalDate"] > before
    assert order["estimatedArrivalDate"] == after["estimatedArrivalDate"]
    assert order["fulfillmentShipmentPackage"][0]["estimatedArrivalDate"] > before


def test_a_silent_carrier_reports_nothing_but_the_delivery(api: Api) -> None:
    number = sent(api, Fate.SILENT)
    before = api.parcel(number)
    api.wait(days=6)

    assert (before["currentStatus"], before["trackingEvents"]) == ("IN_TRANSIT", [])
    assert codes(api.parcel(number)) == ["EVENT_301"]


def test_codes_outside_the_documented_list_are_told_without_a_text(api: Api) -> None:
    number = sent(api, Fate.UNKNOWN_EVENTS)
    api.wait(days=6)

    parcel = api.parcel(number)
    assert {"EVENT_212", "EVENT_636", "EVENT_310"} < set(codes(parcel))
    assert "" in [event["eventDescription"] for event in parcel["trackingEvents"]]


def test_faster_parcels_arrive_earlier(api: Api) -> None:
    number = sent(api, shippingSpeedCategory="Priority")
    api.wait(days=1)

    assert api.parcel(number)["currentStatus"] == "DELIVERED"


def test_blocking_amazon_logistics_is_obeyed(api: Api) -> None:
    feature = [{"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}]
    number = sent(api, featureConstraints=feature)

    assert api.parcel(number)["carrierCode"] == "UPS"


def test_a_delivered_parcel_has_a_picture_and_a_place(api: Api, delivered: dict[str, Any]) -> None:
    answer = looked_at(api, picture_link(delivered))

    assert picture_link(delivered).startswith(f"{api.sim.endpoint}/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content == picture(delivered["packageNumber"])
    assert delivered["deliveryInformation"]["dropOffLocation"]["type"]
    assert problems(V2020, "FulfillmentShipmentPackage", delivered) == []


def test_a_parcel_under_way_has_neither_picture_nor_place(api: Api) -> None:
    api.place()
    api.wait(hours=8)

    assert "deliveryInformation" not in first_parcel(api)
    assert "additionalLocationInfo" not in api.parcel(first_parcel(api)["packageNumber"])


def test_other_carriers_take_no_pictures(api: Api) -> None:
    api.place(
        featureConstraints=[{"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}]
    )
    api.wait(days=12)

    found = first_parcel(api)
    assert "deliveryInformation" not in found
    assert api.parcel(found["packageNumber"])["carrierURL"] == "https://www.ups.com"


def test_who_signed_is_told_where_a_signature_was_asked_for(api: Api) -> None:
    api.place(featureConstraints=SIGNED)
    api.wait(days=12)

    told = api.parcel(first_parcel(api)["packageNumber"])

    assert (
        told["signedForBy"] == api.order()["fulfillmentOrder"]["destinationAddress"]["name"].upper()
    )


def test_the_window_is_told_once_it_is_out_for_delivery(api: Api) -> None:
    api.place()
    api.wait(hours=8)
    early = api.parcel(first_parcel(api)["packageNumber"])
    api.wait(days=12)
    late = api.parcel(first_parcel(api)["packageNumber"])

    assert "deliveryWindow" not in early
    assert late["deliveryWindow"]["earliest"] < late["deliveryWindow"]["latest"]


def test_a_parcel_in_a_locker_has_its_number_and_code_until_it_is_collected(api: Api) -> None:
    api.sim.faults.add(ParcelTrouble(fate=Fate.PICKUP))
    api.place()
    api.wait(hours=8)
    _, _, package = api.sim.world.packages[first_parcel(api)["packageNumber"]]
    transit = package.promised - package.shipped
    api.sim.clock.step(transit)
    waiting = first_parcel(api)
    api.sim.clock.step(transit)

    assert waiting["lockerDetails"]["lockerNumber"].startswith("L-")
    assert len(waiting["lockerDetails"]["lockerAccessCode"]) == 6
    assert problems(V2020, "FulfillmentShipmentPackage", waiting) == []
    assert "lockerDetails" not in first_parcel(api)


def test_the_younger_version_tells_the_proof_in_its_own_words(
    api: Api, delivered: dict[str, Any]
) -> None:
    order = api.get(f"{OUTBOUND_2026}/orders/T-1").json()
    package = order["order"]["shipments"][0]["packages"][0]

    assert looked_at(api, package["tracking"]["proofOfDelivery"]["deliveryPhotoUrl"]).is_success
    assert package["tracking"]["dropOffLocation"]["type"]
    assert problems(V2026, "Package", package) == []


def test_the_tracking_of_a_delivered_parcel_is_valid_but_for_its_place(
    api: Api, delivered: dict[str, Any]
) -> None:
    told = api.get(f"{OUTBOUND}/tracking", packageNumber=delivered["packageNumber"]).json()
    told["payload"].pop("additionalLocationInfo")

    assert problems(V2020, "GetPackageTrackingDetailsResponse", told) == []


def test_parcels_come_in_every_shape_that_was_recorded(api: Api) -> None:
    boxes = [(order, package) for order, _, package in api.sim.world.packages.values()]

    codes = {parcels.carrier_code(order, package) for order, package in boxes}
    links = {parcels.recipients_link(package)[-3:] for _, package in boxes}
    numbered = {bool(parcels.carriers_number(package)) for _, package in boxes}

    assert {"AMZN_US", "UPS_MI", "ups", "FEDEX", "FEDEX_SMARTPOST", "DHL_ECOMMERCE"} <= codes
    assert "%0A" in links
    assert len(links) > 1
    assert numbered == {True, False}


def test_only_america_has_its_carriers(api: Api) -> None:
    boxes = [(order, package) for order, _, package in api.sim.world.packages.values()]
    british = [
        (replace(order, request=replace(order.request, marketplace_id="A1F83G8C2ARO7P")), package)
        for order, package in boxes
    ]

    codes = {parcels.carrier_code(order, package) for order, package in british}

    assert codes == {"Amazon Logistics", "AMZN_UK", "UPS", "ups", "USPS", "FedEx", "FEDEX"}
