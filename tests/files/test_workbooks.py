"""Spreadsheets are read as a person sees them, and what a spreadsheet lost is refused."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import xlrd
import xlsxwriter
import xlwt
from openpyxl import Workbook

from mcf.errors import InvalidInput
from mcf.files import workbooks
from mcf.order_files import parse
from mcf.order_files.parse import FileOrder
from tests.uploads import orders_in

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEAD = ["Order number", "SKU", "Units", "Name", "Street", "City", "State", "Postal code", "Country"]
GOOD: list[Any] = [
    "1001",
    "A",
    1.0,
    "Ada Example",
    "1 Example St",
    "Springfield",
    "IL",
    62701,
    "US",
]


def made(write: Callable[[Any, Any], object]) -> bytes:
    """An Excel file whose first sheet is written by `write`, which gets the file, too."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"remove_timezone": True}) as book:
        write(book.add_worksheet("Orders"), book)
    return out.getvalue()


def order(head: str, value: Any) -> FileOrder:
    """The order of a file with one more column."""

    def write(sheet: Any, book: Any) -> None:
        sheet.write_row(0, 0, [*HEAD, head])
        sheet.write_row(1, 0, GOOD)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        if_day = {datetime: lambda: sheet.write_datetime(1, len(HEAD), value, day)}
        if_day.get(type(value), lambda: sheet.write(1, len(HEAD), value))()

    (found,) = orders_in(made(write), NOW)
    return found


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"),
        (2134, "2134"),
        (12.1 + 0.2, "12.3"),
        (True, "TRUE"),
        (1e15, "1.00000000000000E+15"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00Z"),
        (datetime(2026, 3, 1, tzinfo=UTC).date(), "2026-03-01"),
        (" A ", " A "),
    ],
)
def test_a_cell_is_what_a_person_sees_in_it(cell: Any, text: str) -> None:
    assert workbooks.text(cell) == text


def test_an_order_of_a_spreadsheet_is_read_with_plain_columns() -> None:
    found = order("Gift message", "For you")

    assert found.request is not None
    (item,) = found.request.items
    assert (item.quantity, item.gift_message) == (1, "For you")
    assert found.request.destination_address.postal_code == "62701"


def test_a_date_cell_is_the_date_on_the_slip_and_nothing_else() -> None:
    dated = order("Date on slip", datetime(2026, 3, 1, tzinfo=UTC))
    assert dated.request is not None
    assert dated.request.displayable_order_date == datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert (
        order("Gift message", datetime(2026, 1, 2, tzinfo=UTC))
        .problems[0]
        .startswith("line 2: Gift message '2026-01-02' is a date to the spreadsheet: format")
    )


def test_digits_that_a_spreadsheet_lost_are_refused() -> None:
    (problem,) = order("Phone", 4915112345678901).problems
    assert "was shortened by a spreadsheet, and its digits are lost" in problem


@pytest.mark.parametrize("result", ["#N/A", "#DIV/0!", "#REF!", "#NAME?"])
def test_an_error_of_a_formula_is_refused_and_no_empty_cell(result: str) -> None:
    def write(sheet: Any, _: Any) -> None:
        sheet.write_row(0, 0, [*HEAD, "Street 2"])
        sheet.write_row(1, 0, GOOD)
        sheet.write_formula(1, len(HEAD), "=X", None, result)

    (found,) = orders_in(made(write), NOW)

    assert found.problems[0].startswith(
        f"line 2: Street 2 {result!r} is an error of a spreadsheet, not a text"
    )


def test_a_formula_that_nobody_worked_out_is_refused() -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append([*HEAD, "Street 2"])
    sheet.append([*GOOD, '="Floor " & 2'])
    book.save(out)

    (found,) = orders_in(out.getvalue(), NOW)

    assert "is an error of a spreadsheet" in found.problems[0]


def test_only_the_first_sheet_is_read_and_others_with_content_are_told() -> None:
    def write(sheet: Any, book: Any) -> None:
        book.add_worksheet("Empty")
        book.add_worksheet("More").write(0, 0, "Order number")
        sheet.write_row(3, 0, HEAD)
        sheet.write_row(5, 0, GOOD)

    document = parse.opened(made(write))

    assert document.notes == ("Only the sheet Orders is read, not More.",)
    assert [row.number for row in document.table.rows] == [6]


def test_a_line_break_in_a_cell_refuses_its_order_only() -> None:
    assert "holds a control character or line break" in order("Street 2", "a\nb").problems[0]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 and more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"]
)
def test_what_is_no_readable_spreadsheet_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        orders_in(data, NOW)
    assert "Save it" in str(caught.value.advice)


