"""The store as it was first published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "inventory",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("seller_sku", sa.String(length=255), nullable=False),
        sa.Column("asin", sa.String(length=20), nullable=True),
        sa.Column("fn_sku", sa.String(length=20), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=True),
        sa.Column("condition", sa.String(length=40), nullable=True),
        sa.Column("total_quantity", sa.Integer(), nullable=False),
        sa.Column("fulfillable_quantity", sa.Integer(), nullable=False),
        sa.Column("reserved_quantity", sa.Integer(), nullable=False),
        sa.Column("pending_customer_order_quantity", sa.Integer(), nullable=False),
        sa.Column("pending_transshipment_quantity", sa.Integer(), nullable=False),
        sa.Column("fc_processing_quantity", sa.Integer(), nullable=False),
        sa.Column("inbound_working_quantity", sa.Integer(), nullable=False),
        sa.Column("inbound_shipped_quantity", sa.Integer(), nullable=False),
        sa.Column("inbound_receiving_quantity", sa.Integer(), nullable=False),
        sa.Column("researching_quantity", sa.Integer(), nullable=False),
        sa.Column("unfulfillable_quantity", sa.Integer(), nullable=False),
        sa.Column("customer_damaged_quantity", sa.Integer(), nullable=False),
        sa.Column("warehouse_damaged_quantity", sa.Integer(), nullable=False),
        sa.Column("distributor_damaged_quantity", sa.Integer(), nullable=False),
        sa.Column("carrier_damaged_quantity", sa.Integer(), nullable=False),
        sa.Column("defective_quantity", sa.Integer(), nullable=False),
        sa.Column("expired_quantity", sa.Integer(), nullable=False),
        sa.Column("last_updated_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "marketplace_id", "seller_sku"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "order_items",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("seller_fulfillment_order_id", sa.String(length=64), nullable=False),
        sa.Column("seller_fulfillment_order_item_id", sa.String(length=64), nullable=False),
        sa.Column("seller_sku", sa.String(length=255), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled_quantity", sa.Integer(), nullable=False),
        sa.Column("unfulfillable_quantity", sa.Integer(), nullable=False),
        sa.Column("estimated_ship_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_arrival_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account",
            "marketplace_id",
            "seller_fulfillment_order_id",
            "seller_fulfillment_order_item_id",
        ),
    )
    op.create_table(
        "orders",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("seller_fulfillment_order_id", sa.String(length=64), nullable=False),
        sa.Column("displayable_order_id", sa.Text(), nullable=False),
        sa.Column("displayable_order_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("shipping_speed_category", sa.String(length=40), nullable=True),
        sa.Column("fulfillment_action", sa.String(length=20), nullable=True),
        sa.Column("fulfillment_policy", sa.String(length=40), nullable=True),
        sa.Column("received_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_updated_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state_or_region", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("country_code", sa.String(length=8), nullable=True),
        sa.Column("detailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detailed_status_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "marketplace_id", "seller_fulfillment_order_id"),
    )
    op.create_index(
        "orders_by_status", "orders", ["account", "marketplace_id", "status"], unique=False
    )
    op.create_table(
        "packages",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("seller_fulfillment_order_id", sa.String(length=64), nullable=False),
        sa.Column("amazon_shipment_id", sa.String(length=64), nullable=False),
        sa.Column("package_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("carrier_code", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("estimated_arrival_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account",
            "marketplace_id",
            "seller_fulfillment_order_id",
            "amazon_shipment_id",
            "package_number",
        ),
    )
    op.create_table(
        "revisions",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "marketplace_id", "table_name"),
    )
    op.create_table(
        "shipments",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("seller_fulfillment_order_id", sa.String(length=64), nullable=False),
        sa.Column("amazon_shipment_id", sa.String(length=64), nullable=False),
        sa.Column("fulfillment_center_id", sa.String(length=20), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("shipping_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_arrival_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "marketplace_id", "seller_fulfillment_order_id", "amazon_shipment_id"
        ),
    )
    op.create_table(
        "submissions",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("seller_fulfillment_order_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", "marketplace_id", "seller_fulfillment_order_id"),
    )
    op.create_table(
        "sync_runs",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", "marketplace_id", "subject"),
    )
    op.create_table(
        "tracking",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("marketplace_id", sa.String(length=20), nullable=False),
        sa.Column("package_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("ship_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_arrival_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tracked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "marketplace_id", "package_number"),
    )
