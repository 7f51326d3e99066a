"""One order as a typed value: its row of `frames.ORDERS` with attributes in place of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import pandas as pd

from mcf.amazon.statuses import FulfillmentAction, FulfillmentOrderStatus


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The columns of `frames.ORDERS` of one order; None where Amazon told nothing. Times are UTC.

    `row` are the same values as the frame has them, for the rules that take rows of it.
    """

    row: Mapping[str, Any] = field(repr=False, compare=False)
    seller_fulfillment_order_id: str
    displayable_order_id: str
    status: str
    shipping_speed_category: str | None
    speed_label: str
    fulfillment_action: str | None
    fulfillment_policy: str | None
    received_date: datetime | None
    status_updated_date: datetime | None
    recipient: str | None
    city: str | None
    state_or_region: str | None
    country_code: str | None
    units: int
    contents: str
    parcels: int
    carrier: str | None
    last_event: str | None
    delivered_at: datetime | None
    estimated_ship_date: datetime | None
    estimated_arrival_date: datetime | None
    promised_ship_date: datetime | None
    promised_arrival_date: datetime | None
    fee: float | None
    fee_currency: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> OrderFacts:
        """The facts in a row of `frames.ORDERS`, or in a part of one."""
        values = {name: _told(row, name) for name in _COLUMNS}
        texts = {name: str(values[name] or "") for name in _TEXTS}
        counts = {name: int(values[name] or 0) for name in _COUNTS}
        return cls(row=row, **{**values, **texts, **counts})

    @property
    def has_shipped(self) -> bool:
        """Whether something of it has left."""
        return FulfillmentOrderStatus.of(self.status).has_shipped

    @property
    def is_on_hold(self) -> bool:
        """Whether Amazon waits for it to be released; not when it picks it all the same."""
        is_held = FulfillmentAction.of(self.fulfillment_action) is FulfillmentAction.HOLD
        status = FulfillmentOrderStatus.of(self.status)
        going = status.is_final or status is FulfillmentOrderStatus.PROCESSING
        return is_held and not going


def _told(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    return None if pd.isna(value) else value


_COLUMNS = [part.name for part in fields(OrderFacts) if part.name != "row"]
_TEXTS = (
    "seller_fulfillment_order_id",
    "displayable_order_id",
    "status",
    "speed_label",
    "contents",
)
_COUNTS = ("units", "parcels")
