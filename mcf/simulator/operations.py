"""What every emulated operation has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mcf.simulator.answers import Answer, Refusal
from mcf.simulator.clock import Timer
from mcf.simulator.forms import Form
from mcf.simulator.paging import PageTokens
from mcf.simulator.plans import Plan
from mcf.simulator.world import World

STOCK_PAGE_LIFETIME = 30.0


class Backend:
    """What the operations work on: the world, and the page tokens handed out."""

    def __init__(self, world: World, timer: Timer) -> None:
        self.world = world
        self.stock_pages = PageTokens(timer, STOCK_PAGE_LIFETIME)
        self.order_pages = PageTokens(timer)
        self.idempotency: dict[str, Answer] = {}


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
