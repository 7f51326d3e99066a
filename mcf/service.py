"""What pages and the command line call: it puts the rooms together and hands them out.

Reading never calls Amazon: frames come from the store and are kept as long as the store's
revision stays the same. A worker keeps the store fresh in the background.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import pandas as pd

from mcf import logs
from mcf.access.actor import Actor, whose
from mcf.access.guard import Guard, guarded
from mcf.access.room import Access
from mcf.alerts.dispatch import Telling
from mcf.amazon import credential_clock
from mcf.amazon.client import MCFClient
from mcf.amazon.connection_check import Connection
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.throttle import ASKING, Pace
from mcf.concerns import Concern, Urgency, by_urgency
from mcf.demo import DemoAmazon
from mcf.errors import MCFError, Stopped
from mcf.inventory.room import Stock
from mcf.logs import LogFile, private_folder, to_file
from mcf.order_files.room import OrderFiles
from mcf.order_files.send import Batches
from mcf.orders.asked import require_within
from mcf.orders.finished import Finished
from mcf.orders.quotes import Limit
from mcf.orders.room import Ordering
from mcf.orders.states import Submission
from mcf.orders.submission import Submissions
from mcf.privacy.room import Privacy
from mcf.settings import Mode, Settings
from mcf.store import tables
from mcf.store.coordination import Senders
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.frames import INVENTORY
from mcf.store.key_files import KeySource
from mcf.store.snapshots import ORDER_TABLES, StoredFrames
from mcf.store.states import Subject
from mcf.sync.freshness import Freshness, attested, freshness, readings
from mcf.sync.progress import Progress, Report, Run, unheard
from mcf.sync.reader import Sync
from mcf.tracking.event_log import Chronicle
from mcf.tracking.room import Reads, Running, Tracking
from mcf.worker import INTERVALS, Chores, DemoPast, Worker


class MCFService:
    """Stock, orders and parcels of one account; one per process, shared by all visitors.

    `intervals` are the seconds between two background reads of each subject, by default those of
    the mode (`worker.INTERVALS`).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        demo_speed: float | None = None,
        intervals: Mapping[Subject, float] | None = None,
    ) -> None:
        logs.guard()
        self.settings = settings
        _private(settings.home)
        self._log_file: LogFile | None = None
        self._stop = threading.Event()
        self._store = Store(
            settings.store_url,
            account=settings.account,
            marketplace_id=settings.marketplace.id,
            mode=settings.mode.value,
            keys=_keys(settings),
        )
        self.access = Access(settings, self._store)
        """Who acts, and what they may do."""
        self.guard = Guard(self._actor, self.access.audit)
        """Asks at each call of what is handed out here whether who acts may do it."""
        self._demo = _demo(settings, demo_speed)
        called = self._demo.settings_for(settings) if self._demo else settings
        self._client = MCFClient(called, pace=Pace(self._store.turns, self._nap), sleep=self._nap)
        self._sync = Sync(self._client, self._store, self._stop, _kept_for(settings))
        self._frames = StoredFrames(self._store)
        self._handed_out = self.guard.room(self._frames)
        self._connection = Connection(settings, self._client)
        self.connection = self.guard.room(self._connection)
        """The connection to Amazon, for checks of it."""
        self._kept = Keeper(self._store, whose)
        self.kept = self.guard.room(self._kept)
        """Drafts, templates and profiles of the order form; what is known of files."""
        self._stock = Stock(settings, self._store, self._counted, self._sync.skus, self.now)
        self.stock = self.guard.room(self._stock)
        """The stock, what it means, and what orders take of it."""
        self._orders = self._ordering()
        self.ordering = self.guard.room(self._orders)
        """Orders before and while they're sent."""
        self._on_way = self._tracking(called.endpoint)
        self.tracking = self.guard.room(self._on_way)
        """Orders on their way: what is stored of them, and what can be done about them."""
        self._files = self._order_files()
        self.files = self.guard.room(self._files)
        """Files of orders: planned and sent."""
        telling = Telling(settings, self._store, self._frames, self.now, self._nap)
        self.alerts = self.guard.room(telling)
        """Alerts, by webhook and e-mail."""
        self.records = self.guard.room(self.access.audit)
        """Who did what, to be read."""
        self._privacy = Privacy(settings, self._store, self.access, self.now)
        self.privacy = self.guard.room(self._privacy)
        """Buyers' data: how long it's kept, who asks for it, its keys."""
        self._past = DemoPast(self._demo, self._store, self._stock, settings.marketplace.id)
        every = INTERVALS[settings.mode] if intervals is None else intervals
        self._worker = Worker(self._sync, self._store, self._chores(), every, self._stop)
        self.worker = self.guard.room(self._worker)
        """What reads in the background."""

    def _ordering(self) -> Ordering:
        settings, store = self.settings, self._store
        limit = Limit(settings.order_limit, settings.marketplace.currency)
        senders = Senders(settings.home / "sending", settings.account, settings.marketplace.id)
        return Ordering(
            self._client,
            store,
            Submissions(
                self._client,
                store,
                self._nap,
                senders,
                Finished(store).forget,
                lambda preview: require_within(limit, preview),
            ),
            now=self.now,
            replaced=Chronicle(store).sent_again,
            read_back=self._sync.order,
            wake=self._refresh,
            limit=limit,
            rescue=lambda order_id: self._on_way.rescues.begin(order_id, above_limit=True),
        )

    def _tracking(self, endpoint: str | None) -> Tracking:
        return Tracking(
            self.settings,
            self._client,
            self._store,
            self._frames,
            self._orders,
            Reads(self._sync.order, self._sync.returns, self._sync.events, endpoint),
            Running(self.now, self._stop, self._nap, self._wake_orders),
            self._costs,
        )

    def _actor(self) -> Actor:
        """Who asks, as access says at this moment."""
        return self.access.actor()

    def _costs(self) -> dict[str, float]:
        """What a unit of each SKU costs, as far as that's set."""
        return self._stock.review.choices.costs(self.settings.marketplace.currency)

    def _order_files(self) -> OrderFiles:
        days = timedelta(days=self.settings.keep_drafts_days)
        submit, asked = self._orders.submissions.submit, self._orders.asked
        batches = Batches(self._store, submit, self._stop, self._wake_orders, days, asked)
        return OrderFiles(self._stock, self._orders, batches, self._store, days)

    def _chores(self) -> Chores:
        return Chores(
            revive=self._demo.revive if self._demo else lambda: None,
            settle=self._go_on,
            begin=self._past.bring,
            tidy=self._tidy,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Self:
        """Keeps the store fresh from now on, in the background."""
        self._worker.start()
        return self

    def log_to_file(self) -> Self:
        """Writes what happens to `mcf.log` in the folder of its data, until it's closed."""
        if self._log_file is None:
            self._log_file = to_file(self.settings.home)
        return self

    def close(self) -> None:
        """Ends the background work and closes what is open."""
        self._stop.set()
        self._worker.close()
        self._files.batches.close()
        self._on_way.close()
        self._client.close()
        self._store.close()
        if self._demo is not None:
            self._demo.close()
        if self._log_file is not None:
            self._log_file.close()

    @property
    def trouble(self) -> MCFError | None:
        """What keeps the background work from being done, such as a full disk; None if nothing."""
        return self.worker.trouble

    @property
    def rescued(self) -> str | None:
        """What a seller must know when the store was damaged and begun anew lately; else None."""
        return self._store.rescued

    @property
    def demo(self) -> DemoAmazon | None:
        """The simulator, when this is the demo that started it."""
        return self._demo

    def now(self) -> datetime:
        """Amazon's time in UTC; in the demo that of the simulated clock."""
        return self._sync.amazon_now()

    @guarded
    def revision(self) -> tuple[int, ...]:
        """Changes when there's something new to show."""
        also = (tables.inventory, tables.shipments, tables.submissions, tables.returns)
        return self._store.revision(*ORDER_TABLES, *also)

    @guarded
    def inventory(self) -> pd.DataFrame:
        """Stock, one line per SKU: columns `frames.INVENTORY` and `stock_state`.

        A SKU is low where it is on the page and in files: see `StockReview.plan`.

        Its `attrs` tell how whole it is: `state` is that of the last read (a `RunState`, or
        "never"), `whole_at` the beginning of the last whole one (ISO 8601, UTC) or None, `message`
        why it failed or is partial, or None. Files of pandas and pyarrow keep them.
        """
        stock = self._stock.review.plan()[[*INVENTORY, "stock_state"]]
        return attested(self._store, stock, Subject.INVENTORY)

    def _counted(self) -> pd.DataFrame:
        """The stock as Amazon counts it, whatever that means."""
        return self._frames.inventory().frame

    @guarded
    def orders(self) -> pd.DataFrame:
        """Orders, newest first; `attrs` as of `inventory`.

        Columns `frames.ORDERS`, `standing.COUNTED`, `days_late` and `trouble`, which is empty for
        none.
        """
        return attested(self._store, self._on_way.standings.table(), Subject.ORDERS)

    @guarded
    def packages(self) -> pd.DataFrame:
        """Parcels of all orders; `attrs` as of `inventory`.

        Columns `frames.PACKAGES` and `standing.OF_PARCEL`.
        """
        return attested(self._store, self._on_way.standings.parcels(), Subject.TRACKING)

    @property
    def snapshots(self) -> StoredFrames:
        """The same frames with what pages found in them, so that they needn't find it again."""
        return self._handed_out

    @guarded
    def submit(
        self,
        request: MCFOrderRequest,
        preview: FulfillmentPreview | None = None,
        replaces: str = "",
    ) -> Submission:
        """Where the order stands after it was sent once; see `Ordering.submit`."""
        return self._orders.submit(request, preview, replaces)

    @guarded
    def sync(self, report: Report = unheard, *, full: bool = False) -> list[Run]:
        """Reads everything from Amazon now; the runs say what was read and what failed.

        Raises nothing of Amazon's: that's in the runs. Raises `StoreError` when the day's forecasts
        can't be kept.
        """
        runs = self._sync.everything(report, full=full, wait=ASKING)
        self._stock.review.keep_forecasts()
        return runs

    @guarded
    def refresh(self) -> None:
        """Asks the background worker to read everything now."""
        self._refresh()

    @guarded
    def halt(self) -> None:
        """Ends what is being read now; the next read goes on from there."""
        self._sync.halt()

    @guarded
    def progress(self, subject: Subject) -> Progress | None:
        """How far the background read of the subject is; None when there's none under way."""
        return self._worker.progress(subject)

    @guarded
    def freshness(self, subject: Subject) -> Freshness:
        """How old the stored data of the subject is."""
        return freshness(self._store, subject, self.now())

    @guarded
    def readings(self) -> list[Freshness]:
        """How old the stored data of every subject is; what is missing of it isn't asked for."""
        return readings(self._store, self.now())

    @guarded
    def concerns(self) -> list[Concern]:
        """What needs a hand today and isn't put off, the most urgent first."""
        hidden = self._stock.review.choices.hidden(self.now())
        return [concern for concern in self._concerns() if concern.key not in hidden]

    @guarded
    def all_concerns(self) -> list[Concern]:
        """What needs a hand, also what is put off, the most urgent first."""
        return self._concerns()

    def _concerns(self) -> list[Concern]:
        concerns = [
            *self._own_concerns(),
            *self._privacy.concerns(),
            *self._orders.concerns(),
            *self._on_way.rescues.concerns(),
            *self._on_way.concerns(),
            *self._stock.review.concerns(),
        ]
        return by_urgency(concerns)

    @guarded
    def settle(self) -> list[Submission]:
        """The orders that were settled, after all that got no answer was looked up."""
        return self._on_way.settle()

    @guarded
    def exported(self, what: str) -> None:
        """Says that a file of this is made now, so that it's in the audit; raises `NotAllowed`."""

    @guarded
    def backup(self, to: Path) -> None:
        """Writes a copy of the store into a new file; raises `StoreError`."""
        self._store.backup(to)

    def _own_concerns(self) -> Iterator[Concern]:
        titles = {
            "The store was damaged and begun anew": self._store.rescued,
            "This machine's clock is wrong": self._connection.wrong_clock(),
            "A setting needs a look": " ".join(self.settings.warnings) or None,
        }
        for title, says in titles.items():
            if says is not None:
                yield Concern(Urgency.NOW, title, says, "connection", "")
        today = utc_now().date()
        for end in credential_clock.near(self.settings.credential_dates, today):
            urgency = Urgency.NOW if end.is_urgent(today) else Urgency.SOON
            yield Concern(urgency, end.says(today), end.remedy, "connection", "")

    def _wake_orders(self) -> None:
        self._worker.wake(Subject.ORDERS)

    def _refresh(self) -> None:
        self._worker.refresh()

    def _go_on(self) -> None:
        self._on_way.settle()
        self._on_way.rescues.advance()

    def _tidy(self) -> None:
        self._stock.review.prepare()
        self.access.audit.shorten(utc_now())
        days = timedelta(days=self.settings.keep_drafts_days)
        self._kept.forget_older(DocumentKind.DRAFT, utc_now() - days)
        self._privacy.tidy()

    def _nap(self, seconds: float) -> None:
        # Waits are cut short when the service closes, so that closing never takes long.
        if self._stop.wait(seconds):
            raise Stopped("The program is closing.")


def _private(home: Path) -> None:
    """Keeps others on this machine out of the folder of one's own data, also one made earlier."""
    # Who needs the folder and doesn't get it says why, such as the store.
    with suppress(OSError):
        private_folder(home)
        if os.name == "posix" and home.stat().st_mode & 0o077:
            home.chmod(0o700)


def _keys(settings: Settings) -> KeySource | None:
    """Where the key of buyers' data is; None for a file beside the store's own."""
    privacy = settings.privacy
    if privacy.data_key is not None:
        return KeySource(privacy.data_key.get_secret_value())
    if privacy.data_key_file is not None:
        return KeySource(file=privacy.data_key_file)
    in_file = settings.store_url.startswith("sqlite")
    return None if in_file else KeySource(file=settings.home / "data.key", beside=True)


def _kept_for(settings: Settings) -> timedelta:
    """How long a buyer is kept after an order's end."""
    return timedelta(days=settings.privacy.keep_personal_days)


def _demo(settings: Settings, speed: float | None) -> DemoAmazon | None:
    """The simulator of one's own, where no other Amazon is named."""
    if settings.mode is not Mode.DEMO or settings.endpoint is not None:
        return None
    return DemoAmazon(settings) if speed is None else DemoAmazon(settings, speed=speed)


def open_service(settings: Settings | None = None) -> MCFService:
    """The service for the settings (default: the environment's); raises `SettingsError`."""
    service = MCFService(settings or Settings.from_env())
    return service.log_to_file()
