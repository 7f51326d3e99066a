"""What could be shipped: speeds, fees, dates, and the reasons when it can't."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.bodies import OFFER
from tests.simulator.seller import (
    ADDRESS,
    BOARD,
    INDIA,
    JAPAN,
    JAPANESE_ADDRESS,
    KETTLE,
    OUTBOUND,
    US,
    Api,
    error,
    line,
)

CENTRE = "fulfillmentPreviewShipments"


def ask(api: Api, **changes: Any) -> Any:
    body = {"address": ADDRESS, "items": [line()], **changes}
    return api.post(f"{OUTBOUND}/fulfillmentOrders/preview", body)


def previews(api: Api, **changes: Any) -> list[dict[str, Any]]:
    return ask(api, **changes).json()["payload"]["fulfillmentPreviews"]


def total(preview: dict[str, Any]) -> float:
    return sum(float(fee["amount"]["value"]) for fee in preview["estimatedFees"])


def sku_with(api: Api, **wanted: int) -> str:
    """A SKU whose ledger has exactly these quantities."""
    shelf = api.sim.world.stocks[US].values()
    return next(
        stock.product.seller_sku
        for stock in shelf
        if all(getattr(stock, name) == value for name, value in wanted.items())
    )


def test_in_the_united_states_three_speeds_are_offered(api: Api) -> None:
    found = previews(api)

    assert [each["shippingSpeedCategory"] for each in found] == [
        "Standard",
        "Expedited",
        "Priority",
    ]
    assert {each["isFulfillable"] for each in found} == {True}


def test_only_the_speeds_asked_for_are_shown(api: Api) -> None:
    found = previews(api, shippingSpeedCategories=["Priority", "Priority"])

    assert [each["shippingSpeedCategory"] for each in found] == ["Priority"]


def test_faster_costs_more_and_arrives_earlier(api: Api) -> None:
    standard, expedited, priority = previews(api)

    arrivals = [each[CENTRE][0]["latestArrivalDate"] for each in (standard, expedited, priority)]
    assert total(standard) < total(expedited) < total(priority)
    assert arrivals == sorted(arrivals, reverse=True)


def test_two_units_cost_more_than_one_and_less_than_twice_as_much(api: Api) -> None:
    one = previews(api)[0]
    two = previews(api, items=[line(quantity=2)])[0]

    assert total(one) < total(two) < 2 * total(one)


def test_lines_from_two_centres_travel_in_two_shipments(api: Api) -> None:
    shelf = api.sim.world.stocks[US]
    here = shelf[KETTLE].product.centre
    other = next(
        stock.product.seller_sku
        for stock in shelf.values()
        if stock.product.centre != here and stock.fulfillable
    )

    found = previews(api, items=[line(), line(other, item_id="2")])[0]

    assert len(found[CENTRE]) == 2


def test_a_preview_promises_units_that_are_still_in_transfer(api: Api) -> None:
    sku = sku_with(api, fulfillable=0, processing=2)

    assert previews(api, items=[line(sku)])[0]["isFulfillable"] is True


def test_what_is_out_of_stock_is_named_with_its_reason(api: Api) -> None:
    sku = sku_with(api, fulfillable=0, transfer=0, processing=0)

    found = previews(api, items=[line(), line(sku, item_id="2")])[0]

    assert found["isFulfillable"] is False
    assert found[CENTRE] == []
    assert found["unfulfillablePreviewItems"] == [
        {
            "sellerSku": sku,
            "quantity": 1,
            "sellerFulfillmentOrderItemId": "2",
            "itemUnfulfillableReasons": ["ItemQuantityNotAvailable"],
        }
    ]


def test_two_lines_of_one_sku_share_its_stock(api: Api) -> None:
    units = api.stock(BOARD)["fulfillableQuantity"]
    everything = api.sim.world.stocks[US][BOARD].on_record

    found = previews(api, items=[line(BOARD, units), line(BOARD, everything - units + 1, "2")])[0]

    short = found["unfulfillablePreviewItems"]
    assert [each["sellerFulfillmentOrderItemId"] for each in short] == ["2"]


@pytest.mark.parametrize(
    ("changes", "speed", "reason"),
    [
        ({"stateOrRegion": "AK", "postalCode": "99501"}, 2, "DeliverySLAUnavailable"),
        ({"postalCode": "ABC"}, 0, "InvalidDestinationAddress"),
        ({"postalCode": "00000"}, 0, "InvalidDestinationAddress"),
    ],
)
def test_an_address_can_be_out_of_reach(
    api: Api, changes: dict[str, str], speed: int, reason: str
) -> None:
    found = previews(api, address={**ADDRESS, **changes})[speed]

    assert found["isFulfillable"] is False
    assert found["orderUnfulfillableReasons"] == [reason]


def test_scheduled_delivery_is_unavailable_outside_japan(api: Api) -> None:
    found = previews(api, shippingSpeedCategories=["ScheduledDelivery"])[0]

    assert found["orderUnfulfillableReasons"] == ["DeliverySLAUnavailable"]


def test_in_japan_windows_for_delivery_are_offered_when_asked_for(api: Api) -> None:
    japan = {"marketplaceId": JAPAN, "address": JAPANESE_ADDRESS}

    without = previews(api, **japan)
    found = previews(api, **japan, includeDeliveryWindows=True)

    assert "scheduledDeliveryInfo" not in without[3]
    assert len(found[3]["scheduledDeliveryInfo"]["deliveryWindows"]) == 5
    assert "." not in found[0]["estimatedFees"][0]["amount"]["value"]


def test_in_india_a_preview_has_no_fees(api: Api) -> None:
    address = {**ADDRESS, "countryCode": "IN", "postalCode": "400001"}

    found = previews(api, marketplaceId=INDIA, address=address)[0]

    assert (found["isFulfillable"], found["estimatedFees"]) == (True, [])


def paid_on_delivery(preview: dict[str, Any]) -> tuple[bool, bool]:
    """Whether a preview is for cash on delivery, and whether it has the fee for it."""
    names = [fee["name"] for fee in preview["estimatedFees"]]
    return preview["isCODCapable"], "FBAFulfillmentCODFee" in names


def test_previews_for_cash_on_delivery_come_beside_the_others_and_have_a_fee(api: Api) -> None:
    japan = {
        "marketplaceId": JAPAN,
        "address": JAPANESE_ADDRESS,
        "shippingSpeedCategories": ["Standard"],
    }

    usual = previews(api, **japan)
    asked = previews(api, includeCODFulfillmentPreview=True, **japan)

    assert [paid_on_delivery(each) for each in usual] == [(False, False)]
    assert [paid_on_delivery(each) for each in asked] == [(False, False), (True, True)]


def test_in_the_united_states_nobody_pays_on_delivery(api: Api) -> None:
    assert previews(api, includeCODFulfillmentPreview=True) == previews(api)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": {**ADDRESS, "countryCode": None}},
         "The request must contain the parameter Address.CountryCode."),
        ({"address": None}, "missing: [Address]"),
        ({"items": "kettle"}, "parameter Items is invalid"),
        ({"items": [line("NO-SUCH-SKU")]}, "the SellerSKU for Item Id: 1 is invalid."),
        ({"shippingSpeedCategories": ["Soon"]}, "parameter ShippingSpeedCategories is invalid"),
        ({"shippingSpeedCategories": "Standard"}, "parameter ShippingSpeedCategories is invalid"),
    ],
)  # fmt: skip
def test_a_preview_that_makes_no_sense_is_refused(
    api: Api, changes: dict[str, Any], message: str
) -> None:
    status, code, text = error(ask(api, **changes))

    assert (status, code) == (400, "InvalidInput")
    assert message in text


def test_a_preview_reserves_nothing(api: Api) -> None:
    before = api.stock()

    previews(api, items=[line(quantity=3)])

    assert api.stock() == before


def offers(api: Api, **changes: Any) -> Any:
    return api.post(f"{OUTBOUND}/deliveryOffers", {**OFFER, **changes})


def test_a_product_in_stock_has_delivery_offers(api: Api) -> None:
    found = offers(api).json()["payload"]["deliveryOffers"]

    assert len(found) == 2
    assert found[0]["expiresAt"] == "2026-03-04T16:00:00Z"
    assert found[1]["dateRange"]["earliest"] < found[0]["dateRange"]["earliest"]
    assert found[0]["policy"]["message"] == {
        "text": "Get it as soon as Sat, Mar 07",
        "locale": "en_US",
    }


def test_more_than_there_is_has_no_offer(api: Api) -> None:
    product = {**OFFER["product"], "amount": {"unitOfMeasure": "Eaches", "value": "250.0"}}

    assert offers(api, product=product).json()["payload"]["deliveryOffers"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"product": None},
        {"product": {}},
        {"product": {"productIdentifier": {"merchantSku": "NO-SUCH-SKU"}}},
        {"product": {**OFFER["product"], "amount": {"unitOfMeasure": "Kilos", "value": "1"}}},
        {"product": {**OFFER["product"], "amount": {"unitOfMeasure": "Eaches", "value": "many"}}},
        {"product": {**OFFER["product"], "amount": {"unitOfMeasure": "Eaches", "value": "0"}}},
        {"terms": {**OFFER["terms"], "origin": {"countryCode": "DE"}}},
        {"terms": {**OFFER["terms"], "destination": {"deliveryAddress": {"postalCode": "1"}}}},
        {"terms": {**OFFER["terms"], "destination": {"phone": "1"}}},
    ],
)
def test_an_offer_request_that_makes_no_sense_is_refused(api: Api, changes: dict[str, Any]) -> None:
    assert error(offers(api, **changes))[:2] == (400, "InvalidInput")


def test_an_address_of_the_network_is_enough_for_an_offer(api: Api) -> None:
    terms = {**OFFER["terms"], "destination": {"ipAddress": "192.0.2.1"}}

    assert offers(api, terms=terms).status_code == 200


def test_a_few_products_ship_without_amazon_telling_the_fee(api: Api) -> None:
    shelf = api.sim.world.stocks[US].values()
    untold = next(
        stock.product.seller_sku
        for stock in shelf
        if stock.product.asin.endswith("S") and stock.fulfillable > 0
    )

    shown = previews(api, items=[line(sku=untold)])

    assert [preview["isFulfillable"] for preview in shown] == [True] * 3
    assert [preview["estimatedFees"] for preview in shown] == [None] * 3
