"""The page that ships an order."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mcf.client import MCFClient
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import RoleMissing
from pages.parts import places
from tests.pages.conftest import open_page, texts

RECIPIENT = {
    "to_name": "Ada Example",
    "to_line1": "100 Example Street",
    "to_city": "Springfield",
    "to_state": "IL",
    "to_zip": "62701",
}


def filled(sku: str, **changed: str) -> AppTest:
    """The form with a recipient, an item and the number TEST-9."""
    at = open_page(places.NEW_ORDER)
    for key, value in {**RECIPIENT, "number": "TEST-9", **changed}.items():
        at.text_input(key=key).input(value)
    at.selectbox(key="sku_0").select(sku)
    return at.run()


def test_what_is_missing_is_named_before_a_preview(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER)

    assert "Still needed" in texts(at)
    assert "Postal code" in texts(at)
    assert "submit" not in [button.key for button in at.button]


def test_the_preview_shows_every_speed_with_fee_and_dates(program: MCFService, sku: str) -> None:
    at = filled(sku)

    offered = at.radio(key="speed")
    assert offered.value == "Standard"
    assert "Expedited" in offered.options[1]
    assert "USD" in offered.options[0]
    assert "submit" in [button.key for button in at.button]


def test_an_order_is_sent_as_it_was_typed(program: MCFService, client: MCFClient, sku: str) -> None:
    at = filled(sku)
    at.number_input(key="units_0").set_value(2).run()
    at.radio(key="speed").set_value("Expedited").run()

    at.button(key="submit").click().run()

    sent = client.get_fulfillment_order("TEST-9")
    assert "Amazon has order TEST-9" in texts(at)
    assert sent.fulfillment_order.shipping_speed_category == "Expedited"
    assert sent.fulfillment_order.destination_address is not None
    assert sent.fulfillment_order.destination_address.name == "Ada Example"
    assert [(i.seller_sku, i.quantity) for i in sent.fulfillment_order_items] == [(sku, 2)]


def test_two_items_can_be_sent_and_one_taken_out_again(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = filled(sku)
    at.button(key="add_line").click().run()
    at.selectbox(key="sku_1").select(sku).run()
    at.button(key="remove_0").click().run()

    at.button(key="submit").click().run()

    items = client.get_fulfillment_order("TEST-9").fulfillment_order_items
    assert [item.seller_sku for item in items] == [sku]


def test_the_form_is_empty_for_the_next_order_and_has_a_new_number(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    at.button(key="submit").click().run()

    at.button(key="next_order").click().run()

    assert not at.text_input(key="to_name").value
    assert at.text_input(key="number").value not in ("", "TEST-9")


def test_a_held_order_waits_at_amazon(program: MCFService, client: MCFClient, sku: str) -> None:
    at = filled(sku)
    at.toggle(key="hold").set_value(True).run()

    at.button(key="submit").click().run()

    assert client.get_fulfillment_order("TEST-9").fulfillment_order.fulfillment_action == "Hold"


def test_a_shop_number_is_kept_on_the_slip_and_made_fit_for_amazon(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = filled(sku, number="#9/a")
    assert "Amazon gets it as 9-a" in texts(at)

    at.button(key="submit").click().run()

    assert client.get_fulfillment_order("9-a").fulfillment_order.displayable_order_id == "#9/a"


def test_a_number_that_is_none_is_refused_with_the_form_intact(
    program: MCFService, sku: str
) -> None:
    at = filled(sku, number="..")

    at.button(key="submit").click().run()

    assert "Nothing was sent" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_an_order_is_still_shown_after_the_page_was_loaded_anew(
    program: MCFService, sku: str
) -> None:
    filled(sku).button(key="submit").click().run()

    at = open_page(places.NEW_ORDER, sent="TEST-9")

    assert "Amazon has order TEST-9" in texts(at)


def test_a_refused_order_comes_back_into_the_form_and_can_be_forgotten(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    simulator.faults.add(RoleMissing(operations=["createFulfillmentOrder"], times=1))
    typed = filled(sku)
    typed.toggle(key="hold").set_value(True).run()
    typed.button(key="submit").click().run()

    at = open_page(places.NEW_ORDER, sent="TEST-9")
    assert "was not sent" in texts(at)
    assert at.toggle(key="hold").value is True
    assert at.text_input(key="to_name").value == "Ada Example"
    assert at.selectbox(key="sku_0").value == sku
    at.button(key="dismiss").click().run()

    assert not at.text_input(key="to_name").value
    assert program.submissions() == []


def test_a_number_that_was_used_is_warned_of_and_not_sent_again(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    used = program.orders()["seller_fulfillment_order_id"].iloc[0]
    at = filled(sku, number=used)
    assert "There is an order with this number already" in texts(at)

    at.button(key="submit").click().run()

    assert f"Amazon has another order under the number {used}" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_amazon_out_of_reach_is_told_and_nothing_typed_is_lost(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    simulator.stop()

    at.button(key="submit").click().run()

    assert "was not sent" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_more_than_there_is_says_why_it_cannot_ship(program: MCFService, sku: str) -> None:
    at = filled(sku)

    at.number_input(key="units_0").set_value(250).run()

    assert "available" in texts(at)
    assert "submit" not in [button.key for button in at.button]


def test_an_order_that_looks_sent_twice_is_sent_only_when_it_is_meant_to_be(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    filled(sku).button(key="submit").click().run()
    assert simulator.requests.count("createFulfillmentOrder") == 1

    at = filled(sku, number="TEST-10", to_name="ADA EXAMPLE", to_zip="62701-1234")
    assert "Sent twice? The same goods go to the same person in order TEST-9" in texts(at).replace(
        "**", ""
    )
    assert at.button(key="submit").disabled

    at.checkbox(key="repeat-TEST-9").check().run()
    assert not at.button(key="submit").disabled
    at.button(key="submit").click().run()

    assert "Amazon has order TEST-10" in texts(at)
    assert "TEST-10" in simulator.world.orders


@pytest.mark.parametrize("other", [{"to_name": "Bob Example"}, {"to_line1": "9 Other Road"}])
def test_the_same_goods_for_somebody_else_need_no_second_thought(
    program: MCFService, sku: str, other: dict[str, str]
) -> None:
    filled(sku).button(key="submit").click().run()

    at = filled(sku, number="TEST-10", **other)

    assert "Sent twice?" not in texts(at)
    assert not at.button(key="submit").disabled


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
