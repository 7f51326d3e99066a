"""The FBA Inventory report: how old units are, as the ledger's receipts tell."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import httpx

from mcf.simulator.world import ages
from mcf.simulator.world.marketplaces import MARKETPLACES
from mcf.simulator.world.stock import SELLABLE
from tests.simulator.seller import KETTLE, OPENING, US, Api
from tests.simulator.world.test_ledger import shop


def rows(text: str) -> dict[str, dict[str, str]]:
    table = csv.DictReader(io.StringIO(text), delimiter="\t")
    return {row["sku"]: row for row in table}


def test_every_unit_has_an_age() -> None:
    simulator = shop()
    told = rows(simulator.ages(US))
    shelf = simulator.world.stocks[US]
    sums = {
        sku: sum(int(row[f"inv-age-{name}-days"]) for name in ages.BINS)
        for sku, row in told.items()
    }
    assert sums == {sku: stock.in_warehouses[SELLABLE] for sku, stock in shelf.items()}
    day = OPENING - timedelta(days=1)
    assert {row["snapshot-date"] for row in told.values()} == {f"{day:%Y-%m-%d}"}


def test_units_grow_old_and_cost_more() -> None:
    """100 units of 0.08 cubic feet that are 220 days old cost 1.00 a cubic foot."""
    simulator = shop()
    stock = simulator.world.stocks[US][KETTLE]
    found = ages._cells(simulator.world, stock, MARKETPLACES[US], {220: 100, 3: 7})
    row = dict(zip(ages.COLUMNS, map(str, found), strict=True))
    assert (row["inv-age-0-to-90-days"], row["inv-age-181-to-270-days"]) == ("7", "100")
    assert row["quantity-to-be-charged-ais-211-240-days"] == "100"
    assert row["estimated-ais-211-240-days"] == "8.00"


def test_it_is_given_over_http(api: Api) -> None:
    answer = api.http.get("/_simulator/ages")
    assert answer.text.startswith("snapshot-date\tsku\t")
    missing = api.http.get("/_simulator/ages", params={"marketplace": "NOWHERE"})
    assert missing.status_code == httpx.codes.NOT_FOUND
