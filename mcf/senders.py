"""Who is sending an order: a file that its process keeps locked tells whether that still lives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from mcf import logs

log = logs.get(__name__)

_A_MOMENT = 0.2
"""Seconds in which somebody who only looks lets go of the lock again."""


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
                    mark.touch()
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
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
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
        return FileLock(path.with_suffix(".lock")), path.with_suffix(".sending")
