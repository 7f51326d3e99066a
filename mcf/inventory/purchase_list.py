"""What is to be ordered, of whom, by when, for how much, and what of it a budget pays for. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from mcf.inventory.demand import Truths

COLUMNS = (
    "seller_sku",
    "product_name",
    "supplier",
    "order_by",
    "stock_out_date",
    "units",
    "case_pack",
    "cartons",
    "unit_cost",
    "cost",
    "currency",
    "arrives",
    "fulfillable_quantity",
    "lead_time_days",
    "seen",
)
"""Of a purchase list. Days are midnights in UTC; `seen` is the number of the SKU's last order."""
FILE_COLUMNS = (
    "supplier",
    "seller_sku",
    "product_name",
    "units",
    "case_pack",
    "cartons",
    "unit_cost",
    "cost",
    "currency",
    "order_by",
    "arrives",
)
"""Of a purchase list as a file, which goes to suppliers."""


@dataclass(frozen=True, slots=True)
class Total:
    """What lines come to: money by currency, without that of `unpriced` SKUs.

    `cartons` are those of SKUs with a case pack; `loose` SKUs have none. `first` is the earliest
    day by which something is to be ordered.
    """

    skus: int = 0
    units: int = 0
    cartons: int = 0
    loose: int = 0
    unpriced: int = 0
    money: dict[str, float] = field(default_factory=dict)
    first: pd.Timestamp | None = None


def due(
    plan: pd.DataFrame,
    today: date,
    within_days: int,
    currency: str,
    seen: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """What is to be ordered within so many days, 0 for today, the most urgent first: COLUMNS.

    `plan` is `StockReview.plan`'s, `currency` holds where a SKU has none of its own, `seen` are
    the numbers of SKUs' last orders. A SKU without a case pack has no cartons, one without a cost
    has none (NaN).
    """
    start = pd.Timestamp(today, tz="UTC")
    last = start + timedelta(days=within_days)
    is_due = (plan["reorder_date"] <= last) & (plan["reorder_quantity"] > 0)
    some = plan[is_due].sort_values(["reorder_date", "days_of_cover", "seller_sku"])
    units = some["reorder_quantity"].astype("int64")
    lead = some["lead_time_days"].astype("int64")
    own = some["currency"].replace("", pd.NA) if "currency" in some else None
    list_ = pd.DataFrame(
        {
            "seller_sku": some["seller_sku"],
            "product_name": some["product_name"],
            "supplier": some["supplier"],
            "order_by": some["reorder_date"],
            "stock_out_date": some["stock_out_date"],
            "units": units,
            "case_pack": some["case_pack"],
            "unit_cost": some["unit_cost"],
            "currency": currency if own is None else own.fillna(currency),
            "arrives": start + pd.to_timedelta(lead, unit="D"),
            "fulfillable_quantity": some["fulfillable_quantity"],
            "lead_time_days": lead,
            "seen": [(seen or {}).get(sku, 0) for sku in some["seller_sku"]],
        }
    )
    return priced(list_.reset_index(drop=True))[[*COLUMNS]]


def priced(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines with `cartons` and `cost` of their `units`, which may be other ones by now."""
    pack = lines["case_pack"].to_numpy(float)
    units = lines["units"].to_numpy(float)
    cartons = np.where(pack > 1, np.ceil(np.round(units / np.maximum(pack, 1), 6)), np.nan)
    return lines.assign(cartons=cartons, cost=units * lines["unit_cost"].to_numpy(float))


def total(lines: pd.DataFrame) -> Total:
    """What the lines come to."""
    known = lines[lines["cost"].notna()]
    money = known.groupby("currency")["cost"].sum()
    return Total(
        len(lines),
        int(lines["units"].sum()),
        int(lines["cartons"].sum()),
        int(lines["cartons"].isna().sum()),
        len(lines) - len(known),
        {str(name): round(float(amount), 4) for name, amount in money.items()},
        lines["order_by"].min() if len(lines) else None,
    )


def by_supplier(lines: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The lines of each supplier, whose most urgent line comes first; "" where none is set."""
    names = list(dict.fromkeys(lines["supplier"]))
    groups = dict(iter(lines.groupby("supplier", sort=False)))
    return [(name, groups[name]) for name in sorted(names, key=lambda name: name == "")]


def affordable(lines: pd.DataFrame, budget: float, currency: str) -> Truths:
    """Which lines a budget in a currency pays for.

    From the first on each that what is left still pays for. One without a cost, or with one in
    another currency, isn't among them: what it takes of the budget isn't known.
    """
    left, fits = budget, []
    for cost, of in zip(lines["cost"], lines["currency"], strict=True):
        fit = of == currency and not math.isnan(cost) and cost <= left + 1e-9
        left -= cost if fit else 0.0
        fits.append(fit)
    return np.array(fits, dtype=bool)


def to_keep(wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Lines that were ticked or typed, by SKU, as a document keeps them: days as texts."""
    return {
        sku: {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in line.items()
        }
        for sku, line in wanted.items()
    }


def as_kept(content: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The lines that a document kept: the inverse of `to_keep`."""
    return {
        sku: {
            **line,
            "arrives": date.fromisoformat(line["arrives"]),
            "order_by": pd.Timestamp(line["order_by"]),
        }
        for sku, line in content.items()
    }


def file_rows(lines: pd.DataFrame) -> pd.DataFrame:
    """The list as suppliers get it: FILE_COLUMNS, by supplier; days are midnights in UTC."""
    rows = pd.concat([some for _, some in by_supplier(lines)]) if len(lines) else lines
    whole = {name: rows[name].astype("Int64") for name in ("case_pack", "cartons")}
    return rows.assign(**whole)[[*FILE_COLUMNS]]
