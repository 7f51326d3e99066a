"""Plans and reads shared by processes, look-alikes, rows that changed, stock per day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SCOPE = ("account", "marketplace_id")
_NOTED = ("inventory", "orders", "order_items", "packages", "tracking")
_DAY = (
    "fulfillable_quantity",
    "pending_customer_order_quantity",
    "pending_transshipment_quantity",
    "fc_processing_quantity",
    "inbound_working_quantity",
    "inbound_shipped_quantity",
    "inbound_receiving_quantity",
    "researching_quantity",
    "unfulfillable_quantity",
)


def upgrade() -> None:
    """Adds tables and columns; nothing is taken away."""
    op.add_column("orders", sa.Column("fingerprint", sa.String(32)))
    op.create_index("orders_by_fingerprint", "orders", [*_SCOPE, "fingerprint"])
    op.add_column("submissions", sa.Column("fingerprint", sa.String(32)))
    op.create_index("submissions_by_fingerprint", "submissions", [*_SCOPE, "fingerprint"])
    for name in _NOTED:
        changed = sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0")
        op.add_column(name, changed)
        op.create_index(f"{name}_by_change", name, [*_SCOPE, "changed"])
    deleted = sa.Column("deleted", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("revisions", deleted)
    op.add_column("sync_runs", sa.Column("full_at", sa.DateTime(timezone=True)))
    op.add_column("sync_runs", sa.Column("note", sa.Text()))
    op.create_table(
        "turns",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("operation", sa.String(40), primary_key=True),
        sa.Column("arrival", sa.Float(53), nullable=False),
        sa.Column("before", sa.Float(53), nullable=False),
        sa.Column("slow_until", sa.Float(53), nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("marketplace_id", sa.String(20), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("until", sa.Float(53), nullable=False),
    )
    op.create_table(
        "skus",
        sa.Column("sku_id", sa.Integer(), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("marketplace_id", sa.String(20), nullable=False),
        sa.Column("seller_sku", sa.String(255), nullable=False),
        sa.UniqueConstraint(*_SCOPE, "seller_sku", name="skus_by_name"),
    )
    op.create_table(
        "inventory_days",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sku_id", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _DAY),
        sa.Column("receipts", sa.Integer()),
        sa.Column("customer_shipments", sa.Integer()),
        sa.Column("left_units", sa.Integer()),
        sa.Column("days_in_stock", sa.Integer()),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inventory_weeks",
        sa.Column("week", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sku_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("days_in_stock", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sku_rules",
        *_scope(),
        sa.Column("seller_sku", sa.String(255), primary_key=True),
        sa.Column("lead_time_days", sa.Integer()),
        sa.Column("safety_days", sa.Integer()),
        sa.Column("order_days", sa.Integer()),
        sa.Column("excess_days", sa.Integer()),
        sa.Column("case_pack", sa.Integer()),
        sa.Column("reserve_units", sa.Integer()),
        sa.Column("low_units", sa.Integer()),
        sa.Column("unit_cost", sa.Numeric(18, 4)),
        sa.Column("tags", sa.Text()),
    )
    op.create_table(
        "put_off",
        *_scope(),
        sa.Column("concern", sa.String(400), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "views",
        *_scope(),
        sa.Column("page", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("query", sa.Text(), nullable=False),
    )


def _scope() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("marketplace_id", sa.String(20), primary_key=True),
    )
