"""Where orders and parcels are on their way, and the rules that say which are held, stuck, late or
delivered; from them the stages, the troubles and the deadlines.

Pure: frames of `standing.counted` and `standing.parcels` come in; `now` is Amazon's time in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from mcf.amazon.statuses import FulfillmentAction, FulfillmentOrderStatus, PackageStatus
from mcf.store.forgotten import is_words
from mcf.store.frames import TEXT, UTC_TIME, build
from mcf.store.sealing import UNREADABLE
from mcf.tracking.standing import DueBy, Standing, moving, parcels_of
from mcf.tracking.standing import today as today_there

HOLD_LASTS = timedelta(days=14)
"""Amazon cancels an order that is on hold for longer."""
RECENT = timedelta(days=14)
"""How long an order that ended badly is a concern; a parcel is one for three times as long."""
SILENT_FOR = timedelta(days=3)
"""After that long without a word of the carrier's, where a parcel is counts as not known."""
FILL_ALL_LASTS = timedelta(hours=24)
"""After that long Amazon gives up what it didn't find of an order that waits for all its units."""
LEAVES_WITHIN = timedelta(days=4)
"""By then an order should have left of which no date is told, from when it came or was released."""
CANCELLABLE_FOR = timedelta(minutes=30)
"""An order's picking usually begins after that long or later; Amazon promises no time."""
CLAIM_DAYS = {"US": 90, "IN": 30}
"""Days after the promise at which the claim window closes, by country, where that is known."""
CLOSED_FOR = timedelta(days=3)
"""A deadline that has passed is shown for that long."""
HELD, OVER = "On hold", "Not shipping"
"""Groups of orders that are no stages."""
DEADLINES = {
    "seller_fulfillment_order_id": TEXT,
    "displayable_order_id": TEXT,
    "kind": TEXT,
    "what": TEXT,
    "opens": UTC_TIME,
    "due": UTC_TIME,
}
"""The columns of `deadlines`."""


class Stage(StrEnum):
    """How far an order is; one that comes to nothing is at none of them."""

    RECEIVED = "Received"
    PLANNING = "Planning"
    PROCESSING = "Processing"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return _OF_STAGES[self]


class Trouble(StrEnum):
    """What keeps an order from going well; it may be in several. The values stand in addresses."""

    STUCK = "Stuck"
    LATE = "Late"
    DELAYED = "Delayed"
    UNDELIVERABLE = "Undeliverable"
    RETURNED = "Coming back"
    PARTLY = "Partly filled"
    INVALID = "Invalid"
    UNFULFILLABLE = "Not fulfillable"
    UNKNOWN = "Unknown"

    @property
    def label(self) -> str:
        """Its word on pages and in files, which is that of the status it comes from."""
        return _LABELS.get(self, self.value)

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return _MEANINGS[self]


class DeadlineKind(StrEnum):
    """What ends."""

    CANCEL = "Cancel"
    RELEASE = "Release in time"
    HOLD = "Hold ends"
    FILL_ALL = "Wait for all units ends"
    CLAIM = "Claim"


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """The claim window: days after the promise at which it opens and closes; None: not known."""

    opens: int = 7
    closes: int | None = None

    @property
    def is_possible(self) -> bool:
        """Whether it ends after it begins."""
        return self.closes is None or self.closes > self.opens


def where(column: pd.Series[Any], test: Callable[[Any], bool]) -> pd.Series[bool]:
    """Which rows of a category pass the test, which is asked once per value, and once for None."""
    passed = np.array([bool(test(value)) for value in (*column.cat.categories, None)])
    return pd.Series(passed[column.cat.codes], index=column.index)


def not_before(moments: pd.Series[Any], since: datetime) -> pd.Series[bool]:
    """Which moments aren't known to be before one; those that aren't told may be of today."""
    return moments.isna() | (moments >= since)


def is_hold(action: object) -> bool:
    """Whether Amazon waits with an order of this action until its seller releases it."""
    return FulfillmentAction.of(action) is FulfillmentAction.HOLD


