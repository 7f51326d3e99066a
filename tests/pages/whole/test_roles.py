"""What people with different roles see and may press."""

from __future__ import annotations

from mcf.access.roles import Role
from mcf.service import MCFService
from mcf.store import tables
from pages.parts.common import places
from tests.leaks import PATTERN
from tests.pages.conftest import Be, open_page, texts


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
