"""What tests of reads ask of a shop and of the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mcf.amazon import inventory_pages
from mcf.amazon.client import MCFClient
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.sync.progress import Progress
from tests.conftest import unhurried
from tests.loopback import Loopback, Reply

US = "ATVPDKIKX0DER"
LIST, GET = "listAllFulfillmentOrders", "getFulfillmentOrder"
TRACK, STOCK = "getPackageTrackingDetails", "getInventorySummaries"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Seconds:
    """A timer that goes only when it's told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(simulator: Simulator, operation: str) -> list[str]:
    """The last parts of the paths of an operation's calls."""
    entries = simulator.requests.entries()
    return sorted(e.path.rpartition("/")[2] for e in entries if e.operation == operation)


def once(act: Callable[[], Any], after: int = 1) -> Callable[[Progress], None]:
    """Does something when so many calls have been reported."""
    left = [act]

    def report(at: Progress) -> None:
        if left and at.done == after:
            left.pop()()

    return report


def statuses(store: Store) -> dict[str, str]:
    return {row.seller_fulfillment_order_id: row.status for row in store.rows(tables.orders)}


def world_statuses(simulator: Simulator) -> dict[str, str]:
    return {order.id: order.status.value for order in simulator.world.by_number}


def unsold(sku: str) -> dict[str, Any]:
    return {"seller_sku": sku, **dict.fromkeys(inventory_pages.QUANTITIES, 1), "raw": {}}


def client_of(amazon: Loopback, settings: Settings) -> MCFClient:
    there = replace(
        settings, endpoint=amazon.endpoint, lwa_endpoint=f"{amazon.endpoint}/auth/o2/token"
    )
    return MCFClient(there, pace=unhurried(), sleep=lambda _: None)


def stock_page(summaries: list[dict[str, Any]], token: str | None = None) -> Reply:
    page = {"payload": {"inventorySummaries": summaries}, "pagination": {"nextToken": token}}
    return Reply(body=json.dumps(page).encode())
