"""How good the forecasts were: kept once a day, and compared with what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import delete, func, select

from mcf.inventory.demand import Course, Numbers, Truths
from mcf.inventory.history import History
from mcf.store.database import AT_ONCE, Store
from mcf.store.tables import forecasts, skus

Whole: TypeAlias = npt.NDArray[np.int64]
HORIZONS = (7, 30)
"""Days over whose sums a forecast is judged."""
KEPT_DAYS = 120
"""Days for which a forecast is kept."""
ENOUGH = 14
"""Days whose forecasts must have been judged before it's told how good they were."""
SAMPLE = 2000
"""SKUs, the first by name, of which it's told how good the forecasts of a shop were."""
_IN_STOCK = 0.7
"""The part of the days ahead on which a SKU must have been in stock, so that it can be judged."""
_PARTS = 100
"""Parts of a unit that are kept."""
_MOST = 2_000_000_000
"""Parts that fit into a column."""
_WRITTEN_AT_ONCE = 10_000
_c = forecasts.c


@dataclass(frozen=True, slots=True)
class Score:
    """How far the forecasts of so many `days` were off, over the sums of `horizon` days.

    `off` is what they differed by, `plain_off` the same of the plain mean, `bias` by how much more
    was told than came (less if below 0): parts of what was sold. `skus` were judged.
    """

    horizon: int
    days: int
    skus: int
    off: float
    plain_off: float
    bias: float


@dataclass(frozen=True, slots=True)
class Scores:
    """How good the forecasts were, by days ahead, as far as enough of them can be judged.

    `since` is the first day of which one is kept, as `History` counts days; None when none is.
    `of` says how many SKUs there are, where only the first SAMPLE of them by name are judged.
    """

    since: int | None
    over: dict[int, Score]
    of: int | None = None

    def told_from(self, horizon: int) -> int | None:
        """The day on which enough can have been judged; None while no forecast is kept."""
        return None if self.since is None else self.since + horizon + ENOUGH - 1


NONE_KEPT = Scores(None, {})


@dataclass(frozen=True)
class Kept:
    """Forecasts of SKUs, which are `lines` of a table, made on `days` before `until`; in units."""

    lines: Whole
    days: Whole
    week: Numbers
    month: Numbers
    plain_month: Numbers

    def over(self, horizon: int) -> tuple[Numbers, Numbers]:
        """What was expected of so many days, and what the plain mean made of them."""
        expected = self.week if horizon == HORIZONS[0] else self.month
        return expected, self.plain_month * horizon / HORIZONS[-1]


def judge(kept: Kept, sold: Numbers, in_stock: Truths, since: int, horizon: int) -> Score | None:
    """How good the forecasts were; None while too few can be judged, or nothing was sold.

    `sold` and `in_stock` have a line per SKU and a column for each day from `since` on, all of them
    over. Of a sum only days in stock count, of what was expected the same part; a SKU that was out
    of stock for more than three tenths of the days isn't judged.
    """
    first = kept.days - since
    whole = (first >= 0) & (first + horizon <= sold.shape[1])
    lines, first = kept.lines[whole], first[whole]
    came, days = (_ahead(of, lines, first, horizon) for of in (sold * in_stock, in_stock))
    judged = days / horizon >= _IN_STOCK
    part = days[judged] / horizon
    expected, plain = (one[whole][judged] * part for one in kept.over(horizon))
    came, total = came[judged], float(came[judged].sum())
    told_on = len(np.unique(first[judged]))
    if told_on < ENOUGH or total <= 0:
        return None
    return Score(
        horizon,
        told_on,
        len(np.unique(lines[judged])),
        float(np.abs(expected - came).sum()) / total,
        float(np.abs(plain - came).sum()) / total,
        float((expected - came).sum()) / total,
    )


def _ahead(of: Any, lines: Whole, first: Whole, horizon: int) -> Numbers:
    """The sums of so many days from the first on, one for each line and first day."""
    sums = np.zeros((of.shape[0], of.shape[1] + 1))
    np.cumsum(of, axis=1, out=sums[:, 1:])
    return np.asarray(sums[lines, first + horizon] - sums[lines, first])


