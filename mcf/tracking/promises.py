"""What Amazon promised for each order, what came of it, and how well promises are kept.

Pure: frames of `frames.ORDERS` and `frames.PACKAGES` come in. `outcomes` judges each order,
`share`, `spread`, `fees` and `lost` count, and `scorecard` is all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mcf.addresses.countries import country, country_code
from mcf.amazon.labels import carrier as carrier_name
from mcf.amazon.statuses import (
    EVENT_TEXTS,
    FulfillmentOrderStatus,
    PackageStatus,
    ShippingSpeedCategory,
)
from mcf.store.frames import PerOrder
from mcf.tracking.lifecycle import held, where
from mcf.tracking.standing import DueBy, days_there

SEVERAL_CARRIERS = "Several carriers"
NO_CARRIER = "Carrier not told"
NOT_SHIPPED = "Not shipped yet"
NO_REGION = "Region not told"
Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
Shipments: TypeAlias = pd.DataFrame | None
"""Columns `seller_fulfillment_order_id` and `amazon_shipment_id`."""
FEW = 10
"""Fewer than so many say too little for a share to be told."""
LOST_WITHIN = timedelta(days=180)
ALL = "All"
_ORDER_ID = "seller_fulfillment_order_id"
_DAY = timedelta(days=1) // timedelta(microseconds=1)
_ABBREVIATED = 3
_NORMAL_95 = 1.959963984540054
_OF_A_PARCEL = [
    _ORDER_ID, "amazon_shipment_id", "status", "carrier_code",
    "ship_date", "delivered_at", "last_event", "tracked",
]  # fmt: skip
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


class PromiseOutcome(StrEnum):
    """What came of a promise."""

    ON_TIME = "On time"
    LATE = "Late"
    OPEN = "Late and not there yet"
    NOT_DUE = "Not due yet"
    HELD = "On hold"
    NO_PROMISE = "No promise stored"
    UNTOLD = "When isn't told"
    NOTHING = "Nothing ships"


JUDGED = (PromiseOutcome.ON_TIME, PromiseOutcome.LATE, PromiseOutcome.OPEN)
"""Those that say whether a promise was kept."""
_OUTCOMES = pd.CategoricalDtype([outcome.value for outcome in PromiseOutcome])


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All of it for the orders received, and the parcels shipped, within some days.

    `orders` are counted by what came of their promised arrival. The lost are always those of 180
    days, the fees those of all months.
    """

    counts: Mapping[PromiseOutcome, int]
    arrival: pd.DataFrame
    shipping: pd.DataFrame
    shares: Mapping[str, pd.DataFrame]
    states: pd.DataFrame
    regions: pd.DataFrame
    transits: pd.DataFrame
    spread: pd.DataFrame
    spread_by_speed: pd.DataFrame
    fees: pd.DataFrame
    lost: pd.DataFrame
    lost_by_carrier: pd.DataFrame

    @property
    def judged(self) -> int:
        """Orders that say whether the promise was kept."""
        return sum(self.counts[outcome] for outcome in JUDGED)


