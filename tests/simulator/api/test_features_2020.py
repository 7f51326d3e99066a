"""Features, and the SKUs that can have them."""

from __future__ import annotations

import pytest

from tests.simulator.seller import JAPAN, KETTLE, OUTBOUND, US, Api, error

BRITAIN, GERMANY, AUSTRALIA = "A1F83G8C2ARO7P", "A1PA6795UKMFR9", "A39IBJ37TRP1C6"
BULKY = "LF-FLD-CHR-BLK"


def test_the_features_of_a_marketplace_are_listed(api: Api) -> None:
    here = api.get(f"{OUTBOUND}/features", marketplaceId=US).json()["payload"]["features"]
    there = api.get(f"{OUTBOUND}/features", marketplaceId=JAPAN).json()["payload"]["features"]

    assert [each["featureName"] for each in here if each["sellerEligible"]] == [
        "BLANK_BOX",
        "BLOCK_AMZL",
        "OVERBOX",
        "PACKING_SLIP",
        "SIGNATURE_CONFIRMATION",
        "DELIVER_TOGETHER",
    ]
    assert [each["featureName"] for each in there if not each["sellerEligible"]] == [
        "SIGNATURE_CONFIRMATION",
        "ADULT_SIGNATURE_CONFIRMATION",
        "PRIME_ELIGIBILITY",
    ]


@pytest.mark.parametrize("marketplace", [BRITAIN, GERMANY])
def test_europe_has_no_blank_box_and_blocks_no_carrier(api: Api, marketplace: str) -> None:
    there = api.get(f"{OUTBOUND}/features", marketplaceId=marketplace).json()["payload"]["features"]
    asked = api.get(f"{OUTBOUND}/features/inventory/BLANK_BOX", marketplaceId=marketplace)

    assert {each["featureName"] for each in there}.isdisjoint({"BLANK_BOX", "BLOCK_AMZL"})
    assert error(asked) == (400, "InvalidInput", "Region does not support feature: BLANK_BOX")


@pytest.mark.parametrize("path", ["features", "features/inventory/OVERBOX"])
def test_australia_has_no_features_at_all(api: Api, path: str) -> None:
    answer = api.get(f"{OUTBOUND}/{path}", marketplaceId=AUSTRALIA)

    assert error(answer) == (400, "InvalidInput", "API not available in region")


def test_the_skus_that_can_have_a_feature_come_in_pages(api: Api) -> None:
    path = f"{OUTBOUND}/features/inventory/BLANK_BOX"
    first = api.get(path, marketplaceId=US).json()["payload"]
    second = api.get(path, marketplaceId=US, nextToken=first["nextToken"]).json()["payload"]

    skus = [each["sellerSku"] for each in first["featureSkus"] + second["featureSkus"]]
    assert len(first["featureSkus"]) == 50
    assert second["nextToken"] is None
    assert BULKY not in skus
    assert len(set(skus)) == len(skus)


def test_only_the_skus_changed_since_a_time_are_listed(api: Api) -> None:
    api.wait(hours=1)
    api.place()
    path = f"{OUTBOUND}/features/inventory/BLANK_BOX"

    found = api.get(path, marketplaceId=US, queryStartDate="2026-03-04T15:30:00Z").json()["payload"]

    assert [each["sellerSku"] for each in found["featureSkus"]] == [KETTLE]


@pytest.mark.parametrize(
    ("sku", "eligible", "reasons"),
    [
        (KETTLE, True, []),
        (BULKY, False, ["SKU_NOT_ELIGIBLE"]),
        ("NO-SUCH-SKU", False, ["INVALID_SKU"]),
    ],
)
def test_one_sku_can_be_asked_about(api: Api, sku: str, eligible: bool, reasons: list[str]) -> None:
    path = f"{OUTBOUND}/features/inventory/BLANK_BOX/{sku}"
    found = api.get(path, marketplaceId=US).json()["payload"]

    assert (found["isEligible"], found["ineligibleReasons"]) == (eligible, reasons)
    assert ("skuCount" in found) is eligible


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        ("features", {}, "The request must contain a valid marketplace."),
        ("features/inventory/GOLD", {"marketplaceId": US}, "The request must contain a valid Fea"),
        ("features/inventory/BLANK_BOX", {"marketplaceId": US, "nextToken": "x"}, "NextToken"),
        ("features/inventory/BLANK_BOX", {"marketplaceId": US, "nextToken": "e30="}, "NextToken"),
        ("features/inventory/BLANK_BOX", {"marketplaceId": US, "queryStartDate": "x"}, "ISO8601"),
    ],
)
def test_feature_requests_are_judged(
    api: Api, path: str, params: dict[str, str], message: str
) -> None:
    status, _, text = error(api.get(f"{OUTBOUND}/{path}", **params))

    assert status == 400
    assert message in text