def is_waiting(status: object) -> bool:
    """Whether nothing of an order of this status is being picked yet, and it may still ship."""
    return FulfillmentOrderStatus.of(status) in (
        FulfillmentOrderStatus.NEW,
        FulfillmentOrderStatus.RECEIVED,
        FulfillmentOrderStatus.PLANNING,
        FulfillmentOrderStatus.ACCEPTED,
    )


def held(orders: pd.DataFrame) -> pd.Series[bool]:
    """Which orders are on hold and may still ship."""
    return where(orders["fulfillment_action"], is_hold) & ~_is_final(orders)


def hold_runs(orders: pd.DataFrame) -> pd.Series[bool]:
    """Which orders are held with nothing of them being picked, so that their hold can run out."""
    picking = where(orders["status"], _is_processing)
    return held(orders) & ~picking


def leaves_by(orders: pd.DataFrame) -> pd.Series[Any]:
    """By when each order should have left: what is told of it, else LEAVES_WITHIN counted."""
    begun = orders["released_at"].fillna(orders["received_date"])
    return orders["ships_by"].fillna(begun + LEAVES_WITHIN)


def stuck(orders: pd.DataFrame, now: datetime) -> pd.Series[bool]:
    """Which orders should have left by now, with nothing of them being picked.

    One that's on hold waits for its seller, and isn't stuck.
    """
    waiting = where(orders["status"], is_waiting) & ~held(orders)
    return waiting & (leaves_by(orders) < now)


def is_stuck(order: Mapping[str, Any], now: datetime) -> bool:
    """Whether one order is stuck, by the rule of `stuck`; `order` is a row of the same frame."""
    if is_hold(order["fulfillment_action"]) or not is_waiting(order["status"]):
        return False
    due_out, begun = order["ships_by"], order["released_at"]
    if pd.isna(due_out):
        due_out = (order["received_date"] if pd.isna(begun) else begun) + LEAVES_WITHIN
    return bool(pd.notna(due_out) and due_out < now)


def received_within(orders: pd.DataFrame, days: int, now: datetime) -> pd.Series[bool]:
    """Which orders Amazon received in the last days; what it doesn't tell may be of today."""
    came = orders["received_date"]
    return came.isna() | (came > now - timedelta(days=days))


def latest(orders: pd.DataFrame, days: int) -> pd.DataFrame:
    """The orders that were received in so many days before the last one."""
    came = orders["received_date"]
    recent: pd.DataFrame = orders.loc[came >= came.max() - timedelta(days=days)]
    return recent


def at_the_warehouse(orders: pd.DataFrame) -> int:
    """How many orders aren't over yet."""
    return int(where(orders["status"], lambda it: not FulfillmentOrderStatus.of(it).is_final).sum())


def on_their_way(packages: pd.DataFrame) -> int:
    """How many parcels are on their way to their recipients."""
    return int(moving(packages).sum())


def stage_groups(orders: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """The orders of each stage, of HELD and of OVER, by name; one on hold is at no stage."""
    at, status, on_hold = stages(orders), orders["status"], hold_runs(orders)
    return {
        **{stage.value: (at == stage.value) & ~on_hold for stage in Stage},
        HELD: on_hold,
        OVER: where(status, lambda it: FulfillmentOrderStatus.of(it).comes_to_nothing),
    }


def late(orders: pd.DataFrame, now: datetime, *, heard: bool = True) -> pd.Series[bool]:
    """Which orders should have arrived on a day before today and still can, where they go.

    Neither one that's on hold, nor one whose parcels wait for their recipient. Until all parcels
    were `heard` of once, nothing is said of those that weren't asked for.
    """
    is_past: pd.Series[bool] = orders["due_day"] < today_there(orders, now)
    is_known: pd.Series[bool] = heard | ~orders["unread"]
    return is_past & is_known & is_open(orders) & ~hold_runs(orders)


def is_open(orders: pd.DataFrame) -> pd.Series[bool]:
    """Which orders haven't arrived and still can: something of them moves, or isn't packed yet."""
    dead = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).comes_to_nothing)
    packed = _has_shipped(orders) & (_parcels(orders) > 0)
    return ~(dead | is_delivered(orders)) & ((orders["moving"] > 0) | ~packed)


