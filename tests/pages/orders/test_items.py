"""The lines of an order."""

from __future__ import annotations

import pytest

from mcf.amazon.client import MCFClient
from mcf.orders.form import Typed, TypedLine
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import open_page, texts, unfold
from tests.pages.orders.steps import filled, ship, submits


def test_two_items_can_be_sent_and_one_taken_out_again(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = filled(sku)
    at.button(key="add_line").click().run()
    at.selectbox(key="sku_1").select(sku).run()
    at.button(key="remove_0").click().run()

    ship(at)

    items = client.get_fulfillment_order("TEST-9").fulfillment_order_items
    assert [item.seller_sku for item in items] == [sku]


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("units_0", "300", "300 are too many: Amazon takes 250"),
        ("to_zip", "6270", "is not a ZIP code of the United States"),
        ("comment", "x" * 751, "is too long: Amazon takes 750 characters"),
    ],
)
def test_what_amazon_would_refuse_blocks_the_button_with_a_sentence(
    program: MCFService, simulator: Simulator, sku: str, key: str, text: str, told: str
) -> None:
    at = unfold(filled(sku), "more_open")

    at.text_input(key=key).input(text).run()

    assert not submits(at)
    assert told in texts(at)
    assert at.text_input(key=key).value == text
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_a_gift_message_that_is_too_long_is_kept_whole_and_refused(
    program: MCFService, sku: str
) -> None:
    at = unfold(filled(sku), "more_open")

    at.text_area(key="gift_0").input("g" * 513).run()

    assert not submits(at)
    assert "is too long: Amazon takes 512 characters" in texts(at)
    assert at.text_area(key="gift_0").value == "g" * 513


def test_a_line_without_a_product_is_not_left_out_silently(program: MCFService, sku: str) -> None:
    at = filled(sku)

    at.button(key="add_line").click().run()

    assert not submits(at)
    told = at.button(key="not_yet").label.replace("\\", "")
    assert told == "Product is needed: choose one, or remove the line"


@pytest.mark.parametrize("told", ["{}", "8 can ship · {} · Some product · B000"])
def test_a_product_chosen_from_a_list_that_had_another_count_is_that_product(
    program: MCFService, sku: str, told: str
) -> None:
    # A browser that shows an older list gives back its text, as it stands there.
    typed = Typed(to_country="US", number="TEST-9", lines=(TypedLine(sku=told.format(sku)),))
    program.kept.keep(DocumentKind.DRAFT, "old", typed.content())

    at = open_page(places.NEW_ORDER, draft="old")

    assert at.selectbox(key="sku_0").value == sku


def test_a_product_that_is_not_in_stock_stays_what_was_chosen(program: MCFService) -> None:
    typed = Typed(to_country="US", number="TEST-9", lines=(TypedLine(sku="GONE · Old"),))
    program.kept.keep(DocumentKind.DRAFT, "old", typed.content())

    at = open_page(places.NEW_ORDER, draft="old")

    assert at.selectbox(key="sku_0").value == "GONE · Old"
    assert "isn't among your SKUs" in texts(at)


def test_a_hundred_lines_can_be_typed_and_no_more(program: MCFService, sku: str) -> None:
    lines = [{"sku": sku, "units": "1"} for _ in range(100)]
    program.kept.keep(DocumentKind.DRAFT, "long", {"lines": lines, "number": "TEST-9"})

    at = open_page(places.NEW_ORDER, draft="long")

    assert at.text_input(key="units_99").value == "1"
    assert at.button(key="add_line").disabled
    assert "100 lines of 100" in texts(at)


def test_two_lines_of_one_sku_take_from_the_same_stock(program: MCFService, sku: str) -> None:
    at = filled(sku)
    there = int(program.inventory().set_index("seller_sku")["fulfillable_quantity"][sku])
    at.text_input(key="units_0").input("1").run()
    at.button(key="add_line").click().run()

    at.selectbox(key="sku_1").select(sku).run()
    at.text_input(key="units_1").input("2").run()

    left = f"{there:,} can ship now; {there - 3:,} left after this order"
    assert sum(left in each.value for each in at.caption) == 2
    assert f"{there - 3:,} left" in texts(at)