class Forecasts:
    """Keeps and judges them; every method raises `StoreError`."""

    def __init__(self, store: Store, history: History) -> None:
        self._store = store
        self._history = history

    def is_kept(self, day: int) -> bool:
        """Whether the forecasts of a day are there."""
        mine = select(_c.day).join_from(forecasts, skus, _c.sku_id == skus.c.sku_id)
        mine = mine.where(*self._store.mine(skus), _c.day == day).limit(1)
        return bool(self._store.read(mine))

    def keep(self, today: int, demand: pd.DataFrame, course: Course) -> bool:
        """Whether today's forecasts were written: once a day, whoever comes first.

        Of the SKUs in `demand` (see `sales.levels`) that are expected to sell. Those older than
        KEPT_DAYS go.
        """
        rows = self._rows(today, demand, course)
        if not rows or self.is_kept(today):
            return False
        insert = self._store.insert(forecasts).on_conflict_do_nothing()
        mine = select(skus.c.sku_id).where(*self._store.mine(skus))
        old = delete(forecasts).where(_c.day < today - KEPT_DAYS, _c.sku_id.in_(mine))
        with self._store.writing(forecasts) as connection:
            for at in range(0, len(rows), _WRITTEN_AT_ONCE):
                connection.execute(insert, rows[at : at + _WRITTEN_AT_ONCE])
            connection.execute(old)
        return True

    def _rows(self, today: int, demand: pd.DataFrame, course: Course) -> list[dict[str, int]]:
        level = demand["level"].to_numpy(float)
        numbered = self._store.columns(skus, ["sku_id", "seller_sku"])
        at = pd.Index(numbered["seller_sku"]).get_indexer(demand.index)
        mean = _plain(demand) * HORIZONS[-1]
        sells = (level > 0) & (at >= 0) & ~np.isnan(mean)
        ahead = course.until(np.array(HORIZONS, dtype=float))
        sums = np.stack([level * ahead[0], level * ahead[1], mean])[:, sells]
        parts = np.minimum(np.round(sums * _PARTS), _MOST).astype("int64").tolist()
        ids = numbered["sku_id"][at[sells]].tolist()
        names = ("sku_id", "week", "month", "plain_month")
        return [
            {"day": today, **dict(zip(names, row, strict=True))}
            for row in zip(ids, *parts, strict=True)
        ]

    def of_sku(self, seller_sku: str, today: int) -> Scores:
        """How good the forecasts of one SKU were."""
        return self._of([seller_sku], today)

    def of_the_shop(self, today: int) -> Scores:
        """How good the forecasts of all SKUs were, or of SAMPLE of them."""
        names = self._history.names(SAMPLE)
        scores = self._of(names, today)
        if len(names) < SAMPLE:
            return scores
        mine = select(func.count()).select_from(skus).where(*self._store.mine(skus))
        there = int(self._store.read(mine)[0][0])
        return replace(scores, of=there if there > SAMPLE else None)

    def _of(self, names: Sequence[str], today: int) -> Scores:
        kept = self._kept(names, today)
        if not len(kept.days):
            return NONE_KEPT
        since = int(kept.days.min())
        sold, in_stock = self._history.sold(since, today, only=names)
        scores = {one: judge(kept, sold, in_stock, since, one) for one in HORIZONS}
        return Scores(since, {one: score for one, score in scores.items() if score is not None})

    def _kept(self, names: Sequence[str], today: int) -> Kept:
        # With all days named, each row is found by its key; else all SKUs' would be read.
        days = _c.day.in_(range(today - KEPT_DAYS, today + 1))
        numbered = self._store.columns(skus, ["sku_id", "seller_sku"])
        lines = pd.Index(names).get_indexer(numbered["seller_sku"])
        at = dict(zip(numbered["sku_id"][lines >= 0].tolist(), lines[lines >= 0], strict=True))
        parts: list[Any] = [
            row
            for first in range(0, len(at), AT_ONCE)
            for row in self._store.read(
                select(*_c).where(days, _c.sku_id.in_(list(at)[first : first + AT_ONCE]))
            )
        ]
        found = np.array([tuple(row) for row in parts], dtype="int64").reshape(-1, 5).T
        units = (found[2:] / _PARTS).astype(float)
        return Kept(np.array([at[n] for n in found[1].tolist()], dtype="int64"), found[0], *units)


def _plain(demand: pd.DataFrame) -> Numbers:
    """The plain mean of what left a day in stock, of the last 30 days; NaN without such a day."""
    units, days = (demand[f"{name}_{HORIZONS[-1]}"].to_numpy(float) for name in ("units", "days"))
    return np.where(days > 0, units / np.where(days > 0, days, 1.0), np.nan)
