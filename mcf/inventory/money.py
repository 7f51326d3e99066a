"""What stock, orders and lost sales are worth, each in its own currency. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mcf.inventory.demand import Numbers
from mcf.inventory.planning import Health


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of money: in the home currency, in others, and of how many SKUs it isn't known.

    `home` is None where nothing in the home currency is known.
    """

    home: float | None
    others: Mapping[str, float] = field(default_factory=dict)
    unknown: int = 0


def valued(plan: pd.DataFrame, rules: pd.DataFrame, home: str) -> pd.DataFrame:
    """The plan with what it's worth.

    `rules` is `Choices.rules`'s; `home` is the currency that holds where none is set. NaN where a
    cost or price isn't known. Added columns:

    * `unit_cost`, `price`: of a unit, in `currency`; `tags`
    * `stock_value`: what the units that can ship cost; `excess_value`: the same of a SKU in excess,
      0 of others
    * `reorder_cost`: what the units to be reordered cost; NaN as well where there's no reorder
    * `lost_units_a_day`: what would be sold a day while nothing is for sale, 0 while something is;
      `lost_sales_a_day`: the same at its price
    """
    ruled = rules.reindex(plan["seller_sku"])
    cost, price = (ruled[name].to_numpy(float) for name in ("unit_cost", "price"))
    there = plan["fulfillable_quantity"].to_numpy(float, na_value=np.nan)
    is_excess = (plan["health"] == Health.EXCESS).to_numpy()
    is_out = there <= plan["kept_units"].to_numpy(float)
    lost = np.where(is_out, plan["velocity"].to_numpy(float), 0.0)
    return plan.assign(
        unit_cost=cost,
        price=price,
        currency=ruled["currency"].astype("str").fillna(home).to_numpy(),
        tags=ruled["tags"].astype("str").fillna("").to_numpy(),
        stock_value=_worth(there, cost),
        excess_value=_worth(np.where(is_excess, there, 0.0), cost),
        reorder_cost=_worth(plan["reorder_quantity"].to_numpy(float), cost),
        lost_units_a_day=lost,
        lost_sales_a_day=_worth(lost, price),
    )


def total(units: Numbers, each: Numbers, currency: Numbers | None, home: str) -> Total:
    """What so many units are worth at what each of them is; SKUs without units don't matter.

    `currency` names that of each line; all are in the home currency where it's None.
    """
    count = np.nan_to_num(units)
    some, known = count > 0, ~np.isnan(each)
    here = np.ones(len(count), dtype=bool) if currency is None else currency == home
    worth = np.where(some & known, count * np.nan_to_num(each), 0.0)
    others = {}
    if currency is not None:
        for name in sorted(set(currency[~here & some & known])):
            others[str(name)] = float(worth[currency == name].sum())
    is_known = bool((here & known).any())
    return Total(float(worth[here].sum()) if is_known else None, others, int((some & ~known).sum()))


def lost_sales(plan: pd.DataFrame, home: str) -> tuple[float, Total, int]:
    """Units a day that aren't sold as nothing is there, their worth, and SKUs of unknown speed."""
    lost = plan["lost_units_a_day"].to_numpy(float)
    amount = total(lost, plan["price"].to_numpy(float), plan["currency"].to_numpy(object), home)
    return float(np.nansum(lost)), amount, int(np.isnan(lost).sum())


def _worth(units: Numbers, each: Numbers) -> Numbers:
    """Nothing of something unknown is worth nothing."""
    return np.where(units == 0, 0.0, units * each)


def named(amount: Total, home: str, *, decimals: int = 2) -> str:
    """The sum in words, with what is in other currencies beside it; "" where none is known."""
    parts = [] if amount.home is None else [(amount.home, home)]
    parts += [(worth, name) for name, worth in amount.others.items()]
    return " + ".join(f"{worth:,.{decimals}f} {name}" for worth, name in parts)
