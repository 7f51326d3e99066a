"""The words that the store keeps for states: what is read, how a read ended, where a submission and
a rescue are.
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


class RescueState(StrEnum):
    """How far it is with cancelling an order that is stuck and sending it again."""

    ASKED = "asked"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    GIVEN_UP = "given up"

    @property
    def is_open(self) -> bool:
        """Whether it goes on by itself."""
        return self in (
            RescueState.ASKED,
            RescueState.CANCELLING,
            RescueState.CANCELLED,
            RescueState.SENDING,
        )
