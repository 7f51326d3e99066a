"""Tracking numbers go back in the form that each shop, or a tool for it, takes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mcf.order_files.origins import Origin, OriginLine
from mcf.order_files.parcels import Parcel
from mcf.order_files.shop_results import FORMS, ShopResult, results
from mcf.order_files.shop_skus import Part
from mcf.order_files.shops import SHOPS

ZONE = ZoneInfo("America/New_York")
NIGHT = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
"""On the first of December still, where the seller is."""
MUG = OriginLine("9001 7001", "=Mug", "MUG", 2, (Part("SKU-1"),))
SET = OriginLine("9002", "Set", "SET", 1, (Part("SKU-1", 2), Part("SKU-2")))


def parcel(number: str, carrier: str = "UPS", **contents: int) -> Parcel:
    told = Counter({name.replace("_", "-"): units for name, units in contents.items()})
    return Parcel(carrier, number, NIGHT, told)


def told(shop: str, lines: tuple[OriginLine, ...], *parcels: Parcel) -> ShopResult:
    (result,) = results({"1": Origin(shop, "#1001", "74", lines)}, {"1": parcels}, ZONE)
    return result


def lines_of(result: ShopResult) -> list[str]:
    return result.content.decode().splitlines()[len(result.form.heads) :]


@pytest.mark.parametrize(
    ("shop", "line"),
    [
        ("Amazon order report", "#1001\t9001 7001\t2\t2026-12-01\tUPS\t\t1Z9\t"),
        ("Shopify", "74,#1001,UPDATE,Fulfillment Line,MUG,2,success,UPS,1Z9,FALSE"),
        ("WooCommerce", "74,UPS,1Z9,01-12-2026,1,MUG,2"),
        ("eBay", "Shipped,#1001,9001,'=Mug,MUG,7001,UPS,1Z9"),
        ("BigCommerce", "#1001,1Z9,UPS,ups,2026-12-01,MUG,2"),
        ("Etsy", "#1001,9001 7001,MUG,2,UPS,1Z9,2026-12-01"),
        ("Squarespace", "#1001,9001 7001,MUG,2,UPS,1Z9,2026-12-01"),
    ],
)
def test_a_parcel_is_told_in_its_shops_form(shop: str, line: str) -> None:
    result = told(shop, (MUG,), parcel("1Z9", SKU_1=2))

    assert lines_of(result) == [line]
    assert result.said == "1 of 1 order has a tracking number"


def test_every_shop_that_is_recognised_has_a_form_and_its_source() -> None:
    assert {shop.name for shop in SHOPS} == set(FORMS)
    assert all(form.told for form in FORMS.values())


def test_an_order_in_two_parcels_has_a_line_for_each() -> None:
    result = told("WooCommerce", (MUG,), parcel("A", SKU_1=1), parcel("B", "USPS", SKU_1=1))

    assert lines_of(result) == ["74,UPS,A,01-12-2026,1,MUG,1", "74,USPS,B,01-12-2026,1,MUG,1"]


def test_what_hasnt_shipped_yet_is_told_as_a_part() -> None:
    assert lines_of(told("WooCommerce", (MUG,), parcel("A", SKU_1=1))) == [
        "74,UPS,A,01-12-2026,2,MUG,1"
    ]


def test_a_bundle_is_told_with_the_parcel_that_completes_it() -> None:
    result = told("Etsy", (SET,), parcel("A", SKU_1=2), parcel("B", SKU_2=1))

    assert lines_of(result) == ["#1001,9002,SET,1,UPS,B,2026-12-01"]
    assert result.left_out == ("#1001: a parcel that holds only a part of a bundle",)


def test_a_parcel_of_which_nothing_is_told_holds_all_of_the_order() -> None:
    unknown = Parcel("FedEx", "79", NIGHT, None)

    assert lines_of(told("Etsy", (MUG, SET), unknown)) == [
        "#1001,9001 7001,MUG,2,FedEx,79,2026-12-01",
        "#1001,9002,SET,1,FedEx,79,2026-12-01",
    ]


def test_several_of_which_it_isnt_told_what_is_in_them_go_by_the_order() -> None:
    boxes = (Parcel("FedEx", "79", NIGHT, None), Parcel("FedEx", "80", NIGHT, None))

    assert lines_of(told("Amazon order report", (MUG,), *boxes)) == [
        "#1001\t\t\t2026-12-01\tFedEx\t\t79\t",
        "#1001\t\t\t2026-12-01\tFedEx\t\t80\t",
    ]


@pytest.mark.parametrize(
    ("shop", "carrier", "words"),
    [
        ("Amazon order report", "AMZN_US", "Other\tAmazon Logistics"),
        ("Amazon order report", "LASERSHIP", "Lasership\t\t"),
        ("Shopify", "Amazon Logistics", "Amazon Logistics US"),
        ("BigCommerce", "Amazon Logistics", "Amazon Logistics,,"),
        ("WooCommerce", "Amazon Logistics", "Amazon Logistics"),
    ],
)
def test_carriers_are_told_in_the_shops_words(shop: str, carrier: str, words: str) -> None:
    assert words in lines_of(told(shop, (MUG,), parcel("A", carrier, SKU_1=2)))[0]


def test_without_the_day_of_shipping_amazon_is_told_nothing() -> None:
    undated = Parcel("UPS", "1Z9", None, Counter({"SKU-1": 2}))

    amazon, etsy = told("Amazon order report", (MUG,), undated), told("Etsy", (MUG,), undated)

    assert lines_of(amazon) == []
    assert amazon.left_out == ("#1001: 1Z9, as its day of shipping isn't told",)
    assert lines_of(etsy) == ["#1001,9001 7001,MUG,2,UPS,1Z9,"]


def test_ids_stay_as_they_are_and_formulas_do_nothing() -> None:
    line = OriginLine("-12B", "Mug", '=HYPERLINK("x")', 1, (Part("SKU-1"),))

    assert lines_of(told("Etsy", (line,), parcel("@9", SKU_1=1))) == [
        '#1001,-12B,"\'=HYPERLINK(""x"")",1,UPS,@9,2026-12-01'
    ]


def test_orders_without_a_number_are_counted_and_each_shop_has_its_file() -> None:
    origins = {
        "1": Origin("Etsy", "1", "", (MUG,)),
        "2": Origin("Etsy", "2", "", (MUG,)),
        "3": Origin("Shopify", "#3", "", (MUG,)),
    }

    etsy, shopify = results(origins, {"2": [parcel("A", SKU_1=2)]}, ZONE)

    assert (etsy.said, shopify.said) == (
        "1 of 2 orders have a tracking number",
        "0 of 1 order has a tracking number",
    )
    assert not etsy.content.startswith(b"\xef\xbb\xbf")
