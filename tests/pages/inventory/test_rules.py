"""Rules of SKUs: typed, imported, the defaults."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from streamlit.testing.v1 import AppTest

from mcf.inventory.planning import Rules
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.stock import Stock
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import texts
from tests.pages.inventory.steps import US, figure, pressed, stock_page, table, words


def edit(at: AppTest, **cells: object) -> AppTest:
    """Types into the first row of the table of rules."""
    at.session_state[at.data_editor[0].key] = {
        "edited_rows": {0: cells}, "added_rows": [], "deleted_rows": []
    }  # fmt: skip
    return at.run()


def rule(program: MCFService, seller_sku: str, name: str) -> object:
    return program.stock.review.choices.rules()[name].get(seller_sku)


def test_rules_typed_into_the_table_are_saved(calm: MCFService) -> None:
    at = stock_page(table="Rules")
    first = at.data_editor[0].value["seller_sku"].iloc[0]
    edit(at, lead_time_days=45, unit_cost=7.25, price=19.5, currency="eur", tags="heavy")

    pressed(at, "save_rules")

    assert rule(calm, first, "lead_time_days") == 45
    assert rule(calm, first, "unit_cost") == 7.25
    assert rule(calm, first, "price") == 19.5
    assert rule(calm, first, "currency") == "EUR"
    assert rule(calm, first, "tags") == "heavy"
    assert "The rules are saved." in texts(at)
    assert at.button(key="save_rules").disabled


def test_an_emptied_cell_takes_the_rule_away(calm: MCFService) -> None:
    first = calm.inventory()["seller_sku"].iloc[0]
    calm.stock.review.choices.set_rules(
        [{"seller_sku": first, "lead_time_days": 45, "tags": "heavy"}]
    )

    at = edit(stock_page(table="Rules"), lead_time_days=None, tags=None)
    pressed(at, "save_rules")

    assert pd.isna(rule(calm, first, "lead_time_days"))
    assert pd.isna(rule(calm, first, "tags"))


def test_a_wrong_rule_is_refused_and_nothing_typed_is_lost(calm: MCFService) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=100_000, tags="heavy")
    first = at.data_editor[0].value["seller_sku"].iloc[0]

    pressed(at, "save_rules")

    assert "Nothing was saved" in at.error[0].value
    assert f"{first}, Lead time: 100000 is not a whole number" in words(at.error[0].value)
    assert calm.stock.review.choices.rules().empty
    edit(at, lead_time_days=40, tags="heavy")
    pressed(at, "save_rules")
    assert rule(calm, first, "tags") == "heavy"


def test_typed_rules_outlive_a_search_and_another_page(calm: MCFService) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=45)
    first, other = at.data_editor[0].value["seller_sku"].iloc[[0, 5]]

    at.text_input(key="sku").input(other).run()
    edit(at, lead_time_days=21)
    at.switch_page(places.TODAY).run()
    at.switch_page(places.INVENTORY).run()
    at.segmented_control(key="table").set_value("Rules").run()

    assert at.button(key="save_rules").label == "Save 2 SKUs"
    pressed(at, "save_rules")
    assert rule(calm, first, "lead_time_days") == 45
    assert rule(calm, other, "lead_time_days") == 21


def test_typed_rules_outlive_a_new_sku_at_amazon(calm: MCFService, simulator: Simulator) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=45)
    first = at.data_editor[0].value["seller_sku"].iloc[0]
    shelf = simulator.world.stocks[US]
    product = replace(next(iter(shelf.values())).product, seller_sku="AAA-FIRST")
    simulator.world.add(Stock(US, product, simulator.world.now).open_books())
    calm.sync(full=True)

    at.run()

    assert at.data_editor[0].value["seller_sku"].iloc[0] == "AAA-FIRST"
    pressed(at, "save_rules")
    assert rule(calm, first, "lead_time_days") == 45
    assert pd.isna(calm.stock.review.choices.rules()["lead_time_days"].get("AAA-FIRST"))


def test_typed_rules_can_be_put_away(calm: MCFService) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=45)

    pressed(at, "discard_rules")

    assert at.button(key="save_rules").disabled
    assert pd.isna(at.data_editor[0].value["lead_time_days"].iloc[0])


def test_typed_rules_outlive_a_reload_of_the_page(calm: MCFService) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=45, tags="heavy")
    first = at.data_editor[0].value["seller_sku"].iloc[0]

    again = stock_page(table="Rules", typed=at.query_params["typed"])

    assert again.data_editor[0].value["lead_time_days"].iloc[0] == 45
    assert again.button(key="save_rules").label == "Save 1 SKU"
    pressed(again, "save_rules")
    assert rule(calm, first, "lead_time_days") == 45
    assert rule(calm, first, "tags") == "heavy"
    assert "typed" not in again.query_params
    assert calm.kept.all(DocumentKind.RULES) == []


def test_a_rule_that_another_window_changed_meanwhile_is_told_once(calm: MCFService) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=45, tags="heavy")
    first = at.data_editor[0].value["seller_sku"].iloc[0]
    other = edit(stock_page(table="Rules"), lead_time_days=30)
    pressed(other, "save_rules")

    pressed(at, "save_rules")

    assert f"{first}, Lead time: is 30 by now; it was empty when you typed 45" in words(
        at.error[0].value
    )
    assert rule(calm, first, "lead_time_days") == 30
    pressed(at, "save_rules")
    assert rule(calm, first, "lead_time_days") == 45


def test_amazons_ledger_report_brings_velocities_at_once(
    calm: MCFService, simulator: Simulator
) -> None:
    at = stock_page()
    report = simulator.ledger(US, 60).encode()
    at.file_uploader(key="ledger_file").upload("ledger.csv", report, "text/csv").run()

    pressed(at, "import_ledger")

    assert "The history is imported." in texts(at)
    assert "History of 61 days" in texts(at)
    assert table(at)["velocity"].notna().any()


def test_a_report_that_cannot_be_read_is_refused_with_advice(calm: MCFService) -> None:
    at = stock_page()
    at.file_uploader(key="ledger_file").upload("a.csv", b"Date,MSKU\n", "text/csv").run()

    pressed(at, "import_ledger")

    assert "Nothing was saved" in at.error[0].value
    assert "Inventory Ledger, summary view" in words(at.error[0].value)
    assert calm.stock.review.coverage().days == 1


def test_the_defaults_change_how_skus_stand(calm: MCFService) -> None:
    at = stock_page()
    low = int(figure(at, "SKUs low"))

    at.number_input(key="default_low_units").set_value(10_000)
    next(b for b in at.button if b.label == "Save the defaults").click().run()

    out = int(figure(at, "SKUs out of stock"))
    assert int(figure(at, "SKUs low")) == len(calm.inventory()) - out > low
    assert calm.stock.review.choices.defaults() == Rules(low_units=10_000)


def test_wrong_defaults_are_refused_and_stay_in_the_form(calm: MCFService) -> None:
    at = stock_page()
    at.number_input(key="default_case_pack").set_value(0)
    next(b for b in at.button if b.label == "Save the defaults").click().run()

    assert "defaults, Case pack: 0 is not a whole number" in words(at.error[0].value)
    assert at.number_input(key="default_case_pack").value == 0
    assert calm.stock.review.choices.defaults() == Rules()


def test_safety_is_by_service_level_until_fixed_days_are_set(calm: MCFService) -> None:
    at = stock_page()
    assert at.number_input(key="default_safety_days").value is None

    at.number_input(key="default_safety_days").set_value(5)
    next(b for b in at.button if b.label == "Save the defaults").click().run()
    assert calm.stock.review.choices.defaults() == Rules(safety_days=5)

    at.number_input(key="default_safety_days").set_value(None)
    next(b for b in at.button if b.label == "Save the defaults").click().run()
    assert calm.stock.review.choices.defaults() == Rules()
