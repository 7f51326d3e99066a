"""Many orders from a file."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from mcf.amazon.client import MCFClient
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from pages.parts.common import places
from pages.parts.order_files import plan, send
from tests.pages.conftest import open_page, texts
from tests.uploads import file_of
from tests.waiting import PATIENCE, eventually


@pytest.fixture(autouse=True)
def _no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits until its file is checked or sent, and doesn't show how far it is meanwhile."""
    monkeypatch.setattr(plan, "_AT_ONCE", PATIENCE)
    monkeypatch.setattr(send, "_AT_ONCE", PATIENCE)


def send_buttons(at: AppTest) -> list[Button]:
    return [button for button in at.button if str(button.key).startswith("send_file")]


def settled(at: AppTest) -> AppTest:
    """The page when the file that is sent in the background has been sent."""
    eventually(lambda: "Amazon has" in texts(at) or "Amazon has" in texts(at.run()))
    return at


def the_button(at: AppTest) -> Button:
    (button,) = send_buttons(at)
    return button


def uploaded(data: bytes) -> AppTest:
    at = open_page(places.NEW_ORDER, way="Many from a file")
    return at.get("file_uploader")[0].upload("orders.csv", data, "text/csv").run()


def test_every_order_has_a_verdict_before_anything_is_sent(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", "NOPE", "1"), ("F-3", sku, "x")))

    assert list(at.dataframe[0].value["Verdict"].str[0]) == ["go", "hold back", "fix"]
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_the_orders_that_are_ready_are_sent_and_told(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", sku, "2")))

    settled(the_button(at).click().run())

    assert "Amazon has 2 of 2 orders." in texts(at)
    assert client.get_fulfillment_order("F-2").fulfillment_order_items[0].quantity == 2


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


def test_a_file_that_is_none_is_refused_with_what_to_do(program: MCFService) -> None:
    at = uploaded(b"name,street\nAda,Example Street\n")

    assert "lacks the columns" in texts(at)
    assert not send_buttons(at)


def test_nothing_is_checked_until_the_encoding_of_letters_is_chosen(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    data = file_of(("F-1", sku, "1")).decode().replace("Jane Example", "J\u00fcrgen M\u00fcller")

    at = uploaded(data.encode("mac_roman"))

    assert "doesn't say how it was saved" in texts(at)
    assert not send_buttons(at)
    assert simulator.requests.count("getFulfillmentPreview") == 0


def test_an_order_is_sent_with_the_letters_that_were_chosen(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    data = file_of(("F-1", sku, "1")).decode().replace("Jane Example", "J\u00fcrgen M\u00fcller")
    at = uploaded(data.encode("mac_roman"))
    (choice,) = (box for box in at.selectbox if str(box.key).startswith("encoding-"))

    choice.select("mac-roman").run()
    settled(the_button(at).click().run())

    address = client.get_fulfillment_order("F-1").fulfillment_order.destination_address
    assert address.name == "J\u00fcrgen M\u00fcller"


def test_letters_of_a_certain_file_are_shown_as_they_are_sent(
    program: MCFService, sku: str
) -> None:
    data = file_of(("F-1", sku, "1")).decode().replace("Jane Example", "J\u00fcrgen M\u00fcller")

    at = uploaded(data.encode())

    assert at.expander[0].label == "1 line with letters outside English, read as UTF-8"
    assert list(at.dataframe[0].value["As it is sent"]) == ["J\u00fcrgen M\u00fcller"]


def test_quote_marks_in_a_tab_separated_file_mix_no_orders_up(
    program: MCFService, sku: str
) -> None:
    data = file_of(("F-1", sku, "1"), ("F-2", sku, "2")).decode().replace(",", "\t")

    at = uploaded(data.replace("Jane", '"Jane').encode())

    assert list(at.dataframe[0].value["3"]) == ['"Jane Example', '"Jane Example']


def test_a_group_without_lines_says_so(program: MCFService, sku: str) -> None:
    at = uploaded(file_of(("F-1", sku, "1")))

    at.session_state["file_group"] = "To be corrected"
    at.run()

    assert not at.exception
    assert "No line of the file is among these." in texts(at)
    assert the_button(at).label == "Ship 1 order"
