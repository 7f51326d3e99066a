"""Amazon's FBA Inventory report (GET_FBA_INVENTORY_PLANNING_DATA), tab-separated: ages of units.

Of its 99 columns those that tell stock, ages and fees. What leaves is taken from the oldest units,
as Amazon does. Volumes and fees are **modelled**; surcharges are those of the United States.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-reports-attributes
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta

from mcf.simulator.world import ledger
from mcf.simulator.world.marketplaces import Marketplace
from mcf.simulator.world.stock import SELLABLE, Stock, day_of
from mcf.simulator.world.world import World

CUBIC_FEET = {"small": 0.02, "standard": 0.08, "large": 0.4, "bulky": 2.5}
STORAGE_FEE = 0.78
"""A cubic foot and month."""
BINS = {
    "0-to-90": 0, "91-to-180": 91, "181-to-270": 181, "271-to-365": 271, "366-to-455": 366,
    "456-plus": 456,
}  # fmt: skip
TIERS = {
    "181-210": (181, 0.50), "211-240": (211, 1.00), "241-270": (241, 1.50), "271-300": (271, 5.45),
    "301-330": (301, 5.70), "331-365": (331, 5.90), "366-455": (366, 6.90), "456-plus": (456, 7.90),
}  # fmt: skip
"""The surcharge for a cubic foot of units that are so many days old."""
_OLDEST = 456
COLUMNS = (
    *("snapshot-date", "sku", "fnsku", "asin", "product-name", "condition", "available"),
    *(f"inv-age-{name}-days" for name in BINS),
    *("currency", "marketplace", "estimated-storage-cost-next-month"),
    *(
        f"{what}-{name}-days"
        for name in TIERS
        for what in ("quantity-to-be-charged-ais", "estimated-ais")
    ),
)


def report(world: World, place: Marketplace) -> str:
    """How old the sellable units of each SKU are at the last midnight, and what they'll cost."""
    days = min(_OLDEST, ledger.MOST_LINES // max(1, len(world.sorted_skus(place.id))))
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    shelf = world.stocks[place.id]
    for sku, came in ledger.receipts(world, place, days):
        ages = _ages(shelf[sku], came, day_of(world.now))
        writer.writerow(_cells(world, shelf[sku], place, ages))
    return out.getvalue()


def _ages(stock: Stock, came: Mapping[int, int], today: int) -> dict[int, int]:
    """Units by days of age: the latest that came are still there."""
    left, ages = stock.in_warehouses[SELLABLE], dict[int, int]()
    for day in sorted(came, reverse=True):
        some = min(left, came[day])
        if some > 0:
            ages[today - day] = some
            left -= some
    return {**ages, _OLDEST: ages.get(_OLDEST, 0) + left} if left else ages


def _between(ages: Mapping[int, int], begins: list[int]) -> Iterator[int]:
    """Units from each of these ages on up to the next."""
    for first, until in zip(begins, [*begins[1:], 10**9], strict=True):
        yield sum(units for age, units in ages.items() if first <= age < until)


def _cells(
    world: World, stock: Stock, place: Marketplace, ages: Mapping[int, int]
) -> list[str | int]:
    product, volume = stock.product, CUBIC_FEET[stock.product.size]
    snapshot = world.now - timedelta(days=1)
    tiers = _between(ages, [begin for begin, _ in TIERS.values()])
    charged = [
        cell
        for units, (_, fee) in zip(tiers, TIERS.values(), strict=True)
        for cell in (units, f"{units * volume * fee:.2f}")
    ]
    return [
        f"{snapshot:%Y-%m-%d}", product.seller_sku, product.fn_sku, product.asin, product.name,
        "New", stock.fulfillable, *_between(ages, list(BINS.values())), place.currency,
        place.country, f"{stock.in_warehouses[SELLABLE] * volume * STORAGE_FEE:.2f}", *charged,
    ]  # fmt: skip
