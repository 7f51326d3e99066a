"""The page of the stock."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts


def skus(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["seller_sku"])


def test_the_figures_are_the_sums_of_the_table(program: MCFService) -> None:
    at = open_page(places.INVENTORY)

    stock = program.inventory()
    figures = {metric.label: metric.value.replace(",", "") for metric in at.metric}
    assert figures["Can ship now"] == str(stock["fulfillable_quantity"].sum())
    assert figures["Reserved"] == str(stock["reserved_quantity"].sum())
    assert figures["Inbound"] == str(stock["inbound_quantity"].sum())
    assert figures["Unsellable"] == str(stock["unfulfillable_quantity"].sum())
    assert skus(at) == list(stock["seller_sku"])


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
    assert skus(at) == list(stock.loc[stock["fulfillable_quantity"] == 0, "seller_sku"])


def test_a_search_without_a_hit_says_so(program: MCFService) -> None:
    at = open_page(places.INVENTORY)
    at.text_input(key="sku").input("no such thing").run()

    assert "No SKU matches" in texts(at)
    assert not at.dataframe


def test_the_chart_shows_the_units_of_the_table(program: MCFService) -> None:
    at = open_page(places.INVENTORY).run()

    chart = at.get("plotly_chart")[0].proto.spec
    stock = program.inventory()
    most = stock.loc[stock["fulfillable_quantity"].idxmax()]
    assert "Available" in chart
    assert most["seller_sku"] in chart


def test_an_account_without_stock_is_told_so() -> None:
    def page() -> None:
        from datetime import timedelta

        from mcf.store.states import RunState, Subject
        from mcf.sync.freshness import Freshness
        from pages.parts.common import messages

        age = timedelta(seconds=5)
        fresh = Freshness(Subject.INVENTORY, RunState.WHOLE, age, 0, None, None)
        messages.empty_box(fresh, "stock", "There is none.")

    at = AppTest.from_function(page).run()

    assert at.info[0].value == "There is none."


def test_stock_that_was_never_read_is_not_called_empty() -> None:
    def page() -> None:
        from mcf.store.states import RunState, Subject
        from mcf.sync.freshness import Freshness
        from pages.parts.common import messages

        fresh = Freshness(Subject.INVENTORY, RunState.RUNNING, None, 0, None, None)
        messages.empty_box(fresh, "stock", "There is none.")

    at = AppTest.from_function(page).run()

    assert "Reading stock from Amazon" in at.info[0].value


def test_a_product_without_a_name_is_explained_as_such() -> None:
    def page() -> None:
        from mcf.store import frames
        from pages.parts.inventory import table

        row = dict.fromkeys(frames.INVENTORY, 0) | {"seller_sku": "BARE-1"}
        row |= dict.fromkeys(("product_name", "asin", "fn_sku", "condition"))
        row |= {"last_updated_time": None}
        stock = frames.inventory([row])
        table.explained(stock.assign(fulfillable_quantity=0).iloc[0])

    at = AppTest.from_function(page).run()

    assert "No product name at Amazon" in texts(at)
    assert "nan" not in texts(at)
