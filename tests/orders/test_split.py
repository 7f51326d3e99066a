"""An order that one shipment can't carry, as two that hold the same together."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import order_id_for
from mcf.orders import split
from mcf.orders.form import Typed, TypedLine
from mcf.orders.validation import judge
from tests.orders.test_validation import ADA, NOW, US

A, B = "A-1", "B-2"


def order(*lines: tuple[str, str], **more: object) -> Typed:
    typed = tuple(TypedLine(sku=sku, units=units) for sku, units in lines)
    return ADA.model_copy(update={"lines": typed, "number": "1001", **more})


def goods(lines: tuple[TypedLine, ...]) -> list[tuple[str, str]]:
    return [(line.sku, line.units) for line in lines]


def test_what_is_there_goes_first_and_the_units_beyond_it_are_the_rest() -> None:
    two = split.by_stock(order((A, "50"), (B, "2")), {A: 39, B: 5})

    assert two is not None
    assert goods(two.lines) == [(A, "39"), (B, "2")]
    assert goods(two.rest) == [(A, "11")]


def test_two_lines_of_one_sku_share_what_is_there() -> None:
    two = split.by_stock(order((A, "3"), (A, "3")), {A: 4})

    assert two is not None
    assert (goods(two.lines), goods(two.rest)) == ([(A, "3"), (A, "1")], [(A, "2")])


@pytest.mark.parametrize("free", [{A: 0}, {}, {A: -3}, {A: 50}])
def test_an_order_of_which_one_part_would_be_empty_is_not_split(free: dict[str, int]) -> None:
    assert split.by_stock(order((A, "50")), free) is None


def test_skus_that_cannot_ship_with_the_others_are_the_rest() -> None:
    two = split.by_sku(order((A, "1"), (B, "2")), {B})

    assert two is not None
    assert (goods(two.lines), goods(two.rest)) == ([(A, "1")], [(B, "2")])
    assert split.by_sku(order((A, "1"), (B, "2")), {A, B}) is None
    assert split.by_sku(order((A, "1"), (B, "2")), set()) is None


LINES = st.lists(st.tuples(st.sampled_from([A, B]), st.integers(1, 60)), min_size=1, max_size=4)


@given(LINES, st.fixed_dictionaries({A: st.integers(0, 60), B: st.integers(0, 60)}))
def test_both_parts_hold_together_what_was_typed(
    lines: list[tuple[str, int]], free: dict[str, int]
) -> None:
    typed = order(*((sku, str(units)) for sku, units in lines))
    two = split.by_stock(typed, free) or typed

    def units(*of: TypedLine) -> Counter[str]:
        counted: Counter[str] = Counter()
        for line in of:
            counted[line.sku] += int(line.units)
        return counted

    assert units(*two.lines, *two.rest) == units(*typed.lines)
    assert units(*split.together(two).lines) == units(*typed.lines)
    assert split.together(two).rest == ()


def test_the_second_order_is_the_first_with_other_goods_and_a_number_of_its_own() -> None:
    two = split.by_stock(order((A, "50"), number="#1001", amazon_number=""), {A: 39})
    assert two is not None

    after = split.second(two)

    assert (after.number, goods(after.lines), after.rest) == ("#1001-P2", [(A, "11")], ())
    assert (after.to_name, after.to_zip, after.speed) == (two.to_name, two.to_zip, two.speed)
    request = judge(after, US, NOW).request
    assert request is not None
    assert request.seller_fulfillment_order_id == "1001-P2" == split.part_number("1001")


def test_a_number_at_amazon_of_its_own_gives_the_second_one_too() -> None:
    after = split.second(order((A, "1"), amazon_number="own", rest=(TypedLine(sku=B),)))

    assert after.amazon_number == "own-P2"


def test_a_long_number_stays_one_that_amazon_takes() -> None:
    assert len(split.part_number("N" * 40)) == 40
    assert order_id_for(split.part_number("N" * 40)).endswith("-P2")


@pytest.mark.parametrize(
    "more", [{"replaces": "1000"}, {"edits": "1001"}, {"cod": True}, {"number": " "}]
)
def test_an_order_that_stands_for_another_or_is_paid_on_delivery_stays_one(
    more: dict[str, object],
) -> None:
    assert not split.can_be(order((A, "2"), **more), lambda _: False)


def test_an_order_is_split_only_when_the_number_of_the_second_is_free() -> None:
    typed = order((A, "2"))

    assert split.can_be(typed, lambda _: False)
    assert not split.can_be(typed, {"1001-P2"}.__contains__)


def test_only_the_first_is_the_order_without_its_rest() -> None:
    two = split.by_stock(order((A, "50")), {A: 39})
    assert two is not None

    assert goods(split.only_first(two).lines) == [(A, "39")]
    assert split.only_first(two).rest == ()


def preview(*skus: str, possible: bool = False) -> FulfillmentPreview:
    return FulfillmentPreview.from_api(
        {
            "shippingSpeedCategory": "Standard",
            "isFulfillable": possible,
            "isCODCapable": False,
            "marketplaceId": US.id,
            "unfulfillablePreviewItems": [
                {"sellerSku": sku, "quantity": 1, "sellerFulfillmentOrderItemId": sku}
                for sku in skus
            ],
        }
    )


def test_what_keeps_every_speed_from_being_possible_is_named() -> None:
    assert split.stuck([preview(A, B), preview(B)]) == {B}
    assert split.stuck([preview(A), preview(A, possible=True)]) == frozenset()
    assert split.stuck([preview()]) == frozenset()
    assert split.stuck([]) == frozenset()
