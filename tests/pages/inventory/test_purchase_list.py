"""The purchase list on the page: ticked, within a budget, ordered once, undone."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mcf.inventory.purchases import Standing, Wish
from mcf.service import MCFService
from mcf.store.documents import DocumentKind
from pages.parts.inventory import purchase_list
from tests.pages.conftest import texts
from tests.pages.inventory.steps import pressed, stock_page


def purchase_page(**query: str) -> AppTest:
    return stock_page(table="Purchase list", **query)


def skus(at: AppTest) -> list[str]:
    return [sku for editor in at.data_editor for sku in editor.value["seller_sku"]]


def by_when(program: MCFService) -> pd.Series:
    """When each SKU is to be ordered."""
    return program.stock.review.plan().set_index("seller_sku")["reorder_date"]


def test_nothing_to_order_is_said(calm: MCFService) -> None:
    assert "Nothing has to be ordered today." in purchase_page().info[0].value


def test_a_list_is_grouped_ticked_ordered_and_undone(
    known: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = purchase_page(within="60 days")
    first, second, *_ = skus(at)
    choices, purchases = known.stock.review.choices, known.stock.review.purchases
    rules = {"supplier": "Potter & Sons", "unit_cost": 2.5, "case_pack": 6}
    choices.set_rules([{"seller_sku": first, **rules}, {"seller_sku": second, **rules}])

    before = by_when(known)

    at = purchase_page(within="60 days", budget="1e9")
    assert [it.value for it in at.subheader] == ["Potter \\& Sons", "No supplier set"]
    assert "pay for 2 SKUs" in texts(at)
    with monkeypatch.context() as few:
        few.setattr(purchase_list, "SUPPLIERS", 1)
        assert [it.value for it in at.run().subheader] == ["Potter \\& Sons"]
        assert "Suppliers 1 to 1 of 2, the most urgent first" in texts(at)
    at.run()
    pressed(at, "tick_budget")
    assert at.button(key="order_lines").label == "Mark 2 SKUs as ordered"
    at = purchase_page(within="60 days", wanted=at.query_params["wanted"])  # a reload
    assert at.button(key="order_lines").label == "Mark 2 SKUs as ordered"
    pressed(at, "order_lines")
    assert "wanted" not in at.query_params
    assert known.kept.all(DocumentKind.PURCHASES) == []

    assert "2 SKUs are marked as ordered and count as coming" in texts(at)
    lines = purchases.lines()
    assert set(lines["seller_sku"]) == {first, second}
    assert set(lines["supplier"]) == {"Potter & Sons"}
    assert (by_when(known)[[first, second]] > before[[first, second]]).all()
    pressed(at, "undo_order")
    assert set(purchases.lines()["standing"]) == {Standing.CANCELLED}
    assert by_when(known)[[first, second]].equals(before[[first, second]])


def test_a_line_that_another_window_ordered_is_not_ordered_twice(known: MCFService) -> None:
    purchases = known.stock.review.purchases
    at = purchase_page(within="60 days")
    first = at.data_editor[0].value["seller_sku"].iloc[0]
    edits = {0: {"order": True, "units": 7}, 1: {"order": True}}
    at.session_state[at.data_editor[0].key] = {
        "edited_rows": edits, "added_rows": [], "deleted_rows": []
    }  # fmt: skip
    at.run()
    purchases.place([Wish(first, 50, 0, known.stock.review.today + 9)], known.now())

    pressed(at, "order_lines")

    assert f"Not ordered twice: {first} was ordered in another window" in texts(at)
    lines = purchases.lines()
    assert (len(lines), lines.loc[lines["seller_sku"] == first, "units"].tolist()) == (2, [50])


def test_who_orders_all_that_is_due_sees_that_and_can_undo_it(known: MCFService) -> None:
    at = purchase_page(show="Reorder today")
    for button in [it.key for it in at.button if it.key.startswith("tick_")]:
        pressed(at, button)
    pressed(at, "order_lines")

    assert "Nothing has to be ordered today." in texts(at)
    pressed(at, "undo_order")
    assert skus(at)
    assert set(known.stock.review.purchases.lines()["standing"]) == {Standing.CANCELLED}
