"""Writes docs/errors.md from the catalogue that decides about every error (`make docs`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mcf.amazon.messages import CHAPTERS, REASONS, STATUSES, Body, By, Message, Notice

PATH = Path(__file__).with_name("errors.md")
HEAD = """\
# What Amazon says, and what to do
Everything that Amazon, Login with Amazon or the network can say to MCF Desk, in Amazon's own words.
This page is written by `make docs` from `mcf/amazon/messages.py`, the table by which the program
itself chooses an error and its advice. Every line of it is met by a test, in the simulated Amazon
over HTTP.

An ellipsis (…) stands for what differs from case to case. Amazon's words are those of its models
and of recorded answers; *seen* leads to callers who report them. **\\*** marks words that Amazon
doesn't document: the line shows the simulator's. The last column is the class in `mcf/errors.py`.

What isn't on this page is a `RequestRefused` with Amazon's own words, and the advice to change what
they name. Faults in what is typed are told before anything is sent (`InvalidInput`), so most of
the lines about new orders are met by scripts only.
"""
NO_ERROR = """\
## No error, and yet bad news
Amazon takes an order with a success and may still not ship it; what it shows then isn't an error.
"""


def main() -> None:
    """Writes the document beside this file."""
    PATH.write_text(document(), "utf-8")


def document() -> str:
    """The whole document."""
    chapters = [chapter(title, entries) for title, entries in CHAPTERS.items()]
    news = [
        NO_ERROR,
        notices("status of an order", STATUSES),
        notices("reason in a preview", REASONS),
    ]
    return "\n".join([HEAD, *chapters, *news])


def chapter(title: str, entries: Iterable[Message]) -> str:
    """A heading and a table with a line per entry."""
    rows = [
        (said(entry), entry.means, entry.advice, f"`{entry.kind.__name__}`") for entry in entries
    ]
    return f"## {title}\n" + table("what is said | what it means | what to do | error", rows)


def notices(what: str, shown: Iterable[Notice]) -> str:
    """A table with a line per notice."""
    rows = [(code(notice.shown), notice.means, notice.todo) for notice in shown]
    return table(f"{what} | what it means | what to do", rows)


def table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def said(entry: Message) -> str:
    """Status, code, words, operations and where they were seen, one below the other."""
    return "<br>".join(parts(entry))


def parts(entry: Message) -> Iterator[str]:
    """The parts of `said`, without those that the entry hasn't."""
    if entry.by is not By.NETWORK:
        yield " ".join([f"HTTP {entry.status or 'any'}", *filter(None, [entry.code])])
    yield worded(entry) + ("**\\***" if entry.modelled else "")
    if entry.details:
        yield f"details: {code(entry.details)}"
    if entry.operations:
        yield ", ".join(entry.operations)
    if entry.seen:
        yield f"[seen]({entry.seen})"


def worded(entry: Message) -> str:
    """Amazon's words as code; what is described, because it came without words, as text."""
    described = entry.says in set(Body) or (not entry.code and entry.by is not By.NETWORK)
    return entry.says if described else code(entry.says)


def code(words: str) -> str:
    return f"`{' '.join(words.split())}`"


if __name__ == "__main__":
    main()
