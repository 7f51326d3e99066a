"""What is typed, kept and brought back."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import filled, ship, submits


def test_a_link_from_the_stock_puts_the_sku_into_the_form(program: MCFService, sku: str) -> None:
    at = open_page(places.NEW_ORDER, item=sku)

    assert at.selectbox(key="sku_0").value == sku


def test_several_skus_from_the_stock_get_a_line_each_and_none_twice(program: MCFService) -> None:
    first, second, third = program.inventory()["seller_sku"].tolist()[:3]
    at = open_page(places.NEW_ORDER, item=[first, second])
    assert [at.selectbox(key=f"sku_{n}").value for n in (0, 1)] == [first, second]

    at.query_params["item"] = [second, third]
    at.run()

    assert [at.selectbox(key=f"sku_{n}").value for n in (0, 1, 2)] == [first, second, third]
    assert "item" not in at.query_params


def test_a_typed_form_survives_a_reload_of_the_page(program: MCFService, sku: str) -> None:
    at = filled(sku)
    at.text_input(key="units_0").input("3").run()
    draft = at.query_params["draft"]

    again = open_page(places.NEW_ORDER, draft=draft)

    assert again.text_input(key="to_name").value == "Ada Example"
    assert again.text_input(key="units_0").value == "3"
    assert again.session_state["number"] == "TEST-9"
    assert again.selectbox(key="sku_0").value == sku
    assert submits(again)


def test_a_draft_is_gone_when_its_order_was_followed_by_the_next(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    draft = at.query_params["draft"]
    ship(at)

    again = open_page(places.NEW_ORDER, draft=draft)

    assert not again.text_input(key="to_name").value
    assert program.kept.all(DocumentKind.DRAFT) == []


def test_two_tabs_with_one_draft_take_nothing_from_each_other(
    program: MCFService, sku: str
) -> None:
    first = filled(sku)
    draft = first.query_params["draft"]
    second = open_page(places.NEW_ORDER, draft=draft)

    first.text_input(key="to_name").input("Ada First").run()
    second.text_input(key="to_name").input("Ada Second").run()
    first.text_input(key="units_0").input("2").run()

    kept = {each.content["to_name"]: each for each in program.kept.all(DocumentKind.DRAFT)}
    assert set(kept) == {"Ada First", "Ada Second"}
    assert kept["Ada First"].key == draft
    assert kept["Ada Second"].key == second.query_params["draft"]
    assert "changed in another tab too" in texts(second)
    assert "changed in another tab too" not in texts(first)


def test_a_draft_that_is_gone_is_told_at_once_and_until_it_is_put_away(
    program: MCFService,
) -> None:
    at = open_page(places.NEW_ORDER, draft="nosuchdraft")
    first = texts(at)
    second = texts(at.run())

    assert "That draft isn't there any more: it was sent or deleted." in first
    assert "That draft isn't there any more: it was sent or deleted." in second
    assert at.button(key="notice_ok")
