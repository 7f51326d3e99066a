"""Columns are known by Amazon's names, by plain ones, or because a person says what they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.errors import InvalidInput
from mcf.order_files import columns, parse
from tests.uploads import orders_in

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FILE = (
    b"Order number,Artikel,Units,Name,Street,City,State,Postal code,Country,Warehouse\n"
    b"1001,A,2,Ada Example,100 Example Street,Springfield,IL,62701,US,North\n"
)


def test_every_plain_name_is_one_of_amazons_columns_and_none_is_there_twice() -> None:
    assert set(columns.PLAIN.values()) <= set(columns.COLUMNS)
    assert len(set(columns.PLAIN.values())) == len(columns.PLAIN)
    assert set(columns.REQUIRED) <= set(columns.PLAIN.values())


def test_a_person_says_what_a_column_is_and_what_to_leave_out() -> None:
    document = parse.opened(FILE, assigned={1: "MerchantSKU", 9: None})

    (order,) = parse.judged(document, NOW)

    assert order.request is not None
    assert order.request.items[0].seller_sku == "A"


def test_a_column_that_nobody_chose_to_leave_out_refuses_the_file() -> None:
    with pytest.raises(InvalidInput, match="isn't known, but line 2 has a value in it"):
        parse.judged(parse.opened(FILE, assigned={1: "MerchantSKU"}), NOW)


def test_a_column_that_is_said_to_be_another_one_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has a column twice: Order number, Artikel"):
        parse.opened(FILE, assigned={1: "MerchantFulfillmentOrderID"})


def test_mistakes_are_told_with_the_names_that_the_file_has() -> None:
    data = FILE.replace(b"Artikel", b"SKU").replace(b",Warehouse", b"").replace(b",North", b"")
    (order,) = orders_in(data.replace(b",2,Ada", b",two,Ada"), NOW)
    assert order.problems == ("line 2: Units 'two' is not a whole number",)


def test_an_apostrophe_that_keeps_a_text_from_being_a_formula_is_taken_off() -> None:
    data = FILE.replace(b"Artikel", b"SKU").replace(b",Warehouse", b",Phone")
    (order,) = orders_in(data.replace(b"North", b"'+1 555 0100"), NOW)
    assert order.request is not None
    assert order.request.destination_address.phone == "+1 555 0100"


def test_a_cell_that_is_corrected_is_what_is_sent() -> None:
    document = parse.opened(FILE, assigned={1: "MerchantSKU", 9: None})
    (order,) = parse.judged(document.with_cells({(2, 2): "7", (2, 3): "Bo Example"}), NOW)
    assert order.request is not None
    assert order.request.items[0].quantity == 7
    assert order.request.destination_address.name == "Bo Example"


@pytest.mark.parametrize("name", ["ShippingSpeed", "shipping speed", "Shipping Method"])
def test_others_names_for_the_speed_are_understood(name: str) -> None:
    head = columns.match(["SKU", name])

    assert head.places["DeliverySLA"] == 1


def test_anothers_name_for_a_column_that_the_file_has_is_asked() -> None:
    head = columns.match(["Shipping Method", "Speed", "Delivery speed"])

    assert head.places["DeliverySLA"] == 1
    assert head.unknown == (0, 2)
