"""Returns of Fulfillment Outbound 2020-07-01.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""

from __future__ import annotations

import string

from mcf.simulator.api.answers_2020 import return_authorization, return_item
from mcf.simulator.api.forms import Answer, Form, Json, Refusal, invalid
from mcf.simulator.api.operations import Backend, Call, Operation
from mcf.simulator.api.outbound_2020 import BASE, PLAN, find
from mcf.simulator.world import lifecycle
from mcf.simulator.world.marketplaces import MARKETPLACES, US
from mcf.simulator.world.orders import Order, ReturnItem, ShipmentStatus, Task
from mcf.simulator.world.world import World

REASONS = {
    "CR-UNWANTED_ITEM": "No longer needed/wanted",
    "AMZ-PG-BAD-DESC": "Different from website description",
    "CR-DEFECTIVE": "Defective/Does not work properly",
    "CR-ORDERED_WRONG_ITEM": "Accidental order",
    "CR-FOUND_BETTER_PRICE": "Better price available",
    "CR-DAMAGED_BY_FC": "Damaged due to inappropriate packaging",
    "CR-MISSED_ESTIMATED_DELIVERY": "Missed estimated delivery date",
    "CR-MISSING_PARTS": "Missing parts or accessories",
    "CR-DAMAGED_BY_CARRIER": "Damaged during shipping",
    "CR-SWITCHEROO": "Different from what was ordered",
    "CR-EXTRA_ITEM": "Arrived in addition to what was ordered",
    "CR-UNAUTHORIZED_PURCHASE": "Unauthorized purchase",
}

DESCRIPTIONS = {
    "InvalidValues": "The item was not found in a fulfillment order.",
    "DuplicateRequest": "A fulfillment return has already been requested for this item.",
    "NoCompletedShipItems": "The fulfillment order containing this item has not yet shipped.",
    "NoReturnableQuantity": "All item quantity available for return has been allocated to other "
    "return items.",
}


def list_return_reason_codes(backend: Backend, call: Call) -> Answer:
    """The reasons for which a SKU can be returned; in English, whatever the language."""
    sku = call.text("sellerSku")
    if not sku:
        raise Refusal("The request must contain the parameter sellerSku.")
    marketplace_id = call.text("marketplaceId") or US.id
    if marketplace_id not in MARKETPLACES:
        raise Refusal("The request must contain a valid marketplace.")
    if backend.world.find_stock(marketplace_id, sku) is None:
        raise invalid("SellerSKU", sku)
    language = call.text("language")
    details = [
        {
            "returnReasonCode": code,
            "description": description,
            **({"translatedDescription": description} if language else {}),
        }
        for code, description in REASONS.items()
    ]
    return Answer(body={"payload": {"reasonCodeDetails": details}})


def create_fulfillment_return(backend: Backend, call: Call) -> Answer:
    """Accepts single units for return; what can't be returned is listed with its reason."""
    order = find(backend, call)
    form = call.form()
    form.require("items")
    accepted: list[ReturnItem] = []
    refused: list[Json] = []
    problems = set()
    for item in form.parts("items"):
        item.require("sellerReturnItemId", "sellerFulfillmentOrderItemId",
                     "amazonShipmentId", "returnReasonCode")  # fmt: skip
        problem = _problem(order, item)
        problems.add(problem)
        if problem:
            refused.append(_refused(item, problem))
        else:
            accepted.append(_accept(backend.world, order, item))
    if problems == {"NoReturnableQuantity"}:
        item_id = refused[0]["sellerFulfillmentOrderItemId"]
        raise Refusal(f"No inventory available for Items.SellerFulfillmentOrderItemId: {item_id}.")
    return Answer(
        body={
            "payload": {
                "returnItems": [return_item(returned) for returned in accepted],
                "invalidReturnItems": refused,
                "returnAuthorizations": [return_authorization(returned) for returned in accepted],
            }
        }
    )


def _problem(order: Order, item: Form) -> str:
    """Why a unit can't be returned, as one of Amazon's codes; empty when it can."""
    item_id = item.text("sellerFulfillmentOrderItemId")
    return_id = item.text("sellerReturnItemId", longest=80)
    item.text("returnComment", longest=1000)
    if item.text("returnReasonCode") not in REASONS:
        return "InvalidValues"
    shipment = order.shipment(item.text("amazonShipmentId"))
    if shipment is None or all(item.item_id != item_id for item in shipment.items):
        return "InvalidValues"
    if any(returned.id == return_id for returned in order.returns):
        return "DuplicateRequest"
    if shipment.status is not ShipmentStatus.SHIPPED:
        return "NoCompletedShipItems"
    shipped = sum(item.quantity for item in shipment.items if item.item_id == item_id)
    returned = sum(
        returned.item_id == item_id and returned.shipment_id == shipment.id
        for returned in order.returns
    )
    return "NoReturnableQuantity" if returned >= shipped else ""


def _accept(world: World, order: Order, item: Form) -> ReturnItem:
    return_id = item.text("sellerReturnItemId")
    dice = world.dice("return", order.id, return_id)
    returned = ReturnItem(
        id=return_id,
        item_id=item.text("sellerFulfillmentOrderItemId"),
        shipment_id=item.text("amazonShipmentId"),
        reason=item.text("returnReasonCode"),
        comment=item.text("returnComment"),
        status="New",
        status_changed=world.now,
        authorization_id="RMA" + dice.spell(string.ascii_uppercase, 13),
        centre=world.centres(order)[0],
    )
    order.returns.append(returned)
    lifecycle.later(world, order, Task.PROCESS_RETURN, return_id)
    world.touch(order)
    return returned


def _refused(item: Form, problem: str) -> Json:
    return {
        "sellerReturnItemId": item.text("sellerReturnItemId"),
        "sellerFulfillmentOrderItemId": item.text("sellerFulfillmentOrderItemId"),
        "invalidItemReason": {
            "invalidItemReasonCode": problem,
            "description": DESCRIPTIONS[problem],
        },
    }


OPERATIONS = (
    Operation(
        "listReturnReasonCodes", "GET", f"{BASE}/returnReasonCodes", PLAN, list_return_reason_codes
    ),
    Operation(
        "createFulfillmentReturn",
        "PUT",
        f"{BASE}/fulfillmentOrders/{{sellerFulfillmentOrderId}}/return",
        PLAN,
        create_fulfillment_return,
    ),
)
