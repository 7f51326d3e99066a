"""What came of what Amazon promised for each order: frames -> frames, pure.

A promise is what the preview said when an order was sent from here. Estimates, which move with what
happens, are never taken for one. Days are those of a zone, usually the marketplace's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mcf.address_rules import country, country_code
from mcf.insight import is_hold, where
from mcf.status import EVENT_TEXTS, FulfillmentOrderStatus, PackageStatus
from mcf.words import carrier as carrier_name

SEVERAL_CARRIERS = "Several carriers"
NO_CARRIER = "Carrier not told"
NOT_SHIPPED = "Not shipped yet"
NO_REGION = "Region not told"

_ORDER_ID = "seller_fulfillment_order_id"

Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
Shipments: TypeAlias = pd.DataFrame | None
"""Columns `seller_fulfillment_order_id` and `amazon_shipment_id`."""


class Outcome(StrEnum):
    """What came of a promise."""

    ON_TIME = "On time"
    LATE = "Late"
    OPEN = "Late and not there yet"
    NOT_DUE = "Not due yet"
    HELD = "On hold"
    NO_PROMISE = "No promise stored"
    UNTOLD = "When isn't told"
    NOTHING = "Nothing ships"


JUDGED = (Outcome.ON_TIME, Outcome.LATE, Outcome.OPEN)
"""Those that say whether a promise was kept."""

_OUTCOMES = pd.CategoricalDtype([each.value for each in Outcome])


def outcomes(
    orders: pd.DataFrame,
    packages: pd.DataFrame,
    now: datetime,
    zone: tzinfo = UTC,
    dead: Shipments = None,
) -> pd.DataFrame:
    """One row per order, in the same order: what came of the promised arrival and shipping.

    `arrival` and `shipping` are an `Outcome`, `days_late` and `ship_days_late` whole days, negative
    when early, so far while it's open, NaN while it isn't judged. An order is as late as its last
    parcel; parcels of `dead` shipments, and those that the carrier won't collect, don't count.
    `week` is the Monday of the promised arrival's week, `region` an area's code where its country
    has codes. Also `speed`, `carrier`, `country_code`, `received_date`.
    """
    parcels = counting(packages, dead)
    sums = _parcel_sums(orders, parcels)
    promised = days_of(orders["promised_arrival_date"], zone)
    due = days_of(orders["promised_ship_date"], zone)
    status = orders["status"]
    left = where(status, _may_have_left).to_numpy()
    today = pd.Timestamp(now).tz_convert(zone).tz_localize(None).floor("D")
    standing = _standing(orders)
    arrived = _Step(sums.count, sums.arrived, sums.unclear, days_of(sums.arrived_at, zone))
    shipped = _Step(
        sums.count, sums.shipped, sums.count - sums.shipped, days_of(sums.left_at, zone)
    )
    arrival, days_late = _judged(standing, promised, arrived, left, today)
    shipping, ship_days_late = _judged(standing, due, shipped, left, today)
    return pd.DataFrame(
        {
            _ORDER_ID: orders[_ORDER_ID],
            "received_date": orders["received_date"],
            "speed": orders["speed_label"],
            "carrier": sums.carrier,
            "country_code": orders["country_code"],
            "region": _regions(orders),
            "week": promised - pd.to_timedelta(promised.dt.day_of_week, unit="D"),
            "arrival": arrival,
            "days_late": days_late,
            "shipping": shipping,
            "ship_days_late": ship_days_late,
        },
        index=orders.index,
    )


def counting(packages: pd.DataFrame, dead: Shipments = None) -> pd.DataFrame:
    """The parcels that are on their way to a buyer or were: neither cancelled nor given up."""
    alive = where(packages["status"], lambda it: PackageStatus.of(it) not in _CANCELLED)
    if dead is not None and len(dead):
        names = [_ORDER_ID, "amazon_shipment_id"]
        near = packages.index[packages["amazon_shipment_id"].isin(dead["amazon_shipment_id"])]
        # Shipments without an id of Amazon's go by their place, which other orders have too.
        pairs = pd.MultiIndex.from_frame(packages.loc[near, names])
        alive[near[pairs.isin(pd.MultiIndex.from_frame(dead[names]))]] = False
    # Taking rows of many columns takes longer than finding them.
    return packages if alive.all() else packages[alive]


_CANCELLED = frozenset({PackageStatus.PICKUP_CANCELLED})
_UNCLEAR = frozenset(
    {
        PackageStatus.DELIVERED,
        PackageStatus.AVAILABLE_FOR_PICKUP,
        PackageStatus.RETURN_REQUEST_ACCEPTED,
        PackageStatus.RETURN_RECEIVED_IN_FC,
        PackageStatus.REFUND_ISSUED,
        PackageStatus.UNRECOGNISED,
    }
)
"""With these a parcel without a time of delivery reached the buyer, or may have."""

_IN_A_LOCKER = [EVENT_TEXTS["EVENT_801"], EVENT_TEXTS["EVENT_804"]]
"""It's for the buyer to collect, or was; its status may then be any."""


