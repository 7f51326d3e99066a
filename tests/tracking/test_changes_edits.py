"""A change of an order on hold asks Amazon for what was changed in the form, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mcf.marketplaces import MARKETPLACES
from mcf.orders.form import Typed, typed_as_it_stands
from mcf.orders.validation import judge
from mcf.tracking.changes import Edit, edit_of

US = MARKETPLACES["ATVPDKIKX0DER"]
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ORDER = {
    "displayableOrderId": "#1001",
    "displayableOrderComment": "Mind the dog.",
    "shippingSpeedCategory": "Standard",
    "fulfillmentAction": "Hold",
    "fulfillmentPolicy": "FillOrKill",
    "notificationEmails": ["ada@example.com"],
    "featureConstraints": [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}],
    "destinationAddress": {
        "name": "Ada Example",
        "addressLine1": "100 Example Street",
        "city": "Springfield",
        "stateOrRegion": "IL",
        "postalCode": "62701",
        "countryCode": "US",
    },
    "items": [
        {"sellerSku": "A", "sellerFulfillmentOrderItemId": "first", "quantity": 2},
        {
            "sellerSku": "B",
            "sellerFulfillmentOrderItemId": "second",
            "quantity": 1,
            "giftMessage": "Hi",
        },
    ],
}
BEFORE = typed_as_it_stands("1001", ORDER)


def edited(**fields: Any) -> Edit:
    return edit_of(BEFORE, judge(BEFORE.model_copy(update=fields), US, NOW))


def asked(edit: Edit) -> dict[str, Any]:
    assert edit.update is not None, edit.problems
    return {name: value for name, value in edit.update.to_api().items() if value is not None}


def with_line(at: int, **fields: str) -> Edit:
    lines = list(BEFORE.lines)
    lines[at] = lines[at].model_copy(update=fields)
    return edited(lines=tuple(lines))


def test_the_form_of_an_order_on_hold_has_its_number_and_its_lines_names() -> None:
    assert (BEFORE.number, BEFORE.amazon_number, BEFORE.edits) == ("#1001", "1001", "1001")
    assert [line.item_id for line in BEFORE.lines] == ["first", "second"]


def test_nothing_changed_asks_for_nothing() -> None:
    assert edited() == Edit((), None, {})


@pytest.mark.parametrize(
    ("fields", "told", "name", "value"),
    [
        ({"comment": "Ring twice."}, "Note", "displayableOrderComment", "Ring twice."),
        ({"speed": "Expedited"}, "Delivery speed", "shippingSpeedCategory", "Expedited"),
        ({"policy": "FillAll"}, "If a part", "fulfillmentPolicy", "FillAll"),
        ({"emails": "bob@example.com"}, "E-mails", "notificationEmails", ["bob@example.com"]),
        ({"emails": ""}, "E-mails", "notificationEmails", []),
        ({"features": {}}, "Packaging and carrier", "featureConstraints", []),
    ],
)
def test_only_what_was_changed_is_asked_for(
    fields: dict[str, Any], told: str, name: str, value: object
) -> None:
    edit = edited(**fields)

    assert asked(edit) == {name: value}
    assert len(edit.changes) == 1
    assert edit.changes[0].startswith(told)


def test_a_part_of_the_address_changes_with_the_whole_of_it() -> None:
    edit = edited(to_line1="9 Other Road")

    assert asked(edit) == {
        "destinationAddress": {**ORDER["destinationAddress"], "addressLine1": "9 Other Road"}  # type: ignore[dict-item]
    }
    assert edit.changes == ("Street and number: 9 Other Road instead of 100 Example Street",)


def test_one_line_changes_and_all_are_named_as_they_are_to_be() -> None:
    edit = with_line(0, units="3")

    assert [{k: v for k, v in line.items() if v is not None} for line in asked(edit)["items"]] == [
        {"sellerFulfillmentOrderItemId": "first", "quantity": 3},
        {"sellerFulfillmentOrderItemId": "second", "quantity": 1, "giftMessage": "Hi"},
    ]
    assert edit.changes == ("Units of A: 3 instead of 2",)


def test_a_gift_message_is_taken_away_by_an_empty_one() -> None:
    assert asked(with_line(1, gift=""))["items"][1]["giftMessage"] == ""


def test_a_change_can_release_the_order_at_once() -> None:
    released = edited(comment="Ring twice.").released()

    assert released is not None
    assert released.fulfillment_action == "Ship"
    assert released.displayable_order_comment == "Ring twice."


def test_a_line_cannot_be_added() -> None:
    new = BEFORE.lines[0].model_copy(update={"item_id": "", "sku": "C"})

    edit = edited(lines=(*BEFORE.lines, new))

    assert edit.update is None
    assert "can't be added" in edit.problems["sku_2"].text


def test_a_line_cannot_be_taken_out() -> None:
    edit = edited(lines=BEFORE.lines[:1])

    assert edit.update is None
    assert edit.problems["items"].text.startswith("B can't be taken out")


def test_a_line_cannot_hold_another_product() -> None:
    assert "can't be another one than A" in with_line(0, sku="C").problems["sku_0"].text


def test_what_amazon_cannot_change_is_refused_at_its_field() -> None:
    assert "can't be changed any more" in edited(instructions="Ring").problems["instructions"].text


def test_what_cannot_be_sent_as_it_stands_asks_for_nothing() -> None:
    edit = edited(to_zip="1")

    assert edit.update is None
    assert "to_zip" in edit.problems


def test_lines_that_are_only_in_another_order_are_the_same_lines() -> None:
    assert edited(lines=tuple(reversed(BEFORE.lines))).changes == ()


def test_an_order_without_lines_has_a_form_all_the_same() -> None:
    assert typed_as_it_stands("1001", {}).lines == Typed().lines
