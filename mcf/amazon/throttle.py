"""Rate limits: the queue in which calls wait for Amazon's usage plans, for no longer than somebody
waits for them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from mcf.amazon.responses import Operation
from mcf.errors import Throttled

ASKING, CHANGING, SENDING = 15, 20, 30
"""Seconds that a person waits at most for an answer, a change, an order that is sent."""
_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)
SLACK = 0.1
"""Seconds behind the plan's limit: two calls may be closer to each other at Amazon than here."""
KEPT_FREE = 3
"""A third of each burst is left to people who wait: background calls never take the last token.

That one also pays for calls that are on their way for unequally long: a read of many pages at the
plan's rate would meet a 429 as soon as one of them came too early after a late one.
"""
SLOW_FOR = 60.0
"""Seconds for which the pace is halved after a 429: somebody else uses the same plan."""
FORGOTTEN = 300.0
"""Seconds beyond a used-up burst by which a queue can't be ahead: the clock was set back."""
HEADROOM = 3.0
"""Seconds of a person's patience that are left for the call itself."""
_TICK = 0.001


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within it a person waits: calls go before background ones and end within so many seconds.

    Inside another one, the shorter of the two holds.
    """
    token = _deadline.set(min(_deadline.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float:
    """Seconds left of the caller's patience; infinite when nobody waits."""
    return max(0.0, _deadline.get() - time.monotonic())


def somebody_waits() -> bool:
    """Whether a person waits for what this thread does."""
    return _deadline.get() < math.inf


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that wants to go: one each `interval` seconds, `room` seconds ahead of that at most.

    `spent` is how far the queue is ahead when the whole burst is used up.
    """

    operation: str
    interval: float
    room: float
    spent: float


class Turns(Protocol):
    """Where calls queue, as the theoretical arrival time of the next one (GCRA)."""

    def take(self, wish: Wish) -> tuple[bool, float]:
        """Whether the turn was taken, and how many seconds the queue was ahead before."""
        ...

    def refuse(self, wish: Wish) -> None:
        """Counts the burst as used up, and halves the pace for SLOW_FOR seconds."""
        ...


class OwnTurns:
    """The queue of this process alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._arrival: dict[str, float] = {}
        self._slow_until: dict[str, float] = {}

    def take(self, wish: Wish) -> tuple[bool, float]:
        """Whether the turn was taken, and how many seconds the queue was ahead before."""
        with self._lock:
            now = self._clock()
            ahead = max(0.0, self._arrival.get(wish.operation, now) - now)
            if ahead > wish.room:
                return False, ahead
            slow = self._slow_until.get(wish.operation, now) > now
            self._arrival[wish.operation] = now + ahead + wish.interval * (2 if slow else 1)
            return True, ahead

    def refuse(self, wish: Wish) -> None:
        """Counts the burst as used up, and halves the pace for SLOW_FOR seconds."""
        with self._lock:
            now = self._clock()
            ahead = max(wish.spent, self._arrival.get(wish.operation, now) - now)
            self._arrival[wish.operation] = now + ahead
            self._slow_until[wish.operation] = now + SLOW_FOR


class Pace:
    """The rate limits of all operations, for all threads; with shared turns for all processes.

    A person's call queues at once and may use the whole burst; a background call leaves a part of
    it free and takes its turn only when it may go, so people never wait behind it.
    """

    def __init__(
        self, turns: Turns | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._turns = turns or OwnTurns()
        self._sleep = sleep
        self._rates: dict[Operation, float] = {}

    def wait(self, operation: Operation) -> None:
        """Returns when the plan allows one more call of the operation.

        Raises `Throttled` when somebody waits whose patience would end before that.
        """
        if somebody_waits():
            self._wait_in_front(operation)
        else:
            self._wait_behind(operation)

    def refused(self, operation: Operation) -> None:
        """Notes a 429: somebody else uses the same plan, so the burst counts as spent."""
        self._turns.refuse(self._wish(operation, 0.0))

    def learn(self, operation: Operation, rate: float | None) -> None:
        """Notes the calls a second that Amazon told (`x-amzn-RateLimit-Limit`), if it did."""
        if rate is not None and rate > 0:
            self._rates[operation] = rate

    def _wait_in_front(self, operation: Operation) -> None:
        free = self._free(operation, operation.burst)
        taken, ahead = self._turns.take(
            self._wish(operation, free + max(0.0, remaining() - HEADROOM))
        )
        if not taken:
            raise _busy(operation, math.ceil(max(1.0, ahead - free)))
        if ahead > free:
            self._sleep(ahead - free)

    def _wait_behind(self, operation: Operation) -> None:
        kept = max(1, operation.burst // KEPT_FREE)
        # What was late is made up for, within the token that is kept free.
        late = min(SLACK, self._interval(operation) / 5)
        free = max(late, self._free(operation, operation.burst - kept))
        while True:
            taken, ahead = self._turns.take(self._wish(operation, free))
            if taken:
                return
            self._sleep(ahead - free + _TICK)

    def _free(self, operation: Operation, burst: int) -> float:
        return max(0.0, (burst - 1) * self._interval(operation) - SLACK)

    def _wish(self, operation: Operation, room: float) -> Wish:
        interval = self._interval(operation)
        return Wish(operation.value, interval, room, interval * operation.burst)

    def _interval(self, operation: Operation) -> float:
        return 1 / self._rates.get(operation, operation.rate)


def _busy(operation: Operation, seconds: int) -> Throttled:
    span = "1 second" if seconds == 1 else f"{seconds} seconds"
    error = Throttled(
        f"Amazon is busy: it takes the next call of this kind in {span}. Nothing was sent.",
        operation=operation.value,
    )
    error.again_in = seconds
    return error
