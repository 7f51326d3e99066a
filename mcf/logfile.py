"""The log file: one JSON object a line, rotating, written by several processes at once."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from concurrent_log_handler import ConcurrentRotatingFileHandler
from portalocker import LOCK_EX, LOCK_NB, AlreadyLocked, lock

from mcf import logs

FILE = "mcf.log"
MAX_BYTES = 5_000_000
OLD_FILES = 3
LOCK_PATIENCE = 2.0
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def to_file(folder: Path) -> LogFile:
    """Writes what the package logs, from INFO up, to `mcf.log` in the folder until it's closed.

    Where that can't be written a warning is logged instead: logs never keep an order from being
    sent. A second one for the same folder shares the file.
    """
    with _opening:
        handler = _handler_of(folder.absolute())
        try:
            handler = handler or _opened(folder.absolute())
        except OSError as error:
            logs.get(__name__).warning("no log file", folder=str(folder), error=error)
            return LogFile(None)
        handler.users += 1
        return LogFile(handler)


class LogFile:
    """A log file that is being written."""

    def __init__(self, handler: _File | None) -> None:
        self._handler = handler

    def close(self) -> None:
        """Ends it, unless somebody else still writes to the same file."""
        with _opening:
            handler, self._handler = self._handler, None
            if handler is None:
                return
            handler.users -= 1
            if not handler.users:
                _package().removeHandler(handler)
                handler.close()
                if handler.set_level:
                    _package().setLevel(logging.NOTSET)


class _File(ConcurrentRotatingFileHandler):
    """A rotating file that several processes write; a failure is told once and never raised."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        super().__init__(
            path, maxBytes=MAX_BYTES, backupCount=OLD_FILES, encoding="utf-8", chmod=0o600
        )
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        path.chmod(0o600)
        self.folder = folder
        self.users = 0
        self.set_level = False
        self.maxLockAttempts = 1
        self._failed = False
        self.setLevel(logging.INFO)
        self.setFormatter(_JSONLines())

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if record.levelno >= logging.WARNING and self._is_alone():
            _to_stderr(record)

    def handleError(self, _: logging.LogRecord) -> None:  # noqa: N802
        if self._failed:
            return
        self._failed = True
        error = sys.exc_info()[1]
        kind = type(error).__name__
        told = {"levelno": logging.WARNING, "msg": f"{self.baseFilename} can't be written ({kind})"}
        _to_stderr(logging.makeLogRecord(told))

    def _is_alone(self) -> bool:
        # A logger with a handler no longer gets the standard library's last resort, standard error.
        handlers = [*_package().handlers, *logging.getLogger().handlers]
        return handlers[0] is self and all(isinstance(each, _File) for each in handlers)

    def _lock_stream_lock(self, stream_lock: TextIO) -> None:
        # The inherited one waits for ever for another process that was stopped while it wrote.
        give_up = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                return lock(stream_lock, LOCK_EX | LOCK_NB)
            except AlreadyLocked:
                if time.monotonic() > give_up:
                    raise
            time.sleep(0.001)


class _JSONLines(logging.Formatter):
    """One JSON object a line: a record of `logs.get`, or the standard library's with `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        event = facts.pop("event", None) or record.getMessage()
        facts = facts.pop("fields", {}) | facts
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            facts |= logs.explained(error)
        elif record.exc_text:
            facts["trace"] = record.exc_text.splitlines()
        head = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event,
        }
        return json.dumps(logs.plain({**head, **facts, **head}))


_opening = threading.RLock()


def _package() -> logging.Logger:
    return logging.getLogger("mcf")


def _handler_of(folder: Path) -> _File | None:
    handlers = [each for each in _package().handlers if isinstance(each, _File)]
    return next((each for each in handlers if each.folder == folder), None)


def _opened(folder: Path) -> _File:
    folder.mkdir(parents=True, exist_ok=True)
    handler = _File(folder)
    handler.set_level = _package().level == logging.NOTSET
    if handler.set_level:
        _package().setLevel(logging.INFO)
    _package().addHandler(handler)
    return handler


def _to_stderr(record: logging.LogRecord) -> None:
    if logging.lastResort is not None:
        logging.lastResort.handle(record)
