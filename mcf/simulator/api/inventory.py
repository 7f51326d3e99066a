"""FBA Inventory v1.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-api-v1-reference
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from mcf.simulator.api.forms import Answer, Json, Refusal
from mcf.simulator.api.operations import Backend, Call, Operation, Plan
from mcf.simulator.clock import iso, parse_iso
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.stock import Stock

PAGE_SIZE = 50
MOST_SKUS = 50
LOOK_BACK = timedelta(days=18 * 30.5)
CAUSES = (
    "customerDamaged",
    "warehouseDamaged",
    "distributorDamaged",
    "carrierDamaged",
    "defective",
    "expired",
)
_BAD_REQUEST = "Invalid request, please check your input."
_BAD_PAGE = "Next token is invalid or expired"


def get_inventory_summaries(backend: Backend, call: Call) -> Answer:
    """One page of a marketplace's stock: all of it, what changed since a time, or some SKUs."""
    marketplace_id = _marketplace(call)
    since = _since(backend, call)
    after = _position(backend, call, since)
    page = list(islice(_select(backend, call, marketplace_id, since, after), PAGE_SIZE + 1))
    details = call.text("details").lower() == "true"
    body: Json = {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": marketplace_id},
            "inventorySummaries": [summary(stock, details) for stock in page[:PAGE_SIZE]],
        }
    }
    if len(page) > PAGE_SIZE:
        last = page[PAGE_SIZE - 1].product.seller_sku
        since_text = call.text("startDateTime")
        body["pagination"] = {"nextToken": backend.stock_pages.issue(after=last, since=since_text)}
    return Answer(body=body)


def _marketplace(call: Call) -> str:
    wanted = call.texts("marketplaceIds")
    if call.text("granularityType") != "Marketplace" or not wanted or len(wanted) > 1:
        raise Refusal(_BAD_REQUEST)
    if wanted[0] not in MARKETPLACES or call.text("granularityId") != wanted[0]:
        raise Refusal(_BAD_REQUEST)
    return wanted[0]


def _since(backend: Backend, call: Call) -> datetime | None:
    text = call.text("startDateTime")
    if not text:
        return None
    since = parse_iso(text)
    if since is None:
        # https://github.com/amzn/selling-partner-api-docs/issues/1595
        raise Refusal("Query parameter [startDateTime] value is not a valid ISO date-time object")
    if since < backend.world.now - LOOK_BACK:
        # https://github.com/amzn/selling-partner-api-models/issues/358
        raise Refusal("Query startDateTime cannot not be earlier than 19")
    return since


def _position(backend: Backend, call: Call, since: datetime | None) -> str:
    """The SKU after which the page begins; a page token must come with its startDateTime."""
    token = call.text("nextToken")
    if not token:
        return ""
    place = backend.stock_pages.redeem(token)
    if place is None or parse_iso(str(place.get("since"))) != since:
        raise Refusal(_BAD_PAGE)
    return str(place.get("after"))


def _select(
    backend: Backend, call: Call, marketplace_id: str, since: datetime | None, after: str
) -> Iterable[Stock]:
    """startDateTime wins over sellerSkus, which wins over sellerSku."""
    shelf = backend.world.stocks[marketplace_id]
    skus = backend.world.sorted_skus(marketplace_id)
    if since is None and (wanted := call.texts("sellerSkus")):
        if len(wanted) > MOST_SKUS:
            raise Refusal(_BAD_REQUEST)
        skus = sorted(sku for sku in set(wanted) if sku in shelf)
    elif since is None and (one := call.text("sellerSku")):
        skus = [one] if one in shelf else []
    stocks = (shelf[sku] for sku in islice(skus, bisect_right(skus, after), None))
    return stocks if since is None else (stock for stock in stocks if stock.updated >= since)


def summary(stock: Stock, details: bool) -> Json:
    """The stock of one SKU, with the places of its units when `details` are wanted."""
    product = stock.product
    listed: Json = {
        "asin": product.asin,
        "fnSku": product.fn_sku,
        "sellerSku": product.seller_sku,
        "condition": stock.condition,
        "lastUpdatedTime": iso(stock.updated),
        "productName": product.name,
        "totalQuantity": stock.total(),
        "stores": [],
    }
    if details:
        listed["inventoryDetails"] = _details(stock)
    return listed


def _details(stock: Stock) -> Json:
    terms = ("Short", "Mid", "Long")
    return {
        "fulfillableQuantity": stock.fulfillable,
        "inboundWorkingQuantity": stock.inbound_working,
        "inboundShippedQuantity": stock.inbound_shipped,
        "inboundReceivingQuantity": stock.inbound_receiving,
        "reservedQuantity": {
            "totalReservedQuantity": stock.reserved,
            "pendingCustomerOrderQuantity": stock.customer_orders,
            "pendingTransshipmentQuantity": stock.transfer,
            "fcProcessingQuantity": stock.processing,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": sum(stock.researching),
            "researchingQuantityBreakdown": [
                {"name": f"researchingQuantityIn{term}Term", "quantity": quantity}
                for term, quantity in zip(terms, stock.researching, strict=True)
            ]
            if any(stock.researching)
            else [],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": stock.unfulfillable,
            **{f"{cause}Quantity": stock.unsellable.get(cause, 0) for cause in CAUSES},
        },
    }


OPERATIONS = (
    Operation(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        Plan(rate=2, burst=2),
        get_inventory_summaries,
    ),
)
