"""Business time: runs at any speed, stands still, or is stepped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Timer = Callable[[], float]
"""Protocol time: seconds that only grow, for token expiry, token buckets and page tokens."""


class Clock:
    """The simulated time, which goes forward only. Aware UTC; safe to use from any thread."""

    def __init__(
        self,
        start: datetime,
        *,
        speed: float = 1.0,
        frozen: bool = False,
        timer: Timer = time.monotonic,
    ) -> None:
        self._lock = threading.Lock()
        self._timer = timer
        self._base = start.astimezone(UTC)
        self._mark = timer()
        self._speed = checked_speed(speed)
        self._frozen = frozen

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def step(self, by: timedelta) -> None:
        """Moves the time forward. ValueError when `by` is negative or leads past year 9999."""
        if by < timedelta(0):
            raise ValueError("The clock only goes forward: give a positive step.")
        with self._lock:
            try:
                self._base = self._now() + by
            except OverflowError:
                raise ValueError("That step leads past the year 9999.") from None
            self._mark = self._timer()

    def restart(
        self,
        at: datetime,
        *,
        speed: float | None = None,
        frozen: bool | None = None,
        timer: Timer | None = None,
    ) -> None:
        """Begins again at another time, even an earlier one; what isn't given stays as it is."""
        checked = self.speed if speed is None else checked_speed(speed)
        with self._lock:
            self._speed = checked
            self._frozen = self._frozen if frozen is None else frozen
            self._timer = timer or self._timer
            self._base = at.astimezone(UTC)
            self._mark = self._timer()

    def freeze(self) -> None:
        with self._lock:
            self._rebase()
            self._frozen = True

    def run(self, speed: float | None = None) -> None:
        """Lets time run again, at `speed` simulated seconds per second if given."""
        checked = self.speed if speed is None else checked_speed(speed)
        with self._lock:
            self._rebase()
            self._speed = checked
            self._frozen = False

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def frozen(self) -> bool:
        return self._frozen

    def _now(self) -> datetime:
        if self._frozen:
            return self._base
        return self._base + timedelta(seconds=(self._timer() - self._mark) * self._speed)

    def _rebase(self) -> None:
        self._base = self._now()
        self._mark = self._timer()


def checked_speed(speed: float) -> float:
    """The speed itself; ValueError when no clock can run so."""
    if not 0 < speed <= 1_000_000:
        raise ValueError("Speed must be above 0 and at most 1000000; freeze the clock to stop it.")
    return float(speed)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC without milliseconds, as Amazon writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime | None:
    """The moment an ISO 8601 text names, in UTC; None when it is not one. No zone means UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
