"""@@ demo_shop/test_seeding.py"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from mcf.simulator import Simulator
from mcf.simulator.recipe import Recipe
from mcf.simulator.world.orders import Action, Status
from mcf.simulator.world.parcels import EVENT_TEXTS
from mcf.simulator.world.stock import Stock
from tests.simulator.seller import (
    OPENING,
    US,
    Api,
)


def test_the_demo_shop_has_products_whose_units_are_all_in_transfer(sim: Simulator) -> None:
    shelf = sim.world.stocks[US].items()
    assert sorted(sku for sku, each in shelf if not each.fulfillable and each.transfer) == [
        "LF-BLK-THR-NAT",
        "LF-BTL-32-SGE",
        "LF-LNT-CMP-CRM",
        "LF-MUG-12-SLT",
    ]


def shelf(sim: Simulator) -> list[Stock]:
    return list(sim.world.stocks[US].values())


def test_there_is_an_order_in_every_status(sim: Simulator) -> None:
    assert {order.status for order in sim.world.orders.values()} == set(Status)


def test_there_is_a_parcel_in_most_statuses(api: Api) -> None:
    found = {api.parcel(number)["currentStatus"] for number in api.sim.world.packages}

    assert found > {
        "IN_TRANSIT",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
        "DELAYED",
        "UNDELIVERABLE",
        "DELIVERY_ATTEMPTED",
        "AVAILABLE_FOR_PICKUP",
        "CUSTOMER_ACTION",
        "RETURNED",
        "UNDISPLAYED",
    }


def test_there_are_event_codes_nobody_documented(api: Api) -> None:
    parcels = [api.parcel(number) for number in api.sim.world.packages]
    codes = {event["eventCode"] for parcel in parcels for event in parcel["trackingEvents"]}

    assert codes - set(EVENT_TEXTS) == {
        "EVENT_212",
        "EVENT_320",
        "EVENT_438",
        "EVENT_444",
        "EVENT_636",
        "EVENT_637",
    }


def test_an_order_is_stuck_in_planning_past_its_ship_date(sim: Simulator) -> None:
    stuck = [
        order
        for order in sim.world.orders.values()
        if order.status is Status.PLANNING and order.ship_estimate < OPENING
    ]

    assert len(stuck) == 1
    assert OPENING - stuck[0].received > timedelta(days=5)


def test_one_hold_is_about_to_end(sim: Simulator) -> None:
    held = [order for order in sim.world.orders.values() if order.held]

    assert {order.request.action for order in held} == {Action.HOLD}
    assert any(OPENING - order.received > timedelta(days=13) for order in held)


def test_stock_is_in_every_place_stock_can_be(sim: Simulator) -> None:
    stocks = shelf(sim)

    assert sum(stock.fulfillable == 0 for stock in stocks) >= 4
    assert sum(0 < stock.fulfillable < 6 for stock in stocks) >= 4
    assert any(stock.transfer and not stock.fulfillable for stock in stocks)
    assert any(stock.inbound_working for stock in stocks)
    assert any(stock.inbound_shipped for stock in stocks)
    assert any(stock.inbound_receiving for stock in stocks)
    assert {cause for stock in stocks for cause in stock.unsellable} >= {
        "customerDamaged",
        "warehouseDamaged",
        "defective",
    }
    assert any(sum(stock.researching) for stock in stocks)


def test_the_books_of_a_new_world_balance(sim: Simulator) -> None:
    sim.world.check()


def test_orders_are_numbered_in_the_order_of_their_receipt(sim: Simulator) -> None:
    orders = list(sim.world.orders.values())

    assert (orders[0].id, orders[0].request.displayable_id) == ("SHOP-1001", "#1001")
    assert orders == sorted(orders, key=lambda order: order.received)
    assert orders[-1].received < OPENING


def test_trouble_is_the_exception_in_a_big_shop() -> None:
    world = Recipe(skus=100, orders=1000, days=90, start=OPENING).cook()

    fates = Counter(package.fate for _, _, package in world.packages.values())
    assert fates["ordinary"] > 800
    assert len(fates) == 12
