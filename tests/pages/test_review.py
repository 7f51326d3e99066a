"""The review of the stock: what changed, what is shown, what a seller decides, one SKU in depth."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mcf.inventory.planning import ENOUGH, Health, Rules
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.stock import Stock
from mcf.store.states import RunState
from pages.parts.common import places, session
from pages.parts.common.paging import Found
from pages.parts.inventory import table as stock_table
from pages.parts.inventory.table import USUAL
from tests.conftest import START
from tests.pages.conftest import ROOT, all_concerns, open_page, texts

HISTORY = 12
"""Days of which the stock is known."""

US = "ATVPDKIKX0DER"


@pytest.fixture
def calm(program: MCFService) -> MCFService:
    """A program that was read once, and whose pages read nothing by themselves."""
    assert program._store.lease("background reads").take()
    _tell_the_time(program)
    return program


@pytest.fixture
def known(empty_program: None, service: MCFService, simulator: Simulator) -> MCFService:
    """The same with a history of its stock."""
    assert service._store.lease("background reads").take()
    service.sync()
    step_days(service, simulator, HISTORY - 1)
    return service


def step_days(program: MCFService, simulator: Simulator, days: int) -> None:
    """Lets days pass, with a reading on each."""
    for _ in range(days):
        simulator.clock.step(timedelta(days=1))
        program._sync.inventory(full=True)
    _tell_the_time(program)


def _tell_the_time(program: MCFService) -> None:
    """Lets the pages' service know Amazon's time, as its first reading would."""
    session.service().refresh_skus([program.inventory()["seller_sku"].iloc[0]])


def stock_page(**query: str | list[str]) -> AppTest:
    return open_page(places.INVENTORY, **query)


def pictured(**query: str) -> AppTest:
    """The page with its picture, which is drawn a moment later."""
    return stock_page(**query).run()


def sku_page(seller_sku: str) -> AppTest:
    return open_page(places.INVENTORY, open=seller_sku)


def table(at: AppTest) -> pd.DataFrame:
    return at.dataframe[0].value


def skus(at: AppTest) -> list[str]:
    return list(table(at)["seller_sku"])


def columns(at: AppTest) -> list[str]:
    return list(table(at).columns)


def figure(at: AppTest, label: str) -> str:
    return next(metric.value for metric in at.metric if metric.label == label)


def change(at: AppTest, label: str) -> str:
    return next(metric.delta for metric in at.metric if metric.label == label)


def pressed(at: AppTest, key: str) -> AppTest:
    return at.button(key=key).click().run()


def said_by(at: AppTest, key: str) -> str:
    """What the picture under this key is said to show."""
    return next(chart.proto.alt for chart in at.get("plotly_chart") if chart.proto.id.endswith(key))


def trends(at: AppTest) -> dict[str, str]:
    """What each small trend says, by its figure."""
    said = re.findall(r'alt="([^"]+)"', " ".join(each.proto.body for each in at.get("html")))
    return {each.partition(" since ")[0]: each for each in said}


def words(said: str) -> str:
    """What is said, without the marks of Markdown."""
    return said.replace("\\", "").replace("*", "")


def edit(at: AppTest, **cells: object) -> AppTest:
    """Types into the first row of the table of rules."""
    at.session_state[at.data_editor[0].key] = {
        "edited_rows": {0: cells}, "added_rows": [], "deleted_rows": []
    }  # fmt: skip
    return at.run()


def rule(program: MCFService, seller_sku: str, name: str) -> object:
    return program.review.choices.rules()[name].get(seller_sku)


# What is there, and what it was before


def test_the_table_is_there_before_what_stands_around_it(calm: MCFService) -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()

    at.switch_page(places.INVENTORY).run()
    assert skus(at) == calm.inventory()["seller_sku"].tolist()
    assert not at.metric

    at.run()
    assert skus(at) == calm.inventory()["seller_sku"].tolist()
    assert len(at.metric) == 9


def test_a_first_start_shows_figures_without_a_made_up_yesterday(calm: MCFService) -> None:
    at = stock_page()

    assert figure(at, "Can ship now") == f"{calm.inventory()['fulfillable_quantity'].sum():,}"
    assert {metric.delta for metric in at.metric} == {""}
    assert not at.warning
    assert not at.error


def test_a_first_start_says_from_which_day_velocity_is_told(calm: MCFService) -> None:
    at = stock_page()

    told = START + timedelta(days=ENOUGH + 1)
    assert f"told from {told:%d %b} on" in texts(at)
    assert table(at)["velocity"].isna().all()
    assert set(table(at)["health"].str[0]) == {"Out of stock", "Low", "Healthy"}


@pytest.mark.parametrize(("days", "is_known"), [(ENOUGH, False), (ENOUGH + 1, True)])
def test_velocity_is_told_from_the_day_that_was_named(
    calm: MCFService, simulator: Simulator, days: int, is_known: bool
) -> None:
    step_days(calm, simulator, days)

    at = stock_page()

    assert table(at)["velocity"].notna().any() == is_known
    assert ("are told from" in texts(at)) != is_known


def test_figures_tell_the_change_since_yesterday_and_the_week(known: MCFService) -> None:
    at = stock_page()

    figures = known.review.figures()
    now, before = figures.units, figures.before
    assert before[1] is not None
    assert before[7] is not None
    name = "fulfillable_quantity"
    assert change(at, "Can ship now") == f"{now[name] - before[1][name]:+,} since yesterday"
    week = f"A week ago: {before[7][name]:,} ({now[name] - before[7][name]:+,})"
    assert week in [caption.value for caption in at.caption]


def test_the_table_shows_the_plan(known: MCFService) -> None:
    shown = table(stock_page()).set_index("seller_sku")

    plan = known.review.plan().set_index("seller_sku")
    assert shown["velocity"].equals(plan["velocity"])
    assert shown["days_of_cover"].equals(plan["days_of_cover"])
    assert shown["reorder_quantity"].equals(plan["reorder_quantity"])
    assert list(shown["reorder_date"]) == list(plan["reorder_date"])
    assert list(shown["stock_out_date"]) == list(plan["stock_out_date"])
    assert [state for (state,) in shown["health"]] == list(plan["health"])
    assert {len(levels) for levels in shown["trend"]} == {HISTORY}


def test_a_partial_read_is_told(calm: MCFService, simulator: Simulator) -> None:
    simulator.reset(skus=120)
    simulator.faults.add_named("page-expired", operations=["getInventorySummaries"])
    (run, *_) = calm.sync(full=True)

    at = stock_page()

    assert run.state is RunState.PARTIAL
    assert "Only a part of stock could be read." in texts(at)
    assert "and the last reading wasn't whole" in texts(at)
    assert len(table(at)) == len(calm.inventory())


# Filters


@pytest.mark.parametrize(
    ("figure", "state"),
    [("SKUs out of stock", "Out of stock"), ("SKUs low", "Low"), ("SKUs healthy", "Healthy")],
)
def test_the_button_at_a_figure_shows_the_skus_it_counts(
    calm: MCFService, figure: str, state: str
) -> None:
    at = pressed(stock_page(**{"with": ["Reserved"], "sku": "nothing"}), f"show_{figure}")

    plan = calm.review.plan()
    assert at.segmented_control(key="stock").value == state
    assert skus(at) == list(plan.loc[plan["health"] == state, "seller_sku"])
    assert at.button(key=f"show_{figure}").label == f"Show {state.lower()}"
    assert f"{len(skus(at))} SKU" in texts(at)


@pytest.mark.parametrize("kind", ["Available", "Reserved", "Inbound"])
def test_the_button_at_a_sum_of_units_shows_where_they_are(calm: MCFService, kind: str) -> None:
    label = "Can ship now" if kind == "Available" else kind
    at = pressed(stock_page(stock="Low", table="Rules"), f"show_{label}")

    plan = calm.review.plan()
    column = {"Available": "fulfillable_quantity"}.get(kind, f"{kind.lower()}_quantity")
    assert at.pills(key="with").value == [kind]
    assert skus(at) == list(plan.loc[plan[column] > 0, "seller_sku"])


def test_each_figure_of_skus_shows_its_days(known: MCFService) -> None:
    told, figures = trends(stock_page()), known.review.figures()

    assert told.keys() > {"Can ship now", "Reserved", "Inbound", "Researching", "Unsellable"}
    for label, state in [("SKUs out of stock", "Out of stock"), ("SKUs healthy", "Healthy")]:
        before = figures.skus_before[7]
        assert before is not None
        past = list(known.review.health_trend()[state].values())
        assert (len(past), past[-8], past[-1]) == (HISTORY, before[state], figures.skus[state])
        assert told[label] == f"{label} since {START:%d %b}: {past[0]:,} to {past[-1]:,}"


def test_a_figure_of_none_has_nothing_to_show(calm: MCFService) -> None:
    assert stock_page().button(key="show_SKUs in excess").disabled


@pytest.mark.parametrize("state", ["Out of stock", "Low", "Healthy"])
def test_the_health_in_the_address_is_applied(calm: MCFService, state: str) -> None:
    at = stock_page(stock=state)

    plan = calm.review.plan()
    assert skus(at) == list(plan.loc[plan["health"] == state, "seller_sku"])


def test_kinds_of_units_in_the_address_are_applied_together(calm: MCFService) -> None:
    at = stock_page(**{"with": ["Reserved", "Inbound"]})

    plan = calm.review.plan()
    both = (plan["reserved_quantity"] > 0) & (plan["inbound_quantity"] > 0)
    assert skus(at) == list(plan.loc[both, "seller_sku"])


def test_what_is_filtered_to_nothing_can_be_found_again(calm: MCFService) -> None:
    at = stock_page(stock="Excess")

    assert "No SKU matches" in texts(at)
    assert not at.dataframe
    at.segmented_control(key="stock").set_value("All").run()
    assert len(skus(at)) == len(calm.inventory())


def test_a_tag_finds_its_skus(calm: MCFService) -> None:
    wanted = calm.inventory()["seller_sku"].iloc[4]
    calm.review.choices.set_rules([{"seller_sku": wanted, "tags": "autumn, giftable"}])

    at = stock_page()
    at.text_input(key="sku").input("giftable").run()

    assert skus(at) == [wanted]


# Columns, files and views


def test_chosen_columns_are_shown_and_kept(calm: MCFService) -> None:
    at = stock_page()
    at.multiselect(key="columns").set_value(["total_quantity", "product_name"]).run()

    wanted = ["seller_sku", "total_quantity", "product_name"]
    assert columns(at) == wanted
    assert columns(stock_page()) == wanted


def test_the_usual_columns_come_back(calm: MCFService) -> None:
    at = stock_page()
    at.multiselect(key="columns").set_value(["seller_sku", "total_quantity"]).run()

    pressed(at, "usual_columns")

    assert columns(at) == list(USUAL)
    assert columns(stock_page()) == list(USUAL)
    assert not at.warning


def test_a_file_has_exactly_the_rows_and_columns_that_are_shown(calm: MCFService) -> None:
    at = stock_page(stock="Low")
    at.multiselect(key="columns").set_value(["seller_sku", "total_quantity", "health"]).run()

    plan = calm.review.snapshot()
    file = stock_table.shown(Found(plan).only(plan.frame["health"] == "Low"), columns(at))

    assert list(file.columns) == columns(at)
    assert list(file["seller_sku"]) == skus(at)
    assert list(file["total_quantity"]) == list(table(at)["total_quantity"])


def test_a_view_is_saved_opened_and_forgotten(calm: MCFService) -> None:
    at = stock_page(**{"stock": ["Low"], "with": ["Reserved", "Inbound"]})
    at.text_input(key="view_name").input("Low, *and* coming").run()
    pressed(at, "save_view")

    (link,) = [each for each in at.get("page_link") if "coming" in each.proto.label]
    assert link.proto.label == "Low, \\*and\\* coming"
    assert parse_qs(link.proto.query_string) == {"stock": ["Low"], "with": ["Reserved", "Inbound"]}

    pressed(at, "forget_Low, *and* coming")
    assert calm.review.choices.views("inventory") == []
    assert "coming" not in texts(stock_page())


def test_a_view_without_a_name_is_refused_in_words(calm: MCFService) -> None:
    at = pressed(stock_page(stock="Low"), "save_view")

    assert "name" in at.error[0].value
    assert calm.review.choices.views("inventory") == []


def test_a_saved_view_shows_what_it_showed(calm: MCFService) -> None:
    at = stock_page(stock="Low", picture="Health")
    at.text_input(key="view_name").input("Morning").run()
    shown = skus(pressed(at, "save_view"))

    (view,) = calm.review.choices.views("inventory")
    again = stock_page(**parse_qs(view.query))

    assert skus(again) == shown
    assert again.segmented_control(key="picture").value == "Health"


# Rules


def test_rules_typed_into_the_table_are_saved(calm: MCFService) -> None:
    at = stock_page(table="Rules")
    first = at.data_editor[0].value["seller_sku"].iloc[0]
    edit(at, lead_time_days=45, unit_cost=7.25, tags="heavy")

    pressed(at, "save_rules")

    assert rule(calm, first, "lead_time_days") == 45
    assert rule(calm, first, "unit_cost") == 7.25
    assert rule(calm, first, "tags") == "heavy"
    assert "The rules are saved." in texts(at)
    assert at.button(key="save_rules").disabled


def test_an_emptied_cell_takes_the_rule_away(calm: MCFService) -> None:
    first = calm.inventory()["seller_sku"].iloc[0]
    calm.review.choices.set_rules([{"seller_sku": first, "lead_time_days": 45, "tags": "heavy"}])

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
    assert calm.review.choices.rules().empty
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
    assert pd.isna(calm.review.choices.rules()["lead_time_days"].get("AAA-FIRST"))


def test_typed_rules_can_be_put_away(calm: MCFService) -> None:
    at = edit(stock_page(table="Rules"), lead_time_days=45)

    pressed(at, "discard_rules")

    assert at.button(key="save_rules").disabled
    assert pd.isna(at.data_editor[0].value["lead_time_days"].iloc[0])


def test_a_file_of_rules_is_imported(calm: MCFService) -> None:
    first = calm.inventory()["seller_sku"].iloc[0]
    at = stock_page()
    content = f"seller_sku;lead_time_days;unit_cost\n{first};21;3,50\n".encode()
    at.file_uploader(key="rules_file").upload("rules.csv", content, "text/csv").run()

    pressed(at, "import_rules")

    assert rule(calm, first, "lead_time_days") == 21
    assert rule(calm, first, "unit_cost") == 3.5
    assert "The rules are imported." in texts(at)


def test_a_wrong_file_of_rules_is_refused_with_its_lines(calm: MCFService) -> None:
    first = calm.inventory()["seller_sku"].iloc[0]
    at = stock_page()
    content = f"seller_sku,lead_time_days\n{first},21\n{first},soon\n".encode()
    at.file_uploader(key="rules_file").upload("rules.csv", content, "text/csv").run()

    pressed(at, "import_rules")

    assert "line 3, Lead time: 'soon' is not a whole number" in words(at.error[0].value)
    assert calm.review.choices.rules().empty


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


def test_no_figure_is_compared_with_a_day_of_the_ledger_report(
    calm: MCFService, simulator: Simulator
) -> None:
    calm.import_ledger(simulator.ledger(US, 60).encode())

    at = stock_page()

    assert {metric.delta for metric in at.metric} == {""}
    assert "A week ago" not in texts(at)


def test_a_report_that_cannot_be_read_is_refused_with_advice(calm: MCFService) -> None:
    at = stock_page()
    at.file_uploader(key="ledger_file").upload("a.csv", b"Date,MSKU\n", "text/csv").run()

    pressed(at, "import_ledger")

    assert "Nothing was saved" in at.error[0].value
    assert "Inventory Ledger, summary view" in words(at.error[0].value)
    assert calm.review.coverage().days == 1


def test_the_defaults_change_how_skus_stand(calm: MCFService) -> None:
    at = stock_page()
    low = int(figure(at, "SKUs low"))

    at.number_input(key="default_low_units").set_value(10_000)
    next(b for b in at.button if b.label == "Save the defaults").click().run()

    out = int(figure(at, "SKUs out of stock"))
    assert int(figure(at, "SKUs low")) == len(calm.inventory()) - out > low
    assert calm.review.choices.defaults() == Rules(low_units=10_000)


def test_wrong_defaults_are_refused_and_stay_in_the_form(calm: MCFService) -> None:
    at = stock_page()
    at.number_input(key="default_case_pack").set_value(0)
    next(b for b in at.button if b.label == "Save the defaults").click().run()

    assert "defaults, Case pack: 0 is not a whole number" in words(at.error[0].value)
    assert at.number_input(key="default_case_pack").value == 0
    assert calm.review.choices.defaults() == Rules()


# One SKU


def test_a_sku_has_a_page_with_all_its_quantities(calm: MCFService) -> None:
    plan = calm.review.plan()
    row = plan.loc[plan["inbound_shipped_quantity"].idxmax()]

    at = sku_page(row["seller_sku"])

    assert at.title[0].value.replace("\\", "") == row["seller_sku"]
    assert f"{row['inbound_shipped_quantity']:,}** are on their way to Amazon" in texts(at)
    assert f"{row['total_quantity']:,}** in all" in texts(at)
    assert row["product_name"] in texts(at)


def test_a_first_start_says_what_is_not_known_of_a_sku_yet(calm: MCFService) -> None:
    at = sku_page(calm.inventory()["seller_sku"].iloc[0])

    told = START + timedelta(days=ENOUGH + 1)
    assert figure(at, "Sold a day") == "not known yet"
    assert figure(at, "Days of cover") == "not known yet"
    assert f"from about {told:%d %b} on" in texts(at)
    assert "only one day of history" in texts(at)
    assert not at.get("plotly_chart")


def test_a_sku_with_history_has_a_projection_and_a_waterfall(known: MCFService) -> None:
    plan = known.review.plan()
    best = plan.loc[plan["velocity"].idxmax()]

    at = sku_page(best["seller_sku"])

    assert figure(at, "Sold a day") == f"{best['velocity']:.2f}"
    assert figure(at, "Stops on") == f"{best['stock_out_date']:%d %b %Y}"
    assert "four of five outcomes" in said_by(at, "projection")
    assert "at least" not in said_by(at, "sku_history")
    week_ago = known.now() - timedelta(days=7)
    assert f"went between {week_ago:%d %b %Y} and" in said_by(at, "waterfall")


def test_the_waterfall_is_between_the_days_that_are_chosen(known: MCFService) -> None:
    plan = known.review.plan()
    seller_sku = plan.loc[plan["velocity"].idxmax(), "seller_sku"]
    at = sku_page(seller_sku)

    at.selectbox(key="fall_from").select_index(2).run()

    days = known.review.history.sku(seller_sku, 0)
    (chart,) = [c for c in at.get("plotly_chart") if c.proto.id.endswith("waterfall")]
    (falls,) = json.loads(chart.proto.spec)["data"]
    assert falls["text"][0] == f"{days['fulfillable_quantity'].iloc[2]:,}"
    assert falls["text"][-1] == f"{days['fulfillable_quantity'].iloc[-1]:,}"


def test_a_waterfall_needs_a_later_day(known: MCFService) -> None:
    at = sku_page(known.inventory()["seller_sku"].iloc[0])

    at.selectbox(key="fall_to").select_index(0).run()

    assert "Choose a later day" in texts(at)


def test_units_that_stand_somewhere_are_told_with_the_days(known: MCFService) -> None:
    plan = known.review.plan()
    seller_sku = plan.loc[plan["researching_quantity"].idxmax(), "seller_sku"]

    at = sku_page(seller_sku)

    assert f"for at least {HISTORY - 1} days." in texts(at)


def test_a_sku_that_is_new_is_not_promised_a_day_of_the_past(
    known: MCFService, simulator: Simulator
) -> None:
    shelf = simulator.world.stocks[US]
    product = replace(next(iter(shelf.values())).product, seller_sku="NEW-1", daily_sales=0.0)
    simulator.world.add(Stock(US, product, simulator.world.now, fulfillable=9).open_books())
    known.sync(full=True)

    at = sku_page("NEW-1")

    assert "It takes 7 days in stock" in texts(at)
    assert "from about" not in texts(at)


def test_a_sku_lists_the_orders_that_have_it(calm: MCFService) -> None:
    numbers = calm.orders()["seller_fulfillment_order_id"].tolist()
    lines = [line for number in numbers for line in of(calm, number)]
    seller_sku = Counter(lines).most_common(1)[0][0]

    at = sku_page(seller_sku)

    listed = table(at)["seller_fulfillment_order_id"].tolist()
    assert listed == [number for number in numbers if seller_sku in of(calm, number)]
    assert len(listed) > 1


def of(program: MCFService, order_id: str) -> list[str]:
    """The SKUs of an order."""
    view = program.order(order_id)
    assert view is not None
    return list(view.items["seller_sku"])


def test_refreshing_a_sku_asks_amazon_once(calm: MCFService, simulator: Simulator) -> None:
    seller_sku = calm.inventory()["seller_sku"].iloc[0]
    at = sku_page(seller_sku)
    simulator.world.stocks[US][seller_sku].add(1000)
    simulator.requests.clear()

    pressed(at, "refresh_sku")

    assert simulator.requests.count() == 1
    assert "This is what Amazon says now." in texts(at)
    assert figure(at, "Can ship now") == f"{calm.inventory()['fulfillable_quantity'].iloc[0]:,}"
    assert calm.inventory()["fulfillable_quantity"].iloc[0] >= 1000


def test_a_refresh_that_fails_is_told_over_what_was_known(
    calm: MCFService, simulator: Simulator
) -> None:
    seller_sku = calm.inventory()["seller_sku"].iloc[0]
    at = sku_page(seller_sku)
    simulator.stop()

    pressed(at, "refresh_sku")

    assert at.error
    assert at.title[0].value.replace("\\", "") == seller_sku


def test_a_sku_that_amazon_does_not_have_is_told_so(calm: MCFService) -> None:
    at = sku_page("NO-SUCH-*SKU*")

    assert "No such SKU" in texts(at)
    assert "NO-SUCH-*SKU*" in texts(at)
    assert [t.value for t in pressed(at, "back_to_stock").title] == ["Inventory"]


def test_a_row_leads_to_the_page_of_its_sku(calm: MCFService) -> None:
    at = stock_page()
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": [3], "columns": []}}
    at.run()

    pressed(at, "open_sku")

    assert at.title[0].value.replace("\\", "") == calm.inventory()["seller_sku"].iloc[3]


def select(at: AppTest, *rows: int) -> AppTest:
    """Selects rows of the table as clicks do."""
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": [*rows], "columns": []}}
    return at.run()


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


# Pictures


PICTURES = ["Where the units are", "Cover", "Health", "Units", "History"]


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_of_a_shop_with_history_is_drawn_and_described(
    known: MCFService, picture: str
) -> None:
    at = pictured(picture=picture)

    assert [len(chart.proto.alt) > 20 for chart in at.get("plotly_chart")] == [True]
    assert not at.exception


def test_a_picture_of_cost_says_what_it_needs(calm: MCFService) -> None:
    assert "No cost is set" in texts(pictured(picture="Cost"))


def test_a_picture_of_cost_is_of_the_skus_with_a_cost(calm: MCFService) -> None:
    row = calm.inventory().iloc[0]
    calm.review.choices.set_rules([{"seller_sku": row["seller_sku"], "unit_cost": 2.5}])

    at = pictured(picture="Cost")

    (areas,) = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    assert areas["text"] == [row["seller_sku"]]
    assert f"{len(calm.inventory()) - 1} have no cost set" in texts(at)


def test_the_ring_is_of_the_health_of_what_is_in_the_table(known: MCFService) -> None:
    at = pictured(picture="Health", sku=known.inventory()["product_name"].iloc[0].split()[1])

    parts = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    counts = [(table(at)["health"].str[0] == state.value).sum() for state in Health]
    assert [part["name"] for part in parts] == [
        f"{state.value}: {n:,}" for state, n in zip(Health, counts, strict=True)
    ]
    turns = [part["width"][0] / 360 for part in parts]
    assert turns == pytest.approx([n / sum(counts) for n in counts])


def test_areas_are_as_large_as_what_they_stand_for(calm: MCFService) -> None:
    at = pictured(picture="Units")

    (areas,) = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    units = calm.inventory().set_index("seller_sku")["fulfillable_quantity"]
    sizes = [wide * high for wide, high in zip(areas["width"], areas["y"], strict=True)]
    whole = sum(sizes)
    assert set(areas["text"]) == set(units[units > 0].index)
    for name, size in zip(areas["text"], sizes, strict=True):
        assert size / whole == pytest.approx(units[name] / units.sum())


@pytest.mark.parametrize("picture", ["Cover", "History"])
def test_a_picture_that_needs_a_past_says_so(calm: MCFService, picture: str) -> None:
    at = pictured(picture=picture)

    assert not at.get("plotly_chart")
    assert "yet" in at.info[-1].value


# What needs a decision


def test_a_concern_is_put_off_and_taken_up_again(known: MCFService) -> None:
    concern = next(each for each in known.concerns() if each.key)
    at = all_concerns()
    assert concern.title in texts(at)

    pressed(at, f"off_7_{concern.key}")
    assert concern.title not in texts(at)
    assert concern.title not in [each.title for each in known.concerns()]
    assert f"until {known.now() + timedelta(days=7):%a %d %b}" in texts(at)

    pressed(at, f"up_{concern.key}")
    assert concern.title in texts(at)
    assert not known.review.choices.hidden(known.now())


def test_what_is_put_off_comes_back_on_the_day(known: MCFService, simulator: Simulator) -> None:
    concern = next(each for each in known.concerns() if each.kind == "claim")
    pressed(all_concerns(), f"off_1_{concern.key}")

    step_days(known, simulator, 2)

    assert concern.key in [each.key for each in known.concerns()]


# Amazon is left alone


def test_looking_around_asks_amazon_nothing(known: MCFService, simulator: Simulator) -> None:
    at = stock_page()
    simulator.requests.clear()

    at.run()
    pressed(at, "show_SKUs low")
    at.segmented_control(key="stock").set_value("All").run()
    at.text_input(key="sku").input("a").run()
    at.pills(key="with").set_value(["Inbound"]).run()
    at.pills(key="with").set_value([]).run()
    at.segmented_control(key="picture").set_value("Cover").run()
    at.segmented_control(key="picture").set_value("History").run()
    at.segmented_control(key="table").set_value("Rules").run()
    at.multiselect(key="columns").set_value(["total_quantity"]).run()
    at.query_params["open"] = known.inventory()["seller_sku"].iloc[0]
    at.run()

    assert simulator.requests.count() == 0
    assert not at.exception