def outcomes(
    orders: pd.DataFrame,
    packages: pd.DataFrame,
    now: datetime,
    zone: tzinfo = UTC,
    dead: Shipments = None,
) -> pd.DataFrame:
    """One row per order, in the same order: what came of the promised arrival and shipping.

    `arrival` and `shipping` are a `PromiseOutcome`, `days_late` and `ship_days_late` whole days,
    negative when early, so far while it's open, NaN while it isn't judged. Days of arrivals are
    those where an order goes, of shippings those of `zone`. An order is as late as its last parcel;
    parcels of `dead` shipments, and those that the carrier won't collect, don't count.
    `week` is the Monday of the promised arrival's week, `region` an area's code where its country
    has codes. Also `speed`, `carrier`, `country_code`, `received_date`.
    """
    parcels = _parcels(orders, counting(packages, dead))
    promised = days_there(_promises(orders), orders)
    due = days_of(orders["promised_ship_date"], zone)
    status = orders["status"]
    left = where(status, _may_have_left).to_numpy()
    moments = pd.Series(pd.Timestamp(now), index=orders.index)
    here, today = days_there(moments, orders), days_of(moments, zone)
    standing = _standing(orders)
    arrived = _Step(
        parcels.count, parcels.arrived, parcels.unclear, days_there(parcels.arrived_at, orders)
    )
    shipped = _Step(
        parcels.count,
        parcels.shipped,
        parcels.count - parcels.shipped,
        days_of(parcels.left_at, zone),
    )
    arrival, days_late = _judged(standing, promised, arrived, left, here)
    shipping, ship_days_late = _judged(standing, due, shipped, left, today)
    return pd.DataFrame(
        {
            _ORDER_ID: orders[_ORDER_ID],
            "received_date": orders["received_date"],
            "speed": orders["speed_label"],
            "carrier": parcels.carrier,
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


def _promises(orders: pd.DataFrame) -> pd.Series[Any]:
    """By when each was promised; of counted orders that were released late, from their release."""
    promised = orders["promised_arrival_date"]
    if "due_by" not in orders:
        return promised
    return orders["due"].where(orders["due_by"] == DueBy.RELEASE.value, promised)


def counting(packages: pd.DataFrame, dead: Shipments = None) -> pd.DataFrame:
    """The parcels that are on their way to a buyer or were: neither cancelled nor given up.

    Columns of `frames.PACKAGES`; those of `dead` shipments are left out.
    """
    alive = where(packages["status"], lambda it: PackageStatus.of(it) not in _CANCELLED)
    if dead is not None and len(dead):
        names = [_ORDER_ID, "amazon_shipment_id"]
        near = packages.index[packages["amazon_shipment_id"].isin(dead["amazon_shipment_id"])]
        # Shipments without an id of Amazon's go by their place, which other orders have too.
        pairs = pd.MultiIndex.from_frame(packages.loc[near, names])
        alive[near[pairs.isin(pd.MultiIndex.from_frame(dead[names]))]] = False
    # Taking rows of many columns takes longer than finding them.
    return packages if alive.all() else packages[alive]


def carriers(parcels: pd.DataFrame) -> pd.Series[Any]:
    """The carrier of each parcel as people know it, or that it isn't told; a category."""
    codes = parcels["carrier_code"]
    names = [*map(_carrier, codes.cat.categories), NO_CARRIER]
    return pd.Series(labelled(codes.cat.codes.to_numpy(), names), index=parcels.index)


def days_of(moments: pd.Series[Any], zone: tzinfo) -> pd.Series[Any]:
    """The day of each moment in a zone, as a bare date."""
    days: pd.Series[Any] = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.floor("D")
    return days


def share(outcomes: pd.DataFrame, by: str | None = None, of: str = "arrival") -> pd.DataFrame:
    """How many promises were kept, by a column of `outcomes`; without one a single row.

    Columns `group`, `judged`, `on_time`, `share` (NaN of none), `low`, `high` (Wilson's interval
    for 19 of 20 cases), `median_days_late`, `not_due`, `too_few`. Only groups with a judged order,
    sorted by their name. `of` is "arrival" or "shipping".
    """
    outcome = outcomes[of]
    counted = pd.DataFrame(
        {
            "group": _all(outcomes) if by is None else outcomes[by],
            "judged": outcome.isin(JUDGED),
            "on_time": outcome == PromiseOutcome.ON_TIME,
            "not_due": outcome == PromiseOutcome.NOT_DUE,
            "days": outcomes["days_late" if of == "arrival" else "ship_days_late"],
        },
        index=outcomes.index,
    )
    grouped = counted.groupby("group", observed=True)
    sums = grouped[["judged", "on_time", "not_due"]].sum().astype("int64")
    sums["median_days_late"] = grouped["days"].median()
    counts = _whole(sums[sums["judged"] > 0].reset_index(), by)
    return _with_interval(counts, "on_time", "judged")[
        [
            *("group", "judged", "on_time", "share", "low", "high"),
            *("median_days_late", "not_due", "too_few"),
        ]
    ]


def wilson(hits: pd.Series[Any], total: pd.Series[Any]) -> tuple[Any, Any]:
    """Between which shares the true one lies in 19 of 20 cases, after Wilson; 0 to 1 of none.

    https://doi.org/10.1080/01621459.1927.10502953
    """
    z, some = _NORMAL_95, total.to_numpy() > 0
    n = np.where(some, total, 1).astype("float64")
    rate = hits.to_numpy() / n
    middle = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    return np.where(some, np.maximum(middle - half, 0), 0), np.where(
        some, np.minimum(middle + half, 1), 1
    )


def transit_days(
    packages: pd.DataFrame, orders: pd.DataFrame | None = None, dead: Shipments = None
) -> pd.DataFrame:
    """One row per parcel whose times of shipping and delivery are known: how long it took.

    `days` exactly, `half_days` and `whole_days` rounded up; `carrier`, `shipped`, and the `speed`
    of its order.
    """
    parcels = counting(packages, dead)
    took = parcels["delivered_at"] - parcels["ship_date"]
    some = (took >= pd.Timedelta(0)).to_numpy()
    parcels, took = parcels[some], took[some]
    spans = took.to_numpy().astype("timedelta64[us]").astype("int64")
    return pd.DataFrame(
        {
            "speed": _speeds(parcels, orders),
            "carrier": carriers(parcels),
            "shipped": parcels["ship_date"],
            "days": spans / _DAY,
            "half_days": -(-spans // (_DAY // 2)) / 2,
            "whole_days": -(-spans // _DAY),
        },
        index=parcels.index,
    ).reset_index(drop=True)


def spread(transits: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """How long parcels took, by a column of `transit_days`: `group`, `parcels`, `median`, `p90`.

    In days; `too_few` tells of how many it's too little to say. Sorted by the group's name.
    """
    group = _all(transits) if by is None else transits[by]
    grouped = transits["days"].groupby(group, observed=True)
    table = pd.DataFrame(
        {
            "parcels": grouped.size(),
            "median": grouped.median(),
            "p90": grouped.quantile(0.9),
        }
    )
    table["too_few"] = table["parcels"] < FEW
    return table.rename_axis("group").reset_index()


def fees(orders: pd.DataFrame, zone: tzinfo = UTC) -> pd.DataFrame:
    """What Amazon previewed to charge, by the month of receipt and currency, the latest first.

    `month` is its first day; `known` orders of all that ship, `of`, have a fee, which is so of
    those sent from here. `fee` is its sum, `mean` per order, `per_unit` of those whose units are
    known (else NaN). Amounts of different currencies are never added.
    """
    ships = where(orders["status"], lambda it: not FulfillmentOrderStatus.of(it).comes_to_nothing)
    some = orders[ships & orders["received_date"].notna()]
    days = days_of(some["received_date"], zone)
    month = days - pd.to_timedelta(days.dt.day - 1, unit="D")
    units = some["units"].fillna(0).astype("int64")
    has_units = units > 0
    lines = pd.DataFrame(
        {
            "month": month,
            "currency": some["fee_currency"],
            "fee": some["fee"],
            "units": units,
            "fee_of_units": some["fee"].where(has_units, 0.0),
        }
    )
    charged = lines[lines["fee"].notna() & lines["currency"].notna()]
    grouped = charged.groupby(["month", "currency"], observed=True)
    table = grouped[["fee", "units", "fee_of_units"]].sum()
    table["known"] = grouped.size()
    table["mean"] = table["fee"] / table["known"]
    table["per_unit"] = table["fee_of_units"] / table["units"].where(table["units"] > 0)
    table = table.reset_index().sort_values(
        ["month", "currency"], ascending=[False, True], ignore_index=True
    )
    table["of"] = table["month"].map(month.value_counts()).astype("int64")
    return table[["month", "currency", "known", "of", "fee", "mean", "units", "per_unit"]]


def lost(
    packages: pd.DataFrame, now: datetime, by_carrier: bool = False, dead: Shipments = None
) -> pd.DataFrame:
    """Which share of the parcels shipped within 180 days is lost, destroyed or undeliverable.

    Columns `group`, `parcels`, `lost`, `share` (NaN of none), `low`, `high`, `too_few`; one row, or
    one per carrier. Parcels that are still on their way count as not lost.
    """
    parcels = counting(packages, dead)
    recent = parcels[parcels["ship_date"] >= now - LOST_WITHIN]
    marked = pd.DataFrame(
        {
            "group": carriers(recent) if by_carrier else _all(recent),
            "parcels": 1,
            "lost": where(
                recent["status"], lambda it: PackageStatus.of(it) is PackageStatus.UNDELIVERABLE
            ).astype("int64"),
        },
        index=recent.index,
    )
    sums = marked.groupby("group", observed=True)[["parcels", "lost"]].sum().reset_index()
    counts = _with_interval(_whole(sums, "carrier" if by_carrier else None), "lost", "parcels")
    return counts[["group", "parcels", "lost", "share", "low", "high", "too_few"]]


def scorecard(
    orders: pd.DataFrame,
    packages: pd.DataFrame,
    now: datetime,
    zone: tzinfo = UTC,
    days: int | None = None,
    dead: Shipments = None,
) -> Scorecard:
    """The scorecard at `now` of so many last days, or of all there are.

    `states` are the shares of the United States by two letters, `regions` those of other countries.
    """
    recent = _since(now, days)
    packages = counting(packages[_OF_A_PARCEL], dead)
    judged = outcomes(orders[recent(orders["received_date"])], packages, now, zone)
    at_home = where(judged["country_code"], lambda it: country_code(str(it or "")) == "US")
    transits = transit_days(packages[recent(packages["ship_date"])], orders)
    counts = judged["arrival"].value_counts()
    return Scorecard(
        counts={outcome: int(counts[outcome.value]) for outcome in PromiseOutcome},
        arrival=share(judged),
        shipping=share(judged, of="shipping"),
        shares={by: share(judged, by) for by in ("speed", "carrier", "week")},
        states=share(judged[at_home], "region"),
        regions=share(judged[~at_home], "region"),
        transits=_histogram(transits),
        spread=spread(transits),
        spread_by_speed=spread(transits, "speed"),
        fees=fees(orders, zone),
        lost=lost(packages, now),
        lost_by_carrier=lost(packages, now, by_carrier=True),
    )


def labelled(codes: Any, names: Sequence[str]) -> pd.Categorical:
    """The name at each position, from the end if it's negative; names may be there twice."""
    unique, at = np.unique(np.array(names, dtype=object), return_inverse=True)
    return pd.Categorical.from_codes(at[codes], categories=unique.tolist())


def _may_have_left(status: object) -> bool:
    known = FulfillmentOrderStatus.of(status)
    return known.has_shipped or known is FulfillmentOrderStatus.UNRECOGNISED


@dataclass(frozen=True, slots=True)
class _Parcels:
    """Of the parcels of each order: how many, how many arrived, and the last time of each."""

    count: Any
    arrived: Any
    unclear: Any
    shipped: Any
    arrived_at: pd.Series[Any]
    left_at: pd.Series[Any]
    carrier: pd.Categorical


def _parcels(orders: pd.DataFrame, packages: pd.DataFrame) -> _Parcels:
    per_order = PerOrder.of(pd.Index(orders[_ORDER_ID]), packages)
    parcels = per_order.parts
    arrived = parcels["delivered_at"].notna().to_numpy()
    maybe = where(parcels["status"], lambda it: PackageStatus.of(it) in _UNCLEAR)
    maybe |= parcels["last_event"].isin(_IN_A_LOCKER) | ~parcels["tracked"]
    return _Parcels(
        per_order.count(),
        per_order.count(arrived),
        per_order.count(~arrived & maybe.to_numpy()),
        per_order.count(parcels["ship_date"].notna().to_numpy()),
        _utc(per_order.latest("delivered_at"), orders.index),
        _utc(per_order.latest("ship_date"), orders.index),
        _carriers(per_order.count(), per_order.at, carriers(parcels)),
    )


def _utc(moments: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    series: pd.Series[Any] = pd.Series(moments, index=index).dt.tz_localize("UTC")
    return series


def _carriers(count: Any, at: Any, names: pd.Series[Any]) -> pd.Categorical:
    """The one carrier of each order's parcels; a group of their own for orders with several."""
    all_names = list(names.cat.categories)
    is_told = (names != NO_CARRIER).to_numpy()
    codes = names.cat.codes.to_numpy()[is_told]
    first, last = np.full(len(count), len(all_names)), np.full(len(count), -1)
    np.minimum.at(first, at[is_told], codes)
    np.maximum.at(last, at[is_told], codes)
    which = np.where(first == last, last, np.where(last < 0, -2, -3))
    which = np.where(count == 0, -1, which)
    return labelled(which, [*all_names, SEVERAL_CARRIERS, NO_CARRIER, NOT_SHIPPED])


def _carrier(code: str) -> str:
    return carrier_name(code) or NO_CARRIER


def _standing(orders: pd.DataFrame) -> tuple[Flags, Flags]:
    """Of which orders nothing ships, and which wait on hold for the seller's word."""
    nothing = where(orders["status"], lambda it: FulfillmentOrderStatus.of(it).comes_to_nothing)
    return nothing.to_numpy(), held(orders).to_numpy()


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
    today: pd.Series[Any],
) -> tuple[pd.Categorical, pd.Series[Any]]:
    nothing, on_hold = standing
    done = (step.count > 0) & (step.done == step.count) & left
    missing = ~left | (step.done + step.unclear < step.count)
    late_by = (step.day.where(done, today) - promised).dt.days.astype("float64")
    late = (late_by > 0).to_numpy()
    cases = {
        PromiseOutcome.NOTHING: nothing,
        PromiseOutcome.NO_PROMISE: promised.isna().to_numpy(),
        PromiseOutcome.LATE: done & late,
        PromiseOutcome.ON_TIME: done,
        PromiseOutcome.HELD: on_hold,
        PromiseOutcome.NOT_DUE: ~late,
        PromiseOutcome.OPEN: missing,
    }
    codes = np.select(
        list(cases.values()),
        [_code(outcome) for outcome in cases],
        default=_code(PromiseOutcome.UNTOLD),
    )
    judged = np.isin(codes, [_code(outcome) for outcome in JUDGED])
    return pd.Categorical.from_codes(codes, dtype=_OUTCOMES), late_by.where(judged)


def _code(outcome: PromiseOutcome) -> int:
    return list(PromiseOutcome).index(outcome)


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


def _all(rows: pd.DataFrame) -> pd.Series[Any]:
    return pd.Series(labelled(np.zeros(len(rows), dtype="int64"), [ALL]), index=rows.index)


def _whole(counts: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """One row also when there's nothing, if all is to be one group."""
    if by is not None or len(counts):
        return counts
    zeros: dict[str, Any] = {name: [0] for name in counts.columns}
    return pd.DataFrame(
        zeros | {"group": [ALL]} | ({"median_days_late": [np.nan]} if "judged" in zeros else {})
    )


def _with_interval(counts: pd.DataFrame, hits: str, total: str) -> pd.DataFrame:
    low, high = wilson(counts[hits], counts[total])
    return counts.assign(
        share=counts[hits] / counts[total].where(counts[total] > 0),
        low=low,
        high=high,
        too_few=counts[total] < FEW,
    )


def _speeds(parcels: pd.DataFrame, orders: pd.DataFrame | None) -> Any:
    if orders is None:
        return ALL
    at = pd.Index(orders[_ORDER_ID]).get_indexer(pd.Index(parcels[_ORDER_ID]))
    labels = orders["speed_label"].cat
    codes = np.append(labels.codes.to_numpy(), -1)[at]
    return labelled(codes, [*labels.categories, ShippingSpeedCategory.UNRECOGNISED.label])


def _since(now: datetime, days: int | None) -> Callable[[pd.Series[Any]], pd.Series[bool]]:
    if days is None:
        return lambda moments: pd.Series(True, index=moments.index)
    since = now - timedelta(days=days)
    return lambda moments: moments >= since


def _histogram(transits: pd.DataFrame) -> pd.DataFrame:
    """Parcels by `speed` and by `half_days`, with the `whole_days` that these lie in."""
    kinds = ["speed", "half_days", "whole_days"]
    return transits.groupby(kinds, observed=True).size().rename("parcels").reset_index()
