"""What is asked of Fulfillment Outbound, in whichever of its versions: the door to both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol

from mcf.amazon.labels import Feature
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    PackageTracking,
    ReturnReason,
    ReturnResult,
)
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import (
    MCFOrderItem,
    MCFOrderRequest,
    MCFOrderUpdate,
    MCFReturnRequest,
)
from mcf.amazon.responses import Ask, Page


class Outbound(Protocol):
    """A call of each operation, ready to be sent, that reads its answer as models."""

    lists_details: ClassVar[bool]
    """Whether listed orders come with their lines, shipments and parcels: `details`."""

    def heads(self, since: datetime | None, token: str | None) -> Ask[Page[MCFFulfillmentOrder]]:
        """A page of order heads, those that changed since then."""
        ...

    def details(self, since: datetime | None, token: str | None) -> Ask[Page[MCFOrderDetail]]:
        """The same with lines, shipments and parcels; raises `SettingsError` for a version that
        lists none.
        """
        ...

    def order(self, order_id: str) -> Ask[MCFOrderDetail]:
        """An order with its lines, shipments and parcels."""
        ...

    def with_returns(self, order_id: str) -> Ask[MCFOrderDetail]:
        """An order with the units of it that come back."""
        ...

    def preview(
        self,
        address: Address,
        items: Sequence[MCFOrderItem],
        speeds: Sequence[str],
        features: Sequence[dict[str, str]],
        *,
        cod: bool = False,
        windows: bool = False,
    ) -> Ask[tuple[FulfillmentPreview, ...]]:
        """What each delivery speed costs; `cod` adds those paid on delivery, `windows` the times
        of scheduled deliveries.
        """
        ...

    def features(self) -> Ask[tuple[Feature, ...]]:
        """What the seller can wish of packaging and carrier."""
        ...

    def create(self, request: MCFOrderRequest) -> Ask[None]:
        """The order is accepted."""
        ...

    def update(self, order_id: str, update: MCFOrderUpdate) -> Ask[None]:
        """The change is accepted."""
        ...

    def cancel(self, order_id: str) -> Ask[None]:
        """The request to cancel is accepted."""
        ...

    def track(self, package_number: int) -> Ask[PackageTracking]:
        """Status and events of a parcel."""
        ...

    def return_reasons(self, order_id: str, seller_sku: str) -> Ask[tuple[ReturnReason, ...]]:
        """Why a unit of the SKU may come back."""
        ...

    def create_return(self, order_id: str, request: MCFReturnRequest) -> Ask[ReturnResult]:
        """What became of each unit that is to come back."""
        ...


def nothing(_: dict[str, Any]) -> None:
    """What there is to read in the answer to a write."""
