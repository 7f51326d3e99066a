"""Which units can come back is counted per line and shipment, and each has an id of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from mcf.amazon import labels
from mcf.amazon.models.answers import MCFShipment
from mcf.amazon.models.requests import MCFReturnItem
from mcf.errors import InvalidInput
from mcf.store import frames
from mcf.tracking.return_slip import ReturnedGoods, ReturnSlip, slips
from mcf.tracking.returns import (
    ReturnLine,
    Slot,
    TypedReturn,
    Unit,
    lines,
    not_taken,
    problems,
    return_item_id,
    too_many,
    wanted,
)
from mcf.tracking.states import ReturnOutcome, ReturnState

LINE = ReturnLine("1", "MUG", 3, (Slot("O-1-1", "S1"), Slot("O-1-2", "S1"), Slot("O-1-3", "S2")))
TYPED = TypedReturn("2", "CR-DEFECTIVE", "It whistles.")


def shipment(name: str, units: int, status: str = "SHIPPED", item: str = "1") -> MCFShipment:
    packed = {"sellerSku": "MUG", "sellerFulfillmentOrderItemId": item, "quantity": units}
    return MCFShipment.from_api(
        {
            "amazonShipmentId": name,
            "fulfillmentShipmentStatus": status,
            "fulfillmentShipmentItem": [packed],
        }
    )


def test_units_of_every_shipment_that_left_can_come_back() -> None:
    boxes = [shipment("S1", 2), shipment("S2", 1), shipment("S3", 5, "PENDING")]

    assert lines("O", boxes, []) == (LINE,)


def test_units_in_returns_are_taken_off_their_shipment_whoever_asked_for_them() -> None:
    gone = [Unit("elsewhere", "1", "S1"), Unit("O-1-1", "1", "S2")]

    (line,) = lines("O", [shipment("S1", 2), shipment("S2", 1)], gone)

    assert (line.shipped, line.free) == (3, (Slot("O-1-2", "S1"),))


def test_a_shipment_without_readable_parts_brings_nothing_to_return() -> None:
    nameless = MCFShipment.from_api({"fulfillmentShipmentStatus": "SHIPPED"})
    uncounted = MCFShipment.from_api(
        {
            "amazonShipmentId": "S1",
            "fulfillmentShipmentStatus": "SHIPPED",
            "fulfillmentShipmentItem": [{"sellerSku": "MUG"}],
        }
    )

    assert lines("O", [nameless, uncounted], []) == ()


def test_the_id_of_a_unit_is_its_order_line_and_number() -> None:
    assert return_item_id("TEST-1", "2", 3) == "TEST-1-2-3"


@pytest.mark.parametrize(("order_id", "item_id"), [("x" * 64, "y" * 50), ("O", "1-1"), ("O", "é")])
def test_an_id_that_would_be_long_or_ambiguous_has_a_digest_of_the_line(
    order_id: str, item_id: str
) -> None:
    made = return_item_id(order_id, item_id, 250)

    assert len(made) <= 80
    assert made == return_item_id(order_id, item_id, 250)
    assert item_id not in made.removeprefix(order_id)


def test_lines_that_look_alike_have_ids_of_their_own() -> None:
    assert return_item_id("A", "1-1", 1) != return_item_id("A-1", "1", 1)


def test_what_is_typed_becomes_a_unit_each() -> None:
    first, second = wanted(LINE, TYPED)

    assert [first.seller_return_item_id, second.seller_return_item_id] == ["O-1-1", "O-1-2"]
    assert (first.return_reason_code, first.return_comment) == ("CR-DEFECTIVE", "It whistles.")
    assert wanted(LINE, TypedReturn()) == ()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"units": "some"}, "units", "whole number"),
        ({"units": "0"}, "units", "whole number"),
        ({"units": "4"}, "units", "Only 3 of this line"),
        ({"reason": ""}, "reason", "Choose a reason"),
        ({"comment": "x" * 1001}, "comment", "is too long: Amazon takes 1000 characters"),
        ({"comment": "\x07"}, "comment", "can't be printed"),
    ],
)
def test_what_cannot_be_asked_for_is_said_beside_its_field(
    typed: dict[str, str], field: str, said: str
) -> None:
    wrong = replace(TYPED, **typed)

    assert said in problems(LINE, wrong)[field]
    with pytest.raises(InvalidInput):
        wanted(LINE, wrong)


def test_nothing_typed_is_no_problem() -> None:
    assert problems(replace(LINE, free=()), TypedReturn()) == {}


def test_more_units_than_a_shipment_has_left_are_too_many() -> None:
    items = [
        MCFReturnItem(
            seller_return_item_id=f"R-{n}",
            seller_fulfillment_order_item_id="1",
            amazon_shipment_id="S2",
            return_reason_code="CR-DEFECTIVE",
        )
        for n in range(2)
    ]

    assert "only 1 can still come back" in too_many([LINE], items)["line 1"]
    assert too_many([LINE], items[:1]) == {}
    assert too_many([], items[:1]) != {}


@pytest.mark.parametrize(
    ("code", "described", "said"),
    [
        ("InvalidValues", None, "choose another reason"),
        ("DUPLICATEREQUEST", "Amazon's words", "asked for before"),
        ("NoCompletedShipItems", None, "hasn't shipped yet"),
        ("NoReturnableQuantity", None, "in other returns already"),
        ("TooHeavyToCarry", "It weighs too much.", "It weighs too much."),
        ("TooHeavyToCarry", None, "Too heavy to carry"),
        (None, None, "gave no reason"),
    ],
)
def test_a_refused_unit_is_told_in_a_sellers_words(
    code: str | None, described: str | None, said: str
) -> None:
    assert said in labels.return_refusal(code, described)


@pytest.mark.parametrize(
    ("code", "described", "said"),
    [
        ("CR-MISSING_PARTS", "Amazon's words", "Parts or accessories are missing"),
        ("CR-NEW_ONE", "Amazon's words", "Amazon's words"),
        ("AMZ-PG-NEW-ONE", None, "New one"),
    ],
)
def test_a_reason_is_told_in_words(code: str, described: str | None, said: str) -> None:
    assert labels.return_reason(code, described) == said


def returned(**values: Any) -> dict[str, Any]:
    return dict.fromkeys(frames.RETURNS) | {
        "seller_sku": "A-1",
        "reason": "Defective",
        "status": "New",
        "return_authorization_id": "AUTH-1",
        "amazon_rma_id": "RMA-1",
        "rma_page_url": "https://amazon.example.com/rma",
        "return_to": "Amazon\n1 Example Road",
        **values,
    }


def returns(*rows: dict[str, Any]) -> pd.DataFrame:
    return frames.build(frames.RETURNS, {name: [row[name] for row in rows] for name in rows[0]})


def test_units_under_one_number_are_one_slip_with_their_goods_counted() -> None:
    units = returns(returned(), returned(), returned(reason="Too late"))

    assert slips(units, {"A-1": "Mug"}) == [
        ReturnSlip(
            "RMA-1",
            ["Amazon", "1 Example Road"],
            "https://amazon.example.com/rma",
            [
                ReturnedGoods(2, "A-1", "Mug", "Defective"),
                ReturnedGoods(1, "A-1", "Mug", "Too late"),
            ],
        )
    ]


def test_what_amazon_has_processed_is_not_sent_back_any_more() -> None:
    assert slips(returns(returned(status="Processed")), {}) == []


def test_a_page_that_is_not_secure_is_no_part_of_a_slip() -> None:
    (slip,) = slips(returns(returned(rma_page_url="http://amazon.example.com/rma")), {})

    assert slip.page is None


def test_units_that_amazon_does_not_take_back_are_counted_by_line() -> None:
    outcomes = [
        ReturnOutcome("r-1", "1", ReturnState.REFUSED, "No."),
        ReturnOutcome("r-2", "1", ReturnState.NOT_SENT, "No answer."),
        ReturnOutcome("r-3", "2", ReturnState.ACCEPTED, "Yes."),
        ReturnOutcome("r-4", "3", ReturnState.UNKNOWN, "Perhaps."),
    ]

    assert not_taken(outcomes) == {"1": 2}
