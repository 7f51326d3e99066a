"""How often somebody may try to sign in, by the address that they come from."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Scope

from mcf.public_url import LOOPBACK

MOST, WITHIN = 20, 60.0
"""Attempts in so many seconds; signing in takes two."""
_ADDRESSES = 10_000


def origin(scope: Scope) -> str:
    """The address that a question comes from; a proxy on this machine says for whom it asks."""
    client = scope.get("client")
    peer = str(client[0]) if client else ""
    forwarded = Headers(scope=scope).getlist("x-forwarded-for")
    if peer in LOOPBACK and forwarded:
        # What stands before it, whoever asked may have made up.
        peer = forwarded[-1].rpartition(",")[2].strip()
    return peer[:64]


class Attempts:
    """The latest attempts of each address, in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that this address has to wait; 0 if it may try, which is counted."""
        now = self._clock()
        tried = self._of.setdefault(address, deque())
        self._of.move_to_end(address)
        while tried and now - tried[0] >= WITHIN:
            tried.popleft()
        if len(tried) >= MOST:
            return max(1, int(tried[0] + WITHIN - now) + 1)
        tried.append(now)
        while len(self._of) > _ADDRESSES:
            self._of.popitem(last=False)
        return 0
