"""`python -m mcf access` and `python -m mcf people`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.providers import ENVIRON
from tests.test_cli import Program, env, mcf
from tests.test_cli_json import problems

__all__ = ["env", "mcf"]
PERSON = "people list, people add, people role, people disable, people enable"


def told(mcf: Program, *words: str) -> Any:
    result = mcf(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_people_are_added_changed_and_listed(mcf: Program) -> None:
    assert mcf("people", "list").stderr == "Nobody is invited yet.\n"
    owner = mcf("people", "add", "Owner@localhost", "--role", "Owner")
    assert owner.stdout == "owner@localhost: owner everywhere\n"
    added = told(mcf, "people", "add", "ann@localhost", "--here")
    assert problems(PERSON, added) == []
    assert [it["role"] for it in added["roles"]] == ["viewer"]
    assert added["roles"][0]["marketplace_id"] == "ATVPDKIKX0DER"
    assert told(mcf, "people", "role", "ann@localhost", "planner")["roles"] == [
        {"role": "planner", "account": "*", "marketplace_id": "*"}
    ]
    assert mcf("people", "disable", "ann@localhost").stdout.endswith("everywhere, disabled\n")
    assert told(mcf, "people", "enable", "ann@localhost")["disabled_at"] is None
    assert [it["email"] for it in told(mcf, "people", "list")] == [
        "ann@localhost",
        "owner@localhost",
    ]
    assert "planner everywhere" in mcf("people", "list").stdout


def test_what_cannot_be_done_is_said_with_what_to_do(mcf: Program) -> None:
    mcf("people", "add", "owner@localhost", "--role", "owner")

    last = mcf("people", "disable", "owner@localhost")
    assert last.exit_code == 1
    assert "last owner" in last.stderr
    assert "What to do: Make somebody else" in last.stderr
    unknown = mcf("people", "role", "else@localhost", "viewer", "--json")
    assert unknown.exit_code == 1
    assert json.loads(unknown.stderr)["error"] == "InvalidInput"
    assert mcf("people", "role", "owner@localhost", "boss").exit_code == 2


@pytest.mark.parametrize("words", [["people", "list"], ["access", "check"]])
def test_wrong_settings_are_told(mcf: Program, env: dict[str, str], words: list[str]) -> None:
    env["MCF_OIDC_ISSUER"] = "login.example.com"

    result = mcf(*words)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: MCF_OIDC_CLIENT_ID: is missing")


def test_access_is_checked_a_line_for_each_thing(mcf: Program, env: dict[str, str]) -> None:
    alone = mcf("access", "check")
    assert alone.exit_code == 1
    assert alone.stdout.startswith("FAIL  sign-in: No provider")

    env |= ENVIRON | {"MCF_OIDC_ISSUER": "http://127.0.0.1:9"}
    result = mcf("access", "check", "--json")
    assert result.exit_code == 1
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert [it["name"] for it in findings] == ["way back", "provider"]
    assert [problem for it in findings for problem in problems("access check", it)] == []
