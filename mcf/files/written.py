"""Numbers and dates as people write them in files and cells: read where they can mean one thing
only, and asked for in another form where they can't.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_COMMA = re.compile(r"(\d{1,15}),(\d{1,6})", re.ASCII)
_GROUPED = re.compile(
    r"(\d{1,3}(?P<sign>[,.'\u2019 \u00a0\u2009\u202f])\d{3}(?:(?P=sign)\d{3})*)"
    r"(?:([.,])(\d{1,6}))?",
    re.ASCII,
)
_THREE = re.compile(r"[1-9]\d{0,2}([.,])\d{3}", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}(?:[.,]0{1,2})?", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII | re.IGNORECASE,
)
_NOON = time(12, tzinfo=UTC)


def amount(text: str, *, point: bool = False) -> Decimal:
    """The amount that a text says, with a point or a comma before its decimals.

    Raises `ValueError` with what is wrong, also where it can be meant in two ways, like "1,234".
    So can "1.234", unless it's known that a `point` stands before decimals.
    """
    written = text.strip()
    three = _THREE.fullmatch(written)
    if three and not (point and three[1] == "."):
        digits = re.sub("[.,]", "", written)
        decimal = written.replace(",", ".")
        raise ValueError(
            f"{text!r} can mean {digits} or {decimal}: write it like {digits}.00 or {decimal}0"
        )
    if _PLAIN.fullmatch(written):
        return Decimal(written)
    if comma := _COMMA.fullmatch(written):
        return Decimal(f"{comma[1]}.{comma[2]}")
    grouped = _GROUPED.fullmatch(written)
    if grouped and grouped[3] != grouped["sign"]:
        return Decimal(f"{re.sub('[^0-9]', '', grouped[1])}.{grouped[4] or 0}")
    raise ValueError(f"{text!r} isn't an amount of at least 0: write it like 1234.50")


def whole(text: str) -> int:
    """The whole number that a text says; raises `ValueError` with what is wrong.

    What may be a thousand to one and a one to another, like "1.000", isn't taken for either.
    """
    written = text.strip()
    if not _WHOLE.fullmatch(written):
        raise ValueError(f"{text!r} isn't a whole number: write it in digits only, like 1234")
    return int(re.split("[.,]", written)[0])


def moment(text: str) -> datetime:
    """The instant that a date says, the year first; a day alone is its noon, which is that day in
    nearly every zone. In UTC, to the second.

    Raises `ValueError` with what is wrong.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError("is no date")
    year, _, month, day, hour, minute, second, zone = found.groups()
    try:
        at = date(int(year), int(month), int(day))
        if hour is None:
            return datetime.combine(at, _NOON)
        clock = time(int(hour), int(minute), int(second or 0))
        if zone is None:
            raise ValueError("has a time but no zone")
        offset = "+00:00" if zone.isalpha() else zone
        return datetime.fromisoformat(f"{at}T{clock}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        named = str(error) if "zone" in str(error) else "is no date"
        raise ValueError(named) from error