def _may_have_left(status: object) -> bool:
    known = FulfillmentOrderStatus.of(status)
    return known.has_shipped or known is FulfillmentOrderStatus.UNRECOGNISED


@dataclass(frozen=True, slots=True)
class _ParcelSums:
    """Of the parcels of each order: how many, how many arrived, and the last time of each."""

    count: Any
    arrived: Any
    unclear: Any
    shipped: Any
    arrived_at: pd.Series[Any]
    left_at: pd.Series[Any]
    carrier: pd.Categorical


def _parcel_sums(orders: pd.DataFrame, parcels: pd.DataFrame) -> _ParcelSums:
    at = pd.Index(orders[_ORDER_ID]).get_indexer(pd.Index(parcels[_ORDER_ID]))
    parcels, at = parcels[at >= 0], at[at >= 0]
    arrived = parcels["delivered_at"].notna().to_numpy()
    maybe = where(parcels["status"], lambda it: PackageStatus.of(it) in _UNCLEAR)
    maybe |= parcels["last_event"].isin(_IN_A_LOCKER) | ~parcels["tracked"]
    unclear = ~arrived & maybe.to_numpy()

    def count(which: Flags | None = None) -> Any:
        return np.bincount(at if which is None else at[which], minlength=len(orders))

    return _ParcelSums(
        count(),
        count(arrived),
        count(unclear),
        count(parcels["ship_date"].notna().to_numpy()),
        _last(orders, at, parcels["delivered_at"]),
        _last(orders, at, parcels["ship_date"]),
        _carriers(count(), at, carriers(parcels)),
    )


def _last(orders: pd.DataFrame, at: Any, moments: pd.Series[Any]) -> pd.Series[Any]:
    last = np.full(len(orders), np.datetime64("NaT", "us"))
    # As a number NaT is less than every time.
    bare = moments.dt.tz_localize(None).to_numpy()
    np.maximum.at(last.view(np.int64), at, bare.view(np.int64))
    found: pd.Series[Any] = pd.Series(last, index=orders.index).dt.tz_localize("UTC")
    return found


def carriers(parcels: pd.DataFrame) -> pd.Series[Any]:
    """The carrier of each parcel as people know it, or that it isn't told; a category."""
    codes = parcels["carrier_code"]
    names = [*map(_carrier, codes.cat.categories), NO_CARRIER]
    return pd.Series(labelled(codes.cat.codes.to_numpy(), names), index=parcels.index)


def _carrier(code: str) -> str:
    return carrier_name(code) or NO_CARRIER


def labelled(codes: Any, names: Sequence[str]) -> pd.Categorical:
    """The name at each position, from the end if it's negative; names may be there twice."""
    unique, at = np.unique(np.array(names, dtype=object), return_inverse=True)
    return pd.Categorical.from_codes(at[codes], categories=unique.tolist())


