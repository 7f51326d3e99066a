"""A ledger of units that always balances."""

from __future__ import annotations

import pytest

from mcf.simulator.world.stock import SELLABLE, Books, Event, LedgerError, Stock, day_of
from tests.simulator.seller import KETTLE, OPENING, US, Api


def stock_of(api: Api, sku: str = KETTLE) -> Stock:
    return api.sim.world.stocks[US][sku]


def test_a_ledger_that_does_not_balance_is_noticed(api: Api) -> None:
    stock = stock_of(api)
    stock.fulfillable += 1

    with pytest.raises(LedgerError, match=KETTLE):
        api.sim.world.check()


def test_more_units_than_are_promised_cannot_be_shipped(api: Api) -> None:
    with pytest.raises(LedgerError):
        stock_of(api).ship(10_000)


def test_a_unit_is_in_one_place_all_its_life(api: Api) -> None:
    stock = stock_of(api)
    before = stock.total()
    stock.reserve(3)
    stock.release(1)
    stock.misplace(1)
    stock.ship(1)
    stock.find()
    stock.take_back(1, "customerDamaged")
    stock.check()

    assert stock.total() == before
    assert stock.unsellable["customerDamaged"] >= 1


def test_books_sum_the_movements_of_a_day(api: Api) -> None:
    stock, books = stock_of(api).open_books(), Books()
    stock.add(5)
    stock.add(2)
    books.enter(stock, OPENING)

    assert books.of(stock) == {(day_of(OPENING), SELLABLE, Event.OTHER): 7}
    assert [row[2:] for row in books.changes()] == [
        (day_of(OPENING), "SELLABLE", "Other Events", 7)
    ]
    assert stock.unbooked == ()


def test_books_forget_a_sku_that_left_the_world(api: Api) -> None:
    stock, books = stock_of(api), Books()
    stock.add(5)
    books.enter(stock, OPENING)
    books.forget((US, KETTLE))

    assert (books.of(stock), list(books.changes())) == ({}, [])
