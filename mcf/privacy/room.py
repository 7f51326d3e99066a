"""The room of buyers' data: `Privacy`, which the service hands out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from mcf.access.actor import PROGRAM
from mcf.access.room import Access
from mcf.concerns import Concern, Urgency
from mcf.privacy.holds import Hold, Holds
from mcf.privacy.keys import Rotation
from mcf.privacy.person import Forgot, People
from mcf.privacy.retention import Gone, Retention
from mcf.settings import Settings
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.sealed_files import unseal_file
from mcf.store.sealing import KEY_ADVICE

EXPORTS = Path("output")
"""Where commands write files of orders by default."""
_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Status:
    """What is kept of buyers, for how long, and where the key is."""

    keep_days: int
    with_buyer: int
    forgotten: int
    oldest: datetime | None
    """When the oldest order came in whose buyer is still known."""
    held: list[Hold]
    key_id: str | None
    key_place: str
    key_is_beside: bool
    old_keys: int


class Privacy:
    """How long buyers' data is kept, who asks for it, and its keys; raises `StoreError`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        access: Access,
        now: Callable[[], datetime],
        exports: Path = EXPORTS,
    ) -> None:
        days = settings.privacy.keep_personal_days
        self._store = store
        self._access = access
        self._now = now
        self._days = days
        self._retention = Retention(store, days, store.path, exports)
        self._ran_at: datetime | None = None
        self._holds = Holds(store)
        self._people = People(store)

    def tidy(self) -> Gone | None:
        """What went today; None when it was done already within a day, or can't be."""
        at = utc_now()
        if self._store.keyring.current is None or (self._ran_at and at < self._ran_at + _EVERY):
            return None
        self._ran_at = at
        return self.run()

    def run(self) -> Gone:
        """What went now, whenever it was done last."""
        gone = self._retention.run(self._now())
        if gone.any:
            done = f"{gone.orders} orders, {gone.kept} drafts and files, {gone.files} copies"
            self._access.audit.note(PROGRAM, "forget by age", after=done)
        return gone

    def hold(self, order_id: str, reason: str, until: datetime) -> None:
        """Keeps the buyer of an order until then; raises `InvalidInput` too."""
        self._holds.hold(order_id, reason, until, self._now())
        self._note("hold buyer", order_id, f"until {until:%Y-%m-%d}")

    def release(self, order_id: str) -> None:
        """Ends such a hold."""
        self._holds.release(order_id)
        self._note("release buyer", order_id, "")

    def found(self, order_id: str | None, email: str | None) -> list[str]:
        """The orders that are asked about; raises `InvalidInput` for what can't be looked for."""
        if order_id is not None:
            return [self._people.require(order_id)]
        return self._people.orders_of(email or "")

    def forget(self, ids: list[str], email: str | None = None) -> Forgot:
        """What was forgotten of these orders and that address, at once and for good."""
        done = self._people.forget(ids, self._now(), email)
        for order_id in done.orders:
            self._note("forget", order_id, "")
        if not done.orders and done.typed:
            self._note("forget", "", f"{done.typed} drafts and files")
        return done

    def report(self, ids: list[str], email: str | None = None) -> dict[str, Any]:
        """All that is stored of these orders and of that address, in JSON's types."""
        told = self._people.report(ids, email)
        self._note("report", "", f"{len(ids)} orders")
        return told

    def rotate(self, report: Callable[[str, int], None], *, lost: bool = False) -> int:
        """How many rows were encrypted anew with a new key."""
        done = Rotation(self._store).rotate(report, lost=lost)
        self._note("rotate key", self._store.keyring.current or "", f"{done} rows")
        return done

    def retire(self) -> list[str]:
        """The ids of old keys that were taken out of the file."""
        gone = Rotation(self._store).retire()
        for key_id in gone:
            self._note("retire key", key_id, "")
        return gone

    def unseal(self, copy: Path, to: Path) -> None:
        """Writes what a copy that was encrypted as a file holds, in clear, into a new one."""
        unseal_file(copy, to, self._store.keyring.keys)
        self._note("unseal copy", "", copy.name[:80])

    def status(self) -> Status:
        """What is kept, of this account and marketplace."""
        c, mine = tables.orders.c, self._store.mine(tables.orders)
        oldest: Any = func.min(c.received_date).label("oldest")
        known: Any = select(func.count().label("orders"), oldest).where(
            *mine, c.forgotten_at.is_(None)
        )
        kept = self._store.read(known)[0]
        gone: Any = select(func.count().label("orders"), oldest).where(
            *mine, c.forgotten_at.is_not(None)
        )
        ring, source = self._store.keyring, self._store.key_source
        return Status(
            keep_days=self._days,
            with_buyer=kept.orders,
            forgotten=self._store.read(gone)[0].orders,
            oldest=kept.oldest,
            held=[*self._holds.all(self._now()).values()],
            key_id=ring.current,
            key_place=source.place,
            key_is_beside=source.beside,
            old_keys=len(ring.keys) - (ring.current is not None),
        )

    def warning(self) -> str | None:
        """What a seller must know of the key: that it's missing; None when it's there."""
        if self._store.keyring.current is not None:
            return None
        return (
            "Buyers' names and addresses can't be read: the key that the store is encrypted with "
            f"isn't in {self._store.key_source.place}. Stock, orders and parcels go on; orders "
            f"can't be sent. {KEY_ADVICE}"
        )

    def advice(self) -> str | None:
        """That a key beside the store protects only copies without it; None for another one."""
        source = self._store.key_source
        if not source.beside:
            return None
        return (
            f"The key of buyers' data lies beside the store, in {source.file}: it protects only "
            "backups that don't hold it. On a server, set MCF_DATA_KEY_FILE to a file elsewhere."
        )

    def concerns(self) -> list[Concern]:
        """What needs a hand: a key that is missing."""
        says = self.warning()
        title = "Buyers' data can't be read"
        return [] if says is None else [Concern(Urgency.NOW, title, says, "connection", "")]

    def _note(self, action: str, subject: str, after: str) -> None:
        self._access.audit.note(self._access.actor(), action, subject, after=after)
