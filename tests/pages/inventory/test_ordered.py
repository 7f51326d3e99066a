"""What was ordered, on the page: it comes, came, or won't."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from mcf.inventory.purchases import LineState, Wish
from mcf.service import MCFService
from tests.pages.inventory.steps import pressed, stock_page, words


def ordered_page() -> AppTest:
    return stock_page(table="Purchase list", lines="Ordered")


def choose(at: AppTest, row: int = 0) -> AppTest:
    at.session_state[at.dataframe[0].key] = {
        "selection": {"rows": [row], "columns": [], "cells": []}
    }
    return at.run()


def test_an_empty_book_of_orders_says_so(calm: MCFService) -> None:
    assert "Nothing was marked as ordered yet." in ordered_page().info[0].value


def test_a_line_that_never_came_is_named_and_closed(calm: MCFService) -> None:
    sku, purchases = calm.inventory()["seller_sku"].iloc[0], calm.stock.review.purchases
    today = calm.stock.review.today
    purchases.place([Wish(sku, 96, 0, today + 5, "Acme")], calm.now())
    # Ordered long ago.
    long_ago = {"ordered_day": today - 90, "expected_day": today - 60}
    purchases._change((sku, 1), long_ago)

    at = choose(ordered_page())
    assert "1 line never came" in words(at.warning[0].value)
    assert f"{sku} (96 of" in words(at.warning[0].value)
    pressed(at, "line_cancel")
    assert purchases.lines()["state"].tolist() == [LineState.CANCELLED]
    pressed(at, "undo_mark")
    assert purchases.lines()["state"].tolist() == [LineState.OPEN]

    at = choose(at)
    at.date_input(key="line_day").set_value(calm.now().date() + timedelta(days=3)).run()
    pressed(at, "line_expected")
    assert purchases.lines()["expected_day"].tolist() == [today + 3]
