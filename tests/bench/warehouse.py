"""A store full of made-up stock and orders, written without asking any Amazon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import case, literal, select

from mcf.amazon import inventory_pages
from mcf.inventory import history
from mcf.inventory.history import History
from mcf.store import tables
from mcf.store.database import Store

OPENING = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
_AT_ONCE = 5000
_ORDER_STATUSES = ("Complete",) * 17 + ("Processing", "Planning", "Cancelled")
_PARCEL_STATUSES = ("DELIVERED",) * 16 + ("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELAYED", "RETURNING")
_THINGS = ("Mug", "Lamp", "Towel", "Kettle", "Notebook", "Chair", "Bottle")
_CITIES = (("Springfield", "IL"), ("Riverton", "WY"), ("Fairview", "OR"), ("Salem", "MA"))


def fill(store: Store, skus: int, orders: int, now: datetime = OPENING) -> None:
    """Writes that many SKUs, and orders with a line, a parcel and its tracking each."""
    for some in _handfuls(skus):
        store.save(tables.inventory, [stock_row(number) for number in some])
    for some in _handfuls(orders):
        store.save(tables.orders, [order_row(number, now) for number in some])
        store.save(tables.order_items, [line_row(number, now) for number in some])
        shipped = [number for number in some if order_status(number) == "Complete"]
        store.save(tables.packages, [parcel_row(number, now) for number in shipped])
        store.save(tables.tracking, [tracking_row(number, now) for number in shipped])
    _note_reads(store)


def remember(store: Store, days: int, today: int) -> None:
    """Writes so many days of stock before today, counted as `History` does, for all SKUs.

    One SKU in ten has units in each place that isn't the shelf, as in a real shop.
    """
    History(store).record(today)
    number = tables.skus.c.sku_id
    with store.writing(tables.inventory_days, tables.inventory_weeks) as connection:
        for day in range(today - days, today):
            told = {"day": literal(day), "sku_id": number}
            for n, name in enumerate(tables.DAY_QUANTITIES):
                told[name] = case((number % 10 == n, (number + day) % 9 + 1), else_=0)
            told |= {
                "fulfillable_quantity": (number * 7 + day) % 60,
                "left_units": (number + day) % 4,
                "days_in_stock": literal(1),
            }
            rows = select(*told.values()).where(*store.mine(tables.skus))
            connection.execute(tables.inventory_days.insert().from_select(list(told), rows))
        history.sum_weeks(store, connection, today - days, today)


def _handfuls(count: int) -> Iterator[Sequence[int]]:
    yield from (range(n, min(n + _AT_ONCE, count)) for n in range(0, count, _AT_ONCE))


def stock_row(number: int, more: int = 0) -> dict[str, Any]:
    """One SKU; one in twenty is out of stock, and so many units `more` can ship."""
    counts = {name: (number * 7 + n * 13) % 40 for n, name in enumerate(inventory_pages.QUANTITIES)}
    counts["fulfillable_quantity"] = (number % 20) * 17 + more
    thing = _THINGS[number % len(_THINGS)]
    return {
        "seller_sku": f"SKU-{number:07d}",
        "asin": f"B0{number:08d}",
        "fn_sku": f"X00{number:07d}",
        "product_name": f"{thing} number {number}, dishwasher-safe, pack of {number % 12 + 1}",
        "condition": "NewItem",
        **counts,
        "last_updated_time": OPENING - timedelta(seconds=number),
        "raw": {"sellerSku": f"SKU-{number:07d}", "inventoryDetails": counts},
    }


def order_status(number: int) -> str:
    return _ORDER_STATUSES[number % len(_ORDER_STATUSES)]


def order_row(number: int, now: datetime, **more: Any) -> dict[str, Any]:
    """One order, received ten minutes before the one with the next lower number."""
    received = now - timedelta(minutes=10 * number)
    city, state = _CITIES[number % len(_CITIES)]
    return {
        "seller_fulfillment_order_id": f"SHOP-{number:07d}",
        "displayable_order_id": f"#{number}",
        "displayable_order_date": received,
        "status": order_status(number),
        "shipping_speed_category": "Standard" if number % 3 else "Expedited",
        "fulfillment_action": "Ship",
        "fulfillment_policy": "FillOrKill",
        "received_date": received,
        "status_updated_date": received + timedelta(hours=5),
        "recipient": f"Buyer {number} Example",
        "city": city,
        "state_or_region": state,
        "postal_code": "00000",
        "country_code": "US",
        "detailed_at": now,
        "detailed_status_date": received + timedelta(hours=5),
        "raw": {"sellerFulfillmentOrderId": f"SHOP-{number:07d}", "notes": "x" * 400},
        **more,
    }


def line_row(number: int, now: datetime) -> dict[str, Any]:
    """The one line of the order."""
    return {
        "seller_fulfillment_order_id": f"SHOP-{number:07d}",
        "seller_fulfillment_order_item_id": "1",
        "seller_sku": f"SKU-{number % 997:07d}",
        "quantity": number % 4 + 1,
        "cancelled_quantity": 0,
        "unfulfillable_quantity": 0,
        "estimated_ship_date": now - timedelta(minutes=10 * number) + timedelta(days=1),
        "estimated_arrival_date": now - timedelta(minutes=10 * number) + timedelta(days=4),
        "raw": {},
    }


def parcel_row(number: int, now: datetime) -> dict[str, Any]:
    """The one parcel of the order."""
    return {
        "seller_fulfillment_order_id": f"SHOP-{number:07d}",
        "amazon_shipment_id": f"S{number}",
        "package_number": 1_000_000 + number,
        "carrier_code": "Example Parcel",
        "tracking_number": f"TBA{number:012d}",
        "estimated_arrival_date": now - timedelta(minutes=10 * number) + timedelta(days=4),
        "units": number % 4 + 1,
        "contents": f"{number % 4 + 1} x SKU-{number % 997:07d}",
        "raw": {},
    }


def tracking_row(number: int, now: datetime, **more: Any) -> dict[str, Any]:
    """What the carrier tells of the parcel."""
    status = _PARCEL_STATUSES[number % len(_PARCEL_STATUSES)]
    shipped = now - timedelta(minutes=10 * number) + timedelta(days=1)
    return {
        "package_number": 1_000_000 + number,
        "status": status,
        "ship_date": shipped,
        "estimated_arrival_date": None,
        "delivered_at": shipped + timedelta(days=2) if status == "DELIVERED" else None,
        "tracked_at": now,
        "tracking_link": f"https://www.example.com/track?id={number}",
        "raw": {
            "customerTrackingLink": f"https://www.example.com/track?id={number}",
            "trackingEvents": [{"eventCode": "EVENT_102", "eventDate": "2026-03-04T12:00:00Z"}] * 5,
        },
        **more,
    }


def _note_reads(store: Store) -> None:
    now = datetime.now(UTC)
    for subject in ("inventory", "orders", "tracking"):
        run = {"subject": subject, "state": "whole", "started_at": now, "pages": 1, "rows": 1}
        store.save(tables.sync_runs, [{**run, "finished_at": now, "whole_at": now}])
