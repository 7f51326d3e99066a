"""What is true of an order now: where it stands, when it arrives and who says so, by when it is
due, and how many days late it is. Said here once, for lists, pages, alerts and files. Pure.

Days are those of the recipient: an order is late on the day after the promised one, where it goes.

An order that was on hold and was released after the day on which it was to ship begins anew: what
was promised and estimated before counts from the release on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from mcf.addresses.zones import UNTOLD, zone_of
from mcf.amazon.statuses import FulfillmentAction, FulfillmentOrderStatus, PackageStatus, Status
from mcf.store.frames import BY_TRACKING, NUMBER, PACKAGES, REPEATED, UTC_TIME, PerOrder, build

_ORDER = "seller_fulfillment_order_id"
_DAY = "datetime64[us]"
_NO_TIME = np.datetime64("NaT", "us")


class Arrival(StrEnum):
    """Who says when something arrives, or why nobody can."""

    DELIVERED = "Delivered"
    TRACKING = "Its tracking"
    AMAZON = "Amazon's estimate"
    WAITS = "It waits for its recipient"
    NOTHING = "Nothing moves"
    UNTOLD = "Not told"


class DueBy(StrEnum):
    """What an order is due by."""

    PROMISE = "Promise"
    RELEASE = "Promise, counted from the release"
    AMAZON = "Amazon's estimate"
    UNTOLD = "Not told"


_ORDER_WORD, _PARCEL_WORD = FulfillmentOrderStatus, PackageStatus


# fmt: off
class Standing(Status):
    """Where an order stands, in the one word of lists, its page, alerts and files."""

    NEW          = "New",               "", "blue",   _ORDER_WORD.NEW.meaning
    RECEIVED     = "Received",          "", "blue",   _ORDER_WORD.RECEIVED.meaning
    PLANNING     = "Planning",          "", "blue",   _ORDER_WORD.PLANNING.meaning
    ACCEPTED     = "Accepted",          "", "blue",   _ORDER_WORD.ACCEPTED.meaning
    ON_HOLD      = "On hold",           "", "orange", "Amazon waits until you ship it."
    PROCESSING   = "Processing",        "", "violet", _ORDER_WORD.PROCESSING.meaning
    SHIPPED      = "Shipped",           "", "violet", "All of it has left; not all is delivered."
    PARTLY       = "Shipped in part",   "", "orange", _ORDER_WORD.PARTIAL.meaning
    READY        = "Ready for pickup",  "", "violet", _PARCEL_WORD.AVAILABLE_FOR_PICKUP.meaning
    DELIVERED    = "Delivered",         "", "green",  "All its parcels are delivered."
    IN_PART      = "Delivered in part", "", "orange", "A part is there; no more is on its way."
    RETURNING    = "Coming back",       "", "orange", _PARCEL_WORD.RETURNING.meaning
    RETURNED     = "Came back",         "", "red",    _PARCEL_WORD.RETURNED.meaning
    LOST         = "Undeliverable",     "", "red",    _PARCEL_WORD.UNDELIVERABLE.meaning
    CANCELLED    = "Cancelled",         "", "gray",   _ORDER_WORD.CANCELLED.meaning
    UNFULFILLABLE = "Not fulfillable",  "", "red",    _ORDER_WORD.UNFULFILLABLE.meaning
    INVALID      = "Invalid",           "", "red",    _ORDER_WORD.INVALID.meaning
    UNRECOGNISED = "UNRECOGNISED", "Unknown", "gray", _ORDER_WORD.UNRECOGNISED.meaning
# fmt: on


COUNTED = {
    "standing": REPEATED,
    "zone": REPEATED,
    "released_at": UTC_TIME,
    "ships_by": UTC_TIME,
    "due": UTC_TIME,
    "due_by": REPEATED,
    "due_day": _DAY,
    "arrives": UTC_TIME,
    "arrives_by": REPEATED,
    "arrives_day": _DAY,
    "moving": NUMBER,
    "lost": NUMBER,
    "back": NUMBER,
    "unread": "bool",
}
"""What `counted` adds to `frames.ORDERS`. `standing` is a `Standing`, `arrives_by` an `Arrival`,
`due_by` a `DueBy`; the days are bare dates where the order goes, in `zone`. `moving` parcels are on
their way, `lost` ones undeliverable, `back` ones coming back or there; of `unread` orders not all
parcels were asked for yet.
"""
OF_PARCEL = {"arrives": UTC_TIME, "arrives_by": REPEATED, "arrives_day": _DAY}
"""What `parcels` adds to `frames.PACKAGES`."""

_GONE = frozenset({PackageStatus.UNDELIVERABLE})
_BACK = frozenset(
    {
        PackageStatus.RETURNING,
        PackageStatus.RETURNED,
        PackageStatus.RETURN_REQUEST_ACCEPTED,
        PackageStatus.RETURN_RECEIVED_IN_FC,
        PackageStatus.REFUND_ISSUED,
    }
)
_WAITS = frozenset({PackageStatus.AVAILABLE_FOR_PICKUP})
_OFF = frozenset({PackageStatus.PICKUP_CANCELLED})
_STILL = _GONE | _BACK | _WAITS | _OFF
"""Parcels with these words aren't on their way to the recipient."""
_WORDS = {
    FulfillmentOrderStatus.COMPLETE: Standing.SHIPPED,
    FulfillmentOrderStatus.PARTIAL: Standing.PARTLY,
    **{
        status: Standing.of(status.label)
        for status in FulfillmentOrderStatus
        if not status.has_shipped
    },
}


