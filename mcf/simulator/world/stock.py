"""Units of one product in one marketplace, counted by where they are, and the books of all of them.

The books say which units moved since the shop opened: the memory for the ledger report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class LedgerError(AssertionError):
    """A movement would have made a quantity negative: a defect of the simulator itself."""


class Event(StrEnum):
    """Why units came into a warehouse or left it: a column of Amazon's ledger report."""

    RECEIPTS = "Receipts"
    SHIPMENTS = "Customer Shipments"
    RETURNS = "Customer Returns"
    TRANSFER = "Warehouse Transfer In/Out"
    FOUND = "Found"
    LOST = "Lost"
    DAMAGED = "Damaged"
    OTHER = "Other Events"


SELLABLE = "SELLABLE"
DISPOSITIONS = {
    "customerDamaged": "CUSTOMER_DAMAGED",
    "warehouseDamaged": "WAREHOUSE_DAMAGED",
    "distributorDamaged": "DISTRIBUTOR_DAMAGED",
    "carrierDamaged": "CARRIER_DAMAGED",
    "defective": "DEFECTIVE",
    "expired": "EXPIRED",
}
"""What the ledger report calls the causes for which units can't be sold."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Units that came into a warehouse, or left it if negative."""

    event: Event
    units: int
    disposition: str = SELLABLE


@dataclass(frozen=True, slots=True)
class Product:
    """What a listing says, and what the world needs to price, pack and sell it."""

    seller_sku: str
    asin: str
    fn_sku: str
    name: str
    grams: int
    size: str
    price: int
    """In hundredths of the marketplace's currency."""
    daily_sales: float
    centre: str


