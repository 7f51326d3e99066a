"""Text that a spreadsheet would run, and files that only their owner can read."""

from __future__ import annotations

import csv
import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.files import export
from mcf.files.harmless import (
    cleaned,
    harmless,
    harmless_id,
    is_public,
    meant,
    printable,
    secure_host,
)
from mcf.settings import env_file_warning

FORMULAS = [
    "=1+1",
    "+49 30 901820",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    "  =1",
    "\u00a0=1",
    "\u3000=1",
    "＝1",
    "＋1",
    "－1",
    "＠SUM",
    "=cmd|' /C calc'!A0",
]
TEXTS = ["", "Ada", "a=b", "1-2", "'quoted", "x@y.example", "100", "O'Hara", " Ada"]
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_would_be_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", TEXTS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.text() | st.sampled_from(FORMULAS))
def test_what_was_made_harmless_is_read_back_as_it_was_meant(text: str) -> None:
    assert meant(harmless(text)) == text or text == f"'{meant(text)}"


@pytest.mark.parametrize("dtype", [object, "str", "category"])
def test_a_csv_runs_nothing_and_keeps_its_numbers(dtype: str) -> None:
    frame = pd.DataFrame(
        {
            "recipient": pd.Series(["=1+1", None], dtype=dtype),
            "units": [-3, 4],
            "change": [-0.5, float("inf")],
            "at": pd.to_datetime([NOW, None], utc=True),
        }
    )

    rows = list(csv.reader(io.StringIO(export.to_bytes(frame, "csv").decode())))

    assert rows == [
        ["recipient", "units", "change", "at"],
        ["'=1+1", "-3", "-0.5", "2026-03-02T15:00:00Z"],
        ["", "4", "inf", ""],
    ]


def test_a_workbook_holds_the_text_itself() -> None:
    import python_calamine

    frame = pd.DataFrame({"recipient": ["=1+1", "+49 30"], "units": [-3, 4]})

    book = python_calamine.load_workbook(io.BytesIO(export.to_bytes(frame, "xlsx")))

    rows = book.get_sheet_by_index(0).to_python()
    assert rows == [["recipient", "units"], ["=1+1", -3.0], ["+49 30", 4.0]]


def test_exporting_doesnt_change_the_frame() -> None:
    frame = pd.DataFrame({"recipient": ["=1+1"]})

    export.to_bytes(frame, "csv")

    assert frame["recipient"].tolist() == ["=1+1"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_export_is_readable_by_its_owner_only(tmp_path: Path, kind: str) -> None:
    path = export.write(pd.DataFrame({"a": ["x"]}), "orders", kind, tmp_path, NOW)

    assert path.stat().st_mode & 0o777 == 0o600


def test_an_export_that_was_left_half_written_is_written_anew(tmp_path: Path) -> None:
    left = tmp_path / "orders_20260302T150000Z.csv.part"
    left.write_text("half of a longer file")

    path = export.write(pd.DataFrame({"a": ["x"]}), "orders", "csv", tmp_path, NOW)

    assert path.read_text() == "a\nx\n"
    assert not left.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620])
def test_a_file_of_credentials_that_others_can_use_is_warned_of(tmp_path: Path, mode: int) -> None:
    path = tmp_path / ".env"
    path.touch()
    path.chmod(mode)

    assert "chmod 600 .env" in str(env_file_warning(path))


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_of_credentials_is_not_warned_of(tmp_path: Path, mode: int) -> None:
    path = tmp_path / ".env"
    path.touch()
    path.chmod(mode)

    assert env_file_warning(path) is None


def test_no_file_of_credentials_is_not_warned_of(tmp_path: Path) -> None:
    assert env_file_warning(tmp_path / ".env") is None


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.swiship.com/track?id=1", "www.swiship.com"),
        ("https://carrier.example:8443/x", "carrier.example"),
        ("https://CARRIER.example", "carrier.example"),
    ],
)
def test_a_secure_address_is_told_with_its_host(address: str, host: str) -> None:
    assert secure_host(address) == host


@pytest.mark.parametrize(
    "address",
    [
        None, float("nan"), "", "http://carrier.example", "javascript:alert(1)",
        "//carrier.example",
        "https://", "https://user@evil.example", "https://carrier.example@evil.example",
        "https://carrier.example\\@evil.example", "https://a b.example", "https://evil.example\n",
        " https://evil.example", "data:text/html,x", "https://localhost/x", "https://127.0.0.1/x",
        "https://[::1]/x", "https://evil.example:port", "https://[", "https://ex\u0430mple.com",
    ],
)  # fmt: skip
def test_any_other_address_is_no_link(address: object) -> None:
    assert secure_host(address) is None


LINK = "https://www.swiship.com/track?id=TBA31"


@pytest.mark.parametrize(
    "address",
    [
        LINK,
        f"{LINK}%0A",
        f"{LINK}%0d%0A",
        f" {LINK}\n",
        f"%20{LINK}%20",
        "https%3A%2F%2Fwww.swiship.com%2Ftrack%3Fid%3DTBA31",
        "https%3a%2f%2fwww.swiship.com%2ftrack%3fid%3dTBA31%0a",
        "https%253A%252F%252Fwww.swiship.com%252Ftrack%253Fid%253DTBA31%250A",
    ],
)
def test_a_link_loses_what_is_no_part_of_it(address: str) -> None:
    assert cleaned(address) == LINK
    assert secure_host(cleaned(address)) == "www.swiship.com"


@pytest.mark.parametrize("address", [None, 7, "", " ", "%0A", []])
def test_what_is_no_link_is_none(address: object) -> None:
    assert cleaned(address) == ""


def test_a_link_that_hides_another_line_is_not_followed() -> None:
    assert secure_host(cleaned("https%3A%2F%2Fa.example%0Ahttps%3A%2F%2Fb.example")) is None
    assert cleaned("https://a.example/?to=https%3A%2F%2Fb.example") == (
        "https://a.example/?to=https%3A%2F%2Fb.example"
    )


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.0", "100.64.0.1", "224.0.0.1", "ff02::1", "::", "::127.0.0.1", "no", ""],  # noqa: S104
)
def test_any_other_address_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada \x1b[2J\x1b]0;x\x07", r"Ada \x1b[2J\x1b]0;x\x07"),
        ("a\r\nok  b\tc", "a ok  b c"),
        ("\x9b31m \x7f\x00", r"\x9b31m \x7f\x00"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("half \ud83d", r"half \ud83d"),
        ("Müller 東京 👩\u200d🚀", "Müller 東京 👩\u200d🚀"),
    ],
)
def test_a_terminal_gets_only_what_is_to_be_seen(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("code", ["-12B", "+4412", "@9", "#1001", "1Z 9", ""])
def test_a_code_that_can_do_no_harm_stays_as_it_is(code: str) -> None:
    assert harmless_id(code) == code


@pytest.mark.parametrize("code", ["=1+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "+A!B", "\t=1"])
def test_one_that_can_is_made_harmless(code: str) -> None:
    assert harmless_id(code) == f"'{code}"
