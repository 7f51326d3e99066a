"""Everything known of one order, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from mcf.amazon.models.base import Address, FeatureSetting
from mcf.amazon.statuses import FulfillmentAction, FulfillmentOrderStatus
from mcf.orders.states import Submission
from mcf.tracking.events import Happening


@dataclass(frozen=True, slots=True)
class OrderView:
    """Everything known of one order."""

    order: dict[str, Any]
    address: Address | None
    comment: str | None
    items: pd.DataFrame
    shipments: pd.DataFrame
    packages: pd.DataFrame
    events: pd.DataFrame
    submission: Submission | None
    features: tuple[FeatureSetting, ...] | None = None
    happenings: tuple[Happening, ...] = ()
    sent_at: datetime | None = None
    """When it was sent from here, by this machine's clock in UTC; None when it wasn't."""

    @property
    def status(self) -> FulfillmentOrderStatus:
        """The order's status."""
        return FulfillmentOrderStatus.of(self.order["status"])

    @property
    def wishes(self) -> tuple[str, ...]:
        """The features without which the order mustn't ship."""
        told = self.features or ()
        return tuple(
            each.feature_name
            for each in told
            if each.feature_name and each.feature_fulfillment_policy == "Required"
        )

    @property
    def is_on_hold(self) -> bool:
        """Whether Amazon waits for it to be released."""
        held = FulfillmentAction.of(self.order["fulfillment_action"]) is FulfillmentAction.HOLD
        return held and not self.status.is_final
