"""What was asked and what was answered, for tests and for people who wonder."""

from __future__ import annotations

import threading
import uuid
from collections import Counter, deque
from dataclasses import dataclass

REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    operation: str
    method: str
    path: str
    status: int
    request_id: str


class RequestLog:
    """The latest requests, and counts of all since the start. Paths only: no body, no token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=REMEMBERED)
        self._counts: Counter[str] = Counter()
        self._serial = 0

    def add(self, operation: str, method: str, path: str, status: int) -> Entry:
        with self._lock:
            self._serial += 1
            request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"request/{self._serial}"))
            entry = Entry(operation, method, path, status, request_id)
            self._entries.append(entry)
            self._counts[operation] += 1
            return entry

    def count(self, operation: str | None = None) -> int:
        """How often an operation was called since the last clear; all of them without a name."""
        with self._lock:
            return self._counts[operation] if operation else sum(self._counts.values())

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    def entries(self) -> list[Entry]:
        """The latest requests, oldest first."""
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        """Forgets the requests so far; the ids of later ones go on."""
        with self._lock:
            self._entries.clear()
            self._counts.clear()

    def reset(self) -> None:
        """Forgets everything: the next request has the id of a first one."""
        with self._lock:
            self._serial = 0
            self._entries.clear()
            self._counts.clear()
