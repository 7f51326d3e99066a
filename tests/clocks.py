"""Clocks for tests: time passes only when somebody sleeps."""

from __future__ import annotations

import threading


class Time:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds

    def note(self, seconds: float) -> None:
        """Sleeps without time passing, as for threads that wait at the same time."""
        with self._lock:
            self.slept.append(seconds)
