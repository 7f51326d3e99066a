"""Buyers that are kept for longer, with a reason and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.errors import InvalidInput
from mcf.privacy.holds import Holds
from mcf.store import tables
from tests.privacy.conftest import DAY, Shop
from tests.store.samples import NOON


def test_a_hold_has_a_reason_and_ends(shop: Shop) -> None:
    holds = Holds(shop.store)
    holds.hold("S-1", "A claim at Amazon", NOON + DAY, NOON)
    held = holds.all(NOON).get("S-1")
    assert held is not None
    assert (held.reason, held.until) == ("A claim at Amazon", NOON + DAY)
    assert holds.all(NOON + 2 * DAY).get("S-1") is None
    holds.release("S-1")
    assert holds.all(NOON) == {}


@pytest.mark.parametrize(
    ("order_id", "reason", "days"),
    [("S-1", " ", 1), ("S-1", "claim", 0), ("S-1", "claim", 400), ("S-2", "claim", 1)],
)
def test_a_hold_without_reason_end_or_order_is_refused(
    shop: Shop, order_id: str, reason: str, days: int
) -> None:
    with pytest.raises(InvalidInput):
        Holds(shop.store).hold(order_id, reason, NOON + timedelta(days=days), NOON)


def test_what_is_under_way_holds_by_itself(shop: Shop) -> None:
    holds, key = Holds(shop.store), {"seller_fulfillment_order_id": "S-1"}
    assert holds.all(NOON).get("S-1") is None
    shop.store.save(tables.returns, [key | {"seller_return_item_id": "1", "status": "New",
                                            "status_changed_date": NOON, "raw": {}}])  # fmt: skip
    held = holds.all(NOON + DAY).get("S-1")
    assert held is not None
    assert held.reason == "The buyer sends something back."
    assert holds.all(NOON + 61 * DAY).get("S-1") is None
    shop.store.change(tables.submissions, key, {"state": "unknown"})
    held = holds.all(NOON + 61 * DAY).get("S-1")
    assert held is not None
    assert held.until is None
