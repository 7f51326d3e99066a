"""How well Amazon keeps what it promises, how fast it is and what it costs: frames -> frames, pure.

Shares come with how many they are of and with an interval: of a few they say little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import numpy as np
import pandas as pd

from mcf.address_rules import country_code
from mcf.insight import where
from mcf.promised import (
    JUDGED,
    Outcome,
    Shipments,
    carriers,
    counting,
    days_of,
    labelled,
    outcomes,
)
from mcf.status import FulfillmentOrderStatus, PackageStatus, ShippingSpeedCategory

FEW = 10
"""Fewer than so many say too little for a share to be told."""

LOST_WITHIN = timedelta(days=180)

ALL = "All"

_NORMAL_95 = 1.959963984540054
_ORDER_ID = "seller_fulfillment_order_id"
_OF_A_PARCEL = [
    _ORDER_ID, "amazon_shipment_id", "status", "carrier_code",
    "ship_date", "delivered_at", "last_event", "tracked",
]  # fmt: skip


def share(outcomes: pd.DataFrame, by: str | None = None, of: str = "arrival") -> pd.DataFrame:
    """How many promises were kept, by a column of `outcomes`; without one a single row.

    Columns `group`, `judged`, `on_time`, `share` (NaN of none), `low`, `high` (Wilson's interval
    for 19 of 20 cases), `median_days_late`, `not_due`, `too_few`. Only groups with a judged order,
    sorted by their name. `of` is "arrival" or "shipping".
    """
    told = outcomes[of]
    counted = pd.DataFrame(
        {
            "group": _all(outcomes) if by is None else outcomes[by],
            "judged": told.isin(JUDGED),
            "on_time": told == Outcome.ON_TIME,
            "not_due": told == Outcome.NOT_DUE,
            "days": outcomes["days_late" if of == "arrival" else "ship_days_late"],
        },
        index=outcomes.index,
    )
    grouped = counted.groupby("group", observed=True)
    sums = grouped[["judged", "on_time", "not_due"]].sum().astype("int64")
    sums["median_days_late"] = grouped["days"].median()
    known = _whole(sums[sums["judged"] > 0].reset_index(), by)
    return _with_interval(known, "on_time", "judged")[
        [
            *("group", "judged", "on_time", "share", "low", "high"),
            *("median_days_late", "not_due", "too_few"),
        ]
    ]


def _all(rows: pd.DataFrame) -> pd.Series[Any]:
    return pd.Series(labelled(np.zeros(len(rows), dtype="int64"), [ALL]), index=rows.index)


def _whole(found: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """One row also when there's nothing, if all is to be one group."""
    if by is not None or len(found):
        return found
    zeros: dict[str, Any] = {name: [0] for name in found.columns}
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


_DAY = timedelta(days=1) // timedelta(microseconds=1)


def _speeds(parcels: pd.DataFrame, orders: pd.DataFrame | None) -> Any:
    if orders is None:
        return ALL
    at = pd.Index(orders[_ORDER_ID]).get_indexer(pd.Index(parcels[_ORDER_ID]))
    labels = orders["speed_label"].cat
    codes = np.append(labels.codes.to_numpy(), -1)[at]
    return labelled(codes, [*labels.categories, ShippingSpeedCategory.UNRECOGNISED.label])


def spread(transits: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """How long parcels took, by a column of `transit_days`: `group`, `parcels`, `median`, `p90`.

    In days; `too_few` tells of how many it's too little to say. Sorted by the group's name.
    """
    group = _all(transits) if by is None else transits[by]
    grouped = transits["days"].groupby(group, observed=True)
    found = pd.DataFrame(
        {
            "parcels": grouped.size(),
            "median": grouped.median(),
            "p90": grouped.quantile(0.9),
        }
    )
    found["too_few"] = found["parcels"] < FEW
    return found.rename_axis("group").reset_index()


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
    told = some["units"] > 0
    lines = pd.DataFrame(
        {
            "month": month,
            "currency": some["fee_currency"],
            "fee": some["fee"],
            "units": some["units"],
            "fee_of_units": some["fee"].where(told, 0.0),
        }
    )
    known = lines[lines["fee"].notna() & lines["currency"].notna()]
    grouped = known.groupby(["month", "currency"], observed=True)
    found = grouped[["fee", "units", "fee_of_units"]].sum()
    found["known"] = grouped.size()
    found["mean"] = found["fee"] / found["known"]
    found["per_unit"] = found["fee_of_units"] / found["units"].where(found["units"] > 0)
    found = found.reset_index().sort_values(
        ["month", "currency"], ascending=[False, True], ignore_index=True
    )
    found["of"] = found["month"].map(month.value_counts()).astype("int64")
    return found[["month", "currency", "known", "of", "fee", "mean", "units", "per_unit"]]


def lost(
    packages: pd.DataFrame, now: datetime, by_carrier: bool = False, dead: Shipments = None
) -> pd.DataFrame:
    """Which share of the parcels shipped within 180 days is lost, destroyed or undeliverable.

    Columns `group`, `parcels`, `lost`, `share` (NaN of none), `low`, `high`, `too_few`; one row, or
    one per carrier. Parcels that are still on their way count as not lost.
    """
    parcels = counting(packages, dead)
    recent = parcels[parcels["ship_date"] >= now - LOST_WITHIN]
    told = pd.DataFrame(
        {
            "group": carriers(recent) if by_carrier else _all(recent),
            "parcels": 1,
            "lost": where(
                recent["status"], lambda it: PackageStatus.of(it) is PackageStatus.UNDELIVERABLE
            ).astype("int64"),
        },
        index=recent.index,
    )
    sums = told.groupby("group", observed=True)[["parcels", "lost"]].sum().reset_index()
    counts = _with_interval(_whole(sums, "carrier" if by_carrier else None), "lost", "parcels")
    return counts[["group", "parcels", "lost", "share", "low", "high", "too_few"]]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All of it for the orders received, and the parcels shipped, within some days.

    `orders` are counted by what came of their promised arrival. The lost are always those of 180
    days, the fees those of all months.
    """

    counts: Mapping[Outcome, int]
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
        return sum(self.counts[each] for each in JUDGED)


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
    found = outcomes(orders[recent(orders["received_date"])], packages, now, zone)
    at_home = where(found["country_code"], lambda it: country_code(str(it or "")) == "US")
    transits = transit_days(packages[recent(packages["ship_date"])], orders)
    counts = found["arrival"].value_counts()
    return Scorecard(
        counts={each: int(counts[each.value]) for each in Outcome},
        arrival=share(found),
        shipping=share(found, of="shipping"),
        shares={by: share(found, by) for by in ("speed", "carrier", "week")},
        states=share(found[at_home], "region"),
        regions=share(found[~at_home], "region"),
        transits=_histogram(transits),
        spread=spread(transits),
        spread_by_speed=spread(transits, "speed"),
        fees=fees(orders, zone),
        lost=lost(packages, now),
        lost_by_carrier=lost(packages, now, by_carrier=True),
    )


def _since(now: datetime, days: int | None) -> Callable[[pd.Series[Any]], pd.Series[bool]]:
    if days is None:
        return lambda moments: pd.Series(True, index=moments.index)
    since = now - timedelta(days=days)
    return lambda moments: moments >= since


def _histogram(transits: pd.DataFrame) -> pd.DataFrame:
    """Parcels by `speed` and by `half_days`, with the `whole_days` that these lie in."""
    kinds = ["speed", "half_days", "whole_days"]
    return transits.groupby(kinds, observed=True).size().rename("parcels").reset_index()
