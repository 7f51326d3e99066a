"""What all faults have in common: a request on its way, and when a fault strikes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from mcf.simulator import chance
from mcf.simulator.api.forms import Answer
from mcf.simulator.api.operations import Call
from mcf.simulator.world.orders import Fortune


@dataclass(slots=True)
class Exchange:
    """One request on its way through the faults, and what will be sent back."""

    operation: str
    call: Call
    answer: Answer | None = None
    content: bytes | None = None
    """Sent instead of the answer's JSON."""
    content_type: str = "application/json"
    delay: float = 0.0
    """Seconds before anything is sent."""
    reset: bool = False
    """Nothing is sent: the connection breaks."""
    expire_tokens: bool = False

    @property
    def settled(self) -> bool:
        """Whether the operation must not be performed any more."""
        return self.answer is not None or self.content is not None or self.reset

    def say(self, status: int, content: bytes, content_type: str = "text/html") -> None:
        """Settles the exchange with bytes that aren't Amazon's JSON."""
        self.answer = Answer(status, None)
        self.content = content
        self.content_type = content_type


@dataclass(kw_only=True, eq=False)
class Fault:
    """A failure and when it strikes.

    `operations` limits it to some (default: those it makes sense for); `nth` to one call, counted
    from 1; `times` ends it after so many strikes; `chance` makes it strike at random, by `seed`.
    """

    name: ClassVar[str]
    usual_operations: ClassVar[tuple[str, ...]] = ()
    """Empty: every SP-API operation, but not the token endpoint."""

    operations: Sequence[str] = ()
    nth: int | None = None
    times: int | None = None
    chance: float = 1.0
    seed: int = 7
    calls: int = field(default=0, init=False)
    strikes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if isinstance(self.operations, str) or not all(
            isinstance(each, str) for each in self.operations
        ):
            raise TypeError("operations must be a list of names")
        counts = [each for each in (self.nth, self.times) if each is not None]
        if not 0 <= self.chance <= 1 or any(each < 1 for each in counts):
            raise ValueError("nth and times begin at 1; chance is between 0 and 1.")
        self.operations = tuple(self.operations) or self.usual_operations

    def concerns(self, exchange: Exchange) -> bool:
        """Whether the request is one that this fault could hit."""
        if not self.operations:
            return exchange.operation != "token"
        return exchange.operation in self.operations

    def hits(self, exchange: Exchange) -> bool:
        """Counts the request, and decides whether it is hit."""
        if not self.concerns(exchange) or self.exhausted:
            return False
        self.calls += 1
        if self.nth is not None and self.calls != self.nth:
            return False
        if chance.Dice(self.seed, self.name, self.calls).uniform() >= self.chance:
            return False
        self.strikes += 1
        return True

    @property
    def exhausted(self) -> bool:
        """Whether it has struck as often as it may."""
        spent = self.times is not None and self.strikes >= self.times
        return spent or (self.nth is not None and self.calls >= self.nth)

    def before(self, exchange: Exchange) -> None:
        """Acts before the operation; settling the exchange keeps it from happening."""

    def after(self, exchange: Exchange) -> None:
        """Acts on the answer, when the operation has happened and is saved."""

    def befall(self, fortune: Fortune) -> Fortune:
        """What is to become of an order that the request places."""
        return fortune
