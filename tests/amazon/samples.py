"""Parts of calls and answers that several tests need."""

from __future__ import annotations

import json
from typing import Any

from mcf.amazon.models.requests import MCFOrderItem
from tests.loopback import Reply

OUTBOUND = "/fba/outbound/2020-07-01/fulfillmentOrders"


def payload(**data: Any) -> Reply:
    return Reply(body=json.dumps({"payload": data}).encode())


def line(sku: str, **more: Any) -> MCFOrderItem:
    return MCFOrderItem.of(seller_sku=sku, seller_fulfillment_order_item_id="1", quantity=1, **more)
