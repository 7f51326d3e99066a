"""What needs a hand: how soon, and by which key it's put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from mcf.concerns import Concern, Urgency, by_urgency

LATE = Concern(
    Urgency.TODAY, "Order 1001 is late", "Promised for 2 March.", "tracking", "1001", "late"
)


def test_urgencies_come_with_the_most_urgent_first() -> None:
    assert list(Urgency) == [Urgency.NOW, Urgency.TODAY, Urgency.SOON]


def test_a_concern_keeps_its_key_when_its_numbers_change() -> None:
    assert replace(LATE, urgency=Urgency.NOW, reason="Promised for 1 March.").key == LATE.key


def test_concerns_of_another_kind_or_about_another_thing_have_another_key() -> None:
    assert LATE.key == "late:1001"
    assert replace(LATE, kind="held").key == "held:1001"
    assert replace(LATE, subject="1002").key == "late:1002"


def test_a_concern_without_a_kind_cannot_be_put_off() -> None:
    assert replace(LATE, kind="").key == ""


def test_of_one_urgency_what_ends_first_comes_first() -> None:
    first = replace(LATE, subject="1002", due=datetime(2026, 3, 2, tzinfo=UTC))
    second = replace(LATE, subject="1003", due=datetime(2026, 3, 5, tzinfo=UTC))
    now = replace(LATE, urgency=Urgency.NOW)

    assert by_urgency([LATE, second, first, now]) == [now, first, second, LATE]
