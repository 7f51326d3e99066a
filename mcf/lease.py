"""Who reads from Amazon: one process at a time, however many share the store."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    cast,
    delete,
    extract,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from mcf.tables import leases

Writing = Callable[[], AbstractContextManager[Connection]]
LASTS = 45.0
"""Seconds after which a lease that nobody renews is free: its holder has died."""

RENEWED_EVERY = 10.0
"""Seconds between two renewals."""


class Lease:
    """A role that one process has. It outlives a crash by LASTS seconds at most.

    On the machine of a holder that died it's free at once. On PostgreSQL the server's clock counts.
    """

    def __init__(
        self,
        writing: Writing,
        scope: dict[str, str],
        name: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._writing = writing
        self._key = {**scope, "name": name}
        self._clock = clock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"

    def take(self) -> bool:
        """Whether the role is ours now; takes it when it's free, renews it when it's ours."""
        with self._writing() as connection:
            now = _now(connection, self._clock)
            free = _has_ended(now) | (leases.c.holder == self._holder)
            other = connection.execute(select(leases.c.holder).where(*self._mine())).scalar()
            if other is not None and _has_died(other, self._holder):
                free = free | (leases.c.holder == other)
            values = {"holder": self._holder, "until": now + LASTS}
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            taken = connection.execute(
                dialect.insert(leases)
                .values(**self._key, **values)
                .on_conflict_do_update(
                    index_elements=["account", "marketplace_id", "name"], set_=values, where=free
                )
                .returning(leases.c.holder)
            )
            return taken.first() is not None

    def is_taken(self) -> bool:
        """Whether another process has the role now; takes nothing."""
        with self._writing() as connection:
            now = _now(connection, self._clock)
            holder = select(leases.c.holder).where(*self._mine(), ~_has_ended(now))
            other = connection.execute(holder).scalar()
        return other not in (None, self._holder) and not _has_died(other, self._holder)

    def release(self) -> None:
        """Gives the role up, if it's ours."""
        with self._writing() as connection:
            connection.execute(delete(leases).where(*self._mine(), leases.c.holder == self._holder))

    def _mine(self) -> list[ColumnElement[bool]]:
        return [leases.c[name] == value for name, value in self._key.items()]


def _has_ended(now: Any) -> ColumnElement[bool]:
    """Whether the lease has run out by itself."""
    until = leases.c.until
    # A lease that lasts longer than leases do was taken before the clock was set back.
    ended: ColumnElement[bool] = (until < now) | (until > now + 2 * LASTS)
    return ended


def _now(connection: Connection, clock: Callable[[], float]) -> Any:
    if connection.dialect.name == "postgresql":
        return cast(extract("epoch", func.clock_timestamp()), Float)
    return literal(clock(), Float)


def _has_died(holder: str, me: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host, pid, _ = holder.rsplit(":", 2)
    my_host, my_pid, _ = me.rsplit(":", 2)
    if host != my_host or not pid.isdecimal():
        return False
    if pid == my_pid:
        # Another holder in this process, or one that had the same number before a restart: the
        # time tells.
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
