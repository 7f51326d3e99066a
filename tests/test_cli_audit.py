"""The command `audit`: who did what, in lines, as JSON and in files; tampering ends with 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from mcf.access.actor import MACHINE
from mcf.access.audit import Audit
from mcf.cli import main
from mcf.settings import Settings
from mcf.store.database import Store
from mcf.store.tables import audit
from tests.test_cli_json import problems


@pytest.fixture
def written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with two records, which commands take."""
    monkeypatch.setenv("AMAZON_SP_API_MODE", settings.mode.value)
    monkeypatch.setenv("MCF_DATA_DIR", str(settings.data_dir))
    store = Store(
        settings.store_url,
        account=settings.account,
        marketplace_id=settings.marketplace.id,
        mode=settings.mode.value,
    )
    Audit(store).note(MACHINE, "order.cancel", "MCF-1", before="Received", after="Cancelled")
    Audit(store).note(MACHINE, "rules.change", "SKU-1")
    return store


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words])


def test_records_are_listed_and_verified(written: Store) -> None:
    listed = run("list", "--action", "order.cancel")
    as_json = json.loads(run("list", "--json", "--most", "1").stdout)
    verified = run("verify")

    assert "machine  order.cancel  MCF-1  done  Received -> Cancelled" in listed.stdout
    assert as_json["subject"] == "SKU-1"
    assert problems("audit list", as_json) == []
    assert (verified.exit_code, "2 records are as they were" in verified.stdout) == (0, True)
    written.close()


def test_a_changed_record_ends_with_1(written: Store) -> None:
    with written.writing() as connection:
        connection.execute(update(audit).where(audit.c.number == 1).values(subject="MCF-2"))

    verified = run("verify")

    assert verified.exit_code == 1
    assert "FAIL  Record 1 isn't what was written" in verified.stdout
    written.close()


def test_files_are_written_and_noted_and_other_kinds_are_refused(
    written: Store, tmp_path: Path
) -> None:
    done = run("export", str(tmp_path / "audit.csv"))
    refused = run("export", str(tmp_path / "audit.pdf"))

    assert (done.exit_code, refused.exit_code) == (0, 1)
    assert "order.cancel" in (tmp_path / "audit.csv").read_text()
    assert "What to do: Name another one." in refused.stderr
    newest = Audit(written).records().iloc[0]
    assert (newest["action"], newest["origin"].startswith("command line, ")) == (
        "audit.export",
        True,
    )
    written.close()
