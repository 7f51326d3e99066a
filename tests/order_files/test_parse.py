"""Orders from a file: every spelling of a table is read, every mistake is told with its line."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.addresses.validate import normalised
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import InvalidInput
from mcf.files import limits
from mcf.marketplaces import MARKETPLACES
from mcf.order_files import columns as file_columns
from mcf.order_files import parse, send
from mcf.order_files.parse import FileOrder
from mcf.order_files.shop_skus import ALL_SHOPS, Part, SkuTable
from mcf.orders import form
from tests.examples import many
from tests.uploads import file_of, orders_in

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BASE = {
    "MerchantFulfillmentOrderID": "1001",
    "MerchantSKU": "A",
    "Quantity": "1",
    "AddressName": "Ada Example",
    "AddressFieldOne": "100 Example Street",
    "AddressCity": "Springfield",
    "AddressStateOrRegion": "IL",
    "AddressPostalCode": "62701",
    "AddressCountryCode": "US",
}


def table(*lines: dict[str, str], delimiter: str = ",") -> str:
    """A file of these lines; what a line doesn't give is as in BASE."""
    columns = list(dict.fromkeys([*BASE, *(name for line in lines for name in line)]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(BASE | line for line in lines)
    return out.getvalue()


def read(*lines: dict[str, str]) -> list[FileOrder]:
    return orders_in(table(*lines).encode(), NOW)


def the_request(*lines: dict[str, str]) -> MCFOrderRequest:
    (order,) = read(*lines)
    assert order.problems == ()
    assert order.request is not None
    return order.request


def problems(*lines: dict[str, str]) -> tuple[str, ...]:
    (order,) = read(*lines)
    assert order.request is None
    return order.problems


def refused(data: bytes, **options: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        orders_in(data, NOW, **options)
    return caught.value


def test_an_order_takes_its_fields_from_the_columns() -> None:
    request = the_request(
        {
            "DisplayableOrderID": "#1001",
            "DisplayableOrderDate": "2026-03-01T09:00:00Z",
            "DisplayableOrderComment": "Thanks!",
            "MerchantFulfillmentOrderItemID": "line-1",
            "GiftMessage": "For you",
            "DisplayableComment": "Blue one",
            "PerUnitDeclaredValue": "12.50",
            "DeliverySLA": "expedited",
            "AddressFieldTwo": "Floor 2",
            "AddressFieldThree": "Door 3",
            "AddressPhoneNumber": "555-0100",
            "NotificationEmail": "ada@example.com; bob@example.com",
            "FulfillmentAction": "hold",
            "FulfillmentPolicy": "fillall",
            "OrderItemDisposition": "Sellable",
        }
    )
    assert request.to_api() == {
        "sellerFulfillmentOrderId": "1001",
        "displayableOrderId": "#1001",
        "displayableOrderDate": "2026-03-01T09:00:00Z",
        "displayableOrderComment": "Thanks!",
        "shippingSpeedCategory": "Expedited",
        "fulfillmentAction": "Hold",
        "fulfillmentPolicy": "FillAll",
        "notificationEmails": ["ada@example.com", "bob@example.com"],
        "destinationAddress": {
            "countryCode": "US",
            "name": "Ada Example",
            "addressLine1": "100 Example Street",
            "addressLine2": "Floor 2",
            "addressLine3": "Door 3",
            "city": "Springfield",
            "stateOrRegion": "IL",
            "postalCode": "62701",
            "phone": "555-0100",
        },
        "items": [
            {
                "sellerSku": "A",
                "sellerFulfillmentOrderItemId": "line-1",
                "quantity": 1,
                "giftMessage": "For you",
                "displayableComment": "Blue one",
                "perUnitDeclaredValue": {"currencyCode": "USD", "value": "12.50"},
            }
        ],
    }


def test_what_is_not_given_has_defaults() -> None:
    request = the_request({})
    assert request.displayable_order_id == "1001"
    assert request.displayable_order_date == NOW
    assert request.displayable_order_comment == form.DEFAULT_COMMENT
    assert request.shipping_speed_category == "Standard"
    assert request.items[0].seller_fulfillment_order_item_id == "1"
    assert request.notification_emails is None


def test_a_declared_value_is_in_the_marketplaces_currency() -> None:
    data = table({"PerUnitDeclaredValue": "9"}).encode()
    request = orders_in(data, NOW, MARKETPLACES["A1PA6795UKMFR9"])[0].request
    assert request is not None
    value = request.items[0].per_unit_declared_value
    assert value is not None
    assert value.currency_code == "EUR"


def test_lines_of_an_order_need_not_be_neighbours_and_orders_keep_their_order() -> None:
    found = read(
        {"MerchantSKU": "A"},
        {"MerchantFulfillmentOrderID": "1002"},
        {"MerchantSKU": "B", "Quantity": "2"},
    )
    assert [(order.order_id, order.lines) for order in found] == [("1001", (2, 4)), ("1002", (3,))]
    assert found[0].request is not None
    assert [(i.seller_sku, i.seller_fulfillment_order_item_id) for i in found[0].request.items] == [
        ("A", "1"),
        ("B", "2"),
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_usual_delimiter_and_encoding_is_read(delimiter: str, encoding: str) -> None:
    text = table({"AddressName": "Zoë Müller, Example"}, delimiter=delimiter)
    (order,) = orders_in(text.encode(encoding), NOW)
    assert order.request is not None
    assert order.request.destination_address.name == "Zoë Müller, Example"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    text = table({}, {"MerchantFulfillmentOrderID": "1002"}).replace("\r\n", ending)
    assert [order.order_id for order in orders_in(text.encode(), NOW)] == ["1001", "1002"]


def test_a_line_break_in_a_cell_is_refused_with_the_line_on_which_the_cell_begins() -> None:
    gift = {"GiftMessage": 'Dear "Ada",\nall the best'}
    told = refused(table({}, gift, {"MerchantFulfillmentOrderID": "1002"}).encode())
    assert told.problems == {
        "line 3": "a cell in quote marks that begins here holds a line break: put it on one line"
    }
    assert "nothing was sent" in told.advice


def test_spaces_around_names_and_cells_and_empty_lines_do_not_matter() -> None:
    text = table({"MerchantSKU": "  A  "}).replace("MerchantSKU", " MerchantSKU ")
    (order,) = orders_in((text + "\r\n,,,,,\r\n").encode(), NOW)
    assert order.request is not None
    assert order.request.items[0].seller_sku == "A"


def test_columns_that_are_needed_and_missing_are_named() -> None:
    with pytest.raises(InvalidInput, match="lacks the columns SKU, Name") as told:
        orders_in(b"MerchantFulfillmentOrderID,Quantity,AddressFieldOne,AddressPostalCode,"
                      b"AddressCountryCode\n1,1,x,1,US\n", NOW)  # fmt: skip
    assert "template" in told.value.advice


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \r\n", "\n".encode("utf-16")])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    error = refused(data)

    assert error.problems == {"file": "is empty"}
    assert "Was it saved" in error.advice


def test_an_empty_sheet_is_called_empty() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Orders")

    assert refused(out.getvalue()).problems == {
        "file": "is empty: its sheet Orders has nothing in it"
    }


def test_a_file_without_orders_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has no order"):
        orders_in(table().encode(), NOW)


def test_a_column_given_twice_is_refused() -> None:
    text = table({"Extra": "9"}).replace("Extra", "Quantity")
    with pytest.raises(InvalidInput, match="a column twice: Quantity"):
        orders_in(text.encode(), NOW)


def test_a_cell_of_any_length_is_read_and_refused_for_its_length_only() -> None:
    told = problems({"GiftMessage": "x" * 200_000})
    assert told[0] == "line 2: Gift message is too long: Amazon takes 512 characters"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"orders\.csv: No such file"):
        parse.opened(limits.content(tmp_path / "orders.csv"))


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(table({}), encoding="utf-8", newline="")
    assert parse.judged(parse.opened(limits.content(path)), NOW)[0].order_id == "1001"


@pytest.mark.parametrize("quantity", ["", "two", "1.5", "-1", "+1", "1e3", "²", "٣", "9" * 5000])
def test_a_quantity_that_is_no_whole_number_is_told(quantity: str) -> None:
    assert problems({"Quantity": quantity}) == (
        f"line 2: Units {quantity!r} is not a whole number",
    )


@pytest.mark.parametrize("name", ["MerchantFulfillmentOrderID", "MerchantSKU"])
def test_an_empty_cell_that_is_needed_is_told(name: str) -> None:
    assert problems({name: ""}) == (f"line 2: {file_columns.label(name)} is empty",)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("AddressName", "line 2: Name is needed"),
        ("AddressFieldOne", "line 2: Street is needed"),
        ("AddressCity", "line 2: City is needed"),
        ("AddressPostalCode", "line 2: Postal code is needed"),
        ("AddressCountryCode", "line 2: Country is needed"),
    ],
)
def test_an_address_that_lacks_something_names_the_column(name: str, problem: str) -> None:
    assert problem in problems({name: ""})


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"Quantity": "0"}, "line 2: Units must be at least 1"),
        ({"Quantity": "251"}, "line 2: 251 units, but Amazon takes 250 per order at most"),
        ({"DeliverySLA": "Tomorrow"}, ("line 2: Speed 'Tomorrow' is none of Standard, "
         "Expedited, Priority, ScheduledDelivery")),
        ({"FulfillmentAction": "Wait"}, "line 2: Ship or Hold 'Wait' is none of Ship, Hold"),
        ({"FulfillmentPolicy": "Any"}, ("line 2: Fulfillment policy 'Any' is none of FillOrKill, "
         "FillAll, FillAllAvailable")),
        ({"DisplayableOrderDate": "2026-03-01 09:30"}, ("line 2: Date on slip '2026-03-01 09:30' "
         "has a time but no zone: write it like 2026-01-31 or 2026-01-31T09:00Z")),
        ({"AddressCountryCode": "Atlantis"}, ("line 2: Country Atlantis is not a "
         "country: choose one, or type a code like US")),
        ({"AddressStateOrRegion": "ZZ"},
         "line 2: State ZZ is not a state of the United States"),
        ({"AddressPostalCode": "10001"}, ("line 2: Postal code 10001 is a ZIP code of New "
         "York, but the state is Illinois")),
        ({"MerchantFulfillmentOrderID": "A/1"},
         ("line 2: Order number may hold letters, digits, "
         "'-', '_' and '.' only, as others break Amazon's look-ups; your shop's own "
         "number goes into Number on slip")),
        ({"MerchantFulfillmentOrderID": "1" * 41, "DisplayableOrderID": "1"},
         "line 2: Order number is too long: Amazon takes 40 characters"),
        ({"OrderItemDisposition": "Unsellable"},
         "line 2: Condition can only be Sellable"),
        ({"NotificationEmail": "x" * 65},
         "line 2: E-mail is too long: Amazon takes 64 characters"),
    ],
)  # fmt: skip
def test_a_field_that_amazon_would_refuse_is_told_with_its_column(
    line: dict[str, str], problem: str
) -> None:
    assert problems(line) == (problem,)


