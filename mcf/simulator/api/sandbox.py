"""Operations that Amazon offers in its sandbox only: they shape the world from outside.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-api-v1-dynamic-sandbox-guide
"""

from __future__ import annotations

from mcf.simulator.api.forms import Answer, Form, Refusal, invalid, missing
from mcf.simulator.api.operations import SANDBOX, Backend, Call, Operation
from mcf.simulator.api.outbound_2020 import BASE, find
from mcf.simulator.demo_shop import catalog
from mcf.simulator.world import lifecycle
from mcf.simulator.world.lifecycle import ForbiddenTransition
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.orders import Status
from mcf.simulator.world.stock import Stock
from mcf.simulator.world.world import World

ITEMS = "/fba/inventory/v1/items"


def submit_fulfillment_order_status_update(backend: Backend, call: Call) -> Answer:
    """Leads an order to a status by the way the table allows."""
    order = find(backend, call)
    form = call.form()
    form.require("fulfillmentOrderStatus")
    wanted = form.choice("fulfillmentOrderStatus", Status)
    try:
        lifecycle.lead(backend.world, order, wanted)
    except ForbiddenTransition:
        raise invalid("FulfillmentOrderStatus", wanted) from None
    return Answer()


def create_inventory_item(backend: Backend, call: Call) -> Answer:
    """Lists a new SKU without any units; one that is listed already is refused."""
    form = call.form()
    form.require("sellerSku", "marketplaceId", "productName")
    marketplace_id, sku = _place(form), form.text("sellerSku", longest=50)
    if backend.world.find_stock(marketplace_id, sku):
        raise invalid("SellerSku", sku)
    _add_listing(backend.world, marketplace_id, sku, form.text("productName"))
    return Answer()


def add_inventory(backend: Backend, call: Call) -> Answer:
    """Adds fulfillable units once per idempotency token; an unknown SKU is created."""
    token = call.headers.get("x-amzn-idempotency-token")
    if not token:
        raise missing("x-amzn-idempotency-token")
    if token in backend.world.idempotency_tokens:
        return Answer()
    items = [_addition(item) for item in call.form().parts("inventoryItems")]
    for marketplace_id, sku, quantity in items:
        stock = backend.world.find_stock(marketplace_id, sku) or _add_listing(
            backend.world, marketplace_id, sku, sku
        )
        stock.add(quantity)
        backend.world.touch(stock)
    backend.world.remember_token(token)
    return Answer()


def delete_inventory_item(backend: Backend, call: Call) -> Answer:
    """Takes a SKU out of the catalogue, unless an order has it."""
    marketplace_id, sku = call.text("marketplaceId"), call.path["sellerSku"]
    if not marketplace_id:
        raise missing("MarketplaceId")
    if backend.world.find_stock(marketplace_id, sku) is None:
        raise Refusal(f"SKU {sku} not found.", code="NotFound", status=404)
    if backend.world.is_ordered(marketplace_id, sku):
        raise Refusal(f"SKU {sku} is part of orders and can't be deleted.")
    backend.world.remove(marketplace_id, sku)
    return Answer()


def _addition(form: Form) -> tuple[str, str, int]:
    form.require("sellerSku", "marketplaceId", "quantity")
    return _place(form), form.text("sellerSku", longest=50), form.whole("quantity")


def _place(form: Form) -> str:
    marketplace_id = form.text("marketplaceId")
    if marketplace_id not in MARKETPLACES:
        raise invalid("MarketplaceId", marketplace_id)
    return marketplace_id


def _add_listing(world: World, marketplace_id: str, sku: str, name: str) -> Stock:
    product = catalog.listing(world.seed, MARKETPLACES[marketplace_id], sku, name)
    stock = Stock(marketplace_id, product, world.now)
    world.add(stock)
    world.touch(stock)
    return stock


OPERATIONS = (
    Operation(
        "submitFulfillmentOrderStatusUpdate",
        "PUT",
        f"{BASE}/fulfillmentOrders/{{sellerFulfillmentOrderId}}/status",
        SANDBOX,
        submit_fulfillment_order_status_update,
    ),
    Operation("createInventoryItem", "POST", ITEMS, SANDBOX, create_inventory_item),
    Operation("addInventory", "POST", f"{ITEMS}/inventory", SANDBOX, add_inventory),
    Operation("deleteInventoryItem", "DELETE", f"{ITEMS}/{{sellerSku}}", SANDBOX,
              delete_inventory_item),
)  # fmt: skip
