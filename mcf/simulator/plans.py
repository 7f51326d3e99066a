"""Usage plans: one token bucket per operation, shared by all clients, as there is one seller.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mcf.simulator.clock import Timer


@dataclass(frozen=True, slots=True)
class Plan:
    rate: float
    """Requests per second that refill the bucket."""
    burst: int
    told: bool = True
    """Whether answers carry the rate in a header; by the models, those of sandbox calls don't."""

    def times(self, factor: float) -> Plan:
        """The plan of a seller whom Amazon allows so many times the calls a second."""
        return replace(self, rate=self.rate * factor)


SANDBOX = Plan(rate=5, burst=30, told=False)
"""Modelled: Amazon says only that all sandbox operations share the same rate."""


class Buckets:
    """The buckets of all operations, in protocol time."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, operation: str, plan: Plan) -> bool:
        """Takes one token; False when the bucket is empty."""
        now = self._timer()
        level, since = self._levels.get(operation, (float(plan.burst), now))
        level = min(plan.burst, level + (now - since) * plan.rate)
        granted = level >= 1
        self._levels[operation] = (level - 1 if granted else level, now)
        return granted
