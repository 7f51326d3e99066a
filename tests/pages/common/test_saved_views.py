"""Views of a page, saved by name."""

from __future__ import annotations

from urllib.parse import parse_qs

from mcf.service import MCFService
from tests.pages.conftest import texts
from tests.pages.inventory.steps import pressed, skus, stock_page


def test_a_view_is_saved_opened_and_forgotten(calm: MCFService) -> None:
    at = stock_page(**{"stock": ["Low"], "with": ["Reserved", "Inbound"]})
    at.text_input(key="view_name").input("Low, *and* coming")
    pressed(at, "save_view")

    (view,) = calm.stock.review.choices.views("inventory")
    assert parse_qs(view.query) == {"stock": ["Low"], "with": ["Reserved", "Inbound"]}
    assert at.button(key="view_Low, *and* coming").label == "Low, \\*and\\* coming"

    pressed(at, "forget_Low, *and* coming")
    assert calm.stock.review.choices.views("inventory") == []
    assert "coming" not in texts(stock_page())


def test_a_view_without_a_name_is_refused_in_words(calm: MCFService) -> None:
    at = pressed(stock_page(stock="Low"), "save_view")

    assert "name" in at.error[0].value
    assert calm.stock.review.choices.views("inventory") == []


def test_a_saved_view_shows_what_it_showed(calm: MCFService) -> None:
    at = stock_page(stock="Low", picture="Health")
    at.text_input(key="view_name").input("Morning")
    shown = skus(pressed(at, "save_view"))

    (view,) = calm.stock.review.choices.views("inventory")
    again = stock_page(**parse_qs(view.query))

    assert skus(again) == shown
    assert again.segmented_control(key="picture").value == "Health"
