"""Units on their way into Amazon's warehouses: which came when, and how long that takes. Pure.

Amazon tells how many units are announced, shipped and being received, not which. So units are taken
to move in the order in which they were announced.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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

    `arrived_day` is when they were no longer inbound, None while they are.
    """

    look: int
    day: int
    units: int
    arrived_day: int | None


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
    shipped together, or all inbound ones. What was announced and taken back is none, either.
    """
    if not looks:
        return []
    queue = _Queue(looks[0])
    for number in range(1, len(looks)):
        queue.step(number, looks[number - 1], looks[number])
    return [lot.told() for lot in queue.lots if lot.units]


@dataclass(slots=True)
class _Followed:
    """A lot with the units that came on which day."""

    look: int
    day: int
    units: int
    came: list[tuple[int, int]] = field(default_factory=list)

    def told(self) -> Lot:
        """The lot as it's known in the end."""
        most, there = math.ceil(MOST_OF * self.units), 0
        for day, units in self.came:
            there += units
            if there >= most:
                return Lot(self.look, self.day, self.units, day)
        return Lot(self.look, self.day, self.units, None)


class _Queue:
    """Units that are announced, and those on their way, in the order of their announcement."""

    def __init__(self, first: Look) -> None:
        before = _Followed(0, first.day, 0)
        self.lots: list[_Followed] = []
        self._announced = deque([(before, first.announced)])
        self._moving = deque([(before, first.shipped + first.receiving)])

    def step(self, number: int, before: Look, now: Look) -> None:
        """Goes on to the next look."""
        moving = now.shipped + now.receiving
        in_announced = now.announced - before.announced
        in_moving = moving - before.shipped - before.receiving
        in_transport = in_announced + now.shipped - before.shipped
        entered = max(0, in_announced, in_transport, in_announced + in_moving)
        if entered:
            lot = _Followed(number, now.day, entered)
            self.lots.append(lot)
            self._announced.append((lot, entered))
        gone = entered - in_announced
        is_told = now.day - before.day <= LONGEST_GAP
        # More vanished than is on its way: what isn't seen there was taken back.
        back = gone - max(0, in_moving) if is_told and gone > moving else 0
        self._take_back(back)
        self._moving.extend(_oldest(self._announced, gone - back))
        for lot, units in _oldest(self._moving, gone - back - in_moving):
            lot.came.append((now.day, units))

    def _take_back(self, units: int) -> None:
        """Forgets units that were only announced, the newest first."""
        while units > 0:
            lot, some = self._announced.pop()
            taken = min(some, units)
            lot.units -= taken
            units -= taken
            if some > taken:
                self._announced.append((lot, some - taken))


def _oldest(queue: deque[tuple[_Followed, int]], units: int) -> list[tuple[_Followed, int]]:
    """So many units taken from the front of a queue, by lot."""
    taken = []
    while units > 0:
        lot, some = queue.popleft()
        part = min(some, units)
        taken.append((lot, part))
        units -= part
        if some > part:
            queue.appendleft((lot, some - part))
    return taken


def durations(looks: Sequence[Look]) -> list[int]:
    """Days from the announcement of units until they could ship, of those that did arrive.

    Only of what was announced and arrived between looks that are no more than LONGEST_GAP apart.
    """
    far = {n for n in range(1, len(looks)) if looks[n].day - looks[n - 1].day > LONGEST_GAP}
    return [
        lot.arrived_day - lot.day
        for lot in lots(looks)
        if lot.arrived_day is not None and lot.look not in far
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
