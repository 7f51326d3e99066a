"""What a door does: who asks, what is noted, and that it's the same room behind it."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.access.actor import MACHINE, Actor, acting_now
from mcf.access.changes import changed
from mcf.access.guard import Guard, who_can
from mcf.access.roles import ROLES, Permission, Role
from mcf.errors import MCFError, NotAllowed, StoreError

OPERATOR = Actor("p-1", ROLES[Role.OPERATOR], Role.OPERATOR)


class Written:
    """An audit that remembers what it was told; it may be broken."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, str, str, str]] = []
        self.is_broken = False

    def note(self, actor: Actor, action: str, subject: str = "", **facts: Any) -> None:
        if self.is_broken:
            raise StoreError("The store can't be used: full.")
        outcome = facts.get("outcome", "done")
        self.notes.append((actor.person_id, action, subject, outcome, facts.get("after", "")))


class Actions:
    """Stands for the room of that name."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Actor | None]] = []

    def cancel(self, order_id: str) -> None:
        self.asked.append((order_id, acting_now()))
        changed(before="Received", after="Cancelled")
        if order_id == "late":
            raise MCFError("Too late.")


def test_a_write_at_amazon_is_noted_before_and_after_and_done_by_who_asked() -> None:
    audit, room = Written(), Actions()

    Guard(lambda: OPERATOR, audit).room(room).cancel("MCF-1")

    assert audit.notes == [
        ("p-1", "order.cancel", "MCF-1", "begun", ""),
        ("p-1", "order.cancel", "MCF-1", "done", "Cancelled"),
    ]
    assert room.asked == [("MCF-1", OPERATOR)]


def test_what_failed_is_noted_with_its_error() -> None:
    audit, room = Written(), Actions()

    with pytest.raises(MCFError, match="Too late"):
        Guard(lambda: OPERATOR, audit).room(room).cancel("late")

    assert audit.notes[-1] == ("p-1", "order.cancel", "late", "failed:MCFError", "")


def test_what_cannot_be_noted_is_not_sent_to_amazon() -> None:
    audit, room = Written(), Actions()
    audit.is_broken = True

    with pytest.raises(StoreError):
        Guard(lambda: OPERATOR, audit).room(room).cancel("MCF-1")

    assert room.asked == []


def test_what_is_refused_is_refused_also_where_that_cannot_be_noted() -> None:
    audit, room = Written(), Actions()
    audit.is_broken = True
    viewer = Actor("p-2", ROLES[Role.VIEWER], Role.VIEWER)

    with pytest.raises(NotAllowed):
        Guard(lambda: viewer, audit).room(room).cancel("MCF-1")

    assert room.asked == []


def test_the_same_refusal_is_noted_once_in_a_while() -> None:
    audit, viewer = Written(), Actor("p-2", ROLES[Role.VIEWER], Role.VIEWER)
    door = Guard(lambda: viewer, audit).room(Actions())

    for order_id in ("MCF-1", "MCF-1", "MCF-2"):
        with pytest.raises(NotAllowed):
            door.cancel(order_id)

    assert [subject for _, _, subject, _, _ in audit.notes] == ["MCF-1", "MCF-2"]


def test_a_door_is_the_room_for_those_who_look_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Actions()
    door = Guard(lambda: MACHINE, Written()).room(room)

    with monkeypatch.context() as patched:
        patched.setattr(door, "cancel", lambda order_id: room.asked.append((order_id, None)))
        door.cancel("MCF-1")
    door.cancel("MCF-2")

    assert isinstance(door, Actions)
    assert room.asked == [("MCF-1", None), ("MCF-2", MACHINE)]


def test_whom_to_ask_is_said_with_the_least_first() -> None:
    assert who_can(Permission.SHIP_ABOVE_LIMIT) == "Ask a manager or owner"
    assert who_can(Permission.OWN) == "Ask an owner"
