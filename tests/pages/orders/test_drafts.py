"""Channels, templates, earlier and unfinished orders."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import places
from tests.pages.conftest import open_page, texts, unfold
from tests.pages.orders.steps import filled, ship


def test_a_channel_sets_the_options_and_the_summary_says_so(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = unfold(filled(sku), "more_open")

    at.selectbox(key="profile").select("Walmart").run()

    assert "packaging and carrier, required: Blank box, Other carriers only" in texts(at)
    ship(at)
    names = {each.name for each in simulator.world.orders["TEST-9"].request.features}
    assert names == {"BLANK_BOX", "BLOCK_AMZL"}


def test_a_template_fills_the_form_under_a_new_number(program: MCFService, sku: str) -> None:
    at = filled(sku)
    at.text_input(key="template_name").input("Gift for Ada")
    at.button(key="keep_template").click().run()

    again = open_page(places.NEW_ORDER)
    again.selectbox(key="template_chosen").select("Gift for Ada").run()

    assert again.text_input(key="to_name").value == "Ada Example"
    assert again.selectbox(key="sku_0").value == sku
    assert again.session_state["number"] not in ("", "TEST-9")


def test_an_earlier_order_is_copied_under_a_new_number(program: MCFService) -> None:
    row = program.orders().iloc[0]
    at = open_page(places.NEW_ORDER)

    options = at.selectbox(key="earlier_chosen").options
    (told,) = [text for text in options if text.startswith(f"{row['displayable_order_id']} ")]
    at.selectbox(key="earlier_chosen").select(told).run()

    assert at.text_input(key="to_name").value == row["recipient"]
    assert at.session_state["number"] != row["displayable_order_id"]


def test_an_unfinished_order_is_left_and_taken_up_again(program: MCFService, sku: str) -> None:
    at = filled(sku)
    draft = at.query_params["draft"]
    at.button(key="later").click().run()
    assert not at.text_input(key="to_name").value

    at.button(key=f"open_{draft}").click().run()

    assert at.text_input(key="to_name").value == "Ada Example"
    assert at.selectbox(key="sku_0").value == sku


def test_the_options_below_can_be_kept_for_a_channel_and_begin_every_order(
    program: MCFService, sku: str
) -> None:
    at = unfold(filled(sku), "more_open")
    at.toggle(key="hold").set_value(True)
    at.text_input(key="profile_name").input("Flea market")
    at.toggle(key="profile_first").set_value(True)
    at.button(key="keep_profile").click().run()

    again = open_page(places.NEW_ORDER)

    assert again.session_state["profile"] == "Flea market"
    assert again.session_state["hold"] is True
    assert not again.session_state["more_open"]
