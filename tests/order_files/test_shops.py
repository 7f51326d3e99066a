"""Exports of shops are known by their first line; what isn't sent is named with its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcf.errors import InvalidInput
from mcf.order_files import parse, send, shops
from mcf.order_files.parse import Document, FileOrder

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PLACE = "Ann Lee,12 Oak St,Apt 4,Boston,MA,'02116,US"
LINEITEM = (
    "Financial Status,Fulfillment Status,Shipping Method,Lineitem quantity,Lineitem sku,"
    "Lineitem requires shipping,Shipping Name,Shipping Address1,Shipping Address2,Shipping City,"
    "Shipping Province,Shipping Zip,Shipping Country,Cancelled at,Notes"
)
SHOPIFY = f"""Name,{LINEITEM}
#1001,paid,,Economy,1,APRON,true,{PLACE},,Ring twice
#1001,,,,2,BOTTLE,true,,,,,,,,,
#1001,,,,1,GIFTCARD,false,,,,,,,,,
#1002,refunded,,Standard,1,APRON,true,{PLACE},2026-11-28,
#1003,pending,,Standard,1,APRON,true,{PLACE},,
#1004,paid,fulfilled,Standard,1,APRON,true,{PLACE},,
#1005,paid,unfulfilled,Expedited,1,APRON,true,{PLACE},,
"""
SQUARESPACE = f"Order ID,{LINEITEM}\n00017,PAID,PENDING,Standard,1,APRON,TRUE,{PLACE},,\n"
WOO = (
    "Order Number,Order Status,First Name (Shipping),Last Name (Shipping),"
    "Address 1&2 (Shipping),City (Shipping),State Code (Shipping),Postcode (Shipping),"
    "Country Code (Shipping),SKU,Quantity (- Refund)\n"
    "17,Processing,Ann,Lee,12 Oak St,Boston,MA,02116,US,APRON,1\n"
    "18,Completed,Ann,Lee,12 Oak St,Boston,MA,02116,US,APRON,1\n"
)
EBAY = """
"Sales Record Number","Order Number","Custom Label","Quantity","Ship To Name","Ship To Address 1",\
"Ship To City","Ship To State","Ship To Zip","Ship To Country","Paid On Date","Shipped On Date"
"","","","","","","","","","","",""
"149","11-1","","3","Ann Lee","12 Oak St","Boston","MA","02116","United States","Nov-28-26",""
"149","11-1","APRON","1","","","","","","","",""
"149","11-1","BOTTLE","2","","","","","","","",""
"150","11-2","APRON","1","Bo Day","1 Elm","Boston","MA","02116","United States","",""

