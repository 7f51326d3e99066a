"""What needs a hand: how soon, what, why, and where it's dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """How soon something needs a hand, the most urgent first."""

    NOW = "now"
    TODAY = "today"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs a hand: what, why, and where it's dealt with.

    `subject` is an order number or a SKU; it's empty when it's about many. `kind` and `subject`
    stay the same from day to day, so that a concern can be put off.
    """

    urgency: Urgency
    title: str
    reason: str
    page: str
    subject: str
    kind: str = ""

    @property
    def key(self) -> str:
        """What the concern is about, whatever its numbers; empty if it can't be put off."""
        return f"{self.kind}:{self.subject}" if self.kind else ""