def test_a_date_that_is_none_is_told() -> None:
    (told,) = problems({"DisplayableOrderDate": "yesterday"})
    assert told.startswith("line 2: Date on slip ")


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ({"GiftMessage": "x" * 513}, "Gift message is too long: Amazon takes 512 characters"),
        ({"MerchantSKU": "x" * 51}, "SKU is too long: Amazon takes 50 characters"),
        ({"PerUnitDeclaredValue": "1,234"},
         "Declared value '1,234' can mean 1234 or 1.234: write it like 1234.00 or 1.2340"),
        ({"MerchantFulfillmentOrderItemID": "x" * 51},
         "Line number is too long: Amazon takes 50 characters"),
    ],
)  # fmt: skip
def test_a_wrong_order_line_is_told_with_its_own_line(cell: dict[str, str], problem: str) -> None:
    assert problems({}, {"MerchantSKU": "B"} | cell) == (f"line 3: {problem}",)


def test_two_lines_with_one_item_id_are_told() -> None:
    same = {"MerchantFulfillmentOrderItemID": "a"}
    assert problems(same, same) == ("line 2: item id used twice: a",)


def test_more_lines_than_amazon_takes_are_told() -> None:
    lines = [{"MerchantSKU": f"SKU-{n}"} for n in range(101)]
    assert problems(*lines) == ("line 2: its lines are too many: Amazon takes 100",)


