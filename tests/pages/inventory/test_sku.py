"""The page of one SKU, and from when on its velocity is known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Checkbox

from mcf.inventory import planning
from mcf.inventory.demand import ENOUGH
from mcf.inventory.review import StockReview
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.world.stock import Stock
from mcf.store import tables
from mcf.store.snapshots import Snapshot
from pages.parts.common import places, session
from pages.parts.inventory import sku
from tests.conftest import START
from tests.pages.conftest import (
    HISTORY,
    open_page,
    step_days,
    texts,
)
from tests.pages.inventory.steps import US, figure, pressed, stock_page, table
from tests.shops import held, store_of


def sku_page(seller_sku: str) -> AppTest:
    return open_page(places.INVENTORY, open=seller_sku)


def said_by(at: AppTest, key: str) -> str:
    """What the picture under this key is said to show."""
    return next(chart.proto.alt for chart in at.get("plotly_chart") if chart.proto.id.endswith(key))


def ticks(at: AppTest) -> list[Checkbox]:
    """Those of one-off days."""
    return [tick for tick in at.checkbox if str(tick.key).startswith("counts_")]


def of(program: MCFService, order_id: str) -> list[str]:
    """The SKUs of an order."""
    view = program.tracking.views.order(order_id)
    assert view is not None
    return list(view.items["seller_sku"])


def test_a_first_start_says_from_which_day_velocity_is_told(calm: MCFService) -> None:
    at = stock_page()

    told = START + timedelta(days=ENOUGH + 1)
    assert f"told from {told:%d %b} on" in texts(at)
    assert table(at)["velocity"].isna().all()
    assert set(table(at)["health"].str[0]) == {"Out of stock", "Low", "New"}


@pytest.mark.parametrize(("days", "is_known"), [(ENOUGH, False), (ENOUGH + 1, True)])
def test_velocity_is_told_from_the_day_that_was_named(
    calm: MCFService, simulator: Simulator, days: int, is_known: bool
) -> None:
    step_days(calm, simulator, days)

    at = stock_page()

    assert table(at)["velocity"].notna().any() == is_known
    assert ("are told from" in texts(at)) != is_known


def test_a_sku_has_a_page_with_all_its_quantities(calm: MCFService) -> None:
    plan = calm.stock.review.plan()
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
    plan = known.stock.review.plan()
    best = plan.loc[plan["velocity"].idxmax()]

    at = sku_page(best["seller_sku"])

    assert figure(at, "Sold a day") == f"{best['velocity']:.2f}"
    assert figure(at, "Stops on") == f"{best['stock_out_date']:%d %b %Y}"
    assert "four of five outcomes" in said_by(at, "projection")
    assert "at least" not in said_by(at, "sku_history")
    week_ago = known.now() - timedelta(days=7)
    assert f"went between {week_ago:%d %b %Y} and" in said_by(at, "waterfall")


def test_a_reorder_is_told_with_its_arithmetic(known: MCFService) -> None:
    plan = known.stock.review.plan()
    row = plan.loc[plan["reorder_quantity"].idxmax()]

    at = sku_page(row["seller_sku"])

    assert f"Reorder: {planning.reckoning(row.to_dict())}" in texts(at)
    assert f"Low at {row['order_point']:,.0f} units" in texts(at)


def test_a_one_off_day_is_told_and_can_be_counted(known: MCFService, simulator: Simulator) -> None:
    """A SKU that sells each day has one great day, and is as slow as before until that counts."""
    plan = known.stock.review.plan()
    seller_sku = str(plan.loc[plan["velocity"].idxmax(), "seller_sku"])
    stock = simulator.world.stocks[US][seller_sku]
    stock.add(5000)
    step_days(known, simulator, 6)
    stock.sell(2000)
    step_days(known, simulator, 2)
    at = sku_page(seller_sku)
    before = figure(at, "Sold a day")

    (tick,) = ticks(at)
    tick.check().run()

    assert "far more than usual" in texts(at)
    assert float(figure(at, "Sold a day")) > 3 * float(before)
    ticks(at)[0].uncheck().run()
    assert figure(at, "Sold a day") == before


def test_the_waterfall_is_between_the_days_that_are_chosen(known: MCFService) -> None:
    plan = known.stock.review.plan()
    seller_sku = plan.loc[plan["velocity"].idxmax(), "seller_sku"]
    at = sku_page(seller_sku)

    at.selectbox(key="fall_from").select_index(2).run()

    days = known.stock.review.history.sku(seller_sku, 0)
    (chart,) = [c for c in at.get("plotly_chart") if c.proto.id.endswith("waterfall")]
    (falls,) = json.loads(chart.proto.spec)["data"]
    assert falls["text"][0] == f"{days['fulfillable_quantity'].iloc[2]:,}"
    assert falls["text"][-1] == f"{days['fulfillable_quantity'].iloc[-1]:,}"


def test_a_waterfall_needs_a_later_day(known: MCFService) -> None:
    at = sku_page(known.inventory()["seller_sku"].iloc[0])

    at.selectbox(key="fall_to").select_index(0).run()

    assert "Choose a later day" in texts(at)


def test_units_that_stand_somewhere_are_told_with_the_days(known: MCFService) -> None:
    plan = known.stock.review.plan()
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


def test_before_the_stock_was_read_no_sku_is_said_not_to_be_there(
    empty_program: None, settings: Settings
) -> None:
    with store_of(settings) as store, held(store.lease("background reads")):
        at = sku_page("SOME-SKU")

    assert "No such SKU" not in texts(at)
    assert at.title[0].value == "SOME\\-SKU"
    assert "Reading stock from Amazon" in at.info[0].value


def test_inbound_units_have_an_age_of_their_own(calm: MCFService, simulator: Simulator) -> None:
    simulator.clock.step(timedelta(hours=3))
    calm.sync()
    session.service().stock.refresh([calm.inventory()["seller_sku"].iloc[0]])

    told = "nbound units were read 3 hours ago: Amazon doesn't tell their changes."
    at = stock_page()
    assert f". I{told}" in texts(at)
    assert f"I{told}" in texts(sku_page(table(at)["seller_sku"].iloc[0]))


def test_a_page_that_loads_stock_says_so(calm: MCFService, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    load, spin = StockReview.snapshot, st.spinner

    @contextmanager
    def spinner(text: str) -> Iterator[None]:
        said.append(text)
        with spin(text):
            yield
        said.append("done")

    def snapshot(review: StockReview) -> Snapshot:
        said.append("snapshot")
        return load(review)

    monkeypatch.setattr(st, "spinner", spinner)
    monkeypatch.setattr(StockReview, "snapshot", snapshot)
    stock_page()
    first = said.index("snapshot")
    assert said[first - 1] == "Loading your stock …"
    assert "done" in said[first:]


def test_what_amazon_never_told_of_a_sku_is_shown_as_unknown(
    program: MCFService, settings: Settings, sku: str
) -> None:
    with store_of(settings) as store:
        (row,) = store.records(tables.inventory, tables.inventory.c.seller_sku == sku)
        untold = "fulfillable_quantity pending_transshipment_quantity"
        store.save(tables.inventory, [{**row, "fulfillable_quantity": 0, "untold": untold}])

    at = stock_page()
    line = table(at).set_index("seller_sku").loc[sku]
    assert pd.isna(line["fulfillable_quantity"])
    assert line["health"] == ["Not told"]
    assert "Without 1 SKU of which it isn't told" in texts(at)

    at = sku_page(sku)
    assert not at.exception
    assert figure(at, "Can ship now") == "unknown"
    assert "**Unknown**, as Amazon doesn't tell it: available, in transfer." in texts(at)
    assert "doesn't tell how many can ship, so there's no forecast" in texts(at)

    at = open_page(places.NEW_ORDER, item=sku)
    assert not at.exception
    assert "Amazon doesn't tell how many can ship" in texts(at)
    assert "can ship: unknown" in str(at.selectbox(key="sku_0").options)


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ([4, 0, 0], ("Out since", "02 Nov 2026")),
        ([0, 0, 0], ("Out since", "not known")),
        ([], ("Out since", "not known")),
    ],
)
def test_a_sku_that_is_out_says_since_when(units: list[int], says: tuple[str, str]) -> None:
    row = pd.Series({"health": "Out of stock", "stock_out_date": pd.NaT})
    days = pd.DataFrame(
        {
            "day": pd.date_range("2026-11-01", periods=len(units), tz="UTC"),
            "fulfillable_quantity": pd.Series(units, dtype="int64"),
        }
    )

    assert sku.stops(row, days) == says


@pytest.mark.parametrize(
    ("health", "when"), [("Out of stock", "is out"), ("Low", "runs out on 09 Mar")]
)
def test_what_is_out_already_does_not_run_out_again(health: str, when: str) -> None:
    row = {"health": health, "gap_date": pd.Timestamp("2026-03-09"), "gap_days": 1.0}
    assert sku.gap(pd.Series(row | {"gap_units": 4.2})) == (
        f"It {when}, 1 day before more arrives: about 4 units of sales are lost"
    )
