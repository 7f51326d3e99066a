"""Structured logs that never hold a token, a name, a street, a phone number or an e-mail address,
and the rotating log file that several processes write at once.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from math import isfinite
from pathlib import Path
from traceback import format_exception, walk_tb
from typing import TYPE_CHECKING, Any, TextIO, cast

import structlog
from concurrent_log_handler import ConcurrentRotatingFileHandler
from portalocker import LOCK_EX, LOCK_NB, AlreadyLocked, lock

if TYPE_CHECKING:
    from structlog.typing import EventDict
HIDDEN = "(hidden: this logger can spell out tokens, names and addresses)"
SPILLS = {
    "asyncio": logging.CRITICAL,
    "concurrent": logging.DEBUG,
    "h2": logging.DEBUG,
    "hpack": logging.DEBUG,
    "httpcore": logging.DEBUG,
    "httpx": logging.INFO,
    "mcf": logging.NOTSET,
    "multipart": logging.DEBUG,
    "psycopg": logging.DEBUG,
    "python_multipart": logging.DEBUG,
    "sp_api": logging.INFO,
    "spapi": logging.DEBUG,
    "sqlalchemy": logging.INFO,
    "streamlit": logging.DEBUG,
    "urllib3": logging.DEBUG,
    "uvicorn": logging.DEBUG,
    "websockets": logging.DEBUG,
}
"""Packages whose messages up to this level are hidden, and whose errors are told without words."""
_SECRET = re.compile(
    r"(Atz[ar](?:\||%7[Cc])|amzn1\.(?:oa2-cs|application-oa2-client)\.)[\w+/=%.-]{4,}"
    r"|((?:client_secret|refresh_token|access[_-]token)[\"']?\s*[:=]\s*[\"']?)[^\s\"'&,}\\]{4,}"
    r"|(://[^\s/:@\"']*:)[^\s\"']+(?=@)"
)
"""Passwords in addresses end at the last @: one may hold an @ or a / itself."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FRAMES = 40
FILE = "mcf.log"
MAX_BYTES = 5_000_000
OLD_FILES = 3
LOCK_PATIENCE = 2.0
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_opening = threading.RLock()


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The structured logger of this name: `log.info("call", operation=..., outcome="ok")`.

    What isn't a plain value is told as its type only, an exception (`exc_info`) as its `trace_of`.
    """
    wrapped = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            _explain,
            _render,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return cast("structlog.stdlib.BoundLogger", wrapped)


def trace_of(error: BaseException) -> list[str]:
    """Where an error arose: files, lines, functions and types of its whole chain, but no messages.

    A message of pydantic, SQLAlchemy or a KeyError may hold a buyer's name.
    """
    lines: list[str] = []
    for number, cause in enumerate(_chain(error)):
        lines += ["because of"] if number else []
        frames = list(walk_tb(cause.__traceback__))[-_FRAMES:]
        lines += [f"{_short(f.f_code.co_filename)}:{n} {f.f_code.co_name}" for f, n in frames]
        lines.append(_type_name(cause))
    return lines


def explained(error: BaseException) -> dict[str, Any]:
    """The fields that tell of an error: its type, and its `trace_of`."""
    return {"error": _type_name(error), "trace": trace_of(error)}


def redacted(text: str) -> str:
    """The text without tokens, client ids, client secrets and passwords in addresses."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2] or found[3]}[hidden]", text)


def plain(value: object) -> Any:
    """The value as JSON knows it, without secrets; of what isn't a plain value only its type."""
    if isinstance(value, str):
        return redacted(str(value))
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {redacted(str(name)): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    return _type_name(value)


def guard() -> None:
    """Makes sure that no library of this process logs a secret or somebody's data, at any level.

    Works on records as they are made, so it holds for every handler and every level set later.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "mcf_guard", False):
        return

    def guarded(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _censored(make(*args, **kwargs))

    guarded.mcf_guard = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(guarded)


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
            get(__name__).warning("no log file", folder=str(folder), error=error)
            return LogFile(None)
        handler.users += 1
        return LogFile(handler)


def private_folder(folder: Path) -> None:
    """Makes a folder, and those above it that are missing, for their owner only; raises OSError."""
    for missing in reversed([folder, *folder.parents]):
        if missing == folder or not missing.exists():
            missing.mkdir(0o700, exist_ok=True)


@contextmanager
def silence() -> Iterator[None]:
    """Keeps what the package logs to itself, where nobody else listens."""
    nobody = logging.NullHandler()
    _package().addHandler(nobody)
    try:
        yield
    finally:
        _package().removeHandler(nobody)


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


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return found


def _explain(_: Any, __: str, fields: EventDict) -> EventDict:
    told = fields.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else sys.exc_info()[1] if told else None
    return {**fields, **explained(error)} if error is not None else fields


def _render(_: Any, __: str, fields: EventDict) -> tuple[tuple[str], dict[str, Any]]:
    event = redacted(str(fields.pop("event", "")))
    told = plain(fields)
    line = " ".join([event, *(f"{name}={value}" for name, value in told.items())])
    # A warning may come to a terminal, which obeys control characters.
    line = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), line)
    return (line,), {"extra": {"event": event, "fields": told}, "exc_info": None}


def _type_name(value: object) -> str:
    kind = value if isinstance(value, type) else type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}"


def _short(path: str) -> str:
    # From the folder that Python imports from: what is above it may name a person.
    homes = [home for home in sys.path if home and Path(path).is_relative_to(home)]
    if not homes:
        return Path(path).name
    return Path(path).relative_to(max(homes, key=len)).as_posix()


def _censored(record: logging.LogRecord) -> logging.LogRecord:
    hidden_to = SPILLS.get(str(record.name).partition(".")[0])
    _censor_error(record, spills=hidden_to is not None)
    if hidden_to is not None and record.levelno <= hidden_to:
        record.msg, record.args = HIDDEN, ()
        return record
    try:
        text = record.getMessage()
    except Exception as error:  # noqa: BLE001 - what can't be formatted would be printed in full
        text, record.msg, record.args = "", f"(unreadable: {type(error).__name__})", ()
    clean = redacted(text)
    if clean != text:
        record.msg, record.args = clean, ()
    return record


def _censor_error(record: logging.LogRecord, *, spills: bool) -> None:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return
    text = "".join(format_exception(error))
    clean = "\n".join(trace_of(error)) if spills else redacted(text)
    if clean != text:
        # Formatters print `exc_text` in the place of the error.
        record.exc_info, record.exc_text = None, clean


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
            facts |= explained(error)
        elif record.exc_text:
            facts["trace"] = record.exc_text.splitlines()
        head = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event,
        }
        return json.dumps(plain({**head, **facts, **head}))


def _package() -> logging.Logger:
    return logging.getLogger("mcf")


def _handler_of(folder: Path) -> _File | None:
    handlers = [each for each in _package().handlers if isinstance(each, _File)]
    return next((each for each in handlers if each.folder == folder), None)


def _opened(folder: Path) -> _File:
    private_folder(folder)
    handler = _File(folder)
    handler.set_level = _package().level == logging.NOTSET
    if handler.set_level:
        _package().setLevel(logging.INFO)
    _package().addHandler(handler)
    return handler


def _to_stderr(record: logging.LogRecord) -> None:
    if logging.lastResort is not None:
        logging.lastResort.handle(record)
