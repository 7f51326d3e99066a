"""The pages of a listing: read one after the other, and again when a token expired or rows moved.

It does no I/O of its own: `fetch` asks Amazon for a page, `keep` stores its rows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from mcf.amazon.responses import Page
from mcf.errors import PageTokenExpired, UnexpectedAnswer
from mcf.sync.progress import Steps

T = TypeVar("T")
Keep = Callable[[Sequence[T]], Iterable[str]]
"""Stores the rows of a page and gives back their keys."""
TOKEN_LIFE = 25.0
"""Seconds for which a page token of the inventory is good; Amazon says thirty."""
EMPTY_PAGES = 3
"""Empty pages in a row that still say that there's more; Amazon sends one now and then."""
RETRIES = 3
"""How often a listing is begun again when its page token expired (after 30 seconds)."""


class Place:
    """Where a listing is: the next page's token, and what came so far."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.pages = 0
        self.begun: datetime | None = None
        self.seen: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.doubtful: set[str] = set()
        self._empty = 0
        self._tokens: set[str] = set()
        self._at = 0.0

    @property
    def is_good(self) -> bool:
        """Whether its token is still good, so that the listing can go on from there."""
        return self.token is not None and time.monotonic() - self._at < TOKEN_LIFE

    @property
    def duplicates(self) -> int:
        """How many rows came more than once since the first page."""
        return self.counts.total() - len(self.counts)

    def takes(self, keys: Collection[str], doubtful: Collection[str]) -> bool:
        """Whether a page with these keys, and those of entries that can't be read, brings on.

        Not if it has only what came since the first page, or if it's another empty one; nor when
        more came again than came.
        """
        is_new = not (self.counts.keys() | self.doubtful).issuperset([*keys, *doubtful])
        self.counts.update(keys)
        self.doubtful.update(doubtful)
        self._empty = 0 if keys or doubtful else self._empty + 1
        if self._empty:
            return self._empty <= EMPTY_PAGES
        return is_new and self.duplicates <= len(self.counts)

    def advance(self, token: str) -> None:
        """Notes the token of the next page; raises `UnexpectedAnswer` when it came before."""
        if token in self._tokens:
            raise UnexpectedAnswer("Amazon's pages go in a circle: a page token came twice.")
        self._tokens.add(token)
        self.token, self._at, self.pages = token, time.monotonic(), self.pages + 1

    def restart(self) -> None:
        """Goes back to the first page; what was seen stays seen."""
        self.token, self.pages, self._empty = None, 0, 0
        self.counts.clear()
        self.doubtful.clear()
        self._tokens.clear()


def read_pages(
    step: Steps,
    fetch: Callable[[str | None], Page[T]],
    keep: Keep[T],
    place: Place | None = None,
    *,
    what: str,
    tells_all: bool = True,
) -> None:
    """Reads all pages of a listing of such entries (like "SKU"), from the start again when it
    moved or its token expired.

    Goes on where `place` is. A listing that doesn't end has moved: a page that brings nothing new,
    or several empty ones. What came is kept, also of a page that breaks off. Raises
    `UnexpectedAnswer` when it's never the same twice: rows may be missing then; and
    `PageTokenExpired` after RETRIES.
    """
    place = place or Place()
    expired, moved = 0, False
    while True:
        try:
            is_ended = _read_to_the_end(step, fetch, keep, place, what, tells_all)
        except PageTokenExpired:
            expired += 1
            if expired > RETRIES:
                raise
            place.restart()
            continue
        duplicates = place.duplicates
        if is_ended and not duplicates:
            return
        place.restart()
        if moved:
            raise UnexpectedAnswer(
                _moved(duplicates)
                if is_ended
                else f"Amazon's list of {what}s doesn't end: its "
                "pages bring nothing new, and say all the same that there's more.",
                advice="What was read is kept and nothing was removed. It's read again soon.",
            )
        moved = True
        step.note(
            "Rows came twice on Amazon's pages, so they were read again."
            if is_ended
            else f"Amazon's list of {what}s didn't end, so it was read again."
        )


def _moved(duplicates: int) -> str:
    rows = "a row" if duplicates == 1 else f"{duplicates} rows"
    return (
        f"Amazon's pages moved while they were read: {rows} came twice, so others may be missing."
    )


def _read_to_the_end(
    step: Steps,
    fetch: Callable[[str | None], Page[T]],
    keep: Keep[T],
    place: Place,
    what: str,
    tells_all: bool,
) -> bool:
    """Whether the listing has ended; if not, its pages bring nothing new."""
    while True:
        page, broken = _fetched(fetch, place.token)
        doubtful = step.doubt(what, page.doubts)
        place.seen.update(doubtful)
        keys = [*keep(page.items)]
        if tells_all:
            step.tell(what, keys)
        brings_on = place.takes(keys, doubtful)
        if broken is None and page.next_token and brings_on:
            place.advance(page.next_token)
        step.took(rows=len(page.items))
        if broken is not None:
            raise broken
        if not page.next_token or not brings_on:
            return not page.next_token


def _fetched(
    fetch: Callable[[str | None], Page[T]], token: str | None
) -> tuple[Page[T], UnexpectedAnswer | None]:
    """A page; one that broke off as far as it can be read, with what it broke off by."""
    try:
        return fetch(token), None
    except UnexpectedAnswer as error:
        if not isinstance(error.part, Page):
            raise
        return error.part, error
