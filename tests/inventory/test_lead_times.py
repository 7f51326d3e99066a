"""Lead times that arrivals tell, beside the rules."""

from __future__ import annotations

from typing import Any

import pandas as pd

from mcf.inventory import lead_times
from mcf.inventory.arrivals import Look
from mcf.inventory.planning import Rules

RULES = pd.DataFrame(
    {
        "lead_time_days": [45.0, float("nan"), float("nan")],
        "lead_spread_days": [float("nan"), 4.0, float("nan")],
        "supplier": pd.Series(["Acme", "Acme", None], dtype="str").to_numpy(),
    },
    index=pd.Index(["A", "B", "C"], dtype="str", name="seller_sku"),
)
CAME = {"A": [("Acme", 30), ("Acme", 34), ("Zeta", 38)], "Z": [("Acme", 50), ("", 9), ("", 9)]}
WAY = [Look(day, *some) for day, some in enumerate([(0, 0, 0), (9, 0, 0), (0, 9, 0), (0, 0, 0)])]


def learned(sku: str, came: Any = CAME) -> dict[str, Any]:
    """What is known of a SKU, without what isn't."""
    frame = lead_times.learned([sku], RULES, Rules(), came, {"A": WAY})
    return {str(k): v for k, v in frame.iloc[0].to_dict().items() if pd.notna(v)}


def test_the_orders_of_a_sku_tell_its_lead_time() -> None:
    assert learned("A") == {
        "seller_sku": "A", "rule_days": 45, "rule_spread": 0, "days": 34, "spread": 4,
        "arrivals": 3, "of": "SKU", "inbound_arrivals": 0,
    }  # fmt: skip


def test_where_a_sku_has_too_few_its_supplier_tells() -> None:
    known = learned("B")
    assert (known["days"], known["arrivals"], known["of"]) == (34, 3, "supplier")
    assert (known["rule_days"], known["rule_spread"]) == (30, 4)


def test_without_arrivals_and_without_a_supplier_nothing_is_known() -> None:
    assert learned("C")["arrivals"] == learned("NEW")["arrivals"] == 0
    assert "days" not in learned("C")
    assert lead_times.learned([], RULES, Rules(), {}, {}).dtypes.astype(str).to_dict() == (
        lead_times.COLUMNS
    )


def test_past_days_tell_how_long_it_takes_at_amazon() -> None:
    looks = [Look(day, *some) for day in range(0, 12, 4) for day, some in _round(day)]
    frame = lead_times.learned(["A"], RULES, Rules(), {}, {"A": looks})
    line = frame.iloc[0]
    assert (line["inbound_days"], line["inbound_spread"], line["inbound_arrivals"]) == (2, 0, 3)


def _round(day: int) -> list[tuple[int, tuple[int, int, int]]]:
    """Nine units that are announced, shipped and there a day later each."""
    return [(day, (0, 0, 0)), (day + 1, (9, 0, 0)), (day + 2, (0, 9, 0)), (day + 3, (0, 0, 0))]
