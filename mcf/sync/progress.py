"""How far a read from Amazon is, what is in doubt of it, and how it ended."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TypeVar

from mcf.amazon.decoding import shown
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
    """The outcome of a read; `note` is what a seller should know although it was whole.

    `is_full` is False when only what changed was asked for. `unread` are the entries of which
    something couldn't be read or wasn't told, and what: by kind, like "SKU" or "order", and number;
    `older` those of them that stand as they were before.
    """

    subject: Subject
    state: RunState
    steps: int
    rows: int
    error: MCFError | None = None
    note: str | None = None
    is_full: bool = True
    unread: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    older: Mapping[str, Sequence[str]] = field(default_factory=dict)


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
        self.is_full = True
        self.was_all = False
        """Whether what came is all that Amazon has."""
        self.halted = False
        self.lost = 0
        self._lost_names: list[str] = []
        self._is_cut = False
        self._notes: list[str] = []
        self._doubts: dict[str, dict[str, list[str]]] = {}
        self._older: dict[str, list[str]] = {}
        self.told: dict[str, set[str]] = {}
        """What was told wholly enough to be kept: numbers by kind of entry."""
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
        older = (_outdated(what, keys) for what, keys in self._older.items())
        return " ".join([*self._notes, *doubts, *older]) or None

    @property
    def unread(self) -> dict[str, dict[str, list[str]]]:
        """What couldn't be read or wasn't told, in words: by kind of entry and its number."""
        return {what: dict(entries) for what, entries in self._doubts.items()}

    @property
    def older(self) -> dict[str, list[str]]:
        """The entries of which what was known before stands: their numbers by kind of entry."""
        return {what: list(keys) for what, keys in self._older.items()}

    def tell(self, what: str, keys: Iterable[str]) -> None:
        """Notes the numbers of entries that came."""
        self.told.setdefault(what, set()).update(keys)

    def held(self, what: str) -> list[str]:
        """The entries of this kind of which what was known before stands."""
        return list(self._older.get(what, ()))

    def doubt(self, what: str, doubts: Iterable[Doubt]) -> list[str]:
        """Keeps what couldn't be read of a page; the keys of the entries that it lacks for it."""
        held = []
        for doubt in doubts:
            if doubt.key is None:
                self.lost += 1
                self._lost_names += [doubt.said] if doubt.said else []
                self._is_cut |= bool(doubt.fields)
                continue
            if doubt.fields:
                self._doubts.setdefault(what, {})[doubt.key] = _in_words(doubt.fields)
            if not doubt.is_kept:
                held.append(doubt.key)
                self._older.setdefault(what, [])
                self._older[what] += [] if doubt.key in self._older[what] else [doubt.key]
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
            seen = f" ({_listed(self._lost_names)})" if self._lost_names else ""
            raise UnexpectedAnswer(
                f"Amazon sent {what} without a readable number{seen}, so not all could be stored.",
                advice="All others were read and kept, and nothing was removed. If it stays so, "
                "ask Amazon's seller support.",
            )

    def took(self, *, rows: int) -> None:
        """Counts a call that brought so many rows; raises `Interrupted`."""
        self.at = replace(self.at, done=self.at.done + 1, rows=self.at.rows + rows)
        self._tell()

    def read_all(
        self,
        keys: Iterable[T],
        read: Callable[[T], object],
        *,
        what: str,
        may_be_unknown: bool = False,
    ) -> None:
        """Reads one after the other; one that can't be read doesn't keep the others from it.

        Raises the first error of the others when all were tried, with the numbers of all such
        entries (`what` they are); `Throttled` at once when the rate limit is used up, and
        `NotAuthorized` when it looks as if none may be read.
        """
        failed: dict[str, MCFError] = {}
        denied, allowed = 0, False
        for key in keys:
            try:
                read(key)
            except Throttled:
                raise
            except NotAuthorized as error:
                denied, failed[str(key)] = denied + 1, error
                if denied >= _DENIED and not allowed:
                    raise
                self.took(rows=0)
            except (UnexpectedAnswer, RequestRefused, InvalidInput) as error:
                if not (may_be_unknown and isinstance(error, NotFound)):
                    failed[str(key)] = error
                self.took(rows=0)
            else:
                allowed = True
                self.tell(what, [str(key)])
                self.took(rows=1)
        if failed:
            self.doubt(what, [Doubt(key, (), is_kept=False) for key in failed])
            raise _of_all(what, failed)

    def ended(self, state: RunState, error: MCFError | None = None) -> Run:
        """The outcome of the read, which ended in this state."""
        return Run(
            self.at.subject,
            state,
            self.at.done,
            self.at.rows,
            error,
            None if state is RunState.STOPPED else self.remarks,
            is_full=self.is_full,
            unread=self.unread,
            older=self.older,
        )

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


def _of_all(what: str, failed: Mapping[str, MCFError]) -> MCFError:
    """The first of the errors, with the numbers of all entries that failed."""
    first = next(iter(failed.values()))
    kind = what if len(failed) == 1 else f"{what}s"
    said = first.message.rstrip(".")
    first.message = f"Amazon doesn't tell {kind} {_listed([*failed])}. {said}."
    first.args = (first.message,)
    if isinstance(first, NotFound):
        first.advice = (
            "Nothing to do for one that was just sent: it's asked for again. Amazon can't be asked "
            "for a number with characters like + or #: look it up in Seller Central."
        )
    return first


_NAMED = 5
"""Entries that are named in a note; the others are counted."""


def _doubtful(what: str, entries: dict[str, list[str]]) -> str:
    named = [f"{key} ({', '.join(fields)})" for key, fields in entries.items()]
    kind = what if len(entries) == 1 else f"{what}s"
    return f"Amazon's answer lacks or garbles a part of {kind} {_listed(named)}."


def _outdated(what: str, keys: list[str]) -> str:
    kind = what if len(keys) == 1 else f"{what}s"
    return f"What is shown of {kind} {_listed(keys)} is as it was read before, if it ever was."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(map(_quoted, names[:_NAMED])) + more


def _quoted(name: str) -> str:
    """The name without what can't be shown, in quotation marks where its ends couldn't be seen."""
    seen = shown(name)
    is_plain = seen == seen.strip() and not re.search(r"\s\s|,|\t|\n", seen.partition(" (")[0])
    return seen if is_plain else f'"{seen}"'


def _in_words(fields: Iterable[str]) -> list[str]:
    """Names like "fulfillmentOrder.destinationAddress.name" in words: "address name"."""
    return [*dict.fromkeys(map(_word, fields))][:_NAMED]


def _word(field: str) -> str:
    last = ".".join(field.split(".")[-2:])
    plain = re.sub(r"\[\d+\]|fulfillment|seller|destination|preview|[oO]rder(?=\.)", "", last)
    return " ".join(re.sub(r"([A-Z])", r" \1", plain).replace(".", " ").lower().split())
