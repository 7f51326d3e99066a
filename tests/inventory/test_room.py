"""What orders take of the stock, over the simulated Amazon."""

from __future__ import annotations

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.inventory.planning import Meter, Rules
from mcf.service import MCFService


def test_units_of_an_order_just_sent_are_not_free_until_the_stock_is_read_again(
    filled: MCFService, request_for: MCFOrderRequest, sku: str
) -> None:
    before = filled.stock.effect(request_for.items).iloc[0]

    filled.submit(request_for)

    after = filled.stock.effect(request_for.items).iloc[0]
    assert (before["placed"], after["placed"]) == (0, 2)
    assert after["free"] == before["free"] - 2
    filled.sync(full=True)
    assert filled.stock.placed()[sku] == 0


def test_units_kept_for_amazon_are_told_apart(
    filled: MCFService, request_for: MCFOrderRequest, sku: str
) -> None:
    there = int(filled.stock.effect(request_for.items).iloc[0]["available"])
    filled.stock.review.choices.set_rules([{"seller_sku": sku, "reserve_units": there - 1}])

    row = filled.stock.effect(request_for.items).iloc[0]

    assert (row["free"], row["meter"]) == (1, Meter.RESERVE.value)


def test_the_default_reserve_holds_where_no_rule_is_set(
    filled: MCFService, request_for: MCFOrderRequest
) -> None:
    filled.stock.review.choices.set_defaults(Rules(reserve_units=3))

    assert filled.stock.effect(request_for.items).iloc[0]["reserve"] == 3
