"""What an answer of Amazon's means, decided without I/O: a page, a model, an error, a doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from mcf.amazon import decoding
from mcf.amazon.decoding import (
    REPLACED,
    Break,
    BrokenOff,
    Contradiction,
    Doubtful,
    Garbled,
)
from mcf.amazon.messages import Body, By, Said, find
from mcf.amazon.models.base import AnswerPart
from mcf.errors import MCFError, RequestRefused, UnexpectedAnswer

_KINDS = {"payload": dict, "order": dict, "orderId": str, "orders": list, "plannedShipments": list}
_LISTS = {
    "getInventorySummaries": "inventorySummaries",
    "listAllFulfillmentOrders": "fulfillmentOrders",
    "listOrders": "orders",
}
"""The list in the answer of an operation that comes in pages."""
_NUMBERS = ("sellerSku", "sellerFulfillmentOrderId", "orderId")
_ALL = "all of it"
_SILENCE = {
    2: "Amazon's answer can't be used",
    3: "Amazon sent the call to another address",
    5: "Amazon is out of order at the moment and gave no reason",
}
T = TypeVar("T")


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
        """A member whose value is the operation's name."""
        member = object.__new__(cls)
        member._value_ = name
        member.rate = rate
        member.burst = burst
        member.writes = writes
        member.holds = holds
        return member


def decipher(
    operation: Operation,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    loads: Callable[[bytes], Any] = decoding.loads,
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


def salvaged(
    operation: Operation, headers: Mapping[str, str], body: bytes
) -> dict[str, Any] | None:
    """What can be read of a list that breaks off; None where nothing can, and of whatever is no
    list: half an order is another order.
    """
    name = _LISTS.get(operation.value)
    if name is None or "json" not in headers.get("content-type", "").lower():
        return None
    try:
        decoding.loads(body)
    except BrokenOff as broken:
        data = broken.data if isinstance(broken.data, dict) else {}
        holder = data.get("payload", data)
        return data if isinstance(holder, dict) and isinstance(holder.get(name), list) else None
    except ValueError:
        return None
    return None


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """An entry of a listing that couldn't be read wholly: its number or SKU, and what is missing.

    `key` is None when not even that can be read, and then `said` is what can be read of it.
    `is_kept` is False when the entry isn't among the items, so what was known of it before stands.
    """

    key: str | None
    fields: tuple[str, ...]
    is_kept: bool = True
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a listing, the token of the next one, if there is one, and what was in doubt."""

    items: tuple[T, ...]
    next_token: str | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """A call, how to send it, and how to read the answer that `decipher` took for a success."""

    operation: Operation
    send: Callable[[], dict[str, Any]]
    read: Callable[[dict[str, Any]], T]


def listed(data: dict[str, Any], key: str, operation: Operation) -> list[Any]:
    """The list under this key; raises `UnexpectedAnswer` when there's none."""
    rows = data.get(key)
    if not isinstance(rows, list):
        raise UnexpectedAnswer(
            f"Amazon's answer to {operation.value} has no list {key}.", operation=operation.value
        )
    return rows


def page(
    items: list[T],
    doubts: list[Doubt],
    following: Any,
    name: str = "nextToken",
) -> Page[T]:
    """A page with the token that `following` has under this name; what is no token is a doubt, as
    pages that can't be asked for are missing.
    """
    token = (following or {}).get(name) if isinstance(following or {}, dict) else following
    if isinstance(token, Doubtful) or (token is not None and not isinstance(token, str)):
        return Page(tuple(items), None, (*doubts, Doubt(None, (name,), is_kept=False)))
    return Page(tuple(items), token or None, tuple(doubts))


def doubts_of(
    models: Iterable[AnswerPart], lost: Iterable[Any], key: Callable[[Any], str]
) -> list[Doubt]:
    """What is in doubt of a listing's models and of the entries that couldn't be read at all."""
    partly = [Doubt(key(model), fields) for model in models if (fields := model.unread)]
    return [*partly, *map(unreadable, lost)]


def unreadable(entry: object) -> Doubt:
    """What is in doubt of an entry that couldn't be read: all of it."""
    if isinstance(entry, Garbled):
        key = entry.key
        if key is not None and REPLACED not in key:
            return Doubt(key, (_ALL,), is_kept=False)
        return Doubt(None, (), is_kept=False, said=key)
    said = next((entry[n] for n in _NUMBERS if n in entry), None) if isinstance(entry, dict) else ""
    return Doubt(None, (), is_kept=False, said=said if said and isinstance(said, str) else None)


def without_nulls(data: Any) -> Any:
    """The same JSON without what is null, at any depth."""
    if isinstance(data, dict):
        return {k: without_nulls(v) for k, v in data.items() if v is not None}
    if isinstance(data, list):
        return [without_nulls(v) for v in data]
    return data


def _content(
    headers: Mapping[str, str], body: bytes, loads: Callable[[bytes], Any]
) -> tuple[Body, Any]:
    if not body.strip():
        return Body.EMPTY, None
    if "json" not in headers.get("content-type", "").lower():
        return Body.PAGE, None
    try:
        data = loads(body)
    except BrokenOff as broken:
        if _errors(broken.data):
            return Body.WORDS, broken.data
        return (Body.CUT if broken.why is Break.CUT else Body.GARBLED), None
    except ValueError:
        return Body.GARBLED, None
    if isinstance(data, dict):
        data = {k: v[-1] if isinstance(v, Contradiction) else v for k, v in data.items()}
    return (Body.WORDS if _errors(data) else Body.OTHER), data


def _errors(data: Any) -> list[dict[str, Any]]:
    errors = data.get("errors") if isinstance(data, dict) else None
    if errors and not (isinstance(errors, list) and all(isinstance(e, dict) for e in errors)):
        return [{"message": str(errors)}]
    return errors or []


def _is_right(operation: Operation, data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    if not operation.holds:
        is_spoiled = isinstance(data.get("payload"), Doubtful)
        return data.keys() <= {"payload", "errors"} and not is_spoiled
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