def counted(
    orders: pd.DataFrame, packages: pd.DataFrame, released: Mapping[str, datetime]
) -> pd.DataFrame:
    """The orders (`frames.ORDERS`) with the columns COUNTED; nothing of it depends on the time.

    `packages` are their parcels (`frames.PACKAGES`), `released` when a hold was seen to end, UTC.
    """
    zones = _zones(orders)
    tallies = _tallies(orders, packages)
    dates = _dates(orders, packages, released, tallies)
    days = {f"{name}_day": _local_days(dates[name], zones) for name in ("due", "arrives")}
    columns = {
        "standing": _standings(orders, tallies),
        "zone": zones,
        **dates,
        **days,
        "moving": tallies["moving"],
        "lost": tallies["lost"],
        "back": tallies["back"],
        "unread": ~orders["detailed"].to_numpy() | (tallies["untracked"] > 0),
    }
    added = build(COUNTED, {name: columns[name] for name in COUNTED})
    return orders.assign(**{name: added[name].set_axis(orders.index) for name in COUNTED})


def parcels(packages: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """The parcels (`frames.PACKAGES`) with when each arrives and who says so: columns OF_PARCEL.

    `orders` are theirs, as `counted` gives them.
    """
    at = pd.Index(orders[_ORDER]).get_indexer(pd.Index(packages[_ORDER]))
    zones = np.append(orders["zone"].to_numpy(dtype=object), UNTOLD)[at]
    over = _among(orders["status"], FulfillmentOrderStatus, _NOTHING)
    still = _is(packages, _STILL) | np.append(over, False)[at]
    spare = np.append(_times(orders["estimated_arrival_date"]), _NO_TIME)[at]
    arrives, by = _arrival(packages, still, spare)
    added = build(
        OF_PARCEL,
        {"arrives": arrives, "arrives_by": by.tolist(), "arrives_day": _local_days(arrives, zones)},
    )
    return packages.assign(**{name: added[name].set_axis(packages.index) for name in OF_PARCEL})


def no_parcels() -> pd.DataFrame:
    """No parcel, in the columns of `frames.PACKAGES`."""
    return build(PACKAGES, {name: [] for name in PACKAGES})


def today(orders: pd.DataFrame, now: datetime) -> Any:
    """The date now where each of the counted orders goes, bare."""
    moments = np.full(len(orders), np.datetime64(_bare(now), "us"))
    return _local_days(moments, orders["zone"].to_numpy(dtype=object))


def days_there(moments: pd.Series[Any], orders: pd.DataFrame) -> pd.Series[Any]:
    """The bare date of each moment where the order in the same place goes."""
    days = _local_days(_times(moments), _zones(orders))
    return pd.Series(days, index=moments.index)


def moving(packages: pd.DataFrame) -> Any:
    """Which parcels are on their way to their recipients: a flag for each."""
    return ~_is_there(packages) & ~_is(packages, _STILL)


def days_late(orders: pd.DataFrame, now: datetime) -> pd.Series[Any]:
    """Days from the promise to the arrival of counted orders; negative is early.

    Of one that is on its way it's the later of the estimate and today. NaN without a promise, for
    what was delivered at a time that isn't told, and where nothing arrives.
    """
    by = orders["arrives_by"]
    here = today(orders, now)
    day = orders["arrives_day"].to_numpy()
    moves = by.isin([Arrival.TRACKING.value, Arrival.AMAZON.value]).to_numpy()
    day = np.where(moves, np.maximum(day, here), day)
    is_promise = orders["due_by"].isin([DueBy.PROMISE.value, DueBy.RELEASE.value]).to_numpy()
    late = (day - orders["due_day"].to_numpy()).astype("timedelta64[D]").astype("float64")
    known = is_promise & ~np.isnat(day) & orders["due_day"].notna().to_numpy()
    return pd.Series(np.where(known, late, np.nan), index=orders.index)


_NOTHING = frozenset(status for status in FulfillmentOrderStatus if status.comes_to_nothing)
_SHIPPED = frozenset(status for status in FulfillmentOrderStatus if status.has_shipped)
_FINAL = frozenset(status for status in FulfillmentOrderStatus if status.is_final)
_PICKING = frozenset({FulfillmentOrderStatus.PROCESSING})


def _among(column: pd.Series[Any], kind: type[Status], members: frozenset[Any]) -> Any:
    passed = np.array([kind.of(word) in members for word in (*column.cat.categories, None)])
    return passed[column.cat.codes.to_numpy()]


def _is(packages: pd.DataFrame, members: frozenset[PackageStatus]) -> Any:
    return _among(packages["status"], PackageStatus, members) & ~_is_there(packages)


def _is_there(packages: pd.DataFrame) -> Any:
    said = _among(packages["status"], PackageStatus, frozenset({PackageStatus.DELIVERED}))
    return said | packages["delivered_at"].notna().to_numpy()


def _held(orders: pd.DataFrame) -> Any:
    """Which orders wait on hold, with nothing of them being picked."""
    held = _among(orders["fulfillment_action"], FulfillmentAction, frozenset({_HOLD}))
    going = _among(orders["status"], FulfillmentOrderStatus, _FINAL | _PICKING)
    return held & ~going


_HOLD = FulfillmentAction.HOLD


def parcels_of(order: Mapping[str, Any]) -> int:
    """How many parcels are known of an order, a row of `frames.ORDERS`."""
    return 0 if pd.isna(order["parcels"]) else int(order["parcels"])


def _tallies(orders: pd.DataFrame, packages: pd.DataFrame) -> dict[str, Any]:
    """How many parcels of each order there are of a kind, by the kind."""
    per_order = PerOrder.of(pd.Index(orders[_ORDER]), packages)
    mine = per_order.parts
    return {
        "moving": per_order.count(moving(mine)),
        "waiting": per_order.count(_is(mine, _WAITS)),
        "lost": per_order.count(_is(mine, _GONE)),
        "back": per_order.count(_is(mine, _BACK)),
        "returning": per_order.count(_is(mine, frozenset({PackageStatus.RETURNING}))),
        "there": orders["parcels_delivered"].to_numpy(),
        "all": orders["parcels"].fillna(0).to_numpy(int),
        "untracked": per_order.count(~mine["tracked"].to_numpy()),
    }


def _standings(orders: pd.DataFrame, tallies: Mapping[str, Any]) -> list[str]:
    status = orders["status"]
    words = [_WORDS[FulfillmentOrderStatus.of(word)] for word in (*status.cat.categories, None)]
    codes = {word: place for place, word in enumerate(Standing)}
    at = np.array([codes[word] for word in words])[status.cat.codes.to_numpy()]
    shipped = _among(status, FulfillmentOrderStatus, _SHIPPED)
    whole = _among(status, FulfillmentOrderStatus, frozenset({FulfillmentOrderStatus.COMPLETE}))
    there, moving = tallies["there"], tallies["moving"]
    ended = shipped & (tallies["all"] > 0) & (moving == 0)
    cases = (
        (_held(orders), Standing.ON_HOLD),
        (ended & (there == tallies["all"]) & whole, Standing.DELIVERED),
        (ended & (there == tallies["all"]), Standing.IN_PART),
        (ended & (tallies["waiting"] > 0), Standing.READY),
        (ended & (there > 0), Standing.IN_PART),
        (ended & (tallies["lost"] > 0), Standing.LOST),
        (ended & (tallies["returning"] > 0), Standing.RETURNING),
        (ended & (tallies["back"] > 0), Standing.RETURNED),
    )
    chosen = np.select(
        [which for which, _ in cases], [codes[word] for _, word in cases], default=at
    )
    names = [word.label for word in Standing]
    return [names[code] for code in chosen.tolist()]


def _dates(
    orders: pd.DataFrame,
    packages: pd.DataFrame,
    released: Mapping[str, datetime],
    tallies: Mapping[str, Any],
) -> dict[str, Any]:
    """When each order was released, is to ship, is due and arrives, and by whose word."""
    held = _held(orders)
    over = _among(orders["status"], FulfillmentOrderStatus, _NOTHING)
    out = _released(orders, released)
    out = np.where(held, _NO_TIME, out)
    came, ships = _times(orders["received_date"]), _times(orders["estimated_ship_date"])
    begun = _times(orders["promised_ship_date"])
    # Version 2026-07-04 tells no date of an order of which nothing is packed.
    ships = np.where(np.isnat(ships), begun, ships)
    begun = np.where(np.isnat(begun), ships, begun)
    # Released in time, an order keeps its dates.
    anew = ~np.isnat(out) & ~(out <= begun)
    waited = np.where(anew, out - came, np.timedelta64(0, "us"))
    stale = anew & ~(ships > out)
    gone = _among(orders["status"], FulfillmentOrderStatus, _SHIPPED)
    arrives, by, estimate = _arrivals(orders, packages, tallies, held | over, stale)
    promised = _times(orders["promised_arrival_date"])
    promised = promised + waited
    none = held | over
    due = np.where(none, _NO_TIME, np.where(np.isnat(promised), estimate, promised))
    is_promise = ~np.isnat(promised)
    kinds = [np.isnat(due), is_promise & anew, is_promise]
    due_by = np.select(
        kinds, [DueBy.UNTOLD.value, DueBy.RELEASE.value, DueBy.PROMISE.value], DueBy.AMAZON.value
    )
    return {
        "released_at": out,
        "ships_by": np.where(none | gone, _NO_TIME, np.where(stale, ships + waited, ships)),
        "due": due,
        "due_by": due_by.tolist(),
        "arrives": arrives,
        "arrives_by": by.tolist(),
    }


def _released(orders: pd.DataFrame, released: Mapping[str, datetime]) -> Any:
    moments = np.full(len(orders), _NO_TIME)
    if released:
        at = pd.Index(orders[_ORDER]).get_indexer(pd.Index(list(released)))
        values = np.array([np.datetime64(_bare(moment), "us") for moment in released.values()])
        moments[at[at >= 0]] = values[at >= 0]
    return moments


def _arrivals(
    orders: pd.DataFrame, packages: pd.DataFrame, tallies: Mapping[str, Any], none: Any, stale: Any
) -> tuple[Any, Any, Any]:
    """When each order arrives, who says so, and the last estimate, also of what is lost."""
    per_order = PerOrder.of(pd.Index(orders[_ORDER]), packages)
    mine = per_order.parts
    line = np.where(stale, _NO_TIME, _times(orders["estimated_arrival_date"]))
    arrives, _ = _arrival(mine, _is(mine, _STILL), line[per_order.at])
    coming = mine.assign(coming=_utc(np.where(_is_there(mine), _NO_TIME, arrives), mine.index))
    said = _among(mine["estimated_by"], _By, frozenset({_By.TRACKING}))
    coming["tracked_coming"] = _utc(np.where(said, _times(coming["coming"]), _NO_TIME), mine.index)
    per_order = PerOrder(per_order.orders, per_order.at, coming)
    of_parcels, tracked = per_order.latest("coming"), per_order.latest("tracked_coming")
    last = per_order.latest("estimated_arrival_date")
    shipped = _among(orders["status"], FulfillmentOrderStatus, _SHIPPED)
    # What isn't packed yet has the estimate of its lines only.
    of_lines = np.where(shipped & (tallies["all"] > 0), _NO_TIME, line)
    latest = np.fmax(of_parcels, of_lines)
    there = _times(orders["delivered_at"])
    done = (tallies["all"] > 0) & (tallies["there"] == tallies["all"]) & shipped
    still = shipped & (tallies["all"] > 0) & (tallies["moving"] == 0)
    kinds = {
        Arrival.DELIVERED: done & ~none,
        Arrival.WAITS: still & ~none & (tallies["waiting"] > 0),
        Arrival.NOTHING: none | still,
        Arrival.UNTOLD: np.isnat(latest),
        Arrival.TRACKING: ~np.isnat(tracked) & (tracked == latest),
    }
    by = np.select(
        list(kinds.values()), [kind.value for kind in kinds], default=Arrival.AMAZON.value
    )
    arrives = np.where(done & ~none, there, np.where(none | still, _NO_TIME, latest))
    return arrives, by, np.where(np.isnat(last), line, np.fmax(last, of_lines))


class _By(Status):
    TRACKING = BY_TRACKING
    UNRECOGNISED = "UNRECOGNISED"


def _arrival(packages: pd.DataFrame, still: Any, spare: Any) -> tuple[Any, Any]:
    """When each parcel arrives and who says so; of one that stands still nobody does.

    `spare` is the estimate of its order, for a parcel that has none of its own.
    """
    there = _is_there(packages)
    estimate = _times(packages["estimated_arrival_date"])
    estimate = np.where(np.isnat(estimate), spare, estimate)
    arrives = np.where(still, _NO_TIME, estimate)
    arrives = np.where(there, _times(packages["delivered_at"]), arrives)
    kinds = {
        Arrival.DELIVERED: there,
        Arrival.WAITS: _is(packages, _WAITS),
        Arrival.NOTHING: still,
        Arrival.UNTOLD: np.isnat(estimate),
        Arrival.TRACKING: _among(packages["estimated_by"], _By, frozenset({_By.TRACKING})),
    }
    by = np.select(
        list(kinds.values()), [kind.value for kind in kinds], default=Arrival.AMAZON.value
    )
    return arrives, by


def _zones(orders: pd.DataFrame) -> Any:
    """The zone of each order's recipient; each of the few writings is looked up once."""
    countries = [*orders["country_code"].cat.categories, ""]
    codes, writings = pd.factorize(orders["state_or_region"])
    areas = [*writings, ""]
    at = orders["country_code"].cat.codes.to_numpy().astype("int64")
    which, pairs = pd.factorize((at + 1) * len(areas) + codes + 1)
    keys = [
        zone_of(countries[pair // len(areas) - 1], str(areas[pair % len(areas) - 1])).key
        for pair in pairs.tolist()
    ]
    return np.array(keys, dtype=object)[which]


def _local_days(moments: Any, zones: Any) -> Any:
    """The bare date of each moment (UTC, bare) in its zone."""
    days = np.full(len(moments), _NO_TIME)
    for zone in set(zones.tolist()):
        mine = zones == zone
        local = pd.DatetimeIndex(moments[mine]).tz_localize("UTC").tz_convert(zone)
        days[mine] = local.tz_localize(None).floor("D").to_numpy().astype("datetime64[us]")
    return days


def _times(moments: pd.Series[Any]) -> Any:
    return moments.dt.tz_localize(None).to_numpy().astype("datetime64[us]")


def _utc(moments: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(moments, index=index).dt.tz_localize("UTC")


def _bare(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
