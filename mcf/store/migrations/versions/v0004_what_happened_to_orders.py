"""What happened to orders, returns, alerts; last events and promises in columns of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from mcf.store import records

revision = "0004"
down_revision = "0003"

_SCOPE = ("account", "marketplace_id")
_AT_ONCE = 500


def upgrade() -> None:
    """Adds tables and columns and fills these from the JSON beside them; nothing is taken away."""
    op.create_table(
        "happenings",
        *_key("happening_id", 32),
        sa.Column("seller_fulfillment_order_id", sa.String(64), nullable=False),
        sa.Column("package_number", sa.BigInteger()),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Text()),
        sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0"),
    )
    order = "seller_fulfillment_order_id"
    op.create_index("happenings_by_order", "happenings", [*_SCOPE, order])
    op.create_index("happenings_by_change", "happenings", [*_SCOPE, "changed"])
    op.create_table(
        "returns",
        *_key(order, 64),
        sa.Column("seller_return_item_id", sa.String(80), primary_key=True),
        sa.Column("seller_fulfillment_order_item_id", sa.String(64)),
        sa.Column("amazon_shipment_id", sa.String(64)),
        sa.Column("reason_code", sa.String(80)),
        sa.Column("comment", sa.Text()),
        sa.Column("status", sa.String(40)),
        sa.Column("status_changed_date", sa.DateTime(timezone=True)),
        sa.Column("return_authorization_id", sa.String(80)),
        sa.Column("received_condition", sa.String(40)),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("raw_authorization", sa.JSON()),
    )
    op.create_table(
        "alerts_told",
        *_key("channel", 20),
        sa.Column("event", sa.String(120), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("tracking", sa.Column("last_event_at", sa.DateTime(timezone=True)))
    op.add_column("tracking", sa.Column("last_event", sa.Text()))
    op.add_column("tracking", sa.Column("last_place", sa.Text()))
    for name in ("promised_ship_date", "promised_arrival_date"):
        op.add_column("submissions", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("submissions", sa.Column("fee", sa.String(20)))
    op.add_column("submissions", sa.Column("fee_currency", sa.String(8)))
    _fill("tracking", ("package_number",), "raw", records.last_event)
    _fill("submissions", (order,), "preview", records.promise_of)


def _key(name: str, length: int) -> tuple[sa.Column[str], ...]:
    lengths = {"account": 64, "marketplace_id": 20, name: length}
    return tuple(sa.Column(n, sa.String(size), primary_key=True) for n, size in lengths.items())


def _fill(
    name: str, key: tuple[str, ...], source: str, read: Callable[[Any], dict[str, Any]]
) -> None:
    """Fills the columns that `read` finds in the JSON of each row."""
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    keys = [table.c[column_name] for column_name in (*_SCOPE, *key)]
    query = sa.select(*keys, table.c[source].label("told"))
    rows = op.get_bind().execute(query).mappings().all()
    named = [{f"key_{k.name}": row[k.name] for k in keys} | read(row["told"]) for row in rows]
    for some in _handfuls(named):
        same = [k == sa.bindparam(f"key_{k.name}") for k in keys]
        values: dict[str, Any] = {
            column: sa.bindparam(column) for column in some[0] if column in table.c
        }
        op.get_bind().execute(table.update().where(*same).values(values), some)


def _handfuls(of: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (of[first : first + _AT_ONCE] for first in range(0, len(of), _AT_ONCE))