def test_a_hundred_lines_are_an_order() -> None:
    assert len(the_request(*({"MerchantSKU": f"SKU-{n}"} for n in range(100))).items) == 100


@pytest.mark.parametrize("name", ["AddressCity", "DeliverySLA", "DisplayableOrderID"])
def test_lines_of_an_order_that_contradict_each_other_are_told(name: str) -> None:
    assert problems({name: "Standard"}, {name: "Expedited"}) == (
        f"line 3: {file_columns.label(name)} differs from line 2 of the same order",
    )


def test_later_lines_may_leave_out_what_the_first_has_said() -> None:
    assert len(the_request({}, {name: "" for name in BASE if name.startswith("Addr")}).items) == 2


def test_cells_beyond_the_columns_refuse_the_file_as_it_may_be_mixed_up() -> None:
    text = table({}).rstrip() + ",stray\r\n"
    assert refused(text.encode()).problems == {
        "line 2": "has 10 cells, but the first line has 9 columns: a cell may hold the sign that "
        "parts columns"
    }


def test_a_line_that_ends_early_refuses_the_file() -> None:
    text = table({"GiftMessage": "For you"}, {}).encode() + b"1002,B,1,Bo Example\r\n"
    assert "has 4 cells, but the first line has 10 columns" in refused(text).problems["line 4"]


def test_all_that_is_wrong_with_an_order_is_told_at_once() -> None:
    assert len(problems({"Quantity": "x", "MerchantSKU": ""}, {"AddressCity": "Elsewhere"})) == 3


