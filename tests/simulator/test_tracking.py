"""Parcels on their way: events, statuses, estimates that move, and codes nobody documented."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults.kinds import ParcelTrouble
from mcf.simulator.world.orders import Fate
from mcf.simulator.world.parcels import JOURNEYS
from tests.simulator.seller import OUTBOUND, Api, error


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


@pytest.mark.parametrize("number", ["1", "x", "-5", "9" * 5000])
def test_an_unknown_parcel_is_literally_null(api: Api, number: str) -> None:
    response = api.get(f"{OUTBOUND}/tracking", packageNumber=number)

    assert error(response) == (400, "InvalidInput", "null")


def test_a_parcel_number_is_needed(api: Api) -> None:
    assert error(api.get(f"{OUTBOUND}/tracking"))[0] == 400
