"""Who looks at a page, outside of any page."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from mcf.access.actor import MACHINE, NOBODY
from mcf.access.roles import Role
from mcf.access.room import Access
from mcf.access.sign_ins import Refusal
from mcf.access_settings import access_settings
from mcf.settings import Settings
from mcf.store.database import Store
from pages.parts.common import visitor
from tests.providers import ENVIRON, claims


@pytest.fixture
def access(settings: Settings, store: Store) -> Access:
    """Of a program at which people sign in."""
    return Access(replace(settings, access=access_settings(ENVIRON)), store)


def test_outside_of_a_page_nobody_asks(access: Access) -> None:
    assert visitor.answer(access) is Refusal.NOBODY
    assert visitor.asking(access)() is NOBODY


def test_where_nobody_signs_in_it_is_this_machine(settings: Settings, store: Store) -> None:
    assert visitor.asking(Access(settings, store))() is MACHINE


def test_in_a_run_it_is_looked_up_once_unless_that_takes_long(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    access.people.invite(MACHINE, "ann@localhost", Role.OPERATOR)
    run = SimpleNamespace(session_id="one", cursors={})
    user = SimpleNamespace(to_dict=claims)
    context = SimpleNamespace(ip_address=None, headers={"Host": "desk.example.com"})
    monkeypatch.setattr(visitor, "get_script_run_ctx", lambda **_: run)
    monkeypatch.setattr(visitor, "st", SimpleNamespace(user=user, context=context))
    who = visitor.asking(access)

    assert who().role is Role.OPERATOR
    access.people.disable(MACHINE, "ann@localhost")
    assert who().role is Role.OPERATOR
    monkeypatch.setattr(visitor, "_LONGEST", 0.0)
    assert who() is NOBODY
    monkeypatch.setattr(visitor, "_LONGEST", 5.0)
    access.people.enable(MACHINE, "ann@localhost")
    run.cursors = {}
    assert visitor.answer(access) is Refusal.ENDED
    assert visitor.host() == "desk.example.com"
