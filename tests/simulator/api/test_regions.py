"""What Amazon refuses in one region and takes in another, in the words that were recorded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import ADDRESS, OUTBOUND, OUTBOUND_2026, Api, error, line, order_body

US, CANADA, BRITAIN = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1F83G8C2ARO7P"
GERMANY, FRANCE, AUSTRALIA = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A39IBJ37TRP1C6"
BULKY = "LF-FLD-CHR-BLK"


def sku_in(api: Api, marketplace: str) -> str:
    return next(iter(api.sim.world.stocks[marketplace]))


def sent(api: Api, marketplace: str, country: str, **changes: Any) -> tuple[int, str, str]:
    """What comes of a preview of an order from a marketplace to a country."""
    body = {
        "marketplaceId": marketplace,
        "address": {**ADDRESS, "countryCode": country},
        "items": [line(sku_in(api, marketplace))],
        **changes,
    }
    answer = api.post(f"{OUTBOUND}/fulfillmentOrders/preview", body)
    return (200, "", "") if answer.status_code == 200 else error(answer)


def wish(name: str, policy: str = "Required") -> list[dict[str, str]]:
    return [{"featureName": name, "featureFulfillmentPolicy": policy}]


@pytest.mark.parametrize("marketplace", [BRITAIN, GERMANY, FRANCE, AUSTRALIA])
@pytest.mark.parametrize("feature", ["BLANK_BOX", "BLOCK_AMZL"])
def test_a_feature_of_america_is_refused_elsewhere(
    api: Api, marketplace: str, feature: str
) -> None:
    found = sent(api, marketplace, "US", featureConstraints=wish(feature))

    assert found == (400, "InvalidInput", f"Region does not support feature: {feature}")
    assert sent(api, marketplace, "US", featureConstraints=wish(feature, "NotRequired"))[0] == 200


@pytest.mark.parametrize("feature", ["BLANK_BOX", "BLOCK_AMZL", "OVERBOX", "PRIME_ELIGIBILITY"])
def test_america_has_them(api: Api, feature: str) -> None:
    assert sent(api, US, "US", featureConstraints=wish(feature))[0] == 200


@pytest.mark.parametrize(
    ("marketplace", "country", "text"),
    [
        (GERMANY, "GB", "This order cannot be fulfilled due to Brexit"),
        (BRITAIN, "FR", "This order cannot be fulfilled due to Brexit"),
        (GERMANY, "FR", ""),
        (BRITAIN, "GB", ""),
        (US, "CA", ""),
    ],
)
def test_goods_do_not_cross_the_border_of_the_union(
    api: Api, marketplace: str, country: str, text: str
) -> None:
    assert sent(api, marketplace, country)[2].startswith(text)


@pytest.mark.parametrize(("country", "text"), [("CA", "Value NotEligibleForExport"), ("US", "")])
def test_bulky_goods_stay_in_their_country(api: Api, country: str, text: str) -> None:
    assert sent(api, US, country, items=[line(BULKY)])[2].startswith(text)


def test_an_order_is_refused_like_its_preview(api: Api) -> None:
    body = order_body(destinationAddress={**ADDRESS, "countryCode": "CA"}, items=[line(BULKY)])

    found = error(api.post(f"{OUTBOUND}/fulfillmentOrders", body))

    assert found == (
        400,
        "InvalidInput",
        "Value NotEligibleForExport for parameter Item is invalid",
    )
    assert "T-1" not in api.sim.world.orders


@pytest.mark.parametrize(
    ("marketplace", "field", "currency", "text"),
    [
        (CANADA, "perUnitDeclaredValue", "USD", "has a value of USD, was expecting CAD"),
        (BRITAIN, "perUnitDeclaredValue", "USD", "has a value of USD, was expecting GBP"),
        (CANADA, "perUnitDeclaredValue", "CAD", ""),
        (US, "perUnitPrice", "CAD", "The following parameters are invalid: {PerUnitPrice=}"),
        (US, "perUnitPrice", "USD", ""),
    ],
)
def test_values_are_in_the_marketplaces_currency(
    api: Api, marketplace: str, field: str, currency: str, text: str
) -> None:
    money = {field: {"currencyCode": currency, "value": "5.00"}}

    found = sent(api, marketplace, "US", items=[line(sku_in(api, marketplace), **money)])

    assert text in found[2]


def test_the_newer_version_refuses_the_same(api: Api) -> None:
    sku = sku_in(api, GERMANY)
    body = {
        "origin": {"countryCode": "DE"},
        "destination": {"deliveryAddress": {**ADDRESS, "countryCode": "GB"}},
        "lineItems": [
            {"product": {"productIdentifier": {"amazonSku": sku}}, "amount": {"value": "1.0"}}
        ],
    }

    found = error(api.post(f"{OUTBOUND_2026}/previews", body))

    assert found[2].startswith("This order cannot be fulfilled due to Brexit")
