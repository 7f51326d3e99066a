"""What is asked for on the first page: managers decide, who asked sees what became of it."""

from __future__ import annotations

from mcf.access.actor import acting
from mcf.access.roles import Role
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from tests.pages.conftest import Be, open_page, texts


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
