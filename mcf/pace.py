"""Keeps to Amazon's usage plans: calls wait here instead of being refused with a 429.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from mcf.wire import Operation

SLACK = 0.1
"""Seconds behind the plan's limit: two calls may be closer to each other at Amazon than here."""


class Pace:
    """A token bucket per operation, shared by the threads of this process.

    Kept as the theoretical arrival time of the next call (GCRA), so a wait is reserved before it's
    slept and threads queue in order.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._arrival: dict[Operation, float] = {}

    def wait(self, operation: Operation) -> None:
        """Returns when the plan allows one more call of the operation."""
        interval = 1 / operation.rate
        with self._lock:
            now = self._clock()
            arrival = max(self._arrival.get(operation, now), now)
            self._arrival[operation] = arrival + interval
        delay = arrival - now - interval * (operation.burst - 1)
        if delay > 0:
            self._sleep(delay + SLACK)

    def refused(self, operation: Operation) -> None:
        """Notes a 429: somebody else uses the same plan, so the burst counts as spent."""
        with self._lock:
            spent = self._clock() + operation.burst / operation.rate
            self._arrival[operation] = max(self._arrival.get(operation, 0.0), spent)
