"""Rows, or columns of them, -> pandas frames, pure. Columns and dtypes are declared once, here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mcf.amazon.inventory_pages import QUANTITIES
from mcf.amazon.labels import carrier as carrier_name
from mcf.amazon.labels import return_reason
from mcf.amazon.models.answers import ReturnAuthorization, TrackingEvent
from mcf.amazon.models.base import Address, readable
from mcf.amazon.statuses import (
    FulfillmentOrderStatus,
    PackageStatus,
    ReturnCondition,
    ReturnStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
    Status,
    event_text,
)
from mcf.files.harmless import cleaned
from mcf.store.records import NOT_TOLD, place_of

UTC_TIME = "datetime64[us, UTC]"
TEXT, NUMBER, REPEATED = "str", "int64", "category"
PERHAPS = "Int64"
"""A number that may be unknown."""
_NO_TIME = np.datetime64("NaT", "us")
_INBOUND = QUANTITIES.index("inbound_working_quantity")
_INBOUNDS = QUANTITIES[_INBOUND : _INBOUND + 3]
_COUNTS = (*QUANTITIES[:_INBOUND], "inbound_quantity", *QUANTITIES[_INBOUND:])
UNTOLD = "untold"
"""The column of the store that names the counts of a SKU that were never told."""
INVENTORY = {
    "seller_sku": TEXT,
    "product_name": TEXT,
    "asin": TEXT,
    "fn_sku": TEXT,
    "condition": REPEATED,
    **dict.fromkeys(_COUNTS, PERHAPS),
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
    "units": PERHAPS,
    "contents": TEXT,
    "parcels": PERHAPS,
    "parcel_status": REPEATED,
    "parcel_label": REPEATED,
    "parcels_delivered": NUMBER,
    "carrier": TEXT,
    "last_event": TEXT,
    "last_event_at": UTC_TIME,
    "shipped_at": UTC_TIME,
    "delivered_at": UTC_TIME,
    "estimated_ship_date": UTC_TIME,
    "estimated_arrival_date": UTC_TIME,
    "promised_ship_date": UTC_TIME,
    "promised_arrival_date": UTC_TIME,
    "fee": "float64",
    "fee_currency": REPEATED,
    "fulfillment_policy": REPEATED,
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
    "estimated_by": REPEATED,
    "delivered_at": UTC_TIME,
    "last_event_at": UTC_TIME,
    "last_event": TEXT,
    "last_place": TEXT,
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
RETURNS = {
    "seller_fulfillment_order_id": TEXT,
    "seller_return_item_id": TEXT,
    "seller_fulfillment_order_item_id": TEXT,
    "seller_sku": TEXT,
    "amazon_shipment_id": TEXT,
    "reason_code": REPEATED,
    "reason": REPEATED,
    "comment": TEXT,
    "status": REPEATED,
    "status_label": REPEATED,
    "status_changed_date": UTC_TIME,
    "received_condition": REPEATED,
    "condition_label": REPEATED,
    "return_authorization_id": TEXT,
    "amazon_rma_id": TEXT,
    "rma_page_url": TEXT,
    "return_to": TEXT,
}
Columns = Mapping[str, Any]
Record = Mapping[str, Any]
Rows: TypeAlias = Iterable[Record] | Columns
"""Rows one by one, or a list or an array for each column: much faster when there are many."""
_TOLD_TEXTS = ("status", "tracking_link", "last_event", "last_place")
_TOLD_TIMES = ("ship_date", "estimated_arrival_date", "delivered_at", "last_event_at")
TOLD = {
    **dict.fromkeys(("package_number", *_TOLD_TEXTS), TEXT),
    **dict.fromkeys(_TOLD_TIMES, UTC_TIME),
}
"""What a parcel takes from its tracking."""
PROMISES = {
    "seller_fulfillment_order_id": TEXT,
    "promised_ship_date": UTC_TIME,
    "promised_arrival_date": UTC_TIME,
    "fee": TEXT,
    "fee_currency": TEXT,
}
"""What an order takes from what Amazon promised when it was sent from here."""
_CONTENTS = re.compile(r"(\d+|\?) x (.+?)(?=, (?:\d+|\?) x |$)")
_DELIVERED = PackageStatus.DELIVERED
BY_TRACKING, BY_AMAZON = "tracking", "Amazon"
"""Where the estimate of a parcel's arrival stands: in its tracking, else in Amazon's order."""
_MAY_BE_COLLECTED = frozenset(
    {
        PackageStatus.AVAILABLE_FOR_PICKUP,
        PackageStatus.PICKUP_SUCCESSFUL,
        PackageStatus.CUSTOMER_ACTION,
        PackageStatus.UNKNOWN,
        PackageStatus.UNRECOGNISED,
    }
)
"""Amazon has no word for what was collected from a locker; with these an event tells it."""
_URGENCY = {"red": 0, "orange": 1, "violet": 2, "blue": 3, "gray": 4, "green": 5}
LOW_STOCK = 10
"""Units that can ship now, at or below which a SKU counts as low, until velocity is known."""


def build(columns: Columns, data: Columns) -> pd.DataFrame:
    """A frame of exactly these columns with their dtypes, from a list or an array for each."""
    return pd.DataFrame({name: _series(data[name], dtype) for name, dtype in columns.items()})


def inventory(rows: Rows) -> pd.DataFrame:
    """One line per SKU, columns INVENTORY; `inbound_quantity` is the sum of the three inbounds.

    A count that Amazon never told is NA.
    """
    data = _columns(rows, {**INVENTORY, UNTOLD: TEXT})
    untold = _listed(data.pop(UNTOLD, []))
    at = [place for place, names in enumerate(untold) if names]
    for name in QUANTITIES:
        units = np.asarray(data[name], dtype=np.int64)
        unknown = np.zeros(len(units), dtype=bool)
        unknown[[place for place in at if name in untold[place].split()]] = True
        data[name] = pd.arrays.IntegerArray(units, unknown)
    data["inbound_quantity"] = sum(data[part] for part in _INBOUNDS)
    return build(INVENTORY, data)


def items(rows: Rows) -> pd.DataFrame:
    """One line per order line, columns ITEMS."""
    return build(ITEMS, _columns(rows, ITEMS))


def shipments(rows: Rows) -> pd.DataFrame:
    """One line per shipment, dead ones too, columns SHIPMENTS."""
    data = _columns(rows, SHIPMENTS)
    data["status_label"] = _labels(ShipmentStatus, data["status"])
    return build(SHIPMENTS, data)


def returns(rows: Iterable[Record], lines: pd.DataFrame) -> pd.DataFrame:
    """One line per unit that comes back, columns RETURNS; `lines` are those of the orders.

    `return_to` is the address that the unit is sent to, in lines of text. Links aren't judged.
    """
    rows = list(rows)
    data = _columns(rows, RETURNS) if rows else {name: [] for name in RETURNS}
    authorizations = [_authorization(row["raw_authorization"]) for row in rows]
    keys = zip(
        lines["seller_fulfillment_order_id"], lines["seller_fulfillment_order_item_id"], strict=True
    )
    skus = dict(zip(keys, lines["seller_sku"], strict=True))
    conditions = _listed(data["received_condition"])
    data |= {
        "seller_sku": [
            skus.get((row["seller_fulfillment_order_id"], row["seller_fulfillment_order_item_id"]))
            for row in rows
        ],
        "reason": [code and return_reason(code) for code in _listed(data["reason_code"])],
        "status_label": _labels(ReturnStatus, data["status"]),
        "condition_label": [value and ReturnCondition.label_of(value) for value in conditions],
        "amazon_rma_id": [one.amazon_rma_id for one in authorizations],
        "rma_page_url": [one.rma_page_url for one in authorizations],
        "return_to": [_postal(one.return_to_address) for one in authorizations],
    }
    return build(RETURNS, data)


def packages(rows: Rows, tracking: Rows) -> pd.DataFrame:
    """One line per parcel, columns PACKAGES; `tracked` says whether the carrier was asked yet.

    One that its recipient took from a locker is delivered, whatever Amazon's word for it.
    """
    tracked = _columns(tracking, TOLD)
    data = _columns(rows, PACKAGES)
    at = pd.Index(tracked["package_number"], dtype=NUMBER).get_indexer(
        pd.Index(data["package_number"], dtype=NUMBER)
    )
    unknown = PackageStatus.UNKNOWN.value
    data["status"] = [status or unknown for status in _taken(_listed(tracked["status"]), at)]
    for name in ("ship_date", "delivered_at", "last_event_at"):
        data[name] = _moments(tracked[name], at)
    data["status"] = _collected(data["status"], data["delivered_at"])
    data["status_label"] = _labels(PackageStatus, data["status"])
    for name in ("last_event", "last_place"):
        data[name] = _taken(_listed(tracked[name]), at)
    data["tracked"] = at >= 0
    data["tracking_link"] = [_link(link) for link in _taken(_listed(tracked["tracking_link"]), at)]
    arrival, planned = (
        _moments(tracked["estimated_arrival_date"], at),
        _times(data["estimated_arrival_date"]),
    )
    data["estimated_arrival_date"] = np.where(np.isnat(arrival), planned, arrival)
    missing = zip(np.isnat(arrival).tolist(), np.isnat(planned).tolist(), strict=True)
    data["estimated_by"] = [
        BY_TRACKING if not untracked else None if unplanned else BY_AMAZON
        for untracked, unplanned in missing
    ]
    return build(PACKAGES, data)


def _collected(statuses: list[Any], delivered_at: Any) -> list[Any]:
    return [
        _DELIVERED.value if there and PackageStatus.of(status) in _MAY_BE_COLLECTED else status
        for status, there in zip(statuses, (~np.isnat(delivered_at)).tolist(), strict=True)
    ]


def events(tracking: Iterable[Record]) -> pd.DataFrame:
    """One line per tracking event, newest first, columns EVENTS; those without a time come last."""
    pairs = [
        (row["package_number"], event)
        for row in tracking
        for event in _events_in(row["raw"].get("trackingEvents"))
    ]
    frame = build(
        EVENTS,
        {
            "package_number": [number for number, _ in pairs],
            "event_date": [event.event_date for _, event in pairs],
            "event_code": [event.event_code for _, event in pairs],
            "event": [event_text(event.event_code, event.event_description) for _, event in pairs],
            "place": [place_of(event.event_address) for _, event in pairs],
        },
    )
    return frame.sort_values("event_date", ascending=False, kind="stable", ignore_index=True)


def orders(
    rows: Rows, lines: pd.DataFrame, parcels: pd.DataFrame, promises: Rows = ()
) -> pd.DataFrame:
    """One line per order, newest first, columns ORDERS.

    `units`, `contents` and the estimates come from the order's detail; `detailed` is False while
    Amazon hasn't told it, and then `parcels` are unknown, not none. `units` are unknown as long as
    those of a line are. `parcel_status` is that of the parcel most in need of a look,
    `last_event` the latest of all parcels, `delivered_at` known when all are delivered. What was
    promised, and the fee, are those of the order's preview, known of orders sent from here.
    """
    data = _columns(rows, {**ORDERS, "detailed_at": UTC_TIME})
    ids = pd.Index(data["seller_fulfillment_order_id"], dtype=TEXT)
    data["status_label"] = _labels(FulfillmentOrderStatus, data["status"])
    data["speed_label"] = _labels(ShippingSpeedCategory, data["shipping_speed_category"])
    data["detailed"] = ~np.isnat(_times(data["detailed_at"]))
    data |= _line_sums(ids, lines)
    data |= _parcel_sums(ids, parcels)
    untold = (data["parcels"] == 0) & ~data["detailed"]
    data["parcels"] = pd.arrays.IntegerArray(data["parcels"], untold)
    data |= _promised(ids, promises)
    return newest_first(build(ORDERS, data))


def with_promises(orders: pd.DataFrame, promises: Rows) -> pd.DataFrame:
    """The orders with these promises and fees; the same frame when they are those it has."""
    promised = _promised(pd.Index(orders["seller_fulfillment_order_id"]), promises)
    made = build({name: ORDERS[name] for name in promised}, promised)
    return (
        orders
        if made.equals(orders[list(promised)])
        else orders.assign(**{str(name): made[name] for name in made})
    )


def newest_first(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders by the time they were received, latest first; those of one time stay in order."""
    return orders.sort_values("received_date", ascending=False, kind="stable", ignore_index=True)


