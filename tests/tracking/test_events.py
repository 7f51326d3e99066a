"""Two readings compared: what happened between them, and once."""

from __future__ import annotations

from datetime import UTC, datetime

from mcf.tracking.events import EventKind, Happening, in_words, of_returns
from tests.tracking.test_event_log import DAY, ORDER

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


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
