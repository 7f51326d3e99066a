"""Words that depend on a number."""

from __future__ import annotations

import pytest

from mcf.wording import many


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 orders"), (1, "1 order"), (2, "2 orders"), (1000, "1,000 orders")],
)
def test_a_noun_stands_in_the_number_of_its_count(count: int, words: str) -> None:
    assert many(count, "order") == words


def test_a_plural_may_be_another_word() -> None:
    assert (many(1, "it is", "they are"), many(2, "it is", "they are")) == ("1 it is", "2 they are")
