"""Amazon's Inventory Ledger report, summary view, as a seller downloads it: a line per day and SKU.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-reports-attributes

What a SKU went through before the shop opened is **invented**, but it adds up. It is walked
backwards from the stock at the opening, a day at a time, so that it needs no memory: asking for
more days never changes those that were told before.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from mcf.simulator.chance import poisson
from mcf.simulator.world import trade
from mcf.simulator.world.marketplaces import Marketplace
from mcf.simulator.world.orders import ShipmentStatus
from mcf.simulator.world.stock import SELLABLE, Event, Moves, Stock, day_of
from mcf.simulator.world.world import World

USUAL_DAYS = 120
MOST_DAYS = 548
"""Amazon keeps the ledger for 18 months."""

MOST_LINES = 300_000
"""Of sellable stock; other dispositions have few lines."""

COLUMNS = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance",
    "In Transit Between Warehouses", "Receipts", "Customer Shipments", "Customer Returns",
    "Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed",
    "Other Events", "Ending Warehouse Balance", "Unknown Events", "Location",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Shipped: TypeAlias = defaultdict[str, defaultdict[int, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one disposition of a SKU in a day."""

    day: int
    disposition: str
    starting: int
    in_transit: int
    moved: dict[str, int]
    """Units by column of the report."""
    ending: int


def report(world: World, place: Marketplace, days: int) -> str:
    """The last `days` whole days as CSV, oldest first; ValueError when that is too much."""
    skus = world.sorted_skus(place.id)
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"Ask for 1 to {MOST_DAYS} days.")
    if len(skus) * days > MOST_LINES:
        raise ValueError(f"{len(skus)} SKUs have too many lines in {days} days; ask for fewer.")
    today = day_of(world.now)
    shipped = _shipped_before_opening(world, place)
    lines = [
        (line.day, sku, line)
        for sku in skus
        for line in _lines(world, world.stocks[place.id][sku], shipped[sku], today - days)
        if line.day < today
    ]
    lines.sort(key=lambda each: each[:2])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    shelf = world.stocks[place.id]
    writer.writerows(_cells(line, shelf[sku], place) for _, sku, line in lines)
    return out.getvalue()


def receipts(world: World, place: Marketplace, days: int) -> Iterator[tuple[str, dict[int, int]]]:
    """Each SKU with the sellable units that came into warehouses, by day, in the last `days`."""
    shipped, today = _shipped_before_opening(world, place), day_of(world.now)
    for sku in world.sorted_skus(place.id):
        lines = _lines(world, world.stocks[place.id][sku], shipped[sku], today - days)
        came = {
            line.day: line.moved.get(Event.RECEIPTS.value, 0)
            for line in lines
            if line.disposition == SELLABLE
        }
        yield sku, {day: units for day, units in came.items() if units > 0}


def _cells(line: Line, stock: Stock, place: Marketplace) -> Iterator[str | int]:
    product = stock.product
    cells: dict[str, str | int] = {
        "Date": f"{_EPOCH + timedelta(days=line.day):%m/%d/%Y}",
        "FNSKU": product.fn_sku,
        "ASIN": product.asin,
        "MSKU": product.seller_sku,
        "Title": product.name,
        "Disposition": line.disposition,
        "Starting Warehouse Balance": line.starting,
        "In Transit Between Warehouses": line.in_transit,
        "Ending Warehouse Balance": line.ending,
        "Location": place.country,
    }
    for column in COLUMNS:
        yield cells[column] if column in cells else line.moved.get(column, 0)


