"""What the process answers that reads a workbook."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
import xlsxwriter

from mcf.files import reader


@pytest.fixture(autouse=True)
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process isn't held to the limits of that one."""
    monkeypatch.setattr(reader, "_hold_to_limits", lambda: None)


def test_the_answer_is_json_of_what_the_workbook_holds() -> None:
    file, out = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, ["Name", "Units", "Day"])
        sheet.write_row(1, 0, ["日本橋", 2])
        sheet.write_datetime(1, 2, date(2026, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        book.add_worksheet("More").write(0, 0, "x")

    reader.answer(io.BytesIO(file.getvalue()), out)

    assert json.loads(out.getvalue()) == {
        "names": ["Name", "Units", "Day"],
        "name": "Orders",
        "others": ["More"],
        "rows": [[2, ["日本橋", "2", "2026-03-01"], [2]]],
    }


def test_the_answer_to_a_broken_workbook_says_what_is_wrong_and_what_to_do() -> None:
    out = io.BytesIO()

    reader.answer(io.BytesIO(b"PK\x03\x04"), out)

    told = json.loads(out.getvalue())
    assert told["problems"] == {"file": "can't be read as a spreadsheet"}
    assert "Save it again" in told["advice"]
