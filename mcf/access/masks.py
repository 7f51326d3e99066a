"""Buyers' data masked: the same values without what tells who somebody is or where they live.

State, country, goods, dates and fees stay: what is counted by them stays true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

import pandas as pd
from pydantic import BaseModel

from mcf.store.snapshots import Snapshot

T = TypeVar("T")
HIDDEN = "•••"
_NAMED = frozenset({"recipient", "to_name", "received_by", "neighbour"})
"""Fields with a person's name, of which the initials stay."""
_PLACED = frozenset(
    {
        "city", "to_city", "place", "last_place", "address_line1", "address_line2",
        "address_line3", "to_line1", "to_line2", "to_line3", "district_or_county", "to_district",
        "postal_code", "to_zip", "phone", "to_phone", "emails", "house", "comment",
        "displayable_order_comment", "instructions", "note", "left_at", "gift", "line_comment",
        "tracking_link",
    }
)  # fmt: skip
"""Fields that tell where somebody lives, how to reach them, or hold what somebody wrote."""
_DROPPED = frozenset({"raw", "request", "documents"})
"""Fields with what Amazon told or was told word for word."""


_CARRIER = "Carrier"
"""Who tells a line of an order's story that names a place."""


def initials(name: str) -> str:
    """The first letter of each of the first and the last word of a name, like "A. E."."""
    parts = name.split()
    return " ".join(f"{part[0]}." for part in dict.fromkeys((parts[0], parts[-1]))) if parts else ""


def masked(value: T) -> T:
    """The same, with buyers' data masked wherever it's in it: in frames, lists, records, models."""
    return cast(T, _masked(value))


def _masked(value: Any) -> Any:
    if isinstance(value, Snapshot):
        return _snapshot(value)
    if isinstance(value, pd.DataFrame):
        return _frame(value)
    if isinstance(value, BaseModel):
        return _model(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    if isinstance(value, Mapping):
        is_address = "addressLine1" in value
        return {key: _field(_snake(str(key)), one, is_address) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_masked, value))
    return value


def _snake(name: str) -> str:
    """Amazon's name of a field as ours."""
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _field(name: str, value: Any, is_address: bool = False) -> Any:
    """The value of a field of this name; only an address's `name` is a person's."""
    if value is None or isinstance(value, float):
        return value
    if name in _DROPPED:
        return _emptied(value)
    if not isinstance(value, str):
        return _masked(value)
    if not value:
        return value
    if name in _NAMED or (name == "name" and is_address):
        return initials(value)
    return HIDDEN if name in _PLACED else value


def emptied(value: T) -> T:
    """Nothing in place of what somebody wrote about each of several."""
    return type(value)()


def _emptied(value: Any) -> Any:
    """What says nothing in place of word for word: a mapping keeps its parts, which are empty."""
    if isinstance(value, Mapping):
        return {
            key: [{} for _ in one] if isinstance(one, list) else None for key, one in value.items()
        }
    return () if isinstance(value, tuple) else [] if isinstance(value, list) else None


def _snapshot(value: Snapshot) -> Snapshot:
    """One that is made once for each snapshot, so that pages find again what they found in it."""
    beside = value.beside

    def make(frame: pd.DataFrame) -> Snapshot:
        return Snapshot(_frame(frame), None if beside is None else _frame(beside))

    return value.once("masked", make)


def _frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its columns of people and places masked; `attrs` and types stay."""
    columns = {
        str(name): pd.Series(
            [_field(str(name), cell) if isinstance(cell, str) else cell for cell in frame[name]],
            index=frame.index,
            dtype=frame[name].dtype,
        )
        for name in frame.columns
        if name in _NAMED | _PLACED
    }
    found = frame.assign(**columns) if columns else frame
    found.attrs = dict(frame.attrs)
    return found


def _record(value: Any) -> Any:
    if getattr(value, "who", None) == _CARRIER:
        # What a carrier said ends with the place where it was.
        return replace(value, words=f"{value.words.partition(',')[0].removesuffix('.')}.")
    return replace(
        value,
        **{
            one.name: _field(one.name, getattr(value, one.name))
            for one in fields(value)
            if one.init
        },
    )


def _model(value: BaseModel) -> BaseModel:
    """A copy that was masked; what was read of Amazon's JSON beside it isn't taken along."""
    names = type(value).model_fields
    is_address = "address_line1" in names
    update = {name: _field(name, getattr(value, name), is_address) for name in names}
    return type(value).model_construct(set(update), **update)
