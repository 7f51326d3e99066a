"""Rows and stores for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcf.amazon import inventory_pages
from mcf.store import tables
from mcf.store.database import Store

US = "ATVPDKIKX0DER"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def stock(sku: str, fulfillable: int = 5) -> dict[str, Any]:
    counts = dict.fromkeys(inventory_pages.QUANTITIES, 0) | {"fulfillable_quantity": fulfillable}
    return {"seller_sku": sku, **counts, "last_updated_time": NOON, "raw": {"sellerSku": sku}}


def head(order_id: str, status: str = "Received", **more: Any) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": order_id,
        "displayable_order_id": order_id,
        "status": status,
        "received_date": NOON,
        "status_updated_date": NOON,
        "raw": {},
        **more,
    }


def skus(store: Store) -> list[str]:
    return [row.seller_sku for row in store.rows(tables.inventory)]


def opened(folder: Path, **scope: str) -> Store:
    wanted = {"account": "test", "marketplace_id": US, "mode": "demo"} | scope
    return Store(f"sqlite:///{folder / 'store.sqlite3'}", **wanted)
