"""Sellers v1: who the simulated seller is and where they sell.

https://developer-docs.amazon.com/sp-api/docs/sellers-api-v1-reference
"""

from __future__ import annotations

from mcf.simulator.api.forms import Answer, Json
from mcf.simulator.api.operations import Backend, Call, Operation, Plan
from mcf.simulator.demo_shop.catalog import BRAND
from mcf.simulator.world.marketplaces import MARKETPLACES, Marketplace

PLAN = Plan(rate=0.016, burst=15)


def get_marketplace_participations(_backend: Backend, _call: Call) -> Answer:
    """The marketplaces the seller takes part in."""
    return Answer(body={"payload": [_participation(each) for each in MARKETPLACES.values()]})


def get_account(_backend: Backend, _call: Call) -> Answer:
    """The seller's fictional company."""
    address = {
        "addressLine1": "12 Example Wharf",
        "city": "Portland",
        "stateOrProvinceCode": "ME",
        "postalCode": "04101",
        "countryCode": "US",
    }
    payload: Json = {
        "marketplaceParticipationList": [_participation(place) for place in MARKETPLACES.values()],
        "businessType": "PRIVATE_LIMITED",
        "sellingPlan": "PROFESSIONAL",
        "business": {"name": f"{BRAND} Goods (fictional)", "registeredBusinessAddress": address},
        "primaryContact": {"name": "Maren Fairweather", "address": address},
    }
    return Answer(body={"payload": payload})


def _participation(place: Marketplace) -> Json:
    return {
        "marketplace": {
            "id": place.id,
            "name": place.name,
            "countryCode": place.country,
            "defaultCurrencyCode": place.currency,
            "defaultLanguageCode": place.language,
            "domainName": place.domain,
        },
        "storeName": BRAND,
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
    }


OPERATIONS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        PLAN,
        get_marketplace_participations,
    ),
    Operation("getAccount", "GET", "/sellers/v1/account", PLAN, get_account),
)
