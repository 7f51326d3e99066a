"""What is asked of Amazon, apart from how often and with whose credentials: see `mcf.client`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mcf.errors import UnexpectedAnswer
from mcf.wire import Operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a listing, and the token of the next one, if there is one."""

    items: tuple[T, ...]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """A call, how to send it, and how to read the answer that `wire` took for a success."""

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


def without_nulls(data: Any) -> Any:
    """The same JSON without what is null, at any depth."""
    if isinstance(data, dict):
        return {k: without_nulls(v) for k, v in data.items() if v is not None}
    if isinstance(data, list):
        return [without_nulls(v) for v in data]
    return data
