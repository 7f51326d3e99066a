"""A form is kept and made again as it was typed, and holds the options of a sales channel."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mcf.errors import InvalidInput
from mcf.orders import form
from mcf.orders.form import Typed, TypedLine, number_after, typed_as_it_stands, typed_of
from mcf.orders.validation import judge
from tests.orders.test_validation import ADA, NOW, US, body


def test_a_form_kept_as_json_is_the_same_form() -> None:
    typed = ADA.model_copy(update={"features": {"BLANK_BOX": "Required"}, "hold": True})

    assert Typed.from_content(json.loads(json.dumps(typed.content()))) == typed


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(InvalidInput, match="can't be read"):
        Typed.from_content({"lines": "none"})


def test_the_form_of_an_order_that_was_sent_is_the_one_that_was_typed() -> None:
    typed = ADA.model_copy(
        update={
            "lines": (TypedLine(sku="A-1", units="2", gift="Hi", value="9.50"),),
            "features": {"BLANK_BOX": "Required"},
            "emails": "a@example.com",
            "hold": True,
        }
    )

    assert typed_of(body(judge(typed, US, NOW))) == typed


def test_the_form_of_a_strange_order_is_as_far_filled_as_it_can_be() -> None:
    typed = typed_of({"destinationAddress": {"name": 7, "city": "Bonn"}, "items": [{}]})

    assert (typed.to_name, typed.to_city, typed.lines[0].sku) == ("", "Bonn", "")


WHOLE: dict[str, Any] = {
    "displayableOrderId": "1001",
    "displayableOrderComment": "Thank you",
    "fulfillmentAction": "Hold",
    "destinationAddress": {"name": "Ada Example", "city": "Bonn"},
    "deliveryPreferences": {
        "deliveryInstructions": "Ring twice",
        "dropOffLocation": {"type": "GARAGE", "attributes": {"houseNumber": "7"}},
    },
    "codSettings": {"isCodRequired": True, "codCharge": {"currencyCode": "JPY", "value": "9"}},
    "paymentInformation": [{"paymentTransactionId": "7", "paymentDate": "2026-03-02T00:00:00Z"}],
    "notificationEmails": ["a@example.com"],
    "featureConstraints": [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}],
    "items": [
        {
            "sellerSku": "A-1",
            "sellerFulfillmentOrderItemId": "1",
            "quantity": 2,
            "giftMessage": "Hi",
            "perUnitDeclaredValue": {"currencyCode": "JPY", "value": "9.50"},
        }
    ],
}
NOTHING = [None, [], {}, "", 0]
STRANGE = [True, 7, math.nan, "x", [None], [7], [[]], {"x": []}, [{"x": None}]]


def replaced(part: Any, value: object) -> Iterator[Any]:
    """The part with this value in place of each of its parts, and of itself."""
    yield value
    keys = [*part] if isinstance(part, dict) else range(len(part) if isinstance(part, list) else 0)
    for key in keys:
        for other in replaced(part[key], value):
            whole = copy.copy(part)
            whole[key] = other
            yield whole


@pytest.mark.parametrize("value", [*NOTHING, *STRANGE], ids=repr)
def test_an_order_of_which_any_part_is_spoiled_has_a_form(value: object) -> None:
    _, *spoiled = replaced(WHOLE, value)

    forms = [typed_of(order) for order in spoiled]
    named = [typed_as_it_stands("1001", order) for order in spoiled]

    assert len(spoiled) > 25
    assert {form.number for form in forms} <= {"1001", "", "x"}
    assert "nan" not in repr([*forms, *named])


def test_orders_that_take_anothers_place_are_counted() -> None:
    assert number_after("1001", lambda _: False) == "1001-R2"
    assert number_after("1001-R2", {"1001-R3"}.__contains__) == "1001-R4"
    assert len(number_after("N" * 40, lambda _: False)) <= 40


OF_A_CHANNEL = Typed(
    to_name="Ada Example", number="TEST-9", features={"OVERBOX": "Required"}, hold=True
)


def test_a_channel_sets_its_options_and_leaves_recipient_and_number() -> None:
    applied = form.applied(OF_A_CHANNEL, "Walmart", form.BUILT_IN["Walmart"])

    assert applied.features == {"BLANK_BOX": "Required", "BLOCK_AMZL": "Required"}
    assert not applied.hold
    assert (applied.to_name, applied.number, applied.profile) == (
        "Ada Example",
        "TEST-9",
        "Walmart",
    )


def test_options_kept_and_applied_again_are_the_same() -> None:
    content = form.content_of(OF_A_CHANNEL)

    again = form.applied(Typed(), "Mine", content)

    assert (again.features, again.hold) == ({"OVERBOX": "Required"}, True)
    assert "to_name" not in content


def test_a_profile_that_was_damaged_is_refused() -> None:
    with pytest.raises(InvalidInput):
        form.applied(Typed(), "Mine", {"features": "all"})


TYPED = Typed(to_name="Ada Example", number="TEST-9", features={"OVERBOX": "Required"}, hold=True)


def test_only_one_channel_is_the_first() -> None:
    own = {"eBay": {"first": True, "hold": True}, "Etsy": {"first": False}}

    changed = form.kept_as_profile("Etsy", TYPED, own, first=True)

    assert list(changed) == ["Etsy", "eBay"]  # A refused name leaves the first what it was.
    assert changed["eBay"] == {"first": False, "hold": True}
    assert [name for name, content in changed.items() if content["first"]] == ["Etsy"]


def test_a_channel_that_is_not_the_first_leaves_the_others_alone() -> None:
    own = {"eBay": {"first": True}, "Etsy": {"first": True}}

    changed = form.kept_as_profile("Etsy", TYPED, own, first=False)

    assert list(changed) == ["Etsy"]
    assert changed["Etsy"]["first"] is False


def test_an_order_begins_with_the_channel_that_is_first() -> None:
    own = {"Etsy": {"first": False}, "Mine": {"first": True, "hold": True}}

    typed = form.blank("US", "MCF-1", own)

    assert (typed.profile, typed.hold, typed.number, typed.to_country) == (
        "Mine",
        True,
        "MCF-1",
        "US",
    )
    assert form.blank("US", "MCF-1", {}).profile == ""


def test_an_own_channel_takes_the_place_of_one_of_the_beginning() -> None:
    mine = {"hold": True}

    profiles = form.profiles({"Zebra": {}, "eBay": mine, "Alpaca": {}})

    assert list(profiles) == ["Own shop", "eBay", "Walmart", "Etsy", "Alpaca", "Zebra"]
    assert profiles["eBay"] is mine


def test_a_new_number_has_the_day_and_no_letters_that_look_alike() -> None:
    number = form.fresh_number(date(2026, 3, 2))

    assert re.fullmatch(r"MCF-260302-[2-9A-HJ-NP-Z]{5}", number)


def test_a_template_is_filled_in_under_another_number() -> None:
    assert form.from_template(TYPED.content(), "NEW-1").number == "NEW-1"
    assert form.from_template(TYPED.content(), "NEW-1").to_name == "Ada Example"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({}, "nobody yet: nothing yet"),
        ({"to_name": "Ada", "lines": [{"sku": "A"}]}, "Ada: 1 x A"),
        (
            {"lines": [{"sku": "A", "units": "2"}, {"sku": "B"}, {"sku": "C"}, {"sku": ""}]},
            "nobody yet: 2 x A, 1 x B and 1 more",
        ),
    ],
)
def test_a_kept_form_is_told_in_a_line(content: dict[str, Any], line: str) -> None:
    assert form.summary(content) == line


def test_an_order_in_anothers_place_has_a_number_of_its_own_and_names_it() -> None:
    typed = form.in_place_of(TYPED, "TEST-9", lambda _: False)

    assert (typed.number, typed.replaces, typed.amazon_number) == ("TEST-9-R2", "TEST-9", "")