def is_delivered(orders: pd.DataFrame) -> pd.Series[bool]:
    """Which orders have shipped and arrived, all parcels of them."""
    parcels = _parcels(orders)
    return _has_shipped(orders) & (orders["parcels_delivered"] == parcels) & (parcels > 0)


def _parcels(orders: pd.DataFrame) -> pd.Series[int]:
    """How many parcels are known of each order."""
    return orders["parcels"].fillna(0).astype("int64")


def stages(orders: pd.DataFrame) -> pd.Series[Any]:
    """The `Stage` of each order, a category; empty for one that comes to nothing."""
    by_word = [_AT.get(FulfillmentOrderStatus.of(word)) for word in orders["status"].cat.categories]
    places = {stage: place for place, stage in enumerate(Stage)}
    codes = np.array([*(places[stage] if stage else -1 for stage in by_word), -1], dtype=int)
    at = codes[orders["status"].cat.codes.to_numpy()]
    at = np.where((at == places[Stage.SHIPPED]) & is_delivered(orders), places[Stage.DELIVERED], at)
    kinds = pd.CategoricalDtype([stage.value for stage in Stage], ordered=True)
    return pd.Series(pd.Categorical.from_codes(at, dtype=kinds), index=orders.index)


def troubles(orders: pd.DataFrame, packages: pd.DataFrame) -> Mapping[Trouble, pd.Series[bool]]:
    """The orders in each trouble that doesn't depend on the time, by trouble."""
    members = {trouble: pd.Series(False, index=orders.index) for trouble in Trouble}
    for trouble, statuses in _OF_ORDERS.items():
        members[trouble] |= where(orders["status"], _among(FulfillmentOrderStatus, statuses))
    for trouble, parcels in _OF_PARCELS.items():
        hit = packages[where(packages["status"], _among(PackageStatus, parcels))]
        # A buyer who has it sends it back: that's a return, and no trouble with the delivery.
        hit = hit[hit["delivered_at"].isna()] if trouble is Trouble.RETURNED else hit
        mine = orders["seller_fulfillment_order_id"].isin(hit["seller_fulfillment_order_id"])
        members[trouble] |= mine
    # Only against a promise: an estimate is no later than itself.
    moved = (orders["arrives_day"] > orders["due_day"]) & (orders["due_by"] != DueBy.AMAZON)
    members[Trouble.DELAYED] |= moved & is_open(orders)
    return members


def timely(
    orders: pd.DataFrame, now: datetime, *, heard: bool = True
) -> Mapping[Trouble, pd.Series[bool]]:
    """The orders in each trouble that comes with the time, by trouble; `heard` as of `late`."""
    quiet = where(orders["parcel_status"], _among(PackageStatus, {PackageStatus.UNKNOWN}))
    last = orders["last_event_at"].fillna(orders["status_updated_date"])
    quiet &= _has_shipped(orders) & (last < now - SILENT_FOR)
    return {
        Trouble.STUCK: stuck(orders, now),
        Trouble.LATE: late(orders, now, heard=heard),
        Trouble.UNKNOWN: quiet & (heard | ~orders["unread"]),
    }


def all_troubles(
    orders: pd.DataFrame, packages: pd.DataFrame, now: datetime, *, heard: bool = True
) -> dict[Trouble, pd.Series[bool]]:
    """The orders in each trouble, by trouble; `heard` as of `late`."""
    members = dict(troubles(orders, packages))
    for trouble, rows in timely(orders, now, heard=heard).items():
        members[trouble] = members[trouble] | rows
    return members


