"""Fees and promised dates: plausible in size and order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from mcf.simulator.demo_shop.catalog import products
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Speed
from mcf.simulator.world.pricing import fees, money, pounds, promise
from mcf.simulator.world.stock import Product
from tests.simulator.seller import OPENING

KETTLE = next(products(7, US, 1))


def total(
    wanted: list[tuple[Product, int]], speed: Speed = Speed.STANDARD, *, cod: bool = False
) -> Decimal:
    return sum(map(Decimal, fees(wanted, speed, "USD", cod=cod).values()), Decimal())


def test_a_faster_order_is_promised_earlier_and_costs_more() -> None:
    standard, priority = promise(Speed.STANDARD, OPENING), promise(Speed.PRIORITY, OPENING)

    assert priority.latest_arrival < standard.latest_arrival
    assert priority.earliest_ship == standard.earliest_ship == OPENING + timedelta(hours=4)
    assert total([(KETTLE, 1)], Speed.PRIORITY) > total([(KETTLE, 1)])


@pytest.mark.parametrize("speed", Speed)
def test_what_is_promised_is_in_order(speed: Speed) -> None:
    promised = promise(speed, OPENING)

    assert OPENING < promised.earliest_ship < promised.latest_ship
    assert promised.earliest_ship < promised.earliest_arrival <= promised.latest_arrival


def test_further_units_cost_less_than_the_first() -> None:
    assert total([(KETTLE, 1)]) < total([(KETTLE, 2)]) < 2 * total([(KETTLE, 1)])


def test_cash_on_delivery_has_a_fee_of_its_own() -> None:
    assert total([(KETTLE, 1)], cod=True) - total([(KETTLE, 1)]) == Decimal("1.90")


def test_in_india_no_fees_are_told() -> None:
    assert fees([(KETTLE, 1)], Speed.STANDARD, "INR") == {}


def test_the_yen_has_no_decimals() -> None:
    assert money(12345, "USD") == "123.45"
    assert money(12345, "JPY") == "123"


def test_weight_is_told_in_pounds() -> None:
    assert pounds([(KETTLE, 2)]) == pytest.approx(2 * 980 / 453.592)
