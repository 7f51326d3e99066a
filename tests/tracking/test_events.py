"""Two readings compared, what moved between them, and what is told first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.tracking import events
from mcf.tracking.events import EventKind, Happening, in_words, of_returns
from tests.tracking.test_event_log import DAY, ORDER

AT = NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EARLY, LATE = "2026-03-05T12:00:00+00:00", "2026-03-07T12:00:00"


def happening(
    kind: EventKind, before: str | None, after: str | None, number: int | None = None
) -> Happening:
    return Happening("A-1", kind, AT, AT, before, after, number)


@pytest.mark.parametrize(
    ("kind", "number", "short", "words"),
    [
        (EventKind.SHIPS, None, "Leaves 7 instead of 5",
         "The estimate of its shipping moved later: 7 instead of 5."),
        (EventKind.ARRIVES, None, "Arrives 7 instead of 5",
         "The estimate of its arrival moved later: 7 instead of 5."),
        (EventKind.PARCEL_ARRIVES, 4, "Parcel 4 arrives 7 instead of 5",
         "The estimated arrival of parcel 4 moved later: 7 instead of 5."),
    ],
)  # fmt: skip
def test_a_move_of_an_estimate_is_told_in_short_and_in_whole(
    kind: EventKind, number: int | None, short: str, words: str
) -> None:
    move = events.move_of(happening(kind, EARLY, LATE, number))

    assert move is not None
    days = [day.day for day in move.days]
    assert (move.short.format(*days), move.words.format(*days)) == (short, words)


def test_a_move_to_an_earlier_day_is_told_as_such() -> None:
    move = events.move_of(happening(EventKind.ARRIVES, LATE, EARLY))

    assert move is not None
    assert "moved earlier" in move.words


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert events.moment(LATE) == datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "it", [happening(EventKind.STATUS, "New", "Planning"), happening(EventKind.ARRIVES, None, LATE)]
)
def test_what_is_no_move_of_an_estimate_is_none(it: Happening) -> None:
    assert events.move_of(it) is None


def test_troubles_come_before_good_news_and_those_before_the_rest() -> None:
    rest = happening(EventKind.STATUS, "New", "Planning")
    good = happening(EventKind.PARCEL_STATUS, "IN_TRANSIT", "DELIVERED", 1)
    bad = happening(EventKind.STATUS, "Planning", "Invalid")
    lost = happening(EventKind.PARCEL_STATUS, "IN_TRANSIT", "UNDELIVERABLE", 1)

    assert events.by_urgency([rest, good, bad, lost]) == [bad, lost, good, rest]


def test_a_change_is_told_in_a_word_and_an_estimate_is_none() -> None:
    assert events.change_of(happening(EventKind.STATUS, "Planning", "Invalid")) == "invalid"
    assert (
        events.change_of(happening(EventKind.PARCEL_STATUS, None, "DELIVERED", 1))
        == "parcel delivered"
    )
    assert events.change_of(happening(EventKind.ARRIVES, EARLY, LATE)) is None


def test_an_estimate_that_comes_back_another_day_is_a_happening_of_its_own() -> None:
    first = Happening(ORDER, EventKind.SHIPS, NOON, NOON, "a", "b")
    later = Happening(ORDER, EventKind.SHIPS, NOON + DAY, NOON + DAY, "a", "b")
    same = Happening(ORDER, EventKind.SHIPS, NOON + DAY / 4, NOON + DAY / 4, "a", "b")

    assert first.id == same.id != later.id


def returned(status: str | None, **more: str) -> dict[str, dict[str, object]]:
    blank = {"status_changed_date": NOON, "received_condition": None}
    row = {"seller_fulfillment_order_id": ORDER, "status": status, **blank, **more}
    return {"R-1": row, "R-2": row}


def test_units_that_come_back_at_the_same_moment_are_happenings_of_their_own() -> None:
    processed = returned("Processed", received_condition="CustomerDamaged")

    first, second = of_returns(returned("New"), processed, NOON + DAY)

    assert (first.before, first.after, first.at) == ("New", "Processed", NOON)
    assert in_words(first) == "Return R-1: processed, damaged by the buyer"
    assert first.id != second.id


def test_a_return_that_is_as_it_was_is_no_news() -> None:
    assert list(of_returns(returned("New"), returned("New"), NOON)) == []


def test_a_return_that_is_new_is_expected() -> None:
    first, _ = of_returns({}, returned("New"), NOON)

    assert in_words(first) == "Return R-1: expected"
