"""The room of orders on their way: `Tracking`, which the service hands out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.throttle import ASKING, patience
from mcf.concerns import Concern
from mcf.orders.room import Ordering
from mcf.orders.states import Submission
from mcf.settings import Settings
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import Keeper
from mcf.store.snapshots import StoredFrames
from mcf.tracking import trouble
from mcf.tracking.actions import Actions
from mcf.tracking.bulk_actions import Action, ManyActions
from mcf.tracking.changes import Changes
from mcf.tracking.claims import Claims
from mcf.tracking.event_log import Chronicle
from mcf.tracking.notes import Notes
from mcf.tracking.proof_of_delivery import Proofs
from mcf.tracking.resend import Means, Rescues
from mcf.tracking.returns import Returning
from mcf.tracking.standing_frames import Standings
from mcf.tracking.view import Beside, OrderViews


@dataclass(frozen=True, slots=True)
class Reads:
    """Reads from Amazon into the store: an order, an order with its returns, its parcels' events.

    `endpoint` is the simulator's, None for Amazon's own.
    """

    order: Callable[[str], MCFOrderDetail]
    returns: Callable[[str], MCFOrderDetail]
    events: Callable[[MCFOrderDetail], object]
    endpoint: str | None


@dataclass(frozen=True, slots=True)
class Running:
    """What the work in the background goes by: Amazon's time, whether the program closes, a pause
    that closing cuts short, and how everything is read once it's done.
    """

    now: Callable[[], datetime]
    closing: threading.Event
    sleep: Callable[[float], None]
    wake: Callable[[], None]


class Tracking:
    """Orders on their way: what is stored of them, and what can be done about them.

    `costs` is what a unit of each SKU costs, as far as that's set.
    """

    def __init__(
        self,
        settings: Settings,
        client: MCFClient,
        store: Store,
        frames: StoredFrames,
        ordering: Ordering,
        reads: Reads,
        running: Running,
        costs: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        now, keeper = running.now, Keeper(store)
        self._store = store
        self._frames = frames
        self._reads = reads
        self.chronicle = Chronicle(store)
        """What happened to orders, as it was noticed or done from here."""
        self.standings = Standings(store, frames, now)
        """Where all orders stand: for lists, alerts and files."""
        self.claims = Claims(settings.marketplace, self.standings, keeper, now)
        """Deadlines, and the claim window."""
        beside = Beside(
            stock=lambda: frames.inventory().frame,
            offered=ordering.previews.known_features,
            costs=costs,
            currency=settings.marketplace.currency,
            heard=self.standings.heard,
            claim=self.claims.window,
        )
        self.views = OrderViews(store, ordering.links, beside, now)
        """What is stored of one order, gathered once."""
        self.actions = Actions(Changes(client, reads.order), self.chronicle, keeper, now)
        """Cancelling, releasing and changing an order."""
        self.notes = Notes(keeper)
        """What a seller notes about orders."""
        self.proofs = Proofs(
            settings,
            self.views,
            ordering.submissions,
            self.claims,
            reads.order,
            now,
            reads.endpoint,
            keeper,
        )
        """Proofs of delivery, and the evidence of orders."""
        self.returning = Returning(client, store, reads.returns, now, running.sleep)
        """The returns of orders: what can come back, and what was asked for."""
        self.rescues = Rescues(self._means(settings, ordering, now), store, running.closing)
        """Orders that are stuck, cancelled and sent again."""
        acts = {
            Action.CANCEL: self.actions.cancel,
            Action.RELEASE: self.actions.release,
            Action.REFRESH: self.refresh,
        }
        self.many = ManyActions(acts, running.closing, running.wake)
        """Actions on many orders at a time."""
        self._ordering = ordering
        self._now = now

    def _means(self, settings: Settings, ordering: Ordering, now: Callable[[], datetime]) -> Means:
        return Means(
            views=self.views,
            actions=self.actions,
            ordering=ordering,
            chronicle=self.chronicle,
            marketplace=settings.marketplace,
            refresh=self.refresh,
            settle=self.settle,
            skus=lambda: self._frames.inventory().frame["seller_sku"],
            now=now,
        )

    @patience(ASKING)
    def refresh(self, order_id: str) -> None:
        """Reads one order from Amazon into the store; raises `MCFError`."""
        self._reads.events(self._reads.order(order_id))

    def settle(self) -> list[Submission]:
        """Looks up every order whose outcome is unknown; gives back those that were settled.

        And whatever else was asked for without an answer.
        """
        self.returning.settle()
        return self._ordering.submissions.settle_all()

    def concerns(self) -> list[Concern]:
        """What needs a hand of the orders, the most urgent first, with when a claim ends."""
        orders = self.standings.orders()
        troubles, again = self.standings.troubles(orders), self._ordering.links.sent_again()
        listed = trouble.concerns(orders.frame, troubles, self._now(), again)
        ends = self.claims.ends()
        return [replace(it, due=it.due or ends.get(it.subject)) for it in listed]

    def of_sku(self, seller_sku: str) -> pd.DataFrame:
        """The orders that have the SKU, newest first: columns `frames.ORDERS`, `sku_units`."""
        items = tables.order_items
        units: Counter[str] = Counter()
        for line in self._store.heads(items, items.c.seller_sku == seller_sku):
            units[line.seller_fulfillment_order_id] += line.quantity
        orders = self.standings.orders().frame
        mine = orders[orders["seller_fulfillment_order_id"].isin(list(units))]
        counts = mine["seller_fulfillment_order_id"].map(dict(units)).astype("int64")
        return mine.assign(sku_units=counts)

    def close(self) -> None:
        """Waits for the background work, which ends by itself when the program closes."""
        self.rescues.close()
        self.many.close()
