"""Duplicates: which orders are the same, which may be, and which are others."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.amazon.models.answers import MCFOrderDetail, OrderLine
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.similarity import Likeness, compare, door, fingerprint, place, same_address
from tests.conftest import order_request


@pytest.fixture
def request_for(address: Address) -> MCFOrderRequest:
    """An order of two units, which needs no Amazon."""
    return order_request("TEST-1", address, "MUG", 2)


def at_amazon(request: MCFOrderRequest, **changes: Any) -> MCFOrderDetail:
    """The order as Amazon tells it, with other fields in its head; None leaves one out."""
    head = {
        "sellerFulfillmentOrderId": request.seller_fulfillment_order_id,
        "displayableOrderId": request.displayable_order_id,
        "destinationAddress": request.destination_address.to_api(),
        **changes,
    }
    head = {name: value for name, value in head.items() if value is not None}
    lines = [item.to_api() for item in request.items]
    return MCFOrderDetail.from_api({"fulfillmentOrder": head, "fulfillmentOrderItems": lines})


def lines_changed(detail: MCFOrderDetail, **changes: Any) -> MCFOrderDetail:
    data = detail.to_api()
    data["fulfillmentOrderItems"][0].update(changes)
    return MCFOrderDetail.from_api(data)


class TestCompare:
    def test_an_order_is_the_same_as_itself(self, request_for: MCFOrderRequest) -> None:
        assert compare(request_for, at_amazon(request_for)) is Likeness.SAME

    def test_amazons_letters_and_zip_of_nine_digits_make_no_other_order(
        self, request_for: MCFOrderRequest
    ) -> None:
        there = request_for.destination_address.to_api()
        there |= {"name": "ADA  EXAMPLE", "postalCode": "62701-1234"}

        detail = at_amazon(request_for, destinationAddress=there)

        assert compare(request_for, detail) is Likeness.SAME

    def test_another_door_leaves_a_doubt(self, request_for: MCFOrderRequest) -> None:
        there = request_for.destination_address.to_api() | {"addressLine1": "7 Other Street"}

        detail = at_amazon(request_for, destinationAddress=there)

        assert compare(request_for, detail) is Likeness.DOUBTFUL

    def test_another_number_on_the_slip_is_another_order(
        self, request_for: MCFOrderRequest
    ) -> None:
        detail = at_amazon(request_for, displayableOrderId="#2002")

        assert compare(request_for, detail) is Likeness.OTHER

    def test_a_slip_without_a_number_leaves_a_doubt(self, request_for: MCFOrderRequest) -> None:
        detail = at_amazon(request_for, displayableOrderId=None)

        assert compare(request_for, detail) is Likeness.DOUBTFUL

    @pytest.mark.parametrize("change", [{"quantity": 3}, {"sellerSku": "CUP"}])
    def test_other_goods_are_another_order(
        self, request_for: MCFOrderRequest, change: dict[str, Any]
    ) -> None:
        detail = lines_changed(at_amazon(request_for), **change)

        assert compare(request_for, detail) is Likeness.OTHER

    def test_a_line_that_cannot_be_read_leaves_a_doubt(self, request_for: MCFOrderRequest) -> None:
        detail = lines_changed(at_amazon(request_for), quantity="many")

        assert compare(request_for, detail) is Likeness.DOUBTFUL


class TestFingerprint:
    def test_duplicates_have_one_whatever_their_number_and_letters(self, address: Address) -> None:
        one = order_request("TEST-1", address, "MUG", 2)
        spelled = address.model_copy(update={"name": "ada example", "postal_code": "62701-1234"})
        two = order_request("TEST-2", spelled, "MUG", 2)

        assert fingerprint(one.destination_address, one.items) == fingerprint(
            two.destination_address, two.items
        )

    def test_units_of_one_sku_count_together(self, address: Address) -> None:
        split = [OrderLine(seller_sku="MUG", quantity=1), OrderLine(seller_sku="MUG", quantity=2)]
        whole = [OrderLine(seller_sku="MUG", quantity=3)]

        assert fingerprint(address, split) == fingerprint(address, whole)

    def test_other_goods_have_another(self, address: Address) -> None:
        here = fingerprint(address, [OrderLine(seller_sku="MUG", quantity=2)])

        assert fingerprint(address, [OrderLine(seller_sku="CUP", quantity=2)]) != here

    def test_other_units_of_the_same_goods_have_the_same(self, address: Address) -> None:
        two, three = (OrderLine(seller_sku="MUG", quantity=units) for units in (2, 3))

        assert fingerprint(address, [two]) == fingerprint(address, [three])
        assert fingerprint(address, [two], exact=True) != fingerprint(address, [three], exact=True)

    @pytest.mark.parametrize("line", [OrderLine(seller_sku="MUG"), OrderLine(quantity=2)])
    def test_there_is_none_where_a_line_is_not_known(
        self, address: Address, line: OrderLine
    ) -> None:
        assert fingerprint(address, [line]) is None

    def test_there_is_none_without_an_address(self, address: Address) -> None:
        lines = [OrderLine(seller_sku="MUG", quantity=2)]

        assert fingerprint(None, lines) is None
        assert fingerprint(address.model_copy(update={"name": None}), lines) is None


def test_an_address_is_the_same_in_other_letters(address: Address) -> None:
    assert same_address(address, address.model_copy(update={"city": "SPRINGFIELD"}))
    assert not same_address(address, address.model_copy(update={"city": "Shelbyville"}))
    assert not same_address(address, None)


def test_a_place_is_a_person_at_a_door(address: Address) -> None:
    moved = address.model_copy(update={"city": "Shelbyville"})

    assert place(address) == place(moved)
    assert place(address) != place(address.model_copy(update={"name": "Ben Example"}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Oak Road", "12 OAK RD."),
        ("12 North Oak Street", "12 N. Oak St"),
        ("12 Oak Ave Apt 4", "12 Oak Avenue, #4"),
        ("12 Oak Ave, Suite 4", "12 Oak Ave"),
        ("Hauptstraße 5", "Hauptstr. 5"),
        ("Hauptstrasse 5", "HAUPTSTRAẞE 5"),
        ("1 O'Neill Street", "1 ONeill St"),
        ("Calle Alcalá 1", "c/ Alcala 1"),
    ],
)
def test_a_door_is_the_same_in_other_spelling(address: Address, one: str, other: str) -> None:
    here, there = (address.model_copy(update={"address_line1": line}) for line in (one, other))

    assert door(here) == door(there)


@pytest.mark.parametrize(
    "line", ["13 Oak Road", "12 Oak Street", "12 Elm Road", "12 South Oak Road", "12B Oak Road"]
)
def test_another_house_is_another_door(address: Address, line: str) -> None:
    here, there = (
        address.model_copy(update={"address_line1": each}) for each in ("12 Oak Road", line)
    )

    assert door(here) != door(there)


def test_a_person_is_the_same_with_a_title_and_the_last_name_first(address: Address) -> None:
    for_ada = {door(address.model_copy(update={"name": name})) for name in
               ("Ada Example", "Mrs. Ada Example", "EXAMPLE, Ada", "Áda  Example")}  # fmt: skip

    assert len(for_ada) == 1
    assert door(address.model_copy(update={"name": "Ben Example"})) not in for_ada
