"""What pages and the command line call: cached frames, and orders that are sent exactly once.

Reading never calls Amazon: frames come from the store and are kept as long as the store's
revision stays the same. Workers keep the store fresh in the background.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pandas as pd
from sqlalchemy import Table

from mcf import concerns as all_concerns
from mcf import logs
from mcf.alerts.dispatch import Telling
from mcf.amazon import connection_check
from mcf.amazon.client import MCFClient
from mcf.amazon.labels import Feature, amazons
from mcf.amazon.labels import told as in_words
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    ReturnReason,
)
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest, MCFOrderUpdate, MCFReturnItem
from mcf.amazon.throttle import Pace, patience
from mcf.demo import DemoAmazon
from mcf.errors import ConnectionFailed, MCFError, NotFound, Stopped, own_mistake
from mcf.inventory import ledger
from mcf.inventory import planning as stock_planning
from mcf.inventory.ledger import DateOrder, ImportResult
from mcf.inventory.review import StockReview
from mcf.logs import LogFile, to_file
from mcf.order_files import plan as file_plan
from mcf.order_files.parse import FileOrder
from mcf.order_files.plan import PlannedOrder, Planning
from mcf.order_files.send import Batches
from mcf.orders.form import ADDRESS, Typed, typed_as_it_stands, typed_of
from mcf.orders.quotes import PastFee, goods_of
from mcf.orders.replacement import Links
from mcf.orders.states import Repeat, Submission
from mcf.orders.submission import Submissions
from mcf.settings import Mode, Settings
from mcf.store import frames, tables
from mcf.store.coordination import RENEWED_EVERY, Senders
from mcf.store.database import Store, utc_now
from mcf.store.documents import Keeper, Kind
from mcf.store.snapshots import ORDER_TABLES, StoredFrames
from mcf.store.states import RunState, Subject, SubmissionState
from mcf.sync.freshness import Freshness
from mcf.sync.progress import Progress, Report, Run, unheard
from mcf.sync.reader import Sync
from mcf.tracking import lifecycle
from mcf.tracking.bulk_actions import Action, ManyActions
from mcf.tracking.changes import Changes
from mcf.tracking.diagnosis import Case, Diagnosis, diagnose
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind
from mcf.tracking.handover import Handover, Proof
from mcf.tracking.lifecycle import ClaimRule
from mcf.tracking.proof_of_delivery import Proofs
from mcf.tracking.resend import Rescues
from mcf.tracking.returns import Returning
from mcf.tracking.states import Change, ChangeState, ReturnOutcome
from mcf.tracking.timeline import TimelineEntry, story
from mcf.tracking.view import OrderView

log = logs.get(__name__)
INTERVALS = {
    Mode.DEMO: {Subject.INVENTORY: 15.0, Subject.ORDERS: 3.0, Subject.TRACKING: 6.0},
    Mode.SANDBOX: {Subject.INVENTORY: 300.0, Subject.ORDERS: 60.0, Subject.TRACKING: 120.0},
    Mode.LIVE: {Subject.INVENTORY: 900.0, Subject.ORDERS: 60.0, Subject.TRACKING: 300.0},
}
"""Seconds between two background reads of each subject."""
ASKING, CHANGING, SENDING = 15, 20, 30
"""Seconds that a person waits at most for an answer, a change, an order that is sent."""
_FEATURES_FOR = 86400.0
"""Seconds for which Amazon's list of features is good."""
_FEES_OF = timedelta(days=180)
_ASKED = {
    EventKind.CANCEL_ASKED: "You asked Amazon to cancel it",
    EventKind.RELEASE_ASKED: "You asked Amazon to ship it",
    EventKind.CHANGE_ASKED: "You asked Amazon to change it",
}
DEMO_PAST = 120
"""Days of a past that a new demo imports from the simulator."""


