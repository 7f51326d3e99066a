"""Units on their way into Amazon's warehouses: which came when, and how long that takes. Pure.

Amazon tells how many units are announced, shipped and being received, not which. So units are taken
to move in the order in which they were announced.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

LONGEST_GAP = 4
"""Days between two looks, beyond which units may have been announced and received unseen."""
MOST_OF = 0.9
"""The part of some units that has to be there for them to count as there: a few get lost."""
LEAST = 3
"""Arrivals from which on it's told how long they take."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was inbound of a SKU when it was looked at; a day as `History` counts days."""

    day: int
    announced: int
    shipped: int
    receiving: int

    @property
    def inbound(self) -> int:
        """All that is on its way."""
        return self.announced + self.shipped + self.receiving


@dataclass(frozen=True, slots=True)
class Lot:
    """Units that were announced between two looks, of which `look` is the number of the second.

    `left_day` is when they were no longer only announced, `arrived_day` when they were no longer
    inbound: None while they are. They were `cancelled` when they did both at once.
    """

    look: int
    day: int
    units: int
    left_day: int | None
    arrived_day: int | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """How many days something takes: the middle one, its spread, and of how many arrivals."""

    days: int
    spread: int
    arrivals: int


def by_sku(days: Iterable[tuple[str, int, int, int, int]]) -> dict[str, list[Look]]:
    """The looks of each SKU, from `History.inbound`."""
    looks: dict[str, list[Look]] = defaultdict(list)
    for sku, *look in days:
        looks[sku].append(Look(*look))
    return looks


def lots(looks: Sequence[Look]) -> list[Lot]:
    """What was announced after the first look, in order. What was inbound by then is none.

    At least so many units were announced as announced ones became more, or those announced and
    shipped together, or all inbound ones.
    """
    if not looks:
        return []
    entries: list[tuple[int, int]] = []
    gone, left = [0], [0]
    for number in range(1, len(looks)):
        before, now = looks[number - 1], looks[number]
        in_announced = now.announced - before.announced
        in_transport = in_announced + now.shipped - before.shipped
        in_all = now.inbound - before.inbound
        units = max(0, in_announced, in_transport, in_all)
        if units:
            entries.append((number, units))
        left.append(left[-1] + units - in_announced)
        gone.append(gone[-1] + units - in_all)
    found, ahead = [], 0
    for number, units in entries:
        most = math.ceil(MOST_OF * units)
        leaves = _when(left, looks[0].announced + ahead + most)
        arrives = _when(gone, looks[0].inbound + ahead + most)
        found.append(_lot(looks, number, units, leaves, arrives))
        ahead += units
    return found


def _when(passed: Sequence[int], needed: int) -> int | None:
    """The number of the first look by which so many units had passed."""
    return next((number for number, units in enumerate(passed) if units >= needed), None)


def _lot(
    looks: Sequence[Look], number: int, units: int, leaves: int | None, arrives: int | None
) -> Lot:
    # What is transported takes days: units that vanish between two looks were taken back.
    at_once = arrives is not None and arrives == leaves and arrives > number
    cancelled = at_once and looks[arrives or 0].day - looks[(arrives or 0) - 1].day <= LONGEST_GAP
    day_of = [look.day for look in looks]
    return Lot(
        number,
        day_of[number],
        units,
        None if leaves is None else day_of[leaves],
        None if arrives is None else day_of[arrives],
        cancelled,
    )


def durations(looks: Sequence[Look]) -> list[int]:
    """Days from the announcement of units until they could ship, of those that did arrive.

    Only of what was announced and arrived between looks that are no more than LONGEST_GAP apart.
    """
    far = {n for n in range(1, len(looks)) if looks[n].day - looks[n - 1].day > LONGEST_GAP}
    return [
        lot.arrived_day - lot.day
        for lot in lots(looks)
        if lot.arrived_day is not None and not lot.cancelled and lot.look not in far
    ]


def learned(days: Sequence[int]) -> Learned | None:
    """What so many arrivals tell together; None when there are fewer than LEAST.

    The spread is a standard deviation, in whole days and rounded up.
    """
    if len(days) < LEAST:
        return None
    mean = sum(days) / len(days)
    variance = sum((day - mean) ** 2 for day in days) / (len(days) - 1)
    return Learned(round(median(days)), math.ceil(round(math.sqrt(variance), 6)), len(days))
