"""What the recorded past of a shop tells of its sales: levels of all SKUs, one-off days, the course
of what is ahead. Found once per change of the past.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mcf.inventory import backtest, demand
from mcf.inventory.backtest import Learned
from mcf.inventory.demand import WINDOW, Common, Course, Numbers, Past
from mcf.inventory.history import History, date_of
from mcf.inventory.planning import LEVELS, WINDOWS

ONE_OFFS = ("seller_sku", "day", "units", "usual")
"""Columns: a day as `History` counts it, what was sold, and what is usual on such a day."""
Named = Mapping[str, Collection[int]]
"""Days of SKUs that a seller named as unusual."""
_LINES = 10_000
"""SKUs that are reckoned at once, so that many take no more memory."""


@dataclass(frozen=True)
class Seen:
    """What a shop's past tells on a day, before a seller has said which days are to count.

    `windows` are `History.demand`'s, `names` the SKUs of `past`, `one_offs` have columns ONE_OFFS.
    """

    learned: Learned
    course: Course
    windows: pd.DataFrame
    names: pd.Index[str]
    past: Past
    one_offs: pd.DataFrame


def see(history: History, today: int, named: Named | None = None) -> Seen:
    """What the days before today tell, without those `named`; raises `StoreError`."""
    day, named = date_of(today), named or {}
    since = today - backtest.LEARNS_FROM
    some = history.names(1000)
    sold, in_stock = history.sold(since, today, only=some)
    in_stock &= ~_are_named(some, since, today, named)
    learned = backtest.learn(*_known(sold, in_stock), day)
    known = history.known(today)
    names, past = known.names, known.past
    past = _less(past, names, _sold_on(history, names, past, today, named), today)
    return Seen(
        learned,
        Course(learned.common, day),
        history.demand(today, WINDOWS, known),
        names,
        past,
        _one_offs(history, today, learned.common, names, past, named),
    )


def _are_named(skus: Sequence[str], since: int, until: int, named: Named) -> demand.Truths:
    """Which days of each SKU are named."""
    are = np.zeros((len(skus), until - since), dtype=bool)
    for line, sku in enumerate(skus):
        are[line, [day - since for day in named.get(sku, ()) if since <= day < until]] = True
    return are


def _sold_on(
    history: History, names: pd.Index[str], past: Past, today: int, named: Named
) -> pd.DataFrame:
    """What was sold on the named days in stock that the past has: `seller_sku`, `day`, `units`."""
    since = today - int((past.ago + past.length - 1).max(initial=0))
    skus = [sku for sku in names if any(since <= day < today for day in named.get(sku, ()))]
    parts = []
    for first in range(0, len(skus), _LINES):
        some = skus[first : first + _LINES]
        sold, in_stock = history.sold(since, today, only=some)
        line, at = np.nonzero(in_stock & _are_named(some, since, today, named))
        told = {"seller_sku": np.array(some)[line], "day": since + at, "units": sold[line, at]}
        parts.append(pd.DataFrame(told))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(ONE_OFFS))


def _known(sold: Numbers, in_stock: demand.Truths) -> tuple[Numbers, demand.Truths]:
    """The days from the first on of which anything is known."""
    some = np.flatnonzero(in_stock.any(axis=0))
    first = int(some[0]) if len(some) else sold.shape[1]
    return sold[:, first:], in_stock[:, first:]


def _one_offs(
    history: History,
    today: int,
    common: Common,
    names: pd.Index[str],
    past: Past,
    named: Named,
) -> pd.DataFrame:
    since = today - WINDOW - today % 7
    suspects = list(names[demand.suspects(past)])
    shape = common.shape(np.arange(since - today + 1.0, 1), date_of(today))
    found = []
    all_sold, in_stock = history.sold(since, today, only=suspects)
    in_stock &= ~_are_named(suspects, since, today, named)
    for sku, sold, there in zip(suspects, all_sold, in_stock, strict=True):
        days, usual = demand.one_off(sold, there, shape)
        found += [(sku, since + at, sold[at], usual[at]) for at in np.flatnonzero(days)]
    frame = pd.DataFrame(found, columns=list(ONE_OFFS))
    return frame.astype({"seller_sku": "str", "day": "int64", "units": float, "usual": float})


def levels(seen: Seen, today: int, counted: Collection[tuple[str, int]]) -> pd.DataFrame:
    """Indexed by `seller_sku`: `planning.LEVELS` and what `Seen.windows` tells.

    One-off days are left out, but not those that are `counted`: SKUs and days.
    """
    past = _without(seen, today, counted)
    parts = []
    for first in range(0, len(seen.names), _LINES):
        found = demand.levels(past.some(first, _LINES), seen.learned.common, date_of(today))
        parts.append(np.stack([found.level, found.dispersion, found.doubt, found.days]))
    values = np.hstack(parts) if parts else np.empty((len(LEVELS), 0))
    frame = pd.DataFrame(values.T, columns=list(LEVELS), index=seen.names)
    return frame.join(seen.windows)


def _without(seen: Seen, today: int, counted: Collection[tuple[str, int]]) -> Past:
    """The past without its one-off days."""
    past, days = seen.past, seen.one_offs
    skip = [pair in counted for pair in zip(days["seller_sku"], days["day"], strict=True)]
    return _less(past, seen.names, days[~np.array(skip, dtype=bool)], today)


def _less(past: Past, names: pd.Index[str], days: pd.DataFrame, today: int) -> Past:
    """The past without some of its days: columns `seller_sku`, `day`, `units`."""
    if days.empty:
        return past
    ago = today - days["day"].to_numpy()
    ends = np.argsort(past.ago)
    columns = ends[np.searchsorted(past.ago[ends], ago, side="right") - 1]
    lines = names.get_indexer(pd.Index(days["seller_sku"]))
    units, in_stock = past.units.copy(), past.days.copy()
    np.subtract.at(units, (lines, columns), days["units"].to_numpy())
    np.subtract.at(in_stock, (lines, columns), 1.0)
    return Past(past.ago, past.length, np.maximum(units, 0.0), np.maximum(in_stock, 0.0))
