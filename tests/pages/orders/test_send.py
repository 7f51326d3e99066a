"""An order that is sent, and what is shown of it."""

from __future__ import annotations

from mcf.amazon.client import MCFClient
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import filled, ship, speeds


def test_an_order_is_sent_as_it_was_typed(program: MCFService, client: MCFClient, sku: str) -> None:
    at = filled(sku)
    at.text_input(key="units_0").input("2").run()
    speeds(at).set_value("Expedited").run()

    ship(at)

    sent = client.get_fulfillment_order("TEST-9")
    assert "Amazon has order TEST-9" in texts(at)
    assert sent.fulfillment_order.shipping_speed_category == "Expedited"
    assert sent.fulfillment_order.destination_address is not None
    assert sent.fulfillment_order.destination_address.name == "Ada Example"
    assert [(i.seller_sku, i.quantity) for i in sent.fulfillment_order_items] == [(sku, 2)]


def test_the_form_is_empty_for_the_next_order_and_has_a_new_number(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    ship(at)

    at.button(key="next_order").click().run()

    assert not at.text_input(key="to_name").value
    assert at.text_input(key="number").value not in ("", "TEST-9")


def test_a_held_order_waits_at_amazon(program: MCFService, client: MCFClient, sku: str) -> None:
    at = filled(sku)
    at.toggle(key="hold").set_value(True).run()

    ship(at)

    assert client.get_fulfillment_order("TEST-9").fulfillment_order.fulfillment_action == "Hold"


def test_an_order_is_still_shown_after_the_page_was_loaded_anew(
    program: MCFService, sku: str
) -> None:
    ship(filled(sku))

    at = open_page(places.NEW_ORDER, sent="TEST-9")

    assert "Amazon has order TEST-9" in texts(at)


def test_a_refused_order_comes_back_into_the_form_and_can_be_forgotten(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    simulator.faults.add(RoleMissing(operations=["createFulfillmentOrder"], times=1))
    typed = filled(sku)
    typed.toggle(key="hold").set_value(True).run()
    ship(typed)

    at = open_page(places.NEW_ORDER, sent="TEST-9")
    assert "was not sent" in texts(at)
    assert at.toggle(key="hold").value is True
    assert at.text_input(key="to_name").value == "Ada Example"
    assert at.selectbox(key="sku_0").value == sku
    at.button(key="dismiss").click().run()

    assert not at.text_input(key="to_name").value
    assert program.ordering.submissions.open() == []


def test_a_number_that_was_used_is_warned_of_and_not_sent_again(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    used = program.orders()["seller_fulfillment_order_id"].iloc[0]
    at = filled(sku, number=used)
    assert "There is an order with this number already" in texts(at)

    ship(at)

    assert f"Amazon has another order under the number {used}" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"
