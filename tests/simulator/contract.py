"""Judges requests and answers by Amazon's own SDK: names, types, presence, lengths and enums."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

V2020 = "fulfillment_outbound_v2020_07_01"
V2026 = "fulfillment_outbound_v2026_07_04"
FBA = "fba_inventory_v1"
SELLERS = "sellers_v1"

APIS = {
    V2020: ("fba_outbound_api", "FbaOutboundApi"),
    V2026: ("fulfillment_outbound_api", "FulfillmentOutboundApi"),
    FBA: ("fba_inventory_api", "FbaInventoryApi"),
    SELLERS: ("sellers_api", "SellersApi"),
}
ACCEPTED = {202: "CreateOrderAcceptedResponse"}
"""createOrder has two answers, of which the SDK's method names one."""

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
    blank._configuration = _strict()
    try:
        setattr(blank, name, value)
    except ValueError as error:
        return [f"{where}: {error}"]
    return []


@cache
def _strict() -> Any:
    """A configuration in which setters judge; to make one costs more than all else here."""
    return importlib.import_module("spapi.configuration").Configuration()


def _date_problems(value: Any, where: str) -> list[str]:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return [f"{where} is no date: {value!r}"]
    return []


@dataclass(frozen=True)
class Contract:
    """What the SDK says about one operation."""

    package: str
    asked: str
    """The model of the body; empty when there is none."""
    answered: str
    """The model of the answer; empty when it has no body."""
    parameters: frozenset[str]
    plan: tuple[float, int] | None
    """Rate and burst; None where Amazon states no usage plan."""


@dataclass(frozen=True)
class Exchange:
    """A request as it left a client, and the answer as it came."""

    operation: str
    parameters: frozenset[str]
    asked: Any
    status: int
    answered: Any

    def asked_wrongly(self) -> list[str]:
        """What the SDK says against the request."""
        terms = contract(self.operation)
        unknown = sorted(self.parameters - terms.parameters)
        found = [f"{self.operation}?{name} is unknown" for name in unknown]
        if terms.asked:
            return found + problems(terms.package, terms.asked, self.asked)
        return found + [f"{self.operation}.{name} is unknown" for name in self.asked or {}]

    def answered_wrongly(self) -> list[str]:
        """What the SDK says against the answer."""
        terms = contract(self.operation)
        if not terms.answered:
            return [] if self.answered is None else [f"{self.operation} has a body"]
        kind = ACCEPTED.get(self.status, terms.answered)
        if terms.answered == "object":
            kind = "object"
        return problems(terms.package, kind, self.answered)


@cache
def contract(operation: str) -> Contract:
    """The SDK's method for an operation, read. KeyError when it has none."""
    method = re.sub("([a-z])([A-Z])", r"\1_\2", operation).lower()
    for package, (module, name) in APIS.items():
        api = getattr(importlib.import_module(f"spapi.api.{package}.{module}"), name)
        if hasattr(api, method):
            return _terms(package, inspect.getsource(getattr(api, f"{method}_with_http_info")))
    raise KeyError(operation)


def _terms(package: str, source: str) -> Contract:
    """The SDK is generated, so that its methods can be read like a table."""
    asked = re.search(r":param (\w+Request) ", source)
    answered = re.search(r"response_type='(\w+)'", source)
    plan = re.search(r"\| ([\d.]+) \| (\d+) \|", source)
    return Contract(
        package,
        asked[1] if asked else "",
        answered[1] if answered else "",
        frozenset(re.findall(r"query_params\.append\(\('(\w+)'", source)),
        (float(plan[1]), int(plan[2])) if plan else None,
    )
