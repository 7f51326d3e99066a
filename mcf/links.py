"""Which order takes the place of which: noted before the new one is sent, and kept for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mcf import again, frames
from mcf.errors import InvalidInput
from mcf.kept import Keeper, Kind
from mcf.models import MCFOrderItem
from mcf.outcomes import SubmissionState
from mcf.status import FulfillmentOrderStatus
from mcf.store import Store
from mcf.tables import order_items, orders, submissions


class Links:
    """Reads and writes them; every method raises `StoreError`."""

    def __init__(self, store: Store, keeper: Keeper) -> None:
        self._store = store
        self._keeper = keeper

    def replaced_by(self, order_id: str) -> str | None:
        """The order whose place this one takes; None when it takes none's."""
        found = self._keeper.get(Kind.LINK, order_id)
        return str(found.content["replaces"]) if found else None

    def successors(self, order_id: str) -> list[str]:
        """The orders that took this one's place and may ship or have shipped, the newest first."""
        links = self._keeper.all(Kind.LINK)
        return [
            link.key
            for link in sorted(links, key=lambda link: link.created_at, reverse=True)
            if link.content["replaces"] == order_id and self._lives(link.key)
        ]

    def chain(self, order_id: str) -> list[str]:
        """The order, all that it took the place of and all that took its place; oldest first."""
        links = {each.key: str(each.content["replaces"]) for each in self._keeper.all(Kind.LINK)}
        before = [order_id]
        while (old := links.get(before[0])) is not None and old not in before:
            before.insert(0, old)
        found = before
        for each in found:
            found += [new for new, old in links.items() if old == each and new not in found]
        return found

    def missing(self, order_id: str) -> Counter[str]:
        """Units by SKU of the order that were cancelled or not found."""
        mine = order_items.c.seller_fulfillment_order_id == order_id
        return again.missing(frames.items(self._store.records(order_items, mine)))

    def obstacle(self, old: str, new: str, items: Sequence[MCFOrderItem]) -> str | None:
        """Why the order `new` can't take the place of `old` with these lines; None when it can."""
        living = [each for each in self.successors(old) if each != new]
        return again.obstacle(self._status(old), self.missing(old), items, living)

    def note(self, old: str, new: str, items: Sequence[MCFOrderItem]) -> None:
        """Keeps that `new` takes the place of `old`; raises `InvalidInput` when it can't."""
        reason = self.obstacle(old, new, items)
        if reason is not None:
            raise InvalidInput({"replaces": reason})
        self._keeper.keep(Kind.LINK, new, {"replaces": old})

    def _status(self, order_id: str) -> FulfillmentOrderStatus | None:
        row = self._store.row(orders, seller_fulfillment_order_id=order_id)
        return FulfillmentOrderStatus.of(row.status) if row else None

    def _lives(self, order_id: str) -> bool:
        status = self._status(order_id)
        if status is not None:
            return not status.comes_to_nothing
        sent = self._store.row(submissions, seller_fulfillment_order_id=order_id)
        return sent is not None and not SubmissionState(sent.state).may_be_sent_again
