"""Sending an order again: what of it didn't ship, and whether another may take its place. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from mcf.models import MCFOrderItem
from mcf.status import FulfillmentOrderStatus
from mcf.typed import Typed, TypedLine


def missing(items: pd.DataFrame) -> Counter[str]:
    """Units by SKU that were cancelled or not found; `items` has columns `frames.ITEMS`."""
    found: Counter[str] = Counter()
    for row in items.to_dict("records"):
        units = row["cancelled_quantity"] + row["unfulfillable_quantity"]
        found[str(row["seller_sku"])] += int(min(units, row["quantity"]))
    return +found


def the_rest(typed: Typed, left: Mapping[str, int]) -> Typed:
    """The form with only the units that are left to ship, a line at a time in their order."""
    open_units = Counter(left)
    lines: list[TypedLine] = []
    for line in typed.lines:
        units = min(open_units[line.sku], int(line.units) if line.units.isdecimal() else 0)
        if units > 0:
            open_units[line.sku] -= units
            lines.append(line.model_copy(update={"units": str(units)}))
    return typed.model_copy(update={"lines": tuple(lines) or (TypedLine(),)})


def obstacle(
    status: FulfillmentOrderStatus | None,
    left: Mapping[str, int],
    items: Iterable[MCFOrderItem],
    living: Sequence[str] = (),
) -> str | None:
    """Why these lines can't take the place of an order, as a sentence; None when they can.

    `status` is None for an order that nobody knows, `left` what of it didn't ship, and `living`
    are the orders that took its place already and may ship.
    """
    if status is None:
        return "That order isn't known here, so it may still ship. Copy it as a new order instead."
    if living:
        return (
            f"It was sent again already, as order {living[0]}. If it's to be sent once more, copy "
            "it as a new order."
        )
    if status.comes_to_nothing:
        return None
    if status is not FulfillmentOrderStatus.PARTIAL:
        return (
            f"That order may still ship: it is {status.label.lower()}. Cancel it first; when "
            "Amazon shows it as cancelled, this one can be sent."
        )
    return _too_many(left, items)


def _too_many(left: Mapping[str, int], items: Iterable[MCFOrderItem]) -> str | None:
    wanted: Counter[str] = Counter()
    for item in items:
        wanted[item.seller_sku] += item.quantity
    for sku, units in wanted.items():
        there = left.get(sku, 0)
        if units > there:
            return (
                f"Of that order {there:,} of {sku} didn't ship, and {units:,} are typed here. "
                "What goes beyond it needs an order of its own."
            )
    return None
