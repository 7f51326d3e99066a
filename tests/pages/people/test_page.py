"""The page of people."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from mcf.access.actor import MACHINE
from mcf.access.people import People
from mcf.access.roles import Role
from mcf.service import MCFService
from pages.parts.common import places
from pages.parts.people import page
from tests.pages.conftest import ROOT, texts
from tests.providers import ENVIRON, claims
from tests.waiting import PATIENCE


@pytest.fixture
def people(program: MCFService, monkeypatch: pytest.MonkeyPatch) -> People:
    """Those of a program with a manager and somebody who looks."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    program.access.people.invite(MACHINE, "manager@localhost", Role.MANAGER)
    program.access.people.invite(MACHINE, "ann@localhost", Role.VIEWER)
    return program.access.people


def opened(name: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.user.update(claims(name))
    at._page_hash = calc_hash(places.ADDRESSES[places.PEOPLE])
    return at.run()


def roles(people: People) -> dict[str, str]:
    everybody = people.everybody()
    return {it.email.partition("@")[0]: ",".join(it.roles.values()) for it in everybody}


def test_an_owner_invites_changes_and_disables(people: People) -> None:
    at = opened("owner")
    assert not at.exception
    assert "3 people may sign in" in texts(at)
    assert "(you)" in texts(at)

    at.text_input(key="invite_email").set_value("New@localhost")
    at.selectbox(key="invite_role").set_value(Role.OPERATOR)
    at.selectbox(key="invite_here").set_value(True)
    next(it for it in at.button if it.label == "Invite").click().run()
    assert roles(people)["new"] == "operator"
    assert "Operator only here · invited" in texts(at)
    assert "may sign in now. No mail is sent" in texts(at)

    ann = next(it.person_id for it in people.everybody() if it.email == "ann@localhost")
    at.selectbox(key=f"role_{ann}").set_value(Role.PLANNER)
    at.button(key=f"give_{ann}").click().run()
    assert roles(people)["ann"] == "planner"
    at.button(key=f"disable_{ann}").click().run()
    assert "3 people may sign in" in texts(at)
    at.button(key=f"enable_{ann}").click().run()
    assert "4 people may sign in" in texts(at)


def test_what_cannot_be_done_is_said(people: People) -> None:
    at = opened("owner")
    owner = next(it.person_id for it in people.everybody() if it.email == "owner@localhost")

    at.button(key=f"disable_{owner}").click().run()
    assert "This is the last owner" in texts(at)
    next(it for it in at.button if it.label == "Invite").click().run()
    assert "not one e-mail address" in texts(at)


def test_a_manager_makes_no_owner_and_changes_none(people: People) -> None:
    opened("owner")
    st.cache_resource.clear()
    at = opened("manager")
    owner = next(it.person_id for it in people.everybody() if it.email == "owner@localhost")

    assert Role.OWNER not in at.selectbox(key="invite_role").options
    assert at.button(key=f"locked_{owner}").disabled


def test_who_may_not_manage_people_has_no_such_page(people: People) -> None:
    at = opened("ann")

    assert not at.exception
    assert "may sign in" not in texts(at)


def test_every_role_says_what_it_may() -> None:
    assert set(page.MAY) == set(Role)
