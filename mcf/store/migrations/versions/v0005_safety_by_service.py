"""Rules for safety stock by service level, for a varying lead time, and for the least to order.

Days that were recorded and that the ledger report tells too are in stock as they were recorded.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_DAYS = sa.table(
    "inventory_days",
    *(sa.column(name, sa.Integer) for name in ("day", "sku_id", "fulfillable_quantity")),
    *(sa.column(name, sa.Integer) for name in ("customer_shipments", "left_units")),
    sa.column("days_in_stock", sa.Integer),
)
_WEEKS = sa.table(
    "inventory_weeks",
    *(sa.column(name, sa.Integer) for name in ("week", "sku_id", "units", "days_in_stock")),
)


def upgrade() -> None:
    """Adds columns; fixed safety days that were set stay set."""
    for name in ("service_level", "lead_spread_days", "minimum_units"):
        op.add_column("sku_rules", sa.Column(name, sa.Integer()))
    day, week = _DAYS.c, _WEEKS.c
    sold = sa.func.coalesce(day.customer_shipments, day.left_units)
    in_stock = sa.case(
        (day.customer_shipments.is_(None), day.days_in_stock),
        (day.left_units.is_not(None), sa.case((day.days_in_stock > 0, 1), else_=0)),
        else_=sa.case((day.fulfillable_quantity + sold > 0, 1), else_=0),
    )
    own = sa.and_(
        day.sku_id == week.sku_id,
        day.day.between(week.week * 7, week.week * 7 + 6),
        sold.is_not(None),
    )
    both = sa.and_(own, day.customer_shipments.is_not(None), day.left_units.is_not(None))
    units = sa.select(sa.func.sum(sa.case((in_stock > 0, sold), else_=0))).where(own)
    days = sa.select(sa.func.sum(in_stock)).where(own)
    op.execute(
        _WEEKS.update()
        .where(sa.select(day.day).where(both).exists())
        .values(units=units.scalar_subquery(), days_in_stock=days.scalar_subquery())
    )
