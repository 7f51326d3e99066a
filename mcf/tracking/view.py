"""Everything known of one order, gathered once: an order's page draws `OrderViews.whole`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Row, Table

from mcf.amazon.models.answers import FulfillmentPreview, MCFFulfillmentOrder
from mcf.amazon.models.base import Address, FeatureSetting
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import InvalidInput
from mcf.orders.drafts import as_sent
from mcf.orders.form import Typed
from mcf.orders.replacement import Family, Links
from mcf.orders.states import Submission
from mcf.orders.submission import submission_of
from mcf.store import frames, tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.records import Values
from mcf.store.states import RescueState
from mcf.tracking import events, handover, lifecycle, standing, trouble
from mcf.tracking.diagnosis import Case, can_be_rescued, diagnose, remedy
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import Happening
from mcf.tracking.facts import OrderFacts
from mcf.tracking.handover import Handover, Proof
from mcf.tracking.lifecycle import CLAIM_FOR
from mcf.tracking.notes import note_in
from mcf.tracking.returns import OrderReturns, returns_of
from mcf.tracking.states import Rescue, rescue_of
from mcf.tracking.timeline import TimelineEntry, story
from mcf.tracking.trouble import Stand
from mcf.tracking.trouble_box import Goods, TroubleBox, Window, box, not_arriving, replaceable

_ORDER = "seller_fulfillment_order_id"
_PARTS = (tables.order_items, tables.shipments, tables.packages)


@dataclass(frozen=True, slots=True)
class OrderView:
    """What is stored of one order; times are UTC.

    `counted` is its row of `standing.counted` as a frame of one, and `packages` have the columns of
    `standing.parcels`. `handovers` are by the parcels' numbers, `raw` is what Amazon told word for
    word, by part.
    """

    order: OrderFacts
    address: Address | None
    comment: str | None
    items: pd.DataFrame
    shipments: pd.DataFrame
    packages: pd.DataFrame
    events: pd.DataFrame
    submission: Submission | None
    features: tuple[FeatureSetting, ...] | None = None
    happenings: tuple[Happening, ...] = ()
    sent_at: datetime | None = None
    """When it was sent from here, by this machine's clock; None when it wasn't."""
    sent_by: str = ""
    """The e-mail of who sent it; empty where nobody signs in, or when it wasn't sent from here."""
    read_at: datetime | None = None
    """When it was last read from Amazon; None when only a listing had it."""
    request: Mapping[str, Any] | None = field(default=None, repr=False)
    """What was sent, in Amazon's JSON; None when it wasn't sent from here."""
    promise: FulfillmentPreview | None = None
    """What Amazon promised when it was sent from here; None if that isn't known."""
    handovers: Mapping[int, Handover] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    counted: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)

    @property
    def order_id(self) -> str:
        """The order's number."""
        return self.order.seller_fulfillment_order_id

    @property
    def status(self) -> FulfillmentOrderStatus:
        """The order's status."""
        return FulfillmentOrderStatus.of(self.order.status)

    @property
    def wishes(self) -> tuple[str, ...]:
        """The features without which the order mustn't ship."""
        return tuple(
            wish.feature_name
            for wish in self.features or ()
            if wish.feature_name and wish.feature_fulfillment_policy == "Required"
        )

    @property
    def is_on_hold(self) -> bool:
        """Whether Amazon waits for it to be released."""
        return self.order.is_on_hold

    def story(self) -> list[TimelineEntry]:
        """All that is known to have happened to it, oldest first."""
        row = self.order.row
        return story(row, self.packages, self.events, self.happenings, self.sent_at, self.sent_by)


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """All that an order's page draws: what is stored of it, and what follows from that now.

    `stand` is where it stands, `box` what is said of its trouble, `sent` the form of it: as it was
    sent or changed from here, else as Amazon tells it. `proofs` are those asked for earlier, by the
    parcel's number, without pictures.

    `returned` are the units that come back, columns `frames.RETURNS`; `products` the names of what
    is in it, by SKU, as far as they're in the stock. `story` is that of the orders that it's linked
    with, too. `kept_for` is why its buyer is kept for longer than usual, and until when (UTC),
    where a seller said so.
    """

    view: OrderView
    stand: Stand
    box: TroubleBox | None
    family: Family
    story: tuple[TimelineEntry, ...]
    note: str
    sent: Typed
    is_stuck: bool
    rescue: Rescue | None
    can_be_rescued: bool
    returned: pd.DataFrame
    returns: OrderReturns
    products: Mapping[str, str]
    proofs: Mapping[int, Proof]
    kept_for: tuple[str, datetime] | None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one order in each table."""

    head: Values
    items: list[Values]
    shipments: list[Values]
    packages: list[Values]
    tracking: list[Values]
    sent: Row[Any] | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What an order is judged by besides what is stored of it.

    `stock` is the frame of the stock, `offered` the features that Amazon is known to offer, `costs`
    what a unit of each SKU costs as far as that's set, in `currency`; `heard` says whether all
    parcels were read once, and `claim` is the window in which a claim is taken.
    """

    stock: Callable[[], pd.DataFrame]
    offered: Callable[[], frozenset[str] | None]
    costs: Callable[[], Mapping[str, float]]
    currency: str
    heard: Callable[[], bool]
    claim: Callable[[OrderFacts], Window | None]


