"""What a person keeps for the order form, and which file of orders a submission belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SCOPE = ("account", "marketplace_id")


def upgrade() -> None:
    """Adds a table and a column; nothing is taken away."""
    op.create_table(
        "kept",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("marketplace_id", sa.String(20), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("submissions", sa.Column("batch", sa.String(40)))
    op.create_index("submissions_by_batch", "submissions", [*_SCOPE, "batch"])
