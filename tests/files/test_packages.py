"""A zipped workbook is looked through before it's read: what it declares counts for nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
import xlwt

from mcf.errors import InvalidInput
from mcf.files import limits, packages, workbooks
from mcf.files.packages import Extent

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
HARMLESS = "can't be read as a spreadsheet"


def book(*cells: tuple[int, int, object]) -> bytes:
    """An Excel file with these cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as file:
        sheet = file.add_worksheet("Orders")
        for row, column, value in cells:
            sheet.write(row, column, value)
    return out.getvalue()


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with another content in a part of it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for each in before.namelist():
            content = before.read(each)
            after.writestr(each, change(content) if each == name else content)
    return out.getvalue()


def old(*cells: tuple[int, int, object]) -> bytes:
    """The same as `book` in the format of before 2007."""
    out, file = io.BytesIO(), xlwt.Workbook()
    sheet = file.add_sheet("Orders")
    for row, column, value in cells:
        sheet.write(row, column, value)
    file.save(out)
    return out.getvalue()


def document(body: str) -> bytes:
    """An OpenDocument file with such rows."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Orders">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def row(*cells: str, times: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'
    )


def cell(text: str = "", times: int = 1) -> str:
    kind = ' office:value-type="string"' if text else ""
    inside = f"<text:p>{text}</text:p>" if text else ""
    repeated = f'table:number-columns-repeated="{times}"'
    return f"<table:table-cell {repeated}{kind}>{inside}</table:table-cell>"


def problem(data: bytes) -> str:
    with pytest.raises(InvalidInput) as caught:
        workbooks.read(data)
    return caught.value.problems["file"]


def far(name: str, *cells: tuple[int, int, object]) -> bytes:
    """A book of these cells and one more of this name, after them."""
    number = "".join(filter(str.isdigit, name))
    cell = f'<row r="{number}"><c r="{name}"><v>1</v></c></row></sheetData>'.encode()
    return changed(book(*cells), SHEET, lambda xml: xml.replace(b"</sheetData>", cell))


FAR = "has in its sheet Orders something in cell {}, far from the others, which end at {}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (far("XFD1048576", (0, 0, "a")), FAR.format("XFD1048576", "A1")),
        (far("A1048576", (0, 0, "a"), (1, 3, 5)), FAR.format("A1048576", "D2")),
        (book((0, 0, "a"), (0, 2**14 - 1, "x"), (99, 0, 1)), FAR.format("XFD1", "A1")),
        (old((0, 0, "a"), (65535, 255, "x")), FAR.format("IV65536", "A1")),
        (document(row(cell("a")) + row(cell(), times=10**6) + row(cell("b"))),
         FAR.format("A1000002", "A1")),
        (document(row(cell("a"), cell(times=16_000), cell("b")) + row(cell("c"), times=99)),
         FAR.format("WQL1", "A1")),
    ],
    ids=["corner", "row", "column", "old corner", "document's row", "document's column"],
)  # fmt: skip
def test_a_cell_far_from_the_others_is_named(data: bytes, said: str) -> None:
    assert problem(data) == said


@pytest.mark.parametrize(
    "data",
    [
        document(row(cell("a", times=2**14), times=2**20)),
        document(row(cell("a"), times=2**20)),
        changed(book((0, 0, "a")), SHEET, lambda xml: xml.replace(
            b"</sheetData>", b"".join(b'<row r="%d"><c r="CV%d"><v>1</v></c></row>' % (n, n)
            for n in range(2, 2_502)) + b"</sheetData>")),
    ],
    ids=["cells", "rows", "many"],
)  # fmt: skip
def test_a_sheet_of_too_many_cells_is_refused(data: bytes) -> None:
    assert problem(data) == "has a sheet, Orders, of more than 250,000 cells"


def test_texts_that_many_cells_share_are_counted_for_each() -> None:
    shared = changed(
        book(*((number, 0, "x") for number in range(400))),
        STRINGS,
        lambda xml: xml.replace(b"<t>x</t>", b"<t>" + b"x" * 30_000 + b"</t>"),
    )

    assert problem(shared) == "has a sheet, Orders, of too much text"
    assert "too much text" in problem(document(row(cell('a<text:s text:c="2000000000"/>'))))


def test_what_is_unpacked_is_bounded_by_what_comes_out() -> None:
    def huge(xml: bytes) -> bytes:
        return xml.replace(b"<t>a</t>", b"<t>" + b"a" * limits.MOST_UNPACKED + b"</t>")

    bomb = changed(book((0, 0, "a")), STRINGS, huge)
    place = bomb.index(STRINGS.encode(), bomb.index(b"PK\x01\x02"))
    lying = bytearray(bomb)
    lying[place - 22 : place - 18] = (1_000).to_bytes(4, "little")

    assert problem(bomb) == "holds more than 32 MB once it's unpacked"
    assert problem(bytes(lying)) == HARMLESS


def test_parts_that_arent_read_may_be_of_any_size() -> None:
    out = io.BytesIO(book((0, 0, "a"), (1, 0, "b")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.png", b"\0" * (limits.MOST_UNPACKED + 1))

    assert [each.cells for each in workbooks.read(out.getvalue()).table.rows] == [["b"]]


def test_a_declared_size_of_the_sheet_counts_for_nothing() -> None:
    declared = changed(
        book((0, 0, "a"), (1, 0, "b")),
        SHEET,
        lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'),
    )

    assert [each.cells for each in workbooks.read(declared).table.rows] == [["b"]]


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1),
        lambda xml: xml.replace(b'r="A1"', b'r="A99999999"'),
        lambda xml: xml.replace(b'r="A1"', b'r="ZZZ1"'),
        lambda xml: xml[:-20],
    ],
    ids=["document type", "row beyond the last", "column beyond the last", "cut off"],
)
def test_a_sheet_that_no_program_writes_is_refused(change: Callable[[bytes], bytes]) -> None:
    assert problem(changed(book((0, 0, 1)), SHEET, change)) == HARMLESS


def test_cells_without_references_follow_each_other() -> None:
    plain = changed(
        book((0, 0, 1), (0, 1, 2), (1, 1, 3)),
        SHEET,
        lambda xml: xml.replace(b' r="A1"', b"").replace(b' r="B1"', b""),
    )

    assert workbooks.read(plain).table.names == ["1", "2"]


@pytest.mark.parametrize(
    ("row_number", "column", "name"),
    [(0, 0, "A1"), (8, 25, "Z9"), (0, 26, "AA1"), (2**20 - 1, 2**14 - 1, "XFD1048576")],
)
def test_a_cell_has_the_name_that_a_spreadsheet_shows(
    row_number: int, column: int, name: str
) -> None:
    assert packages.cell_name(row_number, column) == name
    assert packages.position(name) == (row_number, column)


def test_empty_rows_in_between_are_no_cause_to_refuse_a_small_sheet() -> None:
    extent: Any = Extent("Orders")

    assert [extent.add(number, 0, 1) for number in (0, 5_000, 249_999)] == [None, None, None]