GRAVEST_FIRST = (
    Trouble.INVALID,
    Trouble.UNFULFILLABLE,
    Trouble.UNDELIVERABLE,
    Trouble.RETURNED,
    Trouble.STUCK,
    Trouble.PARTLY,
    Trouble.LATE,
    Trouble.DELAYED,
    Trouble.UNKNOWN,
)
"""The first of these is what an order is told of by, where it's in several."""
CLAIM_FOR = frozenset({Trouble.UNDELIVERABLE, Trouble.LATE})
"""What a claim is made for."""
NOTHING_SHIPS = frozenset({Trouble.INVALID, Trouble.UNFULFILLABLE})
"""With these an order has ended without a parcel."""


def title(trouble: Trouble, standing: object) -> str:
    """A trouble in a word or two, as it's with an order whose `Standing` is this."""
    came_back = Standing.RETURNED.label
    return came_back if trouble is Trouble.RETURNED and standing == came_back else trouble.label


def named(orders: pd.DataFrame, members: Mapping[Trouble, pd.Series[bool]]) -> pd.Series[Any]:
    """The titles of each order's troubles in one text, the gravest first; empty for none."""
    standings = orders["standing"].tolist()
    names: list[str] = [""] * len(orders)
    for trouble in GRAVEST_FIRST:
        for place in np.flatnonzero(members[trouble].to_numpy()).tolist():
            name = title(trouble, standings[place])
            names[place] += f", {name}" if names[place] else name
    return pd.Series(names, index=orders.index, dtype=TEXT)


def claim_rule(country_code: str) -> ClaimRule:
    """The claim window of a marketplace, as far as it's known."""
    return ClaimRule(closes=CLAIM_DAYS.get(country_code))


def claim_window(
    order: Mapping[str, Any], rule: ClaimRule
) -> tuple[datetime, datetime | None] | None:
    """The claim window of an order: from when until when; None if there's nothing to claim.

    That is so if no date is known to count from, and of what came, comes back or waits for its
    recipient. `order` is a row of `standing.counted`; the end is None where the marketplace's isn't
    known.
    """
    base = order["due"]
    if pd.isna(base) or not FulfillmentOrderStatus.of(order["status"]).has_shipped:
        return None
    if parcels_of(order) and not order["moving"] and not order["lost"]:
        return None
    closes = base + timedelta(days=rule.closes) if rule.closes else None
    return base + timedelta(days=rule.opens), closes


def deadlines(orders: pd.DataFrame, now: datetime, claim: ClaimRule) -> pd.DataFrame:
    """What ends for which order, the soonest first: columns DEADLINES.

    A time that isn't known is empty, and comes last. `opens` is empty for what can be done now.
    """
    rows = [
        *_cancel(orders, now),
        *_holds(orders, now),
        *_fill_all(orders, now),
        *_claims(orders, now, claim),
    ]
    table = build(DEADLINES, {name: [row[name] for row in rows] for name in DEADLINES})
    soonest = table["opens"].fillna(table["due"])
    order = soonest.where(soonest > now, table["due"]).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def today(deadlines: pd.DataFrame, now: datetime, zone: tzinfo) -> tuple[int, int]:
    """How many deadlines end on what is left of the day in the zone, and how many have passed."""
    ends = deadlines["due"].dropna()
    day = now.astimezone(zone).date()
    left = sum(now <= end and end.astimezone(zone).date() == day for end in ends)
    return left, int((ends < now).sum())


def masked(name: str | None) -> str | None:
    """A name as far as one needs it to know an order again, like "Ada E."."""
    parts = (name or "").split()
    if len(parts) < 2 or is_words(name) or name == UNREADABLE:
        return name
    return f"{parts[0]} {parts[-1][0]}."


