"""What an answer of Amazon's means, decided without I/O.

An answer is a success only by its HTTP status *and* content type *and* shape. An empty 200, an HTML
page and a JSON body without the expected parts are errors here, because the answer to a successful
create, update or cancel is `{}` and must not be mistaken for them.

https://developer-docs.amazon.com/sp-api/docs/sp-api-errors
https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from mcf.errors import (
    DuplicateOrder,
    MCFError,
    NotAuthorized,
    NotFound,
    OrderNotUpdatable,
    PageTokenExpired,
    RequestRefused,
    ServiceUnavailable,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)


class Operation(Enum):
    """An operation of SP-API: its name, its usage plan (calls a second, burst), and its nature."""

    rate: float
    burst: int
    writes: bool

    # fmt: off
    GET_INVENTORY_SUMMARIES = "getInventorySummaries", 2.0, 2, False
    GET_PREVIEW             = "getFulfillmentPreview", 2.0, 30, False
    CREATE_ORDER            = "createFulfillmentOrder", 2.0, 30, True
    GET_ORDER               = "getFulfillmentOrder", 2.0, 30, False
    LIST_ORDERS             = "listAllFulfillmentOrders", 2.0, 30, False
    UPDATE_ORDER            = "updateFulfillmentOrder", 2.0, 30, True
    CANCEL_ORDER            = "cancelFulfillmentOrder", 2.0, 30, True
    GET_TRACKING            = "getPackageTrackingDetails", 2.0, 30, False
    # fmt: on

    def __new__(cls, name: str, rate: float, burst: int, writes: bool) -> Operation:
        member = object.__new__(cls)
        member._value_ = name
        member.rate = rate
        member.burst = burst
        member.writes = writes
        return member


_ADVICE = (
    ("the SellerSKU for Item Id", "Amazon has no such SKU in this marketplace: check it."),
    ("CountryCode", "Give the country as two letters, like US."),
    ("required parameters are missing", "Fill in the fields that Amazon names."),
    ("parameter SellerId is invalid", "Check that AMAZON_MARKETPLACE_ID is one you sell in."),
)


_SILENT = {5: "Amazon is out of order at the moment and gave no reason"}
_ODD = "Amazon refused and gave no reason"


def decipher(
    operation: Operation, status: int, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """The JSON object of a successful answer; raises the `MCFError` that any other one means."""
    data = _json(headers, body)
    facts: dict[str, Any] = {
        "operation": operation.value,
        "status": status,
        "request_id": headers.get("x-amzn-RequestId"),
    }
    errors = _errors(data)
    if 200 <= status < 300 and not errors:
        return _success(operation, data, facts)
    raise _failure(operation, status, errors, facts)


def server_clock(headers: Mapping[str, str]) -> datetime | None:
    """Amazon's own time when it answered, from the `Date` header; None when it gave none."""
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def _json(headers: Mapping[str, str], body: bytes) -> Any:
    if "json" not in headers.get("content-type", "").lower():
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def _errors(data: Any) -> list[dict[str, Any]]:
    found = data.get("errors") if isinstance(data, dict) else None
    if found and not (isinstance(found, list) and all(isinstance(e, dict) for e in found)):
        return [{"message": str(found)}]
    return found or []


def _success(operation: Operation, data: Any, facts: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(data, dict) or not _is_right(operation, data):
        raise UnexpectedAnswer(
            f"Amazon answered {operation.value} with HTTP {facts['status']}, but with something "
            "that isn't an answer of this operation.",
            **facts,
        )
    return dict(data)


def _is_right(operation: Operation, data: dict[str, Any]) -> bool:
    if operation.writes:
        return data.keys() <= {"payload", "errors"}
    return isinstance(data.get("payload"), dict)


def _failure(
    operation: Operation, status: int, errors: list[dict[str, Any]], facts: dict[str, Any]
) -> MCFError:
    first = errors[0] if errors else {}
    message = "; ".join(str(e.get("message") or e.get("code") or "no message") for e in errors)
    kind = _kind(operation, status, message, str(first.get("details") or ""))
    text = message or f"{_SILENT.get(status // 100, _ODD)} ({operation.value}, HTTP {status})."
    advice = next((a for needle, a in _ADVICE if needle in message), None)
    return kind(text, advice=advice, code=first.get("code"), **facts)


def _kind(operation: Operation, status: int, message: str, details: str) -> type[MCFError]:
    if status in (401, 403):
        stale = any(word in details for word in ("expired", "malformed", "revoked"))
        return TokenExpired if stale or status == 401 else NotAuthorized
    if status == 429:
        return Throttled
    if status >= 500:
        return ServiceUnavailable
    if not message or 300 <= status < 400:
        return UnexpectedAnswer
    return _refusal(operation, status, message)


def _refusal(operation: Operation, status: int, message: str) -> type[MCFError]:
    # An unknown order is a 400 InvalidInput, and for tracking the message is literally "null".
    unknown_package = operation is Operation.GET_TRACKING and message == "null"
    if status == 404 or message.endswith("not found") or unknown_package:
        return NotFound
    if "Next token is invalid or expired" in message:
        return PageTokenExpired
    if "A create request already exists" in message:
        return DuplicateOrder
    if operation is Operation.CANCEL_ORDER or "OrderNotUpdatable" in message:
        return OrderNotUpdatable
    return RequestRefused