def _carriers(count: Any, at: Any, names: pd.Series[Any]) -> pd.Categorical:
    """The one carrier of each order's parcels; a group of their own for orders with several."""
    found = list(names.cat.categories)
    known = (names != NO_CARRIER).to_numpy()
    codes = names.cat.codes.to_numpy()[known]
    first, last = np.full(len(count), len(found)), np.full(len(count), -1)
    np.minimum.at(first, at[known], codes)
    np.maximum.at(last, at[known], codes)
    which = np.where(first == last, last, np.where(last < 0, -2, -3))
    which = np.where(count == 0, -1, which)
    return labelled(which, [*found, SEVERAL_CARRIERS, NO_CARRIER, NOT_SHIPPED])


def _standing(orders: pd.DataFrame) -> tuple[Flags, Flags]:
    """Of which orders nothing ships, and which wait on hold for the seller's word."""
    status = orders["status"]
    nothing = where(status, lambda it: FulfillmentOrderStatus.of(it).comes_to_nothing)
    final = where(status, lambda it: FulfillmentOrderStatus.of(it).is_final)
    held = where(orders["fulfillment_action"], is_hold)
    return nothing.to_numpy(), (held & ~final).to_numpy()


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that all parcels of an order do: how many did, and the day of the last.

    Of those `unclear` it isn't known whether or when they did.
    """

    count: Any
    done: Any
    unclear: Any
    day: pd.Series[Any]


def _judged(
    standing: tuple[Flags, Flags],
    promised: pd.Series[Any],
    step: _Step,
    left: Flags,
    today: pd.Timestamp,
) -> tuple[pd.Categorical, pd.Series[Any]]:
    nothing, held = standing
    done = (step.count > 0) & (step.done == step.count) & left
    missing = ~left | (step.done + step.unclear < step.count)
    late_by = (step.day.where(done, today) - promised).dt.days.astype("float64")
    late = (late_by > 0).to_numpy()
    cases = {
        Outcome.NOTHING: nothing,
        Outcome.NO_PROMISE: promised.isna().to_numpy(),
        Outcome.LATE: done & late,
        Outcome.ON_TIME: done,
        Outcome.HELD: held,
        Outcome.NOT_DUE: ~late,
        Outcome.OPEN: missing,
    }
    found = np.select(
        list(cases.values()), [_code(each) for each in cases], default=_code(Outcome.UNTOLD)
    )
    judged = np.isin(found, [_code(each) for each in JUDGED])
    return pd.Categorical.from_codes(found, dtype=_OUTCOMES), late_by.where(judged)


def _code(outcome: Outcome) -> int:
    return list(Outcome).index(outcome)


def days_of(moments: pd.Series[Any], zone: tzinfo) -> pd.Series[Any]:
    """The day of each moment in a zone, as a bare date."""
    found: pd.Series[Any] = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.floor("D")
    return found


def _regions(orders: pd.DataFrame) -> pd.Categorical:
    """The regions, each in one writing; each of the few writings is looked up once."""
    countries = [*orders["country_code"].cat.categories, ""]
    codes, writings = pd.factorize(orders["state_or_region"])
    texts = [*writings, ""]
    at = orders["country_code"].cat.codes.to_numpy().astype("int64")
    which, pairs = pd.factorize((at + 1) * len(texts) + codes + 1)
    names = [
        _region(countries[pair // len(texts) - 1], texts[pair % len(texts) - 1])
        for pair in pairs.tolist()
    ]
    return labelled(which, [*names, NO_REGION])


def _region(country_told: str, region: str) -> str:
    text = " ".join(region.split())
    code = country_code(country_told)
    area = country(code).area(text) if code and text else None
    if area is not None:
        return area.code
    return (text.upper() if len(text) <= _ABBREVIATED else text.title()) or NO_REGION


_ABBREVIATED = 3
