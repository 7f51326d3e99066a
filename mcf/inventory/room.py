"""The room of the stock: `Stock`, which the service hands out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

import pandas as pd

from mcf.amazon.models.requests import MCFOrderItem
from mcf.amazon.throttle import ASKING, patience
from mcf.inventory import ages, ledger, planning
from mcf.inventory.ledger import DateOrder, ImportResult
from mcf.inventory.review import StockReview
from mcf.settings import Mode, Settings
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.frames import counts
from mcf.store.states import Subject, SubmissionState


class Stock:
    """The stock, and what orders take of it.

    `inventory` is the frame of it, `read` reads SKUs from Amazon into the store, `now` is Amazon's
    time.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        inventory: Callable[[], pd.DataFrame],
        read: Callable[[Sequence[str]], object],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._store = store
        self._inventory = inventory
        self._read = read
        self._now = now
        self.review = StockReview(store, inventory, now)
        """What the stock means, and what sellers decide about it."""

    @patience(ASKING)
    def refresh(self, seller_skus: Sequence[str]) -> None:
        """Reads the stock of these SKUs from Amazon at once; raises `MCFError`."""
        self._read(seller_skus)

    def effect(self, items: Sequence[MCFOrderItem]) -> pd.DataFrame:
        """What the lines would leave of the stock: columns `planning.EFFECT`, a line per SKU."""
        wanted: Counter[str] = Counter()
        for item in items:
            wanted[item.seller_sku] += item.quantity
        today, plan = self._now().date(), self.review.plan()
        placed, kept = self.placed(), self.reserve(wanted)
        ahead = self.review.outlook(list(wanted))
        return planning.effect(plan, wanted, placed, kept, today, ahead)

    def free(self) -> dict[str, int | None]:
        """Units by SKU that can ship, less those of orders that the stock still shows.

        None where Amazon doesn't tell them.
        """
        inventory = self._inventory()
        units = counts(inventory["fulfillable_quantity"])
        free = dict(zip(inventory["seller_sku"], units, strict=True))
        for sku, taken in self.placed().items():
            there = free.get(sku)
            if there is not None:
                free[sku] = there - taken
        return free

    def placed(self) -> Counter[str]:
        """Units by SKU of orders sent since the stock was read, which it therefore still shows."""
        run = self._store.row(tables.sync_runs, subject=Subject.INVENTORY.value)
        never = datetime.min.replace(tzinfo=UTC)
        since = run.whole_at if run is not None and run.whole_at else never
        table = tables.submissions
        taken = [state.value for state in SubmissionState if not state.may_be_sent_again]
        rows = self._store.rows(table, table.c.created_at >= since, table.c.state.in_(taken))
        units: Counter[str] = Counter()
        for row in rows:
            for item in row.request.get("items") or ():
                units[item["sellerSku"]] += item["quantity"]
        return units

    def reserve(self, seller_skus: Iterable[str]) -> dict[str, int]:
        """Units of each of these SKUs that are kept for Amazon's own shop."""
        choices = self.review.choices
        reserved, default = choices.rules()["reserve_units"], choices.defaults()
        mine = reserved.reindex(list(seller_skus)).fillna(default.reserve_units)
        return {str(sku): int(units) for sku, units in mine.items()}

    def import_ledger(self, data: bytes, dates: DateOrder | None = None) -> ImportResult:
        """What Amazon's Inventory Ledger report brought: summary view, by day, CSV or tabs.

        Raises `InvalidInput` when anything of it can't be read, and `StoreError`; nothing is
        imported then. `dates` is needed only where the report's dates can be read in two ways.
        """
        # A demo's clock may be ahead of this machine's before any answer has told it.
        today = date.max if self._settings.mode is Mode.DEMO else self._now().date()
        elsewhere = self._settings.marketplace.elsewhere
        report = ledger.read(data, today=today, elsewhere=elsewhere, dates=dates)
        return ledger.keep(self._store, report)

    def import_ages(self, data: bytes) -> ages.Imported:
        """What Amazon's FBA Inventory report brought: how old units are and what they'll cost.

        Raises `InvalidInput` when anything of it can't be read, and `StoreError`; nothing is
        imported then.
        """
        # A demo's clock may be ahead of this machine's before any answer has told it.
        today = date.max if self._settings.mode is Mode.DEMO else self._now().date()
        told, ignored = ages.read(data, today=today, elsewhere=self._settings.marketplace.elsewhere)
        return ages.keep(self._store, told, ignored)
