"""A whole address pasted into the form."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from pages.parts.common import places
from pages.parts.orders import pasting
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import RECIPIENT, submits

SPRINGFIELD = "Ada Example\n100 Example Street\nSpringfield, IL 62701"


def paste(text: str) -> AppTest:
    """The form with this text in its box."""
    at = open_page(places.NEW_ORDER)
    return at.text_area(key="pasted").input(text).run()


def recipient(at: AppTest) -> dict[str, str | None]:
    return {key: at.text_input(key=key).value for key in RECIPIENT}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Ada Example", True),
        ("Müller, Hans", True),
        ("O'Neill & Sons", True),
        ("山田太郎", True),
        ("", True),
        ("100 Example Street", False),
        ("Ada Example, Example Road, Springfield, IL", False),
        ("ada@example.com", False),
        (SPRINGFIELD, False),
    ],
)
def test_a_name_is_told_from_an_address(text: str, is_one: bool) -> None:
    assert pasting.is_name(text) is is_one


def test_a_name_becomes_the_name_and_a_pasted_address_fills_the_form(program: MCFService) -> None:
    at = paste("Bo Example")
    first = recipient(at)
    at.text_area(key="pasted").input(SPRINGFIELD).run()
    second = recipient(at)
    emptied = at.text_area(key="pasted").value
    at.button(key="change_pasted").click().run()

    assert first == dict.fromkeys(RECIPIENT, "") | {"to_name": "Bo Example"}
    assert second == RECIPIENT
    assert emptied == ""
    assert recipient(at) == first
    assert at.text_area(key="pasted").value == SPRINGFIELD


def test_what_is_doubtful_is_marked_and_shipped_only_when_it_is_right(
    program: MCFService, sku: str
) -> None:
    at = paste("Ada Example\nExample Street\nSpringfield, IL 62701\nUSA")
    at.selectbox(key="sku_0").select(sku).run()
    said, (button,) = texts(at), submits(at)
    at.text_input(key="to_line1").input("100 Example Street").run()

    assert "Example Street**. There's no house number in it." in said
    assert button.disabled
    assert "house number" not in texts(at)
    assert not submits(at)[0].disabled


def test_a_country_that_is_only_guessed_is_proposed_and_said(program: MCFService) -> None:
    at = paste("Jane Roe\n5 High Street\nLondon\nSW1A 1AA")

    assert "SW1A 1AA is a postcode of the United Kingdom, so that's proposed" in texts(at)
    assert at.selectbox(key="to_country").value == "GB"
    assert at.text_input(key="to_city").value == "London"


@pytest.mark.parametrize(("code", "city"), [("US", "Austin"), ("DE", "Austin TX")])
def test_an_impossible_combination_is_asked_before_it_fills_the_form(
    program: MCFService, code: str, city: str
) -> None:
    at = paste("Tom\n1 Road\nAustin TX 78701\nGermany")
    asked, before = texts(at), at.text_input(key="to_city").value
    at.button(key=f"pasted_country_{code}").click().run()

    assert "TX 78701 is in Texas" in asked
    assert before == ""
    assert at.selectbox(key="to_country").value == code
    assert at.text_input(key="to_city").value == city


def test_an_email_is_offered_for_notification(program: MCFService) -> None:
    at = paste(f"{SPRINGFIELD}\nbob@example.com")
    before = at.session_state["emails"] or ""
    at.button(key="pasted_mail").click().run()

    assert before == ""
    assert at.session_state["emails"] == "bob@example.com"


def test_what_another_program_spoiled_is_taken_as_meant_with_one_click(program: MCFService) -> None:
    at = paste("Pat O&#39;Neill\n13 O&#39;Neill Street\nundefined\nSpringfield, IL 62701")
    shown = texts(at)
    at.button(key="paste_meant").click().run()

    assert "13 O'Neill Street is probably meant" in shown
    assert at.text_input(key="to_name").value == "Pat O'Neill"
    assert at.text_input(key="to_line1").value == "13 O'Neill Street"
    assert not at.session_state["to_line2"]


def test_an_apartment_that_was_pasted_opens_what_it_is_in(program: MCFService) -> None:
    at = paste("Ada Example\n100 Example Street\nApt 4\nSpringfield, IL 62701\n+1 217 555 0142")

    assert at.text_input(key="to_line2").value == "Apt 4"
    assert at.text_input(key="to_phone").value
    at.session_state["more_open"] = False
    at.run()
    assert "Filled in there: Phone, Apartment, company, floor" in texts(at)
    assert at.session_state["to_line2"] == "Apt 4"
