"""What is shown to who isn't signed in, and to who is."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mcf.access.actor import MACHINE
from mcf.access.roles import Role
from mcf.service import MCFService
from tests.pages.conftest import ROOT, texts
from tests.providers import ENVIRON, claims
from tests.waiting import PATIENCE


@pytest.fixture
def closed(program: MCFService, monkeypatch: pytest.MonkeyPatch) -> MCFService:
    """A program at which people sign in, and to which Ann is invited, who ships."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    program.access.people.invite(MACHINE, "ann@localhost", Role.OPERATOR)
    return program


def opened(**told: Any) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.user.update(told)
    return at.run()


def test_a_stranger_sees_where_they_are_and_the_way_in(closed: MCFService) -> None:
    at = opened()

    assert not at.exception
    assert [button.label for button in at.button] == ["Sign in"]
    assert "Demo: a simulated Amazon" in texts(at)
    assert "login.example.com" in texts(at)
    assert not at.metric


@pytest.mark.parametrize(
    ("told", "word", "buttons"),
    [
        (claims("eve"), "Nobody with this e-mail", ["Sign in as somebody else", "Sign out"]),
        (claims(email_verified=False), "verified", ["Sign in as somebody else", "Sign out"]),
        (claims(ago=13 * 3600), "Your session has ended", ["Sign in"]),
        (claims(iss="https://evil.example.com"), "Sign in to go on", ["Sign in"]),
    ],
)
def test_who_may_not_come_in_sees_why_and_nothing_else(
    closed: MCFService, told: dict[str, Any], word: str, buttons: list[str]
) -> None:
    at = opened(**told)

    assert not at.exception
    assert word in texts(at)
    assert [button.label for button in at.button] == buttons
    assert not at.metric


def test_who_is_disabled_or_has_another_role_is_out_at_the_next_click(closed: MCFService) -> None:
    at = opened(**claims())
    assert "Updated" in texts(at)
    assert "Operator here" in texts(at)

    closed.access.people.disable(MACHINE, "ann@localhost")
    at.run()

    assert "You may not sign in here any more" in texts(at)
    assert "Updated" not in texts(at)
