"""What a write changed, told by the room that does it to whoever notes it in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Changed:
    """What was and what is, in words without any buyer's data, and Amazon's name of the request."""

    before: str = ""
    after: str = ""
    request_id: str = ""
    subject: str = ""


_noted: ContextVar[Changed | None] = ContextVar("changed", default=None)


@contextmanager
def noting() -> Iterator[Changed]:
    """What is told with `changed` while this lasts."""
    noted = Changed()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def changed(before: str = "", after: str = "", request_id: str = "", subject: str = "") -> None:
    """Tells what a write changes, if somebody notes it; what is empty says nothing."""
    noted = _noted.get()
    if noted is None:
        return
    noted.before = before or noted.before
    noted.after = after or noted.after
    noted.request_id = request_id or noted.request_id
    noted.subject = subject or noted.subject
