"""A service whose shop was read, at a time when its orders have long ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from mcf.privacy.forgetting import Forgetting
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper
from tests.store.samples import NOON, head

NAME, EMAIL = "Ada Nobody", "ada@example.com"
ADDRESS = {
    "name": NAME, "addressLine1": "1 Main Street", "city": "Springfield", "stateOrRegion": "IL",
    "postalCode": "62701", "countryCode": "US",
}  # fmt: skip
RAW = {"destinationAddress": ADDRESS, "notificationEmails": [EMAIL]}
DAY = timedelta(days=1)


def write_order(store: Store, order_id: str, **more: object) -> None:
    """Writes an order that was cancelled at NOON, with its buyer wherever one is."""
    key = {"seller_fulfillment_order_id": order_id}
    where = {"recipient": NAME, "city": "Springfield", "postal_code": "62701"}
    values = {**where, "state_or_region": "IL", "raw": RAW, "fingerprint": "f" * 32, **more}
    store.save(tables.orders, [head(order_id, **({"status": "Cancelled"} | values))])
    line = {"seller_fulfillment_order_item_id": "1", "seller_sku": "A", "quantity": 2}
    counts = {"cancelled_quantity": 0, "unfulfillable_quantity": 0}
    gift = {"giftMessage": f"For {NAME}"}
    store.save(tables.order_items, [key | line | counts | {"raw": gift}])
    times = {"created_at": NOON, "updated_at": NOON}
    sent = {"state": "accepted", "request": RAW, "attempts": 1, "message": f"No {NAME} there"}
    store.save(tables.submissions, [key | sent | times])
    told = {"kind": "cancel asked", "at": NOON, "noticed_at": NOON, "told": f"Now to {NAME}"}
    blank = {"package_number": None, "before": None, "after": None, "person_id": None}
    store.save(tables.happenings, [key | blank | told | {"happening_id": f"h {order_id}"}])
    keeper = Keeper(store)
    keeper.keep(DocumentKind.NOTE, order_id, {"text": f"{NAME} rang"})


def everything(store: Store) -> str:
    """All that can be read of the store."""
    return "\n".join(str(store.records(table)) for table in tables.metadata.sorted_tables
                     if "account" in table.c and "marketplace_id" in table.c)  # fmt: skip


@dataclass
class Shop:
    """A store, and what forgets in it."""

    store: Store
    forgetting: Forgetting


@pytest.fixture
def shop(store: Store) -> Shop:
    """A store with one order, S-1."""
    write_order(store, "S-1")
    return Shop(store, Forgetting(store))


@pytest.fixture
def desk(service: MCFService) -> MCFService:
    """A service whose store has one order, S-1."""
    write_order(service._store, "S-1")
    assert utc_now() > NOON
    return service
