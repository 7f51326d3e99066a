"""What is kept of one person is found, told and forgotten."""

from __future__ import annotations

import pytest

from mcf.errors import InvalidInput
from mcf.privacy.person import People
from mcf.store.documents import DocumentKind, Keeper
from tests.privacy.conftest import ADDRESS, EMAIL, NAME, Shop, everything, write_order
from tests.store.samples import NOON


def test_orders_are_found_by_address_and_by_the_same_person_at_the_same_door(shop: Shop) -> None:
    write_order(shop.store, "S-2", raw={"destinationAddress": ADDRESS})
    other = {**ADDRESS, "name": "Bo Elsewhere"}
    write_order(shop.store, "S-3", raw={"destinationAddress": other})
    people = People(shop.store)
    assert people.orders_of(EMAIL.upper()) == ["S-1", "S-2"]
    assert people.orders_of("nobody@example.com") == []
    with pytest.raises(InvalidInput):
        people.orders_of("ada")


def test_a_report_holds_all_and_forgetting_leaves_none(shop: Shop) -> None:
    keeper, people = Keeper(shop.store), People(shop.store)
    keeper.keep(DocumentKind.TEMPLATE, "Ada", {"to_name": NAME, "email": EMAIL})
    told = people.report(["S-1"], EMAIL)
    assert told["orders"][0]["recipient"] == NAME
    assert [kept["kind"] for kept in told["kept"]] == ["template", "note"]
    done = people.forget(["S-1"], NOON, EMAIL)
    assert (done.orders, done.typed, done.left) == (["S-1"], 2, [])
    assert NAME not in everything(shop.store)
    assert NAME not in str(people.report(["S-1"], EMAIL))


def test_an_order_that_is_not_known_is_told(shop: Shop) -> None:
    with pytest.raises(InvalidInput):
        People(shop.store).require("S-9")
