"""The page that ships an order."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Radio

from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.orders.form import Typed, TypedLine
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import RoleMissing
from mcf.store.documents import DocumentKind
from pages.parts.common import places
from tests.pages.conftest import open_page, texts, unfold

RECIPIENT = {
    "to_name": "Ada Example",
    "to_line1": "100 Example Street",
    "to_city": "Springfield",
    "to_state": "IL",
    "to_zip": "62701",
}


def submits(at: AppTest) -> list[Button]:
    """The button that ships the order: one, or none while it can't be shipped."""
    return [button for button in at.button if str(button.key).startswith("submit-")]


def ship(at: AppTest) -> AppTest:
    """Presses it."""
    (button,) = submits(at)
    return button.click().run()


def speeds(at: AppTest) -> Radio[str]:
    """The choice of delivery speeds."""
    (found,) = [radio for radio in at.radio if str(radio.key).startswith("speeds_")]
    return found


def filled(sku: str, **changed: str) -> AppTest:
    """The form with a recipient, an item and the number TEST-9."""
    at = open_page(places.NEW_ORDER)
    for key, value in {**RECIPIENT, "number": "TEST-9", **changed}.items():
        at.text_input(key=key).input(value)
    at.selectbox(key="sku_0").select(sku)
    return at.run()


def test_what_is_missing_is_named_before_a_preview(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER)

    assert "Still needed" in texts(at)
    assert "ZIP code" in texts(at)
    assert not submits(at)


def test_the_preview_shows_every_speed_with_fee_and_dates(program: MCFService, sku: str) -> None:
    at = filled(sku)

    offered = speeds(at)
    assert offered.value == "Standard"
    assert offered.options[:2] == ["Standard", "Expedited"]
    assert all("USD" in told and "arrives" in told for told in offered.proto.captions)
    assert submits(at)


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


