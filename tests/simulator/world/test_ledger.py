"""The ledger report: every unit of every day is accounted for, also before the shop opened."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.simulator import Simulator
from mcf.simulator.world import ledger
from mcf.simulator.world.orders import Status
from tests.examples import many
from tests.simulator.seller import GERMANY, KETTLE, OPENING, OUTBOUND, US, Api, line

REPORT = "/_simulator/ledger"
MOVED = ledger.COLUMNS[8:18]
MIDNIGHT = timedelta(hours=9)
"""From the opening to the end of its day."""


@dataclass(frozen=True)
class Line:
    """A line of the report."""

    cells: dict[str, str]

    @property
    def day(self) -> datetime:
        return datetime.strptime(self.cells["Date"], "%m/%d/%Y").replace(tzinfo=UTC)

    @property
    def thing(self) -> tuple[str, str]:
        return self.cells["MSKU"], self.cells["Disposition"]

    def __getitem__(self, column: str) -> int:
        return int(self.cells[column])

    @property
    def adds_up(self) -> bool:
        moved = sum(self[column] for column in MOVED)
        return self["Starting Warehouse Balance"] + moved == self["Ending Warehouse Balance"]


def lines_of(text: str) -> list[Line]:
    return [Line(cells) for cells in csv.DictReader(io.StringIO(text))]


def shop(**options: object) -> Simulator:
    """A shop that nobody calls over HTTP."""
    recipe = {"skus": 32, "orders": 24, "days": 60, "start": OPENING, "frozen": True}
    return Simulator(**{**recipe, **options})  # type: ignore[arg-type]


def gaps(lines: Iterable[Line]) -> list[tuple[Line, Line]]:
    """Lines of one SKU and disposition where a day doesn't begin as the one before ended."""
    found, last = [], dict[tuple[str, str], Line]()
    for one in lines:
        before = last.get(one.thing)
        balance = (
            before["Ending Warehouse Balance"] if before else one["Starting Warehouse Balance"]
        )
        if one["Starting Warehouse Balance"] != balance:
            found.append((last[one.thing], one))
        last[one.thing] = one
    return found


def total(lines: Iterable[Line], column: str) -> int:
    return sum(one[column] for one in lines)


@settings(max_examples=many(12))
@given(
    seed=st.integers(0, 10**6),
    days=st.integers(1, 200),
    hours=st.integers(0, 24 * 40),
    skus=st.integers(1, 40),
)
def test_every_line_adds_up_and_every_day_begins_as_the_last_one_ended(
    seed: int, days: int, hours: int, skus: int
) -> None:
    amazon = shop(seed=seed, skus=skus)
    amazon.clock.step(timedelta(hours=hours))
    lines = lines_of(amazon.ledger(US, days))

    balances = (
        one[column]
        for one in lines
        for column in (
            "Starting Warehouse Balance",
            "In Transit Between Warehouses",
            "Ending Warehouse Balance",
        )
    )
    assert [one for one in lines if not one.adds_up] == []
    assert gaps(lines) == []
    assert min(balances) >= 0
    assert len([one for one in lines if one.cells["Disposition"] == "SELLABLE"]) == skus * days


@settings(max_examples=many(12))
@given(seed=st.integers(0, 10**6), days=st.integers(0, 30))
def test_what_is_in_transfer_came_in_and_went_on_to_a_shelf(seed: int, days: int) -> None:
    amazon = shop(seed=seed)
    amazon.clock.step(timedelta(days=days))
    by_sku: dict[str, list[Line]] = {}
    for one in lines_of(amazon.ledger(US, 150)):
        if one.cells["Disposition"] == "SELLABLE":
            by_sku.setdefault(one.cells["MSKU"], []).append(one)

    wrong = [
        (before, after)
        for lines in by_sku.values()
        for before, after in pairwise(lines)
        if before["In Transit Between Warehouses"] - after["Warehouse Transfer In/Out"]
        != after["In Transit Between Warehouses"]
    ]
    assert wrong == []


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1), timedelta(days=25)])
def test_the_last_line_ends_with_what_is_on_the_shelves_at_midnight(later: timedelta) -> None:
    amazon = shop()
    amazon.clock.step(MIDNIGHT - timedelta(seconds=1) + later)
    stocks = amazon.world.stocks[US]
    there = {
        (sku, disposition): (units, stock.transfer if disposition == "SELLABLE" else 0)
        for sku, stock in stocks.items()
        for disposition, units in stock.in_warehouses.items()
        if units or disposition == "SELLABLE"
    }
    amazon.clock.step(timedelta(seconds=1))

    told = {
        one.thing: (one["Ending Warehouse Balance"], one["In Transit Between Warehouses"])
        for one in lines_of(amazon.ledger(US, 1))
        if one["Ending Warehouse Balance"] or one.cells["Disposition"] == "SELLABLE"
    }
    assert told == there


