"""How long somebody waits for what is being done: a bound in time that the caller gives."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


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
