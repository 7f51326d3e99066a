"""Fees and dates of each speed, and the button below them."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.orders.previews import Previews
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from pages.parts.common import places, session
from tests.pages.conftest import open_page, texts
from tests.pages.orders.steps import filled, ship, speeds, submits


def test_an_empty_form_says_what_will_be_shown(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER)

    assert "Here you'll see what each delivery speed costs" in texts(at)
    assert "needed" not in texts(at)
    assert not submits(at)


def test_what_is_missing_is_named_in_the_order_of_the_form(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER)

    at.text_input(key="to_name").input("Ada Example").run()

    assert "fees and dates: Street and number, City, State, ZIP code, Product" in texts(at)
    assert at.button(key="not_yet").label == "Street and number is needed"
    assert at.button(key="not_yet").disabled
    assert not submits(at)


def test_the_preview_shows_every_speed_with_fee_and_dates(program: MCFService, sku: str) -> None:
    at = filled(sku)

    offered = speeds(at)
    assert offered.value == "Standard"
    assert offered.options[:2] == ["Standard", "Expedited"]
    assert all("USD" in told and "arrives" in told for told in offered.proto.captions)
    assert submits(at)


def test_amazon_out_of_reach_is_told_and_nothing_typed_is_lost(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    simulator.stop()

    ship(at)

    assert "was not sent" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_amazon_that_is_busy_is_asked_again_by_itself(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    busy = simulator.faults.add(faults.Throttled(operations=["getFulfillmentPreview"]))
    at = filled(sku)
    assert "Amazon is busy, trying again in 10 seconds." in texts(at).replace("**", "")
    assert "quota" not in texts(at)
    assert not submits(at)
    asked = simulator.requests.count("getFulfillmentPreview")

    at.text_input(key="to_name").input("Bob Example").run()
    assert "Amazon is busy" in texts(at)
    assert simulator.requests.count("getFulfillmentPreview") == asked

    simulator.faults.remove(busy)
    at.session_state[session.BUSY] = 0.0
    at.run()

    assert "Amazon is busy" not in texts(at)
    assert at.text_input(key="to_name").value == "Bob Example"
    assert submits(at)


def test_amazon_that_is_busy_can_be_asked_at_once(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    busy = simulator.faults.add(faults.Throttled(operations=["getFulfillmentPreview"]))
    at = filled(sku)
    simulator.faults.remove(busy)

    at.button(key="ask_again").click().run()

    assert "Amazon is busy" not in texts(at)
    assert submits(at)


def test_more_than_there_is_says_why_it_cannot_ship(program: MCFService, sku: str) -> None:
    at = filled(sku)

    at.text_input(key="units_0").input("250").run()

    assert "Not enough of" in texts(at)
    assert not submits(at)


def test_the_chosen_speed_stays_when_units_change(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = filled(sku)
    speeds(at).set_value("Expedited").run()

    at.text_input(key="units_0").input("2").run()

    assert speeds(at).value == "Expedited"
    assert "as Expedited" in texts(at)
    ship(at)
    sent = client.get_fulfillment_order("TEST-9").fulfillment_order
    assert sent.shipping_speed_category == "Expedited"


def test_a_speed_that_is_no_longer_offered_blocks_the_button_until_another_is_chosen(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    speeds(at).set_value("Priority").run()

    at.text_input(key="to_state").input("AK")
    at.text_input(key="to_city").input("Anchorage")
    at.text_input(key="to_zip").input("99501").run()

    assert not submits(at)
    assert "Priority is chosen, but isn't offered for this order" in texts(at).replace("**", "")
    speeds(at).set_value("Standard").run()
    ship(at)
    assert simulator.world.orders["TEST-9"].request.speed == "Standard"


def test_a_click_on_a_summary_that_has_changed_since_sends_nothing(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    (before,) = submits(at)

    at.text_input(key="units_0").input("3")
    before.click().run()

    assert simulator.requests.count("createFulfillmentOrder") == 0
    assert f"3 x {sku}" in texts(at)
    ship(at)
    assert simulator.world.orders["TEST-9"].request.lines[0].quantity == 3


def test_speeds_that_this_program_does_not_know_are_told_apart_and_not_sent(
    program: MCFService, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Previews.ask

    def preview(*args: Any, **options: Any) -> tuple[FulfillmentPreview, ...]:
        first, *rest = usual(*args, **options)
        new = ("SameDay", "SAME_DAY", "BY_ROCKET")
        return (
            first,
            *(first.model_copy(update={"shipping_speed_category": n}) for n in new),
            *rest,
        )

    monkeypatch.setattr(Previews, "ask", preview)
    at = filled(sku)

    assert speeds(at).options[:4] == ["Standard", "Same day", "Same day", "By rocket"]
    speeds(at).set_value("BY_ROCKET").run()
    assert "'BY_ROCKET' is none of Standard" in texts(at)
    assert not submits(at)
    assert list(at.table[0].value)[:4] == ["Standard", "Same day", "Same day (2)", "By rocket"]