_CODES = {text: code for code, text in xlrd.error_text_from_code.items()}


def old(*rows: Sequence[Any], hidden_first: bool = False) -> bytes:
    """An Excel file of before 2007; an `Exception` stands for the error of a formula."""
    book, out = xlwt.Workbook(), io.BytesIO()
    if hidden_first:
        book.add_sheet("Notes").visibility = 1
    sheet = book.add_sheet("Orders")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, Exception):
                sheet.row(number).set_cell_error(place, _CODES[str(cell)])
            elif isinstance(cell, (date, time)):
                sheet.write(number, place, cell, day)
            else:
                sheet.write(number, place, cell)
    book.add_sheet("More").write(0, 0, "x")
    book.set_active_sheet(int(hidden_first))
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (2134, "2134"),
        (12.5, "12.5"),
        (4915112345678901, "4.91511234567890E+15"),
        (True, "TRUE"),
        (" A ", " A "),
        ("日本橋", "日本橋"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30), "2026-03-01T09:30:00Z"),  # noqa: DTZ001 - Excel has no zone
        (time(9, 30), "09:30:00"),
        (ValueError("#N/A"), "#N/A"),
        (ValueError("#DIV/0!"), "#DIV/0!"),
    ],
)
def test_a_cell_of_an_old_excel_file_is_what_a_person_sees_in_it(cell: Any, text: str) -> None:
    sheet = workbooks.read(old(["Head"], [cell]))

    assert [row.cells for row in sheet.table.rows] == [[text]]


def test_orders_of_an_old_excel_file_are_those_of_a_new_one() -> None:
    dated = [*GOOD, date(2026, 3, 1)]

    (before,) = orders_in(old([*HEAD, "Date on slip"], dated), NOW)
    now = order("Date on slip", datetime(2026, 3, 1, tzinfo=UTC))

    assert before.request is not None
    assert before.request == now.request


def test_an_error_in_an_old_excel_file_is_refused_and_no_empty_cell() -> None:
    (found,) = orders_in(old([*HEAD, "Street 2"], [*GOOD, ValueError("#N/A")]), NOW)

    assert "is an error of a spreadsheet" in found.problems[0]


def test_the_first_sheet_of_an_old_excel_file_that_is_not_hidden_is_read() -> None:
    document = parse.opened(old(HEAD, GOOD, hidden_first=True))

    assert document.notes == ("Only the sheet Orders is read, not More.",)
    assert len(document.table.rows) == 1


def damaged(seed: int) -> bytes:
    """An old Excel file with some bytes changed, and perhaps without its end."""
    dice = random.Random(seed)  # noqa: S311 - the same damage each time
    data = bytearray(old(HEAD, GOOD))
    for _ in range(dice.randrange(1, 60)):
        data[dice.randrange(8, len(data))] = dice.randrange(256)
    return bytes(data[: dice.choice([len(data), dice.randrange(8, len(data))])])


_UNHARMED = 31
"""A seed whose damage meets nothing that is read."""


@pytest.mark.parametrize("seed", sorted({*range(40), 102, 266, 442, 449} - {_UNHARMED}))
def test_a_damaged_old_excel_file_is_refused(seed: int) -> None:
    with pytest.raises(InvalidInput, match="can't be read as a spreadsheet") as refused:
        workbooks.read(damaged(seed))

    assert list(refused.value.problems) == ["file"]


def test_an_old_excel_file_whose_damage_meets_no_cell_is_read_whole() -> None:
    assert damaged(_UNHARMED) != old(HEAD, GOOD)
    assert workbooks.read(damaged(_UNHARMED)) == workbooks.read(old(HEAD, GOOD))


def ods(*rows: str) -> bytes:
    """An OpenDocument spreadsheet from rows of XML cells."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr(
            "content.xml",
            f"<office:document-content {spaces} {calc}><office:body><office:spreadsheet>"
            f'<table:table table:name="Orders">{lines}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def cell(value: object) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    )


def test_an_open_document_spreadsheet_is_read() -> None:
    (found,) = orders_in(
        ods("".join(map(cell, HEAD)), "".join(map(cell, [*GOOD[:2], 1, *GOOD[3:]]))), NOW
    )

    assert found.problems == ()


def test_an_open_document_with_an_error_of_a_formula_is_refused() -> None:
    error = (
        '<table:table-cell office:value-type="string" calcext:value-type="error">'
        "<text:p>#N/A</text:p></table:table-cell>"
    )
    with pytest.raises(InvalidInput, match="formulas whose result is an error"):
        orders_in(ods("".join(map(cell, HEAD)), error), NOW)