@pytest.mark.parametrize("kind", send.KINDS)
@pytest.mark.parametrize("names", [None, file_columns.PLAIN])
def test_the_template_reads_back_as_an_order(names: dict[str, str] | None, kind: str) -> None:
    (order,) = orders_in(send.to_bytes(parse.template(names), kind), NOW)
    assert order.request is not None
    assert order.request.items[0].seller_sku == "YOUR-SKU"


def test_the_template_has_every_column() -> None:
    header = parse.template()[0]
    assert header == [*file_columns.REQUIRED, *file_columns.OPTIONAL]


@pytest.mark.parametrize(
    ("city", "encoding"),
    [
        ("J\u00fcrgenstadt", "mac_roman"),
        ("\u0141\u00f3d\u017a", "cp1250"),
        ("\u6771\u4eac\u90fd\u5343\u4ee3\u7530\u533a", "shift_jis"),
        ("Zo\u00eb \u20ac 5", "cp1252"),
        ("\u5317\u4eac\u5e02", "gb18030"),
    ],
)
def test_letters_that_are_only_guessed_are_sent_when_their_encoding_is_chosen(
    city: str, encoding: str
) -> None:
    data = table({}, {"MerchantFulfillmentOrderID": "1002", "AddressCity": city}).encode(encoding)

    told = refused(data)
    (_, order) = orders_in(data, NOW, encoding=encoding)

    assert list(told.problems) == ["line 3"]
    assert "--encoding NAME" in told.advice
    assert order.request is not None
    assert order.request.destination_address.city == city


def test_a_file_without_letters_outside_ascii_needs_no_choice() -> None:
    assert orders_in(table({}).encode("cp1252"), NOW)[0].request is not None


def test_four_orders_with_quote_marks_as_text_are_four_orders() -> None:
    names = ['"Ada" Example', "Bo Example", '"Cy Example', '15" Example']
    head = "\t".join(BASE)
    lines = [
        "\t".join({**BASE, "MerchantFulfillmentOrderID": f"{n}", "AddressName": name}.values())
        for n, name in enumerate(names)
    ]

    found = orders_in("\r\n".join([head, *lines]).encode(), NOW)

    sent = [order.request.destination_address.name for order in found if order.request]
    assert sent == names


def test_a_name_that_can_be_meant_with_its_quote_marks_is_refused() -> None:
    text = table({"AddressName": "Ada"}, delimiter="\t").replace("Ada", '"Ada"')
    assert refused(text.encode()).problems["line 2"].startswith("Name 'Ada' can be meant")


def test_features_and_the_country_to_ship_from_are_sent() -> None:
    request = the_request(
        {
            "MarketplaceID": "ATVPDKIKX0DER",
            "BlankBox": "Yes",
            "Block AMZL": "notRequired",
            "ShipFromCountryCode": "US",
            "AddressDistrictOrCounty": "Sangamon",
        }
    )
    assert request.ship_from_country_code == "US"
    assert request.destination_address.district_or_county == "Sangamon"
    assert request.to_api()["featureConstraints"] == [
        {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"},
        {"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "NotRequired"},
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"MarketplaceID": "A1PA6795UKMFR9"}, ("Marketplace 'A1PA6795UKMFR9' is not the "
         "marketplace that is set here, ATVPDKIKX0DER (United States)")),
        ({"BlankBox": "maybe"}, "Blank box 'maybe' is neither yes nor no"),
        ({"ShipFromCountryCode": "usa"}, ("Ship from 'usa' is not a country code of two "
         "capital letters, like US")),
        ({"IsCOD": "yes"},
         ("Payment on delivery can't be sent, as payment on delivery can't be ordered here: empty "
         "the cell")),
        ({"MerchantFulfillmentOrderID": "1.23E+12"}, ("Order number '1.23E+12' was "
         "shortened by a spreadsheet, and its digits are lost: format the column as text and "
         "enter it again")),
        ({"MerchantFulfillmentOrderID": "1001.0"}, ("Order number '1001.0' was made "
         "a decimal number by a program: write it without its end")),
        ({"DisplayableOrderDate": "44927"}, ("Date on slip '44927' is a spreadsheet's "
         "number of a day: write it like 2026-01-31 or 2026-01-31T09:00Z")),
        ({"AddressFieldTwo": "#NAME?"}, ("Street 2 '#NAME?' is an error of a spreadsheet, "
         "not a text: enter it again as text")),
        ({"AddressName": "J\ufffdrgen"}, ("Name 'J\ufffdrgen' has letters that were lost "
         "when the file was saved: enter them again")),
        ({"AddressName": "Ada\x0bExample"}, ("Name holds a control character or line break "
         "(U+000B): take it out")),
        ({"AddressName": "Ada\u2028Example"}, ("Name holds a control character or line "
         "break (U+2028): take it out")),
    ],
)  # fmt: skip
def test_what_can_not_be_honoured_is_told(line: dict[str, str], problem: str) -> None:
    assert problems(line) == (f"line 2: {problem}",)


