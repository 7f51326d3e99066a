"""What a SKU went through before the shop opened. **Invented**, but it adds up.

It is walked backwards from the stock at the opening, a day at a time, so that it needs no memory:
asking for more days never changes those that were told before.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mcf.simulator import trade
from mcf.simulator.books import Moves
from mcf.simulator.chance import poisson
from mcf.simulator.stock import SELLABLE, Event

RAN_OUT = 0.2
"""How many deliveries came too late: the shelf was empty when they did."""

SOLD_OUT_DAYS = 14
SHELVING_DAYS = 3
"""At most; units are in transfer between a warehouse's gate and the shelf."""

SELLABLE_RETURNS = 0.04
_DAMAGED_HERE = frozenset({"WAREHOUSE_DAMAGED", "DISTRIBUTOR_DAMAGED", "EXPIRED"})
_ON_THE_SHELF = (Event.SHIPMENTS, Event.RETURNS, Event.DAMAGED, Event.LOST)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opening:
    """What there was of a SKU when the shop opened, and what its orders had taken by then."""

    day: int
    """Days since 1970-01-01 in UTC."""
    shelf: Mapping[str, int]
    """Units by disposition."""
    in_transfer: int
    missing: int
    shipped: Mapping[int, int]
    """Units by day."""


class Past:
    """The days of one SKU before the opening."""

    def __init__(self, generator: random.Random, daily_sales: float, opening: Opening) -> None:
        self._draw = generator
        self._daily_sales = daily_sales
        self._opening = opening
        self._moves: defaultdict[tuple[int, str, Event], int] = defaultdict(int)
        self._lot = trade.lot(daily_sales)
        sent = opening.shipped.get(opening.day, 0)
        self._note(opening.day, Event.SHIPMENTS, -sent)
        self._balance = opening.shelf[SELLABLE] + sent
        self._empty = 0 if self._balance else self._some_days(SOLD_OUT_DAYS)
        self._highest = self._balance + int(self._lot * (0.1 + 0.8 * generator.random()))
        self._came_in(opening.in_transfer, opening.day - self._some_days(SHELVING_DAYS))
        self._note(opening.day - self._some_days(30), Event.LOST, -opening.missing)
        self._went_bad()

    def until(self, first: int) -> Moves:
        """All movements from the day `first` to the opening."""
        for day in range(self._opening.day - 1, first - 1, -1):
            self._live(day)
        return dict(self._moves)

    def _live(self, day: int) -> None:
        gone = self._opening.shipped.get(day, 0) + self._wanted(day)
        self._note(day, Event.SHIPMENTS, -gone)
        if gone and self._draw.random() < SELLABLE_RETURNS * gone:
            self._note(day, Event.RETURNS, 1)
        changed = sum(self._moves.get((day, SELLABLE, event), 0) for event in _ON_THE_SHELF)
        self._balance -= changed
        if self._balance >= self._highest:
            self._deliver(day)

    def _wanted(self, day: int) -> int:
        """What customers bought, which is nothing while the shelf was empty."""
        chance = self._draw.random()
        if self._empty:
            self._empty -= 1
            return 0
        season = trade.season(_EPOCH + timedelta(days=day))
        return poisson(chance, self._daily_sales * season)

    def _deliver(self, day: int) -> None:
        """A delivery was shelved on this day: before it there was less."""
        left = 0
        if self._draw.random() < RAN_OUT:
            self._empty = self._some_days(SOLD_OUT_DAYS)
        else:
            left = min(int(self._daily_sales * 20 * self._draw.random()) + 1, self._balance)
        units, self._balance = self._balance - left, left
        self._highest = left + int(self._lot * (0.8 + 0.4 * self._draw.random()))
        waited = int(self._draw.random() * (SHELVING_DAYS + 1))
        if waited:
            self._note(day, Event.TRANSFER, units)
            self._came_in(units, day - waited)
        else:
            self._note(day, Event.RECEIPTS, units)

    def _came_in(self, units: int, day: int) -> None:
        self._note(day, Event.RECEIPTS, units)
        self._note(day, Event.TRANSFER, -units)

    def _went_bad(self) -> None:
        """Units that can't be sold were damaged here, or came back so."""
        for disposition, units in sorted(self._opening.shelf.items()):
            if disposition == SELLABLE or not units:
                continue
            day = self._opening.day - self._some_days(60)
            here = disposition in _DAMAGED_HERE
            self._note(day, Event.DAMAGED if here else Event.RETURNS, units, disposition)
            self._note(day, Event.DAMAGED, -units if here else 0)

    def _note(self, day: int, event: Event, units: int, disposition: str = SELLABLE) -> None:
        if units:
            self._moves[day, disposition, event] += units

    def _some_days(self, most: int) -> int:
        return 1 + int(self._draw.random() * most)
