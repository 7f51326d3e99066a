"""A workbook is read in a process of its own: what ends that ends nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from mcf.errors import InvalidInput
from mcf.files import apart, limits, workbooks

IMPORTS = "import sys; sys.path[:] = sys.argv[1:]; from mcf.files import reader"
ANSWER = "reader.answer(sys.stdin.buffer, sys.stdout.buffer)"


@pytest.fixture(scope="module")
def orders() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, ["Name", "Units", "Day"])
        sheet.write_row(1, 0, ["日本橋", 2])
        sheet.write_datetime(1, 2, date(2026, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        book.add_worksheet("More").write(0, 0, "x")
    return out.getvalue()


def refused(data: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        apart.read(data)
    return caught.value


def test_a_workbook_is_read_apart_as_it_is_here(orders: bytes) -> None:
    assert apart.read(orders) == workbooks.read(orders)


def test_what_is_wrong_with_a_workbook_is_told_as_it_is_here() -> None:
    assert refused(b"PK\x03\x04 and more").problems == {"file": "can't be read as a spreadsheet"}
    assert "Save it again" in refused(b"PK\x03\x04 and more").advice


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "print('not JSON')",
        f"{IMPORTS}; reader.workbooks.read = lambda _: bytes(4 * 10**8); {ANSWER}",
    ],
    ids=["crash", "end", "nonsense", "memory"],
)
def test_a_reading_that_breaks_off_is_said_with_what_to_do(
    program: str, monkeypatch: pytest.MonkeyPatch, orders: bytes
) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", program)

    error = refused(orders)

    assert error.problems == {
        "file": "ended the program that reads it: it's damaged, or holds too much"
    }
    assert "copy the cells that are meant into a new file" in error.advice


def test_a_reading_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch, orders: bytes
) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", "import sys; sys.stdin.read(); sys.stdin = open(0)")
    monkeypatch.setattr(apart, "_PATIENCE", 0.0)

    assert "takes more than 5 seconds to read" in refused(orders).problems["file"]


def test_a_process_at_the_end_of_its_time_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, orders: bytes
) -> None:
    monkeypatch.setattr(
        apart, "_PROGRAM", "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    )

    assert "takes more than 5 seconds to read" in refused(orders).problems["file"]


def test_where_no_process_can_be_started_a_csv_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, orders: bytes
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert refused(orders).advice == "Save it as CSV, and give that file."


def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch, orders: bytes) -> None:
    monkeypatch.setenv("LWA_CLIENT_SECRET", "not to be told")
    given: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        given.update(options)
        return subprocess.CompletedProcess(command, 0, stdout=b'{"problems": {}, "advice": ""}')

    monkeypatch.setattr(subprocess, "run", run)
    refused(orders)

    assert "LWA_CLIENT_SECRET" not in given["env"]
    assert given["env"]["PATH"] == os.environ["PATH"]


def test_a_file_that_is_too_large_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)

    assert "is larger than" in refused(b"PK\x03\x04" + b"\0" * limits.MOST_BYTES).problems["file"]
