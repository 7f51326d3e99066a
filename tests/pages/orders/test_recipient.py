"""Whom an order goes to."""

from __future__ import annotations

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import filled, ship, submits


def test_the_fields_are_those_of_the_country(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER)

    at.selectbox(key="to_country").select("JP").run()

    keys = [field.key for field in at.text_input]
    assert "to_city" not in keys
    assert keys.index("to_zip") < keys.index("to_line1")
    assert at.text_input(key="to_state").label == "Prefecture"


def test_what_was_typed_in_a_field_that_another_country_lacks_is_told_not_dropped(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)

    at.selectbox(key="to_country").select("JP").run()

    assert at.text_input(key="to_city").value == "Springfield"
    assert "is not used in Japan: put it into the address lines" in texts(at)
    assert not submits(at)


def test_a_recipient_of_lately_fills_the_form(program: MCFService, sku: str) -> None:
    ship(filled(sku))

    at = open_page(places.NEW_ORDER)
    lately = next(it for it in at.selectbox(key="recent").options if it.startswith("Ada Example,"))
    at.selectbox(key="recent").select(lately).run()

    assert at.text_input(key="to_name").value == "Ada Example"
    assert at.text_input(key="to_zip").value == "62701"


def test_two_recipients_who_read_alike_are_each_chosen(program: MCFService, sku: str) -> None:
    for number, street in enumerate(("100 Example Street", "7 Other Road")):
        ship(filled(sku, to_line1=street, number=f"TEST-{number}"))

    for street in ("100 Example Street", "7 Other Road"):
        at = open_page(places.NEW_ORDER)
        (told,) = [text for text in at.selectbox(key="recent").options if street in text]
        at.selectbox(key="recent").select(told).run()
        assert at.text_input(key="to_line1").value == street


def test_a_city_far_from_its_zip_code_is_asked_about_and_may_be_sent(
    program: MCFService, sku: str
) -> None:
    at = filled(sku, to_city="Dallas", to_state="TX", to_zip="78701")

    assert "ZIP code 78701 is some 270 km from Dallas. Is one of them mistaken?" in texts(at)
    assert submits(at)
