"""Faults drawn from a seed for every call, and what became of each call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mcf.simulator.chance import Dice
from mcf.simulator.faults.kinds import (
    AnswerLost,
    BadGateway,
    EmptyBody,
    ErrorsInSuccess,
    Exchange,
    Fault,
    ForeignBody,
    HtmlBadRequest,
    InternalError,
    InvalidInput,
    LateVisibility,
    LoginDown,
    NotFound,
    Redirect,
    ResetAfter,
    ResetBefore,
    RoleMissing,
    Slow,
    Throttled,
    TokenExpired,
    TokenRejected,
    Truncated,
    Unauthorized,
    Unavailable,
)
from mcf.simulator.world.orders import Order

LONGEST_SILENCE = 1.0
"""Seconds; many times the pause of a good answer, and short enough for many of them."""

ANYWHERE: tuple[type[Fault], ...] = (
    AnswerLost,
    BadGateway,
    EmptyBody,
    InternalError,
    Redirect,
    ResetAfter,
    ResetBefore,
    Slow,
    Throttled,
    Truncated,
    Unavailable,
)
AT_LOGIN = (*ANYWHERE, LoginDown)
AT_SP_API = (
    *ANYWHERE,
    ErrorsInSuccess,
    ForeignBody,
    HtmlBadRequest,
    InvalidInput,
    NotFound,
    RoleMissing,
    TokenExpired,
    TokenRejected,
    Unauthorized,
)


@dataclass
class Met:
    """A call that reached Amazon, and the fault that it met."""

    exchange: Exchange
    fault: Fault | None

    @property
    def refused_by_plan(self) -> bool:
        """Whether it was a 429 of the usage plan, not one of the storm's."""
        answer = self.exchange.answer
        told = answer is not None and answer.status == 429
        return told and not isinstance(self.fault, Throttled)


@dataclass(kw_only=True, eq=False)
class Storm(Fault):
    """One of all faults, for `chance` of the calls; login included."""

    name = "storm"
    met: list[Met] = field(default_factory=list, init=False)
    counts: Counter[str] = field(default_factory=Counter, init=False)
    on_call: Callable[[str], None] | None = None
    """Told the operation of each call before Amazon does anything."""

    def hits(self, exchange: Exchange) -> bool:
        self.counts[exchange.operation] += 1
        fault = self._draw(exchange.operation, self.counts[exchange.operation])
        self.met.append(Met(exchange, fault))
        if self.on_call is not None:
            self.on_call(exchange.operation)
        return fault is not None

    def before(self, exchange: Exchange) -> None:
        self._of(exchange).before(exchange)

    def after(self, exchange: Exchange) -> None:
        self._of(exchange).after(exchange)

    def dealt(self) -> Counter[str]:
        """How often each fault struck."""
        return Counter(each.fault.name for each in self.met if each.fault is not None)

    def refusals(self, since: int = 0) -> Counter[str]:
        """How often the usage plan refused each operation, from that call on."""
        return Counter(each.exchange.operation for each in self.met[since:] if each.refused_by_plan)

    def _draw(self, operation: str, nth: int) -> Fault | None:
        dice = Dice(self.seed, "storm", operation, nth)
        if dice.uniform() >= self.chance:
            return None
        kinds = AT_LOGIN if operation == "token" else AT_SP_API
        kind: type[Fault] = kinds[dice.below(len(kinds))]
        if issubclass(kind, Slow):
            return kind(seconds=dice.uniform() * LONGEST_SILENCE)
        return kind()

    def _of(self, exchange: Exchange) -> Fault:
        # The simulator performs one call after the other, so the latest is the one meant.
        latest = self.met[-1]
        if latest.exchange is not exchange or latest.fault is None:
            raise AssertionError("the storm struck another call than it met")
        return latest.fault


@dataclass(kw_only=True, eq=False)
class Fog(LateVisibility):
    """Some orders, `chance` of them, can't be seen for up to `seconds` after they were placed."""

    name = "fog"

    def hides(self, order: Order, now: datetime) -> bool:
        dice = Dice(self.seed, "fog", order.id)
        hidden = dice.uniform() < self.chance
        return hidden and now - order.received < timedelta(seconds=dice.uniform() * self.seconds)
