"""How long orders took, as far as arrivals tell, beside the rules. Frames -> frame, pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mcf.inventory import arrivals
from mcf.inventory.arrivals import Look
from mcf.inventory.planning import Rules

COLUMNS = {
    "seller_sku": "str",
    "rule_days": "float64",
    "rule_spread": "float64",
    "days": "float64",
    "spread": "float64",
    "arrivals": "int64",
    "of": "str",
    "inbound_days": "float64",
    "inbound_spread": "float64",
    "inbound_arrivals": "int64",
}
"""Of what was learned: see `learned`."""
OF_SKU, OF_SUPPLIER = "SKU", "supplier"
Came = Mapping[str, Sequence[tuple[str, int]]]


def learned(
    seller_skus: Sequence[str],
    rules: pd.DataFrame,
    usual: Rules,
    came: Came,
    looks: Mapping[str, Sequence[Look]],
) -> pd.DataFrame:
    """A line per SKU: COLUMNS, in days; NaN where nothing is known, and 0 arrivals.

    `rule_days` and `rule_spread` hold now. `days` is the middle lead time of the orders that
    arrived (`came`, see `Purchases.lead_times`), `spread` its standard deviation; `of` says whose
    they are, the SKU's or, where these are too few, its supplier's. `inbound_days` is how long it
    takes from the announcement at Amazon on, by past days (`looks`), which is a part of it.
    """
    theirs, held = _by_supplier(came), rules[rules.index.isin(seller_skus)].to_dict("index")
    rows = []
    for sku in seller_skus:
        own = held.get(sku, {})
        supplier = own.get("supplier")
        row: dict[str, Any] = {"seller_sku": sku, "arrivals": 0, "inbound_arrivals": 0, "of": ""}
        for name, rule in (("rule_days", "lead_time_days"), ("rule_spread", "lead_spread_days")):
            value = own.get(rule, math.nan)
            row[name] = getattr(usual, rule) if math.isnan(value) else value
        known, of = arrivals.learned([days for _, days in came.get(sku, ())]), OF_SKU
        if known is None:
            known, of = arrivals.learned(theirs.get(str(supplier), [])), OF_SUPPLIER
        if known is not None:
            row |= {"days": known.days, "spread": known.spread}
            row |= {"arrivals": known.arrivals, "of": of}
        inbound = arrivals.learned(arrivals.durations(looks.get(sku, ())))
        if inbound is not None:
            row |= {"inbound_days": inbound.days, "inbound_spread": inbound.spread}
            row |= {"inbound_arrivals": inbound.arrivals}
        rows.append(row)
    return pd.DataFrame(rows, columns=[*COLUMNS]).astype(COLUMNS)


def _by_supplier(came: Came) -> dict[str, list[int]]:
    """The lead times of each supplier's orders; of one that isn't named nothing is known."""
    theirs: dict[str, list[int]] = {}
    for orders in came.values():
        for supplier, days in orders:
            if supplier:
                theirs.setdefault(supplier, []).append(days)
    return theirs
