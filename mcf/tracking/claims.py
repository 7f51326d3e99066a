"""Deadlines of all orders, and the claim window by the rule that the seller set, if one was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd

from mcf.access.changes import changed
from mcf.marketplaces import Marketplace
from mcf.store.documents import DocumentKind, Keeper
from mcf.tracking import lifecycle
from mcf.tracking.facts import OrderFacts
from mcf.tracking.lifecycle import ClaimRule, DeadlineKind
from mcf.tracking.standing_frames import Standings


class Claims:
    """Of one marketplace; `now` is Amazon's time."""

    def __init__(
        self,
        marketplace: Marketplace,
        standings: Standings,
        keeper: Keeper,
        now: Callable[[], datetime],
    ) -> None:
        self._marketplace = marketplace
        self._standings = standings
        self._keeper = keeper
        self._now = now

    def deadlines(self) -> pd.DataFrame:
        """What ends for which order, the soonest first: columns `lifecycle.DEADLINES`."""
        minute, rule = self._now().replace(second=0, microsecond=0), self.rule()
        return self._standings.orders().once(
            ("deadlines", minute, rule), lambda orders: lifecycle.deadlines(orders, minute, rule)
        )

    def ends(self) -> dict[str, datetime]:
        """Until when (UTC) each order can be claimed of which that's known, by its number."""
        deadlines = self.deadlines()
        known = deadlines[deadlines["kind"] == DeadlineKind.CLAIM.value].dropna(subset="due")
        first = known.groupby("seller_fulfillment_order_id", sort=False)["due"].min()
        return {str(order_id): due.to_pydatetime() for order_id, due in first.items()}

    def rule(self) -> ClaimRule:
        """From when until when claims are taken: as the seller set it, else as it's known."""
        chosen = self._keeper.get(DocumentKind.DEADLINE, self._marketplace.id)
        if chosen is None:
            return lifecycle.claim_rule(self._marketplace.country_code)
        return ClaimRule(chosen.content["opens"], chosen.content["closes"])

    def set_rule(self, rule: ClaimRule) -> None:
        """Keeps from when until when claims are taken; raises `StoreError`."""
        content = {"opens": rule.opens, "closes": rule.closes}
        before = self.rule()
        changed(_days(before), _days(rule), subject=self._marketplace.id)
        self._keeper.keep(DocumentKind.DEADLINE, self._marketplace.id, content)

    def window(self, order: OrderFacts) -> tuple[datetime, datetime | None] | None:
        """From when until when a claim is taken for an order of which something hasn't arrived.

        None for any other, and if no date is known to count from; the end is None where the
        marketplace's isn't known.
        """
        return lifecycle.claim_window(order.row, self.rule())


def _days(rule: ClaimRule) -> str:
    return f"opens {rule.opens}, closes {rule.closes}"
