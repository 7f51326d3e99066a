"""What happened to an order: how estimates moved, and what is told first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.tracking import events
from mcf.tracking.events import Happening, Kind

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
EARLY, LATE = "2026-03-05T12:00:00+00:00", "2026-03-07T12:00:00"


def happening(
    kind: Kind, before: str | None, after: str | None, number: int | None = None
) -> Happening:
    return Happening("A-1", kind, AT, AT, before, after, number)


@pytest.mark.parametrize(
    ("kind", "number", "short", "words"),
    [
        (Kind.SHIPS, None, "Leaves 7 instead of 5",
         "The estimate of its shipping moved later: 7 instead of 5."),
        (Kind.ARRIVES, None, "Arrives 7 instead of 5",
         "The estimate of its arrival moved later: 7 instead of 5."),
        (Kind.PARCEL_ARRIVES, 4, "Parcel 4 arrives 7 instead of 5",
         "The estimated arrival of parcel 4 moved later: 7 instead of 5."),
    ],
)  # fmt: skip
def test_a_move_of_an_estimate_is_told_in_short_and_in_whole(
    kind: Kind, number: int | None, short: str, words: str
) -> None:
    move = events.move_of(happening(kind, EARLY, LATE, number))

    assert move is not None
    days = [day.day for day in move.days]
    assert (move.short.format(*days), move.words.format(*days)) == (short, words)


def test_a_move_to_an_earlier_day_is_told_as_such() -> None:
    move = events.move_of(happening(Kind.ARRIVES, LATE, EARLY))

    assert move is not None
    assert "moved earlier" in move.words


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert events.moment(LATE) == datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "it", [happening(Kind.STATUS, "New", "Planning"), happening(Kind.ARRIVES, None, LATE)]
)
def test_what_is_no_move_of_an_estimate_is_none(it: Happening) -> None:
    assert events.move_of(it) is None


def test_troubles_come_before_good_news_and_those_before_the_rest() -> None:
    rest = happening(Kind.STATUS, "New", "Planning")
    good = happening(Kind.PARCEL_STATUS, "IN_TRANSIT", "DELIVERED", 1)
    bad = happening(Kind.STATUS, "Planning", "Invalid")
    lost = happening(Kind.PARCEL_STATUS, "IN_TRANSIT", "UNDELIVERABLE", 1)

    assert events.by_urgency([rest, good, bad, lost]) == [bad, lost, good, rest]


def test_a_change_is_told_in_a_word_and_an_estimate_is_none() -> None:
    assert events.change_of(happening(Kind.STATUS, "Planning", "Invalid")) == "invalid"
    assert (
        events.change_of(happening(Kind.PARCEL_STATUS, None, "DELIVERED", 1)) == "parcel delivered"
    )
    assert events.change_of(happening(Kind.ARRIVES, EARLY, LATE)) is None
