"""Delimited text: each cell comes back as it was written, or its line is refused."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mcf.errors import InvalidInput
from mcf.files import text as text_files
from mcf.files.text import Table
from tests.examples import many


def rows(text: str) -> list[list[str]]:
    """The cells of a table that is read without a problem."""
    found = text_files.table(text)
    found.require_whole_rows("Mend it.")
    return [row.cells for row in found.rows]


def problems(text: str) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        text_files.table(text).require_whole_rows("Mend it.")
    return caught.value.problems


def doubtful(text: str) -> dict[int, set[int]]:
    return {row.number: set(row.doubtful) for row in text_files.table(text).rows if row.doubtful}


def test_lines_have_the_numbers_that_an_editor_shows() -> None:
    found = text_files.table("a,b\n\n1,2\n,\n3,4\n")
    assert [(row.number, row.cells) for row in found.rows] == [(3, ["1", "2"]), (5, ["3", "4"])]


@pytest.mark.parametrize("text", ["", "\n\n", " \r\n\t\r\n"])
def test_nothing_is_an_empty_table(text: str) -> None:
    assert text_files.table(text) == Table([], [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_is_one_and_the_last_may_be_missing(end: str, last: bool) -> None:
    assert rows(end.join(["a,b", "1,2", "3,4"]) + end * last) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("letter", ["\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"])
def test_nothing_else_ends_a_line(letter: str) -> None:
    assert rows(f'a,b\n1{letter}2,"{letter}"\n') == [[f"1{letter}2", letter]]


@pytest.mark.parametrize("delimiter", ["\t", ";", ",", "|"])
def test_the_first_line_shows_the_delimiter(delimiter: str) -> None:
    others = "".join({"\t", ";", ",", "|"} - {delimiter})
    assert rows(f"a{delimiter}b\n{others}{delimiter}2") == [[others, "2"]]


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "SEP=;"])
def test_excels_line_about_the_delimiter_is_no_line_of_the_table(said: str) -> None:
    found = text_files.table(f"{said}\r\na,x;b\r\n1;2\r\n")
    assert (found.names, found.rows[0].number, found.rows[0].cells) == (["a,x", "b"], 3, ["1", "2"])


def test_quoted_cells_hold_delimiters_and_doubled_quote_marks() -> None:
    assert rows('a,b\n"x, ""y""",""\n') == [['x, "y"', ""]]


@pytest.mark.parametrize(
    "cell", ['15" screen', '"Deluxe" lamp', '"', '"Deluxe', 'a "b, c" d', '""x']
)
def test_a_tab_separated_file_may_hold_quote_marks_as_text(cell: str) -> None:
    assert rows(f'a\tb\n{cell}\tx\n1\t15" y') == [[cell, "x"], ["1", '15" y']]


def test_two_cells_that_begin_with_quote_marks_do_not_swallow_the_lines_between() -> None:
    text = 'a\tb\n1\t"Deluxe lamp\n2\tplain\n3\t"Grand lamp\n4\tplain\n'
    assert rows(text) == [
        ["1", '"Deluxe lamp'],
        ["2", "plain"],
        ["3", '"Grand lamp'],
        ["4", "plain"],
    ]


def test_excels_tab_separated_text_has_quote_marks_around_commas() -> None:
    assert rows('a\tb\n"Springfield, IL"\t"15"" screen"\n') == [["Springfield, IL", '15" screen']]


def test_cells_of_a_file_that_quotes_all_but_doubles_nothing_are_read() -> None:
    text = '"a","b","c"\n"15" screen, black","x",""\n"1","2","3"\n'
    assert rows(text) == [['15" screen, black', "x", ""], ["1", "2", "3"]]


def test_a_file_that_quotes_text_but_not_numbers_and_doubles_nothing_is_read() -> None:
    assert rows('"a"\t"b"\n"15" screen"\t5\n') == [['15" screen', "5"]]


def test_a_lone_cell_in_quote_marks_is_in_doubt_where_nothing_else_is_quoted() -> None:
    assert doubtful('a\tb\n"Deluxe"\t1\n2\t3') == {2: {0}}


def test_cells_in_quote_marks_are_in_doubt_where_others_hold_them_as_text() -> None:
    assert doubtful('a,b\n"Ada",1\n15" screen,2') == {2: {0}}
    assert doubtful('a,b\n"Ada",1\n"Deluxe" lamp,2') == {2: {0}}


def test_an_empty_cell_in_quote_marks_is_never_in_doubt() -> None:
    assert doubtful('a\tb\n""\t1\n') == {}


def test_a_line_break_in_a_cell_is_refused_where_the_cell_begins_and_told_once() -> None:
    told = problems('a,b\n1,2\n"first\n\nthird, ""x""",2\n3,4\n')
    assert told == {
        "line 3": "a cell in quote marks that begins here holds a line break: put it on one line"
    }


def test_a_quote_mark_that_is_never_closed_is_refused() -> None:
    assert "never closed" in problems('a,b\n"x, y,2\n1,2,3\n')["line 2"]


