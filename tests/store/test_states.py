"""The words in the store's columns of states, which rows of older programs hold too."""

from __future__ import annotations

import pytest

from mcf.store.states import RunState, Subject, SubmissionState


@pytest.mark.parametrize("state", SubmissionState)
def test_only_what_amazon_certainly_does_not_have_may_be_sent_again(state: SubmissionState) -> None:
    never = (SubmissionState.REJECTED, SubmissionState.NOT_SENT, SubmissionState.DISMISSED)

    assert state.may_be_sent_again == (state in never)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Subject, "inventory orders tracking"),
        (RunState, "running whole partial failed stopped"),
        (SubmissionState, "sending accepted rejected not_sent unknown dismissed"),
    ],
)
def test_the_words_are_those_that_older_stores_hold(kind: type[Subject], words: str) -> None:
    assert [member.value for member in kind] == words.split()


@pytest.mark.parametrize("kind", [Subject, RunState, SubmissionState])
def test_every_word_fits_its_column(kind: type[Subject]) -> None:
    assert max(len(member.value) for member in kind) <= 20
