"""The seller's account and marketplaces."""

from __future__ import annotations

from tests.simulator.seller import Api


def test_the_seller_takes_part_in_several_marketplaces(api: Api) -> None:
    found = api.get("/sellers/v1/marketplaceParticipations").json()["payload"]

    countries = {each["marketplace"]["countryCode"] for each in found}
    assert {"US", "CA", "MX", "GB", "DE", "JP", "AU", "IN"} < countries


def test_the_account_is_a_fictional_company(api: Api) -> None:
    account = api.get("/sellers/v1/account").json()["payload"]

    assert "fictional" in account["business"]["name"]
    assert account["sellingPlan"] == "PROFESSIONAL"
