"""What commands say: nothing that a terminal obeys, and what they wait for."""

from __future__ import annotations

import threading
from pathlib import Path

import pandas as pd
import pytest

from mcf import terminal
from mcf.errors import InvalidInput
from mcf.files.headings import Headings
from mcf.settings import Settings

ROOT = Path(__file__).parent.parent
HOSTILE = "Ada\x1b[2J\x1b]0;owned\x07\x9b31m\r\nok  all is well\ud83d"
FRAME = pd.DataFrame(
    {
        "status": ["Complete", "COMPLETE_PARTIALLED", "Brewing"],
        "status_label": ["Shipped", "b", "c"],
    }
)


def test_a_line_holds_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say(f"Warning: {HOSTILE}")

    told = capsys.readouterr().out
    assert told == "Warning: Ada\\x1b[2J\\x1b]0;owned\\x07\\x9b31m ok  all is well\\ud83d\n"


def test_a_table_holds_none_either(capsys: pytest.CaptureFixture[str]) -> None:
    names = [HOSTILE.removesuffix("\ud83d"), None]
    words = Headings({"city": "City", "due_day": "Due", "due": "Until"})
    rows = {"city": names, "due_day": [pd.Timestamp("2026-03-02"), None], "raw": [1, 2]}
    due = pd.Series([pd.Timestamp("2026-03-02 09:30", tz="UTC"), None])
    terminal.table(pd.DataFrame(rows).assign(due=due), words)

    told = capsys.readouterr().out
    assert told.splitlines()[0].split() == ["City", "Due", "Until", "(UTC)"]
    assert told.splitlines()[1].split()[-3:] == ["2026-03-02", "2026-03-02", "09:30"]
    assert "\x1b[2J" not in told
    assert "\\x1b[2J" in told
    assert len(told.splitlines()) == 3


@pytest.mark.parametrize(
    ("status", "rows"),
    [
        ("Complete", [0]),
        ("shipped", [0]),
        ("completepartialled", [1]),
        ("Complete Partialled", [1]),
        ("brewing", [2]),
        ("Cancelled", []),
    ],
)
def test_a_status_is_known_by_amazons_word_or_its_label(status: str, rows: list[int]) -> None:
    terminal.require_status(FRAME, status)

    assert terminal.in_status(FRAME, status).index.tolist() == rows


@pytest.mark.parametrize("status", ["Nonsense", "", "ship", "Complete,Cancelled"])
def test_a_word_that_is_no_status_is_an_error_that_names_them(status: str) -> None:
    with pytest.raises(InvalidInput, match="is no status of an order") as told:
        terminal.require_status(FRAME, status)

    assert "Processing" in told.value.advice


def test_a_database_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    heard = threading.Event()

    def say(text: str, *, err: bool) -> None:
        assert err
        said.append(text)
        heard.set()

    monkeypatch.setattr(terminal, "say", say)
    url = {"MCF_DATABASE_URL": "postgresql+psycopg://mcf:hunter2@db.example.com/mcf"}
    with terminal.awaited(Settings.from_env(url, dotenv=None), after=0):
        heard.wait(30)

    assert said == ["Waiting for PostgreSQL at db.example.com:5432/mcf ..."]


def test_a_file_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Timer, "start", lambda _: pytest.fail("nothing to wait for"))

    with terminal.awaited(Settings.from_env({}, dotenv=None), after=0):
        pass


def test_commands_print_by_hand_only_what_is_json() -> None:
    lines = (ROOT / "mcf" / "cli.py").read_text("utf-8").splitlines()

    by_hand = [line.strip() for line in lines if "click.echo(" in line and "json" not in line]
    assert by_hand == []
