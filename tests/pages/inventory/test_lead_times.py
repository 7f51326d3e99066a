"""Learned lead times on the page: no rule until the seller says so."""

from __future__ import annotations

from mcf.inventory.purchases import LineState, Wish
from mcf.service import MCFService
from tests.pages.inventory.steps import pressed, stock_page


def test_what_is_learned_becomes_a_rule_when_it_is_chosen(calm: MCFService) -> None:
    sku, review = calm.inventory()["seller_sku"].iloc[0], calm.stock.review
    for number, days in enumerate((34, 30, 38)):
        review.purchases.place([Wish(sku, 9, number, review.today)], calm.now())
        review.purchases._change((sku, number + 1), {"ordered_day": review.today - days})
        review.purchases.mark([(sku, number + 1)], LineState.ARRIVED)

    at = stock_page(table="Rules")
    table = next(it for it in at.dataframe if "learned" in it.value)
    assert table.value.iloc[0].to_dict() == {
        "seller_sku": sku, "rule": "30 days ± 0", "learned": "34 days ± 4", "by": "3 arrivals",
        "inbound": None,
    }  # fmt: skip
    assert review.choices.rules().empty
    at.session_state[table.key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at.run()
    pressed(at, "use_learned")

    rule = review.choices.rules().loc[sku]
    assert (rule["lead_time_days"], rule["lead_spread_days"]) == (34, 4)