def test_letters_in_seven_bits_are_not_sent_as_their_signs() -> None:
    data = table({"AddressName": "\u6771\u4eac"}).encode("iso2022_jp")
    (order,) = orders_in(data, NOW)
    assert order.problems == (
        "line 2: Name holds a control character or line break (U+001B): take it out",
    )


@pytest.mark.parametrize("answer", ["no", "0", "FALSE"])
def test_what_is_not_asked_for_needs_no_refusal(answer: str) -> None:
    assert the_request({"IsCOD": answer}).feature_constraints is None


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ("Notes", "isn't known, but line 3 has a value in it"),
        ("AddressFeildTwo", "isn't known, but line 3 has a value in it; did you mean Street 2?"),

    ],
)  # fmt: skip
def test_a_column_that_is_not_known_but_has_a_value_is_refused(column: str, problem: str) -> None:
    told = refused(table({}, {column: "x"}).encode())
    assert told.problems == {f"column {column}": problem}


def test_a_column_without_a_name_but_with_a_value_is_refused_by_its_place() -> None:
    assert list(refused(table({"": "x"}).encode()).problems) == ["column 10"]


def test_a_column_that_is_not_known_and_empty_is_passed_over() -> None:
    assert the_request({"Notes": "", "IsCODRequired": ""}).seller_fulfillment_order_id == "1001"


def test_columns_are_known_however_they_are_written() -> None:
    text = table({"MerchantSKU": "B"}).replace("MerchantSKU", "* merchant_s-k u", 1)
    (order,) = orders_in(text.encode(), NOW)
    assert order.request is not None
    assert order.request.items[0].seller_sku == "B"


def test_two_columns_that_mean_the_same_are_refused() -> None:
    text = table({"Extra": "B"}).replace("Extra", "merchant sku")
    assert "a column twice: MerchantSKU, merchant sku" in str(refused(text.encode()))


def test_a_misspelled_column_that_is_needed_is_named_beside_what_is_missing() -> None:
    text = table({}).replace("AddressName", "AdressName")
    assert "lacks the columns Name ('AdressName' may be meant as Name)" in str(
        refused(text.encode())
    )


def test_order_numbers_that_differ_only_in_capitals_are_refused() -> None:
    one, other = read({"MerchantFulfillmentOrderID": "a-1"}, {"MerchantFulfillmentOrderID": "A-1"})
    assert one.request is other.request is None
    assert one.problems[0].startswith("line 2: Order number differs from line 3 only")


def words(most: int) -> st.SearchStrategy[str]:
    """Texts as sellers write them, with all that is special in a table; never empty."""
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
    text = st.text(letters | st.sampled_from(",;\t\"'|="), min_size=1, max_size=most)
    # What begins with # may be an error of a spreadsheet, which is refused.
    usual = text.map(str.strip).filter(lambda each: each and "\ufffd" not in each)
    return usual.filter(lambda each: not each.startswith("#"))


def folded_words(most: int) -> st.SearchStrategy[str]:
    """Words of an address: blanks are folded in them, and full-width digits made plain ones."""
    return words(most).map(lambda text: normalised({"name": text})["name"]).filter(bool)


PLACES = (
    {"countryCode": "US", "stateOrRegion": "TX", "postalCode": "78701"},
    {"countryCode": "CA", "stateOrRegion": "ON", "postalCode": "M5H 2N2"},
    {"countryCode": "DE", "postalCode": "10115"},
    {"countryCode": "DE", "postalCode": "80331", "stateOrRegion": "Bayern"},
)
optional_words = st.none() | words(40)
ids = st.text("ABCxyz0189-_", min_size=1, max_size=40)


@st.composite
def requests(draw: st.DrawFn, order_id: str) -> dict[str, Any]:
    """What a valid order sends, as Amazon's JSON."""
    emails = draw(st.lists(st.sampled_from(["a@example.com", "b@example.com"]), max_size=2))
    address = {
        **draw(st.sampled_from(PLACES)),
        "name": draw(folded_words(50)),
        "addressLine1": draw(folded_words(60)),
        "addressLine2": draw(st.none() | folded_words(40)),
        "city": draw(folded_words(30)),
        "phone": draw(st.sampled_from([None, "+1 512-555-0100", "ask at the gate"])),
    }
    items = [
        {
            "sellerSku": draw(words(50)),
            "sellerFulfillmentOrderItemId": item_id,
            "quantity": draw(st.integers(1, 25)),
            "giftMessage": draw(optional_words),
            "displayableComment": draw(optional_words),
        }
        for item_id in draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    ]
    fields = {
        "sellerFulfillmentOrderId": order_id,
        "displayableOrderId": draw(ids),
        "displayableOrderDate": draw(
            st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
                lambda moment: moment.replace(microsecond=0).isoformat() + "Z"
            )
        ),
        "displayableOrderComment": draw(words(100)),
        "shippingSpeedCategory": draw(st.sampled_from(["Standard", "Expedited", "Priority"])),
        "fulfillmentAction": draw(st.sampled_from([None, "Ship", "Hold"])),
        "fulfillmentPolicy": draw(st.sampled_from([None, "FillOrKill", "FillAllAvailable"])),
        "notificationEmails": emails or None,
        "destinationAddress": {k: v for k, v in address.items() if v},
        "items": [{k: v for k, v in item.items() if v} for item in items],
    }
    return {name: value for name, value in fields.items() if value}