class OrderViews:
    """Reads what is stored of orders; raises `StoreError`.

    `now` is Amazon's time.
    """

    def __init__(
        self,
        store: Store,
        links: Links,
        beside: Beside,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._links = links
        self._beside = beside
        self._now = now
        self._keeper = Keeper(store)
        self._chronicle = Chronicle(store)

    def order(self, order_id: str) -> OrderView | None:
        """Everything stored of one order; None when there's no such order."""
        return self._views([order_id]).get(order_id)

    def recipient(self, order_id: str) -> Address | None:
        """Whom an order goes to; None if that isn't known. It's in the audit who saw it."""
        view = self.order(order_id)
        return None if view is None else view.address

    def whole(self, order_id: str) -> WholeOrder | None:
        """All that an order's page draws, asked of the store once; None if it isn't there."""
        kept = self._keeper.about(order_id, DocumentKind.LINK)
        family = self._links.family(
            order_id, [one for one in kept if one.kind is DocumentKind.LINK]
        )
        views = self._views(family.story)
        view = views.get(order_id)
        if view is None:
            return None
        mine = {one.kind: one for one in kept if one.key == order_id}
        now = self._now()
        note, kept_rescue = mine.get(DocumentKind.NOTE), mine.get(DocumentKind.RESCUE)
        rescue = rescue_of(kept_rescue) if kept_rescue else None
        case = self._case(view, rescue)
        stand = self.stand(view, now)
        return WholeOrder(
            view=view,
            stand=stand,
            box=self._box(view, case, stand, now),
            family=family,
            story=_merged(views.values()),
            note=note_in(note),
            sent=_sent(view, mine.get(DocumentKind.CHANGED)),
            is_stuck=lifecycle.is_stuck(view.order.row, now),
            rescue=rescue,
            can_be_rescued=can_be_rescued(case, now),
            **self._returns(view, mine.get(DocumentKind.RETURN)),
            products=_products(view, case.stock),
            proofs=_proofs(order_id, mine.get(DocumentKind.PROOF)),
            kept_for=_kept_for(mine.get(DocumentKind.HOLD), now),
        )

    def stand(self, view: OrderView, now: datetime) -> Stand:
        """Where an order stands at this time of Amazon's."""
        heard = not view.counted["unread"].iloc[0] or self._beside.heard()
        members = lifecycle.all_troubles(view.counted, view.packages, now, heard=heard)
        return trouble.stand(view.counted, members, now)

    def _box(self, view: OrderView, case: Case, stand: Stand, now: datetime) -> TroubleBox | None:
        units = not_arriving(view.packages, view.items, late=stand.is_overdue)
        wanted = units and set(stand.troubles) & CLAIM_FOR
        goods = Goods(units, self._beside.costs() if wanted else {}, self._beside.currency)
        return box(
            view.order,
            stand,
            diagnose(case, now),
            remedy(view.order, view.items, now) or replaceable(view.status, stand),
            self._beside.claim(view.order) if set(stand.troubles) & CLAIM_FOR else None,
            goods,
            now,
        )

    def case(self, view: OrderView) -> Case:
        """What there is to judge an order by: the stock as it's now, and what Amazon offers."""
        return self._case(view, None)

    def _case(self, view: OrderView, rescue: Rescue | None) -> Case:
        done = rescue is not None and rescue.state is RescueState.DONE
        return Case(
            order=view.order,
            address=view.address,
            items=view.items,
            shipments=view.shipments,
            stock=self._beside.stock(),
            wishes=view.wishes,
            offered=self._beside.offered(),
            cancel_asked=events.cancelled_at(view.happenings),
            rescued_as=rescue.new_id if rescue is not None and done else None,
        )

    def _returns(self, view: OrderView, asked: Kept | None) -> dict[str, Any]:
        rows = self._of(tables.returns, [view.order_id])[view.order_id]
        shipped = [{"raw": raw} for raw in view.raw["Its shipments"]]
        return {
            "returned": frames.returns(rows, view.items),
            "returns": returns_of(view.order_id, shipped, rows, asked),
        }

    def _views(self, order_ids: Sequence[str]) -> dict[str, OrderView]:
        """The orders among these that are stored, each with a query to each table for all."""
        heads = self._of(tables.orders, order_ids)
        there = [order_id for order_id in order_ids if heads[order_id]]
        if not there:
            return {}
        happenings = self._chronicle.among(there)
        lines, shipments, boxes = (self._of(table, there) for table in _PARTS)
        submissions = tables.submissions
        sent = {
            row.seller_fulfillment_order_id: row
            for row in self._store.rows(submissions, submissions.c[_ORDER].in_(there))
        }
        tracking = self._tracking(boxes)
        people = {row.person_id for row in sent.values() if row.person_id}
        senders = self._chronicle.names(people)
        return {
            order_id: _view(
                _Rows(
                    heads[order_id][0],
                    lines[order_id],
                    shipments[order_id],
                    boxes[order_id],
                    tracking[order_id],
                    sent.get(order_id),
                ),
                happenings[order_id],
                senders,
            )
            for order_id in there
        }

    def _of(self, table: Table, order_ids: Sequence[str]) -> defaultdict[str, list[Values]]:
        """The rows of a table by their order."""
        rows: defaultdict[str, list[Values]] = defaultdict(list)
        for row in self._store.records(table, table.c[_ORDER].in_(order_ids)):
            rows[row[_ORDER]].append(row)
        return rows

    def _tracking(self, boxes: Mapping[str, list[Values]]) -> defaultdict[str, list[Values]]:
        """The tracking of parcels by their order."""
        numbers = {box["package_number"] for rows in boxes.values() for box in rows}
        tracking: defaultdict[str, list[Values]] = defaultdict(list)
        if not numbers:
            return tracking
        column = tables.tracking.c.package_number
        rows = self._store.records(tables.tracking, column.in_(sorted(numbers)))
        for order_id, mine in boxes.items():
            own = {box["package_number"] for box in mine}
            tracking[order_id] = [row for row in rows if row["package_number"] in own]
        return tracking


def _view(rows: _Rows, happenings: Sequence[Happening], senders: Mapping[str, str]) -> OrderView:
    sent = rows.sent
    items, parcels = frames.items(rows.items), frames.packages(rows.packages, rows.tracking)
    promises = [] if sent is None else [dict(sent._mapping)]
    heads = frames.orders([rows.head], items, parcels, promises)
    order_id = rows.head[_ORDER]
    counted = standing.counted(heads, parcels, events.released_at(happenings))
    detail = MCFFulfillmentOrder.from_api(
        {**rows.head["raw"], "sellerFulfillmentOrderId": order_id}
    )
    preview = None if sent is None else sent.preview
    return OrderView(
        order=OrderFacts.of({str(name): value for name, value in counted.iloc[0].items()}),
        counted=counted,
        address=detail.destination_address,
        comment=detail.displayable_order_comment,
        items=items,
        shipments=frames.shipments(rows.shipments),
        packages=standing.parcels(parcels, counted),
        events=frames.events(rows.tracking),
        submission=None if sent is None else submission_of(sent),
        features=detail.feature_constraints,
        happenings=tuple(happenings),
        sent_at=None if sent is None else sent.created_at,
        sent_by="" if sent is None else senders.get(sent.person_id, ""),
        request=None if sent is None else sent.request,
        read_at=rows.head["detailed_at"],
        promise=FulfillmentPreview.from_api(preview) if preview else None,
        handovers=_handovers(rows),
        raw=_raw(rows),
    )


def _sent(view: OrderView, changed: Kept | None) -> Typed:
    """The form of an order as it was changed or sent from here, else as Amazon tells it."""
    if changed is not None:
        try:
            return Typed.from_content(changed.content)
        except InvalidInput:
            # Another version kept it; what was sent at first is still there.
            pass
    lines = {"items": view.raw["Its lines"]}
    request = view.request or {**view.raw["The order"][0], **lines}
    return as_sent(request, view.order.received_date or view.sent_at, UTC)


def _handovers(rows: _Rows) -> dict[int, Handover]:
    tracking = {row["package_number"]: row["raw"] for row in rows.tracking}
    return {
        box["package_number"]: handover.of(box["raw"], tracking.get(box["package_number"]))
        for box in rows.packages
    }


def _raw(rows: _Rows) -> dict[str, Any]:
    parts = {
        "The order": [rows.head],
        "Its lines": rows.items,
        "Its shipments": rows.shipments,
        "Its parcels": rows.packages,
        "The tracking of its parcels": rows.tracking,
    }
    return {name: [row["raw"] for row in part] for name, part in parts.items()}


def _merged(views: Iterable[OrderView]) -> tuple[TimelineEntry, ...]:
    entries = (entry for view in views for entry in view.story())
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _kept_for(hold: Kept | None, now: datetime) -> tuple[str, datetime] | None:
    if hold is None:
        return None
    until = datetime.fromisoformat(hold.content["until"])
    return (str(hold.content["reason"]), until) if until > now else None


def _proofs(order_id: str, kept: Kept | None) -> dict[int, Proof]:
    return {} if kept is None else handover.known_proofs(order_id, kept.content)


def _products(view: OrderView, stock: pd.DataFrame) -> dict[str, str]:
    mine = stock[stock["seller_sku"].isin(view.items["seller_sku"])]
    return dict(zip(mine["seller_sku"], mine["product_name"], strict=True))
