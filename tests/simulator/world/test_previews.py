"""What features and addresses do to the price of an order, to its speeds and to its life."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.world.previews import can_have
from tests.simulator.seller import (
    ADDRESS,
    JAPAN,
    JAPANESE_ADDRESS,
    OUTBOUND,
    OUTBOUND_2026,
    US,
    Api,
    error,
    line,
    line_2026,
)

SPEEDS = ("Standard", "Expedited", "Priority")


BLOCKED = "FBABlockAMZLSurcharge"


SIGNED = "FBASignatureConfirmationFee"


ALASKA = {"city": "Anchorage", "stateOrRegion": "AK", "postalCode": "99501"}


HAWAII = {"city": "Hilo", "stateOrRegion": "HI", "postalCode": "96720"}


PUERTO_RICO = {"city": "Ponce", "stateOrRegion": "PR", "postalCode": "00730"}


SOLDIER = {"city": "APO", "stateOrRegion": "AE", "postalCode": "09012"}


def wish(name: str, policy: str = "Required") -> dict[str, Any]:
    return {"featureConstraints": [{"featureName": name, "featureFulfillmentPolicy": policy}]}


def previews(api: Api, **changes: Any) -> list[dict[str, Any]]:
    body = {"address": ADDRESS, "items": [line()], **changes}
    answer = api.post(f"{OUTBOUND}/fulfillmentOrders/preview", body)
    assert answer.status_code == 200, answer.text
    return answer.json()["payload"]["fulfillmentPreviews"]


def fees(preview: dict[str, Any]) -> dict[str, float]:
    return {fee["name"]: float(fee["amount"]["value"]) for fee in preview["estimatedFees"]}


def reachable(found: list[dict[str, Any]]) -> list[str]:
    return [each["shippingSpeedCategory"] for each in found if each["isFulfillable"]]


@pytest.fixture
def bulky(api: Api) -> str:
    """A SKU that can't have a blank box, of which there are units."""
    shelf = api.sim.world.stocks[US].values()
    return next(
        stock.product.seller_sku
        for stock in shelf
        if not can_have(stock, "BLANK_BOX") and stock.fulfillable > 5
    )


@pytest.mark.parametrize("speed", range(3))
def test_blocking_amazon_logistics_costs_five_percent_of_the_fulfillment_fees(
    api: Api, speed: int
) -> None:
    usual = fees(previews(api)[speed])
    asked = fees(previews(api, **wish("BLOCK_AMZL"))[speed])

    assert asked.pop(BLOCKED) == pytest.approx(0.05 * sum(usual.values()), abs=0.006)
    assert asked == usual


def test_a_signature_has_a_fee_of_its_own(api: Api) -> None:
    usual = fees(previews(api)[0])
    asked = fees(previews(api, **wish("SIGNATURE_CONFIRMATION"))[0])

    assert asked.pop(SIGNED) > 0
    assert asked == usual


def test_a_blank_box_costs_nothing_and_takes_no_longer(api: Api) -> None:
    usual, asked = previews(api), previews(api, **wish("BLANK_BOX"))

    assert [fees(each) for each in asked] == [fees(each) for each in usual]
    assert [each["fulfillmentPreviewShipments"] for each in asked] == [
        each["fulfillmentPreviewShipments"] for each in usual
    ]


@pytest.mark.parametrize("name", ["BLOCK_AMZL", "SIGNATURE_CONFIRMATION", "BLANK_BOX"])
def test_what_is_not_required_has_no_effect(api: Api, bulky: str, name: str) -> None:
    asked = {"items": [line(bulky)], "address": {**ADDRESS, **ALASKA}}
    found = previews(api, **asked, **wish(name, "NotRequired"))

    without = [{**each, "featureConstraints": []} for each in found]
    assert without == previews(api, **asked)
    assert found[0]["featureConstraints"][0]["featureFulfillmentPolicy"] == "NotRequired"


@pytest.mark.parametrize("name", ["BLANK_BOX", "OVERBOX"])
def test_a_line_that_can_not_have_a_required_feature_is_named(
    api: Api, bulky: str, name: str
) -> None:
    found = previews(api, items=[line(), line(bulky, item_id="2")], **wish(name))

    assert reachable(found) == []
    assert found[0]["estimatedFees"] == []
    assert found[0]["orderUnfulfillableReasons"] == []
    assert found[0]["unfulfillablePreviewItems"] == [
        {
            "sellerSku": bulky,
            "quantity": 1,
            "sellerFulfillmentOrderItemId": "2",
            "itemUnfulfillableReasons": ["SKU_NOT_ELIGIBLE"],
        }
    ]


def test_a_line_can_be_short_and_not_eligible_at_once(api: Api, bulky: str) -> None:
    found = previews(api, items=[line(bulky, 250)], **wish("BLANK_BOX"))

    (item,) = found[0]["unfulfillablePreviewItems"]
    assert item["itemUnfulfillableReasons"] == ["ItemQuantityNotAvailable", "SKU_NOT_ELIGIBLE"]


@pytest.mark.parametrize("place", [ALASKA, HAWAII, PUERTO_RICO, SOLDIER])
def test_far_away_only_amazon_logistics_delivers(api: Api, place: dict[str, str]) -> None:
    address = {**ADDRESS, **place}
    found = previews(api, address=address, **wish("BLOCK_AMZL"))

    assert "Standard" in reachable(previews(api, address=address))
    assert reachable(found) == []
    assert {tuple(each["orderUnfulfillableReasons"]) for each in found} == {
        ("DeliverySLAUnavailable",)
    }


