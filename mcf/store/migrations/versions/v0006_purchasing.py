"""What a planner orders by and has ordered: suppliers, prices, lead times, stock elsewhere.

And which counts of a SKU Amazon never told, and why units of past days came and went.
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
_MOVES = ("returned", "found", "lost", "damaged", "removed", "moved", "other", "unknown")


def upgrade() -> None:
    """Adds columns and a table; nothing of them is set."""
    for name in _TEXTS:
        op.add_column("sku_rules", sa.Column(name, sa.Text()))
    for name in _NUMBERS:
        op.add_column("sku_rules", sa.Column(name, sa.Integer()))
    for name in _MONEY:
        op.add_column("sku_rules", sa.Column(name, sa.Numeric(18, 4)))
    op.add_column("inventory", sa.Column("untold", sa.Text()))
    op.create_table(
        "inventory_moves",
        *(sa.Column(name, sa.Integer(), primary_key=True, autoincrement=False)
          for name in ("day", "sku_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _MOVES),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "purchases",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("marketplace_id", sa.String(20), primary_key=True),
        sa.Column("seller_sku", sa.String(255), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.Text()),
        sa.Column("unit_cost", sa.Numeric(18, 4)),
        sa.Column("ordered_day", sa.Integer(), nullable=False),
        sa.Column("expected_day", sa.Integer(), nullable=False),
        sa.Column("arrived_day", sa.Integer()),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_then", sa.Integer(), nullable=False),
        sa.Column("shipped_then", sa.Integer(), nullable=False),
        sa.Column("receiving_then", sa.Integer(), nullable=False),
    )
