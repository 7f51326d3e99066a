"""A button that somebody may not press says who can."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from mcf.access.actor import Actor, acting_now
from mcf.access.roles import ROLES, Permission, Role
from mcf.service import MCFService
from pages.parts.common import rights


def as_(role: Role) -> MCFService:
    actor = Actor("p-1", ROLES[role], role)
    return cast(MCFService, SimpleNamespace(access=SimpleNamespace(actor=lambda: actor)))


def test_who_may_gets_the_button_as_it_is_wanted() -> None:
    assert rights.look(as_(Role.PLANNER), Permission.PLAN, help="Saves.") == {"help": "Saves."}


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        (Permission.PLAN, "You may not do this. Ask a planner, manager or owner."),
        (Permission.SHIP_ABOVE_LIMIT, "You may not do this. Ask a manager or owner."),
        (Permission.OWN, "You may not do this. Ask an owner."),
    ],
)
def test_who_may_not_gets_a_pale_one_that_says_whom_to_ask(needed: Permission, says: str) -> None:
    look = rights.look(as_(Role.OPERATOR), needed, help="Saves.", disabled=False)

    assert look == {"help": says, "disabled": True}


def test_a_file_is_made_as_who_saw_its_button() -> None:
    made = rights.as_now(as_(Role.MANAGER), lambda: repr(acting_now()).encode())

    assert b"manager" in made()
    assert acting_now() is None
