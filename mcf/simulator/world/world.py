"""The simulated world as it is: stock, orders and what is scheduled; `engine` makes it move."""

from __future__ import annotations

import heapq
import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeAlias

from mcf.simulator import chance
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.orders import Appointment, Fortune, Order, OrderRequest, Package, Shipment
from mcf.simulator.world.stock import Books, Stock

FIRST_PACKAGE_NUMBER = 540_000_017
Orders: TypeAlias = Iterable[tuple[OrderRequest, Fortune]]
Customers: TypeAlias = "Callable[[World, random.Random, float], Orders]"
"""Gives the orders of an hour in which so many are expected on average, and what befalls each."""


def nobody(_world: World, _generator: random.Random, _expected: float) -> Orders:
    """The customers of a world in which nobody buys."""
    return ()


class World:
    """Everything Amazon would know; use it under one lock."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed = seed
        self.now = now
        self.opened = now
        """When the shop opened; of what was before, only orders are known."""
        self.books = Books()
        self.trading = False
        self.daily_orders = 0.0
        """Orders a day that the web shop sends by itself, while `trading`."""
        self.customers: Customers = nobody
        """Who sends them."""
        self.stocks: dict[str, dict[str, Stock]] = {
            marketplace_id: {} for marketplace_id in MARKETPLACES
        }
        self.orders: dict[str, Order] = {}
        self.by_number: list[Order] = []
        self.packages: dict[int, tuple[Order, Shipment, Package]] = {}
        self.package_count = 0
        self.touched_orders: dict[str, Order] = {}
        self.touched_stocks: dict[tuple[str, str], Stock] = {}
        self.removed_stocks: set[tuple[str, str]] = set()
        self.idempotency_tokens: set[str] = set()
        self.new_tokens: set[str] = set()
        self._due: list[tuple[datetime, int, int, Order, Appointment]] = []
        self._serial = 0
        self._sorted: dict[str, list[str]] = {}
        self._hours: defaultdict[int, list[Stock]] = defaultdict(list)

    def draw(self, *concern: object) -> random.Random:
        """A stream of chance for one concern, the same in every run with this seed."""
        return chance.derive(self.seed, *concern)

    def dice(self, *concern: object) -> chance.Dice:
        """A few throws for one concern, the same in every run with this seed."""
        return chance.Dice(self.seed, *concern)

    def schedule(self, order: Order, appointment: Appointment) -> None:
        """Puts an appointment of an order into the queue."""
        self._serial += 1
        heapq.heappush(self._due, (appointment.at, order.number, self._serial, order, appointment))

    def is_due(self, by: datetime) -> bool:
        """Whether something is scheduled for this time or an earlier one."""
        return bool(self._due) and self._due[0][0] <= by

    def next_due(self) -> tuple[datetime, Order, Appointment]:
        """Takes what comes next from the queue. IndexError when nothing is scheduled."""
        at, _, _, order, appointment = heapq.heappop(self._due)
        return at, order, appointment

    def enter(self, order: Order) -> None:
        """Takes a new order into the world."""
        self.orders[order.id] = order
        self.by_number.append(order)
        self.touch(order)

    def restore(self, order: Order) -> None:
        """Puts back an order read from a state file."""
        self.orders[order.id] = order
        self.by_number.append(order)
        for shipment in order.shipments:
            for package in shipment.packages:
                self.packages[package.number] = (order, shipment, package)
        for appointment in order.agenda:
            self.schedule(order, appointment)

    def stock(self, order: Order, sku: str) -> Stock:
        """The stock from which a line of an order ships. KeyError for an unknown SKU."""
        return self.stocks[order.request.marketplace_id][sku]

    def find_stock(self, marketplace_id: str, sku: str) -> Stock | None:
        """The stock of a SKU; None where it isn't listed."""
        return self.stocks.get(marketplace_id, {}).get(sku)

    def sorted_skus(self, marketplace_id: str) -> list[str]:
        """All SKUs of a marketplace in the order in which Amazon lists them."""
        if marketplace_id not in self._sorted:
            self._sorted[marketplace_id] = sorted(self.stocks[marketplace_id])
        return self._sorted[marketplace_id]

    def is_ordered(self, marketplace_id: str, sku: str) -> bool:
        """Whether any order has a line of the SKU."""
        return any(
            line.sku == sku
            for order in self.by_number
            if order.request.marketplace_id == marketplace_id
            for line in order.lines
        )

    def add(self, stock: Stock) -> None:
        """Brings a new SKU into the world."""
        self.stocks[stock.marketplace_id][stock.product.seller_sku] = stock
        self._forget_lists(stock.marketplace_id)

    def remove(self, marketplace_id: str, sku: str) -> None:
        """Takes a SKU that was never ordered out of the world."""
        del self.stocks[marketplace_id][sku]
        self.touched_stocks.pop((marketplace_id, sku), None)
        self.removed_stocks.add((marketplace_id, sku))
        self.books.forget((marketplace_id, sku))
        self._forget_lists(marketplace_id)

    def _forget_lists(self, marketplace_id: str) -> None:
        self._sorted.pop(marketplace_id, None)
        self._hours.clear()

    def remember_token(self, token: str) -> None:
        """Notes an idempotency token, so that its request is obeyed only once."""
        self.idempotency_tokens.add(token)
        self.new_tokens.add(token)

    def hourly_share(self, hour: int) -> list[Stock]:
        """The SKUs whose day of trade is lived through at this hour."""
        if not self._hours:
            for marketplace_id, shelf in self.stocks.items():
                for sku in self.sorted_skus(marketplace_id):
                    self._hours[zlib.crc32(sku.encode()) % 24].append(shelf[sku])
        return self._hours[hour]

    def centres(self, order: Order) -> tuple[str, ...]:
        """The fulfillment centres of the order's marketplace."""
        return MARKETPLACES[order.request.marketplace_id].centres

    def free_number(self, first: int) -> int:
        """The next number under which the web shop can place an order."""
        number = first + len(self.by_number)
        while f"SHOP-{number}" in self.orders:
            number += 1
        return number

    def next_package_number(self) -> int:
        """Another parcel's number, never given before."""
        self.package_count += 1
        return FIRST_PACKAGE_NUMBER + self.package_count * 37

    def register(self, order: Order, shipment: Shipment, package: Package) -> None:
        """Makes a parcel findable by its number."""
        self.packages[package.number] = (order, shipment, package)

    def touch(self, changed: Order | Stock) -> None:
        """Notes that an entity changed: it is saved before the next answer leaves."""
        if isinstance(changed, Order):
            self.touched_orders[changed.id] = changed
        else:
            changed.updated = self.now
            self.note(changed)

    def note(self, stock: Stock) -> None:
        """Like `touch`, for a change that Amazon's lastUpdatedTime doesn't show."""
        if stock.unbooked:
            self.books.enter(stock, self.now)
        self.touched_stocks[stock.marketplace_id, stock.product.seller_sku] = stock

    @property
    def touched(self) -> bool:
        """Whether anything changed since the last save."""
        changes = (self.touched_orders, self.touched_stocks, self.removed_stocks, self.new_tokens)
        return any(changes)

    def untouch(self) -> None:
        """Forgets what was touched, once it is saved."""
        self.touched_orders.clear()
        self.touched_stocks.clear()
        self.removed_stocks.clear()
        self.books.saved()
        self.new_tokens.clear()

    def open_shop(self) -> None:
        """Begins the books with what is here now."""
        self.opened = self.now
        self.books.clear()
        for shelf in self.stocks.values():
            for stock in shelf.values():
                stock.open_books()

    def check(self) -> None:
        """Raises LedgerError when the books of any SKU don't balance."""
        for shelf in self.stocks.values():
            for stock in shelf.values():
                stock.check()
