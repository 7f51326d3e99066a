"""Which requests of version 2020-07-01 are refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import (
    ADDRESS,
    GERMANY,
    INDIA,
    JAPAN,
    JAPANESE_ADDRESS,
    OUTBOUND,
    Api,
    error,
    line,
    order_body,
)

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


WINDOW = {"startDate": "2026-03-08T00:00:00Z", "endDate": "2026-03-08T02:00:00Z"}


PAYMENT = {
    "paymentTransactionId": "P-1",
    "paymentMode": "Online",
    "paymentDate": "2026-03-04T14:00:00Z",
}


RUPEES = {"currencyCode": "INR", "value": "100.00"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"items": []}, "The following required parameters are missing: [Items]"),
        ({"displayableOrderId": None, "displayableOrderComment": ""},
         "parameters are missing: [DisplayableOrderId, DisplayableOrderComment]"),
        ({"destinationAddress": {**ADDRESS, "city": None, "postalCode": ""}},
         "The following required parameters are missing: [PostalCode, City]"),
        ({"destinationAddress": {**ADDRESS, "countryCode": None}},
         "Value  for parameter CountryCode is invalid. Reason: InvalidValue."),
        ({"destinationAddress": {**ADDRESS, "countryCode": "us"}}, "Value us for parameter Cou"),
        ({"destinationAddress": [ADDRESS]}, "Value  for parameter DestinationAddress is invalid"),
        ({"displayableOrderDate": "today"}, "timestamp must follow ISO8601"),
        ({"displayableOrderDate": 5}, "timestamp must follow ISO8601"),
        ({"displayableOrderId": "x" * 41}, "parameter DisplayableOrderId is invalid"),
        ({"displayableOrderId": "two  spaces"}, "parameter DisplayableOrderId is invalid"),
        ({"displayableOrderId": "日本"}, "parameter DisplayableOrderId is invalid"),
        ({"displayableOrderComment": "x" * 751}, "parameter DisplayableOrderComment is invalid"),
        ({"shippingSpeedCategory": "Overnight"}, "Value Overnight for parameter ShippingSpeed"),
        ({"shippingSpeedCategory": "ScheduledDelivery"}, "parameter ShippingSpeedCategory is inv"),
        ({"fulfillmentAction": "Wait"}, "parameter FulfillmentAction is invalid"),
        ({"fulfillmentPolicy": "FillNone"}, "parameter FulfillmentPolicy is invalid"),
        ({"notificationEmails": ["x" * 65]}, "parameter NotificationEmails is invalid"),
        ({"notificationEmails": "maren@example.com"}, "parameter NotificationEmails is invalid"),
        ({"featureConstraints": [{"featureName": "GOLD_BOX"}]}, "Must be BLANK_BOX or BLOCK_AMZL"),
        ({"featureConstraints": [{"featureName": "BLANK_BOX",
                                  "featureFulfillmentPolicy": "Perhaps"}]}, "Value Perhaps"),
        ({"marketplaceId": "NOWHERE"}, "Value  for parameter SellerId is invalid."),
        ({"shipFromCountryCode": "ZZ"}, "Value  for parameter SellerId is invalid."),
        ({"codSettings": {}}, "missing: [IsCodRequired]"),
        ({"codSettings": {"isCodRequired": "yes"}}, "parameter IsCodRequired is invalid"),
        ({"deliveryPreferences": {"deliveryInstructions": "x" * 251}}, "DeliveryInstructions"),
        ({"deliveryPreferences": {"dropOffLocation": {"type": "ROOF"}}}, "Value ROOF"),
        ({"deliveryPreferences": {"dropOffLocation": {
            "type": "FALLBACK_NEIGHBOR_DELIVERY", "attributes": {"neighborName": "Theo"}}}},
         "missing: [HouseNumber]"),
        ({"deliveryPreferences": {"dropOffLocation": {"type": "GARAGE", "attributes": {"a": 1}}}},
         "parameter Attributes is invalid"),
        ({"deliveryWindow": {"startDate": WINDOW["endDate"], "endDate": WINDOW["startDate"]}},
         "parameter DeliveryWindow is invalid"),
        ({"items": [line("NO-SUCH-SKU")]}, "the SellerSKU for Item Id: 1 is invalid."),
        ({"items": [line(quantity=0)]}, "Value 0 for parameter Quantity is invalid"),
        ({"items": [line(quantity="2")]}, "Value  for parameter Quantity is invalid"),
        ({"items": [line(quantity=True)]}, "parameter Quantity is invalid"),
        ({"items": [line(quantity=251)]}, "at most 250 units"),
        ({"items": [line(), line()]}, "Value 1 for parameter Items.SellerFulfillmentOrderItemId"),
        ({"items": [line(item_id=str(n)) for n in range(101)]}, "at most 100 line items"),
        ({"items": [line(giftMessage="x" * 513)]}, "parameter GiftMessage is invalid"),
        ({"items": [line(displayableComment="x" * 251)]}, "parameter DisplayableComment is inv"),
        ({"items": [line(perUnitPrice={"currencyCode": "USD", "value": 5})]},
         "missing value for decimal type"),
        ({"items": [line(perUnitPrice={"currencyCode": "USD", "value": "1e99999999999999999999"})]},
         "missing value for decimal type"),
        ({"items": [line(perUnitPrice={"value": "5"})]}, "missing: [CurrencyCode]"),
    ],
)  # fmt: skip
def test_an_order_that_breaks_a_rule_is_refused_in_amazons_words(
    api: Api, changes: dict[str, Any], message: str
) -> None:
    status, code, text = error(api.place(**changes))

    assert (status, code) == (400, "InvalidInput")
    assert message in text
    assert error(api.get(f"{ORDERS}/T-1"))[2] == "Requested order 'T-1' not found"


def test_in_japan_a_city_must_not_be_given(api: Api) -> None:
    address = {**JAPANESE_ADDRESS, "city": "Tokyo"}

    response = api.place(marketplaceId=JAPAN, destinationAddress=address)

    assert "parameter City is invalid" in error(response)[2]


def test_in_japan_delivery_can_be_scheduled(api: Api) -> None:
    response = api.place(
        marketplaceId=JAPAN,
        destinationAddress=JAPANESE_ADDRESS,
        shippingSpeedCategory="ScheduledDelivery",
        deliveryWindow=WINDOW,
        deliveryPreferences={
            "deliveryInstructions": "Ring twice",
            "dropOffLocation": {"type": "DELIVERY_BOX"},
        },
    )

    assert response.status_code == 200
    assert api.order()["fulfillmentOrder"]["deliveryWindow"] == WINDOW


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"deliveryWindow": None}, "missing: [DeliveryWindow]"),
        ({"fulfillmentAction": "Hold"}, "parameter FulfillmentAction is invalid"),
    ],
)
def test_scheduled_delivery_needs_a_window_and_cannot_be_held(
    api: Api, changes: dict[str, Any], message: str
) -> None:
    scheduled = {
        "marketplaceId": JAPAN,
        "destinationAddress": JAPANESE_ADDRESS,
        "shippingSpeedCategory": "ScheduledDelivery",
        "deliveryWindow": WINDOW,
    }

    assert message in error(api.place(**{**scheduled, **changes}))[2]


def test_in_india_payment_and_declared_values_are_needed(api: Api) -> None:
    address = {**ADDRESS, "countryCode": "IN", "postalCode": "400001"}
    order = {"marketplaceId": INDIA, "destinationAddress": address}

    unpaid = api.place(**order)
    undeclared = api.place(**order, paymentInformation=[PAYMENT])
    good = api.place(
        **order, paymentInformation=[PAYMENT], items=[line(perUnitDeclaredValue=RUPEES)]
    )

    assert "missing: [PaymentInformation]" in error(unpaid)[2]
    assert "missing: [PerUnitDeclaredValue]" in error(undeclared)[2]
    assert good.status_code == 200
    assert api.order()["paymentInformation"] == [PAYMENT]


def test_a_signature_is_taken_in_the_united_states_only(api: Api) -> None:
    signature = [{"featureName": "SIGNATURE_CONFIRMATION", "featureFulfillmentPolicy": "Required"}]

    abroad = api.place(
        marketplaceId=JAPAN, destinationAddress=JAPANESE_ADDRESS, featureConstraints=signature
    )

    assert error(abroad)[0] == 400
    assert api.place(featureConstraints=signature).status_code == 200


def test_the_country_shipped_from_names_the_marketplace(api: Api) -> None:
    api.place(shipFromCountryCode="JP", destinationAddress=JAPANESE_ADDRESS)

    assert api.order()["fulfillmentOrder"]["marketplaceId"] == JAPAN


GERMAN_ADDRESS = {
    "name": "Elin Rosendahl",
    "addressLine1": "Beispielweg 3",
    "city": "Leipzig",
    "postalCode": "04103",
    "countryCode": "DE",
}


def test_an_order_to_europe_must_say_where_it_is_shipped_from(api: Api) -> None:
    nowhere = api.place(destinationAddress=GERMAN_ADDRESS)
    named = api.place("T-2", destinationAddress=GERMAN_ADDRESS, marketplaceId=GERMANY)
    shipped = api.place("T-3", destinationAddress=GERMAN_ADDRESS, shipFromCountryCode="DE")

    assert error(nowhere)[2] == "Value  for parameter SellerId is invalid. Reason: InvalidValue."
    assert (named.status_code, shipped.status_code) == (200, 200)
    assert api.order("T-3")["fulfillmentOrder"]["marketplaceId"] == GERMANY


def test_an_order_body_may_carry_keys_amazon_does_not_know(api: Api) -> None:
    response = api.post(ORDERS, {**order_body(), "marketplaceIds": "X", "nonsense": [1]})

    assert response.status_code == 200
