"""A buyer is forgotten everywhere."""

from __future__ import annotations

import pytest

from mcf.errors import StoreError
from mcf.store import tables
from tests.privacy.conftest import DAY, NAME, Shop, everything, write_order
from tests.store.samples import NOON


def test_nothing_that_can_be_read_names_a_forgotten_buyer(shop: Shop) -> None:
    write_order(shop.store, "S-2")
    assert shop.forgetting.orders(["S-1", "S-2", "unknown"], NOON) == ["S-1", "S-2"]
    left = everything(shop.store)
    assert not [word for word in (NAME, "Springfield", "62701", "Main", "@") if word in left]
    (order, _), (line, _) = (shop.store.rows(t) for t in (tables.orders, tables.order_items))
    assert (order.recipient, order.state_or_region) == ("deleted on 2026-03-02", "IL")
    assert (order.forgotten_at, order.fingerprint) == (NOON, None)
    assert (line.seller_sku, line.quantity) == ("A", 2)


def test_other_buyers_stay(shop: Shop) -> None:
    write_order(shop.store, "S-2")
    shop.forgetting.orders(["S-1"], NOON)
    assert [row.recipient for row in shop.store.rows(tables.orders)][1] == NAME


def test_forgetting_again_changes_nothing(shop: Shop) -> None:
    shop.forgetting.orders(["S-1"], NOON)
    before = everything(shop.store)
    shop.forgetting.orders(["S-1"], NOON)
    assert everything(shop.store) == before


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_an_order_of_an_unknown_outcome_stays_until_it_is_known(shop: Shop, state: str) -> None:
    key = {"seller_fulfillment_order_id": "S-1"}
    shop.store.change(tables.submissions, key, {"state": state})
    assert shop.forgetting.orders(["S-1"], NOON + DAY) == []
    assert shop.store.rows(tables.orders)[0].recipient == NAME


def test_what_cannot_be_read_cannot_be_forgotten(shop: Shop) -> None:
    shop.store.keyring.use("00000000")
    with pytest.raises(StoreError, match="can't be read can't be taken out"):
        shop.forgetting.orders(["S-1"], NOON)
