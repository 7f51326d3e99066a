"""How a parcel is handed over, as Amazon's JSON tells it in both versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcf.amazon.models.answers import MCFOrderDetail
from mcf.store import records
from mcf.tracking import handover
from mcf.tracking.handover import LINK_LIVES, Document, Handover, Proof, Stop

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
URL = "https://photos.example.com/1.jpg?Expires=1"
PACKAGE = {
    "packageNumber": 7,
    "carrierCode": "AMZN_US",
    "lockerDetails": {"lockerNumber": "L-1", "lockerAccessCode": "424242"},
    "deliveryInformation": {
        "deliveryDocumentList": [{"documentType": "DELIVERY_IMAGE", "url": URL}],
        "dropOffLocation": {"type": "DELIVERY_BOX"},
    },
}
TRACKING = {
    "packageNumber": 7,
    "carrierPhoneNumber": "1-800-555-0110",
    "carrierURL": "https://carrier.example.com",
    "deliveryWindow": {"earliest": "2026-03-02T15:00:00Z", "latest": "2026-03-02T19:00:00Z"},
    "signedForBy": "A. EXAMPLE",
    "additionalLocationInfo": "FRONT_DOOR/PORCH",
    "shipToAddress": {"city": "Seattle", "state": "WA", "country": "US"},
    "trackingEvents": [
        {
            "eventDate": "2026-03-02T14:00:00Z",
            "eventCode": "EVENT_302",
            "eventDescription": "Out for delivery.",
            "eventAddress": {"city": "Seattle", "state": "WA", "country": "US"},
        },
        {
            "eventDate": "2026-03-01T14:00:00Z",
            "eventCode": "EVENT_636",
            "eventDescription": "",
            "eventAddress": {"city": "Reno", "state": "NV", "country": "US"},
        },
    ],
}
YOUNGER = {
    "packageNumber": 7,
    "tracking": {
        "dropOffLocation": {"type": "FRONT_DOOR"},
        "proofOfDelivery": {"deliveryPhotoUrl": URL, "receivedBy": "A. EXAMPLE"},
    },
}


def order(package: dict[str, Any]) -> MCFOrderDetail:
    """An order with one parcel."""
    return MCFOrderDetail.from_api(
        {
            "fulfillmentOrder": {"sellerFulfillmentOrderId": "A-1"},
            "fulfillmentShipments": [
                {"amazonShipmentId": "S", "fulfillmentShipmentPackage": [package]}
            ],
        }
    )


def test_all_that_is_told_is_read() -> None:
    assert handover.of(PACKAGE, TRACKING) == Handover(
        earliest=NOW,
        latest=NOW + timedelta(hours=4),
        signed_by="A. EXAMPLE",
        left_at="Front door or porch",
        locker_number="L-1",
        locker_code="424242",
        carrier_phone="1-800-555-0110",
        carrier_site="https://carrier.example.com",
        stops=(
            Stop(NOW - timedelta(hours=25), "Event 636", "Reno", "NV", "US"),
            Stop(NOW - timedelta(hours=1), "Out for delivery", "Seattle", "WA", "US"),
        ),
        to=Stop(None, "Destination", "Seattle", "WA", "US"),
    )


def test_what_is_not_told_is_not_known() -> None:
    assert handover.of({"packageNumber": 7}, None) == Handover()


def test_the_younger_version_tells_place_and_receiver_with_the_parcel() -> None:
    known = handover.of(YOUNGER, None)

    assert (known.left_at, known.signed_by) == ("Front door", "A. EXAMPLE")


@pytest.mark.parametrize("package", [PACKAGE, YOUNGER])
def test_a_proof_has_the_links_of_an_order_that_was_just_read(package: dict[str, Any]) -> None:
    found = handover.proof(order(package), 7, NOW)

    assert found is not None
    assert found.documents == (Document("DELIVERY_IMAGE", URL),)
    assert found.order_id == "A-1"


def test_a_parcel_that_is_not_there_has_no_proof() -> None:
    assert handover.proof(order(PACKAGE), 8, NOW) is None


@pytest.mark.parametrize(
    "told", [None, [], "x", [None], [{}], [{"url": 5}], [{"documentType": "X", "url": ""}]]
)
def test_a_document_without_a_link_is_none(told: object) -> None:
    package = {"packageNumber": 7, "deliveryInformation": {"deliveryDocumentList": told}}

    assert handover._links(package) == []


def test_a_link_is_stale_after_an_hour() -> None:
    proof = Proof("A-1", 7, NOW)

    assert not proof.is_stale(NOW + LINK_LIVES - timedelta(seconds=1))
    assert proof.is_stale(NOW + LINK_LIVES)


@pytest.mark.parametrize("package", [PACKAGE, YOUNGER])
def test_links_are_not_kept_and_all_else_is(package: dict[str, Any]) -> None:
    shipment = {"amazonShipmentId": "S", "url": 5, "fulfillmentShipmentPackage": [package, None]}

    kept = records.lasting(shipment)

    assert URL not in str(kept)
    assert kept["fulfillmentShipmentPackage"][0].keys() == package.keys()
    assert kept["fulfillmentShipmentPackage"][1] is None


def test_the_code_of_a_locker_is_blacked_out_wherever_it_stands() -> None:
    clean = handover.without_codes([{"packages": [PACKAGE]}])

    assert "424242" not in str(clean)
    assert "L-1" in str(clean)


def test_neither_code_nor_link_is_told_by_accident() -> None:
    told = repr([handover.of(PACKAGE, TRACKING), handover.proof(order(PACKAGE), 7, NOW)])

    assert "L-1" in told
    assert "DELIVERY_IMAGE" in told
    assert "424242" not in told
    assert URL not in told


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, None),
        (" ", None),
        ("FRONT_DOOR", "Front door"),
        ("FRONT DOOR/PORCH", "Front door or porch"),
        ("IN/AT MAILBOX", "In or at the mailbox"),
        ("Office", "Office"),
        ("Inside Delivery", "Inside"),
        ("TO ORIGINAL SENDER", "Back to the sender"),
        ("MC_WOMAN", "Handed to a woman"),
        ("ROOF_TERRACE", "Roof terrace"),
    ],
)
def test_a_place_is_told_in_a_sellers_words(told: str | None, words: str | None) -> None:
    assert handover.left_at(told) == words


@pytest.mark.parametrize(
    ("status", "proven"),
    [("DELIVERED", True), ("PICKUP_SUCCESSFUL", True), ("IN_TRANSIT", False), ("Odd", False)],
)
def test_only_what_was_handed_over_can_be_proven(status: str, proven: bool) -> None:
    assert handover.may_be_proven(status) is proven
