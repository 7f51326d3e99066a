"""JSON bodies read field by field, and what is refused in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.simulator.api.forms import Form, Refusal, is_decimal, throttled, unauthorized
from mcf.simulator.world.orders import Action, Money


def refusal(of: Refusal) -> str:
    """The message of a refusal, as it is sent."""
    (error,) = of.answer.body["errors"]  # type: ignore[index,misc]
    return str(error["message"])  # type: ignore[index]


def test_what_is_not_an_object_is_refused() -> None:
    with pytest.raises(Refusal) as whole:
        Form([1])
    with pytest.raises(Refusal) as part:
        Form({"address": 1}).part("address")

    assert refusal(whole.value) == "Invalid Input"
    assert refusal(part.value).startswith("Value  for parameter Address is invalid.")


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(Refusal) as found:
        Form({"sku": "", "items": []}).require("sku", "items", "quantity")

    assert "missing: [Sku, Items, Quantity]" in refusal(found.value)


def test_fields_are_read_by_their_kind() -> None:
    form = Form(
        {
            "name": "Maren",
            "quantity": 2,
            "gift": True,
            "action": "Hold",
            "at": "2026-03-04T15:00:00Z",
            "price": {"currencyCode": "USD", "value": "1.50"},
            "emails": ["a@example.com"],
            "attributes": {"id": "7"},
        }
    )

    assert form.text("name") == "Maren"
    assert form.whole("quantity") == 2
    assert form.flag("gift") is True
    assert form.choice("action", Action) is Action.HOLD
    assert form.moment("at") == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert form.money("price") == Money("USD", "1.50")
    assert form.texts("emails") == ("a@example.com",)
    assert form.attributes("attributes") == {"id": "7"}


def test_what_is_absent_is_empty() -> None:
    form = Form({})

    assert (form.text("x"), form.flag("x"), form.moment("x"), form.money("x")) == (
        "", False, None, None,
    )  # fmt: skip
    assert (form.parts("x"), form.texts("x"), form.attributes("x")) == ([], (), {})
    assert form.optional("x", Form.has) is None  # type: ignore[arg-type]
    assert form.choice("x", Action, Action.SHIP) is Action.SHIP


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", 1),
        ("text", "\ud800"),
        ("whole", True),
        ("whole", "2"),
        ("whole", 0),
        ("whole", 2**31),
        ("flag", "yes"),
        ("moment", "noon"),
        ("money", {"currencyCode": "USD", "value": "NaN"}),
        ("money", {"currencyCode": "USD", "value": 1}),
        ("parts", {}),
        ("texts", [1]),
        ("attributes", {"id": 7}),
    ],
)
def test_a_value_of_another_kind_is_refused(method: str, value: object) -> None:
    with pytest.raises(Refusal):
        getattr(Form({"field": value}), method)("field")


def test_a_text_that_is_too_long_is_refused_and_repeated() -> None:
    with pytest.raises(Refusal) as found:
        Form({"comment": "abc"}).text("comment", longest=2)

    assert refusal(found.value) == (
        "Value abc for parameter Comment is invalid. Reason: InvalidValue."
    )


@pytest.mark.parametrize("text", ["1", "-1.50", "1e3"])
def test_a_decimal_is_one(text: str) -> None:
    assert is_decimal(text)


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1,5", "--", "0x1"])
def test_what_is_no_decimal_is_none(text: str) -> None:
    assert not is_decimal(text)


def test_errors_of_the_gateway_have_their_type_in_a_header() -> None:
    assert throttled().headers == {"x-amzn-ErrorType": "TooManyRequestsException"}
    assert unauthorized().headers == {"x-amzn-ErrorType": "AccessDeniedException"}
