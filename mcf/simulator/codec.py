"""Dataclasses to JSON and back, by their type hints. Fields at their default are left out."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin

T = TypeVar("T")
Step = Callable[[Any], Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode(value: object) -> object:
    """What `json.dumps` can take, for a dataclass."""
    return _encoder(cast(Hashable, type(value)))(value)


def decode(kind: type[T], value: object) -> T:
    """The object that `encode` was given."""
    return cast(T, _decoder(cast(Hashable, kind))(value))


@cache
def _encoder(kind: Hashable) -> Step:
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_encoder(kind)
    some, container = _inside(kind)
    if container is None:
        return datetime.timestamp if kind is datetime else _as_it_is
    inner = _encoder(some)
    if container is types.NoneType:
        return lambda value: None if value is None else inner(value)
    return lambda value: [inner(each) for each in value]


@cache
def _decoder(kind: Hashable) -> Step:
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    some, container = _inside(kind)
    if container is None:
        return _leaf_decoder(kind)
    inner = _decoder(some)
    if container is types.NoneType:
        return lambda value: None if value is None else inner(value)
    return lambda value: container(inner(each) for each in value)


def _inside(kind: Hashable) -> tuple[Hashable, Any]:
    """What a list, tuple or optional type holds, and its container; None for anything else."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return next(each for each in inner if each is not types.NoneType), types.NoneType
    return (inner[0], origin) if origin in (list, tuple) else (None, None)


def _leaf_decoder(kind: Hashable) -> Step:
    if kind is datetime:
        return lambda value: _EPOCH + timedelta(seconds=value)
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _dataclass_encoder(kind: Any) -> Step:
    hints = typing.get_type_hints(kind)
    steps = [(each.name, _default(each), _encoder(hints[each.name])) for each in fields(kind)]

    def encode_fields(value: object) -> dict[str, object]:
        found = {}
        for name, default, step in steps:
            held = getattr(value, name)
            if held is not default and held != default:
                found[name] = held if step is _as_it_is else step(held)
        return found

    return encode_fields


def _dataclass_decoder(kind: Any) -> Step:
    hints = typing.get_type_hints(kind)
    steps = {each.name: _decoder(hints[each.name]) for each in fields(kind)}
    return lambda value: kind(**{name: steps[name](held) for name, held in value.items()})


def _default(of: Field[Any]) -> object:
    return of.default if of.default_factory is MISSING else of.default_factory()
