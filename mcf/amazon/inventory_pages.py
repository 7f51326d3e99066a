"""A page of the stock: Amazon's bytes -> the summaries of its SKUs, decoded by type."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias

import msgspec

from mcf.amazon.models.answers import MCFInventoryItem
from mcf.amazon.models.base import readable
from mcf.amazon.responses import Doubt, doubts_of

Summary: TypeAlias = msgspec.Raw | object
"""The stock of one SKU as Amazon sent it: its bytes, or already decoded."""
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
Code: TypeAlias = Annotated[str, msgspec.Meta(max_length=20)]


class _Part(msgspec.Struct, rename="camel", gc=False):
    """A JSON object; fields that Amazon adds are passed over here and stay in `raw`."""


class Reserved(_Part):
    total_reserved_quantity: Count | None = None
    pending_customer_order_quantity: Count | None = None
    pending_transshipment_quantity: Count | None = None
    fc_processing_quantity: Count | None = None


class Unfulfillable(_Part):
    total_unfulfillable_quantity: Count | None = None
    customer_damaged_quantity: Count | None = None
    warehouse_damaged_quantity: Count | None = None
    distributor_damaged_quantity: Count | None = None
    carrier_damaged_quantity: Count | None = None
    defective_quantity: Count | None = None
    expired_quantity: Count | None = None


class Researching(_Part):
    total_researching_quantity: Count | None = None
    researching_quantity_breakdown: list[dict[str, msgspec.Raw]] | None = None


class Details(_Part):
    fulfillable_quantity: Count | None = None
    inbound_working_quantity: Count | None = None
    inbound_shipped_quantity: Count | None = None
    inbound_receiving_quantity: Count | None = None
    reserved_quantity: Reserved | None = None
    researching_quantity: Researching | None = None
    unfulfillable_quantity: Unfulfillable | None = None


class StockItem(_Part):
    seller_sku: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    asin: Code | None = None
    fn_sku: Code | None = None
    condition: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    inventory_details: Details | None = None
    last_updated_time: str | None = None
    product_name: str | None = None
    total_quantity: Count | None = None
    stores: list[str] | None = None


class _Payload(_Part):
    inventory_summaries: list[msgspec.Raw]


class _Answer(msgspec.Struct, gc=False):
    payload: _Payload
    pagination: Any = None
    errors: Any = None


_ANSWER = msgspec.json.Decoder(_Answer)
STOCK_ITEM = msgspec.json.Decoder(StockItem)


def loads(body: bytes) -> Any:
    """As `json.loads`, but the summaries of a page are left as the bytes that Amazon sent.

    Raises ValueError for what isn't JSON.
    """
    try:
        # As text: of bytes that are passed over, the decoder doesn't look whether they are UTF-8.
        answer = _ANSWER.decode(body.decode())
    except ValueError:
        return json.loads(body)
    return {
        "payload": {"inventorySummaries": answer.payload.inventory_summaries},
        "pagination": answer.pagination,
        "errors": answer.errors,
    }


def models(summaries: Iterable[Summary]) -> tuple[list[MCFInventoryItem], list[Doubt]]:
    """The models of a page, and what of it is in doubt."""
    entries = [_data(summary) for summary in summaries]
    items, lost = readable(MCFInventoryItem, entries)
    return items, doubts_of(items, lost, lambda item: str(item.seller_sku))


def model(summary: Summary) -> MCFInventoryItem:
    """The model of a SKU's stock; raises `UnexpectedAnswer` when it isn't one."""
    return MCFInventoryItem.from_api(_data(summary))


def _data(summary: Summary) -> object:
    return json.loads(bytes(summary)) if isinstance(summary, msgspec.Raw) else summary
