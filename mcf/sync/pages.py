"""The pages of a listing: read one after the other, and again when a token expired or rows moved.

It does no I/O of its own: `fetch` asks Amazon for a page, `keep` stores its rows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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

    def advance(self, token: str) -> None:
        """Notes the token of the next page; raises `UnexpectedAnswer` when it came before."""
        if token in self._tokens:
            raise UnexpectedAnswer("Amazon's pages go in a circle: a page token came twice.")
        self._tokens.add(token)
        self.token, self._at, self.pages = token, time.monotonic(), self.pages + 1

    def restart(self) -> None:
        """Goes back to the first page; what was seen stays seen."""
        self.token, self.pages = None, 0
        self.counts.clear()
        self._tokens.clear()


def read_pages(
    step: Steps,
    fetch: Callable[[str | None], Page[T]],
    keep: Keep[T],
    place: Place | None = None,
) -> None:
    """Reads all pages of a listing, from the start again when it moved or its token expired.

    Goes on where `place` is. Raises `UnexpectedAnswer` when it's never the same twice: rows may be
    missing then; and `PageTokenExpired` after RETRIES.
    """
    place = place or Place()
    expired, moved = 0, False
    while True:
        try:
            _read_to_the_end(step, fetch, keep, place)
        except PageTokenExpired:
            expired += 1
            if expired > RETRIES:
                raise
            place.restart()
            continue
        duplicates = place.duplicates
        if not duplicates:
            return
        place.restart()
        if moved:
            raise UnexpectedAnswer(
                f"Amazon's pages moved while they were read: {duplicates} rows came twice, so "
                "others may be missing.",
                advice="What was read is kept and nothing was removed. It's read again soon.",
            )
        moved = True
        step.note("Rows came twice on Amazon's pages, so they were read again.")


def _read_to_the_end(
    step: Steps, fetch: Callable[[str | None], Page[T]], keep: Keep[T], place: Place
) -> None:
    while True:
        page = fetch(place.token)
        place.counts.update(keep(page.items))
        if not page.next_token:
            step.took(rows=len(page.items))
            return
        place.advance(page.next_token)
        step.took(rows=len(page.items))
