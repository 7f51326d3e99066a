"""The same rules for many SKUs at once: which SKUs, and what would change. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mcf.inventory.preferences import plain

CLASSES = ("A", "B", "C")
_UP_TO = (0.8, 0.95)
"""Which part of all that is sold the SKUs of class A make up, and those of A and B."""


def classes(plan: pd.DataFrame) -> pd.Series[str]:
    """The ABC class of each SKU of a plan, by what it's expected to sell; "" where unknown.

    Those that sell most and make up four fifths together are A, the next up to 95 % B, the others
    C. By cost where that of every SKU that sells is known, else by units.
    """
    units = plan["velocity"].to_numpy(float)
    cost = plan["unit_cost"].to_numpy(float)
    has_costs = not np.isnan(cost[units > 0]).any()
    worth = np.nan_to_num(units * np.where(np.isnan(cost), 0.0, cost) if has_costs else units)
    order = np.argsort(-worth, kind="stable")
    total = float(worth.sum())
    before = np.zeros(len(worth))
    before[order] = (worth[order].cumsum() - worth[order]) / total if total > 0 else 1.0
    found = np.select([before < part - 1e-9 for part in _UP_TO], CLASSES[:2], CLASSES[2])
    found = np.where(worth > 0, found, CLASSES[2])
    return pd.Series(np.where(np.isnan(units), "", found), index=plan.index, dtype="str")


@dataclass(frozen=True, slots=True)
class Change:
    """That a rule of so many `skus` gets another value; None is one that isn't set."""

    rule: str
    before: Any
    after: Any
    skus: int


def preview(
    rules: pd.DataFrame, seller_skus: Sequence[str], values: Mapping[str, Any]
) -> tuple[list[str], list[Change]]:
    """The SKUs of which something changes, and what, by rule and by the value before.

    `rules` are those that are set, indexed by SKU, `values` the ones they get: None unsets one.
    """
    held = rules.reindex(list(seller_skus))
    changes = []
    any_change = np.zeros(len(held), dtype=bool)
    for rule, after in values.items():
        before = [plain(value) for value in held[rule]]
        differs = np.array([value != after for value in before], dtype=bool)
        any_change |= differs
        counts: dict[Any, int] = {}
        for value, is_other in zip(before, differs, strict=True):
            if is_other:
                counts[value] = counts.get(value, 0) + 1
        changes += [Change(rule, value, after, count) for value, count in counts.items()]
    changed = [str(sku) for sku, is_one in zip(held.index, any_change, strict=True) if is_one]
    return changed, sorted(changes, key=lambda one: (list(values).index(one.rule), -one.skus))
