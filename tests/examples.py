"""How many examples a property is tried with: all in the whole, a fourth in `make test`."""

from __future__ import annotations

import os

import hypothesis

WHOLE = os.environ.get("MCF_TEST_WHOLE") == "1"


def many(count: int) -> int:
    """So many, or a fourth of them, at least ten, unless the whole is wanted."""
    return count if WHOLE else max(10, count // 4)


def register() -> None:
    """Loads the profile of the gate; HYPOTHESIS_PROFILE may name another."""
    # Neither a busy machine nor chance makes a test fail: no deadline, and the same examples.
    hypothesis.settings.register_profile(
        "gate",
        deadline=None,
        derandomize=True,
        max_examples=many(100),
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.register_profile(
        "explore", hypothesis.settings.get_profile("gate"), derandomize=False, max_examples=1000
    )
    hypothesis.settings.load_profile("gate")
