"""Words that depend on a number."""

from __future__ import annotations


def many(count: int, one: str, more: str | None = None) -> str:
    """A count with its noun, like "1 parcel" or "3 parcels"; `more` is a plural without an s."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
