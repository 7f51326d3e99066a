"""Amazon's ledger report: every spelling of it is read, every mistake is told with its line."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.errors import InvalidInput
from mcf.inventory import ledger
from mcf.inventory.ledger import DateOrder, LedgerDay
from mcf.marketplaces import MARKETPLACES
from tests.examples import many

TODAY = date(2026, 3, 31)
COLUMNS = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance",
    "In Transit Between Warehouses", "Receipts", "Customer Shipments", "Customer Returns",
    "Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed",
    "Other Events", "Ending Warehouse Balance", "Unknown Events", "Location",
)  # fmt: skip
BASE = dict.fromkeys(COLUMNS, "0") | {
    "Date": "2026-03-02",
    "FNSKU": "X00EXAMPLE",
    "ASIN": "B0EXAMPLE1",
    "MSKU": "A",
    "Title": "Kettle, black",
    "Disposition": "SELLABLE",
    "Location": "US",
}


def table(*lines: dict[str, str], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    """A report of these lines; what a line doesn't give is as in BASE."""
    out = io.StringIO()
    writer = csv.DictWriter(
        out, columns, delimiter=delimiter, extrasaction="ignore", lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(BASE | line for line in lines)
    return out.getvalue()


def read(*lines: dict[str, str]) -> tuple[LedgerDay, ...]:
    return ledger.read(table(*lines).encode(), today=TODAY).days


def refused(data: bytes, **options: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        ledger.read(data, today=TODAY, **options)  # type: ignore[arg-type]
    return caught.value


def problems(*lines: dict[str, str]) -> dict[str, str]:
    return refused(table(*lines).encode()).problems


def days(*written: str) -> list[date]:
    return [each.day for each in read(*({"Date": each} for each in written))]


def test_a_line_becomes_a_day_of_a_sku() -> None:
    (day,) = read(
        {
            "Starting Warehouse Balance": "10",
            "In Transit Between Warehouses": "4",
            "Receipts": "12",
            "Customer Shipments": "-3",
            "Customer Returns": "1",
            "Found": "2",
            "Lost": "-1",
            "Damaged": "-5",
            "Disposed": "-6",
            "Vendor Returns": "-7",
            "Warehouse Transfer In/Out": "-8",
            "Other Events": "9",
            "Unknown Events": "-9",
            "Ending Warehouse Balance": "10",
        }
    )

    assert day == LedgerDay(
        day=date(2026, 3, 2), seller_sku="A", sellable=10, unsellable=0, in_transit=4, receipts=12,
        customer_shipments=3, customer_returns=1, found=2, lost=1, damaged=5, disposed=6,
        returned=1, vendor_returns=7, transferred=-8, other=9, unknown=-9,
    )  # fmt: skip
    assert day.movements == (1, 2, -1, -5, -13, -8, 9, -9)


def test_what_never_was_sellable_did_not_come_to_the_sellable_ones() -> None:
    """12 came, 4 of them damaged; a customer's broken unit came back, and one was taken back that
    hadn't been shipped: 8 and 1 more can be sold.
    """
    day, _ = read(
        {"Receipts": "8", "Customer Shipments": "1", "Ending Warehouse Balance": "9"},
        {"Receipts": "4", "Customer Returns": "1", "Disposition": "DEFECTIVE",
         "Ending Warehouse Balance": "5"},
        {"MSKU": "B", "Customer Shipments": "-2"},
    )  # fmt: skip

    moved = day.receipts - day.customer_shipments + sum(day.movements)
    assert (day.receipts, day.customer_returns, moved) == (12, 1, day.sellable)


def test_locations_and_dispositions_are_added_up() -> None:
    (day,) = read(
        {"Location": "PHX3", "Ending Warehouse Balance": "5", "Customer Shipments": "-1"},
        {"Location": "ONT8", "Ending Warehouse Balance": "7", "Customer Shipments": "-2"},
        {"Location": "ONT8", "Disposition": "DEFECTIVE", "Ending Warehouse Balance": "2"},
        {"Location": "ONT8", "Disposition": "Expired", "Ending Warehouse Balance": "1"},
    )

    assert (day.sellable, day.unsellable, day.customer_shipments) == (12, 3, 3)


@pytest.mark.parametrize(
    "disposition",
    ["CUSTOMER_DAMAGED", "Warehouse Damaged", "fulfillment center damaged", "distributor-damaged",
     "CARRIER_DAMAGED", "DEFECTIVE", "EXPIRED", "UNSELLABLE"],
)  # fmt: skip
def test_every_disposition_but_sellable_counts_as_unsellable(disposition: str) -> None:
    (day,) = read({"Disposition": disposition, "Ending Warehouse Balance": "4"})

    assert (day.sellable, day.unsellable) == (0, 4)


@pytest.mark.parametrize("quoting", [csv.QUOTE_NONE, csv.QUOTE_ALL])
def test_quote_marks_that_amazon_does_not_double_hide_no_line(quoting: Any) -> None:
    titles = ['"Deluxe" lamp', '15" screen', 'Lamp, 15"', '"Deluxe"', '"']
    mark = '"' if quoting == csv.QUOTE_ALL else ""
    lines = [
        BASE | {"MSKU": f"SKU-{n}", "Title": title, "Ending Warehouse Balance": "8"}
        for n, title in enumerate(titles)
    ]
    rows = [list(COLUMNS), *([line[name] for name in COLUMNS] for line in lines)]
    text = "\r\n".join("\t".join(f"{mark}{cell}{mark}" for cell in row) for row in rows)

    found = ledger.read(text.encode(), today=TODAY).days

    assert [(day.seller_sku, day.sellable) for day in found] == [
        (f"SKU-{n}", 8) for n in range(len(titles))
    ]


def test_a_title_that_can_be_read_in_two_ways_does_not_matter() -> None:
    text = table({"Title": "Lamp"}, delimiter="\t").replace("Lamp", '"Deluxe"')

    assert len(ledger.read(text.encode(), today=TODAY).days) == 1


def test_a_sku_that_can_be_read_in_two_ways_is_refused() -> None:
    text = table({"MSKU": "Lamp"}, delimiter="\t").replace("Lamp", '"Deluxe"')

    assert "with its quote marks or without them" in refused(text.encode()).problems["line 2"]


def test_the_encoding_of_titles_does_not_matter() -> None:
    text = table({"Title": "K\u00fcche", "Receipts": "7"})

    (day,) = ledger.read(text.encode("mac_roman"), today=TODAY).days

    assert day.receipts == 7


def test_a_sku_whose_letters_are_only_guessed_is_refused_until_the_encoding_is_said() -> None:
    data = table({"MSKU": "\u00dc-1"}).encode("mac_roman")

    assert "MSKU has letters that the file leaves open" in refused(data).problems["line 2"]
    (day,) = ledger.read(data, today=TODAY, encoding="mac-roman").days
    assert day.seller_sku == "\u00dc-1"


def test_what_is_damaged_or_lost_is_told_of_sellable_units() -> None:
    (day,) = read(
        {"Damaged": "-2", "Lost": "-1"},
        {"Damaged": "2", "Lost": "0", "Disposition": "WAREHOUSE_DAMAGED"},
    )

    assert (day.damaged, day.lost) == (2, 1)


def test_days_come_oldest_first_and_skus_apart() -> None:
    found = read({"Date": "2026-03-03"}, {"MSKU": "B"}, {"MSKU": "A"})

    assert [(each.day.day, each.seller_sku) for each in found] == [(2, "A"), (2, "B"), (3, "A")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_read_in_any_spelling_of_a_table(delimiter: str, encoding: str) -> None:
    text = table(
        {"Title": 'Küche, "blau"; 1\t2', "MSKU": "Ü-1", "Receipts": "7"}, delimiter=delimiter
    )

    (day,) = ledger.read(text.encode(encoding), today=TODAY).days

    assert (day.seller_sku, day.receipts) == ("Ü-1", 7)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ending Warehouse Balance", "EndingWarehouseBalance"),
        ("Customer Shipments", "customer_shipments"),
        ("In Transit Between Warehouses", " in transit between warehouses "),
        ("Location", "Store,Location"),
    ],
)
def test_columns_are_known_however_amazon_spells_them(old: str, new: str) -> None:
    text = table({"Customer Shipments": "-3", "Ending Warehouse Balance": "9"}).replace(old, new, 1)

    (day,) = ledger.read(text.replace(",US\r\n", "," * new.count(",") + ",US\r\n").encode(),
                         today=TODAY).days  # fmt: skip

    assert (day.customer_shipments, day.sellable) == (3, 9)


def test_columns_that_are_not_needed_may_be_missing() -> None:
    text = table({"Receipts": "7"}, columns=ledger.REQUIRED)

    (day,) = ledger.read(text.encode(), today=TODAY).days

    assert (day.receipts, day.customer_returns, day.lost) == (7, 0, 0)


@pytest.mark.parametrize("missing", ledger.REQUIRED)
def test_a_column_that_is_needed_is_named_when_it_is_missing(missing: str) -> None:
    columns = tuple(name for name in COLUMNS if name != missing)
    told = refused(table({}, columns=columns).encode())

    assert told.problems == {"file": f"the first line lacks the columns {missing}"}
    assert "summary view, daily" in told.advice


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the first line lacks the columns Date, MSKU"),
        (b"\x00\x81\x8d\xff", "is not a text file"),
        (table().encode(), "has no line below the first"),
        ((table() + "\r\n,,,\r\n").encode(), "has no line below the first"),
        (table({}).replace("Found", "Lost", 1).encode(), "has a column twice: Lost"),
        (table({"MSKU": "A\0B"}).encode(), "is not a text file: line 2 holds a NUL byte"),
    ],
)
def test_a_file_that_is_no_such_report_is_refused(data: bytes, what: str) -> None:
    assert what in refused(data).problems["file"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"MSKU": ""}, "MSKU is empty"),
        ({"MSKU": "A" * 300}, "can't be a SKU"),
        ({"MSKU": "A\x07B"}, "can't be a SKU"),
        ({"Disposition": "SELLABEL"}, "Disposition 'SELLABEL' is none of CARRIER_DAMAGED"),
        ({"Disposition": " "}, "Disposition is empty"),
        ({"Receipts": "2.5"}, "Receipts '2.5' is not a whole number of units"),
        ({"Lost": "1,000"}, "Lost '1,000' is not a whole number of units"),
        ({"Found": "1_0"}, "Found '1_0' is not a whole number of units"),
        ({"Receipts": "99999999"}, "Receipts '99999999' is not a whole number of units"),
        ({"Ending Warehouse Balance": ""}, "Ending Warehouse Balance is empty"),
        ({"Date": "03/2026"}, "Date '03/2026' is no day up to today"),
        ({"Date": "2026-02-30"}, "Date '2026-02-30' is no day up to today"),
        ({"Date": "2026-04-01"}, "Date '2026-04-01' is no day up to today"),
        ({"Date": ""}, "Date '' is no day up to today"),
        ({"MSKU": "Z"}, "is the same as line 2"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_with_its_number(
    change: dict[str, str], what: str
) -> None:
    told = problems({"MSKU": "Z"}, {"Date": "2026-03-03"}, change)

    assert list(told) == ["line 4"]
    assert what in told["line 4"]


def test_a_number_that_is_not_told_is_none() -> None:
    (day,) = read({"Receipts": "", "In Transit Between Warehouses": "", "Lost": ""})

    assert (day.receipts, day.in_transit, day.lost) == (0, 0, 0)


def test_a_file_that_was_cut_off_is_refused() -> None:
    whole = table({}, {"Date": "2026-03-03"})

    told = refused(whole[: whole.rindex("SELLABLE") + 12].encode())

    assert "line 3: has 8 cells, but the first line has 21 columns" in str(told)
    assert "nothing was imported" in told.advice


def test_a_line_with_more_cells_than_columns_is_refused() -> None:
    told = refused(table({}, {"MSKU": "B"}).rstrip().encode() + b",more\r\n")

    assert told.problems == {
        "line 3": "has 22 cells, but the first line has 21 columns: a cell may hold the sign that "
        "parts columns"
    }


def test_many_mistakes_are_told_in_short() -> None:
    told = problems(*({"MSKU": str(number), "Lost": "x"} for number in range(30)))

    assert list(told) == [*(f"line {number}" for number in range(2, 22)), "file"]
    assert told["file"] == "has 10 more such lines"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["2026-03-02"], [2]),
        (["2026/3/2"], [2]),
        (["2026-03-02T00:00:00Z"], [2]),
        (["02.03.2026"], [2]),
        (["03/01/2026", "03/13/2026"], [1, 13]),
        (["01/03/2026", "13/03/2026"], [1, 13]),
        (["1-3-2026", "13-3-2026"], [1, 13]),
        (["3/3/2026"], [3]),
    ],
)
def test_a_date_is_read_as_the_whole_file_writes_dates(
    written: list[str], expected: list[int]
) -> None:
    assert days(*written) == [date(2026, 3, day) for day in expected]


