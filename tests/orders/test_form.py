"""A form is kept and made again as it was typed, and holds the options of a sales channel."""

from __future__ import annotations

import json

import pytest

from mcf.errors import InvalidInput
from mcf.orders import form
from mcf.orders.form import Typed, TypedLine, number_after, typed_of
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
