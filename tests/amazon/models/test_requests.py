"""Requests as models: nothing wrong is sent, and each fault is named as Amazon names its field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest, MCFOrderUpdate, Recipient
from mcf.errors import InvalidInput
from tests.amazon.models.samples import Json

ADDRESS: Json = {
    "name": "Ada Example",
    "address_line1": "100 Example Street",
    "city": "Springfield",
    "state_or_region": "IL",
    "postal_code": "62701",
    "country_code": "US",
}
IN_TOKYO: Json = {
    "country_code": "JP",
    "state_or_region": "東京都",
    "postal_code": "100-0001",
}
ITEM: Json = {"seller_sku": "MUG", "seller_fulfillment_order_item_id": "1", "quantity": 1}
REQUEST: Json = {
    "seller_fulfillment_order_id": "TEST-1",
    "displayable_order_id": "TEST-1",
    "displayable_order_date": datetime(2026, 3, 2, 15, tzinfo=UTC),
    "displayable_order_comment": "Thank you.",
    "shipping_speed_category": "Standard",
    "destination_address": ADDRESS,
    "items": [ITEM],
}


def problems(**changes: Any) -> dict[str, str]:
    """What is wrong with an order in which only this was changed."""
    with pytest.raises(InvalidInput) as caught:
        MCFOrderRequest.of(**{**REQUEST, **changes})
    return caught.value.problems


def test_an_order_typed_in_becomes_what_amazon_takes() -> None:
    request = MCFOrderRequest.of(**REQUEST)

    assert request.to_api() == {
        "sellerFulfillmentOrderId": "TEST-1",
        "displayableOrderId": "TEST-1",
        "displayableOrderDate": "2026-03-02T15:00:00Z",
        "displayableOrderComment": "Thank you.",
        "shippingSpeedCategory": "Standard",
        "destinationAddress": {
            "name": "Ada Example",
            "addressLine1": "100 Example Street",
            "city": "Springfield",
            "stateOrRegion": "IL",
            "postalCode": "62701",
            "countryCode": "US",
        },
        "items": [{"sellerSku": "MUG", "sellerFulfillmentOrderItemId": "1", "quantity": 1}],
    }


def test_speed_action_and_policy_are_sent_in_amazons_spelling() -> None:
    request = MCFOrderRequest.of(
        **{**REQUEST, "shipping_speed_category": "EXPEDITED"},
        fulfillment_action="hold",
        fulfillment_policy="fillall",
    )

    assert request.shipping_speed_category == "Expedited"
    assert request.fulfillment_action == "Hold"
    assert request.fulfillment_policy == "FillAll"


def test_a_wish_left_open_stays_open() -> None:
    assert MCFOrderRequest.of(**REQUEST, fulfillment_policy=None).fulfillment_policy is None


@pytest.mark.parametrize("field", REQUEST)
def test_a_field_left_out_is_named_as_amazon_names_it(field: str) -> None:
    rest = {name: value for name, value in REQUEST.items() if name != field}

    with pytest.raises(InvalidInput) as caught:
        MCFOrderRequest.of(**rest)

    assert caught.value.problems == {
        MCFOrderRequest.model_fields[field].alias: "is needed",
    }


def test_all_that_is_wrong_is_named_at_once() -> None:
    found = problems(shipping_speed_category="Warp", displayable_order_comment="", items=[])

    assert set(found) == {"shippingSpeedCategory", "displayableOrderComment", "items"}


@pytest.mark.parametrize(
    ("field", "typed", "named", "problem"),
    [
        ("seller_fulfillment_order_id", "", "sellerFulfillmentOrderId", "is needed"),
        ("displayable_order_id", None, "displayableOrderId", "is needed"),
        (
            "seller_fulfillment_order_id",
            "x" * 41,
            "sellerFulfillmentOrderId",
            "is too long: Amazon takes 40 characters",
        ),
        (
            "displayable_order_comment",
            "x" * 751,
            "displayableOrderComment",
            "is too long: Amazon takes 750 characters",
        ),
        ("items", [], "items", "at least one is needed"),
        ("displayable_order_date", "2026-03-02", "displayableOrderDate", "a time needs a zone"),
        ("shipping_speed_category", "{Warp}", "shippingSpeedCategory", "'{Warp}' is none of"),
        ("fulfillment_action", "Wait", "fulfillmentAction", "'Wait' is none of Ship, Hold"),
        ("fulfillment_policy", "FillSome", "fulfillmentPolicy", "is none of FillOrKill"),
        (
            "notification_emails",
            ["x" * 65],
            "notificationEmails.0",
            "is too long: Amazon takes 64 characters",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(
    field: str, typed: object, named: str, problem: str
) -> None:
    found = problems(**{field: typed})

    assert set(found) == {named}
    assert problem in found[named]


@pytest.mark.parametrize(
    ("change", "named", "problem"),
    [
        ({"country_code": ""}, "countryCode", "is needed"),
        ({"country_code": "XX"}, "countryCode", "XX is not a country"),
        ({"country_code": "Atlantis"}, "countryCode", "Atlantis is not a country"),
        ({"state_or_region": None}, "stateOrRegion", "is needed"),
        ({"state_or_region": "ZZ"}, "stateOrRegion", "ZZ is not a state of the United States"),
        ({"postal_code": "10001"}, "postalCode", "10001 is a ZIP code of New York"),
        ({"name": ""}, "name", "is needed"),
        ({"address_line1": None}, "addressLine1", "is needed"),
        ({"postal_code": ""}, "postalCode", "is needed"),
        ({"city": None}, "city", "is needed"),
        ({"city": ""}, "city", "is needed"),
        ({**IN_TOKYO, "city": "Chiyoda-ku"}, "city", "is not used in Japan"),
        ({**IN_TOKYO, "city": None, "postal_code": "1"}, "postalCode", "1 is not a postal code"),
    ],
)
def test_an_address_that_amazon_would_refuse_is_not_sent(
    change: Json, named: str, problem: str
) -> None:
    found = problems(destination_address={**ADDRESS, **change})

    assert set(found) == {f"destinationAddress.{named}"}
    assert problem in found[f"destinationAddress.{named}"]


def test_an_address_in_japan_needs_no_city() -> None:
    place = {name: value for name, value in ADDRESS.items() if name != "city"}

    recipient = Recipient.of(**{**place, **IN_TOKYO})

    assert "city" not in recipient.to_api()


def test_an_address_is_sent_as_its_country_writes_it() -> None:
    typed = {"countryCode": "usa", "stateOrRegion": "Illinois", "postalCode": "627011234"}
    named = {"name": "Ada  Example", "addressLine1": "1 Road", "city": "Springfield"}

    sent = MCFOrderRequest.of(**{**REQUEST, "destination_address": {**named, **typed}})

    assert sent.to_api()["destinationAddress"] == {
        "name": "Ada Example",
        "addressLine1": "1 Road",
        "city": "Springfield",
        "countryCode": "US",
        "stateOrRegion": "IL",
        "postalCode": "62701-1234",
    }


def test_an_address_model_is_judged_like_a_typed_one() -> None:
    there = Recipient.model_construct(**{**ADDRESS, "state_or_region": "ZZ"})

    assert set(problems(destination_address=there)) == {"destinationAddress.stateOrRegion"}


def test_an_order_sent_under_older_rules_is_still_read() -> None:
    sent = MCFOrderRequest.of(**REQUEST).to_api()
    sent["destinationAddress"] |= {"stateOrRegion": "ZZ", "postalCode": "sw1a1aa"}

    assert MCFOrderRequest.from_api(sent).to_api() == sent


def test_an_address_read_may_lack_what_one_sent_must_have() -> None:
    bare = {"name": "", "addressLine1": "", "countryCode": "us"}

    assert Address.from_api(bare).to_api() == bare


@pytest.mark.parametrize("order_id", [".", "..", "a/b", "a b", "a?b", "a%b", "a#b", "münchen"])
def test_an_order_number_that_gets_lost_in_an_address_is_refused(order_id: str) -> None:
    found = problems(seller_fulfillment_order_id=order_id)

    assert "letters, digits, '-', '_' and '.' only" in found["sellerFulfillmentOrderId"]


@pytest.mark.parametrize("order_id", ["A-1_b.2", "...", "x" * 40])
def test_an_order_number_of_harmless_characters_is_taken(order_id: str) -> None:
    request = MCFOrderRequest.of(**{**REQUEST, "seller_fulfillment_order_id": order_id})

    assert request.seller_fulfillment_order_id == order_id


def line(number: int, quantity: int) -> Json:
    return {**ITEM, "seller_fulfillment_order_item_id": str(number), "quantity": quantity}


def test_an_order_may_have_a_hundred_lines_and_250_units() -> None:
    lines = [line(number, 2) for number in range(99)] + [line(99, 52)]

    assert len(MCFOrderRequest.of(**{**REQUEST, "items": lines}).items) == 100


def test_a_hundred_and_one_lines_are_too_many() -> None:
    found = problems(items=[line(number, 1) for number in range(101)])

    assert found == {"items": "too many: Amazon takes 100"}


def test_251_units_are_too_many() -> None:
    found = problems(items=[line(1, 250), line(2, 1)])

    assert found == {"order": "251 units, but Amazon takes 250 per order at most"}


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_line_without_units_is_refused(quantity: int) -> None:
    assert problems(items=[line(1, quantity)]) == {"items.0.quantity": "must be at least 1"}


def test_two_lines_must_not_share_an_item_id() -> None:
    assert problems(items=[line(7, 1), line(7, 2)]) == {"order": "item id used twice: 7"}


def test_an_update_sends_only_what_is_to_change() -> None:
    assert MCFOrderUpdate.of(fulfillment_action="Ship").to_api() == {"fulfillmentAction": "Ship"}


def test_a_line_with_a_text_for_a_quantity_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        MCFOrderItem.of(**{**ITEM, "quantity": "two"})

    assert set(caught.value.problems) == {"quantity"}


@pytest.mark.parametrize("quantity", [True, 1.0, "1", 2**31, None])
def test_units_are_a_whole_number_and_nothing_that_could_be_taken_for_one(quantity: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        MCFOrderItem.of(**{**ITEM, "quantity": quantity})

    assert set(caught.value.problems) == {"quantity"}


@pytest.mark.parametrize(
    ("field", "typed", "named"),
    [
        ("gift_message", "x" * 513, "giftMessage"),
        ("displayable_comment", "x" * 251, "displayableComment"),
        ("seller_sku", "x" * 51, "sellerSku"),
        ("gift_message", "Enjoy\x07", "giftMessage"),
        ("gift_mesage", "Enjoy", "giftMesage"),
        ("per_unit_declared_value", {"currency_code": "USD", "value": 9.5}, "perUnitDeclaredValue"),
        ("per_unit_declared_value", {"currency_code": "USD", "value": "1e3"}, "perUnit"),
        ("per_unit_declared_value", {"currency_code": "usd", "value": "9.50"}, "perUnit"),
        ("per_unit_declared_value", {"currency_code": "USD", "value": "9.50", "tax": "1"}, ".tax"),
    ],
)
def test_a_line_that_amazon_would_refuse_or_cut_is_not_sent(
    field: str, typed: object, named: str
) -> None:
    (where,) = problems(items=[{**ITEM, field: typed}])

    assert named in where


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"displayable_order_id": "A  1"}, "displayableOrderId"),
        ({"displayable_order_id": " A1"}, "displayableOrderId"),
        ({"displayable_order_id": "A\u2014\u26041"}, "displayableOrderId"),
        ({"displayable_order_id": "A\t1"}, "displayableOrderId"),
        ({"displayable_order_comment": "Thanks\x00"}, "displayableOrderComment"),
        ({"delivery_preferences": {"delivery_instructions": "x" * 251}}, "deliveryInstructions"),
        ({"delivery_preferences": {"drop_off_location": {"type": "ROOF"}}}, "dropOffLocation"),
        ({"feature_constraints": [{"feature_name": "BLANK_BOX"}]}, "featureFulfillmentPolicy"),
        ({"gift_wrap": True}, "giftWrap"),
        ({"destination_address": {**ADDRESS, "emial": "a@example.com"}}, "emial"),
    ],
)
def test_a_wrong_or_unknown_part_of_an_order_is_named(change: Json, named: str) -> None:
    (where,) = problems(**change)

    assert named in where


def test_a_text_that_is_too_long_is_called_so() -> None:
    found = problems(items=[{**ITEM, "gift_message": "x" * 513}])

    assert found == {"items.0.giftMessage": "is too long: Amazon takes 512 characters"}


def test_letters_of_western_europe_may_name_an_order() -> None:
    assert MCFOrderRequest.of(**{**REQUEST, "displayable_order_id": "Bestellung Süd 1"})


@pytest.mark.parametrize(
    "stored",
    [
        {"items": [{"sellerSku": "x" * 60, "sellerFulfillmentOrderItemId": "1", "quantity": 1}]},
        {"items": [{"sellerSku": "MUG", "quantity": 400, "giftWrap": True}]},
        {"displayableOrderId": "A  1", "novelty": {"of": ["another", "day"]}},
        {"destinationAddress": {"name": "Ada Example", "countryCode": "us"}},
        {"shippingSpeedCategory": "Warp", "featureConstraints": [{"featureName": "OLD"}]},
        {"notificationEmails": ["x" * 70]},
    ],
)
def test_an_order_sent_before_is_read_back_whatever_the_rules_of_today_say(stored: Json) -> None:
    sent = {**MCFOrderRequest.of(**REQUEST).to_api(), **stored}

    request = MCFOrderRequest.from_api(sent)

    assert request.to_api() == sent
    assert request.seller_fulfillment_order_id == "TEST-1"
    assert request.displayable_order_date == REQUEST["displayable_order_date"]
    assert request.items[0].quantity == sent["items"][0]["quantity"]
    assert request.destination_address.name == "Ada Example"


def test_an_order_sent_before_in_an_older_form_lacks_what_is_needed_today() -> None:
    request = MCFOrderRequest.from_api({"sellerFulfillmentOrderId": "TEST-1", "items": []})

    assert request.destination_address is None
    assert request.items == ()
