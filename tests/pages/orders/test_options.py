"""The number of an order, and what is folded."""

from __future__ import annotations

from mcf.amazon.client import MCFClient
from mcf.service import MCFService
from tests.pages.conftest import texts, unfold
from tests.pages.orders.steps import filled, ship, submits


def test_a_shop_number_is_kept_on_the_slip_and_made_fit_for_amazon(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = unfold(filled(sku, number="#9/a"), "more_open")
    assert "Amazon gets it as 9-a" in texts(at)

    ship(at)

    assert client.get_fulfillment_order("9-a").fulfillment_order.displayable_order_id == "#9/a"


def test_a_number_that_is_none_blocks_the_button_with_a_sentence_at_its_field(
    program: MCFService, sku: str
) -> None:
    at = filled(sku, number="..")

    assert not submits(at)
    assert "isn't one that Amazon takes" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_what_is_wrong_in_a_folded_field_is_told_although_it_is_folded_again(
    program: MCFService, sku: str
) -> None:
    at = unfold(filled(sku), "more_open", "rare_open")
    at.text_input(key="emails").input("ada@")
    at.text_input(key="value_0").input("12,50").run()
    at.session_state["more_open"] = False

    at.run()

    assert not submits(at)
    assert "'ada@' isn't an e-mail address" in texts(at)
    assert "'12,50' isn't an amount; write it like 12.50" in texts(at)
