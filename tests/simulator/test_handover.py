"""How parcels are handed over: windows, signatures, lockers, and pictures behind links."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from mcf.simulator.api.photos import picture
from mcf.simulator.faults.kinds import ParcelTrouble
from mcf.simulator.world.orders import Fate
from tests.simulator.contract import V2020, V2026, problems
from tests.simulator.seller import OUTBOUND, OUTBOUND_2026, Api

SIGNED = [{"featureName": "SIGNATURE_CONFIRMATION", "featureFulfillmentPolicy": "Required"}]


@pytest.fixture
def delivered(api: Api) -> dict[str, Any]:
    """A parcel of the shop that Amazon's own driver delivered, with a picture."""
    api.place()
    api.wait(hours=8)
    _, _, package = api.sim.world.packages[parcel(api)["packageNumber"]]
    package.carrier = "Amazon Logistics"
    api.wait(days=9)
    return parcel(api)


def parcel(api: Api) -> dict[str, Any]:
    return dict(api.order()["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0])


def link(of: dict[str, Any]) -> str:
    return str(of["deliveryInformation"]["deliveryDocumentList"][0]["url"])


def looked_at(api: Api, url: str) -> httpx.Response:
    parts = urlsplit(url)
    return api.http.get(f"{parts.path}?{parts.query}")


def test_a_delivered_parcel_has_a_picture_and_a_place(api: Api, delivered: dict[str, Any]) -> None:
    answer = looked_at(api, link(delivered))

    assert link(delivered).startswith(f"{api.sim.endpoint}/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content == picture(delivered["packageNumber"])
    assert delivered["deliveryInformation"]["dropOffLocation"]["type"]
    assert problems(V2020, "FulfillmentShipmentPackage", delivered) == []


def test_a_link_is_good_for_an_hour_and_every_call_gives_another(
    api: Api, delivered: dict[str, Any]
) -> None:
    again = link(parcel(api))
    api.wait(minutes=59)
    before = looked_at(api, link(delivered))
    api.wait(minutes=1)
    after = looked_at(api, link(delivered))

    assert again != link(delivered)
    assert (before.status_code, after.status_code) == (200, 403)
    assert "Request has expired" in after.text
    assert looked_at(api, link(parcel(api))).status_code == 200


@pytest.mark.parametrize("change", ["Expires=9", "Signature=0", "Call=x"])
def test_a_link_that_was_changed_shows_nothing(
    api: Api, delivered: dict[str, Any], change: str
) -> None:
    assert looked_at(api, f"{link(delivered).split('&Call')[0]}&{change}").status_code == 403


def test_a_parcel_under_way_has_neither_picture_nor_place(api: Api) -> None:
    api.place()
    api.wait(hours=8)

    assert "deliveryInformation" not in parcel(api)
    assert "additionalLocationInfo" not in api.parcel(parcel(api)["packageNumber"])


def test_other_carriers_take_no_pictures(api: Api) -> None:
    api.place(
        featureConstraints=[{"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}]
    )
    api.wait(days=12)

    found = parcel(api)
    assert "deliveryInformation" not in found
    assert api.parcel(found["packageNumber"])["carrierURL"] == "https://www.ups.com"


def test_who_signed_is_told_where_a_signature_was_asked_for(api: Api) -> None:
    api.place(featureConstraints=SIGNED)
    api.wait(days=12)

    told = api.parcel(parcel(api)["packageNumber"])

    assert (
        told["signedForBy"] == api.order()["fulfillmentOrder"]["destinationAddress"]["name"].upper()
    )


def test_the_window_is_told_once_it_is_out_for_delivery(api: Api) -> None:
    api.place()
    api.wait(hours=8)
    early = api.parcel(parcel(api)["packageNumber"])
    api.wait(days=12)
    late = api.parcel(parcel(api)["packageNumber"])

    assert "deliveryWindow" not in early
    assert late["deliveryWindow"]["earliest"] < late["deliveryWindow"]["latest"]


def test_a_parcel_in_a_locker_has_its_number_and_code_until_it_is_collected(api: Api) -> None:
    api.sim.faults.add(ParcelTrouble(fate=Fate.PICKUP))
    api.place()
    api.wait(hours=8)
    _, _, package = api.sim.world.packages[parcel(api)["packageNumber"]]
    transit = package.promised - package.shipped
    api.sim.clock.step(transit)
    waiting = parcel(api)
    api.sim.clock.step(transit)

    assert waiting["lockerDetails"]["lockerNumber"].startswith("L-")
    assert len(waiting["lockerDetails"]["lockerAccessCode"]) == 6
    assert problems(V2020, "FulfillmentShipmentPackage", waiting) == []
    assert "lockerDetails" not in parcel(api)


def test_the_younger_version_tells_the_proof_in_its_own_words(
    api: Api, delivered: dict[str, Any]
) -> None:
    order = api.get(f"{OUTBOUND_2026}/orders/T-1").json()
    package = order["order"]["shipments"][0]["packages"][0]

    assert looked_at(api, package["tracking"]["proofOfDelivery"]["deliveryPhotoUrl"]).is_success
    assert package["tracking"]["dropOffLocation"]["type"]
    assert problems(V2026, "Package", package) == []


def test_two_parcels_look_different_and_each_always_the_same() -> None:
    assert picture(1) == picture(1)
    assert picture(1) != picture(2)
    assert picture(1).startswith(b"\x89PNG\r\n\x1a\n")


def test_the_tracking_of_a_delivered_parcel_is_valid_but_for_its_place(
    api: Api, delivered: dict[str, Any]
) -> None:
    told = api.get(f"{OUTBOUND}/tracking", packageNumber=delivered["packageNumber"]).json()
    told["payload"].pop("additionalLocationInfo")

    assert problems(V2020, "GetPackageTrackingDetailsResponse", told) == []