2,record(s) downloaded,
Seller ID : a-seller
"""
ETSY = """Order ID,Transaction ID,Date Paid,Date Shipped,Quantity,SKU,Ship Name,Ship Address1,\
Ship City,Ship State,Ship Zipcode,Ship Country
3001,1,11/14/26,,2,APRON,Ann Lee,12 Oak St,Boston,MA,02116,United States
3002,2,11/14/26,11/15/26,2,APRON,Ann Lee,12 Oak St,Boston,MA,02116,United States
"""
BIG = """Order ID,Order Status,Shipping Name,Shipping Street 1,Shipping Suburb,Shipping State,\
Shipping Zip,Shipping Country,Product Details
100,Awaiting Fulfillment,Ann Lee,12 Oak St,Boston,Massachusetts,02116,United States,\
"Product ID: 7, Product Qty: 2, Product SKU: APRON, Product Name: Apron|Product ID: 8, \
Product Qty: 1, Product SKU: BOTTLE, Product Name: Bottle"
101,Shipped,Ann Lee,12 Oak St,Boston,Massachusetts,02116,United States,\
"Product Qty: 2, Product SKU: APRON"
"""
BIG_DEFAULT = (
    "Order ID,Customer ID,Customer Name,Customer Email,Customer Phone,Order Date,Order Status,"
    "Ship Method,Total Quantity,Total Shipped,Date Shipped,Order Currency Code,Order Notes,"
    "Customer Message,Billing First Name,Billing Last Name,Billing Suburb,Shipping First Name,"
    "Shipping Last Name,Shipping Company,Shipping Street 1,Shipping Street 2,Shipping Suburb,"
    "Shipping State,Shipping Zip,Shipping Country,Shipping Phone,Shipping Email,Product Details,"
    "Refund Amount\n"
    "186,54,Bo Day,b@example.com,,26/04/2026,Awaiting Fulfillment,Standard,3,0,,USD,,,Bo,Day,"
    "Eagle River,Ann,Lee,,12 Oak St,Apt 4,Boston,MA,02116,United States,,a@example.com,"
    '"Product ID: 100, Product Qty: 1, Product SKU: APRON, large, Product Name: Apron | Linen, '
    "Product Weight: 0.8000, Product Variation Details: Size: S (4), Product Unit Price: 67.50, "
    "Product Total Price: 67.50|Product ID: 115, Product Qty: 2, Product SKU: BOTTLE, Product "
    'Name: Bottle, Product Weight: 0.5000",0.00\n'
)
AMAZON = (
    "order-id\torder-item-id\tsku\tquantity-purchased\tquantity-to-ship\tship-service-level\t"
    "recipient-name\tship-address-1\tship-city\tship-state\tship-postal-code\tship-country\t"
    "verge-of-cancellation\n"
    "113-1\t9\tAPRON\t2\t1\tStandard\tAnn Lee\t12 Oak St\tBoston\tMA\t02116\tUS\tfalse\n"
    "113-2\t8\tAPRON\t1\t1\tStandard\tAnn Lee\t12 Oak St\tBoston\tMA\t02116\tUS\ttrue\n"
    "113-3\t7\tAPRON\t1\t0\tStandard\tAnn Lee\t12 Oak St\tBoston\tMA\t02116\tUS\tfalse\n"
)


def opened(text: str) -> Document:
    return parse.opened(text.encode())


def goods(order: FileOrder) -> list[tuple[str, int]]:
    assert order.request is not None, order.problems
    return [(item.seller_sku, item.quantity) for item in order.request.items]


@pytest.mark.parametrize(
    ("text", "says", "left_out", "sent"),
    [
        (
            SHOPIFY,
            "A Shopify export: 2 orders are to be sent.",
            (
                "Left out: #1001, GIFTCARD (needs no shipping); #1002 (cancelled, payment is "
                "'refunded'); #1003 (payment is 'pending'); #1004 (already 'fulfilled')."
            ),
            {"1001": [("APRON", 1), ("BOTTLE", 2)], "1005": [("APRON", 1)]},
        ),
        (
            SQUARESPACE,
            "A Squarespace export: 1 order is to be sent.",
            None,
            {"00017": [("APRON", 1)]},
        ),
        (
            WOO,
            "A WooCommerce export: 1 order is to be sent.",
            "Left out: 18 (status is 'Completed').",
            {"17": [("APRON", 1)]},
        ),
        (
            EBAY,
            "An eBay export: 1 order is to be sent.",
            "Left out: 11-2 (not paid yet).",
            {"11-1": [("APRON", 1), ("BOTTLE", 2)]},
        ),
        (
            ETSY,
            "An Etsy export: 1 order is to be sent.",
            "Left out: 3002 (already shipped on 11/15/26).",
            {"3001": [("APRON", 2)]},
        ),
        (
            BIG,
            "A BigCommerce export: 1 order is to be sent.",
            "Left out: 101 (status is 'Shipped').",
            {"100": [("APRON", 2), ("BOTTLE", 1)]},
        ),
        (
            AMAZON,
            "An Amazon order report: 1 order is to be sent.",
            (
                "Left out: 113-2 (about to be cancelled); "
                "113-3, APRON (nothing of it is left to ship)."
            ),
            {"113-1": [("APRON", 1)]},
        ),
    ],
    ids=[shop.name for shop in shops.SHOPS if not shop.refusal],
)
def test_an_export_is_known_and_its_open_orders_are_read(
    text: str, says: str, left_out: str | None, sent: dict[str, list[tuple[str, int]]]
) -> None:
    document = opened(text)

    orders = parse.judged(document, NOW)

    assert document.notes[0] == says
    assert next((note for note in document.notes if note.startswith("Left out")), None) == left_out
    assert {order.order_id: goods(order) for order in orders} == sent
    for order in orders:
        assert order.request is not None
        place = order.request.destination_address
        assert (place.name, place.postal_code, place.country_code) == ("Ann Lee", "02116", "US")


def test_a_shops_number_stands_on_the_slip_and_its_own_speed_is_asked_once() -> None:
    first, second = parse.judged(opened(SHOPIFY), NOW)

    assert first.request is not None
    assert second.request is not None
    assert first.request.displayable_order_id == "#1001"
    assert first.request.destination_address.address_line2 == "Apt 4"
    assert [doubt.partition(",")[0] for doubt in first.doubts] == [
        "line 2: the shop's shipping method 'Economy' is none of Amazon's speeds"
    ]
    assert second.request.shipping_speed_category == "Expedited"
    assert second.doubts == ()


def test_what_isnt_sent_is_named() -> None:
    assert "Not sent, as Amazon needn't know: Notes." in opened(SHOPIFY).notes


def test_lines_of_products_in_one_cell_have_numbers_of_their_own() -> None:
    document = opened(BIG).named().with_cells({(3, shops.OURS.index("SKU")): "MUG"})

    assert [goods(order) for order in parse.judged(document, NOW)] == [[("APRON", 2), ("MUG", 1)]]


def test_a_line_that_is_cut_off_refuses_the_export() -> None:
    with pytest.raises(InvalidInput, match="line 9"):
        parse.judged(opened(SHOPIFY + "#1006,paid\n"), NOW)


def test_an_export_that_doesnt_tell_payment_says_so() -> None:
    without = ETSY.replace("Date Paid", "Paid by").replace("Date Shipped", "Shipped by")

    assert any("doesn't say which orders are paid" in note for note in opened(without).notes)


def test_any_other_file_is_left_as_it_is() -> None:
    assert shops.recognised(["Order number", "SKU", "Units", "Name"]) is None


def test_bigcommerces_own_columns_and_products_are_read() -> None:
    document = opened(BIG_DEFAULT)

    (order,) = parse.judged(document, NOW)

    assert goods(order) == [("APRON, large", 1), ("BOTTLE", 2)]
    assert order.request is not None
    assert order.request.destination_address.name == "Ann Lee"
    assert order.origin is not None
    assert [(line.line, line.product) for line in order.origin.lines] == [
        ("100", "Apron | Linen"),
        ("115", "Bottle"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        SHOPIFY.encode("utf-16"),
        SHOPIFY.encode("utf-16-le"),
        SHOPIFY.encode("utf-8-sig"),
        SHOPIFY.replace(",", ";").encode(),
        SHOPIFY.replace("\n", "\r\n").encode(),
        send.to_bytes([line.split(",") for line in SHOPIFY.splitlines()], "xlsx"),
    ],
    ids=["UTF-16", "UTF-16 without its mark", "mark", "semicolons", "Windows", "Excel"],
)
def test_however_an_export_was_saved_its_orders_are_the_same(data: bytes) -> None:
    orders = parse.judged(parse.opened(data), NOW)

    assert {order.order_id: goods(order) for order in orders} == {
        "1001": [("APRON", 1), ("BOTTLE", 2)],
        "1005": [("APRON", 1)],
    }


def test_a_note_of_several_lines_breaks_no_order() -> None:
    text = SHOPIFY.replace("Ring twice", '"Ring\ntwice, ""please""\n"')
    document = parse.unnamed(text.encode())
    place = document.table.names.index("Notes")

    first, second = parse.judged(document.named({place: "GiftMessage"}), NOW)

    assert first.request is not None
    assert first.request.items[0].gift_message == 'Ring twice, "please"'
    assert goods(first) == [("APRON", 1), ("BOTTLE", 2)]
    assert second.order_id == "1005"


def test_a_line_break_in_another_file_is_still_refused() -> None:
    text = (
        'Order number,SKU,Units,Name,Street,Postal code,Country,Phone\n1,A,1,"Ann\nLee",x,1,US,\n'
    )

    with pytest.raises(InvalidInput, match="holds a line break"):
        parse.judged(opened(text), NOW)


def test_what_was_refunded_or_shipped_in_part_is_asked_about() -> None:
    lines = SHOPIFY.replace("Lineitem sku,", "Lineitem sku,Lineitem fulfillment status,")
    head, *rows = lines.splitlines()
    rows = [
        f"#1,partially_refunded,,,1,A,pending,true,{PLACE},,",
        f"#2,paid,partial,,1,A,fulfilled,true,{PLACE},,",
        f"#2,,,,1,B,pending,true,{PLACE},,",
    ]
    document = opened("\n".join([head, *rows]))

    first, second = parse.judged(document, NOW)

    assert first.doubts == ("line 2: a part of it was refunded: take out what the buyer won't get",)
    assert goods(second) == [("B", 1)]
    assert second.doubts == ("line 4: a part of it has shipped already: only open lines are here",)
    assert "#2, A (the line is 'fulfilled')" in document.notes[1]


def test_without_its_lines_states_an_order_shipped_in_part_is_left_out() -> None:
    text = SHOPIFY.replace("#1004,paid,fulfilled", "#1004,paid,partial")

    assert "#1004 (already 'partial')" in opened(text).notes[1]


def test_woocommerces_further_lines_without_a_number_belong_to_the_order_before() -> None:
    text = WOO.replace("18,Completed", "19,Processing") + ",,,,,,,,,BOTTLE,2\n,,,,,,,,,REFUNDED,0\n"

    orders = {order.order_id: goods(order) for order in parse.judged(opened(text), NOW)}

    assert orders == {"17": [("APRON", 1)], "19": [("APRON", 1), ("BOTTLE", 2)]}


def test_etsys_export_without_items_is_refused_with_the_one_that_has_them() -> None:
    text = (
        "Sale Date,Order ID,Buyer User ID,Full Name,First Name,Last Name,Number of Items,Street 1,"
        "Street 2,Ship City,Ship State,Ship Zipcode,Ship Country,Currency,Order Total,SKU\n"
        '11/14/26,3001,1,Ann Lee,Ann,Lee,2,12 Oak St,,Boston,MA,02116,United States,USD,9,"A,B"\n'
    )

    with pytest.raises(InvalidInput, match='the one of "Order items"'):
        opened(text)


def test_orders_in_several_currencies_are_all_read() -> None:
    text = ETSY.replace("Order ID,", "Currency,Order ID,").replace("\n3001", "\nUSD,3001")
    text = text.replace("\n3002", "\nEUR,3002").replace("11/15/26", "")

    assert [order.order_id for order in parse.judged(opened(text), NOW)] == ["3001", "3002"]


def test_what_the_shop_calls_an_order_is_kept_and_never_sent() -> None:
    text = EBAY.replace('"Custom Label"', '"Item Number","Transaction ID","Custom Label"')
    text = text.replace('"11-1","APRON"', '"11-1","900","70","APRON"')
    text = text.replace('"11-1","BOTTLE"', '"11-1","901","71","BOTTLE"')
    text = (
        text.replace('"11-1","","3"', '"11-1","","","","3"')
        .replace('"11-2","APRON"', '"11-2","","","APRON"')
        .replace('"","","","","","","","","","","",""', '"","","","","","","","","","","","","",""')
    )

    (order,) = parse.judged(opened(text), NOW)

    assert order.origin is not None
    assert (order.origin.shop, order.origin.order) == ("eBay", "11-1")
    assert [line.line for line in order.origin.lines] == ["900 70", "901 71"]
    assert "900" not in str(order.request)


def test_a_result_file_of_an_export_still_tells_its_shop() -> None:
    document = opened(SHOPIFY)
    again = parse.opened(send.to_bytes(send.rows(document, []), "csv"))

    first, _ = parse.judged(again, NOW)

    assert first.origin is not None
    assert (first.origin.shop, first.origin.order) == ("Shopify", "#1001")
    assert first.request == parse.judged(document, NOW)[0].request
