"""A query on a PostgreSQL that stands still ends; a long one is waited for."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import count

import psycopg
import pytest

from mcf.store.silence import SILENCE, limited

READY, NOTHING = 1, 0


def query() -> Generator[str, int, str]:
    """A query of three steps; tells what was sent into each."""
    came = yield "write"
    more = yield "read"
    rest = yield "read"
    return f"{came}{more}{rest}"


def outcome(sent: Sequence[int], answers: list[bool]) -> str:
    """What the query comes to when this is sent into its steps, each after a while."""
    seconds = count(0, SILENCE * 0.6)
    steps = limited(query(), lambda: answers.pop(0), lambda: next(seconds))
    next(steps)
    steps.send(sent[0])
    steps.send(sent[1])
    with pytest.raises(StopIteration) as end:
        steps.send(sent[2])
    assert answers == []
    return str(end.value.value)


def test_a_query_that_is_answered_is_not_looked_after() -> None:
    assert outcome([READY] * 3, []) == "111"


def test_a_long_query_is_waited_for_while_its_server_answers() -> None:
    assert outcome([NOTHING] * 3, [True]) == "000"


def test_a_query_ends_when_its_server_stands_still() -> None:
    with pytest.raises(psycopg.OperationalError, match="PostgreSQL doesn't answer"):
        outcome([READY, NOTHING, NOTHING], [False])
