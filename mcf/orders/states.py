"""What became of an order on its way to Amazon, and which earlier order it repeats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mcf.store.states import SubmissionState


@dataclass(frozen=True, slots=True)
class Submission:
    """Where an order stands on its way to Amazon, with a sentence and advice for the seller.

    `refused` are the fields of the form that Amazon refused, each with what to do there.
    """

    seller_fulfillment_order_id: str
    state: SubmissionState
    message: str
    advice: str | None = None
    request_id: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A likely duplicate: an earlier order of the same goods for the same person; `at` is UTC."""

    seller_fulfillment_order_id: str
    at: datetime


def besides(repeats: Iterable[Repeat], replaced: str) -> list[Repeat]:
    """Those that a new order may repeat by mistake: not the one whose place it takes."""
    return [repeat for repeat in repeats if repeat.seller_fulfillment_order_id != replaced]