order_lists = st.lists(ids, min_size=1, max_size=4, unique=True).flatmap(
    lambda order_ids: st.tuples(*(requests(order_id) for order_id in order_ids))
)
COLUMNS = {
    "MerchantFulfillmentOrderID": ("sellerFulfillmentOrderId",),
    "DisplayableOrderID": ("displayableOrderId",),
    "DisplayableOrderDate": ("displayableOrderDate",),
    "DisplayableOrderComment": ("displayableOrderComment",),
    "DeliverySLA": ("shippingSpeedCategory",),
    "FulfillmentAction": ("fulfillmentAction",),
    "FulfillmentPolicy": ("fulfillmentPolicy",),
    "AddressName": ("destinationAddress", "name"),
    "AddressFieldOne": ("destinationAddress", "addressLine1"),
    "AddressFieldTwo": ("destinationAddress", "addressLine2"),
    "AddressCity": ("destinationAddress", "city"),
    "AddressStateOrRegion": ("destinationAddress", "stateOrRegion"),
    "AddressPostalCode": ("destinationAddress", "postalCode"),
    "AddressCountryCode": ("destinationAddress", "countryCode"),
    "AddressPhoneNumber": ("destinationAddress", "phone"),
    "MerchantSKU": ("item", "sellerSku"),
    "MerchantFulfillmentOrderItemID": ("item", "sellerFulfillmentOrderItemId"),
    "Quantity": ("item", "quantity"),
    "GiftMessage": ("item", "giftMessage"),
    "DisplayableComment": ("item", "displayableComment"),
}


def cell(data: Any, *path: str) -> str:
    return str(cell(data.get(path[0], {}), *path[1:])) if path else str(data or "")


def lines_of(request: dict[str, Any]) -> list[dict[str, str]]:
    emails = {"NotificationEmail": ",".join(request.get("notificationEmails", []))}
    return [
        {name: cell(request | {"item": item}, *path) for name, path in COLUMNS.items()} | emails
        for item in request["items"]
    ]


@settings(max_examples=many(50))
@given(order_lists, st.sampled_from([",", "\t", ";"]), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_any_orders_written_to_a_file_are_read_back_the_same(
    written: tuple[dict[str, Any], ...], delimiter: str, encoding: str
) -> None:
    text = table(*(line for request in written for line in lines_of(request)), delimiter=delimiter)
    found = orders_in(text.encode(encoding), NOW)
    assert [order.problems for order in found] == [()] * len(written)
    assert [order.request and order.request.to_api() for order in found] == list(written)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("DisplayableOrderID", "1", "2"),
        ("DisplayableOrderDate", "2026-01-31T09:00:00Z", "2026-01-31T10:00:00Z"),
        ("DisplayableOrderComment", "Thanks!", "Enjoy!"),
        ("AddressName", "Ada Example", "Bo Example"),
        ("AddressFieldOne", "100 Example Street", "7 Other Road"),
        ("AddressFieldTwo", "Floor 2", "Floor 3"),
        ("AddressFieldThree", "Door 2", "Door 3"),
        ("AddressDistrictOrCounty", "Sangamon", "Cook"),
        ("AddressStateOrRegion", "IL", "NY"),
        ("AddressPostalCode", "62701", "62702"),
        ("AddressCountryCode", "US", "CA"),
        ("AddressPhoneNumber", "555-0100", "555-0101"),
        ("NotificationEmail", "a@example.com", "b@example.com"),
        ("FulfillmentAction", "Ship", "Hold"),
        ("FulfillmentPolicy", "FillAll", "FillOrKill"),
        ("ShipFromCountryCode", "US", "CA"),
        ("BlankBox", "yes", "no"),
        ("BlockAMZL", "yes", "no"),
    ],
)
def test_what_holds_for_the_whole_order_is_the_same_on_each_of_its_lines(
    name: str, first: str, second: str
) -> None:
    (problem,) = problems({name: first}, {name: second})
    assert problem == f"line 3: {file_columns.label(name)} differs from line 2 of the same order"