def counts(column: pd.Series) -> list[int | None]:
    """The numbers of a column, None where they aren't known."""
    return _listed(column)


class StockState(StrEnum):
    """How a SKU stands, by the units that can ship now."""

    OUT = "Out of stock"
    LOW = "Low"
    FINE = "In stock"


def with_stock_state(inventory: pd.DataFrame, low: int = LOW_STOCK) -> pd.DataFrame:
    """The inventory with a categorical column `stock_state`, ordered from out of stock upwards.

    It's NaN where Amazon doesn't tell what can ship.
    """
    available = inventory["fulfillable_quantity"].to_numpy(float)
    kinds = pd.CategoricalDtype([s.value for s in StockState], ordered=True)
    codes = (available > 0).astype(np.int8) + (available > max(low, 0))
    codes[np.isnan(available)] = -1
    return inventory.assign(stock_state=pd.Categorical.from_codes(codes, dtype=kinds))


def units_in(contents: Iterable[object]) -> Counter[str] | None:
    """Units by SKU in the `contents` of parcels, "2 x A, 1 x B"; None when one isn't told."""
    units: Counter[str] = Counter()
    for text in contents:
        parts = _CONTENTS.findall(text if isinstance(text, str) else "")
        if not parts or any(NOT_TOLD in part for part in parts):
            return None
        for count, sku in parts:
            units[sku] += int(count)
    return units


