"""What a seller expects of sales, said on the pages of the stock."""

from __future__ import annotations

from datetime import timedelta

import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest

from mcf.inventory.expectations import Way
from mcf.inventory.history import date_of
from mcf.service import MCFService
from pages.parts.common import places
from pages.parts.inventory import expectations
from tests.inventory.test_expectations import DAY, end, say
from tests.pages.conftest import open_page, texts
from tests.pages.inventory.steps import figure, pressed, stock_page


def best(program: MCFService) -> str:
    plan = program.stock.review.plan()
    return str(plan.loc[plan["velocity"].idxmax(), "seller_sku"])


def field(at: AppTest, label: str) -> object:
    return next(one for one in at.text_input if one.label == label)


def filled(at: AppTest, amount: str, why: str) -> AppTest:
    field(at, "Times the usual").set_value(amount)  # type: ignore[attr-defined]
    field(at, "Why").set_value(why)  # type: ignore[attr-defined]
    return at


def test_a_promotion_is_said_changed_and_taken_back_on_the_page_of_a_sku(
    known: MCFService,
) -> None:
    """Bad input is told and what was typed stays."""
    sku = best(known)
    at = open_page(places.INVENTORY, open=sku)
    before = figure(at, "Sold a day")

    pressed(filled(at, "0", "Spring *sale*"), "said_sku_save_0")
    assert "Amount is 0: choose the end of sale" in texts(at).replace("**", "")
    assert field(at, "Why").value == "Spring *sale*"  # type: ignore[attr-defined]
    assert known.stock.review.said.all() == []

    pressed(filled(at, "30", "Spring *sale*"), "said_sku_save_0")
    (one,) = known.stock.review.said.all()
    assert (one.skus, one.way, one.amount) == ((sku,), Way.FACTOR, 30)
    assert "**30 times the usual** on" in texts(at)
    assert float(figure(at, "Sold a day")) > 1.5 * float(before)

    pressed(at, f"change_sku_{one.expectation_id}")
    pressed(filled(at, "40", "Summer"), "said_sku_save_2")
    (changed,) = known.stock.review.said.all()
    assert (changed.expectation_id, changed.amount, changed.reason) == (
        one.expectation_id, 40, "Summer"
    )  # fmt: skip

    pressed(at, f"remove_sku_{one.expectation_id}")
    assert figure(at, "Sold a day") == before


def test_a_promotion_of_many_skus_is_said_below_the_rules(calm: MCFService) -> None:
    at = stock_page(table="Rules")
    pressed(filled(at, "2", "Black Friday"), "said_all_save_0")
    (one,) = calm.stock.review.said.all()
    assert one.skus == tuple(calm.inventory()["seller_sku"])
    assert f"For {len(one.skus)} SKUs" in texts(at)


def test_what_was_said_is_marked_in_the_picture_with_its_reason() -> None:
    said = [
        say(Way.FACTOR, 3, 9, 2.5, reason="<b>Spring</b>"),
        end(20, reason="Old"),
        say(Way.ONE_OFF, -9, -8, reason="Past"),
    ]
    first = date_of(DAY)
    figure = expectations.mark(go.Figure(), said, first, first + timedelta(days=30))
    told = [one.text for one in figure.layout.annotations]
    assert told == ["sale ends: Old", "x 2.5: &lt;b&gt;Spring&lt;/b&gt;"]
    assert [(one.x0.date(), one.x1.date()) for one in figure.layout.shapes] == [
        (date_of(DAY + 21), date_of(DAY + 30)),
        (date_of(DAY + 3), date_of(DAY + 10)),
    ]
