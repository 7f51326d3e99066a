"""The columns of exported files in a seller's words, which are those on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_float_dtype


@dataclass(frozen=True, slots=True)
class Headings:
    """What a file's columns are called, by the frame's name of each.

    `days` are columns of a frame whose times are midnights in UTC and mean a day.
    """

    words: Mapping[str, str]
    days: frozenset[str] = field(default=frozenset())

    def ordered(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame's columns that have a word, in the order of the words."""
        return frame[[name for name in self.words if name in frame]]


INVENTORY = Headings(
    {
        "seller_sku": "SKU",
        "fulfillable_quantity": "Available",
        "health": "Stock",
        "days_of_cover": "Cover",
        "stock_out_date": "Stops on",
        "velocity": "Sold a day",
        "velocity_mcf": "MCF a day",
        "velocity_other": "Other a day",
        "reorder_date": "Reorder by",
        "reorder_quantity": "Reorder",
        "order_point": "Low at",
        "safety_units": "Safety",
        "gap_days": "Days without",
        "product_name": "Product",
        "reserved_quantity": "Reserved",
        "pending_customer_order_quantity": "For orders",
        "pending_transshipment_quantity": "In transfer",
        "fc_processing_quantity": "Processing",
        "inbound_quantity": "Inbound",
        "inbound_working_quantity": "Announced",
        "inbound_shipped_quantity": "On its way in",
        "inbound_receiving_quantity": "Unloading",
        "researching_quantity": "Researching",
        "unfulfillable_quantity": "Unsellable",
        "customer_damaged_quantity": "Customer damaged",
        "warehouse_damaged_quantity": "Warehouse damaged",
        "carrier_damaged_quantity": "Carrier damaged",
        "distributor_damaged_quantity": "Distributor damaged",
        "defective_quantity": "Defective",
        "expired_quantity": "Expired",
        "total_quantity": "Total",
        "velocity_7": "A day, 7 d",
        "velocity_30": "A day, 30 d",
        "velocity_60": "A day, 60 d",
        "velocity_90": "A day, 90 d",
        "lead_time_days": "Lead time",
        "aged_units": "Older than 180 d",
        "surcharge": "Age surcharge",
        "storage_fee": "Storage fee",
        "unit_cost": "Cost",
        "price": "Price",
        "currency": "Currency",
        "stock_value": "Stock value",
        "excess_value": "Excess value",
        "reorder_cost": "Reorder cost",
        "lost_units_a_day": "Lost a day",
        "lost_sales_a_day": "Lost sales a day",
        "supply_30": "Supply, 30 d",
        "supply_90": "Supply, 90 d",
        "supply_room": "Room for MCF",
        "supplier": "Supplier",
        "case_pack": "Case pack",
        "tags": "Tags",
        "asin": "ASIN",
        "fn_sku": "FNSKU",
        "condition": "Condition",
        "last_updated_time": "Counted",
    },
    frozenset({"stock_out_date", "reorder_date"}),
)
ORDERS = Headings(
    {
        "displayable_order_id": "Order",
        "standing": "Status",
        "trouble": "Needs a look",
        "parcel_label": "Parcels",
        "received_date": "Received",
        "recipient": "Recipient",
        "destination": "To",
        "city": "City",
        "state_or_region": "State",
        "country_code": "Country",
        "contents": "Items",
        "units": "Units",
        "speed_label": "Speed",
        "promised_day": "Promised",
        "due_day": "Due",
        "arrives_day": "Arrives",
        "days_late": "Days late",
        "shipped_at": "Shipped",
        "delivered_at": "Delivered",
        "carrier": "Carrier",
        "last_event": "Last event",
        "last_event_at": "When",
        "cost": "Fee",
        "fee": "Fee",
        "fee_currency": "Currency",
        "seller_fulfillment_order_id": "Number at Amazon",
    }
)
PACKAGES = Headings(
    {
        "seller_fulfillment_order_id": "Number at Amazon",
        "package_number": "Parcel",
        "status_label": "Status",
        "carrier_code": "Carrier",
        "tracking_number": "Tracking number",
        "units": "Units",
        "contents": "Items",
        "ship_date": "Shipped",
        "arrives_day": "Arrives",
        "delivered_at": "Delivered",
        "last_event": "Last event",
        "last_event_at": "When",
        "last_place": "Where",
        "tracking_link": "Link of the carrier",
    }
)
ITEMS = Headings(
    {
        "seller_sku": "SKU",
        "quantity": "Units",
        "cancelled_quantity": "Cancelled",
        "unfulfillable_quantity": "Not fulfillable",
        "estimated_ship_date": "Ships",
        "estimated_arrival_date": "Arrives",
    }
)
PEOPLE = Headings(
    {
        "email": "E-mail",
        "roles": "Role",
        "has_signed_in": "Has signed in",
        "invited_at": "Invited",
        "last_seen_at": "Last seen",
        "disabled_at": "Disabled",
        "sessions": "Sessions",
    }
)
SHOP_SKUS = Headings(
    {
        "shop": "Shop",
        "shop_sku": "SKU of the shop",
        "amazon_sku": "SKU of Amazon",
        "units": "Units",
    }
)
SHIPMENTS = Headings(
    {
        "amazon_shipment_id": "Shipment",
        "fulfillment_center_id": "Warehouse",
        "status_label": "Status",
        "shipping_date": "Ships",
        "estimated_arrival_date": "Arrives",
    }
)
EVENTS = Headings(
    {"package_number": "Parcel", "event_date": "When", "event": "Event", "place": "Where"}
)
DEADLINES = Headings(
    {
        "displayable_order_id": "Order",
        "due": "Until",
        "what": "Why",
        "kind": "What",
        "opens": "From",
        "seller_fulfillment_order_id": "Number at Amazon",
    }
)
ACTIONS = Headings(
    {"seller_fulfillment_order_id": "Order", "outcome": "Outcome", "says": "What was said"}
)
PURCHASES = Headings(
    {
        "supplier": "Supplier",
        "seller_sku": "SKU",
        "product_name": "Product",
        "units": "Units",
        "case_pack": "Case pack",
        "cartons": "Cartons",
        "unit_cost": "Cost each",
        "cost": "Cost",
        "currency": "Currency",
        "order_by": "Order by",
        "arrives": "Arrives",
    },
    frozenset({"order_by", "arrives"}),
)
ORDERED = Headings(
    {
        "seller_sku": "SKU",
        "product_name": "Product",
        "standing": "Status",
        "units": "Units",
        "announced": "At Amazon",
        "waiting": "Still coming",
        "ordered": "Ordered on",
        "expected": "Expected",
        "arrived": "Came on",
        "supplier": "Supplier",
        "cost": "Cost",
        "currency": "Currency",
    },
    frozenset({"ordered", "expected", "arrived"}),
)

