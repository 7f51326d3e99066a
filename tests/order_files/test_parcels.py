"""Parcels with tracking numbers are read from the store, by order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from mcf.order_files import parcels
from mcf.order_files.parcels import Parcel
from mcf.store import tables
from mcf.store.database import Store

DAY = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def stored(store: Store) -> Store:
    """One order in two parcels, one of them without a number, and a shipment that was given up."""
    for shipment, status in (("S-1", "SHIPPED"), ("S-2", "CANCELLED_BY_FULFILLER")):
        store.add(tables.shipments, {
            "seller_fulfillment_order_id": "A", "amazon_shipment_id": shipment, "status": status,
            "shipping_date": DAY, "raw": {},
        })  # fmt: skip
    boxes: list[tuple[str, str, int, str | None]] = [
        ("A", "S-1", 1, "1Z9"),
        ("A", "S-1", 2, None),
        ("A", "S-2", 3, "GONE"),
        ("B", "S-9", 4, "77 (Amazon's number)"),
    ]
    for order, shipment, number, tracking in boxes:
        box: dict[str, Any] = {
            "seller_fulfillment_order_id": order, "amazon_shipment_id": shipment,
            "package_number": number, "carrier_code": "UPS", "tracking_number": tracking,
            "units": 2, "contents": "2 x SKU-1" if order == "A" else "? x SKU-1", "raw": {},
            "changed": 1,
        }  # fmt: skip
        store.add(tables.packages, box)
    return store


def test_what_has_a_number_and_wasnt_given_up_is_told(stored: Store) -> None:
    assert parcels.of_orders(stored, ["A", "C"], {}) == {
        "A": [Parcel("UPS", "1Z9", DAY, Counter({"SKU-1": 2}))],
        "C": [],
    }


def test_parcels_of_the_order_that_took_its_place_count(stored: Store) -> None:
    told = parcels.of_orders(stored, ["A"], {"A": "B", "B": "A"})

    assert [parcel.number for parcel in told["A"]] == ["1Z9", "77"]
    assert told["A"][1].contents is None
    assert told["A"][1].shipped_at is None