class MCFService:
    """Stock, orders and parcels of one account; one per process, shared by all visitors."""

    def __init__(self, settings: Settings, *, demo_speed: float | None = None) -> None:
        logs.guard()
        self.settings = settings
        self._log_file: LogFile | None = None
        self._store = Store(
            settings.store_url,
            account=settings.account,
            marketplace_id=settings.marketplace.id,
            mode=settings.mode.value,
        )
        self._demo: DemoAmazon | None = None
        if settings.mode is Mode.DEMO and settings.endpoint is None:
            speed = {} if demo_speed is None else {"speed": demo_speed}
            self._demo = DemoAmazon(settings, **speed)
            settings = self._demo.settings_for(settings)
        self._stop = threading.Event()
        self._wakes = {subject: threading.Event() for subject in Subject}
        self._client = MCFClient(settings, pace=Pace(self._store.turns, self._nap), sleep=self._nap)
        self._sync = Sync(self._client, self._store, self._stop)
        senders = Senders(self.settings.home / "sending", settings.account, settings.marketplace.id)
        self._submissions = Submissions(self._client, self._store, self._nap, senders)
        self._frames = StoredFrames(self._store)
        self.review = StockReview(self._store, self.inventory, self.now)
        """What the stock means, and what sellers decide about it."""
        self._changes = Changes(self._client, self._read)
        self.kept = Keeper(self._store)
        """Drafts, templates and profiles of the order form; what is known of files."""
        self.chronicle = Chronicle(self._store)
        """What happened to orders, as it was noticed or done from here."""
        self._proofs = Proofs(self._store, self.settings, self._read, self.now, settings.endpoint)
        self.links = Links(self._store, self.kept)
        """Which order takes the place of which."""
        self.telling = Telling(self.settings, self._store, self._frames, self.now, self._nap)
        """Alerts, by webhook and e-mail."""
        self.returning = Returning(
            self._client, self._store, self._sync.returns, self.now, self._nap
        )
        """The returns of orders: what can come back, and what was asked for."""
        self.batches = Batches(
            self._store,
            self._submissions.submit,
            self._stop,
            self._wakes[Subject.ORDERS].set,
            timedelta(days=settings.keep_drafts_days),
        )
        """The files of orders that are sent in the background."""
        self.rescues = Rescues(self, self._store, self._stop)
        """Orders that are stuck, cancelled and sent again."""
        self.many = ManyActions(
            {
                Action.CANCEL: self.cancel,
                Action.RELEASE: self.release,
                Action.REFRESH: self.refresh_order,
            },
            self._stop,
            self._wakes[Subject.ORDERS].set,
        )
        """Actions on many orders at a time."""
        self._features: tuple[float, tuple[Feature, ...]] | None = None
        self._workers: list[threading.Thread] = []
        self._troubles: dict[str, MCFError] = {}
        self._progress: dict[Subject, Progress] = {}
        self._reads = threading.Event()
        self.invented_past: ImportResult | None = None
        """What the demo imported of its invented past when it was started for the first time."""
        self._has_past = self._demo is None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Self:
        """Keeps the store fresh from now on, in a thread per subject: each has its own plan."""
        if not self._workers:
            self._workers = [
                threading.Thread(target=self._keep_role, name="mcf-role", daemon=True),
                *(
                    threading.Thread(
                        target=self._work, args=pair, name=f"mcf-sync-{pair[0]}", daemon=True
                    )
                    for pair in self._wakes.items()
                ),
            ]
            for worker in self._workers:
                worker.start()
        return self

    def log_to_file(self) -> Self:
        """Writes what happens to `mcf.log` in the folder of its data, until it's closed."""
        if self._log_file is None:
            self._log_file = to_file(self.settings.home)
        return self

    def close(self) -> None:
        """Ends the background work and closes what is open."""
        self._stop.set()
        self.refresh()
        for worker in self._workers:
            worker.join(timeout=30)
        for background in (self.batches, self.rescues, self.many):
            background.close()
        self._client.close()
        self._store.close()
        if self._demo is not None:
            self._demo.close()
        if self._log_file is not None:
            self._log_file.close()

    @property
    def trouble(self) -> MCFError | None:
        """What keeps the background work from being done, such as a full disk; None if nothing."""
        return next(iter(self._troubles.values()), None)

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

    def revision(self) -> tuple[int, ...]:
        """Changes when there's something new to show."""
        also = (tables.inventory, tables.shipments, tables.submissions, tables.returns)
        return self._store.revision(*ORDER_TABLES, *also)

    def inventory(self) -> pd.DataFrame:
        """Stock, one line per SKU: columns `frames.INVENTORY` and `stock_state`.

        Its `attrs` tell how whole it is: `state` is that of the last read (a `RunState`, or
        "never"), `whole_at` the beginning of the last whole one (ISO 8601, UTC) or None, `message`
        why it failed or is partial, or None. Files of pandas and pyarrow keep them.
        """
        return self._attested(self._frames.inventory().frame, Subject.INVENTORY)

    def orders(self) -> pd.DataFrame:
        """Orders, newest first: columns `frames.ORDERS`; `attrs` as of `inventory`."""
        return self._attested(self._frames.orders().frame, Subject.ORDERS)

    def packages(self) -> pd.DataFrame:
        """Parcels of all orders: columns `frames.PACKAGES`; `attrs` as of `inventory`."""
        return self._attested(self._frames.packages().frame, Subject.TRACKING)

    def orders_of(self, seller_sku: str) -> pd.DataFrame:
        """The orders that have the SKU, newest first: columns `frames.ORDERS`, `sku_units`."""
        lines = self._store.records(
            tables.order_items, tables.order_items.c.seller_sku == seller_sku
        )
        units: Counter[str] = Counter()
        for line in lines:
            units[line["seller_fulfillment_order_id"]] += line["quantity"]
        orders = self.orders()
        mine = orders[orders["seller_fulfillment_order_id"].isin(list(units))]
        return mine.assign(
            sku_units=mine["seller_fulfillment_order_id"].map(dict(units)).astype("int64")
        )

    @property
    def snapshots(self) -> StoredFrames:
        """The same frames with what pages found in them, so that they needn't find it again."""
        return self._frames

    def order(self, order_id: str) -> OrderView | None:
        """Everything stored of one order; None when there's no such order."""
        row = self._store.row(tables.orders, seller_fulfillment_order_id=order_id)
        if row is None:
            return None
        items = frames.items(self._of_order(tables.order_items, order_id))
        boxes = self._of_order(tables.packages, order_id)
        tracked = self._tracking([box["package_number"] for box in boxes])
        parcels = frames.packages(boxes, tracked)
        sent = self._store.row(tables.submissions, seller_fulfillment_order_id=order_id)
        promises = [] if sent is None else [dict(sent._mapping)]
        head = frames.orders([dict(row._mapping)], items, parcels, promises)
        detail = MCFFulfillmentOrder.from_api({**row.raw, "sellerFulfillmentOrderId": order_id})
        return OrderView(
            order={str(name): value for name, value in head.iloc[0].items()},
            address=detail.destination_address,
            comment=detail.displayable_order_comment,
            items=items,
            shipments=frames.shipments(self._of_order(tables.shipments, order_id)),
            packages=parcels,
            events=frames.events(tracked),
            submission=self._submissions.get(order_id),
            features=detail.feature_constraints,
            happenings=tuple(self.chronicle.of(order_id)),
            sent_at=sent.created_at if sent is not None else None,
        )

    def deadlines(self) -> pd.DataFrame:
        """What ends for which order, the soonest first: columns `deadlines.DEADLINES`."""
        snapshot = self._frames.orders()
        minute, rule = self.now().replace(second=0, microsecond=0), self.claim_rule()
        return snapshot.once(
            ("deadlines", minute, rule), lambda frame: lifecycle.deadlines(frame, minute, rule)
        )

    def claim_rule(self) -> ClaimRule:
        """From when until when claims are taken: as the seller set it, else as it's known."""
        market = self.settings.marketplace
        kept = self.kept.get(Kind.DEADLINE, market.id)
        if kept is None:
            return lifecycle.claim_rule(market.country_code)
        return ClaimRule(kept.content["opens"], kept.content["closes"])

    def set_claim_rule(self, rule: ClaimRule) -> None:
        """Keeps from when until when claims are taken; raises `StoreError`."""
        content = {"opens": rule.opens, "closes": rule.closes}
        self.kept.keep(Kind.DEADLINE, self.settings.marketplace.id, content)

    def story(self, order_id: str) -> list[TimelineEntry]:
        """All that is known to have happened to an order, and to those that it's linked with."""
        told: list[TimelineEntry] = []
        for each in self.linked(order_id):
            view = self.order(each)
            if view is not None:
                told += story(view.order, view.packages, view.events, view.happenings, view.sent_at)
        return sorted(told, key=lambda entry: entry.at)

    def order_note(self, order_id: str) -> str:
        """What the seller noted about an order; empty when nothing."""
        kept = self.kept.get(Kind.NOTE, order_id)
        return str(kept.content["text"]) if kept else ""

    def set_order_note(self, order_id: str, text: str) -> None:
        """Keeps a note about an order, or forgets an empty one; raises `StoreError`."""
        if text.strip():
            self.kept.keep(Kind.NOTE, order_id, {"text": text})
        else:
            self.kept.forget(Kind.NOTE, order_id)

    def handover(self, order_id: str, package_number: int) -> Handover:
        """What is stored of how a parcel is handed over: window, signature, locker, its way."""
        return self._proofs.handover(order_id, package_number)

    @patience(ASKING)
    def proof(self, order_id: str, package_number: int) -> Proof:
        """What Amazon has now as proof of a parcel's delivery; raises `MCFError`.

        Its links are good for an hour, so they aren't stored: every call asks Amazon anew.
        """
        return self._proofs.ask(order_id, package_number)

    @patience(ASKING)
    def photographed(self, proof: Proof) -> Proof:
        """The same with its pictures; one that can't be fetched tells why and what to do."""
        return self._proofs.photographed(proof)

    def evidence(
        self,
        order_id: str,
        proofs: Sequence[Proof] = (),
    ) -> bytes:
        """The evidence of an order in one file of HTML, made of what is stored; raises `NotFound`.

        Of one that has shipped and not arrived it tells from when until when claims are taken.
        """
        view = self.order(order_id)
        if view is None:
            raise NotFound(f"There is no order {order_id} in the store.")
        is_lost = view.status.has_shipped and pd.isna(view.order["delivered_at"])
        claim = lifecycle.claim_window(view.order, self.claim_rule()) if is_lost else None
        return self._proofs.evidence(view, self.submitted(order_id), proofs, claim)

    def concerns(self) -> list[all_concerns.Concern]:
        """What needs a hand today, the most urgent first."""
        now = self.now()
        found = [
            *self._own_concerns(),
            *self._submission_concerns(),
            *self.rescues.concerns(),
            *lifecycle.order_concerns(self.orders(), now),
            *lifecycle.parcel_concerns(self.packages(), now),
            *self.review.concerns(),
        ]
        urgencies = list(all_concerns.Urgency)
        return sorted(found, key=lambda concern: urgencies.index(concern.urgency))

    def freshness(self, subject: Subject) -> Freshness:
        """How old the stored data of the subject is."""
        row = self._store.row(tables.sync_runs, subject=subject.value)
        if row is None:
            return Freshness(subject, None, None, 0, None, None)
        age = row.whole_at and utc_now() - row.whole_at
        return Freshness(
            subject, RunState(row.state), age, row.rows, row.message, row.advice, row.note
        )

    def backup(self, to: Path) -> None:
        """Writes a copy of the store into a new file; raises `StoreError`."""
        self._store.backup(to)

    def import_ledger(self, data: bytes, dates: DateOrder | None = None) -> ImportResult:
        """What Amazon's Inventory Ledger report brought: summary view, by day, CSV or tabs.

        Raises `InvalidInput` when anything of it can't be read, and `StoreError`; nothing is
        imported then. `dates` is needed only where the report's dates can be read in two ways.
        """
        elsewhere = self.settings.marketplace.elsewhere
        # A demo's clock may be ahead of this machine's before any answer has told it.
        today = date.max if self.settings.mode is Mode.DEMO else self.now().date()
        found = ledger.read(data, today=today, elsewhere=elsewhere, dates=dates)
        return ledger.keep(self._store, found)

    def refresh(self) -> None:
        """Asks the background workers to read everything now."""
        for wake in self._wakes.values():
            wake.set()

    def sync(self, report: Report = unheard, *, full: bool = False) -> list[Run]:
        """Reads everything from Amazon now; the runs say what was read and what failed.

        Raises nothing of Amazon's: that's in the runs.
        """
        return self._sync.everything(report, full=full, wait=ASKING)

    def halt(self) -> None:
        """Ends what is being read now; the next read goes on from there."""
        self._sync.halt()

    def progress(self, subject: Subject) -> Progress | None:
        """How far the background read of the subject is; None when there's none under way."""
        return self._progress.get(subject)

    @patience(ASKING)
    def refresh_skus(self, seller_skus: Sequence[str]) -> None:
        """Reads the stock of these SKUs from Amazon at once; raises `MCFError`."""
        self._sync.skus(seller_skus)

    @patience(ASKING)
    def preview(
        self,
        address: Address,
        items: Sequence[MCFOrderItem],
        *,
        features: Sequence[dict[str, str]] = (),
        cod: bool = False,
        windows: bool = False,
    ) -> tuple[FulfillmentPreview, ...]:
        """What each delivery speed costs and when it arrives; asks Amazon, raises `MCFError`.

        `features` are wishes as Amazon takes them, `cod` adds previews of orders paid on delivery,
        `windows` the times of scheduled deliveries (Japan).
        """
        return self._client.get_fulfillment_preview(
            address, items, features=features, cod=cod, windows=windows
        )

    @patience(ASKING)
    def features(self) -> tuple[Feature, ...]:
        """What can be wished of packaging and carrier here; asks Amazon once a day at most.

        Raises `MCFError`.
        """
        now = time.monotonic()
        if self._features is None or now - self._features[0] > _FEATURES_FOR:
            self._features = (now, self._client.get_features())
        return self._features[1]

    @property
    def known_features(self) -> frozenset[str] | None:
        """The names of the features that Amazon told it offers here; None if it wasn't asked."""
        return self._features and frozenset(each.name for each in self._features[1])

    def diagnosis(self, view: OrderView) -> Diagnosis | None:
        """Why an order came to nothing, to a part, or doesn't move; None when it does well."""
        case = Case(
            order=view.order,
            address=view.address,
            items=view.items,
            shipments=view.shipments,
            stock=self.inventory(),
            wishes=view.wishes,
            offered=self.known_features,
        )
        return diagnose(case, self.now())

    def effect(self, items: Sequence[MCFOrderItem]) -> pd.DataFrame:
        """What the lines would leave of the stock: columns `effect.EFFECT`, a line per SKU."""
        wanted: Counter[str] = Counter()
        for item in items:
            wanted[item.seller_sku] += item.quantity
        return stock_planning.effect(
            self.review.plan(), wanted, self.placed(), self._reserve(wanted), self.now().date()
        )

    def placed(self) -> Counter[str]:
        """Units by SKU of orders sent since the stock was read, which it therefore still shows."""
        run = self._store.row(tables.sync_runs, subject=Subject.INVENTORY.value)
        since = (
            run.whole_at if run is not None and run.whole_at else datetime.min.replace(tzinfo=UTC)
        )
        table = tables.submissions
        taken = [s.value for s in SubmissionState if not s.may_be_sent_again]
        rows = self._store.rows(table, table.c.created_at >= since, table.c.state.in_(taken))
        units: Counter[str] = Counter()
        for row in rows:
            for item in row.request.get("items") or ():
                units[item["sellerSku"]] += item["quantity"]
        return units

    def _reserve(self, seller_skus: Iterable[str]) -> dict[str, int]:
        kept, default = self.review.choices.rules()["reserve_units"], self.review.choices.defaults()
        own = kept.reindex(list(seller_skus)).fillna(default.reserve_units)
        return {str(sku): int(units) for sku, units in own.items()}

    def past_fees(self) -> list[PastFee]:
        """What Amazon told that orders sent from here lately would cost."""
        table = tables.submissions
        since = utc_now() - _FEES_OF
        rows = self._store.rows(table, table.c.created_at > since, table.c.preview.is_not(None))
        return [told for row in rows if row.preview and (told := _past_fee(row.preview))]

    def promise(self, order_id: str) -> FulfillmentPreview | None:
        """What Amazon promised when the order was sent from here; None if that isn't known."""
        row = self._store.row(tables.submissions, seller_fulfillment_order_id=order_id)
        return FulfillmentPreview.from_api(row.preview) if row and row.preview else None

    def typed(self, order_id: str) -> Typed | None:
        """The form of an earlier order: as it was sent or changed from here, else as Amazon tells.

        Raises `InvalidInput` when another version kept it in a way that can't be read.
        """
        changed = self.kept.get(Kind.CHANGED, order_id)
        if changed is not None:
            return Typed.from_content(changed.content)
        sent = self._store.row(tables.submissions, seller_fulfillment_order_id=order_id)
        if sent is not None:
            return typed_of(sent.request)
        row = self._store.row(tables.orders, seller_fulfillment_order_id=order_id)
        if row is None:
            return None
        lines = self._of_order(tables.order_items, order_id)
        return typed_of({**row.raw, "items": [line["raw"] for line in lines]})

    def standing(self, order_id: str) -> Typed | None:
        """The form of an order as Amazon tells it now, to be changed; None when it isn't known.

        An address that Amazon doesn't tell is the one that was sent.
        """
        row = self._store.row(tables.orders, seller_fulfillment_order_id=order_id)
        if row is None:
            return None
        lines = [line["raw"] for line in self._of_order(tables.order_items, order_id)]
        told = typed_as_it_stands(order_id, {**row.raw, "items": lines})
        sent = self.typed(order_id) if not told.to_line1 else None
        return told.model_copy(update={key: getattr(sent, key) for key in ADDRESS if sent})

    def is_used(self, order_id: str) -> bool:
        """Whether there's an order with this number, or one was sent from here."""
        known = {"seller_fulfillment_order_id": order_id}
        tried = (self._store.row(table, **known) for table in (tables.orders, tables.submissions))
        return any(row is not None for row in tried)

    @patience(SENDING)
    def submit(
        self,
        request: MCFOrderRequest,
        preview: FulfillmentPreview | None = None,
        replaces: str = "",
    ) -> Submission:
        """Where the order stands after it was sent once; see `Submissions.submit`.

        `replaces` is the order whose place it takes; raises `InvalidInput` when that may ship.
        """
        if replaces:
            self.links.note(replaces, request.seller_fulfillment_order_id, request.items)
        new = request.seller_fulfillment_order_id
        submission = self._submissions.submit(request, preview)
        if replaces and submission.state is SubmissionState.ACCEPTED:
            self.chronicle.sent_again(replaces, new, self.now())
        self._read_back(new)
        return submission

    def linked(self, order_id: str) -> list[str]:
        """The orders that took each other's place, this one among them, the oldest first."""
        return self.links.story(order_id)

    def plan(
        self, orders: Sequence[FileOrder], known: file_plan.Offers | None = None
    ) -> Iterator[PlannedOrder]:
        """The verdict on each order of a file; asks Amazon for a preview of each.

        One that looks like another order of the last days, or of the file, is told as such, and one
        for which only the units kept for Amazon are left. `known` are previews of another plan,
        which aren't asked for again; new ones are added to them.
        """
        inventory = self.inventory()
        stock = Counter(
            dict(
                zip(
                    inventory["seller_sku"], inventory["fulfillable_quantity"].tolist(), strict=True
                )
            )
        )
        for sku, units in self.placed().items():
            if sku in stock:
                stock[sku] -= units
        return file_plan.plan(
            orders,
            stock,
            self._submissions.earlier,
            self._asked({} if known is None else known),
            repeats=self.repeats,
            reserve=self._reserve(stock),
        )

    def planning(self, orders: Sequence[FileOrder], known: file_plan.Offers) -> Planning:
        """The same in the background, as fast as Amazon's usage plan lets it."""
        return Planning(self.plan(orders, known), orders)

    def _asked(self, known: file_plan.Offers) -> file_plan.Preview:
        def preview(request: MCFOrderRequest) -> FulfillmentPreview | None:
            key = file_plan.offer_key(request)
            if key not in known:
                known[key] = self.offer(request)
            return known[key]

        return preview

    def repeats(self, request: MCFOrderRequest) -> list[Repeat]:
        """Other orders of the last days with the same goods for the same person, newest first."""
        return self._submissions.repeats(request, self.now())

    def offer(self, request: MCFOrderRequest) -> FulfillmentPreview | None:
        """What Amazon promises for the order at its speed; None for a speed that isn't offered.

        Asks Amazon, raises `MCFError`.
        """
        offers = self._client.get_fulfillment_preview(
            request.destination_address,
            request.items,
            features=[wish.to_api() for wish in request.feature_constraints or ()],
        )
        wanted = request.shipping_speed_category
        return next((o for o in offers if o.shipping_speed_category == wanted), None)

    def submissions(self) -> list[Submission]:
        """Orders sent from here whose outcome isn't known, or that were refused."""
        return self._submissions.open()

    def submission(self, order_id: str) -> Submission | None:
        """Where an order that was sent from here stands; None when it wasn't."""
        return self._submissions.get(order_id)

    def submitted(self, order_id: str) -> MCFOrderRequest | None:
        """An order as it was last sent from here; None when it wasn't."""
        return self._submissions.request(order_id)

    def returns(self, order_id: str) -> pd.DataFrame:
        """The units of an order that come back or came back: columns `frames.RETURNS`."""
        lines = frames.items(self._of_order(tables.order_items, order_id))
        return frames.returns(self._of_order(tables.returns, order_id), lines)

    @patience(ASKING)
    def return_reasons(self, order_id: str, seller_sku: str) -> tuple[ReturnReason, ...]:
        """Why a unit of the SKU may come back; asks Amazon once a day, raises `MCFError`."""
        return self.returning.reasons(order_id, seller_sku)

    @patience(CHANGING)
    def ask_return(self, order_id: str, units: Sequence[MCFReturnItem]) -> list[ReturnOutcome]:
        """What became of the request to take units back; see `Returning.ask`."""
        return self.returning.ask(order_id, units)

    def dismiss(self, order_id: str) -> None:
        """Takes an order that was refused off the list of what needs a hand."""
        self._submissions.dismiss(order_id)

    def settle(self) -> list[Submission]:
        """Looks up every order whose outcome is unknown; gives back those that were settled.

        And whatever else was asked for without an answer.
        """
        self.returning.settle()
        return self._submissions.settle_all()

    @patience(CHANGING)
    def cancel(self, order_id: str) -> Change:
        """What became of the request to cancel an order; see `Changes`."""
        return self._step(EventKind.CANCEL_ASKED, order_id, self._changes.cancel)

    @patience(CHANGING)
    def release(self, order_id: str) -> Change:
        """What became of the request to ship an order that's on hold; see `Changes`."""
        return self._step(EventKind.RELEASE_ASKED, order_id, self._changes.release)

    @patience(CHANGING)
    def update(self, order_id: str, update: MCFOrderUpdate) -> Change:
        """What became of a change of address, speed, note or hold; see `Changes`."""
        return self._step(
            EventKind.CHANGE_ASKED, order_id, lambda known: self._changes.update(known, update)
        )

    @patience(CHANGING)
    def edit(self, order_id: str, update: MCFOrderUpdate, typed: Typed) -> Change:
        """What became of the change of an order on hold to what is typed; see `Changes`."""
        change = self.update(order_id, update)
        if change.state is not ChangeState.UNKNOWN:
            plain = tuple(line.model_copy(update={"item_id": ""}) for line in typed.lines)
            kept = {"lines": plain, "edits": "", "amazon_number": ""}
            self.kept.keep(Kind.CHANGED, order_id, typed.model_copy(update=kept).content())
        return change

    def _step(self, kind: EventKind, order_id: str, ask: Callable[[str], Change]) -> Change:
        """Does what is asked, and notes in the order's story what became of it."""
        asked = _ASKED[kind]
        try:
            change = ask(order_id)
        except MCFError as error:
            self.chronicle.own(order_id, kind, self.now(), f"{asked}, refused: {in_words(error)}")
            raise
        self.chronicle.own(order_id, kind, self.now(), f"{asked}. {change.message}")
        return change

    @patience(ASKING)
    def refresh_order(self, order_id: str) -> None:
        """Reads one order from Amazon into the store; raises `MCFError`."""
        self._sync.events(self._read(order_id))

    @property
    def client(self) -> MCFClient:
        """The connection to Amazon, for checks of the connection itself."""
        return self._client

    def _read(self, order_id: str) -> MCFOrderDetail:
        return self._sync.order(order_id)

    def _attested(self, frame: pd.DataFrame, subject: Subject) -> pd.DataFrame:
        """A shallow copy that tells how whole it is: the frame itself is everybody's."""
        row = self._store.row(tables.sync_runs, subject=subject.value)
        mine = frame.copy(deep=False)
        mine.attrs = {
            "state": row.state if row else "never",
            "whole_at": row.whole_at.isoformat() if row and row.whole_at else None,
            "message": row.message if row else None,
        }
        return mine

    def _read_back(self, order_id: str) -> None:
        try:
            self._read(order_id)
        except Exception as error:
            # The order is sent, and nothing here may hide that. It may not be visible yet; the
            # background read finds it.
            if not isinstance(error, MCFError):
                log.exception("order not read back")
            self.refresh()

    def _tracking(self, numbers: Sequence[int] | None = None) -> list[dict[str, Any]]:
        where = () if numbers is None else (tables.tracking.c.package_number.in_(numbers),)
        return self._store.records(tables.tracking, *where)

    def _of_order(self, table: Table, order_id: str) -> list[dict[str, Any]]:
        mine = table.c.seller_fulfillment_order_id == order_id
        return self._store.records(table, mine)

    def _own_concerns(self) -> list[all_concerns.Concern]:
        found = []
        if self._store.rescued is not None:
            title = "The store was damaged and begun anew"
            found.append(
                all_concerns.Concern(
                    all_concerns.Urgency.NOW, title, self._store.rescued, "connection", ""
                )
            )
        wrong = self.wrong_clock()
        if wrong is not None:
            title = "This machine's clock is wrong"
            found.append(
                all_concerns.Concern(all_concerns.Urgency.NOW, title, wrong, "connection", "")
            )
        return found

    def wrong_clock(self) -> str | None:
        """What to do when this machine's time is far from Amazon's; None when it isn't.

        In the demo Amazon has a time of its own.
        """
        return connection_check.wrong_clock(self.settings, self._client)

    def _submission_concerns(self) -> list[all_concerns.Concern]:
        return [
            all_concerns.Concern(
                all_concerns.Urgency.NOW,
                f"Order {s.seller_fulfillment_order_id} was not accepted"
                if s.state.may_be_sent_again
                else f"Order {s.seller_fulfillment_order_id}: outcome not known yet",
                f"{amazons(s.message)} {s.advice or ''}".strip(),
                "new_order",
                s.seller_fulfillment_order_id,
            )
            for s in self._submissions.open()
        ]

    def _nap(self, seconds: float) -> None:
        # Waits are cut short when the service closes, so that closing never takes long.
        if self._stop.wait(seconds):
            raise Stopped("The program is closing.")

    def _keep_role(self) -> None:
        role = self._store.lease("background reads")
        while not self._stop.is_set():
            with self._told("role", "sharing the work with others"):
                mine = role.take()
                begins = mine and not self._reads.is_set()
                (self._reads.set if mine else self._reads.clear)()
                if begins:
                    self.refresh()
            self._stop.wait(RENEWED_EVERY)
        with suppress(MCFError):
            # Nobody waits for it long: it ends by itself.
            role.release()

    def _work(self, subject: Subject, wake: threading.Event) -> None:
        read = {
            Subject.INVENTORY: self._sync.inventory,
            Subject.ORDERS: self._sync.orders,
            Subject.TRACKING: self._sync.tracking,
        }[subject]
        while not self._stop.is_set():
            wake.clear()
            if self._reads.is_set():
                with self._told(subject.value, "reading from Amazon"):
                    run = read(self._progressed)
                    if isinstance(run.error, ConnectionFailed) and self._demo is not None:
                        self._demo.revive()
                    if subject is Subject.ORDERS:
                        self.settle()
                        self.rescues.advance()
                self._progress.pop(subject, None)
                if subject is Subject.INVENTORY and not self._has_past:
                    # After the stock, which people wait for.
                    with self._told("past", "importing the demo's past"):
                        self._import_past()
            if subject is Subject.INVENTORY and not self._stop.is_set():
                with self._told("review", "reviewing the stock"):
                    self.review.prepare()
                    self._forget_drafts()
            wake.wait(INTERVALS[self.settings.mode][subject])

    def _forget_drafts(self) -> None:
        days = timedelta(days=self.settings.keep_drafts_days)
        self.kept.forget_older(Kind.DRAFT, utc_now() - days)

    def _import_past(self) -> None:
        """Imports the demo's past into a store that has none, as a seller would."""
        if self._demo is not None and not ledger.has_ledger(self._store):
            report = self._demo.ledger(self.settings.marketplace.id, DEMO_PAST)
            if report is not None:
                self.invented_past = self.import_ledger(report, DateOrder.MONTH_FIRST)
        self._has_past = True

    def _progressed(self, at: Progress) -> None:
        self._progress[at.subject] = at

    @contextmanager
    def _told(self, work: str, doing: str) -> Iterator[None]:
        try:
            yield
            self._troubles.pop(work, None)
        except Exception as error:
            # A mistake of ours must not end the worker: nothing would be read any more.
            if not isinstance(error, MCFError):
                log.exception("a worker stopped", work=work)
            self._troubles[work] = own_mistake(error, doing)


def _past_fee(preview: dict[str, Any]) -> PastFee | None:
    told = FulfillmentPreview.from_api(preview)
    fee = told.total_fee
    return PastFee(goods_of(told), told.shipping_speed_category, fee) if fee else None


def open_service(settings: Settings | None = None) -> MCFService:
    """The service for the settings (default: the environment's); raises `SettingsError`."""
    service = MCFService(settings or Settings.from_env())
    return service.log_to_file()
