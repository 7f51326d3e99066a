"""What moves towards Amazon's shelves, told from counts alone."""

from __future__ import annotations

import pytest

from mcf.inventory import arrivals
from mcf.inventory.arrivals import Learned, Look


def looks(*days: tuple[int, int, int, int]) -> list[Look]:
    """Day, announced, shipped, being received."""
    return [Look(*day) for day in days]


WAY = looks(
    (1, 0, 0, 0),
    (2, 100, 0, 0),
    (5, 100, 0, 0),
    (6, 0, 100, 0),
    (20, 0, 0, 100),
    (21, 0, 0, 40),
    (22, 0, 0, 8),
    (30, 0, 0, 0),
)


def test_what_is_announced_is_followed_until_it_can_ship() -> None:
    (lot,) = arrivals.lots(WAY)
    assert (lot.day, lot.units, lot.arrived_day) == (2, 100, 22)
    assert arrivals.durations(WAY) == [20]


def test_what_was_on_its_way_at_first_is_ahead_of_what_comes_later() -> None:
    steps = looks((1, 0, 50, 0), (2, 30, 50, 0), (3, 0, 30, 50), (4, 0, 30, 10), (5, 0, 0, 2))
    (lot,) = arrivals.lots(steps)
    assert (lot.day, lot.units, lot.arrived_day) == (2, 30, 5)


def test_what_is_announced_and_shipped_between_two_looks_is_seen() -> None:
    """Also while older units are unloaded on the same day."""
    steps = looks((1, 0, 0, 60), (2, 0, 100, 10), (3, 0, 100, 0))
    (lot,) = arrivals.lots(steps)
    assert (lot.day, lot.units, lot.arrived_day) == (2, 100, None)


def test_units_announced_day_by_day_are_lots_in_order() -> None:
    steps = looks((1, 0, 0, 0), (2, 10, 0, 0), (3, 10, 10, 0), (4, 0, 10, 10), (5, 0, 10, 0))
    assert [(lot.day, lot.units, lot.arrived_day) for lot in arrivals.lots(steps)] == [
        (2, 10, 5),
        (3, 10, None),
    ]


@pytest.mark.parametrize("moving", [0, 20, 60])
def test_a_shipment_that_was_taken_back_never_arrived(moving: int) -> None:
    steps = looks((1, 0, moving, 0), (2, 80, moving, 0), (3, 0, moving, 0), (4, 0, 0, moving))
    assert arrivals.lots(steps) == []


def test_a_part_of_a_shipment_is_taken_back() -> None:
    steps = looks((1, 0, 0, 0), (2, 80, 0, 0), (3, 30, 0, 0), (4, 0, 30, 0), (9, 0, 0, 0))
    (lot,) = arrivals.lots(steps)
    assert (lot.units, lot.arrived_day) == (30, 9)


def test_what_came_while_nobody_looked_tells_no_duration() -> None:
    steps = looks((1, 0, 0, 0), (20, 0, 0, 50), (21, 0, 0, 0))
    assert len(arrivals.lots(steps)) == 1
    assert arrivals.durations(steps) == []


def test_nothing_is_learned_of_no_looks() -> None:
    assert arrivals.lots([]) == []
    assert arrivals.by_sku([]) == {}


@pytest.mark.parametrize(
    ("days", "known"),
    [
        ([], None),
        ([34, 36], None),
        ([30, 30, 30], Learned(30, 0, 3)),
        ([34, 28, 40, 34, 34], Learned(34, 5, 5)),  # a deviation of 4.24
        ([10, 20, 90], Learned(20, 44, 3)),  # the middle one, not the mean
    ],
)
def test_a_lead_time_is_learned_from_three_arrivals(days: list[int], known: Learned | None) -> None:
    assert arrivals.learned(days) == known
