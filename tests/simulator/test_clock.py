"""Business time: it runs at any speed, stands still, is stepped, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mcf.simulator import Clock
from mcf.simulator.clock import iso, parse_iso
from tests.simulator.seller import OPENING, Timer


def test_a_running_clock_follows_its_timer_at_its_speed(timer: Timer) -> None:
    clock = Clock(OPENING, speed=60, timer=timer)
    timer.seconds += 2

    assert clock.now() == OPENING + timedelta(minutes=2)


def test_a_frozen_clock_moves_only_when_stepped() -> None:
    timer = Timer()
    clock = Clock(OPENING, frozen=True, timer=timer)
    timer.seconds += 1000
    clock.step(timedelta(days=1))

    assert clock.now() == OPENING + timedelta(days=1)


def test_another_speed_counts_from_the_moment_it_is_set() -> None:
    timer = Timer()
    clock = Clock(OPENING, speed=10, timer=timer)
    timer.seconds += 1
    clock.run(100)
    timer.seconds += 1

    assert clock.now() == OPENING + timedelta(seconds=110)


def test_time_that_was_frozen_is_not_caught_up_with() -> None:
    timer = Timer()
    clock = Clock(OPENING, timer=timer)
    clock.freeze()
    timer.seconds += 100
    clock.run()
    timer.seconds += 1

    assert clock.now() == OPENING + timedelta(seconds=1)


def test_a_restarted_clock_keeps_what_it_is_not_given() -> None:
    clock = Clock(OPENING, speed=5, frozen=True, timer=Timer())
    clock.restart(OPENING - timedelta(days=9))

    assert (clock.now(), clock.speed, clock.frozen) == (OPENING - timedelta(days=9), 5, True)


@pytest.mark.parametrize("speed", [0, -1, 1_000_001, float("nan")])
def test_a_speed_that_no_clock_has_is_refused_and_changes_nothing(speed: float) -> None:
    clock = Clock(OPENING, speed=2, frozen=True, timer=Timer())

    with pytest.raises(ValueError, match="Speed"):
        clock.restart(OPENING + timedelta(days=1), speed=speed)

    assert (clock.now(), clock.speed) == (OPENING, 2)


def test_times_are_written_as_amazon_writes_them() -> None:
    berlin = datetime(2026, 3, 4, 16, 0, 0, 250_000, timezone(timedelta(hours=1)))

    assert iso(berlin) == "2026-03-04T15:00:00Z"


@pytest.mark.parametrize(
    "text",
    ["2026-03-04T15:00:00Z", " 2026-03-04T15:00:00 ", "2026-03-04T16:00:00+01:00", "20260304T15"],
)
def test_a_time_is_read_in_every_spelling_of_iso_8601(text: str) -> None:
    assert parse_iso(text) == datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "2026-13-01", "0001-01-01T00:00:00+23:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_iso(text) is None