@pytest.mark.parametrize(
    ("place", "speeds"),
    [
        ({}, ["Standard", "Expedited", "Priority"]),
        (ALASKA, ["Standard", "Expedited"]),
        ({**HAWAII, "stateOrRegion": "Hawaii"}, ["Standard", "Expedited"]),
        ({**PUERTO_RICO, "countryCode": "PR"}, ["Standard", "Expedited"]),
        (SOLDIER, ["Standard"]),
        ({**SOLDIER, "stateOrRegion": ""}, ["Standard"]),
        ({"city": "FPO", "stateOrRegion": "AP", "postalCode": "96350"}, ["Standard"]),
        ({"addressLine1": "PO Box 12"}, ["Standard"]),
        ({"addressLine1": "P.O. BOX 12"}, ["Standard"]),
        ({"addressLine1": "Post Office Box 12"}, ["Standard"]),
        ({"addressLine2": "p o box 12"}, ["Standard"]),
        ({"addressLine1": "12 Poboxer Street"}, ["Standard", "Expedited", "Priority"]),
        ({"addressLine1": "PO Box 12", "countryCode": "CA"}, list(SPEEDS)),
        ({"stateOrRegion": "AP", "countryCode": "IN", "postalCode": "500001"}, list(SPEEDS)),
    ],
)
def test_where_it_goes_decides_how_fast_it_can_go(
    api: Api, place: dict[str, str], speeds: list[str]
) -> None:
    assert reachable(previews(api, address={**ADDRESS, **place})) == speeds


@pytest.mark.parametrize("policy", ["Required", None])
def test_a_signature_abroad_is_refused_when_asked_for(api: Api, policy: str | None) -> None:
    feature = {"featureName": "SIGNATURE_CONFIRMATION", "featureFulfillmentPolicy": policy}
    body = {
        "marketplaceId": JAPAN,
        "address": JAPANESE_ADDRESS,
        "items": [line()],
        "featureConstraints": [feature],
    }
    refused = api.post(f"{OUTBOUND}/fulfillmentOrders/preview", body)

    assert error(refused)[:2] == (400, "InvalidInput")


def test_a_signature_abroad_that_is_not_required_has_no_effect(api: Api) -> None:
    japan = {"marketplaceId": JAPAN, "address": JAPANESE_ADDRESS}
    found = previews(api, **japan, **wish("SIGNATURE_CONFIRMATION", "NotRequired"))

    assert SIGNED not in fees(found[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"shippingSpeedCategory": "Priority", "destinationAddress": {**ADDRESS, **ALASKA}},
        {"shippingSpeedCategory": "Expedited", "destinationAddress": {**ADDRESS, **SOLDIER}},
        {
            "shippingSpeedCategory": "Expedited",
            "destinationAddress": {**ADDRESS, "addressLine1": "PO Box 12"},
        },
        {"destinationAddress": {**ADDRESS, **HAWAII}, **wish("BLOCK_AMZL")},
    ],
    ids=["Priority to Alaska", "Expedited to a soldier", "Expedited to a box", "blocked, far away"],
)
def test_an_order_that_no_preview_offers_is_accepted_and_turns_invalid(
    api: Api, changes: dict[str, Any]
) -> None:
    before = api.stock()

    assert api.place(**changes).status_code == 200
    assert api.status() == "New"
    api.wait(minutes=3)
    assert api.status() == "Invalid"
    assert api.stock() == before


@pytest.mark.parametrize(
    ("policy", "status"), [("Required", "Invalid"), ("NotRequired", "Received")]
)
def test_an_order_whose_sku_can_not_have_a_required_feature_turns_invalid(
    api: Api, bulky: str, policy: str, status: str
) -> None:
    placed = api.place(items=[line(bulky)], **wish("BLANK_BOX", policy))
    api.wait(minutes=3)

    assert placed.status_code == 200
    assert api.status() == status


def test_an_order_with_every_feature_that_can_be_had_ships(api: Api) -> None:
    names = ("BLANK_BOX", "BLOCK_AMZL", "OVERBOX", "SIGNATURE_CONFIRMATION", "DELIVER_TOGETHER")
    wanted = [each for name in names for each in wish(name)["featureConstraints"]]
    api.place(featureConstraints=wanted)
    api.wait(days=1)

    assert api.status() == "Complete"


@pytest.mark.parametrize(
    "packaging", [{"packagingOption": "UNBRANDED"}, {"overbox": "REQUIRED"}], ids=str
)
def test_in_the_newer_version_packaging_that_can_not_be_had_is_a_constraint(
    api: Api, bulky: str, packaging: dict[str, str]
) -> None:
    body = {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": ADDRESS},
        "lineItems": [line_2026(), line_2026(bulky, item_id="2")],
        "fulfillmentConfiguration": {"services": {"packaging": packaging}},
    }
    found = api.post(f"{OUTBOUND_2026}/previews", body).json()

    (constraint,) = found["constraints"]
    assert constraint["code"] == "SKU_NOT_ELIGIBLE"
    assert constraint["details"] == [{"type": "amazonSku", "value": bulky}]
    offer = found["plannedShipments"][0]["offers"][0]
    assert packaging.items() <= offer["fulfillmentConfiguration"]["services"]["packaging"].items()


def test_in_the_newer_version_a_post_office_box_is_reached_at_standard_speed_only(api: Api) -> None:
    body = {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": {**ADDRESS, "addressLine1": "PO Box 12"}},
        "lineItems": [line_2026()],
    }
    found = api.post(f"{OUTBOUND_2026}/previews", body).json()

    (constraint,) = found["constraints"]
    assert constraint["code"] == "DeliverySLAUnavailable"
    assert constraint["details"] == [{"type": "serviceTier", "value": "EXPEDITED"}]
    assert len(found["plannedShipments"][0]["offers"]) == 1
