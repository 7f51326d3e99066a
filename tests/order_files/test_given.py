"""A file that was given is kept with its corrections until it's sent or put away."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter

from mcf.order_files import parse
from mcf.order_files.given import GivenFiles
from mcf.store.database import Store
from mcf.store.documents import Keeper

TEXT = b'Order number\tName\n1001\t"Ada"\n1002\t"Ben\n1003\tCem\n'


@pytest.fixture
def files(store: Store) -> GivenFiles:
    return GivenFiles(Keeper(store))


def test_a_file_is_found_again_as_it_was_given(files: GivenFiles) -> None:
    document = parse.unnamed(TEXT)

    given = files.keep("orders.tsv", document)

    assert files.get(given.id) == given
    assert (given.name, given.document, given.cells) == ("orders.tsv", document, {})


def test_so_is_a_workbook_with_its_dates_and_notes(files: GivenFiles) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, ["Order number", "Note"])
        sheet.write(1, 0, "1001")
        sheet.write_datetime(1, 1, date(2026, 3, 1))
        book.add_worksheet("More").write(0, 0, "x")

    given = files.keep("orders.xlsx", parse.unnamed(out.getvalue()))

    assert files.get(given.id) == given
    assert given.document.notes == ("Only the sheet Orders is read, not More.",)


def test_so_is_an_export_with_what_is_to_be_asked(files: GivenFiles) -> None:
    document = replace(parse.unnamed(TEXT), doubts=((2, "the speed"),))

    given = files.keep("export.csv", document)

    assert files.get(given.id) == given


def test_corrections_are_kept_one_after_the_other(files: GivenFiles) -> None:
    given = files.keep("orders.tsv", parse.unnamed(TEXT))

    corrected = files.correct(files.correct(given, {(2, 1): "Ada"}), {(4, 1): "Cem B."})

    assert corrected.cells == {(2, 1): "Ada", (4, 1): "Cem B."}
    assert files.get(given.id) == corrected


def test_a_file_that_is_put_away_is_gone_with_its_corrections(files: GivenFiles) -> None:
    given = files.keep("orders.tsv", parse.unnamed(TEXT))
    files.correct(given, {(2, 1): "Ada"})

    files.forget(given.id)

    assert files.get(given.id) is None
    assert files.get(f"{given.id} cells") is None


def test_no_file_is_found_under_another_name(files: GivenFiles) -> None:
    given = files.keep("orders.tsv", parse.unnamed(TEXT))
    files.correct(given, {(2, 1): "Ada"})

    assert files.get("nothing") is None
    assert files.get(f"{given.id} cells") is None
