"""Who may do what among processes that share a store: the lease of who reads, the locks of who
sends, the queue of who calls Amazon next.
"""

from __future__ import annotations

import hashlib
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    case,
    cast,
    delete,
    extract,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from mcf import logs
from mcf.amazon.throttle import FORGOTTEN, SLOW_FOR, Wish
from mcf.store.tables import leases, turns

Writing = Callable[[], AbstractContextManager[Connection]]
LASTS = 45.0
"""Seconds after which a lease that nobody renews is free: its holder has died."""
RENEWED_EVERY = 10.0
"""Seconds between two renewals."""
log = logs.get(__name__)
_A_MOMENT = 0.2
"""Seconds in which somebody who only looks lets go of the lock again."""


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
            taken = connection.execute(
                _dialect(connection)
                .insert(leases)
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


class Hand(Enum):
    """In whose hands an order is; INHERITED was left by a process that died over it."""

    MINE = "mine"
    INHERITED = "inherited"
    OTHERS = "others"


class Senders:
    """The orders that processes on this machine are sending, as files in a folder they share.

    It only tells the living from the dead; that an order is sent once is up to the store.
    """

    def __init__(self, folder: Path, *scope: str) -> None:
        self._folder = folder
        self._scope = scope

    @contextmanager
    def sending(self, order_id: str) -> Iterator[Hand]:
        """In whose hands the order is; within it, others see that it's in living ones.

        After an error they see that it was left. Only who isn't told OTHERS may send the order.
        """
        lock, mark = self._files(order_id)
        try:
            hand = self._take(lock, mark)
            if lock.is_locked:
                # Without a mark, such as on a full disk, a death is noticed later.
                with suppress(OSError):
                    mark.touch(0o600)
            yield hand
            if lock.is_locked:
                mark.unlink(missing_ok=True)
                # Windows can't remove an open file; there, releasing it removes it.
                with suppress(OSError):
                    Path(lock.lock_file).unlink()
        finally:
            lock.release()

    def hand(self, order_id: str) -> Hand:
        """In whose hands the order is; MINE when nobody on this machine has ever begun with it."""
        lock, mark = self._files(order_id)
        if not mark.exists():
            return Hand.MINE
        try:
            return self._take(lock, mark)
        finally:
            lock.release()

    def _take(self, lock: BaseFileLock, mark: Path) -> Hand:
        try:
            logs.private_folder(self._folder)
            lock.acquire(timeout=_A_MOMENT, poll_interval=_A_MOMENT / 10)
        except Timeout:
            return Hand.OTHERS
        except OSError as error:
            # Such as a full disk; that an order is sent once is up to the store, not to this.
            log.warning("an order can't be marked as being sent", error=error)
            return Hand.MINE
        return Hand.INHERITED if mark.exists() else Hand.MINE

    def _files(self, order_id: str) -> tuple[BaseFileLock, Path]:
        """The lock that a living sender holds, and the mark that stays when it dies."""
        key = "\n".join((*self._scope, order_id))
        path = self._folder / hashlib.sha256(key.encode()).hexdigest()[:32]
        return FileLock(path.with_suffix(".lock"), mode=0o600), path.with_suffix(".sending")


class StoredTurns:
    """The queue of all processes on a store: one row per operation of an account, changed by one
    statement per call.

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
            now = _now(connection, self._clock)
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
            now = _now(connection, self._clock)
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

    def _insert(self, connection: Connection, wish: Wish, values: dict[str, Any]) -> Any:
        key = {"account": self._account, "operation": wish.operation, "before": 0.0}
        return _dialect(connection).insert(turns).values(**key, **values)


def _has_ended(now: Any) -> ColumnElement[bool]:
    """Whether the lease has run out by itself."""
    until = leases.c.until
    # A lease that lasts longer than leases do was taken before the clock was set back.
    ended: ColumnElement[bool] = (until < now) | (until > now + 2 * LASTS)
    return ended


def _now(connection: Connection, clock: Callable[[], float]) -> ColumnElement[float]:
    """Seconds since 1970 by the server's clock on PostgreSQL, by ours elsewhere."""
    if connection.dialect.name == "postgresql":
        return cast(extract("epoch", func.clock_timestamp()), Float)
    return literal(clock(), Float)


def _dialect(connection: Connection) -> Any:
    return postgresql if connection.dialect.name == "postgresql" else sqlite


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


def _queue(now: ColumnElement[float], wish: Wish) -> ColumnElement[float]:
    """The arrival time of the next call, mended where the clock was set back."""
    lost = turns.c.arrival > now + wish.spent + FORGOTTEN
    return case((lost, now), else_=_later(turns.c.arrival, now))


def _later(one: ColumnElement[float], other: ColumnElement[float]) -> ColumnElement[float]:
    return case((one > other, one), else_=other)
