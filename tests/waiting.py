"""Waiting for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 240.0
"""Seconds after which what was waited for won't come, however busy the machine is."""


def eventually(holds: Callable[[], bool]) -> None:
    """Returns when it holds; fails when it never does."""
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)
