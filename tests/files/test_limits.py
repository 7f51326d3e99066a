"""What is too large is refused before it's read, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcf.errors import InvalidInput
from mcf.files import limits
from mcf.files import text as text_files


def refused(data: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        text_files.table(text_files.decoded(data).text)
    return caught.value


def test_a_files_content_is_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"a,b\n1,2\n")

    assert limits.content(tmp_path / "orders.csv") == b"a,b\n1,2\n"


def test_a_file_that_isnt_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No such file") as caught:
        limits.content(tmp_path / "orders.csv")

    assert list(caught.value.problems) == [str(tmp_path / "orders.csv")]


def test_of_a_file_that_is_too_large_no_more_than_that_is_read(tmp_path: Path) -> None:
    with (tmp_path / "orders.csv").open("wb") as file:
        file.truncate(50 * limits.MOST_BYTES)

    with pytest.raises(InvalidInput, match="is larger than 20 MB") as caught:
        limits.content(tmp_path / "orders.csv")

    assert "Give it in parts" in caught.value.advice


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a" * (limits.MOST_BYTES + 1), "is larger than 20 MB"),
        (b"a,b\n" + b"\n" * limits.MOST_TEXT_CELLS, "has more than 1,500,000 lines"),
        (b"a,b\n" + b"\r" * limits.MOST_TEXT_CELLS, "has more than 1,500,000 lines"),
        (b"a,b\n" + b"1,2,3,4,5,6,7,8\n" * 190_000, "has more than 1,500,000 cells"),
        (b'a,b\n1,"2"\n' + b"1,2,3,4,5,6,7,8\n" * 95_000, "has more than 750,000 cells"),
    ],
    ids=["bytes", "lines", "lines of an old Mac", "cells", "cells in quote marks"],
)
def test_a_text_that_holds_too_much_is_refused(data: bytes, problem: str) -> None:
    assert refused(data).problems == {"file": problem}


@pytest.mark.parametrize("letter", [b"x", b",", b'"', b"\xe9"])
def test_a_line_without_end_is_named(letter: bytes) -> None:
    assert refused(b"a,b\n1,2\n" + letter * 1_000_001).problems == {
        "line 3": "has more than 1,000,000 letters"
    }


def test_a_file_of_nothing_but_unclosed_quote_marks_is_told_in_a_few_lines() -> None:
    table = text_files.table("a,b\n" + '1,"2,3\n' * 5_000)

    with pytest.raises(InvalidInput) as caught:
        table.require_whole_rows("Correct it.")

    assert len(caught.value.problems) == 21


def test_what_is_guessed_of_many_lines_is_told_by_some_of_them() -> None:
    found = text_files.decoded("Müller;1 €\n".encode("cp1252") * 3_000 + b"\xa4uro\n")

    lines = found.alternatives[0].lines
    assert (len(lines), lines[-1][0], found.foreign) == (1_001, 3_001, 3_001)
    with pytest.raises(InvalidInput, match="has 2998 more such lines"):
        found.require_certain()
