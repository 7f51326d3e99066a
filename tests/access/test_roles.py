"""What each role may do: one table, in which nobody gives what they lack."""

from __future__ import annotations

from itertools import product

import pytest

from mcf.access.roles import ROLES, Permission, Role, may_give, who_may


def test_every_role_has_its_rights_and_sees() -> None:
    assert set(ROLES) == set(Role)
    assert all(Permission.SEE in rights for rights in ROLES.values())


def test_an_owner_may_all_and_a_manager_all_but_own() -> None:
    assert ROLES[Role.OWNER] == frozenset(Permission)
    assert frozenset(Permission) - ROLES[Role.MANAGER] == {Permission.OWN}


def test_a_viewer_sees_no_names_and_changes_nothing() -> None:
    assert ROLES[Role.VIEWER] == {Permission.SEE}


def test_a_planner_ships_nothing_and_an_operator_plans_nothing() -> None:
    assert not {Permission.SHIP, Permission.SEE_PERSONAL} & ROLES[Role.PLANNER]
    assert Permission.PLAN not in ROLES[Role.OPERATOR]
    assert Permission.SHIP_ABOVE_LIMIT not in ROLES[Role.OPERATOR]


@pytest.mark.parametrize("permission", list(Permission))
def test_who_may_do_something_is_named_with_the_least_role_first(permission: Permission) -> None:
    able = who_may(permission)

    assert able[-1] is Role.OWNER
    assert [len(ROLES[role]) for role in able] == sorted(len(ROLES[role]) for role in able)
    assert all(permission in ROLES[role] for role in able)


@pytest.mark.parametrize(("giver", "given"), list(product(Role, Role)))
def test_nobody_gives_what_they_lack(giver: Role, given: Role) -> None:
    manages = Permission.PEOPLE in ROLES[giver]

    assert may_give(ROLES[giver], given) == (manages and ROLES[given] <= ROLES[giver])


def test_a_manager_makes_operators_and_managers_but_no_owner() -> None:
    assert may_give(ROLES[Role.MANAGER], Role.OPERATOR)
    assert may_give(ROLES[Role.MANAGER], Role.MANAGER)
    assert not may_give(ROLES[Role.MANAGER], Role.OWNER)
    assert not may_give(ROLES[Role.OPERATOR], Role.VIEWER)
