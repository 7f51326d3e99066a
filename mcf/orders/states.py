"""What became of an order on its way to Amazon, and which earlier order it repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mcf.store.states import SubmissionState


@dataclass(frozen=True, slots=True)
class Submission:
    """Where an order stands on its way to Amazon, with a sentence and advice for the seller."""

    seller_fulfillment_order_id: str
    state: SubmissionState
    message: str
    advice: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A likely duplicate: an earlier order of the same goods for the same person; `at` is UTC."""

    seller_fulfillment_order_id: str
    at: datetime
