"""Structured logs that never hold a token, a name, a street, a phone number or an e-mail address.

Loggers are structlog's over the standard library's; `logfile` writes what they say to a file.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from datetime import date
from math import isfinite
from pathlib import Path
from traceback import format_exception, walk_tb
from typing import TYPE_CHECKING, Any, cast

import structlog

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
    r"|(://[^\s/:@]+:)[^\s/@]+(?=@)"
)
_FRAMES = 40


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
    for number, each in enumerate(_chain(error)):
        lines += ["because of"] if number else []
        frames = list(walk_tb(each.__traceback__))[-_FRAMES:]
        lines += [f"{_short(f.f_code.co_filename)}:{n} {f.f_code.co_name}" for f, n in frames]
        lines.append(_type_name(each))
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
        return {redacted(str(name)): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
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