OF = {"inventory": INVENTORY, "orders": ORDERS, "packages": PACKAGES}
"""Of what the command line exports."""


@dataclass(frozen=True, slots=True)
class Words:
    """A file's headings, and the zone in which its times are told."""

    headings: Headings
    zone: ZoneInfo

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The columns that have a word, under it: days are dates, times those of the zone.

        The head of a column of times names the zone; numbers have four decimals at most.
        """
        named = [name for name in frame.columns if name in self.headings.words]
        return pd.DataFrame(
            {self._head(frame[name]): self._told(frame[name]) for name in named},
            index=frame.index,
        )

    def _is_day(self, column: pd.Series[Any]) -> bool:
        """Whether its times mean days, as those without a zone do."""
        return column.dt.tz is None or column.name in self.headings.days

    def _head(self, column: pd.Series[Any]) -> str:
        word = self.headings.words[str(column.name)]
        is_moment = is_datetime64_any_dtype(column.dtype) and not self._is_day(column)
        return f"{word} ({self.zone.key})" if is_moment else word

    def _told(self, column: pd.Series[Any]) -> pd.Series[Any]:
        if is_float_dtype(column.dtype):
            return column.round(4)
        if not is_datetime64_any_dtype(column.dtype):
            return column
        if self._is_day(column):
            days: pd.Series[Any] = column.dt.date.astype(object).where(column.notna(), None)
            return days
        moments: pd.Series[Any] = column.dt.tz_convert(self.zone).dt.tz_localize(None)
        return moments
