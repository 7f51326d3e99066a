"""An order that is sent, and what is shown of it."""

from __future__ import annotations

from mcf.amazon.client import MCFClient
from mcf.orders.form import Typed
from mcf.orders.validation import judge
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import filled, ship, speeds, submits
from tests.unsettled import unknown_submission


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

    assert "Amazon has order TEST-9" in texts(at)
    assert not at.text_input(key="to_name").value
    assert at.session_state["number"] not in ("", "TEST-9")
    assert not at.query_params.get("draft")


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


def test_a_number_that_was_used_is_told_before_it_is_sent_and_a_new_one_is_offered(
    program: MCFService, sku: str
) -> None:
    used = program.orders()["seller_fulfillment_order_id"].iloc[0]
    at = filled(sku, number=used)
    said, could = texts(at), submits(at)

    at.button(key="new_number").click().run()

    assert "Order number belongs to another order already" in said
    assert not could
    assert at.text_input(key="number").value != used
    assert at.text_input(key="to_name").value == "Ada Example"
    assert submits(at)


def test_a_sent_order_is_finished_when_its_page_is_left_by_another_way(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    ship(at)
    drafts = program.kept.all(DocumentKind.DRAFT)

    for name in ("sent", "draft"):
        at.query_params.pop(name, None)
    at.run()

    assert drafts == []
    assert not at.text_input(key="to_name").value
    assert at.session_state["number"] not in ("", "TEST-9")
    assert not submits(at)


def test_the_page_before_the_order_was_sent_is_empty_too(program: MCFService, sku: str) -> None:
    at = filled(sku)
    ship(at)

    at.query_params.pop("sent")
    at.run()

    assert not at.text_input(key="to_name").value
    assert not submits(at)


def test_a_second_tab_is_told_and_offered_a_new_number(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    first = filled(sku)
    second = open_page(places.NEW_ORDER, draft=first.query_params["draft"])
    ship(first)

    ship(second)
    said, left = texts(second), program.kept.all(DocumentKind.DRAFT)
    second.button(key="once_more").click().run()

    assert "was sent already, from another tab" in said
    assert "Amazon has order TEST-9" in said
    assert simulator.requests.count("createFulfillmentOrder") == 1
    assert left == []
    assert second.text_input(key="to_name").value == "Ada Example"
    assert second.session_state["number"] != "TEST-9"
    assert [kept.content["number"] for kept in program.kept.all(DocumentKind.DRAFT)] == [
        second.session_state["number"]
    ]


def test_what_a_second_tab_typed_differently_stays_and_needs_a_new_number(
    program: MCFService, sku: str
) -> None:
    first = filled(sku)
    second = open_page(places.NEW_ORDER, draft=first.query_params["draft"])
    ship(first)

    second.text_input(key="to_name").input("Bo Example").run()

    assert "Order number belongs to another order already" in texts(second)
    assert second.text_input(key="to_name").value == "Bo Example"
    assert [kept.content["to_name"] for kept in program.kept.all(DocumentKind.DRAFT)] == [
        "Bo Example"
    ]
    assert not submits(second)


def test_an_order_without_an_answer_is_shown_and_not_typed_again(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    draft = at.query_params["draft"]
    request = judge(
        Typed.from_content(program.kept.all(DocumentKind.DRAFT)[0].content),
        program.settings.marketplace,
        program.now(),
    ).request
    assert request is not None
    unknown_submission(program, request)

    again = open_page(places.NEW_ORDER, draft=draft)

    assert "Order TEST-9: not known yet." in texts(again)
    assert not submits(again)
    assert [kept.key for kept in program.kept.all(DocumentKind.DRAFT)] == [draft]
