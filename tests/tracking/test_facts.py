"""An order's row as a typed value: what Amazon told nothing of is None."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from mcf.store import frames
from mcf.tracking.facts import OrderFacts
from tests.tracking.test_lifecycle import NOON, ORDER, orders


def test_the_facts_are_the_columns_of_the_frame() -> None:
    row = orders(estimated_ship_date=NOON, fee=8.5).iloc[0].to_dict()

    facts = OrderFacts.of(row)

    assert (facts.seller_fulfillment_order_id, facts.estimated_ship_date) == (ORDER, NOON)
    assert facts.fee == 8.5
    assert {part.name for part in fields(facts)} - {"row"} <= {*frames.ORDERS}


def test_what_amazon_told_nothing_of_is_none() -> None:
    facts = OrderFacts.of({"status": "New", "received_date": pd.NaT, "fee": float("nan")})

    assert (facts.received_date, facts.fee, facts.delivered_at) == (None, None, None)
    assert (facts.contents, facts.units, facts.parcels) == ("", 0, 0)


@pytest.mark.parametrize(
    ("status", "action", "waits"),
    [("Received", "Hold", True), ("Received", "Ship", False), ("Cancelled", "Hold", False)],
)
def test_an_order_on_hold_waits_until_it_is_over(status: str, action: str, waits: bool) -> None:
    facts = OrderFacts.of({"status": status, "fulfillment_action": action})

    assert facts.is_on_hold is waits