_OF_STAGES = {
    Stage.RECEIVED: "Amazon has it, and nothing is planned yet.",
    Stage.PLANNING: "Amazon chooses warehouses.",
    Stage.PROCESSING: "It's being picked, or left in part.",
    Stage.SHIPPED: "It left the warehouse, and not all of it is delivered.",
    Stage.DELIVERED: "All its parcels are delivered.",
}
_LABELS = {
    Trouble.PARTLY: FulfillmentOrderStatus.PARTIAL.label,
    Trouble.INVALID: FulfillmentOrderStatus.INVALID.label,
    Trouble.UNFULFILLABLE: FulfillmentOrderStatus.UNFULFILLABLE.label,
    Trouble.UNDELIVERABLE: PackageStatus.UNDELIVERABLE.label,
}
_MEANINGS = {
    Trouble.STUCK: "It should have left by now, and nothing of it is being picked.",
    Trouble.LATE: "It should have arrived by now: by what was promised when it was sent, or, where "
    "that isn't known, by Amazon's estimate.",
    Trouble.DELAYED: "The carrier says so, or Amazon's estimate lies behind the promise.",
    Trouble.UNDELIVERABLE: "A parcel was lost, destroyed or can't be delivered.",
    Trouble.RETURNED: "A parcel is on its way back, or came back.",
    Trouble.PARTLY: FulfillmentOrderStatus.PARTIAL.meaning,
    Trouble.INVALID: FulfillmentOrderStatus.INVALID.meaning,
    Trouble.UNFULFILLABLE: FulfillmentOrderStatus.UNFULFILLABLE.meaning,
    Trouble.UNKNOWN: "Amazon uses a word that isn't known here, or the carrier hasn't said a word "
    f"for {SILENT_FOR.days} days.",
}
_AT = {
    FulfillmentOrderStatus.NEW: Stage.RECEIVED,
    FulfillmentOrderStatus.RECEIVED: Stage.RECEIVED,
    FulfillmentOrderStatus.ACCEPTED: Stage.RECEIVED,
    FulfillmentOrderStatus.PLANNING: Stage.PLANNING,
    FulfillmentOrderStatus.PROCESSING: Stage.PROCESSING,
    FulfillmentOrderStatus.COMPLETE: Stage.SHIPPED,
    FulfillmentOrderStatus.PARTIAL: Stage.SHIPPED,
}
_DELAYED = frozenset(
    {
        PackageStatus.DELAYED,
        PackageStatus.DELIVERY_ATTEMPTED,
        PackageStatus.CUSTOMER_ACTION,
        PackageStatus.PICKUP_ATTEMPTED,
        PackageStatus.EXPIRED,
    }
)
_OF_PARCELS: dict[Trouble, frozenset[PackageStatus]] = {
    Trouble.DELAYED: _DELAYED,
    Trouble.UNDELIVERABLE: frozenset({PackageStatus.UNDELIVERABLE}),
    Trouble.RETURNED: frozenset(
        {
            PackageStatus.RETURNING,
            PackageStatus.RETURNED,
            PackageStatus.RETURN_RECEIVED_IN_FC,
        }
    ),
    Trouble.UNKNOWN: frozenset({PackageStatus.UNRECOGNISED}),
}
_OF_ORDERS: dict[Trouble, frozenset[FulfillmentOrderStatus]] = {
    Trouble.PARTLY: frozenset({FulfillmentOrderStatus.PARTIAL}),
    Trouble.INVALID: frozenset({FulfillmentOrderStatus.INVALID}),
    Trouble.UNFULFILLABLE: frozenset({FulfillmentOrderStatus.UNFULFILLABLE}),
    Trouble.UNKNOWN: frozenset({FulfillmentOrderStatus.UNRECOGNISED}),
}
_OF_A_DEADLINE = [
    "seller_fulfillment_order_id", "displayable_order_id", "received_date", "released_at",
    "status", "estimated_ship_date", "promised_ship_date", "due", "due_by", "parcels", "moving",
    "lost",
]  # fmt: skip
"""What is told of an order: the other columns of a thousand of them take longer."""


def _is_final(orders: pd.DataFrame) -> pd.Series[bool]:
    return where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).is_final)


def _has_shipped(orders: pd.DataFrame) -> pd.Series[bool]:
    return where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).has_shipped)


def _is_processing(status: object) -> bool:
    return FulfillmentOrderStatus.of(status) is FulfillmentOrderStatus.PROCESSING


