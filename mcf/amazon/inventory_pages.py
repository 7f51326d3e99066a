"""A page of the stock: Amazon's bytes -> models, or rows of the store's inventory table. Pure.

A summary is decoded by the types of its model, which is fast; where they don't fit it, the model
itself reads it kindly. Both have the same fields, so both become rows in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec
from pydantic.alias_generators import to_camel

from mcf.amazon import decoding
from mcf.amazon.models.answers import (
    InventoryDetails,
    MCFInventoryItem,
    ResearchingQuantity,
    ReservedQuantity,
    UnfulfillableQuantity,
)
from mcf.amazon.models.base import AnswerPart, Count, Timestamp, readable
from mcf.amazon.responses import Doubt, doubts_of, unreadable
from mcf.errors import UnexpectedAnswer

StockRow: TypeAlias = tuple[Any, ...]
"""The values of `COLUMNS`."""
Summary: TypeAlias = msgspec.Raw | object
"""The stock of one SKU as Amazon sent it: its bytes, or already decoded."""


TEXTS = {"seller_sku": 255, "asin": 20, "fn_sku": 20, "product_name": None, "condition": 40}
"""The texts of a row, and the letters that the store has room for: a longer one is no such text, so
it's NULL, and stays in `raw`.
"""
QUANTITIES = (
    "total_quantity",
    "fulfillable_quantity",
    "reserved_quantity",
    "pending_customer_order_quantity",
    "pending_transshipment_quantity",
    "fc_processing_quantity",
    "inbound_working_quantity",
    "inbound_shipped_quantity",
    "inbound_receiving_quantity",
    "researching_quantity",
    "unfulfillable_quantity",
    "customer_damaged_quantity",
    "warehouse_damaged_quantity",
    "distributor_damaged_quantity",
    "carrier_damaged_quantity",
    "defective_quantity",
    "expired_quantity",
)
"""The counts that the store keeps of a SKU, in units; `_counts` says where they are."""
COLUMNS = (*TEXTS, *QUANTITIES, "last_updated_time", "raw")
"""What a row holds, in this order; times are UTC, `raw` is JSON as text."""


def loads(body: bytes) -> Any:
    """As `json.loads`, but the summaries of a page are left as the bytes that Amazon sent.

    Raises ValueError for what isn't JSON, and `BrokenOff` for a part of it.
    """
    try:
        # As text: of bytes that are passed over, the decoder doesn't look whether they are UTF-8.
        answer = _ANSWER.decode(body.decode())
    except ValueError:
        return decoding.loads(body)
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


def stock_rows(summaries: Iterable[Summary]) -> tuple[list[StockRow], list[Doubt]]:
    """The rows of a page in the order of `COLUMNS`, and what of it is in doubt.

    A count that isn't told is None, and what was known of it before stands. A SKU whose quantities
    can't be read has no row, so what is known of it stands.
    """
    rows: list[StockRow] = []
    doubts: list[Doubt] = []
    for summary in summaries:
        try:
            row = _row(summary)
        except _NO_FIT:
            made, doubt = _read_kindly(summary)
        else:
            made, doubt = row, _untold(row)
        rows += [made] if made else []
        doubts += [doubt] if doubt else []
    return rows, doubts


def _untold(row: StockRow) -> Doubt | None:
    """What a row doesn't tell, as a doubt; None when it tells all."""
    counts = row[len(TEXTS) : len(TEXTS) + len(QUANTITIES)]
    if None not in counts:
        return None
    missing = [to_camel(n) for n, c in zip(QUANTITIES, counts, strict=True) if c is None]
    nothing = not any(count is not None for count in counts[1:])
    return Doubt(row[0], ("inventoryDetails",) if nothing else tuple(missing), is_kept=False)


def inventory_row(item: MCFInventoryItem) -> dict[str, Any]:
    """The row of a SKU by name; None for a quantity that Amazon left out or sent as null, unless
    it follows from the others.

    Raises `UnexpectedAnswer` for one with a quantity that can't be read: what was known of the SKU
    is nearer to the truth than 0.
    """
    if item.has_unread_counts:
        raise UnexpectedAnswer(f"Amazon's counts of the SKU {item.seller_sku} can't be read.")
    return {
        **{name: fitting(getattr(item, name), longest) for name, longest in TEXTS.items()},
        **dict(zip(QUANTITIES, _counts(item), strict=True)),
        "last_updated_time": item.last_updated_time or None,
        "raw": item.to_api(),
    }


def fitting(text: str | None, longest: int | None) -> str | None:
    """The text if a column of so many letters has room for it, else None."""
    return text if text is None or longest is None or len(text) <= longest else None


def _data(summary: Summary) -> object:
    return decoding.loads(bytes(summary)) if isinstance(summary, msgspec.Raw) else summary


def _model(summary: Summary) -> MCFInventoryItem:
    return MCFInventoryItem.from_api(_data(summary))


def _read_kindly(summary: Summary) -> tuple[StockRow | None, Doubt | None]:
    try:
        item = _model(summary)
    except UnexpectedAnswer:
        return None, unreadable(_data(summary))
    if item.has_unread_counts:
        return None, Doubt(item.seller_sku, item.unread, is_kept=False)
    row = _row_of_model(item)
    untold = _untold(row)
    fields = (*item.unread, *(untold.fields if untold else ()))
    return row, Doubt(item.seller_sku, fields, is_kept=not untold) if fields else None


