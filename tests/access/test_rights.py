"""Every public method of every room against the one table of rights, with every role."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcf.access.actor import NOBODY, Actor, acting
from mcf.access.rights import KINDS, RIGHTS, ROOMS, right_of
from mcf.access.roles import ROLES, Permission, Role, who_may
from mcf.errors import NotAllowed
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.documents import DocumentKind

_WHO = {role.value: Actor(f"p-{role.value}", ROLES[role], role) for role in Role}
_WHO["nobody"] = NOBODY


def doors(room: object) -> Iterator[object]:
    """The doors of a room and of all rooms within it, which are there as attributes."""
    yield room
    for name in ROOMS.get(room.__class__.__name__, ()):
        yield from doors(getattr(room, name))


def public(door: object) -> set[str]:
    """The methods, properties and attributes of a room that anybody may name."""
    of_class = {
        name
        for name, value in inspect.getmembers_static(door.__class__)
        if inspect.isfunction(value) or isinstance(value, property)
    }
    slots = getattr(door.__class__, "__dataclass_fields__", {})
    return {name for name in (*of_class, *slots, *vars_of(door)) if not name.startswith("_")}


def vars_of(door: object) -> set[str]:
    """The attributes of the room itself."""
    return set(getattr(door, "__dict__", {}))


def every_call(service: MCFService) -> list[tuple[str, str, object]]:
    """Class, name and door of all that may be asked of what the service hands out."""
    return [
        (door.__class__.__name__, name, door)
        for door in (*doors(service), service.snapshots)
        for name in sorted(public(door))
        if name not in ROOMS.get(door.__class__.__name__, ())
    ]


def test_every_public_method_of_every_room_is_in_the_table(service: MCFService) -> None:
    """One that isn't is refused to everybody, and named here."""
    missing = {
        f"{kind}.{name}" for kind, name, _ in every_call(service) if right_of(kind, name) is None
    }

    assert missing == _NOBODYS


_NOBODYS = {"Audit.note", "Audit.shorten"}
"""What nobody does from outside: the audit writes itself."""


def test_the_table_names_nothing_that_there_is_not(service: MCFService) -> None:
    assert RIGHTS.keys() - {f"{kind}.{name}" for kind, name, _ in every_call(service)} == set()


def test_every_kind_of_what_is_kept_is_in_the_table() -> None:
    assert set(KINDS) == {kind.value for kind in DocumentKind}


def test_each_role_is_refused_exactly_what_the_table_says(service: MCFService) -> None:
    """What it may is asked of the guard alone, as it would be done."""
    wrong = [
        f"{who}: {kind}.{name}"
        for who, actor in _WHO.items()
        for kind, name, door in every_call(service)
        if (right := right_of(kind, name)) is not None
        and right.needs is not None
        and is_refused(service, actor, (kind, name), door) == actor.may(right.needs)
    ]

    assert wrong == []


def is_refused(service: MCFService, actor: Actor, call: tuple[str, str], door: object) -> bool:
    """Whether the door says no; of what it lets through nothing is done."""
    right = right_of(*call)
    assert right is not None
    try:
        with acting(actor):
            if right.needs is None or actor.may(right.needs) or right.kinds:
                service.guard.call(call, lambda *_: None, (DocumentKind.ALERT,))
            else:
                really(door, call[1])
    except NotAllowed as error:
        return bool(error.advice)
    return False


def really(door: object, name: str) -> None:
    """Calls it for real, without arguments, which aren't looked at before the right is."""
    got = getattr(door, name)
    if callable(got):
        got()


def test_what_is_kept_is_there_by_its_kind(service: MCFService) -> None:
    refused = {
        (who, kind.value)
        for who, actor in _WHO.items()
        for kind in DocumentKind
        if is_kept_from(service, actor, kind)
    }

    assert refused == {
        (who, kind)
        for who, actor in _WHO.items()
        for kind, needed in KINDS.items()
        if not actor.may(needed)
    }


def is_kept_from(service: MCFService, actor: Actor, kind: DocumentKind) -> bool:
    try:
        with acting(actor):
            service.kept.all(kind)
    except NotAllowed:
        return True
    return False


def test_a_method_that_is_not_in_the_table_is_refused_to_owners_too(
    service: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = service.tracking.notes.__class__
    monkeypatch.setattr(kind, "shout", lambda _: "heard", raising=False)

    with acting(_WHO["owner"]), pytest.raises(NotAllowed, match="Nobody may do this"):
        service.tracking.notes.shout()  # type: ignore[attr-defined]


def test_a_refusal_says_who_may_and_is_in_the_audit(service: MCFService) -> None:
    with acting(_WHO["viewer"]), pytest.raises(NotAllowed) as refused:
        service.tracking.actions.cancel("MCF-1")

    rows = service._store.rows(tables.audit)
    assert refused.value.message == "You may not change orders."
    assert refused.value.advice == "Ask an operator, manager or owner."
    assert [(row.action, row.subject, row.outcome) for row in rows] == [
        ("order.cancel", "MCF-1", "refused")
    ]


def test_the_document_says_what_the_tables_say() -> None:
    lines = (Path(__file__).parents[2] / "docs/audit.md").read_text(encoding="utf-8").splitlines()

    roles = [
        f"| {needed} |{''.join(' yes |' if needed in ROLES[role] else ' |' for role in Role)}"
        for needed in Permission
    ]
    actions = {
        f"| `{right.action}` | {', '.join(who_may(right.needs))} |"
        for right in RIGHTS.values()
        if right.action and right.needs
    }
    assert [
        line for line in roles if line.replace("|  |", "| |").replace("|  |", "| |") not in lines
    ] == []
    assert {line for line in lines if line.startswith("| `")} == actions
