"""What became of an order on its way to Amazon doesn't change once it was said."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from mcf.orders.states import Repeat, Submission
from mcf.store.states import SubmissionState


def test_an_order_that_amazon_took_needs_no_advice_and_names_no_request() -> None:
    accepted = Submission("TEST-1", SubmissionState.ACCEPTED, "Amazon has the order.")

    assert (accepted.advice, accepted.request_id) == (None, None)


def test_what_became_of_an_order_cannot_be_changed_afterwards() -> None:
    sending = Submission("TEST-1", SubmissionState.SENDING, "It's being sent.")

    with pytest.raises(FrozenInstanceError):
        sending.state = SubmissionState.ACCEPTED  # type: ignore[misc]


def test_two_looks_at_an_order_that_stands_the_same_are_equal() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)

    assert Repeat("TEST-1", at) == Repeat("TEST-1", at)
    assert Repeat("TEST-1", at) != Repeat("TEST-2", at)