def _row_of_model(item: MCFInventoryItem) -> StockRow:
    row = inventory_row(item)
    return (*(row[name] for name in COLUMNS[:-1]), json.dumps(row["raw"]))


def _row(summary: Any) -> StockRow:
    """The row of a summary that is as its types say; raises one of `_NO_FIT` for any other."""
    item = _SUMMARY.decode(summary)
    sent = bytes(summary)
    if any(sent.count(name) > 1 for name in _NAMES):
        # The decoder would take the last of two values of one name.
        raise ValueError("perhaps a contradiction")
    raw = sent.decode()
    if "\\u" in raw and ("\\u0000" in raw or "\\ud" in raw):
        raise ValueError("a character that the models judge")
    updated = _moment(item.last_updated_time) if item.last_updated_time else None
    return (*_texts(item), *_counts(item), updated, raw)


def _counts(item: Any) -> tuple[int | None, ...]:
    """The values of `QUANTITIES`, of a model or of a summary decoded by its types; None for one
    that isn't told, unless what is told adds up without it.
    """
    details = item.inventory_details or _NO_DETAILS
    reserved = details.reserved_quantity or _NONE_RESERVED
    researching = details.researching_quantity or _NONE_RESEARCHED
    unsellable = details.unfulfillable_quantity or _NONE_UNSELLABLE
    total, places = _added_up(
        item.total_quantity,
        (
            details.fulfillable_quantity,
            reserved.total_reserved_quantity,
            details.inbound_working_quantity,
            details.inbound_shipped_quantity,
            details.inbound_receiving_quantity,
            researching.total_researching_quantity,
            unsellable.total_unfulfillable_quantity,
        ),
    )
    fulfillable, held, working, shipped, receiving, researched, unfit = places
    _, promised = _added_up(
        held,
        (
            reserved.pending_customer_order_quantity,
            reserved.pending_transshipment_quantity,
            reserved.fc_processing_quantity,
        ),
    )
    _, causes = _added_up(
        unfit,
        (
            unsellable.customer_damaged_quantity,
            unsellable.warehouse_damaged_quantity,
            unsellable.distributor_damaged_quantity,
            unsellable.carrier_damaged_quantity,
            unsellable.defective_quantity,
            unsellable.expired_quantity,
        ),
    )
    inbound = (working, shipped, receiving)
    return (total, fulfillable, held, *promised, *inbound, researched, unfit, *causes)


def _added_up(
    total: int | None, parts: tuple[int | None, ...]
) -> tuple[int | None, tuple[int | None, ...]]:
    """A sum and its parts: what isn't told follows from the others, where it does."""
    if None not in parts:
        return (sum(parts) if total is None else total), parts  # type: ignore[arg-type]
    if total is None or sum(part or 0 for part in parts) != total:
        return total, parts
    return total, tuple(part or 0 for part in parts)


def _names(model: type[AnswerPart]) -> set[bytes]:
    """The names of a model's fields and of its parts', as they stand in JSON."""
    names: set[bytes] = set()
    for field in model.model_fields.values():
        names.add(f'"{field.alias}"'.encode())
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, AnswerPart):
                names |= _names(kind)
    return names


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1900 < moment.year < 2999:
        raise ValueError("a time that the models judge")
    return moment.astimezone(UTC)


def _struct(model: type[AnswerPart]) -> type[msgspec.Struct]:
    """The fields of a model as a struct: the same JSON names and types, and no leniency.

    Fields that Amazon adds are passed over here and stay in `raw`.
    """
    fields = [
        (
            name,
            _json_type(field.annotation, TEXTS.get(name)),
            *([] if field.is_required() else [None]),
        )
        for name, field in model.model_fields.items()
    ]
    names = {name: str(field.alias) for name, field in model.model_fields.items()}
    return msgspec.defstruct(model.__name__, fields, rename=names, gc=False)


def _json_type(kind: Any, longest: int | None = None) -> Any:
    """What stands in JSON for a value of this type."""
    if kind == Count:
        return Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
    if kind is str and longest is not None:
        return Annotated[str, msgspec.Meta(max_length=longest)]
    if kind == Timestamp or get_origin(kind) is Literal:
        return str
    if get_origin(kind) in (Union, UnionType):
        return Union[tuple(_json_type(member, longest) for member in get_args(kind))]  # noqa: UP007
    if get_origin(kind) is tuple:
        return list[_json_type(get_args(kind)[0])]  # type: ignore[misc]
    if get_origin(kind) is Mapping:
        return dict[str, msgspec.Raw]
    is_part = isinstance(kind, type) and issubclass(kind, AnswerPart)
    return _struct(kind) if is_part else kind


class _Payload(msgspec.Struct, rename="camel", gc=False):
    inventory_summaries: list[msgspec.Raw]


class _Answer(msgspec.Struct, gc=False):
    payload: _Payload
    pagination: Any = None
    errors: Any = None


_ANSWER = msgspec.json.Decoder(_Answer)
_SUMMARY: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_struct(MCFInventoryItem))
_NAMES = _names(MCFInventoryItem)
_NO_FIT = (ValueError, TypeError, OverflowError)
"""What `_row` raises for a summary that the model has to judge."""
_texts = attrgetter(*TEXTS)
_NO_DETAILS, _NONE_RESERVED = InventoryDetails(), ReservedQuantity()
_NONE_RESEARCHED, _NONE_UNSELLABLE = ResearchingQuantity(), UnfulfillableQuantity()