def test_the_past_is_the_same_in_every_run_and_never_changes_again() -> None:
    first, second = shop(), shop()
    past = first.ledger(US, 120).splitlines()
    first.clock.step(timedelta(days=30))

    assert second.ledger(US, 120).splitlines() == past
    assert first.ledger(US, 150).splitlines()[: len(past)] == past


def test_asking_for_fewer_days_gives_the_latest() -> None:
    amazon = shop()
    whole, part = lines_of(amazon.ledger(US, 120)), lines_of(amazon.ledger(US, 30))

    assert part == [one for one in whole if one.day >= OPENING - timedelta(days=31)]


def test_another_seed_has_another_past() -> None:
    assert shop(seed=7).ledger(US, 30) != shop(seed=8).ledger(US, 30)


def test_the_past_knows_sales_deliveries_and_sold_out_shelves() -> None:
    amazon = shop(skus=64, orders=0)
    lines = lines_of(amazon.ledger(US, 120))
    sold = Counter[str]()
    for one in lines:
        sold[one.cells["MSKU"]] -= one["Customer Shipments"]
    demand = {sku: 120 * s.product.daily_sales for sku, s in amazon.world.stocks[US].items()}
    empty = {one.thing for one in lines if one.adds_up and not one["Ending Warehouse Balance"]}
    filled = {one.thing for one in lines if one["Ending Warehouse Balance"]}

    assert 0.8 * sum(demand.values()) < sum(sold.values()) < 1.2 * sum(demand.values())
    assert total(lines, "Receipts") > 0.5 * sum(sold.values())
    assert 3 < len(empty & filled) < 32
    assert all(one["Customer Shipments"] <= 0 <= one["Receipts"] for one in lines)


def test_an_empty_shelf_sells_nothing_the_next_day() -> None:
    lines = lines_of(shop(skus=64, orders=0).ledger(US, 120))
    nothing_there = [
        one
        for one in lines
        if not one["Starting Warehouse Balance"] and not one["Ending Warehouse Balance"]
    ]

    assert nothing_there
    assert {one["Customer Shipments"] for one in nothing_there if not one["Receipts"]} == {0}


def test_what_orders_of_the_past_took_is_part_of_it() -> None:
    amazon = shop()
    shipped = Counter[tuple[str, str]]()
    for order in amazon.world.by_number:
        for shipment in order.shipments:
            for item in shipment.items if shipment.status == "SHIPPED" else ():
                shipped[f"{shipment.ship_date:%m/%d/%Y}", item.sku] += item.quantity
    told = {
        (one.cells["Date"], one.cells["MSKU"]): -one["Customer Shipments"]
        for one in lines_of(amazon.ledger(US, 90))
        if one.cells["Disposition"] == "SELLABLE"
    }

    assert shipped
    today = f"{OPENING:%m/%d/%Y}"
    assert all(units <= told[key] for key, units in shipped.items() if key[0] != today)


def test_units_that_cannot_be_sold_have_lines_of_their_own() -> None:
    lines = lines_of(shop(skus=64).ledger(US, 90))
    last = {one.thing: one["Ending Warehouse Balance"] for one in lines}
    bad = {disposition for (_, disposition), units in last.items() if units} - {"SELLABLE"}

    assert bad <= {"CUSTOMER_DAMAGED", "WAREHOUSE_DAMAGED", "CARRIER_DAMAGED", "DEFECTIVE",
                   "EXPIRED", "DISTRIBUTOR_DAMAGED"}  # fmt: skip
    assert len(bad) > 2
    assert total(lines, "Damaged") == 0
    assert total(lines, "Lost") < 0


def test_an_order_and_its_return_are_told_on_their_days(sim: Simulator, api: Api) -> None:
    api.place(items=[line(quantity=3)])
    api.wait(days=1)
    (shipment,) = api.order()["fulfillmentShipments"]
    item = {
        "sellerReturnItemId": "R-1",
        "sellerFulfillmentOrderItemId": "1",
        "amazonShipmentId": shipment["amazonShipmentId"],
        "returnReasonCode": "CR-UNWANTED_ITEM",
    }
    api.put(f"{OUTBOUND}/fulfillmentOrders/T-1/return", {"items": [item]})
    api.wait(days=20)
    mine = [one for one in lines_of(sim.ledger(US, 21)) if one.cells["MSKU"] == KETTLE]

    at = {one.cells["Date"]: one["Customer Shipments"] for one in mine}
    assert at["03/04/2026"] == -3
    assert total(mine, "Customer Shipments") == -3
    assert total(mine, "Customer Returns") == 1
    assert total(mine, "Other Events") == 50
    assert [one for one in mine if not one.adds_up] == []