def test_two_items_can_be_sent_and_one_taken_out_again(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = filled(sku)
    at.button(key="add_line").click().run()
    at.selectbox(key="sku_1").select(sku).run()
    at.button(key="remove_0").click().run()

    ship(at)

    items = client.get_fulfillment_order("TEST-9").fulfillment_order_items
    assert [item.seller_sku for item in items] == [sku]


def test_the_form_is_empty_for_the_next_order_and_has_a_new_number(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    ship(at)

    at.button(key="next_order").click().run()

    assert not at.text_input(key="to_name").value
    assert at.text_input(key="number").value not in ("", "TEST-9")


def test_a_held_order_waits_at_amazon(program: MCFService, client: MCFClient, sku: str) -> None:
    at = filled(sku)
    at.toggle(key="hold").set_value(True).run()

    ship(at)

    assert client.get_fulfillment_order("TEST-9").fulfillment_order.fulfillment_action == "Hold"


def test_a_shop_number_is_kept_on_the_slip_and_made_fit_for_amazon(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    at = filled(sku, number="#9/a")
    assert "Amazon gets it as 9-a" in texts(at)

    ship(at)

    assert client.get_fulfillment_order("9-a").fulfillment_order.displayable_order_id == "#9/a"


def test_a_number_that_is_none_blocks_the_button_with_a_sentence_at_its_field(
    program: MCFService, sku: str
) -> None:
    at = filled(sku, number="..")

    assert not submits(at)
    assert "isn't one that Amazon takes" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


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
    assert program.submissions() == []


def test_a_number_that_was_used_is_warned_of_and_not_sent_again(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    used = program.orders()["seller_fulfillment_order_id"].iloc[0]
    at = filled(sku, number=used)
    assert "There is an order with this number already" in texts(at)

    ship(at)

    assert f"Amazon has another order under the number {used}" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_amazon_out_of_reach_is_told_and_nothing_typed_is_lost(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    simulator.stop()

    ship(at)

    assert "was not sent" in texts(at)
    assert at.text_input(key="to_name").value == "Ada Example"


def test_more_than_there_is_says_why_it_cannot_ship(program: MCFService, sku: str) -> None:
    at = filled(sku)

    at.text_input(key="units_0").input("250").run()

    assert "Not enough of" in texts(at)
    assert not submits(at)


def test_an_order_that_looks_sent_twice_is_sent_only_when_it_is_meant_to_be(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    ship(filled(sku))
    assert simulator.requests.count("createFulfillmentOrder") == 1

    at = filled(sku, number="TEST-10", to_name="ADA EXAMPLE", to_zip="62701-1234")
    assert "Sent twice? The same goods go to the same person in order TEST-9" in texts(at).replace(
        "**", ""
    )
    assert submits(at)[0].disabled

    at.checkbox(key="repeat-TEST-9").check().run()
    assert not submits(at)[0].disabled
    ship(at)

    assert "Amazon has order TEST-10" in texts(at)
    assert "TEST-10" in simulator.world.orders


@pytest.mark.parametrize("other", [{"to_name": "Bob Example"}, {"to_line1": "9 Other Road"}])
def test_the_same_goods_for_somebody_else_need_no_second_thought(
    program: MCFService, sku: str, other: dict[str, str]
) -> None:
    ship(filled(sku))

    at = filled(sku, number="TEST-10", **other)

    assert "Sent twice?" not in texts(at)
    assert not submits(at)[0].disabled


def test_a_link_from_the_stock_puts_the_sku_into_the_form(program: MCFService, sku: str) -> None:
    at = open_page(places.NEW_ORDER, item=sku)

    assert at.selectbox(key="sku_0").value == sku


def test_several_skus_from_the_stock_get_a_line_each_and_none_twice(program: MCFService) -> None:
    first, second, third = program.inventory()["seller_sku"].tolist()[:3]
    at = open_page(places.NEW_ORDER, item=[first, second])
    assert [at.selectbox(key=f"sku_{n}").value for n in (0, 1)] == [first, second]

    at.query_params["item"] = [second, third]
    at.run()

    assert [at.selectbox(key=f"sku_{n}").value for n in (0, 1, 2)] == [first, second, third]
    assert "item" not in at.query_params


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("units_0", "300", "300 are too many: Amazon takes 250"),
        ("to_zip", "6270", "is not a ZIP code of the United States"),
        ("comment", "x" * 751, "is too long: Amazon takes 750 characters"),
    ],
)
def test_what_amazon_would_refuse_blocks_the_button_with_a_sentence(
    program: MCFService, simulator: Simulator, sku: str, key: str, text: str, told: str
) -> None:
    at = filled(sku)

    at.text_input(key=key).input(text).run()

    assert not submits(at)
    assert told in texts(at)
    assert at.text_input(key=key).value == text
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_what_is_wrong_in_a_folded_field_is_told_although_it_is_folded_again(
    program: MCFService, sku: str
) -> None:
    at = unfold(filled(sku), "rare_open", "more_0")
    at.text_input(key="emails").input("ada@")
    at.text_input(key="value_0").input("12,50").run()
    at.session_state["rare_open"] = at.session_state["more_0"] = False

    at.run()

    assert not submits(at)
    assert "'ada@' isn't an e-mail address" in texts(at)
    assert "'12,50' isn't an amount; write it like 12.50" in texts(at)


def test_a_gift_message_that_is_too_long_is_kept_whole_and_refused(
    program: MCFService, sku: str
) -> None:
    at = unfold(filled(sku), "more_0")

    at.text_area(key="gift_0").input("g" * 513).run()

    assert not submits(at)
    assert "is too long: Amazon takes 512 characters" in texts(at)
    assert at.text_area(key="gift_0").value == "g" * 513


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


def test_a_line_without_a_product_is_not_left_out_silently(program: MCFService, sku: str) -> None:
    at = filled(sku)

    at.button(key="add_line").click().run()

    assert not submits(at)
    assert "is needed: choose one, or remove the line" in texts(at)


def test_a_typed_form_survives_a_reload_of_the_page(program: MCFService, sku: str) -> None:
    at = filled(sku)
    at.text_input(key="units_0").input("3").run()
    draft = at.query_params["draft"]

    again = open_page(places.NEW_ORDER, draft=draft)

    assert again.text_input(key="to_name").value == "Ada Example"
    assert again.text_input(key="units_0").value == "3"
    assert again.text_input(key="number").value == "TEST-9"
    assert again.selectbox(key="sku_0").value == sku
    assert submits(again)


def test_a_draft_is_gone_when_its_order_was_followed_by_the_next(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    draft = at.query_params["draft"]
    ship(at)
    at.button(key="next_order").click().run()

    again = open_page(places.NEW_ORDER, draft=draft)

    assert not again.text_input(key="to_name").value
    assert program.kept.all(DocumentKind.DRAFT) == []


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


def test_a_pasted_address_is_taken_apart(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER)

    at.text_area(key="pasted").input("Ada Example\n100 Example Street\nSpringfield, IL 62701")
    at.button(key="take_apart").click().run()

    typed = {key: at.text_input(key=key).value for key in RECIPIENT}
    assert typed == RECIPIENT


def test_speeds_that_this_program_does_not_know_are_told_apart_and_not_sent(
    program: MCFService, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = MCFService.preview

    def preview(*args: Any, **options: Any) -> tuple[FulfillmentPreview, ...]:
        first, *rest = usual(*args, **options)
        new = ("SameDay", "SAME_DAY", "BY_ROCKET")
        return (
            first,
            *(first.model_copy(update={"shipping_speed_category": n}) for n in new),
            *rest,
        )

    monkeypatch.setattr(MCFService, "preview", preview)
    at = filled(sku)

    assert speeds(at).options[:4] == ["Standard", "Same day", "Same day", "By rocket"]
    speeds(at).set_value("BY_ROCKET").run()
    assert "'BY_ROCKET' is none of Standard" in texts(at)
    assert not submits(at)
    assert list(at.dataframe[0].value)[1:5] == ["Standard", "Same day", "Same day (2)", "By rocket"]


def test_a_recipient_of_lately_fills_the_form(program: MCFService, sku: str) -> None:
    ship(filled(sku)).button(key="next_order").click().run()

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


@pytest.mark.parametrize("told", ["", " · Some product · B000 · 8 can ship"])
def test_a_product_chosen_from_a_list_that_had_another_count_is_that_product(
    program: MCFService, sku: str, told: str
) -> None:
    # A browser that shows an older list gives back its text, as it stands there.
    typed = Typed(to_country="US", number="TEST-9", lines=(TypedLine(sku=f"{sku}{told}"),))
    program.kept.keep(DocumentKind.DRAFT, "old", typed.content())

    at = open_page(places.NEW_ORDER, draft="old")

    assert at.selectbox(key="sku_0").value == sku


def test_a_product_that_is_not_in_stock_stays_what_was_chosen(program: MCFService) -> None:
    typed = Typed(to_country="US", number="TEST-9", lines=(TypedLine(sku="GONE · Old"),))
    program.kept.keep(DocumentKind.DRAFT, "old", typed.content())

    at = open_page(places.NEW_ORDER, draft="old")

    assert at.selectbox(key="sku_0").value == "GONE · Old"
    assert "isn't among your SKUs" in texts(at)


def test_a_channel_sets_the_options_and_the_summary_says_so(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)

    at.selectbox(key="profile").select("Walmart").run()

    assert "required: blank box, other carriers only" in texts(at)
    ship(at)
    names = {each.name for each in simulator.world.orders["TEST-9"].request.features}
    assert names == {"BLANK_BOX", "BLOCK_AMZL"}


def test_a_refusal_of_amazons_stands_at_its_field_until_that_is_changed(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = filled(sku)
    (button,) = submits(at)
    del simulator.world.stocks[program.settings.marketplace.id][sku]

    button.click().run()

    assert "was refused by Amazon: it isn't known there" in texts(at)
    assert at.selectbox(key="sku_0").value == sku


def test_a_template_fills_the_form_under_a_new_number(program: MCFService, sku: str) -> None:
    at = filled(sku)
    at.text_input(key="template_name").input("Gift for Ada")
    at.button(key="keep_template").click().run()

    again = open_page(places.NEW_ORDER)
    again.selectbox(key="template_chosen").select("Gift for Ada").run()

    assert again.text_input(key="to_name").value == "Ada Example"
    assert again.selectbox(key="sku_0").value == sku
    assert again.text_input(key="number").value not in ("", "TEST-9")


def test_an_earlier_order_is_copied_under_a_new_number(program: MCFService) -> None:
    row = program.orders().iloc[0]
    at = open_page(places.NEW_ORDER)

    options = at.selectbox(key="earlier_chosen").options
    (told,) = [text for text in options if text.startswith(f"{row['displayable_order_id']} ")]
    at.selectbox(key="earlier_chosen").select(told).run()

    assert at.text_input(key="to_name").value == row["recipient"]
    assert at.text_input(key="number").value != row["displayable_order_id"]


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
    at = filled(sku)
    at.toggle(key="hold").set_value(True)
    at.text_input(key="profile_name").input("Flea market")
    at.toggle(key="profile_first").set_value(True)
    at.button(key="keep_profile").click().run()

    again = open_page(places.NEW_ORDER)

    assert again.selectbox(key="profile").value == "Flea market"
    assert again.toggle(key="hold").value is True


def test_a_total_above_the_limit_is_sent_only_when_that_is_meant(
    program: MCFService, monkeypatch: pytest.MonkeyPatch, sku: str
) -> None:
    monkeypatch.setenv("MCF_ORDER_LIMIT", "0.50")
    at = filled(sku)
    assert "is above your limit" in texts(at)
    assert submits(at)[0].disabled

    limit = next(box for box in at.checkbox if str(box.key).startswith("limit-"))
    limit.check().run()

    assert not submits(at)[0].disabled


def test_a_hundred_lines_can_be_typed_and_no_more(program: MCFService, sku: str) -> None:
    lines = [{"sku": sku, "units": "1"} for _ in range(100)]
    program.kept.keep(DocumentKind.DRAFT, "long", {"lines": lines, "number": "TEST-9"})

    at = open_page(places.NEW_ORDER, draft="long")

    assert at.text_input(key="units_99").value == "1"
    assert at.button(key="add_line").disabled
    assert "100 lines of 100" in texts(at)
