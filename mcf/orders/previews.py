"""What Amazon tells of an order before it's sent: fees, dates, packaging and carriers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mcf.amazon.client import MCFClient
from mcf.amazon.labels import Feature
from mcf.amazon.messages import worded
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest
from mcf.amazon.throttle import ASKING, patience
from mcf.errors import RequestRefused
from mcf.orders.quotes import PastFee, goods_of
from mcf.store import tables
from mcf.store.database import Store, utc_now

_FEATURES_FOR = 86400.0
"""Seconds for which Amazon's list of features is good."""
_NONE_HERE = frozenset({"no-features-here", "feature-elsewhere"})
"""What Amazon says where there are no features, as the catalogue of messages calls it."""
_FEES_OF = timedelta(days=180)


class Previews:
    """Asks Amazon, and remembers what it told; safe to share between threads."""

    def __init__(self, client: MCFClient, store: Store) -> None:
        self._client = client
        self._store = store
        self._features: tuple[float, tuple[Feature, ...]] | None = None

    @patience(ASKING)
    def ask(
        self,
        address: Address,
        items: Sequence[MCFOrderItem],
        *,
        features: Sequence[dict[str, str]] = (),
        cod: bool = False,
        windows: bool = False,
    ) -> tuple[FulfillmentPreview, ...]:
        """What each delivery speed costs and when it arrives; asks Amazon, raises `MCFError`.

        `features` are wishes as Amazon takes them, `cod` adds previews of orders paid on delivery,
        `windows` the times of scheduled deliveries (Japan).
        """
        return self._client.get_fulfillment_preview(
            address, items, features=features, cod=cod, windows=windows
        )

    def of(self, request: MCFOrderRequest) -> FulfillmentPreview | None:
        """What Amazon promises for the order at its speed; None for a speed that isn't offered.

        Asks Amazon, raises `MCFError`.
        """
        previews = self._client.get_fulfillment_preview(
            request.destination_address,
            request.items,
            features=[wish.to_api() for wish in request.feature_constraints or ()],
        )
        wanted = request.shipping_speed_category
        return next((one for one in previews if one.shipping_speed_category == wanted), None)

    @patience(ASKING)
    def features(self) -> tuple[Feature, ...]:
        """What can be wished of packaging and carrier here; asks Amazon once a day at most.

        Raises `MCFError`.
        """
        now = time.monotonic()
        if self._features is None or now - self._features[0] > _FEATURES_FOR:
            self._features = (now, self._offered())
        return self._features[1]

    def _offered(self) -> tuple[Feature, ...]:
        try:
            return self._client.get_features()
        except RequestRefused as error:
            entry = worded(error.message)
            if entry is None or entry.key not in _NONE_HERE:
                raise
            return ()

    def known_features(self) -> frozenset[str] | None:
        """The names of the features that Amazon told it offers here; None if it wasn't asked."""
        return self._features and frozenset(feature.name for feature in self._features[1])

    def past_fees(self) -> list[PastFee]:
        """What Amazon told that orders sent from here lately would cost."""
        table = tables.submissions
        since = utc_now() - _FEES_OF
        rows = self._store.rows(table, table.c.created_at > since, table.c.preview.is_not(None))
        return [fee for row in rows if row.preview and (fee := _past_fee(row.preview))]

    def promise(self, order_id: str) -> FulfillmentPreview | None:
        """What Amazon promised when the order was sent from here; None if that isn't known."""
        row = self._store.row(tables.submissions, seller_fulfillment_order_id=order_id)
        return FulfillmentPreview.from_api(row.preview) if row and row.preview else None


def _past_fee(content: dict[str, Any]) -> PastFee | None:
    preview = FulfillmentPreview.from_api(content)
    fee = preview.total_fee
    return PastFee(goods_of(preview), preview.shipping_speed_category, fee) if fee else None
