"""What commands of the stock say, and the ages of units by the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mcf import cli_words
from mcf.cli import main
from mcf.inventory.ages import Imported
from mcf.inventory.ledger import ImportResult

REPORT = (
    "snapshot-date,sku,marketplace,inv-age-181-to-270-days\n"
    "2026-01-05,A,US,12\n"
    "2026-01-05,B,US,0\n"
    "2026-01-05,C,MX,9\n"
)


def test_what_a_ledger_brought_is_said_in_one_or_many() -> None:
    day = date(2026, 3, 1)
    assert [*cli_words.days_in_words(ImportResult(1, 1, day, day, 1, 1))] == [
        "2026-03-01 to 2026-03-01: 1 day, 1 SKU",
        "1 day of a SKU is new or different",
        "1 line of another country was passed over",
    ]
    assert [*cli_words.ages_in_words(Imported(2, day, 0))] == [
        "2026-03-01: how old the units of 2 SKUs are"
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MCF_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AMAZON_SP_API_MODE", "demo")
    return tmp_path


def run(folder: Path, report: str, *options: str) -> Result:
    file = folder / "ages.csv"
    file.write_bytes(report.encode())
    return CliRunner().invoke(main, ["inventory", "import-ages", str(file), *options])


def test_the_ages_of_units_are_imported_by_the_command_line(folder: Path) -> None:
    first = run(folder, REPORT)
    assert (first.exit_code, first.stdout.splitlines()) == (
        0,
        [
            "2026-01-05: how old the units of 2 SKUs are",
            "1 line of another country was passed over",
        ],
    )
    again = run(folder, REPORT.replace("2026-01-05,C,MX,9\n", ""), "--json")
    assert json.loads(again.stdout) == {"skus": 2, "day": "2026-01-05", "ignored": 0}

    older = run(folder, REPORT.replace("2026-01-05", "2026-01-04"))
    assert older.exit_code == 1
    assert "older than the report of 05 Jan 2026" in older.stderr


def test_a_report_that_is_none_is_refused_with_where_to_get_it(folder: Path) -> None:
    refused = run(folder, "sku,units\nA,1\n")
    assert refused.exit_code == 1
    assert "lacks the columns snapshot-date" in refused.stderr
    assert "Reports > Fulfillment > FBA Inventory" in refused.stderr
