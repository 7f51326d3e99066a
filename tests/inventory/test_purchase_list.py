"""What is to be ordered, of whom, by when, and what of it a budget pays for."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pandas as pd
import pytest

from mcf.files import export
from mcf.inventory import purchase_list
from mcf.inventory.purchase_list import COLUMNS, FILE_COLUMNS, Total

TODAY = date(2026, 3, 2)
_DAYS = ("reorder_date", "stock_out_date")


def plan(*rows: dict[str, Any]) -> pd.DataFrame:
    """A plan of SKUs A, B, ...: 10 units due today of no supplier, without a cost."""
    usual = {
        "product_name": None,
        "supplier": "",
        "reorder_date": pd.Timestamp(TODAY, tz="UTC"),
        "stock_out_date": pd.NaT,
        "reorder_quantity": 10.0,
        "days_of_cover": 5.0,
        "case_pack": 1,
        "unit_cost": math.nan,
        "lead_time_days": 30,
        "fulfillable_quantity": 3,
    }
    full = [usual | {"seller_sku": chr(ord("A") + n)} | row for n, row in enumerate(rows)]
    frame = pd.DataFrame(full, columns=["seller_sku", *usual])
    days = {name: pd.to_datetime(frame[name], utc=True) for name in _DAYS}
    return frame.assign(**days).astype({"unit_cost": float, "supplier": "str"})


def on(day: str) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC")


def due(*rows: dict[str, Any], within: int = 0, seen: dict[str, int] | None = None) -> pd.DataFrame:
    return purchase_list.due(plan(*rows), TODAY, within, "USD", seen)


SOME = (
    {"days_of_cover": 9.0, "unit_cost": 2.0},
    {"reorder_quantity": math.nan, "reorder_date": pd.NaT},
    {"days_of_cover": 1.0, "case_pack": 6, "reorder_quantity": 24.0, "supplier": "Acme"},
    {"reorder_date": on("2026-03-09"), "unit_cost": 5.0, "supplier": "Acme"},
    {"reorder_date": on("2026-03-10")},
)


@pytest.mark.parametrize(
    ("within", "skus"), [(0, ["C", "A"]), (7, ["C", "A", "D"]), (8, ["C", "A", "D", "E"])]
)
def test_what_is_due_within_the_days_comes_with_the_most_urgent_first(
    within: int, skus: list[str]
) -> None:
    lines = due(*SOME, within=within)
    assert lines["seller_sku"].tolist() == skus
    assert lines.columns.tolist() == list(COLUMNS)


def test_a_line_tells_cartons_money_and_when_it_arrives() -> None:
    lines = due({"case_pack": 12, "reorder_quantity": 24.0, "unit_cost": 1.5}, seen={"A": 2})
    line = lines.iloc[0]
    assert (line["units"], line["cartons"], line["cost"], line["seen"]) == (24, 2, 36, 2)
    assert (line["currency"], line["arrives"]) == ("USD", on("2026-04-01"))


def test_other_units_need_as_many_cartons_as_hold_them() -> None:
    lines = due({"case_pack": 12, "unit_cost": 1.5}).assign(units=25)
    again = purchase_list.priced(lines).iloc[0]
    assert (again["cartons"], again["cost"]) == (3, 37.5)


def test_what_is_not_known_is_counted_and_no_zero() -> None:
    assert purchase_list.total(due(*SOME)) == Total(2, 34, 4, 1, 1, {"USD": 20.0}, on("2026-03-02"))
    assert purchase_list.total(due()) == Total()


def test_money_of_different_currencies_is_not_added() -> None:
    rows = plan({"unit_cost": 1.0}, {"unit_cost": 2.0}).assign(currency=["EUR", ""])
    lines = purchase_list.due(rows, TODAY, 0, "USD")
    assert purchase_list.total(lines).money == {"EUR": 10.0, "USD": 20.0}
    assert purchase_list.affordable(lines, 100, "USD").tolist() == [False, True]


def test_suppliers_come_by_urgency_and_lines_without_one_last() -> None:
    lines = due({"days_of_cover": 0.0}, {"supplier": "Zeta", "days_of_cover": 1}, {"supplier": "A"})
    groups = purchase_list.by_supplier(lines)
    assert [(name, some["seller_sku"].tolist()) for name, some in groups] == [
        ("Zeta", ["B"]),
        ("A", ["C"]),
        ("", ["A"]),
    ]
    assert purchase_list.by_supplier(due()) == []


@pytest.mark.parametrize(
    ("budget", "fits"),
    [
        (0, [False, False, False, False]),
        (30, [True, False, False, True]),  # B costs 50, what is left pays for D
        (70, [True, True, False, False]),
        (80, [True, True, False, True]),
    ],
)
def test_a_budget_pays_for_the_most_urgent_lines_first(budget: float, fits: list[bool]) -> None:
    lines = due({"unit_cost": 2.0}, {"unit_cost": 5.0}, {}, {"unit_cost": 1.0})
    assert purchase_list.affordable(lines, budget, "USD").tolist() == fits


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_it_is_by_supplier_with_whole_numbers(kind: str) -> None:
    rows = purchase_list.file_rows(due(*SOME, within=30))
    assert rows.columns.tolist() == list(FILE_COLUMNS)
    assert rows["seller_sku"].tolist() == ["C", "D", "A", "E"]
    assert rows["cartons"].tolist()[0] == 4
    assert export.to_bytes(rows, kind)
    assert len(purchase_list.file_rows(due())) == 0


def test_what_was_ticked_is_kept_and_read_as_it_was() -> None:
    line = {
        "seller_sku": "A",
        "supplier": "Potter & Sons",
        "seen": 2,
        "case_pack": 6,
        "currency": "USD",
        "order_by": pd.Timestamp(TODAY, tz="UTC"),
        "unit_cost": None,
        "units": 12,
        "arrives": date(2026, 4, 1),
        "order": True,
    }
    stored = json.loads(json.dumps(purchase_list.to_keep({"A": line})))
    assert purchase_list.as_kept(stored) == {"A": line}
