"""Who may be let in, by whom, as what; the last owner stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcf.access.actor import MACHINE, Actor
from mcf.access.audit import Audit
from mcf.access.people import EVERYWHERE, People, make_first_owner
from mcf.access.roles import ROLES, Role
from mcf.errors import InvalidInput, NotAllowed
from mcf.store.database import Store
from mcf.store.tables import audit, people

HERE = ("test", "ATVPDKIKX0DER")


@pytest.fixture
def members(store: Store) -> People:
    """A program with an owner, a manager and a viewer."""
    made = People(store, Audit(store))
    for role in (Role.OWNER, Role.MANAGER, Role.VIEWER):
        made.invite(MACHINE, f"{role}@localhost", role)
    return made


def acting_as(role: Role) -> Actor:
    return Actor(f"the-{role}", ROLES[role], role)


def roles(members: People) -> dict[str, str]:
    return {it.email.partition("@")[0]: ",".join(it.roles.values()) for it in members.everybody()}


def test_people_are_listed_with_their_role_here(members: People) -> None:
    members.invite(MACHINE, " Packer@LOCALHOST ", Role.OPERATOR, here=True)
    everybody = {it.email: it for it in members.everybody()}

    packer = everybody["packer@localhost"]
    assert packer.roles == {HERE: Role.OPERATOR}
    assert members.role_here(packer) is Role.OPERATOR
    assert members.role_here(everybody["owner@localhost"]) is Role.OWNER
    assert not packer.has_signed_in
    assert packer.last_seen_at is None
    assert packer.sessions == 0
    assert "packer@localhost" not in repr(packer)


def test_a_role_everywhere_replaces_those_of_places_and_one_here_that_everywhere(
    members: People,
) -> None:
    assert members.give(MACHINE, "viewer@localhost", Role.PLANNER, here=True).roles == {
        HERE: Role.PLANNER
    }
    assert members.give(MACHINE, "viewer@localhost", Role.OPERATOR).roles == {
        EVERYWHERE: Role.OPERATOR
    }


@pytest.mark.parametrize("email", ["", "ann", "ann@", "@localhost", "a b@localhost", "a@b, c@d"])
def test_what_is_no_email_is_not_invited(members: People, email: str) -> None:
    with pytest.raises(InvalidInput, match="not one e-mail"):
        members.invite(MACHINE, email, Role.VIEWER)


def test_nobody_is_invited_twice(members: People) -> None:
    with pytest.raises(InvalidInput, match="invited already"):
        members.invite(MACHINE, "VIEWER@localhost", Role.OPERATOR)


def test_who_is_not_here_cannot_be_changed(members: People) -> None:
    with pytest.raises(InvalidInput, match="nobody here"):
        members.give(MACHINE, "else@localhost", Role.VIEWER)


def test_an_owner_is_one_everywhere(members: People) -> None:
    with pytest.raises(InvalidInput, match="everywhere"):
        members.invite(MACHINE, "ann@localhost", Role.OWNER, here=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda members, by: members.invite(by, "ann@localhost", Role.OWNER),
        lambda members, by: members.give(by, "viewer@localhost", Role.OWNER),
        lambda members, by: members.give(by, "owner@localhost", Role.VIEWER),
        lambda members, by: members.disable(by, "owner@localhost"),
        lambda members, by: members.enable(by, "owner@localhost"),
    ],
)
def test_a_manager_neither_makes_nor_changes_owners(
    members: People, store: Store, change: Callable[[People, Actor], object]
) -> None:
    before = roles(members)

    with pytest.raises(NotAllowed, match="Only an owner may") as caught:
        change(members, acting_as(Role.MANAGER))

    assert caught.value.advice == "Ask an owner."
    assert roles(members) == before
    last = store.rows(audit)[-1]
    assert (last.person_id, last.outcome) == ("the-manager", "refused")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.PLANNER])
def test_who_may_not_manage_people_changes_nobody(members: People, role: Role) -> None:
    by = acting_as(role)
    for change in (
        lambda: members.invite(by, "ann@localhost", Role.VIEWER),
        lambda: members.give(by, "viewer@localhost", Role.VIEWER),
        lambda: members.disable(by, "viewer@localhost"),
        lambda: members.enable(by, "viewer@localhost"),
    ):
        with pytest.raises(NotAllowed, match="Only a manager or an owner may"):
            change()


def test_a_manager_changes_others(members: People, store: Store) -> None:
    members.give(acting_as(Role.MANAGER), "viewer@localhost", Role.OPERATOR)
    members.disable(acting_as(Role.MANAGER), "viewer@localhost")
    members.enable(acting_as(Role.MANAGER), "viewer@localhost")

    assert roles(members)["viewer"] == "operator"
    records = [row for row in store.rows(audit) if row.person_id == "the-manager"]
    assert [row.action for row in records] == ["people.role", "people.disable", "people.enable"]
    assert (records[0].before, records[0].after) == ("viewer in */*", "operator in */*")
    assert not any("@" in str(row) for row in store.rows(audit))


def test_the_last_owner_stays(members: People) -> None:
    with pytest.raises(NotAllowed, match="last owner"):
        members.give(MACHINE, "owner@localhost", Role.MANAGER)
    with pytest.raises(NotAllowed, match="last owner"):
        members.disable(MACHINE, "owner@localhost")

    members.give(MACHINE, "manager@localhost", Role.OWNER)
    members.disable(MACHINE, "owner@localhost")
    with pytest.raises(NotAllowed, match="last owner"):
        members.disable(MACHINE, "manager@localhost")


def test_an_invitation_that_nobody_took_up_is_no_other_owner(members: People, store: Store) -> None:
    with store.writing(people) as connection:
        mine = people.c.email == "owner@localhost"
        connection.execute(people.update().where(mine).values(issuer="i", subject="s"))
    members.give(MACHINE, "manager@localhost", Role.OWNER)

    with pytest.raises(NotAllowed, match="last owner"):
        members.disable(MACHINE, "owner@localhost")


def test_what_stands_already_is_not_changed_again(members: People, store: Store) -> None:
    members.give(MACHINE, "viewer@localhost", Role.VIEWER)
    members.enable(MACHINE, "viewer@localhost")
    members.disable(MACHINE, "viewer@localhost")
    noted = len(store.rows(audit))

    members.disable(MACHINE, "viewer@localhost")

    assert len(store.rows(audit)) == noted


def test_the_first_owner_is_made_once(store: Store) -> None:
    made = People(store, Audit(store))
    made.invite(MACHINE, "ann@localhost", Role.VIEWER, here=True)
    with store.writing(people) as connection:
        make_first_owner(connection, "ann@localhost")
        make_first_owner(connection, "bob@localhost")

    assert roles(made) == {"ann": "owner"}
