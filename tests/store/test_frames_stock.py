"""How a SKU stands by what can ship of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from mcf.store import frames
from mcf.store.frames import StockState


def inventory(*rows: dict[str, Any]) -> pd.DataFrame:
    """A stock frame; what isn't given is 0 or null."""
    counts = {
        name: 0
        for name, dtype in frames.INVENTORY.items()
        if dtype in (frames.NUMBER, frames.PERHAPS)
    }
    blank = dict.fromkeys(frames.INVENTORY) | counts
    full = [blank | row for row in rows]
    data = {name: [row[name] for row in full] for name in frames.INVENTORY}
    return frames.with_stock_state(frames.build(frames.INVENTORY, data))


@pytest.mark.parametrize(
    ("available", "state"),
    [
        (-1, StockState.OUT),
        (0, StockState.OUT),
        (1, StockState.LOW),
        (10, StockState.LOW),
        (11, StockState.FINE),
    ],
)
def test_stock_is_out_low_or_fine_by_what_can_ship(available: int, state: StockState) -> None:
    frame = inventory({"seller_sku": "A", "fulfillable_quantity": available})
    assert frame["stock_state"].tolist() == [state.value]


def test_stock_states_are_ordered_and_the_limit_can_be_chosen() -> None:
    frame = inventory({"seller_sku": "A", "fulfillable_quantity": 20}, {"seller_sku": "B"})
    states = frames.with_stock_state(frame, low=20)["stock_state"]
    assert states.tolist() == ["Low", "Out of stock"]
    assert states.min() == "Out of stock"


def test_no_stock_has_the_same_categories() -> None:
    assert list(inventory()["stock_state"].cat.categories) == ["Out of stock", "Low", "In stock"]
