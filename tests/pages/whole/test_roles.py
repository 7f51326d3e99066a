"""What people with different roles see and may press."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcf.access.actor import Actor, acting, acting_now
from mcf.access.roles import ROLES, Role
from mcf.access.room import Access
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.store import tables
from pages.parts.common import places
from tests.leaks import PATTERN
from tests.pages.conftest import open_page, texts

Be = Callable[[Role], Actor]


@pytest.fixture
def be(monkeypatch: pytest.MonkeyPatch) -> Be:
    """Makes whoever opens a page somebody with a role, as if they had signed in."""

    def somebody(role: Role) -> Actor:
        actor = Actor(f"p-{role}", ROLES[role], role, email=f"{role}@shop")
        monkeypatch.setattr(Access, "actor", lambda _: acting_now() or actor)
        needed = property(lambda _: True, lambda *_: None)
        monkeypatch.setattr(Access, "needs_sign_in", needed, raising=False)
        return actor

    return somebody


def test_a_viewer_sees_pages_without_a_name_and_is_told_whom_to_ask(
    program: MCFService, be: Be
) -> None:
    order_id = program.orders()["seller_fulfillment_order_id"][0]
    be(Role.VIEWER)

    pages = [
        open_page(),
        open_page(places.TRACKING),
        open_page(places.TRACKING, order=order_id),
        open_page(places.NEW_ORDER),
    ]

    assert [at.exception for at in pages if at.exception] == []
    assert [found[0] for at in pages if (found := PATTERN.search(texts(at)))] == []
    assert "You may not send orders. Ask an operator, manager or owner." in texts(pages[3])
    assert pages[2].button(key="copy_order").disabled


def test_an_operator_sees_a_recipient_after_a_click_which_is_in_the_audit(
    program: MCFService, be: Be
) -> None:
    order_id = program.orders()["seller_fulfillment_order_id"][0]
    be(Role.OPERATOR)
    at = open_page(places.TRACKING, order=order_id)
    before = PATTERN.search(texts(at))
    at.button(key="show_recipient").click().run()

    rows = program._store.rows(tables.audit, tables.audit.c.action == "recipient.view")
    assert before is None
    assert PATTERN.search(texts(at)) is not None
    assert [(row.person_id, row.subject) for row in rows] == [("p-operator", order_id)]


def test_a_manager_sees_what_is_asked_and_refuses_it_with_a_reason_that_the_asker_sees(
    program: MCFService, be: Be, request_for: MCFOrderRequest
) -> None:
    with acting(be(Role.OPERATOR)):
        program.ordering.asked.ask(request_for, None)
    be(Role.MANAGER)
    at = open_page()
    shown = texts(at)
    at.text_input(key="asked_why_TEST-1").set_value("Send it by Standard").run()
    at.button(key="asked_refuse_TEST-1").click().run()
    be(Role.OPERATOR)

    assert "asks for order TEST-1" in shown
    assert request_for.destination_address.address_line1 in shown
    assert "which you asked for, was refused. Send it by Standard" in texts(open_page())


def test_the_audit_is_for_those_who_may_read_it(program: MCFService, be: Be) -> None:
    be(Role.MANAGER)
    with acting(be(Role.OWNER)):
        program.stock.review.choices.put_off("order:1", program.now())
    at = open_page(places.AUDIT)
    at.button(key="audit_verify").click().run()
    be(Role.OPERATOR)

    assert at.dataframe[0].value["action"].tolist() == ["concern.put off"]
    assert "1 record, each as it was written" in texts(at)
    assert "You may not read the audit. Ask a manager or owner." in texts(open_page(places.AUDIT))
