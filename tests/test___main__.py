from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcf import __main__ as starter


def test_a_python_without_the_packages_hands_the_command_to_that_of_make_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    started: list[list[str]] = []

    def take_over(_: str, command: list[str]) -> None:
        started.append(command)
        raise SystemExit

    monkeypatch.setattr(os, "execv", take_over)

    with pytest.raises(SystemExit):
        starter.run_packaged(tmp_path, ["orders", "list"], "structlog")

    assert started == [[str(python), "-m", "mcf", "orders", "list"]]


def test_without_them_anywhere_it_says_what_installs_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert starter.run_packaged(tmp_path, [], "structlog") == 1

    assert "structlog isn't installed. Run `make run` once" in capsys.readouterr().err


def test_on_windows_the_environment_has_another_folder() -> None:
    assert starter.packaged_python(Path("desk"), windows=True) == Path(
        "desk/.venv/Scripts/python.exe"
    )
