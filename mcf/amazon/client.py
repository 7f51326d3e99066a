"""One method per SP-API operation, over python-amazon-sp-api. Which version of Fulfillment Outbound
is spoken, the settings say.

Only `transport.py`, `auth.py` and `outbound_2026.py` know the library. Every answer is judged by
`responses.decipher`, every failure is an `MCFError`; what comes back is a model or plain data.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from mcf.amazon import inventory_pages
from mcf.amazon.auth import SPAPIAuth
from mcf.amazon.labels import Feature
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFInventoryItem,
    MCFOrderDetail,
    PackageTracking,
    ReturnReason,
    ReturnResult,
)
from mcf.amazon.models.base import Address, api_time
from mcf.amazon.models.requests import (
    MCFOrderItem,
    MCFOrderRequest,
    MCFOrderUpdate,
    MCFReturnRequest,
)
from mcf.amazon.outbound import Outbound
from mcf.amazon.outbound_2020 import Outbound2020
from mcf.amazon.outbound_2026 import Outbound2026
from mcf.amazon.responses import Ask, Doubt, Operation, Page, listed, page
from mcf.amazon.throttle import Pace
from mcf.amazon.transport import (
    InventoriesClient,
    Outbound2020Client,
    Outbound2026Client,
    Transport,
)
from mcf.errors import InvalidInput, UnexpectedAnswer
from mcf.settings import OutboundVersion, Settings

MAX_SKUS = 50
T = TypeVar("T")


class MCFClient:
    """Amazon, as far as this program needs it; safe to share between threads.

    Every method raises an `MCFError`. Reads are retried when Amazon stumbles; writes only when
    it's certain that nothing happened (a 429, no connection, no token). However long somebody is
    ready to wait (`mcf.amazon.throttle`), no call takes longer.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        auth: SPAPIAuth | None = None,
        pace: Pace | None = None,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 60.0,
    ) -> None:
        self._marketplace_id = settings.marketplace.id
        self._transport = Transport(settings, auth, pace or Pace(), sleep, patience)
        self._inventories: Any = self._transport.adopt(InventoriesClient)
        self._outbound = self._outbound_of(settings.outbound_version)

    def _outbound_of(self, version: OutboundVersion) -> Outbound:
        older = self._transport.adopt(Outbound2020Client)
        if version is OutboundVersion.V2020_07_01:
            return Outbound2020(older, self._marketplace_id)
        newer = self._transport.adopt(Outbound2026Client)
        return Outbound2026(newer, older, self._marketplace_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections to Amazon; an `auth` that was passed in stays open."""
        self._transport.close()

    @property
    def clock_offset(self) -> timedelta:
        """How far Amazon's clock is ahead of this machine's, as of the last answer; else 0."""
        return self._transport.clock_offset or timedelta(0)

    @property
    def knows_the_time(self) -> bool:
        """Whether an answer has told Amazon's time yet."""
        return self._transport.clock_offset is not None

    @property
    def lists_details(self) -> bool:
        """Whether listed orders come with lines, shipments and parcels: `list_order_details`."""
        return self._outbound.lists_details

    @property
    def tells_returns(self) -> bool:
        """Whether orders come with their returns; version 2026-07-04 has none, and then
        `get_order_with_returns` asks for them with 2020-07-01.
        """
        return not self.lists_details

    def get_access_token(self) -> str:
        """A good access token; raises an `AuthError` that names what LWA refused."""
        return self._transport.auth.get_access_token()

    def get_inventory_summaries(
        self,
        *,
        next_token: str | None = None,
        start_date_time: datetime | None = None,
        seller_skus: Sequence[str] = (),
    ) -> Page[MCFInventoryItem]:
        """A page of up to 50 SKUs with details; a `next_token` lives for 30 seconds.

        Raises `InvalidInput` for more than 50 `seller_skus`, or one with a comma among several.

        https://developer-docs.amazon.com/sp-api/reference/getinventorysummaries
        """
        return self._stock(inventory_pages.models, next_token, start_date_time, seller_skus)

    def get_inventory_rows(
        self,
        *,
        next_token: str | None = None,
        start_date_time: datetime | None = None,
        seller_skus: Sequence[str] = (),
    ) -> Page[inventory_pages.StockRow]:
        """The same as rows of the store, in the order of `inventory_pages.COLUMNS`."""
        return self._stock(inventory_pages.stock_rows, next_token, start_date_time, seller_skus)

    def _stock(
        self,
        read: Callable[[Sequence[inventory_pages.Summary]], tuple[list[T], list[Doubt]]],
        next_token: str | None,
        start_date_time: datetime | None,
        seller_skus: Sequence[str],
    ) -> Page[T]:
        def decoded(summaries: Page[inventory_pages.Summary]) -> Page[T]:
            items, doubts = read(summaries.items)
            return Page(tuple(items), summaries.next_token, (*summaries.doubts, *doubts))

        try:
            return decoded(self._summaries(next_token, start_date_time, seller_skus))
        except UnexpectedAnswer as error:
            if isinstance(error.part, Page):
                error.part = decoded(error.part)
            raise

    def _summaries(
        self,
        next_token: str | None,
        start_date_time: datetime | None,
        seller_skus: Sequence[str],
    ) -> Page[inventory_pages.Summary]:
        """The same as Amazon sent it: the summaries aren't decoded where that can wait."""
        query: dict[str, Any] = {"details": "true", "marketplaceIds": self._marketplace_id}
        if start_date_time is not None:
            query["startDateTime"] = api_time(start_date_time)
        query.update(_sku_filter(seller_skus))
        if next_token:
            query["nextToken"] = next_token

        def read(data: dict[str, Any]) -> Page[inventory_pages.Summary]:
            rows = listed(data["payload"], "inventorySummaries", Operation.GET_INVENTORY_SUMMARIES)
            return page(rows, [], data.get("pagination"))

        return self._ask(
            Ask(
                Operation.GET_INVENTORY_SUMMARIES,
                lambda: self._inventories.get_inventory_summary_marketplace(**query),
                read,
            )
        )

    def list_all_fulfillment_orders(
        self, *, query_start_date: datetime | None = None, next_token: str | None = None
    ) -> Page[MCFFulfillmentOrder]:
        """A page of order heads whose last change is not older than `query_start_date`.

        https://developer-docs.amazon.com/sp-api/reference/listallfulfillmentorders
        """
        return self._ask(self._outbound.heads(query_start_date, next_token))

    def list_order_details(
        self, *, query_start_date: datetime | None = None, next_token: str | None = None
    ) -> Page[MCFOrderDetail]:
        """The same with lines, shipments and parcels; raises `SettingsError` with 2020-07-01.

        https://developer-docs.amazon.com/sp-api/reference/listorders
        """
        return self._ask(self._outbound.details(query_start_date, next_token))

    def get_fulfillment_order(self, seller_fulfillment_order_id: str) -> MCFOrderDetail:
        """An order with its items and shipments; raises `NotFound`.

        https://developer-docs.amazon.com/sp-api/reference/getfulfillmentorder
        """
        return self._ask(self._outbound.order(_path_part(seller_fulfillment_order_id)))

    def get_fulfillment_preview(
        self,
        address: Address,
        items: Sequence[MCFOrderItem],
        *,
        speeds: Sequence[str] = (),
        features: Sequence[dict[str, str]] = (),
        cod: bool = False,
        windows: bool = False,
    ) -> tuple[FulfillmentPreview, ...]:
        """What each delivery speed costs and when it arrives; all speeds unless some are named.

        https://developer-docs.amazon.com/sp-api/reference/getfulfillmentpreview
        """
        return self._ask(
            self._outbound.preview(address, items, speeds, features, cod=cod, windows=windows)
        )

    def get_features(self) -> tuple[Feature, ...]:
        """What the seller can wish of packaging and carrier in this marketplace.

        https://developer-docs.amazon.com/sp-api/reference/getfeatures
        """
        return self._ask(self._outbound.features())

    def create_fulfillment_order(self, request: MCFOrderRequest) -> None:
        """Returns when Amazon has accepted the order; it may still turn Invalid later.

        Raises `DuplicateOrder` when the number was used before, and a `ServiceTrouble` whose
        `may_have_happened` says that the order has to be looked up before it's sent again.

        https://developer-docs.amazon.com/sp-api/reference/createfulfillmentorder
        """
        self._ask(self._outbound.create(request))

    def update_fulfillment_order(
        self, seller_fulfillment_order_id: str, update: MCFOrderUpdate
    ) -> None:
        """Returns when Amazon has taken the change; raises `OrderNotUpdatable` when it's too late.

        https://developer-docs.amazon.com/sp-api/reference/updatefulfillmentorder
        """
        self._ask(self._outbound.update(_path_part(seller_fulfillment_order_id), update))

    def cancel_fulfillment_order(self, seller_fulfillment_order_id: str) -> None:
        """Returns when Amazon has taken the request; read the order to see it Cancelled.

        https://developer-docs.amazon.com/sp-api/reference/cancelfulfillmentorder
        """
        self._ask(self._outbound.cancel(_path_part(seller_fulfillment_order_id)))

    def get_package_tracking_details(self, package_number: int) -> PackageTracking:
        """Status and events of a parcel; raises `NotFound`.

        https://developer-docs.amazon.com/sp-api/reference/getpackagetrackingdetails
        """
        return self._ask(self._outbound.track(package_number))

    def list_return_reason_codes(
        self, seller_fulfillment_order_id: str, seller_sku: str
    ) -> tuple[ReturnReason, ...]:
        """Why a unit of this SKU may come back, in the order of Amazon's list.

        Version 2026-07-04 has no returns: this is asked with 2020-07-01, as are the two below.

        https://developer-docs.amazon.com/sp-api/reference/listreturnreasoncodes
        """
        order_id = _path_part(seller_fulfillment_order_id)
        return self._ask(self._outbound.return_reasons(order_id, seller_sku))

    def create_fulfillment_return(
        self, seller_fulfillment_order_id: str, request: MCFReturnRequest
    ) -> ReturnResult:
        """What became of each unit; those that Amazon doesn't take back are no error.

        After a `ServiceTrouble` whose `may_have_happened` the order has to be read before it's
        asked again.

        https://developer-docs.amazon.com/sp-api/reference/createfulfillmentreturn
        """
        order_id = _path_part(seller_fulfillment_order_id)
        return self._ask(self._outbound.create_return(order_id, request))

    def get_order_with_returns(self, seller_fulfillment_order_id: str) -> MCFOrderDetail:
        """An order with its returns, whichever version the settings choose; raises `NotFound`."""
        return self._ask(self._outbound.with_returns(_path_part(seller_fulfillment_order_id)))

    def _ask(self, ask: Ask[T]) -> T:
        try:
            return ask.read(self._transport.call(ask.operation, ask.send))
        except UnexpectedAnswer as error:
            part = self._transport.salvaged
            if part is not None:
                error.part = ask.read(part)
            raise


def _path_part(order_id: str) -> str:
    # The library would turn ".." and "" into other paths, such as the one that lists all orders.
    if order_id.strip() in ("", ".", ".."):
        raise InvalidInput({"seller_fulfillment_order_id": f"{order_id!r} is not an order number"})
    return order_id


def _sku_filter(seller_skus: Sequence[str]) -> dict[str, str]:
    # Amazon takes an encoded comma for a separator, so such a SKU is asked for alone.
    # https://developer-docs.amazon.com/sp-api/docs/url-encoding
    if len(seller_skus) == 1:
        return {"sellerSku": seller_skus[0]}
    if len(seller_skus) > MAX_SKUS:
        raise InvalidInput({"seller_skus": f"too many: Amazon takes {MAX_SKUS}"})
    if any("," in sku for sku in seller_skus):
        raise InvalidInput({"seller_skus": "one holds a comma: ask for that one alone"})
    return {"sellerSkus": ",".join(seller_skus)} if seller_skus else {}