@dataclass(slots=True)
class Stock:
    """The ledger of one SKU. Every unit is in exactly one of the counted places.

    `entered` and `left` count the units that ever came into the books and ever went out of them,
    so that `total() == entered - left` at all times.
    """

    marketplace_id: str
    product: Product
    updated: datetime
    condition: str = "NewItem"
    fulfillable: int = 0
    inbound_working: int = 0
    inbound_shipped: int = 0
    inbound_receiving: int = 0
    customer_orders: int = 0
    transfer: int = 0
    processing: int = 0
    researching: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Short, mid and long term."""
    unsellable: dict[str, int] = field(default_factory=dict)
    """By cause, as Amazon names it: customerDamaged, warehouseDamaged, ..."""
    entered: int = 0
    left: int = 0
    unbooked: tuple[Movement, ...] = ()
    """What moved since the world last took note; see `Books`."""

    @property
    def in_warehouses(self) -> dict[str, int]:
        """Units on the shelves by disposition; those in transfer or searched for aren't there."""
        held = {DISPOSITIONS[cause]: units for cause, units in self.unsellable.items()}
        return {SELLABLE: self.fulfillable + self.customer_orders + self.processing, **held}

    @property
    def on_record(self) -> int:
        """Units Amazon promises against, of which only the fulfillable ones can be picked now."""
        return self.fulfillable + self.transfer + self.processing

    @property
    def reserved(self) -> int:
        """Units that are here but can't be sold."""
        return self.customer_orders + self.transfer + self.processing

    @property
    def unfulfillable(self) -> int:
        """Units that can't be sold for any cause."""
        return sum(self.unsellable.values())

    @property
    def inbound(self) -> int:
        """Units on their way to Amazon, those being counted in included."""
        return self.inbound_working + self.inbound_shipped + self.inbound_receiving

    def total(self) -> int:
        """All units, wherever they are."""
        return (
            self.fulfillable
            + self.inbound
            + self.reserved
            + sum(self.researching)
            + self.unfulfillable
        )

    def reserve(self, quantity: int) -> None:
        """Fulfillable units are promised to an order."""
        self._need(self.fulfillable >= quantity)
        self.fulfillable -= quantity
        self.customer_orders += quantity

    def release(self, quantity: int) -> None:
        """Promised units can be sold again."""
        self._need(self.customer_orders >= quantity)
        self.customer_orders -= quantity
        self.fulfillable += quantity

    def ship(self, quantity: int) -> None:
        """Promised units leave the building."""
        self._need(self.customer_orders >= quantity)
        self.customer_orders -= quantity
        self.left += quantity
        self._moved(Event.SHIPMENTS, -quantity)

    def misplace(self, quantity: int) -> None:
        """Promised units are not where the records say: Amazon starts looking for them."""
        self._need(self.customer_orders >= quantity)
        self.customer_orders -= quantity
        self.researching[0] += quantity
        self._moved(Event.LOST, -quantity)

    def find(self) -> None:
        """Units searched for since recently turn up."""
        self._moved(Event.FOUND, self.researching[0])
        self.fulfillable += self.researching[0]
        self.researching[0] = 0

    def sell(self, quantity: int) -> int:
        """Sells up to `quantity` units through another channel; the number really sold."""
        sold = min(quantity, self.fulfillable)
        self.fulfillable -= sold
        self.left += sold
        self._moved(Event.SHIPMENTS, -sold)
        return sold

    def take_back(self, quantity: int, cause: str) -> None:
        """Units come back; an empty cause means that they can be sold again."""
        self.entered += quantity
        self._moved(Event.RETURNS, quantity, DISPOSITIONS[cause] if cause else SELLABLE)
        if cause:
            self.unsellable[cause] = self.unsellable.get(cause, 0) + quantity
        else:
            self.fulfillable += quantity

    def announce(self, quantity: int) -> None:
        """A new inbound shipment is planned."""
        self.inbound_working += quantity
        self.entered += quantity

    def dispatch_inbound(self) -> None:
        """Planned units leave for Amazon."""
        self.inbound_shipped += self.inbound_working
        self.inbound_working = 0

    def arrive_inbound(self) -> None:
        """Units on their way are at the gate, to be counted in."""
        self.inbound_receiving += self.inbound_shipped
        self.inbound_shipped = 0

    def receive(self, quantity: int) -> None:
        """Units of an arrived shipment are counted in and wait to be shelved or transferred."""
        self._need(self.inbound_receiving >= quantity)
        self.inbound_receiving -= quantity
        self.transfer += quantity
        self._moved(Event.RECEIPTS, quantity)
        self._moved(Event.TRANSFER, -quantity)

    def send_away(self, quantity: int) -> None:
        """Fulfillable units leave for another centre; Amazon goes on promising them."""
        self._need(self.fulfillable >= quantity)
        self.fulfillable -= quantity
        self.transfer += quantity
        self._moved(Event.TRANSFER, -quantity)

    def shelve(self) -> int:
        """Units in transfer and in processing become fulfillable; how many did."""
        arrived = self.transfer + self.processing
        self._moved(Event.TRANSFER, self.transfer)
        self.transfer = self.processing = 0
        self.fulfillable += arrived
        return arrived

    def add(self, quantity: int) -> None:
        """Fulfillable units out of nowhere, as Amazon's sandbox allows."""
        self._moved(Event.OTHER, quantity)
        self.fulfillable += quantity
        self.entered += quantity

    def open_books(self) -> Stock:
        """Counts what is here now as having entered; for a freshly seeded ledger."""
        self.entered = self.total() + self.left
        self.unbooked = ()
        return self

    def check(self) -> None:
        """Raises LedgerError when a unit was created, lost or counted below zero."""
        counts = [self.fulfillable, self.inbound_working, self.inbound_shipped]
        counts += [self.inbound_receiving, self.customer_orders, self.transfer, self.processing]
        counts += [*self.researching, *self.unsellable.values()]
        self._need(min(counts) >= 0 and self.total() == self.entered - self.left)

    def _moved(self, event: Event, units: int, disposition: str = SELLABLE) -> None:
        if units:
            self.unbooked = (*self.unbooked, Movement(event, units, disposition))

    def _need(self, holds: bool) -> None:
        if not holds:
            raise LedgerError(f"The books of {self.product.seller_sku} do not balance: {self!r}")


Key: TypeAlias = tuple[str, str]
"""A marketplace and a SKU."""

Moves: TypeAlias = dict[tuple[int, str, Event], int]
"""Units by day (days since 1970-01-01 in UTC), disposition and reason; negative ones left."""


def day_of(at: datetime) -> int:
    """Days since 1970-01-01 in UTC."""
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
        """What a SKU has moved since the shop opened; a copy."""
        return dict(self._moves.get((stock.marketplace_id, stock.product.seller_sku), {}))

    def forget(self, key: Key) -> None:
        """Strikes out everything of a SKU that is taken out of the world."""
        self._moves.pop(key, None)
        self._changed = {each for each in self._changed if each[0] != key}

    def clear(self) -> None:
        """Forgets everything."""
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
        """Begins anew to count what changed."""
        self._changed.clear()
