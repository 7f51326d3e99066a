"""Previews and offers of version 2026-07-04."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults import kinds as faults
from tests.simulator.seller import (
    ADDRESS,
    INDIA,
    KETTLE,
    OUTBOUND,
    OUTBOUND_2026,
    US,
    Api,
    error,
    line,
)


def preview(api: Api, **changes: Any) -> Any:
    body = {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": ADDRESS},
        "lineItems": [
            {"product": {"productIdentifier": {"amazonSku": KETTLE}}, "amount": {"value": "2.0"}}
        ],
        **changes,
    }
    return api.post(f"{OUTBOUND_2026}/previews", body)


def test_a_preview_plans_shipments_with_offers(api: Api) -> None:
    found = preview(api).json()

    shipment = found["plannedShipments"][0]
    tiers = [
        each["fulfillmentConfiguration"]["serviceLevel"]["serviceTier"]
        for each in shipment["offers"]
    ]
    assert tiers == ["STANDARD", "EXPEDITED"]
    assert shipment["items"][0]["amount"] == {"unit": "EACHES", "value": "2.0"}
    assert found["constraints"] == []


def test_a_price_is_the_sum_of_its_parts_and_the_same_in_both_versions(api: Api) -> None:
    price = preview(api).json()["plannedShipments"][0]["offers"][0]["estimatedPrice"]
    old = api.post(
        f"{OUTBOUND}/fulfillmentOrders/preview", {"address": ADDRESS, "items": [line(quantity=2)]}
    ).json()["payload"]["fulfillmentPreviews"][0]["estimatedFees"]

    parts = [each["value"]["amount"] for each in price["rollupPrices"]]
    assert round(sum(map(float, parts)), 2) == float(price["totalPrice"]["amount"])
    assert parts == [fee["amount"]["value"] for fee in old]


def test_fees_can_be_left_out_and_cash_on_delivery_asked_about(api: Api) -> None:
    offer = preview(api, excludeEstimatedFees=True, includePaymentOnDelivery=True).json()[
        "plannedShipments"
    ][0]["offers"][0]

    assert "estimatedPrice" not in offer
    services = offer["fulfillmentConfiguration"]["services"]
    assert services["delivery"] == {"paymentOnDelivery": "DISABLED"}


def test_in_india_one_can_pay_on_delivery(api: Api) -> None:
    found = preview(
        api,
        origin={"countryCode": "IN"},
        destination={"deliveryAddress": {**ADDRESS, "countryCode": "IN", "postalCode": "400001"}},
        includePaymentOnDelivery=True,
    ).json()

    offer = found["plannedShipments"][0]["offers"][0]
    services = offer["fulfillmentConfiguration"]["services"]
    assert services["delivery"] == {"paymentOnDelivery": "ENABLED"}


def test_what_is_short_is_a_constraint(api: Api) -> None:
    everything = api.sim.world.stocks[US][KETTLE].on_record
    short = {
        "product": {"productIdentifier": {"amazonSku": KETTLE}},
        "amount": {"value": f"{everything + 1}"},
    }

    found = preview(api, lineItems=[short]).json()

    assert found["plannedShipments"] == []
    assert found["constraints"][0]["code"] == "ItemQuantityNotAvailable"


def test_an_address_out_of_reach_is_a_constraint(api: Api) -> None:
    address = {**ADDRESS, "postalCode": "nowhere"}

    found = preview(api, destination={"deliveryAddress": address}).json()

    assert found["plannedShipments"] == []
    assert {each["code"] for each in found["constraints"]} == {"InvalidDestinationAddress"}


def test_in_india_there_are_no_fees_and_a_priority_tier(api: Api) -> None:
    address = {**ADDRESS, "countryCode": "IN", "postalCode": "400001"}
    assert api.sim.world.stocks[INDIA]

    found = preview(
        api, origin={"countryCode": "IN"}, destination={"deliveryAddress": address}
    ).json()

    offers = found["plannedShipments"][0]["offers"]
    assert len(offers) == 3
    assert "estimatedPrice" not in offers[0]


def offers(api: Api, **changes: Any) -> Any:
    body = {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": {"countryCode": "US", "postalCode": "98103"}},
        "items": [{"productIdentifier": {"amazonSku": KETTLE}}],
        **changes,
    }
    return api.post(f"{OUTBOUND_2026}/offers", body)


def test_products_have_offers_and_unknown_ones_constraints(api: Api) -> None:
    items = [
        {"productIdentifier": {"amazonSku": KETTLE}},
        {"productIdentifier": {"amazonSku": "NO-SUCH-SKU"}},
    ]

    good, bad = offers(api, items=items).json()["offerResults"]

    assert good["offers"][0]["expiryTime"] == "2026-03-04T16:00:00Z"
    assert len(good["offers"]) == 2
    assert "constraints" not in good
    assert bad["offers"] == []
    assert bad["constraints"][0]["code"] == "ItemQuantityNotAvailable"


def test_one_tier_can_be_asked_for(api: Api) -> None:
    level = {"serviceLevel": {"serviceTiers": ["EXPEDITED"]}}

    found = offers(api, fulfillmentConfiguration=level, destination=None).json()["offerResults"]

    assert len(found[0]["offers"]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"items": []},
        {"items": [{}]},
        {"origin": {}},
        {"destination": {"deliveryAddress": {"countryCode": "US"}}},
    ],
)
def test_an_offer_request_that_makes_no_sense_is_refused(api: Api, changes: dict[str, Any]) -> None:
    assert error(offers(api, **changes))[0] == 400


def test_fees_can_be_missing_from_a_preview_of_the_newer_version(api: Api) -> None:
    api.sim.faults.add(faults.FeesMissing())

    answer = preview(api).json()

    offers = [offer for planned in answer["plannedShipments"] for offer in planned["offers"]]
    assert offers
    assert not any("estimatedPrice" in offer for offer in offers)
