"""A page of the stock: Amazon's bytes -> rows of the store, without an object per SKU.

What is as Amazon declares it is decoded by type and kept as the text that it came as. Anything else
goes through the models, which decide what can be read all the same; the rows are equal either way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias

import msgspec

from mcf import rows
from mcf.asks import Doubt, doubts_of
from mcf.errors import UnexpectedAnswer
from mcf.models import MCFInventoryItem, readable

COLUMNS = (
    "seller_sku",
    "asin",
    "fn_sku",
    "product_name",
    "condition",
    *rows.QUANTITIES,
    "last_updated_time",
    "raw",
)
"""What a row holds, in this order; `raw` is JSON as text."""

StockRow: TypeAlias = tuple[Any, ...]
Summary: TypeAlias = msgspec.Raw | object
"""The stock of one SKU as Amazon sent it: its bytes, or already decoded."""


Count: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
Code: TypeAlias = Annotated[str, msgspec.Meta(max_length=20)]


class _Part(msgspec.Struct, rename="camel", gc=False):
    """A JSON object; fields that Amazon adds are passed over here and stay in `raw`."""


class _Reserved(_Part):
    total_reserved_quantity: Count | None = None
    pending_customer_order_quantity: Count | None = None
    pending_transshipment_quantity: Count | None = None
    fc_processing_quantity: Count | None = None


class _Unfulfillable(_Part):
    total_unfulfillable_quantity: Count | None = None
    customer_damaged_quantity: Count | None = None
    warehouse_damaged_quantity: Count | None = None
    distributor_damaged_quantity: Count | None = None
    carrier_damaged_quantity: Count | None = None
    defective_quantity: Count | None = None
    expired_quantity: Count | None = None


class _Researching(_Part):
    total_researching_quantity: Count | None = None
    researching_quantity_breakdown: list[dict[str, msgspec.Raw]] | None = None


class _Details(_Part):
    fulfillable_quantity: Count | None = None
    inbound_working_quantity: Count | None = None
    inbound_shipped_quantity: Count | None = None
    inbound_receiving_quantity: Count | None = None
    reserved_quantity: _Reserved | None = None
    researching_quantity: _Researching | None = None
    unfulfillable_quantity: _Unfulfillable | None = None


class _Item(_Part):
    seller_sku: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    asin: Code | None = None
    fn_sku: Code | None = None
    condition: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    inventory_details: _Details | None = None
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


_answer = msgspec.json.Decoder(_Answer)
_item = msgspec.json.Decoder(_Item)
_NO_DETAILS, _NONE_RESERVED = _Details(), _Reserved()
_NONE_RESEARCHED, _NONE_UNSELLABLE = _Researching(), _Unfulfillable()


def loads(body: bytes) -> Any:
    """As `json.loads`, but the summaries of a page are left as the bytes that Amazon sent.

    Raises ValueError for what isn't JSON.
    """
    try:
        # As text: of bytes that are passed over, the decoder doesn't look whether they are UTF-8.
        answer = _answer.decode(body.decode())
    except ValueError:
        return json.loads(body)
    return {
        "payload": {"inventorySummaries": answer.payload.inventory_summaries},
        "pagination": answer.pagination,
        "errors": answer.errors,
    }


def stock_rows(summaries: Iterable[Summary]) -> tuple[list[StockRow], list[Doubt]]:
    """The rows of a page, and what of it is in doubt.

    A SKU whose quantities can't be read has no row, so what is known of it stands.
    """
    found: list[StockRow] = []
    doubts: list[Doubt] = []
    for summary in summaries:
        try:
            found.append(_row(_item.decode(summary), bytes(summary).decode()))  # type: ignore[arg-type]
        except (ValueError, TypeError, OverflowError):
            _read_kindly(summary, found, doubts)
    return found, doubts


def _read_kindly(summary: Summary, found: list[StockRow], doubts: list[Doubt]) -> None:
    try:
        item = model(summary)
    except UnexpectedAnswer:
        doubts.append(Doubt(None, (), is_kept=False))
        return
    if unread := item.unread:
        doubts.append(Doubt(item.seller_sku, unread, is_kept=not item.has_unread_counts))
    if not item.has_unread_counts:
        found.append(_row_of_model(item))


def models(summaries: Iterable[Summary]) -> tuple[list[MCFInventoryItem], list[Doubt]]:
    """The models of a page, and what of it is in doubt."""
    entries = [_data(summary) for summary in summaries]
    items, lost = readable(MCFInventoryItem, entries)
    return items, doubts_of(items, lost, lambda item: str(item.seller_sku))


def stock_row(summary: Summary) -> StockRow:
    """The row of a SKU, equal to `rows.inventory_row` of its model.

    Raises `UnexpectedAnswer` when the model can't be read either.
    """
    if isinstance(summary, msgspec.Raw):
        try:
            return _row(_item.decode(summary), bytes(summary).decode())
        except (ValueError, OverflowError):
            return _row_of_model(model(summary))
    return _row_of_model(model(summary))


def model(summary: Summary) -> MCFInventoryItem:
    """The model of a SKU's stock; raises `UnexpectedAnswer` when it isn't one."""
    return MCFInventoryItem.from_api(_data(summary))


def _data(summary: Summary) -> object:
    return json.loads(bytes(summary)) if isinstance(summary, msgspec.Raw) else summary


def _row_of_model(item: MCFInventoryItem) -> StockRow:
    row = rows.inventory_row(item)
    return (*(row[name] for name in COLUMNS[:-1]), json.dumps(row["raw"]))


def _row(item: _Item, raw: str) -> StockRow:
    if "\\u" in raw and ("\\u0000" in raw or "\\ud" in raw):
        raise ValueError("a character that the models judge")
    details = item.inventory_details or _NO_DETAILS
    reserved = details.reserved_quantity or _NONE_RESERVED
    researching = details.researching_quantity or _NONE_RESEARCHED
    unsellable = details.unfulfillable_quantity or _NONE_UNSELLABLE
    return (
        item.seller_sku,
        item.asin,
        item.fn_sku,
        item.product_name,
        item.condition,
        item.total_quantity or 0,
        details.fulfillable_quantity or 0,
        reserved.total_reserved_quantity or 0,
        reserved.pending_customer_order_quantity or 0,
        reserved.pending_transshipment_quantity or 0,
        reserved.fc_processing_quantity or 0,
        details.inbound_working_quantity or 0,
        details.inbound_shipped_quantity or 0,
        details.inbound_receiving_quantity or 0,
        researching.total_researching_quantity or 0,
        unsellable.total_unfulfillable_quantity or 0,
        unsellable.customer_damaged_quantity or 0,
        unsellable.warehouse_damaged_quantity or 0,
        unsellable.distributor_damaged_quantity or 0,
        unsellable.carrier_damaged_quantity or 0,
        unsellable.defective_quantity or 0,
        unsellable.expired_quantity or 0,
        _moment(item.last_updated_time) if item.last_updated_time else None,
        raw,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1900 < moment.year < 2999:
        raise ValueError("a time that the models judge")
    return moment.astimezone(UTC)