def test_units_that_are_not_found_are_lost_until_they_turn_up(sim: Simulator, api: Api) -> None:
    api.post("/_simulator/faults", {"name": "units-missing"})
    api.place(items=[line(quantity=2)])
    api.wait(days=1)
    found = sim.world.stocks[US][KETTLE]
    found.find()
    sim.world.touch(found)
    api.wait(days=1)
    mine = [one for one in lines_of(sim.ledger(US, 2)) if one.cells["MSKU"] == KETTLE]

    assert (total(mine, "Lost"), total(mine, "Found")) == (-1, 1)


def test_an_item_listed_later_has_no_past(sim: Simulator, api: Api) -> None:
    item = {"sellerSku": "N", "marketplaceId": US, "productName": "New"}
    api.wait(days=2)
    api.post("/fba/inventory/v1/items", item)
    api.http.post(
        "/fba/inventory/v1/items/inventory",
        json={"inventoryItems": [{"sellerSku": "N", "marketplaceId": US, "quantity": 5}]},
        headers={"x-amzn-idempotency-token": "once"},
    )
    api.wait(days=2)
    mine = [one for one in lines_of(sim.ledger(US, 30)) if one.cells["MSKU"] == "N"]

    assert [one["Ending Warehouse Balance"] for one in mine] == [5, 5]
    assert total(mine, "Other Events") == 5


def test_an_item_taken_out_of_the_catalogue_has_no_ledger(sim: Simulator, api: Api) -> None:
    sku = next(each for each in sim.world.stocks[US] if not sim.world.is_ordered(US, each))
    sim.world.stocks[US][sku].add(1)
    api.wait(days=1)
    api.http.delete(f"/fba/inventory/v1/items/{sku}", params={"marketplaceId": US})

    assert sku not in {one.cells["MSKU"] for one in lines_of(sim.ledger(US, 30))}


def test_the_books_outlive_the_process(tmp_path: Path) -> None:
    state = tmp_path / "world.sqlite3"
    before = shop(state=state, start=OPENING + timedelta(days=4000))
    before.clock.step(timedelta(days=12))
    told = before.ledger(US, 60)
    before.stop()
    after = shop(state=state)

    assert after.ledger(US, 60) == told
    after.stop()


def test_a_reset_begins_new_books(tmp_path: Path) -> None:
    state = tmp_path / "world.sqlite3"
    amazon = shop(state=state)
    amazon.clock.step(timedelta(days=12))
    amazon.reset(start=OPENING)
    told = amazon.ledger(US, 60)
    amazon.stop()

    assert told == shop().ledger(US, 60)


def test_it_is_served_as_csv(sim: Simulator, api: Api) -> None:
    response = api.get(REPORT, marketplace=US, days="7")

    assert response.headers["content-type"].startswith("text/csv")
    assert response.text == sim.ledger(US, 7)
    assert response.text.splitlines()[0] == ",".join(ledger.COLUMNS)
    assert api.get(REPORT).text == sim.ledger(US, 120)
    germany = lines_of(api.get(REPORT, marketplace=GERMANY).text)
    assert {one.cells["Location"] for one in germany} == {"DE"}


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"marketplace": "X"}, 404, "There is no marketplace X here."),
        ({"days": "0"}, 400, "Ask for 1 to 548 days."),
        ({"days": "549"}, 400, "Ask for 1 to 548 days."),
        ({"days": "many"}, 400, "invalid literal"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    api: Api, query: dict[str, str], status: int, message: str
) -> None:
    response = api.get(REPORT, **query)

    assert response.status_code == status
    assert message in response.json()["error"]


def test_a_large_shop_is_asked_for_fewer_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_LINES", 32 * 10)
    amazon = shop()

    with pytest.raises(ValueError, match="32 SKUs have too many lines in 11 days"):
        amazon.ledger(US, 11)
    assert amazon.ledger(US, 10)


def test_an_order_led_to_its_end_at_once_is_told_once(sim: Simulator, api: Api) -> None:
    api.place(items=[line(quantity=2)])
    sim.set_status("T-1", Status.COMPLETE)
    api.wait(days=1)
    mine = [one for one in lines_of(sim.ledger(US, 3)) if one.cells["MSKU"] == KETTLE]

    assert mine[-1]["Customer Shipments"] == -2
    assert [one for one in mine if not one.adds_up] == []
