"""Judges JSON by the models of Amazon's own SDK: names, types, presence, lengths and enums."""

from __future__ import annotations

import importlib
import re
from datetime import datetime
from functools import cache
from typing import Any

PRIMITIVES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "object": (object,),
}


def problems(package: str, kind: str, value: Any, where: str = "") -> list[str]:
    """What is wrong with `value` as the model `kind` of an SDK package; empty when nothing is."""
    where = where or kind
    if match := re.fullmatch(r"[Ll]ist\[(.+)\]", kind):
        if not isinstance(value, list):
            return [f"{where} is no list: {value!r}"]
        found = [problems(package, match[1], each, f"{where}[{i}]") for i, each in enumerate(value)]
        return [problem for some in found for problem in some]
    if match := re.fullmatch(r"[Dd]ict[\[(]str, (.+)[\])]", kind):
        found = [problems(package, match[1], each, f"{where}.{k}") for k, each in value.items()]
        return [problem for some in found for problem in some]
    if kind == "datetime":
        return _date_problems(value, where)
    if kind in PRIMITIVES:
        good = isinstance(value, PRIMITIVES[kind]) and (kind == "bool" or value is not True)
        return [] if good else [f"{where} is no {kind}: {value!r}"]
    return _model_problems(package, model(package, kind), value, where)


@cache
def model(package: str, kind: str) -> type:
    return getattr(importlib.import_module(f"spapi.models.{package}"), kind)


def _model_problems(package: str, kind: Any, value: Any, where: str) -> list[str]:
    if not kind.swagger_types:
        options = {each for name, each in vars(kind).items() if name.isupper()}
        if options:
            return [] if value in options else [f"{where} is none of the options: {value!r}"]
        return [] if isinstance(value, dict) else [f"{where} is no object: {value!r}"]
    if not isinstance(value, dict):
        return [f"{where} is no object: {value!r}"]
    names = {json_name: name for name, json_name in kind.attribute_map.items()}
    found = [f"{where}.{key} is unknown" for key in value if key not in names]
    for json_name, name in names.items():
        found += _field_problems(package, kind, name, value.get(json_name), f"{where}.{json_name}")
    return found


def _field_problems(package: str, kind: Any, name: str, value: Any, where: str) -> list[str]:
    kind_of_field = kind.swagger_types[name]
    if value is None:
        return _refused_by_setter(kind, name, None, where)
    found = problems(package, kind_of_field, value, where)
    return found or _refused_by_setter(kind, name, value, where)


def _refused_by_setter(kind: Any, name: str, value: Any, where: str) -> list[str]:
    """The SDK's setters know what is required, how long it may be, and which words are allowed."""
    blank = kind.__new__(kind)
    blank._configuration = importlib.import_module("spapi.configuration").Configuration()
    try:
        setattr(blank, name, value)
    except ValueError as error:
        return [f"{where}: {error}"]
    return []


def _date_problems(value: Any, where: str) -> list[str]:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return [f"{where} is no date: {value!r}"]
    return []
