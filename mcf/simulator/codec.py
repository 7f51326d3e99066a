"""Dataclasses to JSON and back, by their type hints. Fields at their default are left out."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Hashable
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin

T = TypeVar("T")
Decoder = typing.Callable[[Any], Any]


def encode(value: object) -> object:
    """A value that `json.dumps` takes."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, list | tuple):
        return [encode(each) for each in value]
    if isinstance(value, dict):
        return {name: encode(each) for name, each in value.items()}
    found: dict[str, object] = {}
    for name, default in _fields(cast(Hashable, type(value))):
        held = getattr(value, name)
        if held != default:
            found[name] = encode(held)
    return found


def decode(kind: type[T], value: Any) -> T:
    """The object that `encode` was given."""
    return cast(T, _decoder(cast(Hashable, kind))(value))


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, object], ...]:
    return tuple((each.name, _default(each)) for each in dataclasses.fields(cast(Any, kind)))


def _default(of: dataclasses.Field[Any]) -> object:
    if of.default_factory is not dataclasses.MISSING:
        return of.default_factory()
    return of.default


@cache
def _decoder(kind: Hashable) -> Decoder:
    if kind is datetime:
        return lambda value: datetime.fromtimestamp(value, UTC)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass_decoder(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        some = _decoder(next(each for each in inner if each is not type(None)))
        return lambda value: None if value is None else some(value)
    if origin is list:
        each = _decoder(inner[0])
        return lambda value: [each(item) for item in value]
    if origin is tuple:
        each = _decoder(inner[0])
        return lambda value: tuple(each(item) for item in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _dataclass_decoder(kind: type) -> Decoder:
    hints = typing.get_type_hints(kind)
    decoders = {each.name: _decoder(hints[each.name]) for each in dataclasses.fields(kind)}
    return lambda value: kind(**{name: decoders[name](held) for name, held in value.items()})
