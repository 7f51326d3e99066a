"""Rules for safety stock by service level, for a varying lead time, and for the least to order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds columns; fixed safety days that were set stay set."""
    for name in ("service_level", "lead_spread_days", "minimum_units"):
        op.add_column("sku_rules", sa.Column(name, sa.Integer()))
