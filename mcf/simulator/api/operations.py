"""What every emulated operation has in common: its usage plan, its page tokens, what it works on.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mcf.simulator.api.forms import Answer, Form
from mcf.simulator.api.photos import Photos
from mcf.simulator.clock import Timer
from mcf.simulator.world import engine
from mcf.simulator.world.orders import Fortune, Order, OrderRequest
from mcf.simulator.world.world import World

STOCK_PAGE_LIFETIME = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The usage plan of an operation."""

    rate: float
    """Requests per second that refill the bucket."""
    burst: int
    told: bool = True
    """Whether answers carry the rate in a header; by the models, those of sandbox calls don't."""

    def times(self, factor: float) -> Plan:
        """The plan of a seller whom Amazon allows so many times the calls a second."""
        return replace(self, rate=self.rate * factor)


SANDBOX = Plan(rate=5, burst=30, told=False)
"""Modelled: Amazon says only that all sandbox operations share the same rate."""


class Buckets:
    """The buckets of all operations, in protocol time."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, operation: str, plan: Plan) -> bool:
        """Takes one token; False when the bucket is empty."""
        now = self._timer()
        level, since = self._levels.get(operation, (float(plan.burst), now))
        level = min(plan.burst, level + (now - since) * plan.rate)
        granted = level >= 1
        self._levels[operation] = (level - 1 if granted else level, now)
        return granted


class PageTokens:
    """Tokens that carry a place in a list; with a lifetime, in seconds of protocol time."""

    def __init__(self, timer: Timer, lifetime: float | None = None) -> None:
        self._timer = timer
        self._lifetime = lifetime
        self._issued: OrderedDict[int, float] = OrderedDict()
        self._serial = 0

    def issue(self, **place: str | int) -> str:
        """A token for a place in a list, named by its fields."""
        if self._lifetime is not None:
            self._serial += 1
            self._issued[self._serial] = self._timer()
            place["issue"] = self._serial
            self._forget_the_dead(self._lifetime)
        return base64.b64encode(json.dumps(place).encode()).decode()

    def _forget_the_dead(self, lifetime: float) -> None:
        while self._timer() - next(iter(self._issued.values())) > lifetime:
            self._issued.popitem(last=False)

    def redeem(self, token: str) -> dict[str, str | int] | None:
        """The place a token carries; None when it is invalid or expired."""
        try:
            place = json.loads(base64.b64decode(token, validate=True))
        except (binascii.Error, ValueError):
            return None
        if not isinstance(place, dict):
            return None
        if self._lifetime is not None:
            issued = self._issued.get(place.get("issue", 0))
            if issued is None or self._timer() - issued > self._lifetime:
                return None
        return place


class Backend:
    """What the operations work on: the world, page tokens, and what faults do to orders."""

    def __init__(
        self,
        world: World,
        timer: Timer,
        hides: Callable[[Order, datetime], bool],
        photos: Photos,
    ) -> None:
        self.world = world
        self.photos = photos
        self.fortune = Fortune()
        self._hides = hides
        self.stock_pages = PageTokens(timer, STOCK_PAGE_LIFETIME)
        self.order_pages = PageTokens(timer)

    def place(self, request: OrderRequest) -> Order:
        """Accepts an order, with the misfortune that is to befall it."""
        return engine.place(self.world, request, self.fortune)

    def visible(self, order_id: str) -> Order | None:
        """An order that a reader can see already."""
        order = self.world.orders.get(order_id)
        return None if order is None or self.hides(order) else order

    def hides(self, order: Order) -> bool:
        """Whether a fault keeps an order from being seen yet."""
        return self._hides(order, self.world.now)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, decoded but not judged."""

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None

    def text(self, name: str) -> str:
        """The first value of a query parameter; parameter names are case-sensitive."""
        return self.query.get(name, [""])[0]

    def texts(self, name: str) -> list[str]:
        """All values of a list parameter, repeated or joined with commas."""
        values = ",".join(self.query.get(name, [])).split(",")
        return [value for value in values if value]

    def with_body(self, body: object) -> Call:
        """The same request with its JSON body."""
        return replace(self, body=body)

    def form(self) -> Form:
        """The body as a form. Raises Refusal when it is no JSON object."""
        return Form(self.body)

    def optional_form(self) -> Form:
        """The body as a form, an empty one when there is no body. Raises Refusal."""
        return Form(self.body if self.body is not None else {})


Handler = Callable[[Backend, Call], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an API: where it is called, how often it may be, and what answers."""

    name: str
    method: str
    path: str
    plan: Plan
    handler: Handler

    def match(self, method: str, segments: list[str]) -> dict[str, str] | None:
        """The path parameters, when the request is for this operation."""
        pattern = self.path.split("/")
        if method != self.method or len(pattern) != len(segments):
            return None
        parameters = {}
        for expected, actual in zip(pattern, segments, strict=True):
            if expected.startswith("{"):
                parameters[expected[1:-1]] = actual
            elif expected != actual:
                return None
        return parameters
