"""Amazon's Inventory Ledger report, summary view, as a seller downloads it: a line per day and SKU.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-reports-attributes
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from mcf.simulator.books import Moves, day_of
from mcf.simulator.marketplaces import Marketplace
from mcf.simulator.orders import ShipmentStatus
from mcf.simulator.past import Opening, Past
from mcf.simulator.stock import SELLABLE, Event, Stock
from mcf.simulator.world import World

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


def _cells(line: Line, stock: Stock, place: Marketplace) -> Iterator[str | int]:
    product = stock.product
    told: dict[str, str | int] = {
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
        yield told[column] if column in told else line.moved.get(column, 0)


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
        draw = world.draw("past of stock", stock.marketplace_id, stock.product.seller_sku)
        past = Past(draw, stock.product.daily_sales, opening).until(first)
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
