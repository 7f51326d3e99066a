"""What needs a hand: how soon, what, why, and where it's dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
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

    Of an order `brief` is what happened in one short sentence, `about` for whom it is (the name
    masked) and what is in it, and `due` (UTC) when it's too late to act.
    """

    urgency: Urgency
    title: str
    reason: str
    page: str
    subject: str
    kind: str = ""
    brief: str = ""
    about: str = ""
    due: datetime | None = None

    @property
    def key(self) -> str:
        """What the concern is about, whatever its numbers; empty if it can't be put off."""
        return f"{self.kind}:{self.subject}" if self.kind else ""


def by_urgency(concerns: Iterable[Concern]) -> list[Concern]:
    """The most urgent first; of one urgency those that end first, then as they came."""
    urgencies = list(Urgency)
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(concerns, key=lambda it: (urgencies.index(it.urgency), it.due or last))
