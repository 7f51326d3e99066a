"""The commands about buyers' data."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mcf.cli import main
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.store.key_files import read_keys
from tests.privacy.conftest import EMAIL, NAME, write_order
from tests.test_cli_json import problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a desk has one order, S-1."""
    data = tmp_path / "data"
    with MCFService(Settings.from_env({"MCF_DATA_DIR": str(data)})) as service:
        write_order(service._store, "S-1")
    return data


def run(folder: Path, *words: str) -> Result:
    env = {"MCF_DATA_DIR": str(folder)}
    return CliRunner().invoke(main, ["privacy", *words], env=env)


def test_a_buyer_is_reported_held_and_forgotten(folder: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "out")
    told = run(folder, "report", "--email", EMAIL, "--output", output)
    assert told.exit_code == 0, told.output
    (file,) = (tmp_path / "out").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["orders"][0]["recipient"] == NAME
    gone = run(folder, "forget", "--order", "S-1", "--yes")
    assert "Forgotten: 1 order" in gone.output
    assert "Amazon still has" in gone.output
    now = json.loads(run(folder, "status", "--json").stdout)
    assert problems("privacy status", now) == []
    assert (now["with_buyer"], now["forgotten"]) == (0, 1)


def test_the_key_is_rotated_while_everything_stays(folder: Path) -> None:
    before = json.loads(run(folder, "status", "--json").stdout)["key"]
    assert "encrypted anew" in run(folder, "key", "rotate").output
    assert f"Taken out: {before}" in run(folder, "key", "retire").output
    after = json.loads(run(folder, "status", "--json").stdout)
    assert (after["key"] != before, after["old_keys"]) == (True, 0)
    assert len(read_keys(run(folder, "key", "new").output, "the output")) == 1


@pytest.mark.parametrize("words", [["forget"], ["report", "--order", "1", "--email", "a@b.c"]])
def test_who_is_meant_must_be_said_once(folder: Path, words: list[str]) -> None:
    result = run(folder, *words)
    assert result.exit_code == 1
    assert "one of them" in result.stderr