def test_a_quote_mark_that_is_not_doubled_is_refused_in_a_file_that_quotes() -> None:
    told = problems('a,b\n"x, y",1\n"Deluxe" lamp, black,2\n')
    assert list(told) == ["line 3"]
    assert "aren't doubled" in told["line 3"]


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\tc\n1\tAda\n Example\tx\n",
        'a,b,c\n1,2,3\n"x",2\n',
        "a,b,c\n1,2,3\n1,2\n",
        "a,b,c\n1,2",
        "a,b,c\n1,2,\n4,5",
        "a,b\n1,2,3\n",
        '"a","b"\n"x","y","z" w"\n',
    ],
)
def test_a_line_with_too_few_or_too_many_cells_is_refused(text: str) -> None:
    assert problems(text)


def test_a_stray_delimiter_is_no_empty_cell_at_the_end() -> None:
    assert "has 4 cells" in problems("a,b,c\n1,Springfield, IL,\n")["line 2"]


def test_cells_left_out_at_the_end_are_empty_where_no_line_has_a_value_in_them() -> None:
    assert rows("a,b,c,d\n1,2,3\n3,4,,\n") == [["1", "2", "3", ""], ["3", "4", "", ""]]


def test_a_last_line_that_is_short_and_has_no_end_is_cut_off() -> None:
    assert list(problems("a,b,c,d\n1,2,3\n1,2,3")) == ["line 3"]


@pytest.mark.parametrize("width", range(3, 12))
@pytest.mark.parametrize("breaks", range(1, 4))
def test_parts_of_a_torn_line_are_never_taken_for_short_lines(width: int, breaks: int) -> None:
    head = ",".join(f"Column {n}" for n in range(width))
    whole = ",".join("x" * width)
    torn = [whole.replace(",", "\n,", 1), whole.replace("x", "x\nx", breaks), whole[::-1] + "\nx"]
    assert [bool(problems(f"{head}\n{whole}\n{each}\n")) for each in torn] == [True] * 3
    assert [bool(problems(f"{head}\n{each}\n")) for each in torn] == [True] * 3


def test_what_holds_a_tab_in_quote_marks_or_a_quote_mark_as_text_is_told() -> None:
    told = problems('a\tb\tc\td\n1\t"x\ty"\t2\n')
    assert told["line 2"].startswith("can be read in two ways")


def test_many_problems_are_told_in_short() -> None:
    told = problems("a,b\n" + "1,2,3\n" * 30)
    assert list(told) == [*(f"line {number}" for number in range(2, 22)), "file"]
    assert told["file"] == "has 10 more such lines"


LETTERS = st.characters(codec="utf-8", exclude_characters="\r\n\0")
CELLS = st.text(LETTERS | st.sampled_from('""",;\t| \'=ab'), max_size=8)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6)
)


def names(table: list[list[str]]) -> list[str]:
    return [f"Column {n}" for n in range(len(table[0]) if table else 3)]


def filled(table: list[list[str]]) -> list[list[str]]:
    return [row for row in table if any(map(str.strip, row))]


@settings(max_examples=many(200))
@given(
    table=TABLES,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_csv_writer_wrote_comes_back_or_is_in_doubt(
    table: list[list[str]], delimiter: str, quoting: Any, end: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([names(table), *table])

    found = text_files.table(out.getvalue())

    assert [row.cells for row in found.rows] == filled(table)
    assert not any(row.problem or row.doubtful for row in found.rows)


def could_be_excels(cell: str) -> bool:
    """Whether Excel's tab-separated text would mean another cell by these letters."""
    return len(cell) > 1 and cell[0] == cell[-1] == '"'


@settings(max_examples=many(200))
@given(table=TABLES)
def test_tab_separated_text_without_quoting_comes_back_or_is_in_doubt(
    table: list[list[str]],
) -> None:
    plain = [[cell.replace("\t", " ") for cell in row] for row in table]
    assume(not any(could_be_excels(cell) and ("," in cell or '""' in cell)
                   for row in plain for cell in row))  # fmt: skip

    found = text_files.table("\n".join("\t".join(row) for row in [names(plain), *plain]) + "\n")

    kept = filled(plain)
    assert not any(row.problem for row in found.rows)
    assert [
        [cell for at, cell in enumerate(row.cells) if at not in row.doubtful] for row in found.rows
    ] == [
        [cell for at, cell in enumerate(written) if at not in row.doubtful]
        for row, written in zip(found.rows, kept, strict=True)
    ]


@settings(max_examples=many(200))
@given(text=st.text(st.sampled_from('ab",;\t\n\r '), max_size=60))
def test_any_text_is_read_or_refused_and_no_row_has_a_line_break_or_a_wrong_width(
    text: str,
) -> None:
    found = text_files.table(text)

    whole = [row for row in found.rows if not row.problem]
    assert {len(row.cells) for row in whole} <= {len(found.names)}
    assert not any(end in cell for row in whole for cell in row.cells for end in "\r\n")
    assert all(row.cells or row.problem for row in found.rows)