@pytest.mark.parametrize(
    "name",
    ["MerchantFulfillmentOrderID", "DisplayableOrderID", "AddressPostalCode", "AddressPhoneNumber"],
)
def test_a_number_that_was_made_a_decimal_is_refused_where_it_is_a_text(name: str) -> None:
    (problem,) = problems({name: "62701.0"})
    assert problem.startswith(
        f"line 2: {file_columns.label(name)} '62701.0' was made a decimal number by a program"
    )


@pytest.mark.parametrize(
    "name",
    [
        "MerchantFulfillmentOrderID",
        "DisplayableOrderID",
        "MerchantSKU",
        "MerchantFulfillmentOrderItemID",
        "AddressPostalCode",
        "AddressPhoneNumber",
        "PerUnitDeclaredValue",
    ],
)
def test_a_number_whose_digits_a_spreadsheet_shortened_is_refused(name: str) -> None:
    (problem,) = problems({name: "6.27E+10"})
    assert problem.startswith(
        f"line 2: {file_columns.label(name)} '6.27E+10' was shortened by a spreadsheet"
    )


@pytest.mark.parametrize(
    "error",
    [
        "#NAME?",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#N/A",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#GETTING_DATA",
        "#EXTERNAL!",
        "#PYTHON!",
        "#TIMEOUT!",
        "###",
        "########",
    ],
)
def test_an_error_of_a_formula_is_never_sent_as_a_text(error: str) -> None:
    (problem,) = problems({"AddressFieldTwo": error})
    assert problem.startswith(f"line 2: Street 2 {error!r} is an error of a spreadsheet")


