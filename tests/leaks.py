"""Hears what every logger says at DEBUG while the tests run, and knows what none may ever say."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import format_exception

from mcf import logs
from mcf.simulator.demo_shop import customers

STREET = r"Street|Lane|Avenue|Court|Way|Drive|Road|Terrace|Place|Bend"
PRIVATE = {
    "name": rf"(?i:\b(?:ada|bob)\s+example\b)|\b(?:{'|'.join(customers._FIRST)}) "
    rf"(?:{'|'.join(customers._LAST)})\b",
    "street": rf"\b\d+ (?:[A-Z][a-z]+ ){{1,2}}(?:{STREET})\b",
    "phone": r"\b555-01\d\d\b",
    "e-mail": r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b",
    "access token": r"Atza\|[\w-]{4,}",
    "refresh token": r"Atzr\|[\w-]{4,}",
    "client id": r"amzn1\.application-oa2-client\.[\w-]{4,}",
    "client secret": r"made-up-client-secret|amzn1\.oa2-cs\.[\w.-]{4,}",
    "password": r"\bhunter2\b",
}
PATTERN = re.compile(
    "|".join(f"(?P<k{number}>{pattern})" for number, pattern in enumerate(PRIVATE.values()))
)
KINDS = list(PRIVATE)
PLAIN = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def leak_in(record: logging.LogRecord) -> str | None:
    """A sentence about the first thing in the record that must not be logged; None without one."""
    found = PATTERN.search(said_by(record))
    if found is None:
        return None
    kind = KINDS[int(str(found.lastgroup)[1:])]
    level = logging.getLevelName(record.levelno)
    return f"{record.name} at {level} logged a {kind} ({found[0]!r}), {record.filename}"


def said_by(record: logging.LogRecord) -> str:
    """All that a handler could write of the record: message, error, stack and extras."""
    extras = [str(vars(record)[name]) for name in vars(record).keys() - PLAIN]
    error = record.exc_info[1] if record.exc_info else None
    trace = format_exception(error) if error is not None else []
    parts = [record.getMessage(), record.exc_text or "", record.stack_info or "", *extras, *trace]
    return "\n".join(parts)


@contextmanager
def heard() -> Iterator[deque[str]]:
    """Turns every logger to DEBUG, those made later too; gives the leaks as they are found.

    What a logger's own level would have kept back is looked at, but goes to no handler. What the
    guard hides to the last word isn't said at all: SQLAlchemy alone says half of everything.
    """
    leaks: deque[str] = deque()
    handle, own_level = logging.Logger.handle, logging.Logger.getEffectiveLevel

    def listen(logger: logging.Logger, record: logging.LogRecord) -> None:
        leak = leak_in(record)
        if leak is not None:
            leaks.append(leak)
        if record.levelno >= own_level(logger):
            handle(logger, record)

    def level(logger: logging.Logger) -> int:
        return min(own_level(logger), max(logging.DEBUG, _hidden_to(logger.name) + 1))

    with _patched("handle", listen), _patched("getEffectiveLevel", level):
        yield leaks


def _hidden_to(name: str) -> int:
    """The level up to which the guard hides what a logger of this name says."""
    return logs.SPILLS.get(name.partition(".")[0], logging.NOTSET)


@contextmanager
def _patched(name: str, function: object) -> Iterator[None]:
    before = getattr(logging.Logger, name)
    setattr(logging.Logger, name, function)
    _forget_levels()
    yield
    setattr(logging.Logger, name, before)
    _forget_levels()


def _forget_levels() -> None:
    # Loggers remember what is enabled until a level is set somewhere.
    logging.root.setLevel(logging.root.level)
