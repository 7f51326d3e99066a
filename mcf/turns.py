"""The queue of calls in the store: usage plans are kept by all processes together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Float, case, cast, extract, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from mcf.pace import FORGOTTEN, SLOW_FOR, Wish
from mcf.tables import turns

Writing = Callable[[], AbstractContextManager[Connection]]


class StoredTurns:
    """One row per operation of an account, changed by one statement per call.

    Processes on one machine share its clock; on PostgreSQL the server's clock counts for all. A
    queue that is ahead of all sense comes from a clock that was set back since.
    """

    def __init__(
        self, writing: Writing, account: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._writing = writing
        self._account = account
        self._clock = clock

    def take(self, wish: Wish) -> tuple[bool, float]:
        """Whether the turn was taken, and how many seconds the queue was ahead before."""
        with self._writing() as connection:
            now = self._now(connection)
            queue = _queue(now, wish)
            step = wish.interval * case(
                (turns.c.slow_until.between(now, now + SLOW_FOR), 2.0), else_=1.0
            )
            first = {"arrival": now + wish.interval, "slow_until": literal(0.0)}
            taken = connection.execute(
                self._insert(connection, wish, first)
                .on_conflict_do_update(
                    index_elements=["account", "operation"],
                    set_={"arrival": queue + step, "before": queue - now},
                    where=queue <= now + wish.room,
                )
                .returning(turns.c.before)
            ).first()
            if taken is not None:
                return True, float(taken.before)
            ahead = select(queue - now).where(*self._mine(wish))
            return False, float(connection.execute(ahead).scalar_one())

    def refuse(self, wish: Wish) -> None:
        """Counts the burst as used up, and halves the pace for SLOW_FOR seconds."""
        with self._writing() as connection:
            now = self._now(connection)
            spent = {"arrival": now + wish.spent, "slow_until": now + SLOW_FOR}
            connection.execute(
                self._insert(connection, wish, spent).on_conflict_do_update(
                    index_elements=["account", "operation"],
                    set_={**spent, "arrival": _later(_queue(now, wish), now + wish.spent)},
                )
            )

    def _mine(self, wish: Wish) -> Iterator[ColumnElement[bool]]:
        yield turns.c.account == self._account
        yield turns.c.operation == wish.operation

    def _now(self, connection: Connection) -> ColumnElement[float]:
        if connection.dialect.name == "postgresql":
            return cast(extract("epoch", func.clock_timestamp()), Float)
        return literal(self._clock(), Float)

    def _insert(self, connection: Connection, wish: Wish, values: dict[str, Any]) -> Any:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        key = {"account": self._account, "operation": wish.operation, "before": 0.0}
        return dialect.insert(turns).values(**key, **values)


def _queue(now: ColumnElement[float], wish: Wish) -> ColumnElement[float]:
    """The arrival time of the next call, mended where the clock was set back."""
    lost = turns.c.arrival > now + wish.spent + FORGOTTEN
    return case((lost, now), else_=_later(turns.c.arrival, now))


def _later(one: ColumnElement[float], other: ColumnElement[float]) -> ColumnElement[float]:
    return case((one > other, one), else_=other)