def test_a_date_that_would_lie_ahead_decides_how_dates_are_written() -> None:
    assert days("12/03/2026", "11/03/2026") == [date(2026, 3, 11), date(2026, 3, 12)]


def test_dates_that_can_be_read_in_two_ways_are_refused_with_a_hint() -> None:
    told = refused(table({"Date": "03/03/2026"}, {"Date": "03/02/2026"}).encode())

    assert told.problems == {"line 3": "Date 03/02/2026 can be read in two ways"}
    assert "--dates day-first or --dates month-first" in told.advice


@pytest.mark.parametrize(
    ("dates", "expected"),
    [(DateOrder.DAY_FIRST, date(2026, 2, 3)), (DateOrder.MONTH_FIRST, date(2026, 3, 2))],
)
def test_dates_that_can_be_read_in_two_ways_are_read_as_is_said(
    dates: DateOrder, expected: date
) -> None:
    report = ledger.read(table({"Date": "03/02/2026"}).encode(), today=TODAY, dates=dates)

    assert report.days[0].day == expected


def test_dates_that_contradict_each_other_are_refused() -> None:
    told = problems({"Date": "02/13/2026"}, {"Date": "13/02/2026"}, {"Date": "02/14/2026"})

    assert told == {"line 3": "Date '13/02/2026' is no day up to today"}


