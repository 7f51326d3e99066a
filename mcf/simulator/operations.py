"""What every emulated operation has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mcf.simulator.answers import Answer, Refusal
from mcf.simulator.clock import Timer
from mcf.simulator.forms import Form
from mcf.simulator.paging import PageTokens
from mcf.simulator.photos import Photos
from mcf.simulator.plans import Plan
from mcf.simulator.world import engine
from mcf.simulator.world.orders import Fortune, Order, OrderRequest
from mcf.simulator.world.world import World

STOCK_PAGE_LIFETIME = 30.0


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
        return replace(self, body=body)

    def form(self) -> Form:
        return Form(self.body)

    def optional_form(self) -> Form:
        return Form(self.body if self.body is not None else {})


Handler = Callable[[Backend, Call], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
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
        found = {}
        for expected, actual in zip(pattern, segments, strict=True):
            if expected.startswith("{"):
                found[expected[1:-1]] = actual
            elif expected != actual:
                return None
        return found


__all__ = ["Answer", "Backend", "Call", "Handler", "Operation", "Plan", "Refusal"]
