"""What ends when: holds, FillAll's day, the time to claim a lost parcel. Frames -> frames, pure.

https://developer-docs.amazon.com/sp-api/docs/mcf-best-practices
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from mcf.frames import TEXT, UTC_TIME, build
from mcf.insight import HOLD_LASTS, is_hold, where
from mcf.stages import due, is_delivered
from mcf.status import FulfillmentOrderStatus, PackageStatus

FILL_ALL_LASTS = timedelta(hours=24)
"""After that long Amazon gives up what it didn't find of an order that waits for all its units."""

CANCELLABLE_FOR = timedelta(minutes=30)
"""An order's picking usually begins after that long or later; Amazon promises no time."""

CLAIM_DAYS = {"US": 90, "IN": 30}
"""Days after the promise within which Amazon takes a claim, where that is known."""

CLOSED_FOR = timedelta(days=3)
"""A deadline that has passed is shown for that long."""


class Kind(StrEnum):
    """What ends."""

    CANCEL = "Cancel"
    RELEASE = "Release in time"
    HOLD = "Hold ends"
    FILL_ALL = "Wait for all units ends"
    CLAIM = "Claim"


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """Days after the promise from which, and until which, a claim is taken; None: not known."""

    opens: int = 7
    closes: int | None = None


def claim_rule(country_code: str) -> ClaimRule:
    """The rule of a marketplace, as far as it's known."""
    return ClaimRule(closes=CLAIM_DAYS.get(country_code))


DEADLINES = {
    "seller_fulfillment_order_id": TEXT,
    "displayable_order_id": TEXT,
    "kind": TEXT,
    "what": TEXT,
    "opens": UTC_TIME,
    "due": UTC_TIME,
}


def deadlines(orders: pd.DataFrame, now: datetime, claim: ClaimRule) -> pd.DataFrame:
    """What ends for which order, the soonest first: columns DEADLINES; `now` is Amazon's.

    A time that isn't known is empty, and comes last. `opens` is empty for what can be done now.
    """
    found = [
        *_cancel(orders, now),
        *_holds(orders, now),
        *_fill_all(orders, now),
        *_claims(orders, now, claim),
    ]
    table = build(DEADLINES, {name: [row[name] for row in found] for name in DEADLINES})
    soonest = table["opens"].fillna(table["due"])
    order = soonest.where(soonest > now, table["due"]).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _rows(orders: pd.DataFrame) -> Iterator[dict[Any, Any]]:
    told = [
        "seller_fulfillment_order_id", "displayable_order_id", "received_date", "status",
        "estimated_ship_date", "promised_ship_date", "promised_arrival_date",
        "estimated_arrival_date", "parcel_status",
    ]  # fmt: skip
    yield from orders[told].to_dict("records")


def _about(row: dict[Any, Any], kind: Kind, what: str, opens: Any, ends: Any) -> dict[str, Any]:
    return {
        "seller_fulfillment_order_id": row["seller_fulfillment_order_id"],
        "displayable_order_id": row["displayable_order_id"],
        "kind": kind.value,
        "what": what,
        "opens": _moment(opens),
        "due": _moment(ends),
    }


def _moment(told: Any) -> datetime | None:
    return None if pd.isna(told) else told


def _cancel(orders: pd.DataFrame, now: datetime) -> Iterator[dict[str, Any]]:
    """Orders so new that picking has hardly begun."""
    early = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).is_cancellable)
    early &= ~_held(orders) & (orders["received_date"] > now - CANCELLABLE_FOR)
    for row in _rows(orders[early]):
        what = "Can still be cancelled; picking usually begins then at the earliest."
        yield _about(row, Kind.CANCEL, what, None, row["received_date"] + CANCELLABLE_FOR)


def _holds(orders: pd.DataFrame, now: datetime) -> Iterator[dict[str, Any]]:
    final = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).is_final)
    for row in _rows(orders[_held(orders) & ~final]):
        came = row["received_date"]
        ends = None if pd.isna(came) else came + HOLD_LASTS
        days = HOLD_LASTS.days
        told = f"Amazon cancels it {days} days after it came, unless you ship it."
        yield _about(row, Kind.HOLD, told, None, ends)
        ships = row["promised_ship_date"]
        ships = row["estimated_ship_date"] if pd.isna(ships) else ships
        if not pd.isna(ships) and ships > now - CLOSED_FOR:
            told = "Release it before, to keep the date on which it was to ship."
            yield _about(row, Kind.RELEASE, told, None, ships)


def _fill_all(orders: pd.DataFrame, now: datetime) -> Iterator[dict[str, Any]]:
    waits = where(orders["fulfillment_policy"], lambda word: word == "FillAll")
    final = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).is_final)
    ends = orders["received_date"] + FILL_ALL_LASTS
    open_ones = waits & ~final & ~_held(orders) & (ends > now - CLOSED_FOR)
    for row in _rows(orders[open_ones]):
        told = "It waits for all its units; what isn't found by then is given up."
        yield _about(row, Kind.FILL_ALL, told, None, row["received_date"] + FILL_ALL_LASTS)


def _claims(orders: pd.DataFrame, now: datetime, rule: ClaimRule) -> Iterator[dict[str, Any]]:
    shipped = where(orders["status"], lambda word: FulfillmentOrderStatus.of(word).has_shipped)
    back = where(
        orders["parcel_status"],
        lambda word: PackageStatus.of(word) in (PackageStatus.RETURNED, PackageStatus.RETURNING),
    )
    by = due(orders)
    recent = by > now - timedelta(days=rule.closes or 365) - CLOSED_FOR
    for row in _rows(orders[shipped & ~is_delivered(orders) & ~back & (by < now) & recent]):
        promised = not pd.isna(row["promised_arrival_date"])
        window = claim_window(row, rule)
        opens, closes = window or (None, None)
        until = "" if closes else " Until when isn't known for this marketplace: set it below."
        against = "what was promised" if promised else "Amazon's estimate"
        what = f"Not delivered. A claim is taken from {rule.opens} days after {against} on.{until}"
        yield _about(row, Kind.CLAIM, what, opens, closes)


def claim_window(
    order: Mapping[str, Any], rule: ClaimRule
) -> tuple[datetime, datetime | None] | None:
    """From when until when a claim is taken for an order; None if no date is known to count from.

    `order` is a row of `frames.ORDERS`; the end is None where the marketplace's isn't known.
    """
    promised, estimated = order["promised_arrival_date"], order["estimated_arrival_date"]
    base = estimated if pd.isna(promised) else promised
    if pd.isna(base):
        return None
    closes = base + timedelta(days=rule.closes) if rule.closes else None
    return base + timedelta(days=rule.opens), closes


def _held(orders: pd.DataFrame) -> pd.Series[bool]:
    return where(orders["fulfillment_action"], is_hold)