def shipped_units(lines: pd.DataFrame) -> Counter[str]:
    """Units by SKU of an order's lines (columns ITEMS), without those that never ship."""
    units: Counter[str] = Counter()
    for line in lines.to_dict("records"):
        left = line["quantity"] - line["cancelled_quantity"] - line["unfulfillable_quantity"]
        units[str(line["seller_sku"])] += int(left)
    return +units


def _series(values: Any, dtype: Any) -> Any:
    if isinstance(values, np.ndarray | pd.api.extensions.ExtensionArray):
        made: Any = pd.Series(values)
        return made.dt.tz_localize("UTC") if dtype == UTC_TIME else made.astype(dtype)
    return pd.Series(list(values), dtype=TEXT if dtype == REPEATED else object).astype(dtype)


def _authorization(data: Any) -> ReturnAuthorization:
    return ReturnAuthorization.from_api(data) if data else ReturnAuthorization()


def _postal(to: Address | None) -> str | None:
    if to is None:
        return None
    place = " ".join(part for part in (to.city, to.state_or_region, to.postal_code) if part)
    lines = (to.name, to.address_line1, to.address_line2, to.address_line3, place, to.country_code)
    return "\n".join(line for line in lines if line) or None


def _listed(values: Any) -> list[Any]:
    if isinstance(values, list):
        return values
    return list(values.to_numpy(dtype=object, na_value=None))


