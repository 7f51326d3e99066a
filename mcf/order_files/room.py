"""The room of the files of orders: `OrderFiles`, which the service hands out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.files import limits
from mcf.inventory.room import Stock
from mcf.order_files import parcels, parse, shop_results
from mcf.order_files.mappings import ColumnMappings
from mcf.order_files.origins import Origin, Origins
from mcf.order_files.parse import Assigned, Document, FileOrder
from mcf.order_files.plan import Offers, PlannedOrder, Planning, Preview, offer_key, plan
from mcf.order_files.send import Batches
from mcf.order_files.shop_results import ShopResult
from mcf.order_files.shop_skus import ShopSkus
from mcf.orders.room import Ordering
from mcf.store.database import Store
from mcf.store.documents import Keeper


class OrderFiles:
    """Files of orders: planned against Amazon's previews and the stock, sent, and given back."""

    def __init__(
        self,
        stock: Stock,
        ordering: Ordering,
        batches: Batches,
        store: Store,
        kept_for: timedelta,
    ) -> None:
        self._stock = stock
        self._ordering = ordering
        self._store = store
        self.batches = batches
        """The files that are sent in the background."""
        keeper = Keeper(store)
        self.mappings = ColumnMappings(keeper)
        """What columns of files are, as far as somebody said so."""
        self.skus = ShopSkus(keeper)
        """Which SKUs of Amazon's those of shops are."""
        self.origins = Origins(keeper, kept_for)
        """Which shops the orders of files come from."""

    def opened(self, path: Path, encoding: str | None = None) -> Document:
        """A file on disk with its columns known, by what is remembered for such files, which its
        notes say.

        Raises `InvalidInput` as `parse.opened` does, and when there's no such file.
        """
        notes: list[str] = []

        def assigned(names: Sequence[str]) -> Assigned:
            remembered = self.mappings.get(names)
            if remembered is None:
                return {}
            notes.append(f"Columns are read as you said for files with these: {remembered}.")
            return remembered.assigned(names)

        document = parse.opened(limits.content(path), encoding=encoding, assigned=assigned)
        return replace(document, notes=(*notes, *document.notes))

    def products(self) -> dict[str, str | None]:
        """The titles of the seller's products by SKU."""
        plan = self._stock.review.plan()
        return dict(zip(plan["seller_sku"], plan["product_name"], strict=True))

    def remember(self, chosen: Sequence[PlannedOrder]) -> None:
        """Keeps which shops these orders come from, before they're sent one by one."""
        self.origins.keep(
            {plan.order.order_id: plan.order.origin for plan in chosen if plan.order.origin}
        )

    def given_back(
        self, zone: ZoneInfo, order_ids: Collection[str] | None = None, file_id: str | None = None
    ) -> list[ShopResult]:
        """A file of tracking numbers for each shop that orders come from, by the shop's name.

        It's of the orders of a file that was sent, or of these, or of all; days are those of a
        zone.
        """
        origins: Mapping[str, Origin] = (
            self.origins.all(order_ids) if file_id is None else self.origins.of_file(file_id)
        )
        if not origins:
            return []
        again = self._ordering.links.sent_again()
        return shop_results.results(origins, parcels.of_orders(self._store, origins, again), zone)

    def plan(
        self, orders: Sequence[FileOrder], previews: Offers | None = None
    ) -> Iterator[PlannedOrder]:
        """The verdict on each order of a file; asks Amazon for a preview of each.

        One that looks like another order of the last days, or of the file, is told as such, and one
        for which only the units kept for Amazon are left. `previews` are those of another plan,
        which aren't asked for again; new ones are added to them.
        """
        stock = self._stock.free()
        return plan(
            orders,
            stock,
            self._ordering.submissions.standing,
            self._asked({} if previews is None else previews),
            repeats=self._ordering.repeats,
            reserve=self._stock.reserve(stock),
        )

    def planning(self, orders: Sequence[FileOrder], previews: Offers) -> Planning:
        """The same in the background, as fast as Amazon's usage plan lets it."""
        return Planning(self.plan(orders, previews), orders)

    def _asked(self, previews: Offers) -> Preview:
        def preview(request: MCFOrderRequest) -> FulfillmentPreview | None:
            key = offer_key(request)
            if key not in previews:
                previews[key] = self._ordering.previews.of(request)
            return previews[key]

        return preview
