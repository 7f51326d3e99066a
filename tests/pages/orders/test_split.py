"""An order that can't go in one shipment, on the page."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from mcf.amazon.models.base import Address
from mcf.orders.form import Typed, TypedLine
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.conftest import order_request
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import filled, ship, submits


class Shelf(NamedTuple):
    """A SKU of which some can ship now."""

    sku: str
    free: int
    coming: int


@pytest.fixture
def shelf(program: MCFService) -> Shelf:
    """One of which nothing is on the way, so that its rest can't ship."""
    return min(_shelves(program), key=lambda shelf: (shelf.coming, shelf.free))


@pytest.fixture
def moving(program: MCFService) -> Shelf:
    """One of which some are on the way between warehouses."""
    return max(_shelves(program), key=lambda shelf: shelf.coming)


def _shelves(program: MCFService) -> list[Shelf]:
    stock = program.inventory()
    coming = stock["pending_transshipment_quantity"] + stock["fc_processing_quantity"]
    rows = zip(stock["seller_sku"], stock["fulfillable_quantity"], coming, strict=True)
    return [Shelf(sku, int(free), int(more)) for sku, free, more in rows if 1 < free < 200]


def test_two_orders_are_sent_where_the_rest_is_on_the_way(
    program: MCFService, simulator: Simulator, moving: Shelf
) -> None:
    at = filled(moving.sku)
    at.text_input(key="units_0").input(str(moving.free + 1)).run()

    at.button(key="split").click().run()
    said, (button,) = texts(at), submits(at)
    ship(at)

    assert f"Then **1 x {moving.sku}** as order TEST-9-P2: " in said
    assert "arrives" in said.partition("Then **1 x")[2]
    assert button.label.startswith("Ship both orders, ")
    orders = simulator.world.orders
    assert orders["TEST-9"].request.lines[0].quantity == moving.free
    assert orders["TEST-9-P2"].request.lines[0].quantity == 1
    assert "Amazon has order TEST-9-P2 too" in texts(at).replace("**", "")
    assert program.kept.all(DocumentKind.DRAFT) == []
    links = open_page(places.TRACKING, order="TEST-9").get("page_link")
    told = [link.proto.label.replace("\\", "") for link in links]
    assert "Split: the other part is TEST-9-P2" in told


def test_a_rest_that_cannot_ship_is_kept_when_the_first_order_is_sent(
    program: MCFService, simulator: Simulator, shelf: Shelf
) -> None:
    at = filled(shelf.sku)
    at.text_input(key="units_0").input(str(shelf.free + shelf.coming + 2)).run()
    told = texts(at)

    at.button(key="split").click().run()
    said = texts(at)
    ship(at)

    assert told.count("Not enough of") == 1
    assert "isn't possible" not in told
    assert "can't ship yet, so order TEST-9-P2 is kept under Unfinished" in said
    assert list(simulator.world.orders)[-1] == "TEST-9"
    (kept,) = program.kept.all(DocumentKind.DRAFT)
    assert Typed.from_content(kept.content).number == "TEST-9-P2"
    assert "The second order, TEST-9-P2, is not with Amazon" in texts(at)
    at.button(key="open_second").click().run()
    assert at.text_input(key="units_0").value == str(shelf.coming + 2)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_a_split_order_is_made_one_again(program: MCFService, shelf: Shelf) -> None:
    at = filled(shelf.sku)
    at.text_input(key="units_0").input(str(shelf.free + 5)).run()
    at.button(key="split").click().run()
    draft = at.query_params["draft"]
    again = open_page(places.NEW_ORDER, draft=draft)
    units = again.text_input(key="units_0").value

    again.button(key="together").click().run()

    assert units == str(shelf.free)
    assert again.text_input(key="units_0").value == str(shelf.free + 5)


def test_only_what_is_there_is_shipped_or_the_order_waits(
    program: MCFService, shelf: Shelf
) -> None:
    at = filled(shelf.sku)
    at.text_input(key="units_0").input(str(shelf.free + 5)).run()
    label = at.button(key="ship_less").label
    at.button(key="ship_less").click().run()
    units, rest = at.text_input(key="units_0").value, at.session_state["rest"]
    at.text_input(key="units_0").input(str(shelf.free + 5)).run()
    at.button(key="wait").click().run()

    assert label == f"Ship only {shelf.free}"
    assert (units, rest) == (str(shelf.free), ())
    assert not at.text_input(key="to_name").value
    (kept,) = program.kept.all(DocumentKind.DRAFT)
    assert kept.content["lines"] == [{"sku": shelf.sku, "units": str(shelf.free + 5)}]


def test_a_second_order_that_amazon_refused_is_told_and_can_be_opened(
    program: MCFService, address: Address, sku: str
) -> None:
    assert program.submit(order_request("TEST-9", address, sku, 1))
    program.submit(order_request("TEST-9-P2", address, "NO-SUCH-SKU", 1))
    typed = Typed(to_country="US", number="TEST-9-P2", lines=(TypedLine(sku="NO-SUCH-SKU"),))
    program.kept.keep(DocumentKind.DRAFT, "second", typed.content())

    at = open_page(places.NEW_ORDER, sent="TEST-9")
    said = texts(at)
    at.button(key="open_second").click().run()

    assert "Amazon has order TEST-9" in said
    assert "The second order, TEST-9-P2, is not with Amazon" in said
    assert at.session_state["number"] == "TEST-9-P2"
