"""The line of figures above the table of the stock."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mcf.inventory.groups import Group
from mcf.service import MCFService
from tests.pages.inventory.steps import skus, stock_page


def words(at: AppTest) -> dict[str, list[str]]:
    """The lines under each figure, by its name."""
    options = [option.content for option in at.segmented_control(key="show").proto.options]
    lines = [option.replace("\\", "").split("\n") for option in options]
    return {first.strip("*"): rest for first, *rest in lines}


@pytest.mark.parametrize("group", Group)
def test_a_figure_shows_the_skus_that_it_counts(known: MCFService, group: Group) -> None:
    at = stock_page(show=group.value)

    figure, plan = known.stock.review.groups()[group], known.stock.review.plan()
    rows = skus(at) if figure.skus else []
    assert sorted(rows) == sorted(plan.loc[figure.rows, "seller_sku"])
    assert words(at)[group.value][0].startswith(f"{figure.skus} SKU" if rows else "none")


def test_a_figure_and_the_search_go_together(known: MCFService) -> None:
    sku = skus(stock_page(show=Group.REORDER.value))[0]
    at = stock_page(show=Group.REORDER.value, sku=sku)

    assert skus(at) == [sku]
    at.segmented_control(key="show").set_value(Group.ALL.value).run()
    assert skus(at) == [sku]


def test_a_cost_that_is_not_known_is_said_once(known: MCFService) -> None:
    lines = words(stock_page())
    assert [name for name, rest in lines.items() if "cost not known" in rest] == [Group.ALL.value]


def test_costs_of_the_rules_are_summed_with_how_many_lack_one(known: MCFService) -> None:
    figure, plan = known.stock.review.groups()[Group.ALL], known.stock.review.plan()
    there = plan[plan["fulfillable_quantity"] > 0]
    first, second = there.iloc[0], there.iloc[1]
    rule = {"seller_sku": str(first["seller_sku"]), "unit_cost": 2.0}
    euro = {"seller_sku": str(second["seller_sku"]), "unit_cost": 3.0, "currency": "EUR"}
    known.stock.review.choices.set_rules([rule, euro])

    worth = f"{2 * first['fulfillable_quantity']:,} USD + {3 * second['fulfillable_quantity']:,} "
    worth += f"EUR, {len(there) - 2} without cost"
    assert words(stock_page())[Group.ALL.value] == [
        f"{figure.skus} SKUs, {figure.units:,} can ship",
        worth,
    ]


def test_what_is_chosen_is_told_beside_the_table(known: MCFService) -> None:
    at = stock_page()
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": [0], "columns": []}}
    at.run()

    assert at.header[0].value.replace("\\", "") == skus(at)[0]
    assert at.button(key="open_sku").label == "Everything about this SKU"
