"""The SKUs that need a look, by why, with what that is worth. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from mcf.inventory import concerns, money
from mcf.inventory.demand import Numbers, Truths
from mcf.inventory.planning import Health


class Group(StrEnum):
    """Why a SKU needs a look; the most urgent first, a SKU may be in several."""

    REORDER = "Reorder today"
    GAP = "Out before inbound"
    STUCK = "Stuck, claims"
    UNSELLABLE = "Unsellable"
    EXCESS = "Excess"
    ALL = "All"


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """The SKUs of a group and what they come to.

    `rows` says of each line of the plan whether it's in it. `units` are those to be ordered, that
    won't be sold for want of stock, that are stuck or unsellable, or that can ship, as the group
    is. `cost` is what they cost by the rules, of sales that are lost what buyers would pay; in the
    marketplace's currency, without those of `unpriced` SKUs and those in other currencies, which
    are `others`; None where none is known.
    """

    rows: pd.Series
    skus: int
    units: int
    cost: float | None
    unpriced: int
    others: Mapping[str, float] = field(default_factory=dict)
    a_day: float | None = None
    """Of sales that are lost: those of a day without stock, of all these SKUs together."""


def of_the_stock(
    plan: pd.DataFrame, standing: pd.DataFrame, today: date, home: str = ""
) -> dict[Group, GroupFigure]:
    """Every group with its figure.

    `plan` is `planning.plan`'s with `unit_cost`, `price` and `currency`, `standing` is
    `StockReview.standing`'s, `home` the marketplace's currency.
    """
    due = pd.Timestamp(today, tz="UTC")
    order = plan["reorder_quantity"].to_numpy(float)
    available = plan["fulfillable_quantity"].to_numpy(float)
    is_excess = (plan["health"] == Health.EXCESS).to_numpy()
    units = {
        Group.REORDER: np.where((plan["reorder_date"] <= due).to_numpy(), order, 0.0),
        Group.GAP: np.floor(np.nan_to_num(plan["gap_units"].to_numpy(float))),
        Group.STUCK: _stuck(plan, standing),
        Group.UNSELLABLE: plan["unfulfillable_quantity"].to_numpy(float),
        Group.EXCESS: np.where(is_excess, available, 0.0),
    }
    figures = {
        group: _figure(
            plan, count > 0, count, home, each="price" if group is Group.GAP else "unit_cost"
        )
        for group, count in units.items()
    }
    everything = np.ones(len(plan), dtype=bool)
    days = plan["gap_days"].to_numpy(float)
    lost = np.divide(units[Group.GAP], days, out=np.zeros(len(plan)), where=days > 0)
    gap = replace(figures[Group.GAP], a_day=float(np.nansum(lost)))
    return figures | {Group.GAP: gap, Group.ALL: _figure(plan, everything, available, home)}


def _figure(
    plan: pd.DataFrame, rows: Truths, units: Numbers, home: str, *, each: str = "unit_cost"
) -> GroupFigure:
    count = np.where(rows, np.nan_to_num(units), 0.0)
    # A SKU that isn't among them says nothing about their cost.
    cost = np.where(rows, plan[each].to_numpy(float), np.nan)
    worth = money.total(count, cost, plan["currency"].to_numpy(object), home)
    return GroupFigure(
        pd.Series(rows, index=plan.index, dtype=bool),
        int(rows.sum()),
        round(float(count.sum())),
        worth.home,
        worth.unknown,
        worth.others,
    )


def _stuck(plan: pd.DataFrame, standing: pd.DataFrame) -> Numbers:
    """Units that stand for longer than usual, and those that Amazon or its carrier damaged."""
    limits = standing["place"].map({place: days for place, (_, days) in concerns.STUCK.items()})
    long = standing[standing["days"] >= limits.astype("float64")]
    stuck = long.groupby("seller_sku")["units"].sum().reindex(plan["seller_sku"]).fillna(0)
    damaged = plan[list(concerns.CLAIMS)].sum(axis=1)
    return np.asarray(stuck.to_numpy(float) + damaged.to_numpy(float))
