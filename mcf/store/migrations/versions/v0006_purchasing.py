"""What a planner orders by and has ordered: suppliers, prices, lead times, stock elsewhere.

And which counts of a SKU Amazon never told, why units of past days came and went, what is expected
of sales, the forecasts of past days, and how old units are.
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
    """Adds columns and tables; nothing of them is set."""
    for name in _TEXTS:
        op.add_column("sku_rules", sa.Column(name, sa.Text()))
    for name in _NUMBERS:
        op.add_column("sku_rules", sa.Column(name, sa.Integer()))
    for name in _MONEY:
        op.add_column("sku_rules", sa.Column(name, sa.Numeric(18, 4)))
    op.add_column("inventory", sa.Column("untold", sa.Text()))
    _add_moves()
    _add_purchases()
    _add_expectations()
    _add_stock_ages()
    _add_forecasts()


def _key(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _add_moves() -> None:
    op.create_table(
        "inventory_moves",
        *(sa.Column(name, sa.Integer(), primary_key=True, autoincrement=False)
          for name in ("day", "sku_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _MOVES),
        sqlite_with_rowid=False,
    )  # fmt: skip


def _add_purchases() -> None:
    op.create_table(
        "purchases",
        *(_key("account", 64), _key("marketplace_id", 20), _key("seller_sku", 255)),
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


def _add_expectations() -> None:
    op.create_table(
        "expectations",
        *(_key("account", 64), _key("marketplace_id", 20), _key("expectation_id", 32)),
        sa.Column("skus", sa.JSON(), nullable=False),
        sa.Column("tag", sa.Text()),
        sa.Column("first_day", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("amount", sa.Float(53)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text()),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learns", sa.Integer(), nullable=False),
    )


def _add_stock_ages() -> None:
    op.create_table(
        "stock_ages",
        *(_key("account", 64), _key("marketplace_id", 20), _key("seller_sku", 255)),
        sa.Column("day", sa.Integer(), nullable=False),
        *(sa.Column(f"units_{age}", sa.Integer()) for age in (91, 181, 271, 366)),
        *(sa.Column(name, sa.Numeric(18, 4)) for name in ("surcharge", "storage_fee")),
        sa.Column("currency", sa.String(8)),
    )


def _add_forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sku_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("plain_month", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