def _lines(world: World, stock: Stock, shipped: dict[int, int], first: int) -> Iterator[Line]:
    """The days from today back to `first`, each reckoned from the stock at its end."""
    if stock.unbooked:
        world.note(stock)
    moves = _all_moves(world, stock, shipped, first)
    by_day: defaultdict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for (day, disposition, event), units in moves.items():
        by_day[day, disposition][event.value] = units
    shelf = {SELLABLE: 0, **{kind: 0 for _, kind in by_day}} | stock.in_warehouses
    in_transit = stock.transfer
    sold_here = bool(stock.product.daily_sales)
    for day in range(day_of(world.now), first - 1, -1):
        for disposition, ending in shelf.items():
            moved = by_day.get((day, disposition), {})
            starting = ending - sum(moved.values())
            transit = in_transit if disposition == SELLABLE else 0
            if (sold_here and disposition == SELLABLE) or starting or ending or moved or transit:
                yield Line(day, disposition, starting, transit, moved, ending)
            shelf[disposition] = starting
        in_transit += by_day.get((day, SELLABLE), {}).get(Event.TRANSFER.value, 0)


def _all_moves(world: World, stock: Stock, shipped: dict[int, int], first: int) -> Moves:
    """Those of the books, and what is invented for the time before them."""
    moves = world.books.of(stock)
    if stock.product.daily_sales:
        opening = _opening(stock, moves, shipped, day_of(world.opened))
        name = stock.marketplace_id, stock.product.seller_sku
        draws = world.draw("past of stock", *name), world.draw("lost and found", *name)
        past = Past(*draws, stock.product.daily_sales, opening).until(first)
        for entry, units in past.items():
            moves[entry] = moves.get(entry, 0) + units
    return moves


def _opening(stock: Stock, booked: Moves, shipped: dict[int, int], day: int) -> Opening:
    """The stock when the shop opened: what there is now, less what has moved since."""
    shelf = defaultdict(int, stock.in_warehouses)
    in_transfer, missing = stock.transfer, sum(stock.researching)
    for (_, disposition, event), units in booked.items():
        shelf[disposition] -= units
        in_transfer += units if event is Event.TRANSFER else 0
        missing += units if event in (Event.LOST, Event.FOUND) else 0
    return Opening(day, shelf, in_transfer, missing, shipped)


def _shipped_before_opening(world: World, place: Marketplace) -> Shipped:
    """Units by SKU and day that left in orders which are older than the books."""
    shipped: Shipped = defaultdict(lambda: defaultdict(int))
    for order in world.by_number:
        if order.request.marketplace_id != place.id or order.received > world.opened:
            continue
        for shipment in order.shipments:
            if shipment.status is ShipmentStatus.SHIPPED and shipment.ship_date < world.opened:
                for item in shipment.items:
                    shipped[item.sku][day_of(shipment.ship_date)] += item.quantity
    return shipped


RAN_OUT = 0.2
"""How many deliveries came too late: the shelf was empty when they did."""

SOLD_OUT_DAYS = 14
SHELVING_DAYS = 3
"""At most; units are in transfer between a warehouse's gate and the shelf."""

SELLABLE_RETURNS = 0.04
STRAYS = 0.02
"""On how many days a unit is found again; it was lost some days before."""
STRAY_DAYS = 20
_DAMAGED_HERE = frozenset({"WAREHOUSE_DAMAGED", "DISTRIBUTOR_DAMAGED", "EXPIRED"})
_ON_THE_SHELF = (Event.SHIPMENTS, Event.RETURNS, Event.DAMAGED, Event.LOST, Event.FOUND)
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

    def __init__(
        self,
        generator: random.Random,
        strays: random.Random,
        daily_sales: float,
        opening: Opening,
    ) -> None:
        self._draw = generator
        self._strays = strays
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
        self._stray(day)
        changed = sum(self._moves.get((day, SELLABLE, event), 0) for event in _ON_THE_SHELF)
        self._balance -= changed
        if self._balance >= self._highest:
            self._deliver(day)

    def _stray(self, day: int) -> None:
        """A unit that is found was lost before, and was there when it was."""
        chance, ago = self._strays.random(), self._strays.random()
        if chance < STRAYS and self._balance > 1:
            self._note(day, Event.FOUND, 1)
            self._note(day - 1 - int(ago * STRAY_DAYS), Event.LOST, -1)

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