def _taken(values: Any, at: Any) -> list[Any]:
    return [values[place] if place >= 0 else None for place in at.tolist()]


def _moments(values: Any, at: Any) -> Any:
    # One more at the end, which is where -1 points.
    return np.append(_times(values), _NO_TIME)[at]


def _times(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return values
    return _series(values, UTC_TIME).dt.tz_localize(None).to_numpy()


def _link(text: str | None) -> str | None:
    link = cleaned(text)
    return link if link.startswith("https://") else None


def _events_in(data: Any) -> list[TrackingEvent]:
    return readable(TrackingEvent, data)[0] if isinstance(data, list) else []


def _line_sums(ids: pd.Index[Any], lines: pd.DataFrame) -> dict[str, Any]:
    per_order = PerOrder.of(ids, lines)
    at, lines = per_order.at, per_order.parts
    units = np.zeros(len(ids), dtype=np.int64)
    quantities = lines["quantity"].to_numpy()
    np.add.at(units, at, quantities)
    # No line of Amazon's has 0 units, and no order no line.
    untold = (per_order.count() == 0) | (per_order.count(quantities == 0) > 0)
    contents: list[list[str]] = [[] for _ in range(len(ids))]
    named = zip(at.tolist(), lines["quantity"].tolist(), lines["seller_sku"].tolist(), strict=True)
    for place, quantity, sku in named:
        contents[place].append(f"{quantity or NOT_TOLD} x {sku or NOT_TOLD}")
    return {
        "units": pd.arrays.IntegerArray(units, untold),
        "contents": [", ".join(parts) for parts in contents],
        "estimated_ship_date": per_order.latest("estimated_ship_date"),
        "estimated_arrival_date": per_order.latest("estimated_arrival_date"),
    }


@dataclass(frozen=True, slots=True)
class PerOrder:
    """Lines or parcels summed up by their order: every sum is an array with a value per order.

    `at` is the place of each part's order among the orders; `parts` are those whose order is there.
    Moments are UTC without their zone, NaT where none is known.
    """

    orders: int
    at: Any
    parts: pd.DataFrame

    @classmethod
    def of(cls, ids: pd.Index[Any], parts: pd.DataFrame) -> PerOrder:
        """Of the orders with these ids; `parts` has a column `seller_fulfillment_order_id`."""
        at = ids.get_indexer(pd.Index(parts["seller_fulfillment_order_id"]))
        return cls(len(ids), at[at >= 0], parts if (at >= 0).all() else parts[at >= 0])

    def count(self, which: Any = None) -> Any:
        """How many parts each order has; of `which`, a flag per part, if that's given."""
        return np.bincount(self.at if which is None else self.at[which], minlength=self.orders)

    def latest(self, column: str) -> Any:
        """The last of the moments in a column."""
        latest = np.full(self.orders, _NO_TIME)
        # As a number NaT is less than every time.
        moments = _bare(self.parts[column])
        np.maximum.at(latest.view(np.int64), self.at, moments.view(np.int64))
        return latest

    def earliest(self, column: str) -> Any:
        """The first of the moments in a column."""
        moments = self.parts[column]
        there = moments.notna().to_numpy()
        none = np.iinfo(np.int64).max
        earliest = np.full(self.orders, none)
        np.minimum.at(earliest, self.at[there], _bare(moments)[there].view(np.int64))
        return np.where(earliest == none, _NO_TIME, earliest.astype("datetime64[us]"))


def _bare(moments: pd.Series[Any]) -> Any:
    return moments.dt.tz_localize(None).to_numpy()


def _parcel_sums(ids: pd.Index[Any], parcels: pd.DataFrame) -> dict[str, Any]:
    per_order = PerOrder.of(ids, parcels)
    at, parcels = per_order.at, per_order.parts
    words = list(parcels["status"].cat.categories)
    urgency = np.array([_URGENCY[PackageStatus.of(word).colour] for word in words], dtype=np.int64)
    codes = parcels["status"].cat.codes.to_numpy()
    # The first of the most urgent: urgency counts before the parcel's place.
    none = len(_URGENCY) * len(parcels)
    first = np.full(len(ids), none, dtype=np.int64)
    np.minimum.at(first, at, urgency[codes] * len(parcels) + np.arange(len(parcels)))
    statuses = [words[codes[key % len(parcels)]] if key < none else None for key in first.tolist()]
    labels = {word: PackageStatus.label_of(word) for word in words}
    count = per_order.count()
    delivered = np.array([PackageStatus.of(word) is _DELIVERED for word in words], dtype=bool)
    there_now = np.append(delivered, False)[codes] | parcels["delivered_at"].notna().to_numpy()
    arrived = per_order.count(there_now)
    there = (count > 0) & (arrived == count)
    return {
        "parcels": count,
        "parcel_status": statuses,
        "parcel_label": [labels.get(status) for status in statuses],
        "parcels_delivered": arrived,
        "carrier": _carriers(len(ids), at, parcels["carrier_code"]),
        **_last_events(per_order),
        "shipped_at": per_order.earliest("ship_date"),
        "delivered_at": np.where(there, per_order.latest("delivered_at"), _NO_TIME),
    }


def _carriers(count: int, at: Any, codes: pd.Series[Any]) -> list[str | None]:
    """The names of the carriers of each order, each once; None where none is known."""
    names = {code: carrier_name(code) for code in codes.cat.categories}
    found: list[str | None] = [None] * count
    for place, code in zip(at.tolist(), codes.tolist(), strict=True):
        name, known = names.get(code), found[place]
        if name and name not in (known or "").split(", "):
            found[place] = f"{known}, {name}" if known else name
    return found


def _last_events(parcels: PerOrder) -> dict[str, Any]:
    at, latest = parcels.at, parcels.latest("last_event_at")
    mine = _bare(parcels.parts["last_event_at"])
    last: list[str | None] = [None] * parcels.orders
    events = _listed(parcels.parts["last_event"])
    # What is equal to the latest of its order is of the parcel with the latest.
    for row in np.flatnonzero(mine == latest[at]).tolist():
        last[at[row]] = events[row]
    return {"last_event_at": latest, "last_event": last}


def _promised(ids: pd.Index[Any], promises: Rows) -> dict[str, Any]:
    promised = _columns(promises, PROMISES)
    order_ids = pd.Index(promised["seller_fulfillment_order_id"], dtype=TEXT)
    at = order_ids.get_indexer(ids)
    fees = [float(fee) if fee is not None else None for fee in _listed(promised["fee"])]
    return {
        "promised_ship_date": _moments(promised["promised_ship_date"], at),
        "promised_arrival_date": _moments(promised["promised_arrival_date"], at),
        "fee": _taken(fees, at),
        "fee_currency": _taken(_listed(promised["fee_currency"]), at),
    }


def _labels(kind: type[Status], raw: Any) -> list[str]:
    values = _listed(raw)
    labels = {value: kind.label_of(value) for value in set(values)}
    return [labels[value] for value in values]


def _columns(rows: Rows, columns: Columns) -> dict[str, Any]:
    if isinstance(rows, Mapping):
        return {name: rows[name] for name in columns if name in rows}
    rows = list(rows)
    present = set(rows[0]) if rows else set(columns)
    return {name: [row[name] for row in rows] for name in columns if name in present}
