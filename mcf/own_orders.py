"""Units that left Amazon's warehouses in the seller's own orders (MCF), by SKU."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import pandas as pd
from sqlalchemy import case, func, select

from mcf.history import date_of
from mcf.status import FulfillmentOrderStatus, ShipmentStatus
from mcf.store import Store
from mcf.tables import order_items, orders, shipments


def shipped(store: Store, today: int, windows: Sequence[int]) -> pd.DataFrame:
    """Indexed by `seller_sku`: `mcf_units_N` that left in MCF orders in the last N days.

    Today, a day as `History` counts them, isn't counted: it isn't over. An order counts on the day
    on which the last of its shipments left, once all have. A window has a column only when its
    orders are known: how far back Amazon lists orders isn't told, so an order must be known that is
    older than the window.
    Raises `StoreError`.

    https://developer-docs.amazon.com/sp-api/reference/listallfulfillmentorders
    """
    oldest = store.read(select(func.min(orders.c.received_date)).where(*store.mine(orders)))[0][0]
    begins = {window: _midnight(today - window) for window in windows}
    known = [window for window in windows if oldest is not None and oldest <= begins[window]]
    columns = ["seller_sku", *(f"mcf_units_{window}" for window in known)]
    found = store.read(_sums(store, [begins[window] for window in known], _midnight(today)))
    frame = pd.DataFrame([[*row] for row in found], columns=columns)
    types = {"seller_sku": "str"} | dict.fromkeys(columns[1:], "float64")
    return frame.astype(types).set_index("seller_sku")


def _sums(store: Store, begins: Sequence[datetime], until: datetime) -> Any:
    ship, item = shipments.c, order_items.c
    left = (
        select(ship.seller_fulfillment_order_id, func.max(ship.shipping_date).label("day"))
        .where(*store.mine(shipments), ship.status == ShipmentStatus.SHIPPED.value)
        .group_by(ship.seller_fulfillment_order_id)
        .subquery()
    )
    units = item.quantity - item.cancelled_quantity - item.unfulfillable_quantity
    within = (func.sum(case((left.c.day >= begin, units), else_=0)) for begin in begins)
    done = [each.value for each in FulfillmentOrderStatus if each.has_shipped]
    order_id = item.seller_fulfillment_order_id
    return (
        select(item.seller_sku, *within)
        .join_from(order_items, left, order_id == left.c.seller_fulfillment_order_id)
        .join(orders, order_id == orders.c.seller_fulfillment_order_id)
        .where(*store.mine(order_items), *store.mine(orders), orders.c.status.in_(done))
        .where(left.c.day < until)
        .group_by(item.seller_sku)
    )


def _midnight(day: int) -> datetime:
    return datetime.combine(date_of(day), time(), UTC)
