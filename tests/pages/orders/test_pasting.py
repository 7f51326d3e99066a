"""A whole address pasted into the form."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import RECIPIENT

SPRINGFIELD = "Ada Example\n100 Example Street\nSpringfield, IL 62701"


def paste(text: str) -> AppTest:
    """The form with what was understood of the text, not accepted yet."""
    at = open_page(places.NEW_ORDER)
    at.text_area(key="pasted").input(text)
    return at.button(key="take_apart").click().run()


def accept(at: AppTest) -> AppTest:
    return at.button(key="accept_pasted").click().run()


def test_what_was_understood_fills_the_form_when_it_is_accepted(program: MCFService) -> None:
    at = paste(SPRINGFIELD)
    before = {key: at.text_input(key=key).value for key in RECIPIENT}
    shown = texts(at)
    accept(at)

    assert not any(before.values())
    assert "**ZIP code**: 62701" in shown
    assert {key: at.text_input(key=key).value for key in RECIPIENT} == RECIPIENT
    assert at.text_area(key="pasted").value == ""


def test_what_is_doubtful_is_marked_before_it_fills_the_form(program: MCFService) -> None:
    at = paste("Ada Example\n100 Example Street\nSpringfield, CA 62701\nUSA")

    assert "ZIP code of Illinois, but the state is California" in texts(at)
    assert at.button(key="accept_pasted").label == "Fill it in with the doubts"


def test_a_country_that_is_only_guessed_is_proposed_and_said(program: MCFService) -> None:
    at = paste("Jane Roe\n5 High Street\nLondon\nSW1A 1AA")
    shown = texts(at)
    accept(at)

    assert "SW1A 1AA is a postcode of the United Kingdom, so that's proposed" in shown
    assert at.selectbox(key="to_country").value == "GB"
    assert at.text_input(key="to_city").value == "London"


@pytest.mark.parametrize(("code", "city"), [("US", "Austin"), ("DE", "Austin TX")])
def test_an_impossible_combination_is_asked_before_it_fills_the_form(
    program: MCFService, code: str, city: str
) -> None:
    at = paste("Tom\n1 Road\nAustin TX 78701\nGermany")
    asked, could = texts(at), not at.button(key="accept_pasted").disabled
    at.radio(key="pasted_country").set_value(code).run()
    accept(at)

    assert "TX 78701 is in Texas" in asked
    assert not could
    assert at.selectbox(key="to_country").value == code
    assert at.text_input(key="to_city").value == city


@pytest.mark.parametrize(("wanted", "emails"), [(False, ""), (True, "bob@example.com")])
def test_an_email_is_offered_for_notification(
    program: MCFService, wanted: bool, emails: str
) -> None:
    at = paste(f"{SPRINGFIELD}\nbob@example.com")
    at.checkbox(key="pasted_mail").set_value(wanted).run()
    accept(at)

    assert (at.session_state["emails"] or "") == emails


def test_what_another_program_spoiled_is_taken_as_meant_with_one_click(program: MCFService) -> None:
    at = paste("Pat O&#39;Neill\n13 O&#39;Neill Street\nundefined\nSpringfield, IL 62701")
    shown = texts(at)
    at.button(key="paste_meant").click().run()
    accept(at)

    assert "13 O'Neill Street is probably meant" in shown
    assert at.text_input(key="to_name").value == "Pat O'Neill"
    assert at.text_input(key="to_line1").value == "13 O'Neill Street"
    assert not at.text_input(key="to_line2").value


def test_what_was_pasted_can_be_changed_and_is_read_anew(program: MCFService) -> None:
    at = paste(SPRINGFIELD)
    at.button(key="change_pasted").click().run()
    before = at.text_area(key="pasted").value
    at.text_area(key="pasted").input(SPRINGFIELD.replace("Ada", "Bo"))
    accept(at.button(key="take_apart").click().run())

    assert before == SPRINGFIELD
    assert at.text_input(key="to_name").value == "Bo Example"
