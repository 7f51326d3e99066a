"""What a planner orders by: suppliers, prices, legs of the lead time, stock elsewhere; and the
forecasts of past days, to be compared with what came.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TEXTS = ("supplier", "currency", "second_supplier")
_NUMBERS = (
    *("supplier_days", "transport_days", "put_away_days", "elsewhere_units"),
    "second_lead_time_days",
)
_MONEY = ("price", "second_unit_cost")


def upgrade() -> None:
    """Adds columns, of which nothing is set, and a table without rows."""
    for name in _TEXTS:
        op.add_column("sku_rules", sa.Column(name, sa.Text()))
    for name in _NUMBERS:
        op.add_column("sku_rules", sa.Column(name, sa.Integer()))
    for name in _MONEY:
        op.add_column("sku_rules", sa.Column(name, sa.Numeric(18, 4)))
    op.create_table(
        "forecasts",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sku_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("plain_month", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
