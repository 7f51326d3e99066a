"""The words in which the store keeps what was asked of an order."""

from __future__ import annotations

from mcf.tracking.states import Change, ChangeState, ReturnOutcome, ReturnState


def test_the_words_that_are_kept_of_returns_stay_as_older_stores_have_them() -> None:
    assert {state.value for state in ReturnState} == {"accepted", "refused", "not_sent", "unknown"}


def test_a_change_that_amazon_has_and_one_that_is_done_are_told_apart() -> None:
    asked = Change("TEST-1", ChangeState.REQUESTED, "Planning", "Amazon has the request.")
    done = Change("TEST-1", ChangeState.DONE, "Cancelled", "Amazon has cancelled the order.")

    assert asked.state is not done.state
    assert asked != done


def test_a_unit_has_no_number_to_send_it_back_until_amazon_gives_one() -> None:
    outcome = ReturnOutcome("R-1", "1", ReturnState.ACCEPTED, "Amazon takes it back.")

    assert outcome.rma is None
