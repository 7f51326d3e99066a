"""What left in orders of the seller's own shops, by SKU and day, as the store knows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, func, or_, select

from mcf.amazon.statuses import FulfillmentOrderStatus, ShipmentStatus
from mcf.inventory.history import day_of, midnight
from mcf.marketplaces import MARKETPLACES
from mcf.store.database import Store
from mcf.store.tables import order_items, orders, shipments

_SHIPPED = [each.value for each in FulfillmentOrderStatus if each.has_shipped]


def known_since(store: Store, begin: datetime) -> bool:
    """Whether all orders that left since then are known with their lines."""
    c, mine = orders.c, store.mine(orders)
    oldest = store.read(select(func.min(c.received_date)).where(*mine))[0][0]
    unread = or_(c.detailed_at.is_(None), c.detailed_status_date != c.status_updated_date)
    since = or_(c.status_updated_date.is_(None), c.status_updated_date >= begin)
    left = select(c.status).where(*mine, c.status.in_(_SHIPPED), unread, since).limit(1)
    return oldest is not None and oldest <= begin and not store.read(left)


def lines(store: Store, since: int, until: int) -> pd.DataFrame:
    """`seller_sku`, `day`, `units` of each line of the orders that left in these days."""
    head, ship, item = orders.c, shipments.c, order_items.c
    order_id = ship.seller_fulfillment_order_id
    moment = func.coalesce(ship.shipping_date, head.status_updated_date)
    left = (
        select(order_id, func.max(moment).label("moment"))
        .join_from(shipments, orders, _same(store, order_id))
        .where(*store.mine(shipments), ship.status == ShipmentStatus.SHIPPED.value)
        .where(head.status.in_(_SHIPPED), *_of_this_marketplace(store))
        .group_by(order_id)
        .subquery()
    )
    units = item.quantity - item.cancelled_quantity - item.unfulfillable_quantity
    query = (
        select(item.seller_sku, left.c.moment, units)
        .join_from(order_items, left, item.seller_fulfillment_order_id == left.c[order_id.name])
        .where(*store.mine(order_items))
        .where(left.c.moment >= midnight(since), left.c.moment < midnight(until))
    )
    rows: Sequence[Any] = store.read(query)
    lines = [(sku, day_of(moment), count) for sku, moment, count in rows]
    frame = pd.DataFrame(lines, columns=["seller_sku", "day", "units"])
    return frame.astype({"seller_sku": "str", "day": "int64", "units": "float64"})


def _same(store: Store, order_id: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(orders.c.seller_fulfillment_order_id == order_id, *store.mine(orders))


def _of_this_marketplace(store: Store) -> list[ColumnElement[bool]]:
    """Amazon lists the orders of all marketplaces; in Europe the stock is of all of them, too."""
    here: Any = store.scope["marketplace_id"]
    if here in MARKETPLACES and MARKETPLACES[here].pools_europe:
        return []
    told = orders.c.told_marketplace
    return [or_(told.is_(None), told == "", told == here)]
