"""What an answer of Amazon's means, decided without I/O.

An answer is a success only by its HTTP status *and* content type *and* shape. An empty 200, an HTML
page and a JSON body without the expected parts are errors here, because the answer to a successful
create, update or cancel of 2020-07-01 is `{}` and must not be mistaken for them. Version 2026-07-04
wraps nothing in a `payload`, and answers writes with 202.

https://developer-docs.amazon.com/sp-api/docs/sp-api-errors
https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from mcf.catalogue import find
from mcf.errors import MCFError, RequestRefused
from mcf.sayings import Body, By, Said


class Operation(Enum):
    """An operation of SP-API: its name, its usage plan (calls a second, burst), and its nature.

    `holds` are the parts of a success, of which one has to be there; a write without any is
    answered with an empty object.
    """

    rate: float
    burst: int
    writes: bool
    holds: tuple[str, ...]

    # fmt: off
    GET_INVENTORY_SUMMARIES = "getInventorySummaries", 2.0, 2, False, "payload"
    GET_PREVIEW             = "getFulfillmentPreview", 2.0, 30, False, "payload"
    CREATE_ORDER            = "createFulfillmentOrder", 2.0, 30, True
    GET_ORDER               = "getFulfillmentOrder", 2.0, 30, False, "payload"
    LIST_ORDERS             = "listAllFulfillmentOrders", 2.0, 30, False, "payload"
    UPDATE_ORDER            = "updateFulfillmentOrder", 2.0, 30, True
    CANCEL_ORDER            = "cancelFulfillmentOrder", 2.0, 30, True
    GET_TRACKING            = "getPackageTrackingDetails", 2.0, 30, False, "payload"
    GET_FEATURES            = "getFeatures", 2.0, 30, False, "payload"
    GET_RETURN_REASONS      = "listReturnReasonCodes", 2.0, 30, False, "payload"
    CREATE_RETURN           = "createFulfillmentReturn", 2.0, 30, True, "payload"
    GET_PREVIEW_2026        = "getOrderPreview", 2.0, 30, False, "plannedShipments"
    CREATE_ORDER_2026       = "createOrder", 2.0, 30, True, "order", "orderId"
    GET_ORDER_2026          = "getOrder", 2.0, 30, False, "order"
    LIST_ORDERS_2026        = "listOrders", 2.0, 30, False, "orders"
    UPDATE_ORDER_2026       = "updateOrder", 2.0, 30, True
    CANCEL_ORDER_2026       = "cancelOrder", 2.0, 30, True
    # fmt: on

    def __new__(cls, name: str, rate: float, burst: int, writes: bool, *holds: str) -> Operation:
        member = object.__new__(cls)
        member._value_ = name
        member.rate = rate
        member.burst = burst
        member.writes = writes
        member.holds = holds
        return member


_KINDS = {"payload": dict, "order": dict, "orderId": str, "orders": list, "plannedShipments": list}


_SILENCE = {
    2: "Amazon's answer can't be used",
    3: "Amazon sent the call to another address",
    5: "Amazon is out of order at the moment and gave no reason",
}


def decipher(
    operation: Operation,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    loads: Callable[[bytes], Any] = json.loads,
) -> dict[str, Any]:
    """The JSON object of a successful answer; raises the `MCFError` that any other one means."""
    held, data = _content(headers, body, loads)
    facts: dict[str, Any] = {
        "operation": operation.value,
        "status": status,
        "request_id": headers.get("x-amzn-RequestId"),
    }
    errors = _errors(data)
    if 200 <= status < 300 and not errors and _is_right(operation, data):
        return dict(data)
    raise _failure(operation, status, held, errors, facts)


def server_clock(headers: Mapping[str, str]) -> datetime | None:
    """Amazon's own time when it answered, from the `Date` header; None when it gave none."""
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def rate_limit(headers: Mapping[str, str]) -> float | None:
    """The calls a second that Amazon allows, if the answer tells (`x-amzn-RateLimit-Limit`)."""
    try:
        return float(headers["x-amzn-RateLimit-Limit"])
    except (KeyError, ValueError):
        return None


def _content(
    headers: Mapping[str, str], body: bytes, loads: Callable[[bytes], Any]
) -> tuple[Body, Any]:
    if not body.strip():
        return Body.EMPTY, None
    if "json" not in headers.get("content-type", "").lower():
        return Body.PAGE, None
    try:
        data = loads(body)
    except ValueError:
        return Body.CUT, None
    return (Body.WORDS if _errors(data) else Body.OTHER), data


def _errors(data: Any) -> list[dict[str, Any]]:
    found = data.get("errors") if isinstance(data, dict) else None
    if found and not (isinstance(found, list) and all(isinstance(e, dict) for e in found)):
        return [{"message": str(found)}]
    return found or []


def _is_right(operation: Operation, data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    if not operation.holds:
        return data.keys() <= {"payload", "errors"}
    return any(isinstance(data.get(part), _KINDS[part]) for part in operation.holds)


def _failure(
    operation: Operation,
    status: int,
    held: Body,
    errors: list[dict[str, Any]],
    facts: dict[str, Any],
) -> MCFError:
    messages = [str(e.get("message") or e.get("code") or "no message") for e in errors]
    details = [str(e["details"]) for e in errors if e.get("details")]
    entry = find(Said(By.AMAZON, status, held, (*messages, *details), operation.value))
    silence = _SILENCE.get(status // 100, "Amazon refused and gave no reason")
    text = "; ".join(messages) or f"{silence} ({operation.value}, HTTP {status}, {held})."
    kind, advice = (entry.kind, entry.advice) if entry else (RequestRefused, None)
    code = errors[0].get("code") if errors else None
    return kind(text, advice=advice, code=code, **facts)
