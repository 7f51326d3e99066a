"""The words in the store's columns of states: what is read, how a read ended, where a submission
is.
"""

from __future__ import annotations

from enum import StrEnum


class Subject(StrEnum):
    """What is read from Amazon."""

    INVENTORY = "inventory"
    ORDERS = "orders"
    TRACKING = "tracking"


class RunState(StrEnum):
    """How a read stands or ended. Partial: some of it was read and kept, then it failed."""

    RUNNING = "running"
    WHOLE = "whole"
    PARTIAL = "partial"
    FAILED = "failed"
    STOPPED = "stopped"


class SubmissionState(StrEnum):
    """What is known of a submission."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    DISMISSED = "dismissed"

    @property
    def may_be_sent_again(self) -> bool:
        """Whether Amazon certainly doesn't have the order."""
        return self in (
            SubmissionState.REJECTED,
            SubmissionState.NOT_SENT,
            SubmissionState.DISMISSED,
        )
