"""What commands read of a file and say, in lines; heavy imports wait until it's used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.wording import many

if TYPE_CHECKING:
    from mcf.alerts.dispatch import AlertOutcome
    from mcf.amazon.connection_check import Check
    from mcf.inventory.ages import Imported
    from mcf.inventory.ledger import ImportResult


def verdict(attempt: Check) -> str:
    """How a step of the check went, in four letters."""
    if attempt.is_warning:
        return "warn"
    if not attempt.was_tried:
        return "skip"
    return "ok  " if attempt.ok else "FAIL"


def outcome(it: AlertOutcome) -> str:
    """What a channel of alerts did, in words."""
    if it.begins:
        known = f"{it.noted:,} things that are there already are taken for known"
        return f"begins now; {known}"
    waiting = f", {len(it.waiting):,} waiting" if it.waiting else ""
    return f"{len(it.told):,} told{waiting}"


def content(file: Path, encoding: str | None) -> bytes:
    """What is in a report, in UTF-8 where its encoding is told; raises `InvalidInput`."""
    from mcf.files import limits
    from mcf.files.text import decoded

    data = limits.content(file)
    return data if encoding is None else decoded(data, encoding).text.encode()


def days_in_words(imported: ImportResult) -> Iterator[str]:
    """What a ledger report brought, in lines."""
    days = many(imported.days, "day")
    yield f"{imported.first} to {imported.last}: {days}, {many(imported.skus, 'SKU')}"
    news = many(imported.changed, "day of a SKU is", "days of a SKU are")
    yield f"{news} new or different"
    yield from _ignored(imported.ignored)


def ages_in_words(imported: Imported) -> Iterator[str]:
    """What a report of the ages of units brought, in lines."""
    yield f"{imported.day}: how old the units of {many(imported.skus, 'SKU')} are"
    yield from _ignored(imported.ignored)


def _ignored(lines: int) -> Iterator[str]:
    if lines:
        one, more = "line of another country was", "lines of other countries were"
        yield f"{many(lines, one, more)} passed over"
