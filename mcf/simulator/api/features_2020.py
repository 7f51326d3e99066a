"""Features of Fulfillment Outbound 2020-07-01: which there are, and which SKUs can have them."""

from __future__ import annotations

from itertools import islice

from mcf.simulator.api import regions
from mcf.simulator.api.forms import Answer, Json, Refusal, invalid
from mcf.simulator.api.operations import Backend, Call, Operation
from mcf.simulator.api.outbound_2020 import BASE, PLAN
from mcf.simulator.clock import parse_iso
from mcf.simulator.world.marketplaces import MARKETPLACES, US, Marketplace
from mcf.simulator.world.previews import NOT_ELIGIBLE, can_have
from mcf.simulator.world.stock import Stock

PAGE_SIZE = 50


def get_features(_backend: Backend, call: Call) -> Answer:
    """The features of a marketplace, and whether the seller may use each."""
    place = MARKETPLACES[_marketplace(call)]
    if not regions.has_features(place):
        raise regions.no_features()
    listed = [
        {
            "featureName": name,
            "featureDescription": description,
            "sellerEligible": _may_have(name, place),
            **({"schema": regions.SCHEMA} if name in regions.BY_INVITATION else {}),
        }
        for name, description in regions.FEATURES.items()
        if regions.is_offered(name, place)
    ]
    return Answer(body={"payload": {"features": listed}})


def _may_have(feature: str, place: Marketplace) -> bool:
    signature = feature == "SIGNATURE_CONFIRMATION"
    return feature not in regions.BY_INVITATION and (not signature or place is US)


def get_feature_inventory(backend: Backend, call: Call) -> Answer:
    """One page of the SKUs that can have a feature, in the order of their SKUs."""
    marketplace_id, feature = _marketplace(call), _feature(call)
    shelf = backend.world.stocks[marketplace_id]
    after = _after(backend, call)
    stocks = (shelf[sku] for sku in backend.world.sorted_skus(marketplace_id) if sku > after)
    eligible = (stock for stock in stocks if can_have(stock, feature))
    if text := call.text("queryStartDate"):
        since = parse_iso(text)
        if since is None:
            raise Refusal("timestamp must follow ISO8601")
        eligible = (stock for stock in eligible if stock.updated >= since)
    page = list(islice(eligible, PAGE_SIZE + 1))
    payload: Json = {
        "marketplaceId": marketplace_id,
        "featureName": feature,
        "nextToken": None,
        "featureSkus": [{**_sku(stock), "overlappingSkus": []} for stock in page[:PAGE_SIZE]],
    }
    if len(page) > PAGE_SIZE:
        last = page[PAGE_SIZE - 1].product.seller_sku
        payload["nextToken"] = backend.order_pages.issue(after=last)
    return Answer(body={"payload": payload})


def get_feature_sku(backend: Backend, call: Call) -> Answer:
    """Whether one SKU can have a feature, and why not."""
    marketplace_id, feature = _marketplace(call), _feature(call)
    stock = backend.world.find_stock(marketplace_id, call.path["sellerSku"])
    reasons = _ineligible(stock, feature)
    payload: Json = {
        "marketplaceId": marketplace_id,
        "featureName": feature,
        "isEligible": not reasons,
        "ineligibleReasons": reasons,
        **(_sku(stock) if stock and not reasons else {}),
    }
    return Answer(body={"payload": payload})


def _ineligible(stock: Stock | None, feature: str) -> list[str]:
    if stock is None:
        return ["INVALID_SKU"]
    return [] if can_have(stock, feature) else [NOT_ELIGIBLE]


def _sku(stock: Stock) -> Json:
    product = stock.product
    return {
        "sellerSku": product.seller_sku,
        "fnSku": product.fn_sku,
        "asin": product.asin,
        "skuCount": stock.fulfillable,
    }


def _after(backend: Backend, call: Call) -> str:
    token = call.text("nextToken")
    if not token:
        return ""
    place = backend.order_pages.redeem(token)
    if place is None or "after" not in place:
        raise invalid("NextToken", token)
    return str(place["after"])


def _marketplace(call: Call) -> str:
    marketplace_id = call.text("marketplaceId")
    if marketplace_id not in MARKETPLACES:
        raise Refusal("The request must contain a valid marketplace.")
    return marketplace_id


def _feature(call: Call) -> str:
    feature, place = call.path["featureName"], MARKETPLACES[_marketplace(call)]
    if not regions.has_features(place):
        raise regions.no_features()
    if feature not in regions.FEATURES:
        raise Refusal("The request must contain a valid Feature")
    if not regions.is_offered(feature, place):
        raise regions.unsupported(feature)
    return feature


_INVENTORY = f"{BASE}/features/inventory/{{featureName}}"

OPERATIONS = (
    Operation("getFeatures", "GET", f"{BASE}/features", PLAN, get_features),
    Operation("getFeatureInventory", "GET", _INVENTORY, PLAN, get_feature_inventory),
    Operation("getFeatureSKU", "GET", f"{_INVENTORY}/{{sellerSku}}", PLAN, get_feature_sku),
)
