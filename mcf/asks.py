"""What is asked of Amazon, apart from how often and with whose credentials: see `mcf.client`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mcf.errors import UnexpectedAnswer
from mcf.models import Told
from mcf.wire import Operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Doubt:
    """An entry of a listing that couldn't be read wholly: its number or SKU, and what is missing.

    `key` is None when not even that can be read; `is_kept` is False when the entry isn't among the
    items, so what was known of it before stands.
    """

    key: str | None
    fields: tuple[str, ...]
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a listing, the token of the next one, if there is one, and what was in doubt."""

    items: tuple[T, ...]
    next_token: str | None
    doubts: tuple[Doubt, ...] = ()


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


def page(
    found: list[T],
    doubts: list[Doubt],
    following: Any,
    name: str = "nextToken",
) -> Page[T]:
    """A page with the token that `following` has under this name; what is no token is a doubt, as
    pages that can't be asked for are missing.
    """
    token = (following or {}).get(name) if isinstance(following or {}, dict) else following
    if token is not None and not isinstance(token, str):
        return Page(tuple(found), None, (*doubts, Doubt(None, (name,), is_kept=False)))
    return Page(tuple(found), token or None, tuple(doubts))


def doubts_of(
    models: Iterable[Told], lost: Iterable[Any], key: Callable[[Any], str]
) -> list[Doubt]:
    """What is in doubt of a listing's models and of the entries that couldn't be read at all."""
    partly = [Doubt(key(model), fields) for model in models if (fields := model.unread)]
    return [*partly, *(Doubt(None, (), is_kept=False) for _ in lost)]


def without_nulls(data: Any) -> Any:
    """The same JSON without what is null, at any depth."""
    if isinstance(data, dict):
        return {k: without_nulls(v) for k, v in data.items() if v is not None}
    if isinstance(data, list):
        return [without_nulls(v) for v in data]
    return data
