"""Which requests of version 2026-07-04 are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import (
    ADDRESS,
    Api,
    error,
    line_2026,
    place_2026,
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lineItems": []}, "missing: [LineItems]"),
        ({"destination": {"deliveryNotes": "x"}}, "missing: [DeliveryAddress]"),
        ({"origin": {"countryCode": "ZZ"}}, "parameter SellerId"),
        ({"origin": {"city": "x"}}, "missing: [CountryCode]"),
        ({"orderId": "x" * 41}, "parameter OrderId"),
        ({"channel": "x" * 41}, "parameter Channel"),
        ({"fulfillmentConfiguration": {"action": "WAIT"}}, "Value WAIT for parameter action"),
        ({"fulfillmentConfiguration": {"policy": "FillAll"}}, "Value FillAll for parameter"),
        ({"fulfillmentConfiguration": {"serviceLevel": {"serviceTiers": ["PRIORITY"]}}},
         "Value PRIORITY for parameter ServiceTiers"),
        ({"fulfillmentConfiguration": {"serviceLevel": {"deliveryInterval": {
            "startTime": "2026-03-08T00:00:00Z", "endTime": "2026-03-07T00:00:00Z"}}}},
         "parameter DeliveryInterval"),
        ({"fulfillmentConfiguration": {"services": {"packaging": {"packagingOption": "GOLD"}}}},
         "Value GOLD for parameter PackagingOption"),
        ({"lineItems": [line_2026(units="1.5")]}, "Value 1.5 for parameter Amount"),
        ({"lineItems": [line_2026(units="0")]}, "Value 0 for parameter Amount"),
        ({"lineItems": [line_2026(units="NaN")]}, "Value NaN for parameter Amount"),
        ({"lineItems": [line_2026(), line_2026()]}, "SellerFulfillmentOrderItemId"),
        ({"lineItems": [line_2026("NO-SUCH-SKU")]}, "the SellerSKU for Item Id: 1 is invalid."),
        ({"destination": {"deliveryAddress": ADDRESS, "dropOffLocation": {"type": "ROOF"}}},
         "Value ROOF"),
    ],
)  # fmt: skip
def test_an_order_that_breaks_a_rule_is_refused(
    api: Api, changes: dict[str, Any], message: str
) -> None:
    status, code, text = error(place_2026(api, **changes))

    assert (status, code) == (400, "InvalidInput")
    assert message in text


def test_without_an_origin_an_order_ships_from_the_united_states(api: Api) -> None:
    found = place_2026(api, origin=None).json()["order"]

    assert found["origin"] == {"countryCode": "US"}


def test_scheduled_orders_are_for_japan(api: Api) -> None:
    interval = {"startTime": "2026-03-08T00:00:00Z", "endTime": "2026-03-08T02:00:00Z"}
    level = {"serviceTiers": ["SCHEDULED"], "deliveryInterval": interval}
    address = {"name": "Keiko", "addressLine1": "1-2-3", "postalCode": "1", "countryCode": "JP"}

    response = place_2026(
        api,
        origin={"countryCode": "JP"},
        destination={"deliveryAddress": address},
        fulfillmentConfiguration={"serviceLevel": level},
    )

    assert response.json()["order"]["fulfillmentConfiguration"]["serviceLevel"] == level