def _among(kind: Any, members: frozenset[Any] | set[Any]) -> Callable[[Any], bool]:
    return lambda word: kind.of(word) in members if word else False


def _rows(orders: pd.DataFrame) -> Iterator[dict[Any, Any]]:
    yield from orders[_OF_A_DEADLINE].to_dict("records")


def _deadline_about(
    row: dict[Any, Any], kind: DeadlineKind, what: str, opens: Any, ends: Any
) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": row["seller_fulfillment_order_id"],
        "displayable_order_id": row["displayable_order_id"],
        "kind": kind.value,
        "what": what,
        "opens": _moment(opens),
        "due": _moment(ends),
    }


def _moment(at: Any) -> datetime | None:
    return None if pd.isna(at) else at


def _cancel(orders: pd.DataFrame, now: datetime) -> Iterator[dict[str, Any]]:
    """Orders so new that picking has hardly begun."""
    early = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).is_cancellable)
    early &= ~held(orders) & (orders["received_date"] > now - CANCELLABLE_FOR)
    for row in _rows(orders[early]):
        what = "Can still be cancelled: picking may begin then."
        yield _deadline_about(
            row, DeadlineKind.CANCEL, what, None, row["received_date"] + CANCELLABLE_FOR
        )


def _holds(orders: pd.DataFrame, now: datetime) -> Iterator[dict[str, Any]]:
    for row in _rows(orders[hold_runs(orders)]):
        came = row["received_date"]
        ends = None if pd.isna(came) else came + HOLD_LASTS
        what = "Amazon cancels it unless you ship it."
        yield _deadline_about(row, DeadlineKind.HOLD, what, None, ends)
        ships = row["promised_ship_date"]
        ships = row["estimated_ship_date"] if pd.isna(ships) else ships
        if not pd.isna(ships) and ships > now:
            what = "Ship it before, and it keeps its date."
            yield _deadline_about(row, DeadlineKind.RELEASE, what, None, ships)


def _fill_all(orders: pd.DataFrame, now: datetime) -> Iterator[dict[str, Any]]:
    waits = where(orders["fulfillment_policy"], lambda word: word == "FillAll")
    ends = orders["released_at"].fillna(orders["received_date"]) + FILL_ALL_LASTS
    open_ones = waits & ~_is_final(orders) & ~held(orders) & (ends > now - CLOSED_FOR)
    for row, end in zip(_rows(orders[open_ones]), ends[open_ones], strict=True):
        what = "Amazon gives up the units that it hasn't found by then."
        yield _deadline_about(row, DeadlineKind.FILL_ALL, what, None, end)


def _claims(orders: pd.DataFrame, now: datetime, rule: ClaimRule) -> Iterator[dict[str, Any]]:
    """Orders of which something is lost, or late and still on its way."""
    shipped = _has_shipped(orders) & ~is_delivered(orders)
    missed = (orders["lost"] > 0) | late(orders, now)
    recent = orders["due"] > now - timedelta(days=rule.closes or 365) - CLOSED_FOR
    for row in _rows(orders[shipped & missed & recent]):
        opens, closes = claim_window(row, rule) or (None, None)
        yield _deadline_about(row, DeadlineKind.CLAIM, claim_words(row, rule), opens, closes)


def claim_words(order: Mapping[str, Any], rule: ClaimRule) -> str:
    """Why and from when a claim is taken, in a sentence; `order` as of `claim_window`."""
    until = "" if rule.closes else " Until when isn't known for this marketplace: set it below."
    lost = "Lost or undeliverable" if order["lost"] else "Not delivered"
    against = _COUNTED_FROM[DueBy(order["due_by"])]
    return f"{lost}: claim it from {rule.opens} days after {against} on.{until}"


_COUNTED_FROM = {
    DueBy.PROMISE: "what was promised",
    DueBy.RELEASE: "what was promised, counted from its release,",
    DueBy.AMAZON: "Amazon's estimate",
    DueBy.UNTOLD: "a date that isn't told",
}
