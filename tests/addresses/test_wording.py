"""Labels and headings around an address."""

from __future__ import annotations

import pytest

from mcf.addresses.wording import unlabelled


@pytest.mark.parametrize(
    "heading",
    ["Ship to:", "SHIP TO", "Shipping address", "Delivery Address:", "Lieferadresse",
     "Adresse de livraison :", "Dirección de envío:", "Indirizzo di spedizione", "Verzendadres:",
     "Adres dostawy:", "お届け先", "收货地址：", "배송지"],
)  # fmt: skip
def test_a_heading_is_no_line_of_the_address(heading: str) -> None:
    assert unlabelled([heading, "Jane Roe", "5 Oak Rd"]).lines == ["Jane Roe", "5 Oak Rd"]


@pytest.mark.parametrize("line", ["Ship to Jane Roe", "Deliver to Jane Roe", "Enviar a Jane Roe"])
def test_a_heading_before_the_name_is_taken_off(line: str) -> None:
    assert unlabelled([line, "5 Oak Rd"]).lines == ["Jane Roe", "5 Oak Rd"]


@pytest.mark.parametrize("line", ["Attn: Bob", "Apt: 4", "c/o: Ann", "Toby Mailer", "1 To Street"])
def test_what_only_looks_like_a_label_stays(line: str) -> None:
    assert unlabelled([line]).lines == [line]


def test_a_town_with_more_behind_its_label_is_read_on() -> None:
    read = unlabelled(["City: Boston, MA 02118"])

    assert read.lines == ["Boston, MA 02118"]
    assert not read.placed


def test_a_second_value_of_a_label_is_not_lost() -> None:
    read = unlabelled(["Phone: 617-555-0199", "Phone: 617-555-0198"])

    assert read.placed == {"phone": "617-555-0199"}
    assert read.lines == ["617-555-0198"]


def test_the_address_of_the_bill_is_told_apart() -> None:
    read = unlabelled(["Ship to:", "Jane", "5 Oak Rd", "Bill to:", "Acme", "1 Pay St"])

    assert read.lines == ["Jane", "5 Oak Rd"]
    assert read.left_out == ["Acme", "1 Pay St"]