@pytest.mark.parametrize("apart", [7, 10])
def test_a_report_by_week_or_month_is_refused(apart: int) -> None:
    dates = [{"Date": f"2026-03-{1 + number * apart:02}"} for number in range(3)]
    told = refused(table(*dates).encode())

    assert "by week or by month" in told.problems["file"]
    assert "daily" in told.advice


def test_shipments_above_zero_are_not_amazons() -> None:
    told = problems({"Customer Shipments": "3"}, {"MSKU": "B", "Customer Shipments": "-1"})

    assert "Customer Shipments above 0" in told["file"]


def test_more_taken_back_than_shipped_is_nothing_shipped() -> None:
    found = read({"Customer Shipments": "1"}, {"MSKU": "B", "Customer Shipments": "-3"})

    assert [each.customer_shipments for each in found] == [0, 3]


def test_lines_of_other_countries_are_passed_over_and_counted() -> None:
    text = table({"Location": "US"}, {"Location": "CA"}, {"Location": "mx"}, {"Location": "PHX3"})

    found = ledger.read(text.encode(), today=TODAY, elsewhere={"CA", "MX"})

    assert (len(found.days), found.ignored) == (1, 2)


def test_a_report_of_other_countries_only_is_refused() -> None:
    told = refused(table({"Location": "CA"}).encode(), elsewhere={"CA"})

    assert told.problems == {"file": "has only lines of other countries: CA"}


@pytest.mark.parametrize(
    ("marketplace", "theirs", "ours"),
    [
        ("ATVPDKIKX0DER", {"CA", "GB", "UK"}, {"US"}),
        ("A1PA6795UKMFR9", {"GB", "UK", "US", "TR"}, {"DE", "FR", "PL", "CZ"}),
        ("A1F83G8C2ARO7P", {"DE", "US"}, {"GB", "UK"}),
    ],
)
def test_europe_is_one_stock_and_other_countries_are_not(
    marketplace: str, theirs: set[str], ours: set[str]
) -> None:
    elsewhere = MARKETPLACES[marketplace].elsewhere

    assert theirs <= elsewhere
    assert not ours & elsewhere


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=8)


@settings(max_examples=many(150))
@given(cells=st.lists(st.lists(WORDS, max_size=8), max_size=6))
def test_any_table_is_read_or_refused_with_a_reason(cells: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([ledger.REQUIRED, *cells])

    assert refused(out.getvalue().encode()).problems


@settings(max_examples=many(150))
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    assert refused(data).problems
