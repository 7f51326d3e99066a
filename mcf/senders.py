"""Who is sending an order: a file that its process keeps locked tells whether that still lives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from mcf import logs

log = logs.get(__name__)

_A_MOMENT = 0.2
"""Seconds in which somebody who only looks lets go of the lock again."""


class Senders:
    """The orders that processes on this machine are sending, as files in a folder they share.

    It only tells the living from the dead; that an order is sent once is up to the store.
    """

    def __init__(self, folder: Path, *scope: str) -> None:
        self._folder = folder
        self._scope = scope

    @contextmanager
    def sending(self, order_id: str) -> Iterator[bool]:
        """Whether the order may be sent: not when somebody on this machine is just sending it.

        Within it others on this machine see that its sender lives; after an error, that it doesn't.
        """
        path = self._path(order_id)
        lock = FileLock(path)
        try:
            mine = self._acquire(lock)
            yield mine
            if lock.is_locked:
                # Windows can't remove an open file; there, releasing it removes it.
                with suppress(OSError):
                    path.unlink()
        finally:
            lock.release()

    def _acquire(self, lock: BaseFileLock) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=_A_MOMENT, poll_interval=_A_MOMENT / 10)
        except Timeout:
            return False
        except OSError as error:
            # Such as a full disk; that an order is sent once is up to the store, not to this.
            log.warning("an order can't be marked as being sent", error=error)
        return True

    def is_dead(self, order_id: str) -> bool:
        """Whether a process on this machine began to send the order and didn't come to an end."""
        path = self._path(order_id)
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                return True
        except (Timeout, OSError):
            return False

    def _path(self, order_id: str) -> Path:
        key = "\n".join((*self._scope, order_id))
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.lock"
