"""How far a read from Amazon is, what is in doubt of it, and how it ended."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Event
from typing import TypeVar

from mcf.amazon.responses import Doubt
from mcf.errors import (
    InvalidInput,
    MCFError,
    NotAuthorized,
    NotFound,
    RequestRefused,
    Throttled,
    UnexpectedAnswer,
)
from mcf.store.coordination import RENEWED_EVERY, Lease
from mcf.store.states import RunState, Subject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a read is: calls done, of how many if that's known, rows read, seconds it took."""

    subject: Subject
    done: int = 0
    total: int | None = None
    rows: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; None when the whole isn't known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def pace(self) -> float | None:
        """Rows a second; None at the beginning."""
        return self.rows / self.seconds if self.seconds > 0 and self.rows else None

    @property
    def seconds_left(self) -> float | None:
        """How long it will take still at this pace; None when that can't be told."""
        if not self.total or not self.done or self.seconds <= 0:
            return None
        return max(0, self.total - self.done) * self.seconds / self.done


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of a read; `note` is what a seller should know although it was whole."""

    subject: Subject
    state: RunState
    steps: int
    rows: int
    error: MCFError | None = None
    note: str | None = None


Report = Callable[[Progress], None]
"""Takes the progress of a read."""


def unheard(_: Progress) -> None:
    """Takes progress that nobody wants to see."""


class Interrupted(Exception):
    """A read is to end between two calls: it was stopped, or another process has its lease."""


class Steps:
    """Counts what a read has done, tells it, and ends the read when it's to stop."""

    def __init__(self, at: Progress, report: Report, stop: Event, lease: Lease) -> None:
        self.at = at
        self.halted = False
        self.lost = 0
        self._is_cut = False
        self._notes: list[str] = []
        self._doubts: dict[str, dict[str, list[str]]] = {}
        self._report = report
        self._stop = stop
        self._lease = lease
        self._begun = self._renewed = time.monotonic()

    def expect(self, more: int) -> None:
        """Notes how many calls are still to be done; raises `Interrupted`."""
        self.at = replace(self.at, total=self.at.done + more)
        self._tell()

    def note(self, sentence: str) -> None:
        """Keeps what a seller should know of a read that was whole all the same."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    @property
    def remarks(self) -> str | None:
        """All notes, and what couldn't be read of which entries; None when there's nothing."""
        doubts = (_doubtful(what, entries) for what, entries in self._doubts.items())
        return " ".join([*self._notes, *doubts]) or None

    def doubt(self, what: str, doubts: Iterable[Doubt]) -> list[str]:
        """Keeps what couldn't be read of a page; the keys of the entries that it lacks for it."""
        held = []
        for doubt in doubts:
            if doubt.key is None:
                self.lost += 1
                self._is_cut |= bool(doubt.fields)
            elif doubt.fields:
                self._doubts.setdefault(what, {})[doubt.key] = _in_words(doubt.fields)
            if doubt.key is not None and not doubt.is_kept:
                held.append(doubt.key)
        return held

    def insist(self) -> None:
        """Raises `UnexpectedAnswer` when something was lost of which not even the name is known."""
        if self._is_cut:
            raise UnexpectedAnswer(
                "Amazon's list goes on, but doesn't say readably where.",
                advice="What came so far is kept and nothing was removed. It's read again soon.",
            )
        if self.lost:
            what = "an entry" if self.lost == 1 else f"{self.lost} entries"
            raise UnexpectedAnswer(
                f"Amazon sent {what} without a readable number, so not all could be stored.",
                advice="All others were read and kept, and nothing was removed. If it stays so, "
                "ask Amazon's seller support.",
            )

    def took(self, *, rows: int) -> None:
        """Counts a call that brought so many rows; raises `Interrupted`."""
        self.at = replace(self.at, done=self.at.done + 1, rows=self.at.rows + rows)
        self._tell()

    def read_all(self, keys: Iterable[T], read: Callable[[T], object]) -> None:
        """Reads one after the other; one that can't be read doesn't keep the others from it.

        What Amazon doesn't know is passed over: a parcel is in its order before tracking has it.
        Raises the first error of the others when all were tried, `Throttled` at once when the
        rate limit is used up, and `NotAuthorized` when it looks as if none may be read.
        """
        first: MCFError | None = None
        denied, allowed = 0, False
        for key in keys:
            try:
                read(key)
            except NotFound:
                self.took(rows=0)
            except Throttled:
                raise
            except NotAuthorized as error:
                denied, first = denied + 1, first or error
                if denied >= _DENIED and not allowed:
                    raise
                self.took(rows=0)
            except (UnexpectedAnswer, RequestRefused, InvalidInput) as error:
                first = first or error
                self.took(rows=0)
            else:
                allowed = True
                self.took(rows=1)
        if first is not None:
            raise first

    def _tell(self) -> None:
        now = time.monotonic()
        self.at = replace(self.at, seconds=now - self._begun)
        self._report(self.at)
        if self.halted or self._stop.is_set() or not self._is_ours(now):
            raise Interrupted

    def _is_ours(self, now: float) -> bool:
        if now - self._renewed < RENEWED_EVERY:
            return True
        self._renewed = now
        return self._lease.take()


_DENIED = 3
"""Refusals with 403 after which, if nothing could be read, nothing can."""
_NAMED = 5
"""Entries that are named in a note; the others are counted."""


def _doubtful(what: str, entries: dict[str, list[str]]) -> str:
    named = [f"{key} ({', '.join(fields)})" for key, fields in [*entries.items()][:_NAMED]]
    more = f" and {len(entries) - _NAMED} more" if len(entries) > _NAMED else ""
    kind = what if len(entries) == 1 else f"{what}s"
    return f"Amazon's answer lacks or garbles a part of {kind} {', '.join(named)}{more}."


def _in_words(fields: Iterable[str]) -> list[str]:
    """Names like "fulfillmentOrder.destinationAddress.name" in words: "address name"."""
    return [*dict.fromkeys(map(_word, fields))][:_NAMED]


def _word(field: str) -> str:
    last = ".".join(field.split(".")[-2:])
    plain = re.sub(r"\[\d+\]|fulfillment|seller|destination|preview|[oO]rder(?=\.)", "", last)
    return " ".join(re.sub(r"([A-Z])", r" \1", plain).replace(".", " ").lower().split())
