"""The table of the stock: filters, rows, what is chosen."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mcf.inventory.planning import Health
from mcf.inventory.review import StockReview
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.store.states import RunState
from pages.parts.common import paging, places
from pages.parts.common.paging import Matches
from pages.parts.inventory import table as stock_table
from tests.pages.conftest import HISTORY, open_page, texts
from tests.pages.inventory.steps import columns, pressed, skus, stock_page, table, words


def select(at: AppTest, *rows: int) -> AppTest:
    """Selects rows of the table as clicks do."""
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": [*rows], "columns": []}}
    return at.run()


def test_the_table_shows_the_plan(known: MCFService) -> None:
    shown = table(stock_page()).set_index("seller_sku")

    plan = known.stock.review.plan().set_index("seller_sku").loc[shown.index]
    assert shown["velocity"].equals(plan["velocity"])
    assert shown["days_of_cover"].equals(plan["days_of_cover"])
    assert shown["reorder_quantity"].equals(plan["reorder_quantity"])
    assert list(shown["reorder_date"]) == list(plan["reorder_date"])
    assert list(shown["stock_out_date"]) == list(plan["stock_out_date"])
    assert [state for (state,) in shown["health"]] == list(plan["health"])
    assert {len(levels) for levels in shown["trend"]} == {HISTORY}


def test_the_most_urgent_stand_first_until_another_order_is_chosen(known: MCFService) -> None:
    at = stock_page()
    by, cover = table(at)["reorder_date"], table(at)["days_of_cover"]
    assert by.dropna().is_monotonic_increasing
    assert by.notna().iloc[: by.notna().sum()].all()
    assert cover[by == by.iloc[0]].is_monotonic_increasing

    at.selectbox(key="sort").select("Most available").run()
    assert table(at)["fulfillable_quantity"].is_monotonic_decreasing


def test_a_partial_read_is_told(calm: MCFService, simulator: Simulator) -> None:
    simulator.renew_world(skus=120)
    simulator.faults.add_named("page-expired", operations=["getInventorySummaries"])
    (run, *_) = calm.sync(full=True)

    at = stock_page()

    assert run.state is RunState.PARTIAL
    assert "Only a part of stock could be read." in texts(at)
    assert "and the last reading wasn't whole" in texts(at)
    assert len(table(at)) == len(calm.inventory())


@pytest.mark.parametrize("state", ["Out of stock", "Low", "New"])
def test_the_health_in_the_address_is_applied(calm: MCFService, state: str) -> None:
    at = stock_page(stock=state)

    plan = calm.stock.review.plan()
    assert sorted(skus(at)) == sorted(plan.loc[plan["health"] == state, "seller_sku"])


def test_kinds_of_units_in_the_address_are_applied_together(calm: MCFService) -> None:
    at = stock_page(**{"with": ["Reserved", "Inbound"]})

    plan = calm.stock.review.plan()
    both = (plan["reserved_quantity"] > 0) & (plan["inbound_quantity"] > 0)
    assert sorted(skus(at)) == sorted(plan.loc[both, "seller_sku"])


def test_what_is_filtered_to_nothing_can_be_found_again(calm: MCFService) -> None:
    at = stock_page(stock="Excess")

    assert "No SKU matches" in texts(at)
    assert not at.dataframe
    at.segmented_control(key="stock=Excess").set_value("All").run()
    assert len(skus(at)) == len(calm.inventory())


def test_a_tag_finds_its_skus(calm: MCFService) -> None:
    wanted = calm.inventory()["seller_sku"].iloc[4]
    calm.stock.review.choices.set_rules([{"seller_sku": wanted, "tags": "autumn, giftable"}])

    at = stock_page()
    at.text_input(key="sku").input("giftable").run()

    assert skus(at) == [wanted]


def test_a_file_has_exactly_the_rows_and_columns_that_are_shown(calm: MCFService) -> None:
    at = stock_page(stock="Low")
    at.multiselect(key="columns").set_value(["seller_sku", "total_quantity", "health"]).run()

    plan = calm.stock.review.snapshot()
    file = stock_table.file_rows(Matches(plan).only(plan.frame["health"] == "Low"), columns(at))

    assert list(file.columns) == columns(at)
    assert sorted(file["seller_sku"]) == sorted(skus(at))
    shown = table(at).set_index("seller_sku")["total_quantity"]
    assert list(file["total_quantity"]) == list(shown.loc[file["seller_sku"]])


def test_a_row_leads_to_the_page_of_its_sku(calm: MCFService) -> None:
    at = stock_page()
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": [3], "columns": []}}
    at.run()

    pressed(at, "open_sku")

    assert at.title[0].value.replace("\\", "") == calm.inventory()["seller_sku"].iloc[3]


def test_several_rows_are_summed_and_shipped_together(calm: MCFService) -> None:
    stock = calm.inventory()
    there = stock.index[stock["fulfillable_quantity"] > 0][:2].tolist()
    chosen = stock.loc[there]

    at = select(stock_page(), *there)

    assert at.header[0].value == "2 SKUs selected"
    assert f"{chosen['fulfillable_quantity'].sum():,} available" in words(texts(at))
    link = next(each for each in at.get("page_link") if "of them" in each.proto.label)
    assert parse_qs(link.proto.query_string) == {"item": chosen["seller_sku"].tolist()}
    pressed(at, "select_none")
    assert not at.header


def test_rows_stay_selected_while_others_are_searched(calm: MCFService) -> None:
    names = calm.inventory()["seller_sku"]
    at = select(stock_page(), 0, 3)

    at.text_input(key="sku").input(names[5]).run()
    select(at, 0)

    assert at.header[0].value == "3 SKUs selected"
    at.text_input(key="sku").input("").run()
    assert at.session_state["_chosen"] == [names[0], names[3], names[5]]


def test_search_finds_a_product_by_words_in_any_order(program: MCFService) -> None:
    row = program.inventory().iloc[3]
    words = row["product_name"].split()

    at = open_page(places.INVENTORY)
    at.text_input(key="sku").input(f"{words[-1]} {words[1]}".lower()).run()

    assert row["seller_sku"] in skus(at)
    assert len(skus(at)) < len(program.inventory())


def test_the_search_in_the_address_is_applied(program: MCFService) -> None:
    wanted = program.inventory()["seller_sku"].iloc[5]

    at = open_page(places.INVENTORY, sku=wanted)

    assert skus(at) == [wanted]


def test_the_stock_filter_keeps_what_is_out_of_stock(program: MCFService) -> None:
    at = open_page(places.INVENTORY)
    at.segmented_control(key="stock").set_value("Out of stock").run()

    stock = program.inventory()
    assert sorted(skus(at)) == sorted(stock.loc[stock["fulfillable_quantity"] == 0, "seller_sku"])


def test_a_search_without_a_hit_says_so_and_all_comes_back(program: MCFService) -> None:
    at = open_page(places.INVENTORY, sku="no-such-thing")

    assert "No SKU matches" in texts(at)
    assert not at.dataframe
    at.text_input(key="sku").input("").run().run()
    every = len(program.inventory())
    assert len(skus(at)) == every
    assert f"{every} SKUs of {every}" in texts(at)


def test_a_product_without_a_name_is_explained_as_such() -> None:
    def page() -> None:
        from mcf.store import frames
        from pages.parts.inventory import table

        row = dict.fromkeys(frames.INVENTORY, 0) | {"seller_sku": "BARE-1"}
        row |= dict.fromkeys(("product_name", "asin", "fn_sku", "condition"))
        row |= {"last_updated_time": None}
        stock = frames.inventory([row])
        table.draw_one(stock.assign(fulfillable_quantity=0).iloc[0])

    at = AppTest.from_function(page).run()

    assert "No product name at Amazon" in texts(at)
    assert "nan" not in texts(at)


def test_before_many_skus_have_a_plan_the_table_shows_what_amazon_counts(
    calm: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "WHOLE", 10)
    monkeypatch.setattr(StockReview, "is_reckoned", False)
    with monkeypatch.context() as early:
        early.setattr(stock_table, "draw_reckoning", lambda *_: st.stop())
        at = stock_page()

    shown = table(at)["fulfillable_quantity"].tolist()
    heads = json.loads(at.dataframe[0].proto.columns)
    assert shown == sorted(calm.inventory()["fulfillable_quantity"])
    assert heads["days_of_cover"]["label"] == "Cover"
    assert "SKUs, as Amazon counts them, the fewest units first" in texts(at)

    at.run()
    assert set(table(at)["health"].str[0]) <= {*Health}
    assert f"{len(shown)} SKUs of {len(shown)}" in texts(at)
    assert not at.get("progress")
