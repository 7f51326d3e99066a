"""The room of the files of orders: `OrderFiles`, which the service hands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.inventory.room import Stock
from mcf.order_files.parse import FileOrder
from mcf.order_files.plan import Offers, PlannedOrder, Planning, Preview, offer_key, plan
from mcf.order_files.send import Batches
from mcf.orders.room import Ordering


class OrderFiles:
    """Files of orders: planned against Amazon's previews and the stock, and sent."""

    def __init__(self, stock: Stock, ordering: Ordering, batches: Batches) -> None:
        self._stock = stock
        self._ordering = ordering
        self.batches = batches
        """The files that are sent in the background."""

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
