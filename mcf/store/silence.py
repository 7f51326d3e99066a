"""Connections to PostgreSQL that don't wait without end for a server that has stopped answering."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, event

R = TypeVar("R")
SILENCE = 15.0
"""Seconds without a word from the server, after which it's tried whether another connection can be
made: a long query is waited for, a server that stands still isn't.
"""
NO_ANSWER = "PostgreSQL doesn't answer."


def bound(engine: Engine) -> None:
    """Has connections raise `psycopg.OperationalError` when their server stands still."""

    @event.listens_for(engine, "do_connect")
    def connect(_: Any, __: Any, words: Any, options: Any) -> Any:
        try:
            connection = _Bounded.connect(*words, **options)
        except psycopg.errors.ConnectionTimeout as error:
            raise psycopg.errors.ConnectionTimeout(NO_ANSWER) from error
        connection.answers = lambda: _answers(*words, **options)
        return connection


def limited(
    steps: Generator[Any, Any, R],
    answers: Callable[[], bool],
    now: Callable[[], float] = time.monotonic,
) -> Generator[Any, Any, R]:
    """The steps of a query, which end with `psycopg.OperationalError` when nothing `answers`.

    What is sent into them is 0 when nothing came meanwhile.
    """
    asked = now()
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if ready:
                asked = now()
            elif now() - asked > SILENCE:
                if not answers():
                    raise psycopg.OperationalError(NO_ANSWER)
                asked = now()
            wanted = steps.send(ready)
    except StopIteration as end:
        result: R = end.value
        return result


class _Bounded(psycopg.Connection[Any]):
    """A connection that knows how to see whether its server still answers."""

    answers: Callable[[], bool]

    def wait(self, gen: Any, *args: Any, **more: Any) -> Any:
        """What the query's steps come to; the connection is closed when its server stands still."""
        if not hasattr(self, "answers"):
            return super().wait(gen, *args, **more)
        return super().wait(limited(gen, self._answers_or_ends), *args, **more)

    def _answers_or_ends(self) -> bool:
        answers = self.answers()
        if not answers:
            # What is said over it afterwards, like a rollback, would be waited for again.
            self.pgconn.finish()
        return answers


def _answers(*words: Any, **options: Any) -> bool:
    """Whether the server answers, even if it refuses."""
    try:
        psycopg.connect(*words, **options).close()
    except psycopg.errors.ConnectionTimeout:
        return False
    except psycopg.Error:
        return True
    return True
