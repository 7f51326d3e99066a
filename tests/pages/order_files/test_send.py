"""The orders of a file, sent."""

from __future__ import annotations

from mcf.amazon.client import MCFClient
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from tests.pages.conftest import texts
from tests.pages.order_files.steps import settled, the_button, uploaded
from tests.uploads import file_of


def test_the_orders_that_are_ready_are_sent_and_told(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", sku, "2")))

    settled(the_button(at).click().run())

    assert "Amazon has 2 of 2 orders." in texts(at)
    assert client.get_fulfillment_order("F-2").fulfillment_order_items[0].quantity == 2


def test_orders_that_were_left_out_are_named_with_their_reason(
    program: MCFService, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", "NOPE", "1"), ("F-3", sku, "x")))
    assert "Left out: 2 orders (F-2, F-3)." in texts(at)

    settled(the_button(at).click().run())

    assert "Amazon has 1 of 1 order. Left out of the file: 2 orders (F-2, F-3)." in texts(at)
    outcomes = at.dataframe[0].value
    assert list(outcomes["Order"]) == ["F-2", "F-3", "F-1"]
    assert outcomes["Outcome"][0] == "Left out: to be corrected"
    assert "NOPE isn't among your SKUs" in outcomes["Why, or what Amazon says"][0]
    assert "file" not in at.query_params


def test_orders_that_amazon_did_not_take_are_told_as_missing(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", sku, "1")))
    simulator.faults.add(RoleMissing(operations=["createFulfillmentOrder"]))

    settled(the_button(at).click().run())

    assert (
        "Amazon has 0 of 2 orders. 2 were not sent, or aren't known yet. Give the result file again"
        in texts(at)
    )


def test_orders_that_look_sent_twice_are_sent_only_when_they_are_meant_to_be(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", sku, "1"), ("F-3", sku, "1"), house="9"))
    assert list(at.dataframe[0].value["Verdict"].str[0]) == ["go", "sent twice?", "sent twice?"]
    assert the_button(at).label == "Ship 1 order"

    at.checkbox(key="send_repeats").check().run()
    assert the_button(at).label == "Ship 3 orders"
    settled(the_button(at).click().run())

    assert "Amazon has 3 of 3 orders." in texts(at)
    assert {"F-1", "F-2", "F-3"} <= set(simulator.world.orders)


def test_only_what_looks_sent_once_is_sent_from_a_file_by_itself(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", sku, "1"), house="9"))

    settled(the_button(at).click().run())

    assert "Amazon has 1 of 1 order." in texts(at)
    assert "F-2" not in simulator.world.orders


def test_a_file_without_repeats_asks_nothing(program: MCFService, sku: str) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", sku, "1")))

    assert "send_repeats" not in [checkbox.key for checkbox in at.checkbox]
