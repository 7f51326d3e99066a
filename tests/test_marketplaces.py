"""Amazon's marketplaces: endpoints, time zones, and whose stock is counted where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.marketplaces import (
    DEFAULT_MARKETPLACE,
    DEFAULT_REGION,
    ENDPOINTS,
    MARKETPLACES,
    SANDBOX_ENDPOINTS,
    Marketplace,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OF = {market.country_code: market for market in MARKETPLACES.values()}


@pytest.mark.parametrize("market", MARKETPLACES.values(), ids=lambda market: market.country_code)
class TestEveryMarketplace:
    def test_it_is_found_by_its_id_and_served_by_an_endpoint(self, market: Marketplace) -> None:
        assert MARKETPLACES[market.id] is market
        assert market.region in ENDPOINTS

    def test_its_currency_is_a_code_and_its_zone_exists(self, market: Marketplace) -> None:
        assert market.currency.isalpha()
        assert len(market.currency) == 3
        assert NOON.astimezone(market.zone).utcoffset() is not None

    def test_its_own_country_is_never_elsewhere(self, market: Marketplace) -> None:
        assert market.country_code not in market.elsewhere


def test_no_country_has_two_marketplaces() -> None:
    assert len(OF) == len(MARKETPLACES)


def test_the_default_is_the_united_states() -> None:
    assert MARKETPLACES[DEFAULT_MARKETPLACE].country_code == "US"
    assert MARKETPLACES[DEFAULT_MARKETPLACE].region == DEFAULT_REGION


def test_stock_in_the_european_union_is_one_sum() -> None:
    assert OF["DE"].pools_europe
    assert OF["DE"].elsewhere == OF["FR"].elsewhere
    assert {"FR", "IT", "PL"}.isdisjoint(OF["DE"].elsewhere)
    assert {"GB", "UK", "US"} <= OF["DE"].elsewhere


def test_stock_in_the_united_kingdom_is_its_own() -> None:
    assert not OF["GB"].pools_europe
    assert "DE" in OF["GB"].elsewhere
    assert {"GB", "UK"}.isdisjoint(OF["GB"].elsewhere)


@pytest.mark.parametrize(
    ("country", "offset_in_hours"), [("US", -8), ("DE", 1), ("JP", 9), ("AU", 8)]
)
def test_the_zone_is_that_of_the_countrys_latest_day(country: str, offset_in_hours: int) -> None:
    offset = NOON.astimezone(OF[country].zone).utcoffset()

    assert offset is not None
    assert offset.total_seconds() == offset_in_hours * 3600


def test_the_sandbox_has_an_endpoint_of_its_own_for_each_region() -> None:
    assert SANDBOX_ENDPOINTS["eu-west-1"] == "https://sandbox.sellingpartnerapi-eu.amazon.com"
    assert SANDBOX_ENDPOINTS.keys() == ENDPOINTS.keys()
