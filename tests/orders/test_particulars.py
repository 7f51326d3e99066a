"""What goes with an order, in words."""

from __future__ import annotations

from mcf.orders.form import Typed, TypedLine
from mcf.orders.particulars import particulars


def test_all_that_goes_with_an_order_is_named() -> None:
    line = TypedLine(sku="A", gift="For Ada", comment="the blue one", value="12.50", price="9")
    typed = Typed(
        lines=(line,),
        features={"BLANK_BOX": "Required", "SIGNATURE_CONFIRMATION": "NotRequired"},
        policy="FillAll",
        comment="Thanks",
        emails="a@example.com, b@example.com",
        displayed_date="2026-02-14",
    )

    assert particulars(typed, "USD") == [
        ("Gift message", "For Ada"),
        ("Comment on the line", "the blue one"),
        ("Declared value of a unit", "12.50 USD"),
        ("Price of a unit", "9 USD"),
        ("Packaging and carrier, required", "Blank box"),
        ("Packaging and carrier, if possible", "Signature"),
        ("If a part can't be shipped", "Ship all, wait"),
        ("Note on the packing slip", "Thanks"),
        ("Date on the packing slip", "2026-02-14"),
        ("E-mails that Amazon keeps informed", "a@example.com, b@example.com"),
    ]


def test_of_several_lines_each_is_named_with_its_product() -> None:
    lines = (TypedLine(sku="A", gift="Hi"), TypedLine(sku="B", gift="Ho"))

    named = particulars(Typed(lines=lines), "USD")

    assert named == [("Gift message of A", "Hi"), ("Gift message of B", "Ho")]


def test_a_plain_order_has_none_and_a_text_of_blanks_is_none() -> None:
    assert particulars(Typed(), "USD") == []
    assert particulars(Typed(comment="  ", lines=(TypedLine(gift=" \n"),)), "USD") == []


def test_what_japan_and_india_add_is_named() -> None:
    typed = Typed(
        drop_off="FRONT_DOOR", instructions="Ring twice", cod=True, cod_charge="50",
        payment_id="T-1",
    )  # fmt: skip

    assert particulars(typed, "INR") == [
        ("Delivery instructions", "Ring twice"),
        ("Payment's transaction number", "T-1"),
        ("Where to leave it", "At the front door"),
        ("Charge for cash on delivery", "50 INR"),
    ]
