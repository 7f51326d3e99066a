"""The figures above the stock, and what they were before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from mcf.inventory.demand import ENOUGH
from mcf.inventory.planning import Health
from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import places
from tests.conftest import START
from tests.pages.conftest import HISTORY, open_page, texts
from tests.pages.inventory.steps import US, figure, pressed, skus, stock_page


def change(at: AppTest, label: str) -> str:
    return next(metric.delta for metric in at.metric if metric.label == label)


def trends(at: AppTest) -> dict[str, str]:
    """What each small trend says, by its figure."""
    said = re.findall(r'alt="([^"]+)"', " ".join(each.proto.body for each in at.get("html")))
    return {each.partition(" since ")[0]: each for each in said}


def test_a_first_start_shows_figures_without_a_made_up_yesterday(calm: MCFService) -> None:
    at = stock_page()

    assert figure(at, "Can ship now") == f"{calm.inventory()['fulfillable_quantity'].sum():,}"
    assert {metric.delta for metric in at.metric} == {""}
    assert "since yesterday" not in texts(at)
    assert not at.warning
    assert not at.error


def test_a_first_day_tells_what_is_low_by_its_units_and_from_when_velocity_is_told(
    calm: MCFService,
) -> None:
    at = stock_page()

    low = calm.stock.review.figures().skus[Health.LOW]
    assert figure(at, "SKUs low") == f"{low}" != "0"
    since = START + timedelta(days=ENOUGH + 1)
    assert f"forecasts are told from {since:%d %b} on" in texts(at)
    urgent = calm.stock.review.plan().sort_values(["reorder_date", "days_of_cover"], kind="stable")
    assert skus(at)[0] == urgent["seller_sku"].iloc[0]


def test_figures_tell_the_change_since_yesterday_and_the_week(known: MCFService) -> None:
    at = stock_page()

    figures = known.stock.review.figures()
    now, before = figures.units, figures.before
    assert before[1] is not None
    assert before[7] is not None
    name = "fulfillable_quantity"
    assert change(at, "Can ship now") == f"{now[name] - before[1][name]:+,} since yesterday"
    week = f"A week ago: {before[7][name]:,} ({now[name] - before[7][name]:+,})"
    assert week in [caption.value for caption in at.caption]


@pytest.mark.parametrize(
    ("figure", "state"),
    [("SKUs out of stock", "Out of stock"), ("SKUs low", "Low"), ("SKUs new", "New")],
)
def test_the_button_at_a_figure_shows_the_skus_it_counts(
    calm: MCFService, figure: str, state: str
) -> None:
    at = pressed(
        stock_page(**{"with": ["Available"], "sku": "LF", "show": "All"}),
        f"show_{figure}",
    )

    plan = calm.stock.review.plan()
    assert at.segmented_control(key=f"stock={state}").value == state
    assert sorted(skus(at)) == sorted(plan.loc[plan["health"] == state, "seller_sku"])
    assert at.button(key=f"show_{figure}").label == f"Show {state.lower()}"
    assert f"{len(skus(at))} SKU" in texts(at)


@pytest.mark.parametrize("kind", ["Available", "Reserved", "Inbound"])
def test_the_button_at_a_sum_of_units_shows_where_they_are(calm: MCFService, kind: str) -> None:
    label = "Can ship now" if kind == "Available" else kind
    at = pressed(stock_page(stock="Low"), f"show_{label}")

    plan = calm.stock.review.plan()
    column = {"Available": "fulfillable_quantity"}.get(kind, f"{kind.lower()}_quantity")
    assert at.pills(key=f"with={kind}").value == [kind]
    assert sorted(skus(at)) == sorted(plan.loc[plan[column] > 0, "seller_sku"])


def test_each_figure_of_skus_shows_its_days(known: MCFService) -> None:
    told, figures = trends(stock_page()), known.stock.review.figures()

    assert told.keys() > {"Can ship now", "Reserved", "Inbound", "Researching", "Unsellable"}
    for label, state in [("SKUs out of stock", "Out of stock"), ("SKUs healthy", "Healthy")]:
        before = figures.skus_before[7]
        assert before is not None
        past = list(known.stock.review.health_trend()[state].values())
        assert (len(past), past[-8], past[-1]) == (HISTORY, before[state], figures.skus[state])
        assert told[label] == f"{label} since {START:%d %b}: {past[0]:,} to {past[-1]:,}"


def test_a_figure_of_none_has_nothing_to_show(calm: MCFService) -> None:
    assert stock_page().button(key="show_SKUs in excess").disabled


def test_no_figure_is_compared_with_a_day_of_the_ledger_report(
    calm: MCFService, simulator: Simulator
) -> None:
    calm.stock.import_ledger(simulator.ledger(US, 60).encode())

    at = stock_page()

    compared = {metric.label: metric.delta for metric in at.metric}
    # What is beside this one is its worth, not what it was.
    compared.pop("Lost sales a day")
    assert set(compared.values()) == {""}
    assert "A week ago" not in texts(at)


def test_the_figures_are_the_sums_of_the_table(program: MCFService) -> None:
    at = open_page(places.INVENTORY)

    stock = program.inventory()
    figures = {metric.label: metric.value.replace(",", "") for metric in at.metric}
    assert figures["Can ship now"] == str(stock["fulfillable_quantity"].sum())
    assert figures["Reserved"] == str(stock["reserved_quantity"].sum())
    assert figures["Inbound"] == str(stock["inbound_quantity"].sum())
    assert figures["Unsellable"] == str(stock["unfulfillable_quantity"].sum())
    assert sorted(skus(at)) == sorted(stock["seller_sku"])
