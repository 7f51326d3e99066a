"""What all commands share: errors in words or as JSON, and who runs them."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from mcf.access.actor import MACHINE_ID
from mcf.cli_common import explained, held, json_flag
from mcf.errors import NotAllowed
from mcf.service import MCFService


@click.command()
@json_flag
@explained
def refusing(*, as_json: bool) -> None:
    """Is refused."""
    raise NotAllowed("Only a manager can do this.", advice="Ask a manager.")


def test_an_error_is_told_with_what_to_do() -> None:
    ran = CliRunner().invoke(refusing)

    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert ran.stderr.splitlines() == [
        "Error: Only a manager can do this.",
        "What to do: Ask a manager.",
    ]


def test_an_error_is_json_where_json_is_asked_for() -> None:
    ran = CliRunner().invoke(refusing, ["--json"])

    told = json.loads(ran.stderr)
    assert ran.exit_code == 1
    assert told["message"] == "Only a manager can do this."
    assert told["advice"] == "Ask a manager."


def test_commands_act_as_this_machine_and_name_its_user(
    service: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "night-shift")

    actor = held(service).access.actor()

    assert (actor.person_id, actor.origin) == (MACHINE_ID, "command line, night-shift")


def test_a_user_without_a_name_is_said_to_be_unknown(
    service: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError(12345)

    monkeypatch.setattr("getpass.getuser", nameless)

    assert held(service).access.actor().origin == "command line, unknown"
