"""Rows -> pandas frames, pure. Columns and dtypes are declared once, here.

Times are aware UTC (`datetime64[us, UTC]`), quantities `int64`, what repeats is a category. A frame
of no rows has the same columns and dtypes as one of many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from mcf.rows import QUANTITIES
from mcf.status import (
    FulfillmentOrderStatus,
    PackageStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
    Status,
    event_text,
)

UTC_TIME = "datetime64[us, UTC]"
TEXT, NUMBER, REPEATED = "str", "int64", "category"

_INBOUND = QUANTITIES.index("inbound_working_quantity")
_COUNTS = (*QUANTITIES[:_INBOUND], "inbound_quantity", *QUANTITIES[_INBOUND:])

INVENTORY = {
    "seller_sku": TEXT,
    "product_name": TEXT,
    "asin": TEXT,
    "fn_sku": TEXT,
    "condition": REPEATED,
    **dict.fromkeys(_COUNTS, NUMBER),
    "last_updated_time": UTC_TIME,
}

ORDERS = {
    "seller_fulfillment_order_id": TEXT,
    "displayable_order_id": TEXT,
    "status": REPEATED,
    "status_label": REPEATED,
    "shipping_speed_category": REPEATED,
    "speed_label": REPEATED,
    "fulfillment_action": REPEATED,
    "received_date": UTC_TIME,
    "status_updated_date": UTC_TIME,
    "recipient": TEXT,
    "city": TEXT,
    "state_or_region": TEXT,
    "country_code": REPEATED,
    "units": NUMBER,
    "contents": TEXT,
    "parcels": NUMBER,
    "parcel_status": REPEATED,
    "parcel_label": REPEATED,
    "estimated_ship_date": UTC_TIME,
    "estimated_arrival_date": UTC_TIME,
    "detailed": "bool",
}

ITEMS = {
    "seller_fulfillment_order_id": TEXT,
    "seller_fulfillment_order_item_id": TEXT,
    "seller_sku": TEXT,
    "quantity": NUMBER,
    "cancelled_quantity": NUMBER,
    "unfulfillable_quantity": NUMBER,
    "estimated_ship_date": UTC_TIME,
    "estimated_arrival_date": UTC_TIME,
}

SHIPMENTS = {
    "seller_fulfillment_order_id": TEXT,
    "amazon_shipment_id": TEXT,
    "fulfillment_center_id": REPEATED,
    "status": REPEATED,
    "status_label": REPEATED,
    "shipping_date": UTC_TIME,
    "estimated_arrival_date": UTC_TIME,
}

PACKAGES = {
    "seller_fulfillment_order_id": TEXT,
    "amazon_shipment_id": TEXT,
    "package_number": NUMBER,
    "status": REPEATED,
    "status_label": REPEATED,
    "carrier_code": REPEATED,
    "tracking_number": TEXT,
    "units": NUMBER,
    "contents": TEXT,
    "ship_date": UTC_TIME,
    "estimated_arrival_date": UTC_TIME,
    "delivered_at": UTC_TIME,
    "tracked": "bool",
    "tracking_link": TEXT,
}

EVENTS = {
    "package_number": NUMBER,
    "event_date": UTC_TIME,
    "event_code": TEXT,
    "event": TEXT,
    "place": TEXT,
}

Columns = Mapping[str, Any]
Record = Mapping[str, Any]


def build(columns: Columns, data: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """A frame of exactly these columns with their dtypes, from a list for each."""
    frame = pd.DataFrame({name: pd.Series(list(data[name]), dtype=object) for name in columns})
    return frame.astype(dict(columns))


def inventory(rows: Iterable[Record]) -> pd.DataFrame:
    """One line per SKU, columns INVENTORY; `inbound_quantity` is the sum of the three inbounds."""
    data = _columns(rows, INVENTORY)
    parts = ("inbound_working_quantity", "inbound_shipped_quantity", "inbound_receiving_quantity")
    data["inbound_quantity"] = [sum(n) for n in zip(*(data[part] for part in parts), strict=True)]
    return build(INVENTORY, data)


def items(rows: Iterable[Record]) -> pd.DataFrame:
    """One line per order line, columns ITEMS."""
    return build(ITEMS, _columns(rows, ITEMS))


def shipments(rows: Iterable[Record]) -> pd.DataFrame:
    """One line per shipment, dead ones too, columns SHIPMENTS."""
    data = _columns(rows, SHIPMENTS)
    data["status_label"] = _labels(ShipmentStatus, data["status"])
    return build(SHIPMENTS, data)


def packages(rows: Iterable[Record], tracking: Iterable[Record]) -> pd.DataFrame:
    """One line per parcel, columns PACKAGES; `tracked` says whether the carrier was asked yet."""
    told = {row["package_number"]: row for row in tracking}
    data = _columns(rows, PACKAGES)
    news = [told.get(number, {}) for number in data["package_number"]]
    data["status"] = [row.get("status") or PackageStatus.UNKNOWN.value for row in news]
    data["status_label"] = _labels(PackageStatus, data["status"])
    data["ship_date"] = [row.get("ship_date") for row in news]
    data["delivered_at"] = [row.get("delivered_at") for row in news]
    data["tracked"] = [bool(row) for row in news]
    data["tracking_link"] = [_link(row.get("raw") or {}) for row in news]
    data["estimated_arrival_date"] = [
        row.get("estimated_arrival_date") or planned
        for row, planned in zip(news, data["estimated_arrival_date"], strict=True)
    ]
    return build(PACKAGES, data)


def _link(raw: Record) -> str | None:
    # Amazon's own example carries a percent-encoded link, which no browser would follow.
    link = str(raw.get("customerTrackingLink") or "").replace("%3A", ":").replace("%2F", "/")
    link = link.replace("%3F", "?").replace("%3D", "=").replace("%26", "&")
    return link if link.startswith("https://") else None


def events(tracking: Iterable[Record]) -> pd.DataFrame:
    """One line per tracking event, newest first, columns EVENTS."""
    found = [
        (row["package_number"], event)
        for row in tracking
        for event in row["raw"].get("trackingEvents") or ()
    ]
    frame = build(
        EVENTS,
        {
            "package_number": [number for number, _ in found],
            "event_date": [event["eventDate"] for _, event in found],
            "event_code": [event["eventCode"] for _, event in found],
            "event": [
                event_text(event["eventCode"], event.get("eventDescription")) for _, event in found
            ],
            "place": [_place(event.get("eventAddress") or {}) for _, event in found],
        },
    )
    return frame.sort_values("event_date", ascending=False, kind="stable", ignore_index=True)


def _place(address: Record) -> str:
    return ", ".join(str(address[k]) for k in ("city", "state", "country") if address.get(k))


def orders(rows: Iterable[Record], lines: pd.DataFrame, parcels: pd.DataFrame) -> pd.DataFrame:
    """One line per order, newest first, columns ORDERS.

    `units`, `contents` and the estimates come from the order's detail; `detailed` is False while
    Amazon hasn't been asked for it. `parcel_status` is that of the parcel most in need of a look.
    """
    rows = list(rows)
    data = _columns(rows, ORDERS)
    ids = data["seller_fulfillment_order_id"]
    data["status_label"] = _labels(FulfillmentOrderStatus, data["status"])
    data["speed_label"] = _labels(ShippingSpeedCategory, data["shipping_speed_category"])
    data["detailed"] = [row["detailed_at"] is not None for row in rows]
    data |= _line_sums(ids, lines)
    statuses = _by_order(parcels, "status")
    data["parcels"] = [len(statuses[order_id]) for order_id in ids]
    data["parcel_status"] = [_most_urgent(statuses[order_id]) for order_id in ids]
    data["parcel_label"] = [
        PackageStatus.label_of(status) if status else None for status in data["parcel_status"]
    ]
    frame = build(ORDERS, data)
    return frame.sort_values("received_date", ascending=False, kind="stable", ignore_index=True)


def _line_sums(ids: Sequence[Any], lines: pd.DataFrame) -> dict[str, list[Any]]:
    quantities, skus = _by_order(lines, "quantity"), _by_order(lines, "seller_sku")
    ship, arrival = (
        _by_order(lines, "estimated_ship_date"),
        _by_order(lines, "estimated_arrival_date"),
    )
    return {
        "units": [sum(quantities[i]) for i in ids],
        "contents": [
            ", ".join(f"{n} x {sku}" for n, sku in zip(quantities[i], skus[i], strict=True))
            for i in ids
        ],
        "estimated_ship_date": [max(ship[i], default=None) for i in ids],
        "estimated_arrival_date": [max(arrival[i], default=None) for i in ids],
    }


def _by_order(frame: pd.DataFrame, column: str) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for order_id, value in zip(frame["seller_fulfillment_order_id"], frame[column], strict=True):
        if column in ("quantity", "seller_sku", "status") or not pd.isna(value):
            found[order_id].append(value)
    return found


_URGENCY = {"red": 0, "orange": 1, "violet": 2, "blue": 3, "gray": 4, "green": 5}


def _most_urgent(statuses: Sequence[str]) -> str | None:
    return min(statuses, key=lambda s: _URGENCY[PackageStatus.of(s).colour], default=None)


def _labels(kind: type[Status], values: Sequence[Any]) -> list[str]:
    known = {value: kind.label_of(value) for value in set(values)}
    return [known[value] for value in values]


def _columns(rows: Iterable[Record], columns: Columns) -> dict[str, list[Any]]:
    rows = list(rows)
    present = set(rows[0]) if rows else set(columns)
    return {name: [row[name] for row in rows] for name in columns if name in present}