@pytest.mark.parametrize(
    ("answer", "policy"),
    [(yes, "Required") for yes in ("yes", "y", "TRUE", "1", "required")]
    + [
        (no, "NotRequired")
        for no in ("no", "n", "False", "0", "notrequired", "not required", "NOT_REQUIRED")
    ],
)
def test_yes_and_no_may_be_said_in_every_usual_way(answer: str, policy: str) -> None:
    assert the_request({"BlankBox": answer}).to_api()["featureConstraints"] == [
        {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": policy}
    ]


def test_addresses_to_be_told_are_parted_by_commas_or_semicolons_with_any_blanks() -> None:
    assert form.emails(" a@example.com ;b@example.com,\tc@example.com , ;") == [
        "a@example.com",
        "b@example.com",
        "c@example.com",
    ]


@pytest.mark.parametrize(
    ("name", "most"), [("DisplayableOrderID", 40), ("DisplayableOrderComment", 750)]
)
def test_a_text_too_long_for_amazon_is_told_with_its_column(name: str, most: int) -> None:
    assert problems({name: "x" * (most + 1)}) == (
        f"line 2: {file_columns.label(name)} is too long: Amazon takes {most} characters",
    )


def test_a_comment_on_a_line_that_is_too_long_is_told_with_its_own_line() -> None:
    assert problems({}, {"MerchantSKU": "B", "DisplayableComment": "x" * 251}) == (
        "line 3: Line note is too long: Amazon takes 250 characters",
    )


def test_a_file_on_disk_is_read_in_the_encoding_and_with_the_columns_that_were_chosen(
    tmp_path: Path,
) -> None:
    path = tmp_path / "orders.csv"
    text = table({"AddressName": "Jürgen Beispiel"}).replace("AddressCity", "Town")
    path.write_bytes(text.encode("mac_roman"))
    place = text.splitlines()[0].split(",").index("Town")

    document = parse.opened(
        limits.content(path), encoding="mac_roman", assigned={place: "AddressCity"}
    )
    (order,) = parse.judged(document, NOW)

    assert order.request is not None
    assert order.request.destination_address.name == "Jürgen Beispiel"
    assert order.request.destination_address.city == "Springfield"


def test_a_column_that_is_not_known_is_refused_with_what_to_do_about_it() -> None:
    assert (
        "Delete the column if Amazon needn't know it"
        in refused(table({"Notes": "Ring twice"}).encode()).advice
    )


SPOILED = {
    "AddressName": "Pat O&#39;Neill",
    "AddressFieldOne": "123%20Oak%20Street",
    "GiftMessage": "FÃ¼r dich",
    "AddressFieldTwo": "null",
}


def test_text_that_another_program_spoiled_is_asked_about_with_what_is_meant() -> None:
    (order,) = read(SPOILED)

    assert order.request is not None
    assert order.doubts == (
        """line 2: Name 'Pat O&#39;Neill' probably means "Pat O'Neill\"""",
        "line 2: Street '123%20Oak%20Street' probably means '123 Oak Street'",
        "line 2: Street 2 'null' probably means nothing",
        "line 2: Gift message 'FÃ¼r dich' probably means 'Für dich'",
    )


def test_what_is_meant_can_be_put_into_the_file() -> None:
    document = parse.opened(table(SPOILED).encode())

    (order,) = parse.judged(document.with_cells(document.meant()), NOW)

    assert (order.doubts, order.problems) == ((), ())
    assert order.request is not None
    assert order.request.destination_address.name == "Pat O'Neill"
    assert order.request.destination_address.address_line2 is None
    assert order.request.items[0].gift_message == "Für dich"


def test_skus_are_never_taken_for_spoiled() -> None:
    assert read({"MerchantSKU": "A%20B&amp;C"})[0].doubts == ()


@pytest.mark.parametrize(
    ("date", "sent"),
    [
        ("2026-11-28", "2026-11-28T12:00:00Z"),
        ("2026-11-28 09:50:26 +0200", "2026-11-28T07:50:26Z"),
        ("2026-11-28T09:50:26.5+02:00", "2026-11-28T07:50:26Z"),
        ("2026/11/28", "2026-11-28T12:00:00Z"),
    ],
)
def test_a_date_is_sent_as_amazon_writes_it(date: str, sent: str) -> None:
    assert the_request({"DisplayableOrderDate": date}).to_api()["displayableOrderDate"] == sent


@pytest.mark.parametrize(
    ("value", "sent"), [("12,50", "12.50"), ("1,234.50", "1234.50"), ("9", "9")]
)
def test_a_declared_value_is_read_with_point_or_comma(value: str, sent: str) -> None:
    money = the_request({"PerUnitDeclaredValue": value}).items[0].per_unit_declared_value
    assert money is not None
    assert money.value == sent


def test_more_lines_than_can_be_checked_are_refused_before_any_is() -> None:
    text = "\n".join([table({}).strip(), *["x"] * parse.MOST_LINES])

    assert refused(text.encode()).problems == {"file": "has more than 10,000 lines of orders"}


def test_a_zip_code_far_from_its_city_is_asked_about() -> None:
    (order,) = read({"AddressCity": "Dallas", "AddressStateOrRegion": "Texas",
                     "AddressPostalCode": "78701"})  # fmt: skip

    assert order.request is not None
    assert order.doubts == ("line 2: ZIP code 78701 is some 270 km from Dallas",)


PLAINLY = "Order number,SKU,Units,Name,Street,City,State,Postal code,Country"
ADA = "Ada Example,1 Example Street,Springfield,IL,62701,US"
BUNDLES = SkuTable(
    {
        (ALL_SHOPS, "MUG-BLU"): (Part("SKU-0012"),),
        (ALL_SHOPS, "SET"): (Part("SKU-0012", 2), Part("SKU-9")),
    }
)


def swapped(*rows: tuple[str, str, str]) -> list[FileOrder]:
    return parse.judged(parse.opened(file_of(*rows)), NOW, skus=BUNDLES)


def test_a_shops_sku_is_sent_as_what_it_is_at_amazon_and_said() -> None:
    (order,) = swapped(("1", "MUG-BLU", "3"))

    assert order.request is not None
    assert [(it.seller_sku, it.quantity) for it in order.request.items] == [("SKU-0012", 3)]
    assert [str(swap) for swap in order.swaps] == ["MUG-BLU -> SKU-0012"]


def test_a_bundle_goes_out_as_its_parts_each_with_a_number_of_its_own() -> None:
    text = f"{PLAINLY},Line number\n1,SET,2,{ADA},a\n1,MUG-BLU,1,{ADA},b\n"

    (order,) = parse.judged(parse.opened(text.encode()), NOW, skus=BUNDLES)

    assert order.request is not None
    assert [
        (it.seller_fulfillment_order_item_id, it.seller_sku, it.quantity)
        for it in order.request.items
    ] == [("a-1", "SKU-0012", 4), ("a-2", "SKU-9", 2), ("b", "SKU-0012", 1)]


def test_a_sku_that_isnt_in_the_table_is_meant_as_it_is_written() -> None:
    (order,) = swapped(("1", "OTHER", "1"))

    assert order.request is not None
    assert (order.request.items[0].seller_sku, order.swaps) == ("OTHER", ())


def test_a_value_cant_be_declared_for_a_bundle() -> None:
    text = f"{PLAINLY},Declared value\n1,SET,1,{ADA},10\n"

    (order,) = parse.judged(parse.opened(text.encode()), NOW, skus=BUNDLES)

    (problem,) = order.problems
    assert problem.startswith(
        "line 2: Declared value can't be divided among 2 x SKU-0012 + SKU-9, which goes out for "
    )


def test_a_mistake_in_a_bundle_is_told_with_the_line_of_the_file() -> None:
    (order,) = swapped(("1", "SET", "0"))

    assert order.request is None
    assert all(problem.startswith("line 2: ") for problem in order.problems)
