"""Which units moved since the shop opened: the simulator's memory for the ledger report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from mcf.simulator.stock import Event, Stock

Key: TypeAlias = tuple[str, str]
"""A marketplace and a SKU."""

Moves: TypeAlias = dict[tuple[int, str, Event], int]
"""Units by day (days since 1970-01-01 in UTC), disposition and reason; negative ones left."""


def day_of(at: datetime) -> int:
    return int(at.timestamp()) // 86400


class Books:
    """The movements of every SKU, summed per day of the simulated clock."""

    def __init__(self) -> None:
        self._moves: dict[Key, Moves] = {}
        self._changed: set[tuple[Key, tuple[int, str, Event]]] = set()

    def enter(self, stock: Stock, at: datetime) -> None:
        """Writes down what the stock has moved since the last time."""
        key = stock.marketplace_id, stock.product.seller_sku
        moves = self._moves.setdefault(key, {})
        day = day_of(at)
        for movement in stock.unbooked:
            entry = day, movement.disposition, movement.event
            moves[entry] = moves.get(entry, 0) + movement.units
            self._changed.add((key, entry))
        stock.unbooked = ()

    def of(self, stock: Stock) -> Moves:
        return dict(self._moves.get((stock.marketplace_id, stock.product.seller_sku), {}))

    def forget(self, key: Key) -> None:
        """Strikes out everything of a SKU that is taken out of the world."""
        self._moves.pop(key, None)
        self._changed = {each for each in self._changed if each[0] != key}

    def clear(self) -> None:
        self._moves.clear()
        self._changed.clear()

    def restore(self, marketplace: str, sku: str, day: int, kind: str, event: str, n: int) -> None:
        """Puts back a row that `changes` gave."""
        self._moves.setdefault((marketplace, sku), {})[day, kind, Event(event)] = n

    def changes(self) -> Iterator[tuple[str, str, int, str, str, int]]:
        """What was written down since the last `saved`, with the new sums."""
        for key, entry in self._changed:
            day, disposition, event = entry
            yield *key, day, disposition, event.value, self._moves[key][entry]

    def saved(self) -> None:
        self._changed.clear()
